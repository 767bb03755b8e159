package reports

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/progress"
)

// EvidenceForms are what a piece of evidence can be: a link, a file, or a file
// in quarantine.
var EvidenceForms = []string{"link", "file", "quarantine"}

// EvidenceFilter chooses pieces of evidence; the zero value chooses all. From
// and To bound the day that a paper bears.
type EvidenceFilter struct {
	Words       string // of title, source and file name
	Institution string // code of the one whose update it supports
	Commitment  string // reference
	Kind        string
	Share       string
	Form        string
	From, To    calendar.Date
	Sort        string // received, dated, title, institution or commitment; with a minus, descending
}

// EvidenceRow is a piece of evidence with what it supports.
type EvidenceRow struct {
	progress.Evidence
	Ref             string // of the commitment
	CommitmentTitle string
	Institution     string // code
	InstitutionName string
	AsOf            calendar.Date // of the update
	State           progress.State
	Replaced        bool // an approved correction replaced the update
	Correction      bool // the update is a correction
	Late            bool `gorm:"-"` // the update came after its deadline's due day
	Addendum        bool `gorm:"-"` // the update stands beside what was certified
}

// Form is which of EvidenceForms it is.
func (r EvidenceRow) Form() string {
	switch {
	case r.File == nil:
		return "link"
	case r.File.QuarantinedAt != nil:
		return "quarantine"
	}
	return "file"
}

// EvidenceList is the register: what a filter chooses of all that the actor may
// see, and whose there is.
type EvidenceList struct {
	Rows         []EvidenceRow
	All          int
	Institutions []EvidenceOwner // by name
}

// EvidenceOwner is an institution that some evidence in the register is of.
type EvidenceOwner struct{ Code, Name string }

// Evidence reads the register of evidence as the actor may see it: what
// supports an update that they may read.
func (s *Store) Evidence(ctx context.Context, q Query, f EvidenceFilter) (list EvidenceList, err error) {
	if !q.Actor.CanReadPlan() {
		return list, problem.Missing()
	}
	var rows []EvidenceRow
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		rows, err = evidenceRows(tx, q)
		return err
	})
	list.All = len(rows)
	owners := map[EvidenceOwner]bool{}
	for _, r := range rows {
		owners[EvidenceOwner{r.Institution, r.InstitutionName}] = true
		if f.chooses(r) {
			list.Rows = append(list.Rows, r)
		}
	}
	for o := range owners {
		list.Institutions = append(list.Institutions, o)
	}
	slices.SortFunc(list.Institutions, func(a, b EvidenceOwner) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Code, b.Code)) })
	f.sort(list.Rows)
	return list, err
}

// evidenceRows reads all evidence that an actor may see, the newest first.
func evidenceRows(tx *gorm.DB, q Query) ([]EvidenceRow, error) {
	var read []struct {
		EvidenceRow
		InstitutionID int64
		OnBehalf      bool
		SubmittedOn   calendar.Date
		ApprovedAt    *time.Time
		FileName      string
		FileSize      int64
		QuarantinedAt *time.Time
		PurgedAt      *time.Time
	}
	part, args := "", []any{q.Country}
	if !q.Actor.CanReadWholePlan() {
		part = " AND (c.lead_id = ? OR EXISTS (SELECT 1 FROM supports p WHERE p.commitment_id = c.id AND p.institution_id = ?))"
		args = append(args, q.Actor.InstitutionID, q.Actor.InstitutionID)
	}
	err := tx.Raw(`SELECT e.*, c.ref, c.title AS commitment_title, i.code AS institution, i.short_name AS institution_name, u.as_of, u.state, u.institution_id, u.on_behalf, u.first_submitted_on AS submitted_on, u.approved_at, u.corrects_id IS NOT NULL AS correction,
		EXISTS (SELECT 1 FROM updates k WHERE k.corrects_id = u.id AND k.state = 'approved') AS replaced,
		COALESCE(f.name, '') AS file_name, COALESCE(f.size, 0) AS file_size, f.quarantined_at, f.purged_at
		FROM evidence e JOIN updates u ON u.id = e.update_id JOIN commitments c ON c.id = u.commitment_id JOIN institutions i ON i.id = u.institution_id
		LEFT JOIN evidence_files f ON f.id = e.file_id WHERE c.country = ?`+part+" ORDER BY e.id DESC", args...).Scan(&read).Error
	if err != nil {
		return nil, err
	}
	schedule, err := progress.LoadSchedule(tx, q.Country)
	var rows []EvidenceRow
	for _, r := range read {
		u := progress.Update{InstitutionID: r.InstitutionID, State: r.State, OnBehalf: r.OnBehalf}
		if !progress.MaySee(q.Actor, u, r.Evidence) {
			continue
		}
		if r.FileID != nil {
			r.File = &progress.File{ID: *r.FileID, Name: r.FileName, Size: r.FileSize, QuarantinedAt: r.QuarantinedAt, PurgedAt: r.PurgedAt}
		}
		d, _ := schedule.For(r.AsOf)
		r.Late, r.Addendum = schedule.Late(r.AsOf, r.SubmittedOn), d.Beside(instant(r.ApprovedAt))
		rows = append(rows, r.EvidenceRow)
	}
	return rows, err
}

// chooses says whether the filter lets a row through.
func (f EvidenceFilter) chooses(r EvidenceRow) bool {
	is := func(want, have string) bool { return want == "" || want == have }
	name := ""
	if r.File != nil {
		name = r.File.Name
	}
	return is(f.Institution, r.Institution) && is(f.Commitment, r.Ref) && is(f.Kind, r.Kind) && is(f.Share, r.Share) && is(f.Form, r.Form()) &&
		(f.From.IsZero() || !r.DatedOn.IsZero() && !r.DatedOn.Before(f.From)) && (f.To.IsZero() || !r.DatedOn.IsZero() && !r.DatedOn.After(f.To)) &&
		strings.Contains(plan.Fold(r.Title+" "+r.Source+" "+name), plan.Fold(f.Words))
}

// sort orders rows that come the newest first.
func (f EvidenceFilter) sort(rows []EvidenceRow) {
	key, down := strings.CutPrefix(f.Sort, "-")
	slices.SortStableFunc(rows, func(a, b EvidenceRow) int {
		n := 0
		switch key {
		case "received":
			n = a.ReceivedOn.Compare(b.ReceivedOn)
		case "dated":
			n = a.DatedOn.Compare(b.DatedOn)
		case "title":
			n = cmp.Compare(plan.Fold(a.Title), plan.Fold(b.Title))
		case "institution":
			n = cmp.Compare(a.InstitutionName, b.InstitutionName)
		case "commitment":
			n = cmp.Compare(a.Ref, b.Ref)
		}
		if down {
			return -n
		}
		return n
	})
}
