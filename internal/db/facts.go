package db

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"sort"
	"time"
)

// MinPostgres is the first PostgreSQL release that the tracker is tested on.
const MinPostgres = 15

// Facts are what the engine says of itself and of the way to it, for who
// looks after it.
type Facts struct {
	Engine    string    // its name and version
	Old       bool      // older than the tracker may run on
	Differ    []string  // settings that do not read back as they were set
	Superuser bool      // the role may do anything, altering the trail included; PostgreSQL only
	Encrypted bool      // the connection is; always on SQLite
	Now       time.Time // its clock; of this machine on SQLite
	Size      int64     // bytes on its disk
}

// Facts asks the engine. On SQLite it holds every connection for a moment.
func (d *DB) Facts(ctx context.Context) (f Facts, err error) {
	if f.Engine, err = d.Engine(ctx); err != nil {
		return f, err
	}
	if d.postgres {
		return f, d.postgresFacts(ctx, &f)
	}
	f.Encrypted, f.Now = true, time.Now()
	for _, ending := range []string{"", "-wal"} {
		if info, err := os.Stat(d.path + ending); err == nil {
			f.Size += info.Size()
		}
	}
	for _, g := range []interface{ DB() (*sql.DB, error) }{d.write, d.read} {
		pool, err := g.DB()
		if err != nil {
			return f, err
		}
		if err := checkPool(ctx, pool, pool.Stats().MaxOpenConnections); err != nil {
			f.Differ = append(f.Differ, err.Error())
		}
	}
	return f, nil
}

func (d *DB) postgresFacts(ctx context.Context, f *Facts) error {
	pool, err := d.read.DB()
	if err != nil {
		return err
	}
	var version int
	err = pool.QueryRowContext(ctx, `SELECT current_setting('server_version_num')::int, clock_timestamp(), pg_database_size(current_database()),
		(SELECT rolsuper FROM pg_roles WHERE rolname = current_user), coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)`).
		Scan(&version, &f.Now, &f.Size, &f.Superuser, &f.Encrypted)
	if err != nil {
		return err
	}
	f.Old = version/10000 < MinPostgres
	for name, want := range bounds {
		var got string
		if err := pool.QueryRowContext(ctx, "SELECT setting FROM pg_settings WHERE lower(name) = $1", name).Scan(&got); err != nil {
			return err
		}
		if got != want {
			f.Differ = append(f.Differ, fmt.Sprintf("%s is %q, must be %q", name, got, want))
		}
	}
	sort.Strings(f.Differ)
	return nil
}
