package elasticsearchbulkexporter

import "net/http"

// outcome is what became of a document, and the value of the metric's attribute.
type outcome string

const (
	outcomeIndexed outcome = "indexed"
	// It was there already: an answer had got lost.
	outcomeDuplicate outcome = "duplicate"
	// Elasticsearch may take it later.
	outcomeRetried outcome = "retried"
	// Refused for good, and stored as text.
	outcomeRejected outcome = "rejected"
	// Refused for good, and so was its text, or there is no index for that.
	outcomeLost outcome = "lost"
)

// tooLarge is our word for a status without one.
const tooLarge = "too_large"

const (
	// clusterBlock is said with a status that means "never", of a state that passes: a disk that is full, an index that is read-only.
	clusterBlock = "cluster_block_exception"
	// clusterLimit is said so where a cluster has as many shards as it may have, and a data stream needs one more.
	clusterLimit = "validation_exception"
)

// statusOutcome is of one item of a request. Only what is about the document itself is for good: a name, an id, a
// field. Who may not write, and where nobody has made an index yet, is for people to mend while the records wait.
func statusOutcome(status int, errorType string) outcome {
	switch {
	case status >= 200 && status < 300:
		return outcomeIndexed
	case status == http.StatusConflict:
		return outcomeDuplicate
	case status < 400 || status >= 500 || errorType == clusterBlock || errorType == clusterLimit:
		return outcomeRetried
	}
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return outcomeRetried
	default:
		return outcomeRejected
	}
}
