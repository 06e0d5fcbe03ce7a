package syslogrfc5424exporter

import (
	"cmp"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"sentrikat.local/collector/jsontext"
)

const (
	// What goes first: the sender's own fields, together, which nobody has mapped.
	unmapped = "sentrikat.attributes"
	// Says that this is not all of the document.
	truncatedField = "sentrikat.truncated"
	cutMark        = "…[cut]"
	// What is left of a long text before whole fields go, and when nothing else helps. Bytes of its JSON.
	longText, shortText = 128, 48
)

// What a message is of no use without, the most needed first.
var essential = []string{
	"@timestamp", "event.id", "sentrikat.concern", "event.action", "log.level", "event.outcome",
	"user.id", "source.ip", "trace.id", "service.name", "message",
}

// What goes after the others.
var wanted = []string{"event.", "log."}

// Whose members are fields of their own where a document is nested.
var roots = []string{"event", "log", "sentrikat", "service", "source", "trace", "user"}

// Ranks: fields of a lower one go first. Those of essential ones are above them all.
const (
	rankOther = iota
	rankWanted
	rankEssential
)

func rankOf(path string) int {
	if place := slices.Index(essential, path); place >= 0 {
		return rankEssential + len(essential) - place
	}
	if slices.ContainsFunc(wanted, func(prefix string) bool { return strings.HasPrefix(path, prefix) }) {
		return rankWanted
	}
	return rankOther
}

// shortened gives a document whose JSON has at most limit bytes: first without what nobody has mapped, then with its longest
// texts cut, then without whole fields, the largest first, down to the essential ones. It is JSON at any length.
//
// Sizes are kept and not measured anew, so that the work grows hardly faster than the record: a stranger's may be as large as a
// request may be, and everybody else's wait behind it.
func shortened(document pcommon.Map, limit int) pcommon.Map {
	short := pcommon.NewMap()
	document.CopyTo(short)
	withoutUnmapped(short)
	short.PutBool(truncatedField, true)
	s := shortening{excess: len(jsontext.AppendMap(nil, short, jsontext.ASCII)) - limit, fields: fieldsOf(short)}
	s.cutTexts(longText)
	s.remove(func(f *field) bool { return f.rank < rankEssential })
	s.cutTexts(shortText)
	s.remove(func(f *field) bool { return f.value.Type() != pcommon.ValueTypeStr && f.size > longText })
	s.remove(func(*field) bool { return true })
	s.prune(short)
	return short
}

// withoutUnmapped also takes out keys that come twice, of which readers of JSON take either, and what is said here alone.
func withoutUnmapped(document pcommon.Map) {
	seen := map[string]bool{}
	document.RemoveIf(func(key string, value pcommon.Value) bool {
		if seen[key] || key == unmapped || key == truncatedField {
			return true
		}
		seen[key] = true
		if isRoot(key, value) {
			value.Map().RemoveIf(func(member string, _ pcommon.Value) bool {
				path := key + "." + member
				return path == unmapped || path == truncatedField
			})
		}
		return false
	})
}

func isRoot(key string, value pcommon.Value) bool {
	return value.Type() == pcommon.ValueTypeMap && slices.Contains(roots, key)
}

// field is what goes as a whole.
type field struct {
	rank  int
	value pcommon.Value
	// size of its JSON, with its key, and with the comma where one goes with it for certain.
	size    int
	removed bool
}

// fieldsOf are in the order of the document, by which prune finds them again.
func fieldsOf(document pcommon.Map) []*field {
	var fields []*field
	var buffer []byte
	add := func(path, key string, value pcommon.Value, punctuation int) {
		buffer = jsontext.AppendString(buffer[:0], key, jsontext.ASCII)
		buffer = jsontext.AppendValue(buffer, value, jsontext.ASCII)
		fields = append(fields, &field{rankOf(path), value, len(buffer) + punctuation, false})
	}
	for key, value := range document.All() {
		switch {
		case key == truncatedField:
			// It is the last, and stays.
		case isRoot(key, value):
			for member, inner := range value.Map().All() {
				add(key+"."+member, member, inner, len(`:`))
			}
		default:
			add(key, key, value, len(`:,`))
		}
	}
	return fields
}

type shortening struct {
	fields []*field
	excess int
}

// textIn is one of a field, at any depth.
type textIn struct {
	of    *field
	value pcommon.Value
	size  int
}

// cutTexts cuts, until it fits, the longest of the lowest rank first, and none to less than least bytes of JSON.
func (s *shortening) cutTexts(least int) {
	if s.excess <= 0 {
		return
	}
	var texts []textIn
	var buffer []byte
	for _, each := range s.fields {
		if each.removed {
			continue
		}
		for value := range textsOf(each.value) {
			buffer = jsontext.AppendString(buffer[:0], value.Str(), jsontext.ASCII)
			if len(buffer) > least {
				texts = append(texts, textIn{each, value, len(buffer)})
			}
		}
	}
	slices.SortStableFunc(texts, func(one, other textIn) int {
		return cmp.Or(cmp.Compare(one.of.rank, other.of.rank), cmp.Compare(other.size, one.size))
	})
	for _, each := range texts {
		if s.excess <= 0 {
			return
		}
		each.value.SetStr(cut(each.value.Str(), max(least, each.size-s.excess)))
		buffer = jsontext.AppendString(buffer[:0], each.value.Str(), jsontext.ASCII)
		each.of.size -= each.size - len(buffer)
		s.excess -= each.size - len(buffer)
	}
}

func textsOf(value pcommon.Value) func(yield func(pcommon.Value) bool) {
	return func(yield func(pcommon.Value) bool) { eachText(value, yield) }
}

func eachText(value pcommon.Value, yield func(pcommon.Value) bool) bool {
	switch value.Type() {
	case pcommon.ValueTypeStr:
		return yield(value)
	case pcommon.ValueTypeMap:
		for _, member := range value.Map().All() {
			if !eachText(member, yield) {
				return false
			}
		}
	case pcommon.ValueTypeSlice:
		for _, element := range value.Slice().All() {
			if !eachText(element, yield) {
				return false
			}
		}
	}
	return true
}

// remove takes fields that may go until it fits: the lowest rank first, and of a rank the largest.
func (s *shortening) remove(may func(*field) bool) {
	if s.excess <= 0 {
		return
	}
	inOrder := slices.Clone(s.fields)
	slices.SortStableFunc(inOrder, func(one, other *field) int {
		return cmp.Or(cmp.Compare(one.rank, other.rank), cmp.Compare(other.size, one.size))
	})
	for _, each := range inOrder {
		if s.excess <= 0 {
			return
		}
		if !each.removed && may(each) {
			each.removed = true
			s.excess -= each.size
		}
	}
}

// prune makes it so.
func (s *shortening) prune(document pcommon.Map) {
	at := -1
	isRemoved := func(string, pcommon.Value) bool {
		at++
		return at < len(s.fields) && s.fields[at].removed
	}
	document.RemoveIf(func(key string, value pcommon.Value) bool {
		if isRoot(key, value) {
			value.Map().RemoveIf(isRemoved)
			return false
		}
		return isRemoved(key, value)
	})
}

// cut keeps whole characters, and says that it did.
func cut(text string, limit int) string {
	var buffer [16]byte
	sizeOf := func(text string) int { return len(jsontext.AppendString(buffer[:0], text, jsontext.ASCII)) }
	room, used := limit-sizeOf(cutMark), 0
	for at, r := range text {
		used += sizeOf(string(r)) - len(`""`)
		if used > room {
			return text[:at] + cutMark
		}
	}
	return text
}
