package web

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/i18n"
	"tracker/internal/jobs"
)

// logKeys are all that a line of the log may say.
var logKeys = []string{"time", "level", "msg", "id", "request", "method", "route", "status", "ms", "actor", "refused", "error", "stack"}

// logged is a scene whose server sends mail and whose log is caught.
type logged struct {
	*scene
	h   *house
	log bytes.Buffer
}

func newLogged(t *testing.T) *logged {
	l := &logged{scene: newScene(t)}
	l.h, _ = l.copy(t, "nobody")
	messages, err := i18n.English()
	must(t, err)
	l.h.s.Accounts, err = accounts.New(l.h.db, l.h.clock, time.Now, accounts.Config{Address: "http://tracker.example", Mail: true, Texts: i18n.New(messages, time.UTC)})
	must(t, err)
	l.h.s.Log = slog.New(slog.NewJSONHandler(&l.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return l
}

// lines reads the log: each is one object with the keys that are known.
func (l *logged) lines() (list []map[string]any) {
	l.t.Helper()
	scan := bufio.NewScanner(bytes.NewReader(l.log.Bytes()))
	for scan.Buffer(nil, 1<<20); scan.Scan(); {
		var entry map[string]any
		if err := json.Unmarshal(scan.Bytes(), &entry); err != nil {
			l.t.Errorf("no line of the log: %s (%v)", scan.Text(), err)
		}
		for key := range entry {
			if !slices.Contains(logKeys, key) {
				l.t.Errorf("a line says %q: %s", key, scan.Text())
			}
		}
		list = append(list, entry)
	}
	return list
}

// typed is what people type, each with a word that stands nowhere else.
const typedName, typedText, typedPassword = "Zqmpho Zqmoleko", "zqsheltered at zqthaba", "zqharbour-quilt-onion-lattice"

// signsIn goes through the door and past it: right, wrong, forgotten, by a
// link, with another password, and out.
func (l *logged) signsIn(secrets *[]string) {
	stranger := func(path string, form url.Values) *answer {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("X-Forwarded-For", "203.0.113.77")
		r.Header.Set("User-Agent", "zqbrowser/1.0")
		r.Header.Set("Cookie", "session=zqcookie; browser=zqcookie")
		return l.h.stranger().send(r)
	}
	who := l.who["mha"].actor
	link, err := l.h.s.Accounts.Link(l.t.Context(), accounts.CommandLine(), "", who.PersonID, accounts.Reset)
	must(l.t, err)
	*secrets = append(*secrets, link.Token)
	stranger(link.Path(), url.Values{"password": {"short"}}).is(http.StatusUnprocessableEntity)
	stranger(link.Path(), url.Values{"password": {typedPassword}}).is(http.StatusSeeOther)
	for _, c := range [][2]string{{who.Email, "zqwrong"}, {"zqnobody@zqhost.example", typedPassword}, {typedPassword, who.Email}, {"", ""}} {
		stranger("/sign-in?next="+url.QueryEscape("/commitments?q="+typedName), url.Values{"email": {c[0]}, "password": {c[1]}}).is(http.StatusUnprocessableEntity)
	}
	a := stranger("/sign-in", url.Values{"email": {who.Email}, "password": {typedPassword}}).is(http.StatusSeeOther)
	for _, set := range (&http.Response{Header: a.header}).Cookies() {
		*secrets = append(*secrets, set.Value)
	}
	in := &visitor{house: l.h, actor: who, cookie: (*secrets)[len(*secrets)-2]}
	in.get("/account").is(http.StatusOK)
	in.post("/account/password", url.Values{"current": {"zqwrong"}, "password": {typedPassword}}).is(http.StatusUnprocessableEntity)
	in.post("/account/password", url.Values{"current": {typedPassword}, "password": {typedPassword + "-anew"}}).is(http.StatusSeeOther)
	in.get("/admin").is(http.StatusNotFound)
	in.post("/sign-out", url.Values{}).is(http.StatusSeeOther)
	for _, email := range []string{l.who["msd"].actor.Email, "zqnobody@zqhost.example"} {
		stranger("/forgotten", url.Values{"email": {email}}).is(http.StatusOK)
	}
}

// works has every role read its pages, search for names, send forms with texts
// and files, and ask for what is not theirs.
func (l *logged) works() {
	for _, name := range visitors {
		v := l.visitor(l.h, name)
		v.plain = true
		for _, path := range aFewOfEach(l.h.addresses()) {
			if !strings.Contains(path, ".") && !strings.Contains(path, "/files/") && !strings.HasSuffix(path, "/read") { // files take long, and leave the same lines
				v.get(path)
			}
		}
		for _, path := range []string{"/commitments", "/recommendations", "/evidence", "/audit", "/admin/people"} {
			v.get(path + "?q=" + url.QueryEscape(typedName))
		}
		v.get("/" + url.PathEscape(typedName))
		v.get("/links/zqtoken")
	}
	msd, admin, coordinator := l.visitor(l.h, "msd"), l.visitor(l.h, "administrator"), l.visitor(l.h, "coordinator")
	form := l.form("msd", said)
	form.Set("done", typedText)
	form.Set("next_step", typedName)
	msd.post(newUpdatePath, form).is(http.StatusSeeOther)
	msd.post(newUpdatePath, url.Values{"done": {typedText}}).is(http.StatusUnprocessableEntity)
	draft := l.path("msd", "/updates/:draft/evidence/new")
	msd.sendFiles(draft, file("zqfile "+typedName+".txt", typedText)...).is(http.StatusSeeOther)
	msd.sendFiles(draft, file("zqfile.pdf", typedText)...).is(http.StatusUnprocessableEntity)
	coordinator.sendFiles("/import", part{"what", "", "plan"}, part{"file", "zqfile.csv", strings.ReplaceAll(ministryPlan, "World Vision", typedName)}).is(http.StatusSeeOther)
	coordinator.sendFiles("/import", part{"what", "", "plan"}, part{"file", "zqfile.xlsx", typedText}).is(http.StatusUnprocessableEntity)
	coordinator.post("/commitments/new", l.form("coordinator", terms+"&reason="+typedText)).is(http.StatusSeeOther)
	admin.post("/admin/people", url.Values{"email": {"zqnobody@zqhost.example"}}).is(http.StatusUnprocessableEntity)
}

// breaks has the server fail in every way that it can: in a page, in a form,
// in a job and in the database.
func (l *logged) breaks() {
	v := l.visitor(l.h, "coordinator")
	l.h.s.echo.GET("/panic", l.h.s.guard(signedIn, func(echo.Context) error { panic("a bug") }))
	v.get("/panic?q=" + url.QueryEscape(typedName)).is(http.StatusInternalServerError)
	l.h.write(func(tx *gorm.DB) error {
		return tx.Create(&jobs.Job{Country: "LS", Kind: "zz", Params: `{"query":"` + typedName + `"}`, PersonID: v.actor.PersonID, PostID: v.actor.PostID, State: jobs.Queued, CreatedAt: time.Now().UTC()}).Error
	})
	must(l.t, l.h.s.worker.WorkDue(l.t.Context(), func(err error) { l.h.s.Log.Error("job failed", "error", err) }))
	gone, cancel := context.WithCancel(l.t.Context())
	cancel()
	v.send(httptest.NewRequest(http.MethodGet, "/commitments?q="+url.QueryEscape(typedName), nil).WithContext(gone))
	l.h.write(func(tx *gorm.DB) error { return tx.Exec("ALTER TABLE commitments RENAME TO gone").Error })
	v.plain = true
	v.get("/commitments/NSF%203.1.1?q=" + url.QueryEscape(typedName)).is(http.StatusInternalServerError)
	form := l.form("coordinator", terms)
	form.Set("title", typedName)
	v.post("/commitments/new", form).is(http.StatusInternalServerError)
	l.h.write(func(tx *gorm.DB) error { return tx.Exec("ALTER TABLE people RENAME TO gone_too").Error })
	v.get("/").is(http.StatusInternalServerError)
	l.h.stranger().post("/sign-in", url.Values{"email": {"zqnobody@zqhost.example"}, "password": {typedPassword}}).is(http.StatusInternalServerError)
}

// Guards people against the log, which more hands hold than the database: of
// a whole scene, faults and panics included, it has no e-mail, no name, no
// text, no password, no secret, no query and no address of a machine.
func TestTheLogTellsWhoSaidWhat(t *testing.T) {
	l := newLogged(t)
	secrets := []string{"zq", "Zq", "@", "192.0.2.", "203.0.113.", "?", "session=", "hunter"}
	for _, v := range l.who {
		if v.cookie != "" {
			secrets = append(secrets, v.cookie)
		}
	}
	l.signsIn(&secrets)
	l.works()
	events := l.lines()
	l.breaks()
	levels := map[any]int{}
	for _, entry := range l.lines() {
		levels[entry["msg"]]++
		for key, value := range entry {
			text := fmt.Sprint(value)
			for _, secret := range secrets {
				if strings.Contains(text, secret) && key != "stack" {
					t.Errorf("the log holds %q: %s=%s", secret, key, text)
				}
			}
			if key == "stack" && (strings.Contains(text, "zq") || strings.Contains(text, "@tracker.example")) {
				t.Errorf("the stack holds what was typed")
			}
		}
	}
	if levels["request"] < 300 || levels["panic"] != 1 || levels["request failed"] < 4 || levels["job failed"] != 1 {
		t.Errorf("the scene is not whole: %v", levels)
	}
	l.tells(events)
}

// tells holds that every event of the door is in the log and in the trail.
func (l *logged) tells(events []map[string]any) {
	who := float64(l.who["mha"].actor.PersonID)
	for _, want := range []struct {
		route          string
		status, times  int
		actor, refused any
	}{
		{"/links/:token", 422, 1, float64(0), nil}, {"/links/:token", 303, 1, who, nil}, {"/sign-in", 422, 4, float64(0), nil}, {"/sign-in", 303, 1, who, nil},
		{"/account/password", 422, 1, who, nil}, {"/account/password", 303, 1, who, nil}, {"/admin", 404, 1, who, true}, {"/sign-out", 303, 1, who, nil}, {"/forgotten", 200, 2, float64(0), nil},
	} {
		n := 0
		for _, e := range events {
			if e["msg"] == "request" && e["route"] == want.route && e["status"] == float64(want.status) && e["actor"] == want.actor && e["refused"] == want.refused && (e["method"] == "POST" || want.refused != nil) {
				n++
			}
		}
		if n < want.times {
			l.t.Errorf("%s with %d by %v is %d times in the log, not %d", want.route, want.status, want.actor, n, want.times)
		}
	}
	var actions []string
	must(l.t, l.h.db.Read(l.t.Context(), func(tx *gorm.DB) error {
		return tx.Raw("SELECT DISTINCT action || ' ' || outcome FROM audit_entries").Scan(&actions).Error
	}))
	for _, want := range []string{"sign_in done", "sign_in refused", "sign_out done", "link.use done", "link.make done", "password.change done", "password.change refused", "request.refused refused"} {
		if !slices.Contains(actions, want) {
			l.t.Errorf("the trail has no %q: %v", want, actions)
		}
	}
}
