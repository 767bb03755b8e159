package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/labstack/echo/v4"
)

func serveAssets(t *testing.T, target string, header map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	assets, err := NewAssets()
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	e.GET(StaticPath+"*", assets.Serve)
	if strings.HasSuffix(target, ".css") && !strings.Contains(target, "/") {
		target = assets.URL(target)
	}
	req := httptest.NewRequest(http.MethodGet, target, nil)
	for k, v := range header {
		req.Header.Set(k, v)
	}
	rec := httptest.NewRecorder()
	e.ServeHTTP(rec, req)
	return rec
}

func TestStaticFilesAreServedForGoodUnderAHashedAddress(t *testing.T) {
	plain := serveAssets(t, "theme.css", nil)
	if plain.Code != http.StatusOK {
		t.Fatalf("status %d", plain.Code)
	}
	for name, want := range map[string]string{
		"Content-Type": "text/css; charset=utf-8", "Cache-Control": "public, max-age=31536000, immutable",
		"Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff", "Content-Encoding": "",
	} {
		if got := plain.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	packed := serveAssets(t, "theme.css", map[string]string{"Accept-Encoding": "br, gzip"})
	if packed.Header().Get("Content-Encoding") != "gzip" || packed.Header().Get("ETag") == plain.Header().Get("ETag") {
		t.Errorf("gzip form has headers %v", packed.Header())
	}
	r, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(unpacked, plain.Body.Bytes()) {
		t.Errorf("the gzip form differs from the plain one (%v)", err)
	}
	again := serveAssets(t, "theme.css", map[string]string{"If-None-Match": plain.Header().Get("ETag")})
	if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("unchanged file answered %d with %d bytes", again.Code, again.Body.Len())
	}
	refused := serveAssets(t, "theme.css", map[string]string{"Accept-Encoding": "gzip;q=0"})
	if refused.Header().Get("Content-Encoding") != "" {
		t.Error("gzip was sent to a browser that refuses it")
	}
}

func TestOnlyTheCurrentStaticFilesAreServed(t *testing.T) {
	for _, target := range []string{
		"/static/theme.css", "/static/theme.000000000000.css", "/static/VENDOR.md", "/static/", "/static/../go.mod",
		"/static/LICENSE-govuk-frontend.txt", "/static/axe.min.js",
	} {
		if rec := serveAssets(t, target, nil); rec.Code != http.StatusNotFound {
			t.Errorf("%s answered %d", target, rec.Code)
		}
	}
}

func TestAssetAddressFollowsItsContent(t *testing.T) {
	one, err := newAssets(fstest.MapFS{"a.css": {Data: []byte("a{}")}})
	if err != nil {
		t.Fatal(err)
	}
	two, err := newAssets(fstest.MapFS{"a.css": {Data: []byte("b{}")}})
	if err != nil {
		t.Fatal(err)
	}
	if one.URL("a.css") == two.URL("a.css") || !regexp.MustCompile(`^/static/a\.[0-9a-f]{12}\.css$`).MatchString(one.URL("a.css")) {
		t.Errorf("addresses %q and %q", one.URL("a.css"), two.URL("a.css"))
	}
	if _, err := newAssets(fstest.MapFS{"a.exe": {}}); err == nil {
		t.Error("a file of unknown kind was taken")
	}
}

// The style sheets may not load anything: no font or crest that is not ours to
// use, and nothing that the content security policy would refuse.
func TestStyleSheetsLoadNothing(t *testing.T) {
	for _, name := range []string{"govuk-frontend.css", "theme.css"} {
		content, err := staticFiles.ReadFile("static/" + name)
		if err != nil {
			t.Fatal(err)
		}
		css := regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(string(content), "")
		css = strings.ReplaceAll(css, "url(#hatch)", "")
		for _, banned := range []string{"url(", "@font-face", "@import", "GDS Transport", "crest", "crown"} {
			if strings.Contains(css, banned) {
				t.Errorf("%s holds %q", name, banned)
			}
		}
	}
}

// First visit under 60 KB compressed: the style sheets and the icon may take 20
// of them. The pictures of the manual come with its pages, when they are looked at.
func TestStyleSheetsStaySmall(t *testing.T) {
	assets, err := NewAssets()
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, f := range assets.files {
		total += len(f.gzip)
	}
	if total > 20<<10 {
		t.Errorf("static files take %d bytes compressed", total)
	}
}
