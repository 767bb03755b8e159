package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"tracker/internal/problem"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func archive(t testing.TB, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		must(t, err)
		_, err = io.WriteString(w, parts[i+1])
		must(t, err)
	}
	must(t, z.Close())
	return b.String()
}

func read(content, name string) (Book, error) {
	return Open(strings.NewReader(content), int64(len(content)), name)
}

// told writes a book cell by cell, or the key of why it is refused.
func told(b Book, err error) string {
	var p *problem.Error
	if errors.As(err, &p) {
		return p.Key + strings.TrimSuffix(fmt.Sprintln("", fmt.Sprint(p.Args...)), "\n")
	}
	if err != nil {
		return err.Error()
	}
	var s strings.Builder
	for _, sheet := range b.Sheets {
		fmt.Fprintf(&s, "[%s %v]", sheet.Name, sheet.Hidden)
		for _, r := range sheet.Rows {
			fmt.Fprintf(&s, "\n%d:", r.Number)
			for _, c := range r.Cells {
				fmt.Fprintf(&s, " %s(%s)=%s", c.Ref, c.Kind, c.Text)
				if c.Raw != c.Text {
					fmt.Fprintf(&s, "{%s}", c.Raw)
				}
			}
		}
		s.WriteByte('\n')
	}
	return s.String()
}

func plan(t testing.TB) string {
	t.Helper()
	f := excelize.NewFile()
	set := func(ref string, v any) { must(t, f.SetCellValue("Sheet1", ref, v)) }
	set("A1", "Activity")
	set("B1", " Budget\u00a0")
	set("A3", "Train inspectors")
	set("B3", 45000.5)
	set("C3", time.Date(2021, 9, 30, 0, 0, 0, 0, time.UTC))
	set("D3", true)
	grouped := 4
	style, err := f.NewStyle(&excelize.Style{NumFmt: grouped})
	must(t, err)
	must(t, f.SetCellStyle("Sheet1", "B3", "B3", style))
	day := "dd/mm/yyyy"
	style, err = f.NewStyle(&excelize.Style{CustomNumFmt: &day})
	must(t, err)
	must(t, f.SetCellStyle("Sheet1", "C3", "C3", style))
	set("E3", 90001)
	must(t, f.SetCellFormula("Sheet1", "E3", "B3*2"))
	_, err = f.NewSheet("Lists")
	must(t, err)
	must(t, f.SetCellValue("Lists", "B2", "7"))
	must(t, f.SetSheetVisible("Lists", false))
	var b bytes.Buffer
	must(t, f.Write(&b))
	must(t, f.Close())
	return b.String()
}

func TestACellLosesItsAddressTextOrKind(t *testing.T) {
	want := `[Sheet1 false]
1: A1(text)=Activity B1(text)=Budget
3: A3(text)=Train inspectors B3(number)=45,000.50{45000.5} C3(date)=30/09/2021{2021-09-30} D3(bool)=TRUE E3(formula)=90001
[Lists true]
2: B2(text)=7
`
	if diff := cmp.Diff(want, told(read(plan(t), "plan.xlsx"))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want, told(read(plan(t), "misnamed.csv"))); diff != "" {
		t.Errorf("told by its name: %s", diff)
	}
}

