package lists

import (
	"strconv"
	"strings"

	"tracker/internal/calendar"
	"tracker/internal/workbook"
)

// joined writes several things in one cell.
func joined(parts []string) string { return strings.Join(parts, "; ") }

// split reads several things of one cell.
func split(text string) (parts []string) {
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '\n' }) {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// begun reads several things of one cell that each begin in a way of their own,
// so that a semicolon in one of them does not divide it.
func begun(text string, begins func(part string) bool) (parts []string) {
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\n", ";"), ";") {
		last := len(parts) - 1
		switch tidy := strings.TrimSpace(part); {
		case last < 0 || begins(tidy):
			if tidy != "" {
				parts = append(parts, tidy)
			}
		default:
			parts[last] += ";" + part
		}
	}
	for i := range parts {
		parts[i] = strings.TrimRight(parts[i], " ;")
	}
	return parts
}

// day takes a day of a cell over one that is there.
func (r *row) day(key string, to *calendar.Date) {
	if !r.says(key) {
		return
	}
	d, ok := dayOf(r.text(key))
	if !ok {
		r.bad(key, "lists.error.day")
		return
	}
	*to = d
}

// dayOf reads a day as people write it; nothing is none.
func dayOf(text string) (calendar.Date, bool) {
	if text == "" {
		return calendar.Date{}, true
	}
	text, _, _ = strings.Cut(text, " 00:00:00")
	d, err := calendar.Parse(text)
	if err != nil {
		d, err = calendar.ParseHuman(text)
	}
	return d, err == nil
}

// words takes the text of a cell over one that is there.
func words[T ~string](r *row, key string, to *T) {
	if r.says(key) {
		*to = T(r.text(key))
	}
}

// word takes one of a list's own words, in any case.
func word[T ~string](r *row, key string, to *T) {
	if r.says(key) {
		*to = T(heading(r.text(key)))
	}
}

// code takes a code in capital letters.
func (r *row) code(key string, to *string) {
	if r.says(key) {
		*to = strings.ToUpper(r.text(key))
	}
}

// yes takes a yes or a no; nothing is no.
func (r *row) yes(key string, to *bool) {
	if !r.says(key) {
		return
	}
	switch strings.ToLower(r.text(key)) {
	case "yes", "y", "true", "1":
		*to = true
	case "", "no", "n", "false", "0":
		*to = false
	default:
		r.bad(key, "lists.error.yes")
	}
}

// whole takes a whole number; nothing is 0.
func (r *row) whole(key string, to *int) {
	if !r.says(key) {
		return
	}
	n := 0
	if text := r.text(key); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			r.bad(key, "lists.error.whole")
			return
		}
	}
	*to = n
}

// yesOrNot writes a yes, and a no as nothing.
func yesOrNot(is bool) string {
	if is {
		return "yes"
	}
	return ""
}

// numberOr writes a number, and 0 as nothing.
func numberOr(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// takenFrom is why something was changed where its row gives no reason. It is
// kept with the change, so that it is in English for all.
func takenFrom(in workbook.In) string {
	const most = 200
	name := []rune(plain(in.File.Name))
	return "Taken over from " + string(name[:min(most, len(name))])
}
