package issuer_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"tracker/internal/issuer"
	"tracker/internal/issuer/issuertest"
	"tracker/internal/problem"
)

const back = "http://127.0.0.1:9/sign-in/oidc/callback"

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func pass() issuer.Pass { return issuer.Pass(rand.Text() + rand.Text()) }

func asked(t *testing.T, i *issuertest.Issuer) *issuer.Issuer {
	t.Helper()
	own, err := issuer.New(i.Settings(), time.Now)
	must(t, err)
	return own
}

func answer(u *url.URL) issuer.Answer {
	q := u.Query()
	return issuer.Answer{State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Error: q.Get("error")}
}

// trip sends a browser to the issuer, where it signs in as a subject.
func trip(t *testing.T, i *issuertest.Issuer, own *issuer.Issuer, p issuer.Pass, subject string) issuer.Answer {
	t.Helper()
	away, err := own.Away(t.Context(), p, false)
	must(t, err)
	return answer(i.Visit(t, away, subject))
}

// wantKey wants a problem of a key, and no identity.
func wantKey(t *testing.T, what string, who issuer.Identity, err error, key string) {
	t.Helper()
	var p *problem.Error
	if !errors.As(err, &p) || p.Key != key || who != (issuer.Identity{}) {
		t.Errorf("%s: %+v %v, want %s", what, who, err, key)
	}
}

func TestWhoSignsInAtTheIssuerIsNamedByIssuerAndSubject(t *testing.T) {
	odd := "Ünïcode|{\"a\":1}'; DROP TABLE people --/\\+%00&=?#"
	for _, public := range []bool{false, true} {
		i := issuertest.New(t, back, public)
		own := asked(t, i)
		for _, subject := range []string{"248289761001", odd, strings.Repeat("s", 255), " spaced ", "Case", "case"} {
			p := pass()
			who, err := own.Identify(t.Context(), p, trip(t, i, own, p, subject))
			must(t, err)
			if want := (issuer.Identity{Issuer: i.URL, Subject: subject}); who != want {
				t.Errorf("%+v, not %+v", who, want)
			}
		}
	}
}

// Guards what an ID token must say (OpenID Connect Core 1.0, section 3.1.3.7):
// each of these is signed with the issuer's own key, and believed all the same
// it would sign in somebody else.
func TestATokenThatIsNotForThisSignInIsRefused(t *testing.T) {
	i := issuertest.New(t, back, false)
	own := asked(t, i)
	set := func(name string, value any) func(map[string]any) {
		return func(c map[string]any) {
			if c[name] = value; value == nil {
				delete(c, name)
			}
		}
	}
	for what, spoil := range map[string]func(map[string]any){
		"another nonce":            set("nonce", "another"),
		"no nonce":                 set("nonce", nil),
		"another audience":         set("aud", "another"),
		"no audience":              set("aud", nil),
		"several, and no party":    func(c map[string]any) { c["aud"] = []string{issuertest.ClientID, "another"}; delete(c, "azp") },
		"another party":            set("azp", "another"),
		"another issuer":           set("iss", "https://another.example"),
		"the issuer with a slash":  set("iss", i.URL+"/"),
		"expired":                  set("exp", time.Now().Add(-time.Second).Unix()),
		"no expiry":                set("exp", nil),
		"issued tomorrow":          set("iat", time.Now().Add(24*time.Hour).Unix()),
		"not issued":               set("iat", nil),
		"not before tomorrow":      set("nbf", time.Now().Add(24*time.Hour).Unix()),
		"no subject":               set("sub", nil),
		"an empty subject":         set("sub", " "),
		"a subject of 256 letters": set("sub", strings.Repeat("s", 256)),
		"a subject with a zero":    set("sub", "a\x00b"),
		"another access token":     set("at_hash", "LDktKdoQak3Pk0cnXxCltA"),
	} {
		i.Spoil = spoil
		p := pass()
		who, err := own.Identify(t.Context(), p, trip(t, i, own, p, "somebody"))
		wantKey(t, what, who, err, "issuer.unproven")
	}
	i.Spoil = func(c map[string]any) { c["aud"], c["azp"] = []string{issuertest.ClientID, "x"}, issuertest.ClientID }
	p := pass()
	if _, err := own.Identify(t.Context(), p, trip(t, i, own, p, "somebody")); err != nil {
		t.Errorf("several, for this tracker first: %v", err)
	}
}

