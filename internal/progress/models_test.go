package progress

import (
	"testing"

	"tracker/internal/db/dbtest"
)

func TestModelsMatchTheirTables(t *testing.T) {
	dbtest.Models(t, "progress", nil, Period{}, Deadline{}, Update{}, Author{}, Decision{}, Comment{}, Evidence{}, File{}, chunk{}, Check{}, Current{}, Release{}, Verification{}, VerificationPaper{}, Rating{}, Clearance{}, RequestQuestion{}, RequestAnswer{}, RequestSubmission{})
}
