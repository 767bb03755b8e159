package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
)

// commitmentForm is a commitment's terms as typed. Ref and Origin are set once.
type commitmentForm struct {
	Ref, Origin, Title, Text, Node, Lead string
	StartsOn, DueOn                      string
	Means, Assumptions, Share, SDG       string
	EffectiveOn, Reason                  string
	Supporting, Themes, Indicia          []string
	Milestones                           []milestoneForm
	Budget                               []budgetForm
}

// milestoneForm and budgetForm are rows as typed; I counts from 0, as the
// names of their fields do.
type milestoneForm struct {
	I            int
	Title, DueOn string
}

type budgetForm struct {
	I                              int
	Year, Amount, Currency, Funder string
}

// maxRows is how many milestones, and how many amounts, a form may have.
const maxRows = 60

// commitmentFormOf reads the form; rows left empty are dropped.
func commitmentFormOf(t typed) commitmentForm {
	f := commitmentForm{Ref: strings.ToUpper(t.line("ref")), Origin: t.line("origin"), Title: t.line("title"), Text: t.text("text"), Node: t.line("node"), Lead: t.line("lead"),
		StartsOn: t.line("starts_on"), DueOn: t.line("due_on"), Means: t.text("means_of_verification"), Assumptions: t.text("assumptions"),
		Share: t.line("share"), SDG: t.line("sdg"), EffectiveOn: t.line("effective_on"), Reason: t.text("reason"),
		Supporting: t.list("supporting"), Themes: t.list("themes"), Indicia: t.list("indicia")}
	for i := 0; i < maxRows && t.has("milestones."+strconv.Itoa(i)+".title"); i++ {
		name := "milestones." + strconv.Itoa(i)
		row := milestoneForm{I: len(f.Milestones), Title: t.line(name + ".title"), DueOn: t.line(name + ".due_on")}
		if row.Title+row.DueOn != "" {
			f.Milestones = append(f.Milestones, row)
		}
	}
	for i := 0; i < maxRows && t.has("budget."+strconv.Itoa(i)+".year"); i++ {
		name := "budget." + strconv.Itoa(i)
		row := budgetForm{I: len(f.Budget), Year: t.line(name + ".year"), Amount: t.line(name + ".amount"), Currency: strings.ToUpper(t.line(name + ".currency")), Funder: t.line(name + ".funder")}
		if row.Year+row.Amount+row.Funder != "" {
			f.Budget = append(f.Budget, row)
		}
	}
	return f
}

// addRow adds an empty milestone or amount.
func (f *commitmentForm) addRow(kind, currency string) {
	if kind == "milestone" && len(f.Milestones) < maxRows {
		f.Milestones = append(f.Milestones, milestoneForm{I: len(f.Milestones)})
	}
	if kind == "budget" && len(f.Budget) < maxRows {
		f.Budget = append(f.Budget, budgetForm{I: len(f.Budget), Currency: currency})
	}
}

// termsForm writes terms as their form shows them.
func (s *Server) termsForm(t plan.Terms) commitmentForm {
	f := commitmentForm{Title: t.Title, Text: t.Text, Lead: itoa(t.LeadID), StartsOn: s.t.Date(t.StartsOn), DueOn: s.t.Date(t.DueOn),
		Means: t.MeansOfVerification, Assumptions: t.Assumptions, Share: string(t.Share), SDG: strings.Join(t.SDG, ", "), Themes: t.Themes}
	if t.NodeID != nil {
		f.Node = itoa(*t.NodeID)
	}
	for _, id := range t.Supporting {
		f.Supporting = append(f.Supporting, itoa(id))
	}
	for _, n := range t.Indicia {
		f.Indicia = append(f.Indicia, strconv.Itoa(n))
	}
	for i, m := range t.Milestones {
		f.Milestones = append(f.Milestones, milestoneForm{I: i, Title: m.Title, DueOn: s.t.Date(m.DueOn)})
	}
	for i, b := range t.Budget {
		f.Budget = append(f.Budget, budgetForm{I: i, Year: strconv.Itoa(b.Year), Amount: amountText(b.AmountCents), Currency: b.Currency, Funder: b.Funder})
	}
	return f
}

