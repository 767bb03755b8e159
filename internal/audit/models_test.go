package audit

import (
	"testing"

	"tracker/internal/db/dbtest"
)

func TestModelsMatchTheirTables(t *testing.T) {
	dbtest.Models(t, "audit", []string{"audit_head"}, Entry{}, Text{}, refusals{}, Checkpoint{}, Nightly{})
}
