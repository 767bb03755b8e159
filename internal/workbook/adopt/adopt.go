// Package adopt takes a ministry's own plan matrix into the plan: its tree as
// nodes of a framework, its activities as commitments, its institutions matched
// or made after asking. What package matrix read is proposed; a person decides.
package adopt

import (
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/plan"
	"tracker/internal/workbook"
	"tracker/internal/workbook/matrix"
)

// taking is one matrix on its way into the plan.
type taking struct {
	tx     *gorm.DB
	in     workbook.In
	out    workbook.Outcome
	read   matrix.Plan
	target target
	names  *names
	tree   *tree
	coming plan.Coming // what a dry run would make
	made   int64       // how many of them
	puts   []put
	doubts map[string]string // what could not be read for certain, by cell
	signs  map[string]string // currencies by the questions what a sign means
}

// Take reads a matrix and tells what becomes of it; it is a workbook.Take.
func Take(tx *gorm.DB, in workbook.In) (workbook.Outcome, error) {
	t := &taking{tx: tx, in: in, signs: map[string]string{}, coming: plan.Coming{Nodes: map[int64]string{}, Institutions: map[int64]plan.ComingInstitution{}}}
	for _, step := range []func() error{t.matrix, t.where, t.institutions, t.nodes, t.commitments, t.weigh} {
		if err := step(); err != nil {
			return t.out, err
		}
	}
	t.ignored()
	if !in.Keep || t.out.Blocked() {
		return t.out, nil
	}
	if err := t.keep(); err != nil {
		return t.out, err
	}
	return t.out, t.remember()
}

// told gives what is known of the columns: answers, then remembered words.
func (t *taking) told() (told matrix.Told, err error) {
	told = matrix.Told{Columns: map[string]matrix.Field{}, Words: map[string]matrix.Field{}, Times: map[string]int64{}}
	words, err := workbook.Words(t.tx, t.in.Country, workbook.ColumnWords)
	for word, field := range words {
		told.Words[word] = matrix.Field(field)
	}
	for id, answer := range t.in.Answers {
		if column, is := strings.CutPrefix(id, "column."); is {
			if field := matrix.Field(strings.TrimPrefix(answer, none)); field == matrix.Unknown || slices.Contains(matrix.Fields, field) {
				told.Columns[column] = field
			}
		}
		if column, is := strings.CutPrefix(id, "times."); is {
			told.Times[column], _ = strconv.ParseInt(answer, 10, 64) // anything else tells nothing
		}
	}
	return told, err
}

// none is the answer that a column holds nothing of the plan: an answer is
// never empty.
const none = "none"

// matrix reads the sheets, tells their problems and asks of their columns.
func (t *taking) matrix() error {
	told, err := t.told()
	if err != nil {
		return err
	}
	if t.read, err = matrix.Read(t.in.File.Book, told); err != nil {
		return err
	}
	t.doubts = map[string]string{}
	for _, p := range t.read.Problems {
		t.doubts[p.Address()] = p.Text
		t.out.Problems = append(t.out.Problems, workbook.Problem{Sheet: p.Sheet, Cell: p.Cell, Key: p.Key, Args: p.Args, Text: p.Text})
	}
	for _, s := range t.read.Skipped {
		t.out.Problems = append(t.out.Problems, workbook.Problem{Sheet: s.Sheet, Key: s.Key})
	}
	options := []workbook.Option{{Value: none, Key: "column.none"}}
	for _, f := range matrix.Fields {
		options = append(options, workbook.Option{Value: string(f), Key: "column." + string(f)})
	}
	for _, table := range t.read.Tables {
		for _, c := range table.Columns {
			address := workbook.Address(table.Sheet, c.Letters)
			q := workbook.Question{ID: "column." + address, Group: "columns", About: c.Heading, Cell: address, Options: options, Answer: string(c.Field)}
			if c.Field == matrix.Unknown {
				q.Answer = none
			}
			t.ask(q)
			if c.Unsure && c.Field == matrix.Budget {
				t.askTimes(c, address)
			}
		}
	}
	return nil
}

