// Package db opens the one database of an instance, an embedded SQLite file or
// PostgreSQL, and gives the two ways in: Read, a read-only snapshot, and
// Write, one short transaction that holds everything an action changes.
package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/libtnb/sqlite"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"tracker/internal/problem"
)

// Config says where the database is. URL, a postgres:// address, wins over
// Path, a SQLite file whose folder is made when it is missing.
type Config struct {
	Path string
	URL  string
}

// DB is an open database. It is safe for use by several goroutines.
type DB struct {
	read     *gorm.DB // SQLite: a pool of readers; PostgreSQL: the pool
	write    *gorm.DB // SQLite: the one writer; PostgreSQL: the same pool
	postgres bool
	path     string
}

// MinSQLite is the first SQLite release without the WAL-reset fault that
// could lose an acknowledged commit (3.7.0 to 3.51.2 have it).
const MinSQLite = "3.51.3"

// Open opens the database and, on SQLite, reads every needed setting back: a
// driver that ignores a pragma silently must not be believed.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	if cfg.URL != "" {
		return openPostgres(ctx, cfg.URL)
	}
	return openSQLite(ctx, cfg.Path)
}

// bounds keep PostgreSQL from waiting for ever: on a statement, on a lock, on
// a transaction whose program went away. In milliseconds.
var bounds = map[string]string{"statement_timeout": "60000", "lock_timeout": "10000", "idle_in_transaction_session_timeout": "60000", "timezone": "UTC"}

// connectWait is how long a new connection to PostgreSQL may take.
const connectWait = 5 * time.Second

func openPostgres(ctx context.Context, address string) (*DB, error) {
	if !strings.HasPrefix(address, "postgres://") && !strings.HasPrefix(address, "postgresql://") {
		return nil, errors.New("the database address must begin with postgres://")
	}
	settings, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, errors.New("the database address cannot be read") // pgx's own words may hold the password
	}
	if settings.ConnectTimeout == 0 || settings.ConnectTimeout > connectWait {
		settings.ConnectTimeout = connectWait
	}
	for name, value := range bounds {
		settings.RuntimeParams[name] = value
	}
	g, err := gorm.Open(postgres.New(postgres.Config{Conn: stdlib.OpenDB(*settings)}), config())
	if err != nil {
		return nil, fmt.Errorf("open PostgreSQL: %w", err)
	}
	pool, err := g.DB()
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(10)
	pool.SetMaxIdleConns(5)
	pool.SetConnMaxLifetime(30 * time.Minute)
	if err := pool.PingContext(ctx); err != nil {
		return nil, fmt.Errorf("reach PostgreSQL: %w", err)
	}
	return &DB{read: g, write: g, postgres: true}, nil
}

func openSQLite(ctx context.Context, path string) (*DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	write, err := openHandle(ctx, path, 1, false)
	if err != nil {
		return nil, err
	}
	read, err := openHandle(ctx, path, 4, true)
	if err != nil {
		return nil, errors.Join(err, closeHandle(write))
	}
	return &DB{read: read, write: write, path: path}, nil
}

