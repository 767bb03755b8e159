package adopt

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tracker/internal/accounts"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/workbook"
	"tracker/internal/workbook/matrix"
)

// names knows which institution a name in the sheet means: one that is there
// (its id), one to be made (below 0), or none (0).
type names struct {
	there   []accounts.Institution
	byWord  map[string]int64 // codes, names, short names and remembered words, folded
	meant   map[string]int64 // names of the sheet, folded, as far as they are known
	made    map[int64]accounts.InstitutionChange
	coded   map[string]int64                // those by their codes
	learnt  map[string]string               // what was answered of a name, for the next sheet
	partner map[int64]string                // codes of those that neither lead nor support
	past    map[string]accounts.Institution // those that are not in force, by the same words
	codes   map[string]bool                 // of all institutions there are, past ones too
	offered map[string]bool                 // codes that were answered or proposed for new ones
}

// The answers about a name besides the code of an institution.
const (
	leaveOut    = "leave"
	madeOutside = "new_outside" // an organisation outside government
)

// institutions matches every name of the sheet, and asks of those that nothing tells.
func (t *taking) institutions() error {
	n := &names{byWord: map[string]int64{}, meant: map[string]int64{}, made: map[int64]accounts.InstitutionChange{}, learnt: map[string]string{}, partner: map[int64]string{},
		coded: map[string]int64{}, codes: map[string]bool{}, past: map[string]accounts.Institution{}, offered: map[string]bool{}}
	t.names = n
	all, err := accounts.Institutions(t.tx)
	if err != nil {
		return err
	}
	var list []accounts.Institution
	for _, i := range all {
		if n.codes[i.Code] = true; i.InForce(t.in.Clock.Today()) {
			list = append(list, i)
			continue
		}
		for _, word := range []string{i.Code, i.Name, i.ShortName} {
			n.past[plain(word)] = i
		}
	}
	for id, code := range t.in.Answers {
		if strings.HasPrefix(id, "institution.") && strings.HasSuffix(id, ".code") {
			n.offered[strings.ToUpper(strings.TrimSpace(code))] = true
		}
	}
	words, err := workbook.Words(t.tx, t.in.Country, workbook.InstitutionWords)
	if err != nil {
		return err
	}
	n.there = list
	ids := map[string]int64{}
	for _, i := range list {
		ids[i.Code] = i.ID
		if i.Kind == accounts.PartnerOutside {
			n.partner[i.ID] = i.Code
		}
		for _, word := range []string{i.Code, i.Name, i.ShortName} {
			n.byWord[plain(word)] = i.ID
		}
	}
	for word, code := range words {
		if ids[code] != 0 {
			n.byWord[word] = ids[code]
		}
	}
	for _, table := range t.read.Tables {
		for _, row := range table.Rows {
			for _, said := range slices.Concat(row.Lead, row.Supporting) {
				t.name(said, table.Sheet)
			}
		}
	}
	t.nobody()
	return nil
}

// name finds what a name means, or asks.
func (t *taking) name(said matrix.Said, sheet string) {
	n, word := t.names, plain(said.Text)
	if _, known := n.meant[word]; known {
		return
	}
	for _, one := range forms(said.Text) {
		if id := n.byWord[one]; id != 0 {
			n.meant[word] = id
			return
		}
	}
	for _, one := range forms(said.Text) {
		if i, there := n.past[one]; there && !i.ValidTo.IsZero() {
			t.notice(sheet, said.Cell, said.Text, "plan.error.institution_ended", "institution", i.Code, "date", i.ValidTo)
			break
		}
	}
	q := workbook.Question{ID: "institution." + word, Group: "institutions", About: said.Text, Cell: workbook.Address(sheet, said.Cell)}
	for _, i := range n.there {
		if i.Kind != accounts.PartnerOutside {
			q.Options = append(q.Options, workbook.Option{Value: i.Code, Label: i.Code + ", " + i.Name})
		}
	}
	q.Options = append(q.Options, workbook.Option{Value: made, Key: "institution.new"}, workbook.Option{Value: madeOutside, Key: "institution.new_outside"}, workbook.Option{Value: leaveOut, Key: "institution.leave"})
	answer, given := t.chosen(q, cmpOr(n.nearest(said.Text), made))
	q.Answer, q.Open = answer, !given
	n.meant[word] = 0
	switch i := slices.IndexFunc(n.there, func(i accounts.Institution) bool { return i.Code == answer }); {
	case i >= 0:
		n.meant[word], n.learnt[word] = n.there[i].ID, answer
	case answer == made || answer == madeOutside:
		t.newInstitution(&q, word, said.Text, given)
	}
	for _, id := range []string{".code", ".name"} {
		if !slices.ContainsFunc(q.Fields, func(f workbook.Field) bool { return f.ID == q.ID+id }) {
			value := cmpOr(t.in.Answers[q.ID+id], said.Text)
			if id == ".code" {
				value = n.code(t.in.Answers[q.ID+id], said.Text)
			}
			q.Fields = append(q.Fields, workbook.Field{ID: q.ID + id, Key: "institution" + id, With: made, Value: value})
		}
	}
	t.out.Questions = append(t.out.Questions, q)
}

