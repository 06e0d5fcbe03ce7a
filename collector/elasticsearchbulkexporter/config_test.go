package elasticsearchbulkexporter

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
)

func TestEveryKeyIsRead(t *testing.T) {
	config := createDefaultConfig().(*Config)
	require.NoError(t, confmap.NewFromStringMap(map[string]any{
		"endpoints": []any{"https://a:9200/es", "http://b:9200"}, "timeout": "7s", "compression": "none",
		"tls": map[string]any{"insecure_skip_verify": true}, "headers": map[string]any{"x": "y"}, "username": "u", "password_file": "p",
		"rejected_index": "r", "require_data_stream": false, "drain_timeout": "3s", "on_overflow": "drop", "away_after": "1m",
		"retry_on_failure": map[string]any{"max_interval": "9s"},
		"sending_queue":    map[string]any{"num_consumers": 3, "storage": "file_storage", "batch": map[string]any{"max_size": 5_000_000}},
	}).Unmarshal(config))
	require.NoError(t, confmap.Validate(config))
	assert.Equal(t, []string{"https://a:9200/es", "http://b:9200"}, config.Endpoints)
	assert.Equal(t, 7*time.Second, config.HTTP.Timeout)
	assert.False(t, config.HTTP.Compression.IsCompressed())
	assert.True(t, config.HTTP.TLS.InsecureSkipVerify)
	assert.Equal(t, []string{"u", "p", "r"}, []string{config.Username, config.PasswordFile, config.RejectedIndex})
	assert.False(t, config.RequireDataStream)
	assert.Equal(t, 3*time.Second, config.DrainTimeout)
	assert.EqualValues(t, "drop", config.Overflow.OnOverflow)
	assert.Equal(t, time.Minute, config.Overflow.AwayAfter)
	assert.Equal(t, 9*time.Second, config.Retry.MaxInterval)
	assert.Zero(t, config.Retry.MaxElapsedTime)
	assert.Equal(t, 3, config.Queue.Get().NumConsumers)
	assert.EqualValues(t, 5_000_000, config.Queue.Get().Batch.Get().MaxSize)
	require.NoError(t, componenttest.CheckConfigStruct(createDefaultConfig()))
}

func TestMistakesInTheConfigurationAreSaid(t *testing.T) {
	for _, each := range []struct {
		change func(*Config)
		says   string
	}{
		{func(c *Config) { c.HTTP.Endpoint = "http://a:9200" }, `list it under "endpoints"`},
		{func(c *Config) { c.Endpoints = nil }, "endpoints is empty"},
		{func(c *Config) { c.Endpoints = []string{"a:9200"} }, "endpoints has a value"},
		{func(c *Config) { c.Endpoints = []string{"http://u:secret@a:9200"} }, "credentials into files"},
		{func(c *Config) { c.HTTP.Timeout = 0 }, "timeout"},
		{func(c *Config) { c.DrainTimeout = 0 }, "drain_timeout"},
		{func(c *Config) { c.Username = "u" }, `username is "u" and password_file ""`},
		{func(c *Config) { c.PasswordFile = "p" }, `username is "" and password_file "p"`},
		{func(c *Config) { c.APIKeyFile, c.Username, c.PasswordFile = "k", "u", "p" }, "api_key_file and username"},
		{func(c *Config) { c.Retry.Enabled = false }, "retry_on_failure is not enabled"},
		{func(c *Config) { c.Overflow.OnOverflow = "block" }, `on_overflow is "block"`},
	} {
		config := quickConfig("http://a:9200")
		each.change(config)
		err := confmap.Validate(config)
		assert.ErrorContains(t, err, each.says)
		assert.NotContains(t, err.Error(), "secret@")
	}
}
