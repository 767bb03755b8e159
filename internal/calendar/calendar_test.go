package calendar

import (
	"fmt"
	"testing"
	"time"
)

func TestParseHumanReadsWhatPeopleType(t *testing.T) {
	want := Of(2021, time.September, 30)
	for _, s := range []string{"2021-09-30", "30 9 2021", "30/09/2021", "30.9.2021", "30 Sep 2021", "30 September 2021", " 30 sept 2021 ", "30-9-2021"} {
		if got, err := ParseHuman(s); err != nil || got != want {
			t.Errorf("ParseHuman(%q) = %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"31 9 2021", "2021", "soon", "9/30/2021", "1 1 0001", "1 1 9999", "30 Se 2021", "NaN 1 2021"} {
		if got, err := ParseHuman(s); err == nil {
			t.Errorf("ParseHuman(%q) = %v, want an error", s, got)
		}
	}
}

func TestTodayIsTheDayOfTheCountryNotOfUTC(t *testing.T) {
	maseru := time.FixedZone("SAST", 2*3600)
	c := FixedClock(time.Date(2021, 11, 8, 23, 30, 0, 0, time.UTC).In(maseru))
	if got := c.Today(); got != Of(2021, 11, 9) {
		t.Errorf("today is %v", got)
	}
}

func TestDateKeepsItsDayThroughStorage(t *testing.T) {
	d := Of(2024, 2, 29)
	v, err := d.Value()
	if err != nil {
		t.Fatal(err)
	}
	var back Date
	if err := back.Scan(v); err != nil || back != d {
		t.Errorf("%v came back as %v (%v)", d, back, err)
	}
	if err := back.Scan(d.Time()); err != nil || back != d {
		t.Errorf("the day's midnight came back as %v (%v)", back, err)
	}
	if err := back.Scan(d.Time().Add(time.Hour)); err == nil {
		t.Error("an instant within the day was taken for the day")
	}
	if err := back.Scan(nil); err != nil || !back.IsZero() {
		t.Errorf("NULL came back as %v", back)
	}
	if d.AddDays(1) != Of(2024, 3, 1) || Of(2024, 3, 1).Sub(d) != 1 {
		t.Error("the day after 29 February 2024 is 1 March")
	}
}

// Reading by hand must agree with the standard library, on days that are and on days that are not.
func TestParseReadsDaysAsTheStandardLibraryDoes(t *testing.T) {
	agree := func(s string) {
		t.Helper()
		want, err := time.Parse(time.DateOnly, s)
		ok := err == nil && want.Year() >= 1900 && want.Year() <= 2200
		if got, err := Parse(s); (err == nil) != ok || ok && got != From(want) {
			t.Fatalf("Parse(%q) = %v, %v", s, got, err)
		}
	}
	for year := 1895; year < 2205; year++ {
		for month := range 14 {
			for _, day := range []int{0, 1, 28, 29, 30, 31, 32, 99} {
				agree(fmt.Sprintf("%04d-%02d-%02d", year, month, day))
			}
		}
	}
	for i := range "2024-02-29" {
		for c := range 256 {
			b := []byte("2024-02-29")
			b[i] = byte(c)
			agree(string(b))
		}
	}
	for _, s := range []string{"2024-2-29", "2024-02-29 ", "24-02-29", "0000-00-00", "9999-12-31", "2024-02-2९"} {
		agree(s)
	}
}
