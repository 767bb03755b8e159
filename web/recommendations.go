package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/dialogues"
	"tracker/internal/indicators"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
)

// recommendationsPerPage is how many recommendations a list shows at once.
const recommendationsPerPage = 50

// recommendationPath is the address of a recommendation, or of a page below it.
func recommendationPath(id int64, below ...string) string {
	return "/recommendations/" + strings.Join(append([]string{itoa(id)}, below...), "/")
}

// editionPath is the address of an edition, or of a page below it.
func editionPath(mechanism string, year int, below ...string) string {
	return "/recommendations/editions/" + strings.Join(append([]string{url.PathEscape(mechanism), strconv.Itoa(year)}, below...), "/")
}

// askedList is a list of recommendations with its filter.
type askedList struct {
	Path     string
	Query    url.Values // the filter in force
	Filter   reports.AskedFilter
	Editions []Option // empty on the page of one edition
	Themes   []Option
	Answered []Option
	Rows     []reports.Asked
	Found    int // rows on all pages
	Total    int // without the filter
	Filtered bool
	Paging   Paging
	Codes    map[int64]reports.Institution
	Export   Export
}

// askedFilter reads the filter of a list from the address; what it does not
// know it leaves out.
func askedFilter(c echo.Context) reports.AskedFilter {
	read := func(name string, known ...string) string {
		v := strings.TrimSpace(readable(c.QueryParam(name)))
		if len(known) > 0 && !slices.Contains(known, v) {
			return ""
		}
		return v
	}
	f := reports.AskedFilter{Words: read("q"), Edition: read("edition"), Theme: read("theme", append(slices.Clone(recommendations.Themes), reports.WithoutTheme)...),
		Answered: read("answered", append(slices.Clone(reports.AnsweredKinds), reports.AnsweredOpen)...), Sort: read("sort")}
	if words := []rune(f.Words); len(words) > 200 {
		f.Words = string(words[:200])
	}
	if !slices.Contains(reports.AskedSorts, strings.TrimPrefix(f.Sort, "-")) {
		f.Sort = ""
	}
	return f
}

// askedValues is the address of a filter, without what is as usual.
func askedValues(f reports.AskedFilter) url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"q": f.Words, "edition": f.Edition, "theme": f.Theme, "answered": f.Answered, "sort": f.Sort} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

// askedList makes the list that a filter chooses. On the page of an edition
// the edition is not part of the address.
func (s *Server) askedList(c echo.Context, l *reports.Ledger, f reports.AskedFilter, edition string) askedList {
	values := askedValues(f)
	if edition != "" {
		f.Edition = edition
		values.Del("edition")
	}
	chosen := l.SelectAsked(f)
	a := askedList{Path: c.Request().URL.Path, Query: values, Filter: f, Found: len(chosen.List), Total: chosen.Total, Codes: l.Institutions, Export: exportOf("/recommendations", askedValues(f), len(chosen.List))}
	a.Filtered = f.Words != "" || f.Theme != "" || f.Answered != "" || edition == "" && f.Edition != ""
	for _, o := range chosen.Themes {
		a.Themes = append(a.Themes, Option{Value: o.Value, Label: s.t.Msg("theme." + o.Value), Count: o.Count, Counted: true})
	}
	for _, o := range chosen.Answered {
		a.Answered = append(a.Answered, Option{Value: o.Value, Label: s.t.Msg("asked.answered." + o.Value), Count: o.Count, Counted: true})
	}
	number, _ := strconv.Atoi(c.QueryParam("page"))
	a.Paging = NewPaging(number, recommendationsPerPage, a.Found, a.Path, values)
	a.Rows = chosen.List[a.Paging.Offset():a.Paging.Last]
	return a
}

// recommendationListPage is the editions, or what a filter chooses of all of them.
type recommendationListPage struct {
	Page
	List       askedList
	Editions   []editionLine
	Export     Export // of the editions
	CanChange  bool
	Mechanisms []mechanismLine // for those who may change them
}

// mechanismLine is a mechanism with its address and its scale in words.
type mechanismLine struct {
	recommendations.Mechanism
	Source sourceLink
	Words  string
	Cycle  string
	Answer string // the words of responses
	Change string
}

