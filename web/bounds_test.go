package web

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"

	"strings"

	"testing"
	"time"

	"github.com/labstack/echo/v4"
)

// Guards memory against a form of any size, on every address, with and without
// its length told: nothing above the bound is read, nothing changes.
func TestNoAddressTakesMoreThanItsBound(t *testing.T) {
	h := newHouse(t, testDay)
	v := h.stranger()
	large, most := "a="+strings.Repeat("x", 2<<20), int64(0)
	for _, r := range h.s.routes() {
		if r.method != post {
			continue
		}
		for _, told := range []bool{true, false} {
			in := &tally{Reader: strings.NewReader(large)}
			q := httptest.NewRequest(http.MethodPost, strings.ReplaceAll(r.path, ":", ""), in)
			if q.ContentLength = -1; told {
				q.ContentLength = int64(len(large))
			}
			q.Header.Set("Content-Type", echo.MIMEApplicationForm)
			v.send(q).is(http.StatusRequestEntityTooLarge).says("main", "1 MB")
			most = max(most, in.n)
		}
		if takesFiles(contextOf(r)) {
			continue
		}
		q := httptest.NewRequest(http.MethodPost, strings.ReplaceAll(r.path, ":", ""), strings.NewReader(large))
		q.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		v.send(q).is(http.StatusRequestEntityTooLarge)
	}
	if most > 5<<18 { // the last read goes over it
		t.Errorf("%d bytes of a form were read", most)
	}
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodTrace} {
		in := &tally{Reader: strings.NewReader(large)}
		q := httptest.NewRequest(method, "/sign-in", in)
		q.ContentLength = -1
		if v.send(q); in.n > 0 {
			t.Errorf("%s: %d bytes were read", method, in.n)
		}
	}
}

func contextOf(r route) echo.Context {
	q := httptest.NewRequest(r.method, r.path, nil)
	q.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	return echo.New().NewContext(q, nil)
}

// tally counts what is read.
type tally struct {
	io.Reader
	n int64
}

func (c *tally) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n += int64(n)
	return n, err
}

// Guards memory and time against forms that are small and full of pieces, and
// against what unpacks to much.
func TestWhatNoPageSendsIsRefused(t *testing.T) {
	h := newHouse(t, testDay)
	v := h.stranger()
	send := func(path, kind, body string, header ...string) *answer {
		q := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		q.Header.Set("Content-Type", kind)
		for i := 0; i+1 < len(header); i += 2 {
			q.Header.Add(header[i], header[i+1])
		}
		return v.send(q)
	}
	send("/sign-in", echo.MIMEApplicationForm, strings.Repeat("a&", mostValues+1)).is(http.StatusRequestEntityTooLarge)
	send("/sign-in", echo.MIMEApplicationForm, strings.Repeat("a&", 400_000)).is(http.StatusBadRequest)
	send("/sign-in", echo.MIMEApplicationForm, "email=%zz").is(http.StatusBadRequest)
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	io.WriteString(w, "email="+strings.Repeat("x", 64<<20)) //nolint:errcheck // a buffer
	must(t, w.Close())
	for _, path := range []string{"/sign-in", "/verify", "/nothing"} {
		send(path, echo.MIMEApplicationForm, packed.String(), "Content-Encoding", "gzip").is(http.StatusUnsupportedMediaType)
		send(path, echo.MIMEApplicationForm, packed.String(), "Content-Encoding", "identity, br").is(http.StatusUnsupportedMediaType)
	}
	for _, path := range []string{"/sign-in?a=", "/nothing?a=", "/static/", "/links/"} {
		v.get(path + strings.Repeat("x", mostAddress)).is(http.StatusRequestURITooLong)
	}
	v.get("/sign-in?next=" + strings.Repeat("x", mostAddress-100)).is(http.StatusOK)
	q := httptest.NewRequest(http.MethodGet, "/sign-in", nil)
	for range mostHeaders + 1 {
		q.Header.Add("A", "b")
	}
	v.send(q).is(http.StatusRequestHeaderFieldsTooLarge)

	var parts []part
	for range 10_000 {
		parts = append(parts, part{"a", "", "b"})
	}
	many, kind := body(t, parts...)
	send("/verify", kind, many.String()).is(http.StatusUnprocessableEntity)
	send("/sign-in", kind, many.String()).is(http.StatusRequestEntityTooLarge)
	many, kind = body(t, parts[:2000]...)
	send("/sign-in", kind, many.String()).is(http.StatusUnprocessableEntity) // no part of it counts
	head := "--x\r\n" + strings.Repeat("A: b\r\n", 10_000) + "Content-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF\r\n--x--\r\n"
	send("/verify", "multipart/form-data; boundary=x", head).is(http.StatusUnprocessableEntity)
}

