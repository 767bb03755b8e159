package round

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/i18n"
	"tracker/internal/plan/plantest"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/sheet"
	"tracker/internal/workbook"
)

var day = plantest.Day

// ministry is a small plan on a day of 2021-22, of which MHA gets the workbook.
type ministry struct {
	*plantest.House
	t     testing.TB
	clock calendar.Clock
}

func each(t *testing.T, f func(m *ministry)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(begin(t, d)) })
}

func begin(t testing.TB, d *db.DB) *ministry {
	t.Helper()
	m := &ministry{House: plantest.New(t, d), t: t, clock: plantest.At("2021-04-01")}
	m.Do(t, func(tx *gorm.DB) error {
		_, err := progress.AddPeriod(tx, m.clock, m.Actors["one"], progress.Period{Country: plantest.Country, Label: "2021-22", StartsOn: day("2021-04-01"), EndsOn: day("2022-03-31"),
			Deadlines: []progress.Deadline{
				{Title: "First half", Purpose: progress.Reporting, CoversFrom: day("2021-04-01"), CoversTo: day("2021-09-30"), DueOn: day("2021-10-22")},
				{Title: "Second half", Purpose: progress.Reporting, CoversFrom: day("2021-10-01"), CoversTo: day("2022-03-31"), DueOn: day("2022-04-22")}}})
		return err
	})
	m.clock = plantest.At("2021-11-08")
	return m
}

// later lets a moment pass.
func (m *ministry) later() {
	m.clock = calendar.FixedClock(m.clock.Now().Add(time.Minute).In(plantest.Zone))
}

func english(t testing.TB) *i18n.T {
	t.Helper()
	messages, err := i18n.English()
	if err != nil {
		t.Fatal(err)
	}
	return i18n.New(messages, plantest.Zone)
}

// given is the workbook of MHA as it is given out.
func (m *ministry) given() []byte { return m.givenTo("mha", "MHA") }

func (m *ministry) givenTo(who, code string) []byte {
	m.t.Helper()
	b, err := New(m.DB, m.clock).Build(m.t.Context(), m.Actors[who], code, "2021-22")
	if err != nil {
		m.t.Fatal(err)
	}
	var out bytes.Buffer
	if err := Write(&out, english(m.t), b); err != nil {
		m.t.Fatal(err)
	}
	m.later()
	return out.Bytes()
}

// edit opens a workbook, changes it and saves it.
func edit(t testing.TB, file []byte, change func(f *excelize.File)) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // a test's
	change(f)
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const (
	rowsSheet    = "Commitments"
	figuresSheet = "Indicators"
	guideSheet   = "How to fill this in"
	hiddenSheet  = "Lists"
)

// cellOf is the cell of a heading in the row of a reference.
func cellOf(t testing.TB, f *excelize.File, sheetName, ref, heading string) string {
	t.Helper()
	rows, err := f.GetRows(sheetName)
	if err != nil {
		t.Fatal(err)
	}
	col := -1
	for n, r := range rows {
		if i := slices.Index(r, heading); i >= 0 && col < 0 {
			col = i
		}
		if col >= 0 && slices.Contains(r, ref) {
			name, err := excelize.CoordinatesToCellName(col+1, n+1)
			if err != nil {
				t.Fatal(err)
			}
			return name
		}
	}
	t.Fatalf("%s has no row %s with %s", sheetName, ref, heading)
	return ""
}

// cells are what is typed into a row, by heading.
type cells map[string]any

// fill types into rows of the sheet of commitments.
func fill(t testing.TB, file []byte, rows map[string]cells) []byte {
	t.Helper()
	return edit(t, file, func(f *excelize.File) { fillIn(t, f, rows) })
}

