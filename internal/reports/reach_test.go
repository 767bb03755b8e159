package reports

import (
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/i18n"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
	"tracker/seeds/large"
)

// keeping is the large country in small, with a commitment of which nothing was reported, and who works on it.
type keeping struct {
	t                     *testing.T
	clock                 calendar.Clock
	focal, one, two, help accounts.Actor // help supports the commitment
	line                  Line
	item                  recommendations.ItemRow // that nothing links it to
	update, answer        int64
}

func keptWorld(t *testing.T, d *db.DB) *keeping {
	t.Helper()
	w := &keeping{t: t, clock: calendar.FixedClock(large.Now), one: keptActor(t, d, large.Coordinator), two: keptActor(t, d, large.SecondCoordinator)}
	l, err := New(d).Ledger(t.Context(), keptQuery(w.one))
	due := slices.IndexFunc(l.Lines, func(line *Line) bool { return line.Report == NotReported && len(line.Supporting) > 0 })
	if err != nil || due < 0 {
		t.Fatalf("nothing is due (%v)", err)
	}
	w.line = *l.Lines[due]
	of := func(institution int64) accounts.Actor {
		return keptActor(t, d, "focal."+strings.ToLower(l.Institutions[institution].Code)+"@tracker.example")
	}
	w.focal, w.help = of(w.line.LeadID), of(w.line.Supporting[0])
	w.item = l.Items[slices.IndexFunc(l.Items, func(i recommendations.ItemRow) bool { return !slices.Contains(w.line.Answers, i.ID) })]
	return w
}

// step is something that is written, and whether it has a ledger read anew.
type step struct {
	what string
	anew bool
	do   func(tx *gorm.DB) error
}

// writes is a history of every kind of write.
func (w *keeping) writes() []step {
	return slices.Concat(w.told(), w.planned(), w.beside(), w.around())
}

// told is what is done to updates.
func (w *keeping) told() []step {
	text := func(asOf string) progress.Text {
		return progress.Text{AsOf: calendar.MustParse(asOf), Status: progress.Stalled, NoProgress: "No money", Blocker: "money"}
	}
	start := func(tx *gorm.DB, actor accounts.Actor, n progress.NewUpdate) (u progress.Update, err error) {
		n.CommitmentID = w.line.ID
		if u, err = progress.Start(tx, w.clock, actor, n); err == nil {
			u, err = progress.Submit(tx, w.clock, actor, u.ID, u.Version)
		}
		return u, err
	}
	return []step{
		{"a draft", false, func(tx *gorm.DB) error {
			u, err := progress.Start(tx, w.clock, w.focal, progress.NewUpdate{CommitmentID: w.line.ID, Text: text(w.clock.Today().String())})
			w.update = u.ID
			return err
		}},
		{"a submission", false, func(tx *gorm.DB) error {
			_, err := progress.Submit(tx, w.clock, w.focal, w.update, 1)
			return err
		}},
		{"a return", false, func(tx *gorm.DB) error {
			_, err := progress.Return(tx, w.clock, w.one, w.update, 2, "Say more", "")
			return err
		}},
		{"a change of the day to the last quarter, for which nothing was expected any more", false, func(tx *gorm.DB) error {
			_, err := progress.Save(tx, w.clock, w.focal, w.update, 3, text("2025-09-20"))
			return err
		}},
		{"a second submission", false, func(tx *gorm.DB) error {
			_, err := progress.Submit(tx, w.clock, w.focal, w.update, 4)
			return err
		}},
		{"an approval", false, func(tx *gorm.DB) error {
			_, err := progress.Approve(tx, w.clock, w.two, w.update, 5)
			return err
		}},
		{"a contribution", false, func(tx *gorm.DB) error {
			_, err := start(tx, w.help, progress.NewUpdate{Text: progress.Text{AsOf: w.clock.Today(), Done: "Helped"}})
			return err
		}},
		{"a correction", false, func(tx *gorm.DB) error {
			u, err := start(tx, w.focal, progress.NewUpdate{CorrectsID: w.update, Text: progress.Text{Status: progress.Completed, Done: "All of it"}})
			if err == nil {
				_, err = progress.Approve(tx, w.clock, w.two, u.ID, u.Version)
			}
			w.update = u.ID
			return err
		}},
	}
}

