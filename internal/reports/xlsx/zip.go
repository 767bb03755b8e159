package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// sortedZip writes the parts of a workbook in the order of their names and
// without a time, so that the same parts give the same bytes.
type sortedZip struct {
	w     io.Writer
	parts []part
}

type part struct {
	name    string
	content *bytes.Buffer
}

func newSortedZip(w io.Writer) excelize.ZipWriter { return &sortedZip{w: w} }

// Create begins a part.
func (z *sortedZip) Create(name string) (io.Writer, error) {
	content := new(bytes.Buffer)
	z.parts = append(z.parts, part{name, content})
	return content, nil
}

// AddFS is not needed for workbooks.
func (z *sortedZip) AddFS(fs.FS) error { return errors.New("xlsx: no file systems") }

// Close writes all parts; the list of the types of content comes first.
func (z *sortedZip) Close() error {
	const first = "[Content_Types].xml"
	slices.SortFunc(z.parts, func(a, b part) int {
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
		w, err := out.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate})
		if err != nil {
			return err
		}
		if _, err := w.Write(finished(p.name, p.content.Bytes())); err != nil {
			return err
		}
	}
	return out.Close()
}

// finished puts right what the library leaves to chance or cannot say: the
// order of the types of content, and the edges and the hatch of a chart's bars.
func finished(name string, content []byte) []byte {
	switch {
	case name == "[Content_Types].xml":
		return sortedDefaults(content)
	case strings.HasPrefix(name, "xl/charts/"):
		return edged(content)
	case strings.HasPrefix(name, "xl/worksheets/"): // a row keeps its height only until its texts or widths change
		return bytes.ReplaceAll(content, []byte(` customHeight="1"`), nil)
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

// edged gives every bar an ink edge, so that white bars are seen, and hatches
// those of the stalled, so that they are told apart without colour.
func edged(content []byte) []byte {
	const edge = `<a:ln w="9525"><a:solidFill><a:srgbClr val="` + ink + `"/></a:solidFill></a:ln></spPr><invertIfNegative`
	const hatch = `<spPr><a:pattFill prst="wdUpDiag"><a:fgClr><a:srgbClr val="` + stalled + `"/></a:fgClr><a:bgClr><a:srgbClr val="FFFFFF"/></a:bgClr></a:pattFill>`
	text := strings.ReplaceAll(string(content), `</spPr><invertIfNegative`, edge)
	return []byte(strings.ReplaceAll(text, `<spPr><a:solidFill><a:srgbClr val="`+stalled+`"></a:srgbClr></a:solidFill><a:ln`, hatch+`<a:ln`))
}
