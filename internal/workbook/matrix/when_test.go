package matrix

import (
	"testing"

	"tracker/internal/sheet"
)

func (s Span) told() string {
	text := s.Start.String() + ".." + s.Due.String()
	if s.Continuous {
		text += " continuous"
	}
	return text
}

// Timeframes as plans have them. What could be two times is none.
func TestATimeframeIsReadAsTypedOrNotAtAll(t *testing.T) {
	for text, want := range map[string]string{
		"Q2 2022":                      "2022-04-01..2022-06-30",
		"2022 Q2":                      "2022-04-01..2022-06-30",
		"2e trimestre 2022":            "2022-04-01..2022-06-30",
		"2º trimestre de 2022":         "2022-04-01..2022-06-30",
		"T3 2023":                      "2023-07-01..2023-09-30",
		"First half of 2022":           "2022-01-01..2022-06-30",
		"S2 2023":                      "2023-07-01..2023-12-31",
		"by June 2024":                 "..2024-06-30",
		"By end of 2023":               "..2023-12-31",
		"d'ici juin 2024":              "..2024-06-30",
		"D’ici à juin 2024":            "..2024-06-30",
		"d’ici fin 2023":               "..2023-12-31",
		"até junho de 2024":            "..2024-06-30",
		"Até ao final de 2023":         "..2023-12-31",
		"2021-2023":                    "2021-01-01..2023-12-31",
		"2021 – 2023":                  "2021-01-01..2023-12-31",
		"2021, 2022 and 2023":          "2021-01-01..2023-12-31",
		"Jan-Mar 2022":                 "2022-01-01..2022-03-31",
		"Oct 2022 - Mar 2023":          "2022-10-01..2023-03-31",
		"janvier à mars 2022":          "2022-01-01..2022-03-31",
		"de janeiro a março de 2022":   "2022-01-01..2022-03-31",
		"Q1-Q3 2022":                   "2022-01-01..2022-09-30",
		"févr. 2024":                   "2024-02-01..2024-02-29",
		"Juill. 2022 - sept. 2022":     "2022-07-01..2022-09-30",
		"3 nov. 2022":                  "2022-11-03..2022-11-03",
		"agos 2022":                    "2022-08-01..2022-08-31",
		"March 2022":                   "2022-03-01..2022-03-31",
		"1er mars 2022":                "2022-03-01..2022-03-01",
		"15 de março de 2022":          "2022-03-15..2022-03-15",
		"31/12/2022":                   "2022-12-31..2022-12-31",
		"2022-12-31":                   "2022-12-31..2022-12-31",
		"March 15, 2022":               "2022-03-15..2022-03-15",
		"01/02/2022 - 30/06/2022":      "2022-02-01..2022-06-30",
		"2023":                         "2023-01-01..2023-12-31",
		"Continuous":                   ".. continuous",
		"ongoing":                      ".. continuous",
		"Continu":                      ".. continuous",
		"Contínuo":                     ".. continuous",
		"En continu":                   ".. continuous",
		"em curso":                     ".. continuous",
		"Continuous from 2022":         "2022-01-01.. continuous",
		"Annually, 2021-2023":          "2021-01-01..2023-12-31",
		"Continuous (2021-2023)":       "2021-01-01..2023-12-31",
		"From 2022 onwards":            "2022-01-01.. continuous",
		"à partir de mars 2022":        "2022-03-01..",
		"02/2023":                      "2023-02-01..2023-02-28",
		"02/2023 - 11/2023":            "2023-02-01..2023-11-30",
		"2021/22":                      "none",
		"2021-22":                      "none",
		"2021/2022":                    "none",
		"Year 1":                       "none",
		"Mid-2023":                     "none",
		"short term":                   "none",
		"Q5 2022":                      "none",
		"31/02/2022":                   "none",
		"12/31/2022":                   "none",
		"June-24":                      "none",
		"Dec 2023 - Jan 2022":          "none",
		"as soon as funds are secured": "none",
		"6 months":                     "none",
	} {
		s, ok := whenOf(sheet.Cell{Text: text, Raw: text, Kind: sheet.Words}, 0)
		got := s.told()
		if !ok {
			got = "none"
		}
		if got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
	for _, c := range []struct {
		cell sheet.Cell
		year int
		want string
	}{
		{sheet.Cell{Text: "Jun-24", Raw: "2024-06-01", Kind: sheet.Date}, 0, "2024-06-01..2024-06-30"},
		{sheet.Cell{Text: "6/1/24", Raw: "2024-06-01", Kind: sheet.Date}, 0, "2024-06-01..2024-06-01"},
		{sheet.Cell{Text: "2023", Raw: "2023", Kind: sheet.Number}, 0, "2023-01-01..2023-12-31"},
		{sheet.Cell{Text: "Q2", Raw: "Q2", Kind: sheet.Words}, 2022, "2022-04-01..2022-06-30"},
	} {
		if s, ok := whenOf(c.cell, c.year); !ok || s.told() != c.want {
			t.Errorf("%v is %s %v, want %s", c.cell, s.told(), ok, c.want)
		}
	}
}
