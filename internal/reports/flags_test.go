package reports

import (
	"strings"
	"testing"

	"tracker/internal/progress"
)

// flagsOf names the computed flags that a line bears, with active before them.
func flagsOf(l Line) string {
	var names []string
	if l.Active {
		names = append(names, "active")
	}
	for _, f := range []Flag{FlagOverdue, FlagDueSoon, FlagStale} {
		if l.Has(f) {
			names = append(names, string(f))
		}
	}
	return strings.Join(names, " ")
}

// Every boundary of the rules of design section 2 on 8 November 2021.
func TestWhatFlagsACommitmentBears(t *testing.T) {
	const fresh = "2021-11-01"
	for _, c := range []struct {
		name              string
		status            progress.Status
		starts, due, asOf string
		want              string
		overdue, dueIn    int
	}{
		{"due today", progress.InProgress, "2021-04-01", "2021-11-08", fresh, "active due_soon", 0, 0},
		{"due yesterday", progress.InProgress, "2021-04-01", "2021-11-07", fresh, "active overdue", 1, -1},
		{"due tomorrow", progress.InProgress, "2021-04-01", "2021-11-09", fresh, "active due_soon", 0, 1},
		{"due in 30 days", progress.InProgress, "2021-04-01", "2021-12-08", fresh, "active due_soon", 0, 30},
		{"due in 31 days", progress.InProgress, "2021-04-01", "2021-12-09", fresh, "active", 0, -1},
		{"due a year ago", progress.Stalled, "2020-04-01", "2020-11-08", fresh, "active overdue", 365, -1},
		{"without a due date", progress.InProgress, "2021-04-01", "", fresh, "active", 0, -1},
		{"completed and past due", progress.Completed, "2021-04-01", "2021-09-30", fresh, "", 0, -1},
		{"cancelled and past due", progress.Cancelled, "2021-04-01", "2021-09-30", fresh, "", 0, -1},
		{"completed and due soon", progress.Completed, "2021-04-01", "2021-11-20", fresh, "", 0, -1},
		{"not started and past due", progress.NotStarted, "2021-04-01", "2021-11-07", fresh, "active overdue", 1, -1},

		{"begun today", progress.NotStarted, "2021-11-08", "", fresh, "active", 0, -1},
		{"begun tomorrow", progress.NotStarted, "2021-11-09", "", "", "", 0, -1},
		{"begun tomorrow and due soon", progress.NotStarted, "2021-11-09", "2021-11-20", "", "due_soon", 0, 12},
		{"past due before it began", progress.NotStarted, "2021-11-09", "2021-11-07", "", "overdue", 1, -1},
		{"without a start date", progress.InProgress, "", "", fresh, "active", 0, -1},
		{"stalled", progress.Stalled, "2021-04-01", "", fresh, "active", 0, -1},

		{"true today", progress.InProgress, "2021-04-01", "", "2021-11-08", "active", 0, -1},
		{"true exactly 90 days ago", progress.InProgress, "2021-04-01", "", "2021-08-10", "active", 0, -1},
		{"true 91 days ago", progress.InProgress, "2021-04-01", "", "2021-08-09", "active stale", 0, -1},
		{"never reported", progress.NotStarted, "2021-04-01", "", "", "active stale", 0, -1},
		{"never reported, without a start date", progress.NotStarted, "", "", "", "active stale", 0, -1},
		{"completed long ago", progress.Completed, "2020-04-01", "", "2020-11-08", "", 0, -1},
		{"cancelled long ago", progress.Cancelled, "2020-04-01", "", "2020-11-08", "", 0, -1},
		{"not begun and never reported", progress.NotStarted, "2022-01-01", "", "", "", 0, -1},
		{"everything at once", progress.InProgress, "2021-04-01", "2021-09-30", "2021-06-30", "active overdue stale", 39, -1},
	} {
		l := Line{Status: c.status, StartsOn: day(c.starts), DueOn: day(c.due), AsOf: day(c.asOf)}
		l.flag(day("2021-11-08"), DefaultRules)
		if got := flagsOf(l); got != c.want || l.Overdue != c.overdue || l.DueIn != c.dueIn {
			t.Errorf("%s: %q, overdue by %d, due in %d; want %q, %d, %d", c.name, got, l.Overdue, l.DueIn, c.want, c.overdue, c.dueIn)
		}
	}
}

// The thresholds are settings.
func TestTheThresholdsAreSettings(t *testing.T) {
	for rules, want := range map[Rules]string{{0, 7}: "active stale", {12, 7}: "active due_soon stale", {11, 8}: "active", {12, 8}: "active due_soon"} {
		l := Line{Status: progress.InProgress, DueOn: day("2021-11-20"), AsOf: day("2021-10-31")}
		l.flag(day("2021-11-08"), rules)
		if got := flagsOf(l); got != want {
			t.Errorf("with %+v: %q, want %q", rules, got, want)
		}
	}
	l := Line{Status: progress.InProgress, DueOn: day("2021-11-08"), AsOf: day("2021-11-08")}
	if l.flag(day("2021-11-08"), Rules{}); flagsOf(l) != "active due_soon" {
		t.Errorf("with no days at all: %q", flagsOf(l))
	}
}

// A commitment owes an update to a deadline when it was active in the range
// and one is due; not due, on time, late and not reported are kept apart.
func TestHowACommitmentStandsToADeadline(t *testing.T) {
	deadline := progress.Deadline{Purpose: progress.Reporting, CoversFrom: day("2021-07-01"), CoversTo: day("2021-09-30"), DueOn: day("2021-10-22")}
	for _, c := range []struct {
		name, first string
		closed      bool
		begun       string
		want        ReportState
	}{
		{"on the due day", "2021-10-22", false, "2021-04-01", OnTime},
		{"before the range ended", "2021-08-01", false, "2021-04-01", OnTime},
		{"the day after", "2021-10-23", false, "2021-04-01", Late},
		{"nothing came", "", false, "2021-04-01", NotReported},
		{"nothing came, without a start date", "", false, "", NotReported},
		{"begun on the last day", "", false, "2021-09-30", NotReported},
		{"begun after the range", "", false, "2021-10-01", NotDue},
		{"closed before the range", "", true, "2021-04-01", NotDue},
		{"closed, and told all the same", "2021-10-01", true, "2021-04-01", OnTime},
		{"begun after the range, and told all the same", "2021-10-25", false, "2021-10-01", Late},
	} {
		if got := reportState(deadline, day(c.first), c.closed, day(c.begun)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestTheMonthsOfATable(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"2021-04-01", "2021-04-01", "2021-04-01"},
		{"2021-04-01", "2021-04-30", "2021-04-30"},
		{"2021-04-30", "2021-05-01", "2021-04-30 2021-05-01"},
		{"2021-11-15", "2022-02-28", "2021-11-30 2021-12-31 2022-01-31 2022-02-28"},
		{"2024-02-01", "2024-03-01", "2024-02-29 2024-03-01"},
		{"2021-05-01", "2021-04-30", ""},
	} {
		var got []string
		for _, d := range MonthEnds(day(c.from), day(c.to)) {
			got = append(got, d.String())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("from %s to %s: %v, want %s", c.from, c.to, got, c.want)
		}
	}
}
