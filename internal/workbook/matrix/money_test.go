package matrix

import (
	"fmt"
	"strings"
	"testing"

	"tracker/internal/sheet"
)

// Money as ministries write it. What could be two amounts is none.
func TestMoneyIsReadAsTypedOrNotAtAll(t *testing.T) {
	for text, want := range map[string]string{
		"45 000":                       "4500000",
		"1,200,000.50":                 "120000050",
		"1.200.000,50":                 "120000050",
		"25 000 000 FCFA":              "2500000000 FCFA",
		"M 1.2 million":                "120000000 LSL",
		"US$ 30,000":                   "3000000 USD",
		"USD30,000.5":                  "3000050 USD",
		"1,5 million EUR":              "150000000 EUR",
		"R 12 500":                     "1250000 ZAR",
		"2 M FCFA":                     "200000000 FCFA",
		"500k":                         "50000000",
		"1.200":                        "120000",
		"120.000 MT":                   "12000000 MZN",
		"$5,000":                       "500000 $",
		"USD 30,000 (UNODC)":           "3000000 USD UNODC",
		"USD 30,000 (UNODC)\nM 20 000": "3000000 USD UNODC, 2000000 LSL",
		"30,000 (USD)":                 "3000000 USD",
		"1 200 000,75 FCFA":            "120000075 FCFA",
		"1'200'000":                    "120000000",
		"2,5 milhões de meticais":      "none",
		"1.200 million":                "none",
		"10,000-20,000":                "none",
		"12,34,567":                    "none",
		"1.2.3":                        "none",
		"to be confirmed":              "none",
		"USD 5 per person":             "none",
		"-5":                           "none",
		"1,2345":                       "none",
		"999999999999999999":           "none",
	} {
		lines, ok := moneyOf(sheet.Cell{Text: text, Raw: text, Kind: sheet.Words}, Column{})
		var said []string
		for _, l := range lines {
			said = append(said, strings.Join(strings.Fields(fmt.Sprint(l.AmountCents, " ", l.Currency, " ", l.Funder)), " "))
		}
		got := strings.Join(said, ", ")
		if !ok {
			got = "none"
		}
		if got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
	lines, ok := moneyOf(sheet.Cell{Text: "1,250", Raw: "1250", Kind: sheet.Number}, Column{Year: 2022, Currency: "USD", Times: 1000})
	if !ok || lines[0].AmountCents != 125000000 || lines[0].Year != 2022 || lines[0].Currency != "USD" {
		t.Errorf("a number under a heading in thousands is %v %v", lines, ok)
	}
}

// A heading that may count in thousands or millions and does not say which makes no amount certain.
func TestAHeadingSaysHowManyTimesAnAmountCounts(t *testing.T) {
	for heading, want := range map[string]string{
		"Budget (USD)": "0 false", "Budget (LSL '000)": "1000 false", "Coût (en milliers de FCFA)": "1000 false", "Orçamento (mil MT)": "1000 false",
		"Cost in millions": "1000000 false", "Budget (USD mil)": "0 true", "Budget (USD m)": "0 true", "Cost (M)": "0 true", "Coût (M€)": "0 true", "Cost (US$m)": "0 true", "Budget (k EUR)": "0 true", "Montant (FCFA)": "0 false",
	} {
		if got := fmt.Sprint(timesIn(heading), unsureIn(heading)); got != want {
			t.Errorf("%q is %s, want %s", heading, got, want)
		}
	}
	if _, ok := moneyOf(sheet.Cell{Text: "5", Raw: "5", Kind: sheet.Number}, Column{Heading: "Budget (USD m)", Field: Budget, Unsure: unsureIn("Budget (USD m)")}); ok {
		t.Error("an amount under a heading that may mean millions was read")
	}
}
