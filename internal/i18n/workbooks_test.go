package i18n

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tracker/internal/calendar"
)

// interfaceOnly are the beginnings of keys of the workbooks that are told on
// pages and never written into one.
var interfaceOnly = []string{"round.error.", "round.told.", "round.get", "round.back"}

// shared are the beginnings of keys of other areas whose words workbooks write.
var shared = []string{"status.", "blocker.", "indicators.category.", "indicators.unit."}

// sharedKeys are such keys by name.
var sharedKeys = []string{"date.cell", "date.first", "date.long", "date.months", "demo.banner", "updates.no_progress_because", "indicators.total", "indicators.yes", "indicators.no",
	"indicators.answer.not_reported", "indicators.answer.not_collected", "review.approved", "review.draft", "review.returned", "review.submitted",
	"evidence.budget", "evidence.law", "evidence.other", "evidence.photograph", "evidence.statistics", "evidence.training_register"}

// sameWord are keys whose text is that of English in some other language too.
var sameWord = map[string]string{
	"blocker.covid_19": "fr pt", "evidence.budget": "fr", "template.head.budget": "fr", "indicators.category.nationality.national": "fr", "indicators.total": "fr pt",
	"round.col.obstacles": "fr", "round.col.source": "fr", "template.sheet.plan": "fr", "date.first": "pt", "date.long": "fr", "round.fact.institution": "fr", "template.example.supporting": "fr",
}

func writtenIn(key string) bool {
	begins := func(b string) bool { return strings.HasPrefix(key, b) }
	if begins("round.") || begins("template.") {
		return !slices.ContainsFunc(interfaceOnly, begins)
	}
	return slices.ContainsFunc(shared, begins) || slices.Contains(sharedKeys, key)
}

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

// Whoever adds a text to a workbook writes it in every language in which it is given out.
func TestWorkbooksHaveTheirTextsInEveryLanguage(t *testing.T) {
	en := english(t)
	for _, lang := range Languages[1:] {
		own, err := load(lang, otherFiles)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range en.Keys() {
			text, there := own.texts[key]
			switch {
			case there != writtenIn(key):
				t.Errorf("%s %s: there %v, written into a workbook %v", lang, key, there, writtenIn(key))
				continue
			case !there:
				continue
			}
			if text == en.texts[key] != slices.Contains(strings.Fields(sameWord[key]), lang) {
				t.Errorf("%s %s: %q is the English text, or said to be", lang, key, text)
			}
			if strings.TrimSpace(text) != text || text == "" || strings.ContainsAny(text, "!<>'") {
				t.Errorf("%s %s: %q", lang, key, text)
			}
			if strings.Count(text, "|") != strings.Count(en.texts[key], "|") {
				t.Errorf("%s %s: %q has other forms than English", lang, key, text)
			}
			if got, want := holes(text), holes(en.texts[key]); !maps.Equal(got, want) {
				t.Errorf("%s %s: holes %v, want %v", lang, key, got, want)
			}
		}
		for key := range own.texts {
			if !en.Has(key) {
				t.Errorf("%s %s has no English text", lang, key)
			}
		}
		if strings.HasPrefix(lang, "fr") {
			for key, text := range own.texts {
				if regexp.MustCompile(` [:;?]`).MatchString(text) {
					t.Errorf("fr %s: %q breaks before a mark", key, text)
				}
			}
		}
	}
}

// holes counts the placeholders of a text, those with forms by their number.
func holes(text string) map[string]int {
	list := map[string]int{}
	for _, hole := range placeholder.FindAllString(text, -1) {
		name, forms, _ := strings.Cut(strings.Trim(hole, "{}"), "|")
		list[name+strings.Repeat("|", strings.Count(forms, "|"))]++
	}
	return list
}

func TestALanguageLiesOverEnglish(t *testing.T) {
	for _, c := range []struct{ lang, tag, status, first, day, page string }{
		{"en", "en", "In progress", "1 March 2022", "31 March 2022", "Due soon"},
		{"fr", "fr", "En cours", "1er mars 2022", "31 mars 2022", "Due soon"},
		{"pt", "pt", "Em curso", "1 de março de 2022", "31 de março de 2022", "Due soon"},
		{"xx", "en", "In progress", "1 March 2022", "31 March 2022", "Due soon"},
		{"", "en", "In progress", "1 March 2022", "31 March 2022", "Due soon"},
	} {
		m, err := In(c.lang)
		if err != nil {
			t.Fatal(err)
		}
		w := New(m, time.UTC)
		for got, want := range map[string]string{w.Lang(): c.tag, w.Msg("status.in_progress"): c.status, w.Date(calendar.MustParse("2022-03-01")): c.first,
			w.Date(calendar.MustParse("2022-03-31")): c.day, w.Msg("flag.due_soon"): c.page} {
			if got != want {
				t.Errorf("%s: %q, want %q", c.lang, got, want)
			}
		}
	}
}
