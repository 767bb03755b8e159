// Soak puts a steady load on the built program: so many requests a second, nine reads to one write, as people of every role, on a
// hundred times the demonstration. Requests start when they are due, whether or not earlier ones were answered, and their time counts
// from then: waiting is not hidden. It says how long each page took, and fails where the promise of docs/adr/0037 is not kept.
//
//	make soak                                                  two minutes
//	go run ./scripts/soak -for 30m -judge                      the documented run
//	go run ./scripts/soak -database postgres://...             on an empty PostgreSQL database
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

// leastRate is what is sent on the busiest machine.
const leastRate = 3

// affordable is the rate that a machine with other work can carry: less than was asked in the share that others have of it, so that a
// run beside other work still says whether anything fails or leaks. A run that is to be judged is never slowed down.
func affordable(p plan) int {
	if p.judge {
		return p.rate
	}
	worked, had := busy()
	time.Sleep(2 * time.Second)
	nowWorked, nowHad := busy()
	others := float64(nowWorked-worked) / float64(max(1, nowHad-had))
	return slowed(p.rate, others)
}

func slowed(rate int, others float64) int {
	if others < mostOthers {
		return rate
	}
	slow := min(rate, max(leastRate, int(float64(rate)*(1-others)/2)))
	fmt.Printf("Other programs have %.0f %% of this machine: %d requests a second instead of %d.\n", 100*others, slow, rate)
	return slow
}

// What is promised.
const (
	mostP95    = 200 * time.Millisecond
	mostMemory = 512 << 20
)

// plan is what was asked for.
type plan struct {
	rate     int           // requests a second
	asked    int           // and those that were asked for
	long     time.Duration // of the load
	database string        // address of PostgreSQL; empty: SQLite
	data     string        // a folder to keep and use again; empty: a new one
	judge    bool          // hold the 95th percentile against its bound even on a machine that had other work
	cores    int
}

func main() {
	var p plan
	flag.IntVar(&p.rate, "rate", 100, "requests a second")
	flag.DurationVar(&p.long, "for", 2*time.Minute, "how long")
	flag.StringVar(&p.database, "database", "", "postgres://... of an empty database, or of one of an earlier run; SQLite when left out")
	flag.StringVar(&p.data, "data", "", "a folder that is kept, and used again where it holds a run's database")
	flag.IntVar(&p.cores, "cores", 2, "processor cores that the server may use")
	flag.BoolVar(&p.judge, "judge", false, "fail on a 95th percentile beyond its bound even when the machine had other work")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, p)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, p plan) error {
	if p.data == "" {
		dir, err := os.MkdirTemp("", "soak-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir) //nolint:errcheck // a folder of this run
		p.data = dir
	}
	p.rate, p.asked = affordable(p), p.rate
	w, err := prepare(ctx, p)
	if err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	s, err := serve(ctx, p)
	if err != nil {
		return err
	}
	l := newLoad(p, w, s)
	err = l.warm(ctx)
	if err == nil {
		l.run(ctx)
	}
	return errors.Join(err, s.stop(), tell(os.Stdout, p, l))
}
