package calendar

import (
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
