package jobs

import (
	"testing"

	"tracker/internal/db/dbtest"
)

func TestModelsMatchTheirTables(t *testing.T) {
	dbtest.Models(t, "jobs", nil, Job{}, file{})
}
