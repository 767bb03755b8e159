package reports

import (
	"slices"
	"strconv"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/dialogues"
	"tracker/internal/progress"
)

// AgreedStatus is an action that was agreed in a dialogue, as the commitment
// that was made of it stands.
type AgreedStatus struct {
	dialogues.AgreedTold
	Ref         string          `json:"ref"`
	Title       string          `json:"title"`
	Lead        string          `json:"lead"` // code
	Status      progress.Status `json:"status"`
	AsOf        calendar.Date   `json:"as_of"`
	DueOn       calendar.Date   `json:"due_on"`
	OverdueDays int             `json:"overdue_days"`
}

// agree tells what was agreed on the agenda, and in the dialogues before, with
// what became of it; and what partners undertook.
func (b *Briefing) agree(tx *gorm.DB, q Query, t *telling) error {
	list, err := dialogues.AgreedUpTo(tx, b.Country, b.Dialogue.HeldOn)
	if err != nil {
		return err
	}
	undertaken, err := dialogues.UndertakingsUpTo(tx, q.Actor, b.Country, b.Dialogue.HeldOn)
	if err != nil {
		return err
	}
	list, undertaken = b.with(list, undertaken)
	for _, one := range list {
		line, there := t.all.Line(one.CommitmentID)
		if !there { // not in the plan yet, or not shared
			continue
		}
		s := AgreedStatus{AgreedTold: one, Ref: line.Ref, Title: line.Title, Lead: t.all.Institutions[line.LeadID].Code, Status: line.Status, AsOf: line.AsOf, DueOn: line.DueOn, OverdueDays: line.Overdue}
		if one.DialogueID != b.Dialogue.ID {
			b.Earlier = append(b.Earlier, s)
			continue
		}
		for n := range b.Items {
			if b.Items[n].AgendaID == one.AgendaItemID {
				b.Items[n].Agreed = append(b.Items[n].Agreed, s)
			}
		}
	}
	for _, u := range undertaken {
		if u.DialogueID != b.Dialogue.ID {
			b.EarlierUndertakings = append(b.EarlierUndertakings, u)
			continue
		}
		for n := range b.Items {
			if b.Items[n].AgendaID == u.AgendaItemID {
				b.Items[n].Undertakings = append(b.Items[n].Undertakings, u)
			}
		}
	}
	return nil
}

// RecommendedStatus is a recommendation that was made in the room, with how far
// it is answered; empty where it is not asked on the day of the briefing.
type RecommendedStatus struct {
	dialogues.RecommendedTold
	Answered string `json:"answered"`
}

// recommend tells what was recommended in the room, of the dialogue and under
// each item.
func (b *Briefing) recommend(tx *gorm.DB, t *telling) error {
	if b.Dialogue.MechanismID == nil {
		return nil
	}
	list, err := dialogues.RecommendedIn(tx, b.Dialogue.ID)
	asked := t.all.Asked()
	for _, one := range list {
		s := RecommendedStatus{RecommendedTold: one}
		if at := slices.IndexFunc(asked, func(a Asked) bool { return a.RecommendationID == one.RecommendationID }); at >= 0 {
			s.Answered = asked[at].Answered()
		}
		b.Recommended = append(b.Recommended, s)
		for n := range b.Items {
			if b.Items[n].AgendaID == one.AgendaItemID {
				b.Items[n].Recommended = append(b.Items[n].Recommended, s)
			}
		}
	}
	return err
}

// Edition names the edition that the dialogue is; empty where nothing was
// recommended there.
func (b Briefing) Edition() string {
	if len(b.Recommended) == 0 {
		return ""
	}
	r := b.Recommended[0]
	return r.MechanismShort + " " + strconv.Itoa(r.Year)
}

// HasAgreed says whether anything was agreed, in this dialogue or before, or
// recommended in this one.
func (b Briefing) HasAgreed() bool {
	return len(b.Recommended)+len(b.Earlier)+len(b.EarlierUndertakings) > 0 || slices.ContainsFunc(b.Items, func(i BriefingItem) bool { return len(i.Agreed)+len(i.Undertakings) > 0 })
}
