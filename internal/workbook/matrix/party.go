package matrix

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// party is an institution of a cell with the part that the cell gives it, Unknown for none.
type party struct {
	name string
	part Field
}

var (
	leadRole    = `lead(?: agency| institution| ministry)?|chef de file|chefe de fila|pilote|responsable|responsavel|lider|coordenador|coordination|coordenacao|principal`
	supportRole = `support(?:ing|ed by)?(?: agency| agencies| institutions?| partners?)?|appui|en appui|apoio|partners?|partenaires?|parceiros?|assist(?:ing|ed by)|with|avec|com|collaborat(?:ing|ors?)(?: with| partners?)?|structures? d'appui|instituic(?:ao|oes) de apoio`
	roleBehind  = regexp.MustCompile(`^(.+?) ?[(\[] ?(?:(` + leadRole + `)|(` + supportRole + `)) ?[)\]]$`)
	roleBefore  = regexp.MustCompile(`^(?:(` + leadRole + `)|(` + supportRole + `)) ?: ?`)
	roleInside  = regexp.MustCompile(`(?i)[.,;\n ]+((?:lead|chef de file|support(?:ing|ed by)?|appui|apoio|partners?|partenaires?|parceiros?|l[ií]der|respons[aá]vel|responsable|structures? d.appui)(?: agency| agencies| institutions?)? ?:)`)
)

// withSupport is a sentence that says who supports.
var withSupport = regexp.MustCompile(`(?i)[,;]? +(?:with (?:the )?support (?:of|from)|supported by|in collaboration with|avec l['’]appui (?:du|de la|des|de)|avec le soutien (?:du|de la|des|de)|en collaboration avec|com (?:o )?apoio (?:do|da|dos|das|de)|em colaboração com) +`)

// heads are the words with which the names of institutions begin, folded.
var heads = set(`ministry ministries ministere ministeres ministerio ministerios min department dept departments departement departamento direction direcao direccao directorate office bureau gabinete cabinet
	police policia gendarmerie prosecutor prosecutors prosecution procuradoria parquet procureur judiciary courts court magistrature tribunal tribunais tribunaux immigration customs douanes alfandegas sernic
	commission comissao comite committee council conseil conselho agency agence agencia service services servico servicos institute institut instituto national nationale nacional directeur inspection inspecao inspeccao
	ngo ngos ong ongs csos cso osc civil societe sociedade un iom oim unodc unicef ilo oit unhcr acnur undp pnud interpol embassy ambassade union uniao red croix cruz caritas all tous todos district municipal municipalities
	governo government gouvernement presidency presidencia presidence prime parliament parlement parlamento assembly assemblee assembleia faith traditional media academia university universite universidade ombudsman secretariat secretariado unit unite unidade hospital hospitals schools churches church igrejas eglises unions union syndicats sindicatos employers employeurs private secteur setor sector communities communautes comunidades chiefs chefs`)

// tails are the words with which names of institutions end, folded.
var tails = set(`police authority agency commission council committee department office offices service services bureau court courts union ngos prosecutions association associations`)

// portfolios are names of institutions that are also what a ministry is of.
var portfolios = set(`immigration customs prosecution media national district`)

// ownName says whether a text can be the name of an institution by itself: it
// begins as one does, or is an abbreviation.
func ownName(text string) bool {
	bare := strings.TrimSpace(withoutBrackets(text))
	if m := roleBehind.FindStringSubmatch(fold(text)); m != nil {
		return true
	}
	words := strings.Fields(bare)
	if len(words) == 0 {
		return false
	}
	return heads[strings.Trim(fold(words[0]), ".,'")] || tails[fold(words[len(words)-1])] || len(words) <= 2 && abbreviation(words[0])
}

