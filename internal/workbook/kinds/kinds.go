// Package kinds lists the kinds of files that the program takes in.
package kinds

import (
	"tracker/internal/workbook"
	"tracker/internal/workbook/adopt"
)

// All are the kinds by name.
func All() []workbook.Kind {
	return []workbook.Kind{
		{Name: "plan", May: adopt.May, Take: adopt.Take},
	}
}
