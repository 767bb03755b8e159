package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// What others wrote may be given out with the program, each under a licence that is known and allowed.
func TestEveryPartMayBeGivenOut(t *testing.T) {
	list, err := parts(root)
	if err != nil {
		t.Fatal(err)
	}
	if err := tellLicences(&bytes.Buffer{}, list); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"Go standard library", "gorm.io/gorm", "modernc.org/sqlite", "web/static/govuk-frontend.css", "internal/reports/pdf/fonts/NotoSans-Regular.ttf"} {
		if !slices.ContainsFunc(list, func(p part) bool { return p.name == name && p.version != "" }) {
			t.Errorf("%s is not listed", name)
		}
	}
	// What only tests use is given out to nobody.
	if slices.ContainsFunc(list, func(p part) bool { return strings.Contains(p.name, "chromedp") || strings.Contains(p.name, "axe") }) {
		t.Errorf("a part of the tests is listed: %v", list)
	}
}

// Whatever is embedded and is no file of this project stands in the table, with its checksum.
func TestVendoredFilesAreListedAsTheyAre(t *testing.T) {
	list, err := vendored(root)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]string{}
	for _, p := range list {
		listed[p.name] = p.sha256
	}
	fonts, err := filepath.Glob(filepath.Join(root, "internal/reports/pdf/fonts/*.ttf"))
	if err != nil || len(fonts) == 0 {
		t.Fatalf("no fonts (%v)", err)
	}
	for _, path := range append(fonts, filepath.Join(root, "web/static/govuk-frontend.css")) {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name, sum := strings.TrimPrefix(path, root+"/"), sha256.Sum256(content)
		if listed[name] != hex.EncodeToString(sum[:]) {
			t.Errorf("web/static/VENDOR.md does not give the checksum of %s", name)
		}
		delete(listed, name)
	}
	for name := range listed {
		if _, err := os.Stat(filepath.Join(root, name)); err != nil {
			t.Errorf("web/static/VENDOR.md names %s: %v", name, err)
		}
	}
}

func TestALicenceThatIsNotAllowedIsSeen(t *testing.T) {
	for text, want := range map[string]string{
		"GNU GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007":                             "GPL",
		"GNU AFFERO GENERAL PUBLIC LICENSE Version 3":                                      "AGPL",
		"Apache License\n        Version 2.0, January 2004":                                "Apache-2.0",
		"Mozilla Public License Version 2.0 ... GNU General Public License as a secondary": "MPL-2.0",
		"All rights reserved. Ask us.":                                                     "",
	} {
		if got := strings.Join(licencesOf(text), " "); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "LICENSE"), []byte("All rights reserved."), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]part{"none": {name: "a"}, "copyleft": {name: "b", licences: []string{"MIT", "GPL"}}, "unknown": {name: "c", licences: licencesIn(dir)}} {
		if err := tellLicences(&bytes.Buffer{}, []part{p}); err == nil || !strings.Contains(err.Error(), p.name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The same sources give the same bill, and all of it has a reference of its own, a version and a licence.
func TestTheBillIsWholeAndTheSameEachTime(t *testing.T) {
	var bills [2]bytes.Buffer
	for i := range bills {
		list, err := parts(root)
		if err != nil {
			t.Fatal(err)
		}
		if err := bill(&bills[i], "v1.2.3", list); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(bills[0].Bytes(), bills[1].Bytes()) {
		t.Error("two bills differ")
	}
	var d document
	dec := json.NewDecoder(&bills[0])
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		t.Fatal(err)
	}
	if d.Format != "CycloneDX" || d.Spec != "1.6" || d.Metadata.Component.Version != "v1.2.3" || len(d.Components) < 30 {
		t.Errorf("%+v", d.Metadata)
	}
	seen := map[string]bool{}
	for _, c := range d.Components {
		if seen[c.Ref] || c.Version == "" || len(c.Licences) == 0 || !slices.Contains(d.Dependencies[0].DependsOn, c.Ref) {
			t.Errorf("%+v", c)
		}
		seen[c.Ref] = true
		if strings.HasPrefix(c.PURL, "pkg:golang/") && c.PURL[:len("pkg:golang/std")] != "pkg:golang/std" && (len(c.Hashes) != 1 || len(c.Hashes[0].Content) != 64) {
			t.Errorf("%s has no checksum", c.Name)
		}
	}
}
