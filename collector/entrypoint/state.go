package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.etcd.io/bbolt"
	bboltErrors "go.etcd.io/bbolt/errors"
)

// prepare makes the state directory, sees that it can be written, and moves aside what the collector could not open: it would
// start, and then say so in the middle of its own log, or never start again.
func prepare(directory string, says io.Writer) error {
	if err := makeWritable(directory); err != nil {
		return problems{{"STATE_DIR_NOT_WRITABLE", fmt.Sprintf("%q cannot be written (%v)", directory, err),
			"what waits for a destination that is away is kept there, and nowhere else",
			fmt.Sprintf("make it writable for uid %d, or set %s", os.Getuid(), stateDir)}}
	}
	files, err := filepath.Glob(filepath.Join(directory, "*", "*"))
	if err != nil {
		return err
	}
	for _, file := range files {
		if strings.HasSuffix(file, backupSuffix) {
			continue
		}
		switch err := open(file); {
		case errors.Is(err, bboltErrors.ErrTimeout):
			return problems{{"STATE_DIR_IN_USE", fmt.Sprintf("another process has %q open", file),
				"two collectors with one state directory would send each other's records",
				"stop the other one, or give this one a directory of its own with " + stateDir}}
		case err != nil:
			if err := moveAside(file, err, says); err != nil {
				return err
			}
		}
	}
	return nil
}

func makeWritable(directory string) error {
	if err := os.MkdirAll(directory, 0o750); err != nil {
		return err
	}
	probe, err := os.CreateTemp(directory, ".writable-*")
	if err != nil {
		return err
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// open fails for a file that is no database, or not a whole one; the library panics over some of them.
func open(file string) (err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("%v", panicked)
		}
	}()
	database, err := bbolt.Open(file, 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		return err
	}
	return database.Close()
}

const backupSuffix = ".backup"

func moveAside(file string, why error, says io.Writer) error {
	backup := file + time.Now().UTC().Format(".20060102T150405.000000") + backupSuffix
	if err := os.Rename(file, backup); err != nil {
		return err
	}
	fmt.Fprint(says, problem{"STATE_FILE_UNREADABLE", fmt.Sprintf("%q cannot be opened (%v)", file, why),
		"what waited in it is not sent; it is kept as " + backup,
		"send the services' files again with SENTRIKAT_COLLECTOR_INPUT=files, where Elasticsearch takes nothing twice that has an id"})
	return nil
}
