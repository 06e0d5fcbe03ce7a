package elasticsearchbulkexporter

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
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
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"sentrikat.local/collector/overflow"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

const (
	stream         = "sentrikat-access"
	rejectedStream = "sentrikat-rejected"
)

// quickConfig does in milliseconds what takes seconds in the field.
func quickConfig(endpoints ...string) *Config {
	config := createDefaultConfig().(*Config)
	config.Endpoints = endpoints
	config.HTTP.Timeout, config.DrainTimeout = 2*time.Second, 300*time.Millisecond
	config.Retry.InitialInterval, config.Retry.MaxInterval = 10*time.Millisecond, 50*time.Millisecond
	config.Queue.Get().Batch.Get().FlushTimeout = 10 * time.Millisecond
	return config
}

// tested is an exporter whose telemetry can be looked at.
type tested struct {
	exporter.Logs
	telemetry *componenttest.Telemetry
	logs      *observer.ObservedLogs
}

func start(t *testing.T, config *Config, h component.Host) *tested {
	t.Helper()
	require.NoError(t, config.Validate())
	telemetry := componenttest.NewTelemetry()
	t.Cleanup(func() { require.NoError(t, telemetry.Shutdown(context.Background())) })
	core, observed := observer.New(zapcore.DebugLevel)
	settings := exportertest.NewNopSettings(NewFactory().Type())
	// By which a queue is found again.
	settings.ID = component.NewID(NewFactory().Type())
	settings.TelemetrySettings = telemetry.NewTelemetrySettings()
	settings.Logger = zap.New(core)
	started, err := NewFactory().CreateLogs(context.Background(), settings, config)
	require.NoError(t, err)
	require.NoError(t, started.Start(context.Background(), h))
	return &tested{started, telemetry, observed}
}

func (e *tested) consume(t *testing.T, logs plog.Logs) {
	t.Helper()
	require.NoError(t, e.ConsumeLogs(context.Background(), logs))
}

func (e *tested) end(t *testing.T) {
	t.Helper()
	require.NoError(t, e.Shutdown(context.Background()))
}

// outcomes are those that there were.
func (e *tested) outcomes() map[string]int64 {
	counts := e.series()
	maps.DeleteFunc(counts, func(_ string, count int64) bool { return count == 0 })
	return counts
}

func (e *tested) series() map[string]int64 {
	counts := map[string]int64{}
	got, err := e.telemetry.GetMetric("sentrikat_elasticsearch_documents")
	if err != nil {
		return counts
	}
	for _, point := range got.Data.(metricdata.Sum[int64]).DataPoints {
		what, _ := point.Attributes.Value("outcome")
		counts[what.AsString()] += point.Value
	}
	return counts
}

func (e *tested) said() string {
	var said strings.Builder
	for _, each := range e.logs.All() {
		fmt.Fprintln(&said, each.Message, each.ContextMap())
	}
	return said.String()
}

func records(from, count int) plog.Logs {
	logs := plog.NewLogs()
	for number := range count {
		add(logs, stream, fmt.Sprint("id-", from+number)).PutInt("n", int64(from+number))
	}
	return logs
}

// add gives the body of a new record.
func add(logs plog.Logs, index, id string) pcommon.Map {
	record := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	record.SetTimestamp(1_790_000_000_000_000_000)
	record.Attributes().PutStr(indexAttribute, index)
	if id != "" {
		record.Attributes().PutStr(idAttribute, id)
	}
	return record.Body().SetEmptyMap()
}

func eventually(t *testing.T, condition func() bool) {
	t.Helper()
	require.Eventually(t, condition, 10*time.Second, 5*time.Millisecond)
}

func has(fake *fakeElasticsearch, index string, count int) func() bool {
	return func() bool { return len(fake.ids(index)) == count }
}

func answer(status int) func(http.ResponseWriter, *http.Request, []byte) bool {
	return func(w http.ResponseWriter, _ *http.Request, _ []byte) bool {
		w.WriteHeader(status)
		return true
	}
}

