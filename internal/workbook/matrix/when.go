package matrix

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"tracker/internal/calendar"
	"tracker/internal/sheet"
)

// mostWhen is the longest timeframe, in bytes: more is a sentence.
const mostWhen = 80

// months are the months by the beginnings of their names, folded.
var months = []struct {
	names string
	month time.Month
}{
	{"january jan janvier janv janeiro", 1}, {"february feb fevrier fev fevereiro", 2}, {"march mar mars marco", 3}, {"april apr avril avr abril abr", 4}, {"may mai maio", 5},
	{"june jun juin junho", 6}, {"july jul juillet juil julho", 7}, {"august aug aout ago agosto", 8}, {"september sep sept septembre setembro set", 9},
	{"october oct octobre outubro out", 10}, {"november nov novembre novembro", 11}, {"december dec decembre dezembro dez", 12},
}

var monthOf = func() map[string]time.Month {
	m := map[string]time.Month{}
	for _, one := range months {
		for _, name := range strings.Fields(one.names) {
			m[name] = one.month
		}
	}
	return m
}()

// monthNamed gives the month of a name, or of its beginning of three letters at
// least when no other month has it.
func monthNamed(word string) (time.Month, bool) {
	if m, ok := monthOf[word]; ok || len(word) < 3 {
		return m, ok
	}
	found := time.Month(0)
	for _, one := range months {
		for _, name := range strings.Fields(one.names) {
			if strings.HasPrefix(name, word) {
				if found != 0 && found != one.month {
					return 0, false
				}
				found = one.month
			}
		}
	}
	return found, found != 0
}

// ordinals are the words for first to fourth.
var ordinals = map[string]int{
	"1": 1, "2": 2, "3": 3, "4": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "first": 1, "second": 2, "third": 3, "fourth": 4,
	"1er": 1, "1ere": 1, "2e": 2, "3e": 3, "4e": 4, "2eme": 2, "3eme": 3, "4eme": 4, "premier": 1, "deuxieme": 2, "troisieme": 3, "quatrieme": 4,
	"1º": 1, "2º": 2, "3º": 3, "4º": 4, "1o": 1, "2o": 2, "3o": 3, "4o": 4, "1°": 1, "2°": 2, "3°": 3, "4°": 4, "primeiro": 1, "segundo": 2, "terceiro": 3, "quarto": 4,
}

// endless are the words of what has no end.
var endless = set(`continuous continuously continual ongoing continu continue continus permanent permanente permanently continuo continua continuamente
	continuado throughout permanentemente`)

var (
	untilWord = regexp.MustCompile(`^(?:by the end of|by end of|by end|before the end of|no later than|not later than|by|until|till|end of|end|due|d'ici la fin de|d'ici fin|d'ici a fin|d'ici a|d'ici|avant la fin de|avant fin|jusqu'a fin|jusqu'en|jusqu'a|au plus tard le|au plus tard en|au plus tard|fin|avant|ate ao final de|ate ao fim de|ate o final de|ate o fim de|ate final de|ate fim de|ate ao|ate|antes de|fim de|final de|o mais tardar) (.+)$`)
	sinceWord = regexp.MustCompile(`^(?:from|since|starting|starting in|starting from|a partir de|a partir du|des|depuis|desde|a partir da|a partir do|as of) (.+)$`)
	between   = regexp.MustCompile(`^(?:from|between|de|du|entre|from the|desde) (.+?) (?:to|and|until|a|au|et|e|jusqu'a|jusqu'en|ate) (.+)$`)
	toWord    = regexp.MustCompile(`^(.+?) (?:to|until|through|a|au|ate|jusqu'a|jusqu'en) (.+)$`)
	yearList  = regexp.MustCompile(`^(?:19|20)\d\d(?:(?:, ?| ?& ?| and | et | e |; ?|/)(?:19|20)\d\d)+$`)
	oftenWord = regexp.MustCompile(`^(?:annually|yearly|every year|each year|quarterly|monthly|annuel|annuellement|chaque annee|tous les ans|trimestriel|anualmente|todos os anos|anual|trimestral)[ ,:]+(.+)$`)
	isoDay    = regexp.MustCompile(`^\d{4}-\d\d-\d\d(?: .*)?$`)
	numbered  = regexp.MustCompile(`^(\d\d?)[/.-]((?:19|20)\d\d)$|^((?:19|20)\d\d)[/.-](\d\d)$`)
	monthYear = regexp.MustCompile(`^[\pL]{3,}\.?[-/ ]\d{2,4}$`)
)

