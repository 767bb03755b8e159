// Package mailtest is a mail server for tests. It takes what it is sent, or
// refuses it as it is told.
package mailtest

import (
	"bytes"
	"io"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"sync"
	"testing"
)

// Post is a mail server on the loopback of this machine.
type Post struct {
	t        *testing.T
	listener net.Listener
	mu       sync.Mutex
	refuse   string
	taken    []Letter
}

// Letter is a mail that was taken: Body is its text as it was written, Raw all
// of it as it came.
type Letter struct {
	From, To string
	Header   mail.Header
	Body     string
	Raw      string
}

// Start makes a server that ends with the test.
func Start(t *testing.T) *Post {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Post{t: t, listener: l}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() { p.serve(c) })
		}
	})
	t.Cleanup(func() {
		l.Close() //nolint:errcheck // the end of the test
		open.Wait()
	})
	return p
}

// Port is where it listens, on 127.0.0.1.
func (p *Post) Port() int { return p.listener.Addr().(*net.TCPAddr).Port }

// Refuse has every recipient refused with an answer; an empty one takes them
// again.
func (p *Post) Refuse(answer string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse = answer
}

// Letters are the mails that were taken so far.
func (p *Post) Letters() []Letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Letter(nil), p.taken...)
}

func (p *Post) serve(raw net.Conn) {
	c := textproto.NewConn(raw)
	defer c.Close()                                                           //nolint:errcheck // the client has what it wanted
	say := func(format string, args ...any) { c.PrintfLine(format, args...) } //nolint:errcheck // read fails next
	say("220 post.test ESMTP")
	var l Letter
	for {
		line, err := c.ReadLine()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			say("250-post.test")
			say("250 8BITMIME")
		case "MAIL":
			l = Letter{From: rest}
			say("250 sender ok")
		case "RCPT":
			p.mu.Lock()
			refuse := p.refuse
			p.mu.Unlock()
			if refuse != "" {
				say("%s", refuse)
				continue
			}
			l.To += rest
			say("250 recipient ok")
		case "DATA":
			say("354 go on")
			p.keep(l, c.DotReader())
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (p *Post) keep(l Letter, data io.Reader) {
	raw, err := io.ReadAll(data)
	if err != nil {
		p.t.Errorf("read a mail: %v", err)
		return
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		p.t.Errorf("a mail that cannot be read: %v\n%s", err, raw)
		return
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		p.t.Errorf("a mail's text: %v", err)
	}
	l.Header, l.Body, l.Raw = m.Header, strings.ReplaceAll(string(body), "\r\n", "\n"), string(raw)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken = append(p.taken, l)
}
