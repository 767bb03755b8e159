package chart

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tracker/internal/calendar"
)

func months() Months {
	return Months{Title: "Status at the end of each month", Columns: []string{"Apr", "May", "Jun", "Jul", "Aug", "Sep"}, Now: 5, Rows: []MonthRow{
		{Ref: "NSF 3.1", Title: "SOPs", Href: "/commitments/NSF%203.1", States: []string{"", "not_started", "in_progress", "stalled", "completed", "cancelled"}},
		{Ref: "NSF 3.2", Title: "Shelter <b>", States: []string{"not_started", "in_progress"}},
	}}
}

func TestAHeatMapSaysEveryStateInShapeWordAndTable(t *testing.T) {
	h := months().HeatMap(words().Series, "not begun")
	if got := strings.Join(texts(t, h.Head.SVG()), " "); got != "Apr May Jun Jul Aug Sep" {
		t.Errorf("the head says %q", got)
	}
	if !slices.Equal(h.States, DeliveryStates) {
		t.Errorf("the legend names %v", h.States)
	}
	want := "NSF 3.1: Apr not begun, May not started, Jun in progress, Jul stalled, Aug completed, Sep cancelled"
	if got := h.Rows[0].Chart.Description; got != want {
		t.Errorf("described as %q", got)
	}
	var tabled []string
	for _, c := range h.Table.Rows[0].Cells {
		tabled = append(tabled, c.Text)
	}
	if got := strings.Join(tabled, ", "); got != "not begun, Not started, In progress, Stalled, Completed, Cancelled" {
		t.Errorf("the table says %s", got)
	}
	if got := h.Table.Rows[1].Cells; len(got) != 6 || got[5].Text != "not begun" {
		t.Errorf("months of which nothing is known are %v", got)
	}
	outlined := 0
	for i, s := range h.Rows[0].Chart.Shapes {
		if s.Kind == Rect && strings.Contains(s.Style, "td") {
			outlined++
			if s.X < 80 {
				t.Errorf("shape %d at %.1f%% is outlined, not this month", i, s.X)
			}
		}
	}
	if outlined != 1 {
		t.Errorf("%d months are outlined", outlined)
	}
}

// The marks of no two states are the same shapes, so that grey tells them apart.
func TestMarksDifferInShape(t *testing.T) {
	seen := map[string]string{}
	for _, state := range DeliveryStates {
		var shape []string
		for _, s := range Mark(state, state).Shapes {
			paint := PaintOf(s)
			shape = append(shape, fmt.Sprint(s.Kind, len(s.Points), paint.Fill == "#ffffff", paint.Stroke != ""))
		}
		if len(shape) == 0 || seen[strings.Join(shape, "|")] != "" {
			t.Errorf("%s is drawn as %q, as is %s", state, shape, seen[strings.Join(shape, "|")])
		}
		seen[strings.Join(shape, "|")] = state
	}
	if Mark("", "none").Shapes != nil {
		t.Error("no state has a mark")
	}
}

// Marks can be seen on the grounds on which they stand, and grounds differ
// from white paper only lightly: the mark tells, not the ground.
func TestMarksCanBeSeenOnTheirGrounds(t *testing.T) {
	paints := Paints()
	for state, ink := range map[string]string{"completed": "f-done", "in_progress": "f-blue", "stalled": "f-off", "cancelled": "f-grey"} {
		if c := contrast(t, paints[ink].Fill, paints[groundOf(state)].Fill); c < 3 {
			t.Errorf("%s on %s has a contrast of %.1f", ink, groundOf(state), c)
		}
	}
	if c := contrast(t, paints["k-idle"].Stroke, paints[groundOf("not_started")].Fill); c < 3 {
		t.Errorf("the ring of what is not started has a contrast of %.1f", c)
	}
}

func schedule(today string, works ...Work) Schedule {
	day := calendar.MustParse(today)
	s := Schedule{Title: "Commitments in time", Today: day, Works: works, Month: func(d calendar.Date) string { return d.Month().String()[:3] }, Date: calendar.Date.String,
		Words: ScheduleWords{States: words().Series, Today: "Today", Start: "Starts", Due: "Due", Status: "Status", None: "no start", Never: "no due date",
			Overdue: func(n int) string { return "overdue " + strconv.Itoa(n) + " d" }}}
	s.From, s.To = Around(works, day)
	return s
}

