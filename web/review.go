package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

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
	progress.Told
	Said string // its beginning
	Days int    // since it was sent, or since it came back
	Why  string // why the actor may not decide, or why it was returned
}

// reviewSideRows is how many updates the lists beside the queue show.
const reviewSideRows = 50

// reviewQueue reads the queue and the filter in the address, and gives what of
// the actor's own part is within it.
func (s *Server) reviewQueue(c echo.Context) (p reviewPage, q progress.Queue, fitting []progress.Queued, err error) {
	actor := actorOf(c)
	q, err = s.Progress.Review(c.Request().Context(), actor, settingsOf(c).CountryCode)
	p = reviewPage{Page: s.page(c, s.t.Msg("review.title")), Focal: !actor.CanReview(), Waiting: len(q.Mine), queueFilter: queueFilterOf(c, q.Mine), Institutions: institutionsOf(q.Mine)}
	p.Filtered, p.Query, p.Suffix = p.inForce(), p.values(), suffixOf(p.queueFilter)
	for _, kind := range queueKinds {
		p.Kinds = append(p.Kinds, Option{Value: kind, Label: s.t.Msg("review.kind." + kind)})
	}
	for _, days := range waitingDays {
		p.Longer = append(p.Longer, Option{Value: strconv.Itoa(days), Label: s.t.Msg("review.filter.days", "n", days)})
	}
	return p, q, s.inQueue(p.queueFilter, q.Mine), err
}

// review answers GET /review.
func (s *Server) review(c echo.Context) error {
	actor := actorOf(c)
	p, q, fitting, err := s.reviewQueue(c)
	if err != nil {
		return err
	}
	p.Export = exportOf(p.Path, p.Query, len(fitting))
	p.Together, p.TogetherHref = len(unchangedOf(fitting)), address("/review/unchanged", p.values())
	number, _ := strconv.Atoi(c.QueryParam("page"))
	p.Paging = NewPaging(number, commitmentsPerPage, len(fitting), p.Path, p.Query)
	p.OthersMore, p.BackMore = max(0, len(q.Others)-reviewSideRows), max(0, len(q.Back)-reviewSideRows)
	mine, others, back := fitting[p.Paging.Offset():p.Paging.Last], q.Others[:len(q.Others)-p.OthersMore], q.Back[:len(q.Back)-p.BackMore]
	told, err := s.Progress.Tell(c.Request().Context(), actor, settingsOf(c).CountryCode, slices.Concat(mine, others, back)...)
	if err != nil {
		return err
	}
	figures, err := s.Indicators.ToReview(c.Request().Context(), actor, settingsOf(c).CountryCode)
	if err != nil {
		return err
	}
	p.Figures = waitingViews(figures)
	p.Mine, p.Others, p.Back = s.reviewRows(actor, mine, told), s.reviewRows(actor, others, told), s.reviewRows(actor, back, told)
	return s.show(c, "review/review", p)
}

// institutionsOf are the institutions that a list is from, with their counts.
func institutionsOf(list []progress.Queued) []Option {
	var options []Option
	for _, u := range list {
		at := slices.IndexFunc(options, func(o Option) bool { return o.Value == u.Institution })
		if at < 0 {
			at = len(options)
			options = append(options, Option{Value: u.Institution, Label: u.InstitutionName, Counted: true})
		}
		options[at].Count++
	}
	slices.SortFunc(options, func(a, b Option) int { return strings.Compare(a.Label, b.Label) })
	return options
}

func (s *Server) reviewRows(actor accounts.Actor, list []progress.Queued, told map[int64]progress.Told) (rows []reviewRow) {
	for _, u := range list {
		if t, ok := told[u.ID]; ok {
			rows = append(rows, s.reviewRow(actor, t))
		}
	}
	return rows
}

// reviewRow tells an update of the queue: what it says, how long it has been
// there, and why the actor does not decide on it or why it came back.
func (s *Server) reviewRow(actor accounts.Actor, t progress.Told) reviewRow {
	row := reviewRow{Told: t, Said: beginningOf(s.said(t))}
	since := time.Time{}
	if t.SubmittedAt != nil {
		since = *t.SubmittedAt
	}
	if t.State == progress.Returned {
		row.Why, since = t.ReturnedFor()
	} else if refusal, ok := asProblem(progress.CanDecide(actor, t.Update, t.Authors)); ok {
		row.Why = s.t.Msg(refusal.Key, refusal.Args...)
		if !actor.CanReview() && !t.OnBehalf {
			row.Why = s.t.Msg("review.in_review")
		}
	}
	if !since.IsZero() {
		row.Days = s.Clock.Today().Sub(s.Clock.DayOf(since))
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
