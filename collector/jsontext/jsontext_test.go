package jsontext

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
)

func TestEveryKindOfValueHasItsText(t *testing.T) {
	for _, each := range []struct {
		value any
		text  string
	}{
		{nil, `null`},
		{true, `true`},
		{int64(math.MaxInt64), `9223372036854775807`},
		{int64(math.MinInt64), `-9223372036854775808`},
		{1.5, `1.5`},
		{8.07, `8.07`},
		{1e21, `1e+21`},
		{1e-7, `1e-07`},
		{0.0, `0`},
		{math.NaN(), `null`},
		{math.Inf(-1), `null`},
		{[]byte{0, 0xFF}, `"AP8="`},
		{"a\"b\\c\nd\re\tf\x00g\x7f", `"a\"b\\c\nd\re\tf\u0000g\u007f"`},
		{"", `""`},
		{[]any{}, `[]`},
		{[]any{int64(1), "b", []any{nil}}, `[1,"b",[null]]`},
		{map[string]any{}, `{}`},
		{map[string]any{"a\n": map[string]any{"b": false}}, `{"a\n":{"b":false}}`},
	} {
		value := pcommon.NewValueEmpty()
		require.NoError(t, value.FromRaw(each.value))
		assert.Equal(t, each.text, string(AppendValue(nil, value, UTF8)))
	}
}

func TestWhatIsNotASCIIIsKeptOrEscaped(t *testing.T) {
	text := "é\u0085\u2028\u202E\U0001F600\xFF"
	assert.Equal(t, "\"é\u0085\u2028\u202E\U0001F600\\ufffd\"", string(AppendString(nil, text, UTF8)))
	assert.Equal(t, `"\u00e9\u0085\u2028\u202e\ud83d\ude00\ufffd"`, string(AppendString(nil, text, ASCII)))
}

func FuzzAStringReadsBackAsItWas(f *testing.F) {
	for _, seed := range []string{"", "a", "\x00\x1f\x7f", "\"\\", "é\u2028\U0001F600", "\xff\xfe", "\xed\xa0\x80", strings.Repeat("\n", 100)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, escaping := range []Escaping{UTF8, ASCII} {
			written := AppendString([]byte("before"), text, escaping)[len("before"):]
			var read string
			require.NoError(t, json.Unmarshal(written, &read), "%q", written)
			// Each byte that is no UTF-8 is a character of its own, as in Go.
			assert.Equal(t, string([]rune(text)), read)
			assert.True(t, utf8.Valid(written))
			for _, c := range written {
				assert.True(t, c >= ' ' && c != 0x7F && (escaping == UTF8 || c < 0x7F), "%q", written)
			}
		}
	})
}

func BenchmarkADocument(b *testing.B) {
	value := pcommon.NewValueEmpty()
	_ = value.FromRaw(map[string]any{
		"@timestamp": "2026-11-28T05:54:06.279Z", "event.action": "http.server.request", "event.category": []any{"web"},
		"http.request.method": "GET", "http.response.status_code": int64(200), "message": `GET /health 200 8.07ms user:anonymous ip:127.0.0.1 ua:"node"`,
		"sentrikat.duration_ms": 8.07, "service.name": "shop", "source.ip": "127.0.0.1", "trace.id": "43be841a6040f917f2276da3a3325262",
	})
	buffer := make([]byte, 0, 4096)
	for b.Loop() {
		buffer = AppendValue(buffer[:0], value, ASCII)
	}
	b.SetBytes(int64(len(buffer)))
}
