// Package published publishes what a folder of seeds lists, through the same
// rules as people do.
package published

import (
	"context"
	"fmt"
	"io/fs"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/i18n"
	"tracker/internal/reports"
	"tracker/internal/reports/publications"
	"tracker/seeds"
)

// Load prepares and publishes what the folder's publications.yaml lists, after
// seeds.Load, by the domain's clock and as everything is known then. One
// without a second person waits for one. A database that holds a publication
// already is left as it is.
func Load(ctx context.Context, d *db.DB, files fs.FS, clock calendar.Clock, t *i18n.T, about reports.About, rules reports.Rules) error {
	list, start, err := seeds.Publications(files)
	if err != nil || len(list) == 0 {
		return err
	}
	var there int64
	people := map[string]accounts.Actor{"": {}}
	err = d.Read(ctx, func(tx *gorm.DB) error {
		for _, p := range list {
			who := []string{p.PreparedBy, p.PublishedBy}
			for _, r := range p.Ratings {
				who = append(who, r.By)
			}
			for _, email := range who {
				if _, known := people[email]; known {
					continue
				}
				if people[email], err = seeds.ActorOf(tx, email); err != nil {
					return err
				}
			}
		}
		return tx.Raw("SELECT count(*) FROM publications").Scan(&there).Error
	})
	if err != nil || there > 0 {
		return err
	}
	store := publications.New(d, clock, t)
	for i, p := range list {
		q := reports.StatusQuery{Query: reports.Query{Actor: people[p.PreparedBy], Country: about.Country, D: p.AsOf, Rules: rules},
			Since: p.Since, Audience: reports.Audience(p.Audience), Title: p.Title}
		id, err := store.Prepare(ctx, q.Actor, fmt.Sprintf("seeds, prepare %06d", i), about, publications.Preparation{Status: q, Readers: p.Readers})
		if err == nil && p.PublishedBy != "" {
			var label string
			label, err = store.Publish(ctx, people[p.PublishedBy], fmt.Sprintf("seeds, publish %06d", i), id, 1)
			for j, r := range p.Ratings {
				if err == nil {
					at := publications.New(d, calendar.FixedClock(start.Add(time.Duration(j-len(p.Ratings))*time.Minute).In(clock.Zone())), t)
					err = rate(ctx, at, people[r.By], fmt.Sprintf("seeds, rate %06d %06d", i, j), about.Country, label, r)
				}
			}
		}
		if err != nil {
			return fmt.Errorf("publications.yaml, %s: %w", p.AsOf, err)
		}
	}
	return nil
}

// rate gives a partner's rating in a publication. Reports tell of its instant,
// so that it is the folder's, some minutes before its clock starts, whenever
// the folder is loaded.
func rate(ctx context.Context, store *publications.Store, actor accounts.Actor, key, country, label string, r seeds.Rating) error {
	sheet, err := store.Ratings(ctx, actor, country, label)
	if err != nil {
		return err
	}
	for _, row := range sheet.Rows {
		if row.Ref == r.Of {
			_, err := store.Rate(ctx, actor, key, country, label, row.Name, r.Value, r.Reason)
			return err
		}
	}
	return fmt.Errorf("%s tells nothing of %q", label, r.Of)
}