// newInstitution reads what is said of an institution to be made. Two names
// with one code mean the same one.
func (t *taking) newInstitution(q *workbook.Question, word, text string, given bool) {
	n, a := t.names, t.in.Answers
	c := accounts.InstitutionChange{Code: n.code(a[q.ID+".code"], text), Name: strings.TrimSpace(cmpOr(a[q.ID+".name"], text)), Kind: accounts.Government}
	if q.Answer == madeOutside {
		c.Kind = accounts.NonGovernment
	}
	c.ShortName = cut(c.Name, 60)
	fields := []workbook.Field{{ID: q.ID + ".code", Key: "institution.code", With: made, Value: c.Code}, {ID: q.ID + ".name", Key: "institution.name", With: made, Value: c.Name}}
	wrong := map[string]problem.Message{}
	var p *problem.Error
	if err := c.Check(); errors.As(err, &p) {
		wrong = p.Fields
	}
	if n.codes[c.Code] {
		wrong["code"] = problem.Message{Key: "institution.code.taken", Args: []any{"code", c.Code}}
	}
	for i, id := range []string{"code", "name"} {
		if w, is := wrong[id]; is && given {
			fields[i].Wrong = &w
		}
	}
	q.Fields, q.Open = fields, q.Open || len(wrong) > 0
	if n.meant[word] = n.coded[c.Code]; n.meant[word] == 0 {
		id := t.fake()
		n.meant[word], n.made[id], n.coded[c.Code] = id, c, id
		t.coming.Institutions[id] = plan.ComingInstitution{Code: c.Code, Kind: c.Kind}
	}
	n.learnt[word] = c.Code
}

// nobody asks who leads what no cell gives a lead.
func (t *taking) nobody() {
	without := ""
	for _, table := range t.read.Tables {
		for _, row := range table.Rows {
			if without == "" && t.leads(row) == 0 {
				without = workbook.Address(table.Sheet, row.Cell)
			}
		}
	}
	if without == "" {
		return
	}
	q := workbook.Question{ID: "lead.none", Group: "institutions", Cell: without}
	for _, i := range t.names.there {
		if i.Kind != accounts.PartnerOutside {
			q.Options = append(q.Options, workbook.Option{Value: i.Code, Label: i.Code + ", " + i.Name})
		}
	}
	if len(q.Options) == 0 {
		return
	}
	answer, given := t.chosen(q, q.Options[0].Value)
	q.Answer, q.Open = answer, !given
	t.out.Questions = append(t.out.Questions, q)
}

// leads is the institution that a row's cells say leads, 0 for none: a partner
// leads nothing here.
func (t *taking) leads(row matrix.Row) int64 {
	for _, said := range row.Lead {
		if id := t.names.meant[plain(said.Text)]; id != 0 && t.names.partner[id] == "" {
			return id
		}
	}
	return 0
}

// otherwise is the institution that leads where no cell says one.
func (t *taking) otherwise() int64 {
	for _, i := range t.names.there {
		if i.Code == t.in.Answers["lead.none"] {
			return i.ID
		}
	}
	return 0
}

