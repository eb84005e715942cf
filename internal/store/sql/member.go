// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"
	"encoding/hex"
	"errors"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/member"
)

var _ member.Store = (*DB)(nil)

// CreateMember implements member.Store.
func (db *DB) CreateMember(ctx context.Context, m member.Member) error {
	_, err := db.put(ctx, m, "INSERT INTO members (id, email, state, data) VALUES (?, ?, ?, ?)", m.ID, m.Email, string(m.State))
	if taken(err) {
		return fault.New(fault.Conflict, "member_exists", "there is a person with this e-mail address already")
	}
	return err
}

// UpdateMember implements member.Store.
func (db *DB) UpdateMember(ctx context.Context, m member.Member) error {
	n, err := db.update(ctx, m, "UPDATE members SET data = ?, email = ?, state = ? WHERE id = ?", m.Email, string(m.State), m.ID)
	if taken(err) {
		return fault.New(fault.Conflict, "member_exists", "there is a person with this e-mail address already")
	}
	if err == nil && n == 0 {
		return noMember(m.ID)
	}
	return err
}

// GetMember implements member.Store.
func (db *DB) GetMember(ctx context.Context, id string) (member.Member, error) {
	return one[member.Member](ctx, db, noMember(id), "SELECT data FROM members WHERE id = ?", id)
}

// FindMember implements member.Store.
func (db *DB) FindMember(ctx context.Context, email string) (member.Member, bool, error) {
	return found(one[member.Member](ctx, db, noMember(email), "SELECT data FROM members WHERE email = ?", email))
}

// ListPeople implements member.Store.
func (db *DB) ListPeople(ctx context.Context, after string, limit int) ([]member.Member, error) {
	return many[member.Member](ctx, db, "SELECT data FROM members WHERE id > ? ORDER BY id LIMIT ?", after, limited(limit))
}

