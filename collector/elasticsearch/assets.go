// Package elasticsearch holds what Elasticsearch has to be told before the first document comes: the files of this folder, which
// are made out of a table in test/documents, each of them the body of one PUT.
package elasticsearch

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed component-templates index-templates dsl ilm
var files embed.FS

// Request is one PUT.
type Request struct {
	// Path has no slash in front: _index_template/sentrikat-audit.
	Path string
	Body []byte
}

// Each folder's files go to this API, in this order: a template is made of components, and a component may name a policy.
var steps = []struct{ folder, api string }{
	{"component-templates", "_component_template"},
	{"%s/policies", "_ilm/policy"},
	{"%s/component-templates", "_component_template"},
	{"index-templates", "_index_template"},
}

// Requests gives all that has to be put for data streams whose names begin with prefix, whose old documents are removed by the
// lifecycle, dsl or ilm.
func Requests(prefix, lifecycle string) ([]Request, error) {
	if lifecycle != "dsl" && lifecycle != "ilm" {
		return nil, fmt.Errorf("--lifecycle is %q, which is neither dsl nor ilm", lifecycle)
	}
	var requests []Request
	for _, step := range steps {
		folder := strings.ReplaceAll(step.folder, "%s", lifecycle)
		names, err := fs.Glob(files, path.Join(folder, "*.json"))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			content, err := files.ReadFile(name)
			if err != nil {
				return nil, err
			}
			requests = append(requests, Request{
				Path: step.api + "/" + prefix + strings.TrimSuffix(path.Base(name), ".json"),
				Body: bytes.ReplaceAll(content, []byte("{{prefix}}"), []byte(prefix)),
			})
		}
	}
	return requests, nil
}
