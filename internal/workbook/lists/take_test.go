package lists_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/problem"
	"tracker/internal/sheet"
	"tracker/internal/workbook"
	"tracker/internal/workbook/lists"
	"tracker/seeds/seedstest"
)

// typed is a CSV as a person sends it.
func (h demo) typed(lines ...string) workbook.File {
	h.t.Helper()
	text := strings.Join(lines, "\r\n") + "\r\n"
	book, err := sheet.Open(strings.NewReader(text), int64(len(text)), "typed.csv")
	h.must(err)
	return workbook.File{Name: "typed.csv", Book: book}
}

// with is a list with the cell of a row changed, which the text of its first
// column names.
func with(s lists.Sheet, ref, column, text string) lists.Sheet {
	rows := make([][]string, len(s.Rows))
	at := slices.IndexFunc(s.Columns, func(c lists.Column) bool { return c.Key == column })
	for i, row := range s.Rows {
		rows[i] = slices.Clone(row)
		if row[0] == ref {
			rows[i][at], ref = text, "" // the first of them
		}
	}
	s.Rows = rows
	return s
}

func TestAnEditedCellChangesItAndNothingElse(t *testing.T) {
	each(t, func(h demo) {
		for n, c := range []struct{ list, ref, column, text, want string }{
			{"institutions", "BDS", "short_name", "Dream", "changed BDS short_name: Beautiful Dream Society → Dream"},
			{"institutions", "IOM", "valid_from", "1 April 2020", "changed IOM valid_from:  → 2020-04-01"},
			{"people", "focal.bds@tracker.example", "disabled", "yes", "changed focal.bds@tracker.example disabled:  → yes"},
			{"people", "focal.bds@tracker.example", "post", "Director", "changed focal.bds@tracker.example post: Programme office and focal point → Director"},
			{"commitments", "AP-1", "due_on", "2022-02-15", "changed AP-1 due_on: 2022-01-31 → 2022-02-15"},
			{"commitments", "AP-1", "supporting", "", "changed AP-1 supporting: MHA → "},
			{"commitments", "AP-1", "milestones", "2021-10-15: Card; agreed\n2022-01-31: In use", "changed AP-1 milestones: 2021-10-15: Card agreed; 2022-01-31: In use at Maseru Bridge and Maputsoe → 2021-10-15: Card; agreed; 2022-01-31: In use"},
			{"commitments", "AP-1", "budget", "2021: 14000 lsl (Fund (old)); 2022: .5", ""},
			{"commitments", "AP-1", "budget", "2021: 14000 lsl (Fund (old)); 2022: 7.5 USD", "changed AP-1 budget: 2021: 14000.00 LSL (Government of Lesotho) → 2021: 14000.00 LSL (Fund (old)); 2022: 7.50 USD"},
			{"commitments", "AP-1", "themes", "Prevention", "changed AP-1 themes: prosecution; prevention → prevention"},
			{"recommendations", "TIP 2017/1", "cut", "yes", "changed TIP 2017/1 cut:  → yes"},
			{"recommendations", "TIP 2017/1b", "lead", "mha", "changed TIP 2017/1b lead: DPP → MHA"},
			{"recommendations", "TIP 2017/1b", "supporting", "MSD; JUD", "changed TIP 2017/1b supporting:  → JUD; MSD"},
			{"recommendations", "TIP 2017/1b", "retired", "yes", "changed TIP 2017/1b retired:  → yes"},
			{"indicators", "FUND", "targets", "2021-04-01: 500 000; 2022-04-01: 600000.50", "changed FUND targets: 2021-04-01: 500000 → 2021-04-01: 500000; 2022-04-01: 600000.50"},
			{"indicators", "FUND", "commitments", "AP-1", "changed FUND commitments: NSF 3.3.1 → AP-1"},
			{"measurements", "CARE", "values", "7", "changed CARE 2021-09-30 values: total: 6 → total: 7"},
		} {
			in := h.in(c.list)
			f := h.file(with(h.out(in), c.ref, c.column, c.text), []string{"csv", "xlsx"}[n%2])
			before := h.entries()
			o, err := h.take(in, f, false)
			if got := told(o); c.want != "" && (err != nil || got != c.want) || c.want == "" && !o.Blocked() {
				h.t.Errorf("%s of %s, told beforehand: %q, %v, want %q", c.column, c.ref, got, err, c.want)
				continue
			}
			if h.entries() != before {
				h.t.Errorf("%s of %s: telling wrote", c.column, c.ref)
			}
			if o, err = h.take(in, f, true); err != nil || c.want != "" && told(o) != c.want || c.want == "" && h.entries() != before {
				h.t.Errorf("%s of %s, taken: %q, %v", c.column, c.ref, told(o), err)
			}
			again := map[string]string{"measurements": "M2 lists.told_only"}[c.list] // it is approved no longer
			if o, err = h.take(in, f, true); c.want != "" && (err != nil || told(o) != again) {
				h.t.Errorf("%s of %s, taken again: %q, %v", c.column, c.ref, told(o), err)
			}
		}
		if r, err := audit.Verify(h.t.Context(), h.d); err != nil || !r.OK() {
			h.t.Errorf("the trail: %+v, %v", r, err)
		}
	})
}

