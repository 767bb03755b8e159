package xlsx

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tracker/internal/calendar"
	"tracker/internal/dialogues"
	"tracker/internal/plan"
	"tracker/internal/reports"
	"tracker/internal/reports/reportstest"
)

func briefed(t testing.TB, b reports.Briefing) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := WriteBriefing(&out, reportstest.Words(t), b); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func savedBriefing(t *testing.T, b reports.Briefing) string {
	return reportstest.Saved(t, "briefing.xlsx", briefed(t, b))
}

func TestTheWorkbookOfABriefingIsTheSameTwice(t *testing.T) {
	b := reportstest.Briefing(12)
	if !bytes.Equal(briefed(t, b), briefed(t, b)) {
		t.Error("two runs wrote different bytes")
	}
}

// cellsOf are the rows of a sheet as another program reads them: texts in
// quotes, days and numbers typed.
func cellsOf(t *testing.T, file, sheet string) string {
	t.Helper()
	python := os.Getenv("TRACKER_TEST_PYTHON")
	if python == "" {
		python = "/usr/bin/python3"
	}
	out, err := exec.Command(python, "-c", `
import sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
assert all(s.freeze_panes for s in book), [s.title for s in book if not s.freeze_panes]
for row in book[sys.argv[2]].iter_rows(values_only=True):
    print("|".join(v.date().isoformat() if hasattr(v, "date") else repr(v) for v in row if v is not None))
`, file, sheet).CombinedOutput()
	if err != nil {
		t.Fatalf("openpyxl: %v\n%s", err, out)
	}
	return string(out)
}

// quoted is a text as Python writes it, for texts without quotes.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "\n", `\n`) + "'" }

func TestAnotherProgramReadsTheCellsOfABriefing(t *testing.T) {
	b := reportstest.Briefing(12)
	file := savedBriefing(t, b)
	read := map[string]string{}
	has := func(sheet string, want ...string) {
		t.Helper()
		cells, known := read[sheet]
		if !known {
			cells = cellsOf(t, file, sheet)
			read[sheet] = cells
		}
		for _, w := range want {
			if !strings.Contains(cells, w) {
				t.Errorf("%s: no row with %s in\n%s", sheet, w, cells)
				return
			}
		}
	}
	word := reportstest.Words(t)
	has("Summary", "'As of'|2021-11-08", "'Recommendations'|12|", "DEMONSTRATION", "Internal edition. Not to be passed on.", "'Overdue'|"+word.Int(b.Figures.Overdue)+"|")
	for _, i := range b.Items {
		has("Agenda", word.Int(i.Number)+"|"+quoted(i.Ref)+"|"+quoted(i.Title)+"|'Recommendation'|"+quoted(i.Text)+"|"+quoted(i.Texts.Stance))
		if i.Texts.Asks != "" {
			has("Agenda", quoted(i.Texts.TalkingPoints)+"|"+quoted(i.Texts.Questions)+"|"+quoted(i.Texts.Asks)+"|"+quoted(i.Texts.Notes)+"|"+quoted(i.Texts.Said)+"|"+quoted(i.Texts.Heard)+"|"+quoted(i.Texts.Agreed))
			has("Summary", quoted(i.Texts.Asks))
		}
		for _, item := range i.Items {
			if len(item.Answers) == 0 {
				has("Answers", word.Int(i.Number)+"|"+quoted(item.Ref)+"|"+quoted(item.Text))
			}
			for _, a := range item.Answers {
				has("Answers", word.Int(i.Number)+"|"+quoted(item.Ref)+"|"+quoted(item.Text)+"|"+quoted(a.Commitment))
			}
		}
		for _, c := range i.Commitments {
			if c.OverdueDays > 0 && !c.AsOf.IsZero() {
				has("Answers", c.AsOf.String()+"|"+c.DueOn.String()+"|"+word.Int(c.OverdueDays)+"|")
			}
			for _, u := range c.Updates {
				has("Updates", quoted(c.Ref)+"|"+u.AsOf.String()+"|"+quoted(u.Institution))
			}
		}
		for _, e := range i.Evidence {
			has("Evidence", word.Int(i.Number)+"|"+quoted(e.Commitment)+"|"+quoted(e.Title)+"|'Law or rule'|"+e.DatedOn.String(), quoted(e.URL))
		}
	}
}

