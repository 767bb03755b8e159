package reports

import (
	"cmp"
	"slices"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// Filter chooses commitments from a ledger. The zero filter chooses all. It
// is what an address of the list holds.
type Filter struct {
	Words       string            // in reference, title or text, accents and case aside
	Statuses    []progress.Status // any of these
	Flags       []Flag            // all of these
	Institution string            // code; leads or supports
	LeadOnly    bool              // with Institution: leads
	SupportOnly bool              // with Institution: supports what another leads
	Node        string            // key of a node; it or below it
	Answers     string            // "TIP 2021" or "TIP 2021/2": answers it; else see AnswersNothing and those after it
	Theme       string            // of what it answers, within Answers where that is a reference; "none": without a theme
	Origin      string
	Report      ReportState // how it stands to the deadline that passed last
	Sort        string      // plan (default), due, last, status, lead; with "-" before it: the other way round
}

// What Filter.Answers holds beside references. The last two stand before the
// reference of an edition.
const (
	AnswersNothing = "none"
	AnswersSeveral = "several" // recommendations of more than one mechanism
	AnswersNoneOf  = "not "    // nothing of that edition
	AnswersOther   = "other "  // something, but nothing of that edition
)

// WithoutTheme is what filters by theme hold for recommendations that have none.
const WithoutTheme = "none"

// Sorts lists the orders of the list of commitments.
var Sorts = []string{"plan", "due", "last", "status", "lead"}

// Option is a choice of a filter with the number of commitments behind it,
// counted within the other filters in force.
type Option struct {
	Value string
	Label string
	Count int
	On    bool
}

// Selection is what a filter chose, with the options beside it.
type Selection struct {
	Filter       Filter  // as applied: without what names nothing
	Lines        []*Line // all that were chosen, in order
	Statuses     []Option
	Flags        []Option
	Institutions []Option
	Editions     []Option
}

// maxWords is how many words a search looks for; nobody types more.
const maxWords = 64

// Search finds the commitments whose reference, title or text holds all the
// words; no words choose all and need no query. What no text can hold is left
// out of the words: PostgreSQL refuses it.
func Search(tx *gorm.DB, words string) (map[int64]bool, error) {
	fields := strings.Fields(plan.Fold(strings.ReplaceAll(strings.ToValidUTF8(words, ""), "\x00", "")))
	if len(fields) == 0 {
		return nil, nil
	}
	query := tx.Table("commitments").Select("id")
	escape := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
	for _, f := range fields[:min(len(fields), maxWords)] {
		query = query.Where(`search LIKE ? ESCAPE '\'`, "%"+escape.Replace(f)+"%")
	}
	var ids []int64
	if err := query.Scan(&ids).Error; err != nil {
		return nil, err
	}
	found := make(map[int64]bool, len(ids))
	for _, id := range ids {
		found[id] = true
	}
	return found, nil
}

// part is one of the independent parts of a filter; options of a part are
// counted with all the other parts in force.
type part int

const (
	partStatus part = iota
	partFlag
	partInstitution
	partAnswers
	partRest
	parts
)

// Select applies a filter. found is what Search found for the filter's words.
func (l *Ledger) Select(f Filter, found map[int64]bool) Selection {
	f = l.tidy(f)
	s := Selection{Filter: f}
	statuses, flags, institutions, editions := map[progress.Status]int{}, map[Flag]int{}, map[int64]int{}, map[string]int{}
	var chosen []*Line
	for i := range l.Lines {
		line := l.Lines[i]
		failed, misses := part(-1), 0
		for p := range parts {
			if !l.passes(line, f, found, p) {
				failed, misses = p, misses+1
			}
		}
		if misses == 0 {
			chosen = append(chosen, line)
		}
		if misses > 1 {
			continue
		}
		if misses == 0 || failed == partStatus {
			statuses[line.Status]++
		}
		if misses == 0 || failed == partInstitution {
			institutions[line.LeadID]++
			for _, id := range line.Supporting {
				institutions[id]++
			}
		}
		if misses == 0 || failed == partAnswers {
			for _, e := range l.editionsOf(line, f.Theme) {
				editions[e]++
			}
		}
		if misses == 0 {
			for _, flag := range Flags {
				if line.Has(flag) {
					flags[flag]++
				}
			}
		}
	}
	l.sort(chosen, f.Sort)
	s.Lines = chosen
	for _, st := range progress.Statuses {
		s.Statuses = append(s.Statuses, Option{Value: string(st), Count: statuses[st], On: slices.Contains(f.Statuses, st)})
	}
	for _, fl := range Flags {
		s.Flags = append(s.Flags, Option{Value: string(fl), Count: flags[fl], On: slices.Contains(f.Flags, fl)})
	}
	s.Institutions = l.institutionOptions(institutions, f)
	s.Editions = l.editionOptions(editions, f)
	return s
}

// tidy drops from a filter what names no institution, node or item.
func (l *Ledger) tidy(f Filter) Filter {
	institution, node, asked := f.Institution == "", f.Node == "" || f.Node == "none", slices.Contains([]string{"", AnswersNothing, AnswersSeveral}, f.Answers)
	edition, outside := beside(f.Answers)
	for _, i := range l.Institutions {
		institution = institution || i.Code == f.Institution
	}
	for _, n := range l.Nodes {
		node = node || n.Key == f.Node
	}
	for _, refs := range l.itemRefs {
		asked = asked || refs.has(f.Answers) || outside && refs.edition == edition
	}
	if !institution {
		f.Institution = ""
	}
	if f.Institution == "" || f.LeadOnly && f.SupportOnly { // both parts are any part
		f.LeadOnly, f.SupportOnly = false, false
	}
	if f.Theme != WithoutTheme && !slices.Contains(recommendations.Themes, f.Theme) {
		f.Theme = ""
	}
	if !node {
		f.Node = ""
	}
	if !asked {
		f.Answers = ""
	}
	return f
}

func (l *Ledger) passes(line *Line, f Filter, found map[int64]bool, p part) bool {
	switch p {
	case partStatus:
		return len(f.Statuses) == 0 || slices.Contains(f.Statuses, line.Status)
	case partFlag:
		return !slices.ContainsFunc(f.Flags, func(fl Flag) bool { return !line.Has(fl) })
	case partInstitution:
		if f.Institution == "" {
			return true
		}
		if l.Institutions[line.LeadID].Code == f.Institution {
			return !f.SupportOnly
		}
		return !f.LeadOnly && slices.ContainsFunc(line.Supporting, func(id int64) bool { return l.Institutions[id].Code == f.Institution })
	case partAnswers:
		return l.answers(line, f.Answers, f.Theme)
	}
	return (found == nil || found[line.ID]) && (f.Origin == "" || line.Origin == f.Origin) &&
		(f.Node == "" || l.under(line.NodeID, f.Node)) && (f.Report == "" || line.Report == f.Report)
}

// beside takes the edition out of an Answers that asks for what does not answer
// it.
func beside(answers string) (edition string, ok bool) {
	if edition, ok = strings.CutPrefix(answers, AnswersNoneOf); ok {
		return edition, true
	}
	return strings.CutPrefix(answers, AnswersOther)
}

func (l *Ledger) answers(line *Line, ref, theme string) bool {
	if edition, ok := beside(ref); ok {
		something := theme == "" && strings.HasPrefix(ref, AnswersNoneOf) || l.answersAny(line, "", theme)
		return something && !l.answersAny(line, edition, "")
	}
	switch ref {
	case AnswersNothing:
		return line.Orphan() && theme == ""
	case AnswersSeveral:
		return l.mechanisms(line) > 1 && l.answersAny(line, "", theme)
	}
	return ref == "" && theme == "" || l.answersAny(line, ref, theme)
}

// answersAny says whether the commitment answers an item of a reference and a
// theme; either may be empty: any.
func (l *Ledger) answersAny(line *Line, ref, theme string) bool {
	return slices.ContainsFunc(line.Answers, func(id int64) bool {
		at, known := l.itemIndex[id]
		return known && (ref == "" || l.itemRefs[at].has(ref)) && ofTheme(l.Items[at].Theme, theme)
	})
}

// ofTheme says whether a recommendation's theme is the one that a filter asks for.
func ofTheme(theme, asked string) bool {
	return asked == "" || theme == asked || asked == WithoutTheme && theme == ""
}

// mechanisms counts those that the commitment answers.
func (l *Ledger) mechanisms(line *Line) int {
	var codes []string
	for _, id := range line.Answers {
		if at, known := l.itemIndex[id]; known && !slices.Contains(codes, l.Items[at].Mechanism) {
			codes = append(codes, l.Items[at].Mechanism)
		}
	}
	return len(codes)
}

// editionsOf lists the editions of which the commitment answers something of a
// theme.
func (l *Ledger) editionsOf(line *Line, theme string) []string {
	var refs []string
	for _, id := range line.Answers {
		if at, known := l.itemIndex[id]; known && ofTheme(l.Items[at].Theme, theme) && !slices.Contains(refs, l.itemRefs[at].edition) {
			refs = append(refs, l.itemRefs[at].edition)
		}
	}
	return refs
}

// under says whether a node is the one of that key or lies below it; the key
// "none" stands for hanging on no node.
func (l *Ledger) under(id int64, key string) bool {
	if key == "none" {
		return id == 0
	}
	for id != 0 {
		n := l.Nodes[id]
		if n.Key == key {
			return true
		}
		id = n.ParentID
	}
	return false
}

func (l *Ledger) institutionOptions(counts map[int64]int, f Filter) []Option {
	var list []Option
	for id, i := range l.Institutions {
		if counts[id] > 0 || i.Code == f.Institution {
			list = append(list, Option{Value: i.Code, Label: i.Short, Count: counts[id], On: i.Code == f.Institution})
		}
	}
	slices.SortFunc(list, func(a, b Option) int {
		return cmp.Or(strings.Compare(a.Label, b.Label), strings.Compare(a.Value, b.Value))
	})
	return list
}

func (l *Ledger) editionOptions(counts map[string]int, f Filter) []Option {
	var list []Option
	for _, refs := range l.itemRefs {
		ref := refs.edition
		if counts[ref] == 0 && ref != f.Answers || slices.ContainsFunc(list, func(o Option) bool { return o.Value == ref }) {
			continue
		}
		list = append(list, Option{Value: ref, Label: ref, Count: counts[ref], On: ref == f.Answers})
	}
	slices.Reverse(list)
	return list
}

func (l *Ledger) sort(lines []*Line, by string) {
	by, back := strings.CutPrefix(by, "-")
	less := map[string]func(a, b *Line) int{
		"due": func(a, b *Line) int { return noneLast(a.DueOn, b.DueOn) },
		"last": func(a, b *Line) int {
			return a.AsOf.Compare(b.AsOf)
		},
		"status": func(a, b *Line) int {
			return slices.Index(progress.Statuses, a.Status) - slices.Index(progress.Statuses, b.Status)
		},
		"lead": func(a, b *Line) int {
			return strings.Compare(l.Institutions[a.LeadID].Short, l.Institutions[b.LeadID].Short)
		},
	}[by]
	if less == nil {
		if back {
			slices.Reverse(lines)
		}
		return
	}
	slices.SortStableFunc(lines, func(a, b *Line) int {
		if back {
			return less(b, a)
		}
		return less(a, b)
	})
}

// noneLast orders days, no day after all others.
func noneLast(a, b calendar.Date) int {
	if a.IsZero() != b.IsZero() {
		return b.Compare(a)
	}
	return a.Compare(b)
}
