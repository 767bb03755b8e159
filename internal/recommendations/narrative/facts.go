package narrative

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How far around the list a narrative states what it is: from its first line,
// and before the list. Elsewhere a year or tier is one of its history.
const (
	mostStated = 300
	before     = 150
)

const report = `(?:trafficking in persons report|rapport sur la traite des personnes|relatório (?:sobre|de) (?:o )?tráfico de pessoas)`

var (
	yearThenReport = regexp.MustCompile(`(?i)\b(20\d\d) ` + report)
	reportThenYear = regexp.MustCompile(`(?i)` + report + `[,:]? (?:de |for )?(?:(?:june|july|juin|juillet|junho|julho) )?(20\d\d)\b`)
	titled         = regexp.MustCompile(`(?i)` + report + `(?: 20\d\d)?(?: ?[-–—:|] ?(?:country narratives? ?[-–—:|] ?)?)(\p{Lu}[\p{L}'’ .-]{2,40})`)
	government     = regexp.MustCompile(`\bGovernment of (?:the )?(\p{Lu}[\p{L}'’. -]{2,40}?) (?:does not|fully meets|did not|has not|demonstrated)`)
	tierAlone      = regexp.MustCompile(`(?i)^(?:(\p{L}[\p{L}'’ .-]{2,40}?) ?[-–—:(|] ?\(?)?(?:tier ranking:? ?)?` + tierWords + `\)?\.?$`)
	tierTold       = regexp.MustCompile(`(?i)\b(?:remained on|remains on|upgraded to|downgraded to|was placed on|is placed on|upgraded from [^.]{0,40} to|downgraded from [^.]{0,40} to|maintenue? (?:en|dans la|sur la|au)|mantid[oa] n[oa]|permaneceu n[oa]|permanece n[oa]) ` + tierWords)
)

const tierWords = `(?:the )?(tier ?[123](?: watch ?list)?|special case|catégorie ?[123](?: (?:sous surveillance|liste de surveillance))?|liste de surveillance de (?:la )?catégorie ?2|(?:nível|categoria) ?[123](?: (?:lista de (?:observação|vigilância)|em observação|sob observação))?|lista de (?:observação|vigilância) d[oa] (?:nível|categoria) ?2)`

// tierName writes a tier as editions have it.
func tierName(text string) string {
	low := strings.ToLower(text)
	if low == "special case" {
		return "Special Case"
	}
	n := strings.IndexAny(low, "123")
	if n < 0 {
		return ""
	}
	tier := "Tier " + low[n:n+1]
	for _, w := range []string{"watch", "surveillance", "observação", "vigilância"} {
		if strings.Contains(low, w) {
			return tier + " Watch List"
		}
	}
	return tier
}

// state notes what the text says of itself: of which edition of which
// mechanism it is, on which country, and its tier.
func (f *Found) state(lines []line, title, heading string, at int) {
	texts := make([]string, 0, mostStated)
	if title = clean(title); title != "" {
		texts = append(texts, title)
	}
	for i, l := range lines {
		if l.text != "" && (len(texts) < mostStated || i >= at-before && i < at+before) {
			texts = append(texts, l.text)
		}
		if i > at+before && len(texts) >= mostStated {
			break
		}
	}
	tip := priority.MatchString(fold(heading))
	told := ""
	for _, text := range texts {
		if len(text) > 4000 {
			continue
		}
		tip = f.stateYear(text) || tip
		f.stateCountry(text)
		told = f.stateTier(text, told)
	}
	if f.Tier == "" {
		f.Tier = told
	}
	if f.Country == "" {
		f.Country = countryOfHeading(heading)
	}
	if tip || f.Tier != "" {
		f.Mechanism = "TIP"
	}
}

// stateYear reads the year beside the report's name, and says whether the name stands there.
func (f *Found) stateYear(text string) bool {
	low := strings.ToLower(text)
	if !strings.Contains(low, "trafficking in persons report") && !strings.Contains(low, "traite des personnes") && !strings.Contains(low, "fico de pessoas") {
		return false
	}
	for _, pattern := range []*regexp.Regexp{yearThenReport, reportThenYear} {
		if m := pattern.FindStringSubmatch(text); m != nil && f.Year == 0 {
			f.Year, _ = strconv.Atoi(m[1]) // four digits
		}
	}
	if m := titled.FindStringSubmatch(text); m != nil && f.Country == "" {
		name, _, _ := strings.Cut(m[1], " - ")
		f.Country = country(name)
	}
	return true
}

func (f *Found) stateCountry(text string) {
	if f.Country != "" || !strings.Contains(text, "Government of ") {
		return
	}
	if m := government.FindStringSubmatch(text); m != nil {
		f.Country = country(m[1])
	}
}

// stateTier reads a tier that stands alone or with the country's name. One
// that a sentence tells is returned, for want of the other.
func (f *Found) stateTier(text, told string) string {
	if f.Tier != "" || !strings.ContainsAny(text, "123Ss") {
		return told
	}
	if len(text) <= mostHead {
		if m := tierAlone.FindStringSubmatch(text); m != nil {
			f.Tier = tierName(m[2])
			if f.Country == "" && !strings.Contains(strings.ToLower(m[1]), "tier") {
				f.Country = country(m[1])
			}
			return told
		}
	}
	if m := tierTold.FindStringSubmatch(text); m != nil && told == "" {
		return tierName(m[1])
	}
	return told
}

// countryOfHeading is the country of "RECOMMENDATIONS FOR X".
func countryOfHeading(heading string) string {
	m := headingFor.FindStringSubmatch(heading)
	if m == nil {
		return ""
	}
	return country(m[1])
}

var headingFor = regexp.MustCompile(`(?i)(?:recommendations for|recommandations pour(?: le| la| les)?|recomendações para(?: o| a| os| as)?) (?:the |l['’])?(.{3,60})$`)

// small are the words of countries' names that have no capital.
var small = setOf("and of the de du des la le les da do das dos e et")

// country writes a country's name as names are written; "" when it is none.
func country(name string) string {
	name = strings.Trim(name, " .,:;–—-()*#|")
	if low := strings.ToLower(name); len(words(name)) == 0 || len(words(name)) > 6 || strings.Contains(low, "government") ||
		strings.HasPrefix(low, "united states department") || strings.HasPrefix(low, "tier") {
		return ""
	}
	if !capitals(name) {
		return name
	}
	fields := strings.Fields(strings.ToLower(name))
	for i, w := range fields {
		if i == 0 || !small[w] {
			fields[i] = upperFirst(w)
			if a, b, cut := strings.Cut(fields[i], "-"); cut && !small[b] {
				fields[i] = a + "-" + upperFirst(b)
			}
			if a, b, cut := strings.Cut(strings.ReplaceAll(w, "'", "’"), "’"); cut && (a == "d" || a == "l") {
				fields[i] = a + "’" + upperFirst(b)
			}
		}
	}
	return strings.Join(fields, " ")
}

func upperFirst(word string) string {
	r, size := utf8.DecodeRuneInString(word)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + word[size:]
}
