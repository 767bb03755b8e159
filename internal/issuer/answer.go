package issuer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"tracker/internal/problem"
)

// Answer is what a browser brings back from the issuer, as its address says.
type Answer struct {
	State  string
	Code   string
	Issuer string // who says that it answers (RFC 9207), empty where it does not say
	Error  string // a word of RFC 6749 or OpenID Connect, when it refused
}

// Identity is who somebody is at an issuer. Issuer and subject together name
// one account there for ever; an e-mail address names nobody.
type Identity struct {
	Issuer       string
	Subject      string
	SecondFactor bool // the issuer says so, in words that the settings honour
}

// Identify says who came back with a pass, and believes nothing that is not
// signed by the issuer, made for this tracker and this pass, and in time. What
// does not hold is Invalid with a message for the person; the reason is in the
// error for the log.
func (i *Issuer) Identify(ctx context.Context, p Pass, a Answer) (Identity, error) {
	k, err := i.describe(ctx)
	if err != nil {
		return Identity{}, err
	}
	if !p.Sent(a.State) {
		return Identity{}, i.unproven(errors.New("the state is another's"))
	}
	if a.Issuer != "" && a.Issuer != i.settings.Address || a.Issuer == "" && k.names {
		return Identity{}, i.unproven(fmt.Errorf("the answer is of the issuer %q", a.Issuer))
	}
	if a.Error != "" {
		return Identity{}, i.refusal(a.Error)
	}
	if a.Code == "" {
		return Identity{}, i.unproven(errors.New("there is no code"))
	}
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, i.client), 2*patience)
	defer cancel()
	config := i.config(k)
	token, err := config.Exchange(ctx, a.Code, oauth2.VerifierOption(p.verifier()))
	if err != nil {
		return Identity{}, i.exchangeFailed(err)
	}
	raw, _ := token.Extra("id_token").(string)
	return i.read(ctx, k, p, raw, token.AccessToken)
}

// unproven is the one answer for what is not the issuer's word.
func (i *Issuer) unproven(why error) error {
	return fmt.Errorf("%w: %w", problem.New(problem.Invalid, "issuer.unproven", "name", i.Name()), why)
}

// refusal puts the issuer's own word for why it refused into a person's words.
func (i *Issuer) refusal(word string) error {
	switch word {
	case "access_denied":
		return problem.New(problem.Invalid, "issuer.denied", "name", i.Name())
	case "temporarily_unavailable", "server_error":
		return i.away(errors.New(word))
	case "login_required", "interaction_required", "consent_required", "account_selection_required", "unmet_authentication_requirements":
		return problem.New(problem.Invalid, "issuer.required", "name", i.Name())
	case "invalid_request", "unauthorized_client", "unsupported_response_type", "invalid_scope":
		return fmt.Errorf("%w: %s", problem.New(problem.Invalid, "issuer.misconfigured", "name", i.Name()), word)
	}
	return i.unproven(errors.New("the issuer answers with an error of a name that nobody knows")) // it may be anybody's text
}

// exchangeFailed tells an issuer that is away from one that refuses the code.
func (i *Issuer) exchangeFailed(err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) && refused.Response != nil && refused.Response.StatusCode < 500 {
		if refused.ErrorCode == "invalid_client" || refused.ErrorCode == "unauthorized_client" {
			return fmt.Errorf("%w: %s", problem.New(problem.Invalid, "issuer.misconfigured", "name", i.Name()), refused.ErrorCode)
		}
		return i.unproven(errors.New("the code is refused"))
	}
	if errors.As(err, &refused) {
		err = errors.New("the token endpoint failed") // its answer may hold what no log should
	}
	return i.away(err)
}

// read checks an ID token (OpenID Connect Core 1.0, section 3.1.3.7).
func (i *Issuer) read(ctx context.Context, k *known, p Pass, raw, access string) (Identity, error) {
	verifier := k.provider.Verifier(&oidc.Config{ClientID: i.settings.ClientID, SupportedSigningAlgs: algorithms, Now: i.now})
	token, err := verifier.Verify(ctx, raw)
	if err != nil {
		return Identity{}, i.unproven(err)
	}
	var said struct {
		Party    string          `json:"azp"`
		ACR      string          `json:"acr"`
		AMR      json.RawMessage `json:"amr"` // of some issuers it is one word
		IssuedAt *float64        `json:"iat"`
	}
	if err := token.Claims(&said); err != nil {
		return Identity{}, i.unproven(errors.New("the claims cannot be read"))
	}
	switch {
	case token.Issuer != i.settings.Address: // the library takes two spellings of one issuer for the same
		err = errors.New("the issuer is spelt otherwise")
	case !same(token.Nonce, p.nonce()):
		err = errors.New("the nonce is another's")
	case said.Party != "" && said.Party != i.settings.ClientID, said.Party == "" && len(token.Audience) > 1:
		err = errors.New("it is for several, and not for this tracker first")
	case said.IssuedAt == nil || token.IssuedAt.After(i.now().Add(skew)):
		err = errors.New("it was issued later than now")
	case token.AccessTokenHash != "":
		err = token.VerifyAccessToken(access)
	}
	if err == nil {
		err = checkSubject(token.Subject)
	}
	if err != nil {
		return Identity{}, i.unproven(err)
	}
	return Identity{Issuer: token.Issuer, Subject: token.Subject, SecondFactor: i.factors.given(said.ACR, words(said.AMR))}, nil
}

// checkSubject takes what can be kept as it is: it is compared letter by letter.
func checkSubject(subject string) error {
	if strings.TrimSpace(subject) == "" || len(subject) > maxSubject || slices.ContainsFunc([]rune(subject), func(r rune) bool { return unicode.IsControl(r) || r == unicode.ReplacementChar }) {
		return errors.New("the subject is empty, too long or has letters that nobody sees")
	}
	return nil
}

// words reads a claim that is a list of words, or a single one.
func words(raw json.RawMessage) []string {
	var list []string
	if json.Unmarshal(raw, &list) == nil {
		return list
	}
	var one string
	if json.Unmarshal(raw, &one) == nil && one != "" {
		return []string{one}
	}
	return nil
}
