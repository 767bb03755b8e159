package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"
)

// How near an end may come before doctor asks for something.
const (
	leastRoom   = 10 // percent of a disk
	leastDays   = 14 // of a certificate
	doctorWaits = 5 * time.Second
)

// room is how many bytes of a disk are free, and how many there are.
type room struct{ free, all uint64 }

func roomOf(path string) (room, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil {
		return room{}, err
	}
	return room{s.Bavail * uint64(s.Bsize), s.Blocks * uint64(s.Bsize)}, nil
}

func newPatient(c *call) *patient {
	return &patient{call: c, now: time.Now, room: roomOf, environ: os.Environ}
}

// lookAtSettings finds names that nothing reads, such as a mistyped one. What
// a setting may say is checked whenever the program starts.
func lookAtSettings(_ context.Context, p *patient) (list []finding) {
	known := map[string]bool{}
	for _, s := range settings() {
		known[s.name] = true
		known[s.name+"_FILE"] = s.secret
	}
	for _, line := range p.environ() {
		name, _, _ := strings.Cut(line, "=")
		if strings.HasPrefix(name, "TRACKER_") && !strings.HasPrefix(name, "TRACKER_TEST_") && !known[name] {
			list = append(list, finding{State: mend, Found: name + " is set, and is no setting", Advice: "correct its name; docs/operating.md lists them"})
		}
	}
	if list == nil {
		list = is(true, "settings", "")
	}
	return list
}

func lookAtAddress(_ context.Context, p *patient) []finding {
	u, err := url.Parse(p.cfg.PublicURL)
	if err != nil {
		return is(false, "the public address", err.Error())
	}
	own := isOwn(u.Hostname())
	if u.Scheme != "https" && !own {
		return is(false, "people type "+p.cfg.PublicURL+", and their passwords travel in the open", "put a web server with TLS before the tracker and set TRACKER_PUBLIC_URL to its https address")
	}
	if u.Scheme == "https" && p.cfg.TrustedProxies == "" {
		return is(false, "no proxy is trusted, so every visitor looks like the web server before the tracker", "set TRACKER_TRUSTED_PROXIES to its address")
	}
	list := is(true, "public address "+p.cfg.PublicURL, "")
	if own && !isLoopback(p.cfg.Addr) {
		list = append(list, finding{State: note, Found: p.cfg.Addr + " is open to other machines without TLS", Advice: "right only behind a proxy or inside a container"})
	}
	if addr := p.cfg.MetricsAddr; addr != "" && !isLoopback(addr) {
		list = append(list, finding{State: note, Found: openMetrics})
	}
	return list
}

// isOwn says whether a host is this machine's own.
func isOwn(host string) bool { return isLoopback(net.JoinHostPort(host, "0")) }

// lookAtSecrets says which secrets others on the machine can read. What the
// container's or the service's manager hands over is its to guard.
func lookAtSecrets(_ context.Context, p *patient) (list []finding) {
	handed := []string{"/run/secrets/"}
	if folder := p.getenv("CREDENTIALS_DIRECTORY"); folder != "" {
		handed = append(handed, strings.TrimSuffix(folder, "/")+"/")
	}
	for _, s := range settings() {
		if !s.secret {
			continue
		}
		if value := p.getenv(s.name); value != "" && (s.name != "TRACKER_DATABASE_URL" || holdsPassword(value)) {
			list = append(list, finding{State: note, Found: s.name + " stands in the environment, where other programs of this account read it", Advice: "give it as a file in " + s.name + "_FILE"})
		}
		path := p.getenv(s.name + "_FILE")
		if path == "" || slices.ContainsFunc(handed, func(folder string) bool { return strings.HasPrefix(path, folder) }) {
			continue
		}
		if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
			list = append(list, finding{State: mend, Found: fmt.Sprintf("others on this machine may read %s, the file of %s (mode %04o)", path, s.name, info.Mode().Perm()), Advice: "chmod 600 " + path})
		}
	}
	if list == nil {
		list = is(true, "secrets", "")
	}
	return list
}

func holdsPassword(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return true
	}
	_, set := u.User.Password()
	return set
}

func lookAtFolder(_ context.Context, p *patient) []finding {
	info, err := os.Stat(p.cfg.Data)
	switch {
	case os.IsNotExist(err) && p.cfg.DatabaseURL != "":
		return nil
	case err != nil:
		return is(false, "the data folder", err.Error())
	case info.Mode().Perm()&0o077 != 0:
		return is(false, fmt.Sprintf("others on this machine may look into the data folder %s (mode %04o)", p.cfg.Data, info.Mode().Perm()), "chmod 700 "+p.cfg.Data)
	case syscall.Access(p.cfg.Data, 2) != nil:
		return is(false, "this account may not write to the data folder "+p.cfg.Data, "run doctor as the account that serves, or give it the folder with chown")
	}
	return is(true, "data folder "+p.cfg.Data, "")
}

