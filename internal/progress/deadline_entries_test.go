package progress

import (
	"testing"

	"gorm.io/gorm"

	"tracker/internal/plan/plantest"
)

// close closes or opens the deadline of a title, as a coordinator does.
func (l *life) close(title string, closed bool) {
	l.t.Helper()
	l.later()
	l.Do(l.t, func(tx *gorm.DB) error {
		var d Deadline
		if err := tx.Where("title = ?", title).Take(&d).Error; err != nil {
			return err
		}
		return CloseDeadline(tx, l.clock, l.Actors["one"], d.ID, d.Version, closed)
	})
}

func (l *life) told(who string, id int64) Told {
	l.t.Helper()
	told, err := New(l.DB, l.clock).Update(l.t.Context(), l.Actors[who], plantest.Country, id)
	if err != nil {
		l.t.Fatal(err)
	}
	return told
}

// An update is late when it was first handed in after the due day of the
// deadline whose range holds its as_of, whenever it is approved or came back.
func TestWhatMakesAnUpdateLate(t *testing.T) {
	each(t, func(l *life) {
		for _, c := range []struct {
			name, asOf         string
			submitted, returns string // days; returned and handed in again on the second when there is one
			approved           string
			days               int
		}{
			{"in time", "2021-09-30", "2021-10-21", "", "2021-10-21", 0},
			{"on the due day", "2021-09-30", "2021-10-22", "", "2021-10-22", 0},
			{"in time, approved afterwards", "2021-09-30", "2021-10-22", "", "2021-11-30", 0},
			{"in time, returned and handed in again afterwards", "2021-09-30", "2021-10-20", "2021-11-03", "2021-11-04", 0},
			{"the day after", "2021-09-30", "2021-10-23", "", "2021-10-23", 1},
			{"late, returned and later still", "2021-09-30", "2021-10-25", "2021-11-05", "2021-11-05", 3},
			{"of the next range", "2021-10-01", "2021-10-25", "", "2021-10-25", 0},
			{"of the next range, long after", "2022-03-31", "2022-05-02", "", "2022-05-02", 10},
			{"of no range", "2021-03-31", "2021-10-25", "", "2021-10-25", 0},
			{"after another purpose's day", "2021-04-30", "2021-08-01", "", "2021-08-01", 0},
		} {
			l.on(c.submitted)
			u := l.sent("mha", "NSF 1.1.1", words(asOf(c.asOf)))
			if c.returns != "" {
				l.on(c.returns)
				u = l.must(l.submit("mha", l.must(l.save("mha", l.must(l.back("one", u)), words(asOf(c.asOf))))))
			}
			l.on(c.approved)
			l.must(l.approve("one", u))
			told := l.told("mha", u.ID)
			if told.Late != (c.days > 0) || told.LateDays() != c.days || told.FirstSubmittedOn != day(c.submitted) {
				l.t.Errorf("%s: late %t by %d days, first handed in on %s", c.name, told.Late, told.LateDays(), told.FirstSubmittedOn)
			}
		}
	})
}

// When a deadline is closed its institutions hand in no more; a coordinator
// still does for them.
func TestAClosedDeadlineTakesEntriesOnlyThroughACoordinator(t *testing.T) {
	const closed = "invalid as_of: update.error.closed"
	each(t, func(l *life) {
		l.on("2021-10-22")
		back := l.returned("mha", "NSF 1.1.1", words())
		old := l.approved("mha", "AP-1", words())
		elsewhere := l.returned("mha", "NSF 1.1.1", words(asOf("2021-10-01")))
		l.on("2021-10-23")
		draft := l.must(l.start("mha", "NSF 1.1.1", words()))
		l.close("First half", true)
		if _, err := l.submit("mha", draft); said(err) != closed {
			l.t.Errorf("a draft: %q", said(err))
		}
		if _, err := l.submit("msd", l.must(l.start("msd", "NSF 1.1.1", words()))); said(err) != closed {
			l.t.Errorf("a contribution: %q", said(err))
		}
		if _, err := l.submit("mha", l.must(l.correct("mha", old, words()))); said(err) != closed {
			l.t.Errorf("a correction: %q", said(err))
		}
		l.must(l.submit("one", l.must(l.start("one", "NSF 1.1.1", words()))))
		l.must(l.submit("home", draft))
		l.must(l.submit("mha", l.must(l.start("mha", "NSF 1.1.1", words(asOf("2021-10-01"))))))

		// What came back for another range must not slip into the closed one.
		moved := l.must(l.save("mha", elsewhere, words()))
		if _, err := l.submit("mha", moved); said(err) != closed {
			l.t.Errorf("an update of another range moved into the closed one: %q", said(err))
		}
		l.must(l.submit("mha", l.must(l.save("mha", back, words(asOf("2021-09-15"))))))

		l.close("First half", false)
		l.must(l.submit("mha", moved))
	})
}

