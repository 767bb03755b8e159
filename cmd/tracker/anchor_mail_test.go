package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/db/dbtest"
	"tracker/internal/mail/mailtest"
)

// The mail that comes outside is an anchor as it is, as its text alone or with
// all of its head: the command takes it, and finds what was altered since.
func TestTheMailedCheckpointIsAnAnchorAsItCame(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			env := map[string]string{"TRACKER_DATA": t.TempDir(), "TRACKER_KEY": strings.Repeat("5e", 32)}
			if engine == "postgres" {
				env["TRACKER_DATABASE_URL"] = dbtest.PostgresURL(t)
			}
			post := mailtest.Start(t)
			env["TRACKER_SMTP_HOST"], env["TRACKER_SMTP_PORT"], env["TRACKER_SMTP_SECURITY"], env["TRACKER_SMTP_FROM"] = "127.0.0.1", strconv.Itoa(post.Port()), "none", "tracker@tracker.example"
			get := func(k string) string { return env[k] }
			command := func(args ...string) (int, string) {
				var out bytes.Buffer
				code := run(t.Context(), args, &out, &out, get)
				return code, out.String()
			}
			if code, said := command("migrate"); code != exitDone {
				t.Fatal(said)
			}
			letter := mailedCheckpoint(t, get, post)
			if !strings.Contains(letter.To, "<office@archive.example>") || strings.Contains(letter.Body, "@") {
				t.Errorf("to %s: %s", letter.To, letter.Body)
			}
			dir := t.TempDir()
			for name, text := range map[string]string{"text.txt": letter.Body, "windows.txt": strings.ReplaceAll(letter.Body, "\n", "\r\n"), "mail.eml": letter.Raw, "note.txt": letter.Body[strings.Index(letter.Body, "action-plan-tracker/"):]} {
				path := filepath.Join(dir, name)
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				if code, said := command("audit", "verify", "--anchor", path); code != exitDone || !strings.Contains(said, "1 checkpoints and 1 anchors hold") {
					t.Errorf("%s: ended with %d: %s", name, code, said)
				}
				altered := filepath.Join(dir, "altered-"+name)
				if err := os.WriteFile(altered, []byte(strings.Replace(text, "\ntime 2", "\ntime 1", 1)), 0o600); err != nil {
					t.Fatal(err)
				}
				if code, said := command("audit", "verify", "--anchor", altered); code == exitDone || !strings.Contains(said, "is not signed with a key") {
					t.Errorf("an altered %s: ended with %d: %s", name, code, said)
				}
			}
		})
	}
}

// mailedCheckpoint has the newest checkpoint mailed as the server does, and
// gives the mail that comes.
func mailedCheckpoint(t *testing.T, getenv func(string) string, post *mailtest.Post) mailtest.Letter {
	t.Helper()
	cfg, err := readConfig(getenv, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	c := &call{surroundings: &surroundings{getenv: getenv}, cfg: cfg}
	a, err := c.open(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	defer a.db.Close() //nolint:errcheck // nothing is under way
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(a.accounts.ChangeSettings(t.Context(), accounts.CommandLine(), "a key of some length", 0, map[string]string{"anchor_mail": "office@archive.example"}))
	must(a.db.Write(t.Context(), func(tx *gorm.DB) error {
		return audit.Append(tx, a.clock.Now(), audit.Event{Who: accounts.CommandLine().Who(), Action: "job.finish", Object: "job 1"})
	}))
	must(a.checkpoint(t.Context()))
	must(a.mailCheckpoint(t.Context()))
	sender, err := a.sender()
	must(err)
	n, err := sender.SendDue(t.Context())
	must(err)
	if letters := post.Letters(); n != 1 || len(letters) != 1 {
		t.Fatalf("%d sent, %d came", n, len(letters))
	}
	return post.Letters()[0]
}
