package reports_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/dialogues"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
	"tracker/seeds/seedstest"
)

var (
	coordinator = accounts.Actor{PersonID: 1, Role: accounts.Coordinator, InstitutionKind: accounts.Government}
	day         = calendar.MustParse
	zone        = time.FixedZone("SAST", 2*3600)
)

// talk is the demonstration with its dialogue.
type talk struct {
	t       *testing.T
	db      *db.DB
	reports *reports.Store
}

func newTalk(t *testing.T, d *db.DB) talk { return talk{t, d, reports.New(d)} }

func (k talk) briefing(on string, id int64) reports.Briefing {
	k.t.Helper()
	b, err := k.reports.Briefing(k.t.Context(), reports.About{Country: "LS", CountryName: "Lesotho", Zone: zone}, k.query(on), id)
	if err != nil {
		k.t.Fatal(err)
	}
	return b
}

func (k talk) query(on string) reports.Query {
	return reports.Query{Actor: coordinator, Country: "LS", Rules: reports.DefaultRules, D: day(on)}
}

// write changes dialogues under a clock that stands at noon of a day.
func (k talk) write(on string, f func(tx *gorm.DB, clock calendar.Clock) error) {
	k.t.Helper()
	d := day(on)
	clock := calendar.FixedClock(time.Date(d.Year(), d.Month(), d.Day(), 12, 0, 0, 0, zone))
	if err := k.db.Write(k.t.Context(), func(tx *gorm.DB) error { return f(tx, clock) }); err != nil {
		k.t.Fatal(err)
	}
}

// Whatever a briefing says of a commitment, the ledgers of the two days say.
func TestABriefingSaysWhatTheLedgersOfItsDaysSay(t *testing.T) {
	k := newTalk(t, seedstest.Lesotho.SQLite(t))
	b := k.briefing("2021-11-08", 1)
	q := k.query("2021-11-08")
	q.K = b.K
	now, err := k.reports.Ledger(t.Context(), q)
	q.D = b.Since
	then, err2 := k.reports.Ledger(t.Context(), q)
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	if b.Since != day("2021-07-01") || b.SinceIs != reports.SinceChosen || b.Period != "2021-22" || len(b.Items) != 8 {
		t.Errorf("since %s (%s), period %q, %d items", b.Since, b.SinceIs, b.Period, len(b.Items))
	}
	var behind []string
	moved, overdue := 0, 0
	for _, item := range b.Items {
		asked := now.SelectAsked(reports.AskedFilter{Edition: item.Edition}).List[item.RecommendationStatus.Number-1]
		if asked.RecommendationRef() != item.Ref || asked.RecommendationID != item.RecommendationID || asked.Answered() != item.Answered() || asked.RecommendedText != item.Text ||
			len(asked.Lines()) != len(item.Commitments) {
			t.Errorf("%s: %+v", item.Ref, item)
		}
		for n, line := range asked.Lines() {
			c := item.Commitments[n]
			was, there := then.Line(line.ID)
			if c.Ref != line.Ref || c.Status != line.Status || c.AsOf != line.AsOf || c.OverdueDays != line.Overdue || c.New == there || there && c.Was != was.Status || c.Moved != (there && was.Status != line.Status) {
				t.Errorf("%s: told %+v; now %+v, then %+v", c.Ref, c, line, was)
			}
			if !slices.Contains(behind, c.Ref) {
				behind = append(behind, c.Ref)
				moved += map[bool]int{true: 1}[c.Moved]
				overdue += min(1, line.Overdue)
			}
		}
	}
	f := b.Figures
	if f.Commitments != len(behind) || f.Overdue != overdue || f.Recommendations != 8 || f.Answered+f.InPart+f.NoAnswers != 8 || f.Asking != 6 || f.Changed == 0 || moved == 0 || overdue == 0 {
		t.Errorf("%d commitments, %d moved, %d overdue: %+v", len(behind), moved, overdue, f)
	}
}

func TestABriefingHoldsTheLastWordsAndWhatCameSince(t *testing.T) {
	k := newTalk(t, seedstest.Lesotho.SQLite(t))
	papers, updates := 0, 0
	for _, item := range k.briefing("2021-11-08", 1).Items {
		for _, c := range item.Commitments {
			if c.AsOf.IsZero() != (c.Done+c.NoProgress == "") {
				t.Errorf("%s as of %s says %q", c.Ref, c.AsOf, c.Done+c.NoProgress)
			}
			for n, u := range c.Updates {
				if updates++; u.Commitment != c.Ref || !u.AsOf.After(day("2021-07-01")) || n > 0 && u.AsOf.After(c.Updates[n-1].AsOf) {
					t.Errorf("%s: %+v", c.Ref, u)
				}
			}
		}
		for _, e := range item.Evidence {
			papers++
			if !slices.ContainsFunc(item.Commitments, func(c reports.BriefedCommitment) bool {
				return c.Ref == e.Commitment && (e.AsOf.After(day("2021-07-01")) || e.AsOf == c.AsOf)
			}) {
				t.Errorf("%s: %+v", item.Ref, e)
			}
		}
	}
	if papers < 5 || updates < 20 {
		t.Errorf("%d papers, %d updates", papers, updates)
	}
}

