package adopt_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/plan"
	"tracker/internal/plan/plantest"
	"tracker/internal/sheet"
	"tracker/internal/workbook"
	"tracker/internal/workbook/adopt"
)

// matrixCSV is a ministry's plan as it comes: two levels, one activity without
// a number, names in their own words.
const matrixCSV = `National Plan 2022-2024;;;;;;;
;;;;;;;
Pillar;Objective;No.;Activity;Indicator;Lead Agency;Supporting Agencies;Timeframe;Budget (LSL)
1. Prevention;1.1 Inform the public;1.1.1;Broadcast radio programmes;Programmes broadcast;Name of MHA;MSD, BDS;Jan 2022 - Dec 2022;20 000
;;;Print leaflets;Leaflets printed;MSD;;Q1 2022;
2. Protection;2.1 Care for victims;2.1.1;Open a shelter;Shelters open;Ministry of Works;MoH;by June 2023;1,500,000.50
`

// take takes a file as the coordinator of the house.
func take(t *testing.T, h *plantest.House, name, text string, a workbook.Answers, keep bool) (o workbook.Outcome, err error) {
	t.Helper()
	book, err := sheet.Open(strings.NewReader(text), int64(len(text)), name)
	if err != nil {
		t.Fatal(err)
	}
	in := workbook.In{Clock: plantest.At("2022-02-01"), Actor: h.Actors["one"], Country: plantest.Country, File: workbook.File{Name: name, Book: book}, Answers: a, Keep: keep}
	run := h.DB.Read
	if keep {
		run = h.DB.Write
	}
	err = run(t.Context(), func(tx *gorm.DB) error {
		o, err = adopt.Take(tx, in)
		return err
	})
	return o, err
}

// newPlan are the answers with which the matrix becomes a framework of its own.
var newPlan = workbook.Answers{"target": "new", "target.code": "NAP", "target.title": "National Action Plan 2022-2024", "target.short_name": "Action plan", "target.starts_on": "1 April 2022",
	"target.ends_on": "2024-03-31", "institution.ministry of works": "new", "institution.ministry of works.code": "MOW"}

// fates are the references with what becomes of them, in the order of the sheet.
func fates(o workbook.Outcome) string {
	var list []string
	for _, r := range o.Rows {
		list = append(list, r.Ref+" "+string(r.Fate))
	}
	return strings.Join(list, ", ")
}

func TestAMatrixBecomesThePlan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := plantest.New(t, d)
		const want = "NAP 1 new, NAP 1.1 new, NAP 2 new, NAP 2.1 new, NAP 1.1.1 new, NAP 1.1.2 new, NAP 2.1.1 new"
		entries := h.Count(t, "SELECT count(*) FROM audit_entries")
		o := must(take(t, h, "plan.csv", matrixCSV, newPlan, false))
		if got := fates(o); got != want || o.Blocked() || !o.Writes() {
			t.Fatalf("told beforehand: %s, blocked %v", got, o.Blocked())
		}
		if n := h.Count(t, "SELECT count(*) FROM audit_entries"); n != entries {
			t.Errorf("telling wrote %d entries", n-entries)
		}
		if got := fates(must(take(t, h, "plan.csv", matrixCSV, newPlan, true))); got != want {
			t.Fatalf("taken: %s", got)
		}
		var c plan.Commitment
		var r plan.Revision
		h.Read(t, func(tx *gorm.DB) (err error) {
			if c, err = plan.CommitmentByRef(tx, "NAP 2.1.1"); err == nil {
				r, err = plan.CurrentRevision(tx, c.ID)
			}
			return err
		})
		works := h.Count(t, "SELECT id FROM institutions WHERE code = 'MOW' AND name = 'Ministry of Works' AND kind = 'government'")
		if c.Origin != plan.FromFramework || c.NodeID == nil || int(r.LeadID) != works || !slices.Equal(r.Supporting, []int64{h.Institutions["MOH"]}) ||
			!r.StartsOn.IsZero() || r.DueOn.String() != "2023-06-30" || r.Text != "Open a shelter\nIndicator: Shelters open" || r.Share != plan.Internal ||
			!slices.Equal(r.Budget, []plan.BudgetLine{{Year: 2022, AmountCents: 150_000_050, Currency: "LSL"}}) {
			t.Errorf("%+v %+v", c, r)
		}
		again := workbook.Answers{"target": "NAP", "institution.ministry of works": "MOW"}
		entries = h.Count(t, "SELECT count(*) FROM audit_entries")
		if o := must(take(t, h, "plan.csv", matrixCSV, again, true)); o.Count(workbook.Same) != 7 || len(o.Rows) != 7 || o.Writes() {
			t.Errorf("the same file again: %s", fates(o))
		}
		if n := h.Count(t, "SELECT count(*) FROM audit_entries"); n != entries {
			t.Errorf("the same file again wrote %d entries", n-entries)
		}
	})
}

