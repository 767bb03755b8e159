package lineage

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"tracker/internal/problem"
)

// Recommendation is one row of a file of recommendations: what a mechanism
// asked of a country in the edition of a year, at a place in its list.
type Recommendation struct {
	Mechanism string `json:"mechanism"`
	Country   string `json:"country"`
	Year      int    `json:"report_year"`
	Order     int    `json:"order"`
	Text      Text   `json:"text"`
}

// Link is one line of a file of pairs: the newer recommendation continues the
// older one. Both are of one country, named by year and place in the list.
type Link struct {
	Country               string
	OlderYear, OlderOrder int
	NewerYear, NewerOrder int
}

// header is the first line of a file of pairs.
var header = []string{"country", "older_year", "older_order", "newer_year", "newer_order"}

// ReadRecommendations reads a JSON array of recommendations; members that it
// does not know are passed over. What is no such array, a row that lacks its
// country, year, order or text, and a country, year and order that stand twice
// are Invalid, the row counted from 1.
func ReadRecommendations(file []byte) ([]Recommendation, error) {
	var rows []Recommendation
	if err := json.Unmarshal(withoutMark(file), &rows); err != nil {
		return nil, problem.New(problem.Invalid, "lineage.error.recommendations")
	}
	if len(rows) == 0 {
		return nil, problem.New(problem.Invalid, "lineage.error.no_recommendations")
	}
	seen := map[row]bool{}
	for i, r := range rows {
		if r.Country == "" || r.Year < 1 || r.Order < 1 || strings.TrimSpace(string(r.Text)) == "" {
			return nil, problem.New(problem.Invalid, "lineage.error.row", "row", i+1)
		}
		at := row{r.Country, r.Year, r.Order}
		if seen[at] {
			return nil, problem.New(problem.Invalid, "lineage.error.twice", "row", i+1, "recommendation", at.String())
		}
		seen[at] = true
	}
	return rows, nil
}

// ReadPairs reads the CSV of pairs, with the header country, older_year,
// older_order, newer_year, newer_order. Another header, a line that is none, a
// pair that stands twice or does not go from an older to a newer year, and a
// file without a pair are Invalid, the line counted from 1.
func ReadPairs(file []byte) ([]Link, error) {
	in := csv.NewReader(bytes.NewReader(withoutMark(file)))
	in.FieldsPerRecord = -1
	if first, err := in.Read(); err != nil || !slices.Equal(trimmed(first), header) {
		return nil, problem.New(problem.Invalid, "lineage.error.header", "header", strings.Join(header, ","))
	}
	var links []Link
	seen := map[Link]bool{}
	for {
		fields, err := in.Read()
		var broken *csv.ParseError
		switch {
		case errors.Is(err, io.EOF) && len(links) == 0:
			return nil, problem.New(problem.Invalid, "lineage.error.no_pairs")
		case errors.Is(err, io.EOF):
			return links, nil
		case errors.As(err, &broken):
			return nil, problem.New(problem.Invalid, "lineage.error.line", "line", broken.Line)
		case err != nil:
			return nil, err
		}
		line, _ := in.FieldPos(0)
		link, ok := readLink(trimmed(fields))
		if !ok {
			return nil, problem.New(problem.Invalid, "lineage.error.line", "line", line)
		}
		if seen[link] {
			return nil, problem.New(problem.Invalid, "lineage.error.line_twice", "line", line)
		}
		seen[link] = true
		links = append(links, link)
	}
}

func readLink(fields []string) (Link, bool) {
	if len(fields) != len(header) || fields[0] == "" {
		return Link{}, false
	}
	var n [4]int
	for i := range n {
		var err error
		if n[i], err = strconv.Atoi(fields[i+1]); err != nil || n[i] < 1 {
			return Link{}, false
		}
	}
	return Link{Country: fields[0], OlderYear: n[0], OlderOrder: n[1], NewerYear: n[2], NewerOrder: n[3]}, n[0] < n[2]
}

func trimmed(fields []string) []string {
	all := make([]string, len(fields))
	for i, f := range fields {
		all[i] = strings.TrimSpace(f)
	}
	return all
}

// withoutMark takes off the byte order mark that spreadsheets put first.
func withoutMark(file []byte) []byte { return bytes.TrimPrefix(file, []byte("\ufeff")) }