func TestATimelinePlacesBarsByTheirDays(t *testing.T) {
	on := calendar.MustParse
	s := schedule("2021-07-01",
		Work{Ref: "A", Title: "late", Start: on("2021-01-01"), Due: on("2021-03-31"), State: "in_progress", Overdue: 92},
		Work{Ref: "B", Title: "done", Start: on("2021-04-01"), Due: on("2021-12-31"), State: "completed", Href: "/commitments/B"},
		Work{Ref: "C", State: "not_started"})
	line := s.Timeline()
	if s.From != on("2021-01-01") || s.To != on("2021-12-31") {
		t.Fatalf("it shows %s to %s", s.From, s.To)
	}
	boxes := func(i int) (list []Shape) {
		for _, shape := range line.Rows[i].Chart.Shapes {
			if shape.Kind == Rect {
				list = append(list, shape)
			}
		}
		return list
	}
	share := func(from, to string) string {
		return fmt.Sprintf("%.2f %.2f", s.at(on(from)), s.at(on(to))-s.at(on(from)))
	}
	place := func(b Shape) string { return fmt.Sprintf("%s %.2f %.2f", b.Style, b.X, b.W) }
	late := boxes(0)
	if len(late) != 2 || place(late[0]) != "f-idle sg dash "+share("2021-04-01", "2021-07-01") || place(late[1]) != "f-go sg "+share("2021-01-01", "2021-04-01") {
		t.Errorf("what is late is drawn as %v", late)
	}
	if done := boxes(1); len(done) != 1 || done[0].Style != "f-done sg" || fmt.Sprintf("%.2f", done[0].X+done[0].W) != "100.00" {
		t.Errorf("what is done is drawn as %v", done)
	}
	if open := boxes(2); len(open) != 1 || open[0].X != 0 || open[0].W != 100 {
		t.Errorf("what has no days is drawn as %v", open)
	}
	var table []string
	for _, r := range line.Table.Rows {
		table = append(table, fmt.Sprint(r))
	}
	want := "{A late  [{2021-01-01 } {2021-03-31 } {In progress, overdue 92 d }]}|{B done /commitments/B [{2021-04-01 } {2021-12-31 } {Completed }]}|{C  [{no start } {no due date } {Not started }]}"
	if got := strings.Join(table, "|"); got != want {
		t.Errorf("the table is %s", got)
	}
	if got := line.Rows[0].Chart.Description; got != "A: In progress, overdue 92 d, Starts 2021-01-01, Due 2021-03-31" {
		t.Errorf("described as %q", got)
	}
	if len(line.Series) != 3 || line.Series[0].Label != "Completed" {
		t.Errorf("the legend is %v", line.Series)
	}
}

// Nothing of a timeline leaves its box, its months do not run into each other
// on a phone, and it is sound whatever the days are.
func TestATimelineStaysInItsBox(t *testing.T) {
	on := calendar.MustParse
	for name, works := range map[string][]Work{
		"nothing": nil, "one day": {{Ref: "A", Start: on("2021-07-01"), Due: on("2021-07-01"), State: "stalled"}},
		"backwards": {{Ref: "A", Start: on("2021-12-31"), Due: on("2021-01-01"), State: "not_started", Overdue: 181}},
		"long ago":  {{Ref: "A", Start: on("1990-01-01"), Due: on("2050-12-31"), State: "cancelled"}},
		"due only":  {{Ref: "A", Due: on("2022-02-28"), State: "in_progress"}},
	} {
		line := schedule("2021-07-01", works...).Timeline()
		texts(t, line.Head.SVG())
		end := -1.0
		for _, s := range line.Head.Shapes {
			if s.Kind == Text && s.Style == "t-2" {
				const phone = 300.0
				if s.X/100*phone < end {
					t.Errorf("%s: %s begins at %.0f px, and the month before ends at %.0f", name, s.Text, s.X/100*phone, end)
				}
				end = s.X/100*phone + 5.5*float64(len(s.Text))
			}
		}
		for _, row := range line.Rows {
			texts(t, row.Chart.SVG())
			for _, s := range row.Chart.Shapes {
				if s.X < 0 || s.X+s.W > 100.001 || s.X2 > 100.001 || s.Y < 0 || s.Y+s.H > TimelineHeight || s.Kind == Rect && s.W <= 0 {
					t.Errorf("%s: %+v leaves its box", name, s)
				}
			}
		}
	}
}

