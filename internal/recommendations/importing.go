package recommendations

import (
	"context"
	"errors"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/problem"
	"tracker/internal/recommendations/narrative"
)

// ListOf takes the list of one edition out of what a file holds: the only one,
// or the one of this mechanism, country (ISO 3166-1 alpha-2) and year, as far as
// the file states them.
func ListOf(found []narrative.Found, mechanism, country string, year int) (narrative.Found, error) {
	if len(found) == 1 {
		return found[0], nil
	}
	var fits []narrative.Found
	for _, f := range found {
		if f.Year == year && (f.Mechanism == "" || f.Mechanism == mechanism) && (f.Country == "" || isCountry(f.Country, country)) {
			fits = append(fits, f)
		}
	}
	if len(fits) != 1 {
		return narrative.Found{}, problem.New(problem.Invalid, "narrative.error.editions", "n", len(found))
	}
	return fits[0], nil
}

// isCountry says whether a name, in English, is that of a country's code.
func isCountry(name, code string) bool {
	region, err := language.ParseRegion(code)
	return err == nil && strings.EqualFold(name, display.English.Regions().Name(region)) || strings.EqualFold(name, code)
}

// EntriesOf are what was found, as entries of a list: with the basis that the
// file states, else the one given.
func EntriesOf(f narrative.Found, basis Basis) (list []Entry) {
	for _, r := range f.Recommendations {
		e := Entry{Text: r.Text, Basis: basis, Source: r.Source, Cut: r.Cut}
		if r.Basis != "" {
			e.Basis = Basis(r.Basis)
		}
		list = append(list, e)
	}
	return list
}

// Imported is what came of a list: added, with its edition where that was not
// there, or compared with what is held.
type Imported struct {
	Edition  EditionRow
	New      bool // the edition was not there
	Added    int
	Compared []Compared
}

// errDry takes back what a dry run did.
var errDry = errors.New("recommendations: a dry run")

// Import takes a list over with its edition, which it adds where it is not
// there, all or nothing; a dry run checks everything and keeps nothing. Where
// the edition holds recommendations already it only compares.
func (s *Store) Import(ctx context.Context, actor accounts.Actor, key string, list ListNew, edition EditionFields, dry bool) (done Imported, err error) {
	_, err = s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		return "", s.take(tx, actor, list, edition, dry, &done)
	})
	if errors.Is(err, errDry) {
		err = nil
	}
	return done, err
}

func (s *Store) take(tx *gorm.DB, actor accounts.Actor, list ListNew, edition EditionFields, dry bool, done *Imported) error {
	*done = Imported{}
	if _, err := language.ParseRegion(list.Country); err != nil {
		return problem.New(problem.Invalid, "import.error.country")
	}
	e, err := EditionOf(tx, list.Country, list.Mechanism, list.Year, farOff)
	if problem.KindOf(err) == problem.NotFound {
		edition.Completeness, done.New = list.Completeness, true
		_, err = AddEdition(tx, s.clock, actor, EditionNew{Country: list.Country, Mechanism: list.Mechanism, Year: list.Year, EditionFields: edition})
	}
	if err != nil {
		return err
	}
	if e.Recommendations > 0 {
		rows, err := Recommendations(tx, e.ID)
		done.Edition, done.Compared = e, Compare(rows, list.Entries)
		return err
	}
	if err := TakeOver(tx, s.clock, actor, list); err != nil {
		return err
	}
	done.Added = len(list.Entries)
	if done.Edition, err = EditionOf(tx, list.Country, list.Mechanism, list.Year, farOff); err == nil && dry {
		err = errDry
	}
	return err
}
