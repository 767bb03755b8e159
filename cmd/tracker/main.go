// Command tracker serves the action-plan progress tracker and does the work
// around it: migrations, seeds, reports, people, checks.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // zones on machines that have none
)

// version is set by the build.
var version = "development"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr, os.Getenv)
	stop()
	os.Exit(code)
}

// The exit codes.
const (
	exitDone    = 0
	exitFailed  = 1
	exitMisused = 2
)

// misuse is an error of the command line itself.
type misuse struct{ text string }

func (m misuse) Error() string { return m.text }

func misused(format string, args ...any) error { return misuse{fmt.Sprintf(format, args...)} }

// run is the whole program, for main and for tests.
func run(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) int {
	err := dispatch(ctx, args, &surroundings{out: stdout, err: stderr, getenv: getenv})
	var m misuse
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &m):
		fmt.Fprintln(stderr, "tracker:", err)
		fmt.Fprintln(stderr, "'tracker help' lists the commands.")
		return exitMisused
	default:
		fmt.Fprintln(stderr, "tracker:", inWords(err))
		return exitFailed
	}
}