// lookAtDisk asks for room in the data folder, where the database grows and is
// copied before an upgrade, and in the temporary folder, where uploads lie.
func lookAtDisk(_ context.Context, p *patient) (list []finding) {
	for what, path := range map[string]string{"data": p.cfg.Data, "temporary": os.TempDir()} {
		if _, err := os.Stat(path); os.IsNotExist(err) && p.cfg.DatabaseURL != "" {
			continue
		}
		r, err := p.room(path)
		if err != nil || r.all == 0 {
			list = append(list, is(false, "the disk of the "+what+" folder", fmt.Sprint(err))...)
			continue
		}
		percent := r.free * 100 / r.all
		found := fmt.Sprintf("disk of the %s folder, %d %% and %d MB free", what, percent, r.free>>20)
		small := what == "data" && p.cfg.DatabaseURL == "" && r.free < uint64(max(0, p.facts.Size))
		if small {
			found += ", less than the database has"
		}
		list = append(list, is(percent >= leastRoom && !small, found, "make room in "+path+" or give it a larger disk")...)
	}
	slices.SortFunc(list, func(a, b finding) int { return strings.Compare(a.Found, b.Found) })
	return list
}

func lookAtMail(ctx context.Context, p *patient) []finding {
	server, err := p.cfg.mailServer()
	if p.cfg.SMTPHost == "" {
		return []finding{{State: note, Found: "no mail server is set", Advice: "links are shown to the administrator only"}}
	}
	name := net.JoinHostPort(p.cfg.SMTPHost, p.cfg.SMTPPort)
	ctx, cancel := context.WithTimeout(ctx, doctorWaits)
	defer cancel()
	if err == nil {
		err = server.Reach(ctx)
	}
	if err != nil {
		return is(false, "the mail server "+name+" does not take mails ("+err.Error()+")", "mend it or TRACKER_SMTP_...; until then mails wait in the outbox")
	}
	return is(true, "mail server "+name, "")
}

// lookAtCertificate asks the public address for its certificate. That it
// cannot be reached from here says nothing about others.
func lookAtCertificate(ctx context.Context, p *patient) []finding {
	u, err := url.Parse(p.cfg.PublicURL)
	if err != nil || u.Scheme != "https" {
		return nil
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	ctx, cancel := context.WithTimeout(ctx, doctorWaits)
	defer cancel()
	line, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return []finding{{State: note, Found: "the certificate of " + u.Host + " was not seen", Advice: "it cannot be reached from this machine"}}
	}
	defer line.Close() //nolint:errcheck // only asked
	// What is wrong with the certificate is said below, so it is taken first.
	secured := tls.Client(line, &tls.Config{ServerName: u.Hostname(), InsecureSkipVerify: true})
	if err := secured.HandshakeContext(ctx); err != nil {
		return is(false, u.Host+" does not speak TLS ("+err.Error()+")", "set up TLS in the web server before the tracker")
	}
	return judge(u.Hostname(), secured.ConnectionState().PeerCertificates, p.roots, p.now())
}

// judge says until when a certificate lasts and whether browsers will believe it.
func judge(host string, chain []*x509.Certificate, roots *x509.CertPool, now time.Time) []finding {
	leaf, others := chain[0], x509.NewCertPool()
	for _, c := range chain[1:] {
		others.AddCert(c)
	}
	ends := leaf.NotAfter.UTC().Format(time.DateOnly)
	days := int(leaf.NotAfter.Sub(now) / (24 * time.Hour))
	_, err := leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: roots, Intermediates: others, CurrentTime: now})
	switch {
	case now.After(leaf.NotAfter):
		return is(false, "the certificate of "+host+" ended on "+ends, "renew it, and let it be renewed by itself")
	case err != nil:
		return is(false, "browsers do not trust the certificate of "+host+" ("+err.Error()+")", "get one from an authority that they know, and send its whole chain")
	case days < leastDays:
		return is(false, fmt.Sprintf("the certificate of %s ends on %s, in %d days", host, ends, days), "renew it, and let it be renewed by itself")
	}
	return is(true, fmt.Sprintf("certificate of %s, trusted, ends on %s", host, ends), "")
}
