package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"go.etcd.io/bbolt"
)

func stateFile(t *testing.T) (directory, file string) {
	t.Helper()
	directory = filepath.Join(t.TempDir(), "state")
	file = filepath.Join(directory, "queue", "exporter_x")
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		t.Fatal(err)
	}
	database, err := bbolt.Open(file, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = database.Close() })
	return directory, file
}

func TestAnotherProcessWithTheDirectoryIsNamed(t *testing.T) {
	directory, file := stateFile(t)
	var found problems
	if err := prepare(directory, os.Stderr); !errors.As(err, &found) || found[0].code != "STATE_DIR_IN_USE" || !strings.Contains(found[0].what, file) {
		t.Error(err)
	}
}

func TestAFileThatCannotBeOpenedIsMovedAsideAndKept(t *testing.T) {
	for _, garbage := range [][]byte{[]byte("short"), []byte(strings.Repeat("garbage!", 4_096)), firstPage(t)} {
		directory := filepath.Join(t.TempDir(), "state")
		file := filepath.Join(directory, "queue", "exporter_x")
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, garbage, 0o600); err != nil {
			t.Fatal(err)
		}
		var says strings.Builder
		if err := prepare(directory, &says); err != nil {
			t.Fatal(err)
		}
		left, _ := filepath.Glob(file + "*")
		if len(left) != 1 || !strings.HasSuffix(left[0], ".backup") || !strings.Contains(says.String(), left[0]) {
			t.Errorf("%q: %v, and it says %q", garbage, left, says.String())
		}
		// The next start leaves it where it is.
		if err := prepare(directory, &says); err != nil {
			t.Error(err)
		}
	}
}

// firstPage is the beginning of a database, all else of which is lost.
func firstPage(t *testing.T) []byte {
	t.Helper()
	_, file := stateFile(t)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content[:4_096]
}

func TestAnEmptyFileIsLeftToTheCollector(t *testing.T) {
	file := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := look(file, os.Stderr); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
}

// A file of Linux whose beginning cannot be read, as on a disk that fails.
func TestADiskThatCannotBeReadIsNoDamage(t *testing.T) {
	if err := open("/proc/self/mem"); !errors.Is(err, syscall.EIO) {
		t.Error(err)
	}
}

func TestFilesOfOthersAreLeftAlone(t *testing.T) {
	directory := t.TempDir()
	for _, file := range []string{"logs/audit.log", "data/app.sqlite", "backups/day/one", "queue/folder/one"} {
		path := filepath.Join(directory, file)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o750), os.WriteFile(path, []byte("theirs"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(directory, "logs/audit.log"), filepath.Join(directory, "queue/link")); err != nil {
		t.Fatal(err)
	}
	var says strings.Builder
	if err := prepare(directory, &says); err != nil || says.String() != "" {
		t.Error(err, says.String())
	}
	for _, file := range []string{"logs/audit.log", "data/app.sqlite", "backups/day/one", "queue/folder/one", "queue/link"} {
		if _, err := os.Stat(filepath.Join(directory, file)); err != nil {
			t.Error(err)
		}
	}
}

func TestAQueueThatMayNotBeOpenedStaysWhereItIs(t *testing.T) {
	_, file := stateFile(t)
	// With no descriptor left, root gets none either.
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	few := before
	few.Cur = 3
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &few); err != nil {
		t.Fatal(err)
	}
	err := look(file, os.Stderr)
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	var found problems
	if !errors.As(err, &found) || found[0].code != "STATE_FILE_NOT_OPENED" {
		t.Error(err)
	}
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
}
