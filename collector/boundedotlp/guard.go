package boundedotlp

import (
	"bytes"
	"context"
	"io"
	"maps"
	"mime"
	"net/http"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/extension/extensionmiddleware"
	"go.opentelemetry.io/collector/receiver"
)

const (
	// Messages inside one another; a list in a list is two, in JSON three, and a map one more. A thousand take no memory worth mentioning,
	// and what is deeper is nobody's: services cut at 16 maps and lists.
	maxMessageDepth = 1000
	// Messages of a request: a value is one, an attribute two. So many take 100 MB.
	maxMessages = 1_000_000
)

// tooMuch is the problem of a request that has come so far; empty where it has none.
func tooMuch(depth, messages int) string {
	switch {
	case depth > maxMessageDepth:
		return "a value of the request is too deep: send no more than 20 maps and lists inside one another"
	case messages > maxMessages:
		return "the request has too many values: send fewer records at once"
	default:
		return ""
	}
}

// problems is why a request must not be decoded, by its media type; of any other the receiver takes none.
var problems = map[string]func(body []byte) string{
	"application/x-protobuf": protobufProblem,
	"application/json":       jsonProblem,
}

// guardID is the guard's among the extensions, where the HTTP server looks for what stands between decompression and decoding.
var guardID = component.MustNewID("boundedotlp")

// guarded shows its receiver a host that has the guard.
type guarded struct {
	receiver.Logs
}

func (g guarded) Start(ctx context.Context, host component.Host) error {
	return g.Logs.Start(ctx, guardedHost{host})
}

type guardedHost struct {
	component.Host
}

func (h guardedHost) GetExtensions() map[component.ID]component.Component {
	extensions := map[component.ID]component.Component{guardID: guard{}}
	maps.Copy(extensions, h.Host.GetExtensions())
	return extensions
}

// Report is what a receiver looks for in its host when its server fails.
func (h guardedHost) Report(event *componentstatus.Event) {
	componentstatus.ReportStatus(h.Host, event)
}

// guard refuses a request that is not fit to be decoded.
type guard struct {
	component.StartFunc
	component.ShutdownFunc
}

func (guard) GetHTTPHandler(context.Context) (extensionmiddleware.WrapHTTPHandlerFunc, error) {
	return func(_ context.Context, next http.Handler) (http.Handler, error) {
		return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
			kind, _, _ := mime.ParseMediaType(request.Header.Get("Content-Type"))
			problemOf, ok := problems[kind]
			if !ok {
				next.ServeHTTP(response, request)
				return
			}
			// What ends the reading here does so again in the next handler, who answers it.
			body, err := io.ReadAll(request.Body)
			if err == nil {
				if problem := problemOf(body); problem != "" {
					http.Error(response, problem, http.StatusBadRequest)
					return
				}
			}
			request.Body = &again{io.MultiReader(bytes.NewReader(body), request.Body), request.Body}
			next.ServeHTTP(response, request)
		}), nil
	}, nil
}

// again is a body that has been read.
type again struct {
	io.Reader
	io.Closer
}
