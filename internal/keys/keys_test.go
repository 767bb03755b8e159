package keys

import (
	"crypto/ed25519"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func ring(t *testing.T, digit string) Ring {
	t.Helper()
	r, err := Parse(strings.Repeat(digit, 2*Size))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhatIsSealedOpensForItsPurposeAndOwnerOnly(t *testing.T) {
	r := ring(t, "a")
	sealed := r.Seal("second factor", "person 7", []byte("secret"))
	if text, err := r.Open("second factor", "person 7", sealed); err != nil || string(text) != "secret" {
		t.Fatalf("%q, %v", text, err)
	}
	altered := append([]byte(nil), sealed...)
	altered[len(altered)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"another purpose": func() ([]byte, error) { return r.Open("sign-in", "person 7", sealed) },
		"another person":  func() ([]byte, error) { return r.Open("second factor", "person 8", sealed) },
		"another key":     func() ([]byte, error) { return ring(t, "b").Open("second factor", "person 7", sealed) },
		"altered":         func() ([]byte, error) { return r.Open("second factor", "person 7", altered) },
		"nothing":         func() ([]byte, error) { return r.Open("second factor", "person 7", nil) },
	} {
		if text, err := open(); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	if strings.Contains(string(sealed), "secret") || string(sealed) == string(r.Seal("second factor", "person 7", []byte("secret"))) {
		t.Error("what is sealed shows its text, or that it is the same as another")
	}
}

func TestEachPurposeSignsWithAKeyOfItsOwn(t *testing.T) {
	r := ring(t, "a")
	trail := r.Signer("trail")
	signed := ed25519.Sign(trail, []byte("head"))
	if !ed25519.Verify(trail.Public().(ed25519.PublicKey), []byte("head"), signed) || !trail.Equal(ring(t, "a").Signer("trail")) {
		t.Error("the same secret does not give the same key")
	}
	if trail.Equal(r.Signer("other")) || trail.Equal(ring(t, "b").Signer("trail")) {
		t.Error("two purposes, or two secrets, have one key")
	}
}

func TestTheFileOfTheKeyIsMadeOnceAndForItsOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "tracker.key")
	made := make([]Ring, 8)
	var all sync.WaitGroup
	for i := range made {
		all.Go(func() {
			r, err := File(path)
			if err != nil {
				t.Error(err)
			}
			made[i] = r
		})
	}
	all.Wait()
	for _, r := range made {
		if r != made[0] || !r.Given() {
			t.Error("processes that start together have different keys")
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".key-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := os.WriteFile(path, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := File(path); err == nil || !strings.Contains(err.Error(), "64 hexadecimal digits") {
		t.Errorf("a broken file: %v", err)
	}
}

func TestWithoutASecretNothingIsSealed(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("the zero ring seals with a key that everybody knows")
		}
	}()
	Ring{}.Seal("second factor", "person 7", []byte("secret"))
}
