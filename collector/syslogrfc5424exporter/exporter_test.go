package syslogrfc5424exporter

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/plog"
	otelattribute "go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/goleak"

	"sentrikat.local/collector/overflow"
	"sentrikat.local/collector/storagetest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// quickConfig does in milliseconds what takes seconds in the field.
func quickConfig(endpoint, network string) *Config {
	config := createDefaultConfig().(*Config)
	config.Endpoint, config.Network = endpoint, network
	config.Timeout, config.DrainTimeout = 300*time.Millisecond, 300*time.Millisecond
	config.Retry.InitialInterval, config.Retry.MaxInterval = 10*time.Millisecond, 50*time.Millisecond
	config.Queue.Get().Batch = configoptional.Some(exporterhelper.BatchConfig{
		FlushTimeout: 10 * time.Millisecond, Sizer: exporterhelper.RequestSizerTypeItems, MinSize: 100, MaxSize: 1_000,
	})
	return config
}

func start(t *testing.T, config *Config, h component.Host) exporter.Logs {
	t.Helper()
	return startMeasured(t, config, h, componenttest.NewNopTelemetrySettings())
}

func startMeasured(t *testing.T, config *Config, h component.Host, telemetry component.TelemetrySettings) exporter.Logs {
	t.Helper()
	require.NoError(t, config.Validate())
	settings := exportertest.NewNopSettings(NewFactory().Type())
	settings.TelemetrySettings = telemetry
	// By which a queue is found again.
	settings.ID = component.NewID(NewFactory().Type())
	started, err := NewFactory().CreateLogs(context.Background(), settings, config)
	require.NoError(t, err)
	require.NoError(t, started.Start(context.Background(), h))
	return started
}

func batch(from, count int, message string) plog.Logs {
	logs := plog.NewLogs()
	records := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for id := range count {
		r := records.AppendEmpty()
		r.SetTimestamp(1)
		body := r.Body().SetEmptyMap()
		body.PutStr("event.id", fmt.Sprint(from+id))
		body.PutStr("message", message)
	}
	return logs
}

func hasAll(r *receiver, count int) func() bool {
	return func() bool { return len(r.ids()) == count }
}

// hasFrom is for what may come twice: the receiver has the ids, and maybe others.
func hasFrom(r *receiver, from, count int) func() bool {
	return func() bool {
		ids := r.ids()
		for id := range count {
			if ids[fmt.Sprint(from+id)] == 0 {
				return false
			}
		}
		return true
	}
}

func TestOneConnectionCarriesAllBatches(t *testing.T) {
	for _, network := range []string{networkTCP, networkTLS} {
		t.Run(network, func(t *testing.T) {
			config := quickConfig("", network)
			var r *receiver
			if network == networkTLS {
				security, caFile := certificate(t)
				r = listen(t, "127.0.0.1:0", security, -1)
				config.TLS.CAFile = caFile
			} else {
				r = listen(t, "127.0.0.1:0", nil, -1)
			}
			config.Endpoint = r.address()
			sender := start(t, config, componenttest.NewNopHost())
			for number := range 20 {
				require.NoError(t, sender.ConsumeLogs(context.Background(), batch(number*10, 10, "x")))
			}
			require.Eventually(t, hasAll(r, 200), 5*time.Second, time.Millisecond)
			assert.Equal(t, 1, r.connectionCount())
			require.NoError(t, sender.Shutdown(context.Background()))
			for id, times := range r.ids() {
				assert.Equal(t, 1, times, id)
			}
		})
	}
}

func TestACertificateOfNobodyKnownIsNotSentTo(t *testing.T) {
	security, _ := certificate(t)
	_, otherCA := certificate(t)
	r := listen(t, "127.0.0.1:0", security, -1)
	config := quickConfig(r.address(), networkTLS)
	config.TLS.CAFile = otherCA
	sender := start(t, config, componenttest.NewNopHost())
	require.NoError(t, sender.ConsumeLogs(context.Background(), batch(0, 1, "x")))
	require.Eventually(t, func() bool { return r.connectionCount() > 1 }, 5*time.Second, time.Millisecond)
	assert.Empty(t, r.ids())
	require.NoError(t, sender.Shutdown(context.Background()))
}

