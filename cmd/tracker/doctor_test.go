package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/backup"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
)

// clinic makes patients: an empty migrated database in a folder of its own, with settings that are right.
type clinic struct {
	*testing.T
	env map[string]string
}

func (c clinic) patient() *patient {
	c.Helper()
	cfg, err := readConfig(func(k string) string { return c.env[k] }, func(string) string { return "" })
	if err != nil {
		c.Fatal(err)
	}
	p := newPatient(&call{surroundings: &surroundings{getenv: func(k string) string { return c.env[k] }}, cfg: cfg})
	p.environ = func() []string { return nil }
	p.room = func(string) (room, error) { return room{free: 90 << 30, all: 100 << 30}, nil }
	c.Cleanup(p.close)
	return p
}

func (c clinic) opened() *patient {
	c.Helper()
	p := c.patient()
	p.open(c.Context())
	if p.closed != nil {
		c.Fatal(p.closed)
	}
	return p
}

// set changes the database behind the patient's back.
func (c clinic) set(statements ...string) {
	c.Helper()
	d, err := db.Open(c.Context(), db.Config{Path: filepath.Join(c.env["TRACKER_DATA"], "tracker.sqlite")})
	if err != nil {
		c.Fatal(err)
	}
	for _, s := range statements {
		if err := d.Write(c.Context(), func(tx *gorm.DB) error { return tx.Exec(s).Error }); err != nil {
			c.Fatal(err)
		}
	}
	if err := d.Close(); err != nil {
		c.Fatal(err)
	}
}

// found is what one check finds.
func found(t *testing.T, p *patient, name string) []finding {
	t.Helper()
	for _, c := range checks {
		if c.name == name {
			return c.look(t.Context(), p)
		}
	}
	t.Fatalf("there is no check %q", name)
	return nil
}

func (c clinic) mark(p *patient, madeAt time.Time) {
	c.Helper()
	if err := backup.NoteMade(c.Context(), p.db, time.Now(), accounts.CommandLine().Who(), backup.Manifest{MadeAt: madeAt}); err != nil {
		c.Fatal(err)
	}
}

