package web

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"gorm.io/gorm"

	"tracker/internal/files"
	"tracker/internal/progress"
)

// part is a field of a form with files; name is empty for one that is no file.
type part struct{ field, name, content string }

// body is a form with files as a browser sends it.
func body(t testing.TB, parts ...part) (*bytes.Buffer, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range append([]part{{"key", "", newKey()}}, parts...) {
		var out io.Writer
		var err error
		if p.name == "" {
			out, err = w.CreateFormField(p.field)
		} else {
			out, err = w.CreateFormFile(p.field, p.name)
		}
		must(t, err)
		_, err = io.WriteString(out, p.content)
		must(t, err)
	}
	must(t, w.Close())
	return &b, w.FormDataContentType()
}

// file is a file with what is said of it.
func file(name, content string, more ...part) []part {
	return append([]part{{"file_1", name, content}, {"kind_1", "", "statistics"}, {"share_1", "", "partner"}, {"title_1", "", "Attendance"}}, more...)
}

// filed is a plan with a draft of Social Development's.
func filed(t *testing.T) (*planned, string) {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	p := newPlanned(t)
	id, err := p.s.Progress.Log(t.Context(), p.msd.actor, newKey(), progress.NewUpdate{CommitmentID: p.ids["NSF 3.1.1"],
		Text: progress.Text{AsOf: day("2021-11-01"), Status: progress.InProgress, Done: "Held the workshop"}}, 0, 0, false)
	must(t, err)
	return p, "/updates/" + itoa(id)
}

// sendBody posts a form with files.
func (v *visitor) sendBody(path string, in io.Reader, kind string) *answer {
	v.house.t.Helper()
	r := httptest.NewRequest(post, path, in)
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.send(r)
}

func (v *visitor) sendFiles(path string, parts ...part) *answer {
	v.house.t.Helper()
	b, kind := body(v.house.t, parts...)
	return v.sendBody(path, b, kind)
}

// stored says how many files there are, and that none is left on the disk.
func (p *planned) stored() int {
	p.t.Helper()
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), "tracker-file-*")); err != nil || len(left) > 0 {
		p.t.Errorf("left on the disk: %v (%v)", left, err)
	}
	var n int
	must(p.t, p.db.Read(p.t.Context(), func(tx *gorm.DB) error {
		return tx.Raw("SELECT (SELECT count(*) FROM evidence_files) + (SELECT count(*) FROM evidence_chunks)").Scan(&n).Error
	}))
	return n
}

func TestFilesAreAddedShownTakenAndRemoved(t *testing.T) {
	p, path := filed(t)
	p.msd.get(path).says("main", "Add files")
	p.msd.get(path+"/evidence/new").says("main", "PDF, PNG", "20 MB", "0 KB of 500 MB")
	p.msd.sendFiles(path+"/evidence/new", append(file("../../Liste d'été.CSV", "name,count\nMaseru,3\n", part{"dated_on_1", "", "28 9 2021"}, part{"source_1", "", "Office"}),
		part{"file_2", "note.txt", "What was said"}, part{"kind_2", "", "other"}, part{"share_2", "", "internal"})...).is(http.StatusSeeOther)
	a := p.msd.get(path).says("main", "2 files were added", "Attendance", "Liste d'été.csv, 1 KB", "Statistics, dated 28 Sep 2021, received 8 Nov 2021 · Office", "note", "Evidenced")
	href := attr(a.find("a[href^='" + path + "/evidence/']:not([href$=new])")[0], "href")
	got := p.msd.get(href).is(http.StatusOK)
	for name, want := range map[string]string{"Content-Disposition": `attachment; filename="Liste d'_t_.csv"; filename*=UTF-8''Liste%20d%27%C3%A9t%C3%A9.csv`, "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": filePolicy, "Content-Type": "text/csv; charset=utf-8", "Cache-Control": "no-store", "Content-Length": "20"} {
		if got.header.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, got.header.Get(name), want)
		}
	}
	if got.body != "name,count\nMaseru,3\n" {
		t.Errorf("the file is %q", got.body)
	}
	p.msd.get(href+"/remove").says("h1", "Remove this file")
	p.msd.post(href+"/remove", url.Values{"version": {"1"}}).is(http.StatusSeeOther)
	p.msd.get(path).says("main", "The file was removed", "note.txt")
	p.msd.get(href).is(http.StatusNotFound)
	if n := p.stored(); n != 2 {
		t.Errorf("%d rows are stored", n)
	}
}

