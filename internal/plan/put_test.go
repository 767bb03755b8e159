package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/problem"
)

// put is a commitment of a sheet that speaks of the named fields.
func (h house) put(ref string, change func(*Terms), says ...string) Put {
	p := Put{CommitmentNew: CommitmentNew{Country: "LS", Ref: ref, Origin: FromFramework, Reason: "Taken over", Terms: h.terms("MSD", "MHA")}, Says: says}
	change(&p.Terms)
	return p
}

func (h house) putAll(t *testing.T, today string, list ...Put) (told []Weighed, err error) {
	t.Helper()
	err = h.d.Write(t.Context(), func(tx *gorm.DB) (err error) {
		told, err = PutAll(tx, at(today), coordinator, list)
		return err
	})
	return told, err
}

func (h house) weigh(t *testing.T, today string, list ...Put) (told []Weighed) {
	t.Helper()
	err := h.d.Read(t.Context(), func(tx *gorm.DB) (err error) {
		told, err = Weigh(tx, at(today), coordinator, list, Coming{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return told
}

func same(*Terms) {}

func TestAListOfCommitmentsIsWeighedAndWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.add(t, "NSF 3.1.1", h.terms("MSD", "MHA"))
		h.add(t, "NSF 3.1.2", h.terms("MSD", "MHA"))
		list := []Put{
			h.put("NSF 3.1.1", same, "title", "lead", "supporting", "milestones", "budget", "origin"),
			h.put("NSF 3.1.2", func(t *Terms) {
				t.LeadID, t.Supporting, t.Title = h.institutions["MHA"], []int64{h.institutions["BDS"]}, "Not spoken of"
			}, "lead", "supporting"),
			h.put("NSF 3.1.3", func(t *Terms) { t.Title = " New " }),
		}
		list[2].Reason = ""
		want := []Weighed{{Ref: "NSF 3.1.1"}, {Ref: "NSF 3.1.2", Changed: []Difference{{"lead", "MSD", "MHA"}, {"supporting", "MHA", "BDS"}}}, {Ref: "NSF 3.1.3", New: true}}
		told := h.weigh(t, "2021-11-08", list...)
		for i, w := range told {
			if w.Ref != want[i].Ref || w.New != want[i].New || len(w.Wrong) > 0 || !w.New && !slices.Equal(w.Changed, want[i].Changed) || w.Same() != (i == 0) {
				t.Errorf("weighed %+v, want %+v", w, want[i])
			}
		}
		if got := h.commitment(t, "NSF 3.1.2"); got.Version != 1 {
			t.Error("weighing wrote")
		}
		if _, err := h.putAll(t, "2021-11-08", list...); err != nil {
			t.Fatal(err)
		}
		changed, made := h.commitment(t, "NSF 3.1.2"), h.commitment(t, "NSF 3.1.3")
		if changed.Version != 2 || changed.LeadID != h.institutions["MHA"] || changed.Title != "Draft the SOPs" || made.Title != "New" || h.commitment(t, "NSF 3.1.1").Version != 1 {
			t.Errorf("wrote %+v and %+v", changed, made)
		}
		if _, supports, err := commitmentsOf(t, d, h.institutions["BDS"]); err != nil || len(supports) != 1 || supports[0].ID != changed.ID {
			t.Errorf("BDS supports %v, %v", supports, err)
		}
		if _, supports, err := commitmentsOf(t, d, h.institutions["MHA"]); err != nil || len(supports) != 2 {
			t.Errorf("MHA supports %v, %v", supports, err)
		}
		for i, w := range h.weigh(t, "2021-11-08", list...) {
			if !w.Same() {
				t.Errorf("the same list again: %d %+v", i, w)
			}
		}
		h.sameAsByHand(t)
	})
}

// sameAsByHand holds that what a list wrote is what Add and Revise write: the
// revisions, transfers and entries of the trail.
func (h house) sameAsByHand(t *testing.T) {
	t.Helper()
	h.add(t, "NSF 4", func() Terms { t := h.terms("MSD", "MHA"); t.Title = "New"; return t }())
	h.add(t, "NSF 5", h.terms("MSD", "MHA"))
	if err := h.revise(t, "2021-11-08", "2021-11-08", "NSF 5", func(t *Terms) { t.LeadID, t.Supporting = h.institutions["MHA"], []int64{h.institutions["BDS"]} }); err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]string{{"NSF 3.1.3", "NSF 4"}, {"NSF 3.1.2", "NSF 5"}} {
		var texts [2]string
		for i, ref := range pair {
			texts[i] = h.story(t, ref)
		}
		if texts[0] != texts[1] {
			t.Errorf("%s by a list:\n%s\n%s by hand:\n%s", pair[0], texts[0], pair[1], texts[1])
		}
	}
	if r, err := audit.Verify(t.Context(), h.d); err != nil || !r.OK() {
		t.Errorf("the trail: %+v, %v", r, err)
	}
}

