package house

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const testCommand = "make setup test"

// targets are the names that `make` knows.
func targets(t *testing.T) map[string]bool {
	t.Helper()
	known := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^([a-z-]+):`).FindAllStringSubmatch(read(t, "Makefile"), -1) {
		known[m[1]] = true
	}
	return known
}

func TestEveryPushRunsTheCommandOfTheReadme(t *testing.T) {
	if !strings.Contains(read(t, ".ci/run"), "\nexec "+testCommand+"\n") {
		t.Errorf(".ci/run does not run %q", testCommand)
	}
	info, err := os.Stat(filepath.Join(root, ".ci/run"))
	if err != nil || info.Mode()&0o111 == 0 {
		t.Errorf(".ci/run cannot be executed (%v)", err)
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err == nil && !strings.Contains(string(readme), testCommand) {
		t.Errorf("README.md does not name %q", testCommand)
	}
}

// A document that names a target of make which is not there sends its reader into a wall.
func TestEveryMakeTargetInTheDocumentsExists(t *testing.T) {
	known := targets(t)
	// In code marks or on an indented line of its own.
	mention := regexp.MustCompile("(?m)(?:`|^    |^\\$ )make((?: [a-z][a-z-]*)+)")
	for _, name := range files(t) {
		if !strings.HasSuffix(name, ".md") {
			continue
		}
		for _, m := range mention.FindAllStringSubmatch(read(t, name), -1) {
			for _, target := range strings.Fields(m[1]) {
				if !known[target] {
					t.Errorf("%s names `make %s`, which is no target", name, target)
				}
			}
		}
	}
	for _, target := range []string{"setup", "test", "bench", "screenshots", "build", "run"} {
		if !known[target] {
			t.Errorf("the Makefile has no %s", target)
		}
	}
}

// In the manual a link that begins with a slash is an address of the program; package web holds those against its routes.
func TestLinksBetweenDocumentsLeadSomewhere(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
	for _, name := range files(t) {
		if !strings.HasSuffix(name, ".md") {
			continue
		}
		for _, m := range link.FindAllStringSubmatch(read(t, name), -1) {
			if strings.HasPrefix(name, "web/manual/") && strings.HasPrefix(m[1], "/") {
				continue
			}
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(name), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", name, m[1])
			}
		}
	}
}

// One page each: a record that nobody reads decides nothing.
func TestDecisionRecordsAreOnePageWithReasons(t *testing.T) {
	records, err := filepath.Glob(filepath.Join(root, "docs/adr/*.md"))
	if err != nil || len(records) == 0 {
		t.Fatalf("no decision records (%v)", err)
	}
	seen := map[string]string{}
	for _, path := range records {
		name := filepath.Base(path)
		if !regexp.MustCompile(`^\d{4}-[a-z0-9-]+\.md$`).MatchString(name) {
			t.Errorf("%s: want a number and a short name", name)
			continue
		}
		if other := seen[name[:4]]; other != "" {
			t.Errorf("%s and %s have the same number", other, name)
		}
		seen[name[:4]] = name
		text := read(t, "docs/adr/"+name)
		if lines := strings.Count(text, "\n"); lines > 60 {
			t.Errorf("%s has %d lines, more than a page", name, lines)
		}
		for _, heading := range []string{"## Why a decision", "## Decision", "## Weighed and rejected", "## Consequences"} {
			if !strings.Contains(text, "\n"+heading+"\n") {
				t.Errorf("%s lacks %q", name, heading)
			}
		}
	}
}

func TestPubliccodeSaysWhatItMust(t *testing.T) {
	var p struct {
		PubliccodeYmlVersion, Name, URL, DevelopmentStatus, SoftwareType string
		Platforms, Categories                                            []string
		Description                                                      map[string]struct {
			ShortDescription, LongDescription string
			Features                          []string
		}
		Legal       struct{ License string }
		Maintenance struct {
			Type     string
			Contacts []struct{ Name string }
		}
		Localisation struct {
			LocalisationReady  bool
			AvailableLanguages []string
		}
	}
	// The standard writes its keys in camel case; the decoder knows lower case only.
	var tree any
	if err := yaml.Unmarshal([]byte(read(t, "publiccode.yml")), &tree); err != nil {
		t.Fatal(err)
	}
	again, err := yaml.Marshal(lower(tree))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(again, &p); err != nil {
		t.Fatal(err)
	}
	en := p.Description["en"]
	for what, ok := range map[string]bool{
		"version 0.4":                       p.PubliccodeYmlVersion == "0.4",
		"name and url":                      p.Name != "" && strings.HasPrefix(p.URL, "https://"),
		"platforms and categories":          len(p.Platforms) > 0 && len(p.Categories) > 0,
		"status and type":                   p.DevelopmentStatus != "" && p.SoftwareType != "",
		"a short description, 150 at most":  len(en.ShortDescription) > 0 && len(en.ShortDescription) <= 150,
		"a long description of 500 or more": len(en.LongDescription) >= 500 && len(en.LongDescription) <= 10000,
		"features":                          len(en.Features) > 0,
		"the licence of LICENSE":            p.Legal.License == "Apache-2.0" && strings.Contains(read(t, "LICENSE"), "Apache License"),
		"who maintains it":                  p.Maintenance.Type == "internal" && len(p.Maintenance.Contacts) > 0,
		"its languages":                     p.Localisation.LocalisationReady && len(p.Localisation.AvailableLanguages) > 0,
	} {
		if !ok {
			t.Errorf("publiccode.yml lacks %s", what)
		}
	}
}

// lower gives the tree with all its keys in lower case.
func lower(node any) any {
	switch n := node.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, value := range n {
			out[strings.ToLower(key)] = lower(value)
		}
		return out
	case []any:
		for i := range n {
			n[i] = lower(n[i])
		}
	}
	return node
}