func TestABatchIsOneRequest(t *testing.T) {
	fake := newFakeElasticsearch(t)
	sender := start(t, quickConfig(fake.URL+"/behind/a/proxy/"), componenttest.NewNopHost())
	sender.consume(t, records(0, 100))
	eventually(t, has(fake, stream, 100))
	sender.end(t)
	assert.Equal(t, []int{100}, fake.sent())
	assert.True(t, strings.HasPrefix(fake.urls[0], "/behind/a/proxy/_bulk?"), fake.urls[0])
	assert.Contains(t, fake.urls[0], "require_data_stream=true")
	assert.Equal(t, map[string]any{"n": 7.0}, fake.document(stream, "id-7"))
	assert.Equal(t, map[string]int64{"indexed": 100}, sender.outcomes())
}

func TestWithoutAnIDElasticsearchMakesOne(t *testing.T) {
	fake := newFakeElasticsearch(t)
	sender := start(t, quickConfig(fake.URL), componenttest.NewNopHost())
	logs := plog.NewLogs()
	add(logs, stream, "")
	sender.consume(t, logs)
	eventually(t, has(fake, stream, 1))
	sender.end(t)
	assert.Equal(t, []string{"made-1"}, fake.ids(stream))
}

func TestOnlyWhatHasFailedIsSentAgain(t *testing.T) {
	for _, each := range []struct {
		status    int
		errorType string
	}{
		{429, "es_rejected_execution_exception"},
		{503, "unavailable_shards_exception"},
		{500, "exception"},
		{401, "security_exception"},
		{403, "security_exception"},
		{404, "index_not_found_exception"},
		{403, clusterBlock},
		{400, clusterBlock},
		{400, clusterLimit},
	} {
		t.Run(fmt.Sprint(each.status, each.errorType), func(t *testing.T) {
			fake := newFakeElasticsearch(t)
			failures := map[string]int{"id-3": 2, "id-7": 1}
			fake.verdict = func(_, id string) (int, string) {
				if failures[id] == 0 {
					return 0, ""
				}
				failures[id]--
				return each.status, each.errorType
			}
			sender := start(t, quickConfig(fake.URL), componenttest.NewNopHost())
			sender.consume(t, records(0, 10))
			eventually(t, has(fake, stream, 10))
			sender.end(t)
			assert.Equal(t, []int{10, 2, 1}, fake.sent())
			assert.Equal(t, map[string]int64{"indexed": 10, "retried": 3}, sender.outcomes())
		})
	}
}

func TestWhatWasThereIsADuplicate(t *testing.T) {
	fake := newFakeElasticsearch(t)
	sender := start(t, quickConfig(fake.URL), componenttest.NewNopHost())
	sender.consume(t, records(0, 10))
	eventually(t, has(fake, stream, 10))
	sender.consume(t, records(5, 10))
	eventually(t, has(fake, stream, 15))
	sender.end(t)
	assert.Equal(t, []int{10, 10}, fake.sent())
	assert.Equal(t, map[string]int64{"indexed": 15, "duplicate": 5}, sender.outcomes())
}

func TestAWholeAnswerThatIsNoSuccessIsTriedAgain(t *testing.T) {
	for _, each := range []struct {
		name   string
		status int
		answer string
	}{
		{"too many requests", 429, `{"error":{"type":"circuit_breaking_exception"}}`},
		{"unavailable", 503, `no upstream`},
		{"timeout", 408, ``},
		{"not known", 401, `{"error":{"type":"security_exception"}}`},
		{"not allowed", 403, `{"error":{"type":"security_exception"}}`},
		{"not found", 404, `nothing here`},
		{"a page of a proxy", 200, `<!doctype html><title>Log in</title>`},
		{"no items", 200, `{}`},
		{"too few items", 200, `{"items":[{"create":{"status":201}}]}`},
		{"items of other actions", 200, `{"items":[{"index":{"status":201}},{"index":{"status":201}}]}`},
		{"a request that is none", 400, `{"error":{"type":"illegal_argument_exception"}}`},
	} {
		t.Run(each.name, func(t *testing.T) {
			fake := newFakeElasticsearch(t)
			left := 2
			fake.instead = func(w http.ResponseWriter, _ *http.Request, _ []byte) bool {
				if left == 0 {
					return false
				}
				left--
				w.WriteHeader(each.status)
				_, _ = w.Write([]byte(each.answer))
				return true
			}
			sender := start(t, quickConfig(fake.URL), componenttest.NewNopHost())
			sender.consume(t, records(0, 2))
			eventually(t, has(fake, stream, 2))
			sender.end(t)
			assert.Equal(t, map[string]int64{"indexed": 2, "retried": 4}, sender.outcomes())
		})
	}
}

