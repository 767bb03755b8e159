package main

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// stories is how many updates are on their way at once, at the most.
const stories = 120

// story is an update on its way: written as a draft or sent at once, sent, commented on, approved or returned. Each step reads a page
// with its form, and sends that form with the key in it.
type story struct {
	step    step
	writer  visitor
	judge   visitor
	ref     string
	update  string // its path, once it is there
	comment bool   // before the decision
	form    url.Values
	action  string
}

// step is what a story does next.
type step int

const (
	draft step = iota
	submit
	comment
	decide
)

var stepNames = map[step]string{draft: "save a draft", submit: "submit an update", comment: "comment", decide: "approve or return an update"}

// begin is a new story. The caller need not hold the lock.
func (l *load) begin() *story {
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		v := pick(l.rnd, l.world.visitors[focal])
		if refs := l.mix.led[v.institution]; len(refs) > 0 {
			s := &story{step: submit, writer: v, judge: pick(l.rnd, l.world.visitors[coordinator]), ref: pick(l.rnd, refs), comment: l.rnd.IntN(2) == 0}
			if l.rnd.IntN(3) == 0 {
				s.step = draft
			}
			return s
		}
	}
}

var (
	formAt = regexp.MustCompile(`(?s)<form[^>]*\baction="([^"]*)"[^>]*>(.*?)</form>`)
	hidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)
	inDate = regexp.MustCompile(`<input[^>]*\bname="as_of"[^>]*\bvalue="([^"]+)"`)
)

// formTo finds the form of a page whose address ends in one of some words, with its hidden fields. The longest is the whole one.
func formTo(body string, ends ...string) (action string, fields url.Values, inner string) {
	for _, m := range formAt.FindAllStringSubmatch(body, -1) {
		to := html.UnescapeString(m[1])
		path, _, _ := strings.Cut(to, "?")
		for _, end := range ends {
			if strings.HasSuffix(path, end) && len(m[2]) > len(inner) {
				action, inner, fields = to, m[2], url.Values{}
				for _, h := range hidden.FindAllStringSubmatch(m[2], -1) {
					fields.Set(html.UnescapeString(h[1]), html.UnescapeString(h[2]))
				}
			}
		}
	}
	return action, fields, inner
}

// read asks for the page with the form of a story's next step. A story that cannot go on makes place for a new one.
func (l *load) read(ctx context.Context, due time.Time, s *story) {
	name, v, path, ends := "form of an update", s.writer, "/commitments/"+s.ref+"/updates/new", []string{"/updates/new"}
	switch {
	case s.step == comment || s.step == decide:
		name, v, path = "update in review", s.judge, s.update
		ends = []string{"/comments"}
		if s.step == decide {
			ends = []string{"/approve"}
			if l.chance(10) {
				ends = []string{"/return"}
			}
		}
	case s.update != "":
		path, ends = s.update+"/edit", []string{"/edit"}
	}
	a, ok := l.request(ctx, due, name, v, path, nil, true, http.StatusOK)
	var inner string
	if s.action, s.form, inner = formTo(a.body, ends...); !ok || s.action == "" {
		if ok {
			l.note("%s without its form: %s", name, path)
		}
		l.open <- l.begin()
		return
	}
	s.type_(inner, l.world.today)
	l.ready <- s
}

// type_ fills the form in as a person would.
func (s *story) type_(inner, today string) {
	switch s.step {
	case comment:
		s.form.Set("comment", "Which districts are still missing? Please say so in the next update.")
		return
	case decide:
		if strings.HasSuffix(s.action, "/return") {
			s.form.Set("reason", "Please say how many officers took part, and when.")
		}
		return
	}
	s.form.Set("happened", "done")
	s.form.Set("done", "Two trainings of officers were held in the districts; the material was printed and given out.")
	s.form.Set("next_step", "Hold the third training and report on attendance.")
	s.form.Set("shared_summary", "Trainings of officers went on in the districts.")
	s.form.Set("send", map[step]string{draft: "0", submit: "1"}[s.step])
	s.form.Set("as_of", today)
	if m := inDate.FindStringSubmatch(inner); m != nil {
		s.form.Set("as_of", html.UnescapeString(m[1]))
	}
	if strings.Contains(inner, `name="status"`) {
		s.form.Set("status", "in_progress")
	}
}

// send sends the form of a story, which then waits for its next page.
func (l *load) send(ctx context.Context, due time.Time, s *story) {
	v := s.writer
	if s.step == comment || s.step == decide {
		v = s.judge
	}
	a, ok := l.request(ctx, due, stepNames[s.step], v, s.action, s.form, true, http.StatusSeeOther)
	if !ok || s.step == decide {
		l.open <- l.begin()
		return
	}
	switch s.step {
	case draft:
		s.step = submit
	case submit:
		if s.step = decide; s.comment {
			s.step = comment
		}
	case comment:
		s.step = decide
	}
	if path, _, _ := strings.Cut(a.to, "#"); s.update == "" {
		s.update, _, _ = strings.Cut(path, "?")
	}
	l.open <- s
}

func (l *load) chance(percent int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rnd.IntN(100) < percent
}

func (l *load) note(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	what := fmt.Sprintf(format, args...)
	if l.wrong[what]++; len(l.wrong) < 20 {
		fmt.Println("  unexpected:", what)
	}
}

var said = regexp.MustCompile(`(?s)<(?:h1|p class="govuk-error-message")[^>]*>(.*?)</(?:h1|p)>`)

// complaint is what a page says is wrong.
func complaint(body string) string {
	var list []string
	for _, m := range said.FindAllStringSubmatch(body, 4) {
		list = append(list, regexp.MustCompile(`<[^>]*>`).ReplaceAllString(m[1], ""))
	}
	if list == nil {
		return ""
	}
	return ": " + strings.Join(list, "; ")
}
