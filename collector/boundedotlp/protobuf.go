package boundedotlp

import "google.golang.org/protobuf/encoding/protowire"

const notProtobuf = "the request is no protobuf message"

// message is a kind of message that may hold a value, however far below.
type message int

const (
	request message = iota + 1
	resourceLogs
	resource
	scopeLogs
	scope
	logRecord
	keyValue
	anyValue
	arrayValue
	keyValueList
)

// fields are those that hold such a message, by number.
//
// https://github.com/open-telemetry/opentelemetry-proto/tree/main/opentelemetry/proto
var fields = [...]map[protowire.Number]message{
	request:      {1: resourceLogs},
	resourceLogs: {1: resource, 2: scopeLogs},
	resource:     {1: keyValue},
	scopeLogs:    {1: scope, 2: logRecord},
	scope:        {3: keyValue},
	logRecord:    {5: anyValue, 6: keyValue},
	keyValue:     {2: anyValue},
	anyValue:     {5: arrayValue, 6: keyValueList},
	arrayValue:   {1: anyValue},
	keyValueList: {1: keyValue},
}

// protobufProblem says why a request must not be decoded; empty where it may. It takes no memory by the size of the request.
func protobufProblem(body []byte) string {
	type frame struct {
		kind message
		end  int
	}
	stack := []frame{{request, len(body)}}
	position, messages := 0, 0
	for {
		for len(stack) > 0 && position == stack[len(stack)-1].end {
			stack = stack[:len(stack)-1]
		}
		if len(stack) == 0 {
			return ""
		}
		top := stack[len(stack)-1]
		number, wire, size := protowire.ConsumeTag(body[position:top.end])
		if size < 0 {
			return notProtobuf
		}
		position += size
		child := fields[top.kind][number]
		size = protowire.ConsumeFieldValue(number, wire, body[position:top.end])
		if size < 0 {
			return notProtobuf
		}
		if child == 0 || wire != protowire.BytesType {
			position += size
			continue
		}
		end := position + size
		_, prefix := protowire.ConsumeVarint(body[position:end])
		position += prefix
		stack = append(stack, frame{child, end})
		messages++
		if problem := tooMuch(len(stack), messages); problem != "" {
			return problem
		}
	}
}