func TestAServerIsWaitedForAsLongAsItAsks(t *testing.T) {
	fake := newFakeElasticsearch(t)
	var first time.Time
	fake.instead = func(w http.ResponseWriter, _ *http.Request, _ []byte) bool {
		if !first.IsZero() {
			return false
		}
		first = time.Now()
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(429)
		return true
	}
	sender := start(t, quickConfig(fake.URL), componenttest.NewNopHost())
	sender.consume(t, records(0, 1))
	eventually(t, has(fake, stream, 1))
	sender.end(t)
	assert.GreaterOrEqual(t, time.Since(first), time.Second)
}

func TestAServerThatNeverAnswersCostsOneTimeout(t *testing.T) {
	fake := newFakeElasticsearch(t)
	hangs := true
	fake.instead = func(_ http.ResponseWriter, r *http.Request, _ []byte) bool {
		if !hangs {
			return false
		}
		hangs = false
		<-r.Context().Done()
		return true
	}
	config := quickConfig(fake.URL)
	config.HTTP.Timeout = 200 * time.Millisecond
	sender := start(t, config, componenttest.NewNopHost())
	sender.consume(t, records(0, 1))
	eventually(t, has(fake, stream, 1))
	sender.end(t)
}

func TestWhatCannotBeTakenTogetherIsTakenInParts(t *testing.T) {
	for _, each := range []struct {
		name, answer string
		status       int
		// What becomes of the one that is to blame: of a large one as much is kept as is taken.
		outcome string
	}{
		{"too large", "", http.StatusRequestEntityTooLarge, "rejected"},
		{"one action is none", `{"error":{"type":"action_request_validation_exception"}}`, http.StatusBadRequest, "lost"},
	} {
		t.Run(each.name, func(t *testing.T) {
			fake := newFakeElasticsearch(t)
			fake.instead = func(w http.ResponseWriter, _ *http.Request, body []byte) bool {
				if len(body) <= 60_000 {
					return false
				}
				w.WriteHeader(each.status)
				_, _ = w.Write([]byte(each.answer))
				return true
			}
			config := quickConfig(fake.URL)
			config.RejectedIndex = rejectedStream
			sender := start(t, config, componenttest.NewNopHost())
			logs := records(0, 100)
			add(logs, stream, "large").PutStr("message", strings.Repeat("x", 100_000))
			sender.consume(t, logs)
			eventually(t, func() bool { return sender.outcomes()[each.outcome] == 1 })
			eventually(t, has(fake, stream, 100))
			sender.end(t)
			assert.Equal(t, map[string]int64{"indexed": 100, each.outcome: 1}, sender.outcomes())
			assert.Contains(t, sender.said(), "id:large")
		})
	}
}

func TestADocumentThatIsLargerThanABatchIsSent(t *testing.T) {
	fake := newFakeElasticsearch(t)
	sender := start(t, quickConfig(fake.URL), componenttest.NewNopHost())
	logs := records(0, 10)
	add(logs, stream, "large").PutStr("message", strings.Repeat("x", 8_000_000))
	records(10, 10).ResourceLogs().MoveAndAppendTo(logs.ResourceLogs())
	sender.consume(t, logs)
	eventually(t, has(fake, stream, 21))
	sender.end(t)
}

func TestARefusedDocumentIsStoredAsText(t *testing.T) {
	fake := newFakeElasticsearch(t)
	fake.verdict = func(index, id string) (int, string) {
		if index == stream && (id == "id-1" || id == "id-2") {
			return 400, "document_parsing_exception"
		}
		return 0, ""
	}
	config := quickConfig(fake.URL)
	config.RejectedIndex = rejectedStream
	sender := start(t, config, componenttest.NewNopHost())
	sender.consume(t, records(0, 4))
	eventually(t, has(fake, rejectedStream, 2))
	sender.end(t)
	assert.Equal(t, []string{"id-0", "id-3"}, fake.ids(stream))
	assert.Equal(t, []int{4, 2}, fake.sent())
	assert.Equal(t, map[string]any{
		"@timestamp":              "2026-09-21T14:13:20Z",
		"message":                 `{"n":2}`,
		"error.type":              "document_parsing_exception",
		"error.message":           `failed to parse field [n]. Preview of field's value: 'hunter2': For input string: "hunter2"`,
		"event.id":                "id-2",
		"sentrikat.rejected_from": stream,
	}, fake.document(rejectedStream, "id-2"))
	assert.Equal(t, map[string]int64{"indexed": 2, "rejected": 2}, sender.outcomes())
	assert.NotContains(t, sender.said(), "hunter2")
}

