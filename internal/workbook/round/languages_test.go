package round

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"gorm.io/gorm"

	"tracker/internal/db/dbtest"
	"tracker/internal/i18n"
	"tracker/internal/indicators"
	"tracker/internal/plan/plantest"
	"tracker/internal/progress"
	"tracker/internal/sheet"
	"tracker/internal/workbook"
)

func textsIn(t testing.TB, lang string) *i18n.T {
	t.Helper()
	messages, err := i18n.In(lang)
	must(t, err)
	return i18n.New(messages, plantest.Zone)
}

// givenIn is the workbook of MHA in a language. It lets no moment pass.
func (m *ministry) givenIn(lang string) []byte {
	m.t.Helper()
	b, err := New(m.DB, m.clock).Build(m.t.Context(), m.Actors["mha"], "MHA", "2021-22")
	must(m.t, err)
	var out bytes.Buffer
	must(m.t, Write(&out, textsIn(m.t, lang), b))
	return out.Bytes()
}

// typing is a row of a sheet, by fields.
type typing map[field]any

// typedIn fills in rows of a workbook in a language: commitments by reference,
// indicators by reference and place.
func typedIn(t testing.TB, file []byte, w *i18n.T, commitments, figures map[string]typing) []byte {
	t.Helper()
	return edit(t, file, func(f *excelize.File) {
		for ref, row := range commitments {
			for at, value := range row {
				must(t, f.SetCellValue(w.Msg("round.sheet.commitments"), cellOf(t, f, w.Msg("round.sheet.commitments"), ref, at.heading(w)), value))
			}
		}
		name := w.Msg("round.sheet.indicators")
		all, err := f.GetRows(name)
		must(t, err)
		head := all[slices.IndexFunc(all, func(r []string) bool { return len(r) > 0 && r[0] == ref.heading(w) })]
		filled := 0
		for n, r := range all {
			if len(r) < 3 {
				continue
			}
			for at, value := range figures[r[0]+" "+r[2]] {
				cell, err := excelize.CoordinatesToCellName(slices.Index(head, at.heading(w))+1, n+1)
				must(t, err)
				must(t, f.SetCellValue(name, cell, value))
				filled++
			}
		}
		if filled == 0 && len(figures) > 0 {
			t.Fatal("no figure was filled in")
		}
	})
}

// inWords are the same answers, in the words of each language.
var inWords = map[string]struct{ commitments, figures map[string]typing }{
	"en": {map[string]typing{"NSF 1.1.1": {asOf: "31 October 2021", status: "In progress", done: "Held the workshop", paperTitle: "Register", paperURL: "https://a.example/r", paperKind: "Training register"},
		"AP-1": {asOf: "1 Oct 2021", status: "Stalled", noProgress: "Rain", blocker: "No staff, or a vacant post"}},
		map[string]typing{"INV New": {upTo: "31 October 2021", figure: "not collected"}, "INV Continued": {figure: 5}, "INV Total": {figure: "not reported"}, "LAW Total": {upTo: "31 October 2021", figure: "yes"}}},
	"fr": {map[string]typing{"NSF 1.1.1": {asOf: "31 octobre 2021", status: "En cours", done: "Held the workshop", paperTitle: "Register", paperURL: "https://a.example/r", paperKind: "registre de formation"},
		"AP-1": {asOf: "1er oct. 2021", status: "BLOQUE", noProgress: "Rain", blocker: "pas de personnel ou poste vacant"}},
		map[string]typing{"INV Nouveau": {upTo: "31 octobre 2021", figure: "Non collecté"}, "INV Déjà ouvert": {figure: 5}, "INV Total": {figure: "non communique"}, "LAW Total": {upTo: "31 oct 2021", figure: "oui"}}},
	"pt": {map[string]typing{"NSF 1.1.1": {asOf: "31 de outubro de 2021", status: "Em curso", done: "Held the workshop", paperTitle: "Register", paperURL: "https://a.example/r", paperKind: "Registo de Formação"},
		"AP-1": {asOf: "1 out 2021", status: "parado", noProgress: "Rain", blocker: "Sem pessoal, ou lugar vago"}},
		map[string]typing{"INV Novo": {upTo: "31 de outubro de 2021", figure: "não recolhido"}, "INV Já em aberto": {figure: 5}, "INV Total": {figure: "nao comunicado"}, "LAW Total": {upTo: "31/10/2021", figure: "Sim"}}},
}

