package sheet

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tracker/internal/sheet/peak"
)

// zeros gives so many bytes of nothing.
type zeros struct{ left int }

func (z *zeros) Read(b []byte) (int, error) {
	if z.left == 0 {
		return 0, io.EOF
	}
	n := min(len(b), z.left)
	clear(b[:n])
	z.left -= n
	return n, nil
}

// packedZeros are half a gigabyte, packed.
func packedZeros(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	must(t, err)
	_, err = io.Copy(w, &zeros{512 << 20})
	must(t, err)
	must(t, w.Close())
	return b.Bytes()
}

// with is a small workbook with a further part, packed already, that says it has so many bytes.
func with(t testing.TB, name string, packed []byte, size uint64, flags uint16) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	small := workbook(t, `<row><c><v>1</v></c></row>`)
	r, err := zip.NewReader(strings.NewReader(small), int64(len(small)))
	must(t, err)
	for _, f := range r.File {
		if f.Name != name {
			must(t, z.Copy(f))
		}
	}
	w, err := z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, Flags: flags, CompressedSize64: uint64(len(packed)), UncompressedSize64: size})
	must(t, err)
	_, err = w.Write(packed)
	must(t, err)
	must(t, z.Close())
	return b.String()
}

// sheetOf is a workbook whose sheet has these rows.
func sheetOf(t testing.TB, rows string, more ...string) string {
	t.Helper()
	if pad := len(rows) / 500; pad > 0 {
		rows += "</sheetData><x>" + unlike(pad) + "</x><sheetData>"
	}
	return workbook(t, rows, more...)
}

// entries is an archive of so many empty parts.
func entries(t testing.TB, n int) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range n {
		_, err := z.Create(fmt.Sprintf("xl/%d.xml", i))
		must(t, err)
	}
	must(t, z.Close())
	return b.String()
}

// directory is an archive that is nothing but a directory, as long as a file
// may be, which says that it has few parts.
func directory() string {
	one := make([]byte, 47)
	copy(one, "PK\x01\x02")
	one[28], one[46] = 1, 'a' // the length of the name, and the name
	n := (MostBytes - 100) / len(one)
	end := make([]byte, 22)
	copy(end, "PK\x05\x06")
	binary.LittleEndian.PutUint16(end[8:], uint16(n&0xffff))
	binary.LittleEndian.PutUint16(end[10:], uint16(n&0xffff))
	binary.LittleEndian.PutUint32(end[12:], uint32(n*len(one))) //nolint:gosec // less than a file may have
	binary.LittleEndian.PutUint32(end[16:], 4)
	return "PK\x03\x04" + strings.Repeat(string(one), n) + string(end)
}

// largeFiles are made to fill memory or hours.
func largeFiles(t testing.TB) []hostile {
	t.Helper()
	bomb := packedZeros(t)
	const styled = "xl/styles.xml"
	sst := func(s string) string {
		return `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` + s + "</sst>"
	}
	rich := "<si><r><t>" + strings.Repeat("x", MostLetters-1) + "</t></r><r><t>x</t></r></si>"
	wide := strings.Builder{}
	for i := range MostRows {
		fmt.Fprintf(&wide, `<row><c><v>1</v></c><c r="XFD%d"><f>1</f></c></row>`, i+1)
	}
	return []hostile{
		{"unpacks to 512 MB", with(t, "xl/worksheets/sheet1.xml", bomb, 512<<20, 0), "files.error.unpacks "},
		{"unpacks to 512 MB and says 1 MB", with(t, "xl/worksheets/sheet1.xml", bomb, 1<<20, 0), "sheet.error.damaged "},
		{"a picture that unpacks to 512 MB and says 1 MB", with(t, "xl/media/a.png", bomb, 1<<20, 0), "read"},
		{"a workbook within", with(t, "xl/embeddings/a.xlsx", bomb, 1<<20, 0), "read"},
		{"encrypted", with(t, "xl/styles.xml", bomb[:9], 9, 1), "files.error.locked "},
		{"100,000 parts", entries(t, 100_000), "files.error.unpacks "},
		{"a directory of 400,000 parts", directory(), "files.error.unpacks "},
		{"one text in 200,000 cells", sheetOf(t, strings.Repeat("<row>"+strings.Repeat(`<c t="s"><v>0</v></c>`, 20)+"</row>", MostCells/20), "xl/sharedStrings.xml", sst(rich)), "sheet.error.letters max20"},
		{"runs in a text", sheetOf(t, `<row><c t="s"><v>0</v></c></row>`, "xl/sharedStrings.xml", sst("<si>"+strings.Repeat("<r><rPr><b/><i/></rPr><t>x</t></r>", MostRuns+1)+"</si>")), "sheet.error.formats max500"},
		{"runs in a cell", workbook(t, `<row><c t="inlineStr"><is>`+strings.Repeat("<r><t/></r>", 501)+`</is></c></row>`), "sheet.error.formats max500"},
		{"empty cells", sheetOf(t, strings.Repeat("<c/>", mostElements)), "sheet.error.unpacks max32"},
		{"a tag of a million attributes", sheetOf(t, "<c "+strings.Repeat(` a=""`, 1_000_000)+"/>"), "sheet.error.damaged "},
		{"styles", workbook(t, "", styled, "<styleSheet><cellXfs>"+strings.Repeat("<xf/>", mostFrame)+"</cellXfs><x>"+unlike(5_000)+"</x></styleSheet>"), "sheet.error.unpacks max8"},
		{"a long format", workbook(t, "", styled, `<styleSheet><numFmts><numFmt numFmtId="200" formatCode="`+strings.Repeat("[Red]", 100_000)+`0"/></numFmts></styleSheet>`), "sheet.error.damaged "},
		{"laughs", workbook(t, "", styled, `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><styleSheet>&b;</styleSheet>`), "sheet.error.damaged "},
		{"another's file", workbook(t, "", "_RELS/a.rels", `<a/>`, styled, `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><styleSheet>&a;</styleSheet>`), "sheet.error.damaged "},
		{"50,000 formulas", sheetOf(t, strings.Repeat("<row>"+strings.Repeat(`<c><f>SUM(A1:XFD1048576)</f><v>0</v></c>`, 20)+"</row>", 2500)), "read"},
		{"formulas in the last column", sheetOf(t, wide.String()), "sheet.error.columns max200"},
		{"merged ranges", sheetOf(t, `</sheetData><mergeCells>`+strings.Repeat(`<mergeCell ref="A1:B2"/>`, MostMerges+1)+`</mergeCells><sheetData>`), "sheet.error.merges max50000"},
		{"all cells merged", merged(t, "A1:XFD1048576", "B1:XFD1048576", "A1:XFD1048576"), "read"},
		{"two strings parts", workbook(t, "", "xl/sharedStrings.xml", sst(""), "xl/SHAREDSTRINGS.xml", sst("")), "sheet.error.damaged "},
	}
}

