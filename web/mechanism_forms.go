package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/problem"
	"tracker/internal/recommendations"
	telling "tracker/internal/reports/wording"
)

// ratingScale is the scale that the form of a new mechanism proposes.
var ratingScale = []string{"fully", "substantially", "partially", "not_implemented", "no_evidence"}

// mechanismForm is a mechanism as typed. Code is set once; Scale holds one
// rating a line, in words.
type mechanismForm struct {
	Code, Name, ShortName, URL, Scale, Note string
	Cycle, Responses                        string // months; one word a line
}

func mechanismFormOf(t typed) mechanismForm {
	return mechanismForm{Code: strings.ToUpper(t.line("code")), Name: t.line("name"), ShortName: t.line("short_name"), URL: t.line("url"), Scale: t.text("scale"), Note: t.text("note"),
		Cycle: t.line("cycle_months"), Responses: t.text("responses")}
}

func (s *Server) storedMechanism(m recommendations.Mechanism) mechanismForm {
	return mechanismForm{Code: m.Code, Name: m.Name, ShortName: m.ShortName, URL: m.URL, Scale: s.scaleText(m.Scale), Note: m.Note,
		Cycle: numberText(m.CycleMonths), Responses: s.responsesText(m.Responses)}
}

// scaleText writes a scale one rating a line: those that the tracker knows in
// words, others as they are.
func (s *Server) scaleText(scale []string) string {
	lines := make([]string, len(scale))
	for i, rating := range scale {
		if lines[i] = rating; s.t.Has("rating." + rating) {
			lines[i] = s.t.Msg("rating." + rating)
		}
	}
	return strings.Join(lines, "\n")
}

// scaleOf reads what scaleText writes; empty lines are dropped.
func (s *Server) scaleOf(text string) []string {
	var scale []string
	for line := range strings.Lines(text) {
		if line = strings.Join(strings.Fields(line), " "); line == "" {
			continue
		}
		if i := slices.IndexFunc(ratingScale, func(known string) bool { return strings.EqualFold(s.t.Msg("rating."+known), line) }); i >= 0 {
			line = ratingScale[i]
		}
		scale = append(scale, line)
	}
	return scale
}

// responsesText writes the words of responses one a line, as people read them.
func (s *Server) responsesText(list []string) string {
	lines := make([]string, len(list))
	for i, word := range list {
		lines[i] = telling.RemarkWord(s.t, recommendations.Response, word)
	}
	return strings.Join(lines, "\n")
}

// knownResponses are the words of responses that the tracker knows.
var knownResponses = []string{"accepted", "supported", "supported_in_part", "noted"}

// responsesOf reads what responsesText writes; empty lines are dropped.
func (s *Server) responsesOf(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		if line = strings.Join(strings.Fields(line), " "); line == "" {
			continue
		}
		if i := slices.IndexFunc(knownResponses, func(known string) bool {
			return strings.EqualFold(telling.RemarkWord(s.t, recommendations.Response, known), line)
		}); i >= 0 {
			line = knownResponses[i]
		}
		list = append(list, line)
	}
	return list
}

// months is the cycle as a number; what is none is -1, which no rule allows.
func (f mechanismForm) months() int {
	n, err := strconv.Atoi(f.Cycle)
	if err != nil && f.Cycle != "" {
		return -1
	}
	return n
}

func (mechanismForm) order() []string {
	return []string{"code", "name", "short_name", "url", "scale", "cycle_months", "responses", "note"}
}

// mechanismFormPage is the form in which a mechanism is added or changed.
type mechanismFormPage struct {
	Page
	New     bool
	Action  string
	Key     string
	Version int64
	Form    mechanismForm
	Clashes []Change
}

func (s *Server) mechanismFormPage(c echo.Context, title string, form mechanismForm) mechanismFormPage {
	return mechanismFormPage{Page: s.page(c, title, Crumb{s.t.Msg("asked.title"), "/recommendations"}, Crumb{Label: title}), Key: newKey(), Form: form, Action: c.Request().URL.Path}
}

