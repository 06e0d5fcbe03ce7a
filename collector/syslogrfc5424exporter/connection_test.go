package syslogrfc5424exporter

import (
	"context"
	"crypto/tls"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatTheReceiversMachineHasNotAcknowledgedIsNotSent(t *testing.T) {
	listener := unread(t)
	c, err := connect(context.Background(), networkTCP, listener.Addr().String(), nil, 200*time.Millisecond)
	require.NoError(t, err)
	defer c.abort()
	// All of it fits in here, so that each write succeeds at once; the other side's buffer is smaller, and nobody empties it.
	require.NoError(t, c.below.(*net.TCPConn).SetWriteBuffer(8<<20))
	assert.ErrorContains(t, c.sendStream(context.Background(), make([]byte, 3<<20)), "has not acknowledged")
}

func TestABatchIsNotSentOverAConnectionThatTheReceiverHasEnded(t *testing.T) {
	listener := unread(t)
	c, err := connect(context.Background(), networkTCP, listener.Addr().String(), nil, time.Second)
	require.NoError(t, err)
	defer c.abort()
	accepted, err := listener.Accept()
	require.NoError(t, err)
	require.NoError(t, accepted.Close())
	<-c.gone
	assert.ErrorIs(t, c.sendStream(context.Background(), []byte("2 {}")), errGone)
	// Nor does it count as sent when the end comes after the last byte.
	assert.ErrorIs(t, c.untilAcknowledged(context.Background()), errGone)
}

func TestABrokenConnectionOfTLSEndsWithoutAGoodbye(t *testing.T) {
	security, _ := certificate(t)
	// A pipe has no buffer: whoever writes waits for a reader, and after the handshake there is none.
	below, other := net.Pipe()
	defer other.Close()
	client := tls.Client(below, &tls.Config{InsecureSkipVerify: true, SessionTicketsDisabled: true})
	security.SessionTicketsDisabled = true
	handshake := make(chan error, 1)
	go func() { handshake <- tls.Server(other, security).Handshake() }()
	require.NoError(t, client.Handshake())
	require.NoError(t, <-handshake)
	c := &connection{Conn: client, below: below, gone: make(chan struct{})}
	since := time.Now()
	c.abort()
	// Five seconds is what crypto/tls gives the goodbye.
	assert.Less(t, time.Since(since), 2*time.Second)
}
