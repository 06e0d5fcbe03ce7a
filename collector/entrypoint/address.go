package main

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// address takes `host`, `host:port`, `[v6]` or `[v6]:port` apart and puts it together again with a port.
func address(text string, defaultPort int) (string, error) {
	host, port := text, strconv.Itoa(defaultPort)
	switch {
	case strings.Contains(text, "@"):
		return "", fmt.Errorf("it has a user in it, where only a host and a port belong")
	case strings.Contains(text, "://"):
		return "", fmt.Errorf("it has a scheme, where only a host and a port belong")
	case strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]"):
		host = text[1 : len(text)-1]
	case strings.HasPrefix(text, "[") || strings.Count(text, ":") == 1:
		var err error
		if host, port, err = net.SplitHostPort(text); err != nil {
			return "", fmt.Errorf("it is no host with a port")
		}
	case strings.Contains(text, ":"):
		return "", fmt.Errorf("an IPv6 address needs brackets, so that its port can be told from it")
	}
	if !isHost(host) {
		return "", fmt.Errorf("%q is neither a host name nor an address", host)
	}
	if number, err := strconv.Atoi(port); err != nil || number < 1 || number > 65535 || strings.HasPrefix(port, "+") {
		return "", fmt.Errorf("%q is no port from 1 to 65535", port)
	}
	return net.JoinHostPort(host, port), nil
}

// Labels as DNS has them, and the underscore that container platforms use in names.
var hostName = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\.?$`)

func isHost(text string) bool {
	if _, err := netip.ParseAddr(text); err == nil {
		return true
	}
	return len(text) <= 253 && hostName.MatchString(text)
}

// endpoint makes a URL of what ELASTIC_HOST says of one node: a URL, or an address, which is HTTP on port 9200.
func endpoint(text string) (string, error) {
	if !strings.Contains(text, "://") {
		at, err := address(text, 9200)
		return "http://" + at, err
	}
	parsed, err := url.Parse(text)
	switch {
	case err != nil:
		return "", fmt.Errorf("it is no URL")
	case parsed.Scheme != "http" && parsed.Scheme != "https":
		return "", fmt.Errorf("its scheme is %q, which is neither http nor https", parsed.Scheme)
	case strings.ContainsAny(text, "?#"):
		return "", fmt.Errorf("it has a query or a fragment, which no node has")
	}
	defaultPort := map[string]int{"http": 80, "https": 443}[parsed.Scheme]
	if _, err := address(parsed.Host, defaultPort); err != nil {
		return "", err
	}
	return strings.TrimSuffix(parsed.String(), "/"), nil
}

// withoutSecrets is a value as a message may quote it: whatever is in a password, it stands before the last @.
func withoutSecrets(text string) string {
	return userInfo.ReplaceAllString(text, "$1[redacted]@")
}

var userInfo = regexp.MustCompile(`(?s)^([a-z]+://)?.*@`)
