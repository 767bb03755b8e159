package files

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"slices"
	"strconv"
)

// pdfTail is how many bytes from its end a PDF's end mark may stand.
const pdfTail = 1024

// pdfActs are the names by which a PDF does something, or brings something
// along, that a reader does not ask for.
var pdfActs = []string{"/JavaScript", "/Launch", "/EmbeddedFile", "/RichMedia", "/ImportData", "/SubmitForm"}

var (
	pdfEscaped  = regexp.MustCompile(`/[A-Za-z0-9]{0,30}#[A-Za-z#0-9]{2,60}`)
	pdfEscape   = regexp.MustCompile(`#[0-9A-Fa-f]{2}`)
	pdfOpens    = regexp.MustCompile(`/OpenAction\s*[^\s\[]`)
	pdfPacked   = regexp.MustCompile(`/ObjStm\b`)
	pdfStream   = regexp.MustCompile(`stream\r?\n`)
	pdfInfo     = regexp.MustCompile(`/Info\s+(\d+)\s+(\d+)\s+R`)
	pdfMetadata = regexp.MustCompile(`/Metadata\s+(\d+)\s+(\d+)\s+R`)
	pdfXMP      = regexp.MustCompile(`(\d+)\s+(\d+)\s+obj\s*<<[^>]*/Type\s*/Metadata`)
	pdfNothing  = regexp.MustCompile(`/EmbeddedFiles\s*<<\s*/Names\s*\[\s*\]\s*>>`) // some writers always say that they bring nothing along
)

// readPDF reads a PDF and what stands packed inside it. It begins and ends as
// one, so that it is nothing else besides.
func readPDF(in io.ReaderAt, size int64) (open []byte, packed [][]byte, err error) {
	open = make([]byte, size)
	if _, err := in.ReadAt(open, 0); err != nil && err != io.EOF {
		return nil, nil, err
	}
	tail := bytes.TrimRight(open[max(0, len(open)-pdfTail):], "\x00\t\n\f\r ")
	if !bytes.HasPrefix(open, []byte("%PDF-")) || !bytes.HasSuffix(tail, []byte("%%EOF")) {
		return nil, nil, refused("files.error.content")
	}
	room := int64(mostUnpacked)
	for _, at := range pdfPacked.FindAllIndex(open, -1) {
		begin := pdfStream.FindIndex(open[at[1]:min(len(open), at[1]+2048)])
		if begin == nil {
			continue
		}
		z, err := zlib.NewReader(bytes.NewReader(open[at[1]+begin[1]:]))
		if err != nil {
			continue // not packed this way
		}
		b, err := io.ReadAll(io.LimitReader(z, room))
		if room -= int64(len(b)); room <= 0 {
			return nil, nil, refused("files.error.unpacks")
		}
		if err != nil && len(b) == 0 {
			continue
		}
		packed = append(packed, b)
	}
	return open, packed, nil
}

// checkPDF takes a PDF that only shows pages.
func checkPDF(in io.ReaderAt, size int64) error {
	open, packed, err := readPDF(in, size)
	if err != nil {
		return err
	}
	if bytes.Contains(open, []byte("/Encrypt")) {
		return refused("files.error.locked")
	}
	for _, part := range append(packed, open) {
		if pdfOpens.Match(part) {
			return refused("files.error.acts")
		}
		nothing := pdfNothing.FindAllIndex(part, -1)
		for _, act := range pdfActs {
			if bytes.Count(part, []byte(act)) > 0 && (act != "/EmbeddedFile" || bytes.Count(part, []byte(act)) > len(nothing)) {
				return refused("files.error.acts")
			}
		}
		for _, name := range pdfEscaped.FindAll(part, -1) {
			plain := string(pdfEscape.ReplaceAllFunc(name, func(b []byte) []byte {
				n, _ := strconv.ParseUint(string(b[1:]), 16, 8) // two digits always are one
				return []byte{byte(n)}
			}))
			if plain == "/OpenAction" || plain == "/EmbeddedFiles" || slices.Contains(pdfActs, plain) {
				return refused("files.error.acts")
			}
		}
	}
	return nil
}

// cleanPDF blanks what a PDF tells of its author and its program where it
// stands, so that no other byte moves. What stands packed cannot be blanked
// so: such a PDF does not leave.
func cleanPDF(content []byte) ([]byte, error) {
	open, packed, err := readPDF(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	for _, part := range append(packed, open) {
		for _, ref := range slices.Concat(pdfInfo.FindAllSubmatch(part, -1), pdfMetadata.FindAllSubmatch(part, -1), pdfXMP.FindAllSubmatch(part, -1)) {
			if err := blank(open, string(ref[1]), string(ref[2])); err != nil {
				return nil, err
			}
		}
	}
	return open, nil
}

// blank empties all writings of an object in place.
func blank(open []byte, id, generation string) error {
	head := regexp.MustCompile(`(?:^|[\r\n\s])` + id + `\s+` + generation + `\s+obj\b`)
	found := head.FindAllIndex(open, -1)
	if len(found) == 0 {
		return refused("files.error.not_cleaned")
	}
	for _, at := range found {
		end := bytes.Index(open[at[1]:], []byte("endobj"))
		if end < 0 {
			return refused("files.error.not_cleaned")
		}
		object := open[at[1] : at[1]+end]
		begin := pdfStream.FindIndex(object)
		if begin == nil {
			fill(object, "<<>>")
			continue
		}
		stop := bytes.LastIndex(object, []byte("endstream"))
		if bytes.Contains(object[:begin[0]], []byte("/Filter")) || stop < begin[1] {
			return refused("files.error.not_cleaned")
		}
		fill(object[begin[1]:stop], "")
	}
	return nil
}

// fill writes blanks over a text, after the one that is to stand there.
func fill(b []byte, text string) {
	if len(b) < len(text) {
		text = ""
	}
	for i := copy(b, text); i < len(b); i++ {
		b[i] = ' '
	}
}
