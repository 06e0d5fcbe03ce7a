package elasticsearchbulkexporter

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/exporter/exporterhelper"
)

const (
	// What is needed of an answer; the rest is as long as the request.
	answerFilter = "filter_path=error.type,error.reason,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason"
	// Of an answer, which has at most some hundred bytes for each document.
	maxAnswerBytes = 64 << 20
	// What a server may ask to wait, at most: it may be wrong.
	maxRetryAfter = 5 * time.Minute
)

// client sends bulk requests, to one node as long as it answers.
type client struct {
	config *Config
	http   *http.Client
	node   atomic.Uint32
}

// indivisible is an error that some document in the request is to blame for; smaller requests find out which.
type indivisible struct {
	rejection
}

func (i *indivisible) Error() string { return i.reasonType + ": " + i.reason }

// bulk gives what Elasticsearch says of each document. An error means that the whole request may be sent again, or, where it is
// indivisible, in parts.
func (c *client) bulk(ctx context.Context, body []byte, documents int) ([]item, error) {
	node := c.node.Load()
	items, err := c.bulkTo(ctx, c.config.Endpoints[int(node)%len(c.config.Endpoints)], body, documents)
	if err != nil && !errors.As(err, new(*indivisible)) {
		c.node.CompareAndSwap(node, node+1)
	}
	return items, err
}

func (c *client) bulkTo(ctx context.Context, endpoint string, body []byte, documents int) ([]item, error) {
	url := strings.TrimSuffix(endpoint, "/") + "/_bulk?" + answerFilter + "&require_data_stream=" + strconv.FormatBool(c.config.RequireDataStream)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-ndjson")
	if err := c.config.authorise(request); err != nil {
		return nil, err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswerBytes))
	switch {
	case err != nil:
		return nil, err
	case response.StatusCode == http.StatusRequestEntityTooLarge:
		return nil, &indivisible{rejection{reasonType: tooLarge, reason: "the request is larger than what Elasticsearch takes"}}
	case response.StatusCode == http.StatusBadRequest && isInvalid(answer):
		return nil, &indivisible{rejection{reasonType: invalidRequest, reason: fmt.Sprintf("%.300q", answer)}}
	case response.StatusCode != http.StatusOK:
		err := fmt.Errorf("%s answered %s: %.300q", endpoint, response.Status, answer)
		if pause := retryAfter(response); pause > 0 {
			return nil, exporterhelper.NewThrottleRetry(err, pause)
		}
		return nil, err
	default:
		return parseItems(answer, documents)
	}
}

// invalidRequest is what Elasticsearch says where one action of a request is none. Any other 400 may be the answer of somebody
// else, or to how this exporter is configured, which no document can help.
const invalidRequest = "action_request_validation_exception"

func isInvalid(answer []byte) bool {
	var said struct {
		Error struct {
			Type string `json:"type"`
		} `json:"error"`
	}
	return json.Unmarshal(answer, &said) == nil && said.Error.Type == invalidRequest
}

func retryAfter(response *http.Response) time.Duration {
	seconds, err := strconv.Atoi(response.Header.Get("Retry-After"))
	if err != nil || seconds <= 0 {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, maxRetryAfter)
}
