package db

import (
	"context"
	"database/sql/driver"
	"reflect"
	"slices"
	"strings"

	"modernc.org/sqlite"
)

// mostKept is how many prepared statements a connection to SQLite keeps, and
// longestKept how long their text may be: a page asks some twenty questions,
// and to read each anew took a tenth of the server's time, and a seventh of
// what filling a database takes.
const (
	mostKept    = 150
	longestKept = 4 << 10
)

// verbsKept begin what is kept: questions, and what writes rows.
var verbsKept = []string{"SELECT", "WITH", "INSERT", "UPDATE", "DELETE"}

// connect opens connections to a SQLite address that keep their statements.
func connect(address string) (driver.Connector, error) {
	c, err := sqlite.NewConnector(address)
	return keeping{c}, err
}

// keeping is a connector whose connections keep what they have prepared:
// database/sql does it for statements that somebody holds, and GORM for those
// outside transactions.
type keeping struct{ driver.Connector }

// Connect opens one.
func (k keeping) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &keeper{sqliteConn: c.(sqliteConn), kept: map[string]*kept{}}, nil
}

// sqliteConn is what a connection of the driver can do, and database/sql asks
// of it.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// keeper is a connection with its prepared questions. As every connection it
// is used by one goroutine at a time.
type keeper struct {
	sqliteConn
	kept map[string]*kept
}

// kept is a prepared question. While its rows are open it cannot be asked
// again.
type kept struct {
	sqliteStmt
	open bool
}

type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// QueryContext asks a question, by a statement that is kept where there is one
// or may be.
func (k *keeper) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := k.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return k.sqliteConn.QueryContext(ctx, query, args)
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	s.open = true
	return &keptRows{rows.(sqliteRows), s}, nil
}

// ExecContext writes, by a statement that is kept where there is one or may be.
func (k *keeper) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := k.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return k.sqliteConn.ExecContext(ctx, query, args)
	}
	return s.ExecContext(ctx, args)
}

// statement is the kept one of a question; none for what is not kept, and for
// what is being asked already.
func (k *keeper) statement(ctx context.Context, query string) (*kept, error) {
	if s := k.kept[query]; s != nil {
		if s.open {
			return nil, nil
		}
		return s, nil
	}
	begins := func(verb string) bool { return strings.HasPrefix(query, verb) }
	if !slices.ContainsFunc(verbsKept, begins) || len(query) > longestKept {
		return nil, nil
	}
	if len(k.kept) >= mostKept {
		if err := k.drop(); err != nil {
			return nil, err
		}
	}
	prepared, err := k.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s := &kept{sqliteStmt: prepared.(sqliteStmt)}
	k.kept[query] = s
	return s, nil
}

// drop lets go of all statements but those that are being asked.
func (k *keeper) drop() (err error) {
	for query, s := range k.kept {
		if s.open {
			continue
		}
		delete(k.kept, query)
		if e := s.Close(); err == nil {
			err = e
		}
	}
	return err
}

// Close closes the statements with the connection.
func (k *keeper) Close() error {
	for _, s := range k.kept {
		s.open = false
	}
	err := k.drop()
	if e := k.sqliteConn.Close(); err == nil {
		err = e
	}
	return err
}

// sqliteRows is what rows of the driver can do.
type sqliteRows interface {
	driver.RowsColumnTypeDatabaseTypeName
	ColumnTypeLength(int) (int64, bool)
	ColumnTypeNullable(int) (bool, bool)
	ColumnTypePrecisionScale(int) (int64, int64, bool)
	ColumnTypeScanType(int) reflect.Type
}

// keptRows free their statement when they are closed.
type keptRows struct {
	sqliteRows
	of *kept
}

// Close closes the rows.
func (r *keptRows) Close() error {
	r.of.open = false
	return r.sqliteRows.Close()
}
