package progress

import (
	"maps"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/recommendations"
)

// row is an update of a hand-made history; approved is the day of its
// approval at nine in the morning, empty for one still in review. Corrects
// names the row, from 1, that it replaces.
type row struct {
	asOf, approved string
	corrects       int
	kind           Kind
	state          State
}

// insert writes a history for a commitment and gives the ids of its rows.
func (l *life) insert(ref string, list []row) (ids []int64) {
	l.t.Helper()
	l.Do(l.t, func(tx *gorm.DB) error {
		for _, r := range list {
			u := Update{CommitmentID: l.Commitments[ref], InstitutionID: l.Institutions["MHA"], Kind: LeadUpdate, AsOf: day(r.asOf), Status: InProgress, Done: "Done",
				State: Approved, DraftedByID: 1, DraftedAt: l.clock.Now(), FirstSubmittedOn: day(r.asOf), Version: 1}
			if r.kind == Contribution {
				u.Kind, u.Status = Contribution, ""
			}
			if r.corrects > 0 {
				u.CorrectsID = &ids[r.corrects-1]
			}
			if r.approved != "" {
				at := instant(r.approved)
				u.ApprovedAt = &at
			}
			if r.state != "" {
				u.State = r.state
			}
			if err := tx.Create(&u).Error; err != nil {
				return err
			}
			ids = append(ids, u.ID)
		}
		return nil
	})
	return ids
}

func instant(d string) time.Time { return day(d).Time().Add(9 * time.Hour) }

