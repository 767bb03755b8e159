package round

import (
	"fmt"
	"io"
	"slices"

	"github.com/xuri/excelize/v2"

	"tracker/internal/calendar"
	"tracker/internal/i18n"
	"tracker/internal/progress"
	"tracker/internal/sheet"
	"tracker/internal/sheet/steady"
)

// Write writes a workbook in the language of t: how to fill it, the commitments, the indicators, and
// a hidden sheet with the words to choose from and what was known at the
// export. Whatever the texts hold, it returns an error rather than panic.
func Write(w io.Writer, t *i18n.T, b Workbook) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("round: %v", p)
		}
	}()
	l, err := languages()
	if err != nil {
		return fmt.Errorf("round: %w", err)
	}
	o := &book{Workbook: b, t: t, languages: l, f: excelize.NewFile(), guide: t.Msg("round.sheet.guide"), rows: t.Msg("round.sheet.commitments"),
		figures: t.Msg("round.sheet.indicators"), hidden: t.Msg("round.sheet.hidden")}
	defer o.f.Close() //nolint:errcheck // only temporary files
	steps := []func() error{o.styles, o.sheets, o.commitments}
	if len(b.Figures) > 0 {
		steps = append(steps, o.indicators)
	}
	for _, step := range append(steps, o.known, o.guidance, o.properties) {
		if err := step(); err != nil {
			return fmt.Errorf("round: %w", err)
		}
	}
	o.f.SetZipWriter(steady.Zip(nil))
	if err := o.f.Write(w); err != nil {
		return fmt.Errorf("round: %w", err)
	}
	return nil
}

// book is a workbook in the making.
type book struct {
	Workbook
	t                            *i18n.T // in whose language it is written
	languages                    tongues
	f                            *excelize.File
	looks                        [looks]int
	guide, rows, figures, hidden string // names of the sheets
	sums                         []sum
}

// sum is a row as it was given out: the hidden sheet keeps its short sum, and
// the checksum is over all of them.
type sum struct {
	ref, short string
	known      known
}

// checksum is over the stamp and the rows in the order of their references, so
// that sorting a sheet does not change it.
func checksum(stamp string, rows []sum) string {
	list := []string{stamp}
	for _, r := range rows {
		list = append(list, r.ref+" "+r.short)
	}
	slices.Sort(list[1:])
	return sumOf(list...)
}

// lockedSum is the sum of what a row tells in one of the languages: its
// reference and the last values.
func (l tongues) lockedSum(ref, status, text string, day calendar.Date) string {
	return short(named(ref), plainly(l.status(status)), l.last(text), day.String())
}

func (o *book) sheets() error {
	if err := o.f.SetSheetName("Sheet1", o.guide); err != nil {
		return err
	}
	names := []string{o.rows, o.figures, o.hidden}
	if len(o.Figures) == 0 {
		names = []string{o.rows, o.hidden}
	}
	for _, name := range names {
		if _, err := o.f.NewSheet(name); err != nil {
			return err
		}
	}
	return nil
}

// commitments writes a row for each commitment.
func (o *book) commitments() error {
	s, err := o.begin(o.rows, ofCommitments, 2, o.t.Msg("round.commitments.title", "institution", o.Name, "period", o.Period), o.t.Msg("round.commitments.lede"))
	if err != nil {
		return err
	}
	s.least = 2
	for _, r := range o.Rows {
		text, state := "", ""
		if r.Last.State != "" {
			text, state = said(o.t, r.Last), o.t.Msg("review."+string(r.Last.State))
		}
		status := o.statusWord(r.Status)
		part := o.t.Msg("round.part.leads")
		if !r.Leads() {
			part = o.t.Msg("round.part.supports", "lead", r.Lead)
		}
		o.sums = append(o.sums, sum{r.Ref, o.languages.lockedSum(r.Ref, status, text, r.Last.AsOf), r.Known})
		if err := s.add(r.Leads(), r.Ref, r.Title, part, r.DueOn, status, text, r.Last.AsOf, state); err != nil {
			return err
		}
	}
	if err := s.choose(status, len(progress.Statuses), "A"); err != nil {
		return err
	}
	if err := s.choose(blocker, len(progress.Blockers), "B"); err != nil {
		return err
	}
	if err := s.choose(paperKind, len(progress.EvidenceKinds), "C"); err != nil {
		return err
	}
	if err := s.days(asOf); err != nil {
		return err
	}
	return s.end(2)
}

func (o *book) statusWord(s progress.Status) string {
	if s == "" {
		return o.t.Msg("round.never")
	}
	return o.t.Msg("status." + string(s))
}

// known writes the hidden sheet: the words to choose from, and of each row what
// was known of it. Its headings are of the program, in no language.
func (o *book) known() error {
	put := func(column string, head string, list ...string) error {
		values := []string{head}
		for _, v := range list {
			values = append(values, clean(v))
		}
		return o.f.SetSheetCol(o.hidden, column+"1", &values)
	}
	in := func(prefix string, codes []string) (list []string) {
		for _, c := range codes {
			list = append(list, o.t.Msg(prefix+c))
		}
		return list
	}
	var statuses, refs, sums, states []string
	for _, s := range progress.Statuses {
		statuses = append(statuses, string(s))
	}
	for _, s := range o.sums {
		refs, sums, states = append(refs, s.ref), append(sums, s.short), append(states, string(s.known))
	}
	stamp := o.Stamp.String()
	for _, c := range []struct {
		column, head string
		list         []string
	}{{"A", "status", in("status.", statuses)}, {"B", "blocker", in("blocker.", progress.Blockers)}, {"C", "kind", in("evidence.", progress.EvidenceKinds)},
		{"D", hiddenRef, refs}, {"E", hiddenSum, sums}, {"F", hiddenKnown, states}, {"G", "stamp", []string{stamp, checksum(stamp, o.sums)}}} {
		if err := put(c.column, c.head, c.list...); err != nil {
			return err
		}
	}
	if err := o.protect(o.hidden); err != nil {
		return err
	}
	return o.f.SetSheetVisible(o.hidden, false)
}

// The headings of the hidden sheet.
const (
	hiddenRef   = "tracker ref"
	hiddenSum   = "tracker sum"
	hiddenKnown = "tracker known"
)

func (o *book) protect(sheet string) error {
	return o.f.ProtectSheet(sheet, &excelize.SheetProtectionOptions{SelectLockedCells: true, SelectUnlockedCells: true, FormatColumns: true, FormatRows: true,
		FormatCells: true, Sort: true, AutoFilter: true, EditObjects: true, EditScenarios: true})
}

// note is what stands at the foot of every printed page.
func (o *book) note() string {
	text := o.ShortName + " · " + o.Period
	if o.Demonstration {
		text += " · " + o.t.Msg("demo.banner")
	}
	return text
}

func (o *book) properties() error {
	o.f.SetActiveSheet(0)
	subject := ""
	if o.Demonstration {
		subject = o.t.Msg("demo.banner")
	}
	at := o.At.UTC().Format("2006-01-02T15:04:05Z")
	return o.f.SetDocProps(&excelize.DocProperties{Title: clean(o.t.Msg("round.title", "institution", o.Name, "period", o.Period)), Subject: subject, Creator: clean(o.Owner),
		LastModifiedBy: clean(o.Owner), Created: at, Modified: at, Language: o.t.Lang()})
}

// clean makes any text one that a cell may hold.
var clean = sheet.CellText
