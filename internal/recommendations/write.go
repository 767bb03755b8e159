package recommendations

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
)

// EditionNew is an edition to add; Mechanism is a code.
type EditionNew struct {
	Country, Mechanism string
	Year               int
	EditionFields
}

// EditionFields is what can be changed in an edition.
type EditionFields struct {
	Tier         string
	ReleasedOn   calendar.Date
	Completeness Completeness
	Source, Note string
}

// EditionChange is a change of the edition that had Version when the form was
// opened.
type EditionChange struct {
	ID, Version int64
	EditionFields
}

func (f EditionFields) check(c *problem.Check, clock calendar.Clock, actor accounts.Actor) {
	checkText(c, "tier", f.Tier, 0, 60)
	c.Require(!f.ReleasedOn.IsZero(), "released_on", "asked.error.released_on")
	// Only reference files may hold an edition before its day; a form would
	// make one that nobody sees.
	c.Require(actor.Is(accounts.System) || !f.ReleasedOn.After(clock.Today()), "released_on", "asked.error.released_later")
	c.Require(slices.Contains(Completenesses, f.Completeness), "completeness", "asked.error.completeness")
	checkText(c, "source", f.Source, 0, 500)
	checkText(c, "note", f.Note, 0, 2000)
}

func (f EditionFields) changes(old EditionFields) []audit.Change {
	return []audit.Change{
		{Field: "tier", Old: old.Tier, New: f.Tier},
		{Field: "released_on", Old: old.ReleasedOn.String(), New: f.ReleasedOn.String()},
		{Field: "completeness", Old: string(old.Completeness), New: string(f.Completeness)},
		{Field: "source", Old: old.Source, New: f.Source, Free: true},
		{Field: "note", Old: old.Note, New: f.Note, Free: true},
	}
}

// AddEdition adds a mechanism's edition of one year for a country. There is
// one a year.
func AddEdition(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in EditionNew) (Edition, error) {
	if err := mayChange(actor); err != nil {
		return Edition{}, err
	}
	var c problem.Check
	var m Mechanism
	if err := tx.Where("code = ?", in.Mechanism).Limit(1).Find(&m).Error; err != nil {
		return Edition{}, err
	}
	c.Require(m.ID != 0, "mechanism", "asked.error.mechanism")
	c.Require(in.Year >= 1990 && in.Year <= 2200, "year", "asked.error.year")
	in.check(&c, clock, actor)
	if err := c.Err(); err != nil {
		return Edition{}, err
	}
	e := Edition{MechanismID: m.ID, Country: in.Country, Year: in.Year, Tier: in.Tier, ReleasedOn: in.ReleasedOn,
		Completeness: in.Completeness, Source: in.Source, Note: in.Note, Version: 1}
	if err := tx.Create(&e).Error; err != nil {
		return e, db.Taken(err, "year", "asked.error.edition_there")
	}
	return e, note(tx, clock, actor, "edition.add", "edition "+EditionRef(m.Code, e.Year), in.changes(EditionFields{})...)
}

// ChangeEdition changes what is known of an edition.
func ChangeEdition(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in EditionChange) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	e, ref, err := edition(tx, clock, actor, in.ID)
	if err != nil {
		return err
	}
	var c problem.Check
	in.check(&c, clock, actor)
	if in.Completeness == NotHeld {
		n, err := held(tx, in.ID)
		if err != nil {
			return err
		}
		c.Require(n == 0, "completeness", "asked.error.held", "n", n)
	}
	if err := c.Err(); err != nil {
		return err
	}
	err = update(tx, "editions", in.ID, in.Version, map[string]any{"tier": in.Tier, "released_on": in.ReleasedOn,
		"completeness": in.Completeness, "source": in.Source, "note": in.Note})
	if err != nil {
		return err
	}
	old := EditionFields{Tier: e.Tier, ReleasedOn: e.ReleasedOn, Completeness: e.Completeness, Source: e.Source, Note: e.Note}
	return note(tx, clock, actor, "edition.change", "edition "+ref.String(), in.changes(old)...)
}

// EditionRemoval names an edition that had Version when the form was opened.
type EditionRemoval struct {
	Country, Mechanism string
	Year               int
	Version            int64
}

// RemoveEdition takes an edition entered by mistake away, as long as no
// recommendation is recorded in it.
func RemoveEdition(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in EditionRemoval) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	e, err := EditionOf(tx, in.Country, in.Mechanism, in.Year, clock.Today())
	if err != nil {
		return err
	}
	if e.Recommendations > 0 {
		return problem.New(problem.Invalid, "asked.error.edition_used", "n", e.Recommendations)
	}
	done := tx.Exec("DELETE FROM editions WHERE id = ? AND version = ?", e.ID, in.Version)
	if done.Error == nil && done.RowsAffected == 0 {
		return problem.Stale()
	}
	if done.Error != nil {
		return done.Error
	}
	return note(tx, clock, actor, "edition.remove", "edition "+e.Ref(), audit.Change{Field: "tier", Old: e.Tier},
		audit.Change{Field: "released_on", Old: e.ReleasedOn.String()}, audit.Change{Field: "completeness", Old: string(e.Completeness)})
}

