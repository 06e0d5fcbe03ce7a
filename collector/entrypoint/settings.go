package main

import (
	"encoding/json"
	"fmt"
	"net"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// settings is what the environment asks for, once it has been found to be right.
type settings struct {
	// fragments are files below the directory of fragments, in the order in which they are merged.
	fragments []string
	// environment is what the fragments read, all of it checked.
	environment map[string]string
	// says is what goes where, for people.
	says          []string
	elasticsearch []string
	indexPrefix   string
	stateDir      string
	program       string
	configDir     string
	extraConfig   string
	// gates are features of the collector that are off by default.
	gates []string
}

// readSettings is pure: the same environment gives the same settings, or all the mistakes in it.
func readSettings(environment map[string]string) (settings, problems) {
	r := reader{environment: environment}
	s := settings{
		environment: map[string]string{},
		indexPrefix: r.indexPrefix(),
		stateDir:    r.path(stateDir, "DATA_DIR", "collector"),
		program:     r.value(program),
		configDir:   r.value(configDir),
		extraConfig: r.file(extraConfig),
	}
	inputs := r.oneOf(input, "otlp", "files", "kafka")
	folder := map[string]string{"sentrikat": "", "contrib": "contrib/"}[r.oneOf(distribution, "sentrikat", "contrib")]
	s.elasticsearch = r.elasticsearch()
	network, remote := r.syslog()

	s.fragments = []string{"base.yaml", "ecs.yaml"}
	if inputs != "kafka" {
		s.fragments = append(s.fragments, inputs+".yaml")
	} else if !r.has(kafkaBrokers) {
		r.found("MISSING_VALUE", "SENTRIKAT_COLLECTOR_INPUT is \"kafka\" and KAFKA_BROKERS is not set", "there is nowhere to fetch documents from", "set KAFKA_BROKERS")
	}
	if inputs == "files" {
		// Without it a line counts as read while it is still in memory.
		s.gates = append(s.gates, "--feature-gates=stanza.synchronousLogEmitter")
	}
	destination := func(name, says string) {
		s.fragments = append(s.fragments, folder+name+".yaml")
		if inputs != "otlp" {
			s.fragments = append(s.fragments, inputs+"-"+name+".yaml")
		}
		s.says = append(s.says, says)
	}
	if len(s.elasticsearch) > 0 {
		destination("elasticsearch", fmt.Sprintf("Elasticsearch at %s, data streams %s*", strings.Join(s.elasticsearch, ", "), s.indexPrefix))
	}
	if remote != "" {
		destination("syslog", fmt.Sprintf("syslog at %s over %s", remote, network))
	}
	brokers, topicName := r.brokers(), r.topic()
	if len(brokers) > 0 && inputs != "kafka" {
		folder = ""
		destination("kafka", fmt.Sprintf("Kafka at %s, topic %s", strings.Join(brokers, ", "), topicName))
	}
	if !r.has(elasticHost, rsyslogRemote) && (inputs == "kafka" || !r.has(kafkaBrokers)) {
		r.found("NO_DESTINATION", "neither ELASTIC_HOST nor RSYSLOG_REMOTE is set",
			"the collector would take records and send them nowhere",
			"set ELASTIC_HOST, RSYSLOG_REMOTE or both, or do not start the collector: the seven files are written without it")
	}
	r.unknown()

	endpoints, _ := json.Marshal(s.elasticsearch)
	brokerList, _ := json.Marshal(brokers)
	metricsHost, metricsPort, _ := net.SplitHostPort(r.address(metricsEndpoint, 8888))
	syslogHost, syslogPort, _ := net.SplitHostPort(remote)
	memory := r.number(memoryMiB, 64, 1<<20)
	// With one destination a refusal costs nobody else anything, and the sender knows that it has to send again. With several
	// that share a receiver, one that is away for longer than its queue lasts must not stop the others.
	overflow := "refuse"
	if len(s.says) > 1 && inputs == "otlp" {
		overflow = "drop"
	}
	for name, value := range map[string]string{
		elasticIndexPrefix:                     s.indexPrefix,
		elasticCAFile:                          r.file(elasticCAFile),
		elasticAPIKeyFile:                      r.file(elasticAPIKeyFile),
		elasticUsername:                        r.value(elasticUsername),
		elasticPassword:                        r.file(elasticPassword),
		rsyslogCAFile:                          r.file(rsyslogCAFile),
		rsyslogCertFile:                        r.file(rsyslogCertFile),
		rsyslogKeyFile:                         r.file(rsyslogKeyFile),
		logDir:                                 r.path(logDir, "STORAGE_ROOT", "logs"),
		stateDir:                               s.stateDir,
		otlpEndpoint:                           r.address(otlpEndpoint, 4318),
		healthEndpoint:                         r.address(healthEndpoint, 13133),
		fsync:                                  r.oneOf(fsync, "true", "false"),
		queueBytes:                             strconv.Itoa(r.number(queueBytes, 1<<20, 1<<50)),
		memoryMiB:                              strconv.Itoa(memory),
		"SENTRIKAT_COLLECTOR_MEMORY_SPIKE_MIB": strconv.Itoa(memory / 4),
		"SENTRIKAT_COLLECTOR_METRICS_HOST":     metricsHost,
		"SENTRIKAT_COLLECTOR_METRICS_PORT":     metricsPort,
		"SENTRIKAT_COLLECTOR_ELASTICSEARCH_ENDPOINTS": string(endpoints),
		"SENTRIKAT_COLLECTOR_SYSLOG_ENDPOINT":         remote,
		"SENTRIKAT_COLLECTOR_SYSLOG_HOST":             syslogHost,
		"SENTRIKAT_COLLECTOR_SYSLOG_PORT":             syslogPort,
		"SENTRIKAT_COLLECTOR_SYSLOG_NETWORK":          network,
		"SENTRIKAT_COLLECTOR_SYSLOG_TRANSPORT":        map[bool]string{true: "udp", false: "tcp"}[network == "udp"],
		"SENTRIKAT_COLLECTOR_SYSLOG_IS_STREAM":        strconv.FormatBool(network != "udp"),
		"SENTRIKAT_COLLECTOR_SYSLOG_IS_PLAIN":         strconv.FormatBool(network != "tls"),
		"SENTRIKAT_COLLECTOR_TIME_ZONE":               map[string]string{"local": "Local", "utc": "UTC"}[r.oneOf(timeZone, "local", "utc")],
		"SENTRIKAT_COLLECTOR_SERVICE_NAME":            r.serviceName(inputs),
		"SENTRIKAT_COLLECTOR_KAFKA_BROKERS":           string(brokerList),
		kafkaTopic:                                    topicName,
		"SENTRIKAT_COLLECTOR_ON_OVERFLOW":             overflow,
		// A topic is a queue that outlives this machine: what is in one of ours as well would count as fetched, and go with its disk.
		"SENTRIKAT_COLLECTOR_HAS_QUEUE": strconv.FormatBool(inputs != "kafka"),
	} {
		s.environment[name] = value
	}
	r.together(elasticUsername, elasticPassword, "a user is who they are by their password")
	r.together(rsyslogCertFile, rsyslogKeyFile, "a certificate is used with its key")
	if r.has(elasticAPIKeyFile) && r.has(elasticUsername) {
		r.found("CONFLICTING_CREDENTIALS", "both ELASTIC_API_KEY_FILE and ELASTIC_USERNAME are set",
			"a request has one identity, and which of the two is meant cannot be told", "leave one of them out")
	}
	return s, r.problems
}

// reader reads values and keeps what is wrong with them.
type reader struct {
	environment map[string]string
	problems    problems
}

func (r *reader) found(code, what, why, remedy string) {
	r.problems = append(r.problems, problem{code, what, why, remedy})
}

func (r *reader) value(name string) string {
	if value := strings.TrimSpace(r.environment[name]); value != "" {
		return value
	}
	return variables[slices.IndexFunc(variables, func(v variable) bool { return v.name == name })].defaultsTo
}

func (r *reader) has(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return strings.TrimSpace(r.environment[name]) != "" })
}

