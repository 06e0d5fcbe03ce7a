package syslogrfc5424exporter

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// What RFC 5424 allows of a header with no structured data, and a message of one object in printable ASCII.
var strict = regexp.MustCompile(`^<(\d|[1-9]\d|1[0-8]\d|19[01])>1 (-|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) - (\{[ -~]*\})$`)

type parsed struct {
	priority, time, hostname, appName, procID, msgID string
	document                                         map[string]any
}

func parse(t testing.TB, message []byte) parsed {
	t.Helper()
	match := strict.FindSubmatch(message)
	require.NotNil(t, match, "%q", message)
	p := parsed{string(match[1]), string(match[2]), string(match[3]), string(match[4]), string(match[5]), string(match[6]), nil}
	decoder := json.NewDecoder(bytes.NewReader(match[7]))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&p.document), "%q", message)
	return p
}

func record(attributes map[string]any, body any) plog.LogRecord {
	r := plog.NewLogRecord()
	if err := r.Attributes().FromRaw(attributes); err != nil {
		panic(err)
	}
	if err := r.Body().FromRaw(body); err != nil {
		panic(err)
	}
	return r
}

func TestAMessageIsWhatTheRFCSays(t *testing.T) {
	r := record(map[string]any{"priority": int64(110), "hostname": "web-1", "appname": "shop", "proc_id": "42", "msg_id": "audit", "message": "ignored"}, nil)
	body := r.Body().SetEmptyMap() // a Go map would give its keys in any order
	body.PutStr("message", "é\n")
	body.PutInt("n", 9007199254740993)
	r.SetTimestamp(pcommon.NewTimestampFromTime(time.Date(2026, 11, 28, 5, 54, 6, 279123456, time.UTC)))
	message, wasShortened := appendMessage([]byte("before"), r, 8192)
	assert.Equal(t, `before<110>1 2026-11-28T05:54:06.279123Z web-1 shop 42 audit - {"message":"\u00e9\n","n":9007199254740993}`, string(message))
	assert.False(t, wasShortened)
	assert.Equal(t, `10 {"message"`, string(appendFrame(nil, []byte(`{"message"`))))
}

func TestWhatIsMissingOrNonsenseInAHeaderIsAHyphenOrTheDefault(t *testing.T) {
	for _, attributes := range []map[string]any{nil,
		{"priority": "110", "hostname": int64(1), "appname": "", "proc_id": nil, "msg_id": []any{"x"}},
		{"priority": int64(192)}, {"priority": int64(-1)},
	} {
		message, _ := appendMessage(nil, record(attributes, "text"), 8192)
		assert.Equal(t, `<13>1 - - - - - - {"message":"text"}`, string(message))
	}
}

func TestTheTimeIsWhenItWasSeenWhereNobodySaysMore(t *testing.T) {
	r := record(nil, nil)
	r.SetObservedTimestamp(pcommon.NewTimestampFromTime(time.Unix(0, 0).Add(time.Microsecond)))
	message, _ := appendMessage(nil, r, 8192)
	assert.Equal(t, "1970-01-01T00:00:00.000001Z", parse(t, message).time)
}

const forged = "<134>1 2026-01-01T00:00:00Z forged forged 1 forged - forged"

var hostile = []string{
	"a\n" + forged, "a\r\n" + forged + "\r\n", "a\r" + forged, "a\x00" + forged, "59 " + forged, "a\n59 " + forged,
	"a\u0085b\u2028c\u2029d", "\u202Ereversed\u202C", "\x1b[31mred\x1b[0m\a", `a"b]c\d [x@1 a="b"]`, "\uFEFFmark", "\xff\xfe\xed\xa0\x80",
	"\U0001F600é", " padded ", "\x7f\u0080\u009f", "", strings.Repeat("x", 100_000), strings.Repeat("\n", 5_000), strings.Repeat("\U0001F600", 30_000),
}

