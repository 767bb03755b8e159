package adopt

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tracker/internal/accounts"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/workbook"
	"tracker/internal/workbook/matrix"
)

// put is an activity on its way into the plan: where it stands in the sheet,
// its node, and what it says.
type put struct {
	plan.Put
	sheet string
	row   matrix.Row
	node  *node
	told  int // its row of the outcome
}

// The bounds of a commitment's texts (plan).
const (
	mostName  = 200
	mostText  = 4000
	mostMeans = 1000
)

// commitments turns the activities into commitments by their references.
func (t *taking) commitments() error {
	there, err := plan.CommitmentsForActor(t.tx, t.in.Actor)
	if err != nil {
		return err
	}
	byTitle := map[string][]string{} // references by node and folded title, in their order
	for _, c := range there {
		at := place(c.NodeID, c.Title)
		byTitle[at] = append(byTitle[at], c.Ref)
		if number, own := strings.CutPrefix(c.Ref, t.target.framework.Code+" "); own {
			t.tree.taken[number] = true
		}
	}
	said := map[string]bool{} // references that the sheet gives
	for _, table := range t.read.Tables {
		for _, row := range table.Rows {
			if row.Number != "" {
				number := below(t.place(row.Path, table.Sheet), clean(row.Number))
				t.tree.taken[number], said[t.target.framework.Code+" "+number] = true, true
			}
		}
	}
	for place, refs := range byTitle {
		byTitle[place] = slices.DeleteFunc(refs, func(ref string) bool { return said[ref] })
	}
	for _, table := range t.read.Tables {
		says := saysOf(table)
		for _, row := range table.Rows {
			t.commitment(table, row, says, byTitle)
		}
	}
	return nil
}

// place names a title below a node.
func place(node *int64, title string) string {
	id := int64(0)
	if node != nil {
		id = *node
	}
	return fmt.Sprintf("%d|%s", id, plan.Fold(title))
}

// speaks are the fields of a commitment that a column speaks of.
var speaks = map[matrix.Field][]string{matrix.Lead: {"lead", "supporting"}, matrix.Supporting: {"supporting"}, matrix.Time: {"starts_on", "due_on"}, matrix.Start: {"starts_on"}, matrix.End: {"due_on"},
	matrix.Budget: {"budget"}, matrix.Means: {"means_of_verification"}, matrix.Assumptions: {"assumptions"}}

// saysOf are the fields of a commitment that a table's columns speak of.
func saysOf(table matrix.Table) []string {
	says := []string{"title", "text", "node"}
	for _, c := range table.Columns {
		for _, field := range speaks[c.Field] {
			if !slices.Contains(says, field) {
				says = append(says, field)
			}
		}
	}
	return says
}

// unread are the cells of a row whose money or time could not be read for
// certain, and formulas that show nothing. What they speak of stays what it is;
// their texts stand in the commitment's text.
func (t *taking) unread(table matrix.Table, row matrix.Row, says []string) (left []string, texts []string) {
	left = slices.Clone(says)
	for _, c := range table.Columns {
		certain := c.Field != matrix.Budget && c.Field != matrix.Time && c.Field != matrix.Start && c.Field != matrix.End
		for n := row.First; n <= row.Last; n++ {
			text, is := t.doubts[workbook.Address(table.Sheet, c.Letters+fmt.Sprint(n))]
			if !is || certain && text != "" {
				continue
			}
			left = slices.DeleteFunc(left, func(field string) bool { return slices.Contains(speaks[c.Field], field) })
			if text != "" {
				texts = append(texts, cmpOr(strings.TrimSpace(c.Heading), string(c.Field))+": "+text)
			}
		}
	}
	return left, texts
}

