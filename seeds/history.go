package seeds

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
)

// event is one thing that happened, replayed under a clock that stands at its
// instant.
type event struct {
	at   time.Time
	file string
	row  string
	do   func(clock calendar.Clock) error
}

// history replays everything that the database does not hold yet, in the order
// of the instants; at the same instant in the order of the files.
func (l *loader) history() error {
	var events []event
	for _, collect := range []func() ([]event, error){l.commitments, l.transfers, l.updates, l.dialogues, l.ratings, l.requests, l.indicators, l.clearing, l.closings} {
		list, err := collect()
		if err != nil {
			return err
		}
		events = append(events, list...)
	}
	slices.SortStableFunc(events, func(a, b event) int { return a.at.Compare(b.at) })
	for _, e := range events {
		err := errors.New("its instant is missing")
		switch {
		case e.at.IsZero():
		case e.at.After(l.now.Now()):
			err = fmt.Errorf("%s is after the clock", e.at.Format(time.RFC3339))
		default:
			err = e.do(l.at(e.at))
		}
		if err != nil {
			return in(e.file, e.row, err)
		}
	}
	return nil
}

// commitments collects the commitments that are not there, with their
// revisions, and the answers that were never given.
func (l *loader) commitments() ([]event, error) {
	var refs, answered []string
	if err := l.tx.Raw("SELECT ref FROM commitments").Scan(&refs).Error; err != nil {
		return nil, err
	}
	err := l.tx.Raw(`SELECT DISTINCT c.ref || ' ' || m.code || ' ' || e.year || '/' || r.number || i.letter FROM answers a
JOIN commitments c ON c.id = a.commitment_id JOIN items i ON i.id = a.item_id JOIN recommendations r ON r.id = i.recommendation_id
JOIN editions e ON e.id = r.edition_id JOIN mechanisms m ON m.id = e.mechanism_id`).Scan(&answered).Error
	if err != nil {
		return nil, err
	}
	var events []event
	seen := map[string]bool{}
	for _, y := range l.files.commitments {
		if seen[y.Ref] {
			return nil, in(commitmentsFile, y.Ref, errors.New("the reference stands twice"))
		}
		seen[y.Ref] = true
		added := !slices.Contains(refs, y.Ref)
		l.count(commitmentsFile, "commitments", added)
		if added {
			events = append(events, event{y.RecordedAt, commitmentsFile, y.Ref, func(clock calendar.Clock) error { return l.addCommitment(clock, y) }})
			for _, r := range y.Revisions {
				l.count(commitmentsFile, "revisions", true)
				events = append(events, event{r.RecordedAt, commitmentsFile, y.Ref + ", " + r.EffectiveOn.String(),
					func(clock calendar.Clock) error { return l.revise(clock, y.Ref, r) }})
			}
		}
		for _, a := range y.Answers {
			there := slices.Contains(answered, y.Ref+" "+a.Item)
			l.count(commitmentsFile, "answers", !there)
			if !there {
				events = append(events, event{l.linkedAt(y, a), commitmentsFile, y.Ref + ", " + a.Item,
					func(clock calendar.Clock) error { return l.link(clock, y.Ref, a) }})
			}
		}
	}
	return events, nil
}

// linkedAt is the instant of an answer, of which the file knows the day: noon,
// and not before the commitment was recorded.
func (l *loader) linkedAt(y commitmentYAML, a answerYAML) time.Time {
	noon := time.Date(a.LinkedOn.Year(), a.LinkedOn.Month(), a.LinkedOn.Day(), 12, 0, 0, 0, l.zone)
	if noon.Before(y.RecordedAt) {
		return y.RecordedAt
	}
	return noon
}

func (l *loader) addCommitment(clock calendar.Clock, y commitmentYAML) error {
	actor, err := l.actor(y.RecordedBy)
	if err != nil {
		return err
	}
	terms, err := l.apply(plan.Terms{}, y.Terms)
	if err != nil {
		return err
	}
	if !y.FirstDueOn.IsZero() && y.FirstDueOn != terms.DueOn {
		return fmt.Errorf("first_due_on is %s and due_on %s: give the first date in both and the later one in a revision", y.FirstDueOn, terms.DueOn)
	}
	_, err = plan.Add(l.tx, clock, actor, plan.CommitmentNew{Country: l.files.country.Code, Ref: y.Ref, Origin: plan.Origin(y.Origin), Terms: terms})
	return err
}

func (l *loader) revise(clock calendar.Clock, ref string, y revisionYAML) error {
	actor, err := l.actor(y.By)
	if err != nil {
		return err
	}
	c, err := plan.CommitmentByRef(l.tx, ref)
	if err != nil {
		return err
	}
	r, err := plan.RevisionInForce(l.tx, c.ID, y.EffectiveOn, clock.Now())
	if err != nil {
		return err
	}
	terms, err := l.apply(r.Terms, y.Changes)
	if err != nil {
		return err
	}
	return plan.Revise(l.tx, clock, actor, plan.CommitmentChange{Ref: ref, Version: c.Version, EffectiveOn: y.EffectiveOn, Reason: y.Reason, Terms: terms})
}

