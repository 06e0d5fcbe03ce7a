package syslogrfc5424exporter

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"
)

// How much is written before the receiver has to show that it goes on; a whole batch may take a slow one longer than the timeout.
const writeChunk = 64 << 10

// connection is one to the receiver, for as long as it lasts.
type connection struct {
	net.Conn
	// below is that of TCP, also below TLS.
	below net.Conn
	// socket is that of below.
	socket  syscall.RawConn
	timeout time.Duration
	// gone is closed when the receiver has ended the connection, and before the next write is made into the void.
	gone chan struct{}
}

func connect(ctx context.Context, network, endpoint string, security *tls.Config, timeout time.Duration) (*connection, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if network == networkUDP {
		conn, err := (&net.Dialer{}).DialContext(ctx, "udp", endpoint)
		if err != nil {
			return nil, err
		}
		socket, err := conn.(*net.UDPConn).SyscallConn()
		if err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		return &connection{Conn: conn, below: conn, socket: socket, timeout: timeout, gone: make(chan struct{})}, nil
	}
	below, err := (&net.Dialer{KeepAlive: 15 * time.Second}).DialContext(ctx, "tcp", endpoint)
	if err != nil {
		return nil, err
	}
	conn := below
	socket, err := below.(*net.TCPConn).SyscallConn()
	if err == nil && network == networkTLS {
		client := tls.Client(below, security)
		err, conn = client.HandshakeContext(ctx), client
	}
	if err != nil {
		return nil, errors.Join(err, below.Close())
	}
	c := &connection{Conn: conn, below: below, socket: socket, timeout: timeout, gone: make(chan struct{})}
	go c.watch()
	return c, nil
}

// watch reads what no receiver sends, and so learns at once when it ends the connection.
func (c *connection) watch() {
	defer close(c.gone)
	_, _ = io.Copy(io.Discard, c.Conn)
}

// abort ends what has failed already. TLS would say goodbye first, and wait five seconds for a receiver that takes nothing.
func (c *connection) abort() {
	// Whatever it says, nothing more comes through it.
	_ = c.below.Close()
}

func (c *connection) isGone() bool {
	select {
	case <-c.gone:
		return true
	default:
		return false
	}
}

var errGone = errors.New("the receiver has ended the connection")

// sendStream writes frames, and returns when the receiver's machine has acknowledged them all. ctx ends it at once.
func (c *connection) sendStream(ctx context.Context, frames []byte) error {
	defer context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Now()) })()
	for len(frames) > 0 {
		chunk := frames[:min(writeChunk, len(frames))]
		if err := c.beginWrite(ctx); err != nil {
			return err
		}
		written, err := c.Write(chunk)
		if err != nil {
			return err
		}
		frames = frames[written:]
	}
	return c.untilAcknowledged(ctx)
}

// beginWrite gives the next write its time. A deadline that ctx has set meanwhile is not put off.
func (c *connection) beginWrite(ctx context.Context) error {
	if c.isGone() {
		return errGone
	}
	if err := c.SetWriteDeadline(time.Now().Add(c.timeout)); err != nil {
		return err
	}
	return context.Cause(ctx)
}

// untilAcknowledged gives the receiver the timeout for each step that it makes.
func (c *connection) untilAcknowledged(ctx context.Context) error {
	pause := 50 * time.Microsecond
	least, deadline := -1, time.Now().Add(c.timeout)
	for {
		left, err := unacknowledged(c.socket)
		switch {
		case err != nil:
			return err
		case left == 0 && c.isGone():
			// It may have gone without having read all that its machine took.
			return errGone
		case left == 0:
			return nil
		case least < 0 || left < least:
			least, deadline = left, time.Now().Add(c.timeout)
		case time.Now().After(deadline):
			return fmt.Errorf("the receiver has not acknowledged %d bytes within %s", left, c.timeout)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-c.gone:
			return errGone
		case <-time.After(pause):
		}
		pause = min(2*pause, 20*time.Millisecond)
	}
}

// refused says whether a datagram has been, as far as that is known: across a network it is known later, by the next write.
func (c *connection) refused() error {
	return pendingError(c.socket)
}

// sendDatagram may fail for an earlier one, which nobody has taken.
func (c *connection) sendDatagram(ctx context.Context, message []byte) error {
	if err := c.beginWrite(ctx); err != nil {
		return err
	}
	_, err := c.Write(message)
	return err
}
