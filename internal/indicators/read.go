package indicators

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// Told is a measurement with all that its page says about it.
type Told struct {
	Measurement
	Value      Value  // its cells, institution and edition
	Series     Series // its indicator and definitions, without the years
	Year       progress.Year
	Definition Definition // by which it is counted
	DraftedBy  string     // post
	Decisions  []DecisionTold
	Authors    []int64
	Late       bool
	ReplacedBy int64 // the approved correction, 0 for none
	Disagree   []Place
	Clearance  progress.ClearanceTold // the last step, for its institution
}

// DecisionTold is a decision with the post of who took it.
type DecisionTold struct {
	Decision
	Post string
}

// ReturnedFor is the reason of the last return, empty when there was none.
func (t Told) ReturnedFor() (reason string) {
	for _, d := range t.Decisions {
		if d.Kind == progress.Returned {
			reason = d.Reason
		}
	}
	return reason
}

// Waiting is a measurement that is not approved, as lists show it.
type Waiting struct {
	Measurement
	Ref         string
	Title       string
	Institution string                 // short name
	Label       string                 `gorm:"-"`                                  // of the year
	Clearance   progress.ClearanceTold `gorm:"embedded;embeddedPrefix:clearance_"` // the last step, for its institution
}

// Figures is everything that the pages of indicators tell an actor.
type Figures struct {
	Series   []Series
	Waiting  []Waiting // drafts, submitted and returned, that the actor may see
	Day      calendar.Date
	Periods  []progress.Period
	Editions []recommendations.EditionRow
}

// Find is the series of a reference; NotFound where the actor sees none.
func (f Figures) Find(ref string) (Series, error) {
	for _, s := range f.Series {
		if s.Ref == ref {
			return s, nil
		}
	}
	return Series{}, problem.Missing()
}

// Of lists what waits of one indicator.
func (f Figures) Of(id int64) (list []Waiting) {
	for _, w := range f.Waiting {
		if w.IndicatorID == id {
			list = append(list, w)
		}
	}
	return list
}

// Figures reads what the pages tell: every series that the actor may see as of
// a day, or only those of the indicators given, and what waits.
func (s *Store) Figures(ctx context.Context, actor accounts.Actor, country string, day calendar.Date, depth Depth, only ...int64) (f Figures, err error) {
	if !actor.CanReadPlan() {
		return f, problem.Missing()
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) (err error) { f, err = s.figures(tx, actor, country, day, depth, only); return err })
	return f, err
}

func (s *Store) figures(tx *gorm.DB, actor accounts.Actor, country string, day calendar.Date, depth Depth, only []int64) (f Figures, err error) {
	k, err := progress.Known(tx) // approvals that follow each other closely are dated a little ahead of the clock
	if err != nil {
		return f, err
	}
	all, err := SeriesAt(tx, country, day, k, depth, only...)
	if err != nil {
		return f, err
	}
	f.Day, f.Series = day, visibleSeries(actor, all)
	if f.Periods, err = progress.Begun(tx, country, day); err != nil {
		return f, err
	}
	if f.Editions, err = recommendations.Editions(tx, country, day); err != nil {
		return f, err
	}
	list, err := waiting(tx, actor, country)
	for _, w := range list {
		if w.Entry().VisibleTo(actor) && slices.ContainsFunc(f.Series, func(s Series) bool { return s.Indicator.ID == w.IndicatorID }) {
			w.Label = progress.YearOn(f.Periods, w.CoversTo).Label
			f.Waiting = append(f.Waiting, w)
		}
	}
	return f, err
}

// Linked is an indicator as the pages of what it is linked to name it.
type Linked struct{ Ref, Title string }

// LinkedTo lists the indicators that the actor may see and whose definition of
// today is linked to something, as linked says.
func (s *Store) LinkedTo(ctx context.Context, actor accounts.Actor, country string, linked func(Terms) bool) (list []Linked, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		var rows []struct {
			Ref string
			Definition
		}
		err := tx.Raw(`SELECT i.ref, f.* FROM indicators i JOIN indicator_definitions f ON f.id = (SELECT n.id FROM indicator_definitions n WHERE n.indicator_id = i.id AND n.effective_on <= ?
			ORDER BY n.effective_on DESC, n.recorded_at DESC, n.id DESC LIMIT 1) WHERE i.country = ? ORDER BY i.ref`, s.clock.Today(), country).Scan(&rows).Error
		for _, r := range rows {
			if VisibleTo(actor, r.Terms) && linked(r.Terms) {
				list = append(list, Linked{r.Ref, r.Title})
			}
		}
		return err
	})
	return list, err
}

