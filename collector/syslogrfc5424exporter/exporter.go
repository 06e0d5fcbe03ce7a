package syslogrfc5424exporter

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/pdata/plog"

	"sentrikat.local/collector/delivery"
	"sentrikat.local/collector/logrecords"
)

// syslogExporter is the thin shell: it holds one connection, and makes it anew when it is gone.
type syslogExporter struct {
	config    *Config
	telemetry *telemetry
	attempts  delivery.Attempts
	security  *tls.Config

	// One batch at a time: frames of two would be in each other's midst.
	mutex      sync.Mutex
	connection *connection
	buffer     []byte
	message    []byte
}

func newSyslogExporter(config *Config, settings exporter.Settings) (*syslogExporter, error) {
	telemetry, err := newTelemetry(settings.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	return &syslogExporter{config: config, telemetry: telemetry, attempts: delivery.NewAttempts()}, nil
}

func (e *syslogExporter) start(ctx context.Context, _ component.Host) error {
	if e.config.Network != networkTLS {
		return nil
	}
	security, err := e.config.TLS.LoadTLSConfig(ctx)
	if err != nil {
		return fmt.Errorf("tls of the syslog receiver: %w", err)
	}
	e.security = security
	if security.ServerName == "" {
		e.security.ServerName, _, _ = net.SplitHostPort(e.config.Endpoint)
	}
	return nil
}

func (e *syslogExporter) shutdown(context.Context) error {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if e.connection == nil {
		return nil
	}
	// All that was written has been acknowledged; how the goodbye fares changes nothing.
	_ = e.connection.Close()
	e.connection = nil
	return nil
}

// pushLogs sends a batch, or fails with all of it: which part of it has arrived nobody knows.
func (e *syslogExporter) pushLogs(ctx context.Context, logs plog.Logs) error {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	ctx, release := e.attempts.Attempt(ctx)
	defer release()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	count, err := e.send(ctx, logs)
	if err != nil {
		e.disconnect()
		// The reason that the limit ended is a better one than the deadline by which it did.
		if cause := context.Cause(ctx); cause != nil {
			err = errors.Join(cause, err)
		}
		e.telemetry.count(ctx, outcomeFailed, count)
		return fmt.Errorf("syslog at %s over %s: %w", e.config.Endpoint, e.config.Network, err)
	}
	e.telemetry.count(ctx, outcomeSent, count)
	e.attempts.Taken()
	return nil
}

func (e *syslogExporter) send(ctx context.Context, logs plog.Logs) (count int64, err error) {
	count = int64(logs.LogRecordCount())
	if err := e.connected(ctx); err != nil {
		return count, err
	}
	e.buffer = e.buffer[:0]
	shortened := int64(0)
	for record := range logrecords.All(logs) {
		var wasShortened bool
		e.message, wasShortened = appendMessage(e.message[:0], record, e.config.messageLimit())
		if wasShortened {
			shortened++
		}
		if e.config.Network != networkUDP {
			e.buffer = appendFrame(e.buffer, e.message)
		} else if err := e.connection.sendDatagram(ctx, e.message); err != nil {
			return count, err
		}
	}
	if e.config.Network != networkUDP {
		err = e.connection.sendStream(ctx, e.buffer)
	} else {
		err = e.connection.refused()
	}
	if err == nil {
		e.telemetry.count(ctx, outcomeShortened, shortened)
	}
	return count, err
}

func (e *syslogExporter) connected(ctx context.Context) error {
	if e.connection != nil && e.connection.isGone() {
		e.disconnect()
	}
	if e.connection != nil {
		return nil
	}
	connection, err := connect(ctx, e.config.Network, e.config.Endpoint, e.security, e.config.Timeout)
	if err != nil {
		return err
	}
	e.connection = connection
	e.telemetry.connections.Add(ctx, 1)
	return nil
}

func (e *syslogExporter) disconnect() {
	if e.connection == nil {
		return
	}
	e.connection.abort()
	e.connection = nil
}
