package chart

import (
	"encoding/xml"
	"fmt"
	"html/template"
	"io"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"tracker/internal/calendar"
)

func words() Words {
	return Words{Series: []string{"Completed", "In progress", "Not started", "Stalled", "Cancelled"}, Total: "All"}
}

// texts returns what the texts of an SVG say, and fails when it is no XML.
func texts(t *testing.T, svg template.HTML) []string {
	t.Helper()
	var said []string
	d := xml.NewDecoder(strings.NewReader(string(svg)))
	inText := false
	for {
		token, err := d.Token()
		if err == io.EOF {
			return said
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			inText = token.Name.Local == "text"
		case xml.CharData:
			if inText {
				said = append(said, string(token))
			}
		case xml.EndElement:
			inText = false
		}
	}
}

func TestNumbersInTheBarsEqualTheTable(t *testing.T) {
	rows := []BarRow{
		{Label: "National coordination", Counts: []int{2, 4, 2, 1, 0}},
		{Label: "Protection", Counts: []int{0, 0, 0, 0, 12}},
		{Label: "Nothing yet", Counts: []int{0, 0, 0, 0, 0}},
		{Label: "Large", Counts: []int{1, 3999, 1, 1, 1}},
		{Label: "Short list", Counts: []int{3}},
	}
	c := StackedBars("By pillar", words(), rows, Tall)
	sums := make([]int, 6)
	for i, bar := range c.Bars {
		drawn := texts(t, bar.Chart.SVG())
		var tabled []string
		total := 0
		for j, cell := range c.Table.Rows[i].Cells {
			n, err := strconv.Atoi(cell.Text)
			if err != nil {
				t.Fatal(err)
			}
			sums[j] += n
			if j < 5 && n > 0 {
				tabled = append(tabled, cell.Text)
			}
			if j < 5 {
				total += n
			} else if n != total || bar.Total != total {
				t.Errorf("%s: total %d in the table, %d at the bar, %d in its parts", bar.Label, n, bar.Total, total)
			}
		}
		if fmt.Sprint(drawn) != fmt.Sprint(tabled) {
			t.Errorf("%s: the bar says %v, the table %v", bar.Label, drawn, tabled)
		}
	}
	for j, cell := range c.Table.Foot.Cells {
		if cell.Text != strconv.Itoa(sums[j]) {
			t.Errorf("column %s: the foot says %s, the rows %d", c.Table.Columns[j], cell.Text, sums[j])
		}
	}
	if got := c.Bars[0].Chart.Description; got != "National coordination: 2 completed, 4 in progress, 2 not started, 1 stalled" {
		t.Errorf("described as %q", got)
	}
}

func TestAnEmptySegmentIsNotDrawnAndNoneIsTooThin(t *testing.T) {
	c := StackedBars("x", words(), []BarRow{{Counts: []int{1, 3999, 0, 1, 0}}, {Counts: []int{0, 1, 0, 0, 0}}}, Short)
	for i, want := range []int{3, 1} {
		boxes, end := 0, 0.0
		for _, s := range c.Bars[i].Chart.Shapes {
			if s.Kind != Rect || s.Plate {
				continue
			}
			boxes++
			if s.W < 3 || math.Abs(s.X-end) > 1e-9 {
				t.Errorf("bar %d: a segment of %.2f%% at %.2f%%, after %.2f%%", i, s.W, s.X, end)
			}
			end = s.X + s.W
		}
		if boxes != want || end > 100+1e-9 {
			t.Errorf("bar %d: %d segments up to %.2f%%", i, boxes, end)
		}
	}
	if len(StackedBars("x", words(), nil, Tall).Bars) != 0 {
		t.Error("a bar without a row")
	}
}

