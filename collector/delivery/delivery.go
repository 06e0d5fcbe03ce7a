// Package delivery is what the exporters of this project have in common: on the collector's own helper, which has the queue and the
// attempts, an end that is bounded and keeps what was not sent (drain), and what a full queue does (overflow).
package delivery

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"sentrikat.local/collector/drain"
	"sentrikat.local/collector/overflow"
)

// Config is what the exporters' configurations have of this package.
type Config struct {
	// DrainTimeout is what the end of the collector waits for attempts that are under way.
	DrainTimeout time.Duration                                            `mapstructure:"drain_timeout"`
	Overflow     overflow.Config                                          `mapstructure:",squash"`
	Retry        configretry.BackOffConfig                                `mapstructure:"retry_on_failure"`
	Queue        configoptional.Optional[exporterhelper.QueueBatchConfig] `mapstructure:"sending_queue"`
}

// Validate is called by the collector.
func (c *Config) Validate() error {
	var found []error
	if c.DrainTimeout <= 0 {
		found = append(found, errors.New("drain_timeout has to be longer than nothing: attempts that are under way would be cut off, and made again at the next start"))
	}
	if !c.Retry.Enabled {
		found = append(found, errors.New("retry_on_failure is not enabled: what fails once, or at the end of the collector, would be deleted from the queue, so leave it enabled"))
	}
	return errors.Join(found...)
}

// NewDefaultConfig takes the exporter's own queue, and tries for ever: what gives up loses.
func NewDefaultConfig(queue exporterhelper.QueueBatchConfig) Config {
	retry := configretry.NewDefaultBackOffConfig()
	retry.InitialInterval = time.Second
	retry.MaxElapsedTime = 0
	return Config{
		DrainTimeout: 5 * time.Second,
		Overflow:     overflow.NewDefaultConfig(),
		Retry:        retry,
		Queue:        configoptional.Some(queue),
	}
}

// Attempts is what an exporter makes its attempts with: each within Attempt, and Taken after what was taken.
type Attempts struct {
	*drain.Limit
	*overflow.Presence
}

// NewAttempts is of an exporter that has not ended, and of a destination that has been asked for nothing.
func NewAttempts() Attempts {
	return Attempts{drain.NewLimit(), &overflow.Presence{}}
}

// Attempt begins one; see drain.Limit.
func (a Attempts) Attempt(ctx context.Context) (context.Context, func()) {
	a.Asked()
	return a.Limit.Attempt(ctx)
}

// Destination is the part that an exporter has for itself.
type Destination struct {
	Start    component.StartFunc
	Shutdown component.ShutdownFunc
	// Push makes one attempt, and sees to its end itself.
	Push     consumer.ConsumeLogsFunc
	Attempts Attempts
}

// NewLogs makes the exporter of a destination; whole is the configuration that config is a part of.
func NewLogs(ctx context.Context, settings exporter.Settings, whole component.Config, config Config, to Destination) (exporter.Logs, error) {
	helped, err := exporterhelper.NewLogs(ctx, settings, whole, to.Push,
		exporterhelper.WithStart(to.Start),
		exporterhelper.WithShutdown(to.Shutdown),
		exporterhelper.WithCapabilities(consumer.Capabilities{MutatesData: false}),
		// The helper's holds for a whole batch, which may take a slow destination longer than any step of it.
		exporterhelper.WithTimeout(exporterhelper.TimeoutConfig{}),
		exporterhelper.WithRetry(config.Retry),
		exporterhelper.WithQueue(config.Queue),
	)
	if err != nil {
		return nil, err
	}
	drained := drain.Wrap(helped, to.Attempts.Limit, config.DrainTimeout)
	return overflow.Wrap(drained, config.Overflow, to.Attempts.Presence, settings.ID, settings.TelemetrySettings)
}
