package elasticsearchbulkexporter

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fakeElasticsearch keeps documents by index and id, as much as a bulk request needs of it.
type fakeElasticsearch struct {
	*httptest.Server
	t *testing.T

	mutex sync.Mutex
	// instead answers a whole request itself; nil, or false, for what Elasticsearch would say.
	instead func(w http.ResponseWriter, r *http.Request, body []byte) bool
	// verdict says status and error of a document that is new; nil, or 0, where it is stored.
	verdict  func(index, id string) (int, string)
	stored   map[string]map[string][]byte
	requests [][]sentDocument
	urls     []string
	secrets  []string
	madeIDs  int
}

type sentDocument struct {
	index, id string
	source    []byte
}

func newFakeElasticsearch(t *testing.T) *fakeElasticsearch {
	return listenAsElasticsearch(t, "127.0.0.1:0")
}

func listenAsElasticsearch(t *testing.T, address string) *fakeElasticsearch {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	require.NoError(t, err)
	fake := &fakeElasticsearch{t: t, stored: map[string]map[string][]byte{}}
	fake.Server = &httptest.Server{Listener: listener, Config: &http.Server{Handler: http.HandlerFunc(fake.serve)}}
	fake.Start()
	t.Cleanup(fake.Close)
	return fake
}

func (f *fakeElasticsearch) address() string { return f.Listener.Addr().String() }

func (f *fakeElasticsearch) change(change func()) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	change()
}

func (f *fakeElasticsearch) serve(w http.ResponseWriter, r *http.Request) {
	var reader io.Reader = r.Body
	if r.Header.Get("Content-Encoding") == "gzip" {
		unzipped, err := gzip.NewReader(r.Body)
		if !assert.NoError(f.t, err) {
			return
		}
		reader = unzipped
	}
	body, err := io.ReadAll(reader)
	if err != nil {
		return
	}
	f.mutex.Lock()
	f.urls = append(f.urls, r.URL.String())
	f.secrets = append(f.secrets, r.Header.Get("Authorization"))
	instead := f.instead
	f.mutex.Unlock()
	if instead != nil && instead(w, r, body) {
		return
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	documents := f.read(body)
	f.requests = append(f.requests, documents)
	items := make([]map[string]any, len(documents))
	for number, each := range documents {
		items[number] = map[string]any{"create": f.create(each)}
	}
	w.Header().Set("Content-Type", "application/json")
	assert.NoError(f.t, json.NewEncoder(w).Encode(map[string]any{"items": items}))
}

// read fails the test for anything that is no pair of an action and a document, each on a line of its own.
func (f *fakeElasticsearch) read(body []byte) []sentDocument {
	assert.True(f.t, bytes.HasSuffix(body, []byte("\n")))
	lines := bytes.Split(bytes.TrimSuffix(body, []byte("\n")), []byte("\n"))
	if !assert.Zero(f.t, len(lines)%2) {
		return nil
	}
	var documents []sentDocument
	for pair := range slices.Chunk(lines, 2) {
		var action map[string]struct {
			Index string `json:"_index"`
			ID    string `json:"_id"`
		}
		assert.NoError(f.t, json.Unmarshal(pair[0], &action))
		assert.Equal(f.t, []string{"create"}, slices.Collect(maps.Keys(action)))
		var document map[string]any
		assert.NoError(f.t, json.Unmarshal(pair[1], &document), "%q", pair[1])
		documents = append(documents, sentDocument{action["create"].Index, action["create"].ID, pair[1]})
	}
	return documents
}

func (f *fakeElasticsearch) create(each sentDocument) map[string]any {
	if f.stored[each.index] == nil {
		f.stored[each.index] = map[string][]byte{}
	}
	if each.id == "" {
		f.madeIDs++
		each.id = fmt.Sprintf("made-%d", f.madeIDs)
	}
	if _, isThere := f.stored[each.index][each.id]; isThere {
		return refusal(http.StatusConflict, "version_conflict_engine_exception")
	}
	if f.verdict != nil {
		if status, errorType := f.verdict(each.index, each.id); status != 0 {
			return refusal(status, errorType)
		}
	}
	f.stored[each.index][each.id] = each.source
	return map[string]any{"status": http.StatusCreated}
}

func refusal(status int, errorType string) map[string]any {
	return map[string]any{"status": status, "error": map[string]any{
		"type": errorType, "reason": "failed to parse field [n]. Preview of field's value: 'hunter2'",
		"caused_by": map[string]any{"reason": `For input string: "hunter2"`},
	}}
}

func (f *fakeElasticsearch) ids(index string) []string {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return slices.Sorted(maps.Keys(f.stored[index]))
}

func (f *fakeElasticsearch) document(index, id string) map[string]any {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	var document map[string]any
	require.NoError(f.t, json.Unmarshal(f.stored[index][id], &document))
	return document
}

// sent is how many documents each request had.
func (f *fakeElasticsearch) sent() []int {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	var counts []int
	for _, each := range f.requests {
		counts = append(counts, len(each))
	}
	return counts
}

func (f *fakeElasticsearch) requestCount() int {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return len(f.urls)
}
