package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// updateForm is an update as typed.
type updateForm struct {
	Happened      string // "done" or "none"
	Done          string
	NoProgress    string
	Blocker       string
	Status        string
	AsOf          string
	Milestone     string
	NextStep      string
	Obstacles     string
	SharedSummary string
	InternalNote  string
	Evidence      []paperForm
	Money         []moneyForm
}

// paperForm is one row of evidence as typed.
type paperForm struct {
	N                                int // from 1
	Title, URL, Kind, DatedOn, Share string
}

func (p paperForm) empty() bool { return p.Title == "" && p.URL == "" && p.DatedOn == "" }

// maxPapers is how many rows of evidence a form may have.
const maxPapers = 20

// updateFormOf reads the form; rows of evidence left empty are dropped.
func updateFormOf(t typed) updateForm {
	f := updateForm{Happened: t.line("happened"), Done: t.text("done"), NoProgress: t.text("no_progress"), Blocker: t.line("blocker"), Status: t.line("status"),
		AsOf: t.line("as_of"), Milestone: t.line("milestone"), NextStep: t.text("next_step"), Obstacles: t.text("obstacles"),
		SharedSummary: t.text("shared_summary"), InternalNote: t.text("internal_note")}
	for i := 1; i <= maxPapers && t.has("evidence_title_"+strconv.Itoa(i)); i++ {
		n := "_" + strconv.Itoa(i)
		row := paperForm{Title: t.line("evidence_title" + n), URL: t.line("evidence_url" + n), Kind: t.line("evidence_kind" + n),
			DatedOn: t.line("evidence_dated_on" + n), Share: t.line("evidence_share" + n)}
		if !row.empty() {
			row.N = len(f.Evidence) + 1
			f.Evidence = append(f.Evidence, row)
		}
	}
	f.readMoney(t)
	return f
}

// addPaper adds an empty row of evidence.
func (f *updateForm) addPaper() {
	if n := len(f.Evidence); n < maxPapers {
		f.Evidence = append(f.Evidence, paperForm{N: n + 1, Kind: "other", Share: "internal"})
	}
}

// formOf writes an update as its form shows it.
func (s *Server) formOf(u progress.Told) updateForm {
	f := updateForm{Happened: "done", Done: u.Done, NoProgress: u.NoProgress, Blocker: u.Blocker, Status: string(u.Status), AsOf: s.t.Date(u.AsOf),
		NextStep: u.NextStep, Obstacles: u.Obstacles, SharedSummary: u.SharedSummary, InternalNote: u.InternalNote}
	if u.NoProgress != "" {
		f.Happened = "none"
	}
	if u.Milestone > 0 {
		f.Milestone = strconv.Itoa(u.Milestone)
	}
	for i, m := range u.Money {
		f.Money = append(f.Money, moneyForm{N: i + 1, Year: wording.FinancialYear(m.Year), Funder: m.Funder, Currency: m.Currency, Released: centsText(m.ReleasedCents), Spent: centsText(m.SpentCents)})
	}
	for _, e := range u.Evidence {
		if e.FileID != nil {
			continue // files are added and removed on the page of the update
		}
		f.Evidence = append(f.Evidence, paperForm{N: len(f.Evidence) + 1, Title: e.Title, URL: e.URL, Kind: e.Kind, DatedOn: s.t.Date(e.DatedOn), Share: e.Share})
	}
	return f
}

