package main

// variable is one that the entrypoint reads. An empty value is the same as none, because that is what compose files make of a
// variable that is not set.
type variable struct {
	name string
	// defaultsTo is what holds where it is not set; empty means none.
	defaultsTo string
	about      string
}

const (
	elasticHost        = "ELASTIC_HOST"
	elasticIndexPrefix = "ELASTIC_INDEX_PREFIX"
	elasticCAFile      = "ELASTIC_CA_FILE"
	elasticAPIKeyFile  = "ELASTIC_API_KEY_FILE"
	elasticUsername    = "ELASTIC_USERNAME"
	elasticPassword    = "ELASTIC_PASSWORD_FILE"
	rsyslogRemote      = "RSYSLOG_REMOTE"
	rsyslogProtocol    = "RSYSLOG_PROTOCOL"
	rsyslogCAFile      = "RSYSLOG_CA_FILE"
	rsyslogCertFile    = "RSYSLOG_CERT_FILE"
	rsyslogKeyFile     = "RSYSLOG_KEY_FILE"
	kafkaBrokers       = "KAFKA_BROKERS"
	kafkaTopic         = "KAFKA_TOPIC"
	input              = "SENTRIKAT_COLLECTOR_INPUT"
	otlpEndpoint       = "SENTRIKAT_COLLECTOR_OTLP_ENDPOINT"
	logDir             = "LOG_DIR"
	timeZone           = "SENTRIKAT_TIME_ZONE"
	serviceName        = "OTEL_SERVICE_NAME"
	stateDir           = "SENTRIKAT_COLLECTOR_STATE_DIR"
	fsync              = "SENTRIKAT_COLLECTOR_FSYNC"
	queueBytes         = "SENTRIKAT_COLLECTOR_QUEUE_BYTES"
	memoryMiB          = "SENTRIKAT_COLLECTOR_MEMORY_MIB"
	healthEndpoint     = "SENTRIKAT_COLLECTOR_HEALTH_ENDPOINT"
	metricsEndpoint    = "SENTRIKAT_COLLECTOR_METRICS_ENDPOINT"
	distribution       = "SENTRIKAT_COLLECTOR_DISTRIBUTION"
	program            = "SENTRIKAT_COLLECTOR_PROGRAM"
	extraConfig        = "SENTRIKAT_COLLECTOR_EXTRA_CONFIG"
	configDir          = "SENTRIKAT_COLLECTOR_CONFIG_DIR"
)

// variables are all there are; the README lists them out of this table.
var variables = []variable{
	{elasticHost, "", "Where Elasticsearch is: `host`, `host:port` (HTTP, port 9200), or a URL; several with commas, which are tried in turn. Not set: nothing goes to Elasticsearch."},
	{elasticIndexPrefix, "sentrikat-", "What the names of the data streams begin with, before the concern."},
	{elasticCAFile, "", "The certificate authority of an `https` host, in PEM, where the system does not know it."},
	{elasticAPIKeyFile, "", "A file with an API key, in the encoded form; read again when it changes."},
	{elasticUsername, "", "A user, whose password is in `ELASTIC_PASSWORD_FILE`; instead of a key."},
	{elasticPassword, "", "A file with the password of `ELASTIC_USERNAME`."},
	{rsyslogRemote, "", "Where syslog goes: `host` or `host:port`; the port is 514, and 6514 with TLS. Not set: nothing goes to syslog."},
	{rsyslogProtocol, "udp", "`udp`, `tcp` or `tls`. Only the latter two tell whether anybody is there."},
	{rsyslogCAFile, "", "The certificate authority of the receiver, in PEM, where the system does not know it. For `tls`."},
	{rsyslogCertFile, "", "A certificate by which the receiver knows the collector. For `tls`."},
	{rsyslogKeyFile, "", "The key of that certificate."},
	{kafkaBrokers, "", "Brokers of Kafka, `host` or `host:port` (port 9092), with commas: where documents go, or, with `SENTRIKAT_COLLECTOR_INPUT=kafka`, where they come from."},
	{kafkaTopic, "sentrikat-logs", "The topic there."},
	{input, "otlp", "Where records come from: `otlp`, sent by services; `files`, the seven files of `LOG_DIR`, from which nothing is lost while the collector is away; or `kafka`, what another collector has put there."},
	{otlpEndpoint, "127.0.0.1:4318", "Where services send to, over OTLP/HTTP."},
	{logDir, "/var/log/sentrikat", "The directory of the seven files; where it is not set, `$STORAGE_ROOT/logs` comes before the default. For `files`."},
	{timeZone, "local", "Whose wall clock the text files show, as the services have it: `local` or `utc`. For `files`."},
	{serviceName, "sentrikat", "The service whose files these are, which no line says; without double quotes and backslashes. For `files`."},
	{stateDir, "/var/lib/sentrikat-collector", "Where queues and checkpoints are kept; where it is not set, `$DATA_DIR/collector` comes before the default."},
	{fsync, "true", "Whether what was accepted survives a loss of power, and not only the end of the process."},
	{queueBytes, "1073741824", "How much waits on disk for each destination that is away, in bytes; its file can become twice as large."},
	{memoryMiB, "512", "How much memory the collector may take before it refuses, in MiB."},
	{healthEndpoint, "127.0.0.1:13133", "Where it says that it is alive."},
	{metricsEndpoint, "127.0.0.1:8888", "Where Prometheus finds its metrics."},
	{distribution, "sentrikat", "`sentrikat`, or `contrib` for the image of the OpenTelemetry project, with the limits that the README names."},
	{program, "otelcol-sentrikat", "The collector itself, beside the entrypoint where it is no path."},
	{extraConfig, "", "A file with more configuration of the collector, which is merged last."},
	{configDir, "config", "The directory of the fragments, beside the entrypoint where it is relative."},
}
