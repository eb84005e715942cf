// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/mail"
)

var _ mail.Store = (*DB)(nil)

// CreateMail implements mail.Store.
func (db *DB) CreateMail(ctx context.Context, e mail.Entry) error {
	_, err := db.put(ctx, e, "INSERT INTO mails (id, state, next_try, done_at, data) VALUES (?, ?, ?, ?, ?)",
		e.ID, string(e.State), e.NextTry.UnixMicro(), microOrZero(e.DoneAt))
	return err
}

// UpdateMail implements mail.Store.
func (db *DB) UpdateMail(ctx context.Context, e mail.Entry) error {
	_, err := db.update(ctx, e, "UPDATE mails SET data = ?, state = ?, next_try = ?, done_at = ? WHERE id = ?",
		string(e.State), e.NextTry.UnixMicro(), microOrZero(e.DoneAt), e.ID)
	return err
}

// DueMails implements mail.Store.
func (db *DB) DueMails(ctx context.Context, now time.Time, limit int) ([]mail.Entry, error) {
	return many[mail.Entry](ctx, db, "SELECT data FROM mails WHERE state = ? AND next_try <= ? ORDER BY next_try, id LIMIT ?",
		string(mail.Queued), now.UnixMicro(), limited(limit))
}

// GetMail implements mail.Store.
func (db *DB) GetMail(ctx context.Context, id string) (mail.Entry, error) {
	return one[mail.Entry](ctx, db, noMail(id), "SELECT data FROM mails WHERE id = ?", id)
}

// ListMails implements mail.Store.
func (db *DB) ListMails(ctx context.Context, state mail.State, after string, limit int) ([]mail.Entry, error) {
	return many[mail.Entry](ctx, db, "SELECT data FROM mails WHERE state = ? AND id > ? ORDER BY id LIMIT ?",
		string(state), after, limited(limit))
}

// DeleteMail implements mail.Store.
func (db *DB) DeleteMail(ctx context.Context, id string) error {
	n, err := db.exec(ctx, "DELETE FROM mails WHERE id = ?", id)
	if err == nil && n == 0 {
		return noMail(id)
	}
	return err
}

func noMail(id string) error {
	return fault.New(fault.NotFound, "mail_not_found", "there is no mail %q in the outbox", id).
		WithHint("see which there are: b4a mail list")
}

// CountMails implements mail.Store.
func (db *DB) CountMails(ctx context.Context) (map[mail.State]int, error) {
	counts := map[mail.State]int{}
	for _, state := range []mail.State{mail.Queued, mail.Sent, mail.Failed} {
		var n int
		err := db.scan(ctx, "SELECT COUNT(*) FROM mails WHERE state = ?", []any{string(state)}, &n)
		if err != nil {
			return nil, classify(err)
		}
		counts[state] = n
	}
	return counts, nil
}

// DeleteMails implements mail.Store.
func (db *DB) DeleteMails(ctx context.Context, t time.Time) error {
	_, err := db.exec(ctx, "DELETE FROM mails WHERE done_at <> 0 AND done_at < ?", t.UnixMicro())
	return err
}

// microOrZero gives 0 for the zero time.
func microOrZero(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}