// What is typed is kept, and the reason stands beside the file.
func TestAFileThatIsRefused(t *testing.T) {
	p, path := filed(t)
	for name, c := range map[string]struct {
		parts      []part
		field, why string
	}{
		"page":       {file("a.pdf", "<html><script>alert(1)</script>"), "file_1", "not what its name says"},
		"program":    {file("report.pdf.exe", "MZ"), "file_1", "Choose a PDF"},
		"polyglot":   {file("a.png", "GIF89a=1;alert(1)"), "file_1", "not what its name says"},
		"large":      {file("a.txt", strings.Repeat("x", 20<<20+1)), "file_1", "larger than 20 MB"},
		"empty":      {file("a.txt", ""), "file_1", "empty"},
		"none":       {[]part{{"title_1", "", "Attendance"}}, "file_1", "Choose a file"},
		"nothing":    {nil, "file_1", "Choose a file"},
		"later day":  {file("a.txt", "x", part{"dated_on_1", "", "9 11 2021"}), "dated_on_1", "up to today"},
		"no day":     {file("a.txt", "x", part{"dated_on_1", "", "soon"}), "dated_on_1", ""},
		"no kind":    {[]part{{"file_1", "a.txt", "x"}, {"share_1", "", "partner"}}, "kind_1", "Choose"},
		"the second": {append(file("a.txt", "good"), part{"file_2", "b.pdf", "bad"}, part{"kind_2", "", "law"}, part{"share_2", "", "public"}), "file_2", "not what its name says"},
		"too many":   {append(file("a.txt", "x"), make([]part, 70)...), "", "did not come whole"},
	} {
		a := p.msd.sendFiles(path+"/evidence/new", c.parts...).is(http.StatusUnprocessableEntity).says("main", "Nothing was stored", c.why)
		if c.field != "" {
			a.says("#"+c.field+"-error", c.why)
		}
		if len(c.parts) > 0 && c.field != "" && attr(a.find("#title_1")[0], "value") != "Attendance" && name != "no kind" {
			t.Errorf("%s: the title is lost", name)
		}
		if n := p.stored(); n != 0 {
			t.Errorf("%s: %d rows are stored", name, n)
		}
	}
	p.msd.sendBody(path+"/evidence/new", strings.NewReader("x"), "text/plain").is(http.StatusUnprocessableEntity)
	for _, name := range []string{`..\..\x.txt`, `"><img src=x onerror=1>.txt`, "\u202Etxt.x.txt", "CON.txt", strings.Repeat("n", 300) + ".txt"} {
		p.msd.sendFiles(path+"/evidence/new", file(name, name)...).is(http.StatusSeeOther)
	}
	if a := p.msd.get(path); strings.Contains(a.body, "<img") || strings.Contains(a.body, "\u202E") {
		t.Error("a name is shown as it came")
	}
}

// A sender who goes away, in a field, in a file or between files, leaves nothing.
func TestAnUploadThatIsCutOff(t *testing.T) {
	p, path := filed(t)
	b, kind := body(t, append(file("a.txt", strings.Repeat("what was done\n", 40_000)), part{"file_2", "b.txt", "more"})...)
	for _, at := range []int{0, 60, 400, 100_000, b.Len() - 300, b.Len() - 3} {
		in := io.MultiReader(bytes.NewReader(b.Bytes()[:at]), iotest.ErrReader(errors.Join(io.ErrUnexpectedEOF, net.ErrClosed)))
		p.msd.sendBody(path+"/evidence/new", in, kind).is(http.StatusUnprocessableEntity).says("main", "did not come whole")
		if n := p.stored(); n != 0 {
			t.Errorf("cut at %d: %d rows are stored", at, n)
		}
	}
	fds, _ := os.ReadDir("/proc/self/fd")
	for _, fd := range fds {
		if to, _ := os.Readlink("/proc/self/fd/" + fd.Name()); strings.Contains(to, "tracker-file-") {
			t.Errorf("%s is still open", to)
		}
	}
}

