package lists_test

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/i18n"
	"tracker/internal/problem"
	"tracker/internal/reports"
	"tracker/internal/reports/csv"
	"tracker/internal/reports/xlsx"
	"tracker/internal/sheet"
	"tracker/internal/workbook"
	"tracker/internal/workbook/lists"
	"tracker/seeds/seedstest"
)

// names are all lists, with who has each of them.
var names = map[string]accounts.Role{"institutions": accounts.Administrator, "people": accounts.Administrator, "commitments": accounts.Coordinator,
	"recommendations": accounts.Coordinator, "indicators": accounts.Coordinator, "measurements": accounts.Coordinator}

// demo is a demonstration's database, on the last instant of its day.
type demo struct {
	t     *testing.T
	d     *db.DB
	clock calendar.Clock
}

func each(t *testing.T, f func(h demo)) {
	clock := calendar.FixedClock(time.Date(2021, 11, 8, 21, 0, 0, 0, time.UTC))
	t.Run("sqlite", func(t *testing.T) { f(demo{t, seedstest.Lesotho.SQLite(t), clock}) })
	t.Run("postgres", func(t *testing.T) { f(demo{t, seedstest.Lesotho.Postgres(t), clock}) })
}

// actor is the first person of a role.
func (h demo) actor(role accounts.Role) (a accounts.Actor) {
	h.t.Helper()
	h.must(h.d.Read(h.t.Context(), func(tx *gorm.DB) error {
		people, err := accounts.People(tx)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(people, func(p accounts.PersonRow) bool { return p.Role == role && !p.Disabled() })
		p := people[at]
		i, err := accounts.InstitutionByCode(tx, p.Institution)
		a = accounts.Actor{PersonID: p.ID, Email: p.Email, PostID: p.PostID, Post: p.Post, Role: role, InstitutionID: i.ID, Institution: i.Code, InstitutionName: i.Name, InstitutionKind: i.Kind}
		return err
	}))
	return a
}

func (h demo) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h demo) in(name string) workbook.In {
	return workbook.In{Clock: h.clock, Actor: h.actor(names[name]), Country: "LS", About: name}
}

// out gives a list out.
func (h demo) out(in workbook.In) (s lists.Sheet) {
	h.t.Helper()
	h.must(h.d.Read(h.t.Context(), func(tx *gorm.DB) (err error) { s, err = lists.Out(tx, in); return err }))
	return s
}

// file is a list as a file.
func (h demo) file(s lists.Sheet, ext string) workbook.File {
	h.t.Helper()
	texts, err := i18n.English()
	h.must(err)
	table := reports.Table{About: reports.About{Country: "LS", CountryName: "Lesotho"}, Name: s.Name, Title: s.Name, D: h.clock.Today()}
	for _, c := range s.Columns {
		table.Columns = append(table.Columns, reports.Column{Name: c.Key, Width: c.Width})
	}
	var rows [][]any
	for _, row := range s.Rows {
		var cells []any
		for _, text := range row {
			cells = append(cells, text)
		}
		rows = append(rows, cells)
	}
	table.Rows = reports.Listed(rows)
	write := map[string]func(io.Writer, *i18n.T, reports.Table) error{"csv": csv.Write, "xlsx": xlsx.WriteTable}[ext]
	var b bytes.Buffer
	h.must(write(&b, i18n.New(texts, time.UTC), table))
	book, err := sheet.Open(bytes.NewReader(b.Bytes()), int64(b.Len()), s.Name+"."+ext)
	h.must(err)
	return workbook.File{Name: s.Name + "." + ext, Book: book}
}

// take takes a list in; what is only weighed is weighed on a snapshot.
func (h demo) take(in workbook.In, f workbook.File, keep bool) (o workbook.Outcome, err error) {
	h.t.Helper()
	in.File, in.Keep = f, keep
	run := h.d.Read
	if keep {
		run = h.d.Write
	}
	err = run(h.t.Context(), func(tx *gorm.DB) error { o, err = lists.Take(tx, in); return err })
	return o, err
}

func (h demo) entries() (n int) {
	h.t.Helper()
	h.must(h.d.Read(h.t.Context(), func(tx *gorm.DB) error { return tx.Raw("SELECT count(*) FROM audit_entries").Scan(&n).Error }))
	return n
}