// mechanismNew answers GET /recommendations/mechanisms/new.
func (s *Server) mechanismNew(c echo.Context) error {
	p := s.mechanismFormPage(c, s.t.Msg("asked.mechanism.add"), mechanismForm{Scale: s.scaleText(ratingScale)})
	p.New = true
	return s.show(c, "recommendations/mechanism_form", p)
}

// mechanismCreate answers POST /recommendations/mechanisms/new. What follows a
// new mechanism is its first edition.
func (s *Server) mechanismCreate(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	form := mechanismFormOf(t)
	_, err = s.Recommendations.AddMechanism(c.Request().Context(), actorOf(c), t.line("key"), recommendations.MechanismNew{Code: form.Code, Name: form.Name,
		ShortName: form.ShortName, URL: form.URL, Scale: s.scaleOf(form.Scale), Note: form.Note, CycleMonths: form.months(), Responses: s.responsesOf(form.Responses)})
	if status, wrong, again := s.again(err, form.order()...); again {
		p := s.mechanismFormPage(c, s.t.Msg("asked.mechanism.add"), form)
		p.New, p.Errors = true, wrong
		return s.showAs(c, status, "recommendations/mechanism_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/recommendations/editions/new?mechanism="+url.QueryEscape(form.Code), s.t.Msg("asked.done.mechanism_added", "name", form.ShortName))
}

// mechanism reads the mechanism that the address names.
func (s *Server) mechanism(c echo.Context) (recommendations.Mechanism, error) {
	code, err := url.PathUnescape(c.Param("code"))
	if err != nil {
		return recommendations.Mechanism{}, problem.Missing()
	}
	return s.Recommendations.Mechanism(c.Request().Context(), actorOf(c), readable(code))
}

// mechanismChange answers GET /recommendations/mechanisms/:code/change.
func (s *Server) mechanismChange(c echo.Context) error {
	m, err := s.mechanism(c)
	if err != nil {
		return err
	}
	p := s.mechanismFormPage(c, s.t.Msg("asked.mechanism.change"), s.storedMechanism(m))
	p.Version = m.Version
	return s.show(c, "recommendations/mechanism_form", p)
}

// mechanismChangeSave answers POST /recommendations/mechanisms/:code/change.
func (s *Server) mechanismChangeSave(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	m, err := s.mechanism(c)
	if err != nil {
		return err
	}
	form, version := mechanismFormOf(t), t.number("version")
	form.Code = m.Code
	err = s.Recommendations.ChangeMechanism(c.Request().Context(), actorOf(c), t.line("key"), recommendations.MechanismChange{Code: m.Code, Version: version,
		Name: form.Name, ShortName: form.ShortName, URL: form.URL, Scale: s.scaleOf(form.Scale), Note: form.Note, CycleMonths: form.months(), Responses: s.responsesOf(form.Responses)})
	if status, wrong, again := s.again(err, form.order()...); again {
		p := s.mechanismFormPage(c, s.t.Msg("asked.mechanism.change"), form)
		if p.Version, p.Errors = m.Version, wrong; version != m.Version {
			now := s.storedMechanism(m)
			p.Clashes = s.differences([3]string{"asked.field.name", now.Name, form.Name}, [3]string{"asked.field.short_name", now.ShortName, form.ShortName},
				[3]string{"asked.field.url", now.URL, form.URL}, [3]string{"asked.field.scale", now.Scale, form.Scale}, [3]string{"asked.field.note", now.Note, form.Note},
				[3]string{"asked.field.cycle", now.Cycle, form.Cycle}, [3]string{"asked.field.responses", now.Responses, form.Responses})
		}
		return s.showAs(c, status, "recommendations/mechanism_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/recommendations", s.t.Msg("asked.done.mechanism_changed", "name", form.ShortName))
}
