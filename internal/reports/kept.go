package reports

import (
	"context"
	"slices"
	"sync"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/progress"
)

// whole is a ledger that nobody's view has cut yet. It never changes once it
// is loaded: the ledgers of requests share its maps and its rows' own lists.
type whole struct {
	Ledger
	waiting []inReview
}

// inReview says that an institution's update on a commitment waits for review.
type inReview struct{ CommitmentID, InstitutionID int64 }

// loadWhole computes the ledger of a reader who sees everything. The number of
// queries does not depend on how much there is.
func loadWhole(tx *gorm.DB, q Query) (*whole, error) {
	w := &whole{Ledger: Ledger{Query: q, byID: map[int64]int{}, itemIndex: map[int64]int{}}}
	steps := []func(*gorm.DB) error{w.loadInstitutions, w.loadNodes, w.loadLines, w.loadStandings,
		w.loadReporting, w.loadItems, w.loadAnswers, w.loadWaiting}
	for _, step := range steps {
		if err := step(tx); err != nil {
			return nil, err
		}
	}
	for i := range w.Lines {
		w.Lines[i].flag(q.D, q.Rules)
	}
	w.orderAnswers()
	return w, nil
}

// orderAnswers puts the answers in the order of their lines.
func (w *whole) orderAnswers() {
	next := make([]int, len(w.Lines)+1) // where the answers of each line go
	for _, a := range w.Answers {
		next[w.byID[a.CommitmentID]+1]++
	}
	for i := range w.Lines {
		next[i+1] += next[i]
	}
	ordered := make([]Answer, len(w.Answers))
	for _, a := range w.Answers {
		at := &next[w.byID[a.CommitmentID]]
		ordered[*at] = a
		*at++
	}
	w.Answers = ordered
}

func (w *whole) loadWaiting(tx *gorm.DB) error {
	return tx.Raw("SELECT commitment_id, institution_id FROM updates WHERE state = 'submitted' AND first_submitted_on <= ?", w.D).Scan(&w.waiting).Error
}

// as is the ledger cut to what the actor of a query may see. A commitment is
// in review where the actor may see the update that waits.
func (w *whole) as(q Query) *Ledger {
	l := w.Ledger
	l.Query = q
	if q.Actor.CanReadWholePlan() {
		l.Lines = slices.Clone(w.Lines)
	} else {
		l.cut(w)
	}
	for _, r := range w.waiting {
		at, ok := l.byID[r.CommitmentID]
		if ok && progress.Visible(q.Actor, progress.Update{State: progress.Submitted, InstitutionID: r.InstitutionID}) {
			l.Lines[at].InReview = true
		}
	}
	return &l
}

// cut leaves what the actor's institution has a part in.
func (l *Ledger) cut(w *whole) {
	l.Lines, l.Answers, l.byID = nil, nil, map[int64]int{}
	for _, line := range w.Lines {
		if l.Actor.CanReadPlan() && line.involves(l.Actor.InstitutionID) {
			l.byID[line.ID] = len(l.Lines)
			l.Lines = append(l.Lines, line)
		}
	}
	for _, a := range w.Answers {
		if _, ok := l.byID[a.CommitmentID]; ok {
			l.Answers = append(l.Answers, a)
		}
	}
}

// kept holds the ledgers last asked for, for as long as nothing is written.
// Every change of what a ledger reads moves the trail's head on in its own
// transaction, so that two snapshots with the same head, on whatever replica,
// hold the same.
type kept struct {
	mu      sync.Mutex
	seq     int64 // the head that the ledgers are of
	hash    string
	ledgers []*loading
}

// keptLedgers is how many are held: the present day's, and a few of another
// day or instant, as long as somebody turns their pages.
const keptLedgers = 4

// loading is a ledger that one request loads and others may wait for. Its
// query names no actor.
type loading struct {
	q    Query
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
	l, mine := k.turn(seq, hash, q)
	var w *whole
	switch {
	case mine:
		w, err = k.fill(l, tx)
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

// turn gives the loading of a query and whether it is the caller's to do, or
// nothing for a snapshot that is older than what is kept.
func (k *kept) turn(seq int64, hash string, q Query) (l *loading, mine bool) {
	q.Actor = accounts.Actor{}
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case seq < k.seq:
		return nil, false
	case seq > k.seq || hash != k.hash:
		k.seq, k.hash, k.ledgers = seq, hash, nil
	}
	if i := slices.IndexFunc(k.ledgers, func(l *loading) bool { return l.q == q }); i >= 0 {
		return k.ledgers[i], false
	}
	if len(k.ledgers) == keptLedgers {
		k.ledgers = slices.DeleteFunc(k.ledgers, func(l *loading) bool { return !l.q.Now || q.Now })
	}
	l = &loading{q: q, done: make(chan struct{})}
	k.ledgers = append(k.ledgers, l)
	return l, true
}

// fill loads the ledger and lets go those who wait for it. What could not be
// loaded, be it that its reader left, is not kept.
func (k *kept) fill(l *loading, tx *gorm.DB) (w *whole, err error) {
	defer func() {
		if l.w = w; w == nil {
			k.mu.Lock()
			k.ledgers = slices.DeleteFunc(k.ledgers, func(other *loading) bool { return other == l })
			k.mu.Unlock()
		}
		close(l.done)
	}()
	return loadWhole(tx, l.q)
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