func TestARowWithoutCounterpartIsNew(t *testing.T) {
	each(t, func(h demo) {
		for _, c := range []struct {
			list, want string
			lines      []string
		}{
			{"institutions", "new WASCO", []string{"CODE;Short Name;name;kind", "WASCO;WASCO;Water company;Government"}},
			{"people", "new new@tracker.example\nnew other@tracker.example", []string{"Email,Role,Post,Institution", "New@tracker.example,focal_point,Clerk,mha", "other@tracker.example,focal_point,Clerk,MHA"}},
			{"commitments", "new AP-77", []string{"ref,title,text,origin,lead,supporting,starts_on,milestones", `AP-77,A title,"A text, with a comma",action_plan,mha,"MSD, JUD",2021-10-01,2021-12-31: First`}},
			{"recommendations", "new TIP 2021/77b\nnew TIP 2021/77\nnew TIP 2021/1x\nnew TIP 2021/77a", []string{"ref,title,text,basis,lead,supporting",
				"tip 2021/77b,,The second part,,MHA,MSD", "TIP 2021/77,A title,A text,restated,,", "TIP 2021/1x,,Another part,,,", "TIP 2021/77a,,The first part,,,"}},
			{"indicators", "new NEW-1", []string{"ref,title,text,unit,direction,frequency,institution,dimensions,headline,baseline,baseline_year",
				"NEW-1,A title,A text,person,up,year,MHA,sex; district: Maseru | Berea,sex=female,12,2019"}},
		} {
			in := h.in(c.list)
			f := h.typed(c.lines...)
			before := h.entries()
			if o, err := h.take(in, f, false); err != nil || told(o) != c.want || h.entries() != before {
				h.t.Errorf("%s, told beforehand: %q, %v", c.list, told(o), err)
				continue
			}
			if o, err := h.take(in, f, true); err != nil || told(o) != c.want || h.entries() == before {
				h.t.Errorf("%s, taken: %q, %v", c.list, told(o), err)
			}
			if o, err := h.take(in, f, true); err != nil || told(o) != "" {
				h.t.Errorf("%s, taken again: %q, %v", c.list, told(o), err)
			}
		}
		for name, want := range map[string]string{
			"commitments":     "AP-77|A title|A text, with a comma|action_plan||MHA|MSD; JUD|2021-10-01||2021-12-31: First||||internal||||",
			"recommendations": "TIP 2021/77b||The second part||||||||MHA|MSD|",
			"people":          "new@tracker.example|MHA|Clerk|focal_point|",
			"indicators":      "NEW-1|A title|A text||person|||up||year|MHA|12|2019|sex=female|sex; district: Maseru | Berea|||internal||||||",
		} {
			var rows []string
			for _, row := range h.out(h.in(name)).Rows {
				rows = append(rows, strings.Join(row, "|"))
			}
			if other := strings.ReplaceAll(want, "MSD; JUD", "JUD; MSD"); !slices.Contains(rows, want) && !slices.Contains(rows, other) {
				h.t.Errorf("%s: %s is not in the list", name, want)
			}
		}
	})
}

