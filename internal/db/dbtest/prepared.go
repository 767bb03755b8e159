package dbtest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// PreparedIn names the folder of what Prepare made for all processes of a test run: the socket of a PostgreSQL server, and SQLite files.
const PreparedIn = "TRACKER_TEST_PREPARED"

// prepared is that folder. It is empty where each process makes its own, which takes a second or two, and some more for what a named
// template holds.
func prepared() string { return os.Getenv(PreparedIn) }

const (
	migratedName     = "migrated"         // of the SQLite file that is migrated and empty
	postgresTemplate = "tracker_template" // the database that is migrated and empty
)

// preparedFile is where the SQLite file of a name lies.
func preparedFile(dir, name string) string { return filepath.Join(dir, name+".sqlite") }

// preparedDatabase is what the filled PostgreSQL database of a name is called.
func preparedDatabase(name string) string { return postgresTemplate + "_" + name }

// Prepare makes what test processes begin with: a migrated SQLite file, a PostgreSQL server with a migrated database, and both engines
// filled for each named template. It gives the environment in which processes take these, until they are closed. Where
// TEST_DATABASE_URL names a server, nothing is prepared: another's server keeps no template.
func Prepare(templates ...*Template) (env []string, life io.Closer, err error) {
	if os.Getenv("TEST_DATABASE_URL") != "" {
		return nil, io.NopCloser(nil), nil
	}
	if prepared() != "" {
		return nil, nil, errors.New("what is prepared already is not prepared anew")
	}
	s, err := started()
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.life.Close())
		}
	}()
	keep := func(name string, file func() ([]byte, error)) error {
		data, err := file()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return os.WriteFile(preparedFile(s.dir, name), data, 0o644)
	}
	if err := keep(migratedName, migratedFile); err != nil {
		return nil, nil, err
	}
	for _, t := range templates {
		if err := errors.Join(keep(t.name, t.file), t.fillDatabase(s, preparedDatabase(t.name))); err != nil {
			return nil, nil, err
		}
	}
	return []string{PreparedIn + "=" + s.dir}, s.life, nil
}
