package seeds

import (
	"errors"
	"fmt"
	"slices"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
)

// ever is a day after every release: the files also hold editions that pages
// show only later.
func ever() calendar.Date { return calendar.MustParse("2200-12-31") }

// errNoLetter: an item is known by its letter, or it would be added again by
// every load.
var errNoLetter = errors.New("an item has no letter")

// ref writes the reference of an edition, empty for none.
func (e editionRefYAML) ref() string {
	if e.Mechanism == "" {
		return ""
	}
	return recommendations.EditionRef(e.Mechanism, e.Year)
}

// framework adds the framework and its nodes.
func (l *loader) framework() error {
	y := l.files.framework.Framework
	l.nodes = map[string]int64{}
	if y.Code == "" {
		return nil
	}
	list, err := plan.Frameworks(l.tx, l.files.country.Code)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(f plan.Framework) bool { return f.Code == y.Code })
	var f plan.Framework
	if i >= 0 {
		f = list[i]
	} else {
		f, err = plan.AddFramework(l.tx, l.base, accounts.CommandLine(), plan.Framework{Country: l.files.country.Code, Code: y.Code, Title: y.Title,
			ShortName: y.Short, StartsOn: y.StartsOn, EndsOn: y.EndsOn, Basis: y.Basis, Note: y.Note})
	}
	if err != nil {
		return in(frameworkFile, y.Code, err)
	}
	l.count(frameworkFile, "frameworks", i < 0)
	return l.addNodes(f)
}

func (l *loader) addNodes(f plan.Framework) error {
	there, err := plan.Nodes(l.tx, l.files.country.Code)
	if err != nil {
		return err
	}
	for _, n := range there {
		if n.FrameworkID == f.ID {
			l.nodes[n.Number] = n.ID
		}
	}
	for _, y := range l.files.framework.Nodes {
		if _, ok := l.nodes[y.Number]; ok {
			l.count(frameworkFile, "nodes", false)
			continue
		}
		if y.Parent != "" && l.nodes[y.Parent] == 0 {
			return in(frameworkFile, y.Number, fmt.Errorf("its parent %q does not stand above it", y.Parent))
		}
		n, err := plan.AddNode(l.tx, l.base, accounts.CommandLine(), plan.NodeNew{FrameworkID: f.ID, ParentID: l.nodes[y.Parent],
			Level: y.Level, Number: y.Number, Title: y.Title, Theme: y.Theme})
		if err != nil {
			return in(frameworkFile, y.Number, err)
		}
		l.nodes[n.Number] = n.ID
		l.count(frameworkFile, "nodes", true)
	}
	return nil
}

// recommendations adds mechanisms, editions, recommendations and items.
func (l *loader) recommendations() error {
	there, err := recommendations.Mechanisms(l.tx)
	if err != nil {
		return err
	}
	for _, y := range l.files.recommendations.Mechanisms {
		added := !slices.ContainsFunc(there, func(m recommendations.Mechanism) bool { return m.Code == y.Code })
		if added {
			_, err := recommendations.AddMechanism(l.tx, l.base, accounts.CommandLine(), recommendations.MechanismNew{Code: y.Code, Name: y.Name,
				ShortName: y.Short, URL: y.URL, Note: y.Note, Scale: y.Scale, CycleMonths: y.Cycle, Responses: y.Responses})
			if err != nil {
				return in(recommendationsFile, y.Code, err)
			}
		}
		l.count(recommendationsFile, "mechanisms", added)
	}
	for _, y := range l.files.recommendations.Editions {
		if err := l.edition(y); err != nil {
			return err
		}
	}
	for _, y := range l.files.recommendations.Editions {
		for _, r := range y.Recommendations {
			if err := l.continues(y, r); err != nil {
				return in(recommendationsFile, fmt.Sprintf("%s/%d", recommendations.EditionRef(y.Mechanism, y.Year), r.Number), err)
			}
		}
	}
	return nil
}