// editionLine is an edition with how far its recommendations are answered.
type editionLine struct {
	recommendations.EditionRow
	Href              string
	Newest            bool
	Whole, Part, None int
}

func editionLineOf(l *reports.Ledger, e recommendations.EditionRow) editionLine {
	line := editionLine{EditionRow: e, Href: editionPath(e.Mechanism, e.Year)}
	for _, a := range l.AskedOf(e.Ref()) {
		line.Newest = a.Newest
		switch a.Answered() {
		case reports.AnsweredWhole:
			line.Whole++
		case reports.AnsweredPart:
			line.Part++
		default:
			line.None++
		}
	}
	return line
}

// recommendationList answers GET /recommendations.
func (s *Server) recommendationList(c echo.Context) error {
	e, err := s.Reports.Editions(c.Request().Context(), s.ledgerQuery(c))
	if err != nil {
		return err
	}
	p := recommendationListPage{Page: s.page(c, s.t.Msg("asked.title")), List: s.askedList(c, e.Ledger, askedFilter(c), ""), CanChange: actorOf(c).CanChangePlan()}
	p.List.Editions = []Option{{Value: "newest", Label: s.t.Msg("asked.edition.newest")}}
	for _, row := range e.Editions {
		p.List.Editions = append(p.List.Editions, Option{Value: row.Ref(), Label: s.editionName(row)})
		p.Editions = append(p.Editions, editionLineOf(e.Ledger, row))
	}
	p.Export = exportOf("/recommendations/editions", nil, len(p.Editions))
	if p.CanChange && !p.List.Filtered {
		if p.Mechanisms, err = s.mechanismLines(c); err != nil {
			return err
		}
	}
	return s.show(c, "recommendations/recommendation_list", p)
}

// mechanismLines lists the mechanisms for those who may change them.
func (s *Server) mechanismLines(c echo.Context) ([]mechanismLine, error) {
	list, err := s.Recommendations.Mechanisms(c.Request().Context(), actorOf(c))
	var lines []mechanismLine
	for _, m := range list {
		lines = append(lines, mechanismLine{Mechanism: m, Source: sourceOf(m.URL), Words: strings.ReplaceAll(s.scaleText(m.Scale), "\n", " · "),
			Cycle: s.cycle(m.CycleMonths), Answer: strings.ReplaceAll(s.responsesText(m.Responses), "\n", " · "),
			Change: "/recommendations/mechanisms/" + url.PathEscape(m.Code) + "/change"})
	}
	return lines, err
}

// cycle says how often a mechanism asks, empty where nothing is fixed.
func (s *Server) cycle(months int) string {
	if months == 0 {
		return ""
	}
	return s.t.Msg("asked.mechanism.cycle", "n", months)
}

// editionName is an edition in words, such as "TIP report 2021".
func (s *Server) editionName(e recommendations.EditionRow) string {
	return e.MechanismShort + " " + strconv.Itoa(e.Year)
}

// editionShowPage is one edition with its list.
type editionShowPage struct {
	Page
	Edition   editionLine
	Source    sourceLink
	List      askedList
	Coverage  string // the address of who answers it
	CanChange bool
}

// editionOf finds the edition that the address names, with the ledger.
func (s *Server) editionOf(c echo.Context) (reports.EditionList, recommendations.EditionRow, error) {
	e, err := s.Reports.Editions(c.Request().Context(), s.ledgerQuery(c))
	if err != nil {
		return e, recommendations.EditionRow{}, err
	}
	mechanism, year := editionNamed(c)
	for _, row := range e.Editions {
		if row.Mechanism == mechanism && row.Year == year {
			return e, row, nil
		}
	}
	return e, recommendations.EditionRow{}, problem.Missing()
}

// editionCrumbs lead to an edition and to a page below it.
func (s *Server) editionCrumbs(e recommendations.EditionRow, below ...Crumb) []Crumb {
	crumbs := []Crumb{{s.t.Msg("asked.title"), "/recommendations"}, {s.editionName(e), editionPath(e.Mechanism, e.Year)}}
	if len(below) == 0 {
		crumbs[1].Href = ""
	}
	return append(crumbs, below...)
}

