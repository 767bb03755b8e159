package indicators

import (
	"database/sql"
	"errors"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/recommendations"
)

// counting are the measurements that count at (D, K). Arguments: country, D, K,
// D, K.
const counting = `m.state = 'approved' AND m.indicator_id IN (SELECT id FROM indicators WHERE country = ?) AND m.as_of <= ? AND m.approved_at <= ?
	AND NOT EXISTS (SELECT 1 FROM measurements c WHERE c.corrects_id = m.id AND c.state = 'approved' AND c.as_of <= ? AND c.approved_at <= ?)`

func (l *loaded) readValues(tx *gorm.DB, country string, d calendar.Date, k time.Time, only []int64) error {
	among, ids := plan.Only("m.indicator_id", only)
	args := append([]any{country, d, k, d, k}, ids...)
	var rows []struct {
		Measurement
		Mechanism string
		Year      int
	}
	if err := tx.Raw(`SELECT m.*, COALESCE(h.code, '') AS mechanism, COALESCE(e.year, 0) AS year FROM measurements m
		LEFT JOIN editions e ON e.id = m.edition_id LEFT JOIN mechanisms h ON h.id = e.mechanism_id
		WHERE `+counting+among+` ORDER BY m.as_of DESC, m.approved_at DESC, m.id DESC`, args...).Scan(&rows).Error; err != nil {
		return err
	}
	l.values = map[int64][]Value{}
	for _, r := range rows {
		v := Value{Measurement: r.Measurement, Institution: l.institutions[r.InstitutionID]}
		if r.Mechanism != "" {
			v.Edition = recommendations.EditionRef(r.Mechanism, r.Year)
		}
		v.Late = r.Basis == Logged && l.schedule.Late(r.CoversTo, r.FirstSubmittedOn)
		l.values[r.IndicatorID] = append(l.values[r.IndicatorID], v)
	}
	var choices []Choice
	err := tx.Where("indicator_id IN (SELECT id FROM indicators WHERE country = ?) AND chosen_at <= ? AND (ended_at IS NULL OR ended_at > ?)", country, k, k).
		Order("id").Find(&choices).Error
	l.choices = map[int64][]Choice{}
	for _, c := range choices {
		l.choices[c.IndicatorID] = append(l.choices[c.IndicatorID], c)
	}
	return err
}

// readCells reads the answers of values, by value. There are some for each, so
// they are read without a model.
func readCells(tx *gorm.DB, ids []int64) (of map[int64]map[Place]Cell, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := tx.Raw("SELECT measurement_id, place, answer, amount FROM measurement_cells WHERE measurement_id IN ?", ids).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	of = map[int64]map[Place]Cell{}
	for rows.Next() {
		var c Cell
		var amount sql.NullInt64
		if err := rows.Scan(&c.MeasurementID, &c.Place, &c.Answer, &amount); err != nil {
			return nil, err
		}
		if amount.Valid {
			n := Amount(amount.Int64)
			c.Amount = &n
		}
		cells := of[c.MeasurementID]
		if cells == nil {
			cells = map[Place]Cell{}
			of[c.MeasurementID] = cells
		}
		cells[c.Place] = c
	}
	return of, rows.Err()
}
