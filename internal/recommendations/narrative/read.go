package narrative

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"path"
	"regexp"
	"strings"

	"tracker/internal/sheet"
)

// Read finds the list of one edition in a file of any form that is taken: text
// (pasted or .txt), a saved page, docx, xlsx, csv or json. The form is told by
// the content; the name only helps to tell a CSV from a text. Everything a
// person can cause is Invalid: what is no text, too large, without a list, or
// a table with more than one edition.
func Read(r io.ReaderAt, size int64, name string) (Found, error) {
	list, err := ReadEditions(r, size, name)
	if err != nil {
		return Found{}, err
	}
	if len(list) > 1 {
		return Found{}, wrong("narrative.error.editions", "n", len(list))
	}
	return list[0], nil
}

// ReadEditions is Read for tables and JSON lists of several editions: one
// Found for each, in the order in which they first stand.
func ReadEditions(r io.ReaderAt, size int64, name string) ([]Found, error) {
	if size == 0 {
		return nil, wrong("narrative.error.empty")
	}
	head := make([]byte, min(size, 1024))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return readOffice(r, size, name)
	case bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0")):
		return nil, wrong("narrative.error.old_office")
	case bytes.HasPrefix(head, []byte("%PDF")):
		return nil, wrong("narrative.error.pdf")
	case bytes.HasPrefix(head, []byte(`{\rtf`)):
		return nil, wrong("narrative.error.rtf")
	case size > MostText:
		return nil, wrong("narrative.error.large", "max", MostText>>20)
	}
	content := make([]byte, size)
	if n, err := r.ReadAt(content, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	} else if int64(n) < size {
		return nil, wrong("narrative.error.cut")
	}
	return readText(content, name)
}

// readText reads what is letters: a page, a JSON list, a CSV or plain text.
func readText(content []byte, name string) ([]Found, error) {
	page := isPage(content)
	says8 := page && charsetOf(content) == "utf-8" || bytes.HasPrefix(content, []byte("\uFEFF"))
	text, was, err := sheet.Text(content)
	if err != nil || says8 && was != sheet.UTF8 {
		return nil, wrong("narrative.error.text")
	}
	var list []Found
	switch ext := strings.ToLower(path.Ext(name)); {
	case page:
		list, err = one(fromLines(pageLines(text)))
	case isJSON(text):
		list, err = readJSON(text)
	case ext == ".csv" || ext == ".tsv", isTable(text):
		list, err = readCSV(text, content)
	default:
		list, err = one(fromLines(plainLines(text), ""))
	}
	for i := range list {
		if was == sheet.Windows1252 {
			list[i].note("narrative.note.windows")
		}
	}
	return list, err
}

func one(f Found, err error) ([]Found, error) {
	if err != nil {
		return nil, err
	}
	return []Found{f}, nil
}

var tag = regexp.MustCompile(`(?i)<(?:!doctype html|html|head|body|div|p|ul|ol|li|h[1-6]|span|br|table|article|section)\b[^<>]*>`)

// isPage is true for what begins as a page or a piece of one.
func isPage(content []byte) bool {
	head := content[:min(len(content), 1024)]
	if bytes.HasPrefix(head, []byte("\xFF\xFE")) || bytes.HasPrefix(head, []byte("\xFE\xFF")) {
		head = bytes.ReplaceAll(head, []byte{0}, nil)[2:]
	}
	head = bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\uFEFF")))
	return strings.HasPrefix(http.DetectContentType(head), "text/html") || bytes.HasPrefix(head, []byte("<")) && tag.Match(head)
}

var charset = regexp.MustCompile(`(?i)<meta[^>]{0,100}charset=["' ]*([\w-]+)`)

// charsetOf is the encoding that a page says it has, in small letters.
func charsetOf(content []byte) string {
	if m := charset.FindSubmatch(content[:min(len(content), 2048)]); m != nil {
		return strings.ToLower(string(m[1]))
	}
	return ""
}

func isJSON(text string) bool {
	text = strings.TrimSpace(text[:min(len(text), 1024)])
	return strings.HasPrefix(text, "{\"") || strings.HasPrefix(text, "[{") || strings.HasPrefix(text, "[") && strings.HasPrefix(strings.TrimSpace(text[1:]), "{") ||
		strings.HasPrefix(text, "{") && strings.HasPrefix(strings.TrimSpace(text[1:]), "\"")
}