func (l *loader) link(clock calendar.Clock, ref string, y answerYAML) error {
	actor, err := l.actor(y.By)
	if err != nil {
		return err
	}
	item, err := recommendations.ParseRef(y.Item)
	if err != nil || item.Letter == "" {
		return fmt.Errorf("%q is no item", y.Item)
	}
	row, err := recommendations.ItemByRef(l.tx, l.files.country.Code, item, clock.Today())
	if problem.KindOf(err) == problem.NotFound {
		return fmt.Errorf("there is no item %s on %s", item, clock.Today())
	}
	if err != nil {
		return err
	}
	_, err = plan.Link(l.tx, clock, actor, plan.AnswerNew{Ref: ref, ItemID: row.ID, Extent: plan.Extent(y.Extent), Reason: y.Reason, LinkedOn: y.LinkedOn})
	return err
}

// apply gives the terms with what the file says put in.
func (l *loader) apply(t plan.Terms, y termsYAML) (plan.Terms, error) {
	set(&t.Title, y.Title)
	set(&t.Text, y.Text)
	set(&t.StartsOn, y.StartsOn)
	set(&t.DueOn, y.DueOn)
	set(&t.MeansOfVerification, y.MeansOfVerification)
	set(&t.Assumptions, y.Assumptions)
	set(&t.Themes, y.Themes)
	set(&t.Indicia, y.TVPA)
	set(&t.SDG, y.SDG)
	if y.Node != nil {
		id, ok := l.nodes[*y.Node]
		if !ok {
			return t, fmt.Errorf("there is no node %q", *y.Node)
		}
		t.NodeID = &id
	}
	var err error
	if y.Lead != nil {
		if t.LeadID, err = l.institution(*y.Lead); err != nil {
			return t, err
		}
	}
	if y.Supporting != nil {
		if t.Supporting, err = l.institutionIDs(*y.Supporting); err != nil {
			return t, err
		}
	}
	if y.Milestones != nil {
		t.Milestones = nil
		for _, m := range *y.Milestones {
			t.Milestones = append(t.Milestones, plan.Milestone(m))
		}
	}
	if y.Budget != nil {
		t.Budget = nil
		for _, b := range *y.Budget {
			t.Budget = append(t.Budget, plan.BudgetLine{Year: b.Year, AmountCents: b.Amount * 100, Currency: b.Currency, Funder: b.Funder})
		}
	}
	if y.Share != nil {
		t.Share, err = widest(*y.Share)
	}
	return t, err
}

func set[T any](into *T, given *T) {
	if given != nil {
		*into = *given
	}
}

// widest gives the widest of the audiences that a file lists. Each list goes
// without a gap: who is not named reads nothing that a wider audience reads.
func widest(list []string) (plan.Audience, error) {
	if len(list) == 0 || len(list) > len(plan.Audiences) {
		return "", fmt.Errorf("share lists %d audiences", len(list))
	}
	for _, a := range plan.Audiences[:len(list)] {
		if !slices.Contains(list, string(a)) {
			return "", fmt.Errorf("share lists %v: begin with internal, then partner, then public", list)
		}
	}
	return plan.Audiences[len(list)-1], nil
}

// transfers collects the successions that are not there, with their transfers.
func (l *loader) transfers() ([]event, error) {
	there, err := accounts.Successions(l.tx)
	if err != nil {
		return nil, err
	}
	var events []event
	for _, y := range l.files.transfers {
		added := !slices.ContainsFunc(there, func(s accounts.SuccessionRow) bool {
			return s.FromCode == y.From && s.ToCode == y.To && s.EffectiveOn == y.EffectiveOn
		})
		l.count(transfersFile, "successions", added)
		if added {
			events = append(events, event{y.RecordedAt, transfersFile, y.From + " to " + y.To, func(clock calendar.Clock) error { return l.succeed(clock, y) }})
		}
	}
	return events, nil
}

func (l *loader) succeed(clock calendar.Clock, y transferYAML) error {
	actor, err := l.actor(y.By)
	if err != nil {
		return err
	}
	s, err := accounts.Succeed(l.tx, accounts.CommandLine(), clock.Now(), accounts.SuccessionChange{From: y.From, To: y.To,
		Kind: accounts.SuccessionKind(y.Kind), EffectiveOn: y.EffectiveOn, Reason: y.Reason})
	if err != nil {
		return err
	}
	if y.Commitments.All == (s.Kind == accounts.Split) {
		return errors.New("a rename or merge moves all commitments, a split those that it lists")
	}
	_, err = plan.Succeed(l.tx, clock, actor, s, y.Commitments.Refs)
	return err
}
