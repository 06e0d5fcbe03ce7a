package elasticsearchbulkexporter

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configcompression"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"sentrikat.local/collector/delivery"
)

// Config of the exporter; the README has each key with its default.
type Config struct {
	// HTTP is named, as an embedded one would bring its own Unmarshal and read nothing else.
	HTTP confighttp.ClientConfig `mapstructure:",squash"`
	// Endpoints are base URLs of nodes. After a failure the next attempt goes to the next.
	Endpoints []string `mapstructure:"endpoints"`
	// APIKeyFile holds an API key in its encoded form; it is read for each request.
	APIKeyFile string `mapstructure:"api_key_file"`
	Username   string `mapstructure:"username"`
	// PasswordFile holds the password of Username; it is read for each request.
	PasswordFile string `mapstructure:"password_file"`
	// RejectedIndex takes as text what Elasticsearch refuses for good; empty for none, which loses it.
	RejectedIndex string `mapstructure:"rejected_index"`
	// RequireDataStream refuses to make an index of whatever name comes; records wait for their template instead.
	RequireDataStream bool `mapstructure:"require_data_stream"`
	delivery.Config   `mapstructure:",squash"`
}

func createDefaultConfig() component.Config {
	client := confighttp.NewDefaultClientConfig()
	client.Timeout = 30 * time.Second
	client.Compression = configcompression.TypeGzip
	queue := exporterhelper.NewDefaultQueueConfig()
	queue.Sizer, queue.QueueSize = exporterhelper.RequestSizerTypeBytes, 256<<20
	queue.NumConsumers = 2
	// Without a largest size: the helper drops a record that is larger, and with it what comes behind. A request that is too large for
	// Elasticsearch is halved here.
	queue.Batch = configoptional.Some(exporterhelper.BatchConfig{
		FlushTimeout: time.Second, Sizer: exporterhelper.RequestSizerTypeBytes, MinSize: 1_000_000,
	})
	return &Config{
		HTTP:              client,
		RequireDataStream: true,
		Config:            delivery.NewDefaultConfig(queue),
	}
}

// Validate is called by the collector.
func (c *Config) Validate() error {
	var found []error
	if c.HTTP.Endpoint != "" {
		found = append(found, errors.New(`endpoint is set: list it under "endpoints", of which there may be several`))
	}
	if len(c.Endpoints) == 0 {
		found = append(found, errors.New("endpoints is empty: name at least one node, as https://elasticsearch.example.org:9200"))
	}
	for _, endpoint := range c.Endpoints {
		parsed, err := url.Parse(endpoint)
		if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.User != nil || parsed.RawQuery != "" {
			found = append(found, errors.New("endpoints has a value that is no http or https URL of a node, without user and query: "+
				"write https://elasticsearch.example.org:9200, and credentials into files"))
		}
	}
	if c.HTTP.Timeout <= 0 {
		found = append(found, errors.New("timeout has to be longer than nothing: without an end one server that never answers stops everything"))
	}
	if (c.Username == "") != (c.PasswordFile == "") {
		found = append(found, fmt.Errorf("username is %q and password_file %q: a user is who they are by their password, so set both", c.Username, c.PasswordFile))
	}
	if c.APIKeyFile != "" && c.Username != "" {
		found = append(found, errors.New("api_key_file and username are set: a request has one identity, so leave one of them out"))
	}
	return errors.Join(found...)
}
