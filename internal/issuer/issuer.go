// Package issuer asks an OpenID Connect issuer who somebody is: a ministry's
// directory, say. It knows the protocol and no table: who may come in is the
// caller's to decide.
package issuer

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"tracker/internal/problem"
)

// Settings say which issuer to ask, and as whom.
type Settings struct {
	Address      string // of the issuer, as it writes it itself
	ClientID     string
	ClientSecret string // empty for a client that has none: PKCE binds the code all the same
	Name         string // how people know it: "the directory of the Ministry of ..."
	SecondFactor string // see ParseFactors
	Return       string // the tracker's address to which the issuer sends browsers back
}

// Check says what is wrong with the settings. An issuer is reached over TLS,
// or on this very machine.
func (s Settings) Check() error {
	u, err := url.Parse(s.Address)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil || !private(u) {
		return fmt.Errorf("the issuer must be an https address, not %q", s.Address)
	}
	if s.ClientID == "" {
		return errors.New("the issuer knows its clients by an id: none is set")
	}
	_, err = ParseFactors(s.SecondFactor)
	return err
}

// private says whether nobody on the way can read or change what is asked there.
func private(u *url.URL) bool {
	if u.Scheme == "https" {
		return true
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

// Bounds on what is asked of the issuer: it may be away, slow or hostile.
const (
	patience   = 5 * time.Second  // for one answer
	pause      = 5 * time.Second  // after a failure, before it is asked again
	fresh      = time.Hour        // its own description is read again after that
	maxAnswer  = 1 << 20          // bytes
	maxSubject = 255              // OpenID Connect Core 1.0, section 2
	skew       = 30 * time.Second // by which the two clocks may differ
)

// algorithms sign with a key that the issuer alone has. None of them is one
// with a shared secret, and "none" is none of them.
var algorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA}

// Issuer is one that is asked. It is safe for use by several goroutines.
type Issuer struct {
	settings Settings
	factors  Factors
	client   *http.Client
	now      func() time.Time

	mu     sync.Mutex
	known  *known
	failed time.Time // when it last did not answer
}

// known is what the issuer says of itself.
type known struct {
	provider *oidc.Provider
	at       time.Time
	names    bool // it names itself in its answers (RFC 9207)
	style    oauth2.AuthStyle
}

// New makes an Issuer of settings that pass Check. Nothing is asked yet: the
// tracker starts while the issuer is away.
func New(s Settings, now func() time.Time) (*Issuer, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	factors, err := ParseFactors(s.SecondFactor)
	if err != nil {
		return nil, err
	}
	if s.Name == "" {
		u, _ := url.Parse(s.Address) // Check read it
		s.Name = u.Hostname()
	}
	return &Issuer{settings: s, factors: factors, client: outgoing(), now: now}, nil
}

// Address is the issuer's own; with a subject of its it names an identity.
func (i *Issuer) Address() string { return i.settings.Address }

// Name is how people know the issuer.
func (i *Issuer) Name() string { return i.settings.Name }

// outgoing is a client that follows nobody elsewhere, waits for nobody long
// and reads no endless answer.
func outgoing() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxResponseHeaderBytes = 64 << 10
	return &http.Client{Timeout: patience, Transport: bounded{t},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// bounded cuts an answer short that is too long.
type bounded struct{ http.RoundTripper }

// RoundTrip asks, and bounds what is read of the answer.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	if !private(r.URL) {
		return nil, fmt.Errorf("issuer: %s is not asked without TLS", r.URL.Host)
	}
	answer, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		answer.Body = http.MaxBytesReader(nil, answer.Body, maxAnswer)
	}
	return answer, err
}

// KeyAway is the message key of the problem for an issuer that does not answer.
const KeyAway = "issuer.away"

// away is the answer when the issuer does not give one.
func (i *Issuer) away(err error) error {
	return fmt.Errorf("%w: %w", problem.New(problem.Unavailable, KeyAway, "name", i.Name()), err)
}

// Reach asks the issuer for its description, to see whether it answers.
func (i *Issuer) Reach(ctx context.Context) error {
	_, err := i.describe(ctx)
	return err
}

// describe is the issuer's description: asked for when it is first needed and
// once an hour. One that does not answer is left alone for a moment, and what
// it said before stands.
func (i *Issuer) describe(ctx context.Context) (*known, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	now := i.now()
	if i.known != nil && now.Sub(i.known.at) < fresh {
		return i.known, nil
	}
	if now.Sub(i.failed) < pause {
		if i.known != nil {
			return i.known, nil
		}
		return nil, i.away(errors.New("asked a moment ago"))
	}
	k, err := i.ask(ctx)
	if err != nil {
		i.failed = now
		if i.known != nil {
			return i.known, nil
		}
		return nil, i.away(err)
	}
	k.at, i.known = now, k
	return k, nil
}

func (i *Issuer) ask(ctx context.Context) (*known, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience) // whoever asked first may be gone before others wait
	defer cancel()
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, i.client), i.settings.Address)
	if err != nil {
		return nil, err
	}
	var said struct {
		Names bool     `json:"authorization_response_iss_parameter_supported"`
		Auth  []string `json:"token_endpoint_auth_methods_supported"`
		Keys  string   `json:"jwks_uri"`
	}
	if err := provider.Claims(&said); err != nil {
		return nil, err
	}
	for _, at := range []string{provider.Endpoint().AuthURL, provider.Endpoint().TokenURL, said.Keys} {
		if u, err := url.Parse(at); err != nil || u.Host == "" || !private(u) {
			return nil, fmt.Errorf("the issuer names an address that is not https: %q", at)
		}
	}
	k := &known{provider: provider, names: said.Names, style: oauth2.AuthStyleInHeader}
	if i.settings.ClientSecret == "" || len(said.Auth) > 0 && !slices.Contains(said.Auth, "client_secret_basic") {
		k.style = oauth2.AuthStyleInParams
	}
	return k, nil
}

func (i *Issuer) config(k *known) oauth2.Config {
	at := k.provider.Endpoint()
	at.AuthStyle = k.style
	// Who somebody is, and nothing else about them.
	return oauth2.Config{ClientID: i.settings.ClientID, ClientSecret: i.settings.ClientSecret, RedirectURL: i.settings.Return, Endpoint: at, Scopes: []string{oidc.ScopeOpenID}}
}

// Away is the address at the issuer to which a browser is sent with a pass.
// again has the issuer ask for the password anew, so that nobody links the
// account that another left open there.
func (i *Issuer) Away(ctx context.Context, p Pass, again bool) (string, error) {
	k, err := i.describe(ctx)
	if err != nil {
		return "", err
	}
	config := i.config(k)
	options := []oauth2.AuthCodeOption{oidc.Nonce(p.nonce()), oauth2.S256ChallengeOption(p.verifier())}
	if len(i.factors.acr) > 0 {
		options = append(options, oauth2.SetAuthURLParam("acr_values", strings.Join(i.factors.acr, " ")))
	}
	if again {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"))
	}
	return config.AuthCodeURL(p.state(), options...), nil
}
