package indicators

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/problem"
)

// Bounds of lists, so that the table of an indicator stays one small table.
const (
	MaxCategories = 20 // of a dimension
	MaxPlaces     = 80 // of a table
	MaxTargets    = 30
)

var (
	refPattern      = regexp.MustCompile(`^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$`)
	currencyPattern = regexp.MustCompile(`^[A-Z]{3}$`)
	sdgPattern      = regexp.MustCompile(`^(1[0-7]|[1-9])\.([1-9][0-9]?|[a-d])(\.[1-9])?$`)
)

// normal gives the terms in the one form in which they are stored and compared.
func (t Terms) normal() Terms {
	for _, text := range []*string{&t.Title, &t.Text, &t.Source, &t.Currency} {
		*text = strings.TrimSpace(*text)
	}
	if t.Unit != Money {
		t.Currency = ""
	}
	if t.Unit != Scale {
		t.Scale = nil
	}
	t.Scale = append([]string{}, t.Scale...)
	if !t.Unit.Counts() {
		t.Dimensions = nil
	}
	dims := []Dimension{}
	for _, d := range t.Dimensions {
		if d.Code != Districts {
			if i := slices.IndexFunc(Dimensions, func(k Dimension) bool { return k.Code == d.Code }); i >= 0 {
				d.Categories = Dimensions[i].Categories
			}
		}
		dims = append(dims, d)
	}
	t.Dimensions = dims
	t.Crossed = t.IsCrossed()
	if t.Baseline == nil {
		t.BaselineYear = 0
	}
	t.Share = cmp.Or(t.Share, plan.Internal)
	targets := append([]Target{}, t.Targets...)
	slices.SortStableFunc(targets, func(a, b Target) int { return a.From.Compare(b.From) })
	t.Targets = targets
	t.SDG, t.Nodes, t.Commitments, t.Items = sorted(t.SDG), sorted(t.Nodes), sorted(t.Commitments), sorted(t.Items)
	return t
}

// sorted is a sorted copy of a list without repetitions, never nil.
func sorted[E int64 | string](list []E) []E {
	out := append([]E{}, list...)
	slices.Sort(out)
	return slices.Compact(out)
}

// check holds normalised terms to the rules that need no history.
func (t Terms) check(tx *gorm.DB, c *problem.Check) error {
	checkText(c, "title", t.Title, 1, 200)
	checkText(c, "text", t.Text, 1, 2000)
	checkText(c, "source", t.Source, 0, 500)
	c.Require(t.Statistic == "" || slices.Contains(Statistics, t.Statistic), "statistic", "indicator.error.statistic")
	c.Require(slices.Contains(Units, t.Unit), "unit", "indicator.error.unit")
	c.Require(slices.Contains(Directions, t.Direction), "direction", "indicator.error.direction")
	c.Require(slices.Contains(Frequencies, t.Frequency), "frequency", "indicator.error.frequency")
	c.Require(t.Unit != Money || currencyPattern.MatchString(t.Currency), "currency", "indicator.error.currency")
	c.Require(t.Unit != Scale || len(t.Scale) >= 2 && len(t.Scale) <= 10 && distinct(t.Scale), "scale", "indicator.error.scale")
	for _, word := range t.Scale {
		checkText(c, "scale", word, 1, 60)
	}
	t.checkDimensions(c)
	c.Require(slices.Contains(plan.Audiences, t.Share), "share", "indicator.error.share")
	c.Require(t.Share == plan.Internal || t.MayLeave(), "share", "indicator.error.stays")
	c.Require(t.Baseline == nil || t.BaselineYear >= 1990 && t.BaselineYear <= 2200, "baseline_year", "indicator.error.baseline_year")
	c.Require(len(t.Targets) <= MaxTargets, "targets", "indicator.error.targets_many", "max", MaxTargets)
	for i, g := range t.Targets {
		c.Require(!g.From.IsZero() && (i == 0 || t.Targets[i-1].From != g.From), "targets", "indicator.error.target_year")
	}
	for _, s := range t.SDG {
		c.Require(sdgPattern.MatchString(s), "sdg", "indicator.error.sdg")
	}
	return t.checkLinks(tx, c)
}

func (t Terms) checkDimensions(c *problem.Check) {
	var codes []string
	for _, d := range t.Dimensions {
		known := slices.ContainsFunc(Dimensions, func(k Dimension) bool { return k.Code == d.Code })
		c.Require(known && !slices.Contains(codes, d.Code), "dimensions", "indicator.error.dimension")
		codes = append(codes, d.Code)
		c.Require(len(d.Categories) >= 2 && len(d.Categories) <= MaxCategories && distinct(d.Categories), "districts", "indicator.error.categories", "max", MaxCategories)
		for _, name := range d.Categories {
			c.Require(utf8.RuneCountInString(name) <= 60 && !strings.ContainsAny(name, "=;\x00"), "districts", "indicator.error.category")
		}
	}
	c.Require(len(t.Places()) <= MaxPlaces, "crossed", "indicator.error.places", "max", MaxPlaces)
	c.Require(t.Has(t.Headline), "headline", "indicator.error.headline")
}

