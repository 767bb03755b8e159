package round

import (
	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/progress"
)

func figuresOf(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, institutionID int64, y progress.Period) ([]Figure, error) {
	return nil, nil
}

// The columns of the sheet of indicators that the other has not.
const (
	category field = "category"
	figure   field = "figure"
)

var ofIndicators = []column{{ref, 12, false}, {figure, 12, true}}

func (o *book) indicators() error { return nil }

func (k *taking) measurements() error { return nil }

func figureName(ref, place string) string { return ref + " | " + place }

func (l line) lockedFigure() (string, bool) { return "", false }
