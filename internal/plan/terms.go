package plan

import (
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
)

// institution is what the plan's rules need to know of one.
type institution struct {
	ID                 int64
	Code               string
	Kind               accounts.Kind
	ValidFrom, ValidTo calendar.Date
}

// labels turn ids into what people read in differences.
type labels struct {
	institutions map[int64]institution
	nodes        map[int64]string // numbers
}

func loadLabels(tx *gorm.DB) (labels, error) {
	l := labels{institutions: map[int64]institution{}, nodes: map[int64]string{}}
	var list []institution
	if err := tx.Raw("SELECT id, code, kind, valid_from, valid_to FROM institutions").Scan(&list).Error; err != nil {
		return l, err
	}
	for _, i := range list {
		l.institutions[i.ID] = i
	}
	err := db.Each(tx.Raw("SELECT id, number FROM nodes"), func(rows *sql.Rows) error {
		var id int64
		var number string
		err := rows.Scan(&id, &number)
		l.nodes[id] = number
		return err
	})
	return l, err
}

// normal gives the terms in the one form in which they are stored and
// compared: lists sorted where order means nothing, and never nil.
func (t Terms) normal() Terms {
	t.Title, t.Text = strings.TrimSpace(t.Title), strings.TrimSpace(t.Text)
	t.MeansOfVerification, t.Assumptions = strings.TrimSpace(t.MeansOfVerification), strings.TrimSpace(t.Assumptions)
	t.Supporting = sorted(t.Supporting)
	t.Indicia = sorted(t.Indicia)
	t.SDG = sorted(t.SDG)
	t.Milestones = append([]Milestone{}, t.Milestones...)
	t.Budget = append([]BudgetLine{}, t.Budget...)
	themes := []string{}
	for _, theme := range t.Themes { // in the order of the four P; a wrong one is kept for the check
		if !slices.Contains(themes, theme) {
			themes = append(themes, theme)
		}
	}
	slices.SortStableFunc(themes, func(a, b string) int { return slices.Index(Themes, a) - slices.Index(Themes, b) })
	t.Themes = themes
	if t.Node() == 0 {
		t.NodeID = nil
	}
	return t
}

// sorted is a sorted copy of a list without repetitions, never nil.
func sorted[E int | int64 | string](list []E) []E {
	out := append([]E{}, list...)
	slices.Sort(out)
	return slices.Compact(out)
}

var (
	sdgPattern      = regexp.MustCompile(`^(1[0-7]|[1-9])(\.([1-9][0-9]?|[a-d])(\.[1-9])?)?$`)
	currencyPattern = regexp.MustCompile(`^[A-Z]{3}$`)
)

// checkOf is check for the terms of a commitment of an origin: one of the
// framework hangs on a node.
func (t Terms) checkOf(c *problem.Check, origin Origin, l labels, on calendar.Date) {
	c.Require(origin != FromFramework || t.NodeID != nil, "node", "plan.error.node_needed")
	t.check(c, l, on)
}

// check holds normalised terms against the rules that need no history. on is
// the day from which they are to hold.
func (t Terms) check(c *problem.Check, l labels, on calendar.Date) {
	checkText(c, "title", t.Title, 1, 200)
	checkText(c, "text", t.Text, 1, 4000)
	checkText(c, "means_of_verification", t.MeansOfVerification, 0, 1000)
	checkText(c, "assumptions", t.Assumptions, 0, 1000)
	if _, ok := l.nodes[t.Node()]; t.NodeID != nil && !ok {
		c.Add("node", "plan.error.node")
	}
	t.checkInstitutions(c, l, on)
	c.Require(t.StartsOn.IsZero() || t.DueOn.IsZero() || !t.DueOn.Before(t.StartsOn), "due_on", "plan.error.due_before_start")
	c.Require(slices.Contains(Audiences, t.Share), "share", "plan.error.share")
	for i, m := range t.Milestones {
		field := fmt.Sprintf("milestones.%d", i)
		checkText(c, field+".title", m.Title, 1, 200)
		c.Require(!m.DueOn.IsZero(), field+".due_on", "plan.error.milestone_day")
	}
	for i, b := range t.Budget {
		field := fmt.Sprintf("budget.%d", i)
		c.Require(b.Year >= 1990 && b.Year <= 2200, field+".year", "plan.error.budget_year")
		c.Require(b.AmountCents >= 0, field+".amount", "plan.error.budget_amount")
		c.Require(currencyPattern.MatchString(b.Currency), field+".currency", "plan.error.currency")
		checkText(c, field+".funder", b.Funder, 0, 200)
	}
	for _, theme := range t.Themes {
		c.Require(slices.Contains(Themes, theme), "themes", "plan.error.theme")
	}
	for _, n := range t.Indicia {
		c.Require(n >= 1 && n <= recommendations.Indicia, "indicia", "plan.error.indicium", "n", recommendations.Indicia)
	}
	for _, s := range t.SDG {
		c.Require(sdgPattern.MatchString(s), "sdg", "plan.error.sdg")
	}
}

