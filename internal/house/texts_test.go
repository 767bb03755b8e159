package house

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tracker/internal/i18n"
)

var (
	// quotedKey is what may be a key, or the beginning of one that a value completes ("status." + ...).
	quotedKey = regexp.MustCompile(`"([a-z0-9_]+(?:\.[a-z0-9_]+)*\.?)"`)
	// askedFor is a key in a place that takes nothing else.
	askedFor = regexp.MustCompile(`(?:\bmsg |\bMsg\(|\bDenied\()"([a-z0-9_.]+[a-z0-9_])"|"([a-z_]+\.error\.[a-z0-9_.]*[a-z0-9])"`)
)

// A key without a text would reach a person as a key; a text without a key in the code would be translated for nobody.
func TestEveryKeyHasATextAndEveryTextItsUse(t *testing.T) {
	texts, err := i18n.English()
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, name := range files(t) {
		if strings.HasSuffix(name, "_test.go") || !strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, ".html") || strings.HasSuffix(name, ".md") {
			continue
		}
		source := read(t, name)
		for _, m := range quotedKey.FindAllStringSubmatch(source, -1) {
			said[m[1]] = true
		}
		for _, m := range askedFor.FindAllStringSubmatch(source, -1) {
			if key := m[1] + m[2]; !texts.Has(key) && key != "key" { // "key" stands in the description of a partial
				t.Errorf("%s asks for %q, which has no text", name, key)
			}
		}
	}
	beginnings := slices.DeleteFunc(slices.Collect(maps.Keys(said)), func(s string) bool { return !strings.HasSuffix(s, ".") })
	for _, key := range i18n.New(texts, nil).Keys() {
		if !said[key] && !slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(key, b) }) {
			t.Errorf("the text %q is used nowhere", key)
		}
	}
}
