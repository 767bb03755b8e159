package reports

import (
	"slices"
	"sync"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/progress"
)

// keptIn holds what came in for the deadlines of periods beside the ledger that
// they belong to: all of it moves the trail's head on when it changes.
type keptIn struct {
	mu sync.Mutex
	of map[int64]handedIn // by period
}

// handedIn is what came in for a period, with what was closed before each of
// its deadlines' ranges.
type handedIn struct {
	updates []progress.Handed
	closed  map[calendar.Date]map[int64]bool
	stale   []int64 // commitments that are to be read anew
}

// load gives what came in for a period whose deadlines begin on some days and
// end on the last one. It reads what is not held, or what has changed since.
func (k *keptIn) load(tx *gorm.DB, period int64, days []calendar.Date, last calendar.Date, q Query) (handedIn, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	old, held := k.of[period]
	if held && len(old.stale) == 0 {
		return old, nil
	}
	var in handedIn
	var err error
	if in.closed, err = progress.ClosedBeforeEach(tx, days, q.now(), old.stale...); err != nil {
		return in, err
	}
	if in.updates, err = progress.HandedIn(tx, days[0], last, q.D, old.stale...); err != nil {
		return in, err
	}
	if held {
		in.keep(old)
	}
	if k.of == nil {
		k.of = map[int64]handedIn{}
	}
	k.of[period] = in
	return in, nil
}

// keep adds what has not changed.
func (in *handedIn) keep(old handedIn) {
	in.updates = append(without(old.updates, old.stale, func(u progress.Handed) int64 { return u.CommitmentID }), in.updates...)
	for day, closed := range old.closed {
		for id, is := range closed {
			if !slices.Contains(old.stale, id) {
				in.closed[day][id] = is
			}
		}
	}
}

// since takes over what an earlier ledger held, in which some commitments are
// to be read anew; after too many of them all is.
func (k *keptIn) since(earlier *keptIn, ids []int64) {
	earlier.mu.Lock()
	defer earlier.mu.Unlock()
	k.of = make(map[int64]handedIn, len(earlier.of))
	for period, in := range earlier.of {
		in.stale = distinct(slices.Concat(in.stale, ids))
		if len(in.stale) <= maxEntries {
			k.of[period] = in
		}
	}
}
