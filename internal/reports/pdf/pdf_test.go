package pdf

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
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

// tool gives what a program says; a missing program fails the test.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

// saved writes the report to a file.
func saved(t *testing.T, s reports.Status) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "status.pdf")
	if err := os.WriteFile(name, written(t, s), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestTheDocumentIsSound(t *testing.T) {
	tool(t, "qpdf", "--check", saved(t, reportstest.Sample(50)))
}