// What a briefing compares with: the day chosen, else the dialogue before,
// else the start of the period, else nothing.
func TestTheDayThatABriefingComparesWith(t *testing.T) {
	k := newTalk(t, seedstest.Lesotho.SQLite(t))
	add := func(title, on string) (id int64) {
		k.write("2021-11-08", func(tx *gorm.DB, clock calendar.Clock) error {
			d, err := dialogues.Add(tx, clock, accounts.CommandLine(), dialogues.DialogueNew{Country: "LS", Fields: dialogues.Fields{Title: title, HeldOn: day(on)}})
			id = d.ID
			return err
		})
		return id
	}
	earlier := add("spring", "2021-05-20")
	later := add("winter", "2022-02-10")
	for _, c := range []struct {
		on    string
		id    int64
		since string
		is    reports.SinceKind
		of    string
	}{
		{"2021-11-08", 1, "2021-07-01", reports.SinceChosen, ""},
		{"2021-06-30", 1, "2021-05-20", reports.SinceDialogue, "spring"}, // the day chosen is still to come
		{"2021-11-08", earlier, "2021-04-01", reports.SincePeriod, "2021-22"},
		{"2022-01-15", later, "2021-11-18", reports.SinceDialogue, "Dialogue with the U.S. Ambassador (day assumed)"},
		{"2021-11-08", later, "2021-04-01", reports.SincePeriod, "2021-22"}, // the dialogue before is still to come
		{"2020-01-01", later, "", "", ""},
	} {
		b := k.briefing(c.on, c.id)
		if b.Since.String() != c.since || b.SinceIs != c.is || b.SinceOf != c.of || b.Compared() != (c.since != "") {
			t.Errorf("dialogue %d on %s compares with %s (%s %q)", c.id, c.on, b.Since, b.SinceIs, b.SinceOf)
		}
	}
}

// A dialogue that was held is told as it stood on its day.
func TestABriefingOfAHeldDialogueStaysOnItsDay(t *testing.T) {
	k := newTalk(t, seedstest.Lesotho.SQLite(t))
	hold := func(to dialogues.State, version int64) {
		k.write("2021-11-18", func(tx *gorm.DB, clock calendar.Clock) error {
			return dialogues.Step(tx, clock, accounts.CommandLine(), dialogues.Mark{Country: "LS", ID: 1, Version: version, To: to})
		})
	}
	if b := k.briefing("2021-12-20", 1); b.D != day("2021-12-20") {
		t.Errorf("planned: as of %s", b.D)
	}
	hold(dialogues.Held, 2)
	if b := k.briefing("2021-12-20", 1); b.D != day("2021-11-18") || b.Dialogue.State != dialogues.Held {
		t.Errorf("held: as of %s", b.D)
	}
}

