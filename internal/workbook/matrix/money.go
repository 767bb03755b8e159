package matrix

import (
	"math/big"
	"regexp"
	"strings"

	"tracker/internal/plan"
	"tracker/internal/sheet"
)

// currencies are the signs and names of money, longest first, with its code.
// FCFA is of two central banks and a bare dollar of many: they stay as typed.
var currencies = []struct{ sign, code string }{
	{"us dollars", "USD"}, {"usd", "USD"}, {"us$", "USD"}, {"u$s", "USD"}, {"euros", "EUR"}, {"euro", "EUR"}, {"eur", "EUR"}, {"€", "EUR"}, {"£", "GBP"}, {"gbp", "GBP"},
	{"francs cfa", "FCFA"}, {"f cfa", "FCFA"}, {"f.cfa", "FCFA"}, {"fcfa", "FCFA"}, {"cfa", "FCFA"}, {"xof", "XOF"}, {"xaf", "XAF"},
	{"maloti", "LSL"}, {"lsl", "LSL"}, {"rand", "ZAR"}, {"zar", "ZAR"}, {"pula", "BWP"}, {"bwp", "BWP"}, {"meticais", "MZN"}, {"mtn", "MZN"}, {"mzn", "MZN"}, {"mt", "MZN"},
	{"kwanzas", "AOA"}, {"kz", "AOA"}, {"aoa", "AOA"}, {"cve", "CVE"}, {"ksh", "KES"}, {"kes", "KES"}, {"ugx", "UGX"}, {"tzs", "TZS"}, {"ghs", "GHS"}, {"mwk", "MWK"}, {"zmw", "ZMW"},
	{"chf", "CHF"}, {"$", "$"},
}

// Before a number only: behind it M says million.
var leading = []struct{ sign, code string }{{"m", "LSL"}, {"r", "ZAR"}}

// isCurrency is true for a text that names a currency and nothing else.
func isCurrency(text string) bool {
	if len(text) > 20 {
		return false
	}
	text = strings.Trim(strings.ToLower(text), " ()[].")
	for _, c := range currencies {
		if text == c.sign {
			return true
		}
	}
	return false
}

// currencyCode gives the code of a text that names a currency, else the text.
func currencyCode(text string) string {
	if isCurrency(text) {
		return currencyIn(text)
	}
	return strings.TrimSpace(text)
}

// currencyIn is the currency that a text names as a word of its own, "" when none or several.
func currencyIn(text string) string {
	if len(text) > mostHeading {
		return ""
	}
	low := strings.ToLower(text)
	found := ""
	for _, c := range currencies {
		at := wordAt(low, c.sign)
		if at < 0 {
			continue
		}
		if found != "" && found != c.code {
			return ""
		}
		found = c.code
		low = low[:at] + strings.Repeat(" ", len(c.sign)) + low[at+len(c.sign):]
	}
	return found
}

// wordAt finds a sign that no letter touches; -1 when there is none.
func wordAt(low, sign string) int {
	for from := 0; ; {
		at := strings.Index(low[from:], sign)
		if at < 0 {
			return -1
		}
		at += from
		end := at + len(sign)
		isWord := sign[0] >= 'a' && sign[0] <= 'z'
		if !isWord || (at == 0 || !letter(low[at-1])) && (end == len(low) || !letter(low[end])) {
			return at
		}
		from = end
	}
}

func letter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 0x80 }

var (
	thousands = regexp.MustCompile(`(?i)['’ ]0{3}(?:$|[^\d])|\bthousands?\b|\bmilliers?\b|\bmilhares\b`)
	millions  = regexp.MustCompile(`(?i)\bmillions?\b|\bmilh(?:ão|ões|ao|oes)\b`)

	mil     = regexp.MustCompile(`(?i)\bmil\b`)
	romance = regexp.MustCompile(`(?i)or[cç]amento|cust|valor`)
	unsure  = regexp.MustCompile(`(?i)[(\[](?:[^()]* )?(?:(?:us)?[$€])?(?:m|mn|mio|k)(?:us[$]|[$€]|usd|eur|fcfa)?(?: [^()]*)?[)\]]`)
)

// unsureIn says whether a heading may count its amounts in thousands or millions and does not say which.
func unsureIn(heading string) bool {
	return len(heading) <= mostHeading && timesIn(heading) == 0 && (mil.MatchString(heading) || unsure.MatchString(heading))
}

// timesIn says how many times each amount counts under a heading; 0 when it says nothing.
func timesIn(heading string) int64 {
	switch {
	case len(heading) > mostHeading:
		return 0
	case thousands.MatchString(heading), mil.MatchString(heading) && romance.MatchString(heading):
		return 1000
	case millions.MatchString(heading):
		return 1_000_000
	}
	return 0
}

var (
	amount   = regexp.MustCompile(`^(\d[\d.,' ]*)(?: ?(k|m|mn|mio|million|millions|milhao|milhoes|billion|milliard|milliards|mil|thousand|mille))?$`)
	grouped  = regexp.MustCompile(`^\d{1,3}(?:([ .,'])\d{3})(?:[ .,']\d{3})*$`)
	brackets = regexp.MustCompile(`^([^()]*)\(([^()]*)\)[ .]*$`)
)

// nothing are the texts that say there is none.
var nothing = set("- -- – — n/a na nil none néant neant s/o nd aucun nenhum . /")

