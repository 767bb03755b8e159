package plan

import (
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/problem"
)

func (h house) transfer(t *testing.T, clock calendar.Clock, from, to, effective string, refs ...string) (n int, err error) {
	t.Helper()
	in := TransferNew{FromID: h.institutions[from], ToID: h.institutions[to], EffectiveOn: day(effective), Reason: "Merged", Refs: refs, All: len(refs) == 0}
	err = h.d.Write(t.Context(), func(tx *gorm.DB) (err error) { n, err = MakeTransfers(tx, clock, coordinator, in); return err })
	return n, err
}

// Guards the day on which responsibility moves: reports of the day before
// still name the old ministry.
func TestATransferMovesWhatIsLedAndSupported(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		lead := h.add(t, "NSF 1", h.terms("MJC", "MLJ", "MSD")).ID
		support := h.add(t, "NSF 2", h.terms("MSD", "MJC")).ID
		h.add(t, "NSF 3", h.terms("MSD"))
		if n, err := h.transfer(t, at("2021-07-01"), "MJC", "MLJ", "2021-07-01"); err != nil || n != 2 {
			t.Fatalf("%d transfers, %v", n, err)
		}
		k := at("2021-11-08").Now()
		for _, x := range []struct {
			d                           string
			lead, with, support, beside string
		}{{"2021-06-30", "MJC", "MLJ MSD", "MSD", "MJC"}, {"2021-07-01", "MLJ", "MSD", "MSD", "MLJ"}} {
			m := h.inForce(t, x.d, k)
			if h.codes(m[lead].LeadID) != x.lead || h.codes(m[lead].Supporting...) != x.with || h.codes(m[support].LeadID) != x.support || h.codes(m[support].Supporting...) != x.beside {
				t.Errorf("on %s: %s with %s; %s with %s", x.d, h.codes(m[lead].LeadID), h.codes(m[lead].Supporting...), h.codes(m[support].LeadID), h.codes(m[support].Supporting...))
			}
		}
		leads, supports, err := commitmentsOf(t, d, h.institutions["MLJ"])
		if err != nil || len(leads) != 1 || len(supports) != 1 || supports[0].ID != support {
			t.Errorf("the new ministry leads %v and supports %v, %v", leads, supports, err)
		}
		var rows []Transfer
		if err := d.Read(t.Context(), func(tx *gorm.DB) (err error) { rows, err = Transfers(tx, support); return err }); err != nil {
			t.Fatal(err)
		}
		if len(rows) != 1 || rows[0].Part != Supporting || h.codes(rows[0].FromID) != "MJC" || rows[0].EffectiveOn != day("2021-07-01") {
			t.Errorf("%+v", rows)
		}
		if n, err := h.transfer(t, at("2021-07-02"), "MJC", "MLJ", "2021-07-01"); err != nil || n != 0 {
			t.Errorf("once more: %d transfers, %v", n, err)
		}
	})
}

