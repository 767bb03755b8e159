package dbtest

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the "pgx" driver of database/sql

	"tracker/internal/db"
)

// postgresServer is where this process makes its databases: a server of its own, one prepared for a whole test run, or the one that
// TEST_DATABASE_URL names.
// Its own server does not wait for the disk: whoever measures writes names a real one.
type postgresServer struct {
	address  url.URL // of any database of the server; the path is replaced
	admin    *sql.DB
	template string // a migrated database to copy; empty where each one is migrated by itself
	made     atomic.Int64
	life     io.Closer // the server stops when this closes, at the latest when the process ends
	dir      string    // of its socket and files
}

// server starts the one PostgreSQL server of this process, or fails the test.
func server(tb testing.TB) *postgresServer {
	tb.Helper()
	s, err := started()
	if err != nil {
		tb.Fatalf("no PostgreSQL for the tests (run 'make setup'): %v", err)
	}
	return s
}

var started = sync.OnceValues(func() (*postgresServer, error) {
	if given := os.Getenv("TEST_DATABASE_URL"); given != "" {
		address, err := url.Parse(given)
		if err != nil {
			return nil, errors.New("TEST_DATABASE_URL is no address")
		}
		s := &postgresServer{address: *address}
		return s, s.connect()
	}
	if dir := prepared(); dir != "" {
		s := &postgresServer{address: socket(dir), template: postgresTemplate}
		return s, s.connect()
	}
	s, err := start()
	if err != nil {
		return nil, err
	}
	if _, err := s.admin.Exec("CREATE DATABASE " + postgresTemplate); err != nil {
		return nil, err
	}
	if err := migrate(db.Config{URL: s.urlOf(postgresTemplate)}); err != nil {
		return nil, err
	}
	s.template = postgresTemplate
	return s, nil
})

// socket is the address of the server whose socket lies in a folder.
func socket(dir string) url.URL {
	return url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/postgres", RawQuery: url.Values{"host": {dir}, "sslmode": {"disable"}}.Encode()}
}

// database makes a database, migrated or empty, that is dropped when the test ends.
func (s *postgresServer) database(tb testing.TB, migrated bool) string {
	tb.Helper()
	template := ""
	if migrated {
		template = s.template
	}
	address := s.copyOf(tb, template)
	if migrated && template == "" {
		if err := migrate(db.Config{URL: address}); err != nil {
			tb.Fatalf("migrate PostgreSQL: %v", err)
		}
	}
	return address
}

// copyOf makes a database from a template, an empty one when that has no name. It is dropped when the test ends.
func (s *postgresServer) copyOf(tb testing.TB, template string) string {
	tb.Helper()
	name := fmt.Sprintf("tracker_test_%d_%d", os.Getpid(), s.made.Add(1))
	statement := "CREATE DATABASE " + name
	if template != "" {
		statement += " TEMPLATE " + template + " STRATEGY FILE_COPY" // twice as quick here as through the log
	}
	if _, err := s.admin.ExecContext(tb.Context(), statement); err != nil {
		tb.Fatalf("make a database: %v", err)
	}
	tb.Cleanup(func() {
		if _, err := s.admin.Exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			tb.Errorf("drop a database: %v", err)
		}
	})
	return s.urlOf(name)
}

func (s *postgresServer) urlOf(database string) string {
	address := s.address
	address.Path = "/" + database
	return address.String()
}

func (s *postgresServer) connect() error {
	admin, err := sql.Open("pgx", s.address.String())
	if err != nil {
		return err
	}
	s.admin = admin
	return admin.Ping()
}

// keeper runs the server until its input ends, which is when the test's process ends, however it ends; then it stops the
// server and removes its folder.
const keeper = `"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c synchronous_commit=off \
	-c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c max_connections=300 >"$2/log" 2>&1 &
cat
kill -QUIT $!
wait
rm -rf "$2"`

// start makes a new server in a temporary folder, reached through a socket there by this user (and root) only.
func start() (*postgresServer, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	as, err := serverUser()
	if err != nil {
		return nil, err
	}
	dir, err := folder(as)
	if err != nil {
		return nil, err
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "postgres", "-A", "trust",
		"-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
	initdb.Dir, initdb.SysProcAttr = dir, &syscall.SysProcAttr{Credential: as}
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w\n%s", err, out), os.RemoveAll(dir))
	}
	keep := exec.Command("sh", "-c", keeper, "keeper", bin, dir)
	// A group of its own: an interrupt at the terminal ends the test, and its end ends the server.
	keep.Dir, keep.SysProcAttr = dir, &syscall.SysProcAttr{Credential: as, Setpgid: true}
	life, err := keep.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := keep.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	s := &postgresServer{life: life, dir: dir, address: socket(dir)}
	return s, s.wait(filepath.Join(dir, "log"))
}

// wait connects as soon as the server answers.
func (s *postgresServer) wait(log string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		err := s.connect()
		if err == nil {
			return nil
		}
		s.admin.Close() //nolint:errcheck // it never connected
		text, _ := os.ReadFile(log)
		if ctx.Err() != nil || bytes.Contains(text, []byte("FATAL:  could not")) {
			return errors.Join(fmt.Errorf("the server does not answer: %w\n%s", err, text), s.life.Close())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// binaries is the folder of the newest server installed: Debian keeps each version apart, others put one on the path.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		version := func(path string) float64 {
			v, _ := strconv.ParseFloat(filepath.Base(filepath.Dir(filepath.Dir(path))), 64)
			return v
		}
		return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return cmp.Compare(version(a), version(b)) })), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", errors.New("neither TEST_DATABASE_URL nor an installed server")
	}
	path, err = filepath.EvalSymlinks(path)
	return filepath.Dir(path), err
}

// serverUser is who runs the server: PostgreSQL refuses root, so root hands over to postgres. Nil means the present user.
func serverUser() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
}

// folder makes the server's own folder.
func folder(as *syscall.Credential) (string, error) {
	dir, err := os.MkdirTemp(roomy(as), "tracker-postgres-")
	if err != nil || as == nil {
		return dir, err
	}
	return dir, os.Chown(dir, int(as.Uid), int(as.Gid))
}

// roomy is a folder that databases are made in: in memory where there is room, since a database is hundreds of small
// files. The server's user must be able to reach it, and the path of a socket may have about 100 characters.
func roomy(as *syscall.Credential) string {
	for _, p := range []string{"/dev/shm", os.TempDir()} {
		if len(p) < 60 && (as == nil || openToAll(p)) && free(p) > 2<<30 {
			return p
		}
	}
	return "/tmp"
}

// free is how many bytes fit into a folder, 0 when it cannot be told.
func free(dir string) uint64 {
	var st syscall.Statfs_t
	if syscall.Statfs(dir, &st) != nil {
		return 0
	}
	return st.Bavail * uint64(st.Bsize)
}

// openToAll says whether every user can pass through a folder and all above it.
func openToAll(dir string) bool {
	for ; ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err != nil || info.Mode().Perm()&0o001 == 0 {
			return false
		}
		if dir == filepath.Dir(dir) {
			return true
		}
	}
}
