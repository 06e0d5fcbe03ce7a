package syslogrfc5424exporter

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configtls"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"sentrikat.local/collector/delivery"
)

// Networks.
const (
	networkUDP = "udp"
	networkTCP = "tcp"
	networkTLS = "tls"
)

// RFC 5424, section 6.1, wants receivers to take this much; a header may take 500 of it.
const leastMessageSize = 2048

// What a datagram of IPv4 carries: 65535 without the headers of IP and UDP. The kernel refuses a longer one each time, for ever.
const maxDatagram = 65_507

// What rsyslog takes of a stream where nobody says otherwise (seen with 8.2302); its documentation calls it 8k.
const defaultStreamSize = 8096

// Config of the exporter; the README has each key with its default.
type Config struct {
	// Endpoint is host:port.
	Endpoint string `mapstructure:"endpoint"`
	// Network is udp, tcp or tls.
	Network string `mapstructure:"network"`
	// TLS is for the network tls alone.
	TLS configtls.ClientConfig `mapstructure:"tls"`
	// Timeout is for a connection to be made, and for the receiver to take or acknowledge anything.
	Timeout time.Duration `mapstructure:"timeout"`
	// MaxMessageSize in bytes; 0 is what is usual for the network.
	MaxMessageSize  int `mapstructure:"max_message_size"`
	delivery.Config `mapstructure:",squash"`
}

func createDefaultConfig() component.Config {
	queue := exporterhelper.NewDefaultQueueConfig()
	// The order of a connection is the order of the queue.
	queue.NumConsumers = 1
	return &Config{
		Network: networkTCP,
		TLS:     configtls.NewDefaultClientConfig(),
		Timeout: 10 * time.Second,
		Config:  delivery.NewDefaultConfig(queue),
	}
}

// Validate is called by the collector.
func (c *Config) Validate() error {
	var found []error
	host, port, err := net.SplitHostPort(c.Endpoint)
	number, portErr := strconv.Atoi(port)
	if err != nil || host == "" || portErr != nil || number < 1 || number > 65535 {
		found = append(found, fmt.Errorf("endpoint is %q: it has to be host:port, an IPv6 address in brackets", c.Endpoint))
	}
	if !slices.Contains([]string{networkUDP, networkTCP, networkTLS}, c.Network) {
		found = append(found, fmt.Errorf("network is %q: it has to be udp, tcp or tls", c.Network))
	}
	if c.Network == networkTLS && c.TLS.Insecure {
		found = append(found, errors.New("tls::insecure is true with the network tls: a connection is encrypted or it is not, so set the network to tcp if it is not"))
	}
	if c.Timeout <= 0 {
		found = append(found, errors.New("timeout has to be longer than nothing: without an end one receiver that takes nothing stops everything"))
	}
	if c.MaxMessageSize != 0 && c.MaxMessageSize < leastMessageSize {
		found = append(found, fmt.Errorf("max_message_size is %d: every receiver takes %d, and less has no room for a header and a message", c.MaxMessageSize, leastMessageSize))
	}
	if c.Network == networkUDP && c.MaxMessageSize > maxDatagram {
		found = append(found, fmt.Errorf("max_message_size is %d: a datagram carries %d at most, so take less, or the network tcp", c.MaxMessageSize, maxDatagram))
	}
	return errors.Join(found...)
}

// messageLimit is what receivers take by default: of datagrams, as RFC 5426 asks of them; of streams, as rsyslog does.
func (c *Config) messageLimit() int {
	switch {
	case c.MaxMessageSize > 0:
		return c.MaxMessageSize
	case c.Network == networkUDP:
		return leastMessageSize
	default:
		return defaultStreamSize
	}
}
