package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/jobs"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
)

type auditPage struct {
	Page
	Filter   auditFilter
	Lines    []auditLine
	Paging   Paging
	Actions  []Option
	Outcomes []Option
	Chips    []Link
	Key      string
	Seq      int64  // of the newest entry
	Head     string // its hash
	// Checkpoint is the newest one, to be copied.
	Checkpoint string
	Verified   *trailVerdict
	Export     Export
	TooMany    bool // for a file, which holds Most entries
	Most       int
}

// auditFilter is the filters as they stand in the address.
type auditFilter struct {
	Action, Object, Actor, Outcome, From, To, Text string
}

// auditLine is an entry as the auditor reads it.
type auditLine struct {
	audit.Line
	Did    string // the action in words
	Role   string
	Href   string // to the page of the object, or empty
	Values []auditValue
}

// auditValue is one change of an entry: from old to new, or a text.
type auditValue struct {
	Field, Old, New string
	Free, Purged    bool
	PurgedAt        time.Time
	PurgedBy        int64
	PurgedOf        string // the entry as the object of that one
}

// auditList shows the trail, newest first.
func (s *Server) auditList(c echo.Context) error {
	p, err := s.auditPage(c)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(p.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.showAs(c, status, "audit/trail", p)
}

// trailVerdict is what a check of the trail found.
type trailVerdict struct {
	audit.Report
	Words string // what is broken, empty when nothing is
}

func (s *Server) trailVerdict(r audit.Report) *trailVerdict {
	v := &trailVerdict{Report: r}
	if !r.OK() {
		v.Words = s.t.Msg("audit.fault."+string(r.Fault), "seq", r.Seq)
	}
	return v
}

// auditVerify computes the chain again and says what it found. A trail of very
// many entries is checked by a job.
func (s *Server) auditVerify(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	seq, _, err := s.Accounts.TrailHead(ctx, actor)
	if err != nil {
		return err
	}
	if seq > s.checked {
		return s.auditVerifyAsk(c)
	}
	report, err := s.Accounts.VerifyTrail(ctx, actor, func(int64, int64) error { return nil })
	if err != nil {
		return err
	}
	p, err := s.auditPage(c)
	if err != nil {
		return err
	}
	p.Path, p.Verified = "/audit", s.trailVerdict(report)
	return s.show(c, "audit/trail", p)
}

// auditVerifyAsk has the trail checked by a job, or leads to the one that does.
func (s *Server) auditVerifyAsk(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	j, found, err := s.openJob(c.Request().Context(), actorOf(c), jobVerify, func(jobs.Job) bool { return true })
	if err != nil {
		return err
	}
	if found {
		return c.Redirect(http.StatusSeeOther, jobPath(j.ID))
	}
	return s.askJob(c, t, jobVerify, struct{}{})
}

// auditFrame reads the filters from the address.
func (s *Server) auditFrame(c echo.Context) auditPage {
	p := auditPage{Page: s.page(c, s.t.Msg("nav.audit")), Key: newKey()}
	p.Filter = auditFilter{Action: c.QueryParam("action"), Object: readable(c.QueryParam("object")), Actor: readable(strings.TrimSpace(c.QueryParam("actor"))),
		Outcome: c.QueryParam("outcome"), From: c.QueryParam("from"), To: c.QueryParam("to"), Text: readable(strings.TrimSpace(c.QueryParam("q")))}
	if p.Filter.Object != "" {
		p.Title = s.t.Msg("audit.history", "object", p.Filter.Object)
		p.Crumbs = []Crumb{{s.t.Msg("nav.audit"), "/audit"}, {Label: p.Filter.Object}}
	}
	return p
}

func (s *Server) auditPage(c echo.Context) (auditPage, error) {
	ctx, actor := c.Request().Context(), actorOf(c)
	p := s.auditFrame(c)
	var check problem.Check
	f := p.Filter.read(&check, s.Clock.Zone())
	if err := check.Err(); err != nil {
		wrong, _ := invalid(err)
		p.Errors = Problems(s.t, wrong, "from", "to")
	}
	f.Page = pageNumber(c)
	lines, total, err := s.Accounts.Trail(ctx, actor, f)
	if err != nil {
		return p, err
	}
	p.Paging = NewPaging(f.Page, audit.PageSize, total, "/audit", c.QueryParams())
	for _, line := range lines {
		p.Lines = append(p.Lines, s.auditLine(line))
	}
	p.options(s)
	if len(p.Errors) == 0 {
		p.Export = exportOf("/audit", c.QueryParams(), total)
	}
	p.TooMany = total > audit.MostInFile
	p.Most = audit.MostInFile
	p.Seq, p.Head, p.Checkpoint, err = s.Accounts.TrailAnchors(ctx, actor)
	return p, err
}

// read turns the filters into the slice's; a day that cannot be read is noted
// and filters nothing.
func (f auditFilter) read(check *problem.Check, zone *time.Location) audit.Filter {
	start := func(d calendar.Date) time.Time {
		if d.IsZero() {
			return time.Time{}
		}
		return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, zone)
	}
	from, to := dayOf(check, "from", f.From), dayOf(check, "to", f.To)
	if !to.IsZero() {
		to = to.AddDays(1)
	}
	return audit.Filter{Actor: f.Actor, Object: f.Object, Action: f.Action, Outcome: audit.Outcome(f.Outcome), From: start(from), To: start(to), Text: f.Text}
}