func TestAMeasurementIsHandedOverAndNotApproved(t *testing.T) {
	each(t, func(h demo) {
		lines := []string{"indicator,covers_to,values,source", "CARE,2021-10-31,9,Register"}
		for _, role := range []accounts.Role{accounts.FocalPoint, accounts.Coordinator} {
			in := h.in("measurements")
			in.Actor = h.actor(role) // the first focal point is of the institution that reports it
			f := h.typed(lines...)
			if o, err := h.take(in, f, true); err != nil || told(o) != "new CARE "+strings.Split(lines[1], ",")[1] {
				h.t.Fatalf("%s: %q, %v", role, told(o), err)
			}
			if o, err := h.take(in, f, true); err != nil || told(o) != "" {
				h.t.Errorf("%s, again: %q, %v", role, told(o), err)
			}
			s := h.out(in)
			at := slices.IndexFunc(s.Rows, func(row []string) bool { return row[1] == strings.Split(lines[1], ",")[1] && row[0] == "CARE" })
			if at < 0 || s.Rows[at][7] != "total: 9" || s.Rows[at][12] != "submitted" || s.Rows[at][2] != "2021-04-01" {
				h.t.Errorf("%s: the list has %v", role, s.Rows[max(at, 0)])
			}
			if o, err := h.take(in, h.file(with(lists.Sheet{Name: s.Name, Columns: s.Columns, Rows: s.Rows[at : at+1]}, "CARE", "values", "10"), "csv"), false); err != nil || !strings.HasPrefix(told(o), "wrong CARE 2021-1") || !strings.HasSuffix(told(o), "A2 lists.error.waits") {
				h.t.Errorf("%s changes what waits: %q, %v", role, told(o), err)
			}
			lines[1] = "CARE,2021-11-01,9,Register"
		}
	})
}

func TestWhatIsWrongStandsAtItsCell(t *testing.T) {
	each(t, func(h demo) {
		for _, c := range []struct {
			list, want string
			lines      []string
		}{
			{"institutions", "A2 institution.code.form, B6 institution.name.missing, C2 institution.kind.missing, D3 lists.error.day, A4 lists.error.no_ref, A5 lists.error.twice",
				[]string{"code,name,kind,valid_from,short_name", "wasco,Water,king,,W", "MHA,,government,soon,M", ",Nobody,government,,N", "MHA,Twice,government,,T", "JUD,,government,,J"}},
			{"people", "A2 person.email.form, B3 institution.unknown, C4 post.role.not_there, D5 lists.error.yes, C6 post.role.other",
				[]string{"email,institution,role,disabled,post", "none,MHA,focal_point,,P", "a@b.example,ZZZ,focal_point,,P", "b@b.example,IOM,coordinator,,P", "c@b.example,MHA,focal_point,perhaps,P", "focal.bds@tracker.example,BDS,coordinator,,Programme office and focal point"}},
			{"commitments", "B2 lists.error.institution, C3 lists.error.day, D4 lists.error.milestone, E5 lists.error.budget, F6 lists.error.node, A7 plan.error.ref, H8 lists.error.whole, I9 plan.error.due_before_start",
				[]string{"ref,lead,starts_on,milestones,budget,node,title,indicia,due_on,text,origin", "AP-1,ZZZ", "AP-2,,2021-02-30", "AP-3,,,soon", "AP-4,,,,much", "AP-5,,,,,9.9.9", "AP/6,MHA,,,,,T,,,T,ministry", "AP-6,,,,,,,one", "AP-91,MHA,2021-10-01,,,,T,,2021-09-01,T,ministry"}},
			{"recommendations", "A2 lists.error.asked_ref, A3 lists.error.edition, C4 asked.error.basis, D5 lists.error.of_item, B6 lists.error.of_recommendation, D7 asked.error.institution, A8 lists.error.item_of, E9 lists.error.retired_new",
				[]string{"ref,title,basis,lead,retired,text", "first,T", "TIP 1999/1,T,restated,,,T", "TIP 2021/1,T,gossip,,,T", "TIP 2021/2,T,restated,MHA,,T", "TIP 2021/2a,T,,,,T", "TIP 2021/3a,,,ZZZ,,T", "TIP 2021/88a,,,,,T", "TIP 2021/1y,,,,yes,T"}},
			{"indicators", "A2 indicator.error.ref, B3 indicator.error.unit, C4 lists.error.target, D5 measurement.error.words, E6 lists.error.node, F7 indicator.error.commitments, G8 indicator.error.headline, H9 indicator.error.share",
				[]string{"ref,unit,targets,baseline,nodes,commitments,headline,share,title,text,direction,frequency,institution", "new/1,person,,,,,,,T,T,up,year,MHA", "CARE,stone,2021-04-01: 10,,NSF 3.2,NSF 3.2.4,,internal",
					"CONV,,soon", "PROS,,,many", "SENT,,,,9.9.9", "INV,,,,,ZZZ", "VIC,,,,,,sex=other", "FUND,currency,2021-04-01: 500000,,NSF 3.3,NSF 3.3.1,,world"}},
			{"measurements", "A2 lists.error.indicator, B3 lists.error.day, C4 measurement.error.words, D5 measurement.error.basis, C6 lists.error.place, E7 measurement.error.edition, B8 measurement.error.future, C9 measurement.error.empty",
				[]string{"indicator,covers_to,values,basis,edition", "ZZZ,2021-09-30,1", "CARE,soon,1", "CARE,2021-10-30,many", "CARE,2021-10-29,1,rumour", "CARE,2021-10-28,total: 1; shoe=left: 1", "CONV,2021-03-31,1,reported,TIP 1999", "CARE,2022-03-31,1", "CARE,2021-10-27,"}},
		} {
			in := h.in(c.list)
			before := h.entries()
			for _, keep := range []bool{false, true} {
				o, err := h.take(in, h.typed(c.lines...), keep)
				var got []string
				for _, p := range o.Problems {
					got = append(got, p.Cell+" "+p.Key)
				}
				for _, want := range strings.Split(c.want, ", ") {
					if !slices.Contains(got, want) {
						h.t.Errorf("%s: nothing says %s", c.list, want)
					}
				}
				if err != nil || !o.Blocked() || h.entries() != before {
					h.t.Errorf("%s: %v, blocked %v", c.list, err, o.Blocked())
				}
				if keep || h.t.Failed() {
					h.t.Logf("%s: %s", c.list, strings.Join(got, ", "))
				}
			}
		}
	})
}

