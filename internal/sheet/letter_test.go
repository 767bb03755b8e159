package sheet

import (
	"strings"
	"testing"
	"unicode/utf16"
)

func TestATextIsMadeFitForACell(t *testing.T) {
	for text, want := range map[string]string{
		"Train judges\nand clerks": "Train judges\nand clerks",
		"a\r\nb\tc":                "a\nb c",
		"bell\a, \x7F and \uFFFF":  "bell\uFFFD, \uFFFD and \uFFFD",
		"š and 🙂":                  "š and 🙂",
	} {
		if got := CellText(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
	for _, long := range []string{strings.Repeat("x", MostLetters+1), strings.Repeat("🙂", MostLetters)} {
		if got := CellText(long); !strings.HasSuffix(got, "…") || len(utf16.Encode([]rune(got))) > MostLetters {
			t.Errorf("a long text has %d units", len(utf16.Encode([]rune(got))))
		}
	}
}
