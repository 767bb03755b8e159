package reports

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/plan"
	"tracker/internal/plan/plantest"
	"tracker/internal/progress"
)

// scene is the small plan without any luck: nothing happens but what a test does.
func scene(t *testing.T, d *db.DB, today string) *driver {
	t.Helper()
	r := drive(t, d, 1)
	r.now = plantest.At(today).Now()
	return r
}

// tellOf hands an update in as a person, and approves it as the coordinator two.
func (r *driver) tellOf(who, ref string, approve bool, text progress.Text) progress.Update {
	r.t.Helper()
	r.now = r.now.Add(time.Second)
	var u progress.Update
	r.Do(r.t, func(tx *gorm.DB) (err error) {
		if u, err = progress.Start(tx, r.clock(), r.Actors[who], progress.NewUpdate{CommitmentID: r.Commitments[ref], Text: text}); err != nil {
			return err
		}
		if u, err = progress.Submit(tx, r.clock(), r.Actors[who], u.ID, u.Version); err != nil || !approve {
			return err
		}
		u, err = progress.Approve(tx, r.clock(), r.Actors["two"], u.ID, u.Version)
		return err
	})
	return u
}

func did(asOf string) progress.Text {
	return progress.Text{AsOf: day(asOf), Status: progress.InProgress, Done: "Done"}
}

// ledger is today's for a person.
func (r *driver) ledger(who string, now bool) (l *Ledger) {
	r.t.Helper()
	r.Read(r.t, func(tx *gorm.DB) (err error) {
		l, err = Load(tx, r.query(who, r.clock().Today(), time.Time{}, now))
		return err
	})
	return l
}

// A focal point outside government finds what the institution leads or
// supports, and no count holds anything else.
func TestALedgerIsCutToItsReader(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := scene(t, d, "2021-11-08")
		for _, ref := range []string{"NSF 1.1.1", "AP-1"} {
			r.Do(t, func(tx *gorm.DB) error {
				_, err := plan.Link(tx, r.clock(), r.Actors["one"], plan.AnswerNew{Ref: ref, ItemID: r.Items["TIP 2021/2a"], Extent: plan.Wholly, Reason: "It does"})
				return err
			})
		}
		for _, now := range []bool{true, false} {
			for who, want := range map[string]string{"mha": "AP-1 NSF 1.1.1 NSF 1.1.2 NSF 2.1.1 NSF 2.1.2", "admin": "AP-1 NSF 1.1.1 NSF 1.1.2 NSF 2.1.1 NSF 2.1.2", "bds": "NSF 1.1.1 NSF 2.1.1", "use": ""} {
				l := r.ledger(who, now)
				if got := refsOf(l.Lines); got != want {
					t.Errorf("%s reads %q, want %q (now: %t)", who, got, want, now)
				}
				if len(l.Answers) != min(2, len(l.Lines)/2) && who != "bds" || who == "bds" && len(l.Answers) != 1 {
					t.Errorf("%s reads %d answers (now: %t)", who, len(l.Answers), now)
				}
				countsAgree(t, l)
			}
		}
		r.now = plantest.At("2021-11-10").Now()
		r.Do(t, func(tx *gorm.DB) error {
			rev, err := plan.CurrentRevision(tx, r.Commitments["NSF 1.1.1"])
			if err != nil {
				return err
			}
			rev.Terms.Supporting = nil
			return plan.Revise(tx, r.clock(), r.Actors["one"], plan.CommitmentChange{Ref: "NSF 1.1.1", Version: 1, Reason: "No more", Terms: rev.Terms})
		})
		for _, now := range []bool{true, false} {
			if got := refsOf(r.ledger("bds", now).Lines); got != "NSF 2.1.1" {
				t.Errorf("bds reads %q after it supports no more (now: %t)", got, now)
			}
		}
	})
}

