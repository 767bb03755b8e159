package web

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"tracker/internal/recommendations"
)

// classificationPage is what the recommendations of an edition are about.
type classificationPage struct {
	Page
	recommendations.Classification
	Rows            []classifiedLine
	CanChange, Took bool
	Key, Take       string
	Themes, Indicia []Option
}

// classifiedLine is a recommendation with the names of its fields and what the
// form shows in them.
type classifiedLine struct {
	recommendations.ClassifiedRow
	ThemeField, IndiciumField, WasTheme, WasIndicium string
	Typed                                            recommendations.Class
	Meanwhile                                        string // what another person said since the form was opened
}

// classification reads the sheet of the edition that the address names.
func (s *Server) classification(c echo.Context) (recommendations.Classification, error) {
	mechanism, year := editionNamed(c)
	return s.Recommendations.Classification(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, mechanism, year, s.Clock.Today())
}

// classesTyped is what a form says of the recommendations that it showed.
func classesTyped(sheet recommendations.Classification, t typed) (said []recommendations.ClassSaid) {
	for _, r := range sheet.Rows {
		id := itoa(r.ID)
		if t.has("theme." + id) {
			said = append(said, recommendations.ClassSaid{ID: r.ID, Class: recommendations.Class{Theme: t.line("theme." + id), Indicium: int(t.number("indicium." + id))},
				Was: recommendations.Class{Theme: t.line("was_theme." + id), Indicium: int(t.number("was_indicium." + id))}})
		}
	}
	return said
}

func (s *Server) classificationPage(c echo.Context, sheet recommendations.Classification, said []recommendations.ClassSaid) classificationPage {
	title := s.t.Msg("classify.title")
	p := classificationPage{Page: s.page(c, title, s.editionCrumbs(sheet.Edition, Crumb{Label: title})...), Classification: sheet, CanChange: actorOf(c).CanChangePlan(),
		Took: c.QueryParam("take") == "yes", Key: newKey(), Themes: s.options("theme.", recommendations.Themes), Indicia: s.indicia()}
	p.Take = p.Path + "?take=yes"
	for _, r := range sheet.Rows {
		id := itoa(r.ID)
		line := classifiedLine{ClassifiedRow: r, ThemeField: "theme." + id, IndiciumField: "indicium." + id, WasTheme: "was_theme." + id, WasIndicium: "was_indicium." + id, Typed: r.Class()}
		if p.Took && line.Typed.Theme == "" {
			line.Typed.Theme = r.SuggestedTheme
		}
		if p.Took && line.Typed.Indicium == 0 {
			line.Typed.Indicium = r.SuggestedIndicium
		}
		for _, one := range said {
			if one.ID != r.ID {
				continue
			}
			if line.Typed = one.Class; one.Was != r.Class() {
				line.Meanwhile = s.classWords(r.Class())
			}
		}
		p.Rows = append(p.Rows, line)
	}
	return p
}

// classWords is what a recommendation is about, in words.
func (s *Server) classWords(c recommendations.Class) string {
	words := s.t.Msg("classify.none")
	if c.Theme != "" {
		words = s.t.Msg("theme." + c.Theme)
	}
	if c.Indicium > 0 {
		words += ", " + s.indicium(c.Indicium)
	}
	return words
}

// indicia are the indicia as options, by number and in short words.
func (s *Server) indicia() (options []Option) {
	for n := 1; n <= recommendations.Indicia; n++ {
		options = append(options, Option{Value: strconv.Itoa(n), Label: s.indicium(n)})
	}
	return options
}

// indicium is an indicium by its number and in short words, empty for none.
func (s *Server) indicium(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n) + ". " + s.t.Msg("indicium."+strconv.Itoa(n))
}

// classificationShow answers GET /recommendations/editions/:mechanism/:year/classification.
func (s *Server) classificationShow(c echo.Context) error {
	sheet, err := s.classification(c)
	if err != nil {
		return err
	}
	return s.show(c, "recommendations/classification", s.classificationPage(c, sheet, nil))
}

// classificationSay answers POST /recommendations/editions/:mechanism/:year/classification.
func (s *Server) classificationSay(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	sheet, err := s.classification(c)
	if err != nil {
		return err
	}
	said := classesTyped(sheet, t)
	changed, err := s.Recommendations.Classify(c.Request().Context(), actorOf(c), t.line("key"), said)
	if status, wrong, again := s.again(err, "theme", "indicium"); again {
		p := s.classificationPage(c, sheet, said)
		p.Errors = wrong
		return s.showAs(c, status, "recommendations/classification", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, editionPath(sheet.Edition.Mechanism, sheet.Edition.Year, "classification"), s.t.Msg("classify.done", "n", changed))
}
