// Package jsontext writes values of pdata as JSON text, by appending to a buffer: nothing is built in between.
//
// Every value has a text: what is no UTF-8 becomes U+FFFD, what is no number of JSON (NaN, infinities) null, bytes become base64. No
// text has a byte below 0x20 in it, nor DEL, so that it is one line wherever it goes.
package jsontext

import (
	"encoding/base64"
	"math"
	"strconv"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// Escaping says which characters are written as they are.
type Escaping bool

const (
	// UTF8 keeps all that JSON may keep.
	UTF8 Escaping = false
	// ASCII keeps printable ASCII alone; all else is \uXXXX, which every reader of JSON reads as what it was.
	ASCII Escaping = true
)

// AppendValue appends the text of a value of any kind.
func AppendValue(to []byte, value pcommon.Value, escaping Escaping) []byte {
	switch value.Type() {
	case pcommon.ValueTypeStr:
		return AppendString(to, value.Str(), escaping)
	case pcommon.ValueTypeBool:
		return strconv.AppendBool(to, value.Bool())
	case pcommon.ValueTypeInt:
		return strconv.AppendInt(to, value.Int(), 10)
	case pcommon.ValueTypeDouble:
		return appendDouble(to, value.Double())
	case pcommon.ValueTypeMap:
		return AppendMap(to, value.Map(), escaping)
	case pcommon.ValueTypeSlice:
		to = append(to, '[')
		for index := range value.Slice().Len() {
			if index > 0 {
				to = append(to, ',')
			}
			to = AppendValue(to, value.Slice().At(index), escaping)
		}
		return append(to, ']')
	case pcommon.ValueTypeBytes:
		to = append(to, '"')
		to = base64.StdEncoding.AppendEncode(to, value.Bytes().AsRaw())
		return append(to, '"')
	default:
		return append(to, "null"...)
	}
}

// AppendMap appends an object, its members in the order of the map.
func AppendMap(to []byte, members pcommon.Map, escaping Escaping) []byte {
	to = append(to, '{')
	first := true
	for key, value := range members.All() {
		if !first {
			to = append(to, ',')
		}
		first = false
		to = AppendString(to, key, escaping)
		to = append(to, ':')
		to = AppendValue(to, value, escaping)
	}
	return append(to, '}')
}

func appendDouble(to []byte, number float64) []byte {
	if math.IsNaN(number) || math.IsInf(number, 0) {
		return append(to, "null"...)
	}
	// As ECMAScript does, so that usual numbers look usual.
	format := byte('f')
	if size := math.Abs(number); size != 0 && (size < 1e-6 || size >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(to, number, format, -1, 64)
}

const hexDigits = "0123456789abcdef"

// AppendString appends a quoted string.
func AppendString(to []byte, text string, escaping Escaping) []byte {
	to = append(to, '"')
	from := 0
	for at := 0; at < len(text); {
		c := text[at]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' && c != 0x7F {
				at++
				continue
			}
			to = append(to, text[from:at]...)
			switch c {
			case '"', '\\':
				to = append(to, '\\', c)
			case '\n':
				to = append(to, '\\', 'n')
			case '\r':
				to = append(to, '\\', 'r')
			case '\t':
				to = append(to, '\\', 't')
			default:
				to = append(to, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			}
			at++
			from = at
			continue
		}
		r, size := utf8.DecodeRuneInString(text[at:])
		if escaping == UTF8 && (r != utf8.RuneError || size > 1) {
			at += size
			continue
		}
		to = append(to, text[from:at]...)
		to = appendEscaped(to, r)
		at += size
		from = at
	}
	to = append(to, text[from:]...)
	return append(to, '"')
}

// appendEscaped writes a character in one or, beyond the first plane, two units of UTF-16.
func appendEscaped(to []byte, r rune) []byte {
	if r > 0xFFFF {
		r -= 0x10000
		to = appendUnit(to, 0xD800+(r>>10))
		r = 0xDC00 + (r & 0x3FF)
	}
	return appendUnit(to, r)
}

func appendUnit(to []byte, unit rune) []byte {
	return append(to, '\\', 'u', hexDigits[unit>>12&15], hexDigits[unit>>8&15], hexDigits[unit>>4&15], hexDigits[unit&15])
}
