package web

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"
	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/plan"
	"tracker/internal/progress"
)

// maxManualPicture is the most bytes of a picture of the manual.
const maxManualPicture = 60 << 10

// pictured is how wide the pages are of which the manual shows parts: as wide
// as its text, and still a desk.
const pictured = 800

// picturedPlan is the plan of the pictures.
var picturedPlan = [][]any{
	{"Action plan of the Ministry of Gender, 2022 to 2024"},
	{"Pillar", "No.", "Activity", "Lead institution", "Supporting agencies", "Timeframe", "Budget (LSL)"},
	{"1. Prevention", "1.1", "Broadcast radio programmes", "Min. of Home Affairs", "MSD", "Jan 2022 - Dec 2022", "20 000"},
	{"", "1.2", "Print leaflets in Sesotho", "Ministry of Works", "", "Q1 2022", "about 500"},
	{"2. Protection", "2.1", "Open a second shelter", "MSD", "", "by June 2023", "1,500,000.50"},
	{"Total", "", "", "", "", "", "1,520,000.50"},
}

// manualPictures are the pictures of the manual, by name, as the demonstration shows them.
func manualPictures(t *testing.T, h *house, origin string) map[string][]byte {
	t.Helper()
	b := newTab(t, origin, pictured).session(h.signIn("coordinator.one@tracker.example"))
	b.open("/import?what=plan").upload("file", picturedBook(t)).press("Read the file")
	pictures := map[string][]byte{"plan_asks": b.part("#group-institutions", "section")}
	b.fill("q0-0", "NAP").fill("q0-1", "Action plan of the Ministry of Gender").fill("q0-2", "Gender plan").fill("q0-3", "1 April 2022").fill("q0-4", "31 March 2024")
	b.press("Go on with these answers")
	pictures["plan_rows"] = b.part("#rows", "section")

	focal := h.signIn("focal.msd@tracker.example")
	path := filepath.Join(t.TempDir(), "workbook.xlsx")
	must(t, os.WriteFile(path, []byte(focal.get("/institutions/MSD/workbook").is(http.StatusOK).body), 0o600))
	var com plan.Commitment
	must(t, h.db.Read(t.Context(), func(tx *gorm.DB) (err error) {
		com, err = plan.CommitmentByRef(tx, "NSF 3.1.2")
		return err
	}))
	_, err := h.s.Progress.Log(t.Context(), focal.actor, newKey(), progress.NewUpdate{CommitmentID: com.ID,
		Text: progress.Text{AsOf: day("2021-11-05"), Status: progress.InProgress, Done: "The form was sent to all police stations."}}, 0, 0, true)
	must(t, err)
	filledIn(t, path, map[string]string{"": "NSF 3.1.2", "True on": "5 November 2021", "Delivery status": "in progress", "What was done": "The form was printed and 40 officers were shown how to fill it in."})
	path = editedInLibreOffice(t, path)
	pictures["workbook_sheet"] = sheetPicture(t, path)
	b = newTab(t, origin, pictured).session(focal).open("/import").upload("file", path).press("Read the file")
	pictures["workbook_conflict"] = b.part("#group-conflicts", "section")
	picturedSecond(t, pictures)
	return pictures
}

// picturedSecond adds the pages of the second factor.
func picturedSecond(t *testing.T, pictures map[string][]byte) {
	t.Helper()
	g := newGate(t, "http://tracker.example", false)
	who := g.account("two@tracker.example", accounts.Coordinator)
	b := newTab(t, g.serve(), pictured)
	enter := func() { b.open("/sign-in").fill("email", who.Email).fill("password", passphrase).press("Sign in") }
	enter()
	b.pressFor(http.StatusUnprocessableEntity, "Set up a second factor").fill("current", passphrase).pressFor(http.StatusOK, "Set up a second factor")
	pictures["second_app"] = b.part("dd code", "main")
	b.fill("code", appCode(t, b.text("dd code"), g.watch.now())).pressFor(http.StatusOK, "Turn it on")
	b = newTab(t, b.origin, pictured)
	enter()
	pictures["second_code"] = b.part("#code", "main")
}

// picturedBook writes picturedPlan as a workbook.
func picturedBook(t *testing.T) string {
	t.Helper()
	f := excelize.NewFile()
	must(t, f.SetSheetName("Sheet1", "Plan"))
	for i, row := range picturedPlan {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		must(t, err)
		must(t, f.SetSheetRow("Plan", cell, &row))
	}
	path := filepath.Join(t.TempDir(), "gender-plan.xlsx")
	var book bytes.Buffer
	must(t, f.Write(&book))
	must(t, os.WriteFile(path, book.Bytes(), 0o600))
	return path
}

