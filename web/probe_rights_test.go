package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/jobs"
)

// opened are addresses that the second coordinator has open in a browser, and
// forms that wait there to be sent.
var opened = []string{"/commitments", "/commitments.xlsx", "/review", "/updates/:submitted", "/updates/:filed/evidence/:paper", "/reports/status.pdf", "/jobs", "/jobs/:job", "/jobs/:job/file",
	"/import/:import", "/import/:import/report.xlsx", "/publications/prepared/:prepared", "/publications/prepared/:prepared/files/:pdf", "/publications/:pub_internal/read", "/publications/:pub_internal/files/:pdf",
	"/publications/:pub_recalled/read", "/dialogues/:talk", "/commitments/new"}

var waiting = [][2]string{{"/updates/:submitted/approve", "version=3"}, {"/publications/prepared/:prepared/publish", "version=1"}, {"/jobs/:job_lost/again", ""}, {"/import/:import", "step=take"},
	{"/commitments/new", terms}, {"/reports/files", "form=csv"}, {"/account/password", "password=" + passphrase}, {"/account/sessions/end-others", ""}}

// lost are the ways to lose what one had, and whether one is still somebody.
var lost = []struct {
	name string
	by   func(s *scene, h *house, v *visitor)
	in   bool
}{
	{"signed out", func(_ *scene, _ *house, v *visitor) { v.post("/sign-out", url.Values{}).is(http.StatusSeeOther) }, false},
	{"password changed elsewhere", func(_ *scene, h *house, v *visitor) {
		h.signIn(v.actor.Email).post("/account/password", url.Values{"password": {passphrase}}).leads("/account")
	}, false},
	{"password reset by a link", func(_ *scene, h *house, v *visitor) {
		link, err := h.s.Accounts.Link(h.t.Context(), accounts.CommandLine(), "", v.actor.PersonID, accounts.Reset)
		must(h.t, err)
		h.stranger().post(link.Path(), url.Values{"password": {passphrase}}).leads("/")
	}, false},
	{"sessions ended by an administrator", func(s *scene, h *house, v *visitor) {
		s.visitor(h, "administrator").post("/admin/people/"+itoa(v.actor.PersonID)+"/end-sessions", url.Values{}).is(http.StatusSeeOther)
	}, false},
	{"disabled", func(_ *scene, h *house, v *visitor) { h.disable(v) }, false},
	{"moved to a partner", func(_ *scene, h *house, v *visitor) { h.move(v, "USE", accounts.Partner) }, true},
}

// disable lets a person sign in no more.
func (h *house) disable(v *visitor) {
	h.t.Helper()
	p, err := h.s.Accounts.Person(h.t.Context(), accounts.CommandLine(), v.actor.PersonID)
	must(h.t, err)
	must(h.t, h.s.Accounts.DisablePerson(h.t.Context(), accounts.CommandLine(), "", p.ID, p.Version))
}

// move gives a person a new post.
func (h *house) move(v *visitor, institution string, role accounts.Role) {
	h.t.Helper()
	ctx, system := h.t.Context(), accounts.CommandLine()
	p, err := h.s.Accounts.Person(ctx, system, v.actor.PersonID)
	must(h.t, err)
	post, err := h.s.Accounts.CreatePost(ctx, system, "", accounts.PostChange{Institution: institution, Title: "Another desk", Role: role})
	must(h.t, err)
	id, err := strconv.ParseInt(post, 10, 64)
	must(h.t, err)
	must(h.t, h.s.Accounts.MovePerson(ctx, system, "", p.ID, p.Version, id))
}

// Guards against a browser that goes on after its person lost what they had:
// pages, files, jobs, imports, previews and forms are refused on the very next
// request, and nothing changes.
func TestABrowserGoesOnAfterItsPersonIsOut(t *testing.T) {
	s := newScene(t)
	for _, way := range lost {
		t.Run(way.name, func(t *testing.T) {
			h, v := s.copy(t, "coordinator")
			for _, path := range opened {
				v.get(s.path("coordinator", path)).is(http.StatusOK)
			}
			cookie := v.cookie
			way.by(s, h, v)
			v.cookie = cookie
			before := h.content()
			for _, path := range opened {
				a := v.get(s.path("coordinator", path))
				switch {
				case way.in && strings.HasPrefix(path, "/publications/:pub_recalled"): // which is theirs in the new post, too, but as recalled
					a.is(http.StatusConflict)
				case way.in:
					a.is(http.StatusNotFound)
				case !strings.HasPrefix(a.header.Get("Location"), "/sign-in"):
					t.Errorf("%s answers %d", path, a.status)
				}
			}
			for _, form := range waiting {
				if way.in && strings.HasPrefix(form[0], "/account") {
					continue // their own, in any post
				}
				a := v.post(s.path("coordinator", form[0]), s.form("coordinator", form[1]))
				if way.in && a.status != http.StatusNotFound || !way.in && !strings.HasPrefix(a.header.Get("Location"), "/sign-in") {
					t.Errorf("POST %s answers %d %s", form[0], a.status, a.header.Get("Location"))
				}
			}
			if !h.same(before) {
				t.Error("something changed")
			}
		})
	}
}

