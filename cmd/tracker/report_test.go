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
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/db"
)

// What may leave: a shared summary that was released, as far as its commitment
// is shared; a paper of such an update, as far as both are shared.
const (
	share    = "(SELECT r.share FROM commitment_revisions r WHERE r.commitment_id = updates.commitment_id ORDER BY r.id DESC LIMIT 1)"
	released = "COALESCE((SELECT 'released ' FROM summary_releases s WHERE s.update_id = updates.id AND s.withdrawn_at IS NULL), 'never ')"
	summary  = "(SELECT " + released + " || " + share + ")"
	paper    = "(SELECT updates.state || ' paper' || CASE WHEN " + released + " = 'never ' THEN '' WHEN evidence.share = 'public' AND " + share + " = 'public' THEN ' public' " +
		"WHEN evidence.share <> 'internal' AND " + share + " <> 'internal' THEN ' partner' ELSE '' END FROM updates WHERE updates.id = evidence.update_id)"
)

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
			{"updates", "internal_note", "'never'", "%s"}, {"updates", "shared_summary", summary, "%s"}, {"evidence", "title", paper, "%s"}, {"evidence", "url", paper, "https://papers.example/%s"},
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
	for _, c := range []struct {
		audience string
		may      []string
		least    int
	}{
		{"internal", []string{"approved update: ", "approved contribution: ", "approved paper"}, 20},
		{"partner", []string{"released partner", "released public", "paper partner", "paper public"}, 5},
		{"public", []string{"released public", "paper public"}, 1},
	} {
		for _, format := range []string{"pdf", "xlsx", "csv", "json", "html"} {
			file := filepath.Join(t.TempDir(), "status."+format)
			said := command("report", "status", "--as-of", "2021-11-08", "--since", "2021-07-01", "--audience", c.audience, "--format", format, "-o", file)
			told := 0
			for _, token := range regexp.MustCompile(`zq\d{5}qz`).FindAllString(said+unpacked(t, file), -1) {
				if !slices.ContainsFunc(c.may, func(may string) bool {
					return strings.HasPrefix(where[token], may) || strings.Contains(where[token], may)
				}) {
					t.Errorf("the %s for %s tells %s", format, c.audience, where[token])
				}
				told++
			}
			if told < c.least {
				t.Errorf("the %s for %s tells %d texts only", format, c.audience, told)
			}
		}
	}
}