// checkInstitutions holds everyone involved against checkActs; whoever leads
// does not support.
func (t Terms) checkInstitutions(c *problem.Check, l labels, on calendar.Date) {
	l.checkActs(c, "lead", t.LeadID, on)
	for _, id := range t.Supporting {
		l.checkActs(c, "supporting", id, on)
		c.Require(id != t.LeadID, "supporting", "plan.error.lead_supports")
	}
}

// checkActs: a partner neither leads nor supports (what it undertakes is
// outside all government counts), and an institution acts only in its days.
func (l labels) checkActs(c *problem.Check, field string, id int64, on calendar.Date) {
	i, ok := l.institutions[id]
	c.Require(ok, field, "plan.error.institution")
	if !ok {
		return
	}
	c.Require(i.Kind != accounts.PartnerOutside, field, "plan.error.partner", "institution", i.Code)
	c.Require(i.ValidFrom.IsZero() || !on.Before(i.ValidFrom), field, "plan.error.institution_not_yet", "institution", i.Code, "date", i.ValidFrom)
	c.Require(i.ValidTo.IsZero() || !on.After(i.ValidTo), field, "plan.error.institution_ended", "institution", i.Code, "date", i.ValidTo)
}

// Difference is one field of the terms before and after, as people read it:
// institutions by code, nodes by number, lists with "; " between.
type Difference struct {
	Field, Old, New string
}

// differences lists what differs, in the order of the form.
func differences(old, now Terms, l labels) []Difference {
	a, b := old.fields(l), now.fields(l)
	var out []Difference
	for i := range a {
		if a[i].New != b[i].New {
			out = append(out, Difference{Field: a[i].Field, Old: a[i].New, New: b[i].New})
		}
	}
	return out
}

// fields writes every field as text.
func (t Terms) fields(l labels) []Difference {
	code := func(id int64) string { return l.institutions[id].Code }
	supporting := texts(t.Supporting, code)
	slices.Sort(supporting)
	list := func(parts []string) string { return strings.Join(parts, "; ") }
	return []Difference{
		{Field: "title", New: t.Title},
		{Field: "text", New: t.Text},
		{Field: "node", New: l.nodes[t.Node()]},
		{Field: "lead", New: code(t.LeadID)},
		{Field: "supporting", New: list(supporting)},
		{Field: "starts_on", New: t.StartsOn.String()},
		{Field: "due_on", New: t.DueOn.String()},
		{Field: "milestones", New: list(texts(t.Milestones, func(m Milestone) string { return m.Title + " (" + m.DueOn.String() + ")" }))},
		{Field: "budget", New: list(texts(t.Budget, func(b BudgetLine) string {
			return fmt.Sprintf("%d: %d.%02d %s %s", b.Year, b.AmountCents/100, b.AmountCents%100, b.Currency, b.Funder)
		}))},
		{Field: "means_of_verification", New: t.MeansOfVerification},
		{Field: "assumptions", New: t.Assumptions},
		{Field: "share", New: string(t.Share)},
		{Field: "themes", New: list(t.Themes)},
		{Field: "indicia", New: list(texts(t.Indicia, func(n int) string { return itoa(int64(n)) }))},
		{Field: "sdg", New: list(t.SDG)},
	}
}

func texts[E any](list []E, text func(E) string) []string {
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = text(e)
	}
	return out
}

// free are the fields that hold what a person typed.
var free = []string{"title", "text", "milestones", "budget", "means_of_verification", "assumptions", "reason"}

// audited writes differences and a reason for the trail.
func audited(list []Difference, reason string) []audit.Change {
	out := make([]audit.Change, 0, len(list)+1)
	for _, d := range list {
		out = append(out, audit.Change{Field: d.Field, Old: d.Old, New: d.New, Free: slices.Contains(free, d.Field)})
	}
	return append(out, audit.Change{Field: "reason", New: reason, Free: true})
}

// checkText holds a text between two lengths in characters.
func checkText(c *problem.Check, field, text string, least, most int) {
	n := utf8.RuneCountInString(text)
	c.Require(n >= least && (least == 0 || strings.TrimSpace(text) != ""), field, "plan.error.empty."+field[strings.LastIndexByte(field, '.')+1:])
	c.Require(utf8.ValidString(text) && !strings.ContainsRune(text, 0), field, "problem.encoding")
	c.Require(n <= most, field, "problem.too_long", "max", most)
}
