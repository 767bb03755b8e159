package reports

import (
	"slices"
	"sync"

	"gorm.io/gorm"

	"tracker/internal/plan"
	"tracker/internal/progress"
)

// whole is a ledger that nobody's view has cut yet, as those read it who see all
// that waits for review. It never changes once it is loaded: the ledgers of
// requests and those that follow it share its maps and its rows.
type whole struct {
	Ledger
	waiting []inReview
	all     shared // for those who see all that waits
	none    shared // for those who see nothing of it

	in       keptIn                // what came in for its deadlines
	reported ofEach[[]ReportState] // how each commitment stands to each deadline that passed
	updates  ofEach[progress.InForceCount]
}

// inReview says that an institution's update on a commitment waits for review.
type inReview struct{ CommitmentID, InstitutionID int64 }

// loadWhole computes the ledger of a reader who sees everything.
func loadWhole(tx *gorm.DB, q Query) (*whole, error) {
	w := &whole{Ledger: Ledger{Query: q, itemIndex: map[int64]int{}}}
	for _, step := range []func(*gorm.DB) error{w.loadInstitutions, w.loadNodes, w.loadSchedule, w.loadItems} {
		if err := step(tx); err != nil {
			return nil, err
		}
	}
	if err := w.loadRows(tx); err != nil {
		return nil, err
	}
	return w, nil
}

// loadRows reads what hangs on commitments: on all, or only on those named.
func (w *whole) loadRows(tx *gorm.DB, only ...int64) error {
	steps := []func(*gorm.DB, []int64) error{w.loadLines, w.loadStandings, w.loadProofs, w.loadReporting, w.loadAnswers, w.loadWaiting}
	for _, step := range steps {
		if err := step(tx, only); err != nil {
			return err
		}
	}
	for i := range w.Lines {
		w.Lines[i].flag(w.D, w.Rules)
	}
	w.orderAnswers()
	return nil
}

// renewed is the ledger with the rows of some commitments read anew, and
// nothing else: it shares all others.
func (w *whole) renewed(tx *gorm.DB, ids []int64) (*whole, error) {
	fresh := &whole{Ledger: w.Ledger}
	fresh.Lines, fresh.Answers = nil, nil
	if err := fresh.loadRows(tx, ids...); err != nil {
		return nil, err
	}
	fresh.join(w, ids)
	fresh.waiting = append(without(w.waiting, ids, func(r inReview) int64 { return r.CommitmentID }), fresh.waiting...)
	fresh.in.since(&w.in, ids)
	fresh.reported.since(&w.reported, ids)
	fresh.updates.since(&w.updates, ids)
	return fresh, nil
}

// join puts the rows of some commitments among those of all others. Most often
// they stand where they stood, and answer what they answered.
func (w *whole) join(earlier *whole, ids []int64) {
	lines, answers, stand := slices.Clone(earlier.Lines), earlier.Answers, 0
	for _, line := range w.Lines {
		if at, there := earlier.byID[line.ID]; there && inPlan(lines[at], line) == 0 {
			lines[at] = line
			stand++
		}
	}
	were := 0
	for _, id := range ids {
		if _, there := earlier.byID[id]; there {
			were++
		}
	}
	before := slices.DeleteFunc(slices.Clone(answers), func(a Answer) bool { return !slices.Contains(ids, a.CommitmentID) })
	if stand == len(w.Lines) && stand == were && slices.Equal(before, w.Answers) {
		w.Lines, w.Answers, w.byID = lines, answers, earlier.byID
		return
	}
	lines = without(earlier.Lines, ids, func(l *Line) int64 { return l.ID })
	for _, line := range w.Lines {
		at, _ := slices.BinarySearchFunc(lines, line, inPlan)
		lines = slices.Insert(lines, at, line)
	}
	w.Lines, w.Answers = lines, append(without(answers, ids, func(a Answer) int64 { return a.CommitmentID }), w.Answers...)
	w.number()
	w.orderAnswers()
}

// without is a copy of what hangs on other commitments.
func without[T any](list []T, ids []int64, commitment func(T) int64) []T {
	return slices.DeleteFunc(slices.Clone(list), func(one T) bool { return slices.Contains(ids, commitment(one)) })
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

// loadWaiting reads which updates wait for review, and marks the lines of their
// commitments.
func (w *whole) loadWaiting(tx *gorm.DB, only []int64) error {
	some, ids := plan.Only("commitment_id", only)
	err := tx.Raw("SELECT commitment_id, institution_id FROM updates WHERE state = 'submitted' AND first_submitted_on <= ?"+some,
		append([]any{w.D}, ids...)...).Scan(&w.waiting).Error
	for _, r := range w.waiting {
		if at, there := w.byID[r.CommitmentID]; there {
			w.Lines[at].InReview = true
		}
	}
	return err
}

// as is the ledger cut to what the actor of a query may see. A commitment is
// in review where the actor may see the update that waits. Readers of the
// whole plan who see every such update, or none, share one ledger each.
func (w *whole) as(q Query) *Ledger {
	seen := map[int64]bool{}
	all, none := true, true
	for _, r := range w.waiting {
		if progress.Visible(q.Actor, progress.Update{State: progress.Submitted, InstitutionID: r.InstitutionID}) {
			seen[r.CommitmentID], none = true, false
		} else {
			all = false
		}
	}
	var l Ledger
	switch everybody := q.Actor.CanReadWholePlan(); {
	case everybody && all:
		l = w.all.of(w, q, seen)
	case everybody && none:
		l = w.none.of(w, q, seen)
	default:
		l = w.view(q, seen)
	}
	l.Query, l.of = q, w
	return &l
}

// view is a ledger of its own for an actor who sees some of what waits: it
// differs in the lines of those commitments of which it is not told.
func (w *whole) view(q Query, seen map[int64]bool) Ledger {
	l := w.Ledger
	l.Query, l.asked = q, &counted{}
	if q.Actor.CanReadWholePlan() {
		l.Lines = slices.Clone(w.Lines)
	} else {
		l.cut(w)
	}
	for _, r := range w.waiting {
		at, there := l.byID[r.CommitmentID]
		if !there || seen[r.CommitmentID] || !l.Lines[at].InReview {
			continue
		}
		line := *l.Lines[at]
		line.InReview = false
		l.Lines[at] = &line
	}
	return l
}

// shared is a ledger that several requests read, made when the first asks.
type shared struct {
	once sync.Once
	l    Ledger
}

func (s *shared) of(w *whole, q Query, seen map[int64]bool) Ledger {
	s.once.Do(func() { s.l = w.view(q, seen) })
	return s.l
}

// cut leaves what the actor's institution has a part in.
func (l *Ledger) cut(w *whole) {
	l.Lines, l.Answers, l.byID = nil, nil, map[int64]int{}
	for _, line := range w.Lines {
		if l.Actor.CanReadPlan() && line.involves(l.Actor.InstitutionID) {
			shown := *line
			shown.hideProof(l.Actor)
			l.byID[line.ID] = len(l.Lines)
			l.Lines = append(l.Lines, &shown)
		}
	}
	for _, a := range w.Answers {
		if _, ok := l.byID[a.CommitmentID]; ok {
			l.Answers = append(l.Answers, a)
		}
	}
}