func TestAnEditedMatrixChangesByReference(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := plantest.New(t, d)
		must(take(t, h, "plan.csv", matrixCSV, newPlan, true))
		edited := strings.Replace(matrixCSV, "Jan 2022 - Dec 2022", "Jan 2022 - June 2023", 1)
		edited = strings.Replace(edited, ";;;Print leaflets", ";;;Meet journalists;Meetings;MSD;;2022;\n;;;Print leaflets", 1)
		edited = strings.Replace(edited, "Care for victims", "Care for all victims", 1)
		a := workbook.Answers{"target": "NAP", "institution.ministry of works": "MOW"}
		o := must(take(t, h, "plan.csv", edited, a, true))
		const want = "NAP 1 same, NAP 1.1 same, NAP 2 same, NAP 2.1 changed, NAP 1.1.1 changed, NAP 1.1.3 new, NAP 1.1.2 same, NAP 2.1.1 same"
		if got := fates(o); got != want {
			t.Fatalf("got %s", got)
		}
		for _, r := range o.Rows {
			if r.Ref == "NAP 1.1.1" && !slices.Equal(r.Changes, []workbook.Change{{Field: "due_on", Old: "2022-12-31", New: "2023-06-30"}}) {
				t.Errorf("%+v", r.Changes)
			}
		}
		if n := h.Count(t, "SELECT count(*) FROM commitment_revisions r JOIN commitments c ON c.id = r.commitment_id WHERE c.ref = 'NAP 1.1.1' AND r.reason = 'Taken over from plan.csv'"); n != 2 {
			t.Errorf("%d revisions", n)
		}
	})
}

// A sign of money proposes what it means most often, not the country's own currency.
func TestSignsOfMoneyAreProposedAsWhatTheyMean(t *testing.T) {
	h := plantest.New(t, dbtest.SQLite(t))
	o := must(take(t, h, "p.csv", strings.NewReplacer("20 000", "25 000 000 FCFA", "Budget (LSL)", "Budget").Replace(matrixCSV), newPlan, false))
	for _, q := range o.Questions {
		if q.Group == "money" && (q.About == "FCFA") != (q.Answer == "XAF") || q.Group == "money" && !q.Open {
			t.Errorf("%q is %s, open %v", q.About, q.Answer, q.Open)
		}
	}
	if !slices.ContainsFunc(o.Questions, func(q workbook.Question) bool { return q.About == "FCFA" }) {
		t.Error("nothing is asked of FCFA")
	}
}

// A plan that was put to the wrong framework is told by its titles.
func TestANumberThatStoodForSomethingElseIsTold(t *testing.T) {
	h := plantest.New(t, dbtest.SQLite(t))
	must(take(t, h, "plan.csv", matrixCSV, newPlan, true))
	told := func(text string) (list []string) {
		for _, p := range must(take(t, h, "next.csv", text, with(newPlan, "target", "NAP"), false)).Problems {
			if p.Key == "adopt.notice.another" {
				list = append(list, p.Cell+" "+p.Text)
			}
		}
		return list
	}
	other := strings.NewReplacer("Open a shelter", "Train the judges", "1. Prevention", "1. Money")
	if got := strings.Join(told(other.Replace(matrixCSV)), ", "); got != "A4 Money, D6 Train the judges" {
		t.Errorf("told are %s", got)
	}
	if got := told(strings.Replace(matrixCSV, "Open a shelter", "Open two shelters", 1)); len(got) != 0 {
		t.Errorf("a title that was edited is told: %v", got)
	}
}