// wrong are the cases in which a check must say what to mend: what it says has both words in it.
var wrong = []struct {
	check, name   string
	makeIt        func(c clinic) *patient
	found, advice string
}{
	{"settings", "a mistyped name", func(c clinic) *patient {
		p := c.patient()
		p.environ = func() []string { return []string{"TRACKER_SMTP_HSOT=mail.example", "HOME=/"} }
		return p
	}, "TRACKER_SMTP_HSOT", "correct its name"},
	{"address", "passwords in the open", func(c clinic) *patient {
		c.env["TRACKER_PUBLIC_URL"] = "http://tracker.example"
		return c.patient()
	}, "in the open", "TLS"},
	{"address", "no trusted proxy", func(c clinic) *patient {
		c.env["TRACKER_PUBLIC_URL"] = "https://tracker.example"
		return c.patient()
	}, "every visitor", "TRACKER_TRUSTED_PROXIES"},
	{"secrets", "a file that others read", func(c clinic) *patient {
		path := filepath.Join(c.TempDir(), "password")
		if err := errors.Join(os.WriteFile(path, []byte("x"), 0o600), os.Chmod(path, 0o644)); err != nil {
			c.Fatal(err)
		}
		c.env["TRACKER_SMTP_PASSWORD_FILE"] = path
		return c.patient()
	}, "others on this machine may read", "chmod 600"},
	{"folder", "open to others", func(c clinic) *patient {
		if err := os.Chmod(c.env["TRACKER_DATA"], 0o755); err != nil {
			c.Fatal(err)
		}
		return c.patient()
	}, "mode 0755", "chmod 700"},
	{"folder", "not there", func(c clinic) *patient {
		c.env["TRACKER_DATA"] += "/nowhere"
		return c.patient()
	}, "data folder", "no such file"},
	{"disk", "nearly full", func(c clinic) *patient {
		p := c.patient()
		p.room = func(string) (room, error) { return room{free: 9, all: 100}, nil }
		return p
	}, "9 %", "make room"},
	{"disk", "no room for a copy of the database", func(c clinic) *patient {
		p := c.patient()
		p.facts.Size = 91 << 30
		return p
	}, "less than the database has", "make room"},
	{"disk", "not readable", func(c clinic) *patient {
		p := c.patient()
		p.room = func(string) (room, error) { return room{}, errors.New("input/output error") }
		return p
	}, "the disk of", "input/output error"},
	{"engine", "no database", func(c clinic) *patient {
		if err := os.WriteFile(filepath.Join(c.env["TRACKER_DATA"], "tracker.sqlite"), bytes.Repeat([]byte("x"), 8192), 0o600); err != nil {
			c.Fatal(err)
		}
		p := c.patient()
		p.open(c.Context())
		return p
	}, "cannot be opened", "TRACKER_DATA"},
	{"engine", "too old", func(c clinic) *patient {
		p := c.opened()
		p.facts = db.Facts{Engine: "PostgreSQL 14.9", Old: true}
		return p
	}, "PostgreSQL 14.9 is too old", "15 or newer"},
	{"engine", "a setting overridden", func(c clinic) *patient {
		p := c.opened()
		p.facts.Differ = []string{`lock_timeout is "0", must be "10000"`}
		return p
	}, "lock_timeout", "ALTER ROLE"},
	{"engine", "a superuser", func(c clinic) *patient {
		c.env["TRACKER_DATABASE_URL"] = dbtest.PostgresURL(c.T)
		return c.opened()
	}, "superuser", "CREATE ROLE"},
	{"way to the database", "in the open", func(c clinic) *patient {
		c.env["TRACKER_DATABASE_URL"] = "postgres://tracker@db.example.org/tracker?sslmode=disable"
		return c.patient()
	}, "in the open", "verify-full"},
	{"way to the database", "to nobody knows whom", func(c clinic) *patient {
		c.env["TRACKER_DATABASE_URL"] = "postgres://tracker@db.example.org/tracker?sslmode=require"
		p := c.patient()
		p.facts.Encrypted = true
		return p
	}, "nobody checks", "verify-full"},
	{"schema", "old", func(c clinic) *patient {
		c.set("DELETE FROM schema_checksums WHERE version = (SELECT max(version) FROM schema_checksums)")
		return c.opened()
	}, "has to be migrated", "tracker migrate"},
	{"schema", "newer", func(c clinic) *patient {
		c.set("INSERT INTO schema_checksums (version, sha256) VALUES (99999, '00')")
		return c.opened()
	}, "newer release", "install the release"},
	{"schema", "altered", func(c clinic) *patient {
		c.set("UPDATE schema_checksums SET sha256 = '00' WHERE version = 1")
		return c.opened()
	}, "altered", "schema_checksums"},
	{"database file", "damaged", func(c clinic) *patient {
		p := c.opened()
		file, err := os.OpenFile(p.db.Path(), os.O_RDWR, 0)
		if err != nil {
			c.Fatal(err)
		}
		if _, err := file.WriteAt(bytes.Repeat([]byte{0xff}, 40*4096), 20*4096); err != nil {
			c.Fatal(err)
		}
		return p
	}, "database file", "restore a backup"},
	{"clock", "apart from the database's", func(c clinic) *patient {
		p := c.opened()
		p.facts.Now = p.now().Add(-10 * time.Minute)
		return p
	}, "-10m0s from", "NTP"},
	{"clock", "behind the trail", func(c clinic) *patient {
		p := c.opened()
		if err := backup.NoteMade(c.Context(), p.db, time.Now().Add(3*time.Hour), audit.Who{}, backup.Manifest{}); err != nil {
			c.Fatal(err)
		}
		return p
	}, "ahead of the clock", "set back"},
	{"clock", "an unknown zone", func(c clinic) *patient {
		c.set("INSERT INTO settings (name, value) VALUES ('zone', 'Nowhere/Land')")
		return c.opened()
	}, "Nowhere/Land", "table of settings"},
	{"audit trail", "altered", func(c clinic) *patient {
		p := c.opened()
		c.mark(p, time.Now())
		dbtest.Unguard(c.T, p.db)
		c.set("UPDATE audit_entries SET actor = 'Nobody' WHERE seq = 1")
		return p
	}, "audit trail", "entry 1"},
	{"checkpoint", "none", func(c clinic) *patient {
		p := c.opened()
		c.entry(p, 4*time.Hour)
		c.entry(p, time.Minute)
		return p
	}, "no checkpoint of the audit trail was signed yet, and entries wait for one since", "start 'tracker serve'"},
	{"checkpoint", "an old one", func(c clinic) *patient {
		p := c.opened()
		c.entry(p, 60*time.Hour)
		c.sign(p, 50*time.Hour)
		c.entry(p, 49*time.Hour)
		return p
	}, "is of entry 1, ", "tracker audit checkpoint"},
	{"backup", "none", func(c clinic) *patient { return c.opened() }, "no backup was ever made", "tracker backup FILE"},
	{"backup", "an old one", func(c clinic) *patient {
		p := c.opened()
		c.mark(p, time.Now().Add(-27*time.Hour))
		return p
	}, "27 hours ago", "every night"},
	{"two people", "nobody", func(c clinic) *patient { return c.opened() }, "two people", "add a coordinator"},
	{"second factors", "sealed with another key", func(c clinic) *patient {
		p := c.opened()
		if _, made, err := p.app.accounts.EnsureFirstLink(c.Context()); !made || err != nil {
			c.Fatal(made, err)
		}
		c.set("INSERT INTO second_factors (person_id, sealed, made_at) SELECT id, 'sealed', created_at FROM people")
		return p
	}, "second factors", "were sealed with another key"},
	{"issuer", "nobody answers", func(c clinic) *patient {
		c.env["TRACKER_OIDC_ISSUER"], c.env["TRACKER_OIDC_CLIENT_ID"] = "http://"+nobody(c.T), "tracker"
		return c.patient()
	}, "issuer of OpenID Connect", "its description does not answer"},
	{"mail", "nobody answers", func(c clinic) *patient {
		c.env["TRACKER_SMTP_HOST"], c.env["TRACKER_SMTP_PORT"], c.env["TRACKER_SMTP_FROM"] = "127.0.0.1", port(nobody(c.T)), "tracker@tracker.example"
		return c.patient()
	}, "does not take mails", "wait in the outbox"},
	{"certificate", "not trusted", func(c clinic) *patient {
		p, _ := c.secured()
		p.roots = x509.NewCertPool()
		return p
	}, "do not trust", "an authority that they know"},
	{"certificate", "ended", func(c clinic) *patient {
		p, ends := c.secured()
		p.now = func() time.Time { return ends.Add(time.Hour) }
		return p
	}, "ended on", "renew it"},
	{"certificate", "about to end", func(c clinic) *patient {
		p, ends := c.secured()
		p.now = func() time.Time { return ends.Add(-5*24*time.Hour - time.Hour) }
		return p
	}, "in 5 days", "renew it"},
	{"certificate", "no TLS at all", func(c clinic) *patient {
		s := httptest.NewServer(http.NotFoundHandler())
		c.Cleanup(s.Close)
		c.env["TRACKER_PUBLIC_URL"] = "https://" + s.Listener.Addr().String()
		return c.patient()
	}, "does not speak TLS", "set up TLS"},
}

