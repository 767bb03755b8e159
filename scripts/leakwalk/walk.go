package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
)

// walker asks a server for everything as one person.
type walker struct {
	handler http.Handler
	cookie  string
	known
	who      string
	requests int
	opened   map[string]int // by kind: how many of those that are theirs to read they did read
	leaks    []string
}

// walk goes through every route with every name there is.
func (w *walker) walk(routes []string) {
	w.opened = map[string]int{}
	for _, r := range routes {
		method, path, _ := strings.Cut(r, " ")
		if path == "/sign-out" || path == "/account/sessions/end-others" || strings.HasPrefix(path, "/static/") {
			continue
		}
		w.each(method, path, "", "", true)
	}
}

// each fills in the parameters of a route one after the other. Theirs says
// whether all that was named so far is theirs to read.
func (w *walker) each(method, rest, prefix, filled string, theirs bool) {
	at := strings.Index(rest, ":")
	if at < 0 {
		w.ask(method, filled+rest, prefix, theirs)
		return
	}
	end := len(rest)
	if n := strings.IndexAny(rest[at:], "/."); n > 0 {
		end = at + n
	}
	if rest[:at] == "/recommendations/editions/" { // two parameters name one row
		end = at + strings.Index(rest[at:], ":year") + len(":year")
	}
	before, name := prefix+rest[:at], rest[at:end]
	if list, word := words[name]; word {
		for _, value := range list {
			w.each(method, rest[end:], before+name, filled+rest[:at]+value, theirs)
		}
		return
	}
	names, there := w.names[before+name]
	if !there {
		w.leaks = append(w.leaks, "the oracle does not know what "+before+name+" names")
		return
	}
	few := map[bool]int{}
	for _, row := range slices.Sorted(maps.Keys(names)) {
		address, fits := filled+rest[:at], true
		parts := strings.Split(row, " ")
		switch {
		case name == ":mechanism/:year":
			address += url.PathEscape(parts[0]) + "/" + url.PathEscape(parts[1])
		case strings.Contains(prefix, ":"): // a child: under its own parent
			own := row[:strings.LastIndex(row, " ")]
			fits = strings.HasSuffix(filled+rest[:at], "/"+url.PathEscape(own)+rest[:at])
			address += url.PathEscape(row[len(own)+1:])
		default:
			address += url.PathEscape(row)
		}
		reads := method == http.MethodGet && rest[end:] == ""
		if few[names[row]]++; !fits || !reads && names[row] && few[true] > 3 { // of what is theirs, three are enough
			continue
		}
		w.each(method, rest[end:], before+name, address, theirs && names[row])
	}
}

// ask sends one request and holds its answer against the oracle.
func (w *walker) ask(method, path, prefix string, theirs bool) {
	r := httptest.NewRequest(method, path, nil)
	if method == http.MethodPost {
		if theirs { // nothing is to be changed of what a person may change
			return
		}
		r = httptest.NewRequest(method, path, strings.NewReader(fmt.Sprintf("key=%032d&version=1&reason=x", w.requests)))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if w.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "session", Value: w.cookie})
	}
	a := httptest.NewRecorder()
	w.handler.ServeHTTP(a, r)
	w.requests++
	leak := func(format string, args ...any) {
		w.leaks = append(w.leaks, fmt.Sprintf("%s: %s %s: ", w.who, method, path)+fmt.Sprintf(format, args...))
	}
	askedToSignIn := a.Code == http.StatusSeeOther && strings.HasPrefix(a.Header().Get("Location"), "/sign-in")
	switch {
	case a.Code >= http.StatusInternalServerError:
		leak("answers %d", a.Code)
	case !theirs && a.Code != http.StatusNotFound && !(w.cookie == "" && askedToSignIn):
		leak("answers %d for what is not theirs to see", a.Code)
	case theirs && method == http.MethodGet && a.Code == http.StatusOK:
		w.opened[prefix]++
	}
	if a.Code == http.StatusNotFound && len(w.secret) == 0 {
		return
	}
	body := readable(a)
	for _, text := range w.secret {
		if strings.Contains(body, text) {
			leak("tells %q", text[:min(len(text), 60)])
		}
	}
}

// readable is an answer as a person reads it: without the escapes of pages,
// with the parts of a workbook unpacked.
func readable(a *httptest.ResponseRecorder) string {
	body := a.Body.Bytes()
	if strings.Contains(a.Header().Get("Content-Type"), "spreadsheetml") {
		z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
		if err != nil {
			return ""
		}
		var all strings.Builder
		for _, f := range z.File {
			part, err := f.Open()
			if err != nil {
				continue
			}
			io.Copy(&all, part) //nolint:errcheck // what cannot be read tells nothing
			part.Close()        //nolint:errcheck // likewise
		}
		body = []byte(all.String())
	}
	return html.UnescapeString(string(body))
}
