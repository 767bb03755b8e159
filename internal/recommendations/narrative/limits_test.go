package narrative

import (
	"fmt"
	"strings"
	"testing"

	"tracker/internal/i18n"
	"tracker/internal/problem"
)

func TestWhatCannotBeReadIsTakenAsAList(t *testing.T) {
	bullet := func(n int, text string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "• %s %d.\n", text, i)
		}
		return b.String()
	}
	long := strings.Repeat("é", MostLetters-2)
	for _, c := range []struct{ what, content, want string }{
		{"empty", "", "error: narrative.error.empty \n"},
		{"blank", " \n\u00a0\n", "error: narrative.error.nothing \n"},
		{"a PDF", "%PDF-1.7\n", "error: narrative.error.pdf \n"},
		{"RTF", `{\rtf1 x}`, "error: narrative.error.rtf \n"},
		{"bytes", "• a\x00b", "error: narrative.error.text \n"},
		{"a picture", "\x89PNG\r\n\x1a\n", "error: narrative.error.text \n"},
		{"no letter of Windows-1252", "\x95 a\x81b", "error: narrative.error.text \n"},
		{"a page that is not in the letters it says", "<meta charset=utf-8><ul><li>\xe9</li></ul>", "error: narrative.error.text \n"},
		{"broken JSON", `[{"text": "a"`, "error: narrative.error.json \n"},
		{"a list of too many", bullet(MostRecommendations+1, "Train inspectors"), "error: narrative.error.many n201max200\n"},
		{"one that is too long", "• Train.\n• " + long + " abc.\n", "error: narrative.error.long order2row2max2000\n"},
		{"one of too many lines", "• Train.\n" + strings.Repeat("a\n", mostLines+1), "error: narrative.error.long order1row1max2000\n"},
		{"too many lines", strings.Repeat("a\n", MostParagraphs+1), "error: narrative.error.lines max500000\n"},
		{"too large", strings.Repeat("a", MostText+1), "error: narrative.error.large max10\n"},
	} {
		if got := told(read(c.content, "a.txt")); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
	if f, err := read(bullet(MostRecommendations, "Train inspectors"), "a.txt"); err != nil || len(f.Recommendations) != MostRecommendations {
		t.Errorf("as many as may be: %d (%v)", len(f.Recommendations), err)
	}
	if f, err := read("• "+long+"a.", "a.txt"); err != nil || len(f.Recommendations) != 1 {
		t.Errorf("as long as may be: %v", err)
	}
}

func TestEditionsOfOneFileAreMixed(t *testing.T) {
	const in = `[{"report_year": 2019, "text": "Fund it."}, {"report_year": 2018, "text": "Train them."}, {"report_year": 2019, "text": "Publish it."}]`
	list, err := ReadEditions(strings.NewReader(in), int64(len(in)), "a.json")
	if err != nil || len(list) != 2 {
		t.Fatalf("%d editions (%v)", len(list), err)
	}
	if got, want := told(list[0], nil)+told(list[1], nil), " |  | 2019 | \n1 @1 Fund it.\n2 @3 Publish it.\n |  | 2018 | \n1 @2 Train them.\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// A note whose arguments its text does not name would reach a person with a hole in it.
func TestANoteOrErrorHasAHole(t *testing.T) {
	texts, err := i18n.English()
	must(t, err)
	w := i18n.New(texts, nil)
	for _, content := range []string{"PRIORITIZED RECOMMENDATIONS\n• Train.[1]\n\n[1] See\n• Train.\n\nThe end of it.\n• More.\nRECOMMENDATIONS\n• Other\n", "• \xe9t\xe9", "RECOMMENDATIONS\nTrain them.", "• " + strings.Repeat("a", 3000), strings.Repeat("• a\n", 300),
		`[{"report_year": 1, "text": "a"},{"report_year": 2, "text": "a"}]`, `[{"order": -1, "text": "a"}]`, strings.Repeat("a", MostText+1)} {
		f, err := read(content, "a.txt")
		notes := f.Notes
		if err != nil {
			p := err.(*problem.Error)
			notes = []problem.Message{{Key: p.Key, Args: p.Args}}
		}
		if len(notes) == 0 {
			t.Errorf("%.40q: nothing was noted", content)
		}
		for _, n := range notes {
			if text := w.Msg(n.Key, n.Args...); strings.ContainsAny(text, "{}[") && n.Key != "narrative.note.dropped" {
				t.Errorf("%s: %s", n.Key, text)
			}
		}
	}
}