func TestAMatrixIsTakenWholeOrNotAtAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := plantest.New(t, d)
		entries := h.Count(t, "SELECT count(*) FROM audit_entries")
		twice := strings.Replace(matrixCSV, ";;;Print", ";;1.1.1;Print", 1)
		o := must(take(t, h, "plan.csv", twice, newPlan, true))
		if !o.Blocked() || o.Count(workbook.Wrong) != 1 {
			t.Errorf("one number twice: %s", fates(o))
		}
		i := slices.IndexFunc(o.Problems, func(p workbook.Problem) bool { return p.Blocks })
		if i < 0 || o.Problems[i].Key != "adopt.problem.twice" || o.Problems[i].Cell != "D5" {
			t.Errorf("%+v", o.Problems)
		}
		if n := h.Count(t, "SELECT count(*) FROM audit_entries"); n != entries {
			t.Errorf("what is blocked wrote %d entries", n-entries)
		}
	})
}

func TestNothingIsTakenBeforeItsQuestionsAreAnswered(t *testing.T) {
	h := plantest.New(t, dbtest.SQLite(t))
	for name, c := range map[string]struct {
		answers workbook.Answers
		open    string
	}{
		"none":           {nil, "target institution.ministry of works"},
		"a new one":      {workbook.Answers{"target": "new", "institution.ministry of works": "leave", "lead.none": "MHA"}, "target"},
		"a code too low": {with(newPlan, "target.code", "nap!"), "target"},
		"a code taken":   {with(newPlan, "target.code", "NSF"), "target"},
		"a day":          {with(newPlan, "target.ends_on", "soon"), "target"},
		"institution":    {with(newPlan, "institution.ministry of works.code", "MHA"), "institution.ministry of works"},
		"no lead":        {with(newPlan, "institution.ministry of works", "leave"), "lead.none"},
		"none of these":  {with(newPlan, "institution.ministry of works", "MHAA"), "institution.ministry of works"},
		"no framework":   {with(newPlan, "target", "NAFF"), "target"},
		"led by another": {with(with(newPlan, "institution.ministry of works", "leave"), "lead.none", "MSD"), ""},
	} {
		o := must(take(t, h, "plan.csv", matrixCSV, c.answers, false))
		var open []string
		for _, q := range o.Questions {
			if q.Open {
				open = append(open, q.ID)
			}
		}
		if got := strings.Join(open, " "); got != c.open || o.Blocked() != (c.open != "") {
			t.Errorf("%s: open are %q, blocked %v", name, got, o.Blocked())
		}
	}
}

func with(a workbook.Answers, id, answer string) workbook.Answers {
	b := maps.Clone(a)
	b[id] = answer
	return b
}

func TestWhatWasToldIsRememberedWhereAsked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := plantest.New(t, d)
		odd := strings.Replace(matrixCSV, ";Lead Agency;", ";Who;", 1)
		a := with(with(newPlan, "column.F", "lead"), "remember", "yes")
		must(take(t, h, "plan.csv", odd, a, true))
		o := must(take(t, h, "next.csv", strings.Replace(odd, ";No.;", ";Ref.;", 1), workbook.Answers{"target": "NAP"}, false))
		if o.Count(workbook.Same) != 7 || o.Blocked() {
			t.Errorf("%s %+v", fates(o), o.Problems)
		}
		for _, q := range o.Questions {
			if q.ID == "column.F" && q.Answer != "lead" || q.Group == "institutions" {
				t.Errorf("asked again: %+v", q)
			}
		}
	})
}