// largeTexts are the same of CSV and Word.
func largeTexts(t testing.TB) []hostile {
	t.Helper()
	return []hostile{
		{"20 MB of commas", strings.Repeat(",", MostBytes), "sheet.error.columns max200"},
		{"20 MB of fields over lines", strings.Repeat("\"\n\",", MostBytes/4), "sheet.error.columns max200"},
		{"20 MB of lines", strings.Repeat("\n", MostBytes), "read"},
		{"20 MB of one text", strings.Repeat("a", MostBytes), "sheet.error.cell refA1sheetCSVmax32767"},
		{"20 MB of quotation marks", strings.Repeat(`"`, MostBytes), "sheet.error.cell refA1sheetCSVmax32767"},
		{"20 MB in UTF-16", "\xff\xfe" + strings.Repeat("\x01\x4e", MostBytes/2-1), "sheet.error.cell refA1sheetCSVmax32767"},
	}
}

func TestALargeTextFillsMemory(t *testing.T) {
	for _, c := range largeTexts(t) {
		if got := shortly(read(c.content, "a.csv")); got != c.want {
			t.Errorf("%s: %.300q, want %q", c.what, got, c.want)
		}
	}
}

// shortly is the key of a refusal, or that it was read.
func shortly(b Book, err error) string {
	if err == nil {
		return "read"
	}
	return told(b, err)
}

// The promise: each of them is refused or read in less than 2 s, with less than 100 MB of memory at its peak.
func BenchmarkHostileFiles(b *testing.B) {
	for _, f := range onDisk(b) {
		b.Run(f.what, func(b *testing.B) {
			in, err := os.Open(f.path)
			must(b, err)
			defer in.Close() //nolint:errcheck // it was only read
			report := peak.Watch(b)
			for b.Loop() {
				_, _ = Open(in, f.size, f.path) //nolint:errcheck // what comes of it is tested
			}
			report()
			b.ReportMetric(float64(f.size)/1024, "file-kB")
		})
	}
}

// kept is a file on the disk, as one that was sent is.
type kept struct {
	what, path string
	size       int64
}

// onDisk keeps the files, so that none is in memory while another is read.
func onDisk(b *testing.B) (list []kept) {
	b.Helper()
	dir := b.TempDir()
	keep := func(files []hostile, ext string) {
		for _, f := range files {
			k := kept{strings.ReplaceAll(f.what, ",", ""), filepath.Join(dir, fmt.Sprint(len(list), ext)), int64(len(f.content))}
			must(b, os.WriteFile(k.path, []byte(f.content), 0o600))
			list = append(list, k)
		}
	}
	keep(hostileFiles(b), ".xlsx")
	keep(largeFiles(b), ".xlsx")
	keep(largeTexts(b), ".csv")
	return list
}