// secured is a patient whose public address has a certificate that it trusts, and the instant at which that ends.
func (c clinic) secured() (*patient, time.Time) {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // doctor hangs up after the handshake
	s.StartTLS()
	c.Cleanup(s.Close)
	c.env["TRACKER_PUBLIC_URL"] = s.URL
	p := c.patient()
	p.roots = x509.NewCertPool()
	p.roots.AddCert(s.Certificate())
	return p, s.Certificate().NotAfter
}

// nobody is an address at which nobody listens.
func nobody(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // it is to be free
	return l.Addr().String()
}

func port(address string) string {
	_, p, _ := net.SplitHostPort(address)
	return p
}

var healthy = dbtest.NewTemplate(func(context.Context, *db.DB) error { return nil })

func newClinic(t *testing.T) clinic {
	dir := filepath.Dir(healthy.SQLite(t).Path())
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return clinic{t, map[string]string{"TRACKER_DATA": dir}}
}

// Each check says what is wrong and what to mend, and is quiet where nothing is.
func TestDoctorSaysWhatToMend(t *testing.T) {
	tried := []string{"files of evidence"} // below
	for _, w := range wrong {
		tried = append(tried, w.check)
		t.Run(w.check+", "+w.name, func(t *testing.T) {
			list := found(t, w.makeIt(newClinic(t)), w.check)
			if !slices.ContainsFunc(list, func(f finding) bool {
				return f.State == mend && strings.Contains(f.Found, w.found) && strings.Contains(f.Advice, w.advice)
			}) {
				t.Errorf("%+v", list)
			}
		})
	}
	for _, c := range checks {
		if !slices.Contains(tried, c.name) {
			t.Errorf("nothing makes the check %q find a fault", c.name)
		}
	}
}

