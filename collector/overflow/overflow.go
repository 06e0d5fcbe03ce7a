// Package overflow says what becomes of records for a destination whose queue is full.
//
// A receiver that feeds several destinations takes a batch only when all of them have taken it. So one destination that is away for
// longer than its queue lasts stops the others as well: the same batch is refused and sent again, by the sender that has taken the
// refusal to heart, for as long as it lasts. With the policy Drop a destination that is away and has no room gives up what is newest,
// says how much, and the others go on.
//
// Away is who has been asked, and has taken nothing for a while since. A queue that is full because more comes in than its destination takes is no reason to
// drop: there the refusal slows the senders down, which is what helps. Nor is a disk that cannot be written, because nothing is known
// to be anywhere then.
package overflow

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"sentrikat.local/collector/sparselog"
)

// Policy is the value of an exporter's key on_overflow.
type Policy string

const (
	// Refuse gives the full queue back to the caller as an error, who sends again. The default.
	Refuse Policy = "refuse"
	// Drop takes the batch and loses it, for this destination alone, where it is away.
	Drop Policy = "drop"
)

// Validate is called by the collector for every value of a configuration.
func (p Policy) Validate() error {
	if p == Refuse || p == Drop {
		return nil
	}
	return fmt.Errorf(`on_overflow is %q: it is what a full queue does, so set it to "refuse" or to "drop"`, string(p))
}

// Config is what the exporters' configurations have of this package.
type Config struct {
	OnOverflow Policy `mapstructure:"on_overflow"`
	// AwayAfter is how long a destination has to have taken nothing that it was asked to.
	AwayAfter time.Duration `mapstructure:"away_after"`
}

// NewDefaultConfig refuses.
func NewDefaultConfig() Config {
	return Config{OnOverflow: Refuse, AwayAfter: 30 * time.Second}
}

// Presence is whether the destination is there. Who is asked for nothing is; so it counts from the first attempt since the last success.
// The zero value has been asked for nothing.
type Presence struct {
	// askedSince is that of the first attempt, in nanoseconds of Unix time; 0 where there was none since the last success.
	askedSince atomic.Int64
}

// Asked is called before each attempt.
func (p *Presence) Asked() {
	p.askedSince.CompareAndSwap(0, time.Now().UnixNano())
}

// Taken is called after each success.
func (p *Presence) Taken() {
	p.askedSince.Store(0)
}

func (p *Presence) isAway(after time.Duration) bool {
	since := p.askedSince.Load()
	return since != 0 && time.Since(time.Unix(0, since)) > after
}

// Wrap gives an exporter the policy. What it drops is counted in sentrikat_exporter_dropped_records, by exporter, and logged at most
// once a minute. A batch that another destination has refused comes again, and is counted each time.
func Wrap(next exporter.Logs, config Config, presence *Presence, id component.ID, telemetry component.TelemetrySettings) (exporter.Logs, error) {
	if config.OnOverflow != Drop {
		return next, nil
	}
	dropped, err := telemetry.MeterProvider.Meter("sentrikat.local/collector/overflow").Int64Counter(
		"sentrikat_exporter_dropped_records",
		metric.WithDescription("Records that a destination misses because its queue was full."),
		metric.WithUnit("{record}"),
	)
	if err != nil {
		return nil, err
	}
	labels := metric.WithAttributeSet(attribute.NewSet(attribute.String("exporter", id.String())))
	// A series that begins with its first incident shows no increase.
	dropped.Add(context.Background(), 0, labels)
	return &dropping{
		Logs:     next,
		config:   config,
		presence: presence,
		dropped:  dropped,
		labels:   labels,
		logger:   sparselog.OncePerMinute(telemetry.Logger),
	}, nil
}

type dropping struct {
	exporter.Logs
	config   Config
	presence *Presence
	dropped  metric.Int64Counter
	labels   metric.MeasurementOption
	logger   *zap.Logger
}

func (d *dropping) ConsumeLogs(ctx context.Context, logs plog.Logs) error {
	records := int64(logs.LogRecordCount())
	err := d.Logs.ConsumeLogs(ctx, logs)
	if !errors.Is(err, exporterhelper.ErrQueueIsFull) || !d.presence.isAway(d.config.AwayAfter) {
		return err
	}
	d.dropped.Add(ctx, records, d.labels)
	d.logger.Error("The queue is full: records are dropped for this destination, and no other. "+
		"Bring it back, or give its queue more room; sentrikat_exporter_dropped_records says how many are missing.", zap.Int64("records", records))
	return nil
}
