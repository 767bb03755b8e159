package reports_test

import (
	"bytes"
	"testing"
	"time"

	"tracker/internal/i18n"
	"tracker/internal/plan"
	"tracker/internal/reports"
	"tracker/internal/reports/reportstest"
	"tracker/internal/reports/wording"
)

// What is frozen gives the report back, and the report the same bytes.
func TestACanonicalReportIsRestored(t *testing.T) {
	for _, n := range []int{0, 1, 50} {
		s := reportstest.Sample(n)
		first, err := reports.Canonical(s)
		if err != nil {
			t.Fatal(err)
		}
		back, err := reports.Restore(first, s.Zone)
		if err != nil {
			t.Fatal(err)
		}
		again, err := reports.Canonical(back)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first, again) {
			t.Errorf("of %d commitments the second form differs", n)
		}
		if bytes.Contains(first, []byte("null")) {
			t.Error("a list that holds nothing is written null")
		}
		if len(back.Commitments) != n || n > 0 && back.Commitments[0].Title != s.Commitments[0].Title {
			t.Errorf("%d commitments came back", len(back.Commitments))
		}
	}
	if _, err := reports.Restore([]byte(`{"format":"other"}`), time.UTC); err == nil {
		t.Error("another form was taken for a report")
	}
}

// What was published before years were told has none, and keeps its fingerprint.
func TestAPublicationOfBeforeYearsWereToldStaysAsItIs(t *testing.T) {
	s := reportstest.Sample(3)
	for i := range s.Recommendations {
		s.Recommendations[i].Asked, s.Recommendations[i].Continues = reports.AskedStatus{}, nil
	}
	old, err := reports.Canonical(s)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Recommendations) == 0 || bytes.Contains(old, []byte(`"years_in_row"`)) || bytes.Contains(old, []byte(`"continues"`)) {
		t.Error("years that were not told are written")
	}
	back, err := reports.Restore(old, s.Zone)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := reports.Canonical(back); err != nil || !bytes.Equal(old, again) {
		t.Errorf("it has another form now: %v", err)
	}
	m, err := i18n.English()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range back.Recommendations {
		if said := wording.Asked(i18n.New(m, time.UTC), r); said != "" {
			t.Errorf("%s says %q", r.Ref, said)
		}
	}
}

func TestNamesOfFilesTellWhatTheyHold(t *testing.T) {
	s := reportstest.Sample(1)
	for _, c := range []struct {
		audience reports.Audience
		stamp    *reports.Stamp
		want     string
	}{
		{plan.Internal, nil, "lesotho-status-2021-11-08-DEMONSTRATION.pdf"},
		{plan.Partner, nil, "lesotho-status-2021-11-08-partner-DEMONSTRATION.pdf"},
		{plan.Public, &reports.Stamp{Number: "LS-2021-0003"}, "ls-2021-0003-lesotho-status-2021-11-08-public-DEMONSTRATION.pdf"},
	} {
		s.Audience, s.Publication = c.audience, c.stamp
		if got := s.FileName("pdf"); got != c.want {
			t.Errorf("the file is called %s, want %s", got, c.want)
		}
	}
}
