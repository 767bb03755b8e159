package wording

import (
	"strconv"
	"strings"

	"tracker/internal/calendar"
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
	if r.NotDone.Years > 0 {
		said = append(said, t.Msg("report.not_done", "n", r.NotDone.Years))
	}
	for _, kind := range recommendations.RemarkKinds {
		remark := r.Remark(kind)
		if line := Remark(t, kind, remark.Word, remark.GivenOn); line != "" {
			said = append(said, line)
		}
	}
	return strings.Join(said, "; ")
}

// Remark says in one line what was said of a recommendation in one way: empty
// when nothing was.
func Remark(t *i18n.T, kind recommendations.RemarkKind, word string, given calendar.Date) string {
	if word == "" {
		return ""
	}
	return t.Msg("remark.said."+string(kind), "said", RemarkOn(t, kind, word, given))
}

// RemarkOn is the word that was said, with its day: empty when nothing was.
func RemarkOn(t *i18n.T, kind recommendations.RemarkKind, word string, given calendar.Date) string {
	if word == "" {
		return ""
	}
	return t.Msg("remark.on", "word", RemarkWord(t, kind, word), "day", t.Date(given))
}

// RemarkWord is a word of a remark as people read it: a mechanism's own word
// stays as it is.
func RemarkWord(t *i18n.T, kind recommendations.RemarkKind, word string) string {
	return Of(t, "remark."+string(kind)+".", word)
}