// Among the approved updates of the lead that are true by D and approved by
// K, without those that a correction approved by K replaces, the greatest
// (as_of, approved_at, id) decides.
func TestWhatStoodOnADayAsKnownAtAnInstant(t *testing.T) {
	type ask struct {
		d, k string
		want int // row of the history, from 1; 0 for none
	}
	const ever = "2030-01-01"
	for _, c := range []struct {
		name    string
		history []row
		asks    []ask
	}{
		{"nothing", nil, []ask{{"2021-11-08", ever, 0}}},
		{"the day itself and the instant itself count", []row{{asOf: "2021-09-30", approved: "2021-10-05"}},
			[]ask{{"2021-09-30", "2021-10-05", 1}, {"2021-09-29", ever, 0}, {ever, "2021-10-04", 0}}},
		{"the later day decides, whenever it was approved", []row{{asOf: "2021-09-30", approved: "2021-10-20"}, {asOf: "2021-10-31", approved: "2021-11-02"}, {asOf: "2021-08-31", approved: "2021-11-05"}},
			[]ask{{ever, ever, 2}, {"2021-10-30", ever, 1}, {"2021-09-29", ever, 3}, {ever, "2021-11-01", 1}, {ever, "2021-10-19", 0}, {"2021-09-29", "2021-11-04", 0}}},
		{"of one day the later approval decides", []row{{asOf: "2021-09-30", approved: "2021-10-20"}, {asOf: "2021-09-30", approved: "2021-10-10"}},
			[]ask{{ever, ever, 1}, {ever, "2021-10-19", 2}}},
		{"of one instant the later number decides", []row{{asOf: "2021-09-30", approved: "2021-10-20"}, {asOf: "2021-09-30", approved: "2021-10-20"}}, []ask{{ever, ever, 2}}},
		{"what is not approved counts for nothing", []row{{asOf: "2021-09-30", state: Draft}, {asOf: "2021-09-30", state: Submitted}, {asOf: "2021-09-30", state: Returned}}, []ask{{ever, ever, 0}}},
		{"a contribution carries no status", []row{{asOf: "2021-09-30", approved: "2021-10-20", kind: Contribution}}, []ask{{ever, ever, 0}}},
		{"a correction replaces once it is approved", []row{{asOf: "2021-09-30", approved: "2021-10-05"}, {asOf: "2021-09-30", approved: "2021-10-20", corrects: 1}},
			[]ask{{ever, ever, 2}, {"2021-09-30", "2021-10-20", 2}, {ever, "2021-10-19", 1}}},
		{"one in review replaces nothing", []row{{asOf: "2021-09-30", approved: "2021-10-05"}, {asOf: "2021-10-15", corrects: 1, state: Submitted}}, []ask{{ever, ever, 1}}},
		{"a correction may name an earlier day", []row{{asOf: "2021-09-30", approved: "2021-10-05"}, {asOf: "2021-08-31", approved: "2021-10-20", corrects: 1}},
			[]ask{{ever, ever, 2}, {"2021-09-30", "2021-10-06", 1}, {"2021-08-31", ever, 2}, {"2021-08-31", "2021-10-06", 0}}},
		{"a correction to a later day leaves the days between without a word", []row{{asOf: "2021-09-30", approved: "2021-10-05"}, {asOf: "2021-10-15", approved: "2021-10-20", corrects: 1}},
			[]ask{{"2021-10-01", ever, 0}, {"2021-10-01", "2021-10-06", 1}, {"2021-10-15", ever, 2}}},
		{"before the replaced one there was another", []row{{asOf: "2021-06-30", approved: "2021-07-05"}, {asOf: "2021-09-30", approved: "2021-10-05"}, {asOf: "2021-05-31", approved: "2021-10-20", corrects: 2}},
			[]ask{{ever, ever, 1}, {ever, "2021-10-19", 2}, {"2021-06-29", ever, 3}}},
		{"a correction of a correction", []row{{asOf: "2021-09-30", approved: "2021-10-05"}, {asOf: "2021-09-30", approved: "2021-10-20", corrects: 1}, {asOf: "2021-09-15", approved: "2021-11-01", corrects: 2}},
			[]ask{{ever, ever, 3}, {ever, "2021-10-31", 2}, {ever, "2021-10-19", 1}, {"2021-09-20", ever, 3}, {"2021-09-20", "2021-10-31", 0}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			each(t, func(l *life) {
				ids := append([]int64{0}, l.insert("NSF 1.1.1", c.history)...)
				other := l.insert("AP-1", []row{{asOf: "2020-01-01", approved: "2020-01-01"}})[0]
				for _, a := range c.asks {
					var got map[int64]Standing
					l.Read(l.t, func(tx *gorm.DB) (err error) { got, err = StatusAt(tx, day(a.d), instant(a.k)); return err })
					s, told := got[l.Commitments["NSF 1.1.1"]]
					if s.UpdateID != ids[a.want] || told != (a.want > 0) {
						l.t.Errorf("at (%s, %s) update %d decides, want row %d of %v", a.d, a.k, s.UpdateID, a.want, ids)
					}
					if told && (s.AsOf != day(c.history[a.want-1].asOf) || !s.ApprovedAt.Equal(instant(c.history[a.want-1].approved)) || s.Status != InProgress) {
						l.t.Errorf("at (%s, %s) the standing is %+v", a.d, a.k, s)
					}
					if got[l.Commitments["AP-1"]].UpdateID != other {
						l.t.Errorf("at (%s, %s) another commitment stands by update %d", a.d, a.k, got[l.Commitments["AP-1"]].UpdateID)
					}
				}
			})
		})
	}
}