// checkLinks: who reports is in government or beside it, and what the indicator
// is linked to is there.
func (t Terms) checkLinks(tx *gorm.DB, c *problem.Check) error {
	var kinds []accounts.Kind
	if err := tx.Raw("SELECT kind FROM institutions WHERE id = ?", t.InstitutionID).Scan(&kinds).Error; err != nil {
		return err
	}
	c.Require(len(kinds) == 1 && kinds[0] != accounts.PartnerOutside, "institution", "indicator.error.institution")
	for field, link := range map[string]struct {
		table string
		ids   []int64
	}{"nodes": {"nodes", t.Nodes}, "commitments": {"commitments", t.Commitments}, "items": {"items", t.Items}} {
		if len(link.ids) == 0 {
			continue
		}
		var n int
		if err := tx.Raw("SELECT count(*) FROM "+link.table+" WHERE id IN ?", link.ids).Scan(&n).Error; err != nil {
			return err
		}
		c.Require(n == len(link.ids), field, "indicator.error."+field)
	}
	return nil
}

func distinct(list []string) bool {
	return len(sorted(list)) == len(list) && !slices.Contains(list, "")
}

// Difference is one field of the terms before and after, as text.
type Difference struct{ Field, Old, New string }

// differences lists what differs, in the order of the reference sheet.
func differences(old, now Terms, codes map[int64]string) []Difference {
	a, b := old.fields(codes), now.fields(codes)
	var out []Difference
	for i := range a {
		if a[i].New != b[i].New {
			out = append(out, Difference{a[i].Field, a[i].New, b[i].New})
		}
	}
	return out
}

func (t Terms) fields(codes map[int64]string) []Difference {
	baseline := ""
	if t.Baseline != nil {
		baseline = t.Say(*t.Baseline) + " (" + strconv.Itoa(t.BaselineYear) + ")"
	}
	var dims, targets []string
	for _, d := range t.Dimensions {
		dims = append(dims, d.Code+": "+strings.Join(d.Categories, ", "))
	}
	for _, g := range t.Targets {
		targets = append(targets, g.From.String()+": "+t.Say(g.Amount))
	}
	list := func(parts []string) string { return strings.Join(parts, "; ") }
	ids := func(of []int64) string {
		var parts []string
		for _, id := range of {
			parts = append(parts, itoa(id))
		}
		return list(parts)
	}
	return []Difference{
		{Field: "title", New: t.Title}, {Field: "text", New: t.Text}, {Field: "statistic", New: t.Statistic}, {Field: "unit", New: string(t.Unit)},
		{Field: "currency", New: t.Currency}, {Field: "scale", New: list(t.Scale)}, {Field: "direction", New: t.Direction}, {Field: "source", New: t.Source},
		{Field: "frequency", New: t.Frequency}, {Field: "institution", New: codes[t.InstitutionID]}, {Field: "baseline", New: baseline},
		{Field: "headline", New: string(t.Headline)}, {Field: "dimensions", New: list(dims)}, {Field: "crossed", New: strconv.FormatBool(t.Crossed)},
		{Field: "targets", New: list(targets)}, {Field: "share", New: string(t.Share)},
		{Field: "sdg", New: list(t.SDG)}, {Field: "nodes", New: ids(t.Nodes)}, {Field: "commitments", New: ids(t.Commitments)},
		{Field: "items", New: ids(t.Items)},
	}
}

// Say is an amount of the terms' unit as text.
func (t Terms) Say(n Amount) string { return t.Typed(cellOf("", n)) }

// free are the fields that hold what a person typed.
var free = []string{"title", "text", "scale", "source", "reason", "note", "parts_reason", "cells"}

func audited(list []Difference) []audit.Change {
	out := make([]audit.Change, len(list))
	for i, d := range list {
		out[i] = audit.Change{Field: d.Field, Old: d.Old, New: d.New, Free: slices.Contains(free, d.Field)}
	}
	return out
}

// checkText holds a text between two lengths in characters.
func checkText(c *problem.Check, field, text string, least, most int) {
	c.Require(least == 0 || strings.TrimSpace(text) != "", field, "indicator.error.empty."+field)
	c.Require(utf8.ValidString(text) && !strings.ContainsRune(text, 0), field, "problem.encoding")
	c.Require(utf8.RuneCountInString(text) <= most, field, "problem.too_long", "max", most)
}

// note adds an audit entry.
func note(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, action, object string, changes ...audit.Change) error {
	return audit.Append(tx, clock.Now(), audit.Event{Who: actor.Who(), Action: action, Object: object, Changes: changes})
}