// auditKinds are the beginnings of actions, by what they are about.
var auditKinds = []string{"update.", "measurement.", "indicator.", "evidence.", "summary.", "rating.", "clearance.", "publication.", "commitment.", "answer.", "recommendation.", "item.", "edition.", "lineage.", "mechanism.", "framework.", "node.", "period.", "deadline.", "data_request.", "dialogue.", "agenda.", "undertaking.", "pack.", "record.", "choice.", "import.", "job.",
	"sign_", "second.", "link.", "password.", "session.", "person.", "post.", "institution.", "settings.", "mail.", "database.", "trail.", "request.", "refusals."}

// kindWords says what an action is about.
func (s *Server) kindWords(action string) string {
	for _, kind := range auditKinds {
		if strings.HasPrefix(action, kind) {
			return s.t.Msg("audit.kind." + strings.TrimRight(kind, "._"))
		}
	}
	return action
}

// options makes the choices of the filters and names those in force.
func (p *auditPage) options(s *Server) {
	for _, kind := range auditKinds {
		p.Actions = append(p.Actions, Option{Value: kind, Label: s.t.Msg("audit.kind." + strings.TrimRight(kind, "._"))})
	}
	for _, outcome := range []audit.Outcome{audit.Done, audit.Refused} {
		p.Outcomes = append(p.Outcomes, Option{Value: string(outcome), Label: s.t.Msg("audit.outcome." + string(outcome))})
	}
	chip := func(name, value, label string) {
		if value != "" {
			p.Chips = append(p.Chips, Link{label, hrefWithout("/audit", p.Query, name, value)})
		}
	}
	chip("object", p.Filter.Object, p.Filter.Object)
	chip("action", p.Filter.Action, labelOf(p.Actions, p.Filter.Action))
	chip("outcome", p.Filter.Outcome, labelOf(p.Outcomes, p.Filter.Outcome))
	chip("actor", p.Filter.Actor, s.t.Msg("audit.chip.actor", "actor", p.Filter.Actor))
	chip("from", p.Filter.From, s.t.Msg("audit.chip.from", "day", p.Filter.From))
	chip("to", p.Filter.To, s.t.Msg("audit.chip.to", "day", p.Filter.To))
	chip("q", p.Filter.Text, "“"+p.Filter.Text+"”")
}

// labelOf is the words of a choice, or its value when it is none.
func labelOf(options []Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}

func (s *Server) auditLine(line audit.Line) auditLine {
	out := auditLine{Line: line, Did: line.Action, Href: objectHref(line.Object)}
	if strings.HasPrefix(line.Action, "clearance.") { // of a draft, which is its institution's alone
		out.Href = ""
	}
	if key := "audit.action." + line.Action; s.t.Has(key) {
		out.Did = s.t.Msg(key)
	}
	if key := "role." + line.Entry.Role; s.t.Has(key) {
		out.Role = s.t.Msg(key)
	}
	for _, change := range line.Changes {
		out.Values = append(out.Values, auditValue{Field: strings.ReplaceAll(change.Field, "_", " "), Old: change.Old, New: change.New, Free: change.Free, Purged: change.Purged,
			PurgedAt: change.PurgedAt, PurgedBy: change.PurgedBy, PurgedOf: "entry " + itoa(line.Seq)})
	}
	return out
}

// historyFor is an object whose history in the trail the page of it leads to:
// for those who read the trail.
func historyFor(actor accounts.Actor, object string) string {
	if !actor.CanReadAudit() {
		return ""
	}
	return object
}

// objectHref is the page of what an entry is about, empty where it has none
// that an auditor reads.
func objectHref(object string) string {
	kind, ref, _ := strings.Cut(object, " ")
	switch kind {
	case "commitment":
		return commitmentPath(ref)
	case "update":
		return "/updates/" + ref
	case "indicator":
		return indicatorPath(ref)
	case "institution":
		return "/institutions/" + ref
	case "period":
		return "/periods"
	case "deadline":
		return "/periods/deadlines/" + ref
	case "dialogue":
		return "/dialogues/" + ref
	case "framework", "node":
		return "/framework"
	case "mechanism":
		return "/recommendations"
	case "edition", "recommendation", "item":
		if r, err := recommendations.ParseRef(ref); err == nil {
			return editionPath(r.Mechanism, r.Year)
		}
	}
	return ""
}
