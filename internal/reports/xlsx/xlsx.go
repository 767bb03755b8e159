// Package xlsx writes a report as an Excel workbook: what a cell shows as text
// is stored as text, never as a formula, dates as dates, counts as numbers.
package xlsx

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/xuri/excelize/v2"

	"tracker/internal/i18n"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
	"tracker/internal/sheet"
	"tracker/internal/sheet/steady"
)

// Write writes the status report as a workbook of four sheets. The same value
// gives the same bytes: the dates of the document are the instant K of the
// report. Whatever the texts hold, it returns an error rather than panic.
func Write(w io.Writer, t *i18n.T, s reports.Status) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("xlsx: %v", p)
		}
	}()
	sheets := []string{"report.sheet.summary"}
	if len(s.Months) > 0 {
		sheets = append(sheets, "report.months")
	}
	for _, one := range reports.Sections {
		if !s.Has(one) {
			continue
		}
		if sheets = append(sheets, "report.sheet."+string(one)); one == reports.SectionIndicators && len(s.Indicators) > 0 {
			sheets = append(sheets, "report.sheet.trends")
		}
		if one == reports.SectionChanges && len(s.ChangedFigures) > 0 {
			sheets = append(sheets, "report.sheet.changed_figures")
		}
	}
	if len(s.Coverage) > 0 {
		sheets = append(sheets, "report.sheet.coverage")
	}
	b := newBook(t, head{about: s.About, k: s.K, audience: s.Audience, stamp: s.Publication, title: wording.Title(t, s, true)}, append(sheets, "report.sheet.definitions")...)
	b.s = s
	steps := []func() error{b.summary}
	if len(s.Months) > 0 {
		steps = append(steps, b.months)
	}
	for _, one := range reports.Sections {
		if s.Has(one) {
			steps = append(steps, b.section(one))
		}
	}
	if b.sheet("report.sheet.trends") >= 0 {
		steps = append(steps, b.trends)
	}
	if len(s.ChangedFigures) > 0 {
		steps = append(steps, b.changedFigures)
	}
	if len(s.Coverage) > 0 {
		steps = append(steps, b.coverage)
	}
	return b.write(w, append(steps, b.definitions)...)
}

// head is what a workbook says of itself, and on every sheet.
type head struct {
	about    reports.About
	k        time.Time // the instant of knowledge, which dates the file too
	audience reports.Audience
	stamp    *reports.Stamp // of a publication
	title    string
}

// book is a workbook in the making.
type book struct {
	head
	f     *excelize.File
	t     *i18n.T
	s     reports.Status // of a status report
	looks [looks]int     // the workbook's number of each look
	names []string       // of the sheets
}

// section is what writes the sheet of a section.
func (b *book) section(one reports.Section) func() error {
	return map[reports.Section]func() error{reports.SectionChanges: b.changes, reports.SectionAttention: b.attention,
		reports.SectionRecommendations: b.recommendations, reports.SectionCommitments: b.commitments, reports.SectionIndicators: b.indicators, reports.SectionMoney: b.money,
		reports.SectionRatings: b.ratings, reports.SectionRequests: b.requests, reports.SectionUpdates: b.updates, reports.SectionEvidence: b.evidence}[one]
}

// sheet is the place of the sheet that has the name of a key.
func (b *book) sheet(key string) int { return slices.Index(b.names, b.t.Msg(key)) }

// newBook begins a workbook whose sheets have the names of these keys.
func newBook(t *i18n.T, h head, sheets ...string) *book {
	b := &book{head: h, f: excelize.NewFile(), t: t}
	b.f.SetZipWriter(steady.Zip(edgedCharts))
	for _, key := range sheets {
		b.names = append(b.names, t.Msg(key))
	}
	return b
}

// write takes the steps that fill the sheets, and writes the workbook.
func (b *book) write(w io.Writer, steps ...func() error) error {
	defer b.f.Close() //nolint:errcheck // only temporary files
	for _, step := range slices.Concat([]func() error{b.styles, b.sheets}, steps, []func() error{b.properties}) {
		if err := step(); err != nil {
			return fmt.Errorf("xlsx: %w", err)
		}
	}
	if err := b.f.Write(w); err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	return nil
}

// sheets makes the sheets.
func (b *book) sheets() error {
	for i, name := range b.names {
		if i == 0 {
			if err := b.f.SetSheetName("Sheet1", name); err != nil {
				return err
			}
			continue
		}
		if _, err := b.f.NewSheet(name); err != nil {
			return err
		}
	}
	return nil
}

// readers are whom it is for, and that it is a demonstration where it is one.
func (b *book) readers() string { return wording.Audience(b.t, b.about, b.audience) }

// properties fixes what the workbook says of itself.
func (b *book) properties() error {
	at := b.k.UTC().Format(time.RFC3339)
	p := excelize.DocProperties{Title: clean(b.title), Subject: clean(b.readers()), Creator: clean(b.about.Owner),
		LastModifiedBy: clean(b.about.Owner), Created: at, Modified: at, Language: b.t.Lang()}
	if b.stamp != nil {
		p.Keywords = clean(b.stamp.Marker())
	}
	return b.f.SetDocProps(&p)
}

// clean makes any text one that a cell may hold.
var clean = sheet.CellText
