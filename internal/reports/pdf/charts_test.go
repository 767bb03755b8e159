package pdf

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"tracker/internal/calendar"
	"tracker/internal/chart"
	"tracker/internal/reports"
	"tracker/internal/reports/reportstest"
)

// Every chart that a page can show is drawn in the document too, from the same
// shapes: every text of its SVG stands in the PDF.
func TestEveryChartIsDrawnFromTheSameShapes(t *testing.T) {
	day := calendar.MustParse("2021-07-01")
	tl := chart.Schedule{Title: "In time", From: calendar.MustParse("2021-01-01"), To: calendar.MustParse("2021-12-31"), Today: day,
		Works: []chart.Work{{Ref: "A", Start: calendar.MustParse("2021-02-01"), Due: calendar.MustParse("2021-05-31"), State: "in_progress", Overdue: 31}, {Ref: "B", State: "completed"}},
		Month: func(d calendar.Date) string { return d.Month().String()[:3] }, Date: calendar.Date.String,
		Words: chart.ScheduleWords{States: chart.DeliveryStates, Today: "Today", Overdue: strconv.Itoa}}.Timeline()
	heat := chart.Months{Columns: []string{"Apr", "May", "Jun", "Jul", "Aug", "Sep"}, Now: 5,
		Rows: []chart.MonthRow{{Ref: "A", States: append([]string{""}, chart.DeliveryStates...)}}}.HeatMap(chart.DeliveryStates, "before")
	trend := chart.Trend(chart.Course{Title: "Cases", HasTarget: true, Target: 10, TargetWord: "target ten", BreakWord: "otherwise", Number: strconv.Itoa,
		Readings: []chart.Reading{{Label: "2019", Gap: "not reported"}, {Label: "2020"}, {Label: "2021", Value: 6, Break: true, Open: true}}})
	bars := chart.StackedBars("", chart.Words{}, []chart.BarRow{{Counts: []int{11, 12, 13, 14, 15}}}, chart.Tall)
	all := []chart.Chart{bars.Bars[0].Chart, heat.Head, heat.Rows[0].Chart, tl.Head, tl.Rows[0].Chart, tl.Rows[1].Chart, trend}
	d, err := newDocument(reportstest.Words(t), head{about: reports.About{}, k: time.Unix(0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	d.newPage()
	for _, c := range all {
		d.chart(c, left, d.y, wide)
		d.y += c.Height*pixel + 4
	}
	var b bytes.Buffer
	if err := d.f.Output(&b); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "charts.pdf")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	tool(t, "qpdf", "--check", name)
	text := tool(t, "pdftotext", "-layout", name, "-")
	texts := 0
	for _, c := range all {
		for _, s := range c.Shapes {
			if s.Kind == chart.Text && s.Text != "" {
				texts++
				if !strings.Contains(text, s.Text) {
					t.Errorf("%q is missing in\n%s", s.Text, text)
				}
			}
		}
	}
	if texts < 30 {
		t.Errorf("%d texts in all charts", texts)
	}
}
