package reports

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/progress"
)

// MoneyStatus is the money of one commitment for one financial year, by one
// funder, in one currency, as one institution tells it. Amounts are in
// hundredths; one that is missing is not told, which is not a zero.
type MoneyStatus struct {
	Ref         string        `json:"commitment"`
	Title       string        `json:"title"`
	Node        string        `json:"node"` // number
	Strand      string        `json:"strand"`
	Lead        string        `json:"lead"`
	Institution string        `json:"institution"` // code of the one that says it; the lead where nothing is said
	Year        int           `json:"financial_year"`
	Funder      string        `json:"funder"`
	Currency    string        `json:"currency"`
	Budget      *int64        `json:"budget_cents,omitempty"`
	Released    *int64        `json:"released_cents,omitempty"`
	Spent       *int64        `json:"spent_cents,omitempty"`
	AsOf        calendar.Date `json:"as_of"` // of the update that says it
}

// Gap is what the budget holds and was not released; ok is false where one of
// the two is not told.
func (m MoneyStatus) Gap() (cents int64, ok bool) {
	if m.Budget == nil || m.Released == nil {
		return 0, false
	}
	return *m.Budget - *m.Released, true
}

// MoneySum adds up lines of one financial year and one currency: two
// currencies are never added. Budget is the sum of them all, Untold of those
// of which nobody told what was released, and Gap of what was budgeted and not
// released of the others.
type MoneySum struct {
	Key      string // of a node or an institution, or a funder
	Label    string
	Year     int
	Currency string
	Budget   int64
	Released int64
	Spent    int64
	Gap      int64
	Untold   int64
	Lines    int
	Budgeted int // lines that a budget foresees
	Told     int // lines that tell what was released
	Gaps     int // lines of which both are told
	SpentOf  int // lines that tell what was spent
}

func (s *MoneySum) add(m MoneyStatus) {
	s.Lines++
	if m.Budget != nil {
		s.Budget += *m.Budget
		s.Budgeted++
	}
	if m.Spent != nil {
		s.Spent += *m.Spent
		s.SpentOf++
	}
	gap, both := m.Gap()
	switch {
	case both:
		s.Gap += gap
		s.Gaps++
	case m.Budget != nil:
		s.Untold += *m.Budget
	}
	if m.Released != nil {
		s.Released += *m.Released
		s.Told++
	}
}

// The ways in which money is put together.
const (
	MoneyByNode        = "node"
	MoneyByInstitution = "institution"
	MoneyByFunder      = "funder"
	MoneyByCommitment  = "commitment"
)

// MoneyGroups lists them; the first is the usual one.
var MoneyGroups = []string{MoneyByNode, MoneyByInstitution, MoneyByFunder, MoneyByCommitment}

// SumMoney adds up lines by node of the first level, institution, funder or
// commitment, by year and currency, in the order of the lines.
func SumMoney(lines []MoneyStatus, by string) (list []MoneySum) {
	at := map[MoneySum]int{}
	for _, m := range lines {
		sum := MoneySum{Year: m.Year, Currency: m.Currency}
		switch by {
		case MoneyByInstitution:
			sum.Key, sum.Label = m.Lead, m.Lead
		case MoneyByFunder:
			sum.Key, sum.Label = m.Funder, m.Funder
		case MoneyByCommitment:
			sum.Key, sum.Label = m.Ref, m.Title
		case MoneyByNode:
			sum.Key, sum.Label = m.Strand, m.Strand
		}
		n, there := at[sum]
		if !there {
			n = len(list)
			at[sum] = n
			list = append(list, sum)
		}
		list[n].add(m)
	}
	if by == MoneyByInstitution || by == MoneyByFunder {
		slices.SortStableFunc(list, func(a, b MoneySum) int { return strings.Compare(a.Key, b.Key) })
	}
	if by == MoneyByNode { // what hangs on no node comes last
		slices.SortStableFunc(list, func(a, b MoneySum) int { return boolOrder(a.Key == "") - boolOrder(b.Key == "") })
	}
	slices.SortStableFunc(list, func(a, b MoneySum) int { return cmp.Or(b.Year-a.Year, strings.Compare(a.Currency, b.Currency)) })
	return list
}

func boolOrder(is bool) int {
	if is {
		return 1
	}
	return 0
}

// TotalMoney adds up all lines, by year and currency.
func TotalMoney(lines []MoneyStatus) []MoneySum { return SumMoney(lines, "") }

// money puts the budgets of the ledger's lines beside what was said of their
// money, in the order of the plan, then of years, currencies and funders.
// Budgets holds them by commitment.
func (l *Ledger) money(tx *gorm.DB, budgets map[int64][]plan.BudgetLine, only ...int64) ([]MoneyStatus, error) {
	told, err := progress.MoneyAt(tx, l.D, l.now(), only...)
	if err != nil {
		return nil, err
	}
	said := map[int64][]progress.MoneyTold{}
	for _, m := range told {
		said[m.CommitmentID] = append(said[m.CommitmentID], m)
	}
	var list []MoneyStatus
	for _, line := range l.Lines {
		if budgets[line.ID] == nil && said[line.ID] == nil {
			continue
		}
		list = append(list, l.moneyOf(line, budgets[line.ID], said[line.ID])...)
	}
	return list, nil
}