// listening serves a house on a real listener, with waits of the test's own.
func listening(t *testing.T, h *house, change func(*http.Server)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	server := h.s.HTTPServer()
	if change != nil {
		change(server)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	t.Cleanup(func() {
		must(t, server.Close())
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

// raw sends bytes as they are and reads the first line of the answer.
func raw(t *testing.T, address, request string) string {
	t.Helper()
	c, err := net.Dial("tcp", address)
	must(t, err)
	defer c.Close()               //nolint:errcheck // only read
	go io.WriteString(c, request) //nolint:errcheck // it may be refused on the way
	line, err := bufio.NewReader(c).ReadString('\n')
	must(t, err)
	return strings.TrimSpace(line)
}

// Guards memory against a head that never ends: a cookie of 1 MB, 10,000
// lines, an address of 1 MB; and the proxy in front against a request that two
// programs read as two.
func TestAHeadIsBoundedBeforeAnybodyReadsIt(t *testing.T) {
	address := listening(t, newHouse(t, testDay), nil)
	mb := strings.Repeat("x", 1<<20)
	for name, c := range map[string]struct{ head, want string }{
		"cookie":            {"GET /sign-in HTTP/1.1\r\nHost: a\r\nCookie: session=" + mb + "\r\n\r\n", "431"},
		"10,000 lines":      {"GET /sign-in HTTP/1.1\r\nHost: a\r\n" + strings.Repeat("Accept: b/c\r\n", 10_000) + "\r\n", "431"},
		"201 lines":         {"GET /sign-in HTTP/1.1\r\nHost: a\r\n" + strings.Repeat("A: b\r\n", mostHeaders+1) + "\r\n", "431"},
		"address":           {"GET /" + mb + " HTTP/1.1\r\nHost: a\r\n\r\n", "431"},
		"query":             {"GET /sign-in?a=" + mb[:9000] + " HTTP/1.1\r\nHost: a\r\n\r\n", "414"},
		"no host":           {"GET /sign-in HTTP/1.1\r\n\r\n", "400"},
		"bad address":       {"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
		"two lengths":       {"POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nab=c", "400"},
		"length, no number": {"POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nab=c", "400"},
		"coding unknown":    {"POST /sign-in HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nab=c", "501"},
		"a name with space": {"GET /sign-in HTTP/1.1\r\nHost: a\r\nX-Forwarded-For : 1.1.1.1\r\n\r\n", "400"},
	} {
		if line := raw(t, address, c.head); !strings.HasPrefix(line, "HTTP/1.1 "+c.want+" ") {
			t.Errorf("%s: %s, not %s", name, line, c.want)
		}
	}
}

// Guards people against clients that send a byte now and then: while 50 of them
// hang, a page is answered, and they are cut.
func TestSlowClientsHoldNobodyUp(t *testing.T) {
	address := listening(t, newHouse(t, testDay), func(s *http.Server) { s.ReadHeaderTimeout, s.ReadTimeout = 3*time.Second, 3*time.Second })
	begun, cut := make(chan bool), make(chan bool, 50)
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	for i := range 50 {
		go func() {
			request := "GET /sign-in HTTP/1.1\r\nHost: a\r\n" + strings.Repeat("A: b\r\n", 1000)
			if i%2 == 0 { // one that dallies with its form
				request = "POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Type: " + echo.MIMEApplicationForm + "\r\nContent-Length: 9999\r\n\r\n" + strings.Repeat("a", 9999)
			}
			c, err := net.Dial("tcp", address)
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close() //nolint:errcheck // it is cut
			sent := strings.Index(request, "\r\n\r\n") + 5
			if sent == 4 {
				sent = 20
			}
			io.WriteString(c, request[:sent]) //nolint:errcheck // seen below
			begun <- true
			gone := make(chan bool)
			go func() {
				io.Copy(io.Discard, c) //nolint:errcheck // until it ends
				close(gone)
			}()
			for ; sent < len(request); sent++ {
				select {
				case <-gone:
					cut <- true
					return
				case <-ctx.Done():
					return
				case <-time.After(50 * time.Millisecond):
					io.WriteString(c, request[sent:sent+1]) //nolint:errcheck // it may be cut by now
				}
			}
		}()
	}
	for range 50 {
		<-begun
	}
	answer, err := http.Get("http://" + address + "/sign-in")
	must(t, err)
	if answer.Body.Close(); answer.StatusCode != http.StatusOK || len(cut) > 0 {
		t.Errorf("%d, %d of the slow were cut before", answer.StatusCode, len(cut))
	}
	for range 50 {
		select {
		case <-cut:
		case <-ctx.Done():
			t.Fatal("slow clients are waited for")
		}
	}
}

// Guards an upload on a slow line, which takes longer than any other request
// may, and the server against one that only holds its place.
func TestASlowLineIsWaitedForAndADeadOneCut(t *testing.T) {
	h := newHouse(t, testDay)
	h.s.pace = pace{grace: time.Second, perSecond: 4 << 10, most: time.Minute}
	address := listening(t, h, func(s *http.Server) { s.ReadTimeout, s.WriteTimeout = 500*time.Millisecond, 500*time.Millisecond })
	send := func(chunk, times int, every time.Duration) (status string) {
		c, err := net.Dial("tcp", address)
		must(t, err)
		defer c.Close() //nolint:errcheck // only read
		head := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n"
		tail := "\r\n--x--\r\n"
		fmt.Fprintf(c, "POST /verify HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\n\r\n%s", len(head)+chunk*times+len(tail), head)
		answered := make(chan string, 1)
		go func() {
			line, _ := bufio.NewReader(c).ReadString('\n') // empty when it is cut
			answered <- line
		}()
		for range times {
			select {
			case line := <-answered:
				return line
			case <-time.After(every):
				io.WriteString(c, strings.Repeat("y", chunk)) //nolint:errcheck // it may be cut by now
			}
		}
		io.WriteString(c, tail) //nolint:errcheck // likewise
		return <-answered
	}
	if line := send(8<<10, 25, 100*time.Millisecond); !strings.Contains(line, " 200 ") {
		t.Errorf("a slow line: %q", line)
	}
	if line := send(1, 600, 50*time.Millisecond); strings.Contains(line, " 200 ") {
		t.Errorf("a dead line: %q", line)
	}
}

// Guards those who wait for a file against one who takes theirs slowly or not
// at all: what is made holds no place.
func TestASlowReaderHoldsNoPlace(t *testing.T) {
	p := newPlanned(t)
	p.bounded(costFile, bound{mine: 1, all: 1, wait: time.Millisecond})
	content := bytes.Repeat([]byte("x"), 32<<20) // more than lies on the way
	made := make(chan bool, 1)
	p.s.echo.GET("/large", p.s.guard(signedIn, p.s.limited(costFile, func(c echo.Context) error {
		defer func() { made <- true }()
		return p.s.attach(c, "large.bin", "application/octet-stream", content)
	})))
	address := listening(t, p.house, nil)
	c, err := net.Dial("tcp", address)
	must(t, err)
	fmt.Fprintf(c, "GET /large HTTP/1.1\r\nHost: a\r\nCookie: %s=%s\r\n\r\n", p.s.cookieName(sessionCookie), p.msd.cookie)
	one := make([]byte, 1)
	_, err = io.ReadFull(c, one) // the answer is on its way, and its reader waits
	must(t, err)
	for _, v := range []*visitor{p.msd, p.mha} {
		v.get("/commitments.csv").is(http.StatusOK)
	}
	if len(made) > 0 {
		t.Error("the slow reader has read everything")
	}
	must(t, c.Close())
	<-made
}
