package web

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/files"
)

// zipped is an archive of parts, by turns name and content.
func zipped(t *testing.T, parts ...string) string {
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

// hostileBook is a small workbook with these rows, and further parts.
func hostileBook(t *testing.T, rows string, more ...string) string {
	t.Helper()
	const office, sheets = "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	rel := func(kind, target string) string {
		return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="` + office + `/` + kind + `" Target="` + target + `"/></Relationships>`
	}
	return zipped(t, append([]string{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels", rel("officeDocument", "xl/workbook.xml"), "xl/_rels/workbook.xml.rels", rel("worksheet", "worksheets/sheet1.xml"),
		"xl/workbook.xml", `<workbook xmlns="` + sheets + `" xmlns:r="` + office + `"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/worksheets/sheet1.xml", `<worksheet xmlns="` + sheets + `"><sheetData>` + rows + `</sheetData></worksheet>`}, more...)...)
}

// locked is an archive whose first part says that it has a password.
func locked(content string) string {
	b := []byte(content)
	for _, sign := range []string{"PK\x03\x04", "PK\x01\x02"} { // its own head, and the directory's
		at := bytes.Index(b, []byte(sign))
		flags := at + 6
		if sign == "PK\x01\x02" {
			flags = at + 8
		}
		b[flags] |= 1
	}
	return string(b)
}

// manyParts is an archive of so many empty parts.
func manyParts(t *testing.T, n int) string {
	t.Helper()
	parts := make([]string, 0, 2*n)
	for i := range n {
		parts = append(parts, fmt.Sprintf("xl/%d.xml", i), "")
	}
	return zipped(t, parts...)
}

// refusesFile sends a file as every kind that there is: each time it is refused beside
// its field with these words, what was chosen stays, and nothing is kept.
func refusesFile(t *testing.T, name, content, words string) {
	t.Parallel()
	h := demoHouse(t, testDay)
	one, mha := h.signIn("coordinator.one@tracker.example"), h.signIn("focal.mha@tracker.example")
	for _, c := range []struct {
		by   *visitor
		what string
	}{{one, "plan"}, {one, "list:commitments"}, {mha, "updates"}} {
		a := c.by.sendFiles("/import", part{"what", "", c.what}, part{"file", name, content}).is(http.StatusUnprocessableEntity).says("#file-error", words).says(".govuk-error-summary", words)
		chosen := a.find(`input[name="what"][value="` + c.what + `"]`)
		if len(chosen) != 1 || attr(chosen[0], "type") == "radio" && !hasAttr(chosen[0], "checked") {
			t.Errorf("%s: what was chosen is lost", c.what)
		}
	}
	var n int
	must(t, h.db.Read(t.Context(), func(tx *gorm.DB) error {
		return tx.Raw("SELECT (SELECT count(*) FROM imports) + (SELECT count(*) FROM import_files)").Scan(&n).Error
	}))
	if n > 0 {
		t.Errorf("%d rows were kept", n)
	}
	one.get("/import").is(http.StatusOK).says("main", "No file was sent")
}

func TestAZipBombFillsMemory(t *testing.T) {
	refusesFile(t, "plan.xlsx", hostileBook(t, "", "xl/theme/theme1.xml", strings.Repeat("\x00", 80<<20)), "unpacks to more than is taken")
}

func TestAZipOfAHundredThousandPartsIsWalked(t *testing.T) {
	refusesFile(t, "plan.xlsx", manyParts(t, 100_000), "unpacks to more than is taken")
}

func TestARowFarAwayFillsMemory(t *testing.T) {
	refusesFile(t, "plan.xlsx", hostileBook(t, `<row r="99999999999"><c><v>1</v></c></row>`), "more than 20 000 rows")
}

func TestAColumnFarAwayFillsMemory(t *testing.T) {
	refusesFile(t, "plan.xlsx", hostileBook(t, `<row r="1"><c r="XFD1"><v>1</v></c></row>`), "wider than 200 columns")
}

func TestAWorkbookReadsAnotherFileByADoctype(t *testing.T) {
	refusesFile(t, "plan.xlsx", hostileBook(t, `<row r="1"><c r="A1" t="s"><v>0</v></c></row>`, "xl/sharedStrings.xml", `<!DOCTYPE x [<!ENTITY b SYSTEM "file:///etc/passwd">]><sst><si><t>&b;</t></si></sst>`), "The file is damaged")
}

func TestAZipInAZipIsUnpacked(t *testing.T) {
	refusesFile(t, "plan.xlsx", zipped(t, "plan.xlsx", hostileBook(t, "")), "not what its name says")
}

func TestAnEncryptedWorkbookIsAnError(t *testing.T) {
	refusesFile(t, "plan.xlsx", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"+strings.Repeat("\x00", 504)+"E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00", "protected by a password")
}

func TestAnEncryptedZipIsAnError(t *testing.T) {
	refusesFile(t, "plan.xlsx", locked(hostileBook(t, "")), "protected by a password")
}

func TestAnOldWorkbookUnderANewNameIsAnError(t *testing.T) {
	refusesFile(t, "plan.xlsx", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"+strings.Repeat("\x00", 504)+"W\x00o\x00r\x00k\x00b\x00o\x00o\x00k\x00", "old Office program")
}

func TestAMacroWorkbookIsTaken(t *testing.T) {
	refusesFile(t, "plan.xlsx", hostileBook(t, `<row><c><v>1</v></c></row>`, "xl/vbaProject.bin", "x"), "The file has macros")
}

func TestATextUnderTheNameOfAWorkbookIsRead(t *testing.T) {
	refusesFile(t, "plan.xlsx", "Pillar;Activity;Lead\n1;Train;MHA\n", "neither a workbook (xlsx) nor a CSV")
}

func TestAnEmptyFileIsTaken(t *testing.T) {
	refusesFile(t, "plan.xlsx", "", "The file is empty")
}

func TestAFileOverTheBoundIsTaken(t *testing.T) {
	refusesFile(t, "plan.csv", strings.Repeat("a;b;c\n", files.MostBytes/6+1), "larger than 20 MB")
}

// A form with a file may be larger than any other.
func TestALongMatrixIsRefusedForItsSize(t *testing.T) {
	t.Parallel()
	h := demoHouse(t, testDay)
	var b strings.Builder
	b.WriteString("Pillar;No.;Activity;Lead;Timeframe;Remarks\n")
	for n := range 300 {
		fmt.Fprintf(&b, "1. Prevention;1.%d;Do the thing of number %d;MHA;2022;%s\n", n+1, n+1, strings.Repeat("much is said of it ", 300))
	}
	if b.Len() < 3<<19 {
		t.Fatalf("%d bytes", b.Len())
	}
	h.signIn("coordinator.one@tracker.example").sendFiles("/import", part{"what", "", "plan"}, part{"file", "plan.csv", b.String()}).is(http.StatusSeeOther)
}

// Its rest is not read, and it is called too large as a little smaller one is.
func TestAFileFarOverTheBoundIsReadWhole(t *testing.T) {
	refusesFile(t, "plan.csv", strings.Repeat("a;b;c\n", 2*files.MostBytes/6), "larger than 20 MB")
}