func (r *reader) invalid(name, value, why, remedy string) {
	r.found("INVALID_VALUE", fmt.Sprintf("%s is %q", name, withoutSecrets(value)), why, remedy)
}

// hasUser refuses a list with a user in it before it is taken apart: a password may have commas.
func (r *reader) hasUser(name, why string) bool {
	has := strings.Contains(r.value(name), "@")
	if has {
		r.invalid(name, r.value(name), "it has a user in it, "+why, "write hosts and ports alone")
	}
	return has
}

func (r *reader) oneOf(name string, choices ...string) string {
	value := r.value(name)
	if !slices.Contains(choices, strings.ToLower(value)) {
		r.invalid(name, value, "it is none of "+strings.Join(choices, ", "), "set it to one of them, or leave it out for "+r.defaultOf(name))
	}
	return strings.ToLower(value)
}

func (r *reader) defaultOf(name string) string {
	return (&reader{}).value(name)
}

func (r *reader) number(name string, low, high int) int {
	number, err := strconv.Atoi(r.value(name))
	if err != nil || number < low || number > high {
		r.invalid(name, r.value(name), fmt.Sprintf("it is no whole number from %d to %d", low, high), "correct it, or leave it out for "+r.defaultOf(name))
	}
	return number
}

func (r *reader) address(name string, defaultPort int) string {
	at, err := address(r.value(name), defaultPort)
	if err != nil {
		r.invalid(name, r.value(name), err.Error(), "write it as host:port, an IPv6 address in brackets: "+r.defaultOf(name))
	}
	return at
}

