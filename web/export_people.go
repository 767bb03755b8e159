package web

import (
	"errors"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// reviewTable is the queue of what the actor may decide, as a file.
func (s *Server) reviewTable(c echo.Context) (reports.Table, error) {
	actor := actorOf(c)
	p, _, fitting, err := s.reviewQueue(c)
	if err != nil {
		return reports.Table{}, err
	}
	t := reports.Table{Name: "review", Title: s.t.Msg("review.title"), Filter: s.reviewWords(p), D: s.Clock.Today(), Columns: []reports.Column{
		{Key: "commitments.field.ref", Width: 14}, {Key: "commitments.column.commitment", Width: 44}, {Key: "export.said", Width: 60}, {Key: "report.col.as_of", Kind: reports.Days, Width: 13},
		{Key: "review.column.from", Width: 26}, {Key: "export.waiting", Kind: reports.Numbers, Width: 10}, {Key: "review.column.status", Width: 20},
		{Key: "review.column.proof", Width: 12}, {Key: "export.marks", Width: 30}}}
	var rows [][]any
	for part := range slices.Chunk(fitting, 500) {
		told, err := s.Progress.Briefly(c.Request().Context(), actor, settingsOf(c).CountryCode, part...)
		if err != nil {
			return t, err
		}
		for _, r := range s.reviewRows(actor, part, told) {
			rows = append(rows, s.reviewCells(r))
		}
	}
	t.Rows = reports.Listed(rows)
	return t, nil
}

func (s *Server) reviewCells(r reviewRow) []any {
	var status any = r.Status
	if r.Status == "" {
		status = s.t.Msg("review.no_status")
	}
	proof := s.t.Msg("proof.claimed")
	if r.Evidence {
		proof = s.t.Msg("proof.evidenced")
	}
	var marks []string
	mark := func(is bool, words string) {
		if is {
			marks = append(marks, words)
		}
	}
	mark(r.Late, flagWords(s.t, "late", r.LateDays()))
	mark(r.Kind == progress.Contribution, s.t.Msg("review.contribution"))
	marks = append(marks, s.standing(r.Addendum(), r.CorrectsID != 0, r.SupersededBy != 0)...)
	mark(r.OnBehalf, s.t.Msg("updates.on_behalf"))
	return []any{r.Ref, r.CommitmentTitle, s.said(r.Done, r.NoProgress), r.AsOf, r.InstitutionName, r.Days, status, proof, strings.Join(marks, ", ")}
}

// reviewWords is the filter of the queue in words.
func (s *Server) reviewWords(p reviewPage) []string {
	var list []string
	if p.Institution != "" {
		list = append(list, labelOf(p.Institutions, p.Institution))
	}
	if p.Late {
		list = append(list, s.t.Msg("review.filter.late"))
	}
	if p.None {
		list = append(list, s.t.Msg("review.filter.none"))
	}
	if p.Unchanged {
		list = append(list, s.t.Msg("review.filter.unchanged"))
	}
	if p.Kind != "" {
		list = append(list, s.t.Msg("review.kind."+p.Kind))
	}
	if p.LongerThan > 0 {
		list = append(list, s.t.Msg("review.filter.waiting")+" "+s.t.Msg("review.filter.days", "n", p.LongerThan))
	}
	return list
}

// errEnough ends a reading whose reader wants no more.
var errEnough = errors.New("enough")

// auditTable is the trail as a file.
func (s *Server) auditTable(c echo.Context) (reports.Table, error) {
	p := s.auditFrame(c)
	var check problem.Check
	f := p.Filter.read(&check, s.Clock.Zone())
	if err := check.Err(); err != nil {
		return reports.Table{}, err
	}
	p.options(s)
	actor := actorOf(c)
	if !actor.CanReadAudit() {
		return reports.Table{}, problem.Missing()
	}
	t := reports.Table{Name: "audit", Title: s.t.Msg("nav.audit"), Filter: linkWords(p.Chips), D: s.Clock.Today(), Columns: []reports.Column{
		{Key: "audit.entry", Kind: reports.Numbers, Width: 9}, {Key: "export.at", Kind: reports.Instants, Width: 19}, {Key: "audit.filter.action", Width: 34}, {Key: "audit.filter.outcome", Width: 10},
		{Key: "audit.who", Width: 30}, {Key: "account.role", Width: 16}, {Key: "account.institution", Width: 14}, {Key: "audit.object", Width: 24}, {Key: "audit.changes", Width: 80}}}
	t.Rows = func(yield func([]any, error) bool) {
		err := s.Accounts.EachEntry(c.Request().Context(), actor, f, func(line audit.Line) error {
			if !yield(s.auditCells(line), nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(nil, err)
		}
	}
	return t, nil
}

func (s *Server) auditCells(line audit.Line) []any {
	l := s.auditLine(line)
	return []any{int(l.Seq), l.At, l.Did, s.t.Msg("audit.outcome." + string(l.Outcome)), l.Actor, l.Role, l.Institution, l.Object, s.auditChanges(l)}
}

// auditChanges are the changes of an entry in words, one a line.
func (s *Server) auditChanges(l auditLine) string {
	var list []string
	if l.Unreadable {
		list = append(list, s.t.Msg("audit.fault.details"))
	}
	for _, v := range l.Values {
		words := strings.Join(slices.DeleteFunc([]string{v.Old, v.New}, func(one string) bool { return one == "" }), " → ")
		switch {
		case v.Purged:
			words = s.t.Msg("audit.text.purged")
		case v.Free && v.New == "":
			words = s.t.Msg("audit.text.empty")
		case v.Free:
			words = "“" + v.New + "”"
		case v.New == "" && v.Old != "":
			words = v.Old + " → " + s.t.Msg("common.none")
		}
		list = append(list, v.Field+": "+words)
	}
	return strings.Join(list, "\n")
}

// peopleTable is the list of people as a file.
func (s *Server) peopleTable(c echo.Context) (reports.Table, error) {
	all, err := s.Accounts.People(c.Request().Context(), actorOf(c))
	if err != nil {
		return reports.Table{}, err
	}
	p := s.peopleFrame(c)
	p.options(s, all)
	t := reports.Table{Name: "people", Title: s.t.Msg("admin.people.title"), Filter: linkWords(p.Chips), D: s.Clock.Today(), Columns: []reports.Column{
		{Key: "signin.email", Width: 36}, {Key: "account.post", Width: 36}, {Key: "admin.institution.code", Width: 11}, {Key: "account.institution", Width: 46}, {Key: "account.role", Width: 16},
		{Key: "admin.people.state", Width: 16}, {Key: "admin.people.last", Kind: reports.Days, Width: 14}}}
	var rows [][]any
	for _, row := range p.fitting(all) {
		rows = append(rows, s.personCells(row))
	}
	t.Rows = reports.Listed(rows)
	return t, nil
}

func (s *Server) personCells(row accounts.PersonRow) []any {
	var last any = s.t.Msg("admin.people.never")
	if row.LastSignIn != nil {
		last = s.t.Day(*row.LastSignIn)
	}
	return []any{row.Email, row.Post, row.Institution, row.InstitutionName, s.t.Msg("role." + string(row.Role)), s.t.Msg("admin.person.state." + personState(row)), last}
}