func TestNamesAreMatchedAsMinistriesWriteThem(t *testing.T) {
	h := plantest.New(t, dbtest.SQLite(t))
	h.Do(t, func(tx *gorm.DB) error {
		for code, name := range map[string]string{"MOL": "Ministry of Labour and Employment", "MSEG": "Ministère de l'Intérieur", "POL": "Royal Police Service"} {
			if _, err := accounts.CreateInstitution(tx, accounts.CommandLine(), plantest.At("2021-04-01").Now(), accounts.InstitutionChange{Code: code, Name: name, ShortName: code, Kind: accounts.Government}); err != nil {
				return err
			}
		}
		return nil
	})
	for text, want := range map[string]string{
		"Min. of Labour & Employment": "MOL", "MINISTRY OF LABOUR AND EMPLOYMENT (MoLE)": "MOL", "The Ministry of Labour and Employment": "MOL", "mol": "MOL",
		"Labour Ministry": "? MOL", "Ministry of Labour": "? MOL", "Ministere de l’interieur": "MSEG", "Police Service": "? POL",
	} {
		line := "Activity;Lead;Timeframe\nDo a thing that matters;" + text + ";2022\nDo another thing well;MHA;2022\nDo one more thing;MHA;2023\n"
		o := must(take(t, h, "p.csv", line, workbook.Answers{"target": "NSF"}, false))
		got := ""
		for _, q := range o.Questions {
			if strings.HasPrefix(q.ID, "institution.") {
				if got = "?"; q.Answer != "new" {
					got += " " + q.Answer
				}
			}
		}
		if got == "" {
			got = want // known without asking: who leads it the rows tell
			if h.Institutions[want] == 0 && strings.HasPrefix(want, "?") {
				got = "known"
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// Activities of one title on one node are told apart by their order, and one
// that has a number keeps it.
func TestActivitiesOfOneTitleStayApart(t *testing.T) {
	h := plantest.New(t, dbtest.SQLite(t))
	text := "Pillar;No.;Activity;Lead;Timeframe\n1. Prevention;1.2;Open a shelter;MHA;2022\n1. Prevention;;Open a shelter;MSD;2022\n1. Prevention;;Open a shelter;MOH;2023\n"
	if got := fates(must(take(t, h, "p.csv", text, newPlan, true))); got != "NAP 1 new, NAP 1.2 new, NAP 1.1 new, NAP 1.3 new" {
		t.Errorf("taken %s", got)
	}
	if got := fates(must(take(t, h, "p.csv", text, workbook.Answers{"target": "NAP"}, true))); got != "NAP 1 same, NAP 1.2 same, NAP 1.1 same, NAP 1.3 same" {
		t.Errorf("again %s", got)
	}
}

// A formula that shows nothing empties no field, and is told.
func TestAFormulaThatShowsNothingEmptiesNoField(t *testing.T) {
	h := plantest.New(t, dbtest.SQLite(t))
	text := "Activity;Lead;Timeframe;Means of verification;No.\nOpen a shelter;MHA;2022;Photographs;1\nPrint leaflets;MSD;2022;Copies;2\n"
	must(take(t, h, "p.csv", text, newPlan, true))
	book := must(sheet.Open(strings.NewReader(text), int64(len(text)), "p.csv"))
	for _, i := range []int{2, 3} {
		c := &book.Sheets[0].Rows[1].Cells[i]
		c.Text, c.Raw, c.Kind = "", "", sheet.Formula
	}
	in := workbook.In{Clock: plantest.At("2022-02-01"), Actor: h.Actors["one"], Country: plantest.Country, File: workbook.File{Name: "p.csv", Book: book}, Answers: workbook.Answers{"target": "NAP", "origin": "ministry"}}
	h.Read(t, func(tx *gorm.DB) error {
		o, err := adopt.Take(tx, in)
		var told []string
		for _, p := range o.Problems {
			told = append(told, p.Cell+" "+p.Key)
		}
		if got := strings.Join(told, ", "); o.Writes() || o.Blocked() || got != "C2 matrix.problem.formula, D2 matrix.problem.formula" {
			t.Errorf("%s, told %s", fates(o), got)
		}
		return err
	})
}

// What cannot be read for certain changes nothing and is not lost.
func TestWhatIsInDoubtStaysAndIsTold(t *testing.T) {
	h := plantest.New(t, dbtest.SQLite(t))
	must(take(t, h, "plan.csv", matrixCSV, newPlan, true))
	odd := strings.Replace(matrixCSV, "1,500,000.50", "about two million", 1)
	odd = strings.Replace(odd, "Q1 2022", "mid term", 1)
	o := must(take(t, h, "plan.csv", odd, workbook.Answers{"target": "NAP", "institution.ministry of works": "MOW"}, true))
	for _, r := range o.Rows {
		for _, c := range r.Changes {
			if c.Field != "text" {
				t.Errorf("%s: %+v", r.Ref, c)
			}
		}
	}
	for ref, want := range map[string]string{"NAP 2.1.1": "Open a shelter\nIndicator: Shelters open\nBudget (LSL): about two million", "NAP 1.1.2": "Print leaflets\nIndicator: Leaflets printed\nTimeframe: mid term"} {
		h.Read(t, func(tx *gorm.DB) error {
			c, err := plan.CommitmentByRef(tx, ref)
			if err != nil {
				return err
			}
			r, err := plan.CurrentRevision(tx, c.ID)
			if r.Text != want || r.DueOn.IsZero() {
				t.Errorf("%s: %+v", ref, r)
			}
			return err
		})
	}
}

// A place of the tree has no indicators of its own here: they are told, not lost in silence.
func TestWhatStandsBesideAPlaceIsTold(t *testing.T) {
	h := plantest.New(t, dbtest.SQLite(t))
	text := "Outcome;Activity;Indicator;Lead;Timeframe\n1. People know their rights;;Share of people who know;;\n;1.1 Broadcast on radio;Programmes;MHA;2022\n;1.2 Print leaflets;Leaflets;MSD;2022\n2. Victims are cared for;;Victims in shelters;;\n;2.1 Open a shelter;Shelters;MSD;2023\n"
	o := must(take(t, h, "p.csv", text, newPlan, false))
	var told []string
	for _, p := range o.Problems {
		if p.Key == "adopt.notice.indicator" {
			told = append(told, p.Cell+" "+p.Text)
		}
	}
	if got := strings.Join(told, ", "); got != "C2 Share of people who know, C5 Victims in shelters" || o.Blocked() || o.Count(workbook.New) != 5 {
		t.Errorf("told %q of %s", got, fates(o))
	}
}

// "Cost (M)" may be maloti or millions: a person says which.
func TestALetterOfMoneyIsAskedAbout(t *testing.T) {
	h := plantest.New(t, dbtest.SQLite(t))
	text := strings.Replace(matrixCSV, "Budget (LSL)", "Cost (M)", 1)
	o := must(take(t, h, "plan.csv", text, newPlan, false))
	i := slices.IndexFunc(o.Questions, func(q workbook.Question) bool { return q.ID == "times.I" })
	if i < 0 || !o.Questions[i].Open || !o.Blocked() {
		t.Fatalf("not asked: %+v", o.Questions)
	}
	for times, want := range map[string]int64{"1": 2_000_000, "1000": 2_000_000_000} {
		a := with(with(newPlan, "times.I", times), "target.code", "NAP"+times)
		a["currency.none"] = "LSL"
		if o := must(take(t, h, "plan.csv", text, a, true)); o.Blocked() {
			t.Fatalf("%+v %+v", o.Questions, o.Problems)
		}
		h.Read(t, func(tx *gorm.DB) error {
			c, err := plan.CommitmentByRef(tx, "NAP"+times+" 1.1.1")
			if err != nil {
				return err
			}
			r, err := plan.CurrentRevision(tx, c.ID)
			if len(r.Budget) != 1 || r.Budget[0].AmountCents != want || r.Budget[0].Currency != "LSL" {
				t.Errorf("counted %s times: %+v", times, r.Budget)
			}
			return err
		})
	}
}

// A partner leads nothing, and an institution that ended leads nothing any more:
// both are said, and a person says who leads.
func TestWhoCannotLeadIsAskedAbout(t *testing.T) {
	h := plantest.New(t, dbtest.SQLite(t))
	h.Do(t, func(tx *gorm.DB) error {
		_, err := accounts.CreateInstitution(tx, accounts.CommandLine(), plantest.At("2021-04-01").Now(), accounts.InstitutionChange{Code: "MJC", Name: "Ministry of Justice", ShortName: "Justice", Kind: accounts.Government, ValidTo: plantest.Day("2021-06-30")})
		return err
	})
	text := strings.Replace(strings.Replace(matrixCSV, "Name of MHA", "USE", 1), "Ministry of Works", "MJC", 1)
	o := must(take(t, h, "plan.csv", text, newPlan, false))
	told := map[string]string{}
	for _, p := range o.Problems {
		told[p.Key] = p.Cell
	}
	if told["adopt.notice.partner"] != "F4" || told["plan.error.institution_ended"] != "F6" {
		t.Errorf("told %v", told)
	}
	open := map[string]bool{}
	for _, q := range o.Questions {
		open[q.ID] = q.Open
	}
	if !open["lead.none"] || !open["institution.mjc"] {
		t.Errorf("asked %v", open)
	}
	a := with(with(newPlan, "lead.none", "MSD"), "institution.mjc", "MHA")
	if o := must(take(t, h, "plan.csv", text, a, true)); o.Blocked() || o.Count(workbook.New) != 7 {
		t.Errorf("%s %+v", fates(o), o.Problems)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// What is proposed for a new institution is a code that it can have, and no two
// names become one institution because their letters are the same.
func TestCodesThatAreProposedCanBeTaken(t *testing.T) {
	h := plantest.New(t, dbtest.SQLite(t))
	h.Do(t, func(tx *gorm.DB) error {
		at := plantest.At("2021-04-01")
		_, err := accounts.CreateInstitution(tx, accounts.CommandLine(), at.Now(), accounts.InstitutionChange{Code: "MP", Name: "Old Planning", ShortName: "Old", Kind: accounts.Government, ValidTo: at.Today()})
		return err
	})
	names := map[string]string{"Ministry of Trade": "MT", "Ministry of Tourism": "MT2", "Ministry of Planning": "MP2", "Infrastructurebureaus": "INFRASTRU", "Ministry وزارة of Fun": "MF", "وزارة الداخلية": "NEW", "3rd Bureau": "NEW2"}
	text := "No.;Activity;Lead;Timeframe\n"
	for i, name := range []string{"Ministry of Trade", "Ministry of Tourism", "Ministry of Planning", "Infrastructurebureaus", "Ministry وزارة of Fun", "وزارة الداخلية", "3rd Bureau"} {
		text += "1." + strconv.Itoa(i+1) + ";Do thing " + strconv.Itoa(i) + ";" + name + ";2022\n"
	}
	a := workbook.Answers{"target": "NSF"}
	for _, q := range must(take(t, h, "p.csv", text, a, false)).Questions {
		if q.Group == "institutions" {
			a[q.ID] = "new"
			if got := q.Fields[0].Value; got != names[q.About] {
				t.Errorf("%s: %s is proposed, want %s", q.About, got, names[q.About])
			}
		}
	}
	o := must(take(t, h, "p.csv", text, with(a, "institution.ministry of planning.code", "mp"), false))
	if !o.Blocked() {
		t.Error("the code of an institution that is no more can be given again")
	}
	if o = must(take(t, h, "p.csv", text, a, true)); o.Blocked() {
		t.Fatalf("%+v", o.Questions)
	}
	if n := h.Count(t, "SELECT count(DISTINCT lead_id) FROM commitments WHERE ref LIKE 'NSF 1.%' AND title LIKE 'Do thing%'"); n != len(names) {
		t.Errorf("%d institutions lead", n)
	}
}

// However long a matrix is, telling what becomes of it asks the same number of
// queries.
func TestALongMatrixIsToldWithAsManyQueriesAsAShortOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := plantest.New(t, d)
		matrix := func(rows int) string {
			text := "Pillar;No.;Activity;Lead;Timeframe;Cost\n"
			for i := range rows {
				text += fmt.Sprintf("%d. Pillar %d;%d.1;Do the thing of number %d;Office %d;2022;%d\n", i+1, i+1, i+1, i+1, i+1, 1000+i)
			}
			return text
		}
		queries := func(text string, a workbook.Answers) (n int) {
			book, err := sheet.Open(strings.NewReader(text), int64(len(text)), "plan.csv")
			if err != nil {
				t.Fatal(err)
			}
			h.Read(t, func(tx *gorm.DB) error {
				counted := tx.Session(&gorm.Session{NewDB: true})
				for _, p := range []interface {
					Register(string, func(*gorm.DB)) error
				}{counted.Callback().Query(), counted.Callback().Row(), counted.Callback().Raw()} {
					name := fmt.Sprintf("test:count %d", len(text))
					if err := p.Register(name, func(*gorm.DB) { n++ }); err != nil {
						return err
					}
				}
				_, err := adopt.Take(counted, workbook.In{Clock: plantest.At("2022-02-01"), Actor: h.Actors["one"], Country: plantest.Country, File: workbook.File{Name: "plan.csv", Book: book}, Answers: a})
				return err
			})
			return n
		}
		few, many := queries(matrix(3), nil), queries(matrix(150), nil)
		if few == 0 || few != many {
			t.Errorf("3 rows are told with %d queries, 150 with %d", few, many)
		}
	})
}
