package large

import (
	"cmp"
	"context"
	"reflect"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

var size = Size{Commitments: 150, Updates: 1500}

var country150 = dbtest.NewTemplate(func(ctx context.Context, d *db.DB) error { return Load(ctx, d, size) })

func each(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Run("sqlite", func(t *testing.T) { f(t, country150.SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, country150.Postgres(t)) })
}

func read(t *testing.T, d *db.DB, f func(tx *gorm.DB) error) {
	t.Helper()
	if err := d.Read(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func today() calendar.Date { return calendar.From(Now) }

// ledger computes where the country stands, from what approvals keep or from history.
func ledger(t *testing.T, d *db.DB, now bool) (l *reports.Ledger) {
	t.Helper()
	actor := accounts.Actor{PersonID: 1, Role: accounts.Coordinator, InstitutionKind: accounts.Government}
	read(t, d, func(tx *gorm.DB) (err error) {
		l, err = reports.Load(tx, reports.Query{Actor: actor, Country: Country, Rules: reports.DefaultRules, D: today(), Now: now})
		return err
	})
	return l
}

// What is inserted past the rules must be what they would have left behind.
func TestKeptRowsSayTheSameAsHistory(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		kept, history := ledger(t, d, true), ledger(t, d, false)
		if len(kept.Lines) != size.Commitments {
			t.Fatalf("%d commitments", len(kept.Lines))
		}
		same(t, history.Lines, kept.Lines)
		read(t, d, func(tx *gorm.DB) error {
			now, err := progress.StatusNow(tx)
			if err != nil {
				return err
			}
			at, err := progress.StatusAt(tx, today(), Now)
			if !reflect.DeepEqual(at, now) {
				t.Error("current_status is not the status at this day")
			}
			return err
		})
	})
}

func TestBothEnginesHoldTheSameCountry(t *testing.T) {
	a, b := ledger(t, country150.SQLite(t), true), ledger(t, country150.Postgres(t), true)
	same(t, a.Lines, b.Lines)
}

// same fails at the first line that differs.
func same(t *testing.T, want, got []*reports.Line) {
	t.Helper()
	if len(want) != len(got) {
		t.Fatalf("%d lines, want %d", len(got), len(want))
	}
	for i := range want {
		if len(want[i].Supporting)+len(got[i].Supporting) == 0 {
			want[i].Supporting, got[i].Supporting = nil, nil // an empty list and none are one
		}
		if !reflect.DeepEqual(want[i], got[i]) {
			t.Fatalf("%+v\nwant %+v", got[i], want[i])
		}
	}
}

// byHand is where a commitment stood: the rule of the status as a person would follow it, over all its updates.
func byHand(updates []progress.Update, d calendar.Date, k time.Time) (best progress.Update) {
	known := func(u progress.Update) bool { return u.State == progress.Approved && !u.ApprovedAt.After(k) }
	replaced := map[int64]bool{}
	for _, u := range updates {
		if u.CorrectsID != nil && known(u) {
			replaced[*u.CorrectsID] = true
		}
	}
	for _, u := range updates {
		if !known(u) || u.Kind != progress.LeadUpdate || u.AsOf.After(d) || replaced[u.ID] {
			continue
		}
		if best.ID == 0 || cmp.Or(u.AsOf.Compare(best.AsOf), u.ApprovedAt.Compare(*best.ApprovedAt), cmp.Compare(u.ID, best.ID)) > 0 {
			best = u
		}
	}
	return best
}

// Queries that take short cuts through indexes must find what the rules say.
func TestStandingsAndWhatWasDueAreAsCountedByHand(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var updates []progress.Update
		read(t, d, func(tx *gorm.DB) error { return tx.Order("id").Find(&updates).Error })
		of := map[int64][]progress.Update{}
		for _, u := range updates {
			of[u.CommitmentID] = append(of[u.CommitmentID], u)
		}
		actor := accounts.Actor{PersonID: 1, Role: accounts.Coordinator, InstitutionKind: accounts.Government}
		reopened := 0
		for day := today(); day.After(begin); day = day.AddDays(-59) {
			for _, k := range []time.Time{Now, Now.AddDate(-1, 0, 0)} {
				q := reports.Query{Actor: actor, Country: Country, Rules: reports.DefaultRules, D: day, K: k}
				read(t, d, func(tx *gorm.DB) error {
					l, err := reports.Load(tx, q)
					for _, line := range l.Lines {
						stood := byHand(of[line.ID], q.D, k)
						if line.UpdateID != stood.ID || line.AsOf != stood.AsOf || stood.ID != 0 && line.Status != stood.Status {
							t.Errorf("%s on %s: %+v, by hand update %d", line.Ref, day, line, stood.ID)
						}
						before := byHand(of[line.ID], l.LastDue.CoversFrom.AddDays(-1), k).Status
						if line.Report == reports.NotDue && before.Closed() && !stood.Status.Closed() {
							reopened++
						}
						if line.Report == reports.NotDue && !before.Closed() && !line.StartsOn.After(l.LastDue.CoversTo) || line.Report == reports.NotReported && before.Closed() {
							t.Errorf("%s on %s: %s, and before the range it was %s", line.Ref, day, line.Report, before)
						}
					}
					return err
				})
			}
		}
		if reopened == 0 {
			t.Error("nothing was closed and opened again: the short cut is not tried")
		}
	})
}