// editionShow answers GET /recommendations/editions/:mechanism/:year.
func (s *Server) editionShow(c echo.Context) error {
	e, row, err := s.editionOf(c)
	if err != nil {
		return err
	}
	p := editionShowPage{Page: s.page(c, s.editionName(row), s.editionCrumbs(row)...), Edition: editionLineOf(e.Ledger, row), Source: sourceOf(row.Source),
		List: s.askedList(c, e.Ledger, askedFilter(c), row.Ref()), Coverage: coveragePath(row.Ref(), ""), CanChange: actorOf(c).CanChangePlan()}
	return s.show(c, "recommendations/edition_show", p)
}

// sourceLink is where a text comes from; only web addresses are links.
type sourceLink struct{ Href, Rest string }

// sourceOf takes the web address that a source begins with apart from what
// is said beside it.
func sourceOf(source string) sourceLink {
	first, rest, _ := strings.Cut(strings.TrimSpace(source), " ")
	u, err := url.Parse(first)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return sourceLink{Rest: source}
	}
	return sourceLink{Href: first, Rest: rest}
}

// recommendationShowPage is a recommendation with its items, what answers
// them and how that stands.
type recommendationShowPage struct {
	Page
	Row       recommendations.RecommendationRow
	Edition   string
	Source    sourceLink
	Figs      []Fig
	Figures   []Link // the indicators that count what it asks
	Items     []askedItemLine
	Said      []saidLine
	CanChange bool
	MayRetire bool // more than one item is asked
	Rated     []progress.RatingTold
	Suggested suggestedView
	Apart     int // of the scale, between those who rate
	Demand    []demandYear
	Moved     *movedWording
	Lineage   string // the address of what the edition continues
	Remarks   []remarkLine
	NotDone   sourceLink // that says for how many years it was not done
	Loose     int        // answers on items that are asked no longer
	MadeIn    dialogues.RecommendedTold
	Made      bool // in a dialogue that is recorded
}

// askedItemLine is an item with its answers; a retired one has none.
type askedItemLine struct {
	recommendations.ItemRow
	LeadName string
	// Supporting are codes; CameFrom and Became are letters of other items.
	Supporting, CameFrom, Became string
	Answers                      []answerLine
	Newest                       bool
}

// answerLine is an answer with the standing of its commitment.
type answerLine struct {
	reports.AnswerLine
	LeadCode, LeadName string
	Evidenced          bool
}

// saidLine is the last words of a commitment that answers.
type saidLine struct {
	reports.Line
	reports.Said
}

// recommendationID reads the id of the address; one that is no number is missing.
func recommendationID(c echo.Context) (int64, error) { return idOf(c, "id") }

func idOf(c echo.Context, name string) (int64, error) {
	id, err := strconv.ParseInt(c.Param(name), 10, 64)
	if err != nil {
		return 0, problem.Missing()
	}
	return id, nil
}

// recommendation reads the recommendation that the address names.
func (s *Server) recommendation(c echo.Context) (reports.RecommendationPage, error) {
	id, err := recommendationID(c)
	if err != nil {
		return reports.RecommendationPage{}, err
	}
	return s.Reports.Recommendation(c.Request().Context(), s.ledgerQuery(c), id)
}

// recommendationCrumbs lead to a recommendation and to a page below it.
func (s *Server) recommendationCrumbs(r reports.RecommendationPage, below ...Crumb) []Crumb {
	own := Crumb{r.Row.Ref(), recommendationPath(r.Row.ID)}
	if len(below) == 0 {
		own.Href = ""
	}
	return s.editionCrumbs(r.Edition, append([]Crumb{own}, below...)...)
}

