package house

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// mostOfASample is the most that a sample may weigh, in bytes.
const mostOfASample = 500_000

// samples are the files that a folder must hold, by how they begin.
func samples(t *testing.T, stem string) {
	t.Helper()
	for ext, magic := range map[string]string{"pdf": "%PDF-", "xlsx": "PK"} {
		content, err := os.ReadFile(stem + "." + ext)
		if err != nil {
			t.Error(err)
			continue
		}
		if !bytes.HasPrefix(content, []byte(magic)) || len(content) > mostOfASample {
			t.Errorf("%s.%s has %d bytes and begins with %q", stem, ext, len(content), content[:min(len(content), 8)])
		}
	}
}

// The samples of the repository are light, and the command that makes them works.
func TestSamplesAreLightAndCanBeMadeAnew(t *testing.T) {
	samples(t, filepath.Join(root, "docs/samples/lesotho-status-2021-11-08-DEMONSTRATION"))
	stem := filepath.Join(t.TempDir(), "made-DEMONSTRATION")
	cmd := exec.CommandContext(t.Context(), "make", "samples", "SAMPLE="+stem)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	samples(t, stem)
}
