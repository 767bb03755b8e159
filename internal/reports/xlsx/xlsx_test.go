package xlsx

import (
	"bytes"
	"testing"
	"time"

	"tracker/internal/i18n"
	"tracker/internal/reports"
	"tracker/internal/reports/reportstest"
)

func words(t testing.TB) *i18n.T {
	t.Helper()
	m, err := i18n.English()
	if err != nil {
		t.Fatal(err)
	}
	return i18n.New(m, time.FixedZone("SAST", 7200))
}

func written(t testing.TB, s reports.Status) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, words(t), s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTheWorkbookIsTheSameTwice(t *testing.T) {
	s := reportstest.Sample(50)
	if !bytes.Equal(written(t, s), written(t, s)) {
		t.Error("two runs wrote different bytes")
	}
}
