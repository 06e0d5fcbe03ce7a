package syslogrfc5424exporter

import (
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"sentrikat.local/collector/jsontext"
)

// appendMessage appends a message of at most limit bytes, and says whether the record had to be shortened for that.
func appendMessage(to []byte, record plog.LogRecord, limit int) (_ []byte, wasShortened bool) {
	begin := len(to)
	to = appendHeader(to, record)
	document := documentOf(record)
	header := len(to)
	to = jsontext.AppendMap(to, document, jsontext.ASCII)
	if len(to)-begin <= limit {
		return to, false
	}
	return jsontext.AppendMap(to[:header], shortened(document, limit-(header-begin)), jsontext.ASCII), true
}

// documentOf is the body; what is none becomes one.
func documentOf(record plog.LogRecord) pcommon.Map {
	if record.Body().Type() == pcommon.ValueTypeMap {
		return record.Body().Map()
	}
	document := pcommon.NewMap()
	record.Body().CopyTo(document.PutEmpty("message"))
	return document
}

// appendFrame puts the number of its octets before a message.
func appendFrame(to, message []byte) []byte {
	to = strconv.AppendInt(to, int64(len(message)), 10)
	to = append(to, ' ')
	return append(to, message...)
}
