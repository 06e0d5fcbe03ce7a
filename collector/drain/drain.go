// Package drain bounds how long an exporter's end takes while its destination is away, and keeps what it could not send.
//
// At shutdown the helper of the collector tells waiting attempts to stop, which leaves their records in a persistent queue, and then
// waits for those under way. Nothing ends one that a destination keeps waiting. So attempts are made within a Limit here, and some
// time after shutdown has begun the limit ends them all. An attempt that fails then is an attempt that would have been repeated, and
// its records stay in the queue.
//
// What the helper itself does about it: https://github.com/open-telemetry/opentelemetry-collector/issues/15677
package drain

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/collector/exporter"
)

var errEnded = errors.New("the collector ends: this is sent when it starts again")

// Limit is what all attempts of an exporter are made within.
type Limit struct {
	ended context.Context
	end   context.CancelCauseFunc
}

// NewLimit gives one that has not ended.
func NewLimit() *Limit {
	ended, end := context.WithCancelCause(context.Background())
	return &Limit{ended, end}
}

// Attempt gives a context that ends with ctx or with the limit, and what releases it.
func (l *Limit) Attempt(ctx context.Context) (context.Context, context.CancelFunc) {
	attempt, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(l.ended, func() { cancel(context.Cause(l.ended)) })
	return attempt, func() {
		stop()
		cancel(nil)
	}
}

// Wrap gives an exporter, made by the helper, whose attempts are made within the limit, a shutdown that takes hardly longer than
// the timeout.
func Wrap(next exporter.Logs, limit *Limit, timeout time.Duration) exporter.Logs {
	return &drained{next, limit, timeout}
}

type drained struct {
	exporter.Logs
	limit   *Limit
	timeout time.Duration
}

func (d *drained) Shutdown(ctx context.Context) error {
	timer := time.AfterFunc(d.timeout, func() { d.limit.end(errEnded) })
	defer timer.Stop()
	return d.Logs.Shutdown(ctx)
}