// amountText is an amount in hundredths as a person types it.
func amountText(cents int64) string {
	text := strconv.FormatInt(cents/100, 10)
	if part := cents % 100; part != 0 {
		text += "." + strconv.FormatInt(100+part, 10)[1:]
	}
	return text
}

// centsText is the same of an amount that may not be told.
func centsText(cents *int64) string {
	if cents == nil {
		return ""
	}
	return amountText(*cents)
}

// amountOf reads an amount as people type it, in hundredths: 180000, 180 000,
// 180,000.50.
func amountOf(text string) (int64, bool) {
	text = strings.NewReplacer(" ", "", "\u00a0", "", ",", "", "'", "").Replace(text)
	whole, part, _ := strings.Cut(text, ".")
	if len(part) > 2 || len(whole) > 13 {
		return 0, false
	}
	cents, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	return cents, err == nil && whole != "" && cents >= 0 && !strings.HasPrefix(whole, "+")
}

// terms are the terms as the slice takes them; what cannot be read is noted.
func (f commitmentForm) terms(check *problem.Check) plan.Terms {
	number := func(text string) int64 {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return 0
		}
		return n
	}
	t := plan.Terms{Title: f.Title, Text: f.Text, LeadID: number(f.Lead), StartsOn: dayOf(check, "starts_on", f.StartsOn), DueOn: dayOf(check, "due_on", f.DueOn),
		MeansOfVerification: f.Means, Assumptions: f.Assumptions, Share: plan.Audience(f.Share), Themes: f.Themes}
	if f.Node != "" {
		node := number(f.Node)
		t.NodeID = &node
		check.Require(node > 0, "node", "plan.error.node")
	}
	for _, id := range f.Supporting {
		t.Supporting = append(t.Supporting, number(id))
	}
	for _, n := range f.Indicia {
		t.Indicia = append(t.Indicia, int(number(n)))
	}
	t.SDG = append(t.SDG, strings.FieldsFunc(f.SDG, func(r rune) bool { return r == ',' || r == ';' || r == ' ' })...)
	for _, m := range f.Milestones {
		t.Milestones = append(t.Milestones, plan.Milestone{Title: m.Title, DueOn: dayOf(check, "milestones."+strconv.Itoa(m.I)+".due_on", m.DueOn)})
	}
	for _, b := range f.Budget {
		field := "budget." + strconv.Itoa(b.I)
		cents, ok := amountOf(b.Amount)
		check.Require(ok, field+".amount", "typed.error.amount")
		year, err := strconv.Atoi(b.Year)
		check.Require(err == nil, field+".year", "typed.error.year")
		t.Budget = append(t.Budget, plan.BudgetLine{Year: year, AmountCents: cents, Currency: b.Currency, Funder: b.Funder})
	}
	return t
}

// commitmentFormPage is the form in which a commitment is added or changed.
type commitmentFormPage struct {
	Page
	Heading      string
	New          bool
	Action       string
	Cancel       string
	Key          string
	Version      int64
	Form         commitmentForm
	Begun        bool // a change needs a reason
	Origins      []Option
	Nodes        []Option
	Institutions []Option
	Themes       []Option
	Indicia      []Option
	Shares       []Option
	Clashes      []Change
}

// commitmentFormPage makes the form, with the institutions that may act today
// and those named already.
func (s *Server) commitmentFormPage(c echo.Context, form commitmentForm) (commitmentFormPage, error) {
	p := commitmentFormPage{Page: s.page(c, ""), Key: newKey(), Form: form, Origins: s.options("origin.", words(plan.Origins)),
		Themes: s.options("theme.", plan.Themes), Shares: s.options("commitments.share.", words(plan.Audiences))}
	for n := 1; n <= recommendations.Indicia; n++ {
		p.Indicia = append(p.Indicia, Option{Value: strconv.Itoa(n), Label: strconv.Itoa(n)})
	}
	var err error
	if p.Institutions, err = s.acting(c, append([]string{form.Lead}, form.Supporting...)); err != nil {
		return p, err
	}
	trees, err := s.Plan.Frameworks(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode)
	for _, tree := range trees {
		for _, n := range tree.Nodes {
			p.Nodes = append(p.Nodes, Option{Value: itoa(n.ID), Label: tree.ShortName + " " + n.Number + " " + n.Title})
		}
	}
	for _, kind := range []string{"milestone", "budget"} {
		if kind == "milestone" && len(form.Milestones) == 0 || kind == "budget" && len(form.Budget) == 0 {
			p.Form.addRow(kind, settingsOf(c).Currency)
		}
	}
	return p, err
}

