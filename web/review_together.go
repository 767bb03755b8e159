package web

import (
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/progress"
)

// togetherPage lists what changes nothing and may be approved together, or
// what came of it.
type togetherPage struct {
	Page
	Rows     []togetherRow
	More     int // not listed: they come next
	Approved int
	Done     bool
	Queue    string
	Action   string
	Key      string
}

// togetherRow is one of them.
type togetherRow struct {
	reviewRow
	Value   string // of its box
	Skipped string // why it was not approved
}

// reviewTogether answers GET /review/unchanged: what the filter of the queue
// chooses and changes nothing, for a look before all of it is approved.
func (s *Server) reviewTogether(c echo.Context) error {
	p, _, fitting, err := s.reviewQueue(c)
	if err != nil {
		return err
	}
	list := unchangedOf(fitting)
	page := s.togetherPage(c, p.queueFilter)
	page.More = max(0, len(list)-progress.MaxTogether)
	list = list[:len(list)-page.More]
	told, err := s.Progress.Briefly(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, list...)
	if err != nil {
		return err
	}
	for _, r := range s.reviewRows(actorOf(c), list, told) {
		page.Rows = append(page.Rows, togetherRow{reviewRow: r, Value: itoa(r.ID) + "-" + itoa(r.Version)})
	}
	return s.show(c, "review/together", page)
}

func (s *Server) togetherPage(c echo.Context, f queueFilter) togetherPage {
	title := s.t.Msg("review.together.title")
	queue := address("/review", f.values())
	return togetherPage{Page: s.page(c, title, Crumb{s.t.Msg("review.title"), queue}, Crumb{Label: title}), Queue: queue, Action: address("/review/unchanged", f.values()), Key: newKey()}
}

// reviewTogetherMake answers POST /review/unchanged with what came of each.
func (s *Server) reviewTogetherMake(c echo.Context) error {
	form, err := typedOf(c)
	if err != nil {
		return err
	}
	var chosen []progress.Chosen
	var ids []progress.Queued
	for _, value := range form.list("update") {
		id, version, _ := strings.Cut(value, "-")
		var one progress.Chosen
		one.ID, _ = strconv.ParseInt(id, 10, 64)
		one.Version, _ = strconv.ParseInt(version, 10, 64)
		chosen, ids = append(chosen, one), append(ids, progress.Queued{ID: one.ID})
	}
	outcomes, err := s.Progress.ApproveUnchanged(c.Request().Context(), actorOf(c), form.line("key"), chosen)
	if err != nil {
		return err
	}
	told, err := s.Progress.Briefly(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, ids...)
	if err != nil {
		return err
	}
	page := s.togetherPage(c, queueFilterOf(c, nil))
	page.Done = true
	for _, o := range outcomes {
		t, ok := told[o.ID]
		if !ok { // what the actor may not see is not told of
			continue
		}
		row := togetherRow{reviewRow: s.reviewRow(actorOf(c), t)}
		if o.Skipped == "" {
			page.Approved++
		} else {
			row.Skipped = s.t.Msg(o.Skipped)
		}
		page.Rows = append(page.Rows, row)
	}
	return s.show(c, "review/together", page)
}
