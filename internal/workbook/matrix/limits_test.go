package matrix

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tracker/internal/sheet"
	"tracker/internal/sheet/peak"
)

// What is no plan is refused with the reason, and a sheet that is none is named.
func TestWhatIsNoPlanIsRefusedWithTheReason(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"nothing":           {"# A\n~", "matrix.error.empty"},
		"a list of people":  {"# A\nName|Telephone|Town\nAna|123|Maseru\nBen|456|Leribe", "matrix.error.header"},
		"a letter":          {"# A\nDear Minister,\nplease find our activities, indicators and budget below.\nYours", "matrix.error.header"},
		"a header alone":    {"# A\nActivity|Lead|Timeframe|Budget", "matrix.error.rows"},
		"only hidden":       {"# B\nA note\n# A\nhidden\nActivity|Lead|Timeframe\nTrain|MoHA|2022", "matrix.error.header"},
		"figures by year":   {"# A\nCountry|2020|2021|2022\nLesotho|1|2|3\nBotswana|4|5|6", "matrix.error.header"},
		"nothing but costs": {"# A\nBudget|Funder|Currency\n100|UNODC|USD\n200|IOM|USD", "matrix.error.header"},
	} {
		p, err := Read(open(t, "a", c.text), Told{})
		if got := refusal(err); got != c.want {
			t.Errorf("%s: %s, want %s; %d tables", name, got, c.want, len(p.Tables))
		}
	}
	p, err := Read(open(t, "en_sheets", shapes[3].text), Told{})
	if err != nil || len(p.Skipped) != 2 || p.Skipped[0] != (Skipped{"Cover", "matrix.skipped.header"}) || p.Skipped[1] != (Skipped{"Lists", "matrix.skipped.hidden"}) {
		t.Errorf("skipped %v, %v", p.Skipped, err)
	}
}

// large is a national matrix of so many rows, as CSV.
func large(rows int) sheet.Book {
	var b strings.Builder
	b.WriteString("No;Objective;Activity;Indicator;Baseline;Target 2022;Target 2023;Lead;Supporting;Timeframe;Budget 2022 (USD);Budget 2023 (USD);Means of verification;Remarks\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d.%d;Objective %d: Protect those who were trafficked;Train the officers of district %d in what the law asks of them;Officers trained;%d;%d;%d;Ministry of Home Affairs;MoSD, Police and NGOs;Jan-Mar 2022;%d 000;1,200.50;Attendance lists of the training;%s\n",
			i/100+1, i%100+1, i/100+1, i, i%7, i%50, i%60, i%900+1, strings.Repeat("word ", i%20))
	}
	content := b.String()
	book, err := sheet.Open(strings.NewReader(content), int64(len(content)), "large.csv")
	if err != nil {
		panic(err)
	}
	return book
}

// A national matrix is read whole; how long it takes is told by the benchmark.
func TestALargeMatrixIsReadWhole(t *testing.T) {
	p, err := Read(large(5000), Told{})
	if err != nil || len(p.Tables) != 1 || len(p.Tables[0].Rows) != 5000 {
		t.Fatalf("%d tables, %v", len(p.Tables), err)
	}
	last := p.Tables[0].Rows[4999]
	if last.Number != "50.100" || last.Span.told() != "2022-01-01..2022-03-31" || len(last.Supporting) != 3 || last.Budget[1].AmountCents != 120050 {
		t.Errorf("the last row is %+v", last)
	}
}

// Tables made to keep a reader busy end, and nothing grows without bound.
func TestATableMadeToKeepAReaderBusyEnds(t *testing.T) {
	header := strings.Repeat("activity;lead;budget;", 60) + "\n"
	for name, c := range map[string]struct {
		content string
		rows    int // 0 for a refusal
	}{
		"headers all the way":  {strings.Repeat(header, 1000), 700},
		"one cell of names":    {"Activity;Lead;Timeframe\nTrain;" + strings.Repeat("MoHA/ ", 5000) + ";2022\n", 1},
		"one cell of dashes":   {"Activity;Lead;Timeframe\nTrain;MoHA;" + strings.Repeat("- ", 10000) + "\n", 1},
		"rows that go on":      {"Activity;Lead;Timeframe\nTrain;MoHA;2022\n" + strings.Repeat("and more;of;-\n", 15000), 14557},
		"headings all the way": {"Activity;Lead;Timeframe\n" + strings.Repeat("PILLAR 1: A\n", 15000) + "Train;MoHA;2022\n", 1},
	} {
		book, err := sheet.Open(strings.NewReader(c.content), int64(len(c.content)), "a.csv")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		p, err := Read(book, Told{})
		rows := 0
		for _, table := range p.Tables {
			for _, r := range table.Rows {
				rows++
				if len(r.Title) > mostJoined+sheet.MostLetters {
					t.Errorf("%s: a title of %d bytes", name, len(r.Title))
				}
			}
		}
		if rows != c.rows {
			t.Errorf("%s: %d rows (%v), want %d", name, rows, err, c.rows)
		}
	}
}

// The promise: from the file to the plan in less than 5 s, with less than 300 MB of memory at its peak.
func BenchmarkReadNationalMatrix(b *testing.B) {
	b.Run("read", func(b *testing.B) {
		book := large(5000)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Read(book, Told{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("workbook", func(b *testing.B) {
		path := filepath.Join(b.TempDir(), "large.xlsx")
		if err := os.WriteFile(path, fill(b, largeShape(5000)), 0o600); err != nil {
			b.Fatal(err)
		}
		report := peak.Watch(b)
		for b.Loop() {
			content, err := os.ReadFile(path)
			if err != nil {
				b.Fatal(err)
			}
			book, err := sheet.Open(bytes.NewReader(content), int64(len(content)), path)
			if err != nil {
				b.Fatal(err)
			}
			if p, err := Read(book, Told{}); err != nil || len(p.Tables[0].Rows) != 5000 {
				b.Fatal(err)
			}
		}
		report()
	})
}

// largeShape is the same matrix as the text of a shape, each place merged over its activities.
func largeShape(rows int) string {
	var b strings.Builder
	b.WriteString("# Matrix\n")
	for i, r := range large(rows).Sheets[0].Rows {
		texts := make([]string, 14)
		for _, c := range r.Cells {
			texts[c.Column()-1] = c.Text
		}
		if i > 0 && (i-1)%100 > 0 {
			texts[1] = ""
		}
		b.WriteString(strings.Join(texts, "|") + "\n")
	}
	for from := 2; from <= rows; from += 100 {
		fmt.Fprintf(&b, "= B%d:B%d\n", from, from+99)
	}
	return b.String()
}

// The headings of a level stand as rows in its column, above the numbers of the activities.
func TestNumbersUnderTheHeadingOfALevelAreNumbers(t *testing.T) {
	p, err := Read(open(t, "a.csv", "Objective;Key Action;Timeline;Lead Agency\nOBJECTIVE 1: IMPROVE COORDINATION;;;\n1.1;Hold meetings;2024;MoHA\n1.2;Make plans;2025;MoHA\nOBJECTIVE 2: HELP VICTIMS;;;\n2.1;Give shelter;2024 - 2026;MoSD\n"), Told{})
	if err != nil || len(p.Tables) != 1 || len(p.Tables[0].Rows) != 3 {
		t.Fatalf("%+v, %v", p, err)
	}
	if r := p.Tables[0].Rows[2]; r.Number != "2.1" || len(r.Path) != 1 || r.Path[0].Number != "2" || r.Path[0].Title != "HELP VICTIMS" {
		t.Errorf("the last row is %+v", r)
	}
}
