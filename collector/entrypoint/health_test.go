package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
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

// In a process of its own, as one reads its proxies once.
func TestHealthIsAskedWithoutAProxy(t *testing.T) {
	if os.Getenv("ASKS_HEALTH") != "" {
		require.Error(t, askHealth("collector.invalid:13133"))
		return
	}
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer proxy.Close()
	again := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	again.Env = append(os.Environ(), "ASKS_HEALTH=1", "HTTP_PROXY="+proxy.URL)
	output, err := again.CombinedOutput()
	require.NoError(t, err, string(output))
}
