package pdf

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
	"unicode"

	"tracker/internal/calendar"
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

// tool gives what a program says; a missing program fails the test.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

// saved writes the report to a file.
func saved(t *testing.T, s reports.Status) string {
	return reportstest.Saved(t, "status.pdf", written(t, s))
}

func TestTheDocumentIsSound(t *testing.T) {
	tool(t, "qpdf", "--check", saved(t, reportstest.Sample(50)))
}

// said is the text of the document, as pdftotext reads it.
func said(t *testing.T, s reports.Status) string {
	t.Helper()
	return tool(t, "pdftotext", "-layout", saved(t, s), "-")
}

func TestTheDocumentIsTheSameTwice(t *testing.T) {
	s := reportstest.Sample(50)
	if !bytes.Equal(written(t, s), written(t, s)) {
		t.Error("two runs wrote different bytes")
	}
}

func TestEveryCommitmentAndRecommendationIsInTheDocument(t *testing.T) {
	s := reportstest.Sample(50)
	text := said(t, s)
	for _, c := range s.Commitments {
		if !strings.Contains(text, c.Ref) {
			t.Errorf("%s is missing", c.Ref)
		}
	}
	for _, e := range s.Editions() {
		if !strings.Contains(text, e.Ref+" · "+e.Tier) {
			t.Errorf("%s is missing", e.Ref)
		}
	}
	for _, want := range []string{"Status report as of 8 November 2021", "Reporting period 2021-22", "DEMONSTRATION, illustrative", "Internal edition"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
}

func TestAReportOfNothingIsADocumentToo(t *testing.T) {
	text := said(t, reportstest.Sample(0))
	for _, want := range []string{"The plan held no commitment on this day.", "Status report as of 8 November 2021"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
}

// The cover of a publication says all by which it is known again, to the last
// letter: the head of the trail once fell off the page.
func TestTheCoverOfAPublicationSaysItsFingerprintAndTheTrailsHead(t *testing.T) {
	s := reportstest.Sample(50)
	s.Since, s.Scope = calendar.MustParse("2021-04-01"), reports.Scope{Institutions: []string{"MHA", "MPPS"}, Mechanisms: []string{"TIP"}}
	s.Publication = &reports.Stamp{Number: "LS-2021-0003", PublishedOn: calendar.MustParse("2021-11-09"), PublishedBy: "Principal Secretary, Home Affairs",
		SHA256: strings.Repeat("0a1b", 16), AuditSeq: 1234567, AuditHead: strings.Repeat("c2d3", 16)}
	cover := strings.Join(strings.Fields(tool(t, "pdftotext", "-l", "1", "-raw", saved(t, s), "-")), "")
	for _, want := range []string{s.Publication.Number, s.Publication.SHA256, "entry1234567", s.Publication.AuditHead} {
		if !strings.Contains(cover, want) {
			t.Errorf("the cover does not say %s", want)
		}
	}
}

// hostile are texts that people paste and that broke PDF writers before.
var hostile = []string{
	"", " ", "Training \U0001F600 held", "e\u0301tat, bo\u030Cz", "a\tb\r\nc\x00d\x1b[31m", "\xff\xfe broken", "\u202Eright to left",
	"مرحبا بالعالم", "ስብሰባ ተካሄደ", strings.Repeat("long", 2500), strings.Repeat("many words ", 300), "\uFFFE\uFFFF\uFEFF", "{nb} {pages}", "(a) \\ (b",
}

func TestHostileTextsCrashNothingAndLoseNoRow(t *testing.T) {
	for _, text := range hostile {
		s := reportstest.Sample(3)
		fill(&s, text)
		file := saved(t, s)
		tool(t, "qpdf", "--check", file)
		words := tool(t, "pdftotext", "-layout", file, "-")
		for _, c := range s.Commitments {
			if !strings.Contains(words, c.Ref) {
				t.Errorf("with %.20q %s is missing", text, c.Ref)
			}
		}
		whole(t, file, s, text)
	}
}

// whole fails unless every cell that fill has filled with a text stands in the
// file with all its letters, as far as the fonts have them; a short one of
// letters that run from left to right stands there in one piece.
func whole(t *testing.T, file string, s reports.Status, text string) {
	t.Helper()
	said := spaces.ReplaceAllString(tool(t, "pdftotext", "-raw", file, "-"), "")
	d, err := newDocument(reportstest.Words(t), head{})
	if err != nil {
		t.Fatal(err)
	}
	cells := 4*len(s.Commitments) + 2*len(s.Recommendations) // title, done, obstacles, next step; title and text
	var piece []rune
	simple := true
	count := map[rune]int{}
	for _, r := range d.clean(sans, text) {
		switch {
		case unicode.IsSpace(r):
		case r >= '!' && r < 0x590 && d.fonts.cover[bold].has(r) && !unicode.IsMark(r):
			piece = append(piece, r)
			count[r]++
		default:
			simple = false
		}
	}
	for r, n := range count {
		if got := strings.Count(said, string(r)); got < n*cells {
			t.Errorf("with %.40q the letter %q stands there %d times, not %d", text, r, got, n*cells)
		}
	}
	if simple && len(piece) > 0 && len(piece) <= 30 {
		if got := strings.Count(said, string(piece)); got < cells {
			t.Errorf("%q stands there %d times, not %d", text, got, cells)
		}
	}
}

// fill puts a text wherever a person types one.
func fill(s *reports.Status, text string) {
	s.Owner, s.CountryName = text, text
	for i := range s.Commitments {
		c := &s.Commitments[i]
		c.Title, c.Text, c.Done, c.NextStep, c.Obstacles, c.MeansOfVerification = text, text, text, text, text, text
	}
	for i := range s.Recommendations {
		r := &s.Recommendations[i]
		r.Title, r.Text, r.Source = text, text, text
		for k := range r.Items {
			r.Items[k].Text = text
		}
	}
}

func FuzzAnyTextMakesADocument(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := reportstest.Sample(1)
		s.Recommendations = s.Recommendations[:2]
		text = text[:min(len(text), 2000)] // longer ones are among the hostile
		fill(&s, text)
		whole(t, saved(t, s), s, text)
	})
}