// recommendationShow answers GET /recommendations/:id.
func (s *Server) recommendationShow(c echo.Context) error {
	r, err := s.recommendation(c)
	if err != nil {
		return err
	}
	p := recommendationShowPage{Page: s.page(c, r.Row.Title, s.recommendationCrumbs(r)...), Row: r.Row, Edition: s.editionName(r.Edition),
		Source: sourceOf(r.Row.Source), CanChange: actorOf(c).CanChangePlan()}
	p.Figs = s.recommendationFigs(r)
	p.Rated, p.Suggested = r.Rating.Now(), s.suggestedView(r.Rating.Suggested)
	p.Apart = r.Rating.Apart()
	p.Demand, p.Moved, p.Lineage = s.demandYears(r), movedSince(r), editionPath(r.Row.Mechanism, r.Row.Year, "lineage")
	p.Remarks = s.remarkLines(c, r)
	p.Loose, p.NotDone = len(r.Loose), sourceOf(r.Row.NotDoneSource)
	p.Items, p.MayRetire = askedItems(r), len(r.Asked.Items) > 1
	for _, line := range r.Asked.Lines() {
		if said := r.Said[line.UpdateID]; said.ID != 0 {
			p.Said = append(p.Said, saidLine{Line: *line, Said: said})
		}
	}
	p.Figures, err = s.countedBy(c, func(t indicators.Terms) bool {
		return slices.ContainsFunc(r.All, func(i recommendations.ItemRow) bool { return slices.Contains(t.Items, i.ID) })
	})
	if err != nil {
		return err
	}
	if p.MadeIn, p.Made, err = s.Dialogues.MadeIn(c.Request().Context(), actorOf(c), r.Row.ID); err != nil {
		return err
	}
	return s.show(c, "recommendations/recommendation_show", p)
}

// askedItems puts the answers beside all items, retired ones too.
func askedItems(r reports.RecommendationPage) []askedItemLine {
	var items []askedItemLine
	for _, row := range r.All {
		item := askedItemLine{ItemRow: row, LeadName: r.Institutions[row.LeadID].Short, Newest: r.Asked.Newest,
			Supporting: strings.Join(r.Support[row.ID], ", "), CameFrom: lettersOf(r.CameFrom(row.ID))}
		if !row.RetiredOn.IsZero() {
			item.Became = lettersOf(r.Became(row.ID))
		}
		for _, asked := range r.Asked.Items {
			if asked.ID != row.ID {
				continue
			}
			for _, a := range asked.Answers {
				lead := r.Institutions[a.Line.LeadID]
				item.Answers = append(item.Answers, answerLine{AnswerLine: a, LeadCode: lead.Code, LeadName: lead.Short, Evidenced: r.Said[a.Line.UpdateID].Evidence > 0})
			}
		}
		items = append(items, item)
	}
	return items
}

func lettersOf(items []recommendations.ItemRow) string {
	var letters []string
	for _, i := range items {
		letters = append(letters, i.Letter)
	}
	return strings.Join(letters, ", ")
}

func (s *Server) recommendationFigs(r reports.RecommendationPage) []Fig {
	lines, completed := r.Asked.Lines(), 0
	for _, line := range lines {
		if line.Status == progress.Completed {
			completed++
		}
	}
	all := len(r.Asked.Items)
	asked := r.Demands.Asked(r.Row.ID)
	since := "lineage.fig.years.note"
	if asked.AtLeast {
		since += ".at_least"
	}
	answers := Fig{Label: s.t.Msg("asked.fig.answers"), Number: s.t.Int(len(lines)), Note: s.t.Msg("asked.fig.answers.note", "n", len(lines), "done", completed)}
	if len(lines) > 0 {
		answers.Href = commitmentsPath(reports.Filter{Answers: r.Row.Ref()})
	}
	return []Fig{
		{Label: s.t.Msg("lineage.fig.years"), Number: s.t.Int(asked.Years), Note: s.t.Msg(since, "first", strconv.Itoa(asked.First))},
		{Label: s.t.Msg("lineage.fig.row"), Number: s.t.Int(asked.Consecutive), Note: s.t.Msg("lineage.fig.row.note", "n", asked.Consecutive)},
		{Label: s.t.Msg("asked.fig.answered"), Number: s.t.Int(all - r.Asked.Unanswered), Note: s.t.Msg("asked.fig.answered.note", "n", all)},
		answers,
	}
}
