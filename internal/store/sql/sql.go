// SPDX-License-Identifier: Apache-2.0

// Package sql keeps every record of the platform in a relational database: SQLite, embedded, today. Queries are
// written so that another dialect is another Open: standard SQL, its values always arguments.
//
// A record is one row: its JSON, and columns for what it is found by. What SQLite has acknowledged survives kill -9 and
// a power cut (write-ahead log, synchronous=FULL).
package sql

import (
	"context"
	stdsql "database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// readers is the number of connections that read side by side with the one that writes.
const readers = 4

// Config of Open.
type Config struct {
	Path string // of the SQLite file; its directory must exist
}

// DB is the store. It is safe for concurrent use. Make it with Open.
type DB struct {
	writer *pool // one connection: SQLite has one writer
	reader *pool
	group  group
}

// Open opens the database, made if absent, and brings its schema up to date.
func Open(ctx context.Context, c Config) (*DB, error) {
	if err := private(c.Path); err != nil {
		return nil, err
	}
	writer, err := connect(c.Path, "rwc", 1)
	if err != nil {
		return nil, err
	}
	if err := migrate(ctx, writer.db, newest); err != nil {
		return nil, errors.Join(classify(err), writer.Close())
	}
	reader, err := connect(c.Path, "rw", readers)
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	return &DB{writer: writer, reader: reader}, nil
}

// private makes the database its owner's alone: it holds personal data and, while a mail waits, one-time links. The files
// that SQLite makes beside it get its mode.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the platform's own data directory
	if err != nil {
		return fmt.Errorf("make database: %w", err)
	}
	err = f.Close()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if e := os.Chmod(path+suffix, 0o600); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

func connect(path, mode string, connections int) (*pool, error) {
	q := url.Values{
		"mode":    {mode},
		"_txlock": {"immediate"},
		"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)", "cache_size(-2000)"},
	}
	db, err := stdsql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: q.Encode()}).String())
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return newPool(db), nil
}

// newest stands for the newest version of the schema.
const newest = math.MaxInt64

// migrate brings the schema up to a version.
func migrate(ctx context.Context, db *stdsql.DB, version int64) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("open migrations: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithGoMigrations(unpackMigration()))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := provider.UpTo(ctx, version); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// Close closes the database.
func (db *DB) Close() error { return errors.Join(db.reader.Close(), db.writer.Close()) }

type txKey struct{}

// InTx runs do in one transaction, which every store's call with do's context joins. It is committed when do returns
// nil. A transaction within a transaction is the same one.
func (db *DB) InTx(ctx context.Context, do func(ctx context.Context) error) error {
	if _, ok := ctx.Value(txKey{}).(*stdsql.Tx); ok {
		return do(ctx)
	}
	tx, err := db.writer.db.BeginTx(ctx, nil)
	if err != nil {
		return classify(err)
	}
	defer func() { _ = tx.Rollback() }() // of what is committed, nothing
	ctx = context.WithValue(ctx, txKey{}, tx)
	if err := do(ctx); err != nil {
		return classify(err)
	}
	if err := db.markAct(ctx); err != nil {
		return err
	}
	return classify(tx.Commit())
}

func (db *DB) read(ctx context.Context) runner { return within(ctx, db.reader) }

func (db *DB) write(ctx context.Context) runner { return within(ctx, db.writer) }

// within gives the transaction of ctx, or, where there is none, the pool.
func within(ctx context.Context, p *pool) runner {
	if tx, ok := ctx.Value(txKey{}).(*stdsql.Tx); ok {
		return tx
	}
	return p
}

// classify turns a full disk into a fault, and leaves other errors as they are.
func classify(err error) error {
	var e *sqlite.Error
	if errors.As(err, &e) && (e.Code() == sqlite3.SQLITE_FULL || e.Code()&0xff == sqlite3.SQLITE_IOERR) {
		return fault.New(fault.Unavailable, "disk_full", "the platform's disk is full or failing").
			WithHint("nothing was changed; make room, then try again").WithCause(err)
	}
	return err
}

// taken tells whether err says that a unique key is there already.
func taken(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) &&
		(e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY || e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE)
}

// exec runs a statement and gives the number of rows that it changed. One that belongs to an administrative act is a
// transaction, in which the act is marked.
func (db *DB) exec(ctx context.Context, query string, args ...any) (n int64, err error) {
	if _, ok := ctx.Value(txKey{}).(*stdsql.Tx); !ok && audit.IntentID(ctx) != "" {
		err = db.InTx(ctx, func(ctx context.Context) error {
			n, err = db.exec(ctx, query, args...)
			return err
		})
		return n, err
	}
	if !storable(args) {
		return 0, unstorable()
	}
	res, err := db.write(ctx).ExecContext(ctx, query, args...)
	if err != nil {
		return 0, classify(err)
	}
	return res.RowsAffected()
}

// storable tells whether no argument has a NUL, at which some functions of SQL take a text to end, and which other
// databases refuse.
func storable(args []any) bool {
	return !slices.ContainsFunc(args, func(a any) bool {
		s, text := a.(string)
		return text && strings.Contains(s, "\x00")
	})
}

const codeUnstorable = "text_unstorable"

