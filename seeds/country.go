package seeds

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/problem"
	"tracker/internal/progress"
)

// ErrInUse says that a demonstration was not loaded, since people work in the
// database already.
var ErrInUse = errors.New("this database holds a plan that is no demonstration: load the demonstration into a new one")

// country checks that the folder fits the database, sets what nobody has set
// yet, and finds out what time it is.
func (l *loader) country() error {
	c := l.files.country
	zone, err := time.LoadLocation(c.Zone)
	if err != nil || c.Zone == "" || c.Zone == "Local" {
		return in(countryFile, "zone", fmt.Errorf("%q is no time zone", c.Zone))
	}
	l.zone = zone
	var begun int64
	if err := l.tx.Raw("SELECT count(*) FROM commitments").Scan(&begun).Error; err != nil {
		return err
	}
	was, err := accounts.LoadSettings(l.tx)
	if err != nil {
		return err
	}
	if begun > 0 && c.Demonstration && !was.Demonstration {
		return ErrInUse
	}
	if begun > 0 && was.CountryCode != c.Code {
		return in(countryFile, "code", fmt.Errorf("the database is of %s, the folder of %s", was.CountryCode, c.Code))
	}
	values := map[string]string{"country_code": c.Code, "country_name": c.Name, "owner": c.Owner, "zone": c.Zone, "currency": c.Currency}
	domain, err := was.Clock()
	if err != nil {
		return err
	}
	l.now = l.at(domain.Now())
	if c.Demonstration {
		values["demonstration"] = "yes"
		if !c.Clock.IsZero() && !was.Demonstration {
			values["clock_offset"] = time.Until(c.Clock).Round(time.Second).String()
			l.now = l.at(c.Clock)
		}
	}
	l.base = l.now
	if begun == 0 {
		l.base = l.before()
	}
	l.summary.Demonstration = was.Demonstration || c.Demonstration
	return in(countryFile, "", accounts.SeedSettings(l.tx, l.base.Now(), values))
}

// before is the clock of the first load's rows without an instant of their
// own: nine in the morning of the day before the first event.
func (l *loader) before() calendar.Clock {
	first := l.now.Now()
	for _, c := range l.files.commitments {
		if !c.RecordedAt.IsZero() && c.RecordedAt.Before(first) {
			first = c.RecordedAt
		}
	}
	y, m, d := first.In(l.zone).AddDate(0, 0, -1).Date()
	return l.at(time.Date(y, m, d, 9, 0, 0, 0, l.zone))
}

func (l *loader) institutions() error {
	for _, y := range l.files.institutions {
		_, err := accounts.InstitutionByCode(l.tx, y.Code)
		added := problem.KindOf(err) == problem.NotFound
		if added {
			_, err = accounts.CreateInstitution(l.tx, accounts.CommandLine(), l.base.Now(), accounts.InstitutionChange{Code: y.Code, Name: y.Name,
				ShortName: y.Short, Kind: accounts.Kind(y.Kind), ValidFrom: y.ValidFrom, ValidTo: y.ValidTo, Note: y.Note})
		}
		if err != nil {
			return in(institutionsFile, y.Code, err)
		}
		l.count(institutionsFile, "institutions", added)
	}
	list, err := accounts.Institutions(l.tx)
	if err != nil {
		return err
	}
	l.ids = map[string]int64{}
	for _, i := range list {
		l.ids[i.Code] = i.ID
	}
	if code := l.files.country.Secretariat; code != "" {
		err := accounts.SeedSettings(l.tx, l.base.Now(), map[string]string{"secretariat": code})
		return in(countryFile, "secretariat", err)
	}
	return nil
}

// clearing collects the posts that came to clear what their institution sends,
// where it has none yet.
func (l *loader) clearing() ([]event, error) {
	var events []event
	for _, y := range l.files.institutions {
		if y.Clearing.Post == "" {
			continue
		}
		i, err := accounts.InstitutionByCode(l.tx, y.Code)
		if err != nil {
			return nil, err
		}
		l.count(institutionsFile, "clearing posts", i.ClearingPostID == nil)
		if i.ClearingPostID != nil {
			continue
		}
		events = append(events, event{y.Clearing.At, institutionsFile, y.Code, func(clock calendar.Clock) error {
			actor, err := l.actor(y.Clearing.By)
			if err != nil {
				return err
			}
			p, err := accounts.PostByTitle(l.tx, i.ID, y.Clearing.Post)
			if err != nil {
				return fmt.Errorf("there is no post %q", y.Clearing.Post)
			}
			return accounts.ChooseClearing(l.tx, actor, clock.Now(), y.Code, i.Version, p.ID)
		}})
	}
	return events, nil
}

