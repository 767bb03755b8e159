package reports

import (
	"slices"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/recommendations"
)

// TierStatus is the tier in which a year's report placed the country.
type TierStatus struct {
	Year int    `json:"year"`
	Tier string `json:"tier"`
}

// tiers lists the tiers that editions released by a day tell.
func tiers(tx *gorm.DB, country string, d calendar.Date) (list []TierStatus, err error) {
	editions, err := recommendations.Editions(tx, country, d)
	for _, e := range slices.Backward(editions) {
		if e.Tier != "" {
			list = append(list, TierStatus{e.Year, e.Tier})
		}
	}
	slices.SortStableFunc(list, func(a, b TierStatus) int { return a.Year - b.Year })
	return list, err
}
