// Command sentrikat-collector starts the OpenTelemetry Collector of this project. It reads which destinations the environment
// names, checks every value before anything starts, and picks the fragments of configuration that belong to them; then the
// collector takes its place, so that signals and the exit status are the collector's own.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := command().Execute(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitStatus(err))
	}
}
