package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/progress"
)

// queueFilter chooses from the review queue and orders it. It stands in the
// address of the queue and of each update that is opened from there.
type queueFilter struct {
	Institution string
	Kind        string // one of queueKinds, empty for all
	Late, None  bool
	Unchanged   bool // only what changes nothing
	LongerThan  int  // days, 0 for all
	Sort        string
}

// queueKinds are the kinds of updates that the queue can be narrowed to.
var queueKinds = []string{"update", "contribution", "correction"}

// waitingDays are the waits that the queue can be narrowed to.
var waitingDays = []int{2, 7, 14, 30}

// queueSorts are the orders of the queue: who waits longest comes first where
// none is named.
var queueSorts = []string{"waiting", "-waiting", "from", "-from", "as_of", "-as_of"}

// queueFilterOf reads the filter in an address. What names nothing is left out.
func queueFilterOf(c echo.Context, mine []progress.Queued) queueFilter {
	f := queueFilter{Institution: readable(c.QueryParam("institution")), Kind: c.QueryParam("kind"), Late: c.QueryParam("late") == "1", None: c.QueryParam("none") == "1",
		Unchanged: c.QueryParam("unchanged") == "1", Sort: c.QueryParam("sort")}
	f.LongerThan, _ = strconv.Atoi(c.QueryParam("longer"))
	if !slices.ContainsFunc(mine, func(u progress.Queued) bool { return u.Institution == f.Institution }) {
		f.Institution = ""
	}
	if !slices.Contains(queueKinds, f.Kind) {
		f.Kind = ""
	}
	if !slices.Contains(waitingDays, f.LongerThan) {
		f.LongerThan = 0
	}
	if !slices.Contains(queueSorts, f.Sort) {
		f.Sort = queueSorts[0]
	}
	return f
}

// inForce says whether the filter leaves anything out.
func (f queueFilter) inForce() bool {
	f.Sort = ""
	return f != queueFilter{}
}

// values is the address of the filter.
func (f queueFilter) values() url.Values {
	v := url.Values{}
	set := func(is bool, name, value string) {
		if is {
			v.Set(name, value)
		}
	}
	set(f.Institution != "", "institution", f.Institution)
	set(f.Kind != "", "kind", f.Kind)
	set(f.Late, "late", "1")
	set(f.None, "none", "1")
	set(f.Unchanged, "unchanged", "1")
	set(f.LongerThan > 0, "longer", strconv.Itoa(f.LongerThan))
	set(f.Sort != "" && f.Sort != queueSorts[0], "sort", f.Sort)
	return v
}

// suffixOf follows the address of an update that is opened from the queue.
func suffixOf(f queueFilter) string {
	if v := f.values(); len(v) > 0 {
		return "?" + v.Encode()
	}
	return ""
}

// inQueue is what of the actor's part of the queue a filter chooses, in its order.
func (s *Server) inQueue(f queueFilter, mine []progress.Queued) (list []progress.Queued) {
	today := s.Clock.Today()
	for _, u := range mine {
		kind := string(u.Kind)
		if u.Correction {
			kind = "correction"
		}
		if (f.Institution == "" || u.Institution == f.Institution) && (f.Kind == "" || kind == f.Kind) && (!f.Late || u.Late) && (!f.None || u.NoProgress) &&
			(!f.Unchanged || u.NoChange) && (f.LongerThan == 0 || today.Sub(s.Clock.DayOf(u.SubmittedAt)) > f.LongerThan) {
			list = append(list, u)
		}
	}
	by, down := strings.CutPrefix(f.Sort, "-")
	slices.SortStableFunc(list, func(a, b progress.Queued) int {
		order := 0
		switch by {
		case "from":
			order = strings.Compare(a.InstitutionName, b.InstitutionName)
		case "as_of":
			order = a.AsOf.Sub(b.AsOf)
		default:
			order = a.SubmittedAt.Compare(b.SubmittedAt)
		}
		if down {
			order = -order
		}
		return cmp.Or(order, a.SubmittedAt.Compare(b.SubmittedAt), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// unchangedOf are those that change nothing.
func unchangedOf(list []progress.Queued) []progress.Queued {
	return slices.DeleteFunc(slices.Clone(list), func(u progress.Queued) bool { return !u.NoChange })
}

// queueWalk is where a reviewer stands in the queue that they walk through.
type queueWalk struct {
	At, Of         int    // from 1; 0: the update is not in this queue
	Previous, Next string // addresses, empty at the ends
	first          string
	Queue          string // the queue itself
	Suffix         string
}

// asksForAll says whether the address names the whole queue in its own order,
// which need not be read for a part of it.
func asksForAll(c echo.Context) bool {
	f := queueFilterOf(c, nil)
	return c.QueryParam("institution") == "" && !f.inForce() && f.Sort == queueSorts[0]
}

// walkFrom finds an update in the queue that the address names.
func (s *Server) walkFrom(c echo.Context, id int64) (w queueWalk, err error) {
	if asksForAll(c) {
		return s.walkWhole(c, id)
	}
	q, err := s.Progress.Review(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode)
	if err != nil {
		return w, err
	}
	f := queueFilterOf(c, q.Mine)
	list := s.inQueue(f, q.Mine)
	w = queueWalk{Of: len(list), Queue: address("/review", f.values()), Suffix: suffixOf(f)}
	w.At = slices.IndexFunc(list, func(u progress.Queued) bool { return u.ID == id }) + 1
	to := func(at int) string { return "/updates/" + itoa(list[at].ID) + w.Suffix }
	if w.Of > 0 {
		w.first = to(0)
	}
	if w.At < w.Of {
		w.Next = to(w.At)
	}
	if w.At > 1 {
		w.Previous = to(w.At - 2)
	}
	return w, nil
}

// walkWhole is the same in the whole queue.
func (s *Server) walkWhole(c echo.Context, id int64) (queueWalk, error) {
	p, err := s.Progress.PlaceOf(c.Request().Context(), actorOf(c), id)
	to := func(id int64) string {
		if id == 0 {
			return ""
		}
		return "/updates/" + itoa(id)
	}
	return queueWalk{At: p.At, Of: p.Of, Queue: "/review", first: to(p.First), Previous: to(p.Previous), Next: to(p.Next)}, err
}

// after is where a reviewer goes on once the update is decided on: to the next
// of the same queue, from its end to its beginning, or to the queue when
// nothing is left.
func (w queueWalk) after() (to string, left int) {
	left = w.Of
	if w.At > 0 {
		left--
	}
	switch {
	case left == 0:
		return w.Queue, 0
	case w.Next != "":
		return w.Next + "#decide", left
	}
	return w.first + "#decide", left
}
