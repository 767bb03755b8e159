package reports

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// CommitmentFile is everything about one commitment that the actor may see,
// as it stands today.
type CommitmentFile struct {
	plan.CommitmentPage
	Line           Line // with the computed flags
	Updates        []progress.Told
	MilestonesDone map[int]calendar.Date // by number, from 1
	Items          map[int64]recommendations.ItemRow
	Institutions   map[int64]Institution
	Posts          map[int64]string // titles of the posts of those who changed the plan, by person
	Schedule       progress.Schedule
	LastDue        progress.Deadline // zero when none has passed yet
	Missed         []Missed
	Money          []MoneyStatus // its budget, with what was said of it
}

// Missed is a reporting deadline whose due date passed without an update.
type Missed struct {
	progress.Deadline
	Late int // days until one came after all, 0 when none did
}

// Commitment reads one commitment with its story; one that the actor may not
// see is missing. Only the present day is asked: Query.Now must be true.
func (s *Store) Commitment(ctx context.Context, q Query, ref string) (f CommitmentFile, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		f, err = loadFile(tx, q, ref)
		return err
	})
	return f, err
}

// RatedCommitment reads the same, with how the commitment is rated.
func (s *Store) RatedCommitment(ctx context.Context, q Query, ref string) (f CommitmentFile, r RatingFile, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		if f, err = loadFile(tx, q, ref); err != nil {
			return err
		}
		r, err = q.rating(tx, progress.Rateable{CommitmentID: f.ID}, func(h happened) Suggestion { return h.commitment(f.Line, q.D) }, f.ID)
		return err
	})
	return f, r, err
}

func loadFile(tx *gorm.DB, q Query, ref string) (f CommitmentFile, err error) {
	if f.CommitmentPage, err = plan.Page(tx, q.Actor, ref); err != nil {
		return f, err
	}
	l := Ledger{Query: q}
	if err := l.loadInstitutions(tx); err != nil {
		return f, err
	}
	f.Institutions = l.Institutions
	if f.Updates, err = progress.OfCommitment(tx, q.Actor, q.Country, f.ID); err != nil {
		return f, err
	}
	if err := f.loadItems(tx, q); err != nil {
		return f, err
	}
	if f.Posts, err = f.loadPosts(tx); err != nil {
		return f, err
	}
	if f.Schedule, err = progress.LoadSchedule(tx, q.Country); err != nil {
		return f, err
	}
	f.MilestonesDone = milestonesDone(f.Updates)
	submitted, err := progress.Submissions(tx, f.ID, q.D, q.now())
	if err != nil {
		return f, err
	}
	f.stand(q, submitted)
	told, err := progress.MoneyAt(tx, q.D, q.now(), f.ID)
	f.Money = l.moneyOf(&f.Line, f.Current.Budget, told)
	return f, err
}

// loadItems reads the items that were ever answered.
func (f *CommitmentFile) loadItems(tx *gorm.DB, q Query) error {
	var ids []int64
	for _, a := range f.Answers {
		ids = append(ids, a.ItemID)
	}
	items, err := recommendations.ItemsByID(tx, q.Country, ids, q.D)
	f.Items = make(map[int64]recommendations.ItemRow, len(items))
	for _, i := range items {
		f.Items[i.ID] = i
	}
	return err
}

// loadPosts reads the titles of the posts behind revisions and answers.
func (f *CommitmentFile) loadPosts(tx *gorm.DB) (map[int64]string, error) {
	var ids []int64
	add := func(id *int64) {
		if id != nil && !slices.Contains(ids, *id) {
			ids = append(ids, *id)
		}
	}
	for _, r := range f.History {
		add(r.RecordedByID)
	}
	for _, t := range f.Transfers {
		add(t.RecordedByID)
	}
	for _, a := range f.Answers {
		add(a.LinkedByID)
		add(a.EndedByID)
	}
	return postsOf(tx, ids)
}

// postsOf reads the titles of the posts that people hold.
func postsOf(tx *gorm.DB, people []int64) (map[int64]string, error) {
	posts := map[int64]string{}
	if len(people) == 0 {
		return posts, nil
	}
	var rows []struct {
		ID    int64
		Title string
	}
	err := tx.Raw("SELECT w.id, p.title FROM people w JOIN posts p ON p.id = w.post_id WHERE w.id IN ?", people).Scan(&rows).Error
	for _, r := range rows {
		posts[r.ID] = r.Title
	}
	return posts, err
}

