package indicators

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tracker/internal/problem"
)

// Answer is what a cell says. The four are never confused: zero was counted,
// not reported was not told, not collected was never counted.
type Answer string

// The four answers.
const (
	Number       Answer = "number"
	Zero         Answer = "zero"
	NotReported  Answer = "not_reported"
	NotCollected Answer = "not_collected"
)

// Answers lists them.
var Answers = []Answer{Number, Zero, NotReported, NotCollected}

// said are the ways in which people write the two answers without a number.
var said = map[string]Answer{
	"not reported": NotReported, "n/r": NotReported, "nr": NotReported, "not available": NotReported,
	"not collected": NotCollected, "n/c": NotCollected, "nc": NotCollected, "not counted": NotCollected,
}

// shapes are the ways of writing a number: plain, or grouped by one mark and
// divided by another. Two decimals are the most, so three digits after a mark
// are thousands.
var shapes = []*regexp.Regexp{
	regexp.MustCompile(`^(\d+)(?:[.,](\d{1,2}))?$`),
	regexp.MustCompile(`^(\d{1,3}(?: \d{3})+)(?:[.,](\d{1,2}))?$`),
	regexp.MustCompile(`^(\d{1,3}(?:['’]\d{3})+)(?:[.,](\d{1,2}))?$`),
	regexp.MustCompile(`^(\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2}))?$`),
	regexp.MustCompile(`^(\d{1,3}(?:\.\d{3})+)(?:,(\d{1,2}))?$`),
}

var spaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ")

// most bounds an amount, far beyond any budget.
const most = 1_000_000_000_000

// Read understands what a person typed into a cell. told is false for an empty
// one: nothing is said of the place. Numbers are read as people group them, "1
// 200", "1,200", "1.200" and, of money, "12,5"; words are for the note.
func (t Terms) Read(p Place, text string) (c Cell, told bool, wrong *problem.Message) {
	text = strings.Join(strings.Fields(spaces.Replace(text)), " ")
	low := strings.ToLower(text)
	refuse := func(key string) (Cell, bool, *problem.Message) {
		return Cell{}, false, &problem.Message{Key: key, Args: []any{"text", text}}
	}
	if text == "" || text == "–" || text == "-" {
		return Cell{}, false, nil
	}
	if answer, ok := said[low]; ok {
		return Cell{Place: p, Answer: answer}, true, nil
	}
	if low == "n/a" || low == "na" {
		return refuse("measurement.error.na")
	}
	if !t.Unit.Counts() {
		n, ok := t.step(low)
		if !ok {
			return refuse("measurement.error." + string(t.Unit))
		}
		return cellOf(p, n), true, nil
	}
	n, ok := amountOf(text)
	switch {
	case strings.HasPrefix(text, "-"):
		return refuse("measurement.error.negative")
	case !ok && strings.ContainsAny(low, "abcdefghijklmnopqrstuvwxyz"):
		return refuse("measurement.error.words")
	case !ok:
		return refuse("measurement.error.number")
	case t.Unit != Money && n%100 != 0:
		return refuse("measurement.error.whole")
	case n > most:
		return refuse("measurement.error.most")
	}
	return cellOf(p, n), true, nil
}

// step reads yes or no, or a word of the scale.
func (t Terms) step(low string) (Amount, bool) {
	if t.Unit == YesNo {
		switch low {
		case "yes", "y", "1":
			return Whole(1), true
		case "no", "n", "0":
			return 0, true
		}
		return 0, false
	}
	i := slices.IndexFunc(t.Scale, func(w string) bool { return strings.ToLower(w) == low })
	return Whole(int64(i) + 1), i >= 0
}

// amountOf reads a number, whole or with one or two decimals.
func amountOf(text string) (Amount, bool) {
	for _, shape := range shapes {
		if m := shape.FindStringSubmatch(text); m != nil {
			digits := strings.Map(func(r rune) rune {
				if r < '0' || r > '9' {
					return -1
				}
				return r
			}, m[1])
			n, err := strconv.ParseInt(digits+(m[2] + "00")[:2], 10, 64)
			return Amount(n), err == nil
		}
	}
	return 0, false
}

// Typed is an answer as it is typed.
func (t Terms) Typed(c Cell) string {
	switch {
	case c.Answer == NotReported:
		return "not reported"
	case c.Answer == NotCollected:
		return "not collected"
	case c.Amount == nil:
		return ""
	case t.Unit == YesNo && *c.Amount == 0:
		return "no"
	case t.Unit == YesNo:
		return "yes"
	case t.Unit == Scale:
		if n := c.Amount.Whole(); n >= 1 && int(n) <= len(t.Scale) {
			return t.Scale[n-1]
		}
	}
	return c.Amount.String()
}

// String is the amount in digits, with decimals where it has them.
func (a Amount) String() string {
	text := itoa(a.Whole())
	if part := int64(a) % 100; part != 0 {
		text += "." + strconv.FormatInt(100+part, 10)[1:]
	}
	return text
}

// ReadAmount reads a target or a baseline of the terms' unit.
func (t Terms) ReadAmount(text string) (*Amount, *problem.Message) {
	c, told, wrong := t.Read("", text)
	switch {
	case wrong != nil || !told:
		return nil, wrong
	case c.Amount == nil:
		return nil, &problem.Message{Key: "measurement.error.number", Args: []any{"text", text}}
	}
	return c.Amount, nil
}