// Who may not add files is told so before any is read, and a form that is
// posted twice adds them once.
func TestAnUploadOfTheWrongPersonOrTwice(t *testing.T) {
	p, path := filed(t)
	unread := iotest.ErrReader(errors.New("it was read"))
	_, kind := body(t)
	p.mha.sendBody(path+"/evidence/new", unread, kind).is(http.StatusNotFound)
	p.partner.sendBody(path+"/evidence/new", unread, kind).is(http.StatusNotFound)
	b, kind := body(t, file("a.txt", "once")...)
	for range 2 {
		p.msd.sendBody(path+"/evidence/new", bytes.NewReader(b.Bytes()), kind).is(http.StatusSeeOther)
	}
	if n := p.stored(); n != 2 {
		t.Errorf("%d rows are stored", n)
	}
}

func TestAFlippedByteIsRefusedAndLogged(t *testing.T) {
	p, path := filed(t)
	p.msd.sendFiles(path+"/evidence/new", file("a.txt", "what was done")...).is(http.StatusSeeOther)
	href := attr(p.msd.get(path).find("a[href^='" + path + "/evidence/']:not([href$=new])")[0], "href")
	p.write(func(tx *gorm.DB) error {
		return tx.Exec("UPDATE evidence_chunks SET content = ?", []byte("what was dome")).Error
	})
	var log strings.Builder
	p.s.Log = slog.New(slog.NewJSONHandler(&log, nil))
	p.msd.get(href).is(http.StatusServiceUnavailable).says("main", "altered or damaged")
	if !strings.Contains(log.String(), "update 1, a.txt (file 1)") {
		t.Errorf("the log does not name the file: %s", log.String())
	}
}

// The register holds what its reader may see, and its file what it shows.
func TestTheRegisterOfEvidence(t *testing.T) {
	h := demoHouse(t, testDay)
	coordinator, focal, outside := h.signIn("coordinator.one@tracker.example"), h.signIn("focal.msd@tracker.example"), h.signIn("focal.bds@tracker.example")
	for path, want := range map[string]string{"": "68 of 68", "?form=file": "3 of 68", "?form=file&institution=MSD": "2 of 68", "?form=quarantine": "0 of 68", "?kind=law&share=public": "1 of 68", "?commitment=NSF+3.1.1": "4 of 68",
		"?q=ATTENDANCE-by": "1 of 68", "?from=1+11+2021": "2 of 68", "?from=20+10+2021&to=31+10+2021": "6 of 68", "?page=2": "68 of 68"} {
		coordinator.get("/evidence"+path).says(".head", want+" papers")
	}
	coordinator.get("/evidence?from=soon").is(http.StatusUnprocessableEntity).says("#from-error", "")
	if first := coordinator.get("/evidence?sort=dated").text("tbody tr td.num"); first == coordinator.get("/evidence?sort=-dated").text("tbody tr td.num") {
		t.Errorf("both orders begin with %q", first)
	}
	focal.get("/evidence?form=file").says("tbody", "Attendance counts, October and November", "Draft")
	coordinator.get("/evidence").hides("Attendance counts, October and November")
	outside.get("/evidence").hides("Draft SOPs, version 4", "Minutes of the third meeting")
	if file := coordinator.get("/evidence.csv?form=file").is(http.StatusOK).body; !strings.Contains(file, "attendance-by-office-DEMONSTRATION.csv") || strings.Contains(file, "https://") {
		t.Errorf("the file is %s", file)
	}
}

