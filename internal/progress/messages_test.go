package progress

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"tracker/internal/i18n"
)

// A key without a text would reach a person as a key.
func TestEveryMessageHasAText(t *testing.T) {
	texts, err := i18n.English()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	key := regexp.MustCompile(`"((?:update|review|period|deadline)\.error\.[a-z_.]*[a-z])"`)
	found := 0
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range key.FindAllStringSubmatch(string(source), -1) {
			found++
			if !texts.Has(m[1]) {
				t.Errorf("%s: no text for %s", name, m[1])
			}
		}
	}
	if found < 10 {
		t.Fatalf("only %d keys found: the pattern is wrong", found)
	}
}
