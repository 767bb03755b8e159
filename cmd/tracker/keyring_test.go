package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tracker/internal/db/dbtest"
)

// The secret is made with the first server of a folder, for its owner alone,
// and is not made anew.
func TestServeMakesTheSecretForItsOwnerAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	secret := func() string {
		_, _, stop := running(t, []string{"serve", "--data", dir, "--addr", "127.0.0.1:0"}, nil)
		if code := stop(); code != exitDone {
			t.Fatalf("serve ended with %d", code)
		}
		info, err := os.Stat(filepath.Join(dir, "tracker.key"))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("%v, %v", info, err)
		}
		b, err := os.ReadFile(filepath.Join(dir, "tracker.key"))
		if err != nil || len(strings.TrimSpace(string(b))) != 64 {
			t.Fatalf("it has %d digits, %v", len(b), err)
		}
		return string(b)
	}
	made, again := secret(), secret()
	if made != again {
		t.Error("the second start made another secret")
	}
}

// A PostgreSQL database may have several servers: none of them makes a secret
// that the others do not know.
func TestServeOnPostgreSQLIsRefusedWithoutASecret(t *testing.T) {
	env := map[string]string{"TRACKER_DATABASE_URL": dbtest.PostgresURL(t), "TRACKER_DATA": t.TempDir()}
	var out lines
	get := func(k string) string { return env[k] }
	if code := run(t.Context(), []string{"migrate"}, &out, &out, get); code != exitDone {
		t.Fatal(out.String())
	}
	if code := run(t.Context(), []string{"serve", "--addr", "127.0.0.1:0"}, &out, &out, get); code != exitMisused || !strings.Contains(out.String(), "TRACKER_KEY") {
		t.Errorf("serve ended with %d: %s", code, &out)
	}
	if made, err := filepath.Glob(filepath.Join(env["TRACKER_DATA"], "*")); err != nil || len(made) > 0 {
		t.Errorf("left %v, %v", made, err)
	}
}
