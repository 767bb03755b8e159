package recommendations

import (
	"gorm.io/gorm"

	"tracker/internal/calendar"
)

// ItemsByID lists a country's items of some ids, retired ones too, as long as
// their edition was released by D.
func ItemsByID(tx *gorm.DB, country string, ids []int64, d calendar.Date) ([]ItemRow, error) {
	var list []ItemRow
	if len(ids) == 0 {
		return list, nil
	}
	return list, tx.Raw(itemColumns+`WHERE i.id IN ? AND e.country = ? AND e.released_on <= ?`+itemOrder, ids, country, d).Scan(&list).Error
}
