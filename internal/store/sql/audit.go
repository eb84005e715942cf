// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"
	stdsql "database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

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

// auditRow is a row of audit_entries.
type auditRow struct {
	Sequence uint64
	Time     int64
	Actor    string
	Action   string
	Hash     string
	Data     string
}

// ListAudit implements audit.Store.
func (db *DB) ListAudit(ctx context.Context, f audit.Filter) ([]audit.Record, error) {
	query := "SELECT sequence, time, actor, action, hash, data FROM audit_entries WHERE sequence > ?"
	args := []any{f.After}
	and := func(condition string, value any) {
		query += " AND " + condition
		args = append(args, value)
	}
	if f.Before > 0 {
		and("sequence < ?", f.Before)
	}
	if f.Org != "" {
		and("sequence IN (SELECT sequence FROM audit_orgs WHERE org = ?)", f.Org)
	}
	if f.Actor != "" {
		and("actor = ?", f.Actor)
	}
	if f.Action != "" {
		and("action = ?", f.Action)
	}
	if !f.From.IsZero() {
		and("time >= ?", f.From.UnixMicro())
	}
	if !f.To.IsZero() {
		and("time < ?", f.To.UnixMicro())
	}
	order := "ASC"
	if f.Newest {
		order = "DESC"
	}
	var rows []auditRow
	err := db.scan(ctx, query+" ORDER BY sequence "+order+" LIMIT ?", append(args, limited(f.Limit)), &rows)
	if err != nil {
		return nil, classify(err)
	}
	records := make([]audit.Record, 0, len(rows))
	for _, r := range rows {
		records = append(records, audit.Record{
			Sequence: r.Sequence, Time: time.UnixMicro(r.Time), Actor: r.Actor, Action: r.Action, Hash: r.Hash, Line: []byte(r.Data),
		})
	}
	return records, nil
}

// PendingAudit implements audit.Store.
func (db *DB) PendingAudit(ctx context.Context, after uint64, except ...string) (int, time.Time, error) {
	var (
		count  int
		oldest stdsql.NullInt64
	)
	err := db.read(ctx).NewRaw("SELECT COUNT(*), MIN(time) FROM audit_entries WHERE sequence > ? AND action NOT IN (?)",
		after, bun.List(append(except, ""))).
		Scan(ctx, &count, &oldest)
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
	var rows []struct {
		Applied bool
		Data    string
	}
	if err := db.scan(ctx, "SELECT applied, data FROM audit_intents ORDER BY id", nil, &rows); err != nil {
		return nil, classify(err)
	}
	intents := make([]audit.Intent, len(rows))
	for n, r := range rows {
		if err := json.Unmarshal([]byte(r.Data), &intents[n]); err != nil {
			return nil, fmt.Errorf("decode record: %w", err)
		}
		intents[n].Applied = r.Applied
	}
	return intents, nil
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