// part is the picture of the element around the one that a selector names.
func (b *tab) part(selector, around string) []byte {
	b.t.Helper()
	b.do(run(`document.querySelector("` + selector + `").closest("` + around + `").id = "pictured"`))
	ctx, cancel := b.patiently()
	defer cancel()
	taken, err := chromedp.Run(ctx, chromedp.Screenshot(chromedp.CSS("#pictured"), chromedp.NodeVisible))
	must(b.t, err)
	return taken
}

// sheetPicture is the upper part of the commitments of a workbook, as LibreOffice prints them.
func sheetPicture(t *testing.T, path string) []byte {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("soffice", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "pdf", "--outdir", dir, path).CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	taken := []byte(output(t, "pdftoppm", "-png", "-r", "110", "-f", "2", "-l", "2", strings.TrimSuffix(filepath.Join(dir, filepath.Base(path)), ".xlsx")+".pdf"))
	full, err := png.Decode(bytes.NewReader(taken))
	must(t, err)
	cut := image.NewRGBA(image.Rect(0, 0, full.Bounds().Dx(), full.Bounds().Dy()/2))
	draw.Draw(cut, cut.Bounds(), full, image.Point{}, draw.Src)
	var small bytes.Buffer
	must(t, png.Encode(&small, cut))
	return small.Bytes()
}

// trimmed is a picture with a narrow white edge instead of the one that it has.
func trimmed(t *testing.T, taken []byte) []byte {
	t.Helper()
	full, err := png.Decode(bytes.NewReader(taken))
	must(t, err)
	drawn := image.Rectangle{}
	for y := full.Bounds().Min.Y; y < full.Bounds().Max.Y; y++ {
		for x := full.Bounds().Min.X; x < full.Bounds().Max.X; x++ {
			if r, g, b, _ := full.At(x, y).RGBA(); min(r, g, b) < 0xffff {
				drawn = drawn.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	const edge = 14
	few := image.NewRGBA(image.Rect(0, 0, drawn.Dx()+2*edge, drawn.Dy()+2*edge))
	draw.Draw(few, few.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(few, drawn.Sub(drawn.Min).Add(image.Pt(edge, edge)), full, drawn.Min, draw.Src)
	var small bytes.Buffer
	must(t, png.Encode(&small, few))
	return small.Bytes()
}

// Every picture that the manual names is there, light, and told in words; none
// is there that no page shows.
func TestPicturesOfTheManualAreShownAndLight(t *testing.T) {
	reader, shown := manualReaders(t)[accounts.Coordinator], map[string]bool{}
	for _, name := range manualNames() {
		for _, n := range reader.get(helpPath(name)).find(".manual img") {
			if attr(n, "alt") == "" || attr(n, "width") == "" || attr(n, "height") == "" || attr(n, "loading") != "lazy" {
				t.Errorf("%s shows %v without words, size, or at once", name, n.Attr)
			}
			a := reader.get(attr(n, "src")).is(http.StatusOK)
			if a.header.Get("Content-Type") != "image/png" || a.header.Get("Content-Encoding") != "" {
				t.Errorf("%s is sent with %v", attr(n, "src"), a.header)
			}
			size, err := png.DecodeConfig(bytes.NewReader([]byte(a.body)))
			if err != nil || itoa(int64(size.Width)) != attr(n, "width") || itoa(int64(size.Height)) != attr(n, "height") {
				t.Errorf("%s is %d by %d (%v)", attr(n, "src"), size.Width, size.Height, err)
			}
			shown[attr(n, "src")] = true
		}
	}
	files, err := fs.Glob(staticFiles, "static/manual/*")
	must(t, err)
	if len(files) < 3 {
		t.Errorf("%d pictures", len(files))
	}
	for _, name := range files {
		content, err := staticFiles.ReadFile(name)
		must(t, err)
		if len(content) > maxManualPicture {
			t.Errorf("%s has %d bytes, more than %d", name, len(content), maxManualPicture)
		}
		if src := reader.house.s.assets.pictures[filepath.Base(name)].URL; src == "" || !shown[src] {
			t.Errorf("no page of the manual shows %s", name)
		}
	}
}
