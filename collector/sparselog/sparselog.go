// Package sparselog is for what goes on happening, and need not be said each time.
package sparselog

import (
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// OncePerMinute says each message once a minute at most.
func OncePerMinute(logger *zap.Logger) *zap.Logger {
	return logger.WithOptions(zap.WrapCore(func(core zapcore.Core) zapcore.Core {
		return zapcore.NewSamplerWithOptions(core, time.Minute, 1, 0)
	}))
}
