package narrative

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold writes a heading without accents, marks and case, for comparing.
func fold(text string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(text) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r), unicode.IsDigit(r):
			b.WriteRune(unicode.ToUpper(r))
		case unicode.IsSpace(r), r == '-', r == '/', r == '\'', r == '’':
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// The headings of the list, folded, in the languages of the published
// narratives and their translations.
var (
	listHeading = regexp.MustCompile(`^(?:PRIORITI[SZ]ED |PRIORITY |KEY )?RECOMMENDATIONS?(?: (?:FOR|TO) (.{2,60}))?$` +
		`|^(?:RECOMMANDATIONS? PRIORITAIRES?|PRINCIPALES RECOMMANDATIONS|RECOMMANDATIONS?)(?: (?:POUR LE|POUR LA|POUR L|POUR LES|POUR|A L INTENTION DU|A L INTENTION DE LA|AU|A LA|AUX) (.{2,60}))?$` +
		`|^(?:RECOMENDACOES PRIORITARIAS|RECOMENDACAO PRIORITARIA|PRINCIPAIS RECOMENDACOES|RECOMENDACOES PRIORIZADAS|RECOMENDACOES)(?: (?:PARA O|PARA A|PARA OS|PARA AS|PARA|AO|A) (.{2,60}))?$`)
	listWord = regexp.MustCompile(`(?i)^\W{0,4}(?:(?:prioriti[sz]ed|priority|key|principales|principais) )?(?:recommendations?|recommandations?|recomenda[cç][aãoõ]+(?:es)?|recomendac[\pL\pM]+o(?:es)?)\b`)
	priority = regexp.MustCompile(`PRIORIT|PRIORIZ`)
)

// isRecommendationHeading is true for a line that is the heading of the list and nothing else.
func isRecommendationHeading(text string) bool {
	if len(text) > mostHead || !strings.ContainsAny(text[:1], "PpRrKk#*=_") && !listWord.MatchString(text) {
		return false
	}
	bare := strings.Trim(text, " #*=_:.")
	return listHeading.MatchString(fold(bare)) && !strings.HasSuffix(strings.TrimSpace(text), ".")
}

// headingAndRest reads a heading of the list at the beginning of a line, and
// what follows it on the same line.
func headingAndRest(text string) (heading, rest string, ok bool) {
	if len(text) == 0 || !listWord.MatchString(text) {
		return "", "", false
	}
	if isRecommendationHeading(text) {
		return strings.Trim(text, " #*=_:."), "", true
	}
	if before, after, cut := strings.Cut(text, ":"); cut && isRecommendationHeading(before) {
		return strings.Trim(before, " #*=_."), strings.Trim(after, " *_"), true
	}
	fields := strings.Fields(text)
	n := 0
	for n < len(fields) && capitalWord(fields[n]) {
		n++
	}
	before := strings.Join(fields[:n], " ")
	if n > 0 && n < len(fields) && capitals(before) && isRecommendationHeading(before) {
		return before, strings.Join(fields[n:], " "), true
	}
	return "", "", false
}

func capitalWord(w string) bool {
	n := 0
	for _, r := range w {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			n++
		}
	}
	return n > 1
}

// nextHeadings are the headings, folded, that follow the list in narratives.
var nextHeadings = map[string]bool{
	"PROSECUTION": true, "PROTECTION": true, "PREVENTION": true, "PARTNERSHIP": true, "PARTNERSHIPS": true,
	"TRAFFICKING PROFILE": true, "TIER RANKING": true, "LAW ENFORCEMENT": true, "METHODOLOGY": true, "INTRODUCTION": true, "BACKGROUND": true,
	"PROSECUTION PROTECTION PREVENTION": true, "TIPS FOR READERS": true, "TAGS": true, "SHARE": true, "RELATED CONTENT": true, "RELATED": true, "FOOTNOTES": true, "NOTES": true,
	"POURSUITES": true, "POURSUITES JUDICIAIRES": true, "POURSUITE": true, "POURSUITES PENALES": true, "REPRESSION": true, "PARTENARIAT": true, "PARTENARIATS": true,
	"PROFIL DE LA TRAITE": true, "PROFIL DE LA TRAITE DES PERSONNES": true, "PROFIL DU TRAFIC": true, "PROFIL DE LA TRAITE DES ETRES HUMAINS": true,
	"PROCESSO PENAL": true, "ACAO PENAL": true, "ACCAO PENAL": true, "PROCESSOS JUDICIAIS": true, "ACUSACAO": true, "INSTAURACAO DE PROCESSOS": true, "PERSECUCAO PENAL": true,
	"ACAO JUDICIAL": true, "ACCAO JUDICIAL": true, "JULGAMENTO": true, "PROTECAO": true, "PROTECCAO": true, "PREVENCAO": true, "PARCERIA": true, "PARCERIAS": true, "PERFIL DO TRAFICO": true, "PERFIL DO TRAFICO DE PESSOAS": true, "PERFIL DE TRAFICO": true,
}

// isNextHeading is true for a line that begins a part after the list: one of
// the known headings alone, or in capitals before the text of its part.
func isNextHeading(text string) bool {
	r := []rune(text[:min(len(text), 120)])
	if len(r) == 0 || unicode.IsLower(r[0]) {
		return false
	}
	if len(text) <= mostHead && nextHeadings[fold(strings.Trim(text, " #*=_:"))] {
		return true
	}
	if before, _, cut := strings.Cut(string(r), ":"); cut && capitals(before) && nextHeadings[fold(before)] {
		return true
	}
	fields := strings.Fields(string(r))
	n := 0
	for n < len(fields) && capitalWord(fields[n]) {
		n++
	}
	return n > 0 && nextHeadings[fold(strings.Join(fields[:n], " "))]
}