// told are the rows that are not the same, and the problems, as texts.
func told(o workbook.Outcome) string {
	var lines []string
	for _, r := range o.Rows {
		if r.Fate == workbook.Same {
			continue
		}
		line := string(r.Fate) + " " + r.Ref
		for _, c := range r.Changes {
			if r.Fate == workbook.Changed {
				line += " " + strings.TrimPrefix(c.Field, "list.") + ": " + c.Old + " → " + c.New
			}
		}
		lines = append(lines, line)
	}
	for _, p := range o.Problems {
		lines = append(lines, p.Cell+" "+p.Key)
	}
	return strings.Join(lines, "\n")
}

func TestWhatAListGivesOutChangesNothingTakenIn(t *testing.T) {
	each(t, func(h demo) {
		for name := range names {
			in := h.in(name)
			s := h.out(in)
			if len(s.Rows) < 5 {
				h.t.Errorf("%s has %d rows", name, len(s.Rows))
			}
			for _, ext := range []string{"csv", "xlsx"} {
				before := h.entries()
				for _, keep := range []bool{false, true} {
					o, err := h.take(in, h.file(s, ext), keep)
					if err != nil || o.Count(workbook.Same) != len(s.Rows) || len(o.Rows) != len(s.Rows) || len(o.Problems) > 0 {
						h.t.Errorf("%s as %s: %v, %d of %d are the same:\n%.2000s", name, ext, err, o.Count(workbook.Same), len(s.Rows), told(o))
					}
				}
				if n := h.entries(); n != before {
					h.t.Errorf("%s as %s left %d entries in the trail", name, ext, n-before)
				}
			}
		}
	})
}

// Cells that hold several things say the same in other words: with a semicolon
// at the end, and in lines.
func TestACellOfSeveralThingsIsReadAsItIsWritten(t *testing.T) {
	several := map[string][]string{"commitments": {"supporting", "milestones", "budget", "themes", "indicia", "sdg"},
		"indicators": {"scale", "dimensions", "targets", "sdg", "nodes", "commitments", "items"}, "measurements": {"values"}}
	each(t, func(h demo) {
		for name, keys := range several {
			in := h.in(name)
			s, read := h.out(in), 0
			for i, c := range s.Columns {
				for _, row := range s.Rows {
					if slices.Contains(keys, c.Key) && row[i] != "" {
						row[i], read = strings.ReplaceAll(row[i], "; ", ";\n")+";", read+1
					}
				}
			}
			o, err := h.take(in, h.file(s, "csv"), false)
			if err != nil || told(o) != "" || read < 4 {
				h.t.Errorf("%s, %d cells: %v\n%.2000s", name, read, err, told(o))
			}
		}
	})
}

func TestAListIsOnlyTheirsWhoMayHaveIt(t *testing.T) {
	h := demo{t, seedstest.Lesotho.SQLite(t), calendar.FixedClock(time.Date(2021, 11, 8, 21, 0, 0, 0, time.UTC))}
	for role, want := range map[accounts.Role]string{accounts.Administrator: "institutions people", accounts.Coordinator: "commitments recommendations indicators measurements",
		accounts.FocalPoint: "measurements", accounts.Partner: "", accounts.Auditor: "", accounts.Countersigner: "",
		accounts.System: "institutions people commitments recommendations indicators measurements"} {
		actor := accounts.Actor{Role: role}
		if got := strings.Join(lists.Names(actor), " "); got != want {
			t.Errorf("%s has %q, want %q", role, got, want)
		}
		for name := range names {
			in := h.in(name)
			f := h.file(lists.Sheet{Name: name}, "csv")
			in.Actor = actor
			err := h.d.Read(t.Context(), func(tx *gorm.DB) error { _, err := lists.Out(tx, in); return err })
			_, taken := h.take(in, f, false)
			if open := slices.Contains(strings.Fields(want), name); open == (problem.KindOf(err) == problem.NotFound) || !open && problem.KindOf(taken) != problem.NotFound {
				t.Errorf("%s of %s: out %v, in %v", name, role, err, taken)
			}
		}
	}
	if lists.Known("passwords") || !lists.Known("people") {
		t.Error("a list is not known, or one that is none")
	}
}
