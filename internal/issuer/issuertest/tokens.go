package issuertest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"

	"github.com/go-jose/go-jose/v4"
)

// recorded is what the library answers, to be changed under way.
func (i *Issuer) recorded(w http.ResponseWriter, r *http.Request, change func(body map[string]any)) {
	rec := httptest.NewRecorder()
	i.store.provider.ServeHTTP(rec, r)
	body := rec.Body.Bytes()
	var said map[string]any
	if rec.Code == http.StatusOK && json.Unmarshal(body, &said) == nil {
		change(said)
		body, _ = json.Marshal(said) //nolint:errcheck // it was JSON
	}
	w.Header().Set("Content-Type", rec.Header().Get("Content-Type"))
	w.WriteHeader(rec.Code)
	w.Write(body) //nolint:errcheck // the client is gone
}

func (i *Issuer) describe(w http.ResponseWriter, r *http.Request) {
	i.recorded(w, r, func(body map[string]any) {
		if i.Names {
			body["authorization_response_iss_parameter_supported"] = true
		}
	})
}

func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	i.recorded(w, r, func(body map[string]any) {
		good, _ := body["id_token"].(string)
		if i.Spoil != nil {
			good = i.Sign(jose.RS256, i.Key, i.Claims(good))
		}
		if i.Replace != nil {
			good = i.Replace(good)
		}
		body["id_token"] = good
	})
}

// named adds the issuer's name to its answer.
func (i *Issuer) named(w http.ResponseWriter, r *http.Request) {
	rec := httptest.NewRecorder()
	i.store.provider.ServeHTTP(rec, r)
	at := rec.Header().Get("Location")
	if i.Names && at != "" {
		at += "&iss=" + url.QueryEscape(i.URL)
	}
	w.Header().Set("Location", at)
	w.WriteHeader(rec.Code)
}

// Claims are what a token says, spoilt where Spoil is set.
func (i *Issuer) Claims(token string) map[string]any {
	var claims map[string]any
	payload, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	must(i.tb, err)
	must(i.tb, json.Unmarshal(payload.UnsafePayloadWithoutVerification(), &claims))
	if i.Spoil != nil {
		i.Spoil(claims)
	}
	return claims
}

// Sign makes a token of claims with a key.
func (i *Issuer) Sign(with jose.SignatureAlgorithm, key any, claims map[string]any) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: with, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", keyID))
	must(i.tb, err)
	payload, err := json.Marshal(claims)
	must(i.tb, err)
	signed, err := signer.Sign(payload)
	must(i.tb, err)
	token, err := signed.CompactSerialize()
	must(i.tb, err)
	return token
}
