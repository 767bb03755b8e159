package round

import (
	"slices"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/i18n"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/workbook"
)

// Take reads a workbook that came back. Its rows become updates and
// measurements that the signed-in focal point sends for review, or for the
// clearance that the institution wants first; a row without anything in its
// cells says nothing. A file of another institution or country, of a period
// that is closed, or with an altered stamp is Invalid.
func Take(tx *gorm.DB, in workbook.In) (workbook.Outcome, error) {
	l, err := languages()
	if err != nil {
		return workbook.Outcome{}, err
	}
	k := &taking{In: in, tx: tx, t: l.english(), languages: l}
	if err := k.open(); err != nil {
		return k.out, err
	}
	k.compare()
	if err := k.updates(); err != nil {
		return k.out, err
	}
	if err := k.measurements(); err != nil {
		return k.out, err
	}
	if !in.Keep || k.out.Blocked() {
		return k.out, nil
	}
	for _, write := range k.writes {
		if err := write(); err != nil {
			return k.out, err
		}
	}
	return k.out, nil
}

// taking is a workbook on its way in.
type taking struct {
	workbook.In
	tx     *gorm.DB
	t      *i18n.T // in which the outcome is told
	out    workbook.Outcome
	signed signed
	kept   kept
	year   progress.Period
	rows   *back // nil where the sheet is gone
	counts *back
	writes []func() error // in the order of the rows
	done   int

	languages tongues           // by which the file is read
	instants  progress.Instants // of the updates that are sent
}

func refused(key string, args ...any) error { return problem.New(problem.Invalid, key, args...) }

// open finds the parts of the workbook, and refuses what is not the actor's to
// bring in now.
func (k *taking) open() error {
	stamp, found := readStampOf(k.File.Book)
	if s, there := find(k.File.Book, k.languages, ofCommitments); there {
		k.rows = &s
	}
	if s, there := find(k.File.Book, k.languages, ofIndicators); there {
		k.counts = &s
	}
	k.signed, k.kept = stamp, readKept(k.File.Book)
	switch {
	case !found && k.rows == nil && k.counts == nil:
		return refused("round.error.none")
	case !found:
		return refused("round.error.no_stamp")
	case k.rows == nil && k.counts == nil:
		return refused("round.error.no_rows")
	case !stamp.whole:
		return refused("round.error.stamp")
	case stamp.Country != k.Country:
		return refused("round.error.country", "country", stamp.Country)
	case stamp.Institution != k.Actor.Institution:
		return refused("round.error.institution", "institution", stamp.Institution)
	case !k.Actor.Is(accounts.FocalPoint):
		return refused("round.error.focal_point", "institution", stamp.Institution)
	}
	return k.openPeriod()
}

// openPeriod finds the period, and refuses one in which the institution can report
// nothing any more.
func (k *taking) openPeriod() error {
	list, err := progress.Periods(k.tx, k.Country)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(list, func(p progress.Period) bool { return p.Label == k.signed.Period })
	if at < 0 {
		return refused("round.error.period", "period", k.signed.Period)
	}
	k.year = list[at]
	reporting, open := 0, 0
	for _, d := range k.year.Deadlines {
		if d.Purpose == progress.Reporting {
			reporting++
			if d.Open() {
				open++
			}
		}
	}
	if reporting > 0 && open == 0 {
		return refused("round.error.closed", "period", k.signed.Period)
	}
	return nil
}

// compare holds what was locked to what was given out. What differs is told and
// changes nothing: only what was filled in is taken.
func (k *taking) compare() {
	tell := func(p workbook.Problem) { k.out.Problems = append(k.out.Problems, p) }
	if k.kept.there && !k.signed.fits(k.kept.rows) {
		k.kept = kept{} // altered too, so it says nothing of the rows
	}
	var lines []line
	for _, s := range []*back{k.rows, k.counts} {
		if s != nil {
			lines = append(lines, s.lines()...)
		}
	}
	if !k.kept.there {
		if !k.fitsWithout(lines) {
			p := k.signed.problem
			p.Key = "round.told.checksum"
			tell(p)
		}
		return
	}
	seen := map[string]bool{}
	for _, l := range lines {
		name := named(k.name(l))
		was, known := k.kept.of[name]
		seen[name] = true
		if now, whole := k.sum(l); known && whole && now != was.short {
			at := lastText
			if l.in == k.counts {
				at = lastValue
			}
			tell(l.problem(at, false, "round.told.altered", "ref", was.ref))
		}
	}
	var gone []string
	for _, r := range k.kept.rows {
		untold := strings.Contains(r.ref, figureMark) && k.counts != nil && !k.counts.has(category) // which of its rows are there
		if !seen[named(r.ref)] && !untold {
			gone = append(gone, r.ref)
		}
	}
	if len(gone) > 0 {
		tell(workbook.Problem{Sheet: firstSheet(lines), Key: "round.told.gone", Args: []any{"n", len(gone), "refs", strings.Join(gone[:min(len(gone), 5)], ", ")}})
	}
}

// firstSheet names the sheet of the first of some rows.
func firstSheet(list []line) string {
	if len(list) == 0 {
		return ""
	}
	return list[0].in.Name
}

// fitsWithout holds the checksum to the rows as they stand, where the hidden
// sheet is gone.
func (k *taking) fitsWithout(lines []line) bool {
	var rows []sum
	for _, l := range lines {
		if name := k.name(l); name != "" {
			now, _ := k.sum(l)
			rows = append(rows, sum{ref: name, short: now})
		}
	}
	return k.signed.fits(rows)
}

// name is what a row is of: a reference, with the place in a table where it is
// an indicator's; empty where it has none.
func (k *taking) name(l line) string {
	name := squash(l.text(ref))
	if name == "" || l.in == k.rows {
		return name
	}
	return figureName(name, k.languages.place(l.text(category)))
}

// sum is that of what a row tells.
func (k *taking) sum(l line) (string, bool) {
	if l.in == k.rows {
		return l.locked()
	}
	return l.lockedFigure()
}

// step tells how far the work is.
func (k *taking) step(total int) {
	k.done++
	if k.Tell != nil {
		k.Tell(k.done, total)
	}
}

// wrong adds what progress or indicators say is wrong with a row, each beside
// the cell of its field.
func (k *taking) wrong(l line, err error, at func(field string) field) error {
	p, ok := err.(*problem.Error)
	if !ok || p.Kind == problem.Internal || p.Kind == problem.Unavailable {
		return err
	}
	if len(p.Fields) == 0 {
		k.out.Problems = append(k.out.Problems, l.problem(ref, true, p.Key, p.Args...))
	}
	for _, name := range p.FieldNames() {
		k.out.Problems = append(k.out.Problems, l.problem(at(name), true, p.Fields[name].Key, p.Fields[name].Args...))
	}
	return nil
}