func TestReportingSaysZeroAndKeepsNotReportedApart(t *testing.T) {
	c := ReportingBars("Reporting", Words{Series: []string{"on time", "late", "not reported"}, Total: "Due"}, []BarRow{
		{Label: "Finance", Counts: []int{0, 0, 1}, Hrefs: []string{"", "", "/commitments?flag=not-reported"}}})
	svg := string(c.Bars[0].Chart.SVG())
	for _, want := range []string{`aria-label="Finance: 0 on time, 0 late, 1 not reported"`, `class="f-idle sg dash"`,
		`<a href="/commitments?flag=not-reported" aria-label="Finance, not reported: 1">`, `role="group"`} {
		if !strings.Contains(svg, want) {
			t.Errorf("%s lacks %s", svg, want)
		}
	}
	if strings.Count(svg, "<a ") != 1 || strings.Contains(svg, "f-risk") {
		t.Errorf("drawn as %s", svg)
	}
}

func TestHostileTextsAreEscaped(t *testing.T) {
	hostile := `"><script>alert('x')</script>&`
	row := BarRow{Label: hostile, Href: hostile, Counts: []int{1}, Hrefs: []string{"javascript:alert(1)"}}
	svg := string(StackedBars(hostile, Words{Series: []string{hostile}, Total: hostile}, []BarRow{row}, Tall).Bars[0].Chart.SVG())
	all := svg + string(Chart{Description: hostile, Shapes: []Shape{
		{Kind: Text, Text: hostile, Style: hostile, Anchor: Anchor(hostile), Href: "//evil.test/", Label: hostile},
		{Kind: Polygon, Points: []Point{{1, 2}}}, {Kind: Circle, Href: `/\evil.test`}}}.SVG())
	for _, banned := range []string{"<script", "javascript:", "evil.test", `style="`} {
		if strings.Contains(all, banned) {
			t.Errorf("%q came through: %s", banned, all)
		}
	}
	texts(t, template.HTML(svg))
}

func strip(today string, deadlines ...Deadline) Chart {
	return PeriodStrip(Strip{
		From: calendar.MustParse("2021-04-01"), To: calendar.MustParse("2022-03-31"), Today: calendar.MustParse(today),
		Deadlines: deadlines, TodayWord: "Today", Description: "The period", Month: func(d calendar.Date) string { return d.Month().String()[:3] },
	})
}

func TestPeriodStripNamesWhatItHasRoomFor(t *testing.T) {
	on := calendar.MustParse
	said := strings.Join(texts(t, strip("2021-11-08", Deadline{on("2021-09-30"), "Interim cut-off"}, Deadline{on("2021-11-18"), "Dialogue"},
		Deadline{on("2022-02-01"), "Interim assessment"}, Deadline{on("2022-02-28"), "Agreed target"}, Deadline{on("2022-05-01"), "After it"}).SVG()), "|")
	want := "Apr 2021|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Jan 2022|Feb|Mar|Interim cut-off|Dialogue|Interim assessment|Agreed target|Today"
	if said != want {
		t.Errorf("the strip says %s", said)
	}
	crowded := strip("2021-11-08", Deadline{on("2021-11-08"), "One deadline"}, Deadline{on("2021-11-08"), "Another deadline"}, Deadline{on("2021-11-09"), "A third deadline"})
	var lines, labels int
	for _, s := range crowded.Shapes {
		if s.Kind == Line && s.Style == "td" {
			lines++
		}
		if s.Kind == Text && s.Y == 13 {
			labels++
		}
	}
	if lines != 4 || labels != 2 {
		t.Errorf("a crowded strip has %d lines and %d labels", lines, labels)
	}
	for today, filled := range map[string]string{"2021-03-01": "", "2021-04-01": "", "2022-03-31": "99.73%", "2023-01-01": "100.00%"} {
		svg := string(strip(today).SVG())
		if filled == "" && strings.Contains(svg, "f-petrol") || filled != "" && !strings.Contains(svg, `class="f-petrol" x="0.00%" y="24" width="`+filled+`"`) {
			t.Errorf("on %s: %s", today, svg)
		}
	}
}

func TestYearDotsTellListNarrativeAndNothingApart(t *testing.T) {
	c := YearDots(Years{Label: "Trust fund", Held: []YearMark{{2019, InTheList}, {2020, InTheNarrative}, {2021, NothingHeld}}},
		[3]string{"nothing held", "in the list", "named in the narrative"})
	if c.Description != "2019 in the list, 2020 named in the narrative, 2021 nothing held" || len(c.Shapes) != 4 {
		t.Errorf("%q with %d shapes", c.Description, len(c.Shapes))
	}
}

