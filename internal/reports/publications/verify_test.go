package publications

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/zlib"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"

	"tracker/internal/accounts"
	"tracker/internal/db/dbtest"
	"tracker/internal/plan"
	"tracker/internal/plan/plantest"
)

// verdict is the outcome for a file, with the number that it names.
func (p *press) verdict(file []byte) string {
	p.t.Helper()
	v, err := p.Verify(p.t.Context(), file)
	p.must(err)
	return strings.TrimSpace(string(v.Outcome) + " " + v.Number)
}

// forms takes all files of a publication.
func (p *press) forms(label string) map[string][]byte {
	p.t.Helper()
	told, err := p.read("one", label)
	p.must(err)
	out := map[string][]byte{}
	for _, f := range told.Files {
		taken, err := p.Take(p.t.Context(), p.Actors["one"], plantest.Country, label, f.Format)
		p.must(err)
		out[f.Format] = taken.Body
	}
	return out
}

// A file is genuine to the byte or altered; what others made is unknown.
func TestAFileIsGenuineToTheByte(t *testing.T) {
	p := newPress(t, dbtest.SQLite(t))
	p.did("NSF 1.1.1", "The committee met.")
	label := p.out(plan.Partner, "USE")
	files := p.forms(label)
	for format, file := range files {
		if got := p.verdict(file); got != "genuine "+label {
			t.Errorf("%s is %s", format, got)
		}
		flips := 0
		for at := 0; at < len(file); at += max(1, len(file)/150) {
			changed := bytes.Clone(file)
			changed[at] ^= 1
			switch got := p.verdict(changed); got {
			case "altered " + label:
				flips++
			case "unknown": // the byte that bears the number, or its first words
			default:
				t.Errorf("%s with byte %d changed is %s", format, at, got)
			}
		}
		if flips < 140 {
			t.Errorf("%s: %d of 150 changes of a byte were found", format, flips)
		}
		for name, changed := range map[string][]byte{"a byte more": append(bytes.Clone(file), '\n'), "a byte less": file[:len(file)-1]} {
			if got := p.verdict(changed); got != "altered "+label {
				t.Errorf("%s with %s is %s", format, name, got)
			}
		}
	}
	other := newPress(t, dbtest.SQLite(t))
	other.out(plan.Public)
	elsewhere := other.out(plan.Public)
	for format, file := range other.forms(elsewhere) {
		if got := p.verdict(file); got != "unknown" {
			t.Errorf("%s of another instance is %s", format, got)
		}
	}
	for name, file := range map[string][]byte{"nothing": nil, "a letter": []byte("See " + label), "a preview": p.preview("xlsx")} {
		if got := p.verdict(file); got != "unknown" {
			t.Errorf("%s is %s", name, got)
		}
	}
}

func (p *press) preview(format string) []byte {
	p.t.Helper()
	told, err := p.Prepared(p.t.Context(), p.Actors["sign"], plantest.Country, p.prepare("one", plan.Public))
	p.must(err)
	v, err := p.Value(p.t.Context(), p.Actors["sign"], told)
	p.must(err)
	f, err := p.Preview(v, format)
	p.must(err)
	return f.Body
}

// Who recalled a publication is told by verifying, and what replaced it.
func TestARecalledFileSaysWhatReplacesIt(t *testing.T) {
	eachPress(t, func(p *press) {
		first, second := p.out(plan.Public), p.out(plan.Public)
		file := p.forms(first)["csv"]
		p.must(p.Recall(p.t.Context(), p.Actors["one"], p.key(), first, 2, "A wrong figure", second))
		v, err := p.Verify(p.t.Context(), file)
		if err != nil || v.Outcome != WasTaken || v.Number != first || v.Replacement != second || v.RecalledOn != plantest.Day("2021-11-08") || v.PublishedOn != v.RecalledOn {
			p.t.Errorf("%+v, %v", v, err)
		}
		if got := p.verdict(append(file, ' ')); got != "altered "+first {
			p.t.Errorf("changed it is %s", got)
		}
	})
}