func TestAFileThatIsNoListIsRefusedWithTheReason(t *testing.T) {
	each(t, func(h demo) {
		in := h.in("commitments")
		_, err := h.take(in, h.typed("name,title", "AP-1,Title"), false)
		if problem.KindOf(err) != problem.Invalid {
			h.t.Errorf("without references: %v", err)
		}
		o, err := h.take(in, h.typed("Our list", "", "ref,title,colour,title", "AP-1,Title,red,Other"), false)
		if err != nil || !strings.Contains(told(o), "C3 lists.unknown_heading\nD3 lists.error.heading_twice") || !o.Blocked() {
			h.t.Errorf("unknown and repeated headings: %q, %v", told(o), err)
		}
		o, err = h.take(in, h.typed("colour,ref,Due On", "red,ap-1,31 January 2022", "blue,,"), true)
		if err != nil || o.Blocked() && o.Count(workbook.Same) != 1 {
			h.t.Errorf("another case and other days: %q, %v", told(o), err)
		}
	})
}

// hostile are texts that a spreadsheet might act on, or that a file changes.
var hostile = []string{"=1+1", "'=1+1", "''=1+1", "@SUM(A1)", "+26658000000", "-2+3", "\t=1", "one\r\ntwo", "<script>alert(1)</script>", "＝1", "'quoted'", "a\x1bb", "0012", "1e5", "TRUE", "2021-04-01"}

