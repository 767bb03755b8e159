package round

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
	"tracker/internal/progress"
)

// Store is what package web and the command line call.
type Store struct {
	db    *db.DB
	clock calendar.Clock
}

// New makes the store on a database with the domain's clock.
func New(d *db.DB, clock calendar.Clock) *Store { return &Store{db: d, clock: clock} }

// Build reads the workbook of an institution, by its code, for the period of a
// label; without a label for the one that today lies in, else the one begun
// last.
func (s *Store) Build(ctx context.Context, actor accounts.Actor, code, period string) (b Workbook, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		b, err = Build(tx, s.clock, actor, code, period)
		return err
	})
	return b, err
}

// Gives says whether the actor gets the workbook of an institution: its focal
// point, coordinators and the command line do.
func Gives(actor accounts.Actor, institutionID int64, kind accounts.Kind) bool {
	return kind != accounts.PartnerOutside && (actor.CanLogFor(institutionID) || actor.Is(accounts.System))
}

// Build reads a workbook in the caller's snapshot. To whom it is not given it
// is missing, as is one of a period that has not begun.
func Build(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, code, period string) (b Workbook, err error) {
	i, err := accounts.InstitutionByCode(tx, code)
	if err != nil {
		return b, err
	}
	if !Gives(actor, i.ID, i.Kind) {
		return b, problem.Missing()
	}
	settings, err := accounts.LoadSettings(tx)
	if err != nil {
		return b, err
	}
	b = Workbook{Stamp: Stamp{Country: settings.CountryCode, Institution: i.Code, At: clock.Now()}, CountryName: settings.CountryName,
		Owner: settings.Owner, Demonstration: settings.Demonstration, Name: i.Name, ShortName: i.ShortName}
	if b.Year, err = yearOf(tx, clock, b.Country, period); err != nil {
		return b, err
	}
	b.Period = b.Year.Label
	schedule, err := progress.LoadSchedule(tx, b.Country)
	if err != nil {
		return b, err
	}
	for _, d := range schedule {
		if d.PeriodID == b.Year.ID && d.Purpose == progress.Reporting && d.Open() {
			b.Due = append(b.Due, d)
		}
	}
	if b.Rows, err = rowsOf(tx, clock, actor, i.ID, b.Year); err != nil {
		return b, err
	}
	b.Figures, err = figuresOf(tx, clock, actor, i.ID, b.Year)
	return b, err
}

// yearOf finds a period that has begun.
func yearOf(tx *gorm.DB, clock calendar.Clock, country, label string) (progress.Period, error) {
	list, err := progress.Begun(tx, country, clock.Today())
	if err != nil {
		return progress.Period{}, err
	}
	for _, p := range list { // the newest first
		if label == "" || p.Label == label {
			return p, nil
		}
	}
	return progress.Period{}, problem.Missing()
}

// part is a commitment with the part that an institution has in it.
type part struct {
	ID     int64
	Ref    string
	Title  string
	LeadID int64
	Lead   string // short name
	DueOn  calendar.Date
	Status progress.Status // as it stands now, empty where nothing was approved
}

// partsOf reads what an institution leads or supports and what has begun by the
// end of a year, in the order of references.
func partsOf(tx *gorm.DB, country string, institutionID int64, y progress.Period) (list []part, err error) {
	err = tx.Raw(`SELECT c.id, c.ref, c.title, c.lead_id, i.short_name AS lead, c.due_on, COALESCE(s.status, '') AS status
		FROM commitments c JOIN institutions i ON i.id = c.lead_id LEFT JOIN current_status s ON s.commitment_id = c.id
		WHERE c.country = ? AND (c.starts_on IS NULL OR c.starts_on <= ?)
		AND (c.lead_id = ? OR EXISTS (SELECT 1 FROM supports p WHERE p.commitment_id = c.id AND p.institution_id = ?)) ORDER BY c.sort_key`,
		country, y.EndsOn, institutionID, institutionID).Scan(&list).Error
	return list, err
}

// rowsOf reads the rows of the commitments.
func rowsOf(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, institutionID int64, y progress.Period) ([]Row, error) {
	parts, err := partsOf(tx, y.Country, institutionID, y)
	if err != nil {
		return nil, err
	}
	held, err := progress.HeldBy(tx, actor, institutionID, calendar.Of(1900, 1, 1), clock.Today())
	if err != nil {
		return nil, err
	}
	of := byCommitment(held)
	before, err := toldBefore(tx, clock, parts, of, institutionID)
	if err != nil {
		return nil, err
	}
	list := make([]Row, len(parts))
	for i, p := range parts {
		r := Row{Ref: p.Ref, Title: p.Title, DueOn: p.DueOn, Status: p.Status, Last: before[p.ID]}
		if p.LeadID != institutionID {
			r.Lead = p.Lead
		}
		for _, h := range of[p.ID] { // the earliest first
			if h.Superseded {
				continue
			}
			if y.Holds(h.AsOf) {
				r.Known = r.Known.with(h.ID, h.Version, sumOfUpdate(h.Update))
			}
			r.Last = h.Update
			if r.Leads() && h.Status != "" {
				r.Status = h.Status
			}
		}
		list[i] = r
	}
	return list, nil
}

func byCommitment(list []progress.Held) map[int64][]progress.Held {
	of := map[int64][]progress.Held{}
	for _, h := range list {
		of[h.CommitmentID] = append(of[h.CommitmentID], h)
	}
	return of
}

// toldBefore reads what another institution said last that led a commitment
// before, for those of which the institution itself has said nothing yet.
func toldBefore(tx *gorm.DB, clock calendar.Clock, parts []part, own map[int64][]progress.Held, institutionID int64) (map[int64]progress.Update, error) {
	var ids []int64
	for _, p := range parts {
		if p.LeadID == institutionID && len(own[p.ID]) == 0 {
			ids = append(ids, p.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	k, err := progress.Known(tx)
	if err != nil {
		return nil, err
	}
	out := map[int64]progress.Update{}
	for some := range slices.Chunk(ids, 500) {
		var list []progress.Update
		err := progress.Deciding(tx, "u.commitment_id, u.as_of, u.status, u.done, u.no_progress, u.state", "", clock.Today(), k, some...).Scan(&list).Error
		if err != nil {
			return nil, err
		}
		for _, u := range list {
			out[u.CommitmentID] = u
		}
	}
	return out, nil
}