// text is the update as the slice takes it; what cannot be read is noted.
func (f updateForm) text(check *problem.Check) progress.Text {
	text := progress.Text{AsOf: dayOf(check, "as_of", f.AsOf), Status: progress.Status(f.Status), Done: f.Done, NoProgress: f.NoProgress, Blocker: f.Blocker,
		Obstacles: f.Obstacles, NextStep: f.NextStep, SharedSummary: f.SharedSummary, InternalNote: f.InternalNote}
	check.Require(f.Happened != "none" || f.Done == "" || f.NoProgress != "", "no_progress", "update.error.no_reason")
	check.Require(f.Happened != "done" || f.NoProgress == "" || f.Done != "", "done", "update.error.say_done")
	if f.Milestone != "" {
		n, err := strconv.Atoi(f.Milestone)
		check.Require(err == nil, "milestone", "update.error.milestone")
		text.Milestone = n
	}
	text.Money = f.money(check)
	for _, e := range f.Evidence {
		on := dayOf(check, "evidence_dated_on_"+strconv.Itoa(e.N), e.DatedOn)
		text.Evidence = append(text.Evidence, progress.Evidence{Title: e.Title, URL: e.URL, Kind: e.Kind, DatedOn: on, Share: e.Share})
	}
	return text
}

// updateFormPage is the form in which an update is written or changed.
type updateFormPage struct {
	Page
	Heading     string
	Ref         string
	Lead        string
	AnswersText string
	Kind        progress.Kind
	Action      string
	Cancel      string
	Key         string
	Version     int64
	Form        updateForm
	Statuses    []Option
	Blockers    []Option
	Milestones  []Option
	Kinds       []Option
	Shares      []Option
	Last        *progress.Told
	Next        *milestoneRow // the next milestone not done
	Flags       []shownFlag
	For         Option // institution that a coordinator writes for: Value is its id; empty otherwise
	Others      []Link // the form for another institution, for a coordinator
	Corrects    *progress.Told
	Returned    string // reason for which it came back
	Wording     string // which the return suggests, empty for none
	MoreOpen    bool
	MoneyOpen   bool
	Quick       string   // the key of the short form "still in progress", empty where it is not offered
	ClearedBy   string   // the post that clears what is sent, empty for none
	Clashes     []Change // Old is what is stored now, New what was typed
}

// Both says that both answers were typed: then both are shown.
func (p updateFormPage) Both() bool { return p.Form.Done != "" && p.Form.NoProgress != "" }

// updateFormPage makes the form for an institution's word on a commitment.
func (s *Server) updateFormPage(c echo.Context, f reports.CommitmentFile, institutionID int64, form updateForm) updateFormPage {
	actor, title := actorOf(c), s.t.Msg("updates.form.title")
	p := updateFormPage{Page: s.page(c, f.Ref+": "+title, s.commitmentCrumbs(actor, f.Path, f.Ref, title)...), Heading: f.Current.Title, Ref: f.Ref,
		Lead: f.Institutions[f.Current.LeadID].Short, Kind: progress.LeadUpdate, Cancel: commitmentPath(f.Ref), Key: newKey(), Form: form,
		Flags: shownFlags(f.Line, s.Clock.Today(), f.LastDue)}
	if institutionID != f.Current.LeadID {
		p.Kind = progress.Contribution
	}
	if institutionID != actor.InstitutionID {
		p.For = Option{Value: itoa(institutionID), Label: f.Institutions[institutionID].Short}
	}
	var refs []string
	for _, a := range answersInForce(actor, f) {
		refs = append(refs, a.Ref+a.Letter)
	}
	p.AnswersText = strings.Join(refs, ", ")
	p.Statuses = s.options("status.", []string{"not_started", "in_progress", "completed", "stalled", "cancelled"})
	p.Blockers, p.Kinds, p.Shares = s.options("blocker.", progress.Blockers), s.options("evidence.", progress.EvidenceKinds), s.options("audience.", progress.Audiences)
	p.fillMilestones(f)
	for i := range f.Updates {
		if u := &f.Updates[i]; u.Counts() && u.InstitutionID == institutionID && (p.Last == nil || u.AsOf.After(p.Last.AsOf)) {
			p.Last = u
		}
	}
	if len(p.Form.Evidence) == 0 {
		p.Form.addPaper()
	}
	p.offerMoney(f)
	p.MoreOpen = form.NextStep+form.Obstacles+form.SharedSummary+form.InternalNote != ""
	return p
}