func TestACSVIsCutAtTheWrongSignOrReadInTheWrongLetters(t *testing.T) {
	for _, row := range []struct {
		name, content, want string
		encoding            Encoding
	}{
		{"a.csv", "no,text\n1,\"Train, then test\"\n", "[ false]\n1: A1(text)=no B1(text)=text\n2: A2(text)=1 B2(text)=Train, then test\n", UTF8},
		{"a.csv", "\uFEFFno;text\r\n1;Train, then test, then report\r\n", "[ false]\n1: A1(text)=no B1(text)=text\n2: A2(text)=1 B2(text)=Train, then test, then report\n", UTF8},
		{"a.tsv", "no\ttext\n1\ta;b;c\n", "[ false]\n1: A1(text)=no B1(text)=text\n2: A2(text)=1 B2(text)=a;b;c\n", UTF8},
		{"a.csv", "sep=;\nno;text\n", "[ false]\n2: A2(text)=no B2(text)=text\n", UTF8},
		{"a.csv", "text\n\n\n\"two\nlines\"\n\nend\n", "[ false]\n1: A1(text)=text\n4: A4(text)=two\nlines\n6: A6(text)=end\n", UTF8},
		{"a.csv", "caf\xe9;\x80\n", "[ false]\n1: A1(text)=café B1(text)=€\n", Windows1252},
		{"a.csv", "\xff\xfea\x00;\x00\xe9\x00\n\x00", "[ false]\n1: A1(text)=a B1(text)=é\n", UTF16},
		{"a.csv", "\xfe\xff\x00a\x00;\x00b", "[ false]\n1: A1(text)=a B1(text)=b\n", UTF16},
		{"a.csv", "=1+1,@x\n", "[ false]\n1: A1(text)==1+1 B1(text)=@x\n", UTF8},
		{"a.csv", "a,\"b\nc", "sheet.error.csv row1", ""},
		{"a.csv", "a\x00b", "sheet.error.text ", ""},
		{"a.csv", "a\x81b", "sheet.error.text ", ""},
		{"a.csv", "\xff\xfea", "sheet.error.text ", ""},
		{"a.csv", "", "sheet.error.empty ", ""},
		{"a.exe", "a,b", "sheet.error.type ", ""},
		{"a.csv", strings.Repeat(",", MostColumns) + "x", "sheet.error.columns max200", ""},
		{"a.csv", strings.Repeat("\n", MostRows) + "x", "sheet.error.rows max20000", ""},
		{"a.csv", strings.Repeat("x,x,x,x,x,x,x,x,x,x,x\n", MostCells/11+1), "sheet.error.cells max200000", ""},
		{"a.csv", "a\n" + strings.Repeat("x", MostLetters+1), "sheet.error.cell refA2sheetCSVmax32767", ""},
	} {
		b, err := read(row.content, row.name)
		if got := told(b, err); got != row.want || b.Encoding != row.encoding {
			t.Errorf("%.40q: %q in %q, want %q in %q", row.content, got, b.Encoding, row.want, row.encoding)
		}
	}
}