func (t *taking) commitment(table matrix.Table, row matrix.Row, says []string, byTitle map[string][]string) {
	sheet := table.Sheet
	says, doubts := t.unread(table, row, says)
	p := put{sheet: sheet, row: row, node: t.place(row.Path, sheet), told: len(t.out.Rows)}
	p.Country, p.Origin, p.Says = t.in.Country, t.target.origin, says
	p.Reason = "Taken over from " + cut(t.in.File.Name, 200)
	p.Terms = plan.Terms{Title: cut(strings.Join(strings.Fields(row.Title), " "), mostName), Text: strings.Join(append(textOf(row), doubts...), "\n"), StartsOn: row.Span.Start, DueOn: row.Span.Due,
		MeansOfVerification: joined(row.Means), Assumptions: joined(row.Assumptions), Share: plan.Internal}
	if p.node != nil {
		p.NodeID = &p.node.ID
	}
	for text, most := range map[*string]int{&p.Text: mostText, &p.MeansOfVerification: mostMeans, &p.Assumptions: mostMeans} {
		if short := cut(*text, most); short != *text {
			t.notice(sheet, row.Cell, *text, "adopt.notice.cut", "max", most)
			*text = short
		}
	}
	t.parts(&p)
	t.money(&p)
	p.Ref = t.reference(p, byTitle)
	t.puts = append(t.puts, p)
	t.out.Rows = append(t.out.Rows, workbook.Row{Sheet: sheet, Number: row.First, Kind: "commitment", Ref: p.Ref, Title: p.Title})
}

// reference is the framework's code with the activity's number; without one
// that of the commitment of this title on its node, of several each in its
// turn, else the next number.
func (t *taking) reference(p put, byTitle map[string][]string) string {
	if number := clean(p.row.Number); number != "" {
		return t.target.framework.Code + " " + below(p.node, number)
	}
	at := place(p.NodeID, p.Title)
	if refs := byTitle[at]; len(refs) > 0 {
		byTitle[at] = refs[1:]
		return refs[0]
	}
	return t.target.framework.Code + " " + t.tree.free(p.node)
}

// parts gives the activity its lead and those who support. A partner does
// neither here: what it undertakes is outside all government counts.
func (t *taking) parts(p *put) {
	if p.LeadID = t.leads(p.row); p.LeadID == 0 {
		p.LeadID = t.otherwise()
	}
	for _, said := range slices.Concat(p.row.Lead, p.row.Supporting) {
		id := t.names.meant[plain(said.Text)]
		switch {
		case id == 0 || id == p.LeadID:
		case t.names.partner[id] != "":
			t.notice(p.sheet, said.Cell, said.Text, "adopt.notice.partner")
		case !slices.Contains(p.Supporting, id):
			p.Supporting = append(p.Supporting, id)
		}
	}
}

var currency = regexp.MustCompile(`^[A-Z]{3}$`)

// money gives the activity its budget: an amount without a year is of the
// financial year in which the activity begins, one without a known currency
// waits for a person to say which.
func (t *taking) money(p *put) {
	funder := joined(p.row.Funder)
	for _, m := range p.row.Budget {
		line := m.BudgetLine
		line.Funder = cut(cmpOr(line.Funder, funder), mostName)
		if !currency.MatchString(line.Currency) {
			line.Currency = t.currency(line.Currency, p.sheet, m.Cell)
		}
		if line.Year == 0 {
			line.Year = t.beginning(*p)
			t.notice(p.sheet, m.Cell, "", "adopt.notice.budget_year", "year", fmt.Sprint(line.Year))
		}
		p.Budget = append(p.Budget, line)
	}
}

// beginning is the financial year in which an activity begins, from 1 April.
func (t *taking) beginning(p put) int {
	day := p.StartsOn
	if day.IsZero() {
		day = t.target.framework.StartsOn
	}
	if day.IsZero() {
		day = t.in.Clock.Today()
	}
	if day.Month() < 4 {
		return day.Year() - 1
	}
	return day.Year()
}

// currencies are those that a question of money offers behind the country's own.
var currencies = []string{"LSL", "ZAR", "USD", "EUR", "GBP", "XAF", "XOF", "MZN", "AOA", "STN"}

