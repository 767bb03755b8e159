package mail

import (
	"context"
	"fmt"
	"mime"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/mail/mailtest"
	"tracker/internal/problem"
)

// serverOf is the server's settings for a post of tests.
func serverOf(p *mailtest.Post) Server {
	return Server{Host: "127.0.0.1", Port: p.Port(), Security: None, From: "Tracker <tracker@tracker.example>"}
}

type watch struct{ at time.Time }

func (w *watch) now() time.Time { return w.at }

func start() *watch { return &watch{at: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)} }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func queue(t *testing.T, d *db.DB, w *watch, m Message) error {
	t.Helper()
	return d.Write(t.Context(), func(tx *gorm.DB) error { return Queue(tx, w.now(), m) })
}

func list(t *testing.T, d *db.DB) []Row {
	t.Helper()
	var rows []Row
	must(t, d.Read(t.Context(), func(tx *gorm.DB) (err error) {
		rows, _, err = List(tx, 1)
		return err
	}))
	return rows
}

func sender(t *testing.T, d *db.DB, p *mailtest.Post, w *watch) *Sender {
	t.Helper()
	s, err := NewSender(d, serverOf(p), w.now)
	must(t, err)
	return s
}

func sendDue(t *testing.T, s *Sender, want int) {
	t.Helper()
	n, err := s.SendDue(t.Context())
	must(t, err)
	if n != want {
		t.Errorf("%d mails were sent, want %d", n, want)
	}
}

var invitation = Message{To: "focal@tracker.example", Subject: "Počátek: your account", Body: "Open this link:\nhttps://tracker.example/links/abc\n.\nThe end – really.\n"}

func TestAMailArrivesAsItWasQueuedAndItsTextIsDropped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, w := mailtest.Start(t), start()
		must(t, queue(t, d, w, invitation))
		sendDue(t, sender(t, d, p, w), 1)
		got := p.Letters()
		if len(got) != 1 {
			t.Fatalf("%d mails arrived, want 1", len(got))
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(got[0].Header.Get("Subject"))
		must(t, err)
		if subject != invitation.Subject || got[0].Body != invitation.Body || !strings.Contains(got[0].To, "<focal@tracker.example>") ||
			!strings.Contains(got[0].From, "<tracker@tracker.example>") {
			t.Errorf("arrived: %q %+v", subject, got[0])
		}
		sendDue(t, sender(t, d, p, w), 0)
		var body string
		must(t, d.Read(t.Context(), func(tx *gorm.DB) error { return tx.Raw("SELECT body FROM outbox").Scan(&body).Error }))
		if rows := list(t, d); rows[0].SentAt == nil || body != "" {
			t.Errorf("the row %+v still holds %q", rows[0], body)
		}
	})
}

// The outbox is the database's: a sender that starts later, in another
// process, takes up what an earlier one could not deliver.
func TestAFailingServerAndARestartLoseNoMail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, w := mailtest.Start(t), start()
		p.Refuse("451 try again later")
		must(t, queue(t, d, w, invitation))
		sendDue(t, sender(t, d, p, w), 0)
		row := list(t, d)[0]
		if row.Attempts != 1 || !strings.Contains(row.LastError, `451 "try again later"`) || !row.NotBefore.Equal(w.at.Add(time.Minute)) {
			t.Errorf("after the first try: %+v", row)
		}
		p.Refuse("")
		sendDue(t, sender(t, d, p, w), 0) // not due yet
		w.at = w.at.Add(time.Minute)
		sendDue(t, sender(t, d, p, w), 1)
		if row := list(t, d)[0]; row.SentAt == nil || row.LastError != "" || len(p.Letters()) != 1 {
			t.Errorf("after the second try: %+v, %d arrived", row, len(p.Letters()))
		}
	})
}

func TestASenderThatDiedLeavesItsMailToTheNext(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, w := mailtest.Start(t), start()
		must(t, queue(t, d, w, invitation))
		if _, found, err := sender(t, d, p, w).take(t.Context()); err != nil || !found {
			t.Fatalf("take: %v %v", found, err)
		}
		next := sender(t, d, p, w)
		sendDue(t, next, 0)
		w.at = w.at.Add(lease)
		sendDue(t, next, 1)
	})
}

func TestTheWaitsGrowAndAfterThreeDaysAMailIsGivenUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, w := mailtest.Start(t), start()
		p.Refuse("550 no such person")
		must(t, queue(t, d, w, invitation))
		began := w.at
		var waits []time.Duration
		for range 100 {
			sendDue(t, sender(t, d, p, w), 0)
			row := list(t, d)[0]
			if row.GivenUpAt != nil {
				break
			}
			waits = append(waits, row.NotBefore.Sub(w.at))
			w.at = row.NotBefore
		}
		if got := fmt.Sprint(waits[:5]); got != "[1m0s 5m0s 30m0s 2h0m0s 2h0m0s]" {
			t.Errorf("the first waits are %s", got)
		}
		if days := w.at.Sub(began).Hours() / 24; days < 2.9 || days > 3.2 {
			t.Errorf("given up after %.1f days, want three", days)
		}
		id := list(t, d)[0].ID
		p.Refuse("")
		sendDue(t, sender(t, d, p, w), 0)
		must(t, d.Write(t.Context(), func(tx *gorm.DB) error { return Retry(tx, w.now(), id) }))
		sendDue(t, sender(t, d, p, w), 1)
		err := d.Write(t.Context(), func(tx *gorm.DB) error { return Retry(tx, w.now(), id) })
		if problem.KindOf(err) != problem.NotFound {
			t.Errorf("a mail that was sent was tried again: %v", err)
		}
	})
}

func TestTwoSendersSendEachMailOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, w := mailtest.Start(t), start()
		const mails = 30
		for i := range mails {
			must(t, queue(t, d, w, Message{To: fmt.Sprintf("p%d@tracker.example", i), Subject: "One", Body: "One"}))
		}
		var working sync.WaitGroup
		for range 3 {
			s := sender(t, d, p, w)
			working.Go(func() {
				if _, err := s.SendDue(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		working.Wait()
		seen := map[string]int{}
		for _, l := range p.Letters() {
			seen[l.To+l.Header.Get("Message-Id")]++
		}
		if len(seen) != mails || len(p.Letters()) != mails {
			t.Errorf("%d mails arrived, %d different, want %d", len(p.Letters()), len(seen), mails)
		}
	})
}

func TestNoFieldCanAddAHeader(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := start()
		for _, m := range []Message{
			{To: "a@tracker.example\r\nBcc: b@tracker.example", Subject: "x"},
			{To: "a@tracker.example, b@tracker.example", Subject: "x"},
			{To: "A <a@tracker.example>", Subject: "x"},
			{To: "", Subject: "x"},
			{To: "a@tracker.example", Subject: "x\r\nBcc: b@tracker.example"},
			{To: "a@tracker.example", Subject: "x\ny"},
			{To: "a@tracker.example", Subject: ""},
		} {
			if err := queue(t, d, w, m); err == nil {
				t.Errorf("%+v was queued", m)
			}
		}
		if n := len(list(t, d)); n != 0 {
			t.Errorf("%d mails are in the outbox", n)
		}
	})
}

func TestRunSendsAndEndsWithItsContext(t *testing.T) {
	d, p, w := dbtest.SQLite(t), mailtest.Start(t), start()
	must(t, queue(t, d, w, invitation))
	ctx, cancel := context.WithCancel(t.Context())
	done, s := make(chan struct{}), sender(t, d, p, w)
	go func() {
		defer close(done)
		s.Run(ctx, func(err error) { t.Error(err) })
	}()
	for until := time.Now().Add(10 * time.Second); len(p.Letters()) == 0 && time.Now().Before(until); {
		time.Sleep(5 * time.Millisecond)
	}
	cancel()
	<-done
	if len(p.Letters()) != 1 {
		t.Error("no mail arrived")
	}
}

func TestTheServersSettingsAreChecked(t *testing.T) {
	good := Server{Host: "mail.test", Port: 587, Security: StartTLS, User: "u", Password: "p", From: "t@tracker.example"}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Server){
		"no host":              func(s *Server) { s.Host = "" },
		"no port":              func(s *Server) { s.Port = 0 },
		"unknown security":     func(s *Server) { s.Security = "ssl3" },
		"no sender":            func(s *Server) { s.From = "" },
		"password in the open": func(s *Server) { s.Security = None },
	} {
		s := good
		change(&s)
		if _, err := NewSender(nil, s, time.Now); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestAnAnswerIsKeptAsOneShortLine(t *testing.T) {
	if got := tidy(" 550\r\n\tno\x00 such\xff person "); got != "550 no such? person" {
		t.Errorf("kept %q", got)
	}
	if got := tidy(strings.Repeat("é", 400)); len(got) > errorLimit || !strings.HasSuffix(got, "é") {
		t.Errorf("kept %d bytes ending in %q", len(got), got[len(got)-2:])
	}
}

// A mail that is withdrawn is not sent, not even when a sender has it in hand
// and the server refuses it this time.
func TestAWithdrawnMailIsNotSent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, w := mailtest.Start(t), start()
		other := Message{To: "other@tracker.example", Subject: "Another", Body: invitation.Body}
		notice := Message{To: invitation.To, Subject: "Notice", Body: "Nothing to open."}
		for _, m := range []Message{invitation, other, notice} {
			must(t, queue(t, d, w, m))
		}
		s := sender(t, d, p, w)
		row, _, err := s.take(t.Context())
		must(t, err)
		withdraw := func(holding string) {
			must(t, d.Write(t.Context(), func(tx *gorm.DB) error { return Withdraw(tx, invitation.To, holding) }))
		}
		withdraw("/links/")
		must(t, s.settle(t.Context(), row, fmt.Errorf("451 later")))
		w.at = w.at.Add(lease)
		sendDue(t, s, 2)
		withdraw("")
		if rows := list(t, d); len(rows) != 2 {
			t.Errorf("the list holds %+v", rows) // what was sent stays
		}
		for _, l := range p.Letters() {
			if strings.Contains(l.To, "focal") && strings.Contains(l.Body, "/links/") {
				t.Errorf("it was sent: %+v", l)
			}
		}
	})
}

// Reach goes the whole way to the server and sends nothing.
func TestReachFindsAServerOrSaysWhatIsWrong(t *testing.T) {
	p := mailtest.Start(t)
	if err := serverOf(p).Reach(t.Context()); err != nil || len(p.Letters()) > 0 {
		t.Errorf("%v, %d letters", err, len(p.Letters()))
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	away := serverOf(p)
	away.Port = l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := away.Reach(t.Context()); err == nil {
		t.Error("a server that is away was reached")
	}
}
