package web

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// withoutKey are forms that need no key: each has its effect once by itself,
// or none at all.
var withoutKey = []string{"/sign-in", "/sign-in/oidc", "/sign-out", "/links/:token", "/links/:invitation/oidc", "/forgotten", "/audit/verify"}

// Guards every form against being sent again, by a second click, a reload or
// a proxy: however often it comes, and all at once, it has one effect and the
// same answer; without a key it has none.
func TestEveryFormHasOneEffectHoweverOftenItIsSent(t *testing.T) {
	s := newScene(t)
	h, _ := s.copy(t, "nobody")
	before := h.content()
	for _, l := range writing {
		name := entitled(l.answers)
		if name == "" || slices.Contains(withoutKey, l.path) {
			continue
		}
		form, path := s.form(name, l.form), s.path(name, l.path)
		form.Set("key", "")
		v := s.visitor(h, name)
		v.plain = true
		a := v.post(path, form)
		if changed := h.restore(before); a.status < 400 || changed {
			t.Errorf("%s without a key is answered with %d", l.path, a.status)
		}
		form.Set("key", newKey())
		first := v.post(path, form)
		once := h.content()
		answers := make([]*answer, 8)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() { answers[i] = v.post(path, maps.Clone(form)) })
		}
		all.Wait()
		for _, a := range answers {
			if a.status != first.status || a.header.Get("Location") != first.header.Get("Location") {
				t.Errorf("%s again is answered with %d %s, not %d %s", l.path, a.status, a.header.Get("Location"), first.status, first.header.Get("Location"))
				break
			}
		}
		if again := h.content(); !maps.EqualFunc(once, again, sameButFlash) {
			t.Errorf("%s again has another effect", l.path)
		}
		h.restore(before)
	}
}

// sameButFlash compares rows but for the message that waits for the next page.
func sameButFlash(a, b []map[string]any) bool {
	plain := func(rows []map[string]any) []map[string]any {
		out := make([]map[string]any, len(rows))
		for i, row := range rows {
			out[i] = maps.Clone(row)
			delete(out[i], "flash")
		}
		return out
	}
	return sameRows(plain(a), plain(b))
}

// Guards every form of what others may change too: what was typed against an
// older state is refused, and changes nothing.
func TestEveryFormWithAVersionRefusesAnOlderOne(t *testing.T) {
	s := newScene(t)
	h, _ := s.copy(t, "nobody")
	before, tried := h.content(), 0
	for _, l := range writing {
		name := entitled(l.answers)
		form := s.form(name, l.form)
		if name == "" || !form.Has("version") || strings.HasSuffix(l.path, "/new") || strings.HasSuffix(l.path, "/end-sessions") {
			continue
		}
		for _, version := range []string{"99", "", "0"} {
			form.Set("version", version)
			form.Del("key")
			v := s.visitor(h, name)
			v.plain = true
			a := v.post(s.path(name, l.path), form)
			if changed := h.restore(before); a.status != http.StatusConflict || changed {
				t.Errorf("%s of version %q is answered with %d", l.path, version, a.status)
			}
		}
		tried++
	}
	if tried < 10 {
		t.Errorf("only %d forms were tried", tried)
	}
}
