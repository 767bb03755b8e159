package publications

import (
	"testing"

	"tracker/internal/db/dbtest"
	"tracker/internal/reports"
)

// All tables of the room are held against their models here, where all of them
// are known.
func TestModelsMatchTheirTables(t *testing.T) {
	dbtest.Models(t, "reports", nil, reports.Choice{}, Publication{}, Reader{}, File{}, Download{}, Clearance{})
}