// What other programs write anew still bears its number.
func TestAFileThatAnotherProgramSavedIsAltered(t *testing.T) {
	p := newPress(t, dbtest.SQLite(t))
	label := p.out(plan.Public)
	files, dir := p.forms(label), t.TempDir()
	put := func(name string) string {
		path := filepath.Join(dir, name)
		p.must(os.WriteFile(path, files[filepath.Ext(name)[1:]], 0o600))
		return path
	}
	python := cmp.Or(os.Getenv("TRACKER_TEST_PYTHON"), "/usr/bin/python3")
	office := []string{"soffice", "-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", "xlsx", "--outdir", filepath.Join(dir, "office")}
	book, document := put("book.xlsx"), put("document.pdf")
	for name, run := range map[string][]string{
		"book-openpyxl.xlsx":     {python, "-c", "import openpyxl, sys\nopenpyxl.load_workbook(sys.argv[1]).save(sys.argv[2])", book, "OUT"},
		"office/book.xlsx":       append(office, book),
		"document-packed.pdf":    {"qpdf", "--object-streams=generate", "--recompress-flate", document, "OUT"},
		"document-plain.pdf":     {"qpdf", "--qdf", document, "OUT"},
		"document-line.pdf":      {"qpdf", "--linearize", document, "OUT"},
		"document-first.pdf":     {"qpdf", document, "--pages", ".", "1", "--", "OUT"},
		"document-from-data.csv": {python, "-c", "import sys\nopen(sys.argv[2], 'w', encoding='utf-16').write(open(sys.argv[1], encoding='utf-8').read())", put("data.csv"), "OUT"},
	} {
		path := filepath.Join(dir, name)
		for i := range run {
			run[i] = strings.Replace(run[i], "OUT", path, 1)
		}
		if out, err := exec.CommandContext(t.Context(), run[0], run[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", run, err, out)
		}
		file, err := os.ReadFile(path)
		p.must(err)
		if got := p.verdict(file); got != "altered "+label {
			t.Errorf("%s is %s", name, got)
		}
	}
}

func packed(b []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	w.Write(b) //nolint:errcheck // a buffer
	w.Close()  //nolint:errcheck
	return out.Bytes()
}

func TestWhereANumberIsFound(t *testing.T) {
	const seven = "LS-2021-0007"
	mark := "tracker-publication:" + seven
	wide := func(text string, little bool) []byte {
		var b []byte
		for _, u := range utf16.Encode([]rune(text)) {
			if pair := [2]byte{byte(u >> 8), byte(u)}; little {
				b = append(b, pair[1], pair[0])
			} else {
				b = append(b, pair[:]...)
			}
		}
		return b
	}
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	w, err := z.Create("docProps/core.xml")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(w, "<cp:keywords>%s</cp:keywords>", mark) //nolint:errcheck // a buffer
	z.Close()                                             //nolint:errcheck
	for name, file := range map[string][]byte{
		"plain":                  []byte("x" + mark + "."),
		"UTF-16, little first":   wide("x"+mark, true),
		"UTF-16, big first":      wide("x"+mark, false),
		"hexadecimal":            fmt.Appendf(nil, "/Keywords <%x>", mark),
		"hexadecimal, UTF-16":    fmt.Appendf(nil, "/Keywords <feff%X>", wide(mark, false)),
		"a zip file":             archive.Bytes(),
		"a zip file cut short":   archive.Bytes()[:archive.Len()-40],
		"a packed stream":        append([]byte("5 0 obj\nstream\r\n"), packed([]byte(mark))...),
		"a packed stream, wide":  append([]byte("stream\n"), packed(wide(mark, false))...),
		"a list of keywords":     []byte("<cp:keywords>tracker-publication " + seven + "</cp:keywords>"),
		"behind a broken stream": append([]byte("stream\nx stream\n\x78\x9c\x01\x02 stream\n"), packed([]byte(mark))...),
	} {
		if got := numbers(file); len(got) != 1 || got[0] != seven {
			t.Errorf("%s: %v", name, got)
		}
	}
	for name, text := range map[string]string{"without its word": seven, "of another form": "tracker-publication:LS-21-7", "without a number": "tracker-publication:"} {
		if got := numbers([]byte(text)); len(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Guards the server against files that unpack to far more than they are, and
// against those with very many parts.
func TestABombIsLookedAtSoFarAndNoFurther(t *testing.T) {
	big := packed(bytes.Repeat([]byte("0"), 64<<20))
	var bomb, swarm, many bytes.Buffer
	for range 200 {
		bomb.WriteString("stream\n")
		bomb.Write(big)
	}
	for bomb.Len() < FileMax {
		bomb.WriteByte(' ')
	}
	small := packed([]byte("0"))
	for swarm.Len() < FileMax {
		swarm.WriteString("stream\n")
		swarm.Write(small)
	}
	for many.Len() < FileMax {
		many.WriteString("tracker-publication:LS-2021-0001 PK\x03\x04stream")
	}
	for name, file := range map[string][]byte{"bomb": bomb.Bytes(), "swarm": swarm.Bytes(), "signs": many.Bytes()} {
		var before, after runtime.MemStats
		runtime.GC() // what earlier tests left is not this one's
		runtime.ReadMemStats(&before)
		s := search{}
		s.unpack(file, []byte("stream"), stream)
		runtime.GC() // what awaits collecting is not held
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(&s)
		if s.unpacked > unpackedMax || s.parts > partsMax || after.HeapAlloc > before.HeapAlloc+(64<<20) {
			t.Errorf("%s: %d bytes of %d parts were unpacked, %d MB are held", name, s.unpacked, s.parts, (int64(after.HeapAlloc)-int64(before.HeapAlloc))>>20) //nolint:gosec // no heap is that large
		}
		numbers(file)
	}
}

// Nobody has to be signed in, and nothing of the file is kept.
func TestVerifyingKeepsNothing(t *testing.T) {
	eachPress(t, func(p *press) {
		label := p.out(plan.Partner, "USE")
		file := p.forms(label)["pdf"]
		rows := func() int {
			return p.Count(p.t, "SELECT (SELECT count(*) FROM audit_entries) + (SELECT count(*) FROM publication_downloads) + (SELECT count(*) FROM publication_files)")
		}
		before := rows()
		for range 3 {
			p.verdict(file)
		}
		if rows() != before {
			p.t.Error("verifying wrote something")
		}
		if _, err := p.read("nobody", label); err == nil || p.Actors["nobody"] != (accounts.Actor{}) {
			p.t.Error("who holds the file may read the publication")
		}
	})
}
