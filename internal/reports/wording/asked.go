package wording

import (
	"strconv"
	"strings"

	"tracker/internal/i18n"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
)

// YearsAsked says in how many years something was asked, and since when.
func YearsAsked(t *i18n.T, a recommendations.AskedYears) string {
	key := "lineage.years"
	switch {
	case a.AtLeast && a.Years == 1:
		key = "lineage.years.unknown"
	case a.AtLeast:
		key = "lineage.years.at_least"
	}
	return t.Msg(key, "n", a.Years, "first", strconv.Itoa(a.First))
}

// Asked says what a report tells of a recommendation through the years: empty
// where it tells nothing of it.
func Asked(t *i18n.T, r reports.RecommendationStatus) string {
	a := r.Asked
	if a.Years == 0 {
		return ""
	}
	said := []string{YearsAsked(t, recommendations.AskedYears{First: a.FirstYear, Years: a.Years, AtLeast: a.AtLeast})}
	if a.New {
		said[0] = t.Msg("lineage.new.long")
	}
	if a.InRow > 1 {
		said = append(said, t.Msg("lineage.years.row", "n", a.InRow))
	}
	if len(r.Continues) > 0 {
		said = append(said, t.Msg("lineage.continues", "refs", strings.Join(r.Continues, ", ")))
	}
	if a.NoLonger {
		said = append(said, t.Msg("lineage.no_longer"))
	}
	return strings.Join(said, "; ")
}
