package drain

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/plog"
)

func TestAnAttemptWithoutAnEndIsEndedAfterTheTimeout(t *testing.T) {
	limit := NewLimit()
	began, ended := make(chan struct{}), make(chan error, 1)
	inner, err := exporterhelper.NewLogs(context.Background(), exportertest.NewNopSettings(component.MustNewType("stuck")), struct{}{},
		func(ctx context.Context, _ plog.Logs) error {
			attempt, release := limit.Attempt(ctx)
			defer release()
			close(began)
			<-attempt.Done()
			ended <- context.Cause(attempt)
			return context.Cause(attempt)
		},
		exporterhelper.WithQueue(configoptional.Some(exporterhelper.NewDefaultQueueConfig())), exporterhelper.WithTimeout(exporterhelper.TimeoutConfig{}))
	require.NoError(t, err)
	wrapped := Wrap(inner, limit, 50*time.Millisecond)
	require.NoError(t, wrapped.Start(context.Background(), componenttest.NewNopHost()))
	logs := plog.NewLogs()
	logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	require.NoError(t, wrapped.ConsumeLogs(context.Background(), logs))
	<-began
	require.NoError(t, wrapped.Shutdown(context.Background()))
	assert.ErrorIs(t, <-ended, errEnded)
}

func TestAnAttemptEndsWithItsOwnContextToo(t *testing.T) {
	limit := NewLimit()
	ctx, cancel := context.WithCancel(context.Background())
	attempt, release := limit.Attempt(ctx)
	defer release()
	require.NoError(t, attempt.Err())
	cancel()
	<-attempt.Done()
	assert.ErrorIs(t, context.Cause(attempt), context.Canceled)
}
