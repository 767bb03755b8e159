package publications

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"encoding/hex"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Bounds of a search: a file that unpacks to more, or has more parts, is
// looked at so far and no further.
const (
	unpackedMax = 96 << 20 // of all parts together
	partMax     = 24 << 20 // of one
	partsMax    = 4000
	numbersMax  = 16 // different ones of one file
)

// word begins the mark that every file of a publication bears somewhere, as
// reports.Stamp.Marker writes it; programs that keep keywords as a list may
// put something else between the two parts.
const word = "tracker-publication"

var number = regexp.MustCompile(`^[:;,= ]{1,3}([A-Z]{2}-[0-9]{4}-[0-9]{4,12})`)

// mark is the rest of a mark: the trail's head behind the number. A PDF may
// break a line in it.
var mark = regexp.MustCompile(`^[:;,= ]{1,3}[A-Z]{2}-[0-9]{4}-[0-9]{4,12}[\s;,\\]+(trail:[0-9]{1,18}:[0-9a-f]{64})`)

// The first letters of the word as hexadecimal digits, which a PDF that was
// written anew may hold, and with two bytes a letter.
const hexed, hexedWide = "74726163", "0074007200610063"

// hexMost is the most digits that are read of a mark.
const hexMost = 800

// numbers finds the numbers of publications that a file bears: in its bytes,
// in UTF-16, in what a zip file or a PDF packs. It believes no table of
// contents, so that a damaged one hides nothing.
func numbers(file []byte) []string {
	s := search{}
	s.look(file)
	s.unpack(file, []byte("PK\x03\x04"), member)
	s.unpack(file, []byte("stream"), stream)
	return s.found
}

type search struct {
	marks    bool // whole marks are looked for, not numbers
	found    []string
	unpacked int
	parts    int
	part     bytes.Buffer // the part that is looked at: one for all, so that no more than one is held
}

// look searches bytes as they are, as UTF-16 and as hexadecimal digits.
func (s *search) look(b []byte) {
	s.note(b)
	if bytes.Contains(b, []byte("t\x00r\x00a\x00c\x00k")) { // of either order of bytes
		s.note(bytes.ReplaceAll(b, []byte{0}, nil))
	}
	for _, begins := range []string{hexed, hexedWide} {
		each(b, begins, func(rest []byte) {
			digits := append([]byte(begins), rest[:min(len(rest), hexMost)]...)
			s.note(bytes.ReplaceAll(unhex(digits), []byte{0}, nil))
		})
	}
}

// note keeps the numbers behind each word.
func (s *search) note(b []byte) {
	each(b, word, func(rest []byte) {
		m := number.FindSubmatch(rest[:min(len(rest), 40)])
		if s.marks {
			m = mark.FindSubmatch(rest[:min(len(rest), 200)])
		}
		if m != nil && len(s.found) < numbersMax && !slices.Contains(s.found, string(m[1])) {
			s.found = append(s.found, string(m[1]))
		}
	})
}

// each calls f with what follows each place of a text.
func each(b []byte, text string, f func(rest []byte)) {
	for {
		at := bytes.Index(b, []byte(text))
		if at < 0 {
			return
		}
		b = b[at+len(text):]
		f(b)
	}
}

// unhex reads digits as far as they are ones.
func unhex(digits []byte) []byte {
	n := bytes.IndexFunc(digits, func(r rune) bool { return !strings.ContainsRune("0123456789abcdefABCDEF", r) })
	if n >= 0 {
		digits = digits[:n]
	}
	out, _ := hex.DecodeString(string(digits[:len(digits)/2*2])) //nolint:errcheck // all of them are digits
	return out
}

// unpack reads every part that begins with a sign, as far as the bounds let.
func (s *search) unpack(file, sign []byte, open func([]byte) io.Reader) {
	for at := 0; s.parts < partsMax && s.unpacked < unpackedMax && len(s.found) < numbersMax; {
		next := bytes.Index(file[at:], sign)
		if next < 0 {
			return
		}
		at += next + len(sign)
		r := open(file[at:])
		if r == nil {
			continue
		}
		s.parts++
		s.part.Reset()
		n, _ := s.part.ReadFrom(io.LimitReader(r, int64(min(partMax, unpackedMax-s.unpacked)))) //nolint:errcheck // what was read before a fault counts
		s.unpacked += int(n)
		s.look(s.part.Bytes())
	}
}

// member opens a member of a zip file behind its sign; what is not deflated
// was looked at already.
func member(b []byte) io.Reader {
	const head = 26 // behind the sign
	if len(b) < head || b[4] != 8 || b[5] != 0 {
		return nil
	}
	skip := head + int(b[22]) + int(b[23])<<8 + int(b[24]) + int(b[25])<<8
	if len(b) < skip {
		return nil
	}
	return flate.NewReader(bytes.NewReader(b[skip:]))
}

// stream opens a packed stream of a PDF behind its word.
func stream(b []byte) io.Reader {
	b = bytes.TrimPrefix(bytes.TrimPrefix(b, []byte("\r")), []byte("\n"))
	r, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil
	}
	return r
}