// Another country's deadline is none of this one's.
func TestADeadlineOfAnotherCountryClosesNothing(t *testing.T) {
	each(t, func(l *life) {
		l.Do(l.t, func(tx *gorm.DB) error {
			_, err := AddPeriod(tx, plantest.At("2021-04-01"), l.Actors["one"], Period{Country: "BW", Label: "2021-22", StartsOn: day("2021-04-01"), EndsOn: day("2022-03-31"),
				Deadlines: []Deadline{{Title: "Theirs", Purpose: Reporting, CoversFrom: day("2021-04-01"), CoversTo: day("2021-09-30"), DueOn: day("2021-10-15")}}})
			return err
		})
		l.close("Theirs", true)
		l.sent("mha", "NSF 1.1.1", words())
	})
}

func TestOnlyCoordinatorsCloseADeadline(t *testing.T) {
	each(t, func(l *life) {
		id := int64(l.Count(l.t, "SELECT id FROM deadlines WHERE title = 'First half'"))
		for who, want := range map[string]string{"mha": "forbidden problem.coordinators_only", "auditor": "forbidden problem.coordinators_only",
			"admin": "forbidden problem.coordinators_only", "sign": "forbidden problem.coordinators_only", "use": "forbidden problem.coordinators_only", "two": ""} {
			err := l.DB.Write(l.t.Context(), func(tx *gorm.DB) error { return CloseDeadline(tx, l.clock, l.Actors[who], id, 1, true) })
			if got := said(err); got != want {
				l.t.Errorf("%s closes a deadline: %q, want %q", who, got, want)
			}
		}
	})
}

// A correction replaces an approved update once it is approved itself, and
// is true on the same day unless it says otherwise.
func TestWhatACorrectionDoes(t *testing.T) {
	each(t, func(l *life) {
		old := l.approved("mha", "NSF 1.1.1", words())
		c := l.must(l.correct("mha", old, words(asOf(""), status(Completed))))
		if c.AsOf != old.AsOf {
			l.t.Errorf("the correction is true on %s", c.AsOf)
		}
		c = l.must(l.save("mha", c, words(asOf(""), status(Completed))))
		c = l.must(l.submit("mha", c))
		if told := l.told("mha", old.ID); c.AsOf != old.AsOf || told.SupersededBy != 0 || !told.Counts() || l.now("NSF 1.1.1").Status != InProgress {
			l.t.Errorf("a correction in review counts already: %+v", told.Update)
		}
		c = l.must(l.approve("one", c))
		if told := l.told("mha", old.ID); told.SupersededBy != c.ID || told.Counts() || l.now("NSF 1.1.1") != (Standing{old.CommitmentID, c.ID, Completed, old.AsOf, *c.ApprovedAt}) {
			l.t.Errorf("after the correction %+v, %+v", told.Update, l.now("NSF 1.1.1"))
		}
		if _, err := l.correct("mha", old, words()); said(err) != "conflict update.error.already_corrected" {
			l.t.Errorf("a correction of what is superseded: %q", said(err))
		}
		again := l.corrected("mha", c, words(asOf("2021-10-15"), status(Stalled)))
		if s := l.now("NSF 1.1.1"); s.UpdateID != again.ID || s.AsOf != day("2021-10-15") || l.told("one", c.ID).SupersededBy != again.ID {
			l.t.Errorf("after the correction of the correction %+v", s)
		}
		// Drafts of a correction that one overtakes are stopped at the approval.
		first, second := l.must(l.correct("mha", again, words())), l.must(l.correct("mha2", again, words()))
		second = l.must(l.submit("mha2", second))
		l.must(l.approve("two", l.must(l.submit("mha", first))))
		if _, err := l.approve("one", second); said(err) != "conflict update.error.already_corrected" {
			l.t.Errorf("a second correction of one update: %q", said(err))
		}
	})
}