// Guards against work that goes on for somebody who is out: whatever they
// asked for before is not done, and what was done is not handed out.
func TestAJobWorksOnForSomebodyWhoIsOut(t *testing.T) {
	s := newScene(t)
	for _, way := range lost[4:] {
		t.Run(way.name, func(t *testing.T) {
			h, v := s.copy(t, "coordinator")
			id := func(name string) string {
				return `{"id":` + s.objects[name] + `,"version":1,"name":"x","form":"pdf","query":""}`
			}
			params := map[string]string{jobImportRead: id("import"), jobImportTake: id("import"), jobPreview: id("prepared"), jobPublish: id("prepared")}
			h.write(func(tx *gorm.DB) error {
				for kind := range h.s.kinds() {
					j := jobs.Job{Country: "LS", Kind: kind, Params: params[kind], PersonID: v.actor.PersonID, PostID: v.actor.PostID, State: jobs.Queued, CreatedAt: time.Now().UTC()}
					if j.Params == "" {
						j.Params = id("none")
					}
					if err := tx.Create(&j).Error; err != nil {
						return err
					}
				}
				return nil
			})
			way.by(s, h, v)
			before := h.content()
			h.work()
			after := h.content()
			done := 0
			for _, row := range after["jobs"] {
				if row["error_key"] == "jobs.error.rights" {
					done++
				}
			}
			if done != len(h.s.kinds()) {
				t.Errorf("of %d kinds of jobs %d are refused: %v", len(h.s.kinds()), done, after["jobs"])
			}
			for table := range before {
				if table != "jobs" && !sameRows(before[table], after[table]) {
					t.Errorf("a job changed %s", table)
				}
			}
		})
	}
}

// Guards what was shared or led before: a transfer, a recall, a paper put aside
// and a plan no longer shared count on the very next request.
func TestWhatWasWithdrawnIsStillHandedOut(t *testing.T) {
	s := newScene(t)
	h, coordinator := s.copy(t, "coordinator")
	msd, ngo, partner := s.visitor(h, "msd"), s.visitor(h, "ngo"), s.visitor(h, "partner")

	report := s.path("", "/commitments/:alone/updates/new")
	msd.get(report).is(http.StatusOK)
	coordinator.post(s.path("", "/commitments/:alone/transfer"), s.form("", "from=:institution&to=:institution_mha&effective_on=8+November+2021&reason=Agreed")).is(http.StatusSeeOther)
	before := h.content()["updates"]
	msd.get(report).is(http.StatusForbidden)
	msd.post(report, s.form("", said)).is(http.StatusForbidden)
	if !sameRows(before, h.content()["updates"]) {
		t.Error("an update of a commitment that was handed over was taken")
	}

	file, read := s.path("", "/publications/:pub_partner/files/:pdf"), s.path("", "/publications/:pub_partner/read")
	whole := partner.get(file).is(http.StatusOK)
	coordinator.post(s.path("", "/publications/:pub_partner/recall"), s.form("", "version=2&reason=A+wrong+figure")).is(http.StatusSeeOther)
	partner.get(read).is(http.StatusConflict)
	part := httptest.NewRequest(http.MethodGet, file, nil) // the rest of a download
	part.Header.Set("Range", "bytes=100-")
	part.Header.Set("If-Range", whole.header.Get("ETag"))
	partner.send(part).is(http.StatusConflict)
	same := httptest.NewRequest(http.MethodGet, file, nil)
	same.Header.Set("If-None-Match", "*")
	partner.send(same).is(http.StatusConflict)

	paper := s.path("", "/updates/:filed/evidence/:paper_lent")
	ngo.get(paper).is(http.StatusOK)
	msd.get(paper).is(http.StatusOK)
	coordinator.post(paper+"/quarantine", s.form("", "version=1&reason=A+name")).is(http.StatusSeeOther)
	for _, v := range []*visitor{ngo, msd} {
		if a := v.get(paper); a.status < 400 {
			t.Errorf("a paper that was put aside is answered with %d", a.status)
		}
	}
}
