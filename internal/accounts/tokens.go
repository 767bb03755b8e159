package accounts

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// tokenBytes is the length of a session's, a link's and a browser's secret.
const tokenBytes = 32

// newToken makes a secret for a cookie or a link: 256 random bits, base64url.
func newToken() string {
	b := make([]byte, tokenBytes)
	rand.Read(b) //nolint:errcheck // never fails: the program stops instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashToken is what the database holds of a secret. It needs no salt: nobody
// guesses 256 bits.
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// isToken says whether a text has the form of a secret of ours.
func isToken(s string) bool {
	b, err := base64.RawURLEncoding.DecodeString(s)
	return err == nil && len(b) == tokenBytes
}