// luminance is the relative luminance of WCAG 2.2 of "#rrggbb".
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	var r, g, b int
	if _, err := fmt.Sscanf(colour, "#%02x%02x%02x", &r, &g, &b); err != nil {
		t.Fatalf("colour %q: %v", colour, err)
	}
	linear := func(v int) float64 {
		c := float64(v) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func contrast(t *testing.T, a, b string) float64 {
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + .05) / (min(la, lb) + .05)
}

// Neighbours in a bar differ in grey, or by hatching, and each number can be
// read on its ground.
func TestSeriesDifferWithoutColour(t *testing.T) {
	paints := Paints()
	for _, series := range [][]Series{delivery(), reporting()} {
		for i, s := range series {
			fill := paints[s.Fill]
			number := PaintOf(Shape{Kind: Text, Style: s.Text}).Fill
			ground := fill.Fill
			if s.Plate {
				ground = "#ffffff"
			}
			if c := contrast(t, number, ground); c < 4.5 {
				t.Errorf("the number on %s has a contrast of %.1f", s.Fill, c)
			}
			if i == 0 {
				continue
			}
			before := paints[series[i-1].Fill]
			if fill.Hatched || before.Hatched || s.Dash {
				continue
			}
			if c := contrast(t, fill.Fill, before.Fill); c < 1.8 {
				t.Errorf("%s beside %s has a contrast of %.2f in grey", s.Fill, series[i-1].Fill, c)
			}
		}
	}
}

// A chart in a PDF has the colours of the page.
func TestPaintsHaveTheColoursOfTheStyleSheet(t *testing.T) {
	content, err := os.ReadFile("../../web/static/theme.css")
	if err != nil {
		t.Fatal(err)
	}
	css := string(content)
	properties := map[string]string{}
	for _, m := range regexp.MustCompile(`(--[a-z0-9-]+):(#[0-9a-f]{3,6})`).FindAllStringSubmatch(css, -1) {
		properties["var("+m[1]+")"] = m[2]
	}
	value := func(name, property string) string {
		m := regexp.MustCompile(`\.` + name + `\{[^}]*\b` + property + `:([^;}]+)`).FindStringSubmatch(css)
		if m == nil {
			return ""
		}
		colour := m[1]
		if c, ok := properties[colour]; ok {
			colour = c
		}
		if colour == "#fff" {
			return "#ffffff"
		}
		return colour
	}
	for name, p := range Paints() {
		if got := value(name, "fill"); p.Fill != "" && !p.Hatched && got != p.Fill {
			t.Errorf("%s fills with %s here and %s on the page", name, p.Fill, got)
		}
		if got := value(name, "stroke"); p.Stroke != "" && got != p.Stroke {
			t.Errorf("%s draws %s here and %s on the page", name, p.Stroke, got)
		}
		if !strings.Contains(css, "."+name+"{") {
			t.Errorf("the style sheet has no class %s", name)
		}
	}
}

func TestHatchStaysInItsBox(t *testing.T) {
	lines := HatchLines(10, 20, 30, 8, 3)
	if len(lines) < 10 {
		t.Fatalf("%d lines", len(lines))
	}
	for _, l := range lines {
		for i := 0; i < 4; i += 2 {
			if l[i] < 10-1e-9 || l[i] > 40+1e-9 || l[i+1] < 20-1e-9 || l[i+1] > 28+1e-9 {
				t.Errorf("line %v leaves the box", l)
			}
		}
		if math.Abs((l[0]-l[2])-(l[3]-l[1])) > 1e-9 {
			t.Errorf("line %v is not diagonal", l)
		}
	}
	if HatchLines(0, 0, 0, 5, 1) != nil || HatchLines(0, 0, 5, 5, 0) != nil {
		t.Error("an empty box has a hatch")
	}
}
