// Package pdf writes a report as a PDF document: pages of A4 with vectors and
// embedded fonts. It is the only room that knows the PDF library.
package pdf

import (
	"fmt"
	"io"
	"time"

	"github.com/go-pdf/fpdf"

	"tracker/internal/i18n"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// Write writes the status report as PDF. The same value gives the same bytes:
// the dates of the document are the instant K of the report. Whatever the
// texts hold, it returns an error rather than panic.
func Write(w io.Writer, t *i18n.T, s reports.Status) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("pdf: %v", p)
		}
	}()
	d, err := newDocument(t, head{about: s.About, k: s.K, audience: s.Audience, stamp: s.Publication, title: wording.Title(t, s, false), runner: wording.Title(t, s, true)})
	if err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	d.s = s
	d.plan()
	d.coverPage()
	d.contentsPages()
	d.summary()
	for _, one := range d.sections() {
		one.write()
	}
	d.definitions()
	d.finish()
	if err := d.f.Output(w); err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	return nil
}

// head is what a file says of itself, and on every page.
type head struct {
	about    reports.About
	k        time.Time // the instant of knowledge, which dates the file too
	audience reports.Audience
	stamp    *reports.Stamp // of a publication
	title    string         // of the file
	runner   string         // over every page
}

// document is a report in the making.
type document struct {
	head
	f       *fpdf.Fpdf
	t       *i18n.T
	s       reports.Status // of a status report
	fonts   *fonts
	y       float64 // where the next thing stands, in millimetres from the top
	entries []entry // of the contents, in order
	reached int     // how many of them have been reached
	again   func()  // writes the heading that a part repeats on each new page, where it has one
}

func newDocument(t *i18n.T, h head) (*document, error) {
	f := fpdf.New("P", "mm", "A4", "")
	fonts, err := newFonts(f)
	if err != nil {
		return nil, err
	}
	d := &document{head: h, f: f, t: t, fonts: fonts}
	f.SetMargins(0, 0, 0)
	f.SetAutoPageBreak(false, 0)
	f.SetCellMargin(0)
	f.SetCatalogSort(true)
	f.SetCreationDate(h.k.UTC())
	f.SetModificationDate(h.k.UTC())
	f.SetLang(t.Lang())
	f.SetTitle(d.clean(sans, h.title), true)
	f.SetAuthor(d.clean(sans, h.about.Owner), true)
	f.SetCreator(d.clean(sans, h.about.Product), true)
	f.SetProducer("fpdf", true)
	f.SetSubject(d.clean(sans, d.readers()), true)
	if h.stamp != nil {
		f.SetKeywords(d.clean(sans, h.stamp.Marker()), false)
	}
	return d, f.Error()
}

// clean is the text that a face can write.
func (d *document) clean(f face, text string) string { return d.fonts.clean(f, text) }

// msg is a text of the catalogue, ready to be written.
func (d *document) msg(key string, args ...any) string { return d.clean(sans, d.t.Msg(key, args...)) }

// readers are whom it is for, and that it is a demonstration where it is one.
func (d *document) readers() string { return wording.Audience(d.t, d.about, d.audience) }
