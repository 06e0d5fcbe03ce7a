package elasticsearch

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestWhatATemplateIsMadeOfComesBeforeIt(t *testing.T) {
	for _, lifecycle := range []string{"dsl", "ilm"} {
		requests, err := Requests("shop-", lifecycle)
		if err != nil {
			t.Fatal(err)
		}
		var put []string
		templates := 0
		for _, request := range requests {
			var body struct {
				ComposedOf []string `json:"composed_of"`
				Ignored    []string `json:"ignore_missing_component_templates"`
			}
			if err := json.Unmarshal(request.Body, &body); err != nil {
				t.Fatalf("%s: %v", request.Path, err)
			}
			for _, component := range body.ComposedOf {
				if !slices.Contains(put, "_component_template/"+component) && !slices.Contains(body.Ignored, component) {
					t.Errorf("%s comes before %s", request.Path, component)
				}
			}
			if strings.Contains(string(request.Body), "{{") {
				t.Errorf("%s has a placeholder left", request.Path)
			}
			if strings.HasPrefix(request.Path, "_index_template/shop-") {
				templates++
			}
			put = append(put, request.Path)
		}
		if templates != 8 {
			t.Errorf("%d index templates, not one for each concern and one for what is rejected: %v", templates, put)
		}
	}
}

func TestALifecycleThatIsNoneIsRefused(t *testing.T) {
	if _, err := Requests("shop-", "curator"); err == nil || !strings.Contains(err.Error(), `"curator"`) {
		t.Error(err)
	}
}
