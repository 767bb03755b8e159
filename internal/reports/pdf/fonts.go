package pdf

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/go-pdf/fpdf"
	"golang.org/x/text/unicode/norm"
)

// Noto, under the SIL Open Font License (fonts/OFL.txt): Latin, Greek and
// Cyrillic letters complete, each the same width in all figures.
//
//go:embed fonts/NotoSans-Regular.ttf
var sansRegular []byte

//go:embed fonts/NotoSans-Bold.ttf
var sansBold []byte

//go:embed fonts/NotoSerif-Bold.ttf
var serifBold []byte

// face is one of the embedded fonts.
type face int

const (
	sans face = iota
	bold
	serif
	faces
)

// style is how a text looks: its face, its size in points, its colour.
type style struct {
	face   face
	size   float64
	colour string
}

func (s style) in(colour string) style { s.colour = colour; return s }

func (s style) bold() style { s.face = bold; return s }

// lineHeight is the height of a line in millimetres.
func (s style) lineHeight() float64 { return s.size * 1.38 * point }

// baseline is how far below the top of its line a text stands.
func (s style) baseline() float64 { return s.size * 1.07 * point }

// point is a typographic point in millimetres.
const point = 25.4 / 72

// fonts are the faces of one document: what each can write, and how wide.
type fonts struct {
	f      *fpdf.Fpdf
	cover  [faces]coverage
	letter [faces][common]float64  // widths of the letters of most texts, of a font of 1 pt, in millimetres; 0 where nobody asked yet
	widths [faces]map[rune]float64 // those of the others
}

// common is the first character that most texts do not hold: Latin, Greek and
// Cyrillic stand before it, and their widths are found without a search.
const common = 0x530

func newFonts(f *fpdf.Fpdf) (*fonts, error) {
	fs := &fonts{f: f}
	for i, content := range [faces][]byte{sansRegular, sansBold, serifBold} {
		f.AddUTF8FontFromBytes(face(i).family(), "", content)
		c, err := readCoverage(content)
		if err != nil {
			return nil, fmt.Errorf("font %s: %w", face(i).family(), err)
		}
		fs.cover[i], fs.widths[i] = c, map[rune]float64{}
	}
	return fs, f.Error()
}

func (f face) family() string { return [faces]string{"sans", "sansbold", "serif"}[f] }

// use makes s the style of what is written next.
func (fs *fonts) use(s style) {
	fs.f.SetFont(s.face.family(), "", s.size)
	fs.f.SetTextColor(rgb(s.colour))
}

// clean makes any text one that the face can write. What it cannot write
// shows as the replacement character, so that a reader sees that something
// stood there; "\n" stays, "\r" and invisible marks go.
func (fs *fonts) clean(f face, text string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(text) {
		switch {
		case r == '\n':
			b.WriteRune(r)
		case r != '\r' && r != '\u00a0' && r != '\u202f' && unicode.IsSpace(r):
			b.WriteByte(' ')
		case r == '\r' || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r):
		case fs.cover[f].has(r):
			b.WriteRune(r)
		case likeness(r) != "":
			b.WriteString(likeness(r))
		default:
			b.WriteRune(unicode.ReplacementChar)
		}
	}
	return b.String()
}

// likeness writes signs that people type and the fonts lack.
func likeness(r rune) string {
	switch r {
	case '\u2212': // minus
		return "–"
	case '≤':
		return "<="
	case '≥':
		return ">="
	case '→', '⇒', '➔':
		return "->"
	case '←':
		return "<-"
	case '■', '●', '▪', '◦':
		return "•"
	case '✓', '✔':
		return "√"
	}
	return ""
}

// width is that of a clean text of one line, in millimetres.
func (fs *fonts) width(s style, text string) float64 {
	sum := 0.0
	for _, r := range text {
		sum += fs.runeWidth(s.face, r)
	}
	return sum * s.size
}

func (fs *fonts) runeWidth(f face, r rune) float64 {
	if r < common {
		if fs.letter[f][r] == 0 {
			fs.letter[f][r] = fs.measured(f, r)
		}
		return fs.letter[f][r]
	}
	w, ok := fs.widths[f][r]
	if !ok {
		w = fs.measured(f, r)
		fs.widths[f][r] = w
	}
	return w
}

// measured asks the writer how wide a character is.
func (fs *fonts) measured(f face, r rune) float64 {
	fs.f.SetFont(f.family(), "", 100)
	return fs.f.GetStringWidth(string(r)) / 100
}

// coverage is the set of characters of the Basic Multilingual Plane that a
// font holds.
type coverage []span

type span struct{ from, to uint16 }

func (c coverage) has(r rune) bool {
	if r < ' ' || r >= 0xFFFF || unicode.IsControl(r) {
		return false
	}
	low, high := 0, len(c)
	for low < high {
		mid := (low + high) / 2
		if rune(c[mid].to) < r {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low < len(c) && rune(c[low].from) <= r
}

// readCoverage reads a TrueType font's table of characters (cmap, platform 3,
// encoding 1, format 4): sorted stretches of characters.
func readCoverage(font []byte) (coverage, error) {
	table, err := cmapOf(font)
	if err != nil {
		return nil, err
	}
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(table[at:])) }
	for i := range u16(2) {
		record := 4 + 8*i
		start := int(binary.BigEndian.Uint32(table[record+4:]))
		if u16(record) != 3 || u16(record+2) != 1 || u16(start) != 4 {
			continue
		}
		count := u16(start+6) / 2
		var c coverage
		for n := range count {
			c = append(c, span{from: uint16(u16(start + 16 + 2*count + 2*n)), to: uint16(u16(start + 14 + 2*n))})
		}
		return c, nil
	}
	return nil, errors.New("no table of Unicode characters")
}

func cmapOf(font []byte) ([]byte, error) {
	const header, record = 12, 16
	if len(font) < header {
		return nil, errors.New("no font")
	}
	for i := range int(binary.BigEndian.Uint16(font[4:])) {
		at := header + record*i
		if at+record <= len(font) && string(font[at:at+4]) == "cmap" {
			return font[binary.BigEndian.Uint32(font[at+8:]):], nil
		}
	}
	return nil, errors.New("no table of characters")
}
