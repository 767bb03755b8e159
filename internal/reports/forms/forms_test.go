package forms

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/i18n"
	"tracker/internal/plan"
	"tracker/internal/reports"
	"tracker/internal/reports/reportstest"
	"tracker/seeds/seedstest"
)

// editions are the reports of the demonstration for each audience, whole and
// narrowed.
func editions(t *testing.T, d *db.DB) map[string]reports.Status {
	t.Helper()
	about := reports.About{Country: "LS", CountryName: "Lesotho", Owner: "Kingdom of Lesotho", Product: "Action Plan Tracker", Demonstration: true, Zone: time.FixedZone("SAST", 7200)}
	out := map[string]reports.Status{}
	for name, q := range map[string]reports.StatusQuery{
		"internal": {Since: calendar.MustParse("2021-06-30")}, "partner": {Since: calendar.MustParse("2021-06-30"), Audience: plan.Partner}, "public": {Audience: plan.Public},
		"narrowed": {Scope: reports.Scope{Institutions: []string{"MPPS", "MSD"}, Mechanisms: []string{"TIP"}}, Title: "Police and social development"},
	} {
		q.Query = reports.Query{Actor: accounts.CommandLine(), Country: "LS", Rules: reports.DefaultRules, D: calendar.MustParse("2021-11-08")}
		s, err := reports.Build(t.Context(), d, about, q)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = s
	}
	return out
}

