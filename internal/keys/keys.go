// Package keys holds the one secret that the database must not hold. From it
// come a key for each purpose: one that signs what the trail says, others that
// seal what nobody who holds only the database may read.
package keys

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Size is the length of the secret in bytes; written down it is twice as many
// hexadecimal digits.
const Size = 32

// ErrSealed says that a text was sealed with another secret, for another
// purpose or for something else, or was altered since.
var ErrSealed = errors.New("keys: this was not sealed with the key in use")

// Ring is the secret. The zero Ring is none: it seals, opens and signs nothing.
type Ring struct {
	secret [Size]byte
	given  bool
}

// Parse reads a secret as it is written down.
func Parse(text string) (Ring, error) {
	r := Ring{given: true}
	b, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(b) != Size {
		return Ring{}, fmt.Errorf("a key has %d hexadecimal digits, as 'openssl rand -hex %d' makes them", 2*Size, Size)
	}
	copy(r.secret[:], b)
	return r, nil
}

// Of is the secret of somebody else's keeping, such as what a browser holds: a
// text that nobody can guess.
func Of(secret string) Ring { return Ring{secret: sha256.Sum256([]byte(secret)), given: true} }

// File reads the secret of a file, and makes the file with a new one where it
// is not there. Only its owner can read it.
func File(path string) (Ring, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if text, err = create(path); errors.Is(err, fs.ErrExist) { // another process was first
			text, err = os.ReadFile(path)
		}
	}
	if err != nil {
		return Ring{}, err
	}
	r, err := Parse(string(text))
	if err != nil {
		return Ring{}, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

// create writes a new secret beside the place, on the disk, and moves it there
// unless something stands there already: no reader sees half of one.
func create(path string) (text []byte, err error) {
	b := make([]byte, Size)
	rand.Read(b) //nolint:errcheck // never fails
	text = []byte(hex.EncodeToString(b) + "\n")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // its mode is 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // it goes by its other name
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	return text, os.Link(f.Name(), path)
}

// derive gives the bytes of a purpose.
func (r Ring) derive(purpose string) []byte {
	if !r.given {
		panic("keys: no secret was given") // an error of the program: nothing may be sealed with a known key
	}
	b, err := hkdf.Key(sha256.New, r.secret[:], nil, "tracker "+purpose, Size)
	if err != nil {
		panic(err) // the length is a good one
	}
	return b
}

// Given says whether there is a secret.
func (r Ring) Given() bool { return r.given }

// Signer is the Ed25519 key of a purpose (RFC 8032).
func (r Ring) Signer(purpose string) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(r.derive(purpose))
}

// Seal hides a text with AES-256-GCM (NIST SP 800-38D) for a purpose. Bound
// names what it belongs to, such as a person: sealed text that is moved to
// another does not open.
func (r Ring) Seal(purpose, bound string, text []byte) []byte {
	return r.aead(purpose).Seal(nil, nil, text, []byte(bound))
}

// Open gives back what Seal hid, or ErrSealed.
func (r Ring) Open(purpose, bound string, sealed []byte) ([]byte, error) {
	text, err := r.aead(purpose).Open(nil, nil, sealed, []byte(bound))
	if err != nil {
		return nil, ErrSealed
	}
	return text, nil
}

func (r Ring) aead(purpose string) cipher.AEAD {
	block, err := aes.NewCipher(r.derive(purpose))
	if err != nil {
		panic(err) // the length is a good one
	}
	seal, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return seal
}