func TestNothingInARecordEndsItsFrameOrBeginsAnother(t *testing.T) {
	for _, text := range hostile {
		for _, limit := range []int{2048, 8192, 1 << 20} {
			r := record(
				map[string]any{"priority": int64(110), "hostname": text, "appname": text, "proc_id": text, "msg_id": text},
				map[string]any{"event.id": "kept", "message": text, text: text, "nested": map[string]any{text: []any{text}}})
			message, wasShortened := appendMessage(nil, r, limit)
			assert.LessOrEqual(t, len(message), limit)
			p := parse(t, message)
			assert.Equal(t, "kept", p.document["event.id"])
			if !wasShortened {
				same := string([]rune(text))
				assert.Equal(t, map[string]any{"event.id": "kept", "message": same, same: same, "nested": map[string]any{same: []any{same}}}, p.document)
			}
		}
	}
}

func TestWhatIsTooLongLosesFirstWhatMattersLeast(t *testing.T) {
	document := map[string]any{
		"@timestamp": "2026-11-28T05:54:06Z", "event.id": "id", "event.action": "user.created", "message": "short", "user.id": "7",
		"sentrikat.attributes": map[string]any{"a": strings.Repeat("x", 1_000)}, "error.stack_trace": strings.Repeat("s", 1_800),
	}
	shortened := func(limit int) map[string]any {
		message, wasShortened := appendMessage(nil, record(nil, document), limit)
		assert.True(t, wasShortened)
		assert.LessOrEqual(t, len(message), limit)
		p := parse(t, message)
		assert.Equal(t, true, p.document["sentrikat.truncated"])
		return p.document
	}
	without := shortened(2_500)
	assert.NotContains(t, without, "sentrikat.attributes")
	assert.Equal(t, document["error.stack_trace"], without["error.stack_trace"])

	document["error.stack_trace"] = strings.Repeat("s", 10_000)
	cut := shortened(2_500)
	assert.Regexp(t, `^s{1000,}…\[cut\]$`, cut["error.stack_trace"])
	assert.Equal(t, "short", cut["message"])

	for field := range 100 {
		document[strings.Repeat("k", field)] = strings.Repeat("v", 100)
	}
	least := shortened(2_048)
	for _, key := range []string{"@timestamp", "event.id", "event.action", "message", "user.id"} {
		assert.Equal(t, document[key], least[key])
	}
}

func TestAKeyThatComesTwiceDoesNotHoldUpShortening(t *testing.T) {
	// As a sender's protobuf may have it; no builder of pdata makes such a map.
	members := ""
	for range 300 {
		members += `{"key":"message","value":{"stringValue":"` + strings.Repeat("x", 100) + `"}},`
	}
	logs, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs([]byte(
		`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"kvlistValue":{"values":[` + strings.TrimSuffix(members, ",") + `]}}}]}]}]}`))
	require.NoError(t, err)
	r := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	require.Equal(t, 300, r.Body().Map().Len())
	message, _ := appendMessage(nil, r, 2048)
	assert.LessOrEqual(t, len(message), 2048)
	assert.Equal(t, strings.Repeat("x", 100), parse(t, message).document["message"])
}

