package classify

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// labelledText is a recommendation with what it is about by hand.
type labelledText struct {
	name, text, theme string
	indicium          int
}

func labelled(t *testing.T, country string) []labelledText {
	t.Helper()
	var rows []struct {
		Country string
		Year    int `json:"report_year"`
		Order   int
		Text    string
	}
	if err := json.Unmarshal(file(t, "../lineage/testdata/tip-recommendations.json"), &rows); err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, r := range rows {
		texts[r.Country+" "+strconv.Itoa(r.Year)+"/"+strconv.Itoa(r.Order)] = r.Text
	}
	lines, err := csv.NewReader(bytes.NewReader(file(t, "testdata/labels.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(lines)-1 != len(texts) {
		t.Fatalf("%d labels for %d texts", len(lines)-1, len(texts))
	}
	var all []labelledText
	for _, l := range lines[1:] {
		name := l[0] + " " + l[1] + "/" + l[2]
		number, err := strconv.Atoi("0" + l[4])
		if err != nil || texts[name] == "" {
			t.Fatalf("%v: no such text or indicium", l)
		}
		if l[0] == country {
			all = append(all, labelledText{name: name, text: texts[name], theme: l[3], indicium: number})
		}
	}
	return all
}

func file(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Lesotho is what the weights were adjusted to, Botswana what they are tested on.
func TestMostClassesAreThoseThatPeopleChose(t *testing.T) {
	for _, country := range []string{"Lesotho", "Botswana"} {
		all := labelled(t, country)
		themes, indicia := 0, 0
		for _, l := range all {
			theme, words := Theme(l.text)
			if theme == l.theme {
				themes++
			} else {
				t.Logf("%s: theme %q by %v, labelled %q", l.name, theme, words, l.theme)
			}
			number, words := Indicium(l.text)
			if number == l.indicium {
				indicia++
			} else {
				t.Logf("%s: indicium %d by %v, labelled %d", l.name, number, words, l.indicium)
			}
		}
		t.Logf("%s: themes %d of %d, indicia %d of %d", country, themes, len(all), indicia, len(all))
		if least := len(all) * 9 / 10; themes < least || indicia < least {
			t.Errorf("%s: themes %d, indicia %d of %d, want %d", country, themes, indicia, len(all), least)
		}
	}
}

// The demonstration's own themes: one for a recommendation, one or more for a commitment, whose wording nothing was adjusted to.
func TestMostThemesAreThoseOfTheDemonstration(t *testing.T) {
	var asked struct {
		Editions []struct {
			Year            int
			Recommendations []struct {
				Number      int
				Text, Theme string
			}
		}
	}
	if err := yaml.Unmarshal(file(t, "../../../seeds/lesotho/recommendations.yaml"), &asked); err != nil {
		t.Fatal(err)
	}
	right, all := 0, 0
	for _, e := range asked.Editions {
		for _, r := range e.Recommendations {
			all++
			if theme, words := Theme(r.Text); theme == r.Theme {
				right++
			} else {
				t.Logf("TIP %d/%d: %q by %v, there %q", e.Year, r.Number, theme, words, r.Theme)
			}
		}
	}
	t.Logf("recommendations: %d of %d", right, all)
	if all != 27 || right < all*9/10 {
		t.Errorf("%d of %d recommendations", right, all)
	}
	var promised []struct {
		Ref, Title, Text string
		Themes           []string
	}
	if err := yaml.Unmarshal(file(t, "../../../seeds/lesotho/commitments.yaml"), &promised); err != nil {
		t.Fatal(err)
	}
	right, none, all := 0, 0, 0
	for _, c := range promised {
		if len(c.Themes) == 0 {
			continue
		}
		all++
		switch theme, words := Theme(c.Title + ". " + c.Text); {
		case theme == "":
			none++
		case slices.Contains(c.Themes, theme):
			right++
		default:
			t.Logf("%s %q: %q by %v, there %v", c.Ref, c.Title, theme, words, c.Themes)
		}
	}
	t.Logf("commitments: right %d, none %d, wrong %d of %d", right, none, all-right-none, all)
	if all != 50 || right < 30 || all-right-none > 12 {
		t.Errorf("commitments: right %d, none %d of %d", right, none, all)
	}
}

func TestWhatIsUnsureIsNotSuggested(t *testing.T) {
	for _, text := range []string{"", "Increase efforts.", "Open a library.", "Investigate shelters.", "Collect statistics."} {
		if theme, words := Theme(text); theme != "" || words != nil {
			t.Errorf("%q: %s by %v", text, theme, words)
		}
	}
	for _, text := range []string{"", "Finance the national action plan.", "Give the task force a budget.", "Investigate shelters."} {
		if number, words := Indicium(text); number != 0 || words != nil {
			t.Errorf("%q: %d by %v", text, number, words)
		}
	}
}

// One for each indicium that somebody can recommend, in words of our own.
func TestEachIndiciumCanBeSuggested(t *testing.T) {
	for text, want := range map[string]int{
		"Convict traffickers and send them to prison.":                       1,
		"Open shelters and screen migrants for victims.":                     2,
		"Run campaigns and withdraw licences of recruiters who charge fees.": 3,
		"Hold joint investigations with neighbouring countries.":             4,
		"Extradite suspects.":                                                5,
		"Watch immigration patterns at the border.":                          6,
		"Prosecute corrupt and complicit officials.":                         7,
		"Sign an agreement with civil society to run services.":              9,
		"Publish statistics each year and evaluate what was done.":           10,
		"Run a campaign against buyers to reduce demand for commercial sex.": 12,
	} {
		if got, words := Indicium(text); got != want || len(words) == 0 {
			t.Errorf("%q: %d by %v, want %d", text, got, words, want)
		}
	}
}

func TestTheWordsStandAsInTheText(t *testing.T) {
	theme, words := Theme("Shelter Survivors, and pay for the shelter of Survivors.")
	if theme != "protection" || !reflect.DeepEqual(words, []string{"Shelter", "Survivors", "shelter"}) {
		t.Errorf("%s by %v", theme, words)
	}
	for range 50 {
		if again, w := Theme("Visit shelters and campaigns."); again != "" {
			t.Fatalf("%s by %v, though two themes are alike", again, strings.Join(w, ", "))
		}
	}
}