// What was recommended in the room stands under its item with how far it is
// answered, is asked on that day, and is suggested for the next dialogue.
func TestABriefingTellsWhatWasRecommendedInTheRoom(t *testing.T) {
	k := newTalk(t, seedstest.Lesotho.SQLite(t))
	before := k.briefing("2021-11-18", 1)
	if before.HasAgreed() || before.Edition() != "" {
		t.Errorf("before anything was recorded it is %q", before.Edition())
	}
	k.write("2021-11-19", func(tx *gorm.DB, clock calendar.Clock) error {
		for n, title := range []string{"Open a second shelter", "Train the police"} {
			in := dialogues.RecommendedNew{Country: "LS", DialogueID: 1, ID: before.Items[1].AgendaID, Mechanism: "DIALOGUE",
				RecommendationFields: recommendations.RecommendationFields{Title: title, Text: title, Basis: recommendations.Restated}}
			if n == 1 {
				in.ID = before.Items[0].AgendaID
			}
			if _, err := dialogues.Recommend(tx, clock, accounts.CommandLine(), in); err != nil {
				return err
			}
		}
		item, err := recommendations.ItemByRef(tx, "LS", recommendations.Ref{Mechanism: "DIALOGUE", Year: 2021, Number: 2, Letter: "a"}, clock.Today())
		if err != nil {
			return err
		}
		if _, err = plan.Link(tx, clock, accounts.CommandLine(), plan.AnswerNew{Ref: "NSF 3.1.1", ItemID: item.ID, Extent: plan.InPart, Reason: "It trains them", LinkedOn: day("2021-11-18")}); err != nil {
			return err
		}
		return dialogues.Step(tx, clock, accounts.CommandLine(), dialogues.Mark{Country: "LS", ID: 1, Version: 2, To: dialogues.Held})
	})
	b := k.briefing("2021-12-20", 1)
	if b.D != day("2021-11-18") || b.Edition() != "Dialogue 2021" || !b.HasAgreed() || len(b.Recommended) != 2 {
		t.Fatalf("on %s it is %q: %+v", b.D, b.Edition(), b.Recommended)
	}
	for n, want := range []struct{ ref, title, answered string }{{"DIALOGUE 2021/2", "Train the police", reports.AnsweredWhole}, {"DIALOGUE 2021/1", "Open a second shelter", reports.AnsweredNone}} {
		list := b.Items[n].Recommended
		if len(list) != 1 || list[0].Ref() != want.ref || list[0].Title != want.title || list[0].Answered != want.answered || list[0].Dialogue != b.Dialogue.Title {
			t.Errorf("under item %d: %+v", n+1, list)
		}
	}
	if b.Figures != before.Figures {
		t.Errorf("it counts %+v, before %+v", b.Figures, before.Figures)
	}
	suggested, err := k.reports.SuggestAgenda(t.Context(), k.query("2021-12-20"), day("2021-11-18"))
	if err != nil || !slices.ContainsFunc(suggested, func(s reports.AgendaSuggestion) bool { return s.Ref == "DIALOGUE 2021/1" }) {
		t.Errorf("for the next one are suggested %+v (%v)", suggested, err)
	}
}

// An edition may come to be dated later: what is written on the agenda is not
// lost with it.
func TestARecommendationReleasedLaterKeepsItsTexts(t *testing.T) {
	k := newTalk(t, seedstest.Lesotho.SQLite(t))
	b := k.briefing("2021-06-30", 1)
	if len(b.Items) != 8 || b.Figures.NoAnswers != 8 || b.Figures.Commitments != 0 {
		t.Errorf("%+v", b.Figures)
	}
	for _, i := range b.Items {
		if !i.Unreleased || i.Text == "" || i.Ref == "" || len(i.Commitments) > 0 || i.Answered() != reports.AnsweredNone {
			t.Errorf("%+v", i)
		}
	}
}

func TestABriefingOfAnEmptyAgenda(t *testing.T) {
	k := newTalk(t, seedstest.Lesotho.SQLite(t))
	k.write("2021-11-08", func(tx *gorm.DB, clock calendar.Clock) error {
		_, err := dialogues.Add(tx, clock, accounts.CommandLine(), dialogues.DialogueNew{Country: "LS", Fields: dialogues.Fields{Title: "Empty", HeldOn: day("2021-12-01")}})
		return err
	})
	if b := k.briefing("2021-11-08", 2); len(b.Items) > 0 || b.Figures != (reports.BriefingFigures{}) || b.Since.IsZero() {
		t.Errorf("%+v", b)
	}
}

// The briefing is the government's: to others the dialogue is not there, as
// one that does not exist.
func TestABriefingIsMissingToWhoeverDoesNotReadThePlan(t *testing.T) {
	k := newTalk(t, seedstest.Lesotho.SQLite(t))
	for _, c := range []struct {
		actor accounts.Actor
		id    int64
		want  problem.Kind
	}{
		{accounts.Actor{PersonID: 1, Role: accounts.FocalPoint, InstitutionKind: accounts.Government}, 1, problem.Internal},
		{accounts.Actor{PersonID: 1, Role: accounts.Auditor}, 1, problem.Internal},
		{accounts.Actor{PersonID: 1, Role: accounts.FocalPoint, InstitutionKind: accounts.NonGovernment}, 1, problem.NotFound},
		{accounts.Actor{PersonID: 1, Role: accounts.Partner, InstitutionKind: accounts.PartnerOutside}, 1, problem.NotFound},
		{accounts.Actor{}, 1, problem.NotFound}, {coordinator, 99, problem.NotFound},
	} {
		q := k.query("2021-11-08")
		q.Actor = c.actor
		b, err := k.reports.Briefing(t.Context(), reports.About{Country: "LS"}, q, c.id)
		if problem.KindOf(err) != c.want || (err == nil) != (c.want == problem.Internal) || err != nil && len(b.Items) > 0 {
			t.Errorf("%s of %s: %v", c.actor.Role, c.actor.InstitutionKind, err)
		}
	}
}

