package lineage

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"tracker/internal/problem"
)

// labelled reads the recommendations and the hand-made pairs of a country.
func labelled(t testing.TB, country string) ([]Recommendation, []Link) {
	t.Helper()
	recommendations, pairs := "testdata/tip-recommendations.json", "testdata/pairs.csv"
	if country == "Example" {
		recommendations, pairs = "testdata/example-recommendations.json", "testdata/example-pairs.csv"
	}
	rows, err := ReadRecommendations(file(t, recommendations))
	if err != nil {
		t.Fatal(err)
	}
	links, err := ReadPairs(file(t, pairs))
	if err != nil {
		t.Fatal(err)
	}
	return rows, slices.DeleteFunc(links, func(l Link) bool { return l.Country != country })
}

func file(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Lesotho and the example are what the numbers were adjusted to, Botswana is what they are tested on.
func TestSuggestionsFindMostPairsThatPeopleMadeAndFewOthers(t *testing.T) {
	for _, c := range []struct {
		country           string
		pairs             int
		recall, precision float64
	}{{"Lesotho", 11, 0.9, 0.8}, {"Example", 13, 0.8, 0.8}, {"Botswana", 6, 0.9, 0.8}} {
		rows, links := labelled(t, c.country)
		if len(links) != c.pairs {
			t.Fatalf("%s has %d pairs, want %d", c.country, len(links), c.pairs)
		}
		r, err := Score(rows, links)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: recall %d of %d, precision %d of %d", c.country, len(r.Hits), c.pairs, len(r.Hits), len(r.Hits)+len(r.FalseAlarms))
		if r.Recall < c.recall || r.Precision < c.precision {
			t.Errorf("%s: recall %.2f, precision %.2f; misses %v; false alarms %v", c.country, r.Recall, r.Precision, r.Misses, r.FalseAlarms)
		}
	}
}

func TestPairsThatCannotBeComparedAreRefused(t *testing.T) {
	rows, _ := labelled(t, "Lesotho")
	rows = append(rows, Recommendation{Mechanism: "UPR", Country: "Lesotho", Year: 2020, Order: 1, Text: "Ratify the protocol."})
	for name, c := range map[string]struct {
		link Link
		key  string
	}{
		"an unknown older row":   {Link{"Lesotho", 2017, 9, 2018, 1}, "lineage.error.unknown"},
		"an unknown newer row":   {Link{"Lesotho", 2017, 1, 2018, 99}, "lineage.error.unknown"},
		"an unknown country":     {Link{"Nowhere", 2017, 1, 2018, 1}, "lineage.error.unknown"},
		"an edition between":     {Link{"Lesotho", 2017, 1, 2019, 1}, "lineage.error.neighbours"},
		"two mechanisms":         {Link{"Lesotho", 2020, 1, 2021, 1}, "lineage.error.neighbours"},
		"a mechanism's first":    {Link{"Lesotho", 2019, 1, 2020, 1}, "lineage.error.neighbours"},
		"from newer to an older": {Link{"Lesotho", 2018, 1, 2017, 1}, "lineage.error.neighbours"},
	} {
		if _, err := Score(rows, []Link{c.link}); key(err) != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
}

func TestMissesAndFalseAlarmsAreCounted(t *testing.T) {
	rows := []Recommendation{
		{"TIP", "A", 2020, 1, "Open a hotline for callers."}, {"TIP", "A", 2020, 2, "Ratify the treaty on seafarers."},
		{"TIP", "A", 2021, 1, "Open a hotline for callers."}, {"TIP", "A", 2021, 2, "Publish a leaflet."},
		{"TIP", "B", 2020, 1, "Open a hotline."}, {"TIP", "B", 2021, 1, "Open a hotline."},
	}
	r, err := Score(rows, []Link{{"A", 2020, 2, 2021, 2}})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Hits) != 0 || len(r.FalseAlarms) != 1 || r.FalseAlarms[0].String() != "A 2020/1 → 2021/1" || len(r.Misses) != 1 || r.Recall != 0 || r.Precision != 0 {
		t.Errorf("the country that no pair names counts, or the lists are wrong: %+v", r)
	}
	if r, err = Score(rows, []Link{{"A", 2020, 1, 2021, 1}, {"A", 2020, 2, 2021, 2}}); err != nil || r.Recall != 0.5 || r.Precision != 1 {
		t.Errorf("one of two pairs: %+v, %v", r, err)
	}
}

func TestAWrongFileOfPairsSaysWhatIsWrong(t *testing.T) {
	const head = "country,older_year,older_order,newer_year,newer_order\n"
	for text, want := range map[string]string{
		"":                           "lineage.error.header",
		"country,year\n":             "lineage.error.header",
		"\"\n":                       "lineage.error.header",
		head:                         "lineage.error.no_pairs",
		head + "A,2020,1,2021\n":     "lineage.error.line",
		head + "A,2020,1,2021,x\n":   "lineage.error.line",
		head + "A,2020,0,2021,1\n":   "lineage.error.line",
		head + "A,2021,1,2021,1\n":   "lineage.error.line",
		head + ",2020,1,2021,1\n":    "lineage.error.line",
		head + "\"A,2020,1,2021,1\n": "lineage.error.line",
		head + "A,2020,1,2021,1\nA,2020,1,2021,1\n":                     "lineage.error.line_twice",
		"\ufeff" + strings.TrimSpace(head) + "\r\nA, 2020,1,2021,1\r\n": "",
	} {
		if _, err := ReadPairs([]byte(text)); key(err) != want {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestAWrongFileOfRecommendationsSaysWhatIsWrong(t *testing.T) {
	const one = `{"country":"A","report_year":2020,"order":1,"text":"Open a hotline.","more":{}}`
	for text, want := range map[string]string{
		"":                          "lineage.error.recommendations",
		one:                         "lineage.error.recommendations",
		"[]":                        "lineage.error.no_recommendations",
		"null":                      "lineage.error.no_recommendations",
		`[{"country":"A"}]`:         "lineage.error.row",
		"[" + one + "," + one + "]": "lineage.error.twice",
		"[" + one + "]":             "",
	} {
		if _, err := ReadRecommendations([]byte(text)); key(err) != want {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// key is the message key of a problem, empty without an error.
func key(err error) string {
	var p *problem.Error
	if errors.As(err, &p) {
		return p.Key
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