// besideSure says whether a text is a name because what is joined to it surely
// is one, an abbreviation or a ministry: two words at least that begin as names do.
func besideSure(text, next string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	words := strings.Fields(next)
	sure := len(words) == 1 && abbreviation(words[0]) || len(words) > 1 && strings.HasPrefix(fold(words[0]), "minist")
	return sure && unicode.IsUpper(first) && len(strings.Fields(text)) > 1
}

// abbreviation is true for a word such as MoHA, PF/UEM or M.J.
func abbreviation(word string) bool {
	upper, letters := 0, 0
	for i, r := range word {
		if unicode.IsLetter(r) {
			letters++
			if unicode.IsUpper(r) && (i > 0 || len(word) > 1) {
				upper++
			}
		}
	}
	return upper >= 2 && letters <= 12
}

// parties reads the institutions of a cell. Those between commas, slashes or
// and are told apart only where each part is a name by itself, for names hold commas too.
func parties(text string) []party {
	var list []party
	part := Unknown
	text = withSupport.ReplaceAllString(text, "\nSupport: ")
	text = roleInside.ReplaceAllString(text, "\n$1")
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == ';' || r == '•' || r == '·' }) {
		line = strings.Trim(strings.Join(strings.Fields(line), " "), " ,.-–*")
		if line == "" {
			continue
		}
		var own Field
		if own, line = roleOf(line); own != Unknown {
			part = own
		}
		for _, name := range apart(line) {
			p := party{name: strings.Trim(name, " ,."), part: part}
			if m := behind(p.name); m != nil {
				p = *m
			}
			if p.name != "" && !saysNothing(p.name) {
				list = append(list, p)
			}
		}
	}
	return list
}

// OneName says whether a cell with this text is read as one institution of this
// name, with no part of its own.
func OneName(text string) bool {
	list := parties(text)
	return len(list) == 1 && list[0] == party{name: text}
}

// roleOf cuts the word of a part off the beginning of a line.
func roleOf(line string) (Field, string) {
	folded := fold(line)
	m := roleBefore.FindStringSubmatch(folded)
	colon := strings.IndexByte(line, ':')
	if m == nil || colon < 0 {
		return Unknown, line
	}
	rest := strings.TrimSpace(line[colon+1:])
	if m[1] != "" {
		return Lead, rest
	}
	return Supporting, rest
}

// behind reads a part in brackets behind a name.
func behind(name string) *party {
	if len(name) > mostHeading {
		return nil
	}
	m := roleBehind.FindStringSubmatch(fold(name))
	open := strings.LastIndexAny(name, "([")
	if m == nil || open < 0 {
		return nil
	}
	p := party{name: strings.TrimSpace(name[:open]), part: Supporting}
	if m[2] != "" {
		p.part = Lead
	}
	return &p
}

var joints = []string{", ", ",", " and ", " & ", " et ", " e ", " / ", "/"}

// apart cuts a line into names.
func apart(line string) []string {
	if len(line) > 2000 {
		return []string{line}
	}
	list := []string{line}
	for _, joint := range joints {
		var next []string
		for _, one := range list {
			pieces := cutOutside(one, joint)
			kept := pieces[:1]
			for _, piece := range pieces[1:] {
				last := len(kept) - 1
				ministry := strings.HasPrefix(fold(kept[last]), "min")
				if ownName(piece) && !(ministry && portfolios[fold(piece)]) && (joint != "/" || abbreviation(kept[last]) && abbreviation(piece)) && (ownName(kept[last]) || besideSure(kept[last], piece)) {
					kept = append(kept, piece)
				} else {
					kept[last] += joint + piece
				}
			}
			next = append(next, kept...)
		}
		list = next
	}
	return list
}

// cutOutside cuts at a joint that stands outside brackets.
func cutOutside(text, joint string) []string {
	var list []string
	deep, from := 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '(', '[':
			deep++
		case ')', ']':
			deep--
		}
		if deep <= 0 && i >= from && strings.HasPrefix(text[i:], joint) {
			list = append(list, text[from:i])
			from = i + len(joint)
		}
	}
	return append(list, text[from:])
}
