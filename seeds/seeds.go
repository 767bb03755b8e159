// Package seeds loads a country's plan and its history from YAML files that a
// person can edit, through the same rules as forms, and holds the Lesotho
// demonstration. See README.md for the form of the files.
package seeds

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
)

//go:embed lesotho/*.yaml lesotho/files
var lesotho embed.FS

// Lesotho is the folder of the demonstration.
func Lesotho() fs.FS {
	files, err := fs.Sub(lesotho, "lesotho")
	if err != nil {
		panic(err) // the name is a constant and valid
	}
	return files
}

// Count says how many rows of a kind a load added, and how many were there
// already and stayed as they are.
type Count struct {
	File  string // such as commitments.yaml
	Kind  string // such as answers
	Added int
	There int
}

// Summary is what a load did, in the order of the files.
type Summary struct {
	Demonstration bool // whether the database is marked as a demonstration now
	Counts        []Count
}

// Added is the number of all rows added.
func (s Summary) Added() int {
	n := 0
	for _, c := range s.Counts {
		n += c.Added
	}
	return n
}

// Load loads a folder into a migrated database: everything or, when a row
// breaks a rule, nothing, with an *Error that names the file and the row. A
// row is known by its reference; what is there already is left as it is, so
// that loading again changes nothing that a person changed. Events are
// replayed in the order of their instants, each under a clock that stands at
// its own. A folder with demonstration: true marks the database, and at the
// first load sets the domain's clock to its own instant; a database in which
// people work already is not marked, and the load is refused.
func Load(ctx context.Context, d *db.DB, files fs.FS) (Summary, error) {
	f, err := read(files)
	if err != nil {
		return Summary{}, err
	}
	var l loader
	err = d.Write(ctx, func(tx *gorm.DB) error {
		l = loader{tx: tx, files: f, actors: map[string]accounts.Actor{}}
		return l.load()
	})
	return l.summary, err
}

// loader holds one load under way.
type loader struct {
	tx      *gorm.DB
	files   folder
	zone    *time.Location
	now     calendar.Clock // the domain's, at the load
	base    calendar.Clock // under which rows without an instant of their own are added
	actors  map[string]accounts.Actor
	ids     map[string]int64 // institutions by code
	nodes   map[string]int64 // nodes by number
	due     []dueYAML        // the deadlines that this load added
	summary Summary
}

func (l *loader) load() error {
	for _, step := range []func() error{l.country, l.institutions, l.people, l.framework, l.recommendations, l.periods, l.history} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// count notes that a row was added, or was there.
func (l *loader) count(file, kind string, added bool) {
	i := -1
	for j, c := range l.summary.Counts {
		if c.File == file && c.Kind == kind {
			i = j
		}
	}
	if i < 0 {
		i = len(l.summary.Counts)
		l.summary.Counts = append(l.summary.Counts, Count{File: file, Kind: kind})
	}
	if added {
		l.summary.Counts[i].Added++
	} else {
		l.summary.Counts[i].There++
	}
}

// at is the clock that stands at an instant, in the country's zone.
func (l *loader) at(t time.Time) calendar.Clock { return calendar.FixedClock(t.In(l.zone)) }

// institution gives the id of a code.
func (l *loader) institution(code string) (int64, error) {
	id, ok := l.ids[code]
	if !ok {
		return 0, fmt.Errorf("there is no institution %q", code)
	}
	return id, nil
}

func (l *loader) institutionIDs(codes []string) ([]int64, error) {
	ids := make([]int64, len(codes))
	for i, code := range codes {
		id, err := l.institution(code)
		if err != nil {
			return nil, err
		}
		ids[i] = id
	}
	return ids, nil
}

// actor gives the person of an e-mail address as an actor.
func (l *loader) actor(email string) (accounts.Actor, error) {
	if a, ok := l.actors[email]; ok {
		return a, nil
	}
	a, err := ActorOf(l.tx, email)
	if err == nil {
		l.actors[email] = a
	}
	return a, err
}

// ActorOf gives the person of an e-mail address as an actor.
func ActorOf(tx *gorm.DB, email string) (accounts.Actor, error) {
	p, err := accounts.PersonByEmail(tx, email)
	if err != nil {
		return accounts.Actor{}, fmt.Errorf("there is no person %q", email)
	}
	i, err := accounts.InstitutionByCode(tx, p.Institution)
	return accounts.Actor{PersonID: p.ID, Email: p.Email, PostID: p.PostID, Post: p.Post, Role: p.Role, InstitutionID: i.ID,
		Institution: i.Code, InstitutionName: i.Name, InstitutionKind: i.Kind}, err
}