// stand works out where the commitment stands today, by the same rules as the
// ledger.
func (f *CommitmentFile) stand(q Query, submitted []progress.Submission) {
	f.Line = Line{ID: f.ID, Ref: f.Ref, Title: f.Current.Title, Origin: string(f.Origin), NodeID: f.Current.Node(), LeadID: f.Current.LeadID,
		Supporting: f.Current.Supporting, StartsOn: f.Current.StartsOn, DueOn: f.Current.DueOn, SortKey: f.SortKey,
		Status: progress.NotStarted, Report: NotDue}
	f.Line.begin(f.entered())
	if u, ok := f.deciding(calendar.Date{}); ok {
		f.Line.Status, f.Line.AsOf, f.Line.UpdateID, f.Line.Proof = u.Status, u.AsOf, u.ID, u.Proof()
		f.Line.hideProof(q.Actor)
	}
	for _, u := range f.Updates {
		f.Line.InReview = f.Line.InReview || u.State == progress.Submitted
	}
	for _, a := range f.Answers {
		if item, known := f.Items[a.ItemID]; known && item.AskedOn(q.D) && a.EndedAt == nil {
			f.Line.Answers = append(f.Line.Answers, a.ItemID)
		}
	}
	f.LastDue, _ = f.Schedule.LastDue(q.D)
	for _, d := range f.Schedule {
		if d.Purpose != progress.Reporting || !d.Passed(q.D) {
			continue
		}
		first := firstFor(d, submitted)
		before, said := f.deciding(d.CoversFrom)
		state := reportState(d, first, said && before.Status.Closed(), f.Line.BegunOn)
		switch state {
		case NotReported:
			f.Missed = append(f.Missed, Missed{Deadline: d})
		case Late:
			f.Missed = append(f.Missed, Missed{Deadline: d, Late: first.Sub(d.DueOn)})
		}
		if d.ID == f.LastDue.ID {
			f.Line.Report = state
		}
	}
	f.Line.flag(q.D, q.Rules)
}

// entered is the day from which the commitment is in the plan.
func (f *CommitmentFile) entered() (first calendar.Date) {
	for i, r := range f.History {
		if i == 0 || r.EffectiveOn.Before(first) {
			first = r.EffectiveOn
		}
	}
	return first
}

func firstFor(d progress.Deadline, submitted []progress.Submission) calendar.Date {
	for _, s := range submitted {
		if d.Covers(s.AsOf) {
			return s.FirstSubmittedOn
		}
	}
	return calendar.Date{}
}

// deciding is the update that decides the status: among those true before a
// day, or among all when the day is zero.
func (f *CommitmentFile) deciding(before calendar.Date) (progress.Told, bool) {
	var best progress.Told
	found := false
	for _, u := range f.Updates {
		if !u.Counts() || u.Kind != progress.LeadUpdate || !before.IsZero() && !u.AsOf.Before(before) {
			continue
		}
		if !found || later(u, best) {
			best, found = u, true
		}
	}
	return best, found
}

// later compares by (as_of, approved_at, id), as the status does.
func later(a, b progress.Told) bool {
	if a.AsOf != b.AsOf {
		return a.AsOf.After(b.AsOf)
	}
	if at, bt := instant(a.ApprovedAt), instant(b.ApprovedAt); !at.Equal(bt) {
		return at.After(bt)
	}
	return a.ID > b.ID
}

func instant(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// milestonesDone says on which day each milestone was completed.
func milestonesDone(list []progress.Told) map[int]calendar.Date {
	done := map[int]calendar.Date{}
	for _, u := range list {
		if on, there := done[u.Milestone]; u.Milestone > 0 && u.Counts() && (!there || u.AsOf.Before(on)) {
			done[u.Milestone] = u.AsOf
		}
	}
	return done
}

// StatusSince is the day since which the delivery status is what it is now:
// the first of the updates in a row that say the same. It is zero when none
// was approved.
func (f CommitmentFile) StatusSince() calendar.Date {
	var counted []progress.Told
	for _, u := range f.Updates {
		if u.Counts() && u.Kind == progress.LeadUpdate {
			counted = append(counted, u)
		}
	}
	slices.SortFunc(counted, func(a, b progress.Told) int {
		if later(a, b) {
			return -1
		}
		return 1
	})
	var since calendar.Date
	for _, u := range counted {
		if u.Status != f.Line.Status {
			break
		}
		since = u.AsOf
	}
	return since
}

// DueMoves is the first due date that was recorded and how often it changed
// since.
func (f CommitmentFile) DueMoves() (first calendar.Date, moved int) {
	for i, r := range f.History {
		if i == 0 {
			first = r.DueOn
		} else if slices.ContainsFunc(r.Changed, func(d plan.Difference) bool { return d.Field == "due_on" }) {
			moved++
		}
	}
	return first, moved
}
