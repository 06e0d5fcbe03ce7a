package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"sentrikat.local/collector/elasticsearch"
)

var template = elasticsearch.Request{Path: "_index_template/x", Body: []byte("{}")}

// node answers each PUT like that, and everything else with success.
func node(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			answer(w, r)
			return
		}
		_, _ = io.WriteString(w, `{"acknowledged":true}`)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func putTo(t *testing.T, nodes ...string) error {
	t.Helper()
	return putAll(context.Background(), io.Discard, at(nodes...), []elasticsearch.Request{template})
}

func at(nodes ...string) settings {
	return settings{elasticsearch: nodes, environment: map[string]string{}}
}

func acknowledge(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, `{"acknowledged":true}`)
}

func TestWhatDoesNotAnswerIsPassedOver(t *testing.T) {
	if err := putTo(t, "http://127.0.0.1:1", node(t, acknowledge)); err != nil {
		t.Error(err)
	}
	var found problems
	if err := putTo(t, "http://127.0.0.1:1", "http://127.0.0.1:2"); !errors.As(err, &found) || found[0].code != "ELASTICSEARCH_UNREACHABLE" {
		t.Error(err)
	}
}

func TestANodeThatHasNotAnsweredIsAskedOnce(t *testing.T) {
	asked := 0
	dead := node(t, func(http.ResponseWriter, *http.Request) {
		asked++
		panic(http.ErrAbortHandler)
	})
	alive := node(t, acknowledge)
	var out strings.Builder
	if err := putAll(context.Background(), &out, at(dead, alive), []elasticsearch.Request{template, template}); err != nil {
		t.Fatal(err)
	}
	if asked != 1 || !strings.Contains(out.String(), alive+" is ready") {
		t.Errorf("asked %d times, and it says %q", asked, out.String())
	}
}

func TestOnlyWhatIsAcknowledgedWasPut(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"redirect":         func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusFound) },
		"page":             func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") },
		"not acknowledged": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"acknowledged":false}`) },
	} {
		var found problems
		if err := putTo(t, node(t, answer)); !errors.As(err, &found) || found[0].code != "ELASTICSEARCH_REFUSED" {
			t.Error(name, err)
		}
	}
}
