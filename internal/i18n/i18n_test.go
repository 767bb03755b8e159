package i18n

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"tracker/internal/calendar"
)

func english(t *testing.T) *T {
	t.Helper()
	m, err := English()
	if err != nil {
		t.Fatal(err)
	}
	return New(m, time.FixedZone("SAST", 2*3600))
}

func TestDatesNumbersAndMoneyAreWrittenAsReadHere(t *testing.T) {
	w := english(t)
	d := calendar.MustParse("2021-09-30")
	late := time.Date(2021, 11, 8, 22, 30, 0, 0, time.UTC)
	for got, want := range map[string]string{
		w.Date(calendar.MustParse("2021-11-08")):        "8 November 2021",
		w.WeekdayDate(calendar.MustParse("2021-11-08")): "Monday 8 November 2021",
		w.ShortDate(d):                 "30 Sep 2021",
		w.DayMonth(d):                  "30 Sep",
		w.MonthYear(d):                 "September 2021",
		w.Instant(late):                "9 November 2021, 00:30",
		w.Int(0):                       "0",
		w.Int(999):                     "999",
		w.Int(4000):                    "4\u00a0000",
		w.Int(-1234567):                "−1\u00a0234\u00a0567",
		w.Money(18000000, "LSL"):       "M\u00a0180\u00a0000",
		w.Money(50, "USD"):             "US$\u00a00.50",
		w.Money(-12300, "XAF"):         "XAF\u00a0−123",
		w.Days(1):                      "1 day",
		w.Days(0):                      "0 days",
		w.Days(1200):                   "1\u00a0200 days",
		w.Day(late).String():           "2021-11-09",
		w.Msg("flag.due_soon"):         "Due soon",
		w.Msg("no.such"):               "[no.such]",
		w.Msg("page.of", "first", 1):   "1 to {last} of {n}",
		w.Msg("foot.as_of", "date", d): "Status as of 30 September 2021",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if w.Date(calendar.Date{})+w.ShortDate(calendar.Date{})+w.Instant(time.Time{}) != "" {
		t.Error("no date was written as a date")
	}
}

// Every text must be usable: no empty text, no brace left open, no {n|a}.
func TestEveryTextIsWellFormed(t *testing.T) {
	w := english(t)
	for _, key := range w.Keys() {
		text := w.texts[key]
		if strings.TrimSpace(text) != text || text == "" || strings.Count(text, "{") != strings.Count(text, "}") {
			t.Errorf("%s: %q", key, text)
		}
		if strings.ContainsAny(text, "!<>") {
			t.Errorf("%s: %q has an exclamation mark or markup", key, text)
		}
		for _, part := range strings.Split(text, "{")[1:] {
			hole, _, _ := strings.Cut(part, "}")
			if n := strings.Count(hole, "|"); n != 0 && n != 2 {
				t.Errorf("%s: {%s} needs two forms", key, hole)
			}
		}
	}
}

func TestAKeyInTwoFilesIsRefused(t *testing.T) {
	one := &fstest.MapFile{Data: []byte(`{"a":"x"}`)}
	for name, files := range map[string]fstest.MapFS{
		"two files": {"en.json": one, "en_b.json": one},
		"one file":  {"en.json": {Data: []byte(`{"a":"x","a":"y"}`)}},
		"no text":   {},
		"no object": {"en.json": {Data: []byte(`["a"]`)}},
		"cut short": {"en.json": {Data: []byte(`{"a":"x"`)}},
	} {
		if _, err := load("en", files); err == nil {
			t.Errorf("%s: read without an error", name)
		}
	}
	m, err := load("en", fstest.MapFS{"en.json": one, "en_b.json": {Data: []byte(`{"b":"y"}`)}})
	if err != nil || !m.Has("a") || !m.Has("b") || m.Has("c") {
		t.Errorf("two good files: %v, %v", m, err)
	}
}
