// Parts lists what others wrote of the program that is given out: modules, the standard library, fonts, style sheets.
//
//	make sbom        the list as CycloneDX, a software bill of materials, into bin/sbom.cdx.json
//	make licences    fails when a part has no licence or one that is not allowed
//
// It reads this machine only: no network, no clock, so the same sources give the same bytes.
package main

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// allowed are the licences under which a part may be given out with the program.
var allowed = []string{"MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD", "MPL-2.0", "OFL-1.1", "blessing"}

// part is something that others wrote.
type part struct {
	name, version string
	kind          string // library, framework or file, as CycloneDX has it
	purl          string // its address as a package, where it is one
	sha256        string // in hexadecimal
	licences      []string
}

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "parts:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("parts sbom RELEASE, or parts licences")
	}
	list, err := parts(".")
	if err != nil {
		return err
	}
	switch {
	case args[0] == "licences":
		return tellLicences(out, list)
	case args[0] == "sbom" && len(args) == 2:
		return bill(out, args[1], list)
	}
	return fmt.Errorf("parts knows no %q", args)
}

// parts are all of them, by name.
func parts(root string) ([]part, error) {
	list, err := modules(root)
	if err != nil {
		return nil, err
	}
	kept, err := vendored(root)
	list = append(list, kept...)
	slices.SortFunc(list, func(a, b part) int { return cmp.Compare(a.name, b.name) })
	return list, err
}

// modules are those that are linked into the program, and the standard library.
func modules(root string) ([]part, error) {
	listed, err := output(root, "go", "list", "-deps", "-json=Module", "./cmd/tracker")
	if err != nil {
		return nil, err
	}
	sums, err := sums(filepath.Join(root, "go.sum"))
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var list []part
	for dec := json.NewDecoder(bytes.NewReader(listed)); ; {
		var p struct {
			Module *struct {
				Path, Version, Dir string
				Main               bool
			}
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		if m := p.Module; m != nil && !m.Main && !seen[m.Path] {
			seen[m.Path] = true
			list = append(list, part{m.Path, m.Version, "library", "pkg:golang/" + m.Path + "@" + m.Version, sums[m.Path+" "+m.Version], licencesIn(m.Dir)})
		}
	}
	said, err := output(root, "go", "env", "GOVERSION", "GOROOT")
	if err != nil {
		return nil, err
	}
	version, goroot, _ := strings.Cut(strings.TrimSpace(string(said)), "\n")
	version = strings.TrimPrefix(version, "go")
	return append(list, part{"Go standard library", version, "library", "pkg:golang/std@" + version, "", licencesIn(goroot)}), nil
}

// sums are the checksums of modules as go.sum has them, in hexadecimal.
func sums(path string) (map[string]string, error) {
	b, err := os.ReadFile(path)
	out := map[string]string{}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) != 3 {
			continue
		}
		if sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(f[2], "h1:")); err == nil {
			out[f[0]+" "+f[1]] = hex.EncodeToString(sum)
		}
	}
	return out, err
}

// row is a line of the table of vendored files.
var row = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([^|]+?) \\| ([A-Za-z0-9.-]+), [^|]*\\| `([0-9a-f]{64})` \\|$")

// vendored are the files of others that are kept in the repository and given out with the program.
func vendored(root string) (list []part, err error) {
	table, err := os.ReadFile(filepath.Join(root, "web/static/VENDOR.md"))
	for _, m := range row.FindAllStringSubmatch(string(table), -1) {
		if strings.Contains(m[1], "testdata/") {
			continue // for tests only
		}
		p := part{name: m[1], kind: "file", sha256: m[4], licences: []string{m[3]}}
		if npm := regexp.MustCompile("npm `([^`]+)` ([0-9.]+)").FindStringSubmatch(m[2]); npm != nil {
			p.version, p.purl = npm[2], "pkg:npm/"+npm[1]+"@"+npm[2]
		} else if version := regexp.MustCompile(`[0-9]+\.[0-9.]+[0-9]`).FindString(m[2]); version != "" {
			p.version = version
		}
		list = append(list, p)
	}
	return list, err
}

func output(dir, name string, args ...string) ([]byte, error) {
	c := exec.Command(name, args...)
	c.Dir, c.Stderr = dir, os.Stderr
	return c.Output()
}

// tellLicences lists each part with its licence. One without, or with one that is not allowed, is an error.
func tellLicences(out io.Writer, list []part) error {
	var bad []string
	for _, p := range list {
		fmt.Fprintf(out, "%-50s %-40s %s\n", p.name, p.version, strings.Join(p.licences, " and "))
		if len(p.licences) == 0 || slices.ContainsFunc(p.licences, func(l string) bool { return !slices.Contains(allowed, l) }) {
			bad = append(bad, fmt.Sprintf("%s %s (%s)", p.name, p.version, strings.Join(p.licences, " and ")))
		}
	}
	if len(bad) > 0 {
		return fmt.Errorf("no licence, or one that is not allowed: %s", strings.Join(bad, "; "))
	}
	return nil
}
