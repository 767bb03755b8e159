package web

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	downloads "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// patience is how long one step of a browser may take before the test fails.
const patience = 40 * time.Second

// The widths at which pages are looked at: a desk, a cheap phone, and the
// narrowest at which nothing may have to be moved sideways.
const (
	desk      = 1280
	phone     = 360
	narrowest = 320
)

// chromium is the one browser of the package's tests. The first test that
// needs it starts it; each works in tabs of its own.
var chromium struct {
	start sync.Once
	tabs  sync.Mutex
	stop  context.CancelFunc
	ctx   context.Context
	err   error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if chromium.ctx != nil {
		chromium.stop()
	}
	os.Exit(code)
}

// startChromium starts it without what makes browsing quicker and is work here: a process kept ready for the page after the next, the page
// before kept alive, a new frame for each page. Its tests took a quarter less processor time without.
func startChromium() {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.DisableGPU, chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-field-trial-config", true),
		chromedp.Flag("disable-features", "Translate,BackForwardCache,SpareRendererForSitePerProcess,RenderDocument"),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("font-render-hinting", "none"))
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(allocator)
	chromium.ctx, chromium.stop = ctx, func() { stop(); stopAllocator() }
	chromium.err = chromedp.Do(ctx)
}

// serve puts the house behind a socket on loopback, with the program's own
// bounds, and gives its origin.
func (h *house) serve() string {
	h.t.Helper()
	server := httptest.NewUnstartedServer(nil)
	server.Config = h.s.HTTPServer()
	server.Start()
	h.t.Cleanup(server.Close)
	return server.URL
}

// tab is one page of the browser with cookies of its own.
type tab struct {
	t      testing.TB
	ctx    context.Context
	origin string
	width  int64
}

// newTab opens a tab for a site, so many pixels wide; a narrow one is a phone.
func newTab(t testing.TB, origin string, width int64) *tab {
	t.Helper()
	chromium.start.Do(startChromium)
	if chromium.err != nil {
		t.Fatal("chromium does not start: ", chromium.err)
	}
	ctx, err := startTab(t)
	if err != nil {
		t.Log("a tab does not start, and is tried once more: ", err)
		ctx, err = startTab(t)
	}
	must(t, err)
	b := &tab{t: t, ctx: ctx, origin: origin}
	b.resize(width)
	return b
}

// startTab opens a tab, one at a time, and gives up when the browser leaves it
// without an answer. The tab lives as long as the context that starts it, so
// that patience ends the whole of it.
func startTab(t testing.TB) (context.Context, error) {
	chromium.tabs.Lock()
	defer chromium.tabs.Unlock()
	ctx, cancel := chromedp.NewContext(chromium.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	late := time.AfterFunc(patience, cancel)
	defer late.Stop()
	return ctx, chromedp.Do(ctx)
}

// patiently bounds what the tab is asked.
func (b *tab) patiently() (context.Context, context.CancelFunc) {
	return context.WithTimeout(b.ctx, patience)
}

// resize makes the tab so many pixels wide.
func (b *tab) resize(width int64) {
	b.t.Helper()
	if b.width = width; width < 600 {
		b.do(chromedp.EmulateViewport(width, 780, chromedp.EmulatePortrait, chromedp.EmulateMobile, chromedp.EmulateTouch))
		return
	}
	b.do(chromedp.EmulateViewport(width, 900))
}

// withoutScripts switches scripts off, as some browsers do for good.
func (b *tab) withoutScripts() *tab {
	b.t.Helper()
	ctx, cancel := b.patiently()
	defer cancel()
	_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	must(b.t, err)
	return b
}

// session signs the tab in with a session that is open already, or out for a
// stranger.
func (b *tab) session(v *visitor) *tab {
	b.t.Helper()
	ctx, cancel := b.patiently()
	defer cancel()
	_, err := chromedp.Call(ctx, network.ClearBrowserCookies, cdp.Empty{})
	must(b.t, err)
	for name, value := range map[string]string{sessionCookie: v.cookie, keptCookie: v.kept} {
		if value != "" {
			_, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: v.house.s.cookieName(name), Value: value, URL: b.origin})
			must(b.t, err)
		}
	}
	return b
}

// run is an expression as a step.
func run(expression string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := chromedp.Evaluate[any](expression)(ctx, target)
		return err
	})
}

// do takes steps that lead to no other page.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := b.patiently()
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%s: %v", b.where(), err)
	}
}

// ask runs an expression in the page and gives its value.
func ask[T any](b *tab, expression string, options ...chromedp.EvaluateOption) T {
	b.t.Helper()
	ctx, cancel := b.patiently()
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, options...))
	if err != nil {
		b.t.Fatalf("%s: %v", b.where(), err)
	}
	return v
}

