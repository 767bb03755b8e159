package seeds

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"tracker/internal/calendar"
	"tracker/internal/dialogues"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
)

// dialogues collects the dialogues that are not there, with their agendas and
// what is written on them. A dialogue is known by its key; the agenda of one
// that is there is left as it is.
func (l *loader) dialogues() ([]event, error) {
	var keys []string
	if err := l.tx.Raw("SELECT seed_key FROM dialogues WHERE seed_key <> ''").Scan(&keys).Error; err != nil {
		return nil, err
	}
	var events []event
	seen := map[string]bool{}
	for _, y := range l.files.dialogues {
		if y.Key == "" || seen[y.Key] {
			return nil, in(dialoguesFile, y.Title, fmt.Errorf("the key %q is empty or stands twice", y.Key))
		}
		seen[y.Key] = true
		added := !slices.Contains(keys, y.Key)
		l.count(dialoguesFile, "dialogues", added)
		for range y.Agenda {
			l.count(dialoguesFile, "agenda items", added)
		}
		if !added {
			continue
		}
		d, agenda := new(dialogues.Dialogue), new([]dialogues.AgendaItem) // as added
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
	}
	return events, nil
}

// texts are an item's, without the line end that closes a block of YAML.
func (y agendaYAML) texts() dialogues.Texts {
	return dialogues.Texts{TalkingPoints: strings.TrimSpace(y.TalkingPoints), Asks: strings.TrimSpace(y.Asks), Notes: strings.TrimSpace(y.Notes)}
}

func (l *loader) addDialogue(clock calendar.Clock, y dialogueYAML) (dialogues.Dialogue, error) {
	actor, err := l.actor(y.By)
	if err != nil {
		return dialogues.Dialogue{}, err
	}
	return dialogues.Add(l.tx, clock, actor, dialogues.DialogueNew{Country: l.files.country.Code, SeedKey: y.Key,
		Fields: dialogues.Fields{Title: y.Title, HeldOn: y.HeldOn, Place: y.Place, Note: y.Note, SinceOn: y.SinceOn}})
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