func course() Course {
	return Course{Title: "New investigations", ValueWord: "Cases", HasTarget: true, Target: 10, TargetWord: "target 10", BreakWord: "counted otherwise", Number: strconv.Itoa,
		Readings: []Reading{{Label: "2018", Gap: "not reported"}, {Label: "2019"}, {Label: "2020", Break: true}, {Label: "2021", Value: 4}, {Label: "so far", Note: "claimed", Value: 6, Open: true}}}
}

func TestATrendKeepsZeroGapAndBreakApart(t *testing.T) {
	c := Trend(course())
	said := strings.Join(texts(t, c.SVG()), "|")
	if said != "0|5|10|2018|not|reported|2019|0|2020|counted otherwise|0|2021|4|so far|claimed|6|target 10" {
		t.Errorf("it says %s", said)
	}
	if got := c.Description; got != "New investigations. 2018: not reported; 2019: 0; 2020, counted otherwise: 0; 2021: 4; so far (claimed): 6; target 10" {
		t.Errorf("described as %q", got)
	}
	var table []string
	for _, r := range c.Table.Rows {
		table = append(table, r.Label+"="+r.Cells[0].Text)
	}
	if got := strings.Join(table, " "); got != "2018=not reported 2019=0 2020, counted otherwise=0 2021=4 so far (claimed)=6" || c.Table.Foot.Cells[0].Text != "10" {
		t.Errorf("the table is %s, its foot %v", got, c.Table.Foot)
	}
	columns := 0
	for _, s := range c.Shapes {
		if s.Kind == Rect {
			columns++
		}
		if s.Style == "tg" && (s.Y != trendTop || s.X2 != 100) {
			t.Errorf("the target's line is %+v", s)
		}
	}
	if columns != 2 {
		t.Errorf("%d columns for two values over zero", columns)
	}
}

func TestATrendStaysInItsBoxAndItsTargetsWordIsFree(t *testing.T) {
	for name, change := range map[string]func(*Course){
		"as it is":      func(*Course) {},
		"nothing":       func(c *Course) { c.Readings = nil },
		"no target":     func(c *Course) { c.HasTarget = false },
		"all zero":      func(c *Course) { c.Readings, c.Target = []Reading{{Label: "a"}, {Label: "b"}}, 0 },
		"large":         func(c *Course) { c.Readings = []Reading{{Label: "a", Value: 123456}} },
		"last at it":    func(c *Course) { c.Readings = []Reading{{Label: "a"}, {Label: "b", Value: 10}} },
		"both at it":    func(c *Course) { c.Readings = []Reading{{Label: "a", Value: 10}, {Label: "b", Value: 10}} },
		"first at it":   func(c *Course) { c.Readings = []Reading{{Label: "a", Value: 10}, {Label: "b", Value: 1}} },
		"hostile words": func(c *Course) { c.TargetWord = `"><script>`; c.Readings[0].Gap = "<b>" },
	} {
		one := course()
		change(&one)
		c := Trend(one)
		if svg := string(c.SVG()); strings.Contains(svg, "<script") || strings.Contains(svg, "<b>") {
			t.Errorf("%s: %s", name, svg)
		}
		texts(t, template.HTML(c.SVG()))
		var word *Shape
		for i, s := range c.Shapes {
			if s.X < 0 || s.X+s.W > 100.001 || s.Y < 0 || s.Y+s.H > trendHeight {
				t.Errorf("%s: %+v leaves its box", name, s)
			}
			if s.Kind == Text && s.Text == one.TargetWord {
				word = &c.Shapes[i]
			}
		}
		if (word != nil) != one.HasTarget {
			t.Errorf("%s: the target's word is %v", name, word)
		}
		for _, s := range c.Shapes {
			atEnd := word != nil && (word.Anchor == End && s.X > 50 || word.Anchor == Start && s.X < 50)
			if s.Kind == Text && s.Style == "t-b" && atEnd && s.Text != word.Text && s.Y > word.Y-14 && s.Y < word.Y+14 {
				t.Errorf("%s: the target's word at %.0f meets %q at %.0f", name, word.Y, s.Text, s.Y)
			}
		}
	}
}
