package reports

import (
	"context"
	"slices"
	"sync"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
)

// kept holds the ledgers last asked for, each as of a head of the trail. Every
// change of what a ledger reads moves the head on in its own transaction, so
// that two snapshots with the same head, on whatever replica, hold the same,
// and the entries between two heads tell what changed.
type kept struct {
	mu      sync.Mutex
	ledgers []*loading // one of a query, the last asked for at the end
}

// keptLedgers is how many are held: the present day's, and a few of another
// day or instant, as long as somebody turns their pages.
const keptLedgers = 4

// head is the newest entry of the trail in a snapshot.
type head struct {
	seq  int64
	hash string
}

// loading is a ledger that one request loads and others may wait for. Its
// query names no actor.
type loading struct {
	q    Query
	at   head
	done chan struct{}
	w    *whole // nil when it could not be loaded
}

// load computes a ledger: from what is kept when it is, else from the
// database.
func (k *kept) load(tx *gorm.DB, q Query) (*Ledger, error) {
	seq, hash, err := audit.Head(tx)
	if err != nil {
		return nil, err
	}
	l, before, mine := k.turn(head{seq, hash}, q)
	var w *whole
	switch {
	case mine:
		w, err = k.fill(l, before, tx)
	case l != nil:
		w = l.wait(tx.Statement.Context)
	}
	switch {
	case err != nil:
		return nil, err
	case w == nil: // the snapshot is older than what is kept, or whoever was to load it could not
		return Load(tx, q)
	}
	return w.as(q), nil
}

// turn gives the loading of a query at a head of the trail, and whether it is
// the caller's to do: then with the one of an earlier head, if there is one.
// For a snapshot that is older than what is kept it gives nothing.
func (k *kept) turn(at head, q Query) (l, before *loading, mine bool) {
	q.Actor = accounts.Actor{}
	k.mu.Lock()
	defer k.mu.Unlock()
	if i := slices.IndexFunc(k.ledgers, func(l *loading) bool { return l.q == q }); i >= 0 {
		before = k.ledgers[i]
		if at.seq < before.at.seq {
			return nil, nil, false
		}
		k.ledgers = slices.Delete(k.ledgers, i, i+1)
		if at == before.at {
			k.ledgers = append(k.ledgers, before)
			return before, nil, false
		}
	} else if len(k.ledgers) == keptLedgers { // a past day does not drive out the present
		oldest := max(0, slices.IndexFunc(k.ledgers, func(l *loading) bool { return !l.q.Now || q.Now }))
		k.ledgers = slices.Delete(k.ledgers, oldest, oldest+1)
	}
	l = &loading{q: q, at: at, done: make(chan struct{})}
	k.ledgers = append(k.ledgers, l)
	return l, before, true
}

// fill loads the ledger, from an earlier one where it can, and lets go those
// who wait for it. What could not be loaded, be it that its reader left, is
// not kept.
func (k *kept) fill(l, before *loading, tx *gorm.DB) (w *whole, err error) {
	defer func() {
		if l.w = w; w == nil {
			k.giveUp(l, before)
		}
		close(l.done)
	}()
	if before != nil {
		if old := before.wait(tx.Statement.Context); old != nil {
			if w, err = old.since(tx, before.at); w != nil || err != nil {
				return w, err
			}
		}
	}
	return loadWhole(tx, l.q)
}

// giveUp puts the earlier ledger back in the place of one that could not be
// loaded.
func (k *kept) giveUp(l, before *loading) {
	k.mu.Lock()
	defer k.mu.Unlock()
	i := slices.Index(k.ledgers, l)
	switch {
	case i < 0:
	case before != nil && before.loaded():
		k.ledgers[i] = before
	default:
		k.ledgers = slices.Delete(k.ledgers, i, i+1)
	}
}

// wait waits until the ledger is loaded; it gives nothing when it could not
// be, or nobody asks any more.
func (l *loading) wait(ctx context.Context) *whole {
	select {
	case <-l.done:
		return l.w
	case <-ctx.Done():
		return nil
	}
}

func (l *loading) loaded() bool {
	select {
	case <-l.done:
		return l.w != nil
	default:
		return false
	}
}
