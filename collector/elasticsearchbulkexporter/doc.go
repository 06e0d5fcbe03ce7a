// Package elasticsearchbulkexporter sends documents to Elasticsearch through its Bulk API.
//
// A record that comes here is a finished document: its body, a map, is what is stored; the attribute elasticsearch.index names the
// data stream, and elasticsearch.document_id the id, by which what is sent again is stored once. (An id is unique in a backing
// index, so what is sent again across a rollover is stored twice.)
//
// Nothing is given up. What Elasticsearch may take later (it is away, full, busy, not allowed yet, or its templates are missing) is
// tried again for ever. What it will never take, because a field does not fit the mapping, is stored in an index of rejected
// documents as text. An attempt has an end, and so has the end of the collector; what was not acknowledged by then stays in the queue.
package elasticsearchbulkexporter
