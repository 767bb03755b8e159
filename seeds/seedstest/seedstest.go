// Package seedstest is the demonstration as tests begin with it.
package seedstest

import (
	"context"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/seeds"
)

// Lesotho is the demonstration's database: loaded once and copied for every test.
var Lesotho = dbtest.NewTemplate(func(ctx context.Context, d *db.DB) error {
	_, err := seeds.Load(ctx, d, seeds.Lesotho())
	return err
}).Named("lesotho")
