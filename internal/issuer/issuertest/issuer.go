// Package issuertest runs a real OpenID Connect issuer on this machine, for
// tests: OpenID-certified library code with a small store and a login page.
package issuertest

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"tracker/internal/issuer"
)

// ClientID and ClientSecret are what the tracker is known by.
const (
	ClientID     = "tracker"
	ClientSecret = "between the tracker and its issuer"
)

// Issuer is one that runs. What it does to its answers is set before a visit.
type Issuer struct {
	URL string

	// Spoil changes the claims of ID tokens before they are signed with the
	// issuer's own key; Replace gives another token for a good one.
	Spoil   func(claims map[string]any)
	Replace func(good string) string
	Names   bool     // it names itself in its answers (RFC 9207)
	AMR     []string // how people are said to have signed in
	ACR     string
	Email   string // an address that its tokens name
	Key     *rsa.PrivateKey

	tb     testing.TB
	server *httptest.Server
	store  *store
	mu     sync.Mutex
	asked  map[string]int
}

// New runs an issuer until the test ends. back is where it sends browsers;
// without a secret its client is a public one.
func New(tb testing.TB, back string, public bool) *Issuer {
	tb.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(tb, err)
	i := &Issuer{tb: tb, Key: key, asked: map[string]int{}}
	i.server = httptest.NewUnstartedServer(http.HandlerFunc(i.serve))
	_, port, err := net.SplitHostPort(i.server.Listener.Addr().String())
	must(tb, err)
	i.URL = "http://localhost:" + port // another site than 127.0.0.1, where trackers of tests are
	i.store = &store{issuer: i, back: back, public: public, requests: map[string]*request{}, codes: map[string]string{}}
	config := &op.Config{CodeMethodS256: true, AuthMethodPost: true}
	rand.Read(config.CryptoKey[:]) //nolint:errcheck // never fails
	provider, err := op.NewProvider(config, i.store, op.StaticIssuer(i.URL), op.WithAllowInsecure())
	must(tb, err)
	i.store.provider = provider
	i.server.Start()
	tb.Cleanup(i.Stop)
	return i
}

// Stop takes the issuer away.
func (i *Issuer) Stop() { i.server.Close() }

// Settings are those of a tracker that asks the issuer.
func (i *Issuer) Settings() issuer.Settings {
	s := issuer.Settings{Address: i.URL, ClientID: ClientID, ClientSecret: ClientSecret, Name: "the ministry's directory", SecondFactor: issuer.DefaultFactors, Return: i.store.back}
	if i.store.public {
		s.ClientSecret = ""
	}
	return s
}

// Asked is how often a path of the issuer was asked for.
func (i *Issuer) Asked(path string) int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.asked[path]
}

func (i *Issuer) serve(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	i.asked[r.URL.Path]++
	i.mu.Unlock()
	switch r.URL.Path {
	case "/login":
		i.login(w, r)
	case oidc.DiscoveryEndpoint:
		i.describe(w, r)
	case "/oauth/token":
		i.token(w, r)
	case "/authorize/callback":
		i.named(w, r)
	default:
		i.store.provider.ServeHTTP(w, r)
	}
}

// login asks who it is, and believes it.
func (i *Issuer) login(w http.ResponseWriter, r *http.Request) {
	id := r.FormValue("id")
	if r.Method != http.MethodPost {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Directory</title><main><h1>Directory</h1><form method="post" action="/login"><input type="hidden" name="id" value="%s"><label>Account <input id="account" name="account"></label> <button>Go on</button></form></main>`, url.QueryEscape(id)) //nolint:errcheck // the client is gone
		return
	}
	if err := i.store.signedIn(id, r.FormValue("account")); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	back := op.AuthCallbackURL(i.store.provider)(op.ContextWithIssuer(r.Context(), i.URL), id)
	http.Redirect(w, r, back, http.StatusFound)
}

// Visit does what a browser does that is sent to an address of the issuer: it
// follows, signs in as a subject, and stops at the address back on the
// tracker, which it gives.
func (i *Issuer) Visit(tb testing.TB, away, subject string) *url.URL {
	tb.Helper()
	jar, err := cookiejar.New(nil)
	must(tb, err)
	browser := &http.Client{Jar: jar, Timeout: 20 * time.Second, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if "http://"+r.URL.Host != i.URL {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	page, err := browser.Get(away)
	must(tb, err)
	page.Body.Close()                                //nolint:errcheck // nothing to lose
	if at := page.Header.Get("Location"); at != "" { // an error, told to the tracker at once
		back, err := url.Parse(at)
		must(tb, err)
		return back
	}
	id := page.Request.URL.Query().Get("id")
	answer, err := browser.PostForm(i.URL+"/login", url.Values{"id": {id}, "account": {subject}})
	must(tb, err)
	answer.Body.Close() //nolint:errcheck // nothing to lose
	back, err := answer.Location()
	if err != nil {
		tb.Fatalf("the issuer answers %s with %s", away, answer.Status)
	}
	return back
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