func TestATokenThatTheIssuerDidNotSignIsRefused(t *testing.T) {
	i := issuertest.New(t, back, false)
	own := asked(t, i)
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	public, err := x509.MarshalPKIXPublicKey(&i.Key.PublicKey)
	must(t, err)
	written := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})
	plain := base64.RawURLEncoding.EncodeToString
	for what, replace := range map[string]func(string) string{
		"another key":    func(good string) string { return i.Sign(jose.RS256, other, i.Claims(good)) },
		"the public key": func(good string) string { return i.Sign(jose.HS256, written, i.Claims(good)) },
		"its DER":        func(good string) string { return i.Sign(jose.HS256, public, i.Claims(good)) },
		"the client's secret": func(good string) string {
			return i.Sign(jose.HS256, []byte(issuertest.ClientSecret+issuertest.ClientSecret), i.Claims(good))
		},
		"none": func(good string) string {
			return plain([]byte(`{"alg":"none"}`)) + "." + strings.Split(good, ".")[1] + "."
		},
		"None": func(good string) string {
			return plain([]byte(`{"alg":"None"}`)) + "." + strings.Split(good, ".")[1] + "."
		},
		"no signature": func(good string) string { return good[:strings.LastIndexByte(good, '.')+1] },
		"other claims": func(good string) string {
			s := strings.Split(good, ".")
			s[1] = plain([]byte(`{"sub":"x"}`))
			return strings.Join(s, ".")
		},
		"nothing":  func(string) string { return "" },
		"no token": func(string) string { return "a.b.c" },
		"a JSON": func(good string) string {
			s := strings.Split(good, ".")
			return fmt.Sprintf(`{"payload":%q,"protected":%q,"signature":%q}`, s[1], s[0], "")
		},
	} {
		i.Replace = replace
		p := pass()
		who, err := own.Identify(t.Context(), p, trip(t, i, own, p, "somebody"))
		wantKey(t, what, who, err, "issuer.unproven")
	}
}

func TestAnAnswerOfAnotherBrowserOrIssuerIsRefused(t *testing.T) {
	i, evil := issuertest.New(t, back, false), issuertest.New(t, back, false)
	i.Names = true
	own, other := asked(t, i), asked(t, evil)
	p := pass()
	a := trip(t, i, own, p, "somebody")
	for what, change := range map[string]func(*issuer.Answer){
		"no state":                  func(a *issuer.Answer) { a.State = "" },
		"another browser's state":   func(a *issuer.Answer) { a.State = trip(t, i, own, pass(), "attacker").State },
		"another issuer's name":     func(a *issuer.Answer) { a.Issuer = evil.URL },
		"no name where one is due":  func(a *issuer.Answer) { a.Issuer = "" },
		"no code":                   func(a *issuer.Answer) { a.Code = "" },
		"another browser's code":    func(a *issuer.Answer) { a.Code = trip(t, i, own, pass(), "attacker").Code },
		"another issuer's code":     func(a *issuer.Answer) { a.Code = trip(t, evil, other, pass(), "somebody").Code },
		"a code that nobody gave":   func(a *issuer.Answer) { a.Code = "made up" },
		"an error of no known name": func(a *issuer.Answer) { a.Error = "<script>" },
	} {
		b := a
		change(&b)
		who, err := own.Identify(t.Context(), p, b)
		wantKey(t, what, who, err, "issuer.unproven")
	}
	who, err := own.Identify(t.Context(), pass(), a)
	wantKey(t, "another browser's pass", who, err, "issuer.unproven")
	if _, err := own.Identify(t.Context(), p, a); err != nil {
		t.Fatalf("untouched: %v", err)
	}
	who, err = own.Identify(t.Context(), p, a)
	wantKey(t, "the code again", who, err, "issuer.unproven")
}

// Guards against a token of one issuer being good at another (mix-up): the
// tracker of the one gets a token that the other signed for the same client.
func TestATokenOfAnotherIssuerIsRefused(t *testing.T) {
	i, evil := issuertest.New(t, back, false), issuertest.New(t, back, false)
	own := asked(t, i)
	i.Replace = func(good string) string { return evil.Sign(jose.RS256, evil.Key, i.Claims(good)) }
	p := pass()
	who, err := own.Identify(t.Context(), p, trip(t, i, own, p, "somebody"))
	wantKey(t, "signed by another", who, err, "issuer.unproven")
}

