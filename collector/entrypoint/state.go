package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
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
	for _, folder := range []string{"queue", "checkpoint"} {
		files, err := os.ReadDir(filepath.Join(directory, folder))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		for _, file := range files {
			if !file.Type().IsRegular() || strings.HasSuffix(file.Name(), backupSuffix) {
				continue
			}
			if err := look(filepath.Join(directory, folder, file.Name()), says); err != nil {
				return err
			}
		}
	}
	return nil
}

// look moves the file aside where it is what cannot be opened, and not what opens it.
func look(file string, says io.Writer) error {
	err := open(file)
	isOf := func(damage error) bool { return errors.Is(err, damage) }
	switch {
	case err == nil:
		return nil
	case errors.Is(err, bboltErrors.ErrTimeout):
		return problems{{"STATE_DIR_IN_USE", fmt.Sprintf("another process has %q open", file),
			"two collectors with one state directory would send each other's records",
			"stop the other one, or give this one a directory of its own with " + stateDir}}
	case !slices.ContainsFunc(damages, isOf) && !strings.HasPrefix(err.Error(), tooSmall):
		return problems{{"STATE_FILE_NOT_OPENED", fmt.Sprintf("%q cannot be opened (%v)", file, err),
			"what waits in it cannot be sent, and may be whole",
			fmt.Sprintf("let uid %d read and write it, see what the disk has, and start again", os.Getuid())}}
	default:
		return moveAside(file, err, says)
	}
}

// damages are what the library says of what is in a file; all else is about the way there, and the file may be whole.
var damages = []error{errPanicked, bboltErrors.ErrInvalid, bboltErrors.ErrVersionMismatch, bboltErrors.ErrChecksum}

var errPanicked = errors.New("it is damaged")

// tooSmall is one more, which the library has no name for.
const tooSmall = "file size too small"

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

// open fails for a file that is no database, or not a whole one; the library panics over some of them. Of an empty file the collector
// makes one.
func open(file string) (err error) {
	if err := readFirstByte(file); err == io.EOF {
		return nil
	} else if err != nil {
		return err
	}
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("%w: %v", errPanicked, panicked)
		}
	}()
	database, err := bbolt.Open(file, 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		return err
	}
	return database.Close()
}

// readFirstByte is asked because the library takes a disk that cannot be read for a file that is no database.
func readFirstByte(file string) error {
	opened, err := os.Open(file)
	if err != nil {
		return err
	}
	defer opened.Close()
	_, err = opened.Read(make([]byte, 1))
	return err
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
