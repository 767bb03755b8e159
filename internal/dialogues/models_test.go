package dialogues

import (
	"testing"

	"tracker/internal/db/dbtest"
)

func TestModelsMatchTheirTables(t *testing.T) {
	dbtest.Models(t, "dialogues", nil, Dialogue{}, AgendaItem{}, Revision{}, FixedIndicator{}, AgreedAction{}, RoomRecommendation{}, Undertaking{}, UndertakingStep{}, PackChoice{})
}
