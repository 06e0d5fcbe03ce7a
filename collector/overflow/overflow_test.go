package overflow

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

// stuck is a real exporter of the helper whose destination was asked and answers nothing, with a queue of two requests.
func stuck(t *testing.T, config Config, telemetry *componenttest.Telemetry) (exporter.Logs, *observer.ObservedLogs) {
	t.Helper()
	release := make(chan struct{})
	queue := exporterhelper.NewDefaultQueueConfig()
	queue.QueueSize, queue.NumConsumers = 2, 1
	queue.Batch = configoptional.None[exporterhelper.BatchConfig]()
	settings := exportertest.NewNopSettings(component.MustNewType("stuck"))
	settings.TelemetrySettings = telemetry.NewTelemetrySettings()
	core, logged := observer.New(zap.ErrorLevel)
	settings.Logger = zap.New(core)
	inner, err := exporterhelper.NewLogs(context.Background(), settings, struct{}{},
		func(context.Context, plog.Logs) error { <-release; return nil },
		exporterhelper.WithQueue(configoptional.Some(queue)), exporterhelper.WithTimeout(exporterhelper.TimeoutConfig{}))
	require.NoError(t, err)
	presence := &Presence{}
	presence.Asked()
	wrapped, err := Wrap(inner, config, presence, settings.ID, settings.TelemetrySettings)
	require.NoError(t, err)
	require.NoError(t, wrapped.Start(context.Background(), componenttest.NewNopHost()))
	t.Cleanup(func() {
		close(release)
		assert.NoError(t, wrapped.Shutdown(context.Background()))
	})
	return wrapped, logged
}

func records(count int) plog.Logs {
	logs := plog.NewLogs()
	scope := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
	for range count {
		scope.LogRecords().AppendEmpty()
	}
	return logs
}

func TestAFullQueueIsGivenBackWhereItRefuses(t *testing.T) {
	telemetry := componenttest.NewTelemetry()
	wrapped, _ := stuck(t, NewDefaultConfig(), telemetry)
	require.Eventually(t, func() bool {
		return errors.Is(wrapped.ConsumeLogs(context.Background(), records(3)), exporterhelper.ErrQueueIsFull)
	}, 5*time.Second, time.Millisecond)
}

func TestAFullQueueOfADestinationThatIsThereSlowsTheSendersDown(t *testing.T) {
	wrapped, _ := stuck(t, Config{Drop, time.Hour}, componenttest.NewTelemetry())
	require.Eventually(t, func() bool {
		return errors.Is(wrapped.ConsumeLogs(context.Background(), records(3)), exporterhelper.ErrQueueIsFull)
	}, 5*time.Second, time.Millisecond)
}

func TestADestinationIsAwayOnceItWasAskedAndHasTakenNothingForAWhile(t *testing.T) {
	presence := &Presence{}
	assert.False(t, presence.isAway(0), "nobody has asked")
	presence.Asked()
	time.Sleep(2 * time.Millisecond)
	presence.Asked()
	assert.True(t, presence.isAway(time.Millisecond))
	assert.False(t, presence.isAway(time.Hour))
	presence.Taken()
	time.Sleep(2 * time.Millisecond)
	assert.False(t, presence.isAway(time.Millisecond), "it is idle")
	presence.Asked()
	assert.False(t, presence.isAway(time.Minute), "it has not had the time")
}

func TestAFullQueueOfADestinationThatWasIdleSlowsTheSendersDown(t *testing.T) {
	presence := &Presence{}
	presence.Asked()
	presence.Taken()
	time.Sleep(2 * time.Millisecond)
	presence.Asked()
	wrapped, err := Wrap(refusing{err: exporterhelper.ErrQueueIsFull}, Config{Drop, time.Minute}, presence, component.MustNewID("x"), componenttest.NewNopTelemetrySettings())
	require.NoError(t, err)
	assert.ErrorIs(t, wrapped.ConsumeLogs(context.Background(), records(1)), exporterhelper.ErrQueueIsFull)
}

func TestAFullQueueIsCountedAndSaidOnceWhereItDrops(t *testing.T) {
	telemetry := componenttest.NewTelemetry()
	wrapped, logged := stuck(t, Config{Drop, 0}, telemetry)
	for range 50 {
		require.NoError(t, wrapped.ConsumeLogs(context.Background(), records(3)))
	}
	measured, err := telemetry.GetMetric("sentrikat_exporter_dropped_records")
	require.NoError(t, err)
	points := measured.Data.(metricdata.Sum[int64]).DataPoints
	require.Len(t, points, 1)
	name, _ := points[0].Attributes.Value("exporter")
	assert.Equal(t, "stuck", name.AsString()[:5])
	// Two wait, and one or two have been taken out of the queue.
	assert.GreaterOrEqual(t, points[0].Value, int64(46*3))
	assert.Zero(t, points[0].Value%3)
	// The helper says it each time; the collector's own sampling is for that.
	assert.Equal(t, 1, logged.FilterMessageSnippet("dropped for this destination").Len())
}

type refusing struct {
	exporter.Logs
	err error
}

func (r refusing) ConsumeLogs(context.Context, plog.Logs) error { return r.err }

func TestAnyOtherErrorIsGivenBackUnderEitherPolicy(t *testing.T) {
	diskIsFull := errors.New("no space left on device")
	for _, policy := range []Policy{Refuse, Drop} {
		wrapped, err := Wrap(refusing{err: diskIsFull}, Config{policy, 0}, &Presence{}, component.MustNewID("x"), componenttest.NewNopTelemetrySettings())
		require.NoError(t, err)
		assert.ErrorIs(t, wrapped.ConsumeLogs(context.Background(), records(1)), diskIsFull)
	}
}

func TestAPolicyThatIsNoneIsRefused(t *testing.T) {
	assert.NoError(t, Refuse.Validate())
	assert.NoError(t, Drop.Validate())
	assert.ErrorContains(t, Policy("block").Validate(), `"block"`)
}