// ask adds a question, once.
func (t *taking) ask(q workbook.Question) {
	if !slices.ContainsFunc(t.out.Questions, func(have workbook.Question) bool { return have.ID == q.ID }) {
		t.out.Questions = append(t.out.Questions, q)
	}
}

// askTimes asks what the letter in a heading such as "Cost (M)" says: a
// currency, or that the amounts are thousands or millions.
func (t *taking) askTimes(c matrix.Column, address string) {
	q := workbook.Question{ID: "times." + address, Group: "money", About: c.Heading, Cell: address,
		Options: []workbook.Option{{Value: "1", Key: "times.1"}, {Value: "1000", Key: "times.1000"}, {Value: "1000000", Key: "times.1000000"}}}
	answer, given := t.answer(q.ID, "1")
	q.Answer, q.Open = answer, !given
	t.ask(q)
}

// answer is what was answered to a question, else what is proposed.
func (t *taking) answer(id, proposed string) (answer string, given bool) {
	if answer = t.in.Answers[id]; answer != "" {
		return answer, true
	}
	return proposed, false
}

// chosen is what was answered out of a question's options, else what is
// proposed: an answer that is none of them decides nothing.
func (t *taking) chosen(q workbook.Question, proposed string) (answer string, given bool) {
	answer, given = t.answer(q.ID, proposed)
	if !slices.ContainsFunc(q.Options, func(o workbook.Option) bool { return o.Value == answer }) {
		return proposed, false
	}
	return answer, given
}

// fake is the id of something that a dry run would make: none of the database.
func (t *taking) fake() int64 {
	t.made++
	return -t.made
}

// problem tells of a cell what stops the file.
func (t *taking) problem(sheet, cell, text, key string, args ...any) {
	t.out.Problems = append(t.out.Problems, workbook.Problem{Sheet: sheet, Cell: cell, Key: key, Args: args, Text: text, Blocks: true})
}

// notice tells of a cell what a person should know, and goes on.
func (t *taking) notice(sheet, cell, text, key string, args ...any) {
	t.out.Problems = append(t.out.Problems, workbook.Problem{Sheet: sheet, Cell: cell, Key: key, Args: args, Text: text})
}

// ignored tells what is none of the plan: rows, and what stands beside a place
// of the tree, which holds a title and no more.
func (t *taking) ignored() {
	for _, table := range t.read.Tables {
		for _, place := range table.Entries {
			for _, m := range place.Indicators {
				t.notice(table.Sheet, m.Cell, m.Text, "adopt.notice.indicator")
			}
			for _, said := range slices.Concat(place.Lead, place.Supporting, place.Means, place.Assumptions, place.Remarks) {
				t.notice(table.Sheet, said.Cell, said.Text, "adopt.notice.beside")
			}
		}
		for _, i := range table.Ignored {
			t.out.Rows = append(t.out.Rows, workbook.Row{Sheet: table.Sheet, Number: i.Row, Kind: i.What, Title: i.Text, Fate: workbook.Passed})
		}
	}
}

// remember keeps what the person told of columns and names, where they asked for it.
func (t *taking) remember() error {
	if t.in.Answers["remember"] != "yes" {
		return nil
	}
	columns := map[string]string{}
	for _, table := range t.read.Tables {
		for _, c := range table.Columns {
			answer, given := t.in.Answers["column."+workbook.Address(table.Sheet, c.Letters)]
			if given && c.Why == matrix.ByPerson && c.Heading != "" {
				columns[matrix.FoldHeading(c.Heading)] = strings.TrimPrefix(answer, none)
			}
		}
	}
	if err := workbook.Remember(t.tx, t.in, workbook.ColumnWords, columns); err != nil {
		return err
	}
	return workbook.Remember(t.tx, t.in, workbook.InstitutionWords, t.names.learnt)
}

// rowOf is the number of the row that a cell stands in, 0 where it is none.
func rowOf(cell string) int {
	n, err := strconv.Atoi(strings.TrimLeft(cell, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	if err != nil {
		return 0
	}
	return n
}