// continues says which earlier recommendations one continues; what was said of
// a pair since stays.
func (l *loader) continues(e editionYAML, y recommendationYAML) error {
	for _, c := range y.Continues {
		var said recommendations.KinSaid
		for at, id := range map[recommendations.Ref]*int64{{Mechanism: e.Mechanism, Year: e.Year, Number: y.Number}: &said.NewerID, {Mechanism: e.Mechanism, Year: c.Year, Number: c.Number}: &said.OlderID} {
			row, err := recommendations.ByRef(l.tx, l.files.country.Code, at, ever())
			if err != nil {
				return fmt.Errorf("%s is not there: %w", at, err)
			}
			*id = row.ID
		}
		there, err := recommendations.KinOf(l.tx, said.OlderID, said.NewerID)
		if err != nil {
			return err
		}
		if l.count(recommendationsFile, "lineages", there == ""); there != "" {
			continue
		}
		said.Kin = recommendations.Kin(c.Kin)
		if _, err := recommendations.SayKin(l.tx, l.base, accounts.CommandLine(), l.files.country.Code, []recommendations.KinSaid{said}); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) edition(y editionYAML) error {
	country, ref := l.files.country.Code, recommendations.EditionRef(y.Mechanism, y.Year)
	row, err := recommendations.EditionOf(l.tx, country, y.Mechanism, y.Year, ever())
	e := row.Edition
	added := problem.KindOf(err) == problem.NotFound
	if added {
		e, err = recommendations.AddEdition(l.tx, l.base, accounts.CommandLine(), recommendations.EditionNew{Country: country, Mechanism: y.Mechanism, Year: y.Year,
			EditionFields: recommendations.EditionFields{Tier: y.Tier, ReleasedOn: y.ReleasedOn, Completeness: recommendations.Completeness(y.Completeness),
				Source: y.Source, Note: y.Note}})
	}
	if err != nil {
		return in(recommendationsFile, ref, err)
	}
	l.count(recommendationsFile, "editions", added)
	list, err := recommendations.Recommendations(l.tx, e.ID)
	if err != nil {
		return err
	}
	for _, r := range y.Recommendations {
		i := slices.IndexFunc(list, func(row recommendations.RecommendationRow) bool { return row.Number == r.Number })
		if i >= 0 {
			err = l.addItems(list[i].ID, r)
		} else {
			err = l.addRecommendation(e.ID, r)
		}
		if err != nil {
			return in(recommendationsFile, fmt.Sprintf("%s/%d", ref, r.Number), err)
		}
		l.count(recommendationsFile, "recommendations", i < 0)
	}
	return nil
}

func (l *loader) addRecommendation(editionID int64, y recommendationYAML) error {
	n := recommendations.RecommendationNew{EditionID: editionID, Number: y.Number, RecommendationFields: recommendations.RecommendationFields{
		Title: y.Title, Text: y.Text, Basis: recommendations.Basis(y.Basis), Cut: y.Cut, Source: y.Source, Theme: y.Theme,
		NotDoneYears: y.NotDone.Years, NotDoneSource: y.NotDone.Source}}
	for _, i := range y.Items {
		if i.Letter == "" {
			return errNoLetter
		}
		n.Items = append(n.Items, recommendations.ItemNew{Letter: i.Letter, Text: i.Text, Lead: i.Lead})
		l.count(recommendationsFile, "items", true)
	}
	_, err := recommendations.AddRecommendation(l.tx, l.base, accounts.CommandLine(), n)
	return err
}

// addItems adds the items that a recommendation does not have yet.
func (l *loader) addItems(recommendationID int64, y recommendationYAML) error {
	there, err := recommendations.ItemsOf(l.tx, []int64{recommendationID})
	if err != nil {
		return err
	}
	for _, i := range y.Items {
		if i.Letter == "" {
			return errNoLetter
		}
		added := !slices.ContainsFunc(there, func(row recommendations.ItemRow) bool { return row.Letter == i.Letter })
		if added {
			_, err := recommendations.AddItem(l.tx, l.now, accounts.CommandLine(), recommendationID, recommendations.ItemNew{Letter: i.Letter, Text: i.Text, Lead: i.Lead})
			if err != nil {
				return err
			}
		}
		l.count(recommendationsFile, "items", added)
	}
	return nil
}