// asking adds what MHA answers with yes or no, and something said of everything before.
func (m *ministry) asking() {
	m.t.Helper()
	m.counting()
	m.question()
	m.log("mha", "NSF 1.1.1", progress.Approved, progress.Text{AsOf: day("2021-09-30"), Status: progress.InProgress, Done: "Drafted\nthe guidelines"})
	m.log("mha", "AP-1", progress.Approved, progress.Text{AsOf: day("2021-09-30"), Status: progress.Stalled, NoProgress: "No officer", Blocker: "staff"})
}

// question adds what MHA answers with yes or no.
func (m *ministry) question() {
	m.t.Helper()
	m.Do(m.t, func(tx *gorm.DB) error {
		_, err := indicators.Add(tx, plantest.At("2021-04-02"), m.Actors["one"], indicators.IndicatorNew{Country: plantest.Country, Ref: "LAW", Terms: indicators.Terms{Title: "A law", Text: "A law is in force",
			Unit: indicators.YesNo, Direction: "up", Frequency: "year", InstitutionID: m.Institutions["MHA"]}})
		return err
	})
}

// In whatever language a workbook went out and was filled in, the same comes of it.
func TestAWorkbookOfEachLanguageComesBackAlike(t *testing.T) {
	changes := map[string]func(t *testing.T, file []byte) []byte{
		"":                             func(_ *testing.T, file []byte) []byte { return file },
		"saved by LibreOffice":         byLibreOffice,
		"without the hidden sheet":     func(t *testing.T, file []byte) []byte { return withoutHidden(t, file) },
		"filled in in other languages": nil,
	}
	for _, lang := range i18n.Languages {
		for name, change := range changes {
			if lang == "en" && name != "" && change != nil {
				continue
			}
			t.Run(strings.TrimSpace(lang+" "+name), func(t *testing.T) {
				m := begin(t, dbtest.SQLite(t))
				m.asking()
				w, own := textsIn(t, lang), inWords[lang]
				file := m.givenIn(lang)
				m.later()
				if change == nil {
					file = typedIn(t, file, w, mixed(lang), own.figures)
				} else {
					file = change(t, typedIn(t, file, w, own.commitments, own.figures))
				}
				o := m.took(file)
				says(t, o, "AP-1 new", "NSF 1.1.1 new", "INV new", "LAW new")
				if got, want := m.updates("MHA")[2:], []string{"AP-1|2021-10-01|submitted|stalled|Rain", "NSF 1.1.1|2021-10-31|submitted|in_progress|Held the workshop"}; !slices.Equal(got, want) {
					t.Errorf("the updates are %q, not %q", got, want)
				}
				if got, want := m.figures(), []string{"INV|2021-10-31|submitted|novelty=continued: number 5|novelty=new: not_collected|: not_reported", "LAW|2021-10-31|submitted|: number 1"}; !sameFigures(got, want) {
					t.Errorf("the figures are %q, not %q", got, want)
				}
				if n := m.Count(t, "SELECT count(*) FROM evidence WHERE kind = 'training_register'"); n != 1 {
					t.Errorf("%d registers", n)
				}
				if n := m.Count(t, "SELECT count(*) FROM updates WHERE blocker = 'staff' AND as_of = '2021-10-01'"); n != 1 {
					t.Errorf("%d blocked by staff", n)
				}
				says(t, m.took(file), "AP-1 same", "NSF 1.1.1 same", "INV same", "LAW same")
				// What was said of the figures goes out again in the language, and comes back as nothing new.
				again := m.givenIn(lang)
				if !shows(t, again, answerWord(w, "", "not collected")) || !shows(t, again, answerWord(w, indicators.YesNo, "yes")) {
					t.Error("the answers are not told in the language")
				}
				says(t, m.took(withoutHidden(t, again)), "")
			})
		}
	}
}

