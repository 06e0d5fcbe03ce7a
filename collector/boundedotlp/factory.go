// Package boundedotlp is the OTLP receiver, with limits on what a request and a record may hold. It has the name and the configuration
// of the one that it is made of, so that the same configuration runs where only that one is.
//
// What decodes a request works by recursion, and so does what comes behind: 8 MiB of arrays in arrays take 800 MB to decode, 20 MiB end
// the process, and the redaction, which keeps the path of what it finds, takes 1 GB for 150 kB; 200 kB of empty records become
// documents of 500 MB. No limit of memory is asked in between. So a request that is deeper than anybody's is refused before it is
// decoded (guard), one with too many records behind that, and of the others what is too deep, too much or has too long a path is taken
// out and marked (bound). Over gRPC, which no fragment of ours enables, there is no guard.
package boundedotlp

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configmiddleware"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
)

// NewFactory is what the builder of the collector looks for.
func NewFactory() receiver.Factory {
	whole := otlpreceiver.NewFactory()
	return receiver.NewFactory(whole.Type(), whole.CreateDefaultConfig, receiver.WithLogs(
		func(ctx context.Context, settings receiver.Settings, from component.Config, next consumer.Logs) (receiver.Logs, error) {
			bounded, err := consumer.NewLogs(func(ctx context.Context, logs plog.Logs) error {
				if records := logs.LogRecordCount(); records > maxRecords {
					return consumererror.NewPermanent(fmt.Errorf("the request has %d records: send no more than %d at once", records, maxRecords))
				}
				bound(logs)
				return next.ConsumeLogs(ctx, logs)
			}, consumer.WithCapabilities(consumer.Capabilities{MutatesData: true}))
			if err != nil {
				return nil, err
			}
			config := *from.(*otlpreceiver.Config)
			if http := config.Protocols.HTTP.Get(); http != nil {
				http.ServerConfig.Middlewares = append(http.ServerConfig.Middlewares, configmiddleware.Config{ID: guardID})
			}
			inner, err := whole.CreateLogs(ctx, settings, &config, bounded)
			return guarded{inner}, err
		}, whole.LogsStability()))
}
