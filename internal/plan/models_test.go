package plan

import (
	"testing"

	"tracker/internal/db/dbtest"
)

func TestModelsMatchTheirTables(t *testing.T) {
	dbtest.Models(t, "plan", []string{"supports"}, Framework{}, Node{}, Commitment{}, Revision{}, Transfer{}, Answer{})
}
