package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/progress"
)

// reviewPage is the queue of what waits for a decision.
type reviewPage struct {
	Page
	Focal        bool // of an institution: it confirms and is answered
	Waiting      int  // for the actor, whatever the filter
	Mine         []reviewRow
	Paging       Paging
	Show         string // of the lists beside the queue the one shown alone, empty for the queue with the beginning of both
	Others, Back []reviewRow
	Figures      []waitingView // that wait for the reader's decision
	OthersMore   int           // not shown
	BackMore     int
	queueFilter
	Institutions []Option
	Kinds        []Option
	Longer       []Option
	Filtered     bool
	Together     int // of those chosen: they change nothing and may be approved together
	TogetherHref string
	Suffix       string // of the address of each update: the filter, for the walk through the queue
	Export       Export
}

// reviewRow is one update of the queue.
type reviewRow struct {
	progress.Brief
	Said string // its beginning
	Days int    // since it was sent, or since it came back
	Why  string // why the actor may not decide, or why it was returned
}

// reviewSideRows is how many updates the lists beside the queue show; each
// leads to all of it.
const reviewSideRows = 10

// reviewQueue reads the queue and the filter in the address, and gives what of
// the actor's own part is within it.
func (s *Server) reviewQueue(c echo.Context) (p reviewPage, q progress.Queue, fitting []progress.Queued, err error) {
	q, err = s.Progress.Review(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode)
	p = s.reviewPage(c, queueFilterOf(c, q.Mine), len(q.Mine), fromOf(q.Mine))
	return p, q, s.inQueue(p.queueFilter, q.Mine), err
}

// reviewPage is the page of a filter, of so many updates that wait for the
// actor, from these institutions.
func (s *Server) reviewPage(c echo.Context, f queueFilter, waiting int, from []progress.From) reviewPage {
	p := reviewPage{Page: s.page(c, s.t.Msg("review.title")), Focal: !actorOf(c).CanReview(), Waiting: waiting, queueFilter: f, Institutions: institutionsOf(from)}
	p.Filtered, p.Query, p.Suffix = p.inForce(), p.values(), suffixOf(p.queueFilter)
	for _, kind := range queueKinds {
		p.Kinds = append(p.Kinds, Option{Value: kind, Label: s.t.Msg("review.kind." + kind)})
	}
	for _, days := range waitingDays {
		p.Longer = append(p.Longer, Option{Value: strconv.Itoa(days), Label: s.t.Msg("review.filter.days", "n", days)})
	}
	return p
}

// review answers GET /review.
func (s *Server) review(c echo.Context) error {
	show := c.QueryParam("show")
	if show != "others" && show != "back" {
		show = ""
	}
	if actorOf(c).CanReview() && show == "" && asksForAll(c) {
		return s.reviewFront(c)
	}
	p, q, fitting, err := s.reviewQueue(c)
	if err != nil {
		return err
	}
	var others, back []progress.Queued
	switch p.Show = show; show {
	case "others":
		others, fitting = p.alone(s, c, q.Others), nil
	case "back":
		back, fitting = p.alone(s, c, q.Back), nil
	default:
		p.Together = len(unchangedOf(fitting))
		p.divide(c, len(fitting))
		p.OthersMore, p.BackMore = max(0, len(q.Others)-reviewSideRows), max(0, len(q.Back)-reviewSideRows)
		fitting, others, back = fitting[p.Paging.Offset():p.Paging.Last], q.Others[:len(q.Others)-p.OthersMore], q.Back[:len(q.Back)-p.BackMore]
	}
	told, err := s.Progress.Briefly(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, slices.Concat(fitting, others, back)...)
	if err != nil {
		return err
	}
	p.Mine, p.Others, p.Back = s.reviewRows(actorOf(c), fitting, told), s.reviewRows(actorOf(c), others, told), s.reviewRows(actorOf(c), back, told)
	return s.showReview(c, p)
}

