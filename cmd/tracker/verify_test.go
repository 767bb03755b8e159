package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tracker/internal/accounts"
	"tracker/internal/reports/publications"
)

// A genuine file ends with 0, every other with 1 and says what it is.
func TestVerifySaysWhatAFileIs(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	tracker := func(args ...string) (code int, said string) {
		var out, errors bytes.Buffer
		code = run(t.Context(), append(args, "--data", data), &out, &errors, func(string) string { return "" })
		return code, out.String() + errors.String()
	}
	if code, said := tracker("seed", abs(t, "../../seeds/lesotho")); code != exitDone {
		t.Fatal(said)
	}
	name := func(name string, body []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	file, store := takePublished(t, data)
	for _, c := range []struct {
		file string
		code int
		says string
	}{
		{name("one.pdf", file), exitDone, "Genuine"},
		{name("two.pdf", append(bytes.Clone(file), '\n')), exitFailed, "Altered"},
		{name("letter.txt", []byte("See LS-2021-0001")), exitFailed, "Unknown"},
		{name("large.pdf", make([]byte, publications.FileMax+1)), exitMisused, "larger than 20 MB"},
		{filepath.Join(dir, "nowhere.pdf"), exitMisused, "nowhere.pdf"},
	} {
		code, said := tracker("verify", c.file)
		if code != c.code || !strings.Contains(said, c.says) {
			t.Errorf("%s ends with %d and says %s", filepath.Base(c.file), code, said)
		}
	}
	coordinator := accounts.Actor{PersonID: 1, Post: "Coordinator", Role: accounts.Coordinator, InstitutionKind: accounts.Government}
	if err := store.Recall(t.Context(), coordinator, "a key of some length", "LS-2021-0001", 2, "A wrong figure", "LS-2021-0002"); err != nil {
		t.Fatal(err)
	}
	if code, said := tracker("verify", filepath.Join(dir, "one.pdf")); code != exitFailed || !strings.Contains(said, "recalled on 8 November 2021") || !strings.Contains(said, "replaced by LS-2021-0002") {
		t.Errorf("a recalled file ends with %d and says %s", code, said)
	}
	if code, _ := tracker("verify"); code != exitMisused {
		t.Errorf("without a file it ends with %d", code)
	}
}

// takePublished takes a file of the demonstration's first publication.
func takePublished(t *testing.T, data string) ([]byte, *publications.Store) {
	t.Helper()
	c := &call{cfg: config{Data: data}}
	a, err := c.open(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.db.Close(); err != nil {
			t.Error(err)
		}
	})
	store := publications.New(a.db, a.clock, a.words)
	f, err := store.Take(t.Context(), accounts.Actor{PersonID: 1, Role: accounts.Auditor}, "LS", "LS-2021-0001", "pdf")
	if err != nil {
		t.Fatal(err)
	}
	return f.Body, store
}