// The table that approvals keep is what history says of today, after every step.
func TestTheCurrentStatusIsTheHistorys(t *testing.T) {
	each(t, func(l *life) {
		same := func(step string) {
			l.t.Helper()
			l.Read(l.t, func(tx *gorm.DB) error {
				kept, err := StatusNow(tx)
				if err != nil {
					return err
				}
				told, err := StatusAt(tx, l.clock.Today(), l.clock.Now())
				if !maps.Equal(kept, told) {
					l.t.Errorf("after %s the table holds %v, history tells %v", step, kept, told)
				}
				return err
			})
		}
		same("nothing")
		first := l.sent("mha", "NSF 1.1.1", words(status(Completed)))
		same("a submission")
		first = l.must(l.approve("one", first))
		same("an approval")
		l.approved("mha", "NSF 1.1.1", words(asOf("2021-08-31"), status(Stalled)))
		same("an approval of an earlier day")
		l.approved("msd", "NSF 1.1.1", words())
		same("a contribution")
		back := l.returned("mha", "NSF 1.1.1", words(asOf("2021-10-31")))
		same("a return")
		fixed := l.corrected("mha", first, words(asOf("2021-07-31")))
		same("a correction to an earlier day")
		l.must(l.approve("two", l.must(l.submit("mha", back))))
		same("an approval after a return")
		l.corrected("mha", fixed, words(asOf("2021-11-08"), status(Cancelled)))
		same("a correction of a correction")
		l.approved("bds", "NSF 2.1.1", words())
		same("an update of another commitment")
		if n := l.Count(l.t, "SELECT count(*) FROM current_status"); n != 2 {
			l.t.Errorf("%d commitments have a status", n)
		}
	})
}

// Where no instant is named, a report knows all that pages know.
func TestTheNewestInstantIsOfWhatReportsTell(t *testing.T) {
	each(t, func(l *life) {
		known := func() (k time.Time) {
			l.Read(l.t, func(tx *gorm.DB) (err error) { k, err = Known(tx); return err })
			return k
		}
		moves := func(step string, want bool, run func()) {
			l.t.Helper()
			before := known()
			run()
			if got := known(); got.After(before) != want || want && got.After(l.clock.Now()) {
				l.t.Errorf("%s moved the newest instant from %s to %s", step, before, got)
			}
		}
		var u Update
		moves("a draft", false, func() { u = l.must(l.start("mha", "NSF 1.1.1", words())) })
		moves("a submission", true, func() { u = l.must(l.submit("mha", u)) })
		moves("a return", false, func() { u = l.must(l.back("one", u)) })
		moves("a change", false, func() { u = l.must(l.save("mha", u, words())) })
		moves("a submission", true, func() { u = l.must(l.submit("mha", u)) })
		moves("an approval", true, func() { u = l.must(l.approve("one", u)) })
		var item recommendations.Item
		l.Read(l.t, func(tx *gorm.DB) error { return tx.Order("id").Limit(1).Find(&item).Error })
		l.clock = atInstant(l.clock.Now().Add(time.Minute))
		moves("a split", true, func() {
			l.Do(l.t, func(tx *gorm.DB) error {
				_, err := recommendations.Reshape(tx, l.clock, l.Actors["one"], recommendations.Reshaping{RecommendationID: item.RecommendationID,
					From: []recommendations.ItemVersion{{ID: item.ID, Version: item.Version}}, To: []recommendations.ItemNew{{Text: "One"}, {Text: "Two"}}})
				return err
			})
		})
	})
}

// A clock that stands still or was set back must not give two approvals one
// instant, else no report could tell them apart.
func TestNoTwoApprovalsAreOfOneInstant(t *testing.T) {
	each(t, func(l *life) {
		first, second := l.sent("mha", "NSF 1.1.1", words()), l.sent("mha", "NSF 1.1.1", words(asOf("2021-10-31")))
		var at []time.Time
		for i, u := range []Update{first, second} {
			l.clock = atInstant(l.clock.Now().Add(-time.Duration(i) * time.Hour))
			l.Do(l.t, func(tx *gorm.DB) error {
				u, err := Approve(tx, l.clock, l.Actors["one"], u.ID, u.Version)
				if err == nil {
					at = append(at, *u.ApprovedAt)
				}
				return err
			})
		}
		if !at[1].After(at[0]) {
			l.t.Errorf("approved at %v", at)
		}
		var got map[int64]Standing
		l.Read(l.t, func(tx *gorm.DB) (err error) { got, err = StatusAt(tx, day("2021-11-08"), at[0]); return err })
		if got[first.CommitmentID].UpdateID != first.ID {
			l.t.Errorf("at the first approval's instant %+v", got)
		}
	})
}