var (
	brackets  = regexp.MustCompile(`^(.*?)\s*[(\[]([^()\[\]]+)[)\]]\s*$`)
	shortened = regexp.MustCompile(`\b(min|dept|dep|dir|off|nat|natl|govt|gov)\b\.?`)
	longer    = map[string]string{"min": "ministry", "dept": "department", "dep": "department", "dir": "directorate", "off": "office", "nat": "national", "natl": "national", "govt": "government", "gov": "government"}
	little    = map[string]bool{"of": true, "the": true, "and": true, "for": true, "to": true, "in": true, "on": true, "de": true, "du": true, "des": true, "la": true, "le": true, "les": true, "et": true, "da": true, "do": true, "das": true, "dos": true, "e": true, "a": true}
)

// plain writes a name so that accents, case and signs make no difference.
func plain(text string) string {
	return strings.Join(strings.FieldsFunc(plan.Fold(strings.ReplaceAll(text, "&", " and ")), func(r rune) bool {
		return strings.ContainsRune(" .,;:'’`\"/-–_()[]", r)
	}), " ")
}

// forms are the ways to read a name, the surest first: as it stands, with its
// shortened words written out, before its brackets, and what is in them.
func forms(text string) []string {
	list := []string{plain(text), plain(lengthen(text))}
	if m := brackets.FindStringSubmatch(text); m != nil {
		list = append(list, plain(m[1]), plain(lengthen(m[1])), plain(m[2]))
	}
	for _, one := range list {
		list = append(list, strings.TrimPrefix(one, "the "))
	}
	return list
}

func lengthen(text string) string {
	return shortened.ReplaceAllStringFunc(plan.Fold(text), func(w string) string { return longer[strings.TrimSuffix(w, ".")] })
}

// code is the code that was answered for a new institution, in capital letters;
// else one from its name that nothing has, so that two names do not become one
// institution unless a person says so.
func (n *names) code(answered, name string) string {
	if answered = strings.ToUpper(strings.TrimSpace(answered)); answered != "" {
		return answered
	}
	first := initials(name)
	code := first
	for i := 2; n.codes[code] || n.offered[code]; i++ {
		code = first + strconv.Itoa(i)
	}
	n.offered[code] = true
	return code
}

// mostInitials bounds a code that is proposed: there is room for a number behind.
const mostInitials = 9

// initials are the first letters of the greater words of a name, as far as a
// code can hold them, or the beginning of its only word.
func initials(text string) string {
	if m := brackets.FindStringSubmatch(text); m != nil && len(strings.Fields(m[2])) == 1 {
		text = m[2]
	}
	words := strings.Fields(noCode.ReplaceAllString(strings.ToUpper(plain(text)), " "))
	code := ""
	for _, w := range words {
		switch {
		case len(words) == 1:
			code = w
		case !little[strings.ToLower(w)]:
			code += w[:1]
		}
	}
	code = strings.TrimLeft(code, "0123456789")
	if code = code[:min(len(code), mostInitials)]; len(code) < 2 {
		return "NEW"
	}
	return code
}

var noCode = regexp.MustCompile(`[^A-Z0-9 ]+`)

// nearest is the code of the institution that shares most words with a name:
// at least half of those of both. It is proposed, never taken by itself.
func (n *names) nearest(text string) (code string) {
	words := greater(lengthen(text))
	best := 0.49
	for _, i := range n.there {
		if i.Kind == accounts.PartnerOutside {
			continue
		}
		for _, name := range []string{i.Name, i.ShortName} {
			other := greater(name)
			all := maps.Clone(other)
			both := 0
			for w := range words {
				if other[w] {
					both++
				}
				all[w] = true
			}
			if share := float64(both) / float64(max(1, len(all))); share > best {
				best, code = share, i.Code
			}
		}
	}
	return code
}

// greater are the words of a name that tell it from others.
func greater(text string) map[string]bool {
	words := map[string]bool{}
	for _, w := range strings.Fields(plain(text)) {
		if !little[w] {
			words[w] = true
		}
	}
	return words
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// cut shortens a text to so many letters, at a space where there is one.
func cut(text string, most int) string {
	letters := []rune(text)
	if len(letters) <= most {
		return text
	}
	short := string(letters[:most-1])
	if at := strings.LastIndexByte(short, ' '); at > len(short)/2 {
		short = short[:at]
	}
	return strings.TrimRight(short, " ,;:.") + "…"
}