// moneyOf is the money of one commitment: each line of its budget with what is
// said of it, and what is said of money that no budget foresees. Of a line of
// which several institutions tell, each has its own, and the first the budget.
func (l *Ledger) moneyOf(line *Line, budget []plan.BudgetLine, told []progress.MoneyTold) (list []MoneyStatus) {
	node := l.Nodes[line.NodeID]
	lead := l.Institutions[line.LeadID].Code
	base := MoneyStatus{Ref: line.Ref, Title: line.Title, Node: node.Number, Strand: l.Nodes[node.TopID].Label, Lead: lead, Institution: lead}
	used := make([]bool, len(told))
	same := func(b plan.BudgetLine, m progress.MoneyTold) bool {
		return b.Year == m.Year && b.Currency == m.Currency && strings.EqualFold(b.Funder, m.Funder)
	}
	say := func(row MoneyStatus, m progress.MoneyTold) MoneyStatus {
		row.Institution, row.Released, row.Spent, row.AsOf = l.Institutions[m.InstitutionID].Code, m.ReleasedCents, m.SpentCents, m.AsOf
		return row
	}
	for _, b := range budget {
		row := base
		row.Year, row.Funder, row.Currency, row.Budget = b.Year, b.Funder, b.Currency, &b.AmountCents
		first := true
		for n, m := range told {
			if used[n] || !same(b, m) {
				continue
			}
			if used[n] = true; !first {
				row.Budget = nil
			}
			first = false
			list = append(list, say(row, m))
		}
		if first {
			list = append(list, row)
		}
	}
	for n, m := range told {
		if !used[n] {
			row := base
			row.Year, row.Funder, row.Currency = m.Year, m.Funder, m.Currency
			list = append(list, say(row, m))
		}
	}
	slices.SortStableFunc(list, func(a, b MoneyStatus) int {
		return cmp.Or(a.Year-b.Year, strings.Compare(a.Currency, b.Currency), strings.Compare(a.Funder, b.Funder))
	})
	return list
}

// MoneyQuery asks for the money of the plan. Year is the one in which the
// financial year begins, 0 for all.
type MoneyQuery struct {
	Query
	Year                      int
	Institution, Node, Funder string
	By                        string // one of MoneyGroups; anything else is the first
}

// MoneyView is the money of the plan as its page tells it.
type MoneyView struct {
	D            calendar.Date
	Lines        []MoneyStatus
	Sums, Totals []MoneySum // by what was asked, and of all lines
	Years        []int      // there are, the newest first
	Institutions []Option
	Nodes        []Option
	Funders      []string
	By           string
}

// Money tells budget, released and spent for those in government.
func (s *Store) Money(ctx context.Context, q MoneyQuery) (v MoneyView, err error) {
	err = s.wholePlan(ctx, q.Query, func(tx *gorm.DB) error {
		l, err := s.kept.load(tx, q.Query)
		if err != nil {
			return err
		}
		budgets, err := plan.BudgetsInForce(tx, l.D, l.now())
		if err != nil {
			return err
		}
		all, err := l.money(tx, budgets)
		v = moneyView(l, all, q)
		return err
	})
	return v, err
}

// readMoney tells the sums of the commitments that an institution leads, and of
// what it said itself of others, in every year.
func (p *InstitutionPage) readMoney(tx *gorm.DB) error {
	ids, err := progress.MoneyToldBy(tx, p.ID)
	for _, line := range p.Leads {
		ids = append(ids, line.ID)
	}
	if ids = distinct(ids); err != nil || len(ids) == 0 {
		return err
	}
	budgets, err := plan.BudgetsInForce(tx, p.D, p.now(), ids...)
	if err != nil {
		return err
	}
	all, err := p.money(tx, budgets, ids...)
	p.Money = moneyView(p.Ledger, all, MoneyQuery{Query: p.Query, Institution: p.Code}).Totals
	return err
}

func moneyView(l *Ledger, all []MoneyStatus, q MoneyQuery) MoneyView {
	v := MoneyView{D: l.D, By: q.By}
	if !slices.Contains(MoneyGroups, v.By) {
		v.By = MoneyGroups[0]
	}
	leads, strands := map[string]int{}, map[string]int{}
	for _, m := range all {
		if !slices.Contains(v.Years, m.Year) {
			v.Years = append(v.Years, m.Year)
		}
		if !slices.Contains(v.Funders, m.Funder) {
			v.Funders = append(v.Funders, m.Funder)
		}
		leads[m.Lead]++
		strands[m.Strand]++
		if (q.Year == 0 || m.Year == q.Year) && (q.Institution == "" || m.Lead == q.Institution || m.Institution == q.Institution) &&
			(q.Node == "" || m.Strand == q.Node) && (q.Funder == "" || m.Funder == q.Funder) {
			v.Lines = append(v.Lines, m)
		}
	}
	slices.Sort(v.Years)
	slices.Reverse(v.Years)
	slices.Sort(v.Funders)
	for code, n := range leads {
		v.Institutions = append(v.Institutions, Option{Value: code, Label: code, Count: n})
	}
	slices.SortFunc(v.Institutions, func(a, b Option) int { return strings.Compare(a.Value, b.Value) })
	for label, n := range strands {
		v.Nodes = append(v.Nodes, Option{Value: label, Label: label, Count: n})
	}
	slices.SortFunc(v.Nodes, func(a, b Option) int { return strings.Compare(a.Value, b.Value) })
	v.Sums = SumMoney(v.Lines, v.By)
	v.Totals = TotalMoney(v.Lines)
	return v
}

// spend tells of the money, in a report that stays in government.
func (t *telling) spend() (err error) {
	if !t.Has(SectionMoney) {
		return nil
	}
	if t.preview.cuts() {
		return t.anyMoney()
	}
	budgets := make(map[int64][]plan.BudgetLine, len(t.revisions))
	for id, r := range t.revisions {
		budgets[id] = r.Budget
	}
	t.Money, err = t.chosen.money(t.tx, budgets, t.only...)
	return err
}