func TestTheTrailIsWhole(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		r, err := audit.Verify(t.Context(), d)
		if err != nil || !r.OK() || r.Entries < int64(2*size.Updates) {
			t.Errorf("%+v (%v)", r, err)
		}
	})
}

// Measurements mean something when every kind of row is there, and none that the rules refuse.
func TestTheCountryIsLikeOne(t *testing.T) {
	d := country150.SQLite(t)
	count := func(query string) (n int) {
		t.Helper()
		read(t, d, func(tx *gorm.DB) error { return tx.Raw("SELECT count(*) FROM " + query).Scan(&n).Error })
		return n
	}
	for _, c := range []struct {
		what        string
		least, most int
		query       string
	}{
		{"updates", size.Updates, size.Updates, "updates"},
		{"approved", 1200, 1450, "updates WHERE state = 'approved'"},
		{"in review", 20, 90, "updates WHERE state = 'submitted'"},
		{"returned", 2, 40, "updates WHERE state = 'returned'"},
		{"drafts", 5, 50, "updates WHERE state = 'draft'"},
		{"contributions", 50, 300, "updates WHERE kind = 'contribution'"},
		{"approved corrections", 5, 100, "updates WHERE corrects_id IS NOT NULL AND state = 'approved'"},
		{"on behalf", 5, 100, "updates WHERE on_behalf"},
		{"late", 20, 300, `updates u JOIN deadlines d ON u.as_of BETWEEN d.covers_from AND d.covers_to WHERE d.purpose = 'reporting' AND u.first_submitted_on > d.due_on`},
		{"evidence", 400, 1500, "evidence"},
		{"revisions", 160, 400, "commitment_revisions"},
		{"transfers", 1, 20, "transfers"},
		{"answers", 50, 300, "answers"},
		{"ended answers", 1, 20, "answers WHERE ended_at IS NOT NULL"},
		{"ratings", 100, 5000, "ratings"},
		{"verified updates", 50, 3000, "verifications"},
		{"statuses", 5, 5, "(SELECT DISTINCT status FROM current_status)"},
		{"approved by an author", 0, 0, "updates u JOIN update_authors a ON a.update_id = u.id AND a.person_id = u.approved_by_id"},
		{"true after they were sent", 0, 0, "updates WHERE as_of > first_submitted_on"},
		{"true before the start", 0, 0, "updates u JOIN commitments c ON c.id = u.commitment_id WHERE u.as_of < c.starts_on"},
		{"approved before sent", 0, 0, "updates WHERE approved_at <= submitted_at"},
		{"nothing said", 0, 0, "updates WHERE done = '' AND no_progress = ''"},
		{"by who has no part", 0, 0, `updates u WHERE NOT EXISTS (SELECT 1 FROM commitment_revisions r WHERE r.commitment_id = u.commitment_id
			AND (r.lead_id = u.institution_id OR EXISTS (SELECT 1 FROM json_each(r.supporting) s WHERE s.value = u.institution_id)))`},
	} {
		if got := count(c.query); got < c.least || got > c.most {
			t.Errorf("%d %s, want %d to %d", got, c.what, c.least, c.most)
		}
	}
	var last time.Time
	read(t, d, func(tx *gorm.DB) (err error) { last, err = progress.Known(tx); return err })
	if last.After(Now) {
		t.Errorf("something happened at %s, after the present", last)
	}
}
