package lists

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/plan"
	"tracker/internal/workbook"
)

// commitments is the list of a country's commitments, with the terms that are
// in force today. The reason is that of a change; it is never given out.
var commitments = list{name: "commitments", needs: 1, may: plans, open: openCommitments, columns: []Column{
	{Key: "ref", Width: 14}, {Key: "title", Width: 44}, {Key: "text", Width: 60}, {Key: "origin", Width: 13},
	{Key: "node", Width: 12}, {Key: "lead", Width: 10}, {Key: "supporting", Width: 20}, {Key: "starts_on", Width: 12},
	{Key: "due_on", Width: 12}, {Key: "milestones", Width: 44}, {Key: "budget", Width: 36},
	{Key: "means_of_verification", Width: 36}, {Key: "assumptions", Width: 30}, {Key: "share", Width: 10},
	{Key: "themes", Width: 20}, {Key: "indicia", Width: 9}, {Key: "sdg", Width: 9}, {Key: "reason", Width: 30}}}

// named are the institutions and nodes by what a sheet calls them.
type named struct {
	code map[int64]string
	id   map[string]int64
	node map[int64]string // "NSF 3.1"
	of   map[string]int64 // by that, and by the number alone where one framework has it
}

func readNames(tx *gorm.DB, country string) (named, error) {
	n := named{map[int64]string{}, map[string]int64{}, map[int64]string{}, map[string]int64{}}
	institutions, err := accounts.Institutions(tx)
	if err != nil {
		return n, err
	}
	for _, i := range institutions {
		n.code[i.ID], n.id[i.Code] = i.Code, i.ID
	}
	frameworks, err := plan.Frameworks(tx, country)
	if err != nil {
		return n, err
	}
	codes := map[int64]string{}
	for _, f := range frameworks {
		codes[f.ID] = f.Code
	}
	nodes, err := plan.Nodes(tx, country)
	for _, node := range nodes {
		whole := codes[node.FrameworkID] + " " + node.Number
		n.node[node.ID], n.of[strings.ToUpper(whole)] = whole, node.ID
		if _, twice := n.of[strings.ToUpper(node.Number)]; twice {
			n.of[strings.ToUpper(node.Number)] = 0
			continue
		}
		n.of[strings.ToUpper(node.Number)] = node.ID
	}
	return n, err
}

// institution takes the institution of a code over one that is there.
func (n named) institution(r *row, key string, to *int64) {
	if !r.says(key) {
		return
	}
	id, there := n.id[strings.ToUpper(r.text(key))]
	if *to = id; !there && r.text(key) != "" {
		r.bad(key, "lists.error.institution", "code", r.text(key))
	}
}

// institutions takes those of codes.
func (n named) institutions(r *row, key string, to *[]int64) {
	if !r.says(key) {
		return
	}
	*to = nil
	for _, code := range split(strings.ReplaceAll(r.text(key), ",", ";")) {
		id, there := n.id[strings.ToUpper(code)]
		if !there {
			r.bad(key, "lists.error.institution", "code", code)
			return
		}
		*to = append(*to, id)
	}
}

// codes writes institutions by their codes.
func (n named) codes(ids []int64) string {
	var parts []string
	for _, id := range ids {
		parts = append(parts, n.code[id])
	}
	return joined(parts)
}

type commitmentRun struct {
	byRef
	tx    *gorm.DB
	in    workbook.In
	names named
	order []record
	there map[string]plan.Put
	typed map[*row]plan.Put
}

func openCommitments(tx *gorm.DB, in workbook.In) (run, error) {
	u := &commitmentRun{byRef: "ref", tx: tx, in: in, there: map[string]plan.Put{}, typed: map[*row]plan.Put{}}
	var err error
	if u.names, err = readNames(tx, in.Country); err != nil {
		return u, err
	}
	all, err := plan.CommitmentsForActor(tx.Select("id", "country", "ref", "origin"), in.Actor)
	if err != nil {
		return u, err
	}
	terms, err := plan.RevisionsInForce(tx, in.Clock.Today(), in.Clock.Now())
	for _, com := range all {
		r, there := terms[com.ID]
		if com.Country != in.Country || !there {
			continue
		}
		put := plan.Put{CommitmentNew: plan.CommitmentNew{Country: com.Country, Ref: com.Ref, Origin: com.Origin, Terms: r.Terms}}
		u.there[com.Ref], u.order = put, append(u.order, u.record(put))
	}
	return u, err
}

func (u *commitmentRun) record(p plan.Put) record {
	var milestones, budget, indicia []string
	for _, m := range p.Milestones {
		milestones = append(milestones, m.DueOn.String()+": "+m.Title)
	}
	for _, b := range p.Budget {
		line := fmt.Sprintf("%d: %d.%02d %s", b.Year, b.AmountCents/100, b.AmountCents%100, b.Currency)
		if b.Funder != "" {
			line += " (" + b.Funder + ")"
		}
		budget = append(budget, line)
	}
	for _, n := range p.Indicia {
		indicia = append(indicia, strconv.Itoa(n))
	}
	return record{kind: "list.commitment", ref: p.Ref, title: p.Title, cells: []string{p.Ref, p.Title, p.Text, string(p.Origin),
		u.names.node[p.Node()], u.names.code[p.LeadID], u.names.codes(p.Supporting), p.StartsOn.String(), p.DueOn.String(),
		joined(milestones), joined(budget), p.MeansOfVerification, p.Assumptions, string(p.Share), joined(p.Themes), joined(indicia), joined(p.SDG), ""}}
}