// saysNothing is true for a cell that was filled to show that nothing belongs there.
func saysNothing(text string) bool { return nothing[strings.ToLower(strings.TrimSpace(text))] }

// moneyOf reads the lines of a budget in a cell: an amount, its currency, and
// in brackets behind it who pays. False is a text that is no such thing.
func moneyOf(c sheet.Cell, col Column) (list []plan.BudgetLine, ok bool) {
	if col.Unsure && col.Times == 0 {
		return nil, false
	}
	if c.Kind == sheet.Number {
		cents, ok := cents(c.Raw, "", col.Times)
		return []plan.BudgetLine{{Year: col.Year, AmountCents: cents, Currency: col.Currency}}, ok
	}
	if c.Kind == sheet.Date || c.Kind == sheet.Bool || c.Kind == sheet.Failed {
		return nil, false
	}
	for _, text := range strings.FieldsFunc(c.Text, func(r rune) bool { return r == '\n' || r == ';' }) {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		line := plan.BudgetLine{Year: col.Year, Currency: col.Currency}
		if m := brackets.FindStringSubmatch(text); m != nil {
			if isCurrency(m[2]) {
				line.Currency = currencyCode(m[2])
			} else {
				line.Funder = strings.TrimSpace(m[2])
			}
			text = m[1]
		}
		var currency string
		if line.AmountCents, currency, ok = amountOf(text, col.Times); !ok {
			return nil, false
		}
		if currency != "" {
			line.Currency = currency
		}
		list = append(list, line)
	}
	return list, len(list) > 0
}

// amountOf reads an amount with the sign of its currency before or behind it.
func amountOf(text string, times int64) (n int64, currency string, ok bool) {
	if len(text) > 60 {
		return 0, "", false
	}
	low := strings.Join(strings.Fields(strings.ToLower(strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ").Replace(text))), " ")
	for _, c := range currencies {
		if at := wordAt(low, c.sign); at >= 0 {
			if at > 0 && at+len(c.sign) < len(low) {
				return 0, "", false // within: two amounts, or a sentence
			}
			currency = c.code
			low = strings.Trim(strings.Replace(low, c.sign, "", 1), " .:")
			break
		}
	}
	for _, c := range leading {
		rest, cut := strings.CutPrefix(low, c.sign)
		if rest = strings.TrimLeft(rest, " "); cut && currency == "" && rest != "" && rest[0] >= '0' && rest[0] <= '9' {
			currency, low = c.code, rest
		}
	}
	low = strings.TrimSuffix(strings.TrimSuffix(low, "/-"), ",-")
	m := amount.FindStringSubmatch(strings.Map(plain, low))
	if m == nil {
		return 0, "", false
	}
	digits, ok := decimal(strings.TrimSpace(m[1]), m[2] != "")
	if !ok {
		return 0, "", false
	}
	n, ok = cents(digits, m[2], times)
	return n, currency, ok
}

// plain writes the letters of the scale words without accents.
func plain(r rune) rune {
	switch r {
	case 'ã':
		return 'a'
	case 'õ':
		return 'o'
	case '’':
		return '\''
	}
	return r
}

// decimal writes a number with a point and without groups. A sign that stands
// once before three digits groups them, since no money has three decimals;
// before a word such as million it could be either, and is refused.
func decimal(text string, scaled bool) (string, bool) {
	last := strings.LastIndexAny(text, ".,")
	switch {
	case grouped.MatchString(text) && strings.Count(text, ",")*strings.Count(text, ".") == 0:
		if scaled && strings.Count(text, ",")+strings.Count(text, ".") == 1 {
			return "", false
		}
		return strings.NewReplacer(" ", "", ".", "", ",", "", "'", "").Replace(text), true
	case last < 0:
		return text, !strings.ContainsAny(text, " '")
	}
	whole, rest := text[:last], text[last+1:]
	if len(rest) == 0 || len(rest) > 2 && !scaled || !allDigits(rest) || strings.Contains(whole, text[last:last+1]) {
		return "", false
	}
	if !allDigits(whole) && !grouped.MatchString(whole) {
		return "", false
	}
	return strings.NewReplacer(" ", "", ".", "", ",", "", "'", "").Replace(whole) + "." + rest, true
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// mostCents is the largest amount, in cents: a thousand billion.
const mostCents = 1_000_000_000_000_00

// cents gives an amount in cents. What has parts of a cent is rounded; what is
// below nothing or beyond any budget is refused.
func cents(digits, scale string, times int64) (int64, bool) {
	n, ok := new(big.Rat).SetString(digits)
	if !ok || len(digits) > 30 || n.Sign() < 0 {
		return 0, false
	}
	by := int64(100)
	switch scale {
	case "k", "thousand", "mil", "mille":
		by *= 1000
	case "m", "mn", "mio", "million", "millions", "milhao", "milhoes":
		by *= 1_000_000
	case "billion", "milliard", "milliards":
		by *= 1_000_000_000
	}
	if times > 0 && scale == "" {
		by *= times
	}
	n.Mul(n, new(big.Rat).SetInt64(by)).Add(n, big.NewRat(1, 2))
	whole := new(big.Int).Quo(n.Num(), n.Denom())
	if !whole.IsInt64() || whole.Int64() > mostCents {
		return 0, false
	}
	return whole.Int64(), true
}