// acting are the institutions of the plan that exist today, and those whose
// id is named, by name.
func (s *Server) acting(c echo.Context, named []string) ([]Option, error) {
	list, err := s.Accounts.Institutions(c.Request().Context())
	var options []Option
	for _, i := range list {
		if i.Kind != accounts.PartnerOutside && i.InForce(s.Clock.Today()) || slices.Contains(named, itoa(i.ID)) {
			options = append(options, Option{Value: itoa(i.ID), Label: i.ShortName})
		}
	}
	slices.SortFunc(options, func(a, b Option) int { return strings.Compare(a.Label, b.Label) })
	return options, err
}

// commitmentNew answers GET /commitments/new.
func (s *Server) commitmentNew(c echo.Context) error {
	form := commitmentForm{Origin: string(plan.FromFramework), Share: string(plan.Internal), Node: readable(c.QueryParam("node"))}
	p, err := s.newCommitmentPage(c, form)
	if err != nil {
		return err
	}
	if len(p.Nodes) == 0 { // without a framework it can only be an institution's own
		p.Form.Origin = string(plan.FromMinistry)
	}
	return s.show(c, "commitments/commitment_form", p)
}

func (s *Server) newCommitmentPage(c echo.Context, form commitmentForm) (commitmentFormPage, error) {
	p, err := s.commitmentFormPage(c, form)
	p.Heading, p.New, p.Action, p.Cancel = s.t.Msg("commitments.add"), true, "/commitments/new", "/commitments"
	p.Title, p.Crumbs = p.Heading, []Crumb{{Label: s.t.Msg("commitments.title"), Href: "/commitments"}, {Label: p.Heading}}
	return p, err
}

// commitmentCreate answers POST /commitments/new.
func (s *Server) commitmentCreate(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	ref := ""
	run := func(terms plan.Terms, effective calendar.Date, form commitmentForm) error {
		ref, err = s.Plan.Add(c.Request().Context(), actorOf(c), t.line("key"), plan.CommitmentNew{Country: settingsOf(c).CountryCode, Ref: form.Ref,
			Origin: plan.Origin(form.Origin), EffectiveOn: effective, Reason: form.Reason, Terms: terms})
		return err
	}
	again := func(form commitmentForm) (commitmentFormPage, error) { return s.newCommitmentPage(c, form) }
	return s.writeCommitment(c, t, run, again, func() error { return s.done(c, commitmentPath(ref), s.t.Msg("commitments.done.added", "ref", ref)) })
}

// writeCommitment runs a change with what was typed. again makes the form's
// page anew for what has to be corrected, or to give it one more row.
func (s *Server) writeCommitment(c echo.Context, t typed, run func(plan.Terms, calendar.Date, commitmentForm) error,
	again func(commitmentForm) (commitmentFormPage, error), done func() error) error {
	form := commitmentFormOf(t)
	show := func(status int, errors FieldErrors) error {
		p, err := again(form)
		if err != nil {
			return err
		}
		p.Errors = errors
		return s.showAs(c, status, "commitments/commitment_form", p)
	}
	if add := t.line("add"); add != "" {
		form.addRow(add, settingsOf(c).Currency)
		return show(http.StatusOK, nil)
	}
	var check problem.Check
	terms, effective := form.terms(&check), dayOf(&check, "effective_on", form.EffectiveOn)
	err := check.Err()
	if err == nil {
		err = run(terms, effective, form)
	}
	refusal, ok := asProblem(err)
	switch {
	case err == nil:
		return done()
	case ok && refusal.Kind == problem.Invalid:
		return show(http.StatusUnprocessableEntity, Problems(s.t, refusal, "ref", "origin", "title", "text", "node", "lead", "supporting", "starts_on", "due_on"))
	case conflict(err):
		return show(http.StatusConflict, FieldErrors{{Message: s.t.Msg(refusal.Key, refusal.Args...)}})
	}
	return err
}

