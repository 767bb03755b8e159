package recommendations

import (
	"context"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// ItemsByID lists a country's items of some ids, retired ones too, as long as
// their edition was released by D.
func ItemsByID(tx *gorm.DB, country string, ids []int64, d calendar.Date) ([]ItemRow, error) {
	var list []ItemRow
	if len(ids) == 0 {
		return list, nil
	}
	return list, tx.Raw(itemColumns+itemsFrom+`WHERE i.id IN ? AND e.country = ? AND e.released_on <= ?`+itemOrder, ids, country, d).Scan(&list).Error
}

// IDByRef finds a country's recommendation by its reference; one that is not
// there is missing.
func IDByRef(tx *gorm.DB, country, ref string) (id int64, err error) {
	r, err := ParseRef(ref)
	if err != nil {
		return 0, problem.Missing()
	}
	err = tx.Raw(`SELECT n.id FROM recommendations n JOIN editions e ON e.id = n.edition_id JOIN mechanisms m ON m.id = e.mechanism_id
		WHERE e.country = ? AND m.code = ? AND e.year = ? AND n.number = ?`, country, r.Mechanism, r.Year, r.Number).Scan(&id).Error
	if err == nil && id == 0 {
		err = problem.Missing()
	}
	return id, err
}

// Items lists every item of a country that is asked on day D, editions oldest
// first.
func (s *Store) Items(ctx context.Context, actor accounts.Actor, country string, d calendar.Date) (list []ItemRow, err error) {
	err = s.read(ctx, actor, func(tx *gorm.DB) error { list, err = AllItems(tx, country, d, s.clock.Now()); return err })
	return list, err
}
