package seeds

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/files"
	"tracker/internal/plan"
	"tracker/internal/progress"
)

// updates collects the updates that are not there, with the steps of their
// review. An update is known by its key.
func (l *loader) updates() ([]event, error) {
	var keys []string
	if err := l.tx.Raw("SELECT seed_key FROM updates WHERE seed_key <> ''").Scan(&keys).Error; err != nil {
		return nil, err
	}
	var events []event
	seen := map[string]bool{}
	for _, y := range l.files.updates {
		if y.Key == "" || seen[y.Key] {
			return nil, in(updatesFile, y.Commitment+", "+y.AsOf.String(), fmt.Errorf("the key %q is empty or stands twice", y.Key))
		}
		seen[y.Key] = true
		if y.Released && !slices.ContainsFunc(y.Steps, func(s stepYAML) bool { return s.Do == "approve" }) {
			return nil, in(updatesFile, y.Key, errors.New("it is released and not approved"))
		}
		added := !slices.Contains(keys, y.Key)
		l.count(updatesFile, "updates", added)
		if !added {
			continue
		}
		u := new(progress.Update) // as it stands after each step
		events = append(events, event{y.DraftedAt, updatesFile, y.Key, func(clock calendar.Clock) (err error) {
			*u, err = l.draft(clock, y)
			return err
		}})
		for _, step := range y.Steps {
			row := y.Key + ", " + step.Do
			events = append(events, event{step.At, updatesFile, row, func(clock calendar.Clock) (err error) {
				*u, err = l.step(clock, y, step, *u)
				return err
			}})
		}
	}
	return events, nil
}

func (l *loader) draft(clock calendar.Clock, y updateYAML) (progress.Update, error) {
	actor, err := l.actor(y.By)
	if err != nil {
		return progress.Update{}, err
	}
	c, err := plan.CommitmentByRef(l.tx, y.Commitment)
	if err != nil {
		return progress.Update{}, fmt.Errorf("there is no commitment %q on %s", y.Commitment, clock.Today())
	}
	n := progress.NewUpdate{CommitmentID: c.ID, SeedKey: y.Key, Text: progress.Text{AsOf: y.AsOf, Status: progress.Status(y.Status), Done: y.Done,
		NoProgress: y.NoProgress, Blocker: y.Blocker, Obstacles: y.Obstacles, NextStep: y.NextStep, SharedSummary: y.SharedSummary,
		InternalNote: y.InternalNote, Milestone: y.Milestone}}
	if y.Institution != "" {
		if n.InstitutionID, err = l.institution(y.Institution); err != nil {
			return progress.Update{}, err
		}
	}
	for _, m := range y.Money {
		n.Money = append(n.Money, m.money())
	}
	for _, e := range y.Evidence {
		if e.File != "" {
			continue
		}
		n.Evidence = append(n.Evidence, progress.Evidence{Title: e.Title, URL: e.URL, Kind: e.Kind, DatedOn: e.DatedOn, Share: e.Share})
	}
	if y.Corrects != "" {
		err := l.tx.Raw("SELECT id FROM updates WHERE seed_key = ?", y.Corrects).Scan(&n.CorrectsID).Error
		if err != nil {
			return progress.Update{}, err
		}
		if n.CorrectsID == 0 {
			return progress.Update{}, fmt.Errorf("there is no update %q on %s", y.Corrects, clock.Today())
		}
	}
	u, err := progress.Start(l.tx, clock, actor, n)
	if err == nil && u.OnBehalf != y.OnBehalf {
		err = fmt.Errorf("on_behalf is %t, and %s writes for another institution: %t", y.OnBehalf, y.By, u.OnBehalf)
	}
	if err == nil && u.Kind == progress.Contribution && y.Status != "" {
		err = fmt.Errorf("%s supports on %s: its contribution has no status", actor.Institution, clock.Today())
	}
	if err == nil {
		err = l.attach(clock, actor, u, y)
	}
	return u, err
}

// attach adds the files of an update.
func (l *loader) attach(clock calendar.Clock, actor accounts.Actor, u progress.Update, y updateYAML) (err error) {
	var papers []progress.Paper
	for i, e := range y.Evidence {
		if e.File == "" || err != nil {
			continue
		}
		var content *files.Spooled
		if content, err = files.Spool(bytes.NewReader(e.content), files.MostBytes); err == nil {
			defer content.Close() //nolint:errcheck // it is gone with that
			papers = append(papers, progress.Paper{Row: i + 1, Name: e.File, Title: e.Title, Kind: e.Kind, DatedOn: e.DatedOn, Source: e.Source, Share: e.Share, Content: content})
		}
	}
	if err != nil || len(papers) == 0 {
		return err
	}
	return progress.Attach(l.tx, clock, actor, u.ID, papers)
}

// judge gives a verdict on what an update claims, resting on all its papers.
func (l *loader) judge(clock calendar.Clock, actor accounts.Actor, u progress.Update, verdict progress.Proof, reason string) (progress.Update, error) {
	j := progress.Judgement{Verdict: string(verdict), Reason: reason}
	if err := l.tx.Raw("SELECT id FROM evidence WHERE update_id = ?", u.ID).Scan(&j.Papers).Error; err != nil {
		return u, err
	}
	err := progress.Verify(l.tx, clock, actor, u.ID, u.Version, j)
	u.Version++
	return u, err
}

// step submits, returns, approves or judges. Who submits is the writer unless the file
// names another.
func (l *loader) step(clock calendar.Clock, y updateYAML, step stepYAML, u progress.Update) (progress.Update, error) {
	by := step.By
	if by == "" {
		by = y.By
	}
	actor, err := l.actor(by)
	if err != nil {
		return u, err
	}
	switch step.Do {
	case "submit":
		return progress.Submit(l.tx, clock, actor, u.ID, u.Version)
	case "ask":
		err := progress.AskClearance(l.tx, clock, actor, u.ID, u.Version)
		u.Version++
		return u, err
	case "return":
		return progress.Return(l.tx, clock, actor, u.ID, u.Version, step.Reason, step.Wording)
	case "approve":
		if y.Released {
			return progress.ApproveAndRelease(l.tx, clock, actor, u.ID, u.Version)
		}
		return progress.Approve(l.tx, clock, actor, u.ID, u.Version)
	case "verify":
		return l.judge(clock, actor, u, progress.Verified, step.Reason)
	case "dispute":
		return l.judge(clock, actor, u, progress.Disputed, step.Reason)
	}
	return u, fmt.Errorf("%q is no step: ask, submit, return, approve, verify or dispute", step.Do)
}
