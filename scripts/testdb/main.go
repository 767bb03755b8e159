// Testdb runs a command beside the databases that tests begin with, so that not each test process makes its own (dbtest.Prepare).
//
//	go run ./scripts/testdb COMMAND ARGUMENT...
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"

	"tracker/internal/db/dbtest"
	"tracker/seeds/seedstest"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "testdb: which command?")
		os.Exit(2)
	}
	err := run(os.Args[1], os.Args[2:])
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) {
		os.Exit(max(ended.ExitCode(), 1))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "testdb:", err)
		os.Exit(1)
	}
}

func run(name string, args []string) error {
	env, life, err := dbtest.Prepare(seedstest.Lesotho)
	if err != nil {
		return err
	}
	command := exec.Command(name, args...)
	command.Env, command.Stdin, command.Stdout, command.Stderr = append(os.Environ(), env...), os.Stdin, os.Stdout, os.Stderr
	err = command.Run()
	return errors.Join(err, life.Close())
}
