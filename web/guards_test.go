package web

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The content security policy refuses inline styles and every script; a template
// that has one would be shown without it. None says anything where scripts are
// off either: a page is the same with and without them.
func TestTemplatesHoldNothingInline(t *testing.T) {
	inline := regexp.MustCompile(`(?i)<script|<noscript|<style|\sstyle=|\son[a-z]+="|javascript:|data:[a-z]+/|https?://`)
	files := 0
	err := fs.WalkDir(templateFiles, "templates", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".html") {
			return err
		}
		files++
		content, err := templateFiles.ReadFile(path)
		if err != nil {
			return err
		}
		for _, found := range inline.FindAllString(string(content), -1) {
			t.Errorf("%s holds %q", path, found)
		}
		return nil
	})
	if err != nil || files < 6 {
		t.Errorf("%d templates read (%v)", files, err)
	}
}

// A vendored file is what VENDOR.md says it is.
func TestVendoredFilesHaveTheirChecksum(t *testing.T) {
	list, err := os.ReadFile("static/VENDOR.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"web/static/govuk-frontend.css", "web/testdata/axe.min.js"} {
		content, err := os.ReadFile(strings.TrimPrefix(name, "web/"))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(content)
		row := regexp.MustCompile("(?m)^\\| `" + regexp.QuoteMeta(name) + "`.*`" + hex.EncodeToString(sum[:]) + "` \\|$")
		if !row.Match(list) {
			t.Errorf("VENDOR.md does not give the checksum of %s", name)
		}
	}
}
