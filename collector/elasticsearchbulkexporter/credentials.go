package elasticsearchbulkexporter

import (
	"fmt"
	"net/http"
	"os"
	"strings"
)

// authorise reads the secret from its file for each request, so that one that was replaced there holds from the next request on.
func (c *Config) authorise(request *http.Request) error {
	switch {
	case c.APIKeyFile != "":
		key, err := secret("api_key_file", c.APIKeyFile)
		request.Header.Set("Authorization", "ApiKey "+key)
		return err
	case c.PasswordFile != "":
		password, err := secret("password_file", c.PasswordFile)
		request.SetBasicAuth(c.Username, password)
		return err
	default:
		return nil
	}
}

// secret fails, for now, where there is none: whoever replaces a file may just be doing so.
func secret(name, file string) (string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%s cannot be read: %w", name, err)
	}
	value := strings.TrimRight(string(content), "\r\n")
	if value == "" || strings.ContainsAny(value, "\r\n") {
		return "", fmt.Errorf("%s %q is empty, or more than one line", name, file)
	}
	return value, nil
}
