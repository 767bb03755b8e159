package round

import (
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"gorm.io/gorm"

	"tracker/internal/plan/plantest"
	"tracker/internal/progress"
	"tracker/internal/workbook"
)

// online is what is logged online after the workbook was given out.
func online(change ...func(*progress.Text)) progress.Text {
	t := progress.Text{AsOf: day("2021-10-31"), Status: progress.Stalled, Done: "Nothing but talks", InternalNote: "Ask again"}
	for _, f := range change {
		f(&t)
	}
	return t
}

// Where somebody logged something online since the export, the file waits
// until a person has chosen, whatever became of what is online.
func TestWhatWasLoggedMeanwhileIsAskedAbout(t *testing.T) {
	const there = "NSF 1.1.1|2021-10-31|"
	for name, c := range map[string]struct {
		state progress.State
		text  progress.Text
		key   string
		fate  workbook.Fate
		after []string // where the sheet is taken
	}{
		"a draft is changed and sent":          {progress.Draft, online(), "take_change", workbook.Changed, []string{there + "submitted|in_progress|Held the workshop"}},
		"one that came back is changed":        {progress.Returned, online(), "take_change", workbook.Changed, []string{there + "submitted|in_progress|Held the workshop"}},
		"one in review stays beside the other": {progress.Submitted, online(), "take_beside", workbook.New, []string{there + "submitted|stalled|Nothing but talks", there + "submitted|in_progress|Held the workshop"}},
		"an approved one is corrected":         {progress.Approved, online(), "take_correct", workbook.Changed, []string{there + "approved|stalled|Nothing but talks", there + "submitted|in_progress|Held the workshop"}},
		"another day stays beside it": {progress.Approved, online(func(t *progress.Text) { t.AsOf = day("2021-11-01") }), "take_beside", workbook.New,
			[]string{"NSF 1.1.1|2021-11-01|approved|stalled|Nothing but talks", there + "submitted|in_progress|Held the workshop"}},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(m *ministry) {
				file := fill(m.t, m.given(), map[string]cells{"NSF 1.1.1": worked()})
				m.log("mha2", "NSF 1.1.1", c.state, c.text)
				before := m.updates("MHA")

				o, err := m.take("mha", file, nil)
				if err != nil || !o.Blocked() || o.Count(workbook.Asks) != 1 || len(o.Questions) != 1 {
					m.t.Fatalf("%v %+v", err, o)
				}
				m.wants("MHA", before...)
				q := o.Questions[0]
				if q.Group != "conflicts" || !q.Open || q.Options[1].Key != c.key || len(q.Said) != 3 || !strings.Contains(q.Said[0].Text, "Nothing reported yet") ||
					!strings.Contains(q.Said[1].Text, "Nothing but talks") || !strings.Contains(q.Said[2].Text, "Held the workshop") {
					m.t.Errorf("asked %+v", q)
				}

				kept, err := m.take("mha", file, workbook.Answers{q.ID: "online"})
				if err != nil || kept.Blocked() || kept.Writes() {
					m.t.Errorf("%v %+v", err, kept)
				}
				m.wants("MHA", before...)

				o, err = m.take("mha", file, workbook.Answers{q.ID: "sheet"})
				if err != nil || o.Blocked() || o.Count(c.fate) != 1 {
					m.t.Errorf("%v %+v", err, o)
				}
				m.wants("MHA", c.after...)
				if n := m.Count(m.t, "SELECT count(*) FROM updates WHERE corrects_id IS NOT NULL AND internal_note = 'Ask again'"); (n == 1) != (c.key == "take_correct") {
					m.t.Errorf("%d corrections with the note of what they replace", n)
				}
				says(m.t, m.took(file), "NSF 1.1.1 same")
			})
		})
	}
}