// Guards a transfer dated back against the revisions recorded since.
func TestATransferDatedBackHoldsInLaterRevisions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		id := h.add(t, "NSF 1", h.terms("MJC")).ID
		for _, on := range []string{"2021-06-25", "2021-08-10"} { // dated: the first one before the merger
			if err := h.revise(t, on, on, "NSF 1", func(terms *Terms) { terms.LeadID = h.institutions["MSD"]; terms.DueOn = day(on) }); err != nil {
				t.Fatal(err)
			}
		}
		before := at("2021-08-31").Now()
		if n, err := h.transfer(t, at("2021-09-01"), "MSD", "MLJ", "2021-07-01", "NSF 1"); err != nil || n != 1 {
			t.Fatalf("%d, %v", n, err)
		}
		for _, x := range []struct {
			d         string
			k         time.Time
			lead, due string
		}{{"2021-06-30", at("2021-11-08").Now(), "MSD", "2021-06-25"}, {"2021-07-01", at("2021-11-08").Now(), "MLJ", "2021-06-25"},
			{"2021-08-10", at("2021-11-08").Now(), "MLJ", "2021-08-10"}, {"2021-08-10", before, "MSD", "2021-08-10"}} {
			r := h.inForce(t, x.d, x.k)[id]
			if h.codes(r.LeadID) != x.lead || r.DueOn.String() != x.due {
				t.Errorf("at (%s, %s): %s, due %s", x.d, x.k.Format(time.DateOnly), h.codes(r.LeadID), r.DueOn)
			}
		}
		if c := h.commitment(t, "NSF 1"); h.codes(c.LeadID) != "MLJ" || c.DueOn != day("2021-08-10") {
			t.Errorf("the newest is led by %s, due %s", h.codes(c.LeadID), c.DueOn)
		}
		var rows []Transfer
		if err := d.Read(t.Context(), func(tx *gorm.DB) (err error) { rows, err = Transfers(tx, id); return err }); err != nil {
			t.Fatal(err)
		}
		if len(rows) != 2 || h.codes(rows[0].FromID, rows[0].ToID) != "MJC MSD" || h.codes(rows[1].FromID, rows[1].ToID) != "MLJ MSD" {
			t.Errorf("a change of lead is a transfer, and a transfer is one: %+v", rows)
		}
	})
}

func TestWhatATransferMustSay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.add(t, "NSF 1", h.terms("MJC"))
		for name, c := range map[string]struct {
			from, to, on string
			refs         []string
			want         string
		}{
			"to itself":            {"MJC", "MJC", "2021-06-01", nil, "to"},
			"to a partner":         {"MJC", "USE", "2021-06-01", nil, "to"},
			"to one not yet there": {"MJC", "NEW", "2021-06-01", nil, "to"},
			"tomorrow":             {"MJC", "MLJ", "2021-07-02", nil, "effective_on"},
			"not theirs":           {"MSD", "MLJ", "2021-06-01", []string{"NSF 1"}, "commitments"},
			"no such commitment":   {"MJC", "MLJ", "2021-06-01", []string{"NSF 9"}, "commitments"},
		} {
			_, err := h.transfer(t, at("2021-07-01"), c.from, c.to, c.on, c.refs...)
			if got := fields(t, err); got != c.want {
				t.Errorf("%s: %q, want %q", name, got, c.want)
			}
		}
	})
}

// Guards reports of a day before an answer ended, or of what was known before.
func TestAnswersCountFromTheirLinkToTheirEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.add(t, "NSF 1", h.terms("MSD"))
		var a Answer
		h.do(t, func(tx *gorm.DB) (err error) {
			a, err = Link(tx, at("2021-07-12"), coordinator, AnswerNew{Ref: "NSF 1", ItemID: h.items["a"], Extent: InPart, Reason: "One part", LinkedOn: day("2021-07-05")})
			return err
		})
		h.do(t, func(tx *gorm.DB) error {
			return End(tx, at("2021-10-01"), coordinator, AnswerEnd{ID: a.ID, Reason: "Another commitment answers", EndedOn: day("2021-09-15")})
		})
		linked, ended := at("2021-07-12").Now(), at("2021-10-01").Now()
		for _, x := range []struct {
			d    string
			k    time.Time
			want int
		}{{"2021-07-04", ended, 0}, {"2021-07-05", ended, 1}, {"2021-07-05", linked.Add(-time.Second), 0}, {"2021-09-14", ended, 1}, {"2021-09-15", ended, 0},
			{"2021-11-08", ended, 0}, {"2021-11-08", ended.Add(-time.Second), 1}, {"2021-11-08", linked, 1}} {
			var list []Answer
			if err := d.Read(t.Context(), func(tx *gorm.DB) (err error) { list, err = AnswersInForce(tx, day(x.d), x.k); return err }); err != nil {
				t.Fatal(err)
			}
			if len(list) != x.want || x.want == 1 && (list[0].ItemID != h.items["a"] || list[0].Extent != InPart) {
				t.Errorf("at (%s, %s): %+v, want %d", x.d, x.k.Format(time.DateTime), list, x.want)
			}
		}
		err := d.Write(t.Context(), func(tx *gorm.DB) error { // no day may count the same answer twice
			_, err := Link(tx, at("2021-11-08"), coordinator, AnswerNew{Ref: "NSF 1", ItemID: h.items["a"], Extent: Wholly, Reason: "Again", LinkedOn: day("2021-09-14")})
			return err
		})
		if got := fields(t, err); got != "linked_on" {
			t.Errorf("an answer overlaps an earlier one: %q", got)
		}
		h.do(t, func(tx *gorm.DB) error { // a link that ended may be made again
			_, err := Link(tx, at("2021-11-08"), coordinator, AnswerNew{Ref: "NSF 1", ItemID: h.items["a"], Extent: Wholly, Reason: "Again"})
			return err
		})
	})
}

