package syslogrfc5424exporter

import (
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"sentrikat.local/collector/logrecords"
)

// What a record without a priority gets: user.notice, as of logger(1).
const defaultPriority = 1*8 + 5

// Lengths that RFC 5424, section 6, allows.
const (
	maxHostname = 255
	maxAppName  = 48
	maxProcID   = 128
	maxMsgID    = 32
)

// appendHeader appends `<PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID - `, with no structured data: the message has it all.
// No byte order mark comes before the message, as it is ASCII, and as readers of JSON choke on one.
func appendHeader(to []byte, record plog.LogRecord) []byte {
	attributes := record.Attributes()
	to = append(to, '<')
	to = strconv.AppendInt(to, priority(attributes), 10)
	to = append(to, ">1 "...)
	to = appendTime(to, record)
	for _, field := range [...]struct {
		attribute string
		limit     int
	}{{"hostname", maxHostname}, {"appname", maxAppName}, {"proc_id", maxProcID}, {"msg_id", maxMsgID}} {
		to = append(to, ' ')
		to = appendName(to, logrecords.Text(attributes, field.attribute), field.limit)
	}
	return append(to, " - "...)
}

func priority(attributes pcommon.Map) int64 {
	value, ok := attributes.Get("priority")
	if !ok || value.Type() != pcommon.ValueTypeInt || value.Int() < 0 || value.Int() > 191 {
		return defaultPriority
	}
	return value.Int()
}

// appendTime takes the time of the event, else when it was seen; the RFC's precision ends at microseconds.
func appendTime(to []byte, record plog.LogRecord) []byte {
	at := record.Timestamp()
	if at == 0 {
		at = record.ObservedTimestamp()
	}
	if at == 0 {
		return append(to, '-')
	}
	return at.AsTime().UTC().AppendFormat(to, "2006-01-02T15:04:05.000000Z")
}

// appendName keeps printable ASCII without the space; a run of anything else becomes one underscore.
func appendName(to []byte, name string, limit int) []byte {
	begin := len(to)
	replaced := false
	for _, c := range []byte(name) {
		if len(to)-begin == limit {
			break
		}
		if c > ' ' && c < 0x7F {
			to, replaced = append(to, c), false
		} else if !replaced {
			to, replaced = append(to, '_'), true
		}
	}
	if len(to) == begin {
		return append(to, '-')
	}
	return to
}