// held counts the recommendations that are recorded in an edition.
func held(tx *gorm.DB, editionID int64) (n int, err error) {
	return n, tx.Raw("SELECT count(*) FROM recommendations WHERE edition_id = ?", editionID).Scan(&n).Error
}

// RecommendationNew is a recommendation to add to an edition. Number 0 takes
// the next one. Without an item it gets one that repeats its title. Its items
// are asked from AddedOn, or from the edition's release where that is zero.
type RecommendationNew struct {
	EditionID int64
	Number    int
	AddedOn   calendar.Date
	RecommendationFields
	Items []ItemNew
}

// RecommendationFields is what can be changed in a recommendation.
type RecommendationFields struct {
	Title, Text string
	Basis       Basis
	Cut         bool
	Source      string
	Theme       string
	Indicium    int
	// NotDoneYears is for how many years NotDoneSource says that it was not
	// done; both or none.
	NotDoneYears  int
	NotDoneSource string
}

// RecommendationChange is a change of the recommendation that had Version
// when the form was opened.
type RecommendationChange struct {
	ID, Version int64
	RecommendationFields
}

// CheckRecommendation tells what is wrong with a recommendation that is to be
// added or changed, by field, but for its items and its number.
func CheckRecommendation(f RecommendationFields) map[string]problem.Message {
	var c problem.Check
	f.check(&c)
	return c.Fields()
}

func (f RecommendationFields) check(c *problem.Check) {
	checkText(c, "title", f.Title, 1, 200)
	checkText(c, "text", f.Text, 1, 4000)
	c.Require(slices.Contains(Bases, f.Basis), "basis", "asked.error.basis")
	checkText(c, "source", f.Source, 0, 500)
	checkClass(c, f.Theme, f.Indicium)
	c.Require(f.NotDoneYears >= 0 && f.NotDoneYears <= mostYears, "not_done_years", "asked.error.not_done_years", "max", mostYears)
	checkText(c, "not_done_source", f.NotDoneSource, 0, 500)
	c.Require(f.NotDoneYears == 0 || strings.TrimSpace(f.NotDoneSource) != "", "not_done_source", "asked.error.not_done_source")
	c.Require(f.NotDoneYears > 0 || f.NotDoneSource == "", "not_done_years", "asked.error.not_done_years", "max", mostYears)
}

func checkClass(c *problem.Check, theme string, indicium int) {
	c.Require(theme == "" || slices.Contains(Themes, theme), "theme", "asked.error.theme")
	c.Require(indicium >= 0 && indicium <= Indicia, "indicium", "plan.error.indicium", "n", Indicia)
}

func (f RecommendationFields) changes(old RecommendationFields) []audit.Change {
	return []audit.Change{
		{Field: "title", Old: old.Title, New: f.Title, Free: true},
		{Field: "text", Old: old.Text, New: f.Text, Free: true},
		{Field: "basis", Old: string(old.Basis), New: string(f.Basis)},
		{Field: "cut", Old: strconv.FormatBool(old.Cut), New: strconv.FormatBool(f.Cut)},
		{Field: "source", Old: old.Source, New: f.Source, Free: true},
		{Field: "theme", Old: old.Theme, New: f.Theme},
		{Field: "indicium", Old: numberOf(old.Indicium), New: numberOf(f.Indicium)},
		{Field: "not_done_years", Old: numberOf(old.NotDoneYears), New: numberOf(f.NotDoneYears)},
		{Field: "not_done_source", Old: old.NotDoneSource, New: f.NotDoneSource, Free: true},
	}
}