func TestWhatAnAnswerMustSay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.add(t, "NSF 1", h.terms("MSD"))
		in := AnswerNew{Ref: "NSF 1", ItemID: h.items["a"], Extent: Wholly, Reason: "x", LinkedOn: day("2021-07-12")}
		h.do(t, func(tx *gorm.DB) error { _, err := Link(tx, at("2021-07-12"), coordinator, in); return err })
		for name, c := range map[string]struct {
			today  string
			change func(*AnswerNew)
			kind   problem.Kind
			want   string
		}{
			"linked already":          {"2021-07-12", func(*AnswerNew) {}, problem.Invalid, "item"},
			"without a reason":        {"2021-07-12", func(a *AnswerNew) { a.ItemID, a.Reason = h.items["b"], "" }, problem.Invalid, "reason"},
			"without an extent":       {"2021-07-12", func(a *AnswerNew) { a.ItemID, a.Extent = h.items["b"], "" }, problem.Invalid, "extent"},
			"before the release":      {"2021-07-12", func(a *AnswerNew) { a.ItemID, a.LinkedOn = h.items["b"], day("2021-06-30") }, problem.Invalid, "linked_on"},
			"tomorrow":                {"2021-07-12", func(a *AnswerNew) { a.ItemID, a.LinkedOn = h.items["b"], day("2021-07-13") }, problem.Invalid, "linked_on"},
			"an item not yet asked":   {"2021-06-30", func(a *AnswerNew) { a.ItemID, a.LinkedOn = h.items["b"], day("2021-06-30") }, problem.NotFound, ""},
			"an item of nothing":      {"2021-07-12", func(a *AnswerNew) { a.ItemID = 99 }, problem.NotFound, ""},
			"a commitment of nothing": {"2021-07-12", func(a *AnswerNew) { a.Ref = "NSF 9" }, problem.NotFound, ""},
		} {
			a := in
			c.change(&a)
			err := d.Write(t.Context(), func(tx *gorm.DB) error { _, err := Link(tx, at(c.today), coordinator, a); return err })
			if problem.KindOf(err) != c.kind {
				t.Errorf("%s: %v", name, err)
			} else if c.kind == problem.Invalid && fields(t, err) != c.want {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
		}
		for name, c := range map[string]struct {
			on, reason, want string
		}{"tomorrow": {"2021-07-13", "x", "ended_on"}, "before the link": {"2021-07-11", "x", "ended_on"}, "without a reason": {"2021-07-12", "", "reason"}} {
			err := d.Write(t.Context(), func(tx *gorm.DB) error {
				return End(tx, at("2021-07-12"), coordinator, AnswerEnd{ID: 1, EndedOn: day(c.on), Reason: c.reason})
			})
			if got := fields(t, err); got != c.want {
				t.Errorf("end %s: %q, want %q", name, got, c.want)
			}
		}
		end := func() error {
			return d.Write(t.Context(), func(tx *gorm.DB) error { return End(tx, at("2021-07-13"), coordinator, AnswerEnd{ID: 1, Reason: "x"}) })
		}
		if err := end(); err != nil {
			t.Fatal(err)
		}
		if err := end(); problem.KindOf(err) != problem.Conflict {
			t.Errorf("ended twice: %v", err)
		}
	})
}
