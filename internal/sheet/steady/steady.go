// Package steady packs workbooks so that the same workbook gives the same
// bytes, whenever and wherever it is written.
package steady

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// sortedZip writes the parts of a workbook in the order of their names and
// without a time, so that the same parts give the same bytes. Sheets, which
// may be large, are packed as they come.
type sortedZip struct {
	w      io.Writer
	finish func(name string, content []byte) []byte
	parts  []*part
}

// packing is how hard sheets are packed: twice as fast as by default, and a
// tenth larger.
const packing = 2

// part is a file of the workbook: as it is, or of a sheet packed already.
type part struct {
	name    string
	content bytes.Buffer
	packed  *packed
}

// Zip is for excelize.File.SetZipWriter. finish is given every part that is no
// sheet and gives it as it is to be; nil leaves all as they are.
func Zip(finish func(name string, content []byte) []byte) func(w io.Writer) excelize.ZipWriter {
	return func(w io.Writer) excelize.ZipWriter { return &sortedZip{w: w, finish: finish} }
}

// Create begins a part.
func (z *sortedZip) Create(name string) (io.Writer, error) {
	p := &part{name: name}
	z.parts = append(z.parts, p)
	if !strings.HasPrefix(name, "xl/worksheets/sheet") {
		return &p.content, nil
	}
	f, err := flate.NewWriter(&p.content, packing)
	// A row keeps its height only until its texts or widths change.
	p.packed = &packed{f: f, sum: crc32.NewIEEE(), without: []byte(` customHeight="1"`)}
	return p.packed, err
}

// AddFS is not needed for workbooks.
func (z *sortedZip) AddFS(fs.FS) error { return errors.New("steady: no file systems") }

// Close writes all parts; the list of the types of content comes first.
func (z *sortedZip) Close() error {
	const first = "[Content_Types].xml"
	slices.SortFunc(z.parts, func(a, b *part) int {
		if (a.name == first) != (b.name == first) {
			if a.name == first {
				return -1
			}
			return 1
		}
		return strings.Compare(a.name, b.name)
	})
	out := zip.NewWriter(z.w)
	for _, p := range z.parts {
		if err := z.write(out, p); err != nil {
			return err
		}
	}
	return out.Close()
}

func (z *sortedZip) write(out *zip.Writer, p *part) error {
	h := &zip.FileHeader{Name: p.name, Method: zip.Deflate}
	create, content := out.CreateHeader, z.finished(p.name, p.content.Bytes())
	if p.packed != nil {
		if err := p.packed.end(); err != nil {
			return err
		}
		content = p.content.Bytes()
		h.CRC32, h.UncompressedSize64, h.CompressedSize64 = p.packed.sum.Sum32(), p.packed.size, uint64(len(content))
		create = out.CreateRaw
	}
	w, err := create(h)
	if err != nil {
		return err
	}
	_, err = w.Write(content)
	return err
}

// packed packs what is written to it, and leaves out a word wherever it stands.
type packed struct {
	f       *flate.Writer
	sum     hash.Hash32
	size    uint64
	without []byte
	held    []byte // the end of what came: the word may begin in it
}

// Write packs all but the last few bytes.
func (p *packed) Write(b []byte) (int, error) {
	all := b
	if len(p.held) > 0 {
		all = append(p.held, b...)
	}
	for at := bytes.Index(all, p.without); at >= 0; at = bytes.Index(all, p.without) {
		if err := p.pack(all[:at]); err != nil {
			return 0, err
		}
		all = all[at+len(p.without):]
	}
	n := max(0, len(all)-len(p.without)+1)
	err := p.pack(all[:n])
	p.held = append([]byte(nil), all[n:]...)
	return len(b), err
}

func (p *packed) pack(b []byte) error {
	p.size += uint64(len(b))
	p.sum.Write(b) //nolint:errcheck // never fails
	_, err := p.f.Write(b)
	return err
}

// end packs the rest.
func (p *packed) end() error { return errors.Join(p.pack(p.held), p.f.Close()) }

// finished puts right what the library leaves to chance, the order of the types
// of content, and lets the caller finish any other part.
func (z *sortedZip) finished(name string, content []byte) []byte {
	switch {
	case name == "[Content_Types].xml":
		return sortedDefaults(content)
	case z.finish != nil:
		return z.finish(name, content)
	}
	return content
}

func sortedDefaults(content []byte) []byte {
	one := regexp.MustCompile(`<Default [^>]*></Default>`)
	list := one.FindAllString(string(content), -1)
	slices.Sort(list)
	at := 0
	return one.ReplaceAllFunc(content, func([]byte) []byte {
		at++
		return []byte(list[at-1])
	})
}