// Guards PKCE: who catches a code under way cannot use it, for the issuer
// asks for a verifier that only the browser's pass gives.
func TestACodeIsWorthNothingWithoutItsVerifier(t *testing.T) {
	i := issuertest.New(t, back, true)
	own := asked(t, i)
	p := pass()
	away, err := own.Away(t.Context(), p, false)
	must(t, err)
	u, err := url.Parse(away)
	must(t, err)
	if q := u.Query(); q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43 || q.Get("scope") != "openid" || q.Get("response_type") != "code" {
		t.Errorf("the address is %s", away)
	}
	if strings.Contains(away, string(p)) {
		t.Error("the address tells the browser's secret")
	}
	code := i.Visit(t, away, "somebody").Query().Get("code")
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {back}, "client_id": {issuertest.ClientID}}
	for _, verifier := range []string{"", strings.Repeat("v", 43)} {
		if form.Del("code_verifier"); verifier != "" {
			form.Set("code_verifier", verifier)
		}
		got, err := http.PostForm(i.URL+"/oauth/token", form)
		must(t, err)
		got.Body.Close() //nolint:errcheck // nothing to lose
		if got.StatusCode < 400 {
			t.Errorf("the issuer takes the code with the verifier %q", verifier)
		}
	}
}

func TestARefusalOfTheIssuerIsToldInWords(t *testing.T) {
	i := issuertest.New(t, back, false)
	own := asked(t, i)
	p := pass()
	a := trip(t, i, own, p, "somebody")
	for word, key := range map[string]string{"access_denied": "issuer.denied", "temporarily_unavailable": "issuer.away", "server_error": "issuer.away",
		"login_required": "issuer.required", "invalid_scope": "issuer.misconfigured", "unauthorized_client": "issuer.misconfigured", "x": "issuer.unproven"} {
		who, err := own.Identify(t.Context(), p, issuer.Answer{State: a.State, Error: word})
		wantKey(t, word, who, err, key)
	}
	settings := i.Settings()
	settings.ClientSecret = "wrong"
	wrong, err := issuer.New(settings, time.Now)
	must(t, err)
	who, err := wrong.Identify(t.Context(), p, a)
	wantKey(t, "a wrong secret", who, err, "issuer.misconfigured")
}

func TestTheTrackerStartsWhileTheIssuerIsAway(t *testing.T) {
	i := issuertest.New(t, back, false)
	now := time.Now()
	settings := i.Settings()
	dead := httptest.NewServer(http.NotFoundHandler())
	dead.Close()
	settings.Address = dead.URL
	own, err := issuer.New(settings, func() time.Time { return now })
	must(t, err)
	_, err = own.Away(t.Context(), pass(), false)
	wantKey(t, "away", issuer.Identity{}, err, "issuer.away")

	own, err = issuer.New(i.Settings(), func() time.Time { return now })
	must(t, err)
	p := pass()
	a := trip(t, i, own, p, "somebody")
	i.Stop()
	who, err := own.Identify(t.Context(), p, a)
	wantKey(t, "away under way", who, err, "issuer.away")
	now = now.Add(2 * time.Hour) // what it said before stands
	if _, err := own.Away(t.Context(), p, false); err != nil {
		t.Errorf("the description is forgotten: %v", err)
	}
}