func TestDoctorLeavesTheHealthyAlone(t *testing.T) {
	c := newClinic(t)
	p := c.opened()
	c.mark(p, time.Now().Add(-25*time.Hour))
	for _, f := range p.examine(t.Context()) {
		if f.State == mend && f.Check != "two people" {
			t.Errorf("%+v", f)
		}
	}
	p, _ = newClinic(t).secured()
	if list := found(t, p, "certificate"); len(list) != 1 || list[0].State != good || !strings.Contains(list[0].Found, "trusted, ends on 20") {
		t.Errorf("%+v", list)
	}
}

// What is only worth knowing is no fault.
func TestDoctorNotes(t *testing.T) {
	for name, n := range map[string]struct {
		check, found string
		env          map[string]string
	}{
		"a secret in the environment":     {"secrets", "TRACKER_SMTP_PASSWORD stands in the environment", map[string]string{"TRACKER_SMTP_PASSWORD": "x"}},
		"a password in the address":       {"secrets", "TRACKER_DATABASE_URL stands", map[string]string{"TRACKER_DATABASE_URL": "postgres://a:b@localhost/c"}},
		"no secret in the address":        {"secrets", "", map[string]string{"TRACKER_DATABASE_URL": "postgres://a@localhost/c"}},
		"a database in another container": {"way to the database", "is not encrypted", map[string]string{"TRACKER_DATABASE_URL": "postgres://a@database/c?sslmode=disable"}},
		"a database on this machine":      {"way to the database", "", map[string]string{"TRACKER_DATABASE_URL": "postgres://a@127.0.0.1/c?sslmode=disable"}},
		"no mail server":                  {"mail", "no mail server", nil},
		"open to others":                  {"address", "open to other machines", map[string]string{"TRACKER_ADDR": "0.0.0.0:8080"}},
		"numbers for others":              {"address", "metrics are given out beyond this machine", map[string]string{"TRACKER_METRICS_ADDR": "0.0.0.0:9464"}},
		"numbers for this machine":        {"address", "", map[string]string{"TRACKER_METRICS_ADDR": "127.0.0.1:9464"}},
		"a certificate out of reach":      {"certificate", "was not seen", map[string]string{"TRACKER_PUBLIC_URL": "https://" + nobody(t)}},
		"backups by other means":          {"backup", "other means", map[string]string{"TRACKER_BACKUP_HOURS": "0"}},
	} {
		c := newClinic(t)
		for k, v := range n.env {
			c.env[k] = v
		}
		list := found(t, c.patient(), n.check)
		if faults(list) > 0 || slices.ContainsFunc(list, func(f finding) bool { return f.State == note && strings.Contains(f.Found, n.found) }) != (n.found != "") {
			t.Errorf("%s: %+v", name, list)
		}
	}
}

