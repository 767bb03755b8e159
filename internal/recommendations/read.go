package recommendations

import (
	"context"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// EditionRow is an edition in a list, with its mechanism and how many
// recommendations and items not retired it holds.
type EditionRow struct {
	Edition
	Mechanism       string // code
	MechanismName   string
	MechanismShort  string
	Recommendations int
	Items           int
	CycleMonths     int  // of its mechanism, 0 where nothing is fixed
	Responds        bool // governments respond to what its mechanism asks
}

// NextOn is about when the edition after this one is to be expected; zero where
// its mechanism has no fixed cycle.
func (e EditionRow) NextOn() calendar.Date {
	if e.CycleMonths == 0 {
		return calendar.Date{}
	}
	return calendar.From(e.ReleasedOn.Time().AddDate(0, e.CycleMonths, 0))
}

// Ref is the edition's reference.
func (e EditionRow) Ref() string { return EditionRef(e.Mechanism, e.Year) }

// RecommendationRow is a recommendation with the edition it stands in.
type RecommendationRow struct {
	Recommendation
	Mechanism    string // code
	Country      string
	Year         int
	Tier         string
	ReleasedOn   calendar.Date
	Completeness Completeness
}

// Ref is the recommendation's reference.
func (r RecommendationRow) Ref() string {
	return Ref{Mechanism: r.Mechanism, Year: r.Year, Number: r.Number}.String()
}

// EditionRef is the reference of the recommendation's edition.
func (r RecommendationRow) EditionRef() string { return EditionRef(r.Mechanism, r.Year) }

// ItemRow is an item with its recommendation and edition, for lists that need
// no second query.
type ItemRow struct {
	ID               int64
	Letter           string
	Text             string
	LeadID           int64         // 0 when no institution is named
	Lead             string        // code, empty when none is named
	AddedOn          calendar.Date // zero: from the edition's release
	RetiredOn        calendar.Date
	Version          int64
	RecommendationID int64
	Number           int
	Title            string
	RecommendedText  string
	Basis            Basis
	Cut              bool
	Source           string
	Theme            string
	Indicium         int
	NotDoneYears     int
	NotDoneSource    string
	EditionID        int64
	Year             int
	Tier             string
	ReleasedOn       calendar.Date
	Completeness     Completeness
	Mechanism        string // code
}

// Ref is the item's reference.
func (i ItemRow) Ref() string {
	return Ref{Mechanism: i.Mechanism, Year: i.Year, Number: i.Number, Letter: i.Letter}.String()
}

// AskedOn says whether the item is asked on a day, as known now.
func (i ItemRow) AskedOn(d calendar.Date) bool {
	return !i.ReleasedOn.After(d) && !i.AddedOn.After(d) && (i.RetiredOn.IsZero() || i.RetiredOn.After(d))
}

// RecommendationRef is the reference of the item's recommendation.
func (i ItemRow) RecommendationRef() string {
	return Ref{Mechanism: i.Mechanism, Year: i.Year, Number: i.Number}.String()
}

// EditionRef is the reference of the item's edition.
func (i ItemRow) EditionRef() string { return EditionRef(i.Mechanism, i.Year) }

// Mechanisms lists all mechanisms by code.
func Mechanisms(tx *gorm.DB) ([]Mechanism, error) {
	var list []Mechanism
	return list, tx.Order("code").Find(&list).Error
}

const editionColumns = `SELECT e.*, m.code AS mechanism, m.name AS mechanism_name, m.short_name AS mechanism_short,
  m.cycle_months, m.responses <> '[]' AS responds,
  (SELECT count(*) FROM recommendations r WHERE r.edition_id = e.id) AS recommendations,
  (SELECT count(*) FROM items i JOIN recommendations r ON r.id = i.recommendation_id
    WHERE r.edition_id = e.id AND (i.added_on IS NULL OR i.added_on <= ?) AND (i.retired_on IS NULL OR i.retired_on > ?)) AS items
FROM editions e JOIN mechanisms m ON m.id = e.mechanism_id `

// Editions lists a country's editions released by D, newest year first.
func Editions(tx *gorm.DB, country string, d calendar.Date) ([]EditionRow, error) {
	var list []EditionRow
	return list, tx.Raw(editionColumns+`WHERE e.country = ? AND e.released_on <= ? ORDER BY e.year DESC, m.code`, d, d, country, d).Scan(&list).Error
}

// EditionOf finds a country's edition by its mechanism's code and year. One
// released after D is missing.
func EditionOf(tx *gorm.DB, country, mechanism string, year int, d calendar.Date) (EditionRow, error) {
	var e EditionRow
	err := tx.Raw(editionColumns+`WHERE e.country = ? AND e.released_on <= ? AND m.code = ? AND e.year = ?`, d, d, country, d, mechanism, year).Scan(&e).Error
	if err == nil && e.ID == 0 {
		err = problem.Missing()
	}
	return e, err
}

const recommendationFields = `SELECT r.*, m.code AS mechanism, e.country, e.year, e.tier, e.released_on, e.completeness`

const recommendationsFrom = ` FROM recommendations r JOIN editions e ON e.id = r.edition_id JOIN mechanisms m ON m.id = e.mechanism_id `

const recommendationColumns = recommendationFields + recommendationsFrom

// Recommendations lists an edition's recommendations in their order.
func Recommendations(tx *gorm.DB, editionID int64) ([]RecommendationRow, error) {
	var list []RecommendationRow
	return list, tx.Raw(recommendationColumns+`WHERE r.edition_id = ? ORDER BY r.number`, editionID).Scan(&list).Error
}

// ByID finds a country's recommendation. One whose edition is released after
// D is missing.
func ByID(tx *gorm.DB, country string, id int64, d calendar.Date) (RecommendationRow, error) {
	return one(tx, `WHERE r.id = ? AND e.country = ? AND e.released_on <= ?`, id, country, d)
}

// ByRef finds a country's recommendation by its reference or that of one of
// its items. One whose edition is released after D is missing.
func ByRef(tx *gorm.DB, country string, ref Ref, d calendar.Date) (RecommendationRow, error) {
	return one(tx, `WHERE m.code = ? AND e.year = ? AND r.number = ? AND e.country = ? AND e.released_on <= ?`,
		ref.Mechanism, ref.Year, ref.Number, country, d)
}

func one(tx *gorm.DB, where string, args ...any) (RecommendationRow, error) {
	var r RecommendationRow
	err := tx.Raw(recommendationColumns+where, args...).Scan(&r).Error
	if err == nil && r.ID == 0 {
		err = problem.Missing()
	}
	return r, err
}

const itemColumns = `SELECT i.id, i.letter, i.text, COALESCE(i.lead_id, 0) AS lead_id, COALESCE(n.code, '') AS lead, i.added_on, i.retired_on, i.version,
  i.recommendation_id, r.number, r.title, r.text AS recommended_text, r.basis, r.cut, r.source, r.theme, r.indicium, r.not_done_years, r.not_done_source,
  r.edition_id, e.year, e.tier, e.released_on, e.completeness, m.code AS mechanism `

const itemsFrom = `FROM items i JOIN recommendations r ON r.id = i.recommendation_id JOIN editions e ON e.id = r.edition_id
  JOIN mechanisms m ON m.id = e.mechanism_id LEFT JOIN institutions n ON n.id = i.lead_id `

// itemsOfCountry begins with the editions: in this order SQLite takes the joins, and by
// itself it would read the items of every country.
const itemsOfCountry = `FROM editions e CROSS JOIN recommendations r CROSS JOIN items i
  JOIN mechanisms m ON m.id = e.mechanism_id LEFT JOIN institutions n ON n.id = i.lead_id
  WHERE r.edition_id = e.id AND i.recommendation_id = r.id AND e.country = ? AND e.released_on <= ? `

const itemOrder = ` ORDER BY m.code, e.year, r.number, length(i.letter), i.letter`

// AllItems lists, in one query, every item of a country that was asked on day
// D as known at instant K: by mechanism, year, number and letter.
func AllItems(tx *gorm.DB, country string, d calendar.Date, k time.Time) ([]ItemRow, error) {
	var list []ItemRow
	return list, tx.Raw(itemColumns+itemsOfCountry+`AND (i.added_on IS NULL OR i.added_on <= ? AND (i.added_at IS NULL OR i.added_at <= ?))
		AND NOT (i.retired_on IS NOT NULL AND i.retired_on <= ? AND (i.retired_at IS NULL OR i.retired_at <= ?))`+itemOrder,
		country, d, d, k.UTC(), d, k.UTC()).Scan(&list).Error
}

// ItemsOf lists the items of some recommendations, retired ones too.
func ItemsOf(tx *gorm.DB, recommendationIDs []int64) ([]ItemRow, error) {
	var list []ItemRow
	if len(recommendationIDs) == 0 {
		return list, nil
	}
	return list, tx.Raw(itemColumns+itemsFrom+`WHERE i.recommendation_id IN ?`+itemOrder, recommendationIDs).Scan(&list).Error
}

// ItemByID finds a country's item. One whose edition is released after D is
// missing.
func ItemByID(tx *gorm.DB, country string, id int64, d calendar.Date) (ItemRow, error) {
	return oneItem(tx, `WHERE i.id = ? AND e.country = ? AND e.released_on <= ?`, id, country, d)
}

// ItemByRef finds a country's item by its reference. One whose edition is
// released after D is missing.
func ItemByRef(tx *gorm.DB, country string, ref Ref, d calendar.Date) (ItemRow, error) {
	return oneItem(tx, `WHERE m.code = ? AND e.year = ? AND r.number = ? AND i.letter = ? AND e.country = ? AND e.released_on <= ?`,
		ref.Mechanism, ref.Year, ref.Number, ref.Letter, country, d)
}

func oneItem(tx *gorm.DB, where string, args ...any) (ItemRow, error) {
	var i ItemRow
	err := tx.Raw(itemColumns+itemsFrom+where, args...).Scan(&i).Error
	if err == nil && i.ID == 0 {
		err = problem.Missing()
	}
	return i, err
}

// Mechanisms lists all mechanisms by code.
func (s *Store) Mechanisms(ctx context.Context, actor accounts.Actor) (list []Mechanism, err error) {
	err = s.read(ctx, actor, func(tx *gorm.DB) error { list, err = Mechanisms(tx); return err })
	return list, err
}

// Editions lists a country's editions released by D, newest year first.
func (s *Store) Editions(ctx context.Context, actor accounts.Actor, country string, d calendar.Date) (list []EditionRow, err error) {
	err = s.read(ctx, actor, func(tx *gorm.DB) error { list, err = Editions(tx, country, d); return err })
	return list, err
}

// EditionPage is an edition with its recommendations and their items, retired
// ones too.
type EditionPage struct {
	Edition         EditionRow
	Recommendations []RecommendationRow
	Items           []ItemRow
}

// Edition reads a country's edition with its list. One released after D is missing.
func (s *Store) Edition(ctx context.Context, actor accounts.Actor, country, mechanism string, year int, d calendar.Date) (p EditionPage, err error) {
	err = s.read(ctx, actor, func(tx *gorm.DB) error {
		if p.Edition, err = EditionOf(tx, country, mechanism, year, d); err != nil {
			return err
		}
		if p.Recommendations, err = Recommendations(tx, p.Edition.ID); err != nil {
			return err
		}
		ids := make([]int64, len(p.Recommendations))
		for i, r := range p.Recommendations {
			ids[i] = r.ID
		}
		p.Items, err = ItemsOf(tx, ids)
		return err
	})
	return p, err
}

// Recommendation reads a country's recommendation with its items, retired
// ones too. One whose edition is released after D is missing.
func (s *Store) Recommendation(ctx context.Context, actor accounts.Actor, country string, id int64, d calendar.Date) (r RecommendationRow, items []ItemRow, err error) {
	err = s.read(ctx, actor, func(tx *gorm.DB) error {
		if r, err = ByID(tx, country, id, d); err != nil {
			return err
		}
		items, err = ItemsOf(tx, []int64{id})
		return err
	})
	return r, items, err
}
