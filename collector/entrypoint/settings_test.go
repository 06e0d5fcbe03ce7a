package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestDestinationsAreThoseOfTheEnvironment(t *testing.T) {
	for _, each := range []struct {
		name        string
		environment map[string]string
		fragments   string
		expects     map[string]string
	}{
		{"Elasticsearch by its host", map[string]string{elasticHost: "es"},
			"base ecs otlp elasticsearch", map[string]string{"SENTRIKAT_COLLECTOR_ELASTICSEARCH_ENDPOINTS": `["http://es:9200"]`, "SENTRIKAT_COLLECTOR_ON_OVERFLOW": "refuse"}},
		{"several nodes", map[string]string{elasticHost: "a:9201, https://b.example.org/es/, [2001:db8::1]"},
			"base ecs otlp elasticsearch", map[string]string{"SENTRIKAT_COLLECTOR_ELASTICSEARCH_ENDPOINTS": `["http://a:9201","https://b.example.org/es","http://[2001:db8::1]:9200"]`}},
		{"syslog over UDP", map[string]string{rsyslogRemote: "siem.example.org"},
			"base ecs otlp syslog", map[string]string{"SENTRIKAT_COLLECTOR_SYSLOG_ENDPOINT": "siem.example.org:514", "SENTRIKAT_COLLECTOR_SYSLOG_NETWORK": "udp"}},
		{"syslog over TLS has its own port", map[string]string{rsyslogRemote: "[2001:db8::1]", rsyslogProtocol: "TLS"},
			"base ecs otlp syslog", map[string]string{"SENTRIKAT_COLLECTOR_SYSLOG_ENDPOINT": "[2001:db8::1]:6514", "SENTRIKAT_COLLECTOR_SYSLOG_NETWORK": "tls"}},
		{"both, of which none may stop the other", map[string]string{elasticHost: "es", rsyslogRemote: "siem:1514", rsyslogProtocol: "tcp"},
			"base ecs otlp elasticsearch syslog", map[string]string{"SENTRIKAT_COLLECTOR_ON_OVERFLOW": "drop"}},
		{"both, each with files of its own to read", map[string]string{elasticHost: "es", rsyslogRemote: "siem", input: "files", "STORAGE_ROOT": "/storage"},
			"base ecs files elasticsearch files-elasticsearch syslog files-syslog", map[string]string{logDir: "/storage/logs", "SENTRIKAT_COLLECTOR_ON_OVERFLOW": "refuse"}},
		{"the image of the OpenTelemetry project", map[string]string{elasticHost: "es", rsyslogRemote: "siem", rsyslogProtocol: "tcp", distribution: "contrib"},
			"base ecs otlp contrib/elasticsearch contrib/syslog", map[string]string{"SENTRIKAT_COLLECTOR_SYSLOG_HOST": "siem", "SENTRIKAT_COLLECTOR_SYSLOG_IS_STREAM": "true"}},
		{"Kafka between collectors, the one side", map[string]string{kafkaBrokers: "k1, k2:9093"},
			"base ecs otlp kafka", map[string]string{"SENTRIKAT_COLLECTOR_KAFKA_BROKERS": `["k1:9092","k2:9093"]`, kafkaTopic: "sentrikat-logs", "SENTRIKAT_COLLECTOR_HAS_QUEUE": "true"}},
		{"and the other", map[string]string{kafkaBrokers: "k1", input: "kafka", elasticHost: "es", rsyslogRemote: "siem"},
			"base ecs elasticsearch kafka-elasticsearch syslog kafka-syslog", map[string]string{"SENTRIKAT_COLLECTOR_ON_OVERFLOW": "refuse", "SENTRIKAT_COLLECTOR_HAS_QUEUE": "false"}},
		{"empty is not set", map[string]string{elasticHost: "es", elasticIndexPrefix: "", rsyslogRemote: " ", rsyslogProtocol: "", stateDir: "", "DATA_DIR": "/data"},
			"base ecs otlp elasticsearch", map[string]string{elasticIndexPrefix: "sentrikat-", stateDir: "/data/collector"}},
	} {
		t.Run(each.name, func(t *testing.T) {
			s, found := readSettings(each.environment)
			if len(found) > 0 {
				t.Fatal(found)
			}
			var fragments []string
			for _, fragment := range s.fragments {
				fragments = append(fragments, strings.TrimSuffix(fragment, ".yaml"))
			}
			if got := strings.Join(fragments, " "); got != each.fragments {
				t.Errorf("fragments are %q", got)
			}
			for name, value := range each.expects {
				if s.environment[name] != value {
					t.Errorf("%s is %q, not %q", name, s.environment[name], value)
				}
			}
		})
	}
}