// fillMilestones offers the milestones not done yet, and the one chosen.
func (p *updateFormPage) fillMilestones(f reports.CommitmentFile) {
	for i, m := range f.Current.Milestones {
		n := strconv.Itoa(i + 1)
		if _, done := f.MilestonesDone[i+1]; !done || p.Form.Milestone == n {
			p.Milestones = append(p.Milestones, Option{Value: n, Label: n + ". " + m.Title})
		}
		if _, done := f.MilestonesDone[i+1]; !done && p.Next == nil {
			p.Next = &milestoneRow{Milestone: m, Number: i + 1}
			if m.DueOn.Before(p.Today) && !f.Line.Status.Closed() {
				p.Next.Overdue = p.Today.Sub(m.DueOn)
			}
		}
	}
}

// writesFor is the institution whose word the actor gives on a commitment:
// their own, or for a coordinator the one named, else the lead.
func writesFor(actor accounts.Actor, f reports.CommitmentFile, named int64) (int64, error) {
	switch {
	case actor.Is(accounts.Coordinator) && named != 0 && f.Current.Involves(named):
		return named, nil
	case f.Current.Involves(actor.InstitutionID):
		return actor.InstitutionID, nil
	case actor.Is(accounts.Coordinator):
		return f.Current.LeadID, nil
	}
	return 0, problem.Denied("update.error.not_involved")
}

// updateNew answers GET /commitments/:ref/updates/new.
func (s *Server) updateNew(c echo.Context) error {
	f, err := s.Reports.Commitment(c.Request().Context(), s.ledgerQuery(c), refOf(c))
	if err != nil {
		return err
	}
	named, _ := strconv.ParseInt(c.QueryParam("for"), 10, 64)
	id, err := writesFor(actorOf(c), f, named)
	if err != nil {
		return err
	}
	form := updateForm{Happened: "done", AsOf: s.t.Date(s.Clock.Today()), Status: string(progress.InProgress)}
	if !f.Line.AsOf.IsZero() && !f.Line.Status.Closed() && f.Line.Status != progress.NotStarted {
		form.Status = string(f.Line.Status)
	}
	return s.showForm(c, id, s.newUpdatePage(c, f, id, form))
}

// newUpdatePage is the form of an update that is not there yet.
func (s *Server) newUpdatePage(c echo.Context, f reports.CommitmentFile, institutionID int64, form updateForm) updateFormPage {
	p := s.updateFormPage(c, f, institutionID, form)
	p.Action = commitmentPath(f.Ref, "updates", "new")
	if p.Kind == progress.LeadUpdate && p.For.Value == "" && p.Last != nil && f.Line.Status == progress.InProgress && !f.Line.InReview && form.Done+form.NoProgress == "" {
		p.Quick = newKey()
	}
	if actorOf(c).Is(accounts.Coordinator) {
		for _, id := range append([]int64{f.Current.LeadID}, f.Current.Supporting...) {
			if id != institutionID {
				p.Others = append(p.Others, Link{Label: f.Institutions[id].Short, Href: p.Action + "?for=" + itoa(id)})
			}
		}
	}
	return p
}

// updateCreate answers POST /commitments/:ref/updates/new.
func (s *Server) updateCreate(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	f, err := s.Reports.Commitment(c.Request().Context(), s.ledgerQuery(c), refOf(c))
	if err != nil {
		return err
	}
	id, err := writesFor(actorOf(c), f, t.number("for"))
	if err != nil {
		return err
	}
	n := progress.NewUpdate{CommitmentID: f.ID, InstitutionID: id}
	return s.logUpdate(c, t, n, 0, func(form updateForm) (updateFormPage, error) { return s.newUpdatePage(c, f, id, form), nil })
}

