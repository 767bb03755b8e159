package narrative

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
)

// letters are the letters of a text in small form, without anything between
// them: what joining lines and dropping hyphens keeps.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// FuzzRead holds for any bytes: nothing panics, the order increases, and no
// word was made up.
func FuzzRead(f *testing.F) {
	names, err := filepath.Glob("testdata/*")
	must(f, err)
	for _, name := range names {
		if strings.HasSuffix(name, ".want") || filepath.Ext(name) == "" {
			continue
		}
		content, err := os.ReadFile(name)
		must(f, err)
		f.Add(content, filepath.Ext(name))
	}
	f.Add([]byte(docx(f, "Recommendations", "* Train.", "** a")), ".docx")
	f.Fuzz(func(t *testing.T, content []byte, ext string) {
		list, err := ReadEditions(strings.NewReader(string(content)), int64(len(content)), "a"+ext)
		if err != nil {
			return
		}
		if len(list) == 0 {
			t.Fatal("nothing, and no error")
		}
		source := ""
		if text := asText(content); text != "" {
			source = letters(text)
		}
		for _, found := range list {
			checkFound(t, found, source)
		}
	})
}

// asText is what content says in letters, "" for what is packed, escaped or in another encoding.
func asText(content []byte) string {
	text := string(content)
	if strings.HasPrefix(text, "PK") || strings.ContainsAny(text, `\`) || strings.ToValidUTF8(text, "") != text || strings.ContainsRune(text, 0) {
		return ""
	}
	if !isPage(content) {
		return text
	}
	var b strings.Builder
	for z := html.NewTokenizer(strings.NewReader(text)); z.Next() != html.ErrorToken; {
		if t := z.Token(); t.Type == html.TextToken {
			b.WriteString(t.Data) // a tag may stand within a word
		}
	}
	return b.String()
}

func checkFound(t *testing.T, found Found, source string) {
	order := 0
	for _, r := range found.Recommendations {
		if r.Order <= order || r.Row < 1 || strings.TrimSpace(r.Text) != r.Text || letters(r.Text) == "" {
			t.Fatalf("order %d after %d, row %d: %q", r.Order, order, r.Row, r.Text)
		}
		order = r.Order
		for _, word := range words(r.Text) {
			if source != "" && !strings.Contains(source, letters(word)) {
				t.Fatalf("%q stands nowhere in the source", word)
			}
		}
		for _, item := range Split(r.Text) {
			for _, word := range words(item) {
				if !strings.Contains(letters(r.Text), letters(word)) {
					t.Fatalf("an item has %q, the recommendation not", word)
				}
			}
		}
	}
	if order == 0 {
		t.Fatal("a list without an entry, and no error")
	}
}