// whenOf reads a timeframe: a day, month, quarter, half or year, two of them,
// an end, or that it has none. year is that of the column's heading, 0 for none.
func whenOf(c sheet.Cell, year int) (Span, bool) {
	text := c.Text
	switch c.Kind {
	case sheet.Date:
		d, err := calendar.Parse(c.Raw[:min(len(c.Raw), 10)])
		if err != nil || d.IsZero() {
			return Span{}, false
		}
		if monthYear.MatchString(c.Text) && d.Day() == 1 { // the day is Excel's
			return month(d.Year(), d.Month()), true
		}
		return Span{Start: d, Due: d}, true
	case sheet.Number:
		text = c.Raw
	case sheet.Bool, sheet.Failed:
		return Span{}, false
	}
	if len(text) > mostWhen {
		return Span{}, false
	}
	return spanOf(foldWhen(text), year)
}

func foldWhen(text string) string {
	text = fold(strings.NewReplacer("’", "'", "–", "-", "—", "-", "‑", "-", "\n", " ").Replace(text))
	return strings.Trim(text, " .,;:()")
}

// spanOf reads a folded timeframe.
func spanOf(text string, year int) (Span, bool) {
	if s, ok := period(text, year); ok {
		return s, true
	}
	if s, ok := endlessOf(text, year); ok {
		return s, true
	}
	if m := oftenWord.FindStringSubmatch(text); m != nil {
		return spanOf(m[1], year)
	}
	if m := untilWord.FindStringSubmatch(text); m != nil {
		s, ok := period(m[1], year)
		return Span{Due: s.Due}, ok
	}
	if m := sinceWord.FindStringSubmatch(text); m != nil {
		from, on := strings.CutSuffix(strings.TrimSuffix(m[1], "wards"), " on")
		if s, ok := period(from, year); ok {
			return Span{Start: s.Start, Continuous: on}, true
		}
	}
	if yearList.MatchString(text) {
		return years(text)
	}
	for _, pattern := range []*regexp.Regexp{between, toWord} {
		if m := pattern.FindStringSubmatch(text); m != nil {
			if s, ok := join(m[1], m[2], year); ok {
				return s, true
			}
		}
	}
	for i, r := range text { // a dash may stand within a date: each is tried
		if r == '-' {
			if s, ok := join(strings.TrimSpace(text[:i]), strings.TrimSpace(text[i+1:]), year); ok {
				return s, true
			}
		}
	}
	return Span{}, false
}

// endlessOf reads what has no end, and where it is told its beginning or its years.
func endlessOf(text string, year int) (Span, bool) {
	switch text {
	case "en cours", "em curso", "en continu", "en permanence", "all year", "toute l'annee", "todo o ano", "whole period", "toute la duree du plan", "durante todo o plano":
		return Span{Continuous: true}, true
	}
	words := strings.Fields(text)
	var rest []string
	found := false
	for _, w := range words {
		if endless[strings.Trim(w, "(),;:")] {
			found = true
			continue
		}
		rest = append(rest, w)
	}
	if !found {
		return Span{}, false
	}
	left := strings.Trim(strings.Join(rest, " "), " ,;:-()/")
	if left == "" || left == "activity" || left == "process" || left == "en" || left == "de forma" || left == "de maniere" {
		return Span{Continuous: true}, true
	}
	if m := sinceWord.FindStringSubmatch(left); m != nil {
		if s, ok := period(m[1], year); ok {
			return Span{Start: s.Start, Continuous: true}, true
		}
	}
	if s, ok := spanOf(left, year); ok && !s.Continuous && !s.Start.IsZero() {
		return s, true // continuous between two days is between them
	}
	return Span{}, false
}

// years reads years one after the other.
func years(text string) (Span, bool) {
	var list []int
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' }) {
		n, _ := strconv.Atoi(w)
		if len(list) > 0 && n != list[len(list)-1]+1 {
			return Span{}, false
		}
		list = append(list, n)
	}
	if len(list) == 2 && strings.Contains(text, "/") {
		return Span{}, false // a financial year, whose months nobody tells
	}
	return Span{Start: calendar.Of(list[0], time.January, 1), Due: calendar.Of(list[len(list)-1], time.December, 31)}, true
}

var trailing = regexp.MustCompile(`((?:19|20)\d\d)$`)

