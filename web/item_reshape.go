package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
	"tracker/internal/recommendations/narrative"
	"tracker/internal/reports"
)

// itemPart is one of the items that a form makes, with the names of its fields.
type itemPart struct {
	N                        int
	TextField, LeadField     string
	Text, Lead               string
	TextProblem, LeadProblem string
}

// reshapePage is the form in which items are split or merged.
type reshapePage struct {
	Page
	Ref, Heading, Wording string
	Action, Cancel, Key   string
	Quote                 string // the item that is split
	Version               int64
	Items                 []Option // that can be merged
	Versions              map[string]int64
	Chosen                []string
	Parts                 []itemPart
	Institutions          []Option
	Answers               int // that are to be linked anew
}

// partsOffered is how many parts beyond those suggested a form has room for.
const partsOffered = 2

func (s *Server) reshapePage(c echo.Context, r reports.RecommendationPage, ref, title string) (p reshapePage, err error) {
	p = reshapePage{Page: s.page(c, title, s.recommendationCrumbs(r, Crumb{Label: title})...), Ref: ref, Heading: r.Row.Title, Wording: r.Row.Text,
		Action: c.Request().URL.Path, Cancel: recommendationPath(r.Row.ID), Key: newKey()}
	p.Institutions, err = s.expected(c, "")
	return p, err
}

// parts makes the fields of texts and leads.
func (p *reshapePage) parts(texts, leads []string) {
	for i, text := range texts {
		field := "items." + strconv.Itoa(i)
		p.Parts = append(p.Parts, itemPart{N: i + 1, TextField: field + ".text", LeadField: field + ".lead", Text: text, Lead: leads[i],
			TextProblem: p.Errors.For(field + ".text"), LeadProblem: p.Errors.For(field + ".lead")})
	}
}

// partsTyped are the texts and leads of a form, in their order; what is left
// empty is no part.
func partsTyped(t typed) (texts, leads []string, in []recommendations.ItemNew) {
	for i := 0; t.has("items." + strconv.Itoa(i) + ".text"); i++ {
		field := "items." + strconv.Itoa(i)
		text, lead := strings.TrimSpace(t.text(field+".text")), t.line(field+".lead")
		if text == "" && lead == "" && i > 0 {
			continue
		}
		texts, leads = append(texts, text), append(leads, lead)
		in = append(in, recommendations.ItemNew{Text: text, Lead: lead})
	}
	return texts, leads, in
}

// partFields are the fields of so many parts, for the order of errors.
func partFields(n int) (fields []string) {
	for i := range n {
		fields = append(fields, "items."+strconv.Itoa(i)+".text", "items."+strconv.Itoa(i)+".lead")
	}
	return fields
}

// itemSplit answers GET /recommendations/:id/items/:item/split.
func (s *Server) itemSplit(c echo.Context) error {
	r, item, err := s.itemOf(c)
	if err != nil {
		return err
	}
	if !item.RetiredOn.IsZero() {
		return c.Redirect(http.StatusSeeOther, recommendationPath(r.Row.ID))
	}
	text := item.Text
	if item.Text == r.Row.Title && len(r.Asked.Items) == 1 { // an item that nobody has worded yet
		text = r.Row.Text
	}
	texts := narrative.Split(text)
	for range max(partsOffered, 3-len(texts)) {
		texts = append(texts, "")
	}
	leads := make([]string, len(texts))
	for i, part := range texts {
		if part != "" {
			leads[i] = item.Lead
		}
	}
	return s.showSplit(c, http.StatusOK, r, item, nil, texts, leads)
}

func (s *Server) showSplit(c echo.Context, status int, r reports.RecommendationPage, item recommendations.ItemRow, wrong FieldErrors, texts, leads []string) error {
	p, err := s.reshapePage(c, r, item.Ref(), s.t.Msg("asked.item.split_title", "ref", item.Ref()))
	if err != nil {
		return err
	}
	p.Quote, p.Version, p.Errors, p.Answers = item.Text, item.Version, wrong, answersOf(r, item.ID)
	p.parts(texts, leads)
	return s.showAs(c, status, "recommendations/item_split", p)
}

// answersOf counts the answers in force of an item.
func answersOf(r reports.RecommendationPage, item int64) int {
	for _, asked := range r.Asked.Items {
		if asked.ID == item {
			return len(asked.Answers)
		}
	}
	return 0
}

// itemSplitMake answers POST /recommendations/:id/items/:item/split.
func (s *Server) itemSplitMake(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	r, item, err := s.itemOf(c)
	if err != nil {
		return err
	}
	texts, leads, to := partsTyped(t)
	err = s.Recommendations.Reshape(c.Request().Context(), actorOf(c), t.line("key"), recommendations.Reshaping{RecommendationID: r.Row.ID,
		From: []recommendations.ItemVersion{{ID: item.ID, Version: t.number("version")}}, To: to})
	if status, wrong, again := s.again(err, partFields(len(texts))...); again {
		texts, leads = append(texts, "", ""), append(leads, "", "")
		return s.showSplit(c, status, r, item, wrong, texts, leads)
	}
	if err != nil {
		return err
	}
	return s.reshaped(c, r, s.t.Msg("asked.done.item_split", "ref", item.Ref(), "n", len(to)), answersOf(r, item.ID))
}

// reshaped leads to the answers that are to be linked anew, where there are any.
func (s *Server) reshaped(c echo.Context, r reports.RecommendationPage, said string, answers int) error {
	path := recommendationPath(r.Row.ID)
	if answers+len(r.Loose) > 0 {
		path = recommendationPath(r.Row.ID) + "/items/relink"
	}
	return s.done(c, path, said)
}