func TestMistakesAreSaidWithTheValue(t *testing.T) {
	for _, each := range []struct {
		environment map[string]string
		code, says  string
	}{
		{nil, "NO_DESTINATION", "neither ELASTIC_HOST nor RSYSLOG_REMOTE is set"},
		{map[string]string{elasticHost: "", rsyslogRemote: ""}, "NO_DESTINATION", "neither"},
		{map[string]string{rsyslogRemote: "siem:99999"}, "INVALID_VALUE", `"99999" is no port`},
		{map[string]string{rsyslogRemote: "siem:"}, "INVALID_VALUE", `"" is no port`},
		{map[string]string{rsyslogRemote: "siem:+514"}, "INVALID_VALUE", `"+514" is no port`},
		{map[string]string{rsyslogRemote: "2001:db8::1"}, "INVALID_VALUE", "needs brackets"},
		{map[string]string{rsyslogRemote: "tcp://siem:514"}, "INVALID_VALUE", "has a scheme"},
		{map[string]string{rsyslogRemote: "si em:514"}, "INVALID_VALUE", "neither a host name nor an address"},
		{map[string]string{rsyslogRemote: "siem\n:514"}, "INVALID_VALUE", "neither a host name nor an address"},
		{map[string]string{rsyslogRemote: "siem", rsyslogProtocol: "relp"}, "INVALID_VALUE", `RSYSLOG_PROTOCOL is "relp"`},
		{map[string]string{elasticHost: "ftp://es"}, "INVALID_VALUE", `its scheme is "ftp"`},
		{map[string]string{elasticHost: "es,,es2"}, "INVALID_VALUE", `"" is neither`},
		{map[string]string{elasticHost: "https://es?pretty"}, "INVALID_VALUE", "has a query"},
		{map[string]string{elasticHost: "https://elastic:hunter2@es"}, "INVALID_VALUE", "https://[redacted]@es"},
		{map[string]string{elasticHost: "elastic:hunter2@es:9200"}, "INVALID_VALUE", `"[redacted]@es:9200"`},
		{map[string]string{elasticHost: "https://elastic:pa/ss-hunter2@es:9200"}, "INVALID_VALUE", `"https://[redacted]@es:9200"`},
		{map[string]string{elasticHost: "https://elastic:p@ss-hunter2@es:9200"}, "INVALID_VALUE", `"https://[redacted]@es:9200"`},
		{map[string]string{elasticHost: "https://elastic:pa,hunter2@es:9200"}, "INVALID_VALUE", `"https://[redacted]@es:9200"`},
		{map[string]string{kafkaBrokers: "one:9092,u:hunter2@two:9092"}, "INVALID_VALUE", `"[redacted]@two:9092"`},
		{map[string]string{rsyslogRemote: "u:hunter2@siem:514"}, "INVALID_VALUE", "has a user in it"},
		{map[string]string{rsyslogRemote: "tcp://u:hunter2 x@siem:514"}, "INVALID_VALUE", `"tcp://[redacted]@siem:514"`},
		{map[string]string{elasticHost: "https://es:9200?"}, "INVALID_VALUE", "a query or a fragment"},
		{map[string]string{elasticHost: "es", elasticIndexPrefix: "A b"}, "INVALID_VALUE", `ELASTIC_INDEX_PREFIX is "A b"`},
		{map[string]string{elasticHost: "es", elasticIndexPrefix: `a"], ""))`}, "INVALID_VALUE", "ELASTIC_INDEX_PREFIX"},
		{map[string]string{elasticHost: "es", elasticIndexPrefix: "${env:HOME}"}, "INVALID_VALUE", "ELASTIC_INDEX_PREFIX"},
		{map[string]string{elasticHost: "es", elasticUsername: "u"}, "MISSING_VALUE", "ELASTIC_USERNAME is set and ELASTIC_PASSWORD_FILE is not"},
		{map[string]string{elasticHost: "es", elasticUsername: "u", elasticPassword: "/p", elasticAPIKeyFile: "/k"}, "CONFLICTING_CREDENTIALS", "both"},
		{map[string]string{elasticHost: "es", elasticCAFile: "ca.pem"}, "INVALID_VALUE", "no absolute path"},
		{map[string]string{elasticHost: "es", rsyslogKeyFile: "/k"}, "MISSING_VALUE", "RSYSLOG_CERT_FILE is not"},
		{map[string]string{elasticHost: "es", input: "redis"}, "INVALID_VALUE", "none of otlp, files, kafka"},
		{map[string]string{elasticHost: "es", input: "kafka"}, "MISSING_VALUE", "KAFKA_BROKERS is not set"},
		{map[string]string{kafkaBrokers: "k", input: "kafka"}, "NO_DESTINATION", "neither"},
		{map[string]string{kafkaBrokers: "k:x"}, "INVALID_VALUE", `"x" is no port`},
		{map[string]string{kafkaBrokers: "k", kafkaTopic: "a b"}, "INVALID_VALUE", `KAFKA_TOPIC is "a b"`},
		{map[string]string{elasticHost: "es", input: "files", logDir: "/var/log/*"}, "INVALID_VALUE", "wildcards"},
		{map[string]string{elasticHost: "es", input: "files", serviceName: `my "shop"`}, "INVALID_VALUE", "double quote"},
		{map[string]string{elasticHost: "es", input: "files", serviceName: `my\shop`}, "INVALID_VALUE", "backslash"},
		{map[string]string{elasticHost: "es", input: "files", serviceName: "my\nshop"}, "INVALID_VALUE", "control character"},
		{map[string]string{elasticHost: "es", queueBytes: "1GiB"}, "INVALID_VALUE", "no whole number"},
		{map[string]string{elasticHost: "es", "SENTRIKAT_COLLECTOR_QUEUE": "1"}, "UNKNOWN_VARIABLE", "SENTRIKAT_COLLECTOR_QUEUE"},
	} {
		t.Run(fmt.Sprint(each.environment), func(t *testing.T) {
			_, found := readSettings(each.environment)
			if len(found) != 1 {
				t.Fatalf("%d problems: %v", len(found), found)
			}
			if found[0].code != each.code || !strings.Contains(found[0].String(), each.says) {
				t.Error(found)
			}
			if strings.Contains(found.Error(), "hunter2") {
				t.Error("a secret is in the message")
			}
		})
	}
}

func TestAllMistakesAreSaidAtOnce(t *testing.T) {
	_, found := readSettings(map[string]string{elasticHost: "es:0", rsyslogRemote: ":514", rsyslogProtocol: "x"})
	if len(found) != 3 {
		t.Error(found)
	}
}

func TestTheReadmeHasEveryVariableAndItsDefault(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range variables {
		row := fmt.Sprintf("| `%s` | %s | %s |", each.name, map[bool]string{true: "none", false: "`" + each.defaultsTo + "`"}[each.defaultsTo == ""], each.about)
		if !strings.Contains(squeezed(string(readme)), row) {
			t.Errorf("missing: %s", row)
		}
	}
}

// squeezed takes away the spaces with which a formatter lines columns up.
func squeezed(text string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(text, " "), func(part string) bool { return part == "" }), " ")
}
