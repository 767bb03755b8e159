package published

import (
	"testing"
	"testing/fstest"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/i18n"
	"tracker/internal/reports"
	"tracker/seeds"
)

// The demonstration has something for partners, and something for a second
// person to sign; loading again publishes nothing twice.
func TestTheDemonstrationIsPublishedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if _, err := seeds.Load(t.Context(), d, seeds.Lesotho()); err != nil {
			t.Fatal(err)
		}
		messages, err := i18n.English()
		if err != nil {
			t.Fatal(err)
		}
		zone := time.FixedZone("SAST", 7200)
		clock := calendar.FixedClock(time.Date(2021, 11, 8, 9, 0, 0, 0, zone))
		about := reports.About{Country: "LS", CountryName: "Lesotho", Demonstration: true, Zone: zone}
		for range 2 {
			if err := Load(t.Context(), d, seeds.Lesotho(), clock, i18n.New(messages, zone), about, reports.DefaultRules); err != nil {
				t.Fatal(err)
			}
		}
		var got struct{ Published, Waiting, Texts int }
		err = d.Read(t.Context(), func(tx *gorm.DB) error {
			return tx.Raw(`SELECT (SELECT count(*) FROM publications p JOIN publication_readers r ON r.publication_id = p.id JOIN institutions i ON i.id = r.institution_id WHERE p.state = 'published' AND i.code = 'USE') AS published,
				(SELECT count(*) FROM publications WHERE state = 'prepared') AS waiting, (SELECT count(*) FROM publications WHERE value LIKE '%The committee held its first meeting%') AS texts`).Scan(&got).Error
		})
		if err != nil || got.Published != 2 || got.Waiting != 1 || got.Texts != 3 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// A folder that names nobody, or publishes nothing, is told so.
func TestWhoPublishesMustBeThere(t *testing.T) {
	d := dbtest.SQLite(t)
	folder := fstest.MapFS{"country.yaml": {Data: []byte("code: LS\n")}}
	if err := Load(t.Context(), d, folder, calendar.FixedClock(time.Now()), nil, reports.About{}, reports.DefaultRules); err != nil {
		t.Errorf("nothing to publish: %v", err)
	}
	folder["publications.yaml"] = &fstest.MapFile{Data: []byte("- {as_of: 2021-09-30, audience: public, prepared_by: nobody@tracker.example}\n")}
	if err := Load(t.Context(), d, folder, calendar.FixedClock(time.Now()), nil, reports.About{}, reports.DefaultRules); err == nil || err.Error() != `there is no person "nobody@tracker.example"` {
		t.Errorf("published by nobody: %v", err)
	}
}
