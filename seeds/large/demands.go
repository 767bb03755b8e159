package large

import (
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/recommendations"
)

// Asking is how much a mechanism asks of the world: of each country in each
// edition so many recommendations, of one item each.
type Asking struct{ Countries, Editions, Recommendations int }

// World is what the TIP report asked of all countries in twenty years.
var World = Asking{Countries: 188, Editions: 20, Recommendations: 15}

// AskingMechanism is the code of the mechanism that asks the world, and
// AskingYear the year of its last edition.
const (
	AskingMechanism = "WORLD"
	AskingYear      = 2025
)

// Ask adds a mechanism that asks the country and others. What it asks goes on
// from year to year in other words; of the country itself people confirmed so,
// but for the last edition, for which it is only suggested.
func Ask(tx *gorm.DB, size Asking) error {
	m, err := recommendations.AddMechanism(tx, base(), accounts.CommandLine(), recommendations.MechanismNew{Code: AskingMechanism,
		Name: "World mechanism", ShortName: "World report", Scale: []string{"fully", "partially", "not implemented"}})
	if err != nil {
		return err
	}
	for i := range size.Countries {
		code := Country
		if i > 0 {
			code = string([]byte{'A' + byte(i/26), 'A' + byte(i%26)})
		}
		if err := askCountry(tx, m.ID, code, size); err != nil {
			return err
		}
	}
	return nil
}

func askCountry(tx *gorm.DB, mechanism int64, code string, size Asking) error {
	var before []recommendations.Recommendation
	for n := range size.Editions {
		year := AskingYear - size.Editions + 1 + n
		e := recommendations.Edition{MechanismID: mechanism, Country: code, Year: year, Tier: "Tier 2", ReleasedOn: calendar.Of(year, time.July, 1),
			Completeness: recommendations.Complete, Source: "https://papers.example/world", Version: 1}
		if err := tx.Create(&e).Error; err != nil {
			return err
		}
		list := demands(e.ID, year, size.Recommendations)
		if err := tx.Create(&list).Error; err != nil {
			return err
		}
		items := make([]recommendations.Item, len(list))
		for i, r := range list {
			items[i] = recommendations.Item{RecommendationID: r.ID, Letter: "a", Text: r.Title, Version: 1}
		}
		if err := tx.Create(&items).Error; err != nil {
			return err
		}
		if code == Country && before != nil && year < AskingYear {
			if err := goOn(tx, before, list); err != nil {
				return err
			}
		}
		before = list
	}
	return nil
}

// demands are the recommendations of a year: the same as in every other, in
// words of which one sentence in three is new.
func demands(edition int64, year, n int) []recommendations.Recommendation {
	list := make([]recommendations.Recommendation, n)
	for i := range list {
		title := works[i%len(works)]
		text := fmt.Sprintf("%s, part %d. %s %s", title, 1+i/len(works), doings[i%len(doings)], doings[(i+year)%len(doings)])
		list[i] = recommendations.Recommendation{EditionID: edition, Number: i + 1, Title: title, Text: text, Basis: recommendations.Restated,
			Source: "https://papers.example/world", Theme: recommendations.Themes[i%len(recommendations.Themes)], Version: 1}
	}
	return list
}

// goOn says that each recommendation continues the one of its number.
func goOn(tx *gorm.DB, before, list []recommendations.Recommendation) error {
	said := make([]recommendations.Lineage, len(list))
	for i, r := range list {
		kin := recommendations.Reworded
		if strings.EqualFold(r.Text, before[i].Text) {
			kin = recommendations.Repeated
		}
		said[i] = recommendations.Lineage{OlderID: before[i].ID, NewerID: r.ID, Kin: kin, SaidOn: base().Today(), SaidAt: base().Now()}
	}
	return tx.Create(&said).Error
}