func TestADatagramIsAMessage(t *testing.T) {
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	defer socket.Close()
	sender := start(t, quickConfig(socket.LocalAddr().String(), networkUDP), componenttest.NewNopHost())
	require.NoError(t, sender.ConsumeLogs(context.Background(), batch(0, 5, strings.Repeat("\n", 10_000))))
	buffer := make([]byte, 1<<16)
	for id := range 5 {
		require.NoError(t, socket.SetReadDeadline(time.Now().Add(5*time.Second)))
		size, _, err := socket.ReadFrom(buffer)
		require.NoError(t, err)
		assert.LessOrEqual(t, size, 2048)
		assert.Equal(t, fmt.Sprint(id), parse(t, buffer[:size]).document["event.id"])
	}
	require.NoError(t, sender.Shutdown(context.Background()))
}

// One record a batch: nothing is written after it that could be told of the refusal.
func TestADatagramThatNobodyTakesIsSentAgain(t *testing.T) {
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	address := socket.LocalAddr().String()
	require.NoError(t, socket.Close())
	sender := start(t, quickConfig(address, networkUDP), componenttest.NewNopHost())
	require.NoError(t, sender.ConsumeLogs(context.Background(), batch(7, 1, "x")))
	time.Sleep(100 * time.Millisecond)
	socket, err = net.ListenPacket("udp", address)
	require.NoError(t, err)
	defer socket.Close()
	buffer := make([]byte, 1<<16)
	require.NoError(t, socket.SetReadDeadline(time.Now().Add(5*time.Second)))
	size, _, err := socket.ReadFrom(buffer)
	require.NoError(t, err)
	assert.Equal(t, "7", parse(t, buffer[:size]).document["event.id"])
	require.NoError(t, sender.Shutdown(context.Background()))
}

func TestAReceiverThatComesBackGetsWhatItHasMissed(t *testing.T) {
	first := listen(t, "127.0.0.1:0", nil, -1)
	config := quickConfig(first.address(), networkTCP)
	sender := start(t, config, componenttest.NewNopHost())
	require.NoError(t, sender.ConsumeLogs(context.Background(), batch(0, 10, "x")))
	require.Eventually(t, hasAll(first, 10), 5*time.Second, time.Millisecond)
	first.close()
	require.NoError(t, sender.ConsumeLogs(context.Background(), batch(10, 10, "x")))
	time.Sleep(50 * time.Millisecond)
	second := listen(t, config.Endpoint, nil, -1)
	// What was read and not yet seen to be acknowledged comes again.
	require.Eventually(t, hasFrom(second, 10, 10), 5*time.Second, time.Millisecond)
	require.NoError(t, sender.Shutdown(context.Background()))
}

func TestAConnectionThatBreaksWithinABatchCostsNothing(t *testing.T) {
	// It closes with most of the batch unread, which resets the connection.
	first := listen(t, "127.0.0.1:0", nil, 5_000)
	config := quickConfig(first.address(), networkTCP)
	sender := start(t, config, componenttest.NewNopHost())
	require.NoError(t, sender.ConsumeLogs(context.Background(), batch(0, 500, strings.Repeat("x", 7_000))))
	require.Eventually(t, func() bool { return first.connectionCount() > 1 }, 5*time.Second, time.Millisecond)
	first.close()
	second := listen(t, config.Endpoint, nil, -1)
	require.Eventually(t, hasAll(second, 500), 10*time.Second, 10*time.Millisecond)
	require.NoError(t, sender.Shutdown(context.Background()))
}

