package elasticsearchbulkexporter

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// FuzzALineReadsAsEncodingJSONReadsItsOwn makes values at random; what encoding/json makes of the same value is the measure.
func FuzzALineReadsAsEncodingJSONReadsItsOwn(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed, "text\n\xff\u2028")
	}
	f.Fuzz(func(t *testing.T, seed uint64, text string) {
		random := rand.New(rand.NewPCG(seed, 0))
		// Names are of whole characters: two that differ in what is none would be one name.
		raw := map[string]any{"text": text}
		for range random.IntN(10) {
			raw[randomText(random, text)] = randomValue(random, text, 4)
		}
		record := plog.NewLogRecord()
		record.Attributes().PutStr(indexAttribute, "i"+text)
		record.Attributes().PutStr(idAttribute, text)
		require.NoError(t, record.Body().SetEmptyMap().FromRaw(raw))
		each, problem := newDocument(record)
		require.Empty(t, problem)
		lines := bytes.Split(each.appendLines(nil), []byte("\n"))
		require.Len(t, lines, 3)
		require.True(t, json.Valid(lines[0]))
		expected, err := json.Marshal(record.Body().Map().AsRaw())
		require.NoError(t, err)
		assert.Equal(t, parsed(t, expected), parsed(t, lines[1]))
	})
}

// parsed keeps each digit of an integer, and reads every other number as what it is worth.
func parsed(t *testing.T, text []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	require.NoError(t, decoder.Decode(&value), "%q", text)
	return worth(value)
}

func worth(value any) any {
	switch of := value.(type) {
	case json.Number:
		if whole, err := of.Int64(); err == nil {
			return whole
		}
		number, _ := of.Float64()
		return number
	case map[string]any:
		for key := range of {
			of[key] = worth(of[key])
		}
	case []any:
		for index := range of {
			of[index] = worth(of[index])
		}
	}
	return value
}

func randomText(random *rand.Rand, text string) string {
	runes := []rune(text + "ab.\"\\\x00\x1f\x7fé\U0001F600")
	random.Shuffle(len(runes), func(i, j int) { runes[i], runes[j] = runes[j], runes[i] })
	return string(runes[:random.IntN(len(runes)+1)])
}

func randomValue(random *rand.Rand, text string, depth int) any {
	kinds := 8
	if depth == 0 {
		kinds = 6
	}
	switch random.IntN(kinds) {
	case 0:
		return randomText(random, text)
	case 1:
		return int64(random.Uint64())
	case 2:
		// encoding/json has no text for what is no number; that is a test of its own.
		if number := math.Float64frombits(random.Uint64()); !math.IsNaN(number) && !math.IsInf(number, 0) {
			return number
		}
		return -0.0
	case 3:
		return random.IntN(2) == 0
	case 4:
		return nil
	case 5:
		// Of no bytes AsRaw makes a null.
		return []byte("x" + randomText(random, text))
	case 6:
		values := make([]any, random.IntN(4))
		for index := range values {
			values[index] = randomValue(random, text, depth-1)
		}
		return values
	default:
		values := map[string]any{}
		for range random.IntN(4) {
			values[randomText(random, text)] = randomValue(random, text, depth-1)
		}
		return values
	}
}

func TestAnIDIsOneThatElasticsearchTakesAndNobodyElses(t *testing.T) {
	ids := map[string]bool{}
	for _, id := range []string{"a", "é", "a\xff", "a\xfe", "a\ufffd", strings.Repeat("\xff", 400), strings.Repeat("x", maxIDBytes+1)} {
		record := exampleRecord()
		record.Attributes().PutStr(idAttribute, id)
		each, _ := newDocument(record)
		assert.LessOrEqual(t, len(each.id), maxIDBytes)
		assert.True(t, utf8.ValidString(each.id), "%q", each.id)
		assert.False(t, ids[each.id], "%q", each.id)
		ids[each.id] = true
	}
	assert.True(t, ids["a"] && ids["é"])
}

func TestWhatEncodingJSONDoesNotWriteHasItsTextToo(t *testing.T) {
	record := plog.NewLogRecord()
	record.Attributes().PutStr(indexAttribute, stream)
	record.Body().SetEmptyMap().PutDouble("nan", math.NaN())
	record.Body().Map().PutDouble("inf", math.Inf(1))
	record.Body().Map().PutEmptyBytes("bytes")
	each, _ := newDocument(record)
	assert.Equal(t, `{"nan":null,"inf":null,"bytes":""}`, string(each.source))
}

func TestARefusedDocumentWithoutATimeHasOne(t *testing.T) {
	record := plog.NewLogRecord()
	record.Body().SetEmptyMap()
	record.Attributes().PutStr(indexAttribute, stream)
	each, _ := newDocument(record)
	assert.NotContains(t, string(each.rejected("r", rejection{}).source), `"1970`)
	record.SetObservedTimestamp(pcommon.Timestamp(1_790_000_000_000_000_001))
	assert.Contains(t, string(each.rejected("r", rejection{}).source), `"@timestamp":"2026-09-21T14:13:20.000000001Z"`)
}

func exampleRecord() plog.LogRecord {
	record := plog.NewLogRecord()
	record.Attributes().PutStr(indexAttribute, stream)
	record.Attributes().PutStr(idAttribute, "01JDZ5V3N6Q0Y7R8S9T0V1W2X3")
	_ = record.Body().SetEmptyMap().FromRaw(map[string]any{
		"@timestamp": "2026-11-28T05:54:06.279Z", "event.action": "http.server.request", "event.category": []any{"web"},
		"http.request.method": "GET", "http.response.status_code": int64(200), "message": `GET /health 200 8.07ms user:anonymous ip:127.0.0.1 ua:"node"`,
		"sentrikat.duration_ms": 8.07, "service.name": "shop", "source.ip": "127.0.0.1", "trace.id": "43be841a6040f917f2276da3a3325262",
	})
	return record
}

func BenchmarkADocument(b *testing.B) {
	record := exampleRecord()
	var body []byte
	b.ReportAllocs()
	for b.Loop() {
		each, _ := newDocument(record)
		body = each.appendLines(body[:0])
	}
	b.SetBytes(int64(len(body)))
}

func BenchmarkADocumentByEncodingJSON(b *testing.B) {
	record := exampleRecord()
	var body []byte
	b.ReportAllocs()
	for b.Loop() {
		body, _ = json.Marshal(record.Body().Map().AsRaw())
	}
	b.SetBytes(int64(len(body)))
}
