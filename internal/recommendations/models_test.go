package recommendations

import (
	"testing"

	"tracker/internal/db/dbtest"
)

func TestModelsMatchTheirTables(t *testing.T) {
	dbtest.Models(t, "recommendations", []string{"item_origins", "item_supports"}, Mechanism{}, Edition{}, Recommendation{}, Item{}, Lineage{}, Remark{})
}
