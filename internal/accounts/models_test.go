package accounts

import (
	"testing"

	"tracker/internal/db/dbtest"
)

func TestModelsMatchTheirTables(t *testing.T) {
	dbtest.Models(t, "accounts", []string{"settings"}, Institution{}, Succession{}, Post{}, Person{}, Holding{}, session{}, link{}, failure{}, browser{}, keptForm{}, secondFactor{}, recoveryCode{}, step{}, Identity{}, trip{})
}
