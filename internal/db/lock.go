package db

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// ErrServed is returned by Serve when another process serves the same file.
var ErrServed = errors.New("another 'tracker serve' uses this data folder: stop it first")

// Serve takes the one serving place on a SQLite file and gives it back when
// release is called or the process ends, however it ends. On PostgreSQL,
// where replicas share a database, everybody gets a place.
func (d *DB) Serve() (release func(), err error) {
	if d.postgres {
		return func() {}, nil
	}
	f, err := tryLock(d.path + ".serve")
	if err != nil {
		return nil, err
	}
	if f == nil {
		return nil, ErrServed
	}
	return func() { f.Close() }, nil //nolint:errcheck // closing lets go of the lock
}

// Served says whether some process serves this SQLite file now.
func (d *DB) Served() (bool, error) {
	if d.postgres || !exists(d.path+".serve") {
		return false, nil
	}
	f, err := tryLock(d.path + ".serve")
	if err != nil || f == nil {
		return f == nil && err == nil, err
	}
	return false, f.Close()
}

// tryLock returns the locked file, or nil when another process holds it.
func tryLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o640)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return f, nil
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, f.Close()
	}
	return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
}

// lockFile waits for the lock on a file until ctx ends.
func lockFile(ctx context.Context, path string) (release func(), err error) {
	for {
		f, err := tryLock(path)
		if err != nil {
			return nil, err
		}
		if f != nil {
			return func() { f.Close() }, nil //nolint:errcheck // closing lets go of the lock
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}
