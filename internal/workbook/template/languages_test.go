package template

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"tracker/internal/i18n"
	"tracker/internal/problem"
	"tracker/internal/workbook/matrix"
)

// In every language each heading is read as the field that it was written for,
// an untouched template is no plan, and its example is passed over.
func TestEveryHeadingIsReadInEveryLanguage(t *testing.T) {
	for _, lang := range i18n.Languages {
		w := wordsIn(t, lang)
		p, err := matrix.Read(open(t, writtenIn(t, lang, asked)), matrix.Told{})
		var no *problem.Error
		if !errors.As(err, &no) || no.Key != "matrix.error.rows" {
			t.Errorf("%s: untouched it is %v", lang, err)
		}
		want := []matrix.Skipped{{Sheet: w.Msg("template.sheet.guide"), Key: "matrix.skipped.header"}, {Sheet: w.Msg("template.sheet.example"), Key: "matrix.skipped.example"},
			{Sheet: w.Msg("template.sheet.lists"), Key: "matrix.skipped.hidden"}}
		if diff := cmp.Diff(want, p.Skipped); diff != "" {
			t.Errorf("%s: %s", lang, diff)
		}
		p, err = matrix.Read(open(t, filledOn(t, writtenIn(t, lang, asked), w.Msg("template.sheet.plan"), map[string]any{"F4": "Train"})), matrix.Told{})
		must(t, err)
		list := asked.columns()
		columns := p.Tables[0].Columns
		if len(columns) != len(list) {
			t.Fatalf("%s: %d columns, want %d", lang, len(columns), len(list))
		}
		for i, c := range columns {
			if c.Field != list[i].field || c.Year != list[i].year || c.Why != matrix.ByWords {
				t.Errorf("%s: %s %q is %s %d by %s, want %s %d", lang, c.Letters, c.Heading, c.Field, c.Year, c.Why, list[i].field, list[i].year)
			}
		}
	}
}

// What is filled in with the words of a language comes back as it was meant.
func TestATemplateFilledInALanguageComesBackWhole(t *testing.T) {
	for lang, said := range map[string]struct{ quarter, endless, day, month string }{
		"en": {"Q2 2025", "Continuous", "15 March 2026", "March 2025"},
		"fr": {"T2 2025", "Continu", "15 mars 2026", "mars 2025"},
		"pt": {"T2 2025", "Contínuo", "15 de março de 2026", "março de 2025"},
	} {
		w := wordsIn(t, lang)
		if got := w.Msg("template.quarter", "q", 2, "year", "2025"); got != said.quarter || w.Msg("template.continuous") != said.endless {
			t.Errorf("%s: %s and %s can be chosen", lang, got, w.Msg("template.continuous"))
		}
		p, err := matrix.Read(open(t, filledOn(t, writtenIn(t, lang, asked), w.Msg("template.sheet.plan"), map[string]any{
			"A4": "1. Prevention", "B4": "1.1 Workers know their rights", "C4": "Fewer are deceived", "D4": "Advice at the border", "E4": "1.1.1", "F4": "Open information points", "G4": "Points open",
			"H4": 0, "I4": 1, "J4": 2, "K4": 3, "L4": "Lists", "M4": "Ministry of Home Affairs (MHA)", "N4": "Police; IOM", "O4": said.quarter, "P4": said.endless, "Q4": 20000, "R4": 1500.5, "T4": "USD", "U4": "UNODC",
			"V4": "There is room", "W4": "Begun",
			"G5": "People advised", "K5": "600",
			"E6": "1.2", "F6": "Train labour inspectors", "M6": "PJ", "O6": said.month, "P6": said.day, "S6": 99, "T6": "LSL"})), matrix.Told{})
		must(t, err)
		if len(p.Tables) != 1 || len(p.Problems)+len(p.Tables[0].Ignored)+len(p.Tables[0].Entries) > 0 {
			t.Fatalf("%s: %d tables, problems %v, ignored %v", lang, len(p.Tables), p.Problems, p.Tables[0].Ignored)
		}
		var got []string
		for _, r := range p.Tables[0].Rows {
			got = append(got, told(r))
		}
		want := []string{
			"F4 activity 1.1.1 Open information points < 1 Prevention < 1.1 Workers know their rights < Fewer are deceived < Advice at the border; indicator Points open 0 2025=1 2026=2 2027=3; indicator People advised 2027=600; " +
				"lead [Ministry of Home Affairs (MHA)]; supporting [Police IOM]; 2025-04-01..; continuous true; budget 2025 20000.00 USD UNODC; budget 2026 1500.50 USD UNODC; [UNODC] [Lists] [There is room] [Begun]; other 0",
			"F6 activity 1.2 Train labour inspectors < 1 Prevention < 1.1 Workers know their rights < Fewer are deceived < Advice at the border; " +
				"lead [PJ]; supporting []; 2025-03-01..2026-03-15; continuous false; budget 2027 99.00 LSL; [] [] [] []; other 0",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", lang, diff)
		}
	}
}

// The example of every language is a plan without problems, and the file says
// in which language it is.
func TestTheExampleOfEveryLanguageIsAPlan(t *testing.T) {
	for _, lang := range i18n.Languages {
		w, content := wordsIn(t, lang), writtenIn(t, lang, asked)
		p, err := matrix.Read(open(t, content), matrix.Told{Header: map[string]int{w.Msg("template.sheet.example"): 4}})
		must(t, err)
		if len(p.Tables) != 2 || len(p.Tables[1].Rows) != 2 || len(p.Problems) > 0 {
			t.Fatalf("%s: %d tables, problems %v", lang, len(p.Tables), p.Problems)
		}
		first := told(p.Tables[1].Rows[0])
		for _, part := range []string{"1.1.1 " + w.Msg("template.example.activity"), w.Msg("template.example.indicator") + " 0 2025=1 2026=3", "lead [" + w.Msg("template.example.lead") + "]",
			"supporting [" + strings.ReplaceAll(w.Msg("template.example.supporting"), ";", "") + "]", "2025-04-01..2026-12-31", "budget 2026 35000.00 USD " + w.Msg("template.example.funder")} {
			if !strings.Contains(first, part) {
				t.Errorf("%s: %s\nhas no %s", lang, first, part)
			}
		}
		f, err := excelize.OpenReader(bytes.NewReader(content))
		must(t, err)
		if d, err := f.GetDocProps(); err != nil || d.Language != lang {
			t.Errorf("%s: its language is %+v, %v", lang, d, err)
		}
	}
}