func TestATextThatCannotBeStoredNowIsSentAgain(t *testing.T) {
	fake := newFakeElasticsearch(t)
	away := 2
	fake.verdict = func(index, _ string) (int, string) {
		if index == stream {
			return 400, "document_parsing_exception"
		}
		if away > 0 {
			away--
			return 503, "unavailable_shards_exception"
		}
		return 0, ""
	}
	config := quickConfig(fake.URL)
	config.RejectedIndex = rejectedStream
	sender := start(t, config, componenttest.NewNopHost())
	sender.consume(t, records(0, 1))
	eventually(t, has(fake, rejectedStream, 1))
	sender.end(t)
	assert.Equal(t, map[string]int64{"rejected": 1, "retried": 2}, sender.outcomes())
}

func TestWhatCanBeStoredNowhereIsCountedAndSaidOnceWithoutItsContent(t *testing.T) {
	for name, rejectedIndex := range map[string]string{"no index for it": "", "which refuses it as well": rejectedStream} {
		t.Run(name, func(t *testing.T) {
			fake := newFakeElasticsearch(t)
			fake.verdict = func(string, string) (int, string) { return 400, "document_parsing_exception" }
			config := quickConfig(fake.URL)
			config.RejectedIndex = rejectedIndex
			sender := start(t, config, componenttest.NewNopHost())
			sender.consume(t, records(0, 5))
			eventually(t, func() bool { return sender.outcomes()["lost"] == 5 })
			sender.end(t)
			assert.Equal(t, 1, strings.Count(sender.said(), "is lost"))
			assert.Contains(t, sender.said(), "document_parsing_exception")
			assert.NotContains(t, sender.said(), "hunter2")
		})
	}
}

func TestARecordThatIsNoDocumentIsCountedAndHoldsNothingUp(t *testing.T) {
	fake := newFakeElasticsearch(t)
	sender := start(t, quickConfig(fake.URL), componenttest.NewNopHost())
	logs := records(0, 1)
	add(logs, "", "no-index")
	noMap := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	noMap.Attributes().PutStr(indexAttribute, stream)
	noMap.Body().SetStr("text")
	sender.consume(t, logs)
	eventually(t, has(fake, stream, 1))
	sender.end(t)
	assert.Equal(t, map[string]int64{"indexed": 1, "lost": 2}, sender.outcomes())
}

func TestAfterAFailureTheNextNodeIsTried(t *testing.T) {
	gone, sick, well := newFakeElasticsearch(t), newFakeElasticsearch(t), newFakeElasticsearch(t)
	gone.Close()
	sick.instead = answer(503)
	sender := start(t, quickConfig(gone.URL, sick.URL, well.URL), componenttest.NewNopHost())
	sender.consume(t, records(0, 10))
	eventually(t, has(well, stream, 10))
	sender.consume(t, records(10, 10))
	eventually(t, has(well, stream, 20))
	sender.end(t)
	assert.Equal(t, 1, sick.requestCount(), "the node that answers is kept")
}

