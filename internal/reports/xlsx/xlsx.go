// Package xlsx writes a report as an Excel workbook: what a cell shows as text
// is stored as text, never as a formula, dates as dates, counts as numbers.
package xlsx

import (
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"

	"tracker/internal/i18n"
	"tracker/internal/reports"
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
	b := &book{f: excelize.NewFile(), t: t, s: s}
	defer b.f.Close() //nolint:errcheck // only temporary files
	b.f.SetZipWriter(newSortedZip)
	for _, step := range []func() error{b.styles, b.sheets, b.summary, b.recommendations, b.commitments, b.definitions, b.properties} {
		if err := step(); err != nil {
			return fmt.Errorf("xlsx: %w", err)
		}
	}
	if err := b.f.Write(w); err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	return nil
}

// book is a workbook in the making.
type book struct {
	f     *excelize.File
	t     *i18n.T
	s     reports.Status
	looks [looks]int // the workbook's number of each look
	names [sheets]string
}

// The sheets, in order.
const (
	summarySheet = iota
	recommendationsSheet
	commitmentsSheet
	definitionsSheet
	sheets
)

// sheets names the sheets.
func (b *book) sheets() error {
	for i, key := range [sheets]string{"report.sheet.summary", "report.sheet.recommendations", "report.sheet.commitments", "report.sheet.definitions"} {
		b.names[i] = b.t.Msg(key)
		if i == 0 {
			if err := b.f.SetSheetName("Sheet1", b.names[i]); err != nil {
				return err
			}
			continue
		}
		if _, err := b.f.NewSheet(b.names[i]); err != nil {
			return err
		}
	}
	return nil
}

// title is the line over each sheet.
func (b *book) title() string {
	return b.t.Msg("report.title.as_of", "title", b.t.Msg("report.short"), "date", b.s.D)
}

// audience is who may read, and that it is a demonstration where it is one.
func (b *book) audience() string {
	text := b.t.Msg("report.internal")
	if b.s.Demonstration {
		text += " · " + b.t.Msg("demo.banner")
	}
	return text
}

// properties fixes what the workbook says of itself.
func (b *book) properties() error {
	at := b.s.K.UTC().Format(time.RFC3339)
	return b.f.SetDocProps(&excelize.DocProperties{Title: clean(b.title()), Subject: clean(b.audience()), Creator: clean(b.s.Owner),
		LastModifiedBy: clean(b.s.Owner), Created: at, Modified: at, Language: b.t.Lang()})
}
