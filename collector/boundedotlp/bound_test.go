package boundedotlp

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// nest puts so many containers into one another.
func nest(value pcommon.Value, levels int, inner func(pcommon.Value) pcommon.Value) {
	for range levels {
		value = inner(value)
	}
	value.SetStr("bottom")
}

func list(value pcommon.Value) pcommon.Value { return value.SetEmptySlice().AppendEmpty() }
func object(value pcommon.Value) pcommon.Value {
	return value.SetEmptyMap().PutEmpty("in")
}

func oneRecord() (plog.Logs, plog.LogRecord) {
	logs := plog.NewLogs()
	return logs, logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
}

func TestWhatIsTooDeepIsAMarkWhereverItStands(t *testing.T) {
	for name, inner := range map[string]func(pcommon.Value) pcommon.Value{"list": list, "object": object} {
		t.Run(name, func(t *testing.T) {
			logs, record := oneRecord()
			resource := logs.ResourceLogs().At(0)
			places := []pcommon.Value{
				record.Body(), record.Attributes().PutEmpty("a"),
				resource.Resource().Attributes().PutEmpty("a"), resource.ScopeLogs().At(0).Scope().Attributes().PutEmpty("a"),
			}
			for _, place := range places {
				nest(place, 20_000, inner)
			}
			bound(logs)
			for _, place := range places {
				text := place.AsString()
				assert.Less(t, len(text), 500)
				assert.Contains(t, text, "[deep]")
				assert.NotContains(t, text, "bottom")
			}
		})
	}
}

func TestWhatAnybodySendsIsWhole(t *testing.T) {
	logs, record := oneRecord()
	nest(record.Body(), maxDepth, object)
	attributes := record.Attributes()
	nest(attributes.PutEmpty("deep"), maxDepth-1, list)
	for index := range 8_192 {
		attributes.PutInt(fmt.Sprint(index), 1)
	}
	before := plog.NewLogs()
	logs.CopyTo(before)
	bound(logs)
	assert.Equal(t, before, logs)
}

func TestARecordHasSoManyValuesAndNoMore(t *testing.T) {
	logs, record := oneRecord()
	many := record.Attributes().PutEmptySlice("many")
	for range 3 * maxValues {
		many.AppendEmpty().SetInt(1)
	}
	members := record.Body().SetEmptyMap()
	for index := range 3 * maxValues {
		members.PutInt(fmt.Sprint(index), 1)
	}
	bound(logs)
	assert.LessOrEqual(t, many.Len()+members.Len(), maxValues+2)
	assert.Equal(t, cut, many.At(many.Len()-1).Str())
	left, ok := members.Get(cut)
	require.True(t, ok)
	assert.EqualValues(t, 3*maxValues-(members.Len()-1), left.Int())
}

func TestWhatRecordsShareIsShort(t *testing.T) {
	logs, _ := oneRecord()
	resource := logs.ResourceLogs().At(0).Resource().Attributes()
	scope := logs.ResourceLogs().At(0).ScopeLogs().At(0).Scope()
	long := strings.Repeat("é", 1_000)
	resource.PutStr("service.name", long)
	resource.PutStr("host.name", "web-1")
	scope.SetName("x" + long)
	scope.Attributes().PutEmptyBytes("bytes")
	bound(logs)
	assert.Equal(t, map[string]any{"service.name": strings.Repeat("é", maxSharedTextBytes/2) + cut, "host.name": "web-1"}, resource.AsRaw())
	assert.Equal(t, "x"+strings.Repeat("é", maxSharedTextBytes/2-1)+cut, scope.Name())
	assert.Equal(t, map[string]any{"bytes": deep}, scope.Attributes().AsRaw())
}

func TestAMemberWhosePathIsTooLongIsLeftOutAndCounted(t *testing.T) {
	logs, record := oneRecord()
	attributes := record.Attributes()
	attributes.PutStr(strings.Repeat("k", maxPathBytes+1), "x")
	inner := attributes.PutEmptyMap(strings.Repeat("k", maxPathBytes-10))
	inner.PutStr("password", "x")
	inner.PutStr("longer than that", "x")
	bound(logs)
	assert.Equal(t, map[string]any{"password": "x", cut: int64(1)}, inner.AsRaw())
	left, _ := attributes.Get(cut)
	assert.EqualValues(t, 1, left.Int())
}