// DeleteMember implements member.Store.
func (db *DB) DeleteMember(ctx context.Context, id string) error {
	return db.InTx(ctx, func(ctx context.Context) error {
		for _, query := range []string{
			"DELETE FROM credentials WHERE member = ?", "DELETE FROM member_codes WHERE member = ?",
			"DELETE FROM member_secrets WHERE member = ?", "DELETE FROM identities WHERE member = ?",
			"DELETE FROM memberships WHERE member = ?", "DELETE FROM members WHERE id = ?",
		} {
			if _, err := db.exec(ctx, query, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// PutMembership implements member.Store.
func (db *DB) PutMembership(ctx context.Context, m member.Membership) error {
	_, err := db.put(ctx, m, `INSERT INTO memberships (member, org, role, state, data) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (member, org) DO UPDATE SET role = excluded.role, state = excluded.state, data = excluded.data`,
		m.Member, m.Org, string(m.Role), string(m.State))
	return err
}

// GetMembership implements member.Store.
func (db *DB) GetMembership(ctx context.Context, memberID, orgID string) (member.Membership, error) {
	return one[member.Membership](ctx, db, noMember(memberID),
		"SELECT data FROM memberships WHERE member = ? AND org = ?", memberID, orgID)
}

// DeleteMembership implements member.Store.
func (db *DB) DeleteMembership(ctx context.Context, memberID, orgID string) error {
	n, err := db.exec(ctx, "DELETE FROM memberships WHERE member = ? AND org = ?", memberID, orgID)
	if err == nil && n == 0 {
		return noMember(memberID)
	}
	return err
}

// OrganizationMembers implements member.Store.
func (db *DB) OrganizationMembers(ctx context.Context, orgID, after string, limit int) ([]member.Membership, error) {
	return many[member.Membership](ctx, db,
		"SELECT data FROM memberships WHERE org = ? AND member > ? ORDER BY member LIMIT ?", orgID, after, limited(limit))
}

// Memberships implements member.Store.
func (db *DB) Memberships(ctx context.Context, memberID string) ([]member.Membership, error) {
	return many[member.Membership](ctx, db, "SELECT data FROM memberships WHERE member = ? ORDER BY org", memberID)
}

// PutIdentity implements member.Store.
func (db *DB) PutIdentity(ctx context.Context, i member.Identity) error {
	_, err := db.put(ctx, i, "INSERT INTO identities (provider, subject, member, data) VALUES (?, ?, ?, ?)",
		i.Provider, i.Subject, i.Member)
	if !taken(err) {
		return err
	}
	was, _, err := db.FindIdentity(ctx, i.Provider, i.Subject)
	if err == nil && was.Member != i.Member {
		return fault.New(fault.Conflict, "identity_taken", "this identity of %s belongs to another account", i.Provider).
			WithHint("sign in with it, or ask an administrator")
	}
	return err
}

// DeleteIdentity implements member.Store.
func (db *DB) DeleteIdentity(ctx context.Context, i member.Identity) error {
	_, err := db.exec(ctx, "DELETE FROM identities WHERE provider = ? AND subject = ? AND member = ?", i.Provider, i.Subject, i.Member)
	return err
}

// FindIdentity implements member.Store.
func (db *DB) FindIdentity(ctx context.Context, provider, subject string) (member.Identity, bool, error) {
	return found(one[member.Identity](ctx, db, noMember(subject),
		"SELECT data FROM identities WHERE provider = ? AND subject = ?", provider, subject))
}

// Identities implements member.Store.
func (db *DB) Identities(ctx context.Context, memberID string) ([]member.Identity, error) {
	return many[member.Identity](ctx, db, "SELECT data FROM identities WHERE member = ? ORDER BY provider, subject", memberID)
}

// DeleteIdentities implements member.Store.
func (db *DB) DeleteIdentities(ctx context.Context, memberID string) error {
	_, err := db.exec(ctx, "DELETE FROM identities WHERE member = ?", memberID)
	return err
}

// PutSecrets implements member.Store.
func (db *DB) PutSecrets(ctx context.Context, s member.Secrets) error {
	_, err := db.put(ctx, s, `INSERT INTO member_secrets (member, data) VALUES (?, ?)
		ON CONFLICT (member) DO UPDATE SET data = excluded.data`, s.Member)
	return err
}

// GetSecrets implements member.Store.
func (db *DB) GetSecrets(ctx context.Context, memberID string) (member.Secrets, error) {
	s, ok, err := found(one[member.Secrets](ctx, db, noMember(memberID), "SELECT data FROM member_secrets WHERE member = ?", memberID))
	if !ok {
		s.Member = memberID
	}
	return s, err
}

// PutCode implements member.Store.
func (db *DB) PutCode(ctx context.Context, c member.Code) error {
	_, err := db.put(ctx, c, "INSERT INTO member_codes (hash, kind, member, org, expires_at, data) VALUES (?, ?, ?, ?, ?, ?)",
		hex.EncodeToString(c.Hash), string(c.Kind), c.Member, c.Org, c.ExpiresAt.UnixMicro())
	return err
}

// FindCode implements member.Store.
func (db *DB) FindCode(ctx context.Context, hash []byte) (member.Code, bool, error) {
	return found(one[member.Code](ctx, db, noMember(""), "SELECT data FROM member_codes WHERE hash = ?", hex.EncodeToString(hash)))
}

// DeleteCodes implements member.Store.
func (db *DB) DeleteCodes(ctx context.Context, memberID string, k member.CodeKind, orgID string) error {
	_, err := db.exec(ctx, "DELETE FROM member_codes WHERE member = ? AND kind = ? AND org = ?", memberID, string(k), orgID)
	return err
}

// DeleteExpiredCodes implements member.Store.
func (db *DB) DeleteExpiredCodes(ctx context.Context, now time.Time) error {
	_, err := db.exec(ctx, "DELETE FROM member_codes WHERE expires_at < ?", now.UnixMicro())
	return err
}

// GetFailures implements member.Store.
func (db *DB) GetFailures(ctx context.Context, subject string) (member.Failures, error) {
	f, ok, err := found(one[member.Failures](ctx, db, noMember(subject), "SELECT data FROM sign_in_failures WHERE subject = ?", subject))
	if !ok {
		f.Subject = subject
	}
	return f, err
}

// PutFailures implements member.Store.
func (db *DB) PutFailures(ctx context.Context, f member.Failures) error {
	_, err := db.put(ctx, f, `INSERT INTO sign_in_failures (subject, updated_at, data) VALUES (?, ?, ?)
		ON CONFLICT (subject) DO UPDATE SET updated_at = excluded.updated_at, data = excluded.data`,
		f.Subject, f.Last.UnixMicro())
	return err
}

// DeleteFailures implements member.Store.
func (db *DB) DeleteFailures(ctx context.Context, t time.Time) error {
	_, err := db.exec(ctx, "DELETE FROM sign_in_failures WHERE updated_at < ?", t.UnixMicro())
	return err
}

// found turns "not found" into false.
func found[T any](record T, err error) (T, bool, error) {
	if errors.Is(err, fault.NotFound) {
		return record, false, nil
	}
	return record, err == nil, err
}

func noMember(id string) error {
	return fault.New(fault.NotFound, "member_not_found", "there is no member %q", id).
		WithHint("see which there are: b4a member list")
}
