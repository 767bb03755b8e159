package reports

import (
	"maps"
	"slices"
	"sync"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/progress"
)

// ofEach holds something of every commitment beside the ledger that it belongs
// to, from when it is first asked for: it changes only by what the trail tells
// of the commitment. What it gives is shared and never changes.
type ofEach[T any] struct {
	mu    sync.Mutex
	of    map[int64]T // nil until it was read
	stale []int64     // commitments that are to be read anew
}

// load gives it. It reads what is not held, or what has changed since: of all
// commitments, or of those named.
func (e *ofEach[T]) load(read func(only ...int64) (map[int64]T, error)) (map[int64]T, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.of != nil && len(e.stale) == 0 {
		return e.of, nil
	}
	fresh, err := read(e.stale...)
	if err != nil {
		return nil, err
	}
	if e.of == nil {
		e.of = fresh
		return e.of, nil
	}
	all := maps.Clone(e.of)
	for _, id := range e.stale {
		delete(all, id)
	}
	maps.Copy(all, fresh)
	e.of, e.stale = all, nil
	return e.of, nil
}

// since takes over what an earlier ledger held, in which some commitments are
// to be read anew; after too many of them all is.
func (e *ofEach[T]) since(earlier *ofEach[T], ids []int64) {
	earlier.mu.Lock()
	defer earlier.mu.Unlock()
	if stale := distinct(slices.Concat(earlier.stale, ids)); earlier.of != nil && len(stale) <= maxEntries {
		e.of, e.stale = earlier.of, stale
	}
}

// passed are the reporting deadlines whose due date has passed, in the order
// of what they cover.
func (l *Ledger) passed() (list []progress.Deadline) {
	for _, d := range l.Schedule {
		if reporting(d) && d.Passed(l.D) {
			list = append(list, d)
		}
	}
	slices.SortFunc(list, func(a, b progress.Deadline) int { return a.CoversFrom.Sub(b.CoversFrom) })
	return list
}

// reportedTo gives how each commitment stands to each deadline that passed, in
// the order of these. Two queries read it of all of them.
func (w *whole) reportedTo(tx *gorm.DB, passed []progress.Deadline) (map[int64][]ReportState, error) {
	return w.reported.load(func(only ...int64) (map[int64][]ReportState, error) {
		days := make([]calendar.Date, len(passed))
		for i, d := range passed {
			days[i] = d.CoversFrom
		}
		first, err := w.submitted(tx, passed, only)
		if err != nil {
			return nil, err
		}
		closed, err := progress.ClosedBeforeEach(tx, days, w.now(), only...)
		if err != nil {
			return nil, err
		}
		out := make(map[int64][]ReportState, len(w.Lines))
		for at := range w.Lines {
			line := w.Lines[at]
			if len(only) > 0 && !slices.Contains(only, line.ID) {
				continue
			}
			states := make([]ReportState, len(passed))
			for i, d := range passed {
				states[i] = line.against(d, first[i], closed[days[i]])
			}
			out[line.ID] = states
		}
		return out, nil
	})
}
