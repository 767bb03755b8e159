// Package lists gives the lists of the program out as sheets and takes them in
// again: institutions, people, commitments, recommendations with their items,
// indicators and measurements. The columns are the same both ways; a row is
// known by its reference, so that a sheet taken in twice changes nothing.
package lists

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
	"tracker/internal/workbook"
)

// Column is a column of a list: its heading, which stays what it is in every
// language, and its width in characters of a sheet.
type Column struct {
	Key   string
	Width float64
	told  bool // it only tells: what is typed there is not read
}

// Sheet is a list as it leaves: a text for each column in each row, in the
// order of the references.
type Sheet struct {
	Name    string
	Columns []Column
	Rows    [][]string
}

// list is one of the lists: its columns, of which a sheet needs the first, and
// who may have it and take it in.
type list struct {
	name    string
	columns []Column
	needs   int
	may     func(accounts.Actor) bool
	open    func(tx *gorm.DB, in workbook.In) (run, error)
}

// run is one giving out or taking in of a list, with what is there.
type run interface {
	// records are what is there, in the order of their references.
	records() []record
	// id is how a row is known, by the texts of its columns.
	id(cell func(key string) string) string
	// read takes the cells of a row over what is there, marks those that
	// cannot be read, and gives the row as the list would have it then.
	read(r *row) record
	// weigh marks what is wrong with rows that are new or changed. It only
	// reads.
	weigh(rows []*row) error
	// write keeps rows that are new or changed.
	write(rows []*row) error
}

// record is a row of the list. Kind is a message key below "workbook.kind.".
type record struct {
	kind  string
	ref   string // as people write it
	title string
	cells []string
}

// all are the lists, in the order in which pages offer them.
var all = []list{institutions, people, commitments, recommended, indicated, measured}

// Known says whether there is a list of a name.
func Known(name string) bool {
	return slices.ContainsFunc(all, func(l list) bool { return l.name == name })
}

// Names are the lists that an actor may have and take in.
func Names(actor accounts.Actor) (names []string) {
	for _, l := range all {
		if l.may(actor) {
			names = append(names, l.name)
		}
	}
	return names
}

// Headings are the columns of a list in their order, nil where there is none
// of the name.
func Headings(name string) (keys []string) {
	for _, l := range all {
		for _, c := range l.columns {
			if l.name == name {
				keys = append(keys, c.Key)
			}
		}
	}
	return keys
}

// May says whether an actor may have a list and take it in.
func May(actor accounts.Actor, name string) bool { return slices.Contains(Names(actor), name) }

// find is the list of a name. To those who may not have it there is none.
func find(actor accounts.Actor, name string) (list, error) {
	at := slices.IndexFunc(all, func(l list) bool { return l.name == name })
	if at < 0 || !all[at].may(actor) {
		return list{}, problem.Missing()
	}
	return all[at], nil
}

// Out gives the list that in is about, whole, as in's actor may have it.
func Out(tx *gorm.DB, in workbook.In) (Sheet, error) {
	l, err := find(in.Actor, in.About)
	if err != nil {
		return Sheet{}, err
	}
	r, err := l.open(tx, in)
	if err != nil {
		return Sheet{}, err
	}
	out := Sheet{Name: l.name, Columns: l.columns}
	for _, rec := range r.records() {
		out.Rows = append(out.Rows, rec.cells)
	}
	return out, nil
}

// Store gives lists out to pages and commands.
type Store struct {
	db    *db.DB
	clock calendar.Clock
}

// New makes the store of a database whose domain time the clock tells.
func New(d *db.DB, clock calendar.Clock) *Store { return &Store{db: d, clock: clock} }

// Out gives a list out, whole, as the actor may have it.
func (s *Store) Out(ctx context.Context, actor accounts.Actor, country, name string) (out Sheet, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		out, err = Out(tx, workbook.In{Clock: s.clock, Actor: actor, Country: country, About: name})
		return err
	})
	return out, err
}

// byRef are the runs of lists whose rows are known by one column.
type byRef string

func (column byRef) id(cell func(key string) string) string {
	return strings.ToUpper(flat(cell(string(column))))
}

// administers and plans say who may have a list.
func administers(actor accounts.Actor) bool { return actor.CanAdminister() }

func plans(actor accounts.Actor) bool { return actor.CanChangePlan() }