// waiting lists what is not approved, those submitted first: of all institutions,
// or of those named. The steps of clearance are the business of the actor's own
// institution.
func waiting(tx *gorm.DB, actor accounts.Actor, country string, only ...int64) (list []Waiting, err error) {
	some, ids := plan.Only("m.institution_id", only)
	err = tx.Raw(`SELECT m.*, i.ref, n.short_name AS institution, `+clearanceColumns+`, (SELECT f.title FROM indicator_definitions f WHERE f.indicator_id = i.id
		ORDER BY f.effective_on DESC, f.recorded_at DESC, f.id DESC LIMIT 1) AS title
		FROM measurements m JOIN indicators i ON i.id = m.indicator_id JOIN institutions n ON n.id = m.institution_id`+clearanceJoins+`
		WHERE i.country = ? AND m.state <> 'approved'`+some+` ORDER BY CASE m.state WHEN 'submitted' THEN 0 WHEN 'returned' THEN 1 ELSE 2 END, m.first_submitted_on, m.id`, append([]any{country}, ids...)...).Scan(&list).Error
	for i := range list {
		if list[i].InstitutionID != actor.InstitutionID {
			list[i].Clearance = progress.ClearanceTold{}
		}
	}
	return list, err
}

// Measurement reads one measurement whole, as the actor may see it.
func (s *Store) Measurement(ctx context.Context, actor accounts.Actor, country string, id int64) (t Told, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) (err error) { t, err = s.told(tx, actor, country, id); return err })
	return t, err
}

func (s *Store) told(tx *gorm.DB, actor accounts.Actor, country string, id int64) (t Told, err error) {
	m, about, err := visible(tx, s.clock, actor, id)
	switch {
	case err != nil:
		return t, err
	case about.Country != country:
		return t, problem.Missing()
	}
	return s.tell(tx, actor, m, about)
}

// tell reads all that a measurement's page says about it.
func (s *Store) tell(tx *gorm.DB, actor accounts.Actor, m Measurement, about subject) (t Told, err error) {
	t = Told{Measurement: m, Year: progress.YearOn(about.periods, m.CoversTo), Definition: about.on(m.CoversTo), Late: m.Basis == Logged && about.schedule.Late(m.CoversTo, m.FirstSubmittedOn)}
	t.Series = Series{Indicator: about.Indicator, Definition: about.definitions[len(about.definitions)-1], Definitions: about.definitions}
	var cells []Cell
	if err := tx.Where("measurement_id = ?", m.ID).Find(&cells).Error; err != nil {
		return t, err
	}
	t.Value = Value{Measurement: m, Cells: map[Place]Cell{}}
	for _, c := range cells {
		t.Value.Cells[c.Place] = c
	}
	t.Disagree = t.Definition.Terms.disagree(t.Value.Cells)
	if err := tx.Raw(`SELECT d.*, COALESCE(p.title, '') AS post FROM measurement_decisions d LEFT JOIN people w ON w.id = d.by_id LEFT JOIN posts p ON p.id = w.post_id
		WHERE d.measurement_id = ? ORDER BY d.at, d.id`, m.ID).Scan(&t.Decisions).Error; err != nil {
		return t, err
	}
	if t.Authors, err = authors(tx, m.ID); err != nil {
		return t, err
	}
	return t, t.readNames(tx, actor)
}

// readNames reads what the row refers to by number, and where it stands with
// the post that clears it.
func (t *Told) readNames(tx *gorm.DB, actor accounts.Actor) error {
	var names struct {
		Institution, Drafted, Mechanism string
		Year                            int
		Replaced                        int64
		Clearance                       progress.ClearanceTold `gorm:"embedded;embeddedPrefix:clearance_"`
	}
	err := tx.Raw(`SELECT n.short_name AS institution, COALESCE(p.title, '') AS drafted, COALESCE(h.code, '') AS mechanism, COALESCE(e.year, 0) AS year,
		COALESCE((SELECT c.id FROM measurements c WHERE c.corrects_id = m.id AND c.state = 'approved'), 0) AS replaced, `+clearanceColumns+`
		FROM measurements m JOIN institutions n ON n.id = m.institution_id LEFT JOIN people w ON w.id = m.drafted_by_id LEFT JOIN posts p ON p.id = w.post_id
		LEFT JOIN editions e ON e.id = m.edition_id LEFT JOIN mechanisms h ON h.id = e.mechanism_id`+clearanceJoins+` WHERE m.id = ?`, t.ID).Scan(&names).Error
	t.Value.Institution, t.DraftedBy, t.ReplacedBy = names.Institution, names.Drafted, names.Replaced
	if actor.InstitutionID == t.InstitutionID { // between its writers and their own post
		t.Clearance = names.Clearance
	}
	if names.Mechanism != "" {
		t.Value.Edition = recommendations.EditionRef(names.Mechanism, names.Year)
	}
	return err
}