// The same data gives the same briefing, and later approvals do not change
// what stood at K.
func TestABriefingIsTheSameAgain(t *testing.T) {
	k := newTalk(t, seedstest.Lesotho.SQLite(t))
	told := func(b reports.Briefing) string {
		text, err := json.Marshal(b.Items)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(string(text), b.Figures, b.D, b.K, b.Since)
	}
	first := k.briefing("2021-11-08", 1)
	if again := reports.New(k.db); told(first) != told(talk{t, k.db, again}.briefing("2021-11-08", 1)) {
		t.Error("a second reading differs")
	}
	k.write("2021-11-08", func(tx *gorm.DB, clock calendar.Clock) error {
		var waiting struct{ ID, Version int64 }
		if err := tx.Raw("SELECT id, version FROM updates WHERE state = 'submitted' AND kind = 'update' AND NOT on_behalf ORDER BY id LIMIT 1").Scan(&waiting).Error; err != nil {
			return err
		}
		_, err := progress.Approve(tx, clock, accounts.Actor{PersonID: 9999, Role: accounts.Coordinator, InstitutionKind: accounts.Government}, waiting.ID, waiting.Version)
		return err
	})
	q := k.query("2021-11-08")
	q.K = first.K
	then, err := k.reports.Briefing(t.Context(), reports.About{Country: "LS", CountryName: "Lesotho", Zone: zone}, q, 1)
	if err != nil || told(then) != told(first) {
		t.Errorf("what stood at K changed (%v)", err)
	}
	if later := k.briefing("2021-11-08", 1); later.K.Equal(first.K) {
		t.Error("the approval is not known")
	}
}

// What a briefing says of ratings is what the page of differences says, on both
// engines; of an edition that is not released it says nothing.
func TestABriefingTellsTheRatingsOfThePeriod(t *testing.T) {
	seedstest.Lesotho.Each(t, func(t *testing.T, d *db.DB) {
		k := newTalk(t, d)
		b := k.briefing("2021-11-08", 1)
		list, err := k.reports.Differences(t.Context(), k.query("2021-11-08"), reports.RatingFilter{Show: reports.RatingsAll, Subject: "recommendation"})
		if err != nil {
			t.Fatal(err)
		}
		given, suggested := 0, 0
		for _, i := range b.Items {
			at := slices.IndexFunc(list.Rows, func(r reports.RatingRow) bool { return r.Ref == i.Ref })
			row := list.Rows[at]
			if i.Rated.Ref != i.Ref || i.Rated.Suggested != row.Suggested.Value || i.Rated.Rule != row.Suggested.Rule || i.Rated.N != row.Suggested.N || i.Rated.Apart != row.Apart || len(i.Rated.Given) != len(row.Given) {
				t.Errorf("%s: the briefing says %+v, the differences %+v", i.Ref, i.Rated, row)
			}
			given, suggested = given+len(i.Rated.Given), suggested+len(i.Rated.Suggested)
		}
		if given == 0 || suggested == 0 {
			t.Errorf("%d ratings, %d letters of suggestions", given, suggested)
		}
	})
}

// A briefing tells the tiers of the editions released by its day, and what is
// late behind its agenda, and of nothing else.
func TestABriefingTellsTiersAndWhatIsLate(t *testing.T) {
	k := newTalk(t, seedstest.Lesotho.SQLite(t))
	b := k.briefing("2021-11-08", 1)
	if n := len(b.Tiers); n == 0 || b.Tiers[n-1] != (reports.TierStatus{Year: 2021, Tier: "Tier 2 Watch List"}) || !slices.IsSortedFunc(b.Tiers, func(a, b reports.TierStatus) int { return a.Year - b.Year }) {
		t.Errorf("the tiers are %+v", b.Tiers)
	}
	behind, overdue := map[string]int{}, 0
	for _, i := range b.Items {
		for _, c := range i.Commitments {
			behind[c.Ref] = c.OverdueDays
		}
	}
	for _, a := range b.Attention {
		days, there := behind[a.Ref]
		if !there {
			t.Errorf("%s is not behind the agenda", a.Ref)
		}
		if a.Kind == reports.AttentionOverdue {
			if overdue++; days != a.Days {
				t.Errorf("%s is %d days overdue, and %d on its item", a.Ref, a.Days, days)
			}
		}
	}
	if overdue != b.Figures.Overdue || overdue == 0 {
		t.Errorf("%d are overdue in the list, %d in the summary", overdue, b.Figures.Overdue)
	}
}
