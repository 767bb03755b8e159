package seeds

import (
	"testing"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
)

func TestLesothoLoads(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, err := Load(t.Context(), d, Lesotho())
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%+v", s)
	})
}
