package main

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

func samples(n int, took time.Duration, status int, write bool) (list []sample) {
	for range n {
		list = append(list, sample{"page", took, status, write})
	}
	return list
}

// steady is a run as it should be: 1,000 requests, every tenth a write, memory that goes up and down.
func steady() *load {
	l := &load{samples: slices.Concat(samples(900, 20*time.Millisecond, 200, false), samples(100, 30*time.Millisecond, 303, true)), late: []time.Duration{time.Millisecond}}
	for i := range 13 {
		l.uses = append(l.uses, use{at: time.Duration(i) * 10 * time.Second, memory: int64(250+10*(i%2)) << 20, peak: 300 << 20})
	}
	return l
}

var asked = plan{rate: 100, asked: 100, cores: 2, long: 2 * time.Minute}

func TestARunIsHeldAgainstThePromise(t *testing.T) {
	for name, c := range map[string]struct {
		plan   plan
		change func(*load)
		want   string // of the error; empty for none
	}{
		"as it should be": {asked, func(*load) {}, ""},
		"one fault":       {asked, func(l *load) { l.samples[7].status = 500 }, "1 answers of 500"},
		"no answer":       {asked, func(l *load) { l.samples[7].status = 0 }, "1 answers of 500"},
		"a few refusals":  {asked, func(l *load) { l.samples[7].status = 409 }, ""},
		"many refusals": {asked, func(l *load) {
			for i := range 20 {
				l.samples[i].status = 429
			}
		}, "20 requests were refused"},
		"slow": {asked, func(l *load) {
			for i := range 60 {
				l.samples[i].took = 201 * time.Millisecond
			}
		}, "95th percentile is 201 ms"},
		"slow beside other work": {asked, func(l *load) {
			l.others = 0.3
			for i := range 60 {
				l.samples[i].took = 201 * time.Millisecond
			}
		}, ""},
		"slow beside other work, to be judged": {plan{rate: 100, asked: 100, judge: true}, func(l *load) {
			l.others = 0.3
			for i := range 60 {
				l.samples[i].took = 201 * time.Millisecond
			}
		}, "95th percentile is 201 ms"},
		"too much memory": {asked, func(l *load) { l.uses[12].peak = 513 << 20 }, "513 MB of memory"},
		"a leak": {asked, func(l *load) {
			for i := range l.uses {
				l.uses[i].memory = int64(200+8*i) << 20
			}
		}, "memory is not flat"},
		"memory that swings": {asked, func(l *load) {
			for i, mb := range []int64{300, 300, 300, 300, 300, 300, 262, 257, 321, 259, 288, 318, 330} {
				l.uses[i].memory = mb << 20
			}
		}, ""},
		"too few writes": {asked, func(l *load) { l.samples = l.samples[:950] }, "only 50 of 950"},
	} {
		l := steady()
		c.change(l)
		err := verdict(&bytes.Buffer{}, c.plan, l, rise(l.uses))
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestRiseIsOfTheSecondHalf(t *testing.T) {
	var uses []use
	for i := range 21 { // rises for half of the time, then by 1 MB in ten seconds
		memory := int64(100+20*i) << 20
		if i > 10 {
			memory = int64(300+i-10) << 20
		}
		uses = append(uses, use{at: time.Duration(i) * 10 * time.Second, memory: memory})
	}
	if c := rise(uses); c.rose < 9<<20 || c.rose > 11<<20 || c.mean < 304<<20 || c.mean > 306<<20 || c.give > 1<<20 {
		t.Errorf("rose by %.1f MB, give or take %.1f, of %.1f MB", c.rose/(1<<20), c.give/(1<<20), c.mean/(1<<20))
	}
}

func TestPercentiles(t *testing.T) {
	var l []time.Duration
	for i := range 100 {
		l = append(l, time.Duration(i+1))
	}
	if percentile(l, 50) != 51 || percentile(l, 95) != 96 || percentile(l, 99) != 100 || percentile(nil, 95) != 0 {
		t.Errorf("%d %d %d", percentile(l, 50), percentile(l, 95), percentile(l, 99))
	}
}

func TestABusyMachineIsAskedForLess(t *testing.T) {
	for _, c := range []struct {
		others float64
		want   int
	}{{0.05, 100}, {0.5, 25}, {0.99, leastRate}} {
		if got := slowed(100, c.others); got != c.want {
			t.Errorf("beside %.2f: %d, want %d", c.others, got, c.want)
		}
	}
}

func TestTheFormOfAStepIsFoundWithItsHiddenFields(t *testing.T) {
	const body = `<form method="post" action="/updates/7/return?walk=1" class="full"><input type="hidden" name="key" value="r"></form>
		<form method="post" action="/commitments/NAP%201/updates/new"><input type="hidden" name="key" value="quick"></form>
		<form method="post" action="/commitments/NAP%201/updates/new" id="update"><input type="hidden" name="key" value="k&amp;1"><input type="hidden" name="version" value="3"><input id="as_of" name="as_of" type="text" value="8 November 2021"></form>`
	action, fields, inner := formTo(body, "/updates/new")
	if action != "/commitments/NAP%201/updates/new" || fields.Get("key") != "k&1" || fields.Get("version") != "3" || inDate.FindStringSubmatch(inner) == nil {
		t.Errorf("%s %v", action, fields)
	}
	if action, fields, _ := formTo(body, "/return"); action != "/updates/7/return?walk=1" || fields.Get("key") != "r" {
		t.Errorf("%s %v", action, fields)
	}
	if action, _, _ := formTo(body, "/approve"); action != "" {
		t.Errorf("found %s", action)
	}
}

// Every page of the mix is asked for, by each of those who read it.
func TestTheMixAsksForAllOfItsPages(t *testing.T) {
	m := &mix{commitments: []string{"a"}, recommendations: []string{"1"}}
	w := &world{visitors: map[string][]visitor{}}
	for _, p := range pages {
		m.sum += p.often
		for _, who := range p.who {
			w.visitors[who] = []visitor{{email: who, institution: "M00"}}
		}
	}
	if m.sum != 1000 {
		t.Errorf("the pages are asked for %d times in a thousand", m.sum)
	}
	r, asked := rand.New(rand.NewPCG(1, 1)), map[string]int{}
	for range 100_000 {
		p, v, path := m.pick(r, w)
		asked[p.name]++
		if !slices.Contains(p.who, v.email) || !strings.HasPrefix(path, "/") {
			t.Fatalf("%s by %s at %s", p.name, v.email, path)
		}
	}
	for _, p := range pages {
		if n := asked[p.name]; n < 100*p.often/2 || n > 200*p.often {
			t.Errorf("%s: %d of 100000, want about %d", p.name, n, 100*p.often)
		}
	}
}
