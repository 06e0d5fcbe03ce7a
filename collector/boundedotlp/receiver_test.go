package boundedotlp

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configgrpc"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"google.golang.org/protobuf/encoding/protowire"
)

// deepRequest is one record whose body is so many lists, or maps, in one another; encoded from the inside, as no encoder could.
func deepRequest(levels int, numbers ...protowire.Number) []byte {
	var reversed []byte
	inside := func(number protowire.Number) {
		head := protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.BytesType), uint64(len(reversed)))
		slices.Reverse(head)
		reversed = append(reversed, head...)
	}
	for range levels {
		for _, number := range numbers {
			inside(number)
		}
	}
	for _, number := range []protowire.Number{5, 2, 2, 1} {
		inside(number)
	}
	slices.Reverse(reversed)
	return reversed
}

// deepJSON is the same in JSON.
func deepJSON(levels int) []byte {
	return []byte(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":` + strings.Repeat(`{"arrayValue":{"values":[`, levels) +
		strings.Repeat("]}}", levels) + `}]}]}]}`)
}

var lists, objects = []protowire.Number{1, 5}, []protowire.Number{2, 1, 6}

func TestARequestThatIsTooDeepIsFoundWithoutDecodingIt(t *testing.T) {
	for _, numbers := range [][]protowire.Number{lists, objects} {
		assert.Empty(t, protobufProblem(deepRequest(maxMessageDepth/len(numbers)-5, numbers...)))
		assert.Contains(t, protobufProblem(deepRequest(maxMessageDepth/len(numbers)+1, numbers...)), "too deep")
		assert.Contains(t, protobufProblem(deepRequest(2_000_000, numbers...)), "too deep")
	}
}

// emptyRecords is a request of so many, two bytes each.
func emptyRecords(count int) []byte {
	scope := protowire.AppendBytes([]byte{0x12}, bytes.Repeat([]byte{0x12, 0}, count))
	return protowire.AppendBytes([]byte{0x0a}, scope)
}

func TestARequestWithTooManyValuesIsFoundWithoutDecodingIt(t *testing.T) {
	assert.Contains(t, protobufProblem(emptyRecords(maxMessages)), "too many values")
	assert.Empty(t, protobufProblem(emptyRecords(maxMessages-2)))
}

func TestJSONIsMeasuredOutsideOfItsTexts(t *testing.T) {
	assert.Contains(t, jsonProblem(deepJSON(maxMessageDepth/3+1)), "too deep")
	assert.Empty(t, jsonProblem(deepJSON(maxMessageDepth/3-5)))
	brackets := strings.Repeat("[{", maxMessageDepth)
	assert.Empty(t, jsonProblem([]byte(`{"a":"`+brackets+`\"`+brackets+`","\\":[]}`)))
	assert.Contains(t, jsonProblem([]byte(`{"a":"\\",`+brackets)), "too deep")
	assert.Contains(t, jsonProblem([]byte("["+strings.Repeat("{},", maxMessages))), "too many values")
}

func TestWhatIsNoMessageIsFound(t *testing.T) {
	for _, body := range []string{"\x0a", "\x0a\x05\x00", "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "\x00", "\x0b"} {
		assert.NotEmpty(t, protobufProblem([]byte(body)), "%q", body)
	}
	assert.Empty(t, protobufProblem(nil))
}

func TestTheReceiverRefusesWhatIsTooDeepAndBoundsTheRest(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	endpoint := listener.Addr().String()
	require.NoError(t, listener.Close())
	factory, sink := NewFactory(), new(consumertest.LogsSink)
	config := factory.CreateDefaultConfig().(*otlpreceiver.Config)
	config.Protocols.GRPC = configoptional.None[configgrpc.ServerConfig]()
	server := config.Protocols.HTTP.GetOrInsertDefault()
	server.ServerConfig.NetAddr.Endpoint = endpoint
	server.ServerConfig.MaxRequestBodySize = 1 << 20
	logs, err := factory.CreateLogs(context.Background(), receivertest.NewNopSettings(factory.Type()), config, sink)
	require.NoError(t, err)
	require.NoError(t, logs.Start(context.Background(), componenttest.NewNopHost()))
	defer func() { assert.NoError(t, logs.Shutdown(context.Background())) }()

	post := func(contentType string, body []byte) (status int, said string) {
		response, err := http.Post("http://"+endpoint+"/v1/logs", contentType, bytes.NewReader(body))
		require.NoError(t, err)
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return response.StatusCode, string(text)
	}
	status, said := post("application/x-protobuf", deepRequest(100_000, lists...))
	assert.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, said, "too deep")
	status, said = post("application/json", deepJSON(20_000))
	assert.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, said, "too deep")
	status, _ = post("application/x-protobuf", make([]byte, 1<<20+1))
	assert.Equal(t, http.StatusBadRequest, status)
	status, said = post("application/x-protobuf", emptyRecords(maxRecords+1))
	assert.Equal(t, http.StatusInternalServerError, status, "which nobody sends again")
	assert.Contains(t, said, "20001 records")
	assert.Zero(t, sink.LogRecordCount())

	status, _ = post("application/x-protobuf", deepRequest(100, lists...))
	assert.Equal(t, http.StatusOK, status)
	status, _ = post("application/json", deepJSON(100))
	assert.Equal(t, http.StatusOK, status)
	ordinary, record := oneRecord()
	record.Body().SetStr("ordinary")
	encoded, err := plogotlp.NewExportRequestFromLogs(ordinary).MarshalProto()
	require.NoError(t, err)
	status, _ = post("application/x-protobuf; charset=utf-8", encoded)
	assert.Equal(t, http.StatusOK, status)
	require.Equal(t, 3, sink.LogRecordCount())
	body := func(index int) string {
		return sink.AllLogs()[index].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Body().AsString()
	}
	for index := range 2 {
		assert.Equal(t, strings.Repeat("[", maxDepth)+`"[deep]"`+strings.Repeat("]", maxDepth), body(index))
	}
	assert.Equal(t, "ordinary", body(2))
}
