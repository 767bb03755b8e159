package data

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"tracker/internal/calendar"
	"tracker/internal/reports"
	"tracker/internal/reports/reportstest"
)

// samples are reports of all sizes, one of them published.
func samples() map[string]reports.Status {
	stamped := reportstest.Sample(7)
	stamped.Publication = &reports.Stamp{Number: "LS-2021-0003", Title: "Status", PublishedOn: calendar.MustParse("2021-11-09"), PublishedBy: "Coordinator",
		SHA256: strings.Repeat("ab", 32), AuditSeq: 812, AuditHead: strings.Repeat("cd", 32)}
	return map[string]reports.Status{"nothing": reportstest.Sample(0), "one": reportstest.Sample(1), "fifty": reportstest.Sample(50), "published": stamped}
}

func written(t *testing.T, s reports.Status) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteJSON(&b, nil, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Another library finds that what is written is what the schema promises.
func TestTheJSONIsWhatTheSchemaSays(t *testing.T) {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.AddResource("status-1.json", doc); err != nil {
		t.Fatal(err)
	}
	published, err := c.Compile("status-1.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range samples() {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(written(t, s)))
		if err != nil {
			t.Fatal(err)
		}
		if err := published.Validate(value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		report := value.(map[string]any)["report"].(map[string]any)
		for field, wrong := range map[string]any{"as_of": "8 November", "audience": "friends", "figures": nil, "format": "other", "surplus": 1} {
			was, there := report[field]
			if report[field] = wrong; published.Validate(value) == nil {
				t.Errorf("%s: the schema allows %s to be %v", name, field, wrong)
			}
			if report[field] = was; !there {
				delete(report, field)
			}
		}
	}
}

// The fingerprint is that of the text between "report": and the last brace.
func TestTheReportStandsInTheFileLetterByLetter(t *testing.T) {
	s := samples()["published"]
	value, err := reports.Canonical(s)
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(written(t, s)), `"report": `)
	text = strings.TrimSuffix(text, "}\n")
	of := func(b []byte) string { sum := sha256.Sum256(b); return hex.EncodeToString(sum[:]) }
	if of([]byte(text)) != of(value) {
		t.Error("what stands in the file has another fingerprint than the frozen value")
	}
}

// leaf is a plain value of the JSON, by the path that leads to it.
func leaves(path string, v any, out map[string][]string) {
	switch v := v.(type) {
	case map[string]any:
		for name, one := range v {
			leaves(path+"."+name, one, out)
		}
	case []any:
		for _, one := range v {
			leaves(path, one, out)
		}
	default:
		text := fmt.Sprint(v)
		if v == nil {
			text = ""
		}
		out[path] = append(out[path], text)
	}
}

// The CSV holds every plain value of the JSON and no other, under the same
// names: the JSON is read here by a way of its own.
func TestTheCSVHoldsTheCellsOfTheJSON(t *testing.T) {
	for name, s := range samples() {
		d := json.NewDecoder(bytes.NewReader(written(t, s)))
		d.UseNumber()
		var value map[string]any
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
		want := map[string][]string{}
		leaves("", value["report"], want)
		if p, ok := value["publication"]; ok {
			leaves(".publication", p, want)
		}
		got := map[string][]string{}
		for _, row := range readCSV(t, s) {
			path := "." + row[0] + "." + row[2]
			if row[0] == "report" || row[0] == row[2] {
				path = "." + row[2]
			}
			got[path] = append(got[path], row[3])
		}
		for path, list := range want {
			if !equalCells(list, got[path]) {
				t.Errorf("%s: %s is %.200q in JSON and %.200q in CSV", name, path, list, got[path])
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: the CSV names %d columns, the JSON %d", name, len(got), len(want))
		}
	}
}

// equalCells compares values whatever their order.
func equalCells(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func readCSV(t *testing.T, s reports.Status) [][]string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteCSV(&b, nil, s); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b.Bytes(), []byte("\uFEFF")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(rows[0], []string{"section", "reference", "column", "value"}) {
		t.Fatalf("the head is %q", rows[0])
	}
	return rows[1:]
}

func TestARowOfTheCSVNamesItsPlace(t *testing.T) {
	rows := readCSV(t, samples()["fifty"])
	for _, want := range [][]string{
		{"report", "", "as_of", "2021-11-08"},
		{"report", "", "sections", "changes"},
		{"figures", "", "commitments", "50"},
		{"by_status", "", "total", "50"},
		{"by_institution", "MHA", "label", "Home Affairs"},
		{"recommendations", "TIP 2021/1", "number", "1"},
		{"recommendations.items", "TIP 2021/1a", "letter", "a"},
	} {
		if !slices.ContainsFunc(rows, func(row []string) bool { return slices.Equal(row, want) }) {
			t.Errorf("no line says %q", want)
		}
	}
	nested := slices.ContainsFunc(rows, func(row []string) bool {
		return row[0] == "recommendations.items.answers" && strings.HasPrefix(row[1], "TIP 2021/") && strings.Contains(row[1], " / NSF ")
	})
	if !nested {
		t.Error("no answer names the item that it answers")
	}
}