func (l *loader) people() error {
	for _, y := range l.files.people {
		_, err := accounts.PersonByEmail(l.tx, y.Email)
		added := problem.KindOf(err) == problem.NotFound
		if added {
			_, err = accounts.CreatePerson(l.tx, accounts.CommandLine(), l.base.Now(), l.base.Today(), accounts.NewPerson{Email: y.Email,
				Institution: y.Institution, Role: accounts.Role(y.Role), Title: y.Post, Demo: y.Demo && l.summary.Demonstration})
		}
		if err != nil {
			return in(peopleFile, y.Email, err)
		}
		l.count(peopleFile, "people", added)
	}
	return nil
}

func (l *loader) periods() error {
	there, err := progress.Periods(l.tx, l.files.country.Code)
	if err != nil {
		return err
	}
	for _, y := range l.files.periods.Periods {
		i := slices.IndexFunc(there, func(p progress.Period) bool { return p.Label == y.Label })
		var p progress.Period
		if i >= 0 {
			p = there[i]
		} else {
			p, err = progress.AddPeriod(l.tx, l.base, accounts.CommandLine(), progress.Period{Country: l.files.country.Code, Label: y.Label,
				StartsOn: y.StartsOn, EndsOn: y.EndsOn, Answers: y.Answers.ref(), JudgedBy: y.JudgedBy.ref()})
		}
		if err != nil {
			return in(periodsFile, y.Label, err)
		}
		l.count(periodsFile, "periods", i < 0)
		if err := l.deadlines(p, y.Deadlines); err != nil {
			return err
		}
	}
	on := l.files.country.Dialogue.On
	if !on.IsZero() && !l.files.hasDialogue(on) {
		return in(countryFile, "dialogue", fmt.Errorf("no deadline of the purpose dialogue is due on %s", on))
	}
	return nil
}

// is says whether a stored deadline is the one of the file: by its title, or,
// where a person called it otherwise, by its purpose and its days.
func (y deadlineYAML) is(d progress.Deadline) bool {
	if d.Title == y.Title {
		return true
	}
	if d.Purpose == progress.Reporting {
		return y.Purpose == string(d.Purpose) && !y.CoversFrom.After(d.CoversTo) && !y.CoversTo.Before(d.CoversFrom)
	}
	return y.Purpose == string(d.Purpose) && y.DueOn == d.DueOn
}

func (l *loader) deadlines(p progress.Period, list []deadlineYAML) error {
	for _, y := range list {
		there := slices.ContainsFunc(p.Deadlines, y.is)
		if !there {
			d, err := progress.AddDeadline(l.tx, l.base, accounts.CommandLine(), p.ID, progress.Deadline{Title: y.Title,
				Purpose: progress.Purpose(y.Purpose), CoversFrom: y.CoversFrom, CoversTo: y.CoversTo, DueOn: y.DueOn, Note: y.Note})
			if err != nil {
				return in(periodsFile, p.Label+", "+y.Title, err)
			}
			l.due = append(l.due, dueYAML{d.ID, y})
		}
		l.count(periodsFile, "deadlines", !there)
	}
	return nil
}

// dueYAML is a deadline that was added.
type dueYAML struct {
	id int64
	deadlineYAML
}

// closings collects the closing and certifying of the deadlines that this load
// added; one that was there is left as it is.
func (l *loader) closings() ([]event, error) {
	var events []event
	for _, y := range l.due {
		step := func(what byYAML, do func(clock calendar.Clock, actor accounts.Actor) error) {
			if what.By == "" {
				return
			}
			events = append(events, event{what.At, periodsFile, y.Title, func(clock calendar.Clock) error {
				actor, err := l.actor(what.By)
				if err != nil {
					return err
				}
				return do(clock, actor)
			}})
		}
		step(y.Closed, func(clock calendar.Clock, actor accounts.Actor) error {
			return progress.CloseDeadline(l.tx, clock, actor, y.id, 1, true)
		})
		step(y.Certified, func(clock calendar.Clock, actor accounts.Actor) error {
			return progress.CertifyDeadline(l.tx, clock, actor, y.id, 2)
		})
	}
	return events, nil
}

// hasDialogue says whether a deadline of that purpose is due on the day.
func (f folder) hasDialogue(on calendar.Date) bool {
	for _, p := range f.periods.Periods {
		for _, d := range p.Deadlines {
			if d.Purpose == string(progress.Dialogue) && d.DueOn == on {
				return true
			}
		}
	}
	return false
}