// mixed are the answers of one row in each of two languages that the workbook is not of.
func mixed(lang string) map[string]typing {
	at := slices.Index(i18n.Languages, lang)
	next, other := i18n.Languages[(at+1)%3], i18n.Languages[(at+2)%3]
	return map[string]typing{"NSF 1.1.1": inWords[next].commitments["NSF 1.1.1"], "AP-1": inWords[other].commitments["AP-1"]}
}

func sameFigures(got, want []string) bool {
	parts := func(list []string) (out [][]string) {
		for _, one := range list {
			p := strings.Split(one, "|")
			slices.Sort(p)
			out = append(out, p)
		}
		return out
	}
	return cmp.Equal(parts(got), parts(want))
}

// withoutHidden drops the hidden sheets.
func withoutHidden(t testing.TB, file []byte) []byte {
	return edit(t, file, func(f *excelize.File) {
		for _, name := range f.GetSheetList() {
			if seen, err := f.GetSheetVisible(name); err == nil && !seen {
				must(t, f.DeleteSheet(name))
			}
		}
	})
}

// shows says whether a cell that is shown holds just a text.
func shows(t testing.TB, file []byte, text string) bool {
	for _, s := range read(t, file).Book.Sheets {
		for _, r := range s.Rows {
			if !s.Hidden && slices.ContainsFunc(r.Cells, func(c sheet.Cell) bool { return c.Text == text }) {
				return true
			}
		}
	}
	return false
}

