package i18n

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tracker/internal/calendar"
)

// noBreak keeps the groups of a number on one line.
const noBreak = "\u00a0"

// T writes for one reader: in one language, with instants in one zone.
type T struct {
	*Messages
	zone *time.Location
}

// New makes a T of a catalogue and the country's zone.
func New(m *Messages, zone *time.Location) *T { return &T{Messages: m, zone: zone} }

// Msg is the text of a key. Arguments follow as name and value by turns; a
// number or date among them is written as Int and Date do. A key without a
// text gives the key in square brackets.
func (t *T) Msg(key string, args ...any) string {
	text, ok := t.texts[key]
	if !ok {
		return "[" + key + "]"
	}
	named := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		named[fmt.Sprint(args[i])] = args[i+1]
	}
	return fill(text, named, t.write)
}

func (t *T) write(value any) string {
	switch v := value.(type) {
	case int:
		return t.Int(v)
	case int64:
		return t.Int(int(v))
	case calendar.Date:
		return t.Date(v)
	case time.Time:
		return t.Instant(v)
	}
	return fmt.Sprint(value)
}

// Date is "8 November 2021", for running text; no date gives the empty text.
func (t *T) Date(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	day := strconv.Itoa(d.Day())
	if d.Day() == 1 {
		day = t.texts["date.first"]
	}
	text := strings.ReplaceAll(t.texts["date.long"], "{day}", day)
	return strings.ReplaceAll(strings.ReplaceAll(text, "{month}", t.MonthName(d)), "{year}", strconv.Itoa(d.Year()))
}

// WeekdayDate is "Monday 8 November 2021".
func (t *T) WeekdayDate(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return t.word("date.weekdays", int(d.Weekday())) + " " + t.Date(d)
}

// ShortDate is "30 Sep 2021", for tables.
func (t *T) ShortDate(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return t.DayMonth(d) + " " + strconv.Itoa(d.Year())
}

// DayMonth is "30 Sep", where the year is clear.
func (t *T) DayMonth(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return strconv.Itoa(d.Day()) + " " + t.Month(d)
}

// Month is "Sep".
func (t *T) Month(d calendar.Date) string {
	return t.word("date.months.short", int(d.Month())-1)
}

// MonthName is "September".
func (t *T) MonthName(d calendar.Date) string { return t.word("date.months", int(d.Month())-1) }

// MonthYear is "September 2021".
func (t *T) MonthYear(d calendar.Date) string { return t.MonthName(d) + " " + strconv.Itoa(d.Year()) }

// Instant is "8 November 2021, 09:00" in the country's zone.
func (t *T) Instant(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	at = at.In(t.zone)
	return t.Date(calendar.From(at)) + ", " + at.Format("15:04")
}

// Day is the day on which an instant falls in the country's zone.
func (t *T) Day(at time.Time) calendar.Date {
	if at.IsZero() {
		return calendar.Date{}
	}
	return calendar.From(at.In(t.zone))
}

// Int groups the digits by three with a no-break space: "180 000".
func (t *T) Int(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	var groups []string
	for len(digits) > 3 {
		groups = append([]string{digits[len(digits)-3:]}, groups...)
		digits = digits[:len(digits)-3]
	}
	return sign + strings.Join(append([]string{digits}, groups...), noBreak)
}

// Money is an amount in hundredths of a currency (its ISO 4217 code):
// "M 180 000", or "M 180 000.50" where it is no whole number.
func (t *T) Money(cents int64, currency string) string {
	name := currency
	if symbol, ok := currencySymbols()[currency]; ok {
		name = symbol
	}
	sign := ""
	if cents < 0 {
		sign, cents = "−", -cents
	}
	text := name + noBreak + sign + t.Int(int(cents/100))
	if part := cents % 100; part != 0 {
		text += fmt.Sprintf(".%02d", part)
	}
	return text
}

func currencySymbols() map[string]string {
	return map[string]string{"LSL": "M", "ZAR": "R", "USD": "US$", "EUR": "€", "GBP": "£", "BWP": "P"}
}

// Days is "1 day" or "12 days".
func (t *T) Days(n int) string { return t.Msg("count.days", "n", n) }

// word is one of the words of a text that lists them with "|" between.
func (t *T) word(key string, i int) string {
	for word := range strings.SplitSeq(t.texts[key], "|") {
		if i == 0 {
			return word
		}
		i--
	}
	return "[" + key + "]"
}