func (u *commitmentRun) records() []record { return u.order }

func (u *commitmentRun) read(r *row) record {
	p := plan.Put{CommitmentNew: plan.CommitmentNew{Country: u.in.Country, Ref: strings.ToUpper(r.text("ref"))}}
	p.Share = plan.Internal
	if r.was != nil {
		p = u.there[r.was.ref]
	}
	for _, c := range r.list.columns {
		if r.says(c.Key) {
			p.Says = append(p.Says, c.Key)
		}
	}
	words(r, "title", &p.Title)
	words(r, "text", &p.Text)
	word(r, "origin", &p.Origin)
	u.readNode(r, &p)
	u.names.institution(r, "lead", &p.LeadID)
	u.names.institutions(r, "supporting", &p.Supporting)
	r.day("starts_on", &p.StartsOn)
	r.day("due_on", &p.DueOn)
	readMilestones(r, &p)
	readBudget(r, &p)
	words(r, "means_of_verification", &p.MeansOfVerification)
	words(r, "assumptions", &p.Assumptions)
	if r.text("share") != "" || r.was != nil {
		word(r, "share", &p.Share)
	}
	readTags(r, &p)
	if p.Reason = r.text("reason"); p.Reason == "" {
		p.Reason = takenFrom(u.in)
	}
	u.typed[r] = p
	return u.record(p)
}

func (u *commitmentRun) readNode(r *row, p *plan.Put) {
	if !r.says("node") {
		return
	}
	text := strings.ToUpper(strings.Join(strings.Fields(r.text("node")), " "))
	p.NodeID = nil
	if id := u.names.of[text]; id != 0 {
		p.NodeID = &id
	} else if text != "" {
		r.bad("node", "lists.error.node")
	}
}

var dated = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)\s*:\s*(.*)$`)

func readMilestones(r *row, p *plan.Put) {
	if !r.says("milestones") {
		return
	}
	p.Milestones = nil
	for _, part := range begun(r.text("milestones"), dated.MatchString) {
		m := dated.FindStringSubmatch(flat(part))
		if m == nil {
			r.bad("milestones", "lists.error.milestone", "text", part)
			return
		}
		day, ok := dayOf(m[1])
		if !ok {
			r.bad("milestones", "lists.error.milestone", "text", part)
			return
		}
		p.Milestones = append(p.Milestones, plan.Milestone{Title: m[2], DueOn: day})
	}
}

var money = regexp.MustCompile(`^(\d{4})\s*:\s*(-?\d{1,13})(?:\.(\d{1,2}))?\s+([A-Za-z]+)(?:\s*\((.*)\))?$`)

var yeared = regexp.MustCompile(`^\d{4}\s*:`)

func readBudget(r *row, p *plan.Put) {
	if !r.says("budget") {
		return
	}
	p.Budget = nil
	for _, part := range begun(r.text("budget"), yeared.MatchString) {
		m := money.FindStringSubmatch(flat(part))
		if m == nil {
			r.bad("budget", "lists.error.budget", "text", part)
			return
		}
		b := plan.BudgetLine{Currency: strings.ToUpper(m[4]), Funder: m[5]}
		b.Year, _ = strconv.Atoi(m[1])                                      // four digits
		b.AmountCents, _ = strconv.ParseInt(m[2]+(m[3] + "00")[:2], 10, 64) // fifteen at most
		p.Budget = append(p.Budget, b)
	}
}

// flat is a text of one line.
func flat(text string) string { return strings.Join(strings.Fields(text), " ") }

func readTags(r *row, p *plan.Put) {
	if r.says("themes") {
		p.Themes = nil
		for _, t := range split(r.text("themes")) {
			p.Themes = append(p.Themes, strings.ToLower(t))
		}
	}
	if r.says("sdg") {
		p.SDG = split(r.text("sdg"))
	}
	if !r.says("indicia") {
		return
	}
	p.Indicia = nil
	for _, text := range split(r.text("indicia")) {
		n, err := strconv.Atoi(text)
		if err != nil {
			r.bad("indicia", "lists.error.whole")
			return
		}
		p.Indicia = append(p.Indicia, n)
	}
}

// puts are rows as the plan takes them.
func (u *commitmentRun) puts(rows []*row) []plan.Put {
	list := make([]plan.Put, len(rows))
	for i, r := range rows {
		list[i] = u.typed[r]
	}
	return list
}

func (u *commitmentRun) weigh(rows []*row) error {
	told, err := plan.Weigh(u.tx, u.in.Clock, u.in.Actor, u.puts(rows), plan.Coming{})
	if err != nil {
		return err
	}
	for i, w := range told {
		rows[i].badAll(w.Wrong, nil)
		if w.Same() { // said in other words
			rows[i].Fate, rows[i].Changes = workbook.Same, nil
		}
	}
	return nil
}

func (u *commitmentRun) write(rows []*row) error {
	_, err := plan.PutAll(u.tx, u.in.Clock, u.in.Actor, u.puts(rows))
	return err
}