// Whoever may not see an update is not told either that one waits for review.
func TestWhoIsToldThatAnUpdateWaits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := scene(t, d, "2021-11-08")
		r.tellOf("mha", "NSF 1.1.1", false, did("2021-11-01"))
		for who, want := range map[string]bool{"mha": true, "mha2": true, "home": true, "one": true, "auditor": true, "admin": false, "sign": false, "msd": false, "bds": false} {
			line, ok := r.ledger(who, true).Line(r.Commitments["NSF 1.1.1"])
			if !ok || line.InReview != want {
				t.Errorf("%s is told that an update waits: %t, want %t", who, line.InReview, want)
			}
		}
	})
}

// Closing a deadline has no history, so it changes no report.
func TestClosingADeadlineChangesNoReport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := scene(t, d, "2021-11-08")
		before := r.tell("", day("2021-11-08"), r.now)
		r.Do(t, func(tx *gorm.DB) error { return progress.CloseDeadline(tx, r.clock(), r.Actors["one"], 2, 1, true) })
		if after := r.tell("", day("2021-11-08"), r.now); !bytes.Equal(before.report, after.report) {
			t.Errorf("the report was\n%s\nand is\n%s", differing(before.report, after.report), differing(after.report, before.report))
		}
	})
}

// “No progress, because” is an update: it was reported, and nothing moved.
func TestNoProgressIsReported(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := scene(t, d, "2021-10-20")
		r.tellOf("mha", "NSF 1.1.1", true, progress.Text{AsOf: day("2021-09-30"), Status: progress.NotStarted, NoProgress: "No vote", Blocker: "money"})
		r.tellOf("msd", "NSF 1.1.1", true, progress.Text{AsOf: day("2021-09-30"), Done: "Helped"})
		r.tellOf("bds", "NSF 2.1.1", false, did("2021-09-30"))
		r.now = plantest.At("2021-10-25").Now()
		r.tellOf("moh", "NSF 2.1.2", false, did("2021-09-15"))
		r.now = plantest.At("2021-11-08").Now()
		for ref, want := range map[string]ReportState{"NSF 1.1.1": OnTime, "NSF 2.1.1": OnTime, "NSF 2.1.2": Late, "NSF 1.1.2": NotReported, "AP-1": NotReported} {
			line, _ := r.ledger("one", true).Line(r.Commitments[ref])
			if line.Report != want {
				t.Errorf("%s stands as %s, want %s", ref, line.Report, want)
			}
			if reported := !line.AsOf.IsZero(); reported != (ref == "NSF 1.1.1") {
				t.Errorf("%s has data: %t", ref, reported)
			}
		}
		line, _ := r.ledger("one", true).Line(r.Commitments["NSF 1.1.1"])
		if line.Status != progress.NotStarted || line.AsOf != day("2021-09-30") {
			t.Errorf("no progress is told as %+v", line)
		}
	})
}

// Nothing is due of what was closed before the range began, nor before the
// due day has passed.
func TestWhatIsNotDue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := scene(t, d, "2021-06-30")
		text := did("2021-06-30")
		text.Status = progress.Completed
		r.tellOf("mha", "NSF 1.1.1", true, text)
		for today, want := range map[string]ReportState{"2021-07-22": NotDue, "2021-07-23": OnTime, "2021-10-22": OnTime, "2021-10-23": NotDue} {
			r.now = plantest.At(today).Now()
			if line, _ := r.ledger("one", true).Line(r.Commitments["NSF 1.1.1"]); line.Report != want {
				t.Errorf("on %s it stands as %s, want %s", today, line.Report, want)
			}
		}
		for today, want := range map[string]ReportState{"2021-07-22": NotDue, "2021-07-23": NotReported} {
			r.now = plantest.At(today).Now()
			if line, _ := r.ledger("one", true).Line(r.Commitments["NSF 1.1.2"]); line.Report != want {
				t.Errorf("on %s what was never told of stands as %s, want %s", today, line.Report, want)
			}
		}
	})
}

