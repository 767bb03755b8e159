// Package house holds guards over the repository as a whole: its layers, its words, its files. It has tests only.
package house

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const module = "tracker"

// root is the repository's directory, from this package's.
const root = "../.."

// goPackage is what `go list` says of one package of this module.
type goPackage struct {
	ImportPath  string
	Imports     []string // of the files that are built, not of tests
	GoFiles     []string
	Dir         string
	TestImports []string
}

// rel is the import path without the module: "internal/db".
func (p goPackage) rel() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

// packages lists every package of the module.
func packages(t *testing.T) []goPackage {
	t.Helper()
	out := run(t, "go", "list", "-json=ImportPath,Imports,GoFiles,Dir,TestImports", "./...")
	var list []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		list = append(list, p)
	}
}

// files lists the paths, from the root, of all files that are tracked or would be.
func files(t *testing.T) []string {
	t.Helper()
	out := run(t, "git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
	var list []string
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		if info, err := os.Lstat(filepath.Join(root, name)); err == nil && info.Mode().IsRegular() {
			list = append(list, name)
		}
	}
	if len(list) < 10 {
		t.Fatalf("git ls-files names only %d files", len(list))
	}
	return list
}

// read gives a file of the repository by its path from the root.
func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// run runs a command at the root and gives its output.
func run(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = root
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, stderr.String())
	}
	return out
}

// A program that a tool built was once committed by mistake, 28 MB of it: what
// is kept here is text, pictures and fonts, and small.
func TestNoFileIsAProgramOrLarge(t *testing.T) {
	const largest = 1 << 20
	for _, name := range files(t) {
		content, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, magic := range []string{"\x7fELF", "MZ\x90", "\xcf\xfa\xed\xfe", "PK\x03\x04", "SQLite format 3"} {
			if bytes.HasPrefix(content, []byte(magic)) && !strings.HasPrefix(name, "docs/samples/") {
				t.Errorf("%s is a program, an archive or a database", name)
			}
		}
		if len(content) > largest {
			t.Errorf("%s has %d bytes, more than %d", name, len(content), largest)
		}
	}
}
