// Soak puts a steady load on the built program: so many requests a second, nine reads to one write, as people of every role, on a
// hundred times the demonstration. Requests start when they are due, whether or not earlier ones were answered, and their time counts
// from then: waiting is not hidden. It says how long each page took, and fails where the promise of docs/adr/0037 is not kept.
//
//	make soak                                                  two minutes, as every push is tested
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

// What is promised.
const (
	mostP95    = 200 * time.Millisecond
	mostMemory = 512 << 20
)

// plan is what was asked for.
type plan struct {
	rate     int           // requests a second
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
