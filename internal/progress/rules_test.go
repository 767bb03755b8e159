package progress

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// An update is true on a day that has come; the day is the country's.
func TestNoUpdateIsTrueInTheFuture(t *testing.T) {
	each(t, func(l *life) {
		if _, err := l.start("mha", "NSF 1.1.1", words(asOf("2021-11-09"))); said(err) != "invalid as_of: update.error.future" {
			l.t.Errorf("a draft of tomorrow: %q", said(err))
		}
		u := l.must(l.start("mha", "NSF 1.1.1", words(asOf("2021-11-08"))))
		if _, err := l.save("mha", u, words(asOf("2021-11-09"))); said(err) != "invalid as_of: update.error.future" {
			l.t.Errorf("a draft moved to tomorrow: %q", said(err))
		}
		l.on("2021-11-07") // a clock that was set back
		if _, err := l.submit("mha", u); said(err) != "invalid as_of: update.error.future" {
			l.t.Errorf("handed in the day before: %q", said(err))
		}
	})
}

// In Maseru it is 9 November when it is still the 8th in Greenwich.
func TestTodayIsTheDayOfTheCountry(t *testing.T) {
	each(t, func(l *life) {
		l.clock = atInstant(time.Date(2021, 11, 8, 22, 30, 0, 0, time.UTC))
		u := l.sent("mha", "NSF 1.1.1", words(asOf("2021-11-09")))
		if l.stored(u.ID).FirstSubmittedOn != day("2021-11-09") {
			l.t.Errorf("handed in on %s", l.stored(u.ID).FirstSubmittedOn)
		}
	})
}

// The status is the lead's to give: whatever a supporting institution sends,
// its contribution has none, and completes no milestone.
func TestAContributionCarriesNoStatus(t *testing.T) {
	each(t, func(l *life) {
		typed := words(status(Completed), func(t *Text) { t.Milestone = 1 })
		u := l.must(l.start("msd", "NSF 1.1.1", typed))
		u = l.must(l.save("msd", u, typed))
		u = l.must(l.approve("one", l.must(l.submit("msd", u))))
		if s := l.stored(u.ID); s.Kind != Contribution || s.Status != "" || s.Milestone != 0 {
			l.t.Errorf("stored as %+v", s)
		}
		c := l.corrected("msd", u, typed)
		if s := l.stored(c.ID); s.Kind != Contribution || s.Status != "" {
			l.t.Errorf("corrected as %+v", s)
		}
		if n := l.Count(l.t, "SELECT count(*) FROM current_status"); n != 0 {
			l.t.Errorf("%d commitments have a status by a contribution", n)
		}
	})
}

// Little is asked of a draft, everything of what is handed in.
func TestWhatADraftMayLackAndWhatIsHandedInMayNot(t *testing.T) {
	each(t, func(l *life) {
		for _, c := range []struct {
			name          string
			who           string
			text          Text
			draft, submit string
		}{
			{"whole", "mha", words(), "", ""},
			{"no day", "mha", words(asOf("")), "invalid as_of: update.error.as_of", ""},
			{"nothing said", "mha", Text{AsOf: day("2021-09-30"), Status: InProgress}, "", "invalid done: update.error.nothing_said"},
			{"spaces said", "mha", words(func(t *Text) { t.Done = " \n\t" }), "", "invalid done: update.error.nothing_said"},
			{"no status", "mha", words(status("")), "", "invalid status: update.error.status"},
			{"no status of a contribution", "msd", words(status("")), "", ""},
			{"an unknown status", "mha", words(status("done")), "invalid status: update.error.status", ""},
			{"no progress", "mha", Text{AsOf: day("2021-09-30"), Status: NotStarted, NoProgress: "No vote", Blocker: "money"}, "", ""},
			{"no progress without its kind", "mha", Text{AsOf: day("2021-09-30"), Status: NotStarted, NoProgress: "No vote"}, "", "invalid blocker: update.error.blocker"},
			{"an unknown kind", "mha", Text{AsOf: day("2021-09-30"), Status: NotStarted, NoProgress: "No vote", Blocker: "weather"}, "invalid blocker: update.error.blocker", ""},
			{"done and no progress", "mha", words(func(t *Text) { t.NoProgress, t.Blocker = "No vote", "money" }), "invalid done: update.error.both", ""},
			{"a milestone that is there", "mha", words(func(t *Text) { t.Milestone = 2 }), "", ""},
			{"one milestone too far", "mha", words(func(t *Text) { t.Milestone = 3 }), "invalid milestone: update.error.milestone", ""},
			{"a milestone below the first", "mha", words(func(t *Text) { t.Milestone = -1 }), "invalid milestone: update.error.milestone", ""},
			{"the longest text", "mha", words(func(t *Text) { t.Done = strings.Repeat("ö", MaxText) }), "", ""},
			{"a text too long", "mha", words(func(t *Text) { t.Done = strings.Repeat("ö", MaxText+1) }), "invalid done: problem.too_long", ""},
			{"a note too long", "mha", words(func(t *Text) { t.InternalNote = strings.Repeat("x", MaxText+1) }), "invalid internal_note: problem.too_long", ""},
			{"no letters", "mha", words(func(t *Text) { t.Obstacles = "a\xff" }), "invalid obstacles: problem.encoding", ""},
			{"a zero byte", "mha", words(func(t *Text) { t.NextStep = "a\x00b" }), "invalid next_step: problem.encoding", ""},
			{"before it begins, not started", "mha", words(asOf("2021-03-31"), status(NotStarted)), "", ""},
		} {
			u, err := l.start(c.who, "NSF 1.1.1", c.text)
			if got := said(err); got != c.draft {
				l.t.Errorf("%s, as a draft: %q, want %q", c.name, got, c.draft)
			}
			if err != nil {
				continue
			}
			if _, err := l.submit(c.who, u); said(err) != c.submit {
				l.t.Errorf("%s, handed in: %q, want %q", c.name, said(err), c.submit)
			}
		}
	})
}