// commitmentRevise answers GET /commitments/:ref/revise.
func (s *Server) commitmentRevise(c echo.Context) error {
	f, err := s.Plan.Commitment(c.Request().Context(), actorOf(c), refOf(c))
	if err != nil {
		return err
	}
	p, err := s.revisePage(c, f, s.termsForm(f.Current.Terms))
	if err != nil {
		return err
	}
	p.Form.EffectiveOn = s.t.Date(s.Clock.Today())
	return s.show(c, "commitments/commitment_form", p)
}

func (s *Server) revisePage(c echo.Context, f plan.CommitmentPage, form commitmentForm) (commitmentFormPage, error) {
	p, err := s.commitmentFormPage(c, form)
	title := s.t.Msg("commitments.revise")
	p.Heading, p.Action, p.Cancel, p.Version = f.Current.Title, commitmentPath(f.Ref, "revise"), commitmentPath(f.Ref), f.Version
	p.Title, p.Crumbs = f.Ref+": "+title, s.commitmentCrumbs(actorOf(c), f.Path, f.Ref, title)
	p.Form.Ref, p.Form.Origin = f.Ref, string(f.Origin)
	p.Begun = f.Current.StartsOn.IsZero() || !f.Current.StartsOn.After(s.Clock.Today())
	return p, err
}

// commitmentReviseSave answers POST /commitments/:ref/revise. When somebody
// else changed the commitment meanwhile, both texts are shown.
func (s *Server) commitmentReviseSave(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	ctx, actor, ref := c.Request().Context(), actorOf(c), refOf(c)
	if _, err := s.Plan.Commitment(ctx, actor, ref); err != nil {
		return err
	}
	run := func(terms plan.Terms, effective calendar.Date, form commitmentForm) error {
		return s.Plan.Revise(ctx, actor, t.line("key"), plan.CommitmentChange{Ref: ref, Version: t.number("version"), EffectiveOn: effective, Reason: form.Reason, Terms: terms})
	}
	again := func(form commitmentForm) (commitmentFormPage, error) {
		now, err := s.Plan.Commitment(ctx, actor, ref)
		if err != nil {
			return commitmentFormPage{}, err
		}
		p, err := s.revisePage(c, now, form)
		if now.Version != t.number("version") {
			p.Clashes = s.termClashes(p, s.termsForm(now.Current.Terms), form)
		}
		return p, err
	}
	return s.writeCommitment(c, t, run, again, func() error { return s.done(c, commitmentPath(ref), s.t.Msg("commitments.done.revised", "ref", ref)) })
}

// termClashes lists the fields in which the stored terms differ from those typed.
func (s *Server) termClashes(p commitmentFormPage, now, typed commitmentForm) []Change {
	var list []Change
	add := func(field, a, b string) {
		if strings.TrimSpace(a) != strings.TrimSpace(b) {
			list = append(list, Change{Field: s.t.Msg("commitments.field." + field), Old: a, New: b})
		}
	}
	add("title", now.Title, typed.Title)
	add("text", now.Text, typed.Text)
	add("node", labels(p.Nodes, now.Node), labels(p.Nodes, typed.Node))
	add("lead", labels(p.Institutions, now.Lead), labels(p.Institutions, typed.Lead))
	add("supporting", labels(p.Institutions, now.Supporting...), labels(p.Institutions, typed.Supporting...))
	if plainDay(now.StartsOn) != plainDay(typed.StartsOn) {
		add("starts_on", now.StartsOn, typed.StartsOn)
	}
	if plainDay(now.DueOn) != plainDay(typed.DueOn) {
		add("due_on", now.DueOn, typed.DueOn)
	}
	add("milestones", now.milestones(), typed.milestones())
	add("budget", now.budget(), typed.budget())
	add("means_of_verification", now.Means, typed.Means)
	add("assumptions", now.Assumptions, typed.Assumptions)
	add("share", labels(p.Shares, now.Share), labels(p.Shares, typed.Share))
	add("themes", labels(p.Themes, now.Themes...), labels(p.Themes, typed.Themes...))
	add("indicia", labels(p.Indicia, now.Indicia...), labels(p.Indicia, typed.Indicia...))
	add("sdg", now.SDG, typed.SDG)
	return list
}

