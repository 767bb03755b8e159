package round

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"gorm.io/gorm"

	"tracker/internal/db/dbtest"
	"tracker/internal/progress"
	"tracker/internal/workbook"
)

// A workbook that comes back as it went out says nothing: a row left blank is
// never "no progress".
func TestAWorkbookThatComesBackUnchangedChangesNothing(t *testing.T) {
	each(t, func(m *ministry) {
		m.log("mha", "NSF 1.1.1", progress.Approved, progress.Text{AsOf: day("2021-09-30"), Status: progress.InProgress, Done: "Drafted\nthe guidelines"})
		before := m.updates("MHA")
		o := m.took(m.given())
		says(m.t, o, "")
		if o.Count(workbook.Passed) != 2 || o.Writes() || o.Blocked() {
			m.t.Errorf("%+v", o)
		}
		m.wants("MHA", before...)
	})
}

func TestFilledRowsBecomeUpdatesInReview(t *testing.T) {
	each(t, func(m *ministry) {
		file := fill(m.t, m.given(), map[string]cells{"NSF 1.1.1": worked(func(c cells) {
			c["Evidence: title"], c["Evidence: address"], c["Evidence: kind"] = "Register\nPhotograph", "https://a.example/r\nhttps://a.example/p", "training register"
			c["Obstacles"], c["Next step"], c["Shared summary"] = "Rain", "A second one", "A workshop was held"
		}), "AP-1": {"True on": "31/10/2021", "Delivery status": "STALLED", "No progress": "=1+1", "Because": "staff"}})
		o := m.took(file)
		says(m.t, o, "AP-1 new", "NSF 1.1.1 new")
		m.wants("MHA", "AP-1|2021-10-31|submitted|stalled|=1+1", "NSF 1.1.1|2021-10-31|submitted|in_progress|Held the workshop")
		if n := m.Count(m.t, "SELECT count(*) FROM evidence WHERE kind = 'training_register' AND share = 'internal'"); n != 2 {
			m.t.Errorf("%d papers", n)
		}
		if n := m.Count(m.t, "SELECT count(*) FROM audit_entries WHERE action = 'update.submit'"); n != 2 {
			m.t.Errorf("%d entries in the trail", n)
		}
		if n := m.Count(m.t, "SELECT count(*) FROM update_authors WHERE person_id = ?", m.Actors["mha"].PersonID); n != 2 {
			m.t.Errorf("%d authors", n)
		}

		again := m.took(file)
		says(m.t, again, "AP-1 same", "NSF 1.1.1 same")
		if again.Writes() || len(m.updates("MHA")) != 2 {
			m.t.Errorf("the same file made %v", m.updates("MHA"))
		}
	})
}

func TestASupporterContributesWithoutAStatus(t *testing.T) {
	each(t, func(m *ministry) {
		file := fill(m.t, m.givenTo("msd", "MSD"), map[string]cells{"NSF 1.1.1": worked()})
		o, err := m.take("msd", file, nil)
		if err != nil {
			m.t.Fatal(err)
		}
		says(m.t, o, "NSF 1.1.1 new", "Commitments!J4 round.told.status false")
		m.wants("MSD", "NSF 1.1.1|2021-10-31|submitted||Held the workshop")
	})
}

func TestWhoGetsAWorkbook(t *testing.T) {
	each(t, func(m *ministry) {
		for who, may := range map[string]bool{"mha": true, "mha2": true, "msd": false, "bds": false, "home": true, "one": true, "sign": false, "auditor": false, "admin": false, "use": false} {
			_, err := New(m.DB, m.clock).Build(m.t.Context(), m.Actors[who], "MHA", "")
			if (err == nil) != may {
				m.t.Errorf("%s: %v", who, err)
			}
		}
		if _, err := New(m.DB, m.clock).Build(m.t.Context(), m.Actors["one"], "USE", ""); err == nil {
			m.t.Error("a partner has a workbook")
		}
	})
}

// A draft is its institution's alone: a coordinator's workbook has nothing of it.
func TestACoordinatorsWorkbookHasNoDraft(t *testing.T) {
	each(t, func(m *ministry) {
		m.log("mha", "NSF 1.1.1", progress.Draft, progress.Text{AsOf: day("2021-09-30"), Status: progress.InProgress, Done: "Not ready"})
		for who, sees := range map[string]bool{"mha": true, "one": false} {
			b, err := New(m.DB, m.clock).Build(m.t.Context(), m.Actors[who], "MHA", "")
			if err != nil {
				m.t.Fatal(err)
			}
			at := slices.IndexFunc(b.Rows, func(r Row) bool { return r.Ref == "NSF 1.1.1" })
			if got := b.Rows[at].Last.Done != "" && b.Rows[at].Known != ""; got != sees {
				m.t.Errorf("%s: %+v", who, b.Rows[at])
			}
		}
	})
}