// A file of 20 MB comes in within 64 MB of the heap, that of the program
// included.
func BenchmarkAFileOfTwentyMegabytes(b *testing.B) {
	p := newPlanned(b)
	for name, line := range map[string]string{"a.txt": "What was done in Maseru\n", "a.pdf": "% a comment that is as long as a line\n"} {
		content := strings.Repeat(line, files.MostBytes/len(line)-1)
		if name == "a.pdf" {
			content = "%PDF-1.4\n" + content[20:] + "%%EOF\n"
		}
		form, kind := body(b, file(name, content)...)
		path := filepath.Join(b.TempDir(), name)
		must(b, os.WriteFile(path, form.Bytes(), 0o600))
		form, content = nil, ""
		b.Run(name, func(b *testing.B) {
			var peak uint64
			for range b.N {
				id, err := p.s.Progress.Log(b.Context(), p.msd.actor, newKey(), progress.NewUpdate{CommitmentID: p.ids["NSF 3.1.1"],
					Text: progress.Text{AsOf: day("2021-11-01"), Status: progress.InProgress, Done: "Held the workshop"}}, 0, 0, false)
				must(b, err)
				in, err := os.Open(path)
				must(b, err)
				runtime.GC()
				stop, over := make(chan bool), make(chan bool)
				go func() {
					defer close(over)
					for {
						var m runtime.MemStats
						if runtime.ReadMemStats(&m); m.HeapInuse > peak {
							peak = m.HeapInuse
						}
						select {
						case <-stop:
							return
						case <-time.After(time.Millisecond):
						}
					}
				}()
				p.msd.sendBody("/updates/"+itoa(id)+"/evidence/new", in, kind).is(http.StatusSeeOther)
				close(stop)
				<-over
				must(b, in.Close())
				_, err = p.s.Progress.Discard(b.Context(), p.msd.actor, newKey(), id, 1)
				must(b, err)
			}
			b.ReportMetric(float64(peak)/(1<<20), "peak-MB")
			if peak > 64<<20 {
				b.Errorf("%d MB at the most", peak>>20)
			}
		})
	}
}

// Another coordinator takes a file out of quarantine on a page that says why it
// was put there, and it is given out again.
func TestAFileIsTakenOutOfQuarantine(t *testing.T) {
	p := newPlanned(t)
	id, err := p.s.Progress.Log(t.Context(), p.msd.actor, newKey(), progress.NewUpdate{CommitmentID: p.ids["NSF 3.1.1"], Text: late("Adopted.")}, 0, 0, false)
	must(t, err)
	paper := p.attach(p.msd, id, "internal")
	_, err = p.s.Progress.Log(t.Context(), p.msd.actor, newKey(), progress.NewUpdate{Text: late("Adopted.")}, id, 1, true)
	must(t, err)
	must(t, p.s.Progress.Quarantine(t.Context(), p.one.actor, newKey(), id, paper, 1, "It names a child"))
	update := "/updates/" + itoa(id)
	path := update + "/evidence/" + itoa(paper)
	p.one.get(update).is(http.StatusOK).hides("/lift")
	p.one.get(path+"/lift").is(http.StatusForbidden).says("main", "another coordinator takes it out")
	p.two.get(update).is(http.StatusOK).says("main", "Take out of quarantine")
	form := onlyForm(p.two.get(path+"/lift").is(http.StatusOK).says("main", "Reason of the quarantine: “It names a child”", "stays in the audit trail"))
	p.two.post(path+"/lift", form).is(http.StatusUnprocessableEntity).says("#reason-error", "Enter why it may be given out again")
	form = onlyForm(p.two.get(path + "/lift"))
	form.Set("reason", "The child is invented.")
	p.two.post(path+"/lift", form).leads(update)
	p.two.get(update).is(http.StatusOK).says(".flash", "The file is out of quarantine.")
	p.one.get(path).is(http.StatusOK)
	p.auditor.get("/audit?action=evidence.").is(http.StatusOK).says("main", "took a file out of quarantine")
}
