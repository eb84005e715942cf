// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"
	stdsql "database/sql"
	"errors"
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

var _ audit.Store = (*DB)(nil)

// AuditHead implements audit.Store.
func (db *DB) AuditHead(ctx context.Context) (audit.Head, error) {
	var h audit.Head
	err := db.scan(ctx, "SELECT sequence, hash FROM audit_entries ORDER BY sequence DESC LIMIT 1", nil, &h.Sequence, &h.Hash)
	if errors.Is(err, stdsql.ErrNoRows) {
		return audit.Head{}, nil
	}
	return h, classify(err)
}

// PutAudit implements audit.Store.
func (db *DB) PutAudit(ctx context.Context, r audit.Record) error {
	return db.InTx(ctx, func(ctx context.Context) error {
		_, err := db.exec(ctx, "INSERT INTO audit_entries (sequence, time, actor, action, hash, data) VALUES (?, ?, ?, ?, ?, ?)",
			r.Sequence, r.Time.UnixMicro(), r.Actor, r.Action, r.Hash, string(r.Line))
		if taken(err) {
			return fault.New(fault.Conflict, "audit_sequence_taken", "the audit trail has an entry %d already", r.Sequence)
		}
		for _, o := range r.Orgs {
			if err == nil {
				_, err = db.exec(ctx, "INSERT INTO audit_orgs (org, sequence) VALUES (?, ?)", o, r.Sequence)
			}
		}
		return err
	})
}

// ListAudit implements audit.Store.
func (db *DB) ListAudit(ctx context.Context, f audit.Filter) ([]audit.Record, error) {
	var where filter
	where.and(true, "sequence > ?", f.After)
	where.and(f.Before > 0, "sequence < ?", f.Before)
	where.and(f.Org != "", "sequence IN (SELECT sequence FROM audit_orgs WHERE org = ?)", f.Org)
	where.and(f.Actor != "", "actor = ?", f.Actor)
	where.and(f.Action != "", "action = ?", f.Action)
	where.and(!f.From.IsZero(), "time >= ?", f.From.UnixMicro())
	where.and(!f.To.IsZero(), "time < ?", f.To.UnixMicro())
	order := "ASC"
	if f.Newest {
		order = "DESC"
	}
	query := "SELECT sequence, time, actor, action, hash, data FROM audit_entries" + where.where + " ORDER BY sequence " + order + " LIMIT ?"
	records := []audit.Record{}
	err := each(ctx, db.read(ctx), query, append(where.args, limited(f.Limit)), func(scan scanner) error {
		var (
			r  audit.Record
			at int64
		)
		err := scan(&r.Sequence, &at, &r.Actor, &r.Action, &r.Hash, &r.Line)
		r.Time = time.UnixMicro(at)
		records = append(records, r)
		return err
	})
	return records, classify(err)
}

// PendingAudit implements audit.Store.
func (db *DB) PendingAudit(ctx context.Context, after uint64, except ...string) (int, time.Time, error) {
	var (
		count  int
		oldest stdsql.NullInt64
	)
	args := []any{after}
	for _, action := range except {
		args = append(args, action)
	}
	err := db.scan(ctx, "SELECT COUNT(*), MIN(time) FROM audit_entries WHERE sequence > ? AND action NOT IN (''"+
		strings.Repeat(", ?", len(except))+")", args, &count, &oldest)
	return count, time.UnixMicro(oldest.Int64), classify(err)
}

// PutAuditIntent implements audit.Store.
func (db *DB) PutAuditIntent(ctx context.Context, i audit.Intent) error {
	_, err := db.put(ctx, i, "INSERT INTO audit_intents (id, applied, data) VALUES (?, FALSE, ?)", i.ID)
	return err
}

// DeleteAuditIntent implements audit.Store.
func (db *DB) DeleteAuditIntent(ctx context.Context, id string) error {
	_, err := db.exec(ctx, "DELETE FROM audit_intents WHERE id = ?", id)
	return err
}

// ListAuditIntents implements audit.Store.
func (db *DB) ListAuditIntents(ctx context.Context) ([]audit.Intent, error) {
	var intents []audit.Intent
	err := each(ctx, db.read(ctx), "SELECT applied, data FROM audit_intents ORDER BY id", nil, func(scan scanner) error {
		var (
			i       audit.Intent
			applied bool
			data    stdsql.RawBytes
		)
		if err := scan(&applied, &data); err != nil {
			return err
		}
		err := decode(data, &i)
		i.Applied = applied
		intents = append(intents, i)
		return err
	})
	return intents, classify(err)
}

// markAct marks, in the transaction of ctx, that the administrative act of ctx has changed something.
func (db *DB) markAct(ctx context.Context) error {
	id := audit.IntentID(ctx)
	if id == "" {
		return nil
	}
	_, err := db.exec(ctx, "UPDATE audit_intents SET applied = TRUE WHERE id = ?", id)
	return err
}
