package round

import (
	"slices"
	"testing"

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
