// Package kinds lists the kinds of files that the program takes in.
package kinds

import (
	"slices"

	"tracker/internal/accounts"
	"tracker/internal/workbook"
	"tracker/internal/workbook/adopt"
	"tracker/internal/workbook/lists"
	"tracker/internal/workbook/round"
)

// All are the kinds by name: a ministry's own plan, the workbook that it filled
// in, and the lists, of which each says who may bring it in.
func All() []workbook.Kind {
	return []workbook.Kind{
		{Name: "plan", May: func(actor accounts.Actor, about string) bool { return about == "" && actor.CanChangePlan() }, Take: adopt.Take},
		{Name: "updates", May: func(actor accounts.Actor, about string) bool { return about == "" && actor.Is(accounts.FocalPoint) }, Take: round.Take},
		{Name: "list", May: func(actor accounts.Actor, about string) bool { return slices.Contains(lists.Names(actor), about) }, Take: lists.Take},
	}
}
