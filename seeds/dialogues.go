package seeds

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/dialogues"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
)

// dialogues collects the dialogues that are not there, with their agendas and
// what is written on them, and what came after of those that are. A dialogue
// is known by its key; what lies after the clock waits for a later load, and
// what lies before the last thing that the trail tells of a dialogue is left
// as people left it.
func (l *loader) dialogues() ([]event, error) {
	var there []struct {
		ID      int64
		SeedKey string
	}
	if err := l.tx.Raw("SELECT id, seed_key FROM dialogues WHERE seed_key <> ''").Scan(&there).Error; err != nil {
		return nil, err
	}
	var events []event
	seen := map[string]bool{}
	for _, y := range l.files.dialogues {
		if y.Key == "" || seen[y.Key] {
			return nil, in(dialoguesFile, y.Title, fmt.Errorf("the key %q is empty or stands twice", y.Key))
		}
		if seen[y.Key] = true; y.RecordedAt.After(l.now.Now()) {
			continue
		}
		d, last := new(dialogues.Dialogue), time.Time{} // as added
		added := true
		for _, one := range there {
			if one.SeedKey == y.Key {
				d.ID, added = one.ID, false
				var at []time.Time
				if err := l.tx.Raw("SELECT at FROM audit_entries WHERE object = ? ORDER BY seq DESC LIMIT 1", fmt.Sprintf("dialogue %d", d.ID)).Scan(&at).Error; err != nil {
					return nil, err
				}
				for _, last = range at {
				}
			}
		}
		l.count(dialoguesFile, "dialogues", added)
		for range y.Agenda {
			l.count(dialoguesFile, "agenda items", added)
		}
		if added {
			events = append(events, l.planned(y, d)...)
		}
		for _, e := range l.talked(y, d) {
			if e.at.After(last) && !e.at.After(l.now.Now()) {
				events = append(events, e)
			}
		}
	}
	return events, nil
}

// planned are the events of a dialogue's planning.
func (l *loader) planned(y dialogueYAML, d *dialogues.Dialogue) (events []event) {
	agenda := new([]dialogues.AgendaItem) // as added
	events = append(events, event{y.RecordedAt, dialoguesFile, y.Key, func(clock calendar.Clock) (err error) {
		*d, err = l.addDialogue(clock, y)
		return err
	}})
	if len(y.Agenda) > 0 {
		events = append(events, event{y.ChosenAt, dialoguesFile, y.Key + ", agenda", func(clock calendar.Clock) (err error) {
			*agenda, err = l.chooseAgenda(clock, y, d.ID)
			return err
		}})
	}
	for i, item := range y.Agenda {
		if texts := item.texts(); texts != (dialogues.Texts{}) {
			events = append(events, event{item.WrittenAt, dialoguesFile, y.Key + ", " + item.Recommendation, func(clock calendar.Clock) error {
				return l.writeTexts(clock, item, (*agenda)[i])
			}})
		}
	}
	return events
}

// talked are the events that follow: that it stands prepared, that it was held,
// and what was said and agreed there.
func (l *loader) talked(y dialogueYAML, d *dialogues.Dialogue) (events []event) {
	step := func(at time.Time, to dialogues.State) {
		if !at.IsZero() {
			events = append(events, event{at, dialoguesFile, y.Key + ", " + string(to), func(clock calendar.Clock) error {
				actor, err := l.actor(y.By)
				if err != nil {
					return err
				}
				now, err := dialogues.ByID(l.tx, l.files.country.Code, d.ID)
				if err != nil {
					return err
				}
				return dialogues.Step(l.tx, clock, actor, dialogues.Mark{Country: now.Country, ID: now.ID, Version: now.Version, To: to})
			}})
		}
	}
	step(y.PreparedAt, dialogues.Prepared)
	step(y.HeldAt, dialogues.Held)
	if y.NotedAt.IsZero() {
		return events
	}
	for _, item := range y.Agenda {
		events = append(events, event{y.NotedAt, dialoguesFile, y.Key + ", record of " + item.Recommendation, func(clock calendar.Clock) error {
			return l.noteItem(clock, y, item, d.ID)
		}})
	}
	return events
}

// noteItem notes what was said on an item, and what was agreed under it.
func (l *loader) noteItem(clock calendar.Clock, y dialogueYAML, item agendaYAML, id int64) error {
	actor, err := l.actor(y.By)
	if err != nil {
		return err
	}
	ref, err := recommendations.ParseRef(item.Recommendation)
	if err != nil {
		return err
	}
	r, err := recommendations.ByRef(l.tx, l.files.country.Code, ref, clock.Today())
	if err != nil {
		return err
	}
	agenda, err := dialogues.Agenda(l.tx, id)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(agenda, func(i dialogues.AgendaItem) bool { return i.Is(dialogues.OfRecommendation, r.ID) })
	if at < 0 { // a person took it off
		return nil
	}
	country := l.files.country.Code
	w := dialogues.Writing{Country: country, DialogueID: id, ID: agenda[at].ID, Seen: map[dialogues.Field]int64{}}
	w.Said, w.Heard, w.Agreed = strings.TrimSpace(item.Said), strings.TrimSpace(item.Heard), strings.TrimSpace(item.Agreed)
	for _, f := range dialogues.Record {
		w.Seen[f] = agenda[at].Revisions[f]
	}
	if err := dialogues.Write(l.tx, clock, actor, w); err != nil {
		return err
	}
	return l.agreeOn(clock, actor, item, id, agenda[at].ID)
}

