package matrix

import (
	"strings"
	"testing"

	"tracker/internal/sheet"
)

// A comma and an "and" stand between institutions and within their names.
func TestInstitutionsOfACellAreToldApart(t *testing.T) {
	for text, want := range map[string]string{
		"MoHA (lead), MoSD; Police":                                "lead MoHA, MoSD, Police",
		"Chef de file: Ministère de la Justice. Appui: OIM, ONUDC": "lead Ministère de la Justice, supporting OIM, supporting ONUDC",
		"Ministry of Gender, Youth, Sports and Recreation":         "Ministry of Gender, Youth, Sports and Recreation",
		"Ministry of Justice and Police":                           "Ministry of Justice, Police",
		"Ministry of Labour and Employment; NGOs":                  "Ministry of Labour and Employment, NGOs",
		"Líder: MGCAS\nApoio: MISAU e ONGs":                        "lead MGCAS, supporting MISAU, supporting ONGs",
		"Ordre des médecins et OMS":                                "Ordre des médecins, OMS",
		"Save the Children and IOM":                                "Save the Children, IOM",
		"Igreja Católica e Ministério da Saúde":                    "Igreja Católica, Ministério da Saúde",
		"Women and Law in Southern Africa":                         "Women and Law in Southern Africa",
		"Santé et OMS":                                             "Santé et OMS",
		"MoHA/MoSD":                                                "MoHA, MoSD",
		"MoSD, with support of IOM":                                "MoSD, supporting IOM",
		"Ministère de la Santé, avec l'appui de l'OMS":             "Ministère de la Santé, supporting l'OMS",
		"Police (Child and Gender Protection Unit), MoSD":          "Police (Child and Gender Protection Unit), MoSD",
		"-":                               "",
		"n/a":                             "",
		"All line ministries":             "All line ministries",
		"Director of Public Prosecutions": "Director of Public Prosecutions",
	} {
		var said []string
		for _, p := range parties(text) {
			said = append(said, strings.TrimSpace(string(p.part)+" "+p.name))
		}
		if got := strings.Join(said, ", "); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// Excel makes days of numbers; what they were is told only where one reading follows.
func TestANumberThatExcelChangedIsToldWhereItFollows(t *testing.T) {
	day := func(raw string) sheet.Cell { return sheet.Cell{Text: "x", Raw: raw, Kind: sheet.Date} }
	number := func(raw string) sheet.Cell { return sheet.Cell{Text: raw, Raw: raw, Kind: sheet.Number} }
	for _, c := range []struct {
		cell          sheet.Cell
		before, above string
		want          string
	}{
		{day("2026-02-01"), "1.1", "1", "1.2"},
		{day("2026-02-01"), "1.1", "", ""}, // 1.2 or 2.1
		{day("2026-01-02"), "1.1", "1", "1.2"},
		{day("2026-05-04"), "4.4", "", "4.5"},
		{day("2003-02-01"), "1.2.2", "1.2", "1.2.3"},
		{day("2026-07-04"), "1.1", "1", ""},
		{number("1.1"), "1.9", "1", "1.10"},
		{number("1.2"), "1.19", "1", "1.20"},
		{number("1.2"), "1.1", "1", "1.2"},
		{sheet.Cell{Text: "1.2.10.", Raw: "1.2.10.", Kind: sheet.Words}, "", "", "1.2.10"},
	} {
		got, ok := numberOf(c.cell, c.before, c.above)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%s after %q below %q is %q %v, want %q", c.cell.Raw, c.before, c.above, got, ok, c.want)
		}
	}
}

// A heading's words tell its field, in three languages and badly typed; a sentence tells none.
func TestAHeadingIsToldByItsWords(t *testing.T) {
	for heading, want := range map[string]Field{
		"Activity": Activity, "ACTIVITÉS PRÉVUES": Activity, "Acções": Activity, "Activty": Activity, "Sub-activities": SubActivity,
		"N°": Number, "Nº": Number, "S/N": Number, "Activity No.": Number,
		"Verifiable indicators": Indicator, "Means of Verif.": Means, "Source de vérification": Means, "Source de financement": Funder,
		"Resp. Inst.": Lead, "Chef de file": Lead, "Partenaires": Supporting, "Funding partners": Funder, "Linha de base": Baseline,
		"Time-frame": Time, "Prazo": Time, "Échéance": End, "Data de início": Start, "Coût (FCFA)": Budget, "Orçamento": Budget,
		"Target group": Unknown, "Colour": Unknown, "Risks and assumptions": Assumptions, "Observações": Remarks,
		"Train officers to use the indicators of trafficking in all districts": Unknown,
	} {
		if got := meaningOf(heading).field; got != want {
			t.Errorf("%q is %q, want %q", heading, got, want)
		}
	}
}

// A title's number is cut off; a number that is part of the title stays.
func TestATitleIsToldFromItsNumber(t *testing.T) {
	for text, want := range map[string]string{
		"1.2.10 Train": "1.2.10|Train", "1. Train": "1|Train", "3) Train": "3|Train", "2 - Train": "2|Train", "R1: Justice": "R1|Justice", "1.1": "|1.1",
		"3-day workshop": "|3-day workshop", "12 workshops": "|12 workshops", "24/7 hotline": "|24/7 hotline", "2022 budget": "|2022 budget",
	} {
		if number, title := splitNumber(text); number+"|"+title != want {
			t.Errorf("%q is %q %q, want %q", text, number, title, want)
		}
	}
	for text, want := range map[string]string{
		"Objective 1.2: Protect": "objective|1.2|Protect", "PILIER II - PROTECTION": "pillar|II|PROTECTION", "Eixo 3 – Parcerias": "pillar|3|Parcerias", "Pillar 1": "pillar|1|Pillar 1",
		"Train officers: two days": "||Train officers: two days", "Output-based budgets": "||Output-based budgets",
	} {
		if level, number, title := entryOf(text); string(level)+"|"+number+"|"+title != want {
			t.Errorf("%q is %q %q %q, want %q", text, level, number, title, want)
		}
	}
}