// story writes what is recorded of a commitment, without ids, days and reasons.
func (h house) story(t *testing.T, ref string) string {
	t.Helper()
	var lines []string
	err := h.d.Read(t.Context(), func(tx *gorm.DB) error {
		com, err := CommitmentByRef(tx, ref)
		if err != nil {
			return err
		}
		l, err := loadLabels(tx)
		if err != nil {
			return err
		}
		lines = append(lines, fmt.Sprint(com.Country, com.Origin, com.Title, com.LeadID, com.Node(), com.StartsOn, com.DueOn, com.Version, strings.TrimPrefix(com.Search, strings.ToLower(ref))))
		revisions, err := Revisions(tx, com.ID)
		if err != nil {
			return err
		}
		for _, r := range revisions {
			lines = append(lines, fmt.Sprint(r.Terms.fields(l), *r.RecordedByID))
		}
		transfers, err := Transfers(tx, com.ID)
		for _, x := range transfers {
			lines = append(lines, fmt.Sprint(x.Part, x.FromID, x.ToID))
		}
		if err != nil {
			return err
		}
		var entries []audit.Entry
		if err := tx.Where("object = ?", "commitment "+ref).Order("seq").Find(&entries).Error; err != nil {
			return err
		}
		for _, e := range entries {
			lines = append(lines, e.Action+fmt.Sprint(strings.Count(e.Details, "field")))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// Node is the node that the commitment repeats.
func (c Commitment) Node() int64 { return Terms{NodeID: c.NodeID}.Node() }

func TestWhatIsWrongWithAListOfCommitments(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.add(t, "NSF 3.1.1", h.terms("MSD"))
		ended := h.terms("MJC")
		h.add(t, "NSF 3.1.2", ended)
		unreasoned := h.put("NSF 3.1.1", func(t *Terms) { t.Title = "Other" }, "title")
		unreasoned.Reason = ""
		moved := h.put("NSF 3.1.1", same, "origin")
		moved.Origin = FromMinistry
		abroad := h.put("NSF 3.1.1", same)
		abroad.Country = "BW"
		nodeless := h.put("NSF 3.1.1", func(t *Terms) { t.NodeID = nil }, "node")
		late := h.put("NSF 9", same)
		late.EffectiveOn = day("2021-11-09")
		for name, c := range map[string]struct {
			put  Put
			want string
		}{
			"a change without a reason":        {unreasoned, "reason"},
			"another origin":                   {moved, "origin"},
			"another country's":                {abroad, "ref"},
			"off the framework":                {nodeless, "node"},
			"new, from tomorrow":               {late, "effective_on"},
			"new, a slash":                     {h.put("NSF/9", same), "ref"},
			"new, a partner leads":             {h.put("NSF 9", func(t *Terms) { t.LeadID = h.institutions["USE"] }), "lead"},
			"changed, due before the start":    {h.put("NSF 3.1.1", func(t *Terms) { t.DueOn = day("2021-03-01") }, "due_on"), "due_on"},
			"changed, its lead ended meantime": {h.put("NSF 3.1.2", func(t *Terms) { t.Title = "Other" }, "title"), "lead"},
		} {
			told, err := h.putAll(t, "2021-11-08", h.put("NSF 8", same), c.put)
			if problem.KindOf(err) != problem.Invalid || len(told) != 2 {
				t.Errorf("%s: %v, %+v", name, err, told)
				continue
			}
			if got := fields(t, &problem.Error{Kind: problem.Invalid, Fields: told[1].Wrong}); got != c.want {
				t.Errorf("%s: %q, want %q", name, got, c.want)
			}
			if len(told[0].Wrong) > 0 || told[1].New || len(told[1].Changed) > 0 {
				t.Errorf("%s: %+v", name, told)
			}
		}
		if told := h.weigh(t, "2021-11-08", h.put("NSF 3.1.2", func(t *Terms) { t.LeadID = h.institutions["MJC"] }, "lead", "title")); !told[0].Same() {
			t.Errorf("what stands as it stood is refused: %+v", told)
		}
		if told := h.weigh(t, "2021-11-08", h.put("NSF 9", same), h.put("NSF 9", same)); len(told[0].Wrong) > 0 || told[1].Wrong["ref"].Key != "plan.error.ref_twice" {
			t.Errorf("a reference twice: %+v", told)
		}
		if _, err := h.putAll(t, "2021-11-08"); err != nil {
			t.Errorf("an empty list: %v", err)
		}
		var n int64
		if err := d.Read(t.Context(), func(tx *gorm.DB) error { return tx.Raw("SELECT count(*) FROM commitments").Scan(&n).Error }); err != nil || n != 2 {
			t.Errorf("%d commitments are there, %v", n, err)
		}
	})
}

func TestWhoMayPutAList(t *testing.T) {
	d := dbtest.SQLite(t)
	h := build(t, d)
	for role, want := range map[accounts.Role]problem.Kind{"": problem.NotFound, accounts.Partner: problem.NotFound, accounts.FocalPoint: problem.Forbidden, accounts.Administrator: problem.Forbidden, accounts.Auditor: problem.Forbidden} {
		err := d.Write(t.Context(), func(tx *gorm.DB) error {
			_, err := PutAll(tx, at("2021-11-08"), accounts.Actor{Role: role}, []Put{h.put("NSF 9", same)})
			return err
		})
		_, read := []Weighed{}, d.Read(t.Context(), func(tx *gorm.DB) error {
			_, err := Weigh(tx, at("2021-11-08"), accounts.Actor{Role: role}, []Put{h.put("NSF 9", same)}, Coming{})
			return err
		})
		if problem.KindOf(err) != want || problem.KindOf(read) != want {
			t.Errorf("%q: %v, %v", role, err, read)
		}
	}
}

// A national plan has some thousands of rows: they are weighed with as many
// queries as one, and written in seconds.
func TestALongListOfCommitmentsTakesFewQueries(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		long := make([]Put, 2000)
		for i := range long {
			long[i] = h.put(fmt.Sprintf("NSF 7.%d", i), func(t *Terms) { t.Title = fmt.Sprintf("Title %d", i) }, "title")
		}
		queries := func(list []Put) (n int) {
			err := d.Read(t.Context(), func(tx *gorm.DB) error {
				counted := tx.Session(&gorm.Session{NewDB: true})
				for _, p := range []interface {
					Register(string, func(*gorm.DB)) error
				}{counted.Callback().Query(), counted.Callback().Row(), counted.Callback().Raw()} {
					if err := p.Register("test:count", func(*gorm.DB) { n++ }); err != nil {
						return err
					}
				}
				_, err := Weigh(counted, at("2021-11-08"), coordinator, list, Coming{})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if _, err := h.putAll(t, "2021-11-08", long...); err != nil {
			t.Fatal(err)
		}
		for i := range long {
			long[i].Title += " changed"
		}
		if _, err := h.putAll(t, "2021-11-09", long...); err != nil {
			t.Fatal(err)
		}
		few, many := queries(long[:1]), queries(long)
		if few == 0 || many != few {
			t.Errorf("one is weighed with %d queries, many with %d", few, many)
		}
	})
}