func TestATextStaysATextOutAndIn(t *testing.T) {
	each(t, func(h demo) {
		in := h.in("institutions")
		rows := []string{"code,name,short_name,kind,note"}
		for i, text := range hostile {
			code := "H-" + string(rune('A'+i))
			h.must(h.d.Write(h.t.Context(), func(tx *gorm.DB) error {
				_, err := accounts.CreateInstitution(tx, in.Actor, h.clock.Now(), accounts.InstitutionChange{Code: code, Name: "x" + text, ShortName: "x", Kind: accounts.Government, Note: text})
				return err
			}))
		}
		for _, ext := range []string{"csv", "xlsx"} {
			if o, err := h.take(in, h.file(h.out(in), ext), true); err != nil || told(o) != "" {
				h.t.Errorf("as %s: %s, %v", ext, told(o), err)
			}
		}
		rows = append(rows, `NEW,"=HYPERLINK(""http://x"",""y"")",'=1+1,government,"' quoted"`)
		if o, err := h.take(in, h.typed(rows...), true); err != nil || told(o) != "new NEW" {
			h.t.Fatalf("%q, %v", told(o), err)
		}
		h.must(h.d.Read(h.t.Context(), func(tx *gorm.DB) error {
			i, err := accounts.InstitutionByCode(tx, "NEW")
			if i.Name != `=HYPERLINK("http://x","y")` || i.ShortName != "=1+1" || i.Note != "' quoted" {
				h.t.Errorf("kept %+v", i)
			}
			return err
		}))
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	each(t, func(h demo) {
		in := h.in("people")
		for _, keep := range []bool{false, true} {
			o, err := h.take(in, h.typed("email,disabled", in.Actor.Email+",yes"), keep)
			if err != nil || told(o) != "wrong "+in.Actor.Email+"\nA2 person.last_administrator" {
				h.t.Errorf("%q, %v", told(o), err)
			}
		}
		f := h.typed("email,institution,post,role", "x@tracker.example,MHA,Clerk,focal_point", "y@tracker.example,MHA,Clerk,auditor")
		if o, err := h.take(in, f, true); err != nil || !strings.HasSuffix(told(o), "D3 post.role.other") {
			h.t.Errorf("a post that comes with two roles: %q, %v", told(o), err)
		}
	})
}

// What a program calculated is nothing that a person wrote, and what it never
// calculated empties no field. A column that only tells may hold what it likes.
func TestACalculatedCellIsRefused(t *testing.T) {
	h := demo{t, seedstest.Lesotho.SQLite(t), calendar.FixedClock(time.Date(2021, 11, 8, 21, 0, 0, 0, time.UTC))}
	const none = "never calculated"
	taken := func(name string, head, row []any, cell, formula string) string {
		x := excelize.NewFile()
		defer x.Close() //nolint:errcheck // in memory
		h.must(x.SetSheetRow("Sheet1", "A1", &head))
		h.must(x.SetSheetRow("Sheet1", "A2", &row))
		h.must(x.SetCellFormula("Sheet1", cell, formula))
		var b bytes.Buffer
		h.must(x.Write(&b))
		book, err := sheet.Open(bytes.NewReader(b.Bytes()), int64(b.Len()), "x.xlsx")
		h.must(err)
		if got := book.Sheets[0].Rows[1].Cells[cell[0]-'A']; got.Kind != sheet.Formula || (got.Text == "") != (row[cell[0]-'A'] == nil) {
			t.Fatalf("%s: read %+v", none, got)
		}
		o, err := h.take(h.in(name), workbook.File{Name: "x.xlsx", Book: book}, true)
		h.must(err)
		return told(o)
	}
	for _, c := range []struct {
		list          string
		head, row     []any
		cell, formula string
		want          string
	}{
		{"commitments", []any{"ref", "title"}, []any{"AP-1", 12}, "B2", "6+6", "wrong AP-1\nB2 lists.error.formula"},
		{"commitments", []any{"ref", "assumptions"}, []any{"AP-1", nil}, "B2", `"a"&"b"`, "wrong AP-1\nB2 lists.error.formula"},
		{"commitments", []any{"ref", "title"}, []any{nil, nil}, "A2", `"AP-"&1`, "wrong \nA2 lists.error.formula"},
		{"measurements", []any{"indicator", "covers_from", "covers_to", "state"}, []any{"A", "2021-01-01", "2021-12-31", nil}, "D2", "1", ""},
	} {
		if got := taken(c.list, c.head, c.row, c.cell, c.formula); got != c.want && (c.want != "" || strings.Contains(got, "lists.error.formula")) {
			t.Errorf("%s %v: %q, want %q", c.list, c.row, got, c.want)
		}
	}
}