// openHandle opens one pool on a SQLite file and verifies each of its
// connections once, while all of them are held at the same time. The driver
// lets a read-only transaction write; query_only does not.
func openHandle(ctx context.Context, path string, conns int, readOnly bool) (*gorm.DB, error) {
	pragmas := []string{"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "trusted_schema(0)", "cache_size(-8000)"}
	if readOnly {
		pragmas = append(pragmas, "query_only(1)")
	}
	q := url.Values{"_txlock": {"immediate"}, "_time_format": {"sqlite"}, "_timezone": {"UTC"}, "_texttotime": {"1"}, "_inttotime": {"1"}, "_pragma": pragmas}
	connector, err := connect("file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode())
	if err != nil {
		return nil, fmt.Errorf("open SQLite: %w", err)
	}
	pool := sql.OpenDB(connector)
	g, err := gorm.Open(sqlite.New(sqlite.Config{Conn: pool}), config())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open SQLite: %w", err), pool.Close())
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	if err := checkPool(ctx, pool, conns); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return g, nil
}

func checkPool(ctx context.Context, pool *sql.DB, conns int) error {
	var held []*sql.Conn
	defer func() {
		for _, c := range held {
			c.Close() //nolint:errcheck // back to the pool
		}
	}()
	for range conns {
		c, err := pool.Conn(ctx)
		if err != nil {
			return err
		}
		held = append(held, c)
		if err := checkConn(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// wanted is what each SQLite connection must answer.
var wanted = map[string]string{"journal_mode": "wal", "synchronous": "2", "busy_timeout": "5000", "foreign_keys": "1"}

func checkConn(ctx context.Context, c *sql.Conn) error {
	for pragma, want := range wanted {
		var got string
		if err := c.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got); err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("SQLite: %s is %q, must be %q", pragma, got, want)
		}
	}
	var version string
	if err := c.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return err
	}
	if olderThan(version, MinSQLite) {
		return fmt.Errorf("SQLite %s is too old, need %s", version, MinSQLite)
	}
	return nil
}

func olderThan(a, b string) bool {
	var x, y [3]int
	fmt.Sscanf(a, "%d.%d.%d", &x[0], &x[1], &x[2]) //nolint:errcheck // zeros read as old
	fmt.Sscanf(b, "%d.%d.%d", &y[0], &y[1], &y[2]) //nolint:errcheck // a constant
	for i := range x {
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return false
}

func config() *gorm.Config {
	return &gorm.Config{
		TranslateError:         true,
		SkipDefaultTransaction: true,
		NowFunc:                func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) },
		Logger: logger.New(discard{}, logger.Config{
			SlowThreshold: 200 * time.Millisecond, LogLevel: logger.Silent, ParameterizedQueries: true,
		}),
	}
}

type discard struct{}

// Printf drops GORM's own log lines: errors are returned, and logged once.
func (discard) Printf(string, ...any) {}

// Postgres says whether the engine is PostgreSQL.
func (d *DB) Postgres() bool { return d.postgres }

// Path is the SQLite file, empty on PostgreSQL.
func (d *DB) Path() string { return d.path }

// Engine names the engine and its version for people.
func (d *DB) Engine(ctx context.Context) (string, error) {
	query, name := "SELECT sqlite_version()", "SQLite "
	if d.postgres {
		query, name = "SHOW server_version", "PostgreSQL "
	}
	var version string
	err := d.Read(ctx, func(tx *gorm.DB) error { return tx.Raw(query).Scan(&version).Error })
	return name + version, err
}

// Close closes the database. Reads and writes under way fail.
func (d *DB) Close() error {
	if d.postgres {
		return closeHandle(d.read)
	}
	return errors.Join(closeHandle(d.read), closeHandle(d.write))
}

func closeHandle(g *gorm.DB) error {
	pool, err := g.DB()
	if err != nil {
		return err
	}
	return pool.Close()
}

// Read runs f on a read-only snapshot: everything f reads is of one moment,
// and f blocks no writer.
func (d *DB) Read(ctx context.Context, f func(tx *gorm.DB) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if d.postgres {
		opts.Isolation = sql.LevelRepeatableRead
	}
	return translate(d.read.WithContext(ctx).Transaction(f, opts))
}

// Write runs f in the one writing transaction: all of f's changes happen, or
// none. f must be short and must not wait for anything outside the database.
func (d *DB) Write(ctx context.Context, f func(tx *gorm.DB) error) error {
	return translate(d.write.WithContext(ctx).Transaction(f))
}

// translate turns what the database says about a lost connection or a wait
// that was too long into Unavailable; problems of users pass untouched.
func translate(err error) error {
	if err == nil || problem.KindOf(err) != problem.Internal {
		return err
	}
	if lost(err) {
		return fmt.Errorf("%w: %w", problem.New(problem.Unavailable, "problem.unavailable"), err)
	}
	return err
}

// passing are the codes of PostgreSQL that say nothing of a statement: the
// server is going, full or ended what took too long. The same asked again may
// go through. A class is two letters.
var passing = []string{"08", "53", "57", "58", "25P03", "25006", "55P03", "40"}

// lost says whether an error is about the way to the database or its state,
// and not about what was asked of it.
func lost(err error) bool {
	var told *pgconn.PgError
	if errors.As(err, &told) {
		return slices.ContainsFunc(passing, func(code string) bool { return strings.HasPrefix(told.Code, code) })
	}
	var line net.Error
	var connect *pgconn.ConnectError
	if errors.As(err, &line) || errors.As(err, &connect) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	for _, gone := range []error{driver.ErrBadConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed} {
		if errors.Is(err, gone) {
			return true
		}
	}
	text := err.Error()
	return slices.ContainsFunc([]string{"database is locked", "SQLITE_BUSY", "unable to open database file", "disk I/O error", "database or disk is full",
		"attempt to write a readonly database", "conn closed", "conn busy", "broken pipe"}, func(s string) bool { return strings.Contains(text, s) })
}

// PoolStats tells of the connections, by what they are for.
func (d *DB) PoolStats() map[string]sql.DBStats {
	stats := map[string]sql.DBStats{}
	for name, g := range map[string]*gorm.DB{"read": d.read, "write": d.write} {
		if pool, err := g.DB(); err == nil {
			stats[name] = pool.Stats()
		}
	}
	if d.postgres { // one pool for both
		stats = map[string]sql.DBStats{"all": stats["read"]}
	}
	return stats
}

// Integrity asks SQLite whether its file is whole. PostgreSQL checks its pages
// itself and is taken at its word.
func (d *DB) Integrity(ctx context.Context) (bool, error) {
	if d.postgres {
		return true, nil
	}
	var verdict string
	err := d.Read(ctx, func(tx *gorm.DB) error { return tx.Raw("PRAGMA quick_check(1)").Scan(&verdict).Error })
	return verdict == "ok", err
}
