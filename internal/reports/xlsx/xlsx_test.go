package xlsx

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tracker/internal/reports"
	"tracker/internal/reports/reportstest"
)

func written(t testing.TB, s reports.Status) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, reportstest.Words(t), s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTheWorkbookIsTheSameTwice(t *testing.T) {
	s := reportstest.Sample(50)
	if !bytes.Equal(written(t, s), written(t, s)) {
		t.Error("two runs wrote different bytes")
	}
}

// saved writes the report to a file.
func saved(t *testing.T, s reports.Status) string {
	return reportstest.Saved(t, "status.xlsx", written(t, s))
}

// openpyxl prints every cell as sheet, place, type and value.
const openpyxl = `
import sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
for sheet in book:
    assert sheet.freeze_panes or sheet.title == book.sheetnames[0], sheet.title
    assert sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
    for row in sheet.iter_rows():
        for c in row:
            if c.value is not None:
                print(sheet.title, c.coordinate, c.data_type, repr(c.value), sep="\t")
`

// python is the one that has openpyxl.
func python() string {
	if name := os.Getenv("TRACKER_TEST_PYTHON"); name != "" {
		return name
	}
	return "/usr/bin/python3"
}

// read gives what another program finds in the workbook; one that is missing
// fails the test.
func read(t *testing.T, s reports.Status) string {
	t.Helper()
	out, err := exec.Command(python(), "-c", openpyxl, saved(t, s)).CombinedOutput()
	if err != nil {
		t.Fatalf("openpyxl: %v\n%s", err, out)
	}
	return string(out)
}

func TestAnotherProgramReadsEveryCommitmentWithTypedCells(t *testing.T) {
	s := reportstest.Sample(50)
	cells := read(t, s)
	for _, c := range s.Commitments {
		if !strings.Contains(cells, "\ts\t'"+c.Ref+"'") {
			t.Errorf("%s is missing", c.Ref)
		}
	}
	for _, want := range []string{"datetime.datetime(2021, 11, 8", "\tn\t50\n", "DEMONSTRATION"} {
		if !strings.Contains(cells, want) {
			t.Errorf("no cell holds %q", want)
		}
	}
}

func TestLibreOfficeOpensIt(t *testing.T) {
	dir, name := t.TempDir(), saved(t, reportstest.Sample(20))
	out, err := exec.Command("soffice", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "csv", "--outdir", dir, name).CombinedOutput()
	if err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "status.csv"))
	if err != nil || !strings.Contains(string(text), "Not reported") {
		t.Errorf("LibreOffice reads %.200q (%v)", text, err)
	}
}

// A text that looks like a formula stays a text in every sheet.
func TestATextIsNeverAFormula(t *testing.T) {
	for _, text := range []string{"=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1", `=HYPERLINK("http://x.example","y")`, "\x00\x1b", "\xff", "_x0041_", strings.Repeat("x", 40000)} {
		s := reportstest.Sample(4)
		s.Owner = text
		for i := range s.Commitments {
			c := &s.Commitments[i]
			c.Title, c.Text, c.Done, c.NextStep, c.Obstacles, c.Lead, c.Supporting = text, text, text, text, text, text, []string{text, text}
		}
		for i := range s.Recommendations {
			s.Recommendations[i].Title, s.Recommendations[i].Text, s.Recommendations[i].Source = text, text, text
		}
		file := written(t, s)
		for _, part := range storedSheets(t, file) {
			if strings.Contains(part, "<f>") || strings.Contains(part, "<f ") {
				t.Errorf("%.20q became a formula", text)
			}
		}
		f, err := excelize.OpenReader(bytes.NewReader(file))
		if err != nil {
			t.Fatalf("%.20q: %v", text, err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// storedSheets are the sheets of a workbook as they are stored.
func storedSheets(t *testing.T, file []byte) []string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, part := range z.File {
		if !strings.HasPrefix(part.Name, "xl/worksheets/sheet") {
			continue
		}
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(text))
	}
	if len(list) < 4 {
		t.Fatalf("%d sheets", len(list))
	}
	return list
}