// path is that of the variable, else one below the directory that another variable names, else the default.
func (r *reader) path(name, parent, below string) string {
	value := r.value(name)
	if above := strings.TrimSpace(r.environment[parent]); above != "" && !r.has(name) {
		value = filepath.Join(above, below)
	}
	if !filepath.IsAbs(value) || strings.ContainsAny(value, "\x00\n*?[]{}\\$") {
		r.invalid(name, value, "it is no absolute path without wildcards", "write the whole path, beginning with /")
	}
	return value
}

func (r *reader) file(name string) string {
	value := r.value(name)
	if value != "" && !filepath.IsAbs(value) {
		r.invalid(name, value, "it is no absolute path, and where the collector runs is not where it was written", "write the whole path, beginning with /")
	}
	return value
}

func (r *reader) together(one, other, why string) {
	if r.has(one) == r.has(other) {
		return
	}
	if !r.has(one) {
		one, other = other, one
	}
	r.found("MISSING_VALUE", fmt.Sprintf("%s is set and %s is not", one, other), why, "set "+other+" as well")
}

// What Elasticsearch takes as the beginning of a name, less what would be something else in a configuration.
var prefix = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,99}$`)

func (r *reader) indexPrefix() string {
	value := r.value(elasticIndexPrefix)
	if !prefix.MatchString(value) {
		r.invalid(elasticIndexPrefix, value, "names of data streams begin with a small letter or a digit, and have only those, '.', '_' and '-' in them",
			"correct it, or leave it out for "+r.defaultOf(elasticIndexPrefix))
	}
	return value
}

func (r *reader) elasticsearch() []string {
	if !r.has(elasticHost) {
		return nil
	}
	if r.hasUser(elasticHost, "which belongs into ELASTIC_USERNAME and ELASTIC_PASSWORD_FILE") {
		return nil
	}
	var nodes []string
	for _, text := range strings.Split(r.value(elasticHost), ",") {
		node, err := endpoint(strings.TrimSpace(text))
		if err != nil {
			r.invalid(elasticHost, text, err.Error(), "write host:port, or a URL such as https://elasticsearch.example.org:9200; several with commas")
			continue
		}
		nodes = append(nodes, node)
	}
	return nodes
}

func (r *reader) syslog() (network, remote string) {
	network = r.oneOf(rsyslogProtocol, "udp", "tcp", "tls")
	if !r.has(rsyslogRemote) {
		return network, ""
	}
	port := 514
	if network == "tls" {
		port = 6514
	}
	remote, err := address(r.value(rsyslogRemote), port)
	if err != nil {
		r.invalid(rsyslogRemote, r.value(rsyslogRemote), err.Error(), "write host:port, an IPv6 address in brackets: [2001:db8::1]:514")
	}
	return network, remote
}

func (r *reader) brokers() []string {
	if !r.has(kafkaBrokers) {
		return nil
	}
	if r.hasUser(kafkaBrokers, "which a broker has none of") {
		return nil
	}
	var brokers []string
	for _, text := range strings.Split(r.value(kafkaBrokers), ",") {
		broker, err := address(strings.TrimSpace(text), 9092)
		if err != nil {
			r.invalid(kafkaBrokers, text, err.Error(), "write host:port, several with commas: kafka-1:9092,kafka-2:9092")
			continue
		}
		brokers = append(brokers, broker)
	}
	return brokers
}

// What Kafka takes as the name of a topic.
var topic = regexp.MustCompile(`^[A-Za-z0-9._-]{1,249}$`)

func (r *reader) topic() string {
	value := r.value(kafkaTopic)
	if !topic.MatchString(value) || value == "." || value == ".." {
		r.invalid(kafkaTopic, value, "names of topics have letters, digits, '.', '_' and '-' in them", "correct it, or leave it out for "+r.defaultOf(kafkaTopic))
	}
	return value
}

// What a string in a statement of files.yaml cannot have in it as it is.
var unquotable = regexp.MustCompile(`["\\\pC]`)

func (r *reader) serviceName(inputs string) string {
	value := r.value(serviceName)
	if inputs == "files" && unquotable.MatchString(value) {
		r.invalid(serviceName, value, "it has a double quote, a backslash or a control character in it, which would end the statement that writes it into records",
			"correct it, or leave it out for "+r.defaultOf(serviceName))
	}
	return value
}

// unknown finds what was meant for the entrypoint and is none of its variables.
func (r *reader) unknown() {
	for name := range r.environment {
		known := slices.ContainsFunc(variables, func(v variable) bool { return v.name == name })
		if strings.HasPrefix(name, "SENTRIKAT_COLLECTOR_") && !known {
			r.found("UNKNOWN_VARIABLE", fmt.Sprintf("%q is no variable of the collector", name),
				"it has no effect, and whoever set it may expect one", "correct or remove it; `sentrikat-collector variables` lists all")
		}
	}
}