func written(t *testing.T, form string, s reports.Status) []byte {
	t.Helper()
	f, ok := Of(form)
	if !ok {
		t.Fatalf("there is no form %s", form)
	}
	var b bytes.Buffer
	if err := f.Write(&b, reportstest.Words(t), s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Both engines and every run write the same bytes in every form.
func TestEveryFormIsTheSameOnBothEngines(t *testing.T) {
	var first map[string][]byte
	seedstest.Lesotho.Each(t, func(t *testing.T, d *db.DB) {
		now := map[string][]byte{}
		for name, s := range editions(t, d) {
			for _, f := range All() {
				now[name+" "+f.Name] = written(t, f.Name, s)
			}
		}
		for key, b := range first {
			if !bytes.Equal(b, now[key]) {
				t.Errorf("%s differs between engines", key)
			}
		}
		first = now
	})
}

// reportOf reads the JSON form as programs do.
func reportOf(t *testing.T, s reports.Status) map[string]any {
	t.Helper()
	var v struct{ Report map[string]any }
	d := json.NewDecoder(bytes.NewReader(written(t, "json", s)))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v.Report
}

// openpyxl prints every sheet as rows of texts: days as YYYY-MM-DD, instants
// with their hour, numbers as they are.
const openpyxl = `
import sys, json, openpyxl, datetime
book = openpyxl.load_workbook(sys.argv[1])
def text(c):
    v = c.value
    if v is None: return ""
    if isinstance(v, datetime.datetime):
        return v.strftime("%Y-%m-%d %H:%M" if "h" in c.number_format.lower() else "%Y-%m-%d")
    if isinstance(v, float) and v == int(v): return str(int(v))
    assert not (isinstance(v, str) and c.data_type == "f"), c.coordinate
    return str(v)
print(json.dumps({s.title: [[text(c) for c in row] for row in s.iter_rows()] for s in book}))
`

// workbookOf reads the workbook with another program.
func workbookOf(t *testing.T, s reports.Status) map[string][][]string {
	t.Helper()
	python := os.Getenv("TRACKER_TEST_PYTHON")
	if python == "" {
		python = "/usr/bin/python3"
	}
	name := filepath.Join(t.TempDir(), "status.xlsx")
	if err := os.WriteFile(name, written(t, "xlsx", s), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), python, "-c", openpyxl, name).Output()
	if err != nil {
		t.Fatalf("openpyxl: %v", err)
	}
	var sheets map[string][][]string
	if err := json.Unmarshal(out, &sheets); err != nil {
		t.Fatal(err)
	}
	return sheets
}

// A cell of the workbook as the JSON gives it: the member, and how a person
// reads it. "word:p" is a word of the catalogue under the prefix p, "list"
// joins, "day:k" says the words of key k where there is none.
var cells = map[string]map[string]string{
	"commitments": {"Reference": "ref", "Title": "title", "Lead": "lead", "Delivery": "status word:status.", "As of": "as_of day:report.never", "Due": "due_on day:report.no_due",
		"Days overdue": "overdue_days", "Flags": "flags list:flag.", "What was done": "done", "No progress, because": "no_progress", "Kind of obstacle": "blocker word:report.blocker.",
		"Obstacles": "obstacles", "Next step": "next_step", "Evidence": "evidence", "Verification": "verification word:proof.", "Milestones reached": "milestones_done", "Milestones": "milestones", "Answers": "answers list:",
		"Strand": "strand or:report.no_node", "Node": "node", "Title of the node": "node_title", "Origin": "origin word:origin.", "Lead institution": "lead_name", "Supporting": "supporting list:",
		"Starts": "starts_on", "Means of verification": "means_of_verification", "Text": "text", "Approved at": "", "Budget": "", "Currency": "", "Budget by year": ""},
	"changes": {"Reference": "commitment", "Title": "title", "Lead": "lead", "New in the plan": "new yes", "Delivery before": "was before:status.", "Delivery": "is word:status.",
		"Due before": "", "Due": "is_due day:report.no_due", "Updates": "updates", "Evidence": "evidence", "Came to answer": "answers list:",
		"Lead then": "inside.was_lead", "Status as known then": "inside.known_then then", "Milestones then": "inside.milestones_was", "Milestones": "inside.milestones", "Papers lost": "inside.evidence_lost"},
	"attention": {"Kind": "kind word:report.attention.", "Reference": "ref", "Title": "title", "Lead": "lead", "Days": "days", "As of": "as_of", "Why": ""},
	"updates": {"Update": "ref", "Commitment": "commitment", "Institution": "institution", "Kind": "kind word:report.update.", "As of": "as_of", "Delivery": "status word:status.",
		"What was done": "done", "No progress, because": "no_progress", "Kind of obstacle": "blocker word:report.blocker.", "Obstacles": "obstacles", "Next step": "next_step",
		"Milestone": "milestone some", "Evidence": "evidence", "Late": "late yes", "Correction": "correction yes", "Addendum": "addendum yes", "Approved at": ""},
	"evidence": {"Update": "ref", "Commitment": "commitment", "Institution": "institution", "As of": "as_of", "Kind": "kind word:evidence.", "Title": "title", "Dated": "dated_on",
		"Address": "url", "Shared with": "share word:audience."},
}

// expected is what a person reads where the JSON has a row.
func expected(t *i18n.T, rule string, row map[string]any) string {
	member, how, _ := strings.Cut(rule, " ")
	kind, arg, _ := strings.Cut(how, ":")
	if around, within, nested := strings.Cut(member, "."); nested {
		if row, _ = row[around].(map[string]any); row == nil { // what only government reads
			return ""
		}
		member = within
	}
	v := row[member]
	text := fmt.Sprint(v)
	switch kind {
	case "then":
		if text == "" {
			return t.Msg("compare.unknown")
		}
		return t.Msg("status." + text)
	case "word":
		if t.Has(arg + text) {
			return t.Msg(arg + text)
		}
	case "before":
		if row["new"] == true {
			return ""
		}
		return t.Msg(arg + text)
	case "list":
		var list []string
		for _, one := range v.([]any) {
			if word := arg + fmt.Sprint(one); arg != "" {
				list = append(list, t.Msg(word))
			} else {
				list = append(list, fmt.Sprint(one))
			}
		}
		return strings.Join(list, ", ")
	case "day", "or":
		if text == "" {
			return t.Msg(arg)
		}
	case "yes":
		if v == true {
			return t.Msg("report.yes")
		}
		return ""
	case "some":
		if text == "0" {
			return ""
		}
	}
	return text
}

// Every cell of every data sheet is what the JSON holds, read by programs
// that know neither writer.
func TestTheWorkbookHoldsTheCellsOfTheJSON(t *testing.T) {
	words := reportstest.Words(t)
	for name, s := range editions(t, seedstest.Lesotho.SQLite(t)) {
		report, book := reportOf(t, s), workbookOf(t, s)
		for section, rules := range cells {
			rows := report[section].([]any)
			sheet, there := book[words.Msg("report.sheet."+section)]
			if !there {
				if slices.Contains(s.Sections, reports.Section(section)) {
					t.Errorf("%s: no sheet of %s", name, section)
				}
				continue
			}
			heads, got := sheet[2], sheet[3:]
			if len(got) != len(rows) {
				t.Errorf("%s: %s has %d rows, the JSON %d", name, section, len(got), len(rows))
				continue
			}
			for i, row := range rows {
				for c, head := range heads {
					rule, known := rules[head]
					if !known {
						t.Fatalf("%s: what stands in the column %q?", section, head)
					}
					if want := expected(words, rule, row.(map[string]any)); rule != "" && got[i][c] != want {
						t.Errorf("%s: %s, row %d, %s is %q in the workbook and %q in the JSON", name, section, i+1, head, got[i][c], want)
					}
				}
			}
		}
	}
}

// pages are the page and the document as texts, words parted by one space.
func pages(t *testing.T, s reports.Status) map[string]string {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(written(t, "html", s)))
	if err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			page.WriteString(n.Data + " ")
		}
	}
	name := filepath.Join(t.TempDir(), "status.pdf")
	if err := os.WriteFile(name, written(t, "pdf", s), 0o600); err != nil {
		t.Fatal(err)
	}
	document, err := exec.CommandContext(t.Context(), "pdftotext", "-raw", name, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	plain := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	return map[string]string{"page": plain(page.String()), "document": plain(string(document))}
}

