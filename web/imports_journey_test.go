package web

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"
	"gorm.io/gorm"

	"tracker/internal/plan"
	"tracker/internal/progress"
)

// filledIn writes into the cells of a downloaded workbook, by sheet, row and
// heading. The row is that in which the word stands in the first column; "+"
// is the next one below the headings.
func filledIn(t *testing.T, path string, rows ...map[string]string) {
	t.Helper()
	f, err := excelize.OpenFile(path)
	must(t, err)
	defer f.Close() //nolint:errcheck // it was saved
	next := 1
	for _, cells := range rows {
		sheet, head, at := "", 0, 0
		for _, name := range f.GetSheetList() {
			list, err := f.GetRows(name)
			must(t, err)
			for i, row := range list {
				all := true
				for heading := range cells {
					all = all && (heading == "" || indexOf(row, heading) >= 0)
				}
				switch {
				case sheet == "" && all:
					sheet, head = name, i
					if cells[""] == "+" {
						at = head + next
						next++
					}
				case sheet == name && at == 0 && len(row) > 0 && row[0] == cells[""]:
					at = i
				}
			}
		}
		if sheet == "" || at == 0 {
			t.Fatalf("no sheet and row for %v", cells)
		}
		list, err := f.GetRows(sheet)
		must(t, err)
		for heading, text := range cells {
			if heading != "" {
				cell, err := excelize.CoordinatesToCellName(indexOf(list[head], heading)+1, at+1)
				must(t, err)
				must(t, f.SetCellStr(sheet, cell, text))
			}
		}
	}
	must(t, f.Save())
}

func indexOf(row []string, text string) int {
	for i, cell := range row {
		if cell == text {
			return i
		}
	}
	return -1
}

// editedInLibreOffice opens a workbook in LibreOffice, changes words of its
// document there and saves it as a workbook again.
func editedInLibreOffice(t *testing.T, path string, words ...string) string {
	t.Helper()
	dir := t.TempDir()
	to := func(kind, path string) string {
		t.Helper()
		if out, err := exec.Command("soffice", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", kind, "--outdir", filepath.Join(dir, kind), path).CombinedOutput(); err != nil {
			t.Fatalf("soffice: %v\n%s", err, out)
		}
		made, err := filepath.Glob(filepath.Join(dir, kind, "*."+kind))
		must(t, err)
		if len(made) != 1 {
			t.Fatalf("%d files", len(made))
		}
		return made[0]
	}
	in := filepath.Join(dir, "book.xlsx")
	b, err := os.ReadFile(path)
	must(t, err)
	must(t, os.WriteFile(in, b, 0o600))
	document := to("ods", in)
	must(t, os.WriteFile(document, reworded(t, document, words), 0o600))
	return to("xlsx", document)
}

// reworded is a document of LibreOffice with other words in its content.
func reworded(t *testing.T, path string, words []string) []byte {
	t.Helper()
	z, err := zip.OpenReader(path)
	must(t, err)
	defer z.Close() //nolint:errcheck // it was only read
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range z.File { // the type of the document comes first and is not packed
		in, err := f.Open()
		must(t, err)
		content, err := io.ReadAll(in)
		must(t, err)
		for i := 0; f.Name == "content.xml" && i < len(words); i += 2 {
			if !bytes.Contains(content, []byte(words[i])) {
				t.Fatalf("LibreOffice shows no %q", words[i])
			}
			content = bytes.ReplaceAll(content, []byte(words[i]), []byte(words[i+1]))
		}
		w, err := out.CreateHeader(&zip.FileHeader{Name: f.Name, Method: f.Method})
		must(t, err)
		_, err = w.Write(content)
		must(t, err)
	}
	must(t, out.Close())
	return b.Bytes()
}

// A focal point takes the workbook home, fills it in with LibreOffice and
// brings it back; what was logged here meanwhile is asked about, and all of it
// waits for review.
func TestAWorkbookComesBackFilledInInABrowser(t *testing.T) {
	as(t, "focal.msd@tracker.example", func(h *house, b *tab, look func()) {
		b.open("/")
		path := b.download(`a[href$="/workbook"]`)
		msd := h.signIn("focal.msd@tracker.example").actor
		var com plan.Commitment
		must(t, h.db.Read(t.Context(), func(tx *gorm.DB) (err error) {
			com, err = plan.CommitmentByRef(tx, "NSF 3.1.2")
			return err
		}))
		_, err := h.s.Progress.Log(t.Context(), msd, newKey(), progress.NewUpdate{CommitmentID: com.ID,
			Text: progress.Text{AsOf: day("2021-11-05"), Status: progress.InProgress, Done: "Said on the page meanwhile."}}, 0, 0, true)
		must(t, err)
		filledIn(t, path, map[string]string{"": "NSF 3.2.1", "True on": "31/10/2021", "Delivery status": "In progress", "What was done": "KEYWORD agreed"},
			map[string]string{"": "NSF 3.1.2", "True on": "5 November 2021", "Delivery status": "in progress", "What was done": "Said in the sheet."})
		path = editedInLibreOffice(t, path, "KEYWORD", "The agreement of the shelter was")

		b.open("/").follow("Bring it back").says("h1", "Bring in a file")
		look()
		b.upload("file", path).press("Read the file").says(".note", "1 question waits").says("main", "Said on the page meanwhile.", "Said in the sheet.", "NSF 3.2.1")
		look()
		b.tick("Send the row as a further update").press("Go on with these answers").says(".note", "Look at the rows, then take the file in")
		look()
		b.press("Take it in").says(".flash", "Taken")
		look()
		b.open("/").says("#waiting", "The agreement of the shelter was agreed")
		b.open("/commitments/NSF%203.1.2").says("main", "Said in the sheet.")
		b.open("/import").upload("file", path).press("Read the file").says(".note", "Nothing would change")
	})
}

// A coordinator fills the empty plan in with LibreOffice and brings it in; a
// framework, an institution and its commitments come of it.
func TestAPlanIsFilledInAndBroughtInInABrowser(t *testing.T) {
	as(t, "coordinator.one@tracker.example", func(_ *house, b *tab, look func()) {
		b.open("/framework").follow("Bring in a plan from Excel")
		look()
		path := b.download(`a[href="/import/template.xlsx"]`)
		filledIn(t, path,
			map[string]string{"": "+", "Pillar": "1. Prevention", "No.": "1.1", "Activity": "KEYWORD radio programmes", "Lead institution": "MHA", "Start": "Q1 2022", "End": "Q4 2022"},
			map[string]string{"": "+", "Pillar": "2. Protection", "No.": "2.1", "Activity": "Open a second shelter", "Lead institution": "Ministry of Works", "Start": "Q2 2022", "End": "2023"})
		path = editedInLibreOffice(t, path, "KEYWORD", "Broadcast")
		b.upload("file", path).press("Read the file").says("main", "Ministry of Works", "Broadcast radio programmes")
		look()
		b.fill("q0-0", "NAP").press("Go on with these answers").says(".govuk-error-summary", "Enter a title")
		look()
		b.fill("q0-1", "National Action Plan").fill("q0-2", "Action plan").fill("q0-3", "1 April 2022").fill("q0-4", "31 March 2024").press("Go on with these answers").says(".note", "Look at the rows")
		look()
		b.press("Take it in").says(".flash", "Taken: 4 new, 0 changed").follow("NAP 1.1").says("h1", "Broadcast radio programmes")
		b.open("/institutions").says("main", "Ministry of Works")
	})
}
