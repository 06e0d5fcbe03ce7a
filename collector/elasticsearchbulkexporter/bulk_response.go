package elasticsearchbulkexporter

import (
	"encoding/json"
	"fmt"
)

// item is what Elasticsearch says of one document, in the order of the request.
type item struct {
	Status int `json:"status"`
	Error  *struct {
		Type   string `json:"type"`
		Reason string `json:"reason"`
		Cause  *struct {
			Reason string `json:"reason"`
		} `json:"caused_by"`
	} `json:"error"`
}

func (i item) rejection() rejection {
	if i.Error == nil {
		return rejection{reasonType: fmt.Sprint(i.Status), reason: "no reason was given"}
	}
	why := rejection{reasonType: i.Error.Type, reason: i.Error.Reason}
	if i.Error.Cause != nil && i.Error.Cause.Reason != "" {
		why.cause = i.Error.Cause.Reason
	}
	return why
}

func (i item) errorType() string {
	if i.Error == nil {
		return ""
	}
	return i.Error.Type
}

// parseItems fails for whatever is no answer to these documents: a page of a proxy in between must not pass for success.
func parseItems(body []byte, documents int) ([]item, error) {
	var answer struct {
		Items []map[string]item `json:"items"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, fmt.Errorf("the answer is no JSON of the Bulk API (%w): %.100q", err, body)
	}
	if len(answer.Items) != documents {
		return nil, fmt.Errorf("the answer is about %d documents, of %d that were sent", len(answer.Items), documents)
	}
	items := make([]item, documents)
	for index, actions := range answer.Items {
		found, ok := actions["create"]
		if !ok || found.Status == 0 {
			return nil, fmt.Errorf("the answer says nothing of document %d", index)
		}
		items[index] = found
	}
	return items, nil
}
