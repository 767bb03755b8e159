package narrative

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// rung is one level of a list: the shape of its marks and how far it stands in.
type rung struct {
	kind   kind
	indent int16
	value  int // of its last mark that counted
}

// grouper puts lines together into entries.
type grouper struct {
	*joiner
	ladder []rung
	list   []item
	how    ended
	nested bool // the entry has a list of its own
}

// marked reads a list whose entries have marks. Lists inside an entry become
// part of its text. It ends at text that continues no entry.
func marked(body []line, heads map[string]bool) ([]item, ended) {
	g := grouper{joiner: newJoiner(body)}
	body = indented(unrolled(body))
	gap, page := false, false
	for i, l := range body {
		if len(g.list) > 0 && (len(g.last().text) > mostJoined || g.last().lines > mostLines) {
			g.last().long = true
			break
		}
		if l.ends {
			gap = true
			continue
		}
		if furniture(l, heads) {
			page = true
			continue
		}
		m := markerOf(l.text)
		level := -1
		switch {
		case l.list:
			level = g.listLevel(&m, l)
		case !l.more && m.kind != none:
			level = g.level(&m, l.indent, gap)
		}
		switch {
		case level == 0 && (len(g.ladder) == 0 || l.list || m.kind != none):
			g.list = append(g.list, item{text: m.rest, at: int(l.at)})
			g.nested = false
		case level > 0:
			g.nest(m)
		case len(g.list) == 0:
			return nil, g.how
		case noteLine.MatchString(l.text) && gap:
			g.how.dropped = append(g.how.dropped, l)
		case strayHead(l, g.last().text, body[i+1:]):
			g.how.dropped = append(g.how.dropped, l)
			page = true
			continue
		case l.more || !gap && !titleLine(l, g.last().text) || goesOn(g.last().text, l.text, page) || strings.TrimSpace(g.last().text) == "":
			g.last().text = g.join(g.last().text, l.text)
			g.last().lines++
		default:
			if slices.ContainsFunc(body[i+1:], func(l line) bool { return l.list || markerOf(l.text).kind != none }) {
				g.how.stoppedAt = int(l.at)
			}
			return g.finished(), g.how
		}
		gap, page = false, false
	}
	return g.finished(), g.how
}

func (g *grouper) last() *item { return &g.list[len(g.list)-1] }

func (g *grouper) finished() []item {
	var list []item
	for _, it := range g.list {
		if it.text = finish(it.text); it.text != "" {
			list = append(list, it)
		}
	}
	return list
}

// nest adds an entry of a list inside the last entry. What counts keeps its mark.
func (g *grouper) nest(m marker) {
	it := g.last()
	if m.counts() {
		m.rest = strings.TrimSpace(m.sign + " " + m.rest)
	}
	if g.nested && it.text != "" && !strings.ContainsAny(it.text[len(it.text)-1:], ".;:,") {
		it.text += ";"
	}
	it.text = strings.TrimSpace(it.text + " " + m.rest)
	it.lines++
	g.nested = true
}

// unrolled parts entries that stand behind each other on one line, each with
// the bullet with which the line begins.
func unrolled(body []line) []line {
	var out []line
	for i, l := range body {
		r, size := utf8.DecodeRuneInString(l.text)
		inside := size > 0 && (r >= 0xF000 && r <= 0xF0FF || strings.ContainsRune("•●■▪‣➢", r)) && strings.Contains(l.text[size:], " "+string(r))
		if inside && out == nil {
			out = slices.Clone(body[:i])
		}
		if !inside {
			if out != nil {
				out = append(out, l)
			}
			continue
		}
		for part := range strings.SplitSeq(l.text[size:], " "+string(r)) {
			next := l
			next.text = string(r) + " " + strings.TrimSpace(part)
			out = append(out, next)
		}
	}
	if out == nil {
		return body
	}
	return out
}

// indented evens out the first mark of a pasted list, whose room is often lost.
func indented(body []line) []line {
	if len(body) == 0 || body[0].list {
		return body
	}
	first := markerOf(body[0].text).kind
	least := int16(-1)
	for _, l := range body[1:] {
		if !l.list && l.text != "" && markerOf(l.text).kind == first && (least < 0 || l.indent < least) {
			least = l.indent
		}
	}
	if least <= body[0].indent {
		return body
	}
	body = slices.Clone(body)
	body[0].indent = least
	return body
}

// listLevel is the level of an entry that the source marks itself. A mark in its text is dropped.
func (g *grouper) listLevel(m *marker, l line) int {
	if m.kind == none || m.kind == "o" && !startsUpper(m.rest) || m.rest == "" {
		*m = marker{rest: l.text}
	} else {
		m.value = 0
	}
	for len(g.ladder) > 1 && g.ladder[len(g.ladder)-1].indent > l.level {
		g.ladder = g.ladder[:len(g.ladder)-1]
	}
	switch {
	case len(g.ladder) == 0:
		g.ladder = append(g.ladder, rung{kind: "li", indent: l.level})
	case g.ladder[len(g.ladder)-1].indent < l.level:
		g.ladder = append(g.ladder, rung{kind: "li", indent: l.level})
	case len(g.ladder) == 1:
		g.ladder[0].indent = l.level
	}
	return len(g.ladder) - 1
}