// Page and document say the same numbers and every row: the four figures with
// what they are of, each count by status, and of each commitment reference,
// title, status and words.
func TestPageAndDocumentTellWhatTheJSONHolds(t *testing.T) {
	words := reportstest.Words(t)
	for name, s := range editions(t, seedstest.Lesotho.SQLite(t)) {
		report := reportOf(t, s)
		for form, text := range pages(t, s) {
			squeezed := strings.NewReplacer(" ", "", "○", "", "◐", "", "●", "", "◍", "", "⊘", "").Replace(text)
			says := func(what string) {
				t.Helper()
				if want := strings.ReplaceAll(strings.Join(strings.Fields(what), " "), " ", ""); !strings.Contains(squeezed, want) {
					t.Errorf("%s, %s: nothing says %.120q", name, form, what)
				}
			}
			figures := report["figures"].(map[string]any)
			says(words.Msg("status.completed") + " " + fmt.Sprint(figures["completed"]))
			for _, d := range report["by_node"].([]any) {
				says(fmt.Sprint(d.(map[string]any)["label"]))
			}
			for _, one := range report["commitments"].([]any) {
				c := one.(map[string]any)
				says(fmt.Sprint(c["ref"], " ", c["title"]))
				says(fmt.Sprint(c["no_progress"]))
				says(fmt.Sprint(c["next_step"]))
				says(fmt.Sprint(c["done"]))
			}
			for _, one := range report["recommendations"].([]any) {
				r := one.(map[string]any)
				says(fmt.Sprint(r["text"]))
				for _, i := range r["items"].([]any) {
					for _, a := range i.(map[string]any)["answers"].([]any) {
						a := a.(map[string]any)
						says(fmt.Sprint(a["commitment"], a["lead"]))
						if form == "page" { // the document has them in columns
							says(fmt.Sprint(a["commitment"], a["lead"], words.Msg("status."+fmt.Sprint(a["status"]))))
						}
					}
				}
			}
			for _, one := range report["attention"].([]any) {
				a := one.(map[string]any)
				says(fmt.Sprint(a["ref"], a["title"], a["lead"]))
			}
			for _, one := range report["changes"].([]any) {
				c := one.(map[string]any)
				says(fmt.Sprint(c["commitment"], c["title"]))
			}
			for _, one := range list(report["indicators"]) {
				says(word(object(one)["title"]))
				for _, year := range list(object(one)["by_year"]) {
					if n, whole := object(year)["number"].(json.Number); whole {
						amount, err := n.Int64()
						if err != nil {
							t.Fatal(err)
						}
						says(words.Int(int(amount)))
					}
				}
			}
			for _, sum := range fundersOf(report) {
				says(sum.funder)
				for _, cents := range sum.cents {
					says(words.Money(cents, sum.currency))
				}
			}
		}
	}
}
