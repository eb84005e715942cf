// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"
	stdsql "database/sql"
	"errors"

	"github.com/blockchain4all/blockchain4all/internal/channel"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

var _ channel.Store = (*DB)(nil)

// CreateChannel implements channel.Store.
func (db *DB) CreateChannel(ctx context.Context, c channel.Channel, members []channel.Member) error {
	return db.InTx(ctx, func(ctx context.Context) error {
		if _, err := db.put(ctx, c, "INSERT INTO channels (name, data) VALUES (?, ?)", c.Name); err != nil {
			if taken(err) {
				return fault.New(fault.Conflict, "ledger_exists", "there is a ledger %q already", c.Name).
					WithHint("choose another name")
			}
			return err
		}
		for _, m := range members {
			if err := db.PutMember(ctx, m); err != nil {
				return err
			}
		}
		return nil
	})
}

// UpdateChannel implements channel.Store.
func (db *DB) UpdateChannel(ctx context.Context, c channel.Channel) error {
	n, err := db.update(ctx, c, "UPDATE channels SET data = ? WHERE name = ?", c.Name)
	if err == nil && n == 0 {
		return noChannel(c.Name)
	}
	return err
}

// GetChannel implements channel.Store.
func (db *DB) GetChannel(ctx context.Context, name string) (channel.Channel, error) {
	return one[channel.Channel](ctx, db, noChannel(name), "SELECT data FROM channels WHERE name = ?", name)
}

// SetGenesis implements channel.Store.
func (db *DB) SetGenesis(ctx context.Context, name string, block []byte) error {
	n, err := db.exec(ctx, "UPDATE channels SET genesis = ? WHERE name = ?", block, name)
	if err == nil && n == 0 {
		return noChannel(name)
	}
	return err
}

// Genesis implements channel.Store.
func (db *DB) Genesis(ctx context.Context, name string) ([]byte, error) {
	var block []byte
	err := db.scan(ctx, "SELECT genesis FROM channels WHERE name = ?", []any{name}, &block)
	if errors.Is(err, stdsql.ErrNoRows) {
		return nil, noChannel(name)
	}
	return block, classify(err)
}

// ListChannels implements channel.Store.
func (db *DB) ListChannels(ctx context.Context, orgID, after string, limit int) ([]channel.Channel, error) {
	return many[channel.Channel](ctx, db, `SELECT data FROM channels
		WHERE name > ? AND (? = '' OR name IN (SELECT channel FROM channel_members WHERE org = ?))
		ORDER BY name LIMIT ?`, after, orgID, orgID, limited(limit))
}

// PutMember implements channel.Store.
func (db *DB) PutMember(ctx context.Context, m channel.Member) error {
	_, err := db.exec(ctx, `INSERT INTO channel_members (channel, org, position, joined)
		SELECT ?, ?, COALESCE(MAX(position), 0) + 1, ? FROM channel_members WHERE channel = ?
		ON CONFLICT (channel, org) DO UPDATE SET joined = excluded.joined`, m.Channel, m.Org, m.Joined, m.Channel)
	return err
}

// ForgetMember implements channel.Store.
func (db *DB) ForgetMember(ctx context.Context, name, orgID string) error {
	_, err := db.exec(ctx, "DELETE FROM channel_members WHERE channel = ? AND org = ?", name, orgID)
	return err
}

// ListMembers implements channel.Store.
func (db *DB) ListMembers(ctx context.Context, name string) ([]channel.Member, error) {
	var members []channel.Member
	err := each(ctx, db.read(ctx), "SELECT org, joined FROM channel_members WHERE channel = ? ORDER BY position",
		[]any{name}, func(scan scanner) error {
			m := channel.Member{Channel: name}
			err := scan(&m.Org, &m.Joined)
			members = append(members, m)
			return err
		})
	if err != nil {
		return nil, classify(err)
	}
	if len(members) == 0 {
		_, err := db.GetChannel(ctx, name)
		return nil, err
	}
	return members, nil
}

// IsMember implements channel.Store.
func (db *DB) IsMember(ctx context.Context, name, orgID string) (bool, error) {
	var member bool
	err := db.scan(ctx, `SELECT EXISTS (SELECT 1 FROM channel_members WHERE channel = name AND org = ?)
		FROM channels WHERE name = ?`, []any{orgID, name}, &member)
	if missing(err) {
		return false, noChannel(name)
	}
	return member, classify(err)
}

func noChannel(name string) error {
	return fault.New(fault.NotFound, "ledger_not_found", "there is no ledger %q", name).
		WithHint("see which there are: b4a ledger list")
}
