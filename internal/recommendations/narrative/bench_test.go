package narrative

import (
	"strings"
	"testing"

	"tracker/internal/sheet/peak"
)

// largePage is a page of nearly as many bytes as are taken, with a list in its midst.
func largePage() string {
	filler := "<div class=\"text\"><p>The government said in <a href=\"/x\">its report</a> that it tried 4 people &amp; kept a list of them.<sup>1</sup></p><ul><li>Item of a menu</li></ul></div>\n"
	list := "<h3>Prioritized Recommendations</h3><ul>" + strings.Repeat("<li>Train inspectors in <b>every</b> district.</li>", 100) + "</ul><h3>Prosecution</h3>"
	half := strings.Repeat(filler, (MostText/2-len(list))/len(filler))
	return half + list + half
}

// largeText is a text of nearly as many bytes, pasted from a PDF.
func largeText() string {
	filler := "The government said in its report of 2019 that it tried four people and kept a list of all of them and of what be-\ncame of them.\n\n345\nTRAFFICKING IN PERSONS REPORT\n"
	list := "PRIORITIZED RECOMMENDATIONS\n" + strings.Repeat("• Train inspectors in\nevery district.\n", 100) + "PROSECUTION\n"
	half := strings.Repeat(filler, (MostText/2-len(list))/len(filler))
	return half + list + half
}

func benchmarkRead(b *testing.B, content string) {
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	report := peak.Watch(b)
	for b.Loop() {
		f, err := read(content, "a")
		if err != nil || len(f.Recommendations) != 100 {
			b.Fatal(len(f.Recommendations), err)
		}
	}
	report()
}

// The promise: a page of 10 MB in less than 2 s, with less than 100 MB of memory at its peak.
func BenchmarkReadPageOf10MB(b *testing.B) { benchmarkRead(b, largePage()) }

// The same for a text pasted from a PDF.
func BenchmarkReadTextOf10MB(b *testing.B) { benchmarkRead(b, largeText()) }