func unstorable() error {
	return fault.New(fault.Invalid, codeUnstorable, "a text has a NUL character").WithHint("leave it out; nothing was changed")
}

// scanner reads the columns of a row. Those that it reads into stdsql.RawBytes last until the next row.
type scanner func(columns ...any) error

// each does something with every row of a query.
func each(ctx context.Context, r runner, query string, args []any, do func(scan scanner) error) (err error) {
	if !storable(args) {
		return unstorable()
	}
	rows, err := r.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := do(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// scan reads the only row of a query. None is stdsql.ErrNoRows.
func (db *DB) scan(ctx context.Context, query string, args []any, into ...any) error {
	return only(ctx, db.read(ctx), query, args, into...)
}

func only(ctx context.Context, r runner, query string, args []any, into ...any) error {
	found := false
	err := each(ctx, r, query, args, func(scan scanner) error {
		found = true
		return scan(into...)
	})
	if err == nil && !found {
		return stdsql.ErrNoRows
	}
	return err
}

// put runs a statement whose last argument is a record.
func (db *DB) put(ctx context.Context, record any, query string, args ...any) (int64, error) {
	data, err := json.Marshal(record)
	if err != nil {
		return 0, fmt.Errorf("encode record: %w", err)
	}
	return db.exec(ctx, query, append(args, string(data))...)
}

// one gives the record of a query for data; absent if there is none.
func one[T any](ctx context.Context, db *DB, absent error, query string, args ...any) (T, error) {
	var (
		record T
		data   []byte
	)
	err := db.scan(ctx, query, args, &data)
	return record, decoded(err, absent, data, &record)
}

// oneWith is one for a query for data and a value that is kept beside it.
func oneWith[T any](ctx context.Context, db *DB, absent error, query string, args ...any) (T, []byte, error) {
	var (
		record T
		data   []byte
		value  []byte
	)
	err := db.scan(ctx, query, args, &data, &value)
	return record, value, decoded(err, absent, data, &record)
}

// missing tells whether an error says that there is no such row: none is found by what can't be stored.
func missing(err error) bool {
	return errors.Is(err, stdsql.ErrNoRows) || errors.Is(err, &fault.Error{Code: codeUnstorable})
}

func decoded(err, absent error, data []byte, record any) error {
	switch {
	case missing(err):
		return absent
	case err != nil:
		return classify(err)
	}
	return decode(data, record)
}

func decode(data []byte, record any) error {
	if err := json.Unmarshal(data, record); err != nil {
		return fmt.Errorf("decode record: %w", err)
	}
	return nil
}

// many gives the records of a query for data.
func many[T any](ctx context.Context, db *DB, query string, args ...any) ([]T, error) {
	records := []T{}
	var data stdsql.RawBytes
	err := each(ctx, db.read(ctx), query, args, func(scan scanner) error {
		var record T
		if err := scan(&data); err != nil {
			return err
		}
		err := decode(data, &record)
		records = append(records, record)
		return err
	})
	if err != nil {
		return nil, classify(err)
	}
	return records, nil
}

// manyWith is many for a query for data and a value that is kept beside it.
func manyWith[T any](ctx context.Context, db *DB, query string, args ...any) (records []T, values [][]byte, err error) {
	records = []T{}
	var data stdsql.RawBytes
	err = each(ctx, db.read(ctx), query, args, func(scan scanner) error {
		var (
			record T
			value  []byte
		)
		if err := scan(&data, &value); err != nil {
			return err
		}
		err := decode(data, &record)
		records, values = append(records, record), append(values, value)
		return err
	})
	if err != nil {
		return nil, nil, classify(err)
	}
	return records, values, nil
}

// filter is the conditions of a query, and their arguments.
type filter struct {
	where string
	args  []any
}

// and adds a condition where it is wanted; one that is not would keep the database from its indexes.
func (f *filter) and(wanted bool, condition string, args ...any) {
	if !wanted {
		return
	}
	if f.where == "" {
		f.where = " WHERE " + condition
	} else {
		f.where += " AND " + condition
	}
	f.args = append(f.args, args...)
}

// limited gives SQL's number for "no limit" when limit is 0.
func limited(limit int) int {
	if limit <= 0 {
		return -1
	}
	return limit
}

// Setting gives a platform setting; an absent one is a fault.NotFound "setting_not_found".
func (db *DB) Setting(ctx context.Context, name string) (string, error) {
	var value string
	err := db.scan(ctx, "SELECT value FROM settings WHERE name = ?", []any{name}, &value)
	if errors.Is(err, stdsql.ErrNoRows) {
		return "", fault.New(fault.NotFound, "setting_not_found", "there is no setting %q", name)
	}
	return value, classify(err)
}

// PutSetting stores a platform setting.
func (db *DB) PutSetting(ctx context.Context, name, value string) error {
	_, err := db.exec(ctx, "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value)
	return err
}

// update runs a statement whose first argument is a record.
func (db *DB) update(ctx context.Context, record any, query string, args ...any) (int64, error) {
	data, err := json.Marshal(record)
	if err != nil {
		return 0, fmt.Errorf("encode record: %w", err)
	}
	return db.exec(ctx, query, append([]any{string(data)}, args...)...)
}
