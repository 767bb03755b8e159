package recommendations

import (
	"testing"

	"tracker/internal/db/dbtest"
)

func TestModelsMatchTheirTables(t *testing.T) {
	dbtest.Models(t, "recommendations", nil, Mechanism{}, Edition{}, Recommendation{}, Item{}, Lineage{})
}
