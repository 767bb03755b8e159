package progress

import (
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/plan/plantest"
)

// A paper is lost when a correction that was approved since does not carry it
// on; one that it names again is not.
func TestAPaperIsLostByACorrectionThatDoesNotNameIt(t *testing.T) {
	each(t, func(l *life) {
		paper := func(url string) Evidence {
			return Evidence{Title: "Minutes", URL: url, Kind: "other", Share: "internal"}
		}
		text := words(asOf("2021-09-30"))
		text.Evidence = []Evidence{paper("https://papers.example/1"), paper("https://papers.example/2")}
		first := l.approved("mha", "NSF 1.1.1", text)
		lost := func(d string, then time.Time) (n int) {
			l.Do(l.t, func(tx *gorm.DB) error {
				k, err := Known(tx)
				if err != nil {
					return err
				}
				of, err := EvidenceLost(tx, day(d), then, k)
				n = of[first.CommitmentID]
				return err
			})
			return n
		}
		then := l.clock.Now()
		if n := lost("2021-11-08", then); n != 0 {
			l.t.Errorf("%d are lost at once", n)
		}
		text.Evidence = text.Evidence[1:]
		l.later()
		l.corrected("mha", first, text)
		if n := lost("2021-11-08", then); n != 1 {
			l.t.Errorf("%d are lost, not the one that is named no longer", n)
		}
		if n := lost("2021-09-29", then); n != 0 {
			l.t.Errorf("%d are lost of an earlier day", n)
		}
		if n := lost("2021-11-08", l.clock.Now()); n != 0 {
			l.t.Errorf("%d are lost since the correction", n)
		}
	})
}

// Of each voice the newest rating up to a day counts.
func TestARatingMovesWhenItsVoiceSaysAnother(t *testing.T) {
	each(t, func(l *life) {
		var period, id int64
		l.Read(l.t, func(tx *gorm.DB) error { return tx.Raw("SELECT min(id) FROM periods").Scan(&period).Error })
		id = l.Commitments["NSF 1.1.1"]
		rate := func(on, who, value string) {
			l.t.Helper()
			l.on(on)
			if err := New(l.DB, l.clock).Rate(l.t.Context(), l.Actors[who], "a-rating-of-"+on+who, Rateable{CommitmentID: id}, RatingNew{PeriodID: period, Value: value, Reason: "So it is"}); err != nil {
				l.t.Fatal(err)
			}
		}
		rate("2021-10-01", "one", AtRisk)
		rate("2021-10-02", "mha", OnTrack)
		rate("2021-10-20", "two", OnTrack)
		rate("2021-10-21", "mha", OffTrack)
		l.on("2021-11-08")
		moved := func(from, to string) (list []RatingMoved) {
			l.Read(l.t, func(tx *gorm.DB) (err error) {
				list, err = RatingsMoved(tx, plantest.Country, day(from), day(to), l.clock.Now())
				return err
			})
			return list
		}
		if got := moved("2021-10-10", "2021-11-08"); len(got) != 2 || got[0] != (RatingMoved{CommitmentID: id, Rater: ByCoordinator, Was: AtRisk, Is: OnTrack}) || got[1].Was != OnTrack || got[1].Is != OffTrack {
			l.t.Errorf("moved are %+v", got)
		}
		if got := moved("2021-10-22", "2021-11-08"); len(got) != 0 {
			l.t.Errorf("nothing moved, and it tells %+v", got)
		}
		if got := moved("2021-09-30", "2021-10-01"); len(got) != 1 || got[0].Was != "" || got[0].Is != AtRisk {
			l.t.Errorf("the first rating is told as %+v", got)
		}
	})
}