// where is the path of the page that the tab shows.
func (b *tab) where() string {
	ctx, cancel := b.patiently()
	defer cancel()
	at, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return err.Error()
	}
	return strings.TrimPrefix(at, b.origin)
}

// leads takes steps that lead to another page and fails unless it answers so.
func (b *tab) leads(status int, what string, steps ...chromedp.Action[chromedp.Void]) *tab {
	b.t.Helper()
	ctx, cancel := b.patiently()
	defer cancel()
	answer, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		b.t.Fatalf("%s: %s: %v", b.where(), what, err)
	}
	if answer.Status != int64(status) {
		b.t.Fatalf("%s: %s answers %d, not %d", b.where(), what, answer.Status, status)
	}
	b.fits()
	return b
}

// show writes a page in the place of the one that is there, address and all.
const show = `(async (path, page) => {
	history.replaceState(null, "", path);
	document.open();
	document.write(page);
	document.close();
	while (document.readyState !== "complete") await new Promise(later => setTimeout(later, 1));
	return true;
})(%q, %s)`

// shows puts an answer's page in the place of the one that the tab shows. That page is laid out like one that is opened: it has no script
// that would be missed. axe-core stays as it is, which begins cold in a page that is opened and takes half as long again.
func (b *tab) shows(a *answer) *tab {
	b.t.Helper()
	page, err := json.Marshal(a.body)
	must(b.t, err)
	ask[bool](b, fmt.Sprintf(show, a.path, page), chromedp.EvalAwaitPromise)
	b.fits()
	return b
}

// shown is the page that the tab shows.
func (b *tab) shown() *answer {
	b.t.Helper()
	return &answer{path: b.where(), body: ask[string](b, `"<!doctype html>" + document.documentElement.outerHTML`)}
}

// open goes to a path.
func (b *tab) open(path string) *tab {
	b.t.Helper()
	return b.leads(200, "opening "+path, chromedp.Navigate(b.origin+path))
}

// press clicks on the link or the button with these words and waits for the
// page to which it leads.
func (b *tab) press(words string) *tab {
	b.t.Helper()
	return b.pressFor(200, words)
}

// pressFor is press where another answer is wanted.
func (b *tab) pressFor(status int, words string) *tab {
	b.t.Helper()
	xpath := fmt.Sprintf(`//*[self::a or self::button][normalize-space()=%q]`, words)
	return b.leads(status, "pressing "+words, chromedp.Click(xpath, chromedp.NodeVisible))
}

// follow clicks on the first link of the page's main part that begins with
// these words.
func (b *tab) follow(words string) *tab {
	b.t.Helper()
	xpath := fmt.Sprintf(`//main//a[starts-with(normalize-space(), %q)]`, words)
	return b.leads(200, "following "+words, chromedp.Click(xpath, chromedp.NodeVisible))
}

