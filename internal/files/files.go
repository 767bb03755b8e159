// Package files takes in what people upload and lets it out again: it spools
// a file to the disk, says by content and name what it is and whether it is
// taken, and writes copies without what they tell of their author. It keeps
// nothing and knows no person.
package files

import (
	"io"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tracker/internal/problem"
)

// The bounds of a file.
const (
	MostBytes  = 20 << 20   // of a file
	MostPixels = 50_000_000 // of a picture
	mostName   = 120        // characters of its name
)

// Type is a kind of file that is taken.
type Type struct {
	Ext   string // with its dot, as stored names end
	Media string
	check func(io.ReaderAt, int64) error
	clean func([]byte) ([]byte, error)
}

// The media types of Office files.
const (
	wordMedia  = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	excelMedia = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// types are all files that are taken.
func types() []Type {
	return []Type{
		{".pdf", "application/pdf", checkPDF, cleanPDF},
		{".png", "image/png", checkPNG, cleanPNG},
		{".jpg", "image/jpeg", checkJPEG, cleanJPEG},
		{".jpeg", "image/jpeg", checkJPEG, cleanJPEG},
		{".webp", "image/webp", checkWebP, cleanWebP},
		{".docx", wordMedia, checkOffice("word/document.xml"), cleanOffice},
		{".xlsx", excelMedia, checkOffice("xl/workbook.xml"), cleanOffice},
		{".csv", "text/csv; charset=utf-8", checkText, asItIs},
		{".txt", "text/plain; charset=utf-8", checkText, asItIs},
	}
}

// Accept lists the endings that are taken, as a form's file field names them.
func Accept() string {
	var list []string
	for _, t := range types() {
		list = append(list, t.Ext)
	}
	return strings.Join(list, ",")
}

// Refused is why a file is not taken: a message for whoever sent it.
type Refused problem.Message

// Error names the message for logs.
func (r Refused) Error() string { return "files: " + r.Key }

func refused(key string, args ...any) error { return Refused{Key: key, Args: args} }

// Check says of which type a file is, or why it is not taken. Its name and its
// content must say the same.
func Check(in io.ReaderAt, size int64, name string) (Type, error) {
	t, ok := typeOf(name)
	if !ok {
		return Type{}, refused("files.error.type")
	}
	return t, t.check(in, size)
}

func typeOf(name string) (Type, bool) {
	ext := strings.ToLower(path.Ext(name))
	for _, t := range types() {
		if t.Ext == ext {
			return t, true
		}
	}
	return Type{}, false
}

// Clean is a copy that may leave the government: without the place and the
// camera of a picture, without the author of a document. It is refused where
// they cannot be taken out with certainty. The copy may share its bytes with
// the content.
func Clean(content []byte, name string) ([]byte, error) {
	t, ok := typeOf(name)
	if !ok {
		return nil, refused("files.error.type")
	}
	return t.clean(content)
}

func asItIs(content []byte) ([]byte, error) { return content, nil }

// reserved are names that Windows keeps for devices.
var reserved = []string{"con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "lpt1", "lpt2", "lpt3"}

// SafeName is a file's name as it may be kept and given out again: without
// folders, without what a file system, a header or a reader would misread.
func SafeName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		case strings.ContainsRune(`<>:"|?*%;`, r):
			return '_'
		}
		return r
	}, name)
	name = strings.Join(strings.Fields(name), " ")
	ext := strings.ToLower(path.Ext(name))
	stem := strings.Trim(strings.TrimSuffix(name, path.Ext(name)), ". ")
	if room := mostName - utf8.RuneCountInString(ext); utf8.RuneCountInString(stem) > room {
		stem = string([]rune(stem)[:max(room, 0)])
	}
	if stem == "" || slices.Contains(reserved, strings.ToLower(stem)) {
		stem = "file " + stem
	}
	return strings.TrimSpace(stem) + ext
}
