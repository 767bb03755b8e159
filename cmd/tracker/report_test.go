package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/db"
)

// paper says of a piece of evidence how far it may go: as far as it is shared,
// where its update is approved.
const paper = "(SELECT u.state || ' paper' FROM updates u WHERE u.id = evidence.update_id)"

// tokens puts one of its own into every text of every update and paper, into
// every address of a person and every text of the trail, and lists where each
// stands.
func tokens(t *testing.T, path string) map[string]string {
	t.Helper()
	d, err := db.Open(t.Context(), db.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() //nolint:errcheck // the report opens it again
	where := map[string]string{}
	err = d.Write(t.Context(), func(tx *gorm.DB) error {
		for _, c := range []struct{ table, column, about, write string }{
			{"updates", "done", "state || ' ' || kind", "%s"}, {"updates", "no_progress", "state || ' ' || kind", "%s"}, {"updates", "next_step", "state || ' ' || kind", "%s"},
			{"updates", "internal_note", "'never'", "%s"}, {"updates", "shared_summary", "'never'", "%s"}, {"evidence", "title", paper, "%s"}, {"evidence", "url", paper, "https://papers.example/%s"},
			{"decisions", "reason", "'never'", "%s"}, {"people", "email", "'never'", "%s@tracker.example"}, {"people", "password_hash", "'never'", "%s"},
		} {
			var rows []struct {
				ID    int64
				About string
			}
			if err := tx.Raw("SELECT id, " + c.about + " AS about FROM " + c.table + " WHERE " + c.column + " <> ''").Scan(&rows).Error; err != nil {
				return err
			}
			for _, row := range rows {
				token := fmt.Sprintf("zq%05dqz", len(where)+1)
				where[token] = fmt.Sprintf("%s: %s.%s of %d", row.About, c.table, c.column, row.ID)
				if err := tx.Exec("UPDATE "+c.table+" SET "+c.column+" = ? WHERE id = ?", fmt.Sprintf(c.write, token), row.ID).Error; err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return where
}

// unpacked is every byte of a file: of a workbook its parts, of a PDF its text too.
func unpacked(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all := string(content)
	if strings.HasSuffix(path, ".pdf") {
		text, err := exec.CommandContext(t.Context(), "pdftotext", path, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		return all + string(text)
	}
	if !strings.HasSuffix(path, ".xlsx") {
		return all
	}
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		part, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all += f.Name + string(part)
	}
	return all
}

// Guards the files of the report against what is not approved, and against
// what never stands in one: notes, papers, reasons, addresses, secrets.
func TestAReportTellsWhatIsApprovedAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	command := func(args ...string) string {
		t.Helper()
		var out bytes.Buffer
		if code := run(t.Context(), append(args, "--data", dir), &out, &out, func(string) string { return "" }); code != exitDone {
			t.Fatalf("%v: exit %d: %s", args, code, &out)
		}
		return out.String()
	}
	command("seed", abs(t, "../../seeds/lesotho"))
	where := tokens(t, filepath.Join(dir, "tracker.sqlite"))
	for _, format := range []string{"pdf", "xlsx", "csv", "json", "html"} {
		file := filepath.Join(t.TempDir(), "status."+format)
		said := command("report", "status", "--as-of", "2021-11-08", "--since", "2021-07-01", "--format", format, "-o", file)
		told := 0
		for _, token := range regexp.MustCompile(`zq\d{5}qz`).FindAllString(said+unpacked(t, file), -1) {
			if !strings.HasPrefix(where[token], "approved update: ") && !strings.HasPrefix(where[token], "approved paper: ") &&
				(!strings.HasPrefix(where[token], "approved contribution: ") || format == "pdf") {
				t.Errorf("the %s tells %s", format, where[token])
			}
			told++
		}
		if told < 20 {
			t.Errorf("the %s tells %d texts only", format, told)
		}
	}
}