// click clicks on the first element that a CSS selector names.
func (b *tab) click(selector string) *tab {
	b.t.Helper()
	return b.leads(200, "clicking "+selector, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// fill types a text into a field in place of what stands there.
func (b *tab) fill(id, text string) *tab {
	b.t.Helper()
	field := chromedp.CSS("#" + id)
	b.do(run(fmt.Sprintf(`document.getElementById(%q).value = ""`, id)), chromedp.SendKeys(field, text))
	return b
}

// upload chooses the file of a field.
func (b *tab) upload(id, path string) *tab {
	b.t.Helper()
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#"+id), []string{path}))
	return b
}

// choose takes an option of a select.
func (b *tab) choose(id, value string) *tab {
	b.t.Helper()
	b.do(chromedp.SetValue(chromedp.CSS(`[id="`+id+`"]`), value))
	return b
}

// text is what a person reads in the elements that a selector names.
func (b *tab) text(selector string) string {
	b.t.Helper()
	said := ask[string](b, fmt.Sprintf(`[...document.querySelectorAll(%q)].map(e => e.innerText).join(" ")`, selector))
	return strings.Join(strings.Fields(said), " ")
}

// says fails unless the elements show every one of the texts.
func (b *tab) says(selector string, texts ...string) *tab {
	b.t.Helper()
	said := b.text(selector)
	for _, text := range texts {
		if !strings.Contains(said, text) {
			b.t.Errorf("%s: %q does not say %q but %q", b.where(), selector, text, said)
		}
	}
	return b
}

// download clicks on the link to a file and gives the path of what was saved.
func (b *tab) download(selector string) string {
	b.t.Helper()
	ctx, cancel := b.patiently()
	defer cancel()
	dir, yes := b.t.TempDir(), true
	_, err := chromedp.CallBrowser(ctx, downloads.SetDownloadBehavior, downloads.SetDownloadBehaviorParams{Behavior: downloads.SetDownloadBehaviorBehaviorAllow,
		BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID, DownloadPath: dir, EventsEnabled: &yes})
	must(b.t, err)
	progress := chromedp.BrowserEvents(ctx, downloads.DownloadProgress)
	must(b.t, chromedp.Do(ctx, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible)))
	for event, err := range progress {
		must(b.t, err)
		if event.State == downloads.DownloadProgressStateCompleted && strings.HasPrefix(event.FilePath, dir) {
			return event.FilePath
		}
	}
	b.t.Fatal("nothing was downloaded")
	return ""
}

// tooWide lists what makes a page wider than its window.
const tooWide = `(() => {
	const width = %d, names = [];
	if (document.documentElement.scrollWidth <= width) return names;
	for (const e of document.querySelectorAll("body *")) {
		const box = e.getBoundingClientRect();
		if (box.right > width + 1 && box.width > 0 && !e.closest(".scroll, .vh, .defs") && !e.querySelector(":scope > *"))
			names.push(e.outerHTML.slice(0, 160) + " to " + Math.round(box.right));
	}
	return names.concat(document.documentElement.scrollWidth + " px wide");
})()`

func (b *tab) tooWide() []string {
	b.t.Helper()
	return ask[[]string](b, fmt.Sprintf(tooWide, b.width))
}

// tooLong lists what is longer than the cell of the table in which it stands, and runs into the next.
const tooLong = `[...document.querySelectorAll("main :is(td, th)")]
	.filter(e => e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 2 && getComputedStyle(e).overflowX === "visible" && !e.closest(".vh"))
	.map(e => e.scrollWidth + " px in " + e.clientWidth + ": " + e.outerHTML.slice(0, 240))`

// fits fails when the page has to be moved sideways, or what a cell of a table holds runs into the next.
func (b *tab) fits() {
	b.t.Helper()
	for _, name := range b.tooWide() {
		b.t.Errorf("%s at %d px is too wide: %s", b.where(), b.width, name)
	}
	for _, name := range ask[[]string](b, tooLong) {
		b.t.Errorf("%s at %d px: %s", b.where(), b.width, name)
	}
}

// tooSmall lists what a thumb misses: whatever is pressed or typed into in a
// form, and every button.
const tooSmall = `[...document.querySelectorAll("main form :is(a, button, input, select, textarea, summary), main .btns a, a.govuk-button, .menu, .nav :is(a, button)")]
	.map(e => [e, e.getBoundingClientRect()])
	.map(([e, box]) => [e, box.height < 43.9 && e.matches("[type=radio], [type=checkbox]") && e.labels[0] ? e.labels[0].getBoundingClientRect() : box])
	.filter(([e, box]) => box.width > 0 && box.height < 43.9 && !e.closest("main :is(p, li)"))
	.map(([e, box]) => box.height + " px: " + e.outerHTML.slice(0, 160))`

// thumbs fails when something to press on a phone is less than 44 pixels high.
func (b *tab) thumbs() *tab {
	b.t.Helper()
	if b.width != phone {
		return b
	}
	for _, name := range ask[[]string](b, tooSmall) {
		b.t.Errorf("%s: too small for a thumb: %s", b.where(), name)
	}
	return b
}

// picture is what the window shows when it is so many pixels high.
func (b *tab) picture(height int64) []byte {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(b.width, height))
	ctx, cancel := b.patiently()
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	must(b.t, err)
	return png
}

//go:embed testdata/axe.min.js
var axe string

// withAxe brings axe-core along to every page that the tab opens from now on:
// for many pages that takes less time than to send it to each.
func (b *tab) withAxe() *tab {
	b.t.Helper()
	ctx, cancel := b.patiently()
	defer cancel()
	_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: axe})
	must(b.t, err)
	return b
}

// violation is a rule of axe-core that a page breaks, and where.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML string `json:"html"`
		Why  string `json:"failureSummary"`
	} `json:"nodes"`
}

// violations lists where the page breaks a rule of axe-core.
func (b *tab) violations() (list []string) {
	b.t.Helper()
	if !ask[bool](b, `typeof axe === "object"`) {
		ask[bool](b, axe+`; true`)
	}
	for _, v := range ask[[]violation](b, `axe.run(document, {resultTypes: ["violations"], preload: false, selectors: false}).then(r => r.violations)`, chromedp.EvalAwaitPromise) {
		for _, n := range v.Nodes {
			list = append(list, fmt.Sprintf("breaks %s (%s): %s\n%s", v.ID, v.Help, n.HTML, n.Why))
		}
	}
	return list
}

// accessible fails for each rule of axe-core that the page breaks.
func (b *tab) accessible() {
	b.t.Helper()
	for _, v := range b.violations() {
		b.t.Errorf("%s at %d px %s", b.where(), b.width, v)
	}
}
