// SPDX-License-Identifier: Apache-2.0

package member

import (
	"context"
	"errors"
	"strings"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Account is what a person sees of its own account.
type Account struct {
	Member        Member
	HasPassword   bool
	RecoveryCodes int // that are left
	Identities    []Identity
}

// Account gives a person's own account.
func (s *Service) Account(ctx context.Context, p access.Principal) (Account, error) {
	if err := ownSession(p); err != nil {
		return Account{}, err
	}
	m, err := s.store.GetMember(ctx, p.Member)
	if err != nil {
		return Account{}, err
	}
	secrets, err := s.store.GetSecrets(ctx, m.ID)
	if err != nil {
		return Account{}, err
	}
	identities, err := s.store.Identities(ctx, m.ID)
	return Account{
		Member: m, HasPassword: secrets.Password != "", RecoveryCodes: len(secrets.Recovery), Identities: identities,
	}, err
}

// ownSession refuses who is not a person in a session: a token's thief must not take over the account.
func ownSession(p access.Principal) error {
	if !p.OwnSession() {
		return notASession()
	}
	return nil
}

// reprove gives the person of a session, who gives the password once more.
func (s *Service) reprove(ctx context.Context, p access.Principal, password, source string) (Member, error) {
	if err := ownSession(p); err != nil {
		return Member{}, err
	}
	m, err := s.store.GetMember(ctx, p.Member)
	if err != nil {
		return Member{}, err
	}
	secrets, err := s.store.GetSecrets(ctx, m.ID)
	if err != nil {
		return Member{}, err
	}
	if secrets.Password == "" {
		return Member{}, fault.New(fault.Conflict, "password_absent", "the account has no password").
			WithHint("it signs in with another system, which keeps password and second factor")
	}
	return m, s.guarded(ctx, m, source, !secrets.Confirmed, func() error {
		ok, _, err := s.matches(ctx, password, secrets.Password)
		if err == nil && !ok {
			err = fault.New(fault.Invalid, "password_wrong", "the present password is wrong").
				WithDetail("body.password", "not the present password")
		}
		return err
	})
}

// Tokens are the names of the API tokens that ended with a password, and of those that go on.
type Tokens struct{ Ended, Kept []string }

func (s *Service) tokens(ctx context.Context, memberID string) ([]string, error) {
	all, err := s.access.MemberTokens(ctx, memberID)
	names := make([]string, 0, len(all))
	for _, c := range all {
		names = append(names, c.Name)
	}
	return names, err
}

// ChangePassword changes a person's own password, ends all its other sessions and gives its session a fresh secret.
func (s *Service) ChangePassword(
	ctx context.Context, p access.Principal, present, next, source string,
) (string, access.Principal, error) {
	m, err := s.reprove(ctx, p, present, source)
	if err != nil {
		return "", access.Principal{}, err
	}
	if err := s.changePassword(ctx, m, next, func(ctx context.Context) (Tokens, error) {
		kept, err := s.tokens(ctx, m.ID)
		return Tokens{Kept: kept}, err
	}); err != nil {
		return "", access.Principal{}, err
	}
	if err := s.access.EndSessions(ctx, m.ID, p.ID); err != nil {
		return "", access.Principal{}, err
	}
	return s.access.Renew(ctx, p.ID, func(*access.Credential) {})
}

// changePassword stores a new password, with what belongs to it, and tells the person by mail. with gives what becomes of
// the person's tokens.
func (s *Service) changePassword(ctx context.Context, m Member, next string, with func(context.Context) (Tokens, error)) error {
	if err := checkPassword(next, m); err != nil {
		return err
	}
	hashed, err := s.hash(ctx, next)
	if err != nil {
		return err
	}
	return s.tx.InTx(ctx, func(ctx context.Context) error {
		tokens, err := with(ctx)
		if err != nil {
			return err
		}
		return errors.Join(
			s.storeHash(ctx, m.ID, hashed),
			s.store.DeleteCodes(ctx, m.ID, PasswordReset, ""),
			s.tell(ctx, m, "password-changed", map[string]string{
				"ended": strings.Join(tokens.Ended, ", "), "kept": strings.Join(tokens.Kept, ", "),
			}),
		)
	})
}
