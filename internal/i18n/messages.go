// Package i18n holds the texts of the interface under message keys, and writes
// dates, instants, numbers and money as people of the country read them.
package i18n

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"sort"
	"strings"
	"sync"
)

// The English texts: en.json for what several areas share, en_AREA.json for
// the rest. No key may stand in two files.
//
//go:embed en*.json
var englishFiles embed.FS

// Messages is the catalogue of one language: key to text. A text may hold
// {name}, replaced by the argument of that name, and {n|day|days}, which
// gives the first form when the number n is 1 and the second otherwise.
type Messages struct {
	lang  string
	texts map[string]string
}

// English is the embedded English catalogue, read once.
func English() (*Messages, error) { return readEnglish() }

var readEnglish = sync.OnceValues(func() (*Messages, error) { return load("en", englishFiles) })

// The texts of the workbooks that are given out in other languages. The rest of
// the interface is English.
//
//go:embed fr_*.json pt_*.json
var otherFiles embed.FS

// Languages are the tags of the languages in which workbooks are given out and
// read, English first.
var Languages = []string{"en", "fr", "pt"}

var catalogues = sync.OnceValues(func() (map[string]*Messages, error) {
	english, err := English()
	if err != nil {
		return nil, err
	}
	all := map[string]*Messages{english.lang: english}
	for _, lang := range Languages[1:] {
		m, err := load(lang, otherFiles)
		if err != nil {
			return nil, err
		}
		over := maps.Clone(english.texts)
		maps.Copy(over, m.texts)
		all[lang] = &Messages{lang: lang, texts: over}
	}
	return all, nil
})

// In is the catalogue of a language: its own texts over the English ones. A
// language that is none of Languages gives English.
func In(lang string) (*Messages, error) {
	all, err := catalogues()
	if err != nil {
		return nil, err
	}
	if m, ok := all[lang]; ok {
		return m, nil
	}
	return all[Languages[0]], nil
}

func load(lang string, files fs.FS) (*Messages, error) {
	names, err := fs.Glob(files, lang+"*.json")
	if err != nil {
		return nil, fmt.Errorf("messages: %w", err)
	}
	m := &Messages{lang: lang, texts: map[string]string{}}
	for _, name := range names {
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("messages: %w", err)
		}
		if err := m.read(content); err != nil {
			return nil, fmt.Errorf("messages: %s: %w", name, err)
		}
	}
	if len(m.texts) == 0 {
		return nil, fmt.Errorf("messages: no text in %q", lang)
	}
	return m, nil
}

// read adds the keys of one file; a key that is there already is an error,
// since one of its two texts would never be seen.
func (m *Messages) read(content []byte) error {
	d := json.NewDecoder(bytes.NewReader(content))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return fmt.Errorf("not an object of texts (%v)", err)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		var text string
		if err := d.Decode(&text); err != nil {
			return fmt.Errorf("key %v: %w", key, err)
		}
		if _, double := m.texts[key.(string)]; double {
			return fmt.Errorf("key %v stands twice", key)
		}
		m.texts[key.(string)] = text
	}
	_, err := d.Token()
	return err
}

// Lang is the language's tag, for the lang attribute of a page.
func (m *Messages) Lang() string { return m.lang }

// Has says whether the catalogue has a text for the key.
func (m *Messages) Has(key string) bool {
	_, ok := m.texts[key]
	return ok
}

// Keys lists all keys in alphabetical order.
func (m *Messages) Keys() []string {
	keys := make([]string, 0, len(m.texts))
	for k := range m.texts {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// fill replaces the placeholders of a text. write turns an argument into
// words; a placeholder without an argument stays as it is, so that it is seen.
func fill(text string, args map[string]any, write func(any) string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(text, "{")
		b.WriteString(before)
		if !open {
			return b.String()
		}
		hole, after, closed := strings.Cut(rest, "}")
		if !closed {
			b.WriteString("{" + rest)
			return b.String()
		}
		forms := strings.Split(hole, "|")
		value, given := args[forms[0]]
		switch {
		case !given:
			b.WriteString("{" + hole + "}")
		case len(forms) == 1:
			b.WriteString(write(value))
		case fmt.Sprint(value) == "1" || len(forms) == 2:
			b.WriteString(forms[1])
		default:
			b.WriteString(forms[2])
		}
		text = after
	}
}
