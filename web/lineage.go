package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/problem"
	"tracker/internal/recommendations"
	"tracker/internal/recommendations/wording"
	"tracker/internal/reports"
	telling "tracker/internal/reports/wording"
)

// lineagePage is what the recommendations of an edition may continue.
type lineagePage struct {
	Page
	recommendations.LineageSheet
	Rows      []lineageRow
	CanChange bool
	Key       string
	Kins      []Option
	Newer     []Option // those of the edition
	Older     []Option // all of earlier ones
	Form      lineageForm
}

// lineageRow is a recommendation with the choices beside what it may continue.
type lineageRow struct {
	recommendations.LineageRow
	Choices []lineageChoice
	Since   string // since when it is asked
}

// lineageChoice is an earlier recommendation with what is said of it, or typed.
type lineageChoice struct {
	recommendations.Candidate
	Name  string // of the pair, in fields
	Typed string // the choice that the form shows
}

// lineageForm is a pair that nothing suggested.
type lineageForm struct{ Newer, Older, Kin string }

func lineageFormOf(t typed) lineageForm {
	return lineageForm{t.line("newer"), t.line("older"), t.line("kin")}
}

// lineageSheet reads the sheet of the edition that the address names.
func (s *Server) lineageSheet(c echo.Context) (recommendations.LineageSheet, error) {
	mechanism, year := editionNamed(c)
	return s.Recommendations.Lineage(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, mechanism, year, s.Clock.Today())
}

func (s *Server) lineagePage(c echo.Context, sheet recommendations.LineageSheet, t typed) lineagePage {
	title := s.t.Msg("lineage.title")
	p := lineagePage{Page: s.page(c, title, s.editionCrumbs(sheet.Edition, Crumb{Label: title})...), LineageSheet: sheet, CanChange: actorOf(c).CanChangePlan(), Key: newKey(), Form: lineageFormOf(t)}
	for _, kin := range recommendations.Kins {
		p.Kins = append(p.Kins, Option{Value: string(kin), Label: s.t.Msg("lineage.kin." + string(kin))})
	}
	for _, r := range sheet.Rows {
		row := lineageRow{LineageRow: r, Since: telling.YearsAsked(s.t, r.Asked)}
		for _, candidate := range r.Candidates {
			choice := lineageChoice{Candidate: candidate, Name: candidate.Pair(r.ID), Typed: string(candidate.Said)}
			if t.has("kin." + choice.Name) {
				choice.Typed = t.line("kin." + choice.Name)
			}
			row.Choices = append(row.Choices, choice)
		}
		p.Rows = append(p.Rows, row)
		p.Newer = append(p.Newer, demandOption(r.RecommendationRow))
	}
	for _, r := range sheet.Earlier {
		p.Older = append(p.Older, demandOption(r))
	}
	return p
}

func demandOption(r recommendations.RecommendationRow) Option {
	return Option{Value: itoa(r.ID), Label: r.Ref() + " " + r.Title}
}

// lineageShow answers GET /recommendations/editions/:mechanism/:year/lineage.
func (s *Server) lineageShow(c echo.Context) error {
	sheet, err := s.lineageSheet(c)
	if err != nil {
		return err
	}
	return s.show(c, "recommendations/lineage", s.lineagePage(c, sheet, typed{}))
}

