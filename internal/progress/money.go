package progress

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// Money is what an institution says was released and spent for a commitment in
// the financial year that begins in Year, by one funder, from the year's
// beginning up to the update's day. An amount that is nil is not told, which is
// not a zero.
type Money struct {
	Year          int    `json:"year"`
	Currency      string `json:"currency"` // ISO 4217
	Funder        string `json:"funder"`
	ReleasedCents *int64 `json:"released_cents"`
	SpentCents    *int64 `json:"spent_cents"`
}

// MaxMoney is how many lines of money an update has at most.
const MaxMoney = 20

// mostCents bounds an amount, far beyond any budget.
const mostCents = 100_000_000_000_000

var currencyPattern = regexp.MustCompile(`^[A-Z]{3}$`)

// tidyMoney gives lines in the one form in which they are stored.
func tidyMoney(list []Money) []Money {
	out := append([]Money{}, list...)
	for i := range out {
		out[i].Funder, out[i].Currency = strings.TrimSpace(out[i].Funder), strings.ToUpper(strings.TrimSpace(out[i].Currency))
	}
	return out
}

// checkMoney holds lines of money to their rules. A year that begins after the
// update's day has no money yet.
func checkMoney(k *problem.Check, list []Money, asOf calendar.Date) {
	k.Require(len(list) <= MaxMoney, "money", "update.error.money_many", "max", MaxMoney)
	for i, m := range list {
		n := strconv.Itoa(i + 1)
		k.Require(m.Year >= 1990 && m.Year <= asOf.Year(), "money_year_"+n, "update.error.money_year")
		k.Require(currencyPattern.MatchString(m.Currency), "money_currency_"+n, "update.error.money_currency")
		k.Require(m.Funder != "", "money_funder_"+n, "update.error.money_funder")
		checkText(k, "money_funder_"+n, m.Funder, 200)
		k.Require(m.ReleasedCents != nil || m.SpentCents != nil, "money_released_"+n, "update.error.money_none")
		for field, cents := range map[string]*int64{"money_released_": m.ReleasedCents, "money_spent_": m.SpentCents} {
			k.Require(cents == nil || *cents >= 0 && *cents <= mostCents, field+n, "typed.error.amount")
		}
		twice := slices.ContainsFunc(list[:i], func(o Money) bool { return o.Year == m.Year && o.Currency == m.Currency && o.Funder == m.Funder })
		k.Require(!twice, "money_funder_"+n, "update.error.money_twice")
	}
}

// saidOfMoney are the lines as text, for the trail.
func saidOfMoney(list []Money) string {
	amount := func(n *int64) string {
		if n == nil {
			return "-"
		}
		return fmt.Sprintf("%d.%02d", *n/100, *n%100)
	}
	var lines []string
	for _, m := range list {
		lines = append(lines, fmt.Sprintf("%d %s %s: %s / %s", m.Year, m.Funder, m.Currency, amount(m.ReleasedCents), amount(m.SpentCents)))
	}
	return strings.Join(lines, "; ")
}

// MoneyTold is a line of money in force, with the update that says it.
type MoneyTold struct {
	Money
	CommitmentID  int64
	InstitutionID int64
	UpdateID      int64
	AsOf          calendar.Date
}

const tellsMoney = "JOIN commitments c ON c.id = u.commitment_id AND u.money <> '[]'"

// OneWithMoney finds one of the commitments of which MoneyAt tells something,
// 0 where there is none.
func OneWithMoney(tx *gorm.DB, d calendar.Date, k time.Time, only ...int64) (id int64, err error) {
	query, args := approvedInForce("u.commitment_id", tellsMoney, d, k, only)
	return id, tx.Raw(query+" LIMIT 1", args...).Scan(&id).Error
}

// MoneyAt reads what was said of money by day d, as known at instant k, on all
// commitments or only on those named: of each commitment, institution, year,
// funder and currency the line of the update in force with the greatest (as_of,
// approved_at, id). They are in that order.
func MoneyAt(tx *gorm.DB, d calendar.Date, k time.Time, only ...int64) ([]MoneyTold, error) {
	rows, err := InForce(tx, "u.commitment_id, u.institution_id, u.id, u.as_of, u.approved_at, u.money", tellsMoney, d, k, only...).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	type said struct {
		MoneyTold
		approved time.Time
		lines    string
	}
	var all []said
	for rows.Next() {
		var s said
		if err := rows.Scan(&s.CommitmentID, &s.InstitutionID, &s.UpdateID, &s.AsOf, &s.approved, &s.lines); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b said) int {
		return cmp.Or(a.AsOf.Compare(b.AsOf), a.approved.Compare(b.approved), cmp.Compare(a.UpdateID, b.UpdateID))
	})
	type line struct {
		commitment, institution int64
		year                    int
		currency, funder        string
	}
	newest := make(map[line]MoneyTold, len(all))
	for _, s := range all {
		var lines []Money
		if err := json.Unmarshal([]byte(s.lines), &lines); err != nil {
			return nil, fmt.Errorf("progress: money of update %d: %w", s.UpdateID, err)
		}
		for _, m := range lines {
			newest[line{s.CommitmentID, s.InstitutionID, m.Year, m.Currency, m.Funder}] = MoneyTold{m, s.CommitmentID, s.InstitutionID, s.UpdateID, s.AsOf}
		}
	}
	list := make([]MoneyTold, 0, len(newest))
	for _, m := range newest {
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b MoneyTold) int {
		return cmp.Or(cmp.Compare(a.CommitmentID, b.CommitmentID), cmp.Compare(a.InstitutionID, b.InstitutionID), cmp.Compare(a.Year, b.Year), strings.Compare(a.Currency, b.Currency), strings.Compare(a.Funder, b.Funder))
	})
	return list, nil
}

// MoneyToldBy gives the commitments of whose money an institution told
// anything, in whatever state.
func MoneyToldBy(tx *gorm.DB, institutionID int64) (ids []int64, err error) {
	return ids, tx.Raw("SELECT DISTINCT commitment_id FROM updates WHERE institution_id = ? AND money <> '[]'", institutionID).Scan(&ids).Error
}
