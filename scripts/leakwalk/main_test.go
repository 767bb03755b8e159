package main

import (
	"net/http"
	"strings"
	"testing"
)

// The walk is worth something only if it finds a leak: a server that takes a
// partner and a focal point for the coordinator, and nobody for a partner, is
// full of them. They walk one after the other: the race detector has nothing to
// watch (docs/adr/0036).
func TestTheWalkFindsALeak(t *testing.T) {
	_, _, leaks, err := run(t.Context(), options{inTurns: true, only: []string{"partner.iom@tracker.example", "nobody"}, instead: func(handler http.Handler, cookies map[string]string) http.Handler {
		other := map[string]string{cookies["partner.iom@tracker.example"]: cookies["coordinator.one@tracker.example"], "": cookies["partner.use@tracker.example"]}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/account/sessions/") { // it would end the session that is lent here
				http.NotFound(w, r)
				return
			}
			mine := ""
			if c, err := r.Cookie("session"); err == nil {
				mine = c.Value
			}
			r.Header.Del("Cookie")
			r.AddCookie(&http.Cookie{Name: "session", Value: other[mine]})
			handler.ServeHTTP(w, r)
		})
	}})
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(leaks, "\n")
	for _, want := range []string{"partner.iom@tracker.example: GET /updates/", "partner.iom@tracker.example: GET /commitments/", "tells \"", "nobody: GET /publications/"} {
		if !strings.Contains(all, want) {
			t.Errorf("the walk of a server that lets all in does not find %q among %d leaks", want, len(leaks))
		}
	}
}
