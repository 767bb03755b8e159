package main

import (
	"context"
	"fmt"
	"html"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"time"
)

// page is one of those that are asked for: how often in a thousand, by whom, and where it is.
type page struct {
	name  string
	often int
	who   []string
	path  func(m *mix, r *rand.Rand, v visitor) string
}

func at(path string) func(*mix, *rand.Rand, visitor) string {
	return func(*mix, *rand.Rand, visitor) string { return path }
}

// pages are the mix: homes and lists most, files now and then.
var pages = []page{
	{"home of a coordinator", 50, []string{coordinator}, at("/")},
	{"home of a focal point", 140, []string{focal}, at("/")},
	{"home outside government", 20, []string{outside}, at("/")},
	{"home of a countersigner, auditor, administrator", 20, []string{countersigner, auditor, administrator}, at("/")},
	{"home of a partner", 15, []string{partner}, at("/")},
	{"commitments", 100, []string{coordinator, focal, outside}, at("/commitments")},
	{"commitments filtered", 90, []string{coordinator, focal, auditor}, func(_ *mix, r *rand.Rand, _ visitor) string {
		return fmt.Sprintf("/commitments?status=in_progress&flag=%s&institution=M%02d", pick(r, []string{"overdue", "stale", "due_soon", "orphan"}), r.IntN(30))
	}},
	{"commitments searched", 80, []string{coordinator, focal, outside}, func(_ *mix, r *rand.Rand, _ visitor) string {
		return "/commitments?q=" + pick(r, []string{"training", "police", "figures", "shelter", "border+posts", "zzz"})
	}},
	{"commitments, a later page", 40, []string{coordinator, focal}, func(_ *mix, r *rand.Rand, _ visitor) string {
		return fmt.Sprintf("/commitments?sort=due&page=%d", 2+r.IntN(60))
	}},
	{"commitment", 170, []string{coordinator, focal, auditor}, func(m *mix, r *rand.Rand, _ visitor) string {
		return "/commitments/" + pick(r, m.commitments)
	}},
	{"framework", 30, []string{coordinator, focal}, at("/framework")},
	{"recommendations", 30, []string{coordinator, focal, auditor}, at("/recommendations")},
	{"edition", 20, []string{coordinator, focal}, at("/recommendations/editions/TIP/2025")},
	{"recommendation", 40, []string{coordinator, focal}, func(m *mix, r *rand.Rand, _ visitor) string {
		return "/recommendations/" + pick(r, m.recommendations)
	}},
	{"institution", 40, []string{coordinator, focal}, func(_ *mix, r *rand.Rand, v visitor) string {
		return fmt.Sprintf("/institutions/M%02d", r.IntN(30))
	}},
	{"review", 50, []string{coordinator}, at("/review")},
	{"what is mine to review", 20, []string{focal}, at("/review")},
	{"periods", 10, []string{coordinator, focal}, at("/periods")},
	{"discipline", 5, []string{coordinator}, at("/discipline")},
	{"trail", 10, []string{auditor}, at("/audit")},
	{"people", 5, []string{administrator}, at("/admin/people")},
	{"publications", 5, []string{partner, coordinator}, at("/publications")},
	{"account", 5, []string{focal, coordinator}, at("/account")},
	{"report", 2, []string{coordinator}, at("/reports")},
	{"workbook to fill in", 2, []string{focal}, func(_ *mix, _ *rand.Rand, v visitor) string { return "/institutions/" + v.institution + "/workbook" }},
	{"list of commitments as CSV", 1, []string{coordinator}, at("/lists/commitments.csv")},
}

// mix is the pages with what their addresses need.
type mix struct {
	commitments     []string            // references
	recommendations []string            // numbers
	led             map[string][]string // commitments under way, by institution
	sum             int
}

func pick[E any](r *rand.Rand, list []E) E { return list[r.IntN(len(list))] }

// pick chooses a page, who asks for it and its address.
func (m *mix) pick(r *rand.Rand, w *world) (page, visitor, string) {
	n := r.IntN(m.sum)
	for _, p := range pages {
		if n -= p.often; n < 0 {
			v := pick(r, w.visitors[pick(r, p.who)])
			return p, v, p.path(m, r, v)
		}
	}
	panic("unreachable")
}

var (
	commitmentLink     = regexp.MustCompile(`href="/commitments/([^"/?#]+)"`)
	recommendationLink = regexp.MustCompile(`href="/recommendations/(\d+)"`)
)

// found are the distinct first groups of a pattern.
func found(pattern *regexp.Regexp, body string) (list []string) {
	for _, m := range pattern.FindAllStringSubmatch(body, -1) {
		if s := html.UnescapeString(m[1]); !slices.Contains(list, s) && s != "new" {
			list = append(list, s)
		}
	}
	return list
}

// warm asks for every page of the mix once, reads from lists what there is, and opens the first forms.
func (l *load) warm(ctx context.Context) error {
	l.mix = &mix{led: map[string][]string{}}
	for _, p := range pages {
		l.mix.sum += p.often
	}
	look := func(v visitor, path string) string {
		a, err := l.ask(ctx, v, path, nil, true)
		if err != nil || a.status != http.StatusOK {
			fmt.Printf("  %s: %d %v\n", path, a.status, err)
		}
		return a.body
	}
	one := l.world.visitors[coordinator][0]
	for n := 1; n <= 10; n++ {
		l.mix.commitments = append(l.mix.commitments, found(commitmentLink, look(one, fmt.Sprintf("/commitments?page=%d", n*10)))...)
	}
	l.mix.recommendations = found(recommendationLink, look(one, "/recommendations/editions/TIP/2025"))
	for _, v := range l.world.visitors[focal] {
		list := found(commitmentLink, look(v, "/commitments?status=in_progress&institution="+url.QueryEscape(v.institution)))
		l.mix.led[v.institution] = list
	}
	if len(l.mix.commitments) < 100 || len(l.mix.recommendations) < 5 {
		return fmt.Errorf("the lists name %d commitments and %d recommendations only", len(l.mix.commitments), len(l.mix.recommendations))
	}
	for _, p := range pages {
		v := l.world.visitors[p.who[0]][0]
		look(v, p.path(l.mix, l.rnd, v))
	}
	for range stories {
		l.open <- l.begin()
	}
	for range 40 {
		l.read(ctx, time.Now(), <-l.open)
	}
	l.samples, l.wrong = nil, map[string]int{}
	return ctx.Err()
}
