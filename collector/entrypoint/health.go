package main

import (
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"
)

// healthCommand is for images that have neither a shell nor curl.
func healthCommand() *cobra.Command {
	return &cobra.Command{Use: "health", Short: "Say whether the collector that runs here is alive", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			s, err := fromProcess()
			if err != nil {
				return err
			}
			return askHealth(s.environment[healthEndpoint])
		}}
}

func askHealth(endpoint string) error {
	// What runs here is asked directly, whatever proxy the environment names.
	client := http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get("http://" + endpoint)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the collector at %s answers %s", endpoint, response.Status)
	}
	return nil
}
