package reports

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/problem"
	"tracker/internal/progress"
)

// InstitutionRow is an institution in the list: its part in the plan and how
// it reported to the deadline that passed last.
type InstitutionRow struct {
	accounts.Institution
	ByStatus  StatusRow // of what it leads
	Supports  int
	Reporting ReportingRow
}

// InstitutionList is the institutions by code, with the ledger that counts.
type InstitutionList struct {
	*Ledger
	Rows []InstitutionRow
}

// InstitutionList computes the list of institutions, for readers of the
// whole plan.
func (s *Store) InstitutionList(ctx context.Context, q Query) (list InstitutionList, err error) {
	err = s.wholePlan(ctx, q, func(tx *gorm.DB) error {
		if list.Ledger, err = s.kept.load(tx, q); err != nil {
			return err
		}
		all, err := accounts.Institutions(tx)
		rowOf := list.institutionRows()
		for _, i := range all {
			if i.Country == q.Country {
				list.Rows = append(list.Rows, rowOf(i))
			}
		}
		return err
	})
	return list, err
}

// institutionRows counts the lines once and gives the row of any institution.
func (l *Ledger) institutionRows() func(i accounts.Institution) InstitutionRow {
	led, supports, reporting := map[int64]*StatusRow{}, map[int64]int{}, map[string]ReportingRow{}
	for _, line := range l.Lines {
		if led[line.LeadID] == nil {
			led[line.LeadID] = &StatusRow{}
		}
		led[line.LeadID].add(line.Status)
		for _, id := range line.Supporting {
			if id != line.LeadID {
				supports[id]++
			}
		}
	}
	for _, row := range l.Reporting() {
		reporting[row.Key] = row
	}
	return func(i accounts.Institution) InstitutionRow {
		r := InstitutionRow{Institution: i, Supports: supports[i.ID], ByStatus: StatusRow{Counts: make([]int, len(progress.Statuses))},
			Reporting: ReportingRow{Key: i.Code, Label: i.ShortName}}
		if counted := led[i.ID]; counted != nil {
			r.ByStatus = *counted
		}
		r.ByStatus.Key, r.ByStatus.Label = i.Code, i.ShortName
		if row, ok := reporting[i.Code]; ok {
			r.Reporting = row
		}
		return r
	}
}

// InstitutionPage is all that one institution's page shows.
type InstitutionPage struct {
	*Ledger
	InstitutionRow
	Leads    []*Line
	Supports []*Line
	Asked    []Asked // of the newest editions: items expected of it, or answered by what it leads
	From     []SuccessionEnd
	To       []SuccessionEnd
	Moves    []Move // commitments that moved to it or from it
	Posts    []accounts.PostRow
	Money    []MoneySum // of what it leads, or tells of; a year and currency each
}

// SuccessionEnd is the institution at the other end of a succession.
type SuccessionEnd struct {
	Code, Name  string
	Kind        accounts.SuccessionKind
	EffectiveOn calendar.Date
	Reason      string
}

// Move is a transfer of a commitment, as one of its two institutions sees it.
type Move struct {
	Ref, Title  string
	Part        string // lead or supporting
	Other       string // code of the other institution
	OtherName   string
	Away        bool // it left the institution
	EffectiveOn calendar.Date
	Reason      string
}

// Institution computes the page of an institution. A focal point outside
// government finds only their own; any other is missing.
func (s *Store) Institution(ctx context.Context, q Query, code string) (p InstitutionPage, err error) {
	if !q.Actor.CanReadPlan() || !q.Actor.CanReadWholePlan() && q.Actor.Institution != code {
		return p, problem.Missing()
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		i, err := accounts.InstitutionByCode(tx, code)
		if err != nil {
			return err
		}
		if i.Country != q.Country {
			return problem.Missing()
		}
		if p.Ledger, err = s.kept.load(tx, q); err != nil {
			return err
		}
		p.InstitutionRow = p.institutionRows()(i)
		p.Leads, p.Supports = p.PartsOf(i.ID)
		if q.Actor.CanReadWholePlan() {
			p.Asked = p.askedOfInstitution(i.ID)
			if err := p.readMoney(tx); err != nil {
				return err
			}
		}
		if err := p.successions(tx, code); err != nil {
			return err
		}
		if err := p.moves(tx, i.ID); err != nil {
			return err
		}
		posts, err := accounts.Posts(tx)
		for _, post := range posts {
			if post.InstitutionID == i.ID && (post.ClosedOn.IsZero() || post.ClosedOn.After(q.D)) {
				p.Posts = append(p.Posts, post)
			}
		}
		return err
	})
	return p, err
}

func (p *InstitutionPage) successions(tx *gorm.DB, code string) error {
	all, err := accounts.Successions(tx)
	for _, s := range all {
		from, to := p.Institutions[s.FromID], p.Institutions[s.ToID]
		switch code {
		case s.ToCode:
			p.From = append(p.From, SuccessionEnd{Code: from.Code, Name: from.Name, Kind: s.Kind, EffectiveOn: s.EffectiveOn, Reason: s.Reason})
		case s.FromCode:
			p.To = append(p.To, SuccessionEnd{Code: to.Code, Name: to.Name, Kind: s.Kind, EffectiveOn: s.EffectiveOn, Reason: s.Reason})
		}
	}
	return err
}

func (p *InstitutionPage) moves(tx *gorm.DB, id int64) error {
	var rows []struct {
		CommitmentID, FromID, ToID int64
		Part, Reason               string
		EffectiveOn                calendar.Date
	}
	err := tx.Raw(`SELECT t.commitment_id, t.from_id, t.to_id, t.part, t.reason, t.effective_on FROM transfers t
		JOIN commitments c ON c.id = t.commitment_id WHERE (t.from_id = ? OR t.to_id = ?) AND t.effective_on <= ?
		ORDER BY t.effective_on DESC, c.sort_key`, id, id, p.D).Scan(&rows).Error
	for _, r := range rows {
		line, ok := p.Line(r.CommitmentID)
		if !ok {
			continue
		}
		m := Move{Ref: line.Ref, Title: line.Title, Part: r.Part, Away: r.FromID == id, EffectiveOn: r.EffectiveOn, Reason: r.Reason}
		other := p.Institutions[r.FromID]
		if m.Away {
			other = p.Institutions[r.ToID]
		}
		m.Other, m.OtherName = other.Code, other.Short
		p.Moves = append(p.Moves, m)
	}
	return err
}

// askedOfInstitution lists the recommendations of the newest editions that
// expect an answer of the institution or that its own commitments answer.
func (l *Ledger) askedOfInstitution(id int64) []Asked {
	var list []Asked
	for _, a := range l.askedAll() {
		concerned := slices.ContainsFunc(a.Items, func(i AskedItem) bool {
			return i.LeadID == id || slices.ContainsFunc(i.Answers, func(an AnswerLine) bool { return an.Line.LeadID == id })
		})
		if a.Newest && concerned {
			list = append(list, a)
		}
	}
	return list
}
