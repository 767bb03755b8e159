package main

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"tracker/internal/db"
)

// finding is what a check found, in plain words. Advice says how to mend it,
// or what follows from a note.
type finding struct {
	Check  string `json:"check"`
	State  string `json:"state"`
	Found  string `json:"found"`
	Advice string `json:"advice,omitempty"`
}

// The states of a finding: only the last one makes doctor fail.
const (
	good = "ok"
	note = "note"
	mend = "mend"
)

// patient is what the checks look at. What it lacks could not be opened.
type patient struct {
	*call
	now     func() time.Time
	room    func(path string) (room, error)
	roots   *x509.CertPool // whom a certificate has to be signed by; nil: whom this machine trusts
	environ func() []string
	db      *db.DB
	facts   db.Facts
	closed  error // why db is nil or facts are empty
	schema  error // what is wrong with the schema
	app     *app
	unread  error // why app is nil
}

// need is what has to stand before a check can look.
type need int

const (
	alone need = iota
	database
	schema
	application
)

// checks are what doctor looks at, in the order of its answer.
var checks = []struct {
	name string
	need need
	look func(ctx context.Context, p *patient) []finding
}{
	{"settings", alone, lookAtSettings},
	{"address", alone, lookAtAddress},
	{"secrets", alone, lookAtSecrets},
	{"folder", alone, lookAtFolder},
	{"disk", alone, lookAtDisk},
	{"engine", alone, lookAtEngine},
	{"way to the database", database, lookAtWay},
	{"schema", database, lookAtSchema},
	{"database file", database, lookAtFile},
	{"clock", schema, lookAtClock},
	{"audit trail", schema, lookAtTrail},
	{"checkpoint", application, lookAtCheckpoint},
	{"files of evidence", application, lookAtEvidence},
	{"backup", application, lookAtBackup},
	{"two people", application, lookAtPeople},
	{"second factors", application, lookAtFactors},
	{"mail", alone, lookAtMail},
	{"certificate", alone, lookAtCertificate},
	{"issuer", alone, lookAtIssuer},
}

// doctor says what is wrong and what to do about it. It ends with 1 when
// something has to be mended; what is only worth knowing does not count.
func doctor(ctx context.Context, c *call) error {
	if url := c.option("probe"); url != "" {
		return probe(ctx, url)
	}
	if err := c.missing(); err != nil {
		return err
	}
	p := newPatient(c)
	p.open(ctx)
	defer p.close()
	list := p.examine(ctx)
	if c.option("json") == "true" {
		if err := tellProgram(c.out, list); err != nil {
			return err
		}
	} else {
		tellPerson(c.out, list)
	}
	if n := faults(list); n > 0 {
		return fmt.Errorf("%d to mend", n)
	}
	return nil
}

// open opens as much as can be opened, and changes nothing.
func (p *patient) open(ctx context.Context) {
	where, err := p.cfg.database()
	if err == nil {
		p.db, err = db.Open(ctx, where)
	}
	if err == nil {
		p.facts, err = p.db.Facts(ctx)
	}
	if p.closed = err; err != nil {
		return
	}
	if p.schema = p.db.CheckSchema(ctx); p.schema != nil {
		return
	}
	a := &app{cfg: p.cfg, db: p.db}
	if a.keys, p.unread = p.cfg.keyring(false); p.unread == nil {
		p.unread = a.read(ctx)
	}
	if p.unread == nil {
		p.app = a
	}
}

func (p *patient) close() {
	if p.db != nil {
		p.db.Close() //nolint:errcheck // it was only read
	}
}

func (p *patient) has(n need) bool {
	switch n {
	case database:
		return p.closed == nil
	case schema:
		return p.closed == nil && p.schema == nil
	case application:
		return p.app != nil
	}
	return true
}

// examine makes every check that can be made, and says which could not.
func (p *patient) examine(ctx context.Context) (list []finding) {
	var left []string
	for _, c := range checks {
		if !p.has(c.need) {
			left = append(left, c.name)
			continue
		}
		for _, f := range c.look(ctx, p) {
			f.Check = c.name
			list = append(list, f)
		}
	}
	if len(left) > 0 {
		list = append(list, finding{"left out", note, "not looked at until the database can be read: " + strings.Join(left, ", "), ""})
	}
	return list
}

// is makes a list of one finding: fine where all is well, else what has to be mended.
func is(well bool, found, advice string) []finding {
	if well {
		return []finding{{State: good, Found: found}}
	}
	return []finding{{State: mend, Found: found, Advice: advice}}
}

func faults(list []finding) (n int) {
	for _, f := range list {
		if f.State == mend {
			n++
		}
	}
	return n
}

func tellPerson(out io.Writer, list []finding) {
	marks := map[string]string{good: "ok   ", note: "note ", mend: "MEND "}
	for _, f := range list {
		text := f.Found
		if f.Advice != "" {
			text += ": " + f.Advice
		}
		fmt.Fprintln(out, marks[f.State], text)
	}
}

func tellProgram(out io.Writer, list []finding) error {
	w := json.NewEncoder(out)
	w.SetEscapeHTML(false)
	w.SetIndent("", "  ")
	return w.Encode(struct {
		Release  string    `json:"release"`
		Mend     int       `json:"mend"`
		Findings []finding `json:"findings"`
	}{version, faults(list), list})
}

func lookAtPeople(ctx context.Context, p *patient) []finding {
	n, err := p.app.accounts.SecondPeople(ctx)
	list := is(err == nil && n.Enough(), "two people who can approve and publish", "add a coordinator or a countersigner, else nothing can be approved by a second person")
	if p.app.settings.Demonstration {
		list = append(list, finding{State: note, Found: "DEMONSTRATION: its clock says " + p.app.words.Instant(p.app.clock.Now())})
	}
	return list
}

// lookAtFactors says whose codes nobody can check any more.
func lookAtFactors(ctx context.Context, p *patient) []finding {
	n, err := p.app.accounts.Unopened(ctx)
	return is(err == nil && n == 0, "second factors", fmt.Sprintf("%d were sealed with another key: bring back the secret of TRACKER_KEY or tracker.key, or 'tracker user link EMAIL --new-second-factor' for each", n))
}

// lookAtIssuer asks the issuer of OpenID Connect for its description, where one is set.
func lookAtIssuer(ctx context.Context, p *patient) []finding {
	who, err := p.cfg.issuer()
	if err != nil || who == nil {
		return nil // the settings say what is wrong
	}
	advice := "its description does not answer as it should; nobody can sign in there until it does"
	if err = who.Reach(ctx); err != nil {
		advice = fmt.Sprintf("%s (%v)", advice, err)
	}
	return is(err == nil, "issuer of OpenID Connect "+who.Address(), advice)
}

// probe asks a running server whether it is ready: the container's health check.
func probe(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return misused("--probe: %v", err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	answer.Body.Close() //nolint:errcheck // only the status counts
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, answer.Status)
	}
	return nil
}
