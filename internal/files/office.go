package files

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"strings"
)

// The bounds of what a file unpacks to.
const (
	mostEntries  = 2000
	mostUnpacked = 100 << 20
	mostRatio    = 150 // unpacked to packed, of what is larger than a little
)

// openOffice opens the archive that a document or workbook is, within bounds
// that are held before anything is unpacked.
func openOffice(in io.ReaderAt, size int64) (*zip.Reader, error) {
	head := make([]byte, 4)
	if _, err := in.ReadAt(head, 0); err != nil || string(head) != "PK\x03\x04" {
		return nil, refused("files.error.content")
	}
	many, err := manyEntries(in, size)
	if err != nil {
		return nil, err
	}
	if many {
		return nil, refused("files.error.unpacks")
	}
	z, err := zip.NewReader(in, size)
	if err != nil {
		return nil, refused("files.error.content")
	}
	var unpacked uint64
	for _, f := range z.File {
		unpacked += f.UncompressedSize64
		if f.UncompressedSize64 > mostUnpacked || unpacked > mostUnpacked ||
			f.UncompressedSize64 > 1<<20 && f.UncompressedSize64/max(f.CompressedSize64, 1) > mostRatio {
			return nil, refused("files.error.unpacks")
		}
		if f.Flags&1 != 0 {
			return nil, refused("files.error.locked")
		}
		if name := strings.ReplaceAll(f.Name, `\`, "/"); path.IsAbs(name) || path.Clean(name) != strings.TrimSuffix(name, "/") || strings.HasPrefix(name, "../") {
			return nil, refused("files.error.content")
		}
	}
	return z, nil
}

// manyEntries says whether an archive has more parts than may be, before its
// directory is taken into memory, which may be the whole file: it counts the
// signs with which an entry begins, wherever they stand.
func manyEntries(in io.ReaderAt, size int64) (bool, error) {
	const sign = "PK\x01\x02"
	n, kept := 0, 0
	b := make([]byte, 64<<10)
	for r := io.NewSectionReader(in, 0, size); ; {
		more, err := r.Read(b[kept:])
		n += bytes.Count(b[:kept+more], []byte(sign))
		if errors.Is(err, io.EOF) || n > mostEntries {
			return n > mostEntries, nil
		}
		if err != nil {
			return false, err
		}
		all := kept + more
		kept = copy(b, b[max(0, all-len(sign)+1):all]) // a sign may go on in what comes
	}
}

// checkOffice takes the document or workbook that has its main part, and no
// program in it.
func checkOffice(main string) func(io.ReaderAt, int64) error {
	return func(in io.ReaderAt, size int64) error {
		z, err := openOffice(in, size)
		if err != nil {
			return err
		}
		var parts []byte
		whole := false
		for _, f := range z.File {
			name := strings.ToLower(f.Name)
			switch {
			case strings.Contains(name, "vba"), strings.Contains(name, "activex"), strings.Contains(name, "macrosheets"),
				strings.Contains(name, "/embeddings/") && path.Ext(name) == ".bin":
				return refused("files.error.macros")
			case f.Name == main:
				whole = true
			case f.Name == "[Content_Types].xml":
				if parts, err = unpack(f, 1<<20); err != nil {
					return err
				}
			}
		}
		if text := strings.ToLower(string(parts)); strings.Contains(text, "macroenabled") || strings.Contains(text, "vbaproject") {
			return refused("files.error.macros")
		}
		if !whole || parts == nil {
			return refused("files.error.content")
		}
		return nil
	}
}

// unpack reads one part of an archive, no larger than it may be.
func unpack(f *zip.File, most int64) ([]byte, error) {
	in, err := f.Open()
	if err != nil {
		return nil, refused("files.error.content")
	}
	defer in.Close() //nolint:errcheck // read to its end
	b, err := io.ReadAll(io.LimitReader(in, most+1))
	if err != nil {
		return nil, refused("files.error.content")
	}
	if int64(len(b)) > most {
		return nil, refused("files.error.unpacks")
	}
	return b, nil
}

// The properties of a document that tell nothing.
const (
	coreEmpty   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>`
	appEmpty    = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>`
	customEmpty = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>`
)

// cleanOffice copies a document or workbook with empty properties, and cleans
// the pictures in it. What was written or marked in the text itself stays.
func cleanOffice(content []byte) ([]byte, error) {
	z, err := openOffice(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range z.File {
		if err := copyPart(out, f); err != nil {
			return nil, err
		}
	}
	err = out.Close()
	return b.Bytes(), err
}

func copyPart(out *zip.Writer, f *zip.File) error {
	var part []byte
	t, picture := typeOf(f.Name)
	picture = picture && strings.HasPrefix(t.Media, "image/")
	switch name := strings.ToLower(f.Name); {
	case name == "docprops/core.xml":
		part = []byte(coreEmpty)
	case name == "docprops/app.xml":
		part = []byte(appEmpty)
	case name == "docprops/custom.xml":
		part = []byte(customEmpty)
	case picture:
		b, err := unpack(f, mostUnpacked)
		if err != nil {
			return err
		}
		if part, err = t.clean(b); err != nil {
			return err
		}
	default:
		if err := out.Copy(f); err != nil { // it is broken, not the memory it is written to
			return refused("files.error.not_cleaned")
		}
		return nil
	}
	w, err := out.Create(f.Name)
	if err != nil {
		return err
	}
	_, err = w.Write(part)
	return err
}
