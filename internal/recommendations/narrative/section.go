package narrative

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// item is an entry of a list as it was found.
type item struct {
	text   string
	at     int
	number int // of its row in a table; 0 in a text
	lines  int // how many were joined to it
	long   bool

	basis, source string // of JSON
	cut           bool
}

// ended is how the entries of a section ended.
type ended struct {
	stoppedAt int // the line of text that ended a list although entries follow; 0 for none
	dropped   []line
	unmarked  bool // no mark, no semicolon: each paragraph is an entry
}

// fromLines finds the list in a text of lines and what the text says of itself.
func fromLines(lines []line, title string) (Found, error) {
	if len(lines) > MostParagraphs {
		return Found{}, wrong("narrative.error.lines", "max", MostParagraphs)
	}
	heads := runningHeads(lines)
	var f Found
	best, how, heading, at, seen := bestSection(lines, heads)
	if len(best) == 0 && seen == 0 {
		best, how = withoutHeading(lines, heads)
		at = 0
	}
	f.state(lines, title, heading, at)
	if len(best) == 0 && seen > 0 {
		return f, wrong("narrative.error.no_list")
	}
	if err := f.keep(best); err != nil {
		return f, err
	}
	if seen > 1 {
		f.note("narrative.note.sections", "n", seen, "row", int(lines[at].at))
	}
	if seen == 0 {
		f.note("narrative.note.no_heading")
	}
	if how.stoppedAt > 0 {
		f.note("narrative.note.stopped", "row", how.stoppedAt)
	}
	if how.unmarked {
		f.note("narrative.note.unmarked")
	}
	for _, l := range how.dropped[:min(len(how.dropped), 5)] {
		f.note("narrative.note.dropped", "row", int(l.at), "text", l.text)
	}
	return f, nil
}

// bestSection gives the entries under the heading that leads to a list. Where
// several do, one that says "prioritized" comes before others, then the longest
// list: a table of contents names the heading too. seen counts the headings
// that lead to a list; it is one when there are headings and none does.
func bestSection(lines []line, heads map[string]bool) (best []item, how ended, heading string, at, seen int) {
	headings := 0
	chosen := false
	for i := 0; i < len(lines); i++ {
		title, rest, ok := headingAndRest(lines[i].text)
		if !ok || lines[i].more {
			continue
		}
		headings++
		end := i + 1
		for end < len(lines) && !endsSection(lines[end]) {
			end++
		}
		body := lines[i+1 : end]
		if rest != "" {
			first := newLine(rest, lines[i].at)
			body = append([]line{first}, body...)
		}
		list, h := entries(body, heads)
		if len(list) > 0 {
			seen++
			says := priority.MatchString(fold(title))
			if best == nil || says && !chosen || says == chosen && len(list) > len(best) {
				best, how, heading, at, chosen = list, h, title, i, says
			}
		}
		i = end - 1
	}
	if seen == 0 {
		seen = min(headings, 1)
	}
	return best, how, heading, at, seen
}

func endsSection(l line) bool {
	if l.text == "" || l.more {
		return false
	}
	if _, _, again := headingAndRest(l.text); again {
		return true
	}
	return l.head || isNextHeading(l.text)
}

// withoutHeading takes a text that is a list from its first line on, or one
// paragraph of demands with semicolons.
func withoutHeading(lines []line, heads map[string]bool) ([]item, ended) {
	body := lines
	for i, l := range lines {
		if isNextHeading(l.text) || l.head && i > 0 {
			body = lines[:i]
			break
		}
	}
	if first := firstMarked(body, heads); first >= 0 {
		return marked(body[first:], heads)
	}
	blocks := blocksOf(body, heads)
	if len(blocks) == 1 && startsWithVerb(blocks[0].text) {
		if parts := semicolons(blocks[0].text); len(parts) > 2 || len(parts) == 2 && hasLastAnd(blocks[0].text) {
			return itemsOf(parts, blocks[0].at), ended{}
		}
	}
	return nil, ended{}
}

// entries reads the entries of a section.
func entries(body []line, heads map[string]bool) ([]item, ended) {
	if first := firstMarked(body, heads); first >= 0 {
		return marked(body[first:], heads)
	}
	return unmarked(body, heads)
}

