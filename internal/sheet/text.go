package sheet

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"tracker/internal/problem"
)

// Encoding names how the letters of a text were written.
type Encoding string

// The encodings that are read. UTF16 needs its byte order mark; Windows1252 is
// taken for what is not UTF-8 and has only letters of that page.
const (
	UTF8        Encoding = "UTF-8"
	UTF16       Encoding = "UTF-16"
	Windows1252 Encoding = "Windows-1252"
)

// Text reads the letters of a plain text, without its byte order mark. What is
// no text (it has a NUL or other control letters, or bytes that are no letter
// in any of the encodings) is Invalid.
func Text(content []byte) (string, Encoding, error) {
	var text string
	var err error
	encoding := UTF8
	switch {
	case bytes.HasPrefix(content, []byte("\xFF\xFE")), bytes.HasPrefix(content, []byte("\xFE\xFF")):
		encoding = UTF16
		text, err = decoded(content, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
		if err == nil && (len(content)%2 == 1 || strings.ContainsRune(text, utf8.RuneError)) {
			return "", "", wrong("sheet.error.text")
		}
	case utf8.Valid(content):
		text = string(bytes.TrimPrefix(content, []byte("\uFEFF")))
	case unmapped(content):
		return "", "", wrong("sheet.error.text")
	default:
		encoding = Windows1252
		text, err = decoded(content, charmap.Windows1252.NewDecoder())
	}
	if err != nil || !readable(text) {
		return "", "", wrong("sheet.error.text")
	}
	return text, encoding, nil
}

// decoded writes a text in UTF-8, which is in memory once.
func decoded(content []byte, from transform.Transformer) (string, error) {
	var b strings.Builder
	b.Grow(len(content) + len(content)/2) // of UTF-16 no letter becomes longer
	w := transform.NewWriter(&b, from)
	if _, err := w.Write(content); err != nil {
		return "", err
	}
	err := w.Close()
	return b.String(), err
}

// unmapped is true when one of the five bytes is in it to which Windows-1252 gives no letter.
func unmapped(content []byte) bool {
	for _, c := range []byte{0x81, 0x8D, 0x8F, 0x90, 0x9D} {
		if bytes.IndexByte(content, c) >= 0 {
			return true
		}
	}
	return false
}

// readable is false for what no writing program puts into a text: control
// letters other than the ends of lines and pages, and tabs.
func readable(text string) bool {
	for i := range len(text) {
		c := text[i]
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != '\v' || c == 0x7F {
			return false
		}
	}
	return true
}

func wrong(key string, args ...any) error { return problem.New(problem.Invalid, key, args...) }
