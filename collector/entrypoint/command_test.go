package main

import (
	"slices"
	"strings"
	"testing"
)

func TestTheCollectorGetsEachNameOnceAndTheCheckedValue(t *testing.T) {
	t.Setenv(elasticIndexPrefix, "")
	s := settings{environment: map[string]string{elasticIndexPrefix: "sentrikat-"}}
	named := slices.DeleteFunc(s.environ(), func(pair string) bool { return !strings.HasPrefix(pair, elasticIndexPrefix+"=") })
	if !slices.Equal(named, []string{"ELASTIC_INDEX_PREFIX=sentrikat-"}) {
		t.Error(named)
	}
}

func TestDollarSignsAreHandedOverSoThatTheyArrive(t *testing.T) {
	s := settings{environment: map[string]string{elasticUsername: "a$b$$c${env:HOME}", configDir: "/a$b"}}
	for _, pair := range []string{"ELASTIC_USERNAME=a$$b$$$$c$${env:HOME}", "SENTRIKAT_COLLECTOR_CONFIG_DIR=/a$b"} {
		if !slices.Contains(s.environ(), pair) {
			t.Errorf("%s is not among %v", pair, s.environ())
		}
	}
}