// What was promised after a deadline's range was not silent in it, whether
// it has a start date or none.
func TestAPromiseOwesNothingOfTheTimeBeforeIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := scene(t, d, "2021-11-05")
		for ref, c := range map[string]struct {
			starts, from string
			want         ReportState
		}{"MIN-1": {"", "", NotDue}, "MIN-2": {"2021-11-05", "", NotDue}, "MIN-3": {"2021-04-01", "2021-10-01", NotDue}, "MIN-4": {"2021-04-01", "", NotReported},
			"MIN-5": {"", "2021-09-30", NotReported}} {
			r.Do(t, func(tx *gorm.DB) error {
				_, err := plan.Add(tx, r.clock(), r.Actors["one"], plan.CommitmentNew{Country: plantest.Country, Ref: ref, Origin: plan.FromMinistry, EffectiveOn: day(c.from),
					Terms: plan.Terms{Title: "Added", Text: "Added", LeadID: r.Institutions["MOH"], StartsOn: day(c.starts), Share: plan.Internal}})
				return err
			})
			for _, now := range []bool{true, false} {
				for _, line := range r.ledger("one", now).Lines {
					if line.Ref == ref && line.Report != c.want {
						t.Errorf("%s stands as %s, want %s (now: %t)", ref, line.Report, c.want, now)
					}
				}
			}
			f, err := New(d).Commitment(t.Context(), r.query("one", r.clock().Today(), time.Time{}, true), ref)
			if err != nil || f.Line.Report != c.want || (len(f.Missed) > 0) != (c.want == NotReported) {
				t.Errorf("the page of %s says %s and names %d deadlines missed (%v)", ref, f.Line.Report, len(f.Missed), err)
			}
		}
	})
}

// An edition does not exist before its release.
func TestAnEditionReleasedLaterDoesNotExist(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := scene(t, d, "2022-07-19")
		r.Do(t, func(tx *gorm.DB) error {
			_, err := plan.Link(tx, r.clock(), r.Actors["one"], plan.AnswerNew{Ref: "AP-1", ItemID: r.Items["TIP 2022/1a"], Extent: plan.Wholly, Reason: "It does"})
			return err
		})
		for today, want := range map[string]string{"2021-06-30": "", "2021-07-01": "TIP 2021/1 true, TIP 2021/2 true", "2022-07-18": "TIP 2021/1 true, TIP 2021/2 true",
			"2022-07-19": "TIP 2021/1 false, TIP 2021/2 false, TIP 2022/1 true"} {
			l := &Ledger{}
			r.Read(t, func(tx *gorm.DB) (err error) {
				l, err = Load(tx, r.query("one", day(today), time.Time{}, false))
				return err
			})
			var got []string
			for _, a := range l.Asked() {
				got = append(got, a.RecommendationRef()+map[bool]string{true: " true", false: " false"}[a.Newest])
			}
			if strings.Join(got, ", ") != want {
				t.Errorf("on %s are asked %v, want %s", today, got, want)
			}
			released := strings.Contains(want, "2022")
			line, _ := l.Line(r.Commitments["AP-1"])
			if line.Orphan() == released || strings.Contains(line.AnswersText, "2022") != released || (len(l.Select(Filter{Answers: "TIP 2022"}, nil).Lines) == 1) != released {
				t.Errorf("on %s the commitment answers %q", today, line.AnswersText)
			}
			report := r.tell("", day(today), r.now).report
			if bytes.Contains(report, []byte("TIP 2022")) != released || bytes.Contains(report, []byte("still")) != released {
				t.Errorf("the report of %s names the edition: %t", today, !released)
			}
		}
	})
}