// Whatever the receiver's trouble is, the end is bounded, and what was not sent is sent by the next one.
func TestWhatWaitsAtTheEndIsSentByTheNext(t *testing.T) {
	const batches, ofEach = 2, 1_000
	security, caFile := certificate(t)
	for _, each := range []struct {
		name     string
		network  string
		security *tls.Config
		endpoint func(t *testing.T) (address string, end func())
	}{
		{"nobody listens", networkTCP, nil, func(t *testing.T) (string, func()) {
			listener := unread(t)
			require.NoError(t, listener.Close())
			return listener.Addr().String(), func() {}
		}},
		{"nobody reads", networkTCP, nil, func(t *testing.T) (string, func()) {
			listener := unread(t)
			return listener.Addr().String(), func() { require.NoError(t, listener.Close()) }
		}},
		{"nobody shakes hands", networkTLS, security, func(t *testing.T) (string, func()) {
			listener := unread(t)
			return listener.Addr().String(), func() { require.NoError(t, listener.Close()) }
		}},
		{"nobody reads after the handshake", networkTLS, security, func(t *testing.T) (string, func()) {
			r := listen(t, "127.0.0.1:0", security, 0)
			return r.address(), r.close
		}},
	} {
		t.Run(each.name, func(t *testing.T) {
			address, end := each.endpoint(t)
			directory := t.TempDir()
			config := quickConfig(address, each.network)
			config.TLS.CAFile = caFile
			config.Queue.Get().StorageID = &storagetest.ID
			// Longer than the test: only the end of the collector ends an attempt.
			config.Timeout = time.Hour
			h, closeStorage := storagetest.Open(t, directory)
			sender := start(t, config, h)
			for number := range batches {
				// More than the buffers of both kernels hold.
				require.NoError(t, sender.ConsumeLogs(context.Background(), batch(number*ofEach, ofEach, strings.Repeat("x", 7_000))))
			}
			time.Sleep(100 * time.Millisecond)
			since := time.Now()
			require.NoError(t, sender.Shutdown(context.Background()))
			assert.Less(t, time.Since(since), config.DrainTimeout+time.Second)
			closeStorage()
			end()

			r := listen(t, address, each.security, -1)
			h, closeStorage = storagetest.Open(t, directory)
			defer closeStorage()
			next := start(t, config, h)
			require.Eventually(t, hasAll(r, batches*ofEach), 20*time.Second, 10*time.Millisecond)
			require.NoError(t, next.Shutdown(context.Background()))
		})
	}
}

// counted is the sum of a counter by the value of its attribute.
func counted(t *testing.T, telemetry *componenttest.Telemetry, name, attribute string) map[string]int64 {
	t.Helper()
	values := map[string]int64{}
	measured, err := telemetry.GetMetric(name)
	if err != nil {
		return values
	}
	for _, point := range measured.Data.(metricdata.Sum[int64]).DataPoints {
		value, _ := point.Attributes.Value(otelattribute.Key(attribute))
		values[value.AsString()] += point.Value
	}
	return values
}

func TestWhatBecameOfMessagesIsCounted(t *testing.T) {
	telemetry := componenttest.NewTelemetry()
	first := listen(t, "127.0.0.1:0", nil, -1)
	config := quickConfig(first.address(), networkTCP)
	sender := startMeasured(t, config, componenttest.NewNopHost(), telemetry.NewTelemetrySettings())
	require.NoError(t, sender.ConsumeLogs(context.Background(), batch(0, 5, "x")))
	require.Eventually(t, func() bool {
		return counted(t, telemetry, "sentrikat_syslog_messages", "outcome")["sent"] == 5
	}, 5*time.Second, time.Millisecond)
	require.Eventually(t, hasAll(first, 5), 5*time.Second, time.Millisecond)
	first.close()
	require.NoError(t, sender.ConsumeLogs(context.Background(), batch(5, 3, strings.Repeat("x", 10_000))))
	require.Eventually(t, func() bool {
		return counted(t, telemetry, "sentrikat_syslog_messages", "outcome")["failed"] > 0
	}, 5*time.Second, time.Millisecond)
	second := listen(t, config.Endpoint, nil, -1)
	require.Eventually(t, hasFrom(second, 5, 3), 5*time.Second, time.Millisecond)
	require.NoError(t, sender.Shutdown(context.Background()))
	messages := counted(t, telemetry, "sentrikat_syslog_messages", "outcome")
	assert.Equal(t, int64(8), messages["sent"])
	assert.Equal(t, int64(3), messages["shortened"])
	assert.Zero(t, messages["failed"]%3)
	assert.Equal(t, map[string]int64{"": 2}, counted(t, telemetry, "sentrikat_syslog_connections", ""))
	require.NoError(t, telemetry.Shutdown(context.Background()))
}

