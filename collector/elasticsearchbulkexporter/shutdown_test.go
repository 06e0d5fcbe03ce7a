package elasticsearchbulkexporter

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"sentrikat.local/collector/storagetest"
)

// Whatever Elasticsearch's trouble is, the end is bounded, and what was not acknowledged is sent by the next one.
func TestWhatWaitsAtTheEndIsSentByTheNext(t *testing.T) {
	answers := func(status int) func(*fakeElasticsearch) {
		return func(fake *fakeElasticsearch) {
			fake.instead = func(w http.ResponseWriter, _ *http.Request, _ []byte) bool {
				w.Header().Set("Retry-After", "300")
				w.WriteHeader(status)
				return true
			}
		}
	}
	for _, each := range []struct {
		name    string
		trouble func(*fakeElasticsearch)
	}{
		{"nobody listens", func(fake *fakeElasticsearch) { fake.Close() }},
		{"it answers 503", answers(503)},
		{"it answers 429", answers(429)},
		{"it never answers", func(fake *fakeElasticsearch) {
			fake.instead = func(_ http.ResponseWriter, r *http.Request, _ []byte) bool {
				<-r.Context().Done()
				return true
			}
		}},
		{"it breaks off", func(fake *fakeElasticsearch) {
			fake.instead = func(http.ResponseWriter, *http.Request, []byte) bool { panic(http.ErrAbortHandler) }
		}},
		{"it stores, and its answer never comes", func(fake *fakeElasticsearch) {
			fake.instead = func(_ http.ResponseWriter, r *http.Request, body []byte) bool {
				fake.change(func() {
					for _, document := range fake.read(body) {
						fake.create(document)
					}
				})
				<-r.Context().Done()
				return true
			}
		}},
		{"it takes half of each request", func(fake *fakeElasticsearch) {
			fake.verdict = func(_, id string) (int, string) {
				if id[len(id)-1]%2 == 0 {
					return 429, "es_rejected_execution_exception"
				}
				return 0, ""
			}
		}},
	} {
		t.Run(each.name, func(t *testing.T) {
			const batches, ofEach = 30, 100
			fake := newFakeElasticsearch(t)
			each.trouble(fake)
			config := quickConfig(fake.URL)
			config.Queue.Get().StorageID = &storagetest.ID
			config.Queue.Get().Batch.Get().MinSize, config.Queue.Get().Batch.Get().MaxSize = 10_000, 15_000
			// Longer than the test: only the end of the collector ends an attempt.
			config.HTTP.Timeout = time.Hour
			directory := t.TempDir()
			h, closeStorage := storagetest.Open(t, directory)
			sender := start(t, config, h)
			for number := range batches {
				sender.consume(t, records(number*ofEach, ofEach))
			}
			eventually(t, func() bool {
				return fake.requestCount() > 0 || sender.logs.FilterMessageSnippet("Will retry").Len() > 0
			})
			since := time.Now()
			sender.end(t)
			assert.Less(t, time.Since(since), config.DrainTimeout+time.Second)
			closeStorage()

			before := fake.stored
			fake.Close()
			well := listenAsElasticsearch(t, fake.address())
			well.stored = before
			if well.stored[stream] == nil {
				well.stored[stream] = map[string][]byte{}
			}
			assert.Less(t, len(well.stored[stream]), batches*ofEach, "something was left to be sent")
			h, closeStorage = storagetest.Open(t, directory)
			next := start(t, config, h)
			eventually(t, has(well, stream, batches*ofEach))
			next.end(t)
			closeStorage()
		})
	}
}
