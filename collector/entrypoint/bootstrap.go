package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sentrikat.local/collector/elasticsearch"
)

func bootstrapCommand() *cobra.Command {
	var lifecycle string
	var dryRun bool
	bootstrap := &cobra.Command{
		Use:   "bootstrap",
		Short: "Put the templates of the data streams into Elasticsearch; may be run again at any time",
		Long: "Puts the templates of the data streams into Elasticsearch, whatever was there under their names. Nothing is stored\n" +
			"before that: until then records wait in the collector's queue.",
		Example: `  ELASTIC_HOST=127.0.0.1:9200 sentrikat-collector bootstrap
  ELASTIC_HOST=127.0.0.1:9200 sentrikat-collector bootstrap --lifecycle ilm --dry-run`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := fromProcess()
			if err != nil {
				return err
			}
			if len(s.elasticsearch) == 0 {
				return problems{{"NO_ELASTICSEARCH", "ELASTIC_HOST is not set", "there is nowhere to put the templates", "set ELASTIC_HOST"}}
			}
			requests, err := elasticsearch.Requests(s.indexPrefix, lifecycle)
			if err != nil {
				return problems{{"INVALID_VALUE", err.Error(), "retention is kept by the one or by the other", "leave it out for dsl, or set it to ilm"}}
			}
			if dryRun {
				for _, each := range requests {
					fmt.Fprintf(cmd.OutOrStdout(), "PUT %s\n%s\n", each.Path, each.Body)
				}
				return nil
			}
			return putAll(cmd.Context(), cmd.OutOrStdout(), s, requests)
		},
	}
	bootstrap.Flags().StringVar(&lifecycle, "lifecycle", "dsl", "who removes what is old: dsl (the data stream itself) or ilm (a policy)")
	bootstrap.Flags().BoolVar(&dryRun, "dry-run", false, "print the requests instead of sending them")
	return bootstrap
}

// putAll stops at the first refusal: what comes later is made of what comes first.
func putAll(ctx context.Context, out io.Writer, s settings, requests []elasticsearch.Request) error {
	client, err := s.client()
	if err != nil {
		return err
	}
	nodes := s.elasticsearch
	for _, each := range requests {
		if nodes, err = s.put(ctx, client, nodes, each); err != nil {
			return err
		}
		fmt.Fprintln(out, "put", each.Path)
	}
	fmt.Fprintf(out, "%s is ready for the data streams %s*\n", nodes[0], s.indexPrefix)
	return nil
}

func (s settings) client() (*http.Client, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if file := s.environment[elasticCAFile]; file != "" {
		pem, err := os.ReadFile(file)
		pool := x509.NewCertPool()
		if err != nil || !pool.AppendCertsFromPEM(pem) {
			return nil, unreadable(elasticCAFile, file, err)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	return &http.Client{
		Transport: transport,
		Timeout:   30 * time.Second,
		// What is redirected would be asked for, and nothing would be put.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

// put gives back the nodes that are left: one that has not answered is not waited for again.
func (s settings) put(ctx context.Context, client *http.Client, nodes []string, each elasticsearch.Request) ([]string, error) {
	response, left, err := s.putAnywhere(ctx, client, nodes, each)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	var answer struct{ Acknowledged bool }
	if response.StatusCode == http.StatusOK && json.Unmarshal(said, &answer) == nil && answer.Acknowledged {
		return left, nil
	}
	return nil, problems{{"ELASTICSEARCH_REFUSED", fmt.Sprintf("PUT %s was answered with %d: %s", each.Path, response.StatusCode, reasonOf(said)),
		"data streams are made by these templates, and nothing is stored without",
		"see that this is Elasticsearch itself; give the user of the collector the privileges manage_index_templates and manage_ilm, or run this as somebody who has them"}}
}

// putAnywhere asks the nodes in turn, until one answers.
func (s settings) putAnywhere(ctx context.Context, client *http.Client, nodes []string, each elasticsearch.Request) (*http.Response, []string, error) {
	var failed []string
	for i, node := range nodes {
		request, err := http.NewRequestWithContext(ctx, http.MethodPut, node+"/"+each.Path, bytes.NewReader(each.Body))
		if err != nil {
			return nil, nil, err
		}
		request.Header.Set("Content-Type", "application/json")
		if err := s.authorise(request); err != nil {
			return nil, nil, err
		}
		response, err := client.Do(request)
		if err == nil {
			return response, nodes[i:], nil
		}
		failed = append(failed, err.Error())
	}
	return nil, nil, problems{{"ELASTICSEARCH_UNREACHABLE", strings.Join(failed, "; "), "no template was put there, and nothing is stored without", "see that Elasticsearch answers there, then run this again"}}
}

func (s settings) authorise(request *http.Request) error {
	read := func(name string) (string, error) {
		content, err := os.ReadFile(s.environment[name])
		if err != nil {
			return "", unreadable(name, s.environment[name], err)
		}
		return strings.TrimRight(string(content), "\r\n"), nil
	}
	switch {
	case s.environment[elasticAPIKeyFile] != "":
		key, err := read(elasticAPIKeyFile)
		request.Header.Set("Authorization", "ApiKey "+key)
		return err
	case s.environment[elasticPassword] != "":
		password, err := read(elasticPassword)
		request.SetBasicAuth(s.environment[elasticUsername], password)
		return err
	}
	return nil
}

func unreadable(name, file string, err error) error {
	if err == nil {
		err = fmt.Errorf("there is no PEM certificate in it")
	}
	return problems{{"FILE_UNREADABLE", fmt.Sprintf("%s is %q, which cannot be used (%v)", name, file, err), "Elasticsearch cannot be asked without it",
		fmt.Sprintf("name a file that uid %d may read", os.Getuid())}}
}

// reasonOf is what Elasticsearch says in the form of its errors, else the beginning of what it is.
func reasonOf(body []byte) string {
	var said struct {
		Error struct{ Reason string } `json:"error"`
	}
	if json.Unmarshal(body, &said) == nil && said.Error.Reason != "" {
		return said.Error.Reason
	}
	return fmt.Sprintf("%.200q", body)
}