// lineageSay answers POST /recommendations/editions/:mechanism/:year/lineage.
func (s *Server) lineageSay(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	sheet, err := s.lineageSheet(c)
	if err != nil {
		return err
	}
	var changed int
	said, err := kinsTyped(sheet, t)
	if err == nil {
		changed, err = s.Recommendations.SayKin(c.Request().Context(), actorOf(c), t.line("key"), settingsOf(c).CountryCode, said)
	}
	if status, wrong, again := s.again(err, "newer", "older", "kin"); again {
		p := s.lineagePage(c, sheet, t)
		p.Errors = wrong
		return s.showAs(c, status, "recommendations/lineage", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, editionPath(sheet.Edition.Mechanism, sheet.Edition.Year, "lineage"), s.t.Msg("lineage.done", "n", changed))
}

// kinsTyped is what a form says of the candidates that it showed, and of a pair
// of the person's own.
func kinsTyped(sheet recommendations.LineageSheet, t typed) (said []recommendations.KinSaid, err error) {
	for _, row := range sheet.Rows {
		for _, candidate := range row.Candidates {
			if name := candidate.Pair(row.ID); t.has("kin." + name) {
				said = append(said, recommendations.KinSaid{OlderID: candidate.ID, NewerID: row.ID, Kin: recommendations.Kin(t.line("kin." + name)), Was: recommendations.Kin(t.line("was." + name))})
			}
		}
	}
	form := lineageFormOf(t)
	if form.Newer+form.Older+form.Kin == "" {
		return said, nil
	}
	var check problem.Check
	own := recommendations.KinSaid{OlderID: t.number("older"), NewerID: t.number("newer"), Kin: recommendations.Kin(form.Kin)}
	check.Require(slices.ContainsFunc(sheet.Rows, func(r recommendations.LineageRow) bool { return r.ID == own.NewerID }), "newer", "lineage.error.newer")
	check.Require(slices.ContainsFunc(sheet.Earlier, func(r recommendations.RecommendationRow) bool { return r.ID == own.OlderID }), "older", "lineage.error.older")
	check.Require(slices.Contains(recommendations.Kins, own.Kin), "kin", "lineage.error.kin")
	for _, one := range said {
		check.Require(one.OlderID != own.OlderID || one.NewerID != own.NewerID, "older", "lineage.error.above")
	}
	return append(said, own), check.Err()
}

// Because is the words that led to a suggestion.
func (c lineageChoice) Because() string { return strings.Join(c.Words, ", ") }

// demandYear is an edition in the timeline of a demand.
type demandYear struct {
	Class, Mark, Tier, Year string
	Rows                    []demandRow
	Note                    string // where nothing held asks it
}

// demandRow is a recommendation that asks it.
type demandRow struct {
	recommendations.RecommendationRow
	Here bool     // the one whose page this is
	Kin  string   // how it continues those before it
	Said []string // what was said of it as a whole
}

// demandYears is the timeline of what a recommendation asks: every edition of
// its mechanism from the one before the first that asked it.
func (s *Server) demandYears(r reports.RecommendationPage) (list []demandYear) {
	family := r.Demands.Family(r.Row.ID)
	for _, e := range r.Demands.Editions {
		if e.Year < family[0].Year-1 {
			continue
		}
		y := demandYear{Mark: "nothing", Tier: e.Tier, Year: strconv.Itoa(e.Year), Note: s.t.Msg("lineage.held." + string(e.Completeness))}
		for _, one := range family {
			if one.EditionID == e.ID {
				y.Rows = append(y.Rows, demandRow{one, one.ID == r.Row.ID, s.kinWords(r.Demands.Older(one.ID)), s.remarks(r.Demands, one)})
			}
		}
		if len(y.Rows) > 0 {
			y.Mark = "listed"
		}
		switch {
		case e.Year == r.Row.Year:
			y.Class = "now"
		case e.Year > r.Row.Year:
			y.Class = "after"
		}
		list = append(list, y)
	}
	return list
}

// remarks are what was said of a recommendation as a whole, and for how many
// years its source found it not done.
func (s *Server) remarks(m *recommendations.Demands, r recommendations.RecommendationRow) (list []string) {
	if r.NotDoneYears > 0 {
		list = append(list, s.t.Msg("report.not_done", "n", r.NotDoneYears))
	}
	for _, kind := range recommendations.RemarkKinds {
		if said := m.Remark(r.ID, kind); said.ID != 0 {
			list = append(list, telling.Remark(s.t, kind, said.Word, said.GivenOn))
		}
	}
	return list
}

// kinWords says how something continues those before it, each way once.
func (s *Server) kinWords(older []recommendations.Tie) string {
	var words []string
	for _, t := range older {
		if word := s.t.Msg("lineage.short." + string(t.Kin)); !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return strings.Join(words, ", ")
}

// movedWording is how the wording moved from the recommendation that this one
// continues, the newest of them.
type movedWording struct {
	Older, Newer string
	Runs         []wording.Run
}

func movedSince(r reports.RecommendationPage) *movedWording {
	older := r.Demands.Older(r.Row.ID)
	if len(older) == 0 {
		return nil
	}
	newest := slices.MaxFunc(older, func(a, b recommendations.Tie) int { return a.Year - b.Year })
	return &movedWording{newest.Ref(), r.Row.Ref(), wording.Compare(newest.Text, r.Row.Text)}
}
