// Package calendar holds the two notions of time of the domain: the Date, a
// calendar day without a zone, and the Clock, which says what day and instant
// it is in the country served.
package calendar

import (
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Date is a calendar day. The zero value is "no date". It is stored and
// written as YYYY-MM-DD, so that texts sort as days do on every engine; it is
// never a midnight of some zone.
type Date struct {
	year  int16
	month int8
	day   int8
}

// Of makes the date of a year, month and day as time.Date normalises them.
func Of(year int, month time.Month, day int) Date {
	return From(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// From takes the day that t shows in its own zone.
func From(t time.Time) Date {
	y, m, d := t.Date()
	return Date{int16(y), int8(m), int8(d)}
}

// Parse reads YYYY-MM-DD of the years 1900 to 2200; the empty text is no date.
func Parse(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	d, ok := digits(s)
	if !ok || d != From(d.Time()) || d.year < 1900 || d.year > 2200 {
		return Date{}, fmt.Errorf("calendar: %q is no date", s)
	}
	return d, nil
}

// digits reads YYYY-MM-DD without asking whether there is such a day: of
// thousands of rows time.Parse would be a good part of the cost.
func digits(s string) (d Date, ok bool) {
	if len(s) != len(time.DateOnly) || s[4] != '-' || s[7] != '-' {
		return d, false
	}
	n := 0
	for i, c := range []byte(s) {
		switch {
		case i == 4:
			d.year, n = int16(n), 0
		case i == 7:
			d.month, n = int8(n), 0
		case c < '0' || c > '9':
			return d, false
		default:
			n = n*10 + int(c-'0')
		}
	}
	d.day = int8(n)
	return d, true
}

// MustParse is Parse for texts in code and tests; it panics on a bad one.
func MustParse(s string) Date {
	d, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// ParseHuman reads a day as people type it: 2021-09-30, 30 9 2021, 30/9/2021,
// 30.9.2021, 30 Sep 2021, 30 September 2021. The day comes before the month.
func ParseHuman(s string) (Date, error) {
	s = strings.TrimSpace(s)
	if d, err := Parse(s); err == nil {
		return d, nil
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" /.-,\u00a0", r) })
	if len(parts) != 3 {
		return Date{}, fmt.Errorf("calendar: %q is no date", s)
	}
	day, err1 := strconv.Atoi(parts[0])
	year, err2 := strconv.Atoi(parts[2])
	month := monthOf(parts[1])
	if err1 != nil || err2 != nil || month == 0 {
		return Date{}, fmt.Errorf("calendar: %q is no date", s)
	}
	return Parse(fmt.Sprintf("%04d-%02d-%02d", year, month, day))
}

func monthOf(s string) int {
	if n, err := strconv.Atoi(s); err == nil {
		if n < 1 || n > 12 {
			return 0
		}
		return n
	}
	s = strings.ToLower(s)
	if len(s) < 3 {
		return 0
	}
	for m := time.January; m <= time.December; m++ {
		if strings.HasPrefix(strings.ToLower(m.String()), s) {
			return int(m)
		}
	}
	if s == "sept" {
		return int(time.September)
	}
	return 0
}

// String is YYYY-MM-DD, or empty for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day)
}

// IsZero says whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Year, Month, Day and Weekday are those of the day.
func (d Date) Year() int { return int(d.year) }

// Month is the month of the day.
func (d Date) Month() time.Month { return time.Month(d.month) }

// Day is the day of the month, from 1.
func (d Date) Day() int { return int(d.day) }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.Time().Weekday() }

// Time is midnight UTC of the day, for arithmetic and typed cells only.
func (d Date) Time() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return time.Date(int(d.year), time.Month(d.month), int(d.day), 0, 0, 0, 0, time.UTC)
}

// Before says whether d is an earlier day than e.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// After says whether d is a later day than e.
func (d Date) After(e Date) bool { return d.Compare(e) > 0 }

// Compare orders days; no date comes before every day.
func (d Date) Compare(e Date) int {
	a := int(d.year)*10000 + int(d.month)*100 + int(d.day)
	b := int(e.year)*10000 + int(e.month)*100 + int(e.day)
	return a - b
}

// AddDays is the day n days later, earlier when n is negative.
func (d Date) AddDays(n int) Date {
	if d.IsZero() {
		return d
	}
	return From(d.Time().AddDate(0, 0, n))
}

// Sub is the number of days from e to d.
func (d Date) Sub(e Date) int {
	return int(d.Time().Sub(e.Time()).Hours() / 24)
}

// MarshalText writes YYYY-MM-DD.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD or the empty text.
func (d *Date) UnmarshalText(b []byte) error {
	v, err := Parse(string(b))
	*d = v
	return err
}

// Value stores the text form, or NULL for no date.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// Scan reads the text form or NULL. The SQLite driver makes an instant of the
// text that an expression such as min(due_on) gives: midnight UTC of the day.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
		return nil
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	case time.Time:
		if v.Equal(v.UTC().Truncate(24 * time.Hour)) {
			*d = From(v.UTC())
			return nil
		}
	}
	return fmt.Errorf("calendar: cannot read a date from %T", src)
}

// GormDataType tells GORM that a date is a text.
func (Date) GormDataType() string { return "text" }
