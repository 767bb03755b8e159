// Package workbook takes in what people send as a sheet. Its sub-packages each
// know one kind: a ministry's own plan matrix, the workbook that a ministry
// filled in, a list. All of them tell what would become of the file in one
// form, an Outcome, before anything is kept, and keep all of it or nothing.
package workbook

import (
	"slices"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/problem"
	"tracker/internal/sheet"
)

// Fate says what becomes of a row.
type Fate string

// The fates of rows, in the order in which they are counted. A row that Asks
// waits for a person's answer; one that is Passed is no row of the kind: a
// total, a note, or left blank.
const (
	New     Fate = "new"
	Changed Fate = "changed"
	Same    Fate = "same"
	Passed  Fate = "passed"
	Asks    Fate = "asks"
	Wrong   Fate = "wrong"
)

// Fates lists them.
var Fates = []Fate{New, Changed, Same, Passed, Asks, Wrong}

// Row is a row of the file and what becomes of it. Kind is what it is of, as a
// message key below "workbook.kind."; Ref is its reference, existing or to be.
type Row struct {
	Sheet   string   `json:"sheet"`
	Number  int      `json:"row"`
	Kind    string   `json:"kind"`
	Ref     string   `json:"ref"`
	Title   string   `json:"title"`
	Fate    Fate     `json:"fate"`
	Changes []Change `json:"changes,omitempty"`
}

// Change is a field before and after, as people read it. Field is a message
// key below "workbook.field.".
type Change struct {
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// Problem is something to look at in a cell: a message key with its arguments
// and the text as it stands there. What Blocks has to be put right before the
// file is taken; anything else is told and no more. Without a cell it is of the
// whole sheet, without a sheet of the file.
type Problem struct {
	Sheet  string `json:"sheet"`
	Cell   string `json:"cell"`
	Key    string `json:"key"`
	Args   []any  `json:"args,omitempty"`
	Text   string `json:"text"`
	Blocks bool   `json:"blocks"`
}

// Address is the cell as people write it: "Sheet!F12", without a sheet in a CSV.
func (p Problem) Address() string { return Address(p.Sheet, p.Cell) }

// Address is a cell of a sheet as people write it.
func Address(name, cell string) string {
	if name == "" || cell == "" {
		return name + cell
	}
	return name + "!" + cell
}

// Question is what a person decides about a file: what a column holds, which
// institution a name means, which of two texts is to stand. Group is what it
// stands under, a message key below "workbook.group."; Said are the texts that
// it is about. Answer is what was answered, else what is proposed. Open says
// that nothing is taken before it is answered.
type Question struct {
	ID      string   `json:"id"`
	Group   string   `json:"group"`
	About   string   `json:"about"`
	Cell    string   `json:"cell"` // with its sheet
	Said    []Said   `json:"said,omitempty"`
	Options []Option `json:"options"`
	Fields  []Field  `json:"fields,omitempty"`
	Answer  string   `json:"answer"`
	Open    bool     `json:"open"`
}

// Said is a text that a question is about, under a message key below "workbook.said.".
type Said struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

// Option is a possible answer: a message by its key below "workbook.option.",
// or a Label as it stands.
type Option struct {
	Value string `json:"value"`
	Key   string `json:"key,omitempty"`
	Label string `json:"label,omitempty"`
}

// Field is a text that goes with an answer, such as the code of a new
// institution. Its ID names it among the answers; Key is a message key below
// "workbook.field."; With is the answer that it goes with; Wrong is what is
// wrong with it.
type Field struct {
	ID    string           `json:"id"`
	Key   string           `json:"key"`
	With  string           `json:"with"`
	Value string           `json:"value"`
	Wrong *problem.Message `json:"wrong,omitempty"`
}

// Answers are what a person answered, by the ID of the question or of its field.
type Answers map[string]string

// Outcome is what becomes of a file, told before it is taken and after.
type Outcome struct {
	Rows      []Row      `json:"rows"`
	Problems  []Problem  `json:"problems"`
	Questions []Question `json:"questions"`
}

// Count is the number of rows of a fate.
func (o Outcome) Count(f Fate) (n int) {
	for _, r := range o.Rows {
		if r.Fate == f {
			n++
		}
	}
	return n
}

// Writes says whether taking the file would keep anything.
func (o Outcome) Writes() bool { return o.Count(New)+o.Count(Changed) > 0 }

// Blocked says whether something has to be put right or answered before the
// file is taken.
func (o Outcome) Blocked() bool {
	return slices.ContainsFunc(o.Problems, func(p Problem) bool { return p.Blocks }) ||
		slices.ContainsFunc(o.Questions, func(q Question) bool { return q.Open }) || o.Count(Wrong)+o.Count(Asks) > 0
}

// Differs says whether something else becomes of the rows than in another
// outcome of the same file.
func (o Outcome) Differs(other Outcome) bool {
	return !slices.EqualFunc(o.Rows, other.Rows, func(a, b Row) bool {
		return a.Sheet == b.Sheet && a.Number == b.Number && a.Kind == b.Kind && a.Ref == b.Ref && a.Title == b.Title && a.Fate == b.Fate && slices.Equal(a.Changes, b.Changes)
	})
}

// File is what was sent, as it was read.
type File struct {
	Name   string
	SHA256 string // of its bytes, in hexadecimal
	Book   sheet.Book
}

// In is what a Take works on. About is what the file is for, where its kind
// needs that, such as the code of an institution.
type In struct {
	Clock   calendar.Clock
	Actor   accounts.Actor
	Country string // ISO 3166-1 alpha-2
	About   string
	File    File
	Answers Answers
	Keep    bool                  // write what comes of it; tx is a transaction then, else a snapshot
	Tell    func(done, total int) // told how far it is; nil while it writes
}

// Take reads a file and tells what becomes of it; with Keep it writes that too,
// in the caller's transaction, unless the outcome is Blocked. The same file
// taken twice changes nothing the second time. A file that is none of its kind
// is Invalid, with the reason.
type Take func(tx *gorm.DB, in In) (Outcome, error)