func TestASecretThatIsReplacedHoldsFromTheNextAttemptOn(t *testing.T) {
	for _, each := range []struct {
		name          string
		configure     func(config *Config, file string)
		first, second string
	}{
		{"api key", func(c *Config, file string) { c.APIKeyFile = file }, "ApiKey swordfish ", "ApiKey shibboleth"},
		{"password", func(c *Config, file string) { c.Username, c.PasswordFile = "u", file }, "Basic dTpzd29yZGZpc2gg", "Basic dTpzaGliYm9sZXRo"},
	} {
		t.Run(each.name, func(t *testing.T) {
			fake := newFakeElasticsearch(t)
			fake.instead = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
				if r.Header.Get("Authorization") == each.second {
					return false
				}
				w.WriteHeader(401)
				return true
			}
			file := filepath.Join(t.TempDir(), "secret")
			config := quickConfig(fake.URL)
			each.configure(config, file)
			sender := start(t, config, componenttest.NewNopHost())
			sender.consume(t, records(0, 1))
			eventually(t, func() bool { return strings.Contains(sender.said(), "cannot be read") })
			assert.Zero(t, fake.requestCount())
			require.NoError(t, os.WriteFile(file, nil, 0o600))
			eventually(t, func() bool { return strings.Contains(sender.said(), "is empty") })
			assert.Zero(t, fake.requestCount())
			// A space at the end belongs to a password; the end of the line does not.
			require.NoError(t, os.WriteFile(file, []byte("swordfish \r\n"), 0o600))
			eventually(t, func() bool { return fake.requestCount() > 0 })
			require.NoError(t, os.WriteFile(file, []byte("shibboleth\n"), 0o600))
			eventually(t, has(fake, stream, 1))
			sender.end(t)
			// A server takes the spaces at the end of a header away.
			assert.Equal(t, strings.TrimSpace(each.first), fake.secrets[0])
			for _, secret := range []string{"swordfish", "shibboleth", "dTpz"} {
				assert.NotContains(t, sender.said(), secret)
			}
		})
	}
}

func TestNothingInAnIndexOrAnIDMakesALineOfItsOwn(t *testing.T) {
	fake := newFakeElasticsearch(t)
	sender := start(t, quickConfig(fake.URL), componenttest.NewNopHost())
	logs := plog.NewLogs()
	forged := "\"}}\n{\"x\":1}\r\n{\"delete\":{\"_index\":\"victim\",\"_id\":\"1\"}}\n"
	add(logs, forged, forged).PutStr(forged, forged)
	add(logs, "a\u2028\x00\xffb", "\x7f\xc3").PutStr("", "\xed\xa0\x80")
	add(logs, stream, strings.Repeat("é", 300))
	sender.consume(t, logs)
	eventually(t, func() bool { return sender.outcomes()["indexed"] == 3 })
	sender.end(t)
	assert.Equal(t, []string{forged}, fake.ids(forged))
	assert.Equal(t, map[string]any{forged: forged}, fake.document(forged, forged))
	assert.Len(t, fake.ids("a\u2028\x00\ufffdb"), 1)
	assert.Empty(t, fake.ids("victim"))
	assert.Len(t, fake.ids(stream)[0], 64, "a longer id than Elasticsearch takes is replaced by its hash")
}

func TestEachOutcomeIsASeriesFromTheBeginning(t *testing.T) {
	sender := start(t, quickConfig(newFakeElasticsearch(t).URL), componenttest.NewNopHost())
	assert.Equal(t, map[string]int64{"indexed": 0, "duplicate": 0, "retried": 0, "rejected": 0, "lost": 0}, sender.series())
	sender.end(t)
}

func TestAFullQueueIsARefusalUnlessDroppingIsWanted(t *testing.T) {
	for _, each := range []struct {
		policy overflow.Policy
		check  func(assert.TestingT, error, ...any) bool
	}{
		{overflow.Refuse, assert.Error},
		{overflow.Drop, assert.NoError},
	} {
		t.Run(string(each.policy), func(t *testing.T) {
			fake := newFakeElasticsearch(t)
			fake.instead = answer(503)
			config := quickConfig(fake.URL)
			config.Overflow = overflow.Config{OnOverflow: each.policy, AwayAfter: time.Nanosecond}
			config.Queue.Get().Sizer, config.Queue.Get().QueueSize = exporterhelper.RequestSizerTypeRequests, 1
			config.Queue.Get().Batch = configoptional.None[exporterhelper.BatchConfig]()
			sender := start(t, config, componenttest.NewNopHost())
			sender.consume(t, records(0, 1))
			eventually(t, func() bool { return sender.outcomes()["retried"] > 0 })
			var err error
			// One more than the queue and its consumers can have.
			for number := 0; number < 10 && err == nil; number++ {
				err = sender.ConsumeLogs(context.Background(), records(number, 1))
			}
			each.check(t, err)
			sender.end(t)
		})
	}
}