// logUpdate saves or sends what was typed. again makes the form's page anew
// for what has to be corrected, or to give it one more row.
func (s *Server) logUpdate(c echo.Context, t typed, n progress.NewUpdate, id int64, again func(updateForm) (updateFormPage, error)) error {
	form, send := updateFormOf(t), t.line("send") == "1"
	clearing, err := s.Progress.ClearedBy(c.Request().Context(), actorOf(c), n.InstitutionID)
	if err != nil {
		return err
	}
	show := func(status int, change func(*updateFormPage)) error {
		p, err := again(form)
		if err != nil {
			return err
		}
		p.ClearedBy = clearing
		change(&p)
		return s.showAs(c, status, "updates/update_form", p)
	}
	if t.has("resume") { // what was kept when the session ended
		return show(http.StatusOK, func(*updateFormPage) {})
	}
	if t.has("take") {
		return show(http.StatusOK, func(p *updateFormPage) {
			if p.Wording != "" {
				p.Form.Happened, p.Form.Done = "done", p.Wording
			}
		})
	}
	if t.line("add") == "paper" {
		form.addPaper()
		return show(http.StatusOK, func(*updateFormPage) {})
	}
	var check problem.Check
	n.Text = form.text(&check)
	if err = check.Err(); err == nil {
		id, err = s.Progress.Log(c.Request().Context(), actorOf(c), t.line("key"), n, id, t.number("version"), send)
	}
	if refusal, bad := invalid(err); bad {
		return show(http.StatusUnprocessableEntity, func(p *updateFormPage) { p.Errors = s.updateErrors(form, refusal); p.openFor(p.Errors) })
	}
	if refusal, ok := asProblem(err); ok && refusal.Kind == problem.Conflict {
		return show(http.StatusConflict, func(p *updateFormPage) { p.Errors = FieldErrors{{Message: s.t.Msg(refusal.Key, refusal.Args...)}} })
	}
	if err != nil {
		return err
	}
	said := "saved"
	switch {
	case send && clearing != "":
		said = "to_clear"
	case send:
		said = "sent"
	}
	return s.done(c, "/updates/"+itoa(id), s.t.Msg("updates.done."+said, "post", clearing))
}

// updateErrors puts what is wrong into words, in the order of the form. Who
// says that nothing was done reads it beside the reason.
func (s *Server) updateErrors(form updateForm, refusal *problem.Error) FieldErrors {
	order := []string{"done", "no_progress", "blocker", "status", "as_of", "milestone"}
	for i := range form.Evidence {
		n := "_" + strconv.Itoa(i+1)
		order = append(order, "evidence_title"+n, "evidence_url"+n, "evidence_kind"+n, "evidence_dated_on"+n, "evidence_share"+n)
	}
	for i := range form.Money {
		n := "_" + strconv.Itoa(i+1)
		order = append(order, "money_year"+n, "money_funder"+n, "money_currency"+n, "money_released"+n, "money_spent"+n)
	}
	list := Problems(s.t, refusal, append(order, "money", "next_step", "obstacles", "shared_summary", "internal_note")...)
	if m := refusal.Fields["done"]; form.Happened == "none" && m.Key == "update.error.nothing_said" {
		for i := range list {
			if list[i].Field == "done" {
				list[i] = FieldError{Field: "no_progress", Message: s.t.Msg("update.error.no_reason")}
			}
		}
	}
	return list
}

// openFor unfolds the optional part when an error stands in it.
func (p *updateFormPage) openFor(errors FieldErrors) {
	for _, field := range []string{"next_step", "obstacles", "shared_summary", "internal_note"} {
		p.MoreOpen = p.MoreOpen || errors.For(field) != ""
	}
	for _, e := range errors {
		p.MoneyOpen = p.MoneyOpen || strings.HasPrefix(e.Field, "money")
	}
}

// updateEditForm answers GET /updates/:id/edit.
func (s *Server) updateEditForm(c echo.Context) error {
	u, f, err := s.update(c)
	if err != nil {
		return err
	}
	switch {
	case !progress.Writes(actorOf(c), u.Update):
		return problem.Denied("update.error.not_yours")
	case u.State != progress.Draft && u.State != progress.Returned:
		return c.Redirect(http.StatusSeeOther, "/updates/"+itoa(u.ID))
	}
	return s.showForm(c, u.InstitutionID, s.editPage(c, u, f, s.formOf(u)))
}