// planned is what is done to commitments and answers.
func (w *keeping) planned() []step {
	terms := func(tx *gorm.DB, change func(t *plan.Terms)) (plan.Terms, int64) {
		c, err := plan.CommitmentByID(tx, w.line.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		r, err := plan.CurrentRevision(tx, w.line.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		change(&r.Terms)
		return r.Terms, c.Version
	}
	revise := func(change func(t *plan.Terms)) func(tx *gorm.DB) error {
		return func(tx *gorm.DB) error {
			t, version := terms(tx, change)
			return plan.Revise(tx, w.clock, w.one, plan.CommitmentChange{Ref: w.line.Ref, Version: version, Reason: "Because", Terms: t})
		}
	}
	add := func(ref string) func(tx *gorm.DB) error {
		return func(tx *gorm.DB) error {
			t, _ := terms(tx, func(t *plan.Terms) { t.Title = "Added" })
			_, err := plan.Add(tx, w.clock, w.one, plan.CommitmentNew{Country: large.Country, Ref: ref, Origin: plan.FromMinistry, Terms: t})
			return err
		}
	}
	return []step{
		{"a revision", false, revise(func(t *plan.Terms) { t.Title, t.DueOn = "Another title", w.clock.Today().AddDays(-3) })},
		{"an end of support", false, revise(func(t *plan.Terms) { t.Supporting = nil })},
		{"a commitment that comes first", false, add("A 1")},
		{"a commitment that comes last", false, add("ZZZ 9")},
		{"a transfer", false, func(tx *gorm.DB) error {
			_, err := plan.MakeTransfers(tx, w.clock, w.one, plan.TransferNew{FromID: w.focal.InstitutionID, ToID: w.help.InstitutionID,
				EffectiveOn: w.clock.Today(), Reason: "By law", Refs: []string{"A 1"}})
			return err
		}},
		{"a transfer of all", false, func(tx *gorm.DB) error {
			_, err := plan.MakeTransfers(tx, w.clock, w.one, plan.TransferNew{FromID: w.help.InstitutionID, ToID: w.focal.InstitutionID,
				EffectiveOn: w.clock.Today(), Reason: "By law", All: true})
			return err
		}},
		{"an answer", false, func(tx *gorm.DB) error {
			a, err := plan.Link(tx, w.clock, w.one, plan.AnswerNew{Ref: w.line.Ref, ItemID: w.item.ID, Extent: plan.Extents[0], Reason: "It answers it"})
			w.answer = a.ID
			return err
		}},
		{"the end of an answer", false, func(tx *gorm.DB) error {
			return plan.End(tx, w.clock, w.one, plan.AnswerEnd{ID: w.answer, Reason: "No more"})
		}},
	}
}

// beside is what no ledger reads.
func (w *keeping) beside() []step {
	entry := func(action, object string, outcome audit.Outcome) func(tx *gorm.DB) error {
		return func(tx *gorm.DB) error {
			return audit.Append(tx, w.clock.Now(), audit.Event{Who: w.one.Who(), Action: action, Object: object, Outcome: outcome})
		}
	}
	return []step{
		{"a sign-in", false, entry("sign_in", "person 1", audit.Done)},
		{"a refusal", false, entry("request.refused", "GET /audit", audit.Refused)},
		{"an approval refused", false, entry("update.approve", "update 1", audit.Refused)},
		{"a change of settings", false, func(tx *gorm.DB) error {
			settings, err := accounts.LoadSettings(tx)
			if err != nil {
				return err
			}
			return accounts.ChangeSettings(tx, accounts.CommandLine(), w.clock.Now(), settings.Version, map[string]string{"contact": "The secretariat"})
		}},
		{"more than is looked through", true, func(tx *gorm.DB) error {
			for range maxEntries + 1 {
				if err := entry("sign_in", "person 1", audit.Done)(tx); err != nil {
					return err
				}
			}
			return nil
		}},
		{"something unheard of", true, entry("plan.burn", "plan 1", audit.Done)},
		{"an update unheard of", true, entry("update.approve", "update 999999", audit.Done)},
		{"a commitment unheard of", true, entry("commitment.revise", "commitment NO 1", audit.Done)},
		{"an approval of something else", true, entry("update.approve", "mail 1", audit.Done)},
	}
}

// around is what changes more than a commitment.
func (w *keeping) around() []step {
	return []step{
		{"the retirement of an item", true, func(tx *gorm.DB) error {
			return recommendations.RetireItem(tx, w.clock, w.one, w.item.ID, w.item.Version)
		}},
		{"the closing of a deadline", true, func(tx *gorm.DB) error {
			var d progress.Deadline
			if err := tx.Where("purpose = ? AND closed_at IS NULL", string(progress.Reporting)).Order("due_on").Take(&d).Error; err != nil {
				return err
			}
			return progress.CloseDeadline(tx, w.clock, w.one, d.ID, d.Version, true)
		}},
		{"a change of an institution", true, func(tx *gorm.DB) error {
			return accounts.ChangeInstitution(tx, accounts.CommandLine(), w.clock.Now(), w.focal.Institution, 1,
				accounts.InstitutionChange{Code: w.focal.Institution, Name: "Ministry of another name", ShortName: "Another name", Kind: accounts.Government})
		}},
	}
}

// anew is what has all read anew: it may change any part of a ledger.
var anew = []string{"deadline.add", "deadline.certified", "deadline.change", "deadline.closed", "deadline.open", "edition.add", "edition.change", "edition.remove",
	"framework.add", "framework.change", "institution.change", "institution.create", "institution.succeed", "item.add", "item.change", "item.retire", "item.split", "item.merge", "lineage.say", "recommendation.remark",
	"mechanism.add", "mechanism.change", "node.add", "node.change", "node.remove", "period.add", "period.change", "recommendation.add", "recommendation.change", "recommendation.classify",
	"database.restore"}

// refused is what is only ever refused.
var refused = []string{"refusals.summed", "request.refused", "sign_in.identity", "sign_in.throttle"}

// Whoever comes to record something new decides how far it reaches. That all that is recorded has its words is held by the house.
func TestTheReachOfEverythingRecordedIsDecided(t *testing.T) {
	m, err := i18n.English()
	if err != nil {
		t.Fatal(err)
	}
	decided := slices.Concat(anew, refused)
	for action, far := range reaches {
		if decided = append(decided, action); far == everything {
			t.Errorf("%s is listed for nothing", action)
		}
	}
	for _, key := range m.Keys() {
		if action, ok := strings.CutPrefix(key, "audit.action."); ok && !slices.Contains(decided, action) {
			t.Errorf("%s is recorded: decide in reach.go how far it reaches into a ledger, or list it here among what has all read anew", action)
		}
	}
	for _, action := range decided {
		if !m.Has("audit.action." + action) {
			t.Errorf("%s is decided on and never recorded", action)
		}
	}
}
