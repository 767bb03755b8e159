package issuer

import (
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
)

// Pass is a secret of 256 random bits, base64url, that only the browser holds
// which was sent to the issuer. State, nonce and the verifier of PKCE (RFC
// 7636) are computed from it, so that the database holds none of them.
type Pass string

func (p Pass) derive(what string) string {
	b, err := hkdf.Key(sha256.New, []byte(p), nil, "tracker issuer "+what, 32)
	if err != nil {
		panic(err) // the length is a good one
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func (p Pass) state() string    { return p.derive("state") }
func (p Pass) nonce() string    { return p.derive("nonce") }
func (p Pass) verifier() string { return p.derive("verifier") }

// Sent says whether a state that came back is the one of this pass: the
// browser that comes back is the one that was sent.
func (p Pass) Sent(state string) bool { return p != "" && same(p.state(), state) }

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