// Words are found whatever their case and accents; what is a pattern to the
// database is a character to whoever searches.
func TestWhatASearchFinds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := scene(t, d, "2021-11-08")
		for ref, title := range map[string]string{"MIN-1": "100% of districts", "MIN-2": "1000 districts_x", "MIN-3": `Back\slash`, "MIN-4": "Ministère de l’Intérieur", "MIN-5": "Eighty ones"} {
			r.Do(t, func(tx *gorm.DB) error {
				_, err := plan.Add(tx, r.clock(), r.Actors["one"], plan.CommitmentNew{Country: plantest.Country, Ref: ref, Origin: plan.FromMinistry,
					Terms: plan.Terms{Title: title, Text: "Texte", LeadID: r.Institutions["MHA"], Share: plan.Internal}})
				return err
			})
		}
		for words, want := range map[string]string{
			"": "AP-1 MIN-1 MIN-2 MIN-3 MIN-4 MIN-5 NSF 1.1.1 NSF 1.1.2 NSF 2.1.1 NSF 2.1.2", "  ": "AP-1 MIN-1 MIN-2 MIN-3 MIN-4 MIN-5 NSF 1.1.1 NSF 1.1.2 NSF 2.1.1 NSF 2.1.2",
			"%": "MIN-1", "100%": "MIN-1", "_": "MIN-2", "districts_": "MIN-2", `\`: "MIN-3", `k\s`: "MIN-3", "100_ districts": "",
			"ministere": "MIN-4", "MINISTÈRE": "MIN-4", "intérieur  Ministere": "MIN-4", "texte district": "MIN-1 MIN-2", "nsf 1.1": "NSF 1.1.1 NSF 1.1.2 NSF 2.1.1", "Title of ap-1": "AP-1",
			"'; DROP TABLE commitments": "", "e i g h t y o n s": "MIN-5", "e i g h t y o n z": "", "ap\x00-1": "AP-1", "ap-1\xff": "AP-1", "nothing": "",
		} {
			l, s, err := New(d).Commitments(t.Context(), r.query("one", day("2021-11-08"), time.Time{}, true), Filter{Words: words})
			if err != nil {
				t.Errorf("%q: %v", words, err)
				continue
			}
			if got := refsOf(s.Lines); got != want {
				t.Errorf("%q finds %q, want %q", words, got, want)
			}
			if len(l.Lines) != 10 {
				t.Errorf("%q changed the ledger", words)
			}
		}
	})
}

// A column of the table of months is what history tells of its day, as it is
// known now and as it was known half way.
func TestTheMonthsAreHistory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := drive(t, d, 5)
		for range 75 {
			r.step()
		}
		earlier := r.now
		for range 75 {
			r.step()
		}
		from, to := day("2021-04-01"), r.clock().Today()
		var ids []int64
		for _, c := range r.commitments() {
			ids = append(ids, c.ID)
		}
		r.Read(t, func(tx *gorm.DB) error {
			for _, k := range []time.Time{earlier, r.now} {
				months, err := Months(tx, ids, k, from, to)
				if err != nil {
					return err
				}
				for i, end := range MonthEnds(from, to) {
					told, err := progress.StatusAt(tx, end, k)
					if err != nil {
						return err
					}
					for _, id := range ids {
						want := told[id].Status
						if want == "" {
							want = progress.NotStarted
						}
						if months[id][i] != want {
							t.Errorf("on %s commitment %d is %s in the table and %s in history", end, id, months[id][i], want)
						}
					}
				}
			}
			return nil
		})
	})
}

// Only readers of the whole plan get a report.
func TestWhoGetsAReport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := scene(t, d, "2021-11-08")
		var got []string
		for who := range r.Actors {
			s, err := Build(t.Context(), d, About{}, StatusQuery{Query: r.query(who, day("2021-11-08"), time.Time{}, false)})
			if err == nil && len(s.Commitments) > 0 {
				got = append(got, who)
			}
			if b, _ := json.Marshal(s); err != nil && bytes.Contains(b, []byte("NSF")) {
				t.Errorf("%s gets a part of the report", who)
			}
		}
		slices.Sort(got)
		if strings.Join(got, " ") != "admin auditor home mha mha2 moh msd one sign two" {
			t.Errorf("the report goes to %v", got)
		}
	})
}
