package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHealthIsWhatTheCollectorSays(t *testing.T) {
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	endpoint := server.Listener.Addr().String()
	require.NoError(t, askHealth(endpoint))

	status = http.StatusServiceUnavailable
	require.ErrorContains(t, askHealth(endpoint), "503")

	server.Close()
	require.ErrorContains(t, askHealth(endpoint), "refused")
}
