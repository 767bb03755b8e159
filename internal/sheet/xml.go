package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// The bounds of a part's elements: how deep they may stand in each other, how
// many bytes one token has, whose attributes are all in memory at once, and how
// many there are, for each costs its time.
const (
	mostNested   = 256
	mostToken    = 1 << 20
	mostElements = 1_500_000 // a sheet of so many cells as may be has some 800,000
)

// meter gives one token so many bytes.
type meter struct {
	in   io.Reader
	left int
}

func (m *meter) Read(b []byte) (int, error) {
	if m.left <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := m.in.Read(b[:min(len(b), m.left)])
	m.left -= n
	return n, err
}

// walker is told of what a part holds, in order.
type walker struct {
	start func(xml.StartElement) error
	end   func(name string) error
	text  func([]byte) error
	left  *int // elements that may come in all parts of a kind; nil for mostElements of this one
}

// walk reads a part of an Office file that may have so many bytes. It refuses
// a DOCTYPE, so that no entity is ever expanded. A missing part is empty.
func walk(f *zip.File, most int64, w walker) error {
	if f == nil {
		return nil
	}
	if f.UncompressedSize64 > uint64(most) {
		return wrong("sheet.error.unpacks", "max", most>>20)
	}
	in, err := f.Open()
	if err != nil {
		return wrong("sheet.error.damaged")
	}
	defer in.Close() //nolint:errcheck // read to its end
	m := meter{in: io.LimitReader(in, most+1)}
	d := xml.NewDecoder(&m)
	if w.left == nil {
		w.left = new(mostElements)
	}
	var inside []xml.Name
	for {
		m.left = mostToken
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) && len(inside) == 0 {
			return nil
		}
		if err != nil {
			return wrong("sheet.error.damaged")
		}
		switch t := t.(type) {
		case xml.StartElement:
			if inside = append(inside, t.Name); len(inside) > mostNested {
				return wrong("sheet.error.damaged")
			}
			if *w.left--; *w.left < 0 {
				return wrong("sheet.error.unpacks", "max", MostPart>>20)
			}
			if w.start != nil {
				err = w.start(t)
			}
		case xml.EndElement:
			last := len(inside) - 1
			if last < 0 || inside[last] != t.Name {
				return wrong("sheet.error.damaged")
			}
			inside = inside[:last]
			if w.end != nil {
				err = w.end(t.Name.Local)
			}
		case xml.CharData:
			if w.text != nil {
				err = w.text(t)
			}
		case xml.Directive:
			return wrong("sheet.error.damaged")
		}
		if err != nil {
			return err
		}
	}
}

// attr is the value of an attribute, whatever its namespace; "" without one.
func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// relID is the id that an element gives of a related part: the attribute "id" of a namespace.
func relID(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "id" && a.Name.Space != "" {
			return a.Value
		}
	}
	return ""
}

// on is true for the ways in which Office says yes.
func on(value string) bool {
	switch strings.ToLower(value) {
	case "1", "true", "on":
		return true
	}
	return false
}