// With work that grows by the square this takes minutes; one record of a stranger would stop all that wait behind it.
func TestARecordOfVeryManyFieldsIsShortenedAllTheSame(t *testing.T) {
	members := make([]string, 100_000)
	for number := range members {
		members[number] = fmt.Sprintf(`{"key":"k%d","value":{"stringValue":"%s"}}`, number, strings.Repeat("v", 150))
	}
	logs, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs([]byte(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"kvlistValue":{"values":[` +
		strings.Join(members, ",") + `,{"key":"event.id","value":{"stringValue":"kept"}}]}}}]}]}]}`))
	require.NoError(t, err)
	message, _ := appendMessage(nil, logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0), 8192)
	assert.LessOrEqual(t, len(message), 8192)
	assert.Equal(t, "kept", parse(t, message).document["event.id"])
}

func TestTheEssentialGoesTooWhereNothingElseIsLeft(t *testing.T) {
	list := slices.Repeat([]any{int64(1)}, 60)
	nested, flat := map[string]any{}, map[string]any{}
	for _, path := range essential {
		flat[path] = list
		if root, member, ok := strings.Cut(path, "."); ok {
			if nested[root] == nil {
				nested[root] = map[string]any{}
			}
			nested[root].(map[string]any)[member] = list
		}
	}
	maps.Copy(flat, nested)
	message, _ := appendMessage(nil, record(nil, flat), 2_048)
	assert.LessOrEqual(t, len(message), 2_048)
	document := parse(t, message).document
	assert.Contains(t, document, "@timestamp")
	assert.NotContains(t, document, "message")
}

func TestNestedFieldsAreKeptAsTheFlatOnes(t *testing.T) {
	r := record(nil, map[string]any{
		"event":     map[string]any{"id": "id", "action": "user.created", "reason": strings.Repeat("r", 3_000)},
		"log":       map[string]any{"level": "info", "logger": "billing"},
		"sentrikat": map[string]any{"attributes": strings.Repeat("x", 100), "concern": "audit"},
		"other":     map[string]any{"deep": []any{strings.Repeat("o", 3_000)}},
		"numbers":   slices.Repeat([]any{int64(1)}, 3_000),
	})
	message, _ := appendMessage(nil, r, 2_048)
	assert.LessOrEqual(t, len(message), 2_048)
	document := parse(t, message).document
	event := document["event"].(map[string]any)
	assert.Equal(t, "id", event["id"])
	assert.Equal(t, "user.created", event["action"])
	assert.Regexp(t, `^r{100,}…\[cut\]$`, event["reason"])
	assert.Equal(t, map[string]any{"level": "info", "logger": "billing"}, document["log"])
	assert.Equal(t, map[string]any{"concern": "audit"}, document["sentrikat"])
	assert.Regexp(t, `^o{100,}…\[cut\]$`, document["other"].(map[string]any)["deep"].([]any)[0])
	assert.NotContains(t, document, "numbers")
}

func FuzzAnyRecordIsOneMessageWithinItsLimit(f *testing.F) {
	for _, text := range hostile[:16] {
		f.Add(text, text, int64(110), 2048)
	}
	f.Fuzz(func(t *testing.T, name, text string, priority int64, limit int) {
		limit = max(2048, min(limit, 1<<20))
		r := record(map[string]any{"priority": priority, "hostname": name, "appname": name, "proc_id": text, "msg_id": text},
			map[string]any{"k" + name: text, "message": text, "nested": map[string]any{"id": text}, "list": []any{name, text}, "event": map[string]any{name: text}})
		message, wasShortened := appendMessage(nil, r, limit)
		assert.LessOrEqual(t, len(message), limit)
		document := parse(t, message).document
		if !wasShortened {
			assert.Equal(t, []any{string([]rune(name)), string([]rune(text))}, document["list"])
		}
	})
}

func BenchmarkAMessage(b *testing.B) {
	r := record(map[string]any{"priority": int64(110), "hostname": "web-1", "appname": "shop", "msg_id": "access"}, map[string]any{
		"@timestamp": "2026-11-28T05:54:06.279Z", "event.action": "http.server.request", "event.category": []any{"web"},
		"http.response.status_code": int64(200), "message": `GET /health 200 8.07ms user:anonymous ip:127.0.0.1 ua:"node"`,
		"sentrikat.duration_ms": 8.07, "service.name": "shop", "source.ip": "127.0.0.1", "trace.id": "43be841a6040f917f2276da3a3325262",
	})
	r.SetTimestamp(1)
	var buffer []byte
	for b.Loop() {
		buffer, _ = appendMessage(buffer[:0], r, 8192)
	}
	b.SetBytes(int64(len(buffer)))
}