// level is the level at which a mark stands, -1 when it is none but the text
// of a line that was broken there.
func (g *grouper) level(m *marker, indent int16, gap bool) int {
	if m.kind == "o" && (!startsUpper(m.rest) || len(g.list) > 0 && !endsWith(g.last().text, ".;:,")) {
		return -1
	}
	if len(g.ladder) == 0 {
		g.ladder = append(g.ladder, rung{m.kind, indent, m.value})
		return 0
	}
	g.reread(m)
	if g.broken(*m) {
		return -1
	}
	for i := len(g.ladder) - 1; i >= 0; i-- {
		r := &g.ladder[i]
		if r.kind != m.kind {
			continue
		}
		deeper := i == len(g.ladder)-1 && indent > r.indent+1
		if !m.counts() && indent+1 < r.indent && g.has(m.kind, i) {
			continue
		}
		switch {
		case !m.counts() && deeper:
			return g.push(*m, indent)
		case !m.counts(), m.value > r.value && m.value <= r.value+2:
			g.ladder = g.ladder[:i+1]
			r.value = m.value
			return i
		case m.value == 1 && deeper:
			return g.push(*m, indent)
		case m.value == 1 && (i > 0 || gap || endsWith(g.last().text, ".;")):
			g.ladder = g.ladder[:i+1]
			r.value = 1
			return i
		}
		return -1
	}
	return g.otherLevel(*m, indent)
}

// has is true when a rung below i has marks of the same shape.
func (g *grouper) has(k kind, i int) bool {
	return slices.ContainsFunc(g.ladder[:i], func(r rung) bool { return r.kind == k })
}

// broken is true for a dash or number that a line was broken before: the
// sentence before has no end, and unlike the first entry the text begins small.
func (g *grouper) broken(m marker) bool {
	text := g.last().text
	return len(g.ladder) == 1 && (m.kind == "-" || m.kind == number+".") && text != "" && !endsWith(text, ".;:,") &&
		startsUpper(g.list[0].text) && !startsUpper(m.rest) && m.rest != ""
}

// otherLevel is the level of a mark of a shape that was not there before.
func (g *grouper) otherLevel(m marker, indent int16) int {
	top := g.ladder[len(g.ladder)-1]
	text := g.last().text
	inside := indent > top.indent+1 || endsWith(text, ":") || top.value > 0
	switch {
	case m.counts() && m.value != 1:
		return -1
	case m.counts():
		if inside || endsWith(text, ".;:") {
			return g.push(m, indent)
		}
		return -1
	case m.kind == "-" && !inside && !endsWith(text, ".;:,"):
		return -1
	case inside, strings.Contains("o◦○", string(m.kind)), endsWith(text, ",;") && m.kind == "-":
		return g.push(m, indent)
	}
	g.ladder = g.ladder[:1]
	return 0
}

func (g *grouper) push(m marker, indent int16) int {
	g.ladder = append(g.ladder, rung{m.kind, indent, m.value})
	return len(g.ladder) - 1
}

// reread tells the letters i, v and x from the numerals, by what stands before.
func (g *grouper) reread(m *marker) {
	for _, r := range g.ladder {
		bare, wasRoman := strings.CutPrefix(strings.Trim(string(r.kind), "()."), string(roman))
		asLetter := kind(strings.Replace(string(r.kind), string(roman), string(letter), 1))
		asRoman := kind(strings.Replace(string(r.kind), string(letter), string(roman), 1))
		sign := strings.Trim(m.sign, "().")
		switch {
		case wasRoman && bare == "" && m.kind == asLetter && len(sign) == 1 && romanValue(sign) == r.value+1,
			!wasRoman && m.kind == asRoman && r.kind != asRoman && sign == "i" && r.value == 8:
			m.kind, m.value = r.kind, r.value+1
			return
		}
	}
}

func endsWith(text, signs string) bool {
	r, _ := utf8.DecodeLastRuneInString(text)
	return text != "" && strings.ContainsRune(signs, r)
}

// titleLine is true for a line in capitals, or a footnote, after a whole sentence.
func titleLine(l line, before string) bool {
	return endsWith(before, ".;") && len(l.text) <= mostHead && capitals(l.text)
}

// strayHead is true for a line in capitals in the midst of a list, such as the
// name of the country on top of a page.
func strayHead(l line, before string, after []line) bool {
	if l.more || l.list || len(l.text) > mostHead/2 || !capitals(l.text) || strings.ContainsFunc(l.text, unicode.IsPunct) {
		return false
	}
	if before != "" && !endsWith(before, ".;:") {
		return len(strings.Fields(l.text)) <= 3 && nextIs(after, func(l line) bool { return !capitals(l.text) })
	}
	return nextIs(after, func(l line) bool { return l.list || markerOf(l.text).kind != none })
}

// nextIs asks the next line with text.
func nextIs(lines []line, is func(line) bool) bool {
	for _, l := range lines {
		if !l.ends {
			return is(l)
		}
	}
	return false
}