// agreeOn records what was agreed under an item of a dialogue's agenda.
func (l *loader) agreeOn(clock calendar.Clock, actor accounts.Actor, item agendaYAML, dialogue, on int64) (err error) {
	country := l.files.country.Code
	for _, a := range item.Actions {
		in := dialogues.AgreedNew{Country: country, DialogueID: dialogue, ID: on, Ref: a.Ref, Title: a.Title, Text: a.Text, DueOn: a.DueOn}
		if in.LeadID, err = l.institution(a.Lead); err != nil {
			return err
		}
		if a.Item != "" {
			ref, err := recommendations.ParseRef(a.Item)
			if err != nil {
				return err
			}
			one, err := recommendations.ItemByRef(l.tx, country, ref, clock.Today())
			if err != nil {
				return err
			}
			in.Answers = one.ID
		}
		if _, err := dialogues.Agree(l.tx, clock, actor, in); err != nil {
			return err
		}
	}
	for _, u := range item.Undertakings {
		partner, err := l.institution(u.Institution)
		if err != nil {
			return err
		}
		if _, err := dialogues.Undertake(l.tx, clock, actor, dialogues.UndertakingNew{Country: country, DialogueID: dialogue, ID: on, InstitutionID: partner, Text: u.Text, DueOn: u.DueOn}); err != nil {
			return err
		}
	}
	return nil
}

// texts are an item's, without the line end that closes a block of YAML.
func (y agendaYAML) texts() dialogues.Texts {
	return dialogues.Texts{Stance: strings.TrimSpace(y.Position), TalkingPoints: strings.TrimSpace(y.TalkingPoints), Questions: strings.TrimSpace(y.Questions), Asks: strings.TrimSpace(y.Asks), Notes: strings.TrimSpace(y.Notes)}
}

func (l *loader) addDialogue(clock calendar.Clock, y dialogueYAML) (dialogues.Dialogue, error) {
	actor, err := l.actor(y.By)
	if err != nil {
		return dialogues.Dialogue{}, err
	}
	partner := int64(0)
	if y.Partner != "" {
		if partner, err = l.institution(y.Partner); err != nil {
			return dialogues.Dialogue{}, err
		}
	}
	return dialogues.Add(l.tx, clock, actor, dialogues.DialogueNew{Country: l.files.country.Code, SeedKey: y.Key,
		Fields: dialogues.Fields{Title: y.Title, HeldOn: y.HeldOn, Place: y.Place, Format: y.Format, OurSide: strings.TrimSpace(y.OurSide), TheirSide: strings.TrimSpace(y.TheirSide), Note: y.Note, SinceOn: y.SinceOn, PartnerID: partner}})
}

func (l *loader) chooseAgenda(clock calendar.Clock, y dialogueYAML, id int64) ([]dialogues.AgendaItem, error) {
	actor, err := l.actor(y.By)
	if err != nil {
		return nil, err
	}
	choice := dialogues.Choice{Country: l.files.country.Code, DialogueID: id}
	for _, item := range y.Agenda {
		ref, err := recommendations.ParseRef(item.Recommendation)
		if err != nil || ref.Number == 0 || ref.Letter != "" {
			return nil, fmt.Errorf("%q is no recommendation", item.Recommendation)
		}
		r, err := recommendations.ByRef(l.tx, l.files.country.Code, ref, clock.Today())
		if problem.KindOf(err) == problem.NotFound {
			return nil, fmt.Errorf("there is no recommendation %s on %s", ref, clock.Today())
		}
		if err != nil {
			return nil, err
		}
		choice.Recommendations = append(choice.Recommendations, r.ID)
	}
	added, err := dialogues.Choose(l.tx, clock, actor, choice)
	if err == nil && len(added) != len(y.Agenda) {
		err = errors.New("a recommendation stands twice on the agenda")
	}
	return added, err
}

func (l *loader) writeTexts(clock calendar.Clock, y agendaYAML, item dialogues.AgendaItem) error {
	actor, err := l.actor(y.By)
	if err != nil {
		return err
	}
	seen := map[dialogues.Field]int64{}
	for _, f := range dialogues.Before {
		seen[f] = 0
	}
	return dialogues.Write(l.tx, clock, actor, dialogues.Writing{Country: l.files.country.Code, DialogueID: item.DialogueID, ID: item.ID, Texts: y.texts(), Seen: seen})
}
