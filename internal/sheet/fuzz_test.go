package sheet

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"tracker/internal/problem"
)

// FuzzOpen holds for the bytes of any workbook: nothing panics, what a person
// can cause is told with its key, and what is read is in order and within its bounds.
func FuzzOpen(f *testing.F) {
	f.Add([]byte(plan(f)))
	f.Add([]byte(merged(f, "A2:A4", "C2:XFD1048576")))
	for _, c := range hostileFiles(f) {
		if len(c.content) < 20_000 {
			f.Add([]byte(c.content))
		}
	}
	f.Fuzz(func(t *testing.T, content []byte) { checkOpen(t, content, "a.xlsx") })
}

// FuzzOpenRows holds the same for what stands in a sheet's part, its styles and
// its shared texts: a fuzzer that has to pack them itself finds little.
func FuzzOpenRows(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="s" s="1"><v>0</v></c><c r="C1" s="2"><v>45000.5</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells><sheetData>`,
		`<numFmts><numFmt numFmtId="200" formatCode="[Red]dd/mm/yyyy;@"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="200"/></cellXfs>`, `<si><r><t>a</t></r></si>`)
	f.Add(`<row><c t="inlineStr"><is><t>a</t></is></c><c t="b"><v>1</v></c><c t="e"><v>#REF!</v></c><c t="d"><v>2022-01-01T00:00:00</v></c><c t="str"><f>A1</f><v>x</v></c><c><f>A1</f><v/></c><c><f/></c></row>`, "", "")
	f.Add(`<row r="3"><c r="B3"><v>-1e308</v></c><c s="9"><v>NaN</v></c></row>`, `<cellXfs><xf numFmtId="22"/></cellXfs>`, `<si/>`)
	const main = ` xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`
	f.Fuzz(func(t *testing.T, rows, styles, texts string) {
		checkOpen(t, []byte(workbook(t, rows, "xl/styles.xml", "<styleSheet"+main+styles+"</styleSheet>", "xl/sharedStrings.xml", "<sst"+main+texts+"</sst>")), "a.xlsx")
	})
}

// FuzzOpenCSV holds the same for texts.
func FuzzOpenCSV(f *testing.F) {
	for _, text := range []string{"no,text\n1,\"Train, then test\"\n", "\uFEFFno;text\r\n1;a, b\r\n", "sep=;\nno;text\n", "text\n\n\n\"two\nlines\"\n\nend\n", "caf\xe9;\x80\n", "\xff\xfea\x00;\x00\xe9\x00\n\x00", "a,\"b\nc", "=1+1,@x\n", "sep=\t\n", "\r\r\n\"\"\"\""} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, content []byte) { checkOpen(t, content, "a.csv") })
}

// FuzzParagraphs holds for the parts of any document: nothing panics, and no
// paragraph is empty, in a row of no table, or at a level of no list.
func FuzzParagraphs(f *testing.F) {
	f.Add(`<w:p><w:pPr><w:pStyle w:val="Mine"/></w:pPr><w:r><w:t>a</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>`, styles, numbering)
	f.Add(`<w:p><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>c</w:t><w:br/><w:tab/></w:r><w:del><w:t>gone</w:t></w:del></w:p>`, "<w:styles/>", numbering)
	f.Add(`</w:tbl><w:tc/><w:p><w:p><w:r><w:t>in</w:t></w:r></w:p></w:p>`, "", "")
	f.Fuzz(func(t *testing.T, body, styles, numbering string) {
		in := archive(t, "[Content_Types].xml", "<Types/>", "word/document.xml", `<w:document xmlns:w="w">`+body+`</w:document>`, "word/styles.xml", styles, "word/numbering.xml", numbering)
		list, err := Paragraphs(strings.NewReader(in), int64(len(in)))
		checkRefusal(t, err)
		for _, p := range list {
			if strings.TrimSpace(p.Text) != p.Text || p.Text == "" || p.Level < 0 || p.List == NoList && p.Level > 0 || p.Table == 0 && p.Row+p.Column != 0 {
				t.Fatalf("%+v", p)
			}
		}
	})
}

// checkRefusal holds that what is refused is told by its key.
func checkRefusal(t *testing.T, err error) {
	t.Helper()
	var p *problem.Error
	if err != nil && (!errors.As(err, &p) || p.Kind != problem.Invalid || p.Key == "") {
		t.Fatalf("refused without a reason: %v", err)
	}
}

// checkOpen opens a file twice and holds what is read against its bounds.
func checkOpen(t *testing.T, content []byte, name string) {
	t.Helper()
	b, err := Open(bytes.NewReader(content), int64(len(content)), name)
	checkRefusal(t, err)
	again, _ := Open(bytes.NewReader(content), int64(len(content)), name) //nolint:errcheck // as the first time
	if !reflect.DeepEqual(b, again) {
		t.Fatal("read twice, two books")
	}
	for _, s := range b.Sheets {
		number := 0
		for _, r := range s.Rows {
			if r.Number <= number || r.Number > MostRows || len(r.Cells) == 0 {
				t.Fatalf("row %d with %d cells after %d", r.Number, len(r.Cells), number)
			}
			number = r.Number
			column := 0
			for _, c := range r.Cells {
				ref, _ := excelize.CoordinatesToCellName(c.Column(), r.Number) //nolint:errcheck // compared below
				if c.Column() <= column || c.Column() > MostColumns || c.Ref != ref || c.Text == "" && c.Kind != Formula || strings.TrimSpace(c.Text) != c.Text || utf8.RuneCountInString(c.Text) > MostLetters {
					t.Fatalf("cell %+v after column %d of row %d", c, column, r.Number)
				}
				column = c.Column()
			}
		}
		for i, m := range s.Merges {
			if m.LastRow > MostRows || m.LastColumn > MostColumns || m.LastRow < m.Row || m.LastColumn < m.Column {
				t.Fatalf("merged %v", m)
			}
			if got, ok := s.Over(m.LastRow, m.Column); !ok || got != m {
				t.Fatalf("%d: %v is found as %v", i, m, got)
			}
		}
	}
}