// mostLead is how many lines may stand between a heading and the first entry of its list.
const mostLead = 4

// firstMarked is the line with the mark of the first entry, -1 when the text
// begins otherwise. A short sentence may lead to it.
func firstMarked(body []line, heads map[string]bool) int {
	lead, gap, last := 0, true, ""
	for i, l := range body {
		switch {
		case l.ends:
			gap = true
			continue
		case furniture(l, heads):
			continue
		}
		if m := markerOf(l.text); l.list || m.kind != none && (m.kind != "o" || startsUpper(m.rest)) && (m.value <= 1 || lead == 0) {
			if gap && lead < mostLead && (lead == 0 || !strings.HasSuffix(last, ";")) || strings.HasSuffix(last, ":") {
				if lead > 0 && len(semicolons(last)) > 2 {
					return -1
				}
				return i
			}
		}
		if lead++; lead > mostLead {
			return -1
		}
		gap, last = false, l.text
	}
	return -1
}

// block is a paragraph of lines without marks.
type block struct {
	text  string
	at    int
	parts []item // the same, cut where a line ends a sentence
	lines int    // how many were joined
}

// blocksOf joins lines into paragraphs. One that a page breaks goes on after it.
func blocksOf(body []line, heads map[string]bool) []block {
	var list []block
	j := newJoiner(body)
	gap, page := true, false
	for _, l := range body {
		if l.ends {
			gap = true
			continue
		}
		if furniture(l, heads) {
			page = true
			continue
		}
		if n := len(list) - 1; n >= 0 && len(list[n].text) < mostJoined && list[n].lines < mostLines && (!gap || goesOn(list[len(list)-1].text, l.text, page)) {
			b := &list[len(list)-1]
			b.lines++
			last := &b.parts[len(b.parts)-1]
			if strings.HasSuffix(last.text, ".") && startsUpper(l.text) {
				b.parts = append(b.parts, item{text: l.text, at: int(l.at)})
			} else {
				last.text = j.join(last.text, l.text)
			}
			b.text = "" // joined below, once
		} else {
			list = append(list, block{at: int(l.at), parts: []item{{text: l.text, at: int(l.at)}}, text: l.text})
		}
		if b := &list[len(list)-1]; b.text == "" {
			b.text = b.parts[len(b.parts)-1].text
		}
		gap, page = false, false
	}
	for i := range list {
		texts := make([]string, len(list[i].parts))
		for k, p := range list[i].parts {
			texts[k] = p.text
		}
		list[i].text = strings.Join(texts, " ")
	}
	return list
}

// goesOn is true when text continues a sentence that a blank line or the end of a page broke.
func goesOn(before, text string, page bool) bool {
	if before == "" || strings.ContainsAny(before[len(before)-1:], ".!?") {
		return false
	}
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.IsLower(r) || page && !strings.ContainsAny(before[len(before)-1:], ";:")
}

func startsUpper(text string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, `"“«(`))
	return unicode.IsUpper(r)
}

// unmarked reads a section without marks: a paragraph with semicolons, as
// reports up to 2018 have it, or a paragraph or line for each entry.
func unmarked(body []line, heads map[string]bool) ([]item, ended) {
	blocks := blocksOf(body, heads)
	for len(blocks) > 1 && strings.HasSuffix(blocks[0].text, ":") {
		blocks = blocks[1:]
	}
	if len(blocks) == 0 {
		return nil, ended{}
	}
	first := blocks[0]
	if parts := semicolons(first.text); len(parts) > 2 || len(parts) == 2 && (len(blocks) == 1 || hasLastAnd(first.text)) {
		how := ended{}
		if len(blocks) > 1 {
			how.stoppedAt = blocks[1].at
		}
		return itemsOf(parts, first.at), how
	}
	var list []item
	for _, b := range blocks {
		for _, p := range b.parts {
			if text := finish(p.text); text != "" {
				list = append(list, item{text: text, at: p.at})
			}
		}
	}
	return list, ended{unmarked: true}
}

func itemsOf(parts []string, at int) []item {
	var list []item
	for _, p := range parts {
		if text := sentence(p); text != "" {
			list = append(list, item{text: text, at: at})
		}
	}
	return list
}