func TestAnIssuerThatIsAwayIsAskedAgainAfterAMomentAndNotSooner(t *testing.T) {
	asked, up := 0, false
	var address string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked++; !up {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"issuer":%q,"authorization_endpoint":"https://a.example/a","token_endpoint":"https://a.example/t","jwks_uri":"https://a.example/k"}`, address)
	}))
	defer s.Close()
	address = s.URL
	now := time.Now()
	own, err := issuer.New(issuer.Settings{Address: s.URL, ClientID: "x", Return: back}, func() time.Time { return now })
	must(t, err)
	for range 5 {
		if own.Reach(t.Context()) == nil {
			t.Error("it answers")
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
	up, now = true, now.Add(6*time.Second)
	must(t, own.Reach(t.Context()))
	must(t, own.Reach(t.Context()))
	if asked != 2 {
		t.Errorf("asked %d times", asked)
	}
}

// Guards what the tracker asks of other machines: it follows nobody, reads no
// endless answer, and sends nothing in clear (ASVS 15.3.2).
func TestTheIssuerLeadsTheTrackerNowhereElse(t *testing.T) {
	elsewhere := 0
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere++ }))
	defer other.Close()
	var say func(w http.ResponseWriter, address string)
	var address string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { say(w, address) }))
	defer s.Close()
	address = s.URL
	document := `{"issuer":%q,"authorization_endpoint":%q,"token_endpoint":%q,"jwks_uri":%q}`
	described := func(name, auth, token, keys string) func(http.ResponseWriter, string) {
		return func(w http.ResponseWriter, address string) {
			w.Header().Set("Content-Type", "application/json")
			if name == "" {
				name = address
			}
			fmt.Fprintf(w, document, name, auth, token, keys)
		}
	}
	good := "https://a.example/"
	for what, answer := range map[string]func(http.ResponseWriter, string){
		"led elsewhere": func(w http.ResponseWriter, _ string) {
			w.Header().Set("Location", other.URL)
			w.WriteHeader(http.StatusFound)
		},
		"endless": func(w http.ResponseWriter, address string) {
			described(address, good, good, good+strings.Repeat("x", 2<<20))(w, address)
		},
		"another's name":    described("https://another.example", good, good, good),
		"a slash more":      described(s.URL+"/", good, good, good),
		"page in clear":     described("", "http://a.example/", good, good),
		"tokens in clear":   described("", good, "http://a.example/", good),
		"keys in clear":     described("", good, good, "http://a.example/"),
		"no keys":           described("", good, good, ""),
		"a file of its own": described("", good, good, "file:///etc/passwd"),
	} {
		say = answer
		own, err := issuer.New(issuer.Settings{Address: s.URL, ClientID: "x", Return: back}, time.Now)
		must(t, err)
		if err := own.Reach(t.Context()); err == nil {
			t.Errorf("%s: it is believed", what)
		}
	}
	if elsewhere > 0 {
		t.Error("the tracker went elsewhere")
	}
}

func TestSettingsOfAnIssuerAreChecked(t *testing.T) {
	for address, good := range map[string]bool{"https://login.example": true, "https://login.example/realms/x": true, "http://127.0.0.1:8080": true, "http://localhost:1": true, "http://[::1]:1": true,
		"http://login.example": false, "http://127.0.0.1.example": false, "login.example": false, "": false, "https://": false, "https://a.example/?x=1": false, "https://u:p@a.example": false, "ftp://localhost": false} {
		if err := (issuer.Settings{Address: address, ClientID: "x"}).Check(); (err == nil) != good {
			t.Errorf("%q: %v", address, err)
		}
	}
	if (issuer.Settings{Address: "https://login.example"}).Check() == nil {
		t.Error("a client without an id")
	}
	if (issuer.Settings{Address: "https://login.example", ClientID: "x", SecondFactor: "pwd+"}).Check() == nil {
		t.Error("half a word for a second factor")
	}
}

func TestASecondFactorIsHonouredAsTheSettingSays(t *testing.T) {
	i := issuertest.New(t, back, false)
	for _, c := range []struct {
		setting string
		amr     []string
		acr     string
		second  bool
	}{
		{"mfa", []string{"pwd", "mfa"}, "", true}, {"mfa", []string{"pwd", "otp"}, "", false}, {"mfa", nil, "", false}, {"mfa", []string{"MFA"}, "", false}, {"mfa", nil, "mfa", false},
		{"pwd+otp, hwk", []string{"otp", "pwd"}, "", true}, {"pwd+otp, hwk", []string{"otp"}, "", false}, {"pwd+otp, hwk", []string{"hwk"}, "", true},
		{"acr:urn:two", nil, "urn:two", true}, {"acr:urn:two", []string{"mfa", "urn:two"}, "urn:one", false}, {"none", []string{"mfa", "none"}, "none", false}, {"", []string{"mfa", ""}, "", false},
	} {
		i.AMR, i.ACR = c.amr, c.acr
		settings := i.Settings()
		settings.SecondFactor = c.setting
		own, err := issuer.New(settings, time.Now)
		must(t, err)
		p := pass()
		who, err := own.Identify(t.Context(), p, trip(t, i, own, p, "somebody"))
		must(t, err)
		if who.SecondFactor != c.second {
			t.Errorf("%q with amr %v and acr %q: %v", c.setting, c.amr, c.acr, who.SecondFactor)
		}
	}
	i.AMR, i.Spoil = nil, func(c map[string]any) { c["amr"] = "mfa" } // one word, as some issuers write it
	own := asked(t, i)
	p := pass()
	if who, err := own.Identify(t.Context(), p, trip(t, i, own, p, "somebody")); err != nil || !who.SecondFactor {
		t.Errorf("%+v %v", who, err)
	}
	if list := []string{issuer.DefaultFactors}; !slices.Equal(list, []string{"mfa"}) {
		t.Errorf("by default %v counts", list)
	}
}