// The checksum and the sums of the rows are the same in each language, and those
// of a workbook that an earlier release gave out.
func TestSumsDoNotDependOnTheLanguage(t *testing.T) {
	m := begin(t, dbtest.SQLite(t))
	m.asking()
	var first [][]string
	for _, lang := range i18n.Languages {
		f, err := excelize.OpenReader(bytes.NewReader(m.givenIn(lang)))
		must(t, err)
		columns, err := f.GetCols(textsIn(t, lang).Msg("round.sheet.hidden"))
		must(t, err)
		if first == nil {
			first = columns[3:]
		}
		if diff := cmp.Diff(first, columns[3:]); diff != "" {
			t.Errorf("%s: %s", lang, diff)
		}
		if p, err := f.GetDocProps(); err != nil || p.Language != lang {
			t.Errorf("%s: its language is %+v, %v", lang, p, err)
		}
	}
	l, err := languages()
	must(t, err)
	for got, want := range map[string]string{
		l.lockedSum("AP-1", "Stalled", "No progress: No officer", day("2021-09-30")):          short("ap-1", "stalled", "No progress: No officer", "2021-09-30"),
		l.lockedSum("AP-1", "Bloqué", "Aucun progrès\u00a0: No officer", day("2021-09-30")):   short("ap-1", "stalled", "No progress: No officer", "2021-09-30"),
		l.lockedSum("AP-1", "Nada comunicado até agora", "", day("2021-09-30")):               short("ap-1", "nothing reported yet", "", "2021-09-30"),
		l.figureSum(figureName("INV", l.place("Étranger, Nouveau")), "12", day("2021-09-30")): short("inv / foreign, new", "12", "2021-09-30"),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// What was altered beside the cells to fill in is told in every language, and a
// conflict asked about.
func TestAlterationsAndConflictsAreToldInEveryLanguage(t *testing.T) {
	for _, lang := range i18n.Languages {
		m := begin(t, dbtest.SQLite(t))
		m.asking()
		w := textsIn(t, lang)
		file := m.givenIn(lang)
		m.log("mha", "AP-1", progress.Submitted, progress.Text{AsOf: day("2021-10-31"), Status: progress.InProgress, Done: "Hired two"})
		file = typedIn(t, file, w, map[string]typing{"NSF 1.1.1": {lastStatus: w.Msg("status.completed")}, "AP-1": inWords[lang].commitments["AP-1"]}, nil)
		o, err := m.look("mha", file, nil)
		must(t, err)
		if len(o.Problems) != 1 || o.Problems[0].Key != "round.told.altered" || len(o.Questions) != 1 || o.Count(workbook.Asks) != 1 {
			t.Errorf("%s: %s", lang, told(o))
		}
	}
}

// No word of one language means two things in the languages together.
func TestNoWordMeansTwoThings(t *testing.T) {
	l, err := languages()
	must(t, err)
	var statuses []string
	for _, s := range progress.Statuses {
		statuses = append(statuses, "status."+string(s))
	}
	with := func(prefix string, codes []string) (list []string) {
		for _, c := range codes {
			list = append(list, prefix+c)
		}
		return list
	}
	headings := func(columns []column) (list []string) {
		for _, c := range columns {
			list = append(list, "round.col."+string(c.field))
		}
		return list
	}
	var said []string
	for _, a := range answers {
		said = append(said, a.key)
	}
	for name, keys := range map[string][]string{"statuses": append(statuses, "round.never"), "blockers": with("blocker.", progress.Blockers), "papers": with("evidence.", progress.EvidenceKinds),
		"places": l.categories, "commitments": headings(ofCommitments), "indicators": headings(ofIndicators), "answers": said} {
		means := map[string]string{}
		for _, of := range l.plain {
			for _, key := range keys {
				if first, taken := means[of[key]]; taken && first != key {
					t.Errorf("%s: %q is %s and %s", name, of[key], first, key)
				}
				means[of[key]] = key
				if name == "places" && strings.Contains(of[key], ", ") {
					t.Errorf("%q has a comma", of[key])
				}
			}
		}
	}
}

func TestDaysAreReadInEveryLanguage(t *testing.T) {
	l, err := languages()
	must(t, err)
	for _, w := range l.all {
		for m := time.January; m <= time.December; m++ {
			for _, d := range []int{1, 28} {
				want := day("2022-" + time.Date(2022, m, d, 0, 0, 0, 0, time.UTC).Format("01-02"))
				if got, err := l.day(w.Date(want)); err != nil || got != want {
					t.Errorf("%s is %v, %v", w.Date(want), got, err)
				}
			}
		}
	}
	for text, want := range map[string]string{"31 mars 2022": "2022-03-31", "31 de Março de 2022": "2022-03-31", "1ER AVRIL 2022": "2022-04-01", "1º de abril de 2022": "2022-04-01", "5 fevr. 2022": "2022-02-05",
		"5 août 2022": "2022-08-05", "5 aout 2022": "2022-08-05", "5 ago 2022": "2022-08-05", "7 déc. 2021": "2021-12-07", "7 dez 2021": "2021-12-07", "7-set-2021": "2021-09-07", "31 March 2022": "2022-03-31",
		"3 jui 2022": "", "31 de 2022": "", "mars 2022": "", "30 février 2022": "", "ontem": "", "31 mars": ""} {
		if got, err := l.day(text); got.String() != want || (err == nil) != (want != "") {
			t.Errorf("%q is %v, %v", text, got, err)
		}
	}
}

// Nothing English is left in the workbook of another language: what both have
// is a name, a reference or a person's own words.
func TestNoEnglishIsLeft(t *testing.T) {
	m := begin(t, dbtest.SQLite(t))
	m.asking()
	english := map[string]bool{}
	texts := func(lang string) (list []string) {
		for _, s := range read(t, m.givenIn(lang)).Book.Sheets {
			list = append(list, s.Name)
			for _, r := range s.Rows {
				for _, c := range r.Cells {
					if c.Kind == sheet.Words {
						list = append(list, c.Text)
					}
				}
			}
		}
		return list
	}
	for _, text := range texts("en") {
		english[text] = true
	}
	names := regexp.MustCompile(`^(tracker(-workbook/1)? .*|stamp|status|blocker|kind|[0-9a-f]{12,64}|[\d:a-f ]+|(INV|FUND|LAW)( / .*)?|NSF 1\.1\.1|AP-1|LSL|Title of .*|Name of MHA.*|Lesotho)$`)
	said := []string{"Drafted\nthe guidelines", "Funds", "Investigations", "A law"}
	same := []string{"COVID-19", "Total", "Budget", "Source", "Obstacles", "Institution"} // the same word in French or Portuguese
	for _, lang := range i18n.Languages[1:] {
		for _, text := range texts(lang) {
			if english[text] && !names.MatchString(text) && !slices.Contains(append(said, same...), text) {
				t.Errorf("%s: %s", lang, strconv.Quote(text))
			}
		}
	}
}
