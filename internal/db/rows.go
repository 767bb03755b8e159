package db

import (
	"database/sql"
	"errors"

	"gorm.io/gorm"

	"tracker/internal/problem"
)

// Changed is the outcome of an UPDATE ... WHERE version = ?: a Conflict when
// it found no row, because the row moved on since it was read.
func Changed(done *gorm.DB) error {
	if done.Error == nil && done.RowsAffected == 0 {
		return problem.Stale()
	}
	return done.Error
}

// Taken turns a value that another row holds already into what is wrong with
// its field.
func Taken(err error, field, key string) error {
	if !errors.Is(err, gorm.ErrDuplicatedKey) {
		return err
	}
	var c problem.Check
	c.Add(field, key)
	return c.Err()
}

// Each reads what a query gives, row by row: without a model and reflection,
// for what nearly every page asks and for tens of thousands of rows.
func Each(query *gorm.DB, read func(rows *sql.Rows) error) error {
	rows, err := query.Rows()
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		if err := read(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
