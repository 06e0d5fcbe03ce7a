package boundedotlp

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

const (
	// Records of a request. Services send 512, and so many empty ones take 100 MB as documents.
	maxRecords = 20_000
	// Maps and lists inside one another. Services cut at 16, and Elasticsearch refuses 50.
	maxDepth = 20
	// Values of all maps and lists of a record together; services send 8192 at most.
	maxValues = 10_000
	// Keys on the way to a value, which redaction keeps for each that it masks: 20 MB in all.
	maxPathBytes = 2048
	// A text of a resource or a scope, which each of its records has in its document: 1 MB there would be 20 GB here.
	maxSharedTextBytes = 256

	// deep stands for a map or a list that is too deep.
	deep = "[deep]"
	// cut is the key, the last text of a list or the end of a text, where something has been left out.
	cut = "[cut]"
)

// bound applies the limits to each record, and to what it has of its resource and its scope.
func bound(logs plog.Logs) {
	for _, resource := range logs.ResourceLogs().All() {
		boundShared(resource.Resource().Attributes())
		for _, scope := range resource.ScopeLogs().All() {
			boundShared(scope.Scope().Attributes())
			scope.Scope().SetName(shortText(scope.Scope().Name()))
			for _, record := range scope.LogRecords().All() {
				walk := walk{valuesLeft: maxValues}
				walk.members(record.Attributes(), 0, 0)
				walk.value(record.Body(), 0, 0)
				walk.finish()
			}
		}
	}
}

// boundShared leaves plain values alone: documents have nothing else of a resource or a scope.
func boundShared(attributes pcommon.Map) {
	for _, value := range attributes.All() {
		switch value.Type() {
		case pcommon.ValueTypeMap, pcommon.ValueTypeSlice, pcommon.ValueTypeBytes:
			value.SetStr(deep)
		case pcommon.ValueTypeStr:
			value.SetStr(shortText(value.Str()))
		}
	}
}

func shortText(text string) string {
	if len(text) <= maxSharedTextBytes {
		return text
	}
	return strings.ToValidUTF8(text[:maxSharedTextBytes], "") + cut
}

// walk goes through maps and lists by a stack of its own, so that no depth ends the process.
type walk struct {
	pending    []container
	valuesLeft int
}

// container is a map or a list whose members have not been seen.
type container struct {
	value            pcommon.Value
	depth, pathBytes int
}

func (w *walk) finish() {
	for len(w.pending) > 0 {
		last := w.pending[len(w.pending)-1]
		w.pending = w.pending[:len(w.pending)-1]
		if last.value.Type() == pcommon.ValueTypeMap {
			w.members(last.value.Map(), last.depth, last.pathBytes)
		} else {
			w.elements(last.value.Slice(), last.depth, last.pathBytes)
		}
	}
}

func (w *walk) value(value pcommon.Value, depth, pathBytes int) {
	switch kind := value.Type(); {
	case kind != pcommon.ValueTypeMap && kind != pcommon.ValueTypeSlice:
	case depth >= maxDepth:
		value.SetStr(deep)
	default:
		w.pending = append(w.pending, container{value, depth, pathBytes})
	}
}

func (w *walk) members(of pcommon.Map, depth, pathBytes int) {
	before := of.Len()
	of.RemoveIf(func(key string, _ pcommon.Value) bool {
		return pathBytes+len(key) > maxPathBytes || !w.take()
	})
	for key, value := range of.All() {
		w.value(value, depth+1, pathBytes+len(key)+1)
	}
	if left := before - of.Len(); left > 0 {
		of.PutInt(cut, int64(left))
	}
}

func (w *walk) elements(of pcommon.Slice, depth, pathBytes int) {
	before := of.Len()
	of.RemoveIf(func(pcommon.Value) bool { return !w.take() })
	for _, value := range of.All() {
		w.value(value, depth+1, pathBytes)
	}
	if of.Len() < before {
		of.AppendEmpty().SetStr(cut)
	}
}

func (w *walk) take() bool {
	w.valuesLeft--
	return w.valuesLeft >= 0
}
