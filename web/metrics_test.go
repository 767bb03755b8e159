package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// scrape asks a real listener of its own for the numbers.
func (h *house) scrape() string {
	h.t.Helper()
	server := httptest.NewUnstartedServer(nil)
	server.Config = h.s.MetricsServer()
	server.Start()
	defer server.Close()
	for path, want := range map[string]int{"/": 404, "/sign-in": 404, "/debug/pprof/": 404} {
		answer, err := http.Get(server.URL + path)
		must(h.t, err)
		if answer.Body.Close(); answer.StatusCode != want {
			h.t.Errorf("%s beside the numbers answers %d", path, answer.StatusCode)
		}
	}
	answer, err := http.Get(server.URL + "/metrics")
	must(h.t, err)
	defer answer.Body.Close() //nolint:errcheck // only read
	text, err := io.ReadAll(answer.Body)
	must(h.t, err)
	if answer.StatusCode != http.StatusOK {
		h.t.Fatalf("%d: %s", answer.StatusCode, text)
	}
	return string(text)
}

// Guards the numbers against telling of people, and the machine that keeps them
// against labels without end: what is typed into an address is in none.
func TestTheNumbersTellOfNobody(t *testing.T) {
	p := newPlanned(t)
	p.msd.get("/commitments/NSF%203.1.1").is(http.StatusOK)
	p.msd.get("/commitments?q=secret-word").is(http.StatusOK)
	p.msd.get("/nothing-here-secret-word").is(http.StatusNotFound)
	p.msd.get("/.env").is(http.StatusNotFound)
	p.msd.get("/metrics").is(http.StatusNotFound)
	p.msd.send(httptest.NewRequest("SECRETWORD", "/commitments", nil)).is(http.StatusMethodNotAllowed)
	p.stranger().post("/sign-in", url.Values{"email": {"secret-word@tracker.example"}, "password": {"secret-word"}}).is(http.StatusUnprocessableEntity)
	p.bounded(costFile, bound{mine: 0, all: 1, wait: time.Millisecond})
	p.msd.get("/commitments.csv").is(http.StatusTooManyRequests)

	text := p.scrape()
	for _, line := range []string{
		`tracker_http_request_seconds_count{method="GET",route="/commitments/:ref",status="2xx"} 1`,
		`tracker_http_request_seconds_count{method="GET",route="/commitments",status="2xx"} 1`,
		`tracker_http_request_seconds_count{method="GET",route="none",status="4xx"} 3`,
		`tracker_http_request_seconds_count{method="other",route="none",status="4xx"} 1`,
		`tracker_http_request_seconds_count{method="POST",route="/sign-in",status="4xx"} 1`,
		`tracker_http_requests_in_flight 0`, `tracker_refused_total{limit="file",reason="own"} 1`, `tracker_refused_total{limit="list",reason="full"} 0`,
		`tracker_database_up 1`, `tracker_database_connections{pool="read",state="most"} 4`, `tracker_jobs{state="queued"} 0`, `tracker_jobs{state="running"} 0`, `tracker_jobs{state="failed"} 0`,
		`tracker_outbox{state="waiting"} 0`, `tracker_outbox{state="given_up"} 0`, "go_goroutines ", "process_resident_memory_bytes ",
	} {
		if !strings.Contains(text, "\n"+line) {
			t.Errorf("the numbers do not say %s", line)
		}
	}
	if seq := regexp.MustCompile(`\ntracker_audit_head_seq ([0-9.e+]+)\n`).FindStringSubmatch(text); seq == nil || seq[1] == "0" {
		t.Errorf("the trail's head is %q", seq)
	}
	for _, secret := range []string{"secret", "SECRET", "tracker.example", "192.0.2.1", "NSF", "MSD", p.msd.cookie, ".env"} {
		if strings.Contains(text, secret) {
			t.Errorf("the numbers tell %q", secret)
		}
	}
	routes := map[string]bool{"none": true}
	for _, r := range p.s.routes() {
		routes[r.path] = true
	}
	for _, m := range regexp.MustCompile(`route="([^"]*)"`).FindAllStringSubmatch(text, -1) {
		if !routes[m[1]] {
			t.Errorf("%q is no route", m[1])
		}
	}
}

// Guards an operator against numbers that hang or end with the database.
func TestTheNumbersGoOnWithoutTheDatabase(t *testing.T) {
	p, r := far(t)
	for _, text := range []string{p.scrape(), func() string { r.stall(true); defer r.stall(false); return p.scrape() }(), func() string { r.shut(); return p.scrape() }()} {
		up := strings.Contains(text, "\ntracker_database_up 1\n")
		if strings.Contains(text, "\ntracker_jobs{") != up || !up && !strings.Contains(text, "\ntracker_database_up 0\n") || !strings.Contains(text, "\ntracker_http_requests_in_flight 0\n") {
			t.Errorf("up %v: %s", up, text)
		}
	}
}
