package web

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

// maxPicture is the most bytes of a picture in the repository.
const maxPicture = 100 << 10

// screenshots are the pictures of pages: as whom, where, how wide and high.
var screenshots = []struct {
	name, email, path string
	width, height     int64
}{
	{"coordinator-home", "coordinator.one@tracker.example", "/", desk, 1480},
	{"focal-home", "focal.msd@tracker.example", "/", phone, 1130},
	{"update-form", "focal.msd@tracker.example", "/commitments/NSF%203.2.1/updates/new", phone, 1130},
	{"commitment", "coordinator.one@tracker.example", "/commitments/NSF%203.1.1", desk, 1240},
}

// The pictures are taken at every run; `make screenshots` keeps them.
func TestScreenshots(t *testing.T) {
	h := demoHouse(t, testDay)
	h.passwords() // as in the demonstration everybody can sign in
	origin, root := h.serve(), cmp.Or(os.Getenv("TRACKER_SCREENSHOTS"), t.TempDir())
	dir := filepath.Join("docs", "screenshots")
	for _, s := range screenshots {
		b := newTab(t, origin, s.width).session(h.signIn(s.email)).open(s.path)
		keep(t, root, dir, s.name, b.picture(s.height))
	}
	pdf := filepath.Join(t.TempDir(), "status.pdf")
	must(t, os.WriteFile(pdf, []byte(h.signIn("coordinator.one@tracker.example").get("/reports/status.pdf").is(http.StatusOK).body), 0o600))
	for name, page := range map[string]string{"report-cover": "1", "report-summary": "3"} {
		keep(t, root, dir, name, []byte(output(t, "pdftoppm", "-png", "-r", "72", "-f", page, "-l", page, pdf)))
	}
}

// The pictures of the manual are taken in the same way; a browser shows those
// that are kept, as wide as a phone.
func TestScreenshotsOfTheManual(t *testing.T) {
	h := demoHouse(t, testDay)
	origin, root := h.serve(), cmp.Or(os.Getenv("TRACKER_SCREENSHOTS"), t.TempDir())
	for name, taken := range manualPictures(t, h, origin) {
		keep(t, root, filepath.Join("web", "static", "manual"), name, trimmed(t, taken))
	}
	b := newTab(t, origin, phone).session(h.signIn("focal.msd@tracker.example"))
	for _, path := range []string{"/help/plan", "/help/workbook", "/help/signing-in"} {
		shown := ask[float64](b.open(path), `Promise.all([...document.images].map(i => { i.loading = "eager"; return i.decode() })).then(() =>
			[...document.images].filter(i => i.naturalWidth > 0 && i.getBoundingClientRect().width > 200 && i.getBoundingClientRect().right <= innerWidth).length)`, chromedp.EvalAwaitPromise)
		if shown != 2 {
			t.Errorf("%s shows %v pictures", path, shown)
		}
	}
}

// keep writes a picture with few colours into a folder below a root. One that is
// blank or heavy, or that the repository does not hold, fails the test.
func keep(t *testing.T, root, dir, name string, taken []byte) {
	t.Helper()
	full, err := png.Decode(bytes.NewReader(taken))
	must(t, err)
	few := reduced(full)
	if len(few.Palette) < 16 {
		t.Errorf("%s shows %d colours only", name, len(few.Palette))
	}
	var small bytes.Buffer
	must(t, (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&small, few))
	most := maxPicture
	if dir == filepath.Join("web", "static", "manual") {
		most = maxManualPicture
	}
	if small.Len() > most {
		t.Errorf("%s has %d bytes, more than %d", name, small.Len(), most)
	}
	must(t, os.MkdirAll(filepath.Join(root, dir), 0o755))
	must(t, os.WriteFile(filepath.Join(root, dir, name+".png"), small.Bytes(), 0o644))
	if _, err := os.Stat(filepath.Join("..", dir, name+".png")); err != nil {
		t.Error(err)
	}
}

// reduced is a picture in its 64 most frequent colours.
func reduced(full image.Image) *image.Paletted {
	times := map[color.RGBA]int{}
	for y := full.Bounds().Min.Y; y < full.Bounds().Max.Y; y++ {
		for x := full.Bounds().Min.X; x < full.Bounds().Max.X; x++ {
			times[color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)]++
		}
	}
	order := slices.SortedFunc(maps.Keys(times), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(times[b], times[a]), cmp.Compare(int(a.R)<<16|int(a.G)<<8|int(a.B), int(b.R)<<16|int(b.G)<<8|int(b.B)))
	})
	few := image.NewPaletted(full.Bounds(), nil)
	for _, c := range order[:min(64, len(order))] {
		few.Palette = append(few.Palette, c)
	}
	draw.Draw(few, few.Bounds(), full, full.Bounds().Min, draw.Src)
	return few
}
