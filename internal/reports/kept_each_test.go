package reports

import (
	"reflect"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/progress"
)

// samePast fails unless what is kept of the deadlines that passed is what each of them by itself reads.
func samePast(t *testing.T, tx *gorm.DB, kept, fresh *Ledger) error {
	t.Helper()
	got, err := kept.counts(tx)
	if err != nil {
		return err
	}
	passed := fresh.passed()
	if len(got) != len(passed) {
		t.Errorf("%d deadlines are counted, %d passed", len(got), len(passed))
	}
	for _, d := range passed {
		first, err := progress.FirstSubmitted(tx, []progress.Deadline{d}, fresh.D, fresh.now())
		if err != nil {
			return err
		}
		closed, err := progress.ClosedBefore(tx, d.CoversFrom, fresh.now())
		if err != nil {
			return err
		}
		states := make([]ReportState, len(fresh.Lines))
		for i := range fresh.Lines {
			states[i] = fresh.Lines[i].against(d, first[0], closed)
		}
		if want := fresh.reporting(states); !reflect.DeepEqual(got[d.ID], want) {
			t.Errorf("for %s what is kept counts\n%+v\nwhere the database holds\n%+v", d.Title, got[d.ID], want)
		}
	}
	return nil
}
