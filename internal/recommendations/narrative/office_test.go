package narrative

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

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

// docx is a Word document of paragraphs: "# " is a heading, "* " an entry of a
// list, "** " one of a list in it.
func docx(t testing.TB, paragraphs ...string) string {
	t.Helper()
	var body strings.Builder
	for _, p := range paragraphs {
		props := ""
		for mark, is := range map[string]string{"# ": `<w:pStyle w:val="H"/>`, "* ": `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>`, "** ": `<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>`} {
			if text, ok := strings.CutPrefix(p, mark); ok {
				p, props = text, is
				break
			}
		}
		body.WriteString("<w:p><w:pPr>" + props + "</w:pPr><w:r><w:t>" + strings.ReplaceAll(p, "\n", "</w:t><w:br/><w:t>") + "</w:t></w:r></w:p>")
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, part := range map[string]string{
		"[Content_Types].xml": "<Types/>",
		"word/document.xml":   `<w:document xmlns:w="w"><w:body>` + body.String() + "</w:body></w:document>",
		"word/styles.xml":     `<w:styles xmlns:w="w"><w:style w:styleId="H"><w:name w:val="heading 1"/></w:style></w:styles>`,
		"word/numbering.xml": `<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>` +
			`<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`,
	} {
		w, err := z.Create(name)
		must(t, err)
		_, err = io.WriteString(w, part)
		must(t, err)
	}
	must(t, z.Close())
	return b.String()
}

func xlsx(t testing.TB, rows ...[]any) string {
	t.Helper()
	f := excelize.NewFile()
	for i, r := range rows {
		ref, err := excelize.CoordinatesToCellName(1, i+1)
		must(t, err)
		must(t, f.SetSheetRow("Sheet1", ref, &r))
	}
	var b bytes.Buffer
	must(t, f.Write(&b))
	must(t, f.Close())
	return b.String()
}

func TestADocumentOrWorkbookWhoseListWouldBeMisread(t *testing.T) {
	for _, c := range []struct{ what, content, want string }{
		{"a list of Word", docx(t, "LESOTHO: Tier 2", "# Prioritized recommendations", "* Fund the shelter.", "* Improve care:", "** open a second shelter", "** pay for transport", "* Train\ninspectors.", "# Prosecution", "* Not this."),
			"TIP | Lesotho | 0 | Tier 2\n1 @3 Fund the shelter.\n2 @4 Improve care: open a second shelter; pay for transport\n3 @7 Train inspectors.\n"},
		{"typed bullets", docx(t, "PRIORITIZED RECOMMENDATIONS", "• Fund the shelter.", "•\u00a0Train inspectors.", "PROSECUTION"), "TIP |  | 0 | \n1 @2 Fund the shelter.\n2 @3 Train inspectors.\n"},
		{"a paragraph with semicolons", docx(t, "RECOMMENDATIONS FOR LESOTHO", "Fund the shelter (beds; meals); train inspectors; and publish figures.", "PROSECUTION"), " | Lesotho | 0 | \n1 @2 Fund the shelter (beds; meals).\n2 @2 Train inspectors.\n3 @2 Publish figures.\n"},
		{"no list", docx(t, "The government did much."), "error: narrative.error.nothing \n"},
		{"a workbook", xlsx(t, []any{"Plan"}, []any{"Order", "Text", "Report_Year"}, []any{1, "Fund the shelter.", 2021}, []any{2, "Train inspectors.", 2021}), " |  | 2021 | \n1 @3 Fund the shelter.\n2 @4 Train inspectors.\n"},
		{"a workbook with a wrong year", xlsx(t, []any{"Text", "Year"}, []any{"Fund the shelter.", "soon"}), "error: narrative.error.row row2columnyear\n"},
		{"a workbook of something else", xlsx(t, []any{"a", "b"}), "error: narrative.error.columns \n"},
		{"an old document", "\xd0\xcf\x11\xe0\xa1\xb1", "error: narrative.error.old_office \n"},
		{"an archive", "PK\x03\x04", "error: files.error.content \n"},
	} {
		if diff := cmp.Diff(c.want, told(read(c.content, "upload"))); diff != "" {
			t.Errorf("%s: %s", c.what, diff)
		}
	}
}

// A formula that was never calculated is no empty row: its text would be lost.
func TestAFormulaThatShowsNothingIsTold(t *testing.T) {
	for what, c := range map[string]struct{ cell, want string }{
		"the text of a row":     {"B3", "narrative.error.row"},
		"a year":                {"A3", "narrative.error.row"},
		"what is no column":     {"C3", ""},
		"a row filled in ahead": {"B4", ""},
	} {
		f := excelize.NewFile()
		for i, r := range [][]any{{"Report year", "Recommendation", "Ours"}, {2021, "Pay for the care of victims."}, {2021, "Train judges."}} {
			ref, err := excelize.CoordinatesToCellName(1, i+1)
			must(t, err)
			must(t, f.SetSheetRow("Sheet1", ref, &r))
		}
		must(t, f.SetCellValue("Sheet1", c.cell, nil))
		must(t, f.SetCellFormula("Sheet1", c.cell, `"a"&"b"`))
		var b bytes.Buffer
		must(t, f.Write(&b))
		must(t, f.Close())
		_, err := ReadEditions(bytes.NewReader(b.Bytes()), int64(b.Len()), "a.xlsx")
		got := ""
		if p, is := err.(*problem.Error); is { //nolint:errorlint // as it is given
			got = p.Key
		}
		if got != c.want {
			t.Errorf("%s: %q (%v), want %q", what, got, err, c.want)
		}
	}
}
