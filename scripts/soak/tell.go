package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"time"
)

// What is meant by a machine that had nothing else to do, and by memory that is flat.
const (
	mostOthers = 0.10                  // of the processors, for other programs
	mostLate   = 20 * time.Millisecond // of the load itself, 99th percentile
	leastRise  = 32 << 20              // bytes by which the second half of a run may rise, or a tenth of its memory
)

// percentile of sorted times.
func percentile(sorted []time.Duration, n int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, len(sorted)*n/100)]
}

// climb is what memory did over the second half of a run, on the line that fits the least of each five seconds best.
type climb struct{ rose, give, mean float64 } // bytes: by how much it rose, the standard error of that, and what there was in the middle

// leaks says whether memory rose by more than it may, and by more than its swings explain.
func (c climb) leaks() bool { return c.rose > max(leastRise, c.mean/10) && c.rose > 3*c.give }

// rise fits the line to the second half of a run.
func rise(uses []use) (c climb) {
	half := uses[len(uses)/2:]
	var x, y float64
	for _, u := range half {
		x += u.at.Seconds()
		y += float64(u.memory)
	}
	n := float64(len(half))
	x, c.mean = x/n, y/n
	var above, below, off float64
	for _, u := range half {
		above += (u.at.Seconds() - x) * (float64(u.memory) - c.mean)
		below += (u.at.Seconds() - x) * (u.at.Seconds() - x)
	}
	if below == 0 {
		return c
	}
	for _, u := range half {
		from := float64(u.memory) - c.mean - above/below*(u.at.Seconds()-x)
		off += from * from
	}
	span := (half[len(half)-1].at - half[0].at).Seconds()
	c.rose = above / below * span
	if n > 2 {
		c.give = math.Sqrt(off/(n-2)/below) * span
	}
	return c
}

// took are times of the samples of a name, all when it is empty, sorted.
func took(samples []sample, name string) (list []time.Duration) {
	for _, s := range samples {
		if name == "" || s.name == name {
			list = append(list, s.took)
		}
	}
	slices.Sort(list)
	return list
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// tell says how it went. What is not as promised is an error.
func tell(out io.Writer, p plan, l *load) error {
	if len(l.samples) == 0 || len(l.uses) < 2 {
		return errors.New("nothing was measured")
	}
	slices.Sort(l.late)
	tellPages(out, l.samples)
	fmt.Fprintln(out)
	for i, u := range l.uses {
		if i%2 > 0 && i < len(l.uses)-1 { // each ten seconds are enough to read
			continue
		}
		fmt.Fprintf(out, "%6.0f s  %4d MB memory  %4d MB at most  %6.1f s processor  %6.1f MB write-ahead log\n", u.at.Seconds(), u.memory>>20, u.peak>>20, float64(u.processor)/100, float64(u.wal)/(1<<20))
	}
	first, last := l.uses[0], l.uses[len(l.uses)-1]
	memory := rise(l.uses)
	used := time.Duration(last.processor-first.processor) * 10 * time.Millisecond
	n := len(l.samples)
	fmt.Fprintf(out, "\n%d requests in %.0f s, %.1f ms of processor each, %.0f %% of %d cores; the load itself %.1f ms each; other programs had %.0f %% of the machine\n",
		n, last.at.Seconds(), ms(used)/float64(n), 100*used.Seconds()/last.at.Seconds()/float64(p.cores), p.cores, ms(l.own)/float64(n), 100*l.others)
	fmt.Fprintf(out, "The load was late by %.1f ms at the 99th percentile, and lacked a form for %d writes.\n", ms(percentile(l.late, 99)), l.missed)
	fmt.Fprintf(out, "Memory rose by %.1f MB (give or take %.1f) over the second half, %.0f MB in its middle.\n", memory.rose/(1<<20), memory.give/(1<<20), memory.mean/(1<<20))
	for _, what := range slices.Sorted(maps.Keys(l.wrong)) {
		fmt.Fprintf(out, "unexpected, %d times: %s\n", l.wrong[what], what)
	}
	return verdict(out, p, l, memory)
}

func tellPages(out io.Writer, samples []sample) {
	names := map[string]bool{}
	for _, s := range samples {
		names[s.name] = true
	}
	list := slices.SortedFunc(maps.Keys(names), func(a, b string) int {
		return cmp.Compare(percentile(took(samples, b), 95), percentile(took(samples, a), 95))
	})
	fmt.Fprintf(out, "%-50s %8s %8s %8s %8s %8s\n", "ms from when it was due", "n", "p50", "p95", "p99", "most")
	for _, name := range append(list, "") {
		t := took(samples, name)
		fmt.Fprintf(out, "%-50s %8d %8.1f %8.1f %8.1f %8.1f\n", cmp.Or(name, "ALL"), len(t), ms(percentile(t, 50)), ms(percentile(t, 95)), ms(percentile(t, 99)), ms(t[len(t)-1]))
	}
}

// verdict holds the run against the promise.
func verdict(out io.Writer, p plan, l *load, memory climb) (err error) {
	wrong := func(format string, args ...any) { err = errors.Join(err, fmt.Errorf(format, args...)) }
	faults, refusals := 0, 0
	for _, s := range l.samples {
		switch {
		case s.status >= 500 || s.status == 0:
			faults++
		case s.status >= 400:
			refusals++
		}
	}
	if faults > 0 {
		wrong("%d answers of 500 or more, or none at all", faults)
	}
	// Two people may take the same commitment at once: then one is asked again, as it must be.
	if most := len(l.samples) / 200; refusals > most {
		wrong("%d requests were refused, %d at most are to be expected", refusals, most)
	}
	if writes := len(slices.DeleteFunc(slices.Clone(l.samples), func(s sample) bool { return !s.write })); writes*100 < len(l.samples)*9 {
		wrong("only %d of %d requests wrote", writes, len(l.samples))
	}
	if peak := l.uses[len(l.uses)-1].peak; peak > mostMemory {
		wrong("%d MB of memory, %d MB at most", peak>>20, mostMemory>>20)
	}
	if memory.leaks() {
		wrong("memory is not flat: it rose by %.0f MB over the second half", memory.rose/(1<<20))
	}
	p95 := percentile(took(l.samples, ""), 95)
	quiet := p.rate == p.asked && l.others < mostOthers && percentile(l.late, 99) < mostLate
	switch {
	case p95 <= mostP95:
	case quiet || p.judge:
		wrong("the 95th percentile is %.0f ms, %.0f ms at most", ms(p95), ms(mostP95))
	default:
		fmt.Fprintf(out, "The 95th percentile of %.0f ms is not judged: the machine had other work.\n", ms(p95))
	}
	if err == nil {
		fmt.Fprintln(out, "As promised.")
	}
	return err
}
