package main

import (
	"bufio"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tracker/internal/db/dbtest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tracker": main})
}

// The scripts run the program as people do, each in a folder of its own.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", Setup: func(e *testscript.Env) error {
		e.Setenv("SEEDS", abs(t, "../../seeds/lesotho"))
		return nil
	}})
}

// The same on PostgreSQL, where migrating is a step of its own.
func TestScriptsOnPostgreSQL(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/postgres", Setup: func(e *testscript.Env) error {
		e.Setenv("SEEDS", abs(t, "../../seeds/lesotho"))
		e.Setenv("TRACKER_DATABASE_URL", dbtest.PostgresURL(t))
		return nil
	}})
}

func abs(t *testing.T, path string) string {
	t.Helper()
	p, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSettingsAreTheTableInTheManual(t *testing.T) {
	manual, err := os.ReadFile("../../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| `(TRACKER_[A-Z_]+)` \\| (?:`--([a-z]+)`)? ?\\| (?:`([^`]*)`)? ?\\| (.*) \\|$").FindAllStringSubmatch(string(manual), -1)
	told := map[string][]string{}
	for _, r := range rows {
		told[r[1]] = r
	}
	for _, s := range settings() {
		r, ok := told[s.name]
		if !ok {
			t.Errorf("docs/operating.md does not name %s", s.name)
			continue
		}
		if r[2] != s.flag || r[3] != s.initial || strings.Contains(r[4], "*secret*") != s.secret {
			t.Errorf("docs/operating.md says %q of %s; the program: flag %q, default %q, secret %v", r[0], s.name, s.flag, s.initial, s.secret)
		}
		delete(told, s.name)
	}
	for name := range told {
		t.Errorf("docs/operating.md names %s, which the program does not read", name)
	}
}

func TestCommandsAreTheTableInTheManual(t *testing.T) {
	manual, err := os.ReadFile("../../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(manual), "\n## Commands\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for _, c := range commands() {
		if !strings.Contains(section, "| `"+c.name+"` |") {
			t.Errorf("docs/operating.md does not name the command %s", c.name)
		}
	}
	if got, want := strings.Count(section, "\n| `"), len(commands()); got != want {
		t.Errorf("docs/operating.md names %d commands, the program has %d", got, want)
	}
}

func TestConfigRefusesWhatCannotWork(t *testing.T) {
	none := func(string) string { return "" }
	for name, env := range map[string]map[string]string{
		"address with a path":      {"TRACKER_PUBLIC_URL": "https://tracker.example/app"},
		"address without a scheme": {"TRACKER_PUBLIC_URL": "tracker.example"},
		"another engine":           {"TRACKER_DATABASE_URL": "mysql://x/y"},
		"no network":               {"TRACKER_TRUSTED_PROXIES": "somewhere"},
		"no hours":                 {"TRACKER_BACKUP_HOURS": "nightly"},
		"sender missing":           {"TRACKER_SMTP_HOST": "mail.example"},
		"no limits":                {"TRACKER_LIMITS_TIMES": "off"},
		"limits below the table":   {"TRACKER_LIMITS_TIMES": "0"},
		"secret file missing":      {"TRACKER_DATABASE_PASSWORD_FILE": "/nowhere/at/all"},
	} {
		if _, err := readConfig(func(k string) string { return env[k] }, none); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestPasswordFromAFileGoesIntoTheAddress(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("p@ss/word\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"TRACKER_DATABASE_URL": "postgres://tracker@db.example/tracker", "TRACKER_DATABASE_PASSWORD_FILE": file}
	c, err := readConfig(func(k string) string { return env[k] }, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	where, err := c.database()
	if err != nil || where.URL != "postgres://tracker:p%40ss%2Fword@db.example/tracker" {
		t.Errorf("the address is %q (%v)", where.URL, err)
	}
}

// lines lets a test read what a running command prints, line by line.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// running starts a command and waits until it prints its address.
func running(t *testing.T, args []string, env map[string]string) (address string, out *lines, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out = &lines{}
	code := make(chan int, 1)
	go func() { code <- run(ctx, args, out, out, func(k string) string { return env[k] }) }()
	found := regexp.MustCompile(`http://(127\.0\.0\.1:\d+)`)
	for end := time.Now().Add(60 * time.Second); ; {
		if m := found.FindStringSubmatch(out.String()); m != nil {
			return "http://" + m[1], out, func() int { cancel(); return <-code }
		}
		select {
		case c := <-code:
			t.Fatalf("%v ended with %d: %s", args, c, out)
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(end) {
			t.Fatalf("%v does not listen: %s", args, out)
		}
	}
}

func TestDemoServesItsClockBannerAndAccountsAndGoesOnAfterARestart(t *testing.T) {
	dir := t.TempDir()
	address, out, stop := running(t, []string{"demo", "--data", dir, "--addr", "127.0.0.1:0"}, nil)
	accountsPrinted := 0
	for s := bufio.NewScanner(strings.NewReader(out.String())); s.Scan(); {
		if strings.Contains(s.Text(), "@") {
			accountsPrinted++
		}
	}
	if accountsPrinted != 8 {
		t.Errorf("prints %d sign-ins, want two focal points, two coordinators, countersigner, partner, auditor, administrator: %s", accountsPrinted, out)
	}
	if !strings.Contains(out.String(), "8 November 2021") || !strings.Contains(out.String(), "assumed") {
		t.Errorf("does not say its day and that the dialogue's day is assumed: %s", out)
	}
	answer, err := http.Get(address + "/sign-in")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close() //nolint:errcheck // only the status counts
	if answer.StatusCode != http.StatusOK {
		t.Errorf("/sign-in answers %s", answer.Status)
	}
	if second := run(t.Context(), []string{"serve", "--data", dir}, out, out, func(string) string { return "" }); second != exitFailed {
		t.Errorf("a second server on the file ended with %d", second)
	}
	if code := stop(); code != exitDone {
		t.Errorf("demo ended with %d: %s", code, out)
	}
	_, out, stop = running(t, []string{"demo", "--data", dir, "--addr", "127.0.0.1:0", "--today", "2023-10-01"}, nil)
	if !strings.Contains(out.String(), "1 October 2023") {
		t.Errorf("--today did not move the clock: %s", out)
	}
	stop()
	_, out, stop = running(t, []string{"demo", "--data", dir, "--addr", "127.0.0.1:0"}, nil)
	if !strings.Contains(out.String(), "1 October 2023") {
		t.Errorf("the clock did not go on after the restart: %s", out)
	}
	stop()
}