// join makes a span of two periods; the first takes the year of the second when it has none.
func join(from, to string, year int) (Span, bool) {
	b, ok := period(to, year)
	if !ok {
		return Span{}, false
	}
	a, ok := period(from, 0)
	if !ok {
		y := year
		if m := trailing.FindStringSubmatch(to); m != nil {
			y, _ = strconv.Atoi(m[1])
		}
		if a, ok = period(from, y); !ok {
			return Span{}, false
		}
	}
	if a.Start.IsZero() || b.Due.Before(a.Start) {
		return Span{}, false
	}
	return Span{Start: a.Start, Due: b.Due}, true
}

func month(year int, m time.Month) Span {
	return Span{Start: calendar.Of(year, m, 1), Due: calendar.Of(year, m+1, 0)}
}

// part is the nth of so many equal parts of a year.
func part(year, n, of int) (Span, bool) {
	if n < 1 || n > of || year == 0 {
		return Span{}, false
	}
	size := 12 / of
	return Span{Start: calendar.Of(year, time.Month((n-1)*size+1), 1), Due: calendar.Of(year, time.Month(n*size+1), 0)}, true
}

// period reads one day, month, quarter, half or year.
func period(text string, year int) (Span, bool) {
	if isoDay.MatchString(text) {
		d, err := calendar.Parse(text[:10])
		return Span{Start: d, Due: d}, err == nil
	}
	if m := numbered.FindStringSubmatch(text); m != nil {
		y, _ := strconv.Atoi(m[2] + m[3])
		n, _ := strconv.Atoi(m[1] + m[4])
		return month(y, time.Month(n)), n >= 1 && n <= 12 && (m[3] == "" || n != (y+1)%100) // 2010-11 may be two years
	}
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,/.-", r) })
	kept := words[:0]
	for _, w := range words {
		switch w {
		case "of", "de", "do", "du", "the", "in", "en", "em", "le", "year", "annee", "ano", "dia":
		default:
			kept = append(kept, w)
		}
	}
	words = kept
	if n := len(words); n > 0 && fullYear(words[n-1]) > 0 {
		year, words = fullYear(words[n-1]), words[:n-1]
		if len(words) == 0 {
			return Span{Start: calendar.Of(year, time.January, 1), Due: calendar.Of(year, time.December, 31)}, true
		}
	} else if n > 1 && fullYear(words[0]) > 0 && !allDigits(words[1]) {
		year, words = fullYear(words[0]), words[1:]
	}
	if year == 0 || len(words) == 0 || len(words) > 2 {
		return Span{}, false
	}
	return partOrDay(words, year)
}

func fullYear(w string) int {
	if n, err := strconv.Atoi(w); err == nil && len(w) == 4 && n >= 1990 && n < 2100 {
		return n
	}
	return 0
}

// partOrDay reads what is left of a period without its year.
func partOrDay(words []string, year int) (Span, bool) {
	if len(words) == 1 {
		w := words[0]
		if m, ok := monthNamed(w); ok {
			return month(year, m), true
		}
		if len(w) == 2 && w[1] >= '1' && w[1] <= '9' {
			switch w[0] {
			case 'q', 't':
				return part(year, int(w[1]-'0'), 4)
			case 'h', 's':
				return part(year, int(w[1]-'0'), 2)
			}
		}
		return Span{}, false
	}
	for i := range words {
		n, other := ordinals[words[i]], words[1-i]
		switch {
		case n == 0:
		case other == "quarter" || other == "trimestre" || other == "qtr" || other == "trim":
			return part(year, n, 4)
		case other == "half" || other == "semester" || other == "semestre":
			return part(year, n, 2)
		}
	}
	return dayOf(words, year)
}

// dayOf reads a day and a month in either order when one is a word; of two
// numbers the day comes first, as calendar reads them.
func dayOf(words []string, year int) (Span, bool) {
	day, m := words[0], words[1]
	if _, ok := monthNamed(day); ok {
		day, m = m, day
	}
	n, err := strconv.Atoi(strings.TrimRight(day, "ersthndº°"))
	at, named := monthNamed(m)
	if !named {
		number, err := strconv.Atoi(m)
		if err != nil {
			return Span{}, false
		}
		at = time.Month(number)
	}
	if err != nil || at < 1 || at > 12 || n < 1 || n > 31 {
		return Span{}, false
	}
	d := calendar.Of(year, at, n)
	return Span{Start: d, Due: d}, d.Day() == n
}
