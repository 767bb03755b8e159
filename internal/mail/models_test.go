package mail

import (
	"testing"

	"tracker/internal/db/dbtest"
)

func TestModelsMatchTheirTables(t *testing.T) {
	dbtest.Models(t, "mail", nil, Row{})
}