func TestDoctorTellsWhenTheServerLastVerifiedTheTrail(t *testing.T) {
	c := newClinic(t)
	if list := found(t, c.opened(), "audit trail"); len(list) != 1 {
		t.Errorf("before: %+v", list)
	}
	c.set("INSERT INTO audit_checks (day, began_at, ended_at, entries, seq, fault) VALUES ('2026-11-29', '2026-11-29 00:20:00+00:00', '2026-11-29 00:21:00+00:00', 7, 0, '')",
		"INSERT INTO audit_checks (day, began_at, entries, seq, fault) VALUES ('2026-11-30', '2026-11-30 00:20:00+00:00', 0, 0, '')")
	list := found(t, c.opened(), "audit trail")
	if len(list) != 2 || list[1].State != note || !strings.Contains(list[1].Found, "2026-11-29: 7 entries") {
		t.Errorf("%+v", list)
	}
}

// A program reads the same; where the database cannot be read, doctor says what it did not look at.
func TestDoctorTellsAProgram(t *testing.T) {
	c := newClinic(t)
	if err := os.WriteFile(filepath.Join(c.env["TRACKER_DATA"], "tracker.sqlite"), bytes.Repeat([]byte("x"), 8192), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, said bytes.Buffer
	code := run(t.Context(), []string{"doctor", "--json", "--data", c.env["TRACKER_DATA"]}, &out, &said, func(string) string { return "" })
	var told struct {
		Release  string
		Mend     int
		Findings []finding
	}
	if err := json.Unmarshal(out.Bytes(), &told); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	last := told.Findings[len(told.Findings)-1]
	if code != exitFailed || told.Release != version || told.Mend != faults(told.Findings) || told.Mend == 0 || last.State != note || !strings.Contains(last.Found, "audit trail") {
		t.Errorf("ended with %d: %+v, %s", code, told, said.String())
	}
}

// A backup leaves its mark in the trail, and doctor finds it there.
func TestABackupIsKnownToDoctor(t *testing.T) {
	c := newClinic(t)
	var out bytes.Buffer
	if code := run(t.Context(), []string{"backup", filepath.Join(t.TempDir(), "a.backup"), "--data", c.env["TRACKER_DATA"]}, &out, &out, func(string) string { return "" }); code != exitDone {
		t.Fatal(out.String())
	}
	if list := found(t, c.opened(), "backup"); faults(list) > 0 || !strings.HasPrefix(list[0].Found, "backup of ") {
		t.Errorf("%+v", list)
	}
}

// A byte of a file of evidence that was flipped in the database is found by
// doctor, which names the update and the file.
func TestDoctorFindsAFlippedByte(t *testing.T) {
	dir := t.TempDir()
	tell := func(args ...string) string {
		var out bytes.Buffer
		run(t.Context(), append(args, "--data", dir), &out, &out, func(string) string { return "" })
		return out.String()
	}
	tell("seed", "../../seeds/lesotho")
	if said := tell("doctor"); !strings.Contains(said, "ok    files of evidence, 4") {
		t.Fatalf("before: %s", said)
	}
	clinic{t, map[string]string{"TRACKER_DATA": dir}}.set(
		"UPDATE evidence_chunks SET content = CAST(replace(CAST(content AS TEXT), 'Maseru,9', 'Maseru,8') AS BLOB) WHERE file_id = (SELECT id FROM evidence_files WHERE name LIKE 'attendance-by%')")
	if said := tell("doctor"); !strings.Contains(said, "MEND  files of evidence") || !strings.Contains(said, "attendance-by-office-DEMONSTRATION.csv") {
		t.Errorf("after: %s", said)
	}
}