func TestLibreOfficeOpensABriefing(t *testing.T) {
	dir, name := t.TempDir(), savedBriefing(t, reportstest.Briefing(8))
	out, err := exec.Command("soffice", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "csv", "--outdir", dir, name).CombinedOutput()
	if err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "briefing.csv"))
	if err != nil || !strings.Contains(string(text), "Trainers for point 1 before the end of March.") {
		t.Errorf("LibreOffice reads %.200q (%v)", text, err)
	}
}

func TestAWorkbookOfABriefingOfNothing(t *testing.T) {
	b := reportstest.Briefing(0)
	b.Since, b.Period, b.Dialogue.Note = calendar.Date{}, "", ""
	if cells := cellsOf(t, savedBriefing(t, b), "Summary"); !strings.Contains(cells, "'Recommendations'|0|") || !strings.Contains(cells, "'no earlier day'") {
		t.Errorf("the summary is\n%s", cells)
	}
}

// A text that looks like a formula stays a text in every sheet of a briefing.
func TestATextOfABriefingIsNeverAFormula(t *testing.T) {
	for _, text := range []string{"=1+1", "+1", "@SUM(A1)", "\t=1", `=HYPERLINK("http://x.example","y")`, "\x00\x1b", "\xff", "_x0041_", strings.Repeat("x", 40000)} {
		b := reportstest.Briefing(3)
		reportstest.FillBriefing(&b, text)
		file := briefed(t, b)
		for _, part := range storedSheets(t, file) {
			if strings.Contains(part, "<f>") || strings.Contains(part, "<f ") {
				t.Errorf("%.20q became a formula", text)
			}
		}
		f, err := excelize.OpenReader(bytes.NewReader(file))
		if err != nil {
			t.Fatalf("%.20q: %v", text, err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// What was agreed and what became of it, on what texts rest, what is fixed
// beforehand, the tiers and what is late stand in the workbook.
func TestTheWorkbookTellsWhatWasAgreedAndWhatIsLate(t *testing.T) {
	b := reportstest.Followed()
	file, all := savedBriefing(t, b), ""
	for _, sheet := range []string{"Summary", "Agenda", "Attention", "Agreed actions"} {
		all += cellsOf(t, file, sheet)
	}
	for _, want := range append(reportstest.FollowedSays, b.Indicators[0].Ref+" "+b.Indicators[0].Title+": ", "'Undertaking'", "'Action'", "'Recommendation'|'TALKS 2021/4'|'Open a second shelter'|'Talks'", "'Answered in part'") {
		if !strings.Contains(all, want) {
			t.Errorf("nothing says %q in\n%s", want, all)
		}
	}
}

// A pack that leaves has no column for what may not stand in it, and no sheet
// for an annex that was not chosen.
func TestTheWorkbookOfAPackHasItsPartsAlone(t *testing.T) {
	b := reportstest.Followed()
	b.Pack, b.Audience, b.Attention, b.Earlier, b.EarlierUndertakings, b.Recommended = dialogues.ForPartner, plan.Partner, nil, nil, nil, nil
	b.Parts = []dialogues.Part{dialogues.PartAsks, dialogues.PartRegister}
	for n := range b.Items {
		b.Items[n].Evidence, b.Items[n].Agreed, b.Items[n].Undertakings = nil, nil, nil
	}
	file := savedBriefing(t, b)
	agenda := cellsOf(t, file, "Agenda")
	for _, no := range []string{"Talking points", "Likely questions", "Internal notes", "Position of the government", "Rests on", "Written by", "Suggested", "Said by", "Fixed beforehand"} {
		if strings.Contains(agenda, no) {
			t.Errorf("the agenda has the column %q", no)
		}
	}
	if !strings.Contains(agenda, "What we ask of the partner") || !strings.Contains(agenda, b.Items[0].Texts.Asks) {
		t.Errorf("the agenda does not tell the asks: %s", agenda)
	}
	if papers := cellsOf(t, file, "Evidence"); !strings.Contains(papers, b.Register[0].Title) {
		t.Errorf("the register: %s", papers)
	}
	book, err := excelize.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close() //nolint:errcheck // only read
	for _, sheet := range book.GetSheetList() {
		if props, err := book.GetSheetProps(sheet); err != nil || props.FitToPage == nil || !*props.FitToPage {
			t.Errorf("%s is printed wider than a page: %v", sheet, err)
		}
	}
	if got := strings.Join(book.GetSheetList(), ", "); got != "Summary, Agenda, Answers, Updates, Evidence, Trends" {
		t.Errorf("the sheets are %s", got)
	}
}