// Every text of the workbook is a message that there is; what may be filled in
// is open, all else is locked; the sheets print with their headings.
func TestTheWorkbookAsItIsGivenOut(t *testing.T) {
	m := begin(t, dbtest.SQLite(t))
	m.counting()
	m.log("mha", "NSF 1.1.1", progress.Approved, progress.Text{AsOf: day("2021-09-30"), Status: progress.InProgress, Done: "=1+1"})
	m.log("mha", "AP-1", progress.Returned, progress.Text{AsOf: day("2021-09-30"), Status: progress.Stalled, NoProgress: "No money", Blocker: "money"})
	_ = edit(t, m.given(), func(f *excelize.File) {
		if got := f.GetSheetList(); !slices.Equal(got, []string{guideSheet, rowsSheet, figuresSheet, hiddenSheet}) {
			t.Errorf("the sheets are %v", got)
		}
		if visible, err := f.GetSheetVisible(hiddenSheet); err != nil || visible {
			t.Errorf("the hidden sheet is seen (%v)", err)
		}
		for _, name := range f.GetSheetList() {
			rows, err := f.GetRows(name)
			must(t, err)
			for n, r := range rows {
				for _, v := range r {
					if strings.HasPrefix(v, "[") {
						t.Errorf("%s %d: %s", name, n+1, v)
					}
				}
			}
			if p, err := f.GetSheetProtection(name); err != nil || p.Password != "" {
				t.Errorf("%s is not protected without a password: %v", name, err)
			}
		}
		for heading, open := range map[string]bool{"True on": true, "What was done": true, "Evidence: kind": true, "Reference": false, "Said last": false} {
			style, err := f.GetCellStyle(rowsSheet, cellOf(t, f, rowsSheet, "NSF 1.1.1", heading))
			must(t, err)
			s, err := f.GetStyle(style)
			must(t, err)
			if got := s.Protection != nil && !s.Protection.Locked; got != open {
				t.Errorf("%s is open: %v", heading, got)
			}
		}
		cell := cellOf(t, f, rowsSheet, "NSF 1.1.1", "Said last")
		if formula, err := f.GetCellFormula(rowsSheet, cell); err != nil || formula != "" {
			t.Errorf("a text became the formula %s", formula)
		}
		if v, err := f.GetDataValidations(rowsSheet); err != nil || len(v) != 4 {
			t.Errorf("%d checks of what is typed (%v)", len(v), err)
		}
		if p, err := f.GetPageLayout(rowsSheet); err != nil || *p.Orientation != "landscape" || *p.FitToWidth != 2 {
			t.Errorf("%+v %v", p, err)
		}
		titles := 0
		for _, d := range f.GetDefinedName() {
			if d.Name == "_xlnm.Print_Titles" && strings.HasSuffix(d.RefersTo, "$3:$3") {
				titles++
			}
		}
		if titles != 2 {
			t.Errorf("%d sheets repeat their headings", titles)
		}
	})
}

func TestADemonstrationSaysSo(t *testing.T) {
	m := begin(t, dbtest.SQLite(t))
	m.counting()
	b, err := New(m.DB, m.clock).Build(t.Context(), m.Actors["mha"], "MHA", "")
	must(t, err)
	if name := b.FileName("en"); name != "ls-workbook-mha-2021-22.xlsx" {
		t.Error(name)
	}
	b.Demonstration = true
	if name := b.FileName("en"); name != "ls-workbook-mha-2021-22-DEMONSTRATION.xlsx" {
		t.Error(name)
	}
	var out bytes.Buffer
	must(t, Write(&out, english(t), b))
	_ = edit(t, out.Bytes(), func(f *excelize.File) {
		for _, name := range []string{guideSheet, rowsSheet, figuresSheet} {
			_ = cellByText(t, f, name, "DEMONSTRATION, illustrative")
			if foot, err := f.GetHeaderFooter(name); err != nil || !strings.Contains(foot.OddFooter, "DEMONSTRATION, illustrative") {
				t.Errorf("%s is printed without it: %v", name, err)
			}
		}
	})
}

// Whatever the texts hold, the workbook opens and comes back.
func TestHostileTextStaysText(t *testing.T) {
	m := begin(t, dbtest.SQLite(t))
	for _, text := range []string{"=HYPERLINK(\"http://x.example\",\"y\")", "+1", "-1", "@SUM(A1)", "\x1b[2J <b>&amp;", strings.Repeat("ü", progress.MaxText)} {
		m.log("mha", "NSF 1.1.1", progress.Approved, progress.Text{AsOf: day("2021-10-01"), Status: progress.InProgress, Done: text})
		file := fill(t, m.given(), map[string]cells{"NSF 1.1.1": worked(func(c cells) { c["What was done"] = text })})
		o := m.took(file)
		if o.Count(workbook.New)+o.Count(workbook.Changed) != 1 || len(o.Problems) > 0 {
			t.Errorf("%.30q: %s", text, told(o))
		}
		if n := m.Count(t, "SELECT count(*) FROM updates WHERE done = ? AND as_of = '2021-10-31'", text); n != 1 && !strings.Contains(text, "\x1b") {
			t.Errorf("%.30q became %q", text, m.updates("MHA"))
		}
	}
}

// Every update of a file has an instant of its own, after all that was known,
// and an entry in the trail, which stays whole.
func TestEveryRowHasItsOwnInstant(t *testing.T) {
	each(t, func(m *ministry) {
		m.Do(m.t, func(tx *gorm.DB) error { return m.manyCommitments(tx, 6) })
		rows := map[string]cells{}
		for n := range 6 {
			rows[fmt.Sprintf("BIG-%03d", n+1)] = worked()
		}
		if o := m.took(fill(m.t, m.given(), rows)); o.Count(workbook.New) != 6 {
			m.t.Fatalf("%s", told(o))
		}
		if n := m.Count(m.t, "SELECT count(DISTINCT submitted_at) FROM updates"); n != 6 {
			m.t.Errorf("%d instants of 6 updates", n)
		}
		if n := m.Count(m.t, "SELECT count(DISTINCT at) FROM decisions"); n != 6 {
			m.t.Errorf("%d instants of 6 decisions", n)
		}
	})
}
