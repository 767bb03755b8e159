package web

import (
	"cmp"
	"strconv"
	"strings"

	"tracker/internal/calendar"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// moneyForm is one row of money as typed.
type moneyForm struct {
	N                                       int // from 1
	Year, Funder, Currency, Released, Spent string
}

// readMoney reads the rows of money; those without an amount are dropped.
func (f *updateForm) readMoney(t typed) {
	for i := 1; i <= progress.MaxMoney && t.has("money_released_"+strconv.Itoa(i)); i++ {
		n := "_" + strconv.Itoa(i)
		row := moneyForm{Year: t.line("money_year" + n), Funder: t.line("money_funder" + n), Currency: t.line("money_currency" + n), Released: t.line("money_released" + n), Spent: t.line("money_spent" + n)}
		if row.Released+row.Spent != "" {
			row.N = len(f.Money) + 1
			f.Money = append(f.Money, row)
		}
	}
}

// money are the rows as the slice takes them.
func (f updateForm) money(check *problem.Check) (list []progress.Money) {
	for _, row := range f.Money {
		n := "_" + strconv.Itoa(row.N)
		amount := func(field, text string) *int64 {
			if text == "" {
				return nil
			}
			cents, ok := amountOf(text)
			check.Require(ok, field+n, "typed.error.amount")
			return &cents
		}
		from, ok := yearBegin(row.Year)
		check.Require(ok, "money_year"+n, "update.error.money_year")
		list = append(list, progress.Money{Year: from.Year(), Funder: row.Funder, Currency: row.Currency, ReleasedCents: amount("money_released", row.Released), SpentCents: amount("money_spent", row.Spent)})
	}
	return list
}

// moneyLines are the rows in one text, a row a line.
func moneyLines(list []moneyForm) string {
	var lines []string
	for _, row := range list {
		if row.Released+row.Spent != "" {
			lines = append(lines, strings.Join([]string{row.Year, row.Funder, row.Currency + ":", cmp.Or(row.Released, "–"), "/", cmp.Or(row.Spent, "–")}, " "))
		}
	}
	return strings.Join(lines, "\n")
}

// offerMoney adds to the rows of money one for each line of the budget whose
// year has begun and of which nothing is typed, with what was said of it last,
// and an empty one.
func (p *updateFormPage) offerMoney(f reports.CommitmentFile) {
	typed := len(p.Form.Money)
	there := func(year int, currency, funder string) bool {
		for _, row := range p.Form.Money {
			if from, ok := yearBegin(row.Year); ok && from.Year() == year && strings.EqualFold(row.Currency, currency) && strings.EqualFold(row.Funder, funder) {
				return true
			}
		}
		return false
	}
	add := func(row moneyForm) {
		if n := len(p.Form.Money); n < progress.MaxMoney {
			row.N = n + 1
			p.Form.Money = append(p.Form.Money, row)
		}
	}
	currency := ""
	for _, b := range f.Current.Budget {
		currency = b.Currency
		if begun := calendar.Of(b.Year, 4, 1); !begun.After(p.Today) && !there(b.Year, b.Currency, b.Funder) {
			add(moneyForm{Year: progress.YearOn(nil, begun).Label, Funder: b.Funder, Currency: b.Currency})
		}
	}
	add(moneyForm{Year: progress.YearOn(nil, p.Today).Label, Currency: currency})
	p.MoneyOpen = p.MoneyOpen || typed > 0
}

// updateClashes lists the fields in which two writings of an update differ.
func (s *Server) updateClashes(now, typed updateForm) []Change {
	var list []Change
	add := func(field, a, b string) {
		if strings.TrimSpace(a) != strings.TrimSpace(b) {
			list = append(list, Change{Field: s.t.Msg("updates.field." + field), Old: a, New: b})
		}
	}
	word := func(prefix, value string) string {
		if value == "" || !s.t.Has(prefix+value) {
			return value
		}
		return s.t.Msg(prefix + value)
	}
	add("done", now.Done, typed.Done)
	add("no_progress", now.NoProgress, typed.NoProgress)
	add("blocker", word("blocker.", now.Blocker), word("blocker.", typed.Blocker))
	add("status", word("status.", now.Status), word("status.", typed.Status))
	if a, b := plainDay(now.AsOf), plainDay(typed.AsOf); a != b {
		add("as_of", now.AsOf, typed.AsOf)
	}
	add("milestone", now.Milestone, typed.Milestone)
	add("money", moneyLines(now.Money), moneyLines(typed.Money))
	add("next_step", now.NextStep, typed.NextStep)
	add("obstacles", now.Obstacles, typed.Obstacles)
	add("shared_summary", now.SharedSummary, typed.SharedSummary)
	add("internal_note", now.InternalNote, typed.InternalNote)
	add("evidence", now.papers(), typed.papers())
	return list
}
