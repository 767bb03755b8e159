package matrix

import (
	"regexp"
	"strconv"
	"strings"

	"tracker/internal/sheet"
)

var (
	numbering = regexp.MustCompile(`^(?:[A-Za-z]{1,4}[.\-– ]?)?\d{1,3}(?:[.\-]\d{1,3}){0,5}[a-z]?[.)]?$|^[A-Za-z][.)]$|^[IVX]{1,5}[.)]?$`)
	dotted    = regexp.MustCompile(`^((?:[A-Z]{1,2}\.?)?\d{1,3}(?:\.\d{1,3}){1,5})[.):]?[ –—-]+(.+)$|^(\d{1,3}|[A-Z]\d{1,2})(?:[.):] ?[–—-]? ?| [–—-] ?)([^\d ].*)$`)
	lettered  = regexp.MustCompile(`^([A-H]|[IVX]{1,4})[.):–—-]+ *(.+)$`)
	entry     = regexp.MustCompile(`^(\pL[\pL -]{2,30}?) ?(?:(?:n[o°º]\.? ?)?((?:[A-Z]{1,2}\.?)?\d{1,3}(?:\.\d{1,3}){0,5}|[IVX]{1,5}|[A-H])\b)? ?[.]? ?([:.–—-]) ?(.+)$`)
)

// trimNumber writes a number without what stands behind it.
func trimNumber(text string) string { return strings.TrimRight(strings.TrimSpace(text), ".): ") }

// isNumbering is true for a number of the plan, such as 1.2.3 or A1.
func isNumbering(text string) bool { return len(text) <= 20 && numbering.MatchString(text) }

// splitNumber cuts a number off the beginning of a title.
func splitNumber(text string) (number, title string) {
	m := dotted.FindStringSubmatch(strings.ReplaceAll(text, "\n", " "))
	switch {
	case m == nil:
		return "", text
	case m[1] != "":
		return m[1], strings.TrimSpace(m[2])
	}
	return m[3], strings.TrimSpace(m[4])
}

// entryOf reads a title that names its own level, such as "Objective 1.2: Protect".
func entryOf(text string) (level Field, number, title string) {
	m := entry.FindStringSubmatch(strings.ReplaceAll(text, "\n", " "))
	if m == nil {
		if level, number = bareEntry(text); level != Unknown {
			return level, number, text
		}
		return Unknown, "", text
	}
	mean := meaningOf(m[1])
	if !mean.known || depth(mean.field) == 0 || m[2] == "" && m[3] != ":" && m[3] != "–" && m[3] != "—" {
		return Unknown, "", text
	}
	words := 0
	for _, w := range tokens(m[1]) {
		if !small[w] && w != "no" {
			words++
		}
	}
	if words > 2 {
		return Unknown, "", text
	}
	return mean.field, m[2], strings.TrimSpace(m[4])
}

var bare = regexp.MustCompile(`^(\pL[\pL -]{2,30}?) ((?:\d{1,3}(?:\.\d{1,3}){0,5})|[IVX]{1,5})$`)

// bareEntry reads "Pillar 1" without a title.
func bareEntry(text string) (Field, string) {
	m := bare.FindStringSubmatch(text)
	if m == nil {
		return Unknown, ""
	}
	if mean := meaningOf(m[1]); mean.known && depth(mean.field) > 0 {
		return mean.field, m[2]
	}
	return Unknown, ""
}

// numberOf reads the number of a row. Excel makes a day of 1.2 or 1.2.3 and
// drops the nought of 1.10: what it was is told only where the number follows
// the one before, below the entry above; ok is false where it cannot be told.
func numberOf(c sheet.Cell, before, above string) (number string, ok bool) {
	switch c.Kind {
	case sheet.Number:
		if c.Text != c.Raw && isNumbering(c.Text) {
			return c.Text, true
		}
		if longer := c.Raw + "0"; strings.Contains(c.Raw, ".") && follows(longer, before) && !follows(c.Raw, before) {
			return longer, true
		}
		return c.Raw, true
	case sheet.Date:
		return undate(c.Raw, before, above)
	}
	return trimNumber(c.Text), true
}

// undate gives the number of which Excel made a day.
func undate(day, before, above string) (string, bool) {
	if len(day) < len("2006-01-02") {
		return "", false
	}
	y, m, d := strings.TrimLeft(day[2:4], "0"), strings.TrimLeft(day[5:7], "0"), strings.TrimLeft(day[8:10], "0")
	found := ""
	for _, one := range []string{d + "." + m, m + "." + d, d + "." + m + "." + y, m + "." + d + "." + y} {
		if !follows(one, before) || one == found || len(parts(above)) > 0 && !strings.HasPrefix(one, above+".") {
			continue
		}
		if found != "" {
			return "", false
		}
		found = one
	}
	return found, found != ""
}

// follows says whether a number is the next after another: the next beside it,
// its first child, or the next beside or below one above it.
func follows(number, before string) bool {
	n, b := parts(number), parts(before)
	if len(n) == 0 || len(b) == 0 {
		return false
	}
	if len(n) == len(b)+1 {
		return equal(n[:len(b)], b) && n[len(b)] == 1
	}
	for i := range b {
		if i >= len(n) || n[i] == b[i] {
			continue
		}
		if n[i] != b[i]+1 {
			return false
		}
		for _, rest := range n[i+1:] {
			if rest != 1 {
				return false
			}
		}
		return len(n) <= len(b)
	}
	return false
}

func equal(a, b []int) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// parts are the numbers of a number, none when it has letters.
func parts(number string) []int {
	var list []int
	for _, p := range strings.Split(trimNumber(number), ".") {
		n, err := strconv.Atoi(p)
		if err != nil {
			return nil
		}
		list = append(list, n)
	}
	return list
}

// shouted is true for a text in capitals.
func shouted(text string) bool {
	bare := strings.TrimSpace(withoutBrackets(text))
	return strings.ToUpper(bare) == bare && fold(bare) != bare && len(bare) > 4
}