// labels are the words of the chosen options, in the order of the options.
func labels(options []Option, values ...string) string {
	var list []string
	for _, o := range options {
		if slices.Contains(values, o.Value) {
			list = append(list, o.Label)
		}
	}
	return strings.Join(list, "; ")
}

func (f commitmentForm) milestones() string {
	var list []string
	for _, m := range f.Milestones {
		list = append(list, m.Title+" ("+m.DueOn+")")
	}
	return strings.Join(list, "; ")
}

func (f commitmentForm) budget() string {
	var list []string
	for _, b := range f.Budget {
		list = append(list, strings.TrimSpace(b.Year+": "+b.Amount+" "+b.Currency+" "+b.Funder))
	}
	return strings.Join(list, "; ")
}

// transferPage moves one commitment's part from one institution to another.
type transferPage struct {
	Page
	Ref, Heading                     string
	Key                              string
	From, To, EffectiveOn, ReasonWas string
	Parts                            []Option
	Institutions                     []Option
}

// transferForm makes the page of a transfer.
func (s *Server) transferPage(c echo.Context, f reports.CommitmentFile) (transferPage, error) {
	title := s.t.Msg("commitments.transfer_title")
	p := transferPage{Page: s.page(c, f.Ref+": "+title, s.commitmentCrumbs(actorOf(c), f.Path, f.Ref, title)...), Ref: f.Ref, Heading: f.Current.Title,
		Key: newKey(), From: itoa(f.Current.LeadID), EffectiveOn: s.t.Date(s.Clock.Today())}
	p.Narrow = true
	p.Parts = append(p.Parts, Option{Value: itoa(f.Current.LeadID), Label: s.t.Msg("commitments.part.lead", "institution", f.Institutions[f.Current.LeadID].Short)})
	for _, id := range f.Current.Supporting {
		p.Parts = append(p.Parts, Option{Value: itoa(id), Label: s.t.Msg("commitments.part.supporting", "institution", f.Institutions[id].Short)})
	}
	var err error
	p.Institutions, err = s.acting(c, nil)
	return p, err
}

// commitmentTransfer answers GET /commitments/:ref/transfer.
func (s *Server) commitmentTransfer(c echo.Context) error {
	f, err := s.Reports.Commitment(c.Request().Context(), s.ledgerQuery(c), refOf(c))
	if err != nil {
		return err
	}
	p, err := s.transferPage(c, f)
	if err != nil {
		return err
	}
	return s.show(c, "commitments/commitment_transfer", p)
}

// commitmentTransferMake answers POST /commitments/:ref/transfer.
func (s *Server) commitmentTransferMake(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	f, err := s.Reports.Commitment(c.Request().Context(), s.ledgerQuery(c), refOf(c))
	if err != nil {
		return err
	}
	var check problem.Check
	in := plan.TransferNew{FromID: t.number("from"), ToID: t.number("to"), EffectiveOn: t.day(&check, "effective_on"), Reason: t.text("reason"), Refs: []string{f.Ref}}
	if err = check.Err(); err == nil {
		_, err = s.Plan.MakeTransfers(c.Request().Context(), actorOf(c), t.line("key"), in)
	}
	if refusal, bad := invalid(err); bad {
		p, err := s.transferPage(c, f)
		if err != nil {
			return err
		}
		if m, there := refusal.Fields["commitments"]; there {
			delete(refusal.Fields, "commitments")
			refusal.Fields["from"] = m
		}
		p.From, p.To, p.EffectiveOn, p.ReasonWas = t.line("from"), t.line("to"), t.line("effective_on"), t.text("reason")
		p.Errors = Problems(s.t, refusal, "from", "to", "effective_on", "reason")
		return s.showAs(c, http.StatusUnprocessableEntity, "commitments/commitment_transfer", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, commitmentPath(f.Ref), s.t.Msg("commitments.done.transferred", "ref", f.Ref))
}
