package elasticsearchbulkexporter

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"sentrikat.local/collector/jsontext"
	"sentrikat.local/collector/logrecords"
)

const (
	indexAttribute = "elasticsearch.index"
	idAttribute    = "elasticsearch.document_id"
)

// document is one record on its way: where it belongs, and its two lines of the bulk request.
type document struct {
	record plog.LogRecord
	// index and id as they were asked for; both may hold anything.
	index, id string
	// source is the JSON of the document, without its end of line.
	source []byte
	// rejection is why it goes to the index of rejected ones; nil where it goes to its own.
	rejection *rejection
}

// rejection is why. The cause quotes what could not be parsed, so it is stored and never logged.
type rejection struct {
	reasonType, reason, cause string
}

// newDocument says what is wrong with a record that cannot be one.
func newDocument(record plog.LogRecord) (_ *document, problem string) {
	index := logrecords.Text(record.Attributes(), indexAttribute)
	if index == "" {
		return nil, "it has no attribute " + indexAttribute
	}
	if record.Body().Type() != pcommon.ValueTypeMap {
		return nil, "its body is no map"
	}
	return &document{
		record: record,
		index:  index,
		id:     shortID(logrecords.Text(record.Attributes(), idAttribute)),
		source: jsontext.AppendMap(nil, record.Body().Map(), jsontext.UTF8),
	}, ""
}

// Elasticsearch refuses a whole request for one longer id, and its request is JSON, in which what is no UTF-8 becomes longer and the
// same.
const maxIDBytes = 512

// shortID is the id, or one that is as much its own.
func shortID(id string) string {
	if len(id) <= maxIDBytes && utf8.ValidString(id) {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:])
}

// appendLines appends the action and the document. Both are JSON, in which there is no end of line.
func (d *document) appendLines(to []byte) []byte {
	to = append(to, `{"create":{"_index":`...)
	to = jsontext.AppendString(to, d.index, jsontext.UTF8)
	if d.id != "" {
		to = append(to, `,"_id":`...)
		to = jsontext.AppendString(to, d.id, jsontext.UTF8)
	}
	to = append(to, "}}\n"...)
	to = append(to, d.source...)
	return append(to, '\n')
}

// rejected is the same document as text, for the index of rejected ones; nothing of it can be refused by a mapping again.
func (d *document) rejected(index string, why rejection) *document {
	source := append([]byte(nil), `{"@timestamp":`...)
	source = jsontext.AppendString(source, timeOf(d.record).Format(time.RFC3339Nano), jsontext.UTF8)
	for _, member := range [...]struct{ name, value string }{
		{"message", textOf(d.source, why)},
		{"error.type", why.reasonType},
		{"error.message", strings.TrimSuffix(why.reason+": "+why.cause, ": ")},
		{"event.id", d.id},
		{"sentrikat.rejected_from", d.index},
	} {
		source = append(source, ',')
		source = jsontext.AppendString(source, member.name, jsontext.UTF8)
		source = append(source, ':')
		source = jsontext.AppendString(source, member.value, jsontext.UTF8)
	}
	return &document{record: d.record, index: index, id: d.id, source: append(source, '}'), rejection: &why}
}

// What is kept of a document that is too large: whoever refuses it, a proxy mostly, takes this much.
const maxTooLargeText = 32 << 10

func textOf(source []byte, why rejection) string {
	if why.reasonType == tooLarge && len(source) > maxTooLargeText {
		return string(source[:maxTooLargeText]) + "…[cut]"
	}
	return string(source)
}

// timeOf is when it happened, or what comes nearest to that.
func timeOf(record plog.LogRecord) time.Time {
	switch {
	case record.Timestamp() != 0:
		return record.Timestamp().AsTime().UTC()
	case record.ObservedTimestamp() != 0:
		return record.ObservedTimestamp().AsTime().UTC()
	default:
		return time.Now().UTC()
	}
}
