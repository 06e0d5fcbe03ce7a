package elasticsearchbulkexporter

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"sentrikat.local/collector/drain"
	"sentrikat.local/collector/overflow"
)

// NewFactory is what the builder of the collector looks for.
func NewFactory() exporter.Factory {
	return exporter.NewFactory(
		component.MustNewType("elasticsearch_bulk"),
		createDefaultConfig,
		exporter.WithLogs(createLogs, component.StabilityLevelAlpha),
	)
}

func createLogs(ctx context.Context, settings exporter.Settings, from component.Config) (exporter.Logs, error) {
	config := from.(*Config)
	own, err := newBulkExporter(config, settings)
	if err != nil {
		return nil, err
	}
	helped, err := exporterhelper.NewLogs(ctx, settings, config, own.pushLogs,
		exporterhelper.WithStart(own.start),
		exporterhelper.WithShutdown(own.shutdown),
		exporterhelper.WithCapabilities(consumer.Capabilities{MutatesData: false}),
		// The HTTP client has the timeout, for each request.
		exporterhelper.WithTimeout(exporterhelper.TimeoutConfig{}),
		exporterhelper.WithRetry(config.Retry),
		exporterhelper.WithQueue(config.Queue),
	)
	if err != nil {
		return nil, err
	}
	return overflow.Wrap(drain.Wrap(helped, own.limit, config.DrainTimeout), config.Overflow, own.presence, settings.ID, settings.TelemetrySettings)
}