// reviewFront is the queue without a filter: it is asked for most, and is not
// read whole for the part that is shown.
func (s *Server) reviewFront(c echo.Context) error {
	actor := actorOf(c)
	f, err := s.Progress.Front(c.Request().Context(), actor, settingsOf(c).CountryCode, pageNumber(c), commitmentsPerPage, reviewSideRows)
	if err != nil {
		return err
	}
	p := s.reviewPage(c, queueFilterOf(c, nil), f.Mine, f.From)
	p.divide(c, f.Mine)
	p.Together, p.OthersMore, p.BackMore = f.Unchanged, f.Ahead.Others-len(f.OthersFirst), f.Ahead.Back-len(f.BackFirst)
	rows := func(list []progress.Brief) (rows []reviewRow) {
		for _, b := range list {
			rows = append(rows, s.reviewRow(actor, b))
		}
		return rows
	}
	p.Mine, p.Others, p.Back = rows(f.First), rows(f.OthersFirst), rows(f.BackFirst)
	return s.showReview(c, p)
}

func (s *Server) showReview(c echo.Context, p reviewPage) error {
	if p.Show == "" {
		figures, err := s.Indicators.ToReview(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode)
		if err != nil {
			return err
		}
		p.Figures = waitingViews(figures)
	}
	return s.show(c, "review/review", p)
}

// divide puts the queue on pages.
func (p *reviewPage) divide(c echo.Context, total int) {
	p.Export, p.TogetherHref = exportOf(p.Path, p.Query, total), address("/review/unchanged", p.values())
	p.Paging = NewPaging(pageNumber(c), commitmentsPerPage, total, p.Path, p.Query)
}

// alone has the page show a list beside the queue by itself, on pages.
func (p *reviewPage) alone(s *Server, c echo.Context, list []progress.Queued) []progress.Queued {
	title := s.t.Msg("review." + p.Show)
	p.Page = s.page(c, title, Crumb{s.t.Msg("review.title"), "/review"}, Crumb{Label: title})
	p.Paging = NewPaging(pageNumber(c), commitmentsPerPage, len(list), "/review", url.Values{"show": {p.Show}})
	return list[p.Paging.Offset():p.Paging.Last]
}

// fromOf counts a list by institution.
func fromOf(list []progress.Queued) (from []progress.From) {
	for _, u := range list {
		at := slices.IndexFunc(from, func(f progress.From) bool { return f.Code == u.Institution })
		if at < 0 {
			at = len(from)
			from = append(from, progress.From{Code: u.Institution, Name: u.InstitutionName})
		}
		from[at].N++
	}
	return from
}

// institutionsOf are the institutions that a list is from, with their counts.
func institutionsOf(from []progress.From) (options []Option) {
	for _, f := range from {
		options = append(options, Option{Value: f.Code, Label: f.Name, Counted: true, Count: f.N})
	}
	slices.SortFunc(options, func(a, b Option) int {
		return cmp.Or(strings.Compare(a.Label, b.Label), strings.Compare(a.Value, b.Value))
	})
	return options
}

func (s *Server) reviewRows(actor accounts.Actor, list []progress.Queued, told map[int64]progress.Brief) (rows []reviewRow) {
	for _, u := range list {
		if t, ok := told[u.ID]; ok {
			rows = append(rows, s.reviewRow(actor, t))
		}
	}
	return rows
}

// reviewRow tells an update of the queue: what it says, how long it has been
// there, and why the actor does not decide on it or why it came back.
func (s *Server) reviewRow(actor accounts.Actor, t progress.Brief) reviewRow {
	row := reviewRow{Brief: t, Said: beginningOf(s.said(t.Done, t.NoProgress))}
	since := t.SubmittedAt
	if t.State == progress.Returned {
		row.Why, since = t.Reason, t.ReturnedAt
	} else if refusal, ok := asProblem(t.MayDecide(actor)); ok {
		row.Why = s.t.Msg(refusal.Key, refusal.Args...)
		if !actor.CanReview() && !t.OnBehalf {
			row.Why = s.t.Msg("review.in_review")
		}
	}
	if since != nil {
		row.Days = s.Clock.Today().Sub(s.Clock.DayOf(*since))
	}
	return row
}

// beginningOf is a text cut to the length of a line in a table, at a word.
func beginningOf(text string) string {
	const most = 120
	letters := []rune(strings.Join(strings.Fields(text), " "))
	if len(letters) <= most {
		return string(letters)
	}
	cut := string(letters[:most])
	if at := strings.LastIndexByte(cut, ' '); at > most/2 {
		cut = cut[:at]
	}
	return strings.TrimRight(cut, " ,;:.") + " …"
}
