package workbook

import (
	"testing"

	"tracker/internal/db/dbtest"
)

func TestModelsMatchTheirTables(t *testing.T) {
	dbtest.Models(t, "workbook", nil, Import{}, content{}, Word{})
}
