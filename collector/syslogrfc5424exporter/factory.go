package syslogrfc5424exporter

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/exporter"

	"sentrikat.local/collector/delivery"
)

// NewFactory is what the builder of the collector looks for.
func NewFactory() exporter.Factory {
	return exporter.NewFactory(
		component.MustNewType("syslog_rfc5424"),
		createDefaultConfig,
		exporter.WithLogs(createLogs, component.StabilityLevelAlpha),
	)
}

func createLogs(ctx context.Context, settings exporter.Settings, from component.Config) (exporter.Logs, error) {
	config := from.(*Config)
	own, err := newSyslogExporter(config, settings)
	if err != nil {
		return nil, err
	}
	return delivery.NewLogs(ctx, settings, config, config.Config, delivery.Destination{
		Start: own.start, Shutdown: own.shutdown, Push: own.pushLogs, Attempts: own.attempts,
	})
}