// editPage is the form of an update that is there already.
func (s *Server) editPage(c echo.Context, u progress.Told, f reports.CommitmentFile, form updateForm) updateFormPage {
	p := s.updateFormPage(c, f, u.InstitutionID, form)
	p.Kind, p.Action, p.Cancel, p.Version = u.Kind, "/updates/"+itoa(u.ID)+"/edit", "/updates/"+itoa(u.ID), u.Version
	if u.State == progress.Returned {
		p.Returned, _ = u.ReturnedFor()
		p.Wording = u.SuggestedWording()
	}
	if u.CorrectsID != nil {
		p.Corrects = find(f.Updates, *u.CorrectsID)
	}
	return p
}

func find(list []progress.Told, id int64) *progress.Told {
	for i := range list {
		if list[i].ID == id {
			return &list[i]
		}
	}
	return nil
}

// updateEdit answers POST /updates/:id/edit. When somebody else saved
// meanwhile, both texts are shown, and the form can be saved over theirs.
func (s *Server) updateEdit(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	u, err := s.told(c)
	if err != nil {
		return err
	}
	if !progress.Writes(actorOf(c), u.Update) {
		return problem.Denied("update.error.not_yours")
	}
	return s.logUpdate(c, t, progress.NewUpdate{InstitutionID: u.InstitutionID}, u.ID, func(form updateForm) (updateFormPage, error) {
		now, f, err := s.update(c)
		if err != nil {
			return updateFormPage{}, err
		}
		p := s.editPage(c, now, f, form)
		if now.Version != t.number("version") {
			p.Clashes = s.updateClashes(s.formOf(now), form)
		}
		return p, nil
	})
}

// plainDay is a typed day in one form of writing, for comparing.
func plainDay(text string) string {
	d, err := calendar.ParseHuman(text)
	if err != nil {
		return text
	}
	return d.String()
}

func (f updateForm) papers() string {
	var list []string
	for _, e := range f.Evidence {
		if !e.empty() {
			list = append(list, e.Title+" ("+e.URL+")")
		}
	}
	return strings.Join(list, "; ")
}

// updateCorrectForm answers GET /updates/:id/correct: the approved update's
// own words, to be corrected.
func (s *Server) updateCorrectForm(c echo.Context) error {
	u, f, err := s.correctable(c)
	if err != nil {
		return err
	}
	return s.showForm(c, u.InstitutionID, s.correctPage(c, u, f, s.formOf(u)))
}

// correctable is the update of an address, if the actor may correct it.
func (s *Server) correctable(c echo.Context) (progress.Told, reports.CommitmentFile, error) {
	u, f, err := s.update(c)
	switch {
	case err != nil:
		return u, f, err
	case !actorOf(c).CanLogFor(u.InstitutionID) || !f.Current.Involves(u.InstitutionID):
		return u, f, problem.Denied("update.error.not_yours")
	case u.State != progress.Approved:
		return u, f, problem.New(problem.Conflict, "update.error.not_approved")
	case u.SupersededBy != 0:
		return u, f, problem.New(problem.Conflict, "update.error.already_corrected")
	}
	return u, f, nil
}

func (s *Server) correctPage(c echo.Context, u progress.Told, f reports.CommitmentFile, form updateForm) updateFormPage {
	p := s.updateFormPage(c, f, u.InstitutionID, form)
	p.Kind, p.Action, p.Cancel, p.Corrects = u.Kind, "/updates/"+itoa(u.ID)+"/correct", "/updates/"+itoa(u.ID), &u
	return p
}

// updateCorrect answers POST /updates/:id/correct.
func (s *Server) updateCorrect(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	u, f, err := s.correctable(c)
	if err != nil {
		return err
	}
	n := progress.NewUpdate{CommitmentID: u.CommitmentID, InstitutionID: u.InstitutionID, CorrectsID: u.ID}
	return s.logUpdate(c, t, n, 0, func(form updateForm) (updateFormPage, error) { return s.correctPage(c, u, f, form), nil })
}
