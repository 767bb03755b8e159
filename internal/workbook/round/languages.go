package round

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tracker/internal/calendar"
	"tracker/internal/i18n"
	"tracker/internal/indicators"
	"tracker/internal/plan"
	"tracker/internal/progress"
)

// tongues are the texts of the languages in which a workbook is given out,
// English first. One that comes back is read by the words of all of them,
// whatever language it went out in: people write in more than one.
type tongues struct {
	all        []*i18n.T
	plain      []map[string]string // of each language, the plain text of a key
	categories []string            // keys of the words of places in tables
}

var languages = sync.OnceValues(func() (tongues, error) {
	l := tongues{categories: []string{"indicators.total"}}
	for _, lang := range i18n.Languages {
		messages, err := i18n.In(lang)
		if err != nil {
			return l, err
		}
		t, plain := i18n.New(messages, time.UTC), map[string]string{}
		for _, key := range t.Keys() {
			plain[key] = plainly(t.Msg(key))
		}
		l.all, l.plain = append(l.all, t), append(l.plain, plain)
	}
	for _, key := range l.english().Keys() {
		if strings.HasPrefix(key, "indicators.category.") {
			l.categories = append(l.categories, key)
		}
	}
	return l, nil
})

// english are the texts in which outcomes are told and sums are made.
func (l tongues) english() *i18n.T { return l.all[0] }

// are says whether a plain text is that of a key in one of the languages.
func (l tongues) are(plain, key string) bool {
	return slices.ContainsFunc(l.plain, func(of map[string]string) bool { return of[key] == plain })
}

// choice finds which of some codes a text names, by its word or by itself.
func choice[C ~string](l tongues, prefix string, codes []C, text string) (code C, ok bool) {
	p := plainly(text)
	for _, c := range codes {
		if l.are(p, prefix+string(c)) || p == plainly(string(c)) {
			return c, true
		}
	}
	return "", false
}

// The sums of a workbook are over English words, so that they are the same in
// whatever language it stands. The following give the English of what a cell
// tells that was given out; what is no word of ours stays as it is.

// status is that of a delivery status.
func (l tongues) status(text string) string {
	if l.are(plainly(text), "round.never") {
		return l.english().Msg("round.never")
	}
	if s, ok := choice(l, "status.", progress.Statuses, text); ok {
		return l.english().Msg("status." + string(s))
	}
	return text
}

// last is that of what was said last.
func (l tongues) last(text string) string {
	const key = "updates.no_progress_because"
	for _, t := range l.all {
		if rest, found := strings.CutPrefix(squash(text), squash(t.Msg(key, "text", ""))); found {
			return l.english().Msg(key, "text", strings.TrimSpace(rest))
		}
	}
	return text
}

// place is that of a place in a table: its words with commas between. The names of
// districts are names in every language.
func (l tongues) place(text string) string {
	parts := strings.Split(text, ", ")
	for i, part := range parts {
		parts[i] = l.categoryWord(strings.TrimSpace(part))
	}
	return strings.Join(parts, ", ")
}

func (l tongues) categoryWord(text string) string {
	p := plainly(text)
	for _, key := range l.categories {
		if l.are(p, key) {
			return l.english().Msg(key)
		}
	}
	return text
}

// answers are the answers that are no numbers, as they are typed in English. Of
// these only one of yes and no is of a single unit: the steps of a scale are a
// country's own.
var answers = []struct {
	typed, key string
	unit       indicators.Unit
}{{"not reported", "indicators.answer.not_reported", ""}, {"not collected", "indicators.answer.not_collected", ""}, {"yes", "indicators.yes", indicators.YesNo}, {"no", "indicators.no", indicators.YesNo}}

// answer is that of an answer without a number, of any unit where none is given.
func (l tongues) answer(unit indicators.Unit, text string) string {
	p := plainly(text)
	for _, a := range answers {
		if (unit == "" || a.unit == "" || a.unit == unit) && l.are(p, a.key) {
			return a.typed
		}
	}
	return text
}

// answerWord is an answer as it is typed, in the words of a language.
func answerWord(t *i18n.T, unit indicators.Unit, typed string) string {
	for _, a := range answers {
		if a.typed == typed && (a.unit == "" || a.unit == unit) {
			return strings.ToLower(t.Msg(a.key))
		}
	}
	return typed
}

// day reads a day that names its month in one of the languages: 31 mars 2022,
// 31 de março de 2022, 1er mars 2022.
func (l tongues) day(text string) (calendar.Date, error) {
	text = strings.TrimSuffix(squash(text), ".")
	if d, err := calendar.ParseHuman(text); err == nil {
		return d, nil
	}
	var parts []string
	for _, word := range strings.FieldsFunc(plan.Fold(text), func(r rune) bool { return strings.ContainsRune(" /.-,", r) }) {
		switch {
		case word == "de":
			continue
		case len(parts) == 0:
			for _, end := range []string{"er", "º", "o"} {
				word = strings.TrimSuffix(word, end)
			}
		case len(parts) == 1:
			if m := l.month(word); m != 0 {
				word = strconv.Itoa(int(m))
			}
		}
		parts = append(parts, word)
	}
	return calendar.ParseHuman(strings.Join(parts, " "))
}

// month is that of a name, or of the beginning of one, of three letters at
// least, that no other month has.
func (l tongues) month(word string) (found time.Month) {
	if len(word) < 3 {
		return 0
	}
	for _, t := range l.all {
		for m := time.January; m <= time.December; m++ {
			name := plan.Fold(t.MonthName(calendar.Of(2000, m, 1)))
			switch {
			case name == word:
				return m
			case strings.HasPrefix(name, word) && found != 0 && found != m:
				return 0
			case strings.HasPrefix(name, word):
				found = m
			}
		}
	}
	return found
}