// signs are what signs of money mean most often, folded and without spaces; a
// person still says so.
var signs = map[string]string{"$": "USD", "us$": "USD", "€": "EUR", "£": "GBP", "r": "ZAR", "fcfa": "XAF", "cfa": "XAF", "mt": "MZN", "mts": "MZN", "kz": "AOA", "db": "STN"}

// currency asks once what a sign of money means.
func (t *taking) currency(sign, sheet, cell string) string {
	q := workbook.Question{ID: "currency." + cmpOr(plan.Fold(sign), none), Group: "money", About: sign, Cell: workbook.Address(sheet, cell)}
	if answer, asked := t.signs[q.ID]; asked {
		return answer
	}
	own := "LSL"
	if set, err := accounts.LoadSettings(t.tx); err == nil && set.Currency != "" {
		own = set.Currency
	}
	likely := own
	if code := signs[strings.ReplaceAll(plan.Fold(sign), " ", "")]; code != "" && !(code == "XAF" && own == "XOF") {
		likely = code
	}
	answer, given := t.answer(q.ID, likely)
	if !currency.MatchString(answer) {
		answer, given = likely, false
	}
	t.signs[q.ID] = answer
	q.Answer, q.Open = answer, !given
	for _, code := range slices.Concat([]string{own}, currencies) {
		if !slices.ContainsFunc(q.Options, func(o workbook.Option) bool { return o.Value == code }) {
			q.Options = append(q.Options, workbook.Option{Value: code, Label: code})
		}
	}
	t.ask(q)
	return answer
}

// textOf is all that the sheet says of an activity and that has no field of its
// own: nothing that was written is lost.
func textOf(row matrix.Row) []string {
	text := []string{strings.TrimSpace(row.Title)}
	for _, m := range row.Indicators {
		line := "Indicator: " + m.Text
		var parts []string
		if m.Baseline != nil {
			parts = append(parts, "baseline "+m.Baseline.Text)
		}
		for _, target := range m.Targets {
			if target.Year != 0 {
				parts = append(parts, fmt.Sprintf("target %d: %s", target.Year, target.Text))
			} else {
				parts = append(parts, "target "+target.Text)
			}
		}
		if len(parts) > 0 {
			line += " (" + strings.Join(parts, "; ") + ")"
		}
		text = append(text, line)
	}
	if funder := joined(row.Funder); funder != "" && len(row.Budget) == 0 {
		text = append(text, "Funder: "+funder)
	}
	for _, said := range row.Remarks {
		text = append(text, "Remark: "+said.Text)
	}
	for _, said := range row.Other {
		text = append(text, cmpOr(strings.TrimSpace(said.Heading), "Also")+": "+said.Text)
	}
	return text
}

func joined(list []matrix.Said) string {
	texts := make([]string, len(list))
	for i, said := range list {
		texts[i] = said.Text
	}
	return strings.Join(texts, "\n")
}

// weigh compares all with the plan, and tells what becomes of each row.
func (t *taking) weigh() error {
	seen := map[string]bool{}
	list := make([]plan.Put, len(t.puts))
	for i, p := range t.puts {
		list[i] = p.Put
		if seen[p.Ref] {
			t.problem(p.sheet, p.row.Cell, p.row.Number, "adopt.problem.twice", "ref", p.Ref)
			t.out.Rows[p.told].Fate = workbook.Wrong
		}
		seen[p.Ref] = true
	}
	weighed, err := plan.Weigh(t.tx, t.in.Clock, t.in.Actor, list, t.coming)
	if err != nil {
		return err
	}
	asks := slices.ContainsFunc(t.out.Questions, func(q workbook.Question) bool { return q.Open && q.Group == "institutions" })
	for i, w := range weighed {
		t.weighed(t.puts[i], w, asks)
		if t.in.Tell != nil && i%500 == 0 {
			t.in.Tell(i, len(weighed))
		}
	}
	return nil
}