func fillIn(t testing.TB, f *excelize.File, rows map[string]cells) {
	t.Helper()
	for ref, row := range rows {
		for heading, value := range row {
			if err := f.SetCellValue(rowsSheet, cellOf(t, f, rowsSheet, ref, heading), value); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func worked(change ...func(cells)) cells {
	c := cells{"True on": day("2021-10-31").Time(), "Delivery status": "In progress", "What was done": "Held the workshop"}
	for _, f := range change {
		f(c)
	}
	return c
}

func read(t testing.TB, file []byte) workbook.File {
	t.Helper()
	b, err := sheet.Open(bytes.NewReader(file), int64(len(file)), "back.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	return workbook.File{Name: "back.xlsx", Book: b}
}

// look is a dry run, and take the real one.
func (m *ministry) look(who string, file []byte, answers workbook.Answers) (o workbook.Outcome, err error) {
	m.t.Helper()
	in := workbook.In{Clock: m.clock, Actor: m.Actors[who], Country: plantest.Country, File: read(m.t, file), Answers: answers}
	err = m.DB.Read(m.t.Context(), func(tx *gorm.DB) error { o, err = Take(tx, in); return err })
	return o, err
}

func (m *ministry) take(who string, file []byte, answers workbook.Answers) (o workbook.Outcome, err error) {
	m.t.Helper()
	m.later()
	in := workbook.In{Clock: m.clock, Actor: m.Actors[who], Country: plantest.Country, File: read(m.t, file), Answers: answers, Keep: true}
	err = m.DB.Write(m.t.Context(), func(tx *gorm.DB) error { o, err = Take(tx, in); return err })
	return o, err
}

// took takes a file of MHA that nothing stands against.
func (m *ministry) took(file []byte) workbook.Outcome {
	m.t.Helper()
	dry, err := m.look("mha", file, nil)
	if err != nil {
		m.t.Fatal(err)
	}
	o, err := m.take("mha", file, nil)
	if err != nil {
		m.t.Fatal(err)
	}
	if told(dry) != told(o) {
		m.t.Errorf("the dry run told\n%s\nand then it was\n%s", told(dry), told(o))
	}
	return o
}

// told is an outcome in lines, without the rows that were left blank.
func told(o workbook.Outcome) string {
	var b strings.Builder
	for _, r := range o.Rows {
		if r.Fate != workbook.Passed {
			fmt.Fprintf(&b, "%s %s\n", r.Ref, r.Fate)
		}
	}
	for _, p := range o.Problems {
		fmt.Fprintf(&b, "%s %s %v\n", p.Address(), p.Key, p.Blocks)
	}
	for _, q := range o.Questions {
		fmt.Fprintf(&b, "? %s %v\n", q.ID, q.Open)
	}
	return b.String()
}

// updates are the updates of an institution, in short.
func (m *ministry) updates(code string) (list []string) {
	m.t.Helper()
	var all []progress.Update
	m.Read(m.t, func(tx *gorm.DB) error {
		return tx.Where("institution_id = ?", m.Institutions[code]).Order("id").Find(&all).Error
	})
	for _, u := range all {
		ref := ""
		for r, id := range m.Commitments {
			if id == u.CommitmentID {
				ref = r
			}
		}
		list = append(list, strings.Join([]string{ref, u.AsOf.String(), string(u.State), string(u.Status), u.Done + u.NoProgress}, "|"))
	}
	return list
}

func (m *ministry) wants(code string, want ...string) {
	m.t.Helper()
	if got := m.updates(code); !slices.Equal(got, want) {
		m.t.Errorf("the updates of %s are\n%s\nand not\n%s", code, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// says holds an outcome to lines.
func says(t testing.TB, o workbook.Outcome, want ...string) {
	t.Helper()
	if got := strings.TrimSpace(told(o)); got != strings.Join(want, "\n") {
		t.Errorf("the outcome is\n%s\nand not\n%s", got, strings.Join(want, "\n"))
	}
}

func refusedBy(t testing.TB, err error, key string) {
	t.Helper()
	p, ok := err.(*problem.Error)
	if !ok || p.Kind != problem.Invalid || p.Key != key {
		t.Errorf("refused by %v and not by %s", err, key)
	}
}

// log writes an update online, and takes it as far as it is to come.
func (m *ministry) log(who, ref string, state progress.State, text progress.Text) (u progress.Update) {
	m.t.Helper()
	m.later()
	m.Do(m.t, func(tx *gorm.DB) (err error) {
		if u, err = progress.Start(tx, m.clock, m.Actors[who], progress.NewUpdate{CommitmentID: m.Commitments[ref], Text: text}); err != nil || state == progress.Draft {
			return err
		}
		if u, err = progress.Submit(tx, m.clock, m.Actors[who], u.ID, u.Version); err != nil || state == progress.Submitted {
			return err
		}
		if state == progress.Returned {
			u, err = progress.Return(tx, m.clock, m.Actors["one"], u.ID, u.Version, "Say how many", "")
			return err
		}
		u, err = progress.Approve(tx, m.clock, m.Actors["one"], u.ID, u.Version)
		return err
	})
	m.later()
	return u
}