// workbook is one sheet with the given rows, as small as Excel opens it.
func workbook(t testing.TB, rows string, more ...string) string {
	return archive(t, append([]string{
		"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
		"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr date1904="1"/><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml", `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + rows + `</sheetData></worksheet>`,
	}, more...)...)
}

// hostile is a file that is made to do harm, or looks like one that is.
type hostile struct{ what, content, want string }

// hostileFiles are small ones.
func hostileFiles(t testing.TB) []hostile {
	cell := func(ref, v string) string { return `<c r="` + ref + `"><v>` + v + `</v></c>` }
	row := func(n int, cells string) string { return fmt.Sprintf(`<row r="%d">%s</row>`, n, cells) }
	return []hostile{
		{"small", workbook(t, row(1, cell("A1", "1"))), "[S false]\n1: A1(number)=1\n"},
		{"inline", workbook(t, `<row><c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c><c><v>2</v></c></row>`), "[S false]\n1: A1(text)=ab B1(number)=2\n"},
		{"formula", workbook(t, row(1, `<c r="A1"><f>WEBSERVICE("http://x")</f><v>3</v></c><c r="B1"><f>1+1</f></c>`)), "[S false]\n1: A1(formula)=3 B1(formula)=\n"},
		{"formulas alone", workbook(t, row(1, cell("A1", "1"))+row(3, `<c r="B3"><f>1+1</f><v/></c><c r="D3" t="str"><f>IF(A1,"")</f><v></v></c>`)+row(4, `<c r="A4"/>`)), "[S false]\n1: A1(number)=1\n3: B3(formula)= D3(formula)=\n"},
		{"formulas in the last row", workbook(t, row(1048576, `<c r="A1048576"><f>1</f></c>`)), "sheet.error.rows max20000"},
		{"error", workbook(t, row(1, `<c r="A1" t="e"><v>#REF!</v></c>`)), "[S false]\n1: A1(error)=#REF!\n"},
		{"last row empty", workbook(t, row(1, cell("A1", "1"))+row(1048576, `<c r="A1048576" s="0"/>`)), "[S false]\n1: A1(number)=1\n"},
		{"last row", workbook(t, row(1048576, cell("A1048576", "1"))), "sheet.error.rows max20000"},
		{"beyond", workbook(t, row(99999999, cell("A99999999", "1"))), "sheet.error.damaged "},
		{"far beyond", workbook(t, `<row r="99999999999"><c><v>1</v></c></row>`), "sheet.error.rows max20000"},
		{"overflow", workbook(t, `<row r="99999999999999999999"/>`), "sheet.error.damaged "},
		{"backwards", workbook(t, row(2, cell("A2", "1"))+row(1, cell("A1", "1"))), "sheet.error.damaged "},
		{"elsewhere", workbook(t, row(1, cell("A2", "1"))), "sheet.error.damaged "},
		{"last column", workbook(t, row(1, cell("XFD1", "1"))), "sheet.error.columns max200"},
		{"many", workbook(t, strings.Repeat("<row>"+strings.Repeat("<c><v>1</v></c>", 20)+"</row>", MostCells/20+1)), "sheet.error.cells max200000"},
		{"entities", workbook(t, row(1, cell("A1", "&b;")), "xl/sharedStrings.xml", `<!DOCTYPE x [<!ENTITY b "bb">]><sst/>`), "sheet.error.damaged "},
		{"entity", workbook(t, row(1, cell("A1", "&b;"))), "sheet.error.damaged "},
		{"deep", workbook(t, strings.Repeat("<a>", 1000)+strings.Repeat("</a>", 1000)), "sheet.error.damaged "},
		{"crossed", workbook(t, `<row><c><v>1</v></row></c>`), "sheet.error.damaged "},
		{"a cell in a cell", workbook(t, `<row><c r="A1"><v>1</v><c r="B1"><v>2</v></c></c></row>`), "[S false]\n"},
		{"shared", workbook(t, "", "xl/sharedStrings.xml", "<sst>"+unlike(MostCells*2+1)+"</sst>"), "sheet.error.cells max200000"},
		{"two of a name", workbook(t, "", "xl/workbook.xml", "<workbook/>"), "sheet.error.damaged "},
		{"macros", workbook(t, "", "xl/vbaProject.bin", "x"), "files.error.macros "},
		{"packed", workbook(t, "", "xl/theme.xml", strings.Repeat("0", 5<<20)), "files.error.unpacks "},
		{"old", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "sheet.error.old_office "},
		{"nested", archive(t, "a.xlsx", workbook(t, "")), "files.error.content "},
		{"no workbook", archive(t, "a.txt", "b"), "files.error.content "},
		{"cut", workbook(t, "")[:700], "files.error.content "},
		{"a PDF", "%PDF-1.7", "sheet.error.type "},
	}
}

func TestAHostileWorkbookFillsMemoryOrIsReadWrongly(t *testing.T) {
	for _, c := range append(hostileFiles(t), largeFiles(t)...) {
		got := told(read(c.content, "a.xlsx"))
		if c.want == "read" {
			got = shortly(read(c.content, "a.xlsx"))
		}
		if got != c.want {
			t.Errorf("%s: %.300q, want %q", c.what, got, c.want)
		}
	}
	if _, err := Open(strings.NewReader("PK\x03\x04"), MostBytes+1, "a.xlsx"); told(Book{}, err) != "sheet.error.large max20" {
		t.Errorf("a file that is too large: %v", err)
	}
}

// unlike are so many texts that do not pack well.
func unlike(n int) string {
	var b strings.Builder
	x := uint32(7)
	for range n {
		x = x*1664525 + 1013904223
		fmt.Fprintf(&b, "<si><t>%x</t></si>", x)
	}
	return b.String()
}

func TestAWorkbookWithTooManySheetsIsRead(t *testing.T) {
	f := excelize.NewFile()
	for i := range MostSheets {
		_, err := f.NewSheet(fmt.Sprint("S", i))
		must(t, err)
	}
	var b bytes.Buffer
	must(t, f.Write(&b))
	must(t, f.Close())
	if got := told(read(b.String(), "a.xlsx")); got != "sheet.error.sheets max50" {
		t.Errorf("%d sheets: %s", MostSheets+1, got)
	}
}

const styles = `<w:styles xmlns:w="w"><w:style w:styleId="H2"><w:name w:val="heading 2"/></w:style><w:style w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="H2"/></w:style>
<w:style w:styleId="LB"><w:name w:val="List Bullet"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:styleId="R"><w:basedOn w:val="R"/></w:style></w:styles>`

const numbering = `<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="5"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/></w:lvl><w:lvl w:ilvl="2"><w:numFmt w:val="none"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num></w:numbering>`

func document(t testing.TB, body string) string {
	return archive(t, "[Content_Types].xml", "<Types/>", "word/document.xml", `<w:document xmlns:w="w"><w:body>`+body+`</w:body></w:document>`, "word/styles.xml", styles, "word/numbering.xml", numbering)
}

func TestAParagraphLosesItsMarkOrGainsWhatWasDeleted(t *testing.T) {
	p := func(props, runs string) string { return "<w:p><w:pPr>" + props + "</w:pPr>" + runs + "</w:p>" }
	run := func(s string) string { return `<w:r><w:t xml:space="preserve">` + s + `</w:t></w:r>` }
	in := document(t, p(`<w:pStyle w:val="Mine"/>`, run("Heading"))+
		p(`<w:pStyle w:val="LB"/>`, run("by ")+run("style"))+
		p(`<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>`, run("letter"))+
		p(`<w:numPr><w:ilvl w:val="2"/><w:numId w:val="1"/></w:numPr>`, run("level without mark"))+
		p(`<w:pStyle w:val="LB"/><w:numPr><w:numId w:val="0"/></w:numPr>`, run("taken off"))+
		p(`<w:pStyle w:val="R"/><w:tabs><w:tab w:val="left"/></w:tabs>`, run("ring")+`<w:r><w:tab/><w:br/></w:r>`+run("x"))+
		p("", run("kept")+`<w:del><w:r><w:delText>gone</w:delText><w:t>gone</w:t></w:r></w:del><w:ins>`+run(" added")+`</w:ins><w:r><w:footnoteReference w:id="2"/><w:instrText>PAGE</w:instrText></w:r>`)+
		p("", "")+
		`<w:tbl><w:tr><w:tc>`+p("", run("a"))+`</w:tc><w:tc>`+p("", run("b"))+`</w:tc></w:tr><w:tr><w:tc>`+p("", run("c"))+`</w:tc></w:tr></w:tbl>`+p("", run("after")))
	got, err := Paragraphs(strings.NewReader(in), int64(len(in)))
	must(t, err)
	want := []Paragraph{{Text: "Heading", Heading: true}, {Text: "by style", List: Bulleted}, {Text: "letter", List: Numbered, Level: 1}, {Text: "level without mark"}, {Text: "taken off"},
		{Text: "ring\t\nx"}, {Text: "kept added"}, {Text: "a", Table: 1, Row: 1, Column: 1}, {Text: "b", Table: 1, Row: 1, Column: 2}, {Text: "c", Table: 1, Row: 2, Column: 1}, {Text: "after"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestADocumentThatIsNoneIsRead(t *testing.T) {
	for what, c := range map[string]struct{ content, want string }{
		"a workbook": {plan(t), "files.error.content "}, "macros": {archive(t, "[Content_Types].xml", "x", "word/document.xml", "x", "word/vbaProject.bin", "x"), "files.error.macros "},
		"old": {"\xd0\xcf\x11\xe0", "sheet.error.old_office "}, "broken": {document(t, "<w:p>"), "sheet.error.damaged "}, "empty": {"", "sheet.error.empty "}, "text": {"hello", "files.error.content "},
		"a doctype": {archive(t, "[Content_Types].xml", "x", "word/document.xml", `<!DOCTYPE a SYSTEM "http://x"><a/>`), "sheet.error.damaged "},
	} {
		_, err := Paragraphs(strings.NewReader(c.content), int64(len(c.content)))
		if got := told(Book{}, err); got != c.want {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
}

func TestAFormatOfNumbersIsTakenForOneOfDates(t *testing.T) {
	for format, want := range map[string]bool{
		"dd/mm/yyyy": true, "[h]:mm": true, `d" of "mmmm`: true, "0.00": false, `#,##0" days"`: false, "[Red]0": false, `0\d`: false, "0_d": false, "General": false,
	} {
		if got := datePattern(format); got != want {
			t.Errorf("%s: %v, want %v", format, got, want)
		}
	}
}
