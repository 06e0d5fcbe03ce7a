package syslogrfc5424exporter

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

const (
	outcomeSent = "sent"
	// In an attempt; it is made again.
	outcomeFailed = "failed"
	// Sent, and not all of it.
	outcomeShortened = "shortened"
)

type telemetry struct {
	messages    metric.Int64Counter
	connections metric.Int64Counter
}

func newTelemetry(settings component.TelemetrySettings) (*telemetry, error) {
	meter := settings.MeterProvider.Meter("sentrikat.local/collector/syslogrfc5424exporter")
	messages, err := meter.Int64Counter("sentrikat_syslog_messages",
		metric.WithDescription("Messages by what became of them: sent, failed in an attempt that is repeated, or shortened, which are sent as well."),
		metric.WithUnit("{message}"))
	if err != nil {
		return nil, err
	}
	connections, err := meter.Int64Counter("sentrikat_syslog_connections",
		metric.WithDescription("Connections that were made to the receiver."), metric.WithUnit("{connection}"))
	if err != nil {
		return nil, err
	}
	t := &telemetry{messages, connections}
	// A series that begins with its first incident shows no increase.
	for _, outcome := range []string{outcomeSent, outcomeFailed, outcomeShortened} {
		t.count(context.Background(), outcome, 0)
	}
	connections.Add(context.Background(), 0)
	return t, nil
}

func (t *telemetry) count(ctx context.Context, outcome string, messages int64) {
	t.messages.Add(ctx, messages, metric.WithAttributes(attribute.String("outcome", outcome)))
}