func TestWhatEvidenceMustBe(t *testing.T) {
	whole := func(change func(*Evidence)) []Evidence {
		e := Evidence{Title: "Minutes", URL: "https://papers.example/1", Kind: "other", Share: "internal", DatedOn: day("2021-09-01")}
		change(&e)
		return []Evidence{{Title: "First", URL: "https://papers.example/0", Kind: "law", Share: "public"}, e}
	}
	each(t, func(l *life) {
		for want, change := range map[string]func(*Evidence){
			"": func(*Evidence) {},
			"invalid evidence_title_2: update.error.evidence_title": func(e *Evidence) { e.Title = " " },
			"invalid evidence_title_2: problem.too_long":            func(e *Evidence) { e.Title = strings.Repeat("ö", 301) },
			"invalid evidence_title_2: problem.encoding":            func(e *Evidence) { e.Title = "a\x00b" },
			"invalid evidence_url_2: update.error.evidence_url":     func(e *Evidence) { e.URL = "ftp://papers.example/1" },
			"invalid evidence_url_2: problem.too_long":              func(e *Evidence) { e.URL = "https://papers.example/" + strings.Repeat("x", 2000) },
			"invalid evidence_kind_2: update.error.evidence_kind":   func(e *Evidence) { e.Kind = "rumour" },
			"invalid evidence_share_2: update.error.evidence_share": func(e *Evidence) { e.Share = "press" },
			"invalid evidence_dated_on_2: update.error.future":      func(e *Evidence) { e.DatedOn = day("2021-11-09") },
		} {
			_, err := l.start("mha", "NSF 1.1.1", words(func(t *Text) { t.Evidence = whole(change) }))
			if got := said(err); got != want {
				l.t.Errorf("%q, want %q", got, want)
			}
		}
		var many []Evidence
		for i := range 21 {
			many = append(many, Evidence{Title: fmt.Sprint(i), URL: "https://papers.example/", Kind: "law", Share: "public"})
		}
		if _, err := l.start("mha", "NSF 1.1.1", words(func(t *Text) { t.Evidence = many })); said(err) != "invalid evidence: update.error.evidence_many" {
			l.t.Errorf("21 papers: %q", said(err))
		}
		u := l.must(l.start("mha", "NSF 1.1.1", words(func(t *Text) { t.Evidence = many[:20] })))
		l.must(l.save("mha", u, words(func(t *Text) { t.Evidence = many[3:5] })))
		if n := l.Count(l.t, "SELECT count(*) FROM evidence WHERE update_id = ?", u.ID); n != 2 {
			l.t.Errorf("%d papers after two were kept", n)
		}
	})
}

func TestAReasonGoesWithEveryReturn(t *testing.T) {
	each(t, func(l *life) {
		u := l.sent("mha", "NSF 1.1.1", words())
		for reason, want := range map[string]string{"": "invalid reason: review.error.reason", " \n ": "invalid reason: review.error.reason",
			strings.Repeat("x", MaxText+1): "invalid reason: problem.too_long", "a\x00": "invalid reason: problem.encoding", "\xff": "invalid reason: problem.encoding"} {
			if _, err := l.backFor("one", u, reason); said(err) != want {
				l.t.Errorf("returned for %.10q: %q, want %q", reason, said(err), want)
			}
		}
		l.must(l.backFor("one", u, " Say how many "))
		told, err := New(l.DB, l.clock).Update(l.t.Context(), l.Actors["mha"], "LS", u.ID)
		if reason, _ := told.ReturnedFor(); err != nil || reason != "Say how many" {
			l.t.Errorf("returned for %q, %v", reason, err)
		}
	})
}

func TestOnlyAddressesOfTheWebAreEvidence(t *testing.T) {
	for address, want := range map[string]bool{
		"https://papers.example/1": true, "http://papers.example": true, "HTTPS://papers.example": true, "": false, "papers.example": false, "/local": false,
		"ftp://papers.example/1": false, "javascript:alert(1)": false, "data:text/html,x": false, "https://": false, "https:///path": false,
		"https://user:secret@papers.example/": false, "https://papers.example/\x00": false, "https://papers.example/\xff": false, " https://papers.example": false,
	} {
		if got := webAddress(address); got != want {
			t.Errorf("%q is an address of the web: %t", address, got)
		}
	}
}