// weighed tells what becomes of an activity; asks says that a name is open.
func (t *taking) weighed(p put, w plan.Weighed, asks bool) {
	row := &t.out.Rows[p.told]
	switch {
	case row.Fate == workbook.Wrong:
		return
	case p.LeadID == 0 && asks:
		row.Fate = workbook.Asks
		return
	case len(w.Wrong) > 0:
		row.Fate = workbook.Wrong
		for _, field := range (&problem.Error{Fields: w.Wrong}).FieldNames() {
			m := w.Wrong[field]
			cell, text := cellOf(p.row, field)
			t.problem(p.sheet, cell, text, m.Key, m.Args...)
		}
		return
	case w.New:
		row.Fate = workbook.New
	case len(w.Changed) > 0:
		row.Fate = workbook.Changed
	default:
		row.Fate = workbook.Same
	}
	if !w.New {
		for _, c := range w.Changed {
			if c.Field == "title" {
				t.another(p.sheet, p.row.Cell, p.row.Title, p.Ref, c.Old, c.New)
			}
			row.Changes = append(row.Changes, workbook.Change{Field: c.Field, Old: c.Old, New: c.New})
		}
	}
}

// another tells where a number stood for something else until now: two titles
// that share no greater word are hardly of one thing.
func (t *taking) another(sheet, cell, text, ref, was, now string) {
	there := greater(was)
	for word := range greater(now) {
		if there[word] {
			return
		}
	}
	t.notice(sheet, cell, text, "adopt.notice.another", "ref", ref, "was", was)
}

// cellOf is the cell of a row that a field comes from.
func cellOf(row matrix.Row, field string) (cell, text string) {
	lists := map[string][]matrix.Said{"lead": row.Lead, "supporting": row.Supporting, "starts_on": row.When, "due_on": row.When, "means_of_verification": row.Means, "assumptions": row.Assumptions}
	if list := lists[field]; len(list) > 0 {
		return list[0].Cell, list[0].Text
	}
	if strings.HasPrefix(field, "budget.") && len(row.Budget) > 0 {
		return row.Budget[0].Cell, ""
	}
	return row.Cell, row.Title
}

// keep makes what is new and changes what is changed: institutions, the
// framework, its nodes, then the commitments.
func (t *taking) keep() error {
	real := map[int64]int64{}
	for id, c := range t.names.made {
		i, err := accounts.CreateInstitution(t.tx, t.in.Actor, t.in.Clock.Now(), c)
		if err != nil {
			return err
		}
		real[id] = i.ID
	}
	if t.target.framework.ID == 0 {
		f, err := plan.AddFramework(t.tx, t.in.Clock, t.in.Actor, t.target.framework)
		if err != nil {
			return err
		}
		t.target.framework = f
	}
	for _, n := range t.tree.list {
		if err := t.keepNode(n); err != nil {
			return err
		}
	}
	list := make([]plan.Put, len(t.puts))
	for i, p := range t.puts {
		if p.node != nil {
			p.NodeID = &p.node.ID
		}
		if id := real[p.LeadID]; id != 0 {
			p.LeadID = id
		}
		for j, id := range p.Supporting {
			if id := real[id]; id != 0 {
				p.Supporting[j] = id
			}
		}
		list[i] = p.Put
	}
	_, err := plan.PutAll(t.tx, t.in.Clock, t.in.Actor, list)
	return err
}

func (t *taking) keepNode(n *node) error {
	if n.ID > 0 {
		if !n.changed {
			return nil
		}
		return plan.ChangeNode(t.tx, t.in.Clock, t.in.Actor, plan.NodeChange{ID: n.ID, Version: n.Version, Level: n.Level, Title: n.Title, Theme: n.Theme})
	}
	in := plan.NodeNew{FrameworkID: t.target.framework.ID, Level: n.Level, Number: n.Number, Title: n.Title}
	if n.above != nil {
		in.ParentID = n.above.ID
	}
	made, err := plan.AddNode(t.tx, t.in.Clock, t.in.Actor, in)
	var p *problem.Error
	if errors.As(err, &p) && p.Kind == problem.Invalid {
		return problem.New(problem.Invalid, "adopt.error.node", "number", n.Number)
	}
	n.Node = made
	return err
}