func TestEachOutcomeIsASeriesFromTheBeginning(t *testing.T) {
	telemetry := componenttest.NewTelemetry()
	config := quickConfig("127.0.0.1:1", networkTCP)
	config.Overflow.OnOverflow = overflow.Drop
	sender := startMeasured(t, config, componenttest.NewNopHost(), telemetry.NewTelemetrySettings())
	assert.Equal(t, map[string]int64{"sent": 0, "failed": 0, "shortened": 0}, counted(t, telemetry, "sentrikat_syslog_messages", "outcome"))
	assert.Equal(t, map[string]int64{"": 0}, counted(t, telemetry, "sentrikat_syslog_connections", ""))
	assert.Equal(t, map[string]int64{"syslog_rfc5424": 0}, counted(t, telemetry, "sentrikat_exporter_dropped_records", "exporter"))
	require.NoError(t, sender.Shutdown(context.Background()))
	require.NoError(t, telemetry.Shutdown(context.Background()))
}

func TestAFullQueueDropsOnlyWhereItIsToldTo(t *testing.T) {
	for _, policy := range []overflow.Policy{overflow.Refuse, overflow.Drop} {
		t.Run(string(policy), func(t *testing.T) {
			telemetry := componenttest.NewTelemetry()
			listener := unread(t)
			require.NoError(t, listener.Close())
			config := quickConfig(listener.Addr().String(), networkTCP)
			config.Overflow = overflow.Config{OnOverflow: policy}
			config.Queue.Get().QueueSize = 2
			config.Queue.Get().Batch = configoptional.None[exporterhelper.BatchConfig]()
			sender := startMeasured(t, config, componenttest.NewNopHost(), telemetry.NewTelemetrySettings())
			require.NoError(t, sender.ConsumeLogs(context.Background(), batch(0, 1, "x")))
			require.Eventually(t, func() bool {
				return counted(t, telemetry, "sentrikat_syslog_messages", "outcome")["failed"] > 0
			}, 5*time.Second, time.Millisecond)
			var refused error
			for range 10 {
				refused = errors.Join(refused, sender.ConsumeLogs(context.Background(), batch(0, 1, "x")))
			}
			dropped := counted(t, telemetry, "sentrikat_exporter_dropped_records", "exporter")["syslog_rfc5424"]
			if policy == overflow.Drop {
				require.NoError(t, refused)
				assert.Positive(t, dropped)
			} else {
				require.ErrorIs(t, refused, exporterhelper.ErrQueueIsFull)
				assert.Zero(t, dropped)
			}
			require.NoError(t, sender.Shutdown(context.Background()))
			require.NoError(t, telemetry.Shutdown(context.Background()))
		})
	}
}

func TestMistakesInTheConfigurationAreSaid(t *testing.T) {
	for _, each := range []struct {
		change func(*Config)
		says   string
	}{
		{func(c *Config) { c.Endpoint = "siem" }, `endpoint is "siem"`},
		{func(c *Config) { c.Endpoint = ":514" }, `endpoint is ":514"`},
		{func(c *Config) { c.Endpoint = "siem:0" }, `endpoint is "siem:0"`},
		{func(c *Config) { c.Network = "relp" }, `network is "relp"`},
		{func(c *Config) { c.Network, c.TLS.Insecure = "tls", true }, "tls::insecure"},
		{func(c *Config) { c.Timeout = 0 }, "timeout"},
		{func(c *Config) { c.DrainTimeout = 0 }, "drain_timeout"},
		{func(c *Config) { c.Retry.Enabled = false }, "retry_on_failure is not enabled"},
		{func(c *Config) { c.MaxMessageSize = 480 }, "max_message_size is 480"},
		{func(c *Config) { c.Network, c.MaxMessageSize = "udp", 65_508 }, "max_message_size is 65508"},
	} {
		config := quickConfig("siem:514", networkTCP)
		each.change(config)
		assert.ErrorContains(t, confmap.Validate(config), each.says)
	}
	require.NoError(t, componenttest.CheckConfigStruct(createDefaultConfig()))
}
