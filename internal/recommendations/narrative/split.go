package narrative

import (
	"regexp"
	"strings"
)

// verbs are the words with which demands begin. Words that are as often names
// of things ("support", "plan", "fund") are left out: a wrong cut costs more
// than a missed one.
var verbs = setOf(`accede adopt address allocate allow amend appoint approve assign assist build carry collect conduct convict cooperate
	coordinate create criminalize dedicate define designate develop direct disseminate draft educate eliminate enact enforce engage enhance ensure
	establish examine expand expedite facilitate finalize follow formalize hire hold identify implement impose improve include increase inform
	inspect institute institutionalize introduce investigate issue launch maintain make open pass prohibit proactively promulgate prosecute protect
	obtain provide publish punish put raise ratify refer remove repeal resolve screen seek sentence strengthen systematically train update verify vigorously
	accroître adopter allouer améliorer appliquer assurer créer élaborer enquêter établir former fournir garantir identifier instaurer
	intensifier mettre modifier poursuivre prévoir publier ratifier renforcer sensibiliser
	adotar adoptar alocar aplicar assegurar aumentar capacitar condenar criar desenvolver elaborar estabelecer formar fornecer garantir
	implementar investigar melhorar processar promulgar publicar ratificar reforçar treinar`)

func setOf(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

func startsWithVerb(text string) bool {
	w := words(text)
	return len(w) > 0 && (verbs[w[0]] || len(w) > 1 && strings.HasSuffix(w[0], "ly") && verbs[w[1]])
}

var (
	listed    = regexp.MustCompile(`(?:^|[\s:;,])\((?:[a-h]|[1-9]|i{1,3}|iv|vi{0,3})\) `)
	andBefore = regexp.MustCompile(`(?: (?:and|or|et|ou|e))? $`)
	joined    = regexp.MustCompile(`(?:, |; | )(?:and|et|e) `)
)

// Split suggests the items of a recommendation that bundles several demands:
// the entries of a list inside it, the parts between semicolons, and demands
// joined by "and" when each is a verb with what it acts on. It gives one item,
// the whole text, when unsure. The text of an entry of a list begins with the
// words that led to the list.
func Split(text string) []string {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" {
		return nil
	}
	for _, cut := range []func(string) []string{splitListed, splitColon, splitSemicolons, splitVerbs} {
		if parts := cut(text); len(parts) > 1 {
			return parts
		}
	}
	return []string{text}
}

// splitListed cuts "… by: (a) …; (b) …".
func splitListed(text string) []string {
	deep := depths(text)
	at := listed.FindAllStringIndex(text, -1)
	if len(at) < 2 || !counts(text, at) {
		return nil
	}
	for i, a := range at {
		before := strings.TrimRight(andBefore.ReplaceAllString(text[:a[0]+1], ""), " (")
		if text[a[0]] != '(' && deep[a[0]] > 0 || i > 0 && !endsWith(before, ".;,:") {
			return nil
		}
	}
	lead := strings.TrimSpace(text[:at[0][0]+1])
	if at[0][0] == 0 && text[0] == '(' {
		lead = ""
	}
	var parts []string
	for i, a := range at {
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0] + 1
		}
		parts = append(parts, text[a[1]:end])
	}
	return led(lead, parts)
}

// counts is true when the marks of a list count up from its first.
func counts(text string, at [][]int) bool {
	for i, a := range at {
		m := countedMarker(strings.TrimLeft(text[a[0]:a[1]], " :;,") + "x")
		if m.value != i+1 && !(i == 8 && m.kind != "(1)") {
			return false
		}
	}
	return true
}

// led puts the words that lead to a list before each of its entries.
func led(lead string, parts []string) []string {
	lead = strings.TrimRight(lead, " :,;")
	var list []string
	for _, p := range parts {
		p = strings.TrimSuffix(strings.TrimSpace(p), ".")
		p = strings.TrimSpace(trailing.ReplaceAllString(p, ""))
		p = leadingAnd.ReplaceAllString(p, "")
		if p == "" {
			continue
		}
		if lead != "" {
			p = lead + " " + p
		}
		list = append(list, sentence(p))
	}
	return list
}

// splitColon cuts "…: x; y; z".
func splitColon(text string) []string {
	lead, rest, ok := strings.Cut(text, ": ")
	if !ok || strings.Contains(lead, ";") || len(words(lead)) < 2 || depths(text)[len(lead)] > 0 {
		return nil
	}
	parts := semicolons(rest)
	if len(parts) < 2 {
		return nil
	}
	return led(lead, parts)
}

// splitSemicolons cuts at semicolons when every part is a demand.
func splitSemicolons(text string) []string {
	parts := semicolons(text)
	for i, p := range parts {
		if !startsWithVerb(leadingAnd.ReplaceAllString(p, "")) {
			return nil
		}
		parts[i] = sentence(p)
	}
	return parts
}

// unsure are words after which a verb may belong to what stands before.
var unsure = setOf("to that who which whom whose by how when where whether including qui que dont afin pour para quem quais incluindo à")

// clausal are verbs that may rule a second verb later in their sentence.
var clausal = setOf("ensure allow make assurer garantir permettre assegurar garantir permitir")

// splitVerbs cuts "train … and adopt …". Before the cut stand a verb and what
// it acts on, and no other verb to which the second could belong.
func splitVerbs(text string) []string {
	if !startsWithVerb(text) {
		return nil
	}
	deep := depths(text)
	var parts []string
	from := 0
	for _, at := range joined.FindAllStringIndex(text, -1) {
		left, right := text[from:at[0]], text[at[1]:]
		if at[0] < from || deep[at[0]] > 0 || !startsWithVerb(right) || !clause(left) || len(words(right)) < 2 {
			continue
		}
		parts = append(parts, sentence(left))
		from = at[1]
	}
	if from == 0 {
		return nil
	}
	return append(parts, sentence(text[from:]))
}

// clause is true for a verb and what it acts on, with no second verb in it.
func clause(text string) bool {
	w := words(text)
	first := 0
	for first < len(w) && (strings.HasSuffix(w[first], "ly") || verbs[w[first]]) {
		first++
	}
	if first == 0 || len(w)-first < 1 || clausal[w[first-1]] {
		return false
	}
	for _, x := range w[first:] {
		if verbs[x] || unsure[x] {
			return false
		}
	}
	return true
}