// now is the status that approvals keep.
func (l *life) now(ref string) (s Standing) {
	l.t.Helper()
	l.Read(l.t, func(tx *gorm.DB) error {
		all, err := StatusNow(tx)
		s = all[l.Commitments[ref]]
		return err
	})
	return s
}

func TestWhatCannotBeCorrected(t *testing.T) {
	each(t, func(l *life) {
		old := l.approved("mha", "NSF 1.1.1", words())
		contribution := l.approved("msd", "NSF 1.1.1", words())
		for _, c := range []struct {
			name, who string
			change    func(*NewUpdate)
			want      string
		}{
			{"another's", "msd", func(n *NewUpdate) { n.InstitutionID = 0 }, "missing"},
			{"another's by name", "msd", func(*NewUpdate) {}, "forbidden update.error.not_yours"},
			{"of another commitment", "mha", func(n *NewUpdate) { n.CommitmentID = l.Commitments["AP-1"] }, "missing"},
			{"a contribution as the lead", "mha", func(n *NewUpdate) { n.CorrectsID = contribution.ID }, "missing"},
			{"what is not there", "mha", func(n *NewUpdate) { n.CorrectsID = 999 }, "missing"},
			{"one's own", "mha", func(*NewUpdate) {}, ""},
			{"on behalf", "one", func(*NewUpdate) {}, ""},
		} {
			_, err := l.act(func(tx *gorm.DB) (Update, error) {
				n := NewUpdate{CommitmentID: old.CommitmentID, InstitutionID: old.InstitutionID, CorrectsID: old.ID, Text: words()}
				c.change(&n)
				return Start(tx, l.clock, l.Actors[c.who], n)
			})
			if got := said(err); got != c.want {
				l.t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
	})
}

// Deadlines ask about the day for which an update was last handed in, not the
// one that its writer tries out while it is returned.
func TestADayTriedOutInAReturnedUpdateMovesNoReport(t *testing.T) {
	each(t, func(l *life) {
		l.on("2021-10-20")
		u := l.returned("mha", "NSF 1.1.1", words())
		first := func(d, k string) (on string) {
			l.Read(l.t, func(tx *gorm.DB) error {
				schedule, err := LoadSchedule(tx, plantest.Country)
				if err != nil {
					return err
				}
				deadline, _ := schedule.For(day("2021-09-30"))
				got, err := FirstSubmitted(tx, []Deadline{deadline}, day(d), plantest.At(k).Now())
				if err == nil {
					on = got[0][u.CommitmentID].String()
				}
				return err
			})
			return on
		}
		l.on("2021-11-08")
		u = l.must(l.save("mha", u, words(asOf("2021-10-31"))))
		if got := first("2021-11-08", "2021-11-09"); got != "2021-10-20" {
			l.t.Errorf("after a day was tried out the first submission is %q", got)
		}
		l.must(l.submit("mha", u))
		for _, c := range [][3]string{{"2021-11-08", "2021-11-09", ""}, {"2021-11-08", "2021-11-07", "2021-10-20"}, {"2021-10-19", "2021-11-07", ""}, {"2021-11-08", "2021-10-20", ""}} {
			if got := first(c[0], c[1]); got != c[2] {
				l.t.Errorf("at (%s, %s) the first submission is %q, want %q", c[0], c[1], got, c[2])
			}
		}
	})
}