// A decision is no change of what is said, so nobody is asked about it.
func TestADecisionMeanwhileIsNoConflict(t *testing.T) {
	each(t, func(m *ministry) {
		u := m.log("mha2", "NSF 1.1.1", progress.Submitted, online(func(t *progress.Text) { t.AsOf = day("2021-10-01") }))
		file := fill(m.t, m.given(), map[string]cells{"NSF 1.1.1": worked()})
		m.Do(m.t, func(tx *gorm.DB) error {
			_, err := progress.Approve(tx, m.clock, m.Actors["one"], u.ID, u.Version)
			return err
		})
		says(m.t, m.took(file), "NSF 1.1.1 new")
	})
}

// What came back before the export, and is answered in the sheet for the same
// day, is changed and sent again.
func TestWhatCameBackIsAnsweredInTheSheet(t *testing.T) {
	each(t, func(m *ministry) {
		m.log("mha2", "NSF 1.1.1", progress.Returned, online())
		file := fill(m.t, m.given(), map[string]cells{"NSF 1.1.1": {"True on": day("2021-10-31").Time(), "What was done": "Talks with 12 people"}})
		says(m.t, m.took(file), "NSF 1.1.1 changed")
		m.wants("MHA", "NSF 1.1.1|2021-10-31|submitted|stalled|Talks with 12 people")
		says(m.t, m.took(file), "NSF 1.1.1 same")
	})
}

// An answer is given to what was read: when the text online changes again, the
// question is asked anew.
func TestAnAnswerIsToWhatWasRead(t *testing.T) {
	each(t, func(m *ministry) {
		file := fill(m.t, m.given(), map[string]cells{"NSF 1.1.1": worked()})
		u := m.log("mha2", "NSF 1.1.1", progress.Draft, online())
		o, err := m.look("mha", file, nil)
		if err != nil {
			m.t.Fatal(err)
		}
		m.Do(m.t, func(tx *gorm.DB) error {
			_, err := progress.Save(tx, m.clock, m.Actors["mha2"], u.ID, u.Version, online(func(t *progress.Text) { t.Done = "Talks began" }))
			return err
		})
		if o, err = m.take("mha", file, workbook.Answers{o.Questions[0].ID: "sheet"}); err != nil || !o.Blocked() || !strings.Contains(o.Questions[0].Said[1].Text, "Talks began") {
			m.t.Errorf("%v %+v", err, o)
		}
		m.wants("MHA", "NSF 1.1.1|2021-10-31|draft|stalled|Talks began")
	})
}

// Without its hidden sheet the workbook still knows what is new: by the day it
// was given out, and by the last values that it shows.
func TestAConflictIsSeenWithoutTheHiddenSheet(t *testing.T) {
	each(t, func(m *ministry) {
		m.log("mha2", "AP-1", progress.Approved, online(func(t *progress.Text) { t.AsOf = day("2021-10-01") }))
		u := m.log("mha2", "NSF 1.1.1", progress.Draft, online())
		file := edit(m.t, fill(m.t, m.given(), map[string]cells{"NSF 1.1.1": worked(), "AP-1": worked()}), func(f *excelize.File) { must(m.t, f.DeleteSheet(hiddenSheet)) })
		if o, err := m.look("mha", file, nil); err != nil || len(o.Questions) != 0 {
			m.t.Errorf("%v %+v", err, o.Questions)
		}
		m.Do(m.t, func(tx *gorm.DB) error {
			_, err := progress.Save(tx, m.clock, m.Actors["mha2"], u.ID, u.Version, online(func(t *progress.Text) { t.Done = "Talks began" }))
			return err
		})
		if o, err := m.look("mha", file, nil); err != nil || len(o.Questions) != 1 || !strings.HasPrefix(o.Questions[0].ID, "conflict.NSF 1.1.1.") {
			m.t.Errorf("%v %+v", err, o.Questions)
		}
		m.clock = plantest.At("2021-11-10")
		m.log("mha2", "AP-1", progress.Submitted, online())
		if o, err := m.look("mha", file, nil); err != nil || len(o.Questions) != 2 {
			m.t.Errorf("%v %+v", err, o.Questions)
		}
	})
}
