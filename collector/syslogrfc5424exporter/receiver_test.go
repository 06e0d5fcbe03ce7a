package syslogrfc5424exporter

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// receiver is a syslog server that is strict about frames, and can be in trouble.
type receiver struct {
	t        *testing.T
	listener net.Listener
	security *tls.Config
	// reads is how many bytes it takes of each connection before it closes it; negative for all, 0 for a handshake and no more, ever.
	reads int

	mutex       sync.Mutex
	messages    []parsed
	connections []net.Conn
	serving     sync.WaitGroup
	closing     chan struct{}
	closeOnce   sync.Once
}

func listen(t *testing.T, address string, security *tls.Config, reads int) *receiver {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	require.NoError(t, err)
	r := &receiver{t: t, listener: listener, security: security, reads: reads, closing: make(chan struct{})}
	r.serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			r.mutex.Lock()
			r.connections = append(r.connections, conn)
			r.mutex.Unlock()
			r.serving.Go(func() { r.serve(conn) })
		}
	})
	t.Cleanup(r.close)
	return r
}

func (r *receiver) serve(conn net.Conn) {
	defer conn.Close()
	var stream io.Reader = conn
	if r.security != nil {
		server := tls.Server(conn, r.security)
		if r.reads == 0 {
			_ = server.Handshake()
			<-r.closing
			return
		}
		stream = server
	}
	if r.reads >= 0 {
		stream = io.LimitReader(stream, int64(r.reads))
	}
	frames := bufio.NewReader(stream)
	for {
		length, err := frames.ReadString(' ')
		if err != nil {
			return
		}
		size, err := strconv.Atoi(strings.TrimSuffix(length, " "))
		if !assert.NoError(r.t, err, "no octet count: %q", length) {
			return
		}
		message := make([]byte, size)
		if _, err := io.ReadFull(frames, message); err != nil {
			return
		}
		p := parse(r.t, message)
		r.mutex.Lock()
		r.messages = append(r.messages, p)
		r.mutex.Unlock()
	}
}

func (r *receiver) address() string { return r.listener.Addr().String() }

func (r *receiver) close() {
	_ = r.listener.Close()
	r.closeOnce.Do(func() { close(r.closing) })
	r.mutex.Lock()
	for _, conn := range r.connections {
		_ = conn.Close()
	}
	r.mutex.Unlock()
	r.serving.Wait()
}

// ids counts the event ids that have come in.
func (r *receiver) ids() map[string]int {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	seen := map[string]int{}
	for _, message := range r.messages {
		seen[message.document["event.id"].(string)]++
	}
	return seen
}

func (r *receiver) connectionCount() int {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return len(r.connections)
}

// unread listens and never reads: what the kernels' buffers hold is all that it takes.
func unread(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	return listener
}

// certificate gives a server's configuration, and the file by which clients know it.
func certificate(t *testing.T) (security *tls.Config, caFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	caFile = filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(caFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}, caFile
}