// itemsMerge answers GET /recommendations/:id/items/merge.
func (s *Server) itemsMerge(c echo.Context) error {
	r, err := s.recommendation(c)
	if err != nil {
		return err
	}
	return s.showMerge(c, http.StatusOK, r, nil, nil, "", "")
}

func (s *Server) showMerge(c echo.Context, status int, r reports.RecommendationPage, wrong FieldErrors, chosen []string, text, lead string) error {
	p, err := s.reshapePage(c, r, r.Row.Ref(), s.t.Msg("asked.items.merge_title"))
	if err != nil {
		return err
	}
	p.Errors, p.Chosen, p.Versions = wrong, chosen, map[string]int64{}
	for _, item := range r.All {
		if item.RetiredOn.IsZero() {
			p.Items = append(p.Items, Option{Value: itoa(item.ID), Label: item.Letter + ". " + item.Text, Hint: r.Institutions[item.LeadID].Short})
			p.Versions[itoa(item.ID)] = item.Version
		}
	}
	p.parts([]string{text}, []string{lead})
	return s.showAs(c, status, "recommendations/items_merge", p)
}

// itemsMergeMake answers POST /recommendations/:id/items/merge.
func (s *Server) itemsMergeMake(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	r, err := s.recommendation(c)
	if err != nil {
		return err
	}
	in, answers, chosen := recommendations.Reshaping{RecommendationID: r.Row.ID}, 0, t.list("from")
	for _, id := range chosen {
		item, _ := strconv.ParseInt(id, 10, 64)
		in.From = append(in.From, recommendations.ItemVersion{ID: item, Version: t.number("version." + id)})
		answers += answersOf(r, item)
	}
	texts, leads, to := partsTyped(t)
	var check problem.Check
	check.Require(len(chosen) > 1, "from", "asked.error.merge_which")
	check.Require(len(to) == 1, "items.0.text", "asked.error.empty.text")
	if err = check.Err(); err == nil {
		in.To = to
		err = s.Recommendations.Reshape(c.Request().Context(), actorOf(c), t.line("key"), in)
	}
	if status, wrong, again := s.again(err, "from", "items.0.text", "items.0.lead"); again {
		return s.showMerge(c, status, r, wrong, chosen, strings.Join(texts, "\n"), strings.Join(leads, ""))
	}
	if err != nil {
		return err
	}
	return s.reshaped(c, r, s.t.Msg("asked.done.items_merged", "n", len(chosen)), answers)
}

// relinkPage lists the answers that hang on items that are asked no longer.
type relinkPage struct {
	Page
	Ref, Heading, Cancel, Key, Action string
	Answers                           []looseAnswer
	ReasonText                        string
}

// looseAnswer is an answer on an item that is asked no longer, with the items
// that it became.
type looseAnswer struct {
	plan.Answer
	Commitment, Title string
	Item, ItemText    string
	Field             string
	Became            []Option
	Chosen            []string
	End               string // the address where it ends
}

func (s *Server) relinkPage(c echo.Context, r reports.RecommendationPage, t typed) relinkPage {
	title := s.t.Msg("asked.relink.title")
	p := relinkPage{Page: s.page(c, r.Row.Ref()+": "+title, s.recommendationCrumbs(r, Crumb{Label: title})...), Ref: r.Row.Ref(), Heading: r.Row.Title,
		Cancel: recommendationPath(r.Row.ID), Key: newKey(), Action: c.Request().URL.Path, ReasonText: s.t.Msg("asked.relink.reason")}
	if t.has("reason") {
		p.ReasonText = t.text("reason")
	}
	for _, a := range r.Loose {
		l := looseAnswer{Answer: a, Field: "answer." + itoa(a.ID)}
		for _, line := range r.Lines {
			if line.ID == a.CommitmentID {
				l.Commitment, l.Title, l.End = line.Ref, line.Title, commitmentPath(line.Ref, "answers", itoa(a.ID), "end")
			}
		}
		for _, item := range r.All {
			if item.ID == a.ItemID {
				l.Item, l.ItemText = item.Ref(), item.Text
			}
		}
		for _, item := range r.Became(a.ItemID) {
			l.Became = append(l.Became, Option{Value: itoa(item.ID), Label: item.Letter + ". " + item.Text})
		}
		if l.Chosen = t.list(l.Field); !t.has("reason") && len(l.Became) == 1 {
			l.Chosen = []string{l.Became[0].Value}
		}
		p.Answers = append(p.Answers, l)
	}
	return p
}

// itemsRelink answers GET /recommendations/:id/items/relink.
func (s *Server) itemsRelink(c echo.Context) error {
	r, err := s.recommendation(c)
	if err != nil {
		return err
	}
	return s.show(c, "recommendations/items_relink", s.relinkPage(c, r, typed{}))
}

// itemsRelinkMake answers POST /recommendations/:id/items/relink.
func (s *Server) itemsRelinkMake(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	r, err := s.recommendation(c)
	if err != nil {
		return err
	}
	p := s.relinkPage(c, r, t)
	var list []plan.Relinking
	for _, a := range p.Answers {
		in := plan.Relinking{AnswerID: a.ID}
		for _, id := range a.Chosen {
			item, _ := strconv.ParseInt(id, 10, 64)
			in.ItemIDs = append(in.ItemIDs, item)
		}
		list = append(list, in)
	}
	moved, err := s.Plan.Relink(c.Request().Context(), actorOf(c), t.line("key"), r.Row.ID, p.ReasonText, list)
	if status, wrong, again := s.again(err, "reason"); again {
		p.Errors = wrong
		return s.showAs(c, status, "recommendations/items_relink", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, recommendationPath(r.Row.ID), s.t.Msg("asked.done.relinked", "n", moved))
}
