package syslogrfc5424exporter

import (
	"cmp"
	"slices"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"sentrikat.local/collector/jsontext"
)

const (
	// Sender's own fields, together; the first to go.
	unmappedField = "sentrikat.attributes"
	// Says that this is not all of the document.
	truncatedField = "sentrikat.truncated"
	cutMark        = "…[cut]"
	// What is left of a long text before whole fields go, and when nothing else helps. Bytes of its JSON.
	longText, shortText = 128, 48
)

// What a message is of no use without, in the order of use.
var essential = []string{
	"@timestamp", "event.id", "sentrikat.concern", "event.action", "log.level", "event.outcome",
	"user.id", "source.ip", "trace.id", "service.name", "message", truncatedField,
}

// shortened gives a document whose JSON has at most limit bytes: first without what nobody has mapped, then with its longest
// texts cut, then without whole fields, the largest first, down to the essential ones. It is JSON at any length.
func shortened(document pcommon.Map, limit int) pcommon.Map {
	short := pcommon.NewMap()
	document.CopyTo(short)
	short.Remove(unmappedField)
	short.PutBool(truncatedField, true)
	over := func() int { return jsonLen(short) - limit }
	for _, each := range bySize(short) {
		if excess := over(); excess > 0 {
			cutField(short, each.key, max(longText, each.size-excess))
		}
	}
	for _, each := range bySize(short) {
		if over() > 0 && !slices.Contains(essential, each.key) {
			short.Remove(each.key)
		}
	}
	for _, each := range bySize(short) {
		if over() > 0 {
			cutField(short, each.key, shortText)
		}
	}
	return short
}

// cutField cuts a text to so many bytes of JSON; a list or a map of more goes altogether.
func cutField(document pcommon.Map, key string, limit int) {
	value, _ := document.Get(key)
	switch {
	case len(jsontext.AppendValue(nil, value, jsontext.ASCII)) <= limit:
	case value.Type() == pcommon.ValueTypeStr:
		value.SetStr(cut(value.Str(), limit))
	default:
		document.Remove(key)
	}
}

// cut keeps whole characters, and says that it did.
func cut(text string, limit int) string {
	room := limit - len(jsontext.AppendString(nil, cutMark, jsontext.ASCII))
	used := 0
	for at, r := range text {
		used += len(jsontext.AppendString(nil, string(r), jsontext.ASCII)) - len(`""`)
		if used > room {
			return text[:at] + cutMark
		}
	}
	return text
}

type sized struct {
	key  string
	size int
}

// bySize gives the largest first.
func bySize(document pcommon.Map) []sized {
	var fields []sized
	for key, value := range document.All() {
		fields = append(fields, sized{key, len(jsontext.AppendValue(nil, value, jsontext.ASCII))})
	}
	slices.SortStableFunc(fields, func(one, other sized) int { return cmp.Compare(other.size, one.size) })
	return fields
}

func jsonLen(document pcommon.Map) int {
	return len(jsontext.AppendMap(nil, document, jsontext.ASCII))
}