// AddRecommendation adds a recommendation with its items to an edition of
// which at least a part is held.
func AddRecommendation(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in RecommendationNew) (Recommendation, error) {
	if err := mayChange(actor); err != nil {
		return Recommendation{}, err
	}
	e, ref, err := edition(tx, clock, actor, in.EditionID)
	if err != nil {
		return Recommendation{}, err
	}
	if e.Completeness == NotHeld {
		return Recommendation{}, problem.New(problem.Invalid, "asked.error.not_held")
	}
	if len(in.Items) == 0 {
		in.Items = []ItemNew{{Text: in.Title}}
	}
	var c problem.Check
	c.Require(in.Number >= 0 && in.Number < 1000, "number", "asked.error.number")
	in.check(&c)
	items, err := checkItems(tx, &c, in.Items)
	if err != nil {
		return Recommendation{}, err
	}
	supporters, err := checkSupporting(tx, &c, in.Items)
	if err != nil {
		return Recommendation{}, err
	}
	if err := c.Err(); err != nil {
		return Recommendation{}, err
	}
	if in.Number, err = numberFor(tx, in.EditionID, in.Number); err != nil {
		return Recommendation{}, err
	}
	r := Recommendation{EditionID: in.EditionID, Number: in.Number, Title: in.Title, Text: in.Text, Basis: in.Basis,
		Cut: in.Cut, Source: in.Source, Theme: in.Theme, Indicium: in.Indicium, NotDoneYears: in.NotDoneYears, NotDoneSource: in.NotDoneSource, Version: 1}
	if err := tx.Create(&r).Error; err != nil {
		return r, db.Taken(err, "number", "asked.error.number_there")
	}
	changes := in.changes(RecommendationFields{})
	for i := range items {
		if items[i].RecommendationID = r.ID; !in.AddedOn.IsZero() {
			items[i].AddedOn, items[i].AddedAt = in.AddedOn, new(clock.Now())
		}
		changes = append(changes, audit.Change{Field: "item " + items[i].Letter, New: items[i].Text, Free: true})
	}
	if err := createItems(tx, items, supporters); err != nil {
		return r, err
	}
	ref.Number = r.Number
	return r, note(tx, clock, actor, "recommendation.add", "recommendation "+ref.String(), changes...)
}

// numberFor is the number that a new recommendation takes: the one given, else
// the next.
func numberFor(tx *gorm.DB, editionID int64, given int) (n int, err error) {
	if given != 0 {
		return given, nil
	}
	return n, tx.Raw("SELECT COALESCE(max(number), 0) + 1 FROM recommendations WHERE edition_id = ?", editionID).Scan(&n).Error
}

// ChangeRecommendation changes a recommendation's wording or marks.
func ChangeRecommendation(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in RecommendationChange) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	r, ref, err := recommendation(tx, clock, actor, in.ID)
	if err != nil {
		return err
	}
	var c problem.Check
	in.check(&c)
	if err := c.Err(); err != nil {
		return err
	}
	err = update(tx, "recommendations", in.ID, in.Version, map[string]any{"title": in.Title, "text": in.Text,
		"basis": in.Basis, "cut": in.Cut, "source": in.Source, "theme": in.Theme,
		"indicium": in.Indicium, "not_done_years": in.NotDoneYears, "not_done_source": in.NotDoneSource})
	if err != nil {
		return err
	}
	old := RecommendationFields{Title: r.Title, Text: r.Text, Basis: r.Basis, Cut: r.Cut, Source: r.Source, Theme: r.Theme, Indicium: r.Indicium,
		NotDoneYears: r.NotDoneYears, NotDoneSource: r.NotDoneSource}
	return note(tx, clock, actor, "recommendation.change", "recommendation "+ref.String(), in.changes(old)...)
}

// mayChange refuses everyone but coordinators: as a missing page to those who
// do not read the plan.
func mayChange(actor accounts.Actor) error {
	switch {
	case actor.CanChangePlan():
		return nil
	case actor.CanReadPlan():
		return problem.Denied("problem.coordinators_only")
	}
	return problem.Missing()
}

// edition loads an edition that the actor may change: one not yet released
// exists for reference files only.
func edition(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id int64) (Edition, Ref, error) {
	var row EditionRow
	err := tx.Raw(`SELECT e.*, m.code AS mechanism FROM editions e JOIN mechanisms m ON m.id = e.mechanism_id WHERE e.id = ?`, id).Scan(&row).Error
	if err == nil && (row.ID == 0 || row.ReleasedOn.After(clock.Today()) && !actor.Is(accounts.System)) {
		err = problem.Missing()
	}
	return row.Edition, Ref{Mechanism: row.Mechanism, Year: row.Year}, err
}

func recommendation(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id int64) (Recommendation, Ref, error) {
	var r Recommendation
	if err := tx.Where("id = ?", id).Limit(1).Find(&r).Error; err != nil {
		return r, Ref{}, err
	}
	_, ref, err := edition(tx, clock, actor, r.EditionID)
	ref.Number = r.Number
	return r, ref, err
}

// update changes a row that still has the version, and moves the version on.
func update(tx *gorm.DB, table string, id, version int64, values map[string]any) error {
	values["version"] = gorm.Expr("version + 1")
	return db.Changed(tx.Table(table).Where("id = ? AND version = ?", id, version).Updates(values))
}

// checkText holds a text between two lengths in characters.
func checkText(c *problem.Check, field, text string, least, most int) {
	n := utf8.RuneCountInString(text)
	c.Require(n >= least && (least == 0 || strings.TrimSpace(text) != ""), field, "asked.error.empty."+field[strings.LastIndexByte(field, '.')+1:])
	c.Require(utf8.ValidString(text) && !strings.ContainsRune(text, 0), field, "problem.encoding")
	c.Require(n <= most, field, "problem.too_long", "max", most)
}

func note(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, action, object string, changes ...audit.Change) error {
	return audit.Append(tx, clock.Now(), audit.Event{Who: actor.Who(), Action: action, Object: object, Changes: changes})
}
