package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func command() *cobra.Command {
	root := &cobra.Command{
		Use:   "sentrikat-collector",
		Short: "Forwards the seven logs to Elasticsearch and syslog",
		Long:  "Takes records over OTLP or out of the seven files, and forwards them to what the environment names.\nWithout a command it runs.",
		Example: `  ELASTIC_HOST=https://elasticsearch.example.org:9200 ELASTIC_API_KEY_FILE=/run/secrets/key sentrikat-collector
  RSYSLOG_REMOTE=siem.example.org:6514 RSYSLOG_PROTOCOL=tls sentrikat-collector validate
  ELASTIC_HOST=127.0.0.1:9200 sentrikat-collector bootstrap`,
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(*cobra.Command, []string) error { return run() },
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(
		&cobra.Command{Use: "run", Short: "Run the collector (the default)", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return run() }},
		&cobra.Command{Use: "validate", Short: "Say what would be forwarded where, and whether the collector would start", Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error { return validate(cmd) }},
		&cobra.Command{Use: "print-config", Short: "Print the configuration that the environment gives, merged, without secrets", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return ask("print-config") }},
		&cobra.Command{Use: "variables", Short: "List the variables, with their defaults", Args: cobra.NoArgs,
			Run: func(cmd *cobra.Command, _ []string) { listVariables(cmd) }},
		bootstrapCommand(),
		healthCommand(),
	)
	return root
}

// run replaces this process.
func run() error {
	s, err := fromProcess()
	if err != nil {
		return err
	}
	if err := prepare(s.stateDir, os.Stderr); err != nil {
		return err
	}
	for _, line := range s.says {
		fmt.Fprintln(os.Stderr, "forwarding to", line)
	}
	err = syscall.Exec(s.program, append([]string{s.program}, s.arguments()...), s.environ())
	return notStarted(s, err)
}

func validate(cmd *cobra.Command) error {
	s, err := fromProcess()
	if err != nil {
		return err
	}
	if err := s.execute("validate"); err != nil {
		return err
	}
	for _, line := range s.says {
		fmt.Fprintln(cmd.OutOrStdout(), "would forward to", line)
	}
	return nil
}

func ask(subcommand string) error {
	s, err := fromProcess()
	if err != nil {
		return err
	}
	return s.execute(subcommand)
}

func listVariables(cmd *cobra.Command) {
	table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	defer table.Flush()
	fmt.Fprintln(table, "VARIABLE\tDEFAULT\tABOUT")
	for _, each := range variables {
		fmt.Fprintf(table, "%s\t%s\t%s\n", each.name, each.defaultsTo, strings.ReplaceAll(each.about, "`", ""))
	}
}

// fromProcess reads the environment of this process, and finds what lies beside its program.
func fromProcess() (settings, error) {
	environment := map[string]string{}
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		environment[name] = value
	}
	s, found := readSettings(environment)
	if len(found) > 0 {
		return s, found
	}
	here, err := os.Executable()
	if err != nil {
		return s, err
	}
	s.configDir = beside(here, s.configDir)
	s.program = beside(here, s.program)
	host, err := os.Hostname()
	if err != nil {
		return s, err
	}
	s.environment[configDir] = s.configDir
	s.environment["SENTRIKAT_COLLECTOR_HOST_NAME"] = host
	return s, nil
}

func beside(program, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(program), path)
}

func (s settings) arguments() []string {
	var arguments []string
	for _, fragment := range s.fragments {
		arguments = append(arguments, "--config=file:"+filepath.Join(s.configDir, fragment))
	}
	if s.extraConfig != "" {
		arguments = append(arguments, "--config=file:"+s.extraConfig)
	}
	return append(arguments, s.gates...)
}

// environ is that of this process with what the fragments read. Each name stands there once: of two, programs do not agree which holds.
func (s settings) environ() []string {
	environ := slices.DeleteFunc(os.Environ(), func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		_, isOurs := s.environment[name]
		return isOurs
	})
	for name, value := range s.environment {
		environ = append(environ, name+"="+forFragments(name, value))
	}
	return environ
}

// forFragments doubles the dollar signs of a value: of two the collector makes one, and what looks like ${…} it expands again. The
// directory of the fragments is the exception, as it stands inside of a ${file:…}, where nothing is undone.
func forFragments(name, value string) string {
	if name == configDir {
		return value
	}
	return strings.ReplaceAll(value, "$", "$$")
}

func (s settings) execute(subcommand string) error {
	child := exec.Command(s.program, append([]string{subcommand}, s.arguments()...)...)
	child.Env, child.Stdout, child.Stderr = s.environ(), os.Stdout, os.Stderr
	err := child.Run()
	if exit := (*exec.ExitError)(nil); err == nil || errors.As(err, &exit) {
		return err
	}
	return notStarted(s, err)
}

func notStarted(s settings, err error) error {
	return problems{{"COLLECTOR_NOT_FOUND", fmt.Sprintf("%q cannot be started (%v)", s.program, err),
		"the entrypoint only prepares what that program does",
		"put it beside the entrypoint, or name it with SENTRIKAT_COLLECTOR_PROGRAM"}}
}

// exitStatus is 2 where the environment or the command line is wrong, else what the collector has ended with.
func exitStatus(err error) int {
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return max(exit.ExitCode(), 1)
	}
	return 2
}
