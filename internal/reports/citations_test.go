package reports_test

import (
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/dialogues"
	"tracker/internal/progress"
	"tracker/internal/reports"
	"tracker/seeds"
	"tracker/seeds/seedstest"
)

// A text cites updates by commitment and day; one that was corrected after it
// was written, is disputed or was never there is marked.
func TestACitationThatDoesNotHoldIsMarked(t *testing.T) {
	seedstest.Lesotho.Each(t, func(t *testing.T, d *db.DB) {
		k := newTalk(t, d)
		states := func() map[string]string {
			out := map[string]string{}
			for _, c := range k.briefing("2021-11-08", 1).Items[0].Citations {
				out[c.Ref+" "+c.AsOf.String()] = c.State
				if (c.UpdateID == 0) != (c.State == reports.CitationMissing) {
					t.Errorf("%s of %s leads to update %d", c.Ref, c.AsOf, c.UpdateID)
				}
			}
			return out
		}
		first, second := "NSF 3.1.1 2021-08-31", "NSF 3.1.2 2021-09-30"
		if got := states(); len(got) != 2 || got[first] != reports.CitationHolds || got[second] != reports.CitationHolds {
			t.Fatalf("the demonstration cites %v", got)
		}
		// a minister's office writes of an update that is not there
		k.write("2021-11-08", func(tx *gorm.DB, clock calendar.Clock) error {
			agenda, err := dialogues.Agenda(tx, 1)
			if err != nil {
				return err
			}
			w := dialogues.Writing{Country: "LS", DialogueID: 1, ID: agenda[0].ID, Texts: dialogues.Texts{Questions: "Who trains? [NSF 3.1.3, 1 Sep 2021] and [no reference, 1 Sep 2021]"}, Seen: map[dialogues.Field]int64{dialogues.Questions: agenda[0].Revisions[dialogues.Questions]}}
			return dialogues.Write(tx, clock, accounts.CommandLine(), w)
		})
		if got := states(); len(got) != 3 || got["NSF 3.1.3 2021-09-01"] != reports.CitationMissing {
			t.Errorf("with one that is not there: %v", got)
		}
		// one is corrected, the other disputed
		var ids map[string]int64
		k.write("2021-11-09", func(tx *gorm.DB, clock calendar.Clock) (err error) {
			ids = map[string]int64{}
			for _, c := range k.briefing("2021-11-08", 1).Items[0].Citations {
				ids[c.Ref] = c.UpdateID
			}
			writer, err := seeds.ActorOf(tx, "focal.msd@tracker.example")
			if err != nil {
				return err
			}
			one, err := seeds.ActorOf(tx, "coordinator.one@tracker.example")
			if err != nil {
				return err
			}
			two, err := seeds.ActorOf(tx, "coordinator.two@tracker.example")
			if err != nil {
				return err
			}
			var was progress.Update
			if err := tx.Where("id = ?", ids["NSF 3.1.1"]).Take(&was).Error; err != nil {
				return err
			}
			u, err := progress.Start(tx, clock, writer, progress.NewUpdate{CommitmentID: was.CommitmentID, InstitutionID: was.InstitutionID, CorrectsID: was.ID,
				Text: progress.Text{AsOf: was.AsOf, Status: was.Status, Done: "The workshop was held on 27 August."}})
			if err == nil {
				u, err = progress.Submit(tx, clock, writer, u.ID, u.Version)
			}
			if err == nil {
				_, err = progress.Approve(tx, clock, two, u.ID, u.Version)
			}
			if err != nil {
				return err
			}
			var judged progress.Update
			if err := tx.Where("id = ?", ids["NSF 3.1.2"]).Take(&judged).Error; err != nil {
				return err
			}
			return progress.Verify(tx, clock, one, judged.ID, judged.Version, progress.Judgement{Verdict: string(progress.Disputed), Reason: "Two districts are not mapped"})
		})
		q := k.query("2021-11-10")
		b, err := k.reports.Briefing(t.Context(), reports.About{Country: "LS", Zone: time.UTC}, q, 1)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, c := range b.Items[0].Citations {
			got[c.Ref+" "+c.AsOf.String()] = c.State
		}
		if got[first] != reports.CitationCorrected || got[second] != reports.CitationDisputed {
			t.Errorf("after a correction and a verdict: %v", got)
		}
	})
}
