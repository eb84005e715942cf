// SPDX-License-Identifier: Apache-2.0

package member

import (
	"context"
	"errors"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// resetLifetime is that of a link that sets a new password.
const resetLifetime = time.Hour

// RequestReset mails a link that sets a new password, if the address is that of an account with one. Nobody learns
// whether it is: both ways write once to the store, and what is asked too often is ignored.
func (s *Service) RequestReset(ctx context.Context, email, source string) error {
	email = foldEmail(email)
	subjects := []subject{resetSubject(email)}
	if from, ok := sourceSubject(source); ok {
		subjects = append(subjects, subject{name: "reset-" + from.name, free: from.free})
	}
	if _, err := s.reserve(ctx, subjects); err != nil {
		if errors.Is(err, fault.Throttled) {
			return nil
		}
		return err
	}
	m, _, err := s.store.FindMember(ctx, email)
	if err != nil {
		return err
	}
	secrets, err := s.store.GetSecrets(ctx, m.ID)
	if err != nil {
		return err
	}
	code, hash, err := newSecret()
	if err != nil {
		return err
	}
	known := m.State == Active && secrets.Password != "" && s.mail != nil
	if !known {
		m = Member{}
	}
	return s.tx.InTx(ctx, func(ctx context.Context) error {
		now := s.now()
		c := Code{Hash: hash, Kind: PasswordReset, Member: m.ID, Mailed: true, CreatedAt: now, ExpiresAt: now.Add(resetLifetime)}
		if err := errors.Join(s.store.DeleteCodes(ctx, m.ID, PasswordReset, ""), s.store.PutCode(ctx, c)); err != nil || !known {
			return err
		}
		return s.tell(ctx, m, "password-reset", map[string]string{"link": "/password-reset#code=" + code})
	})
}

// ConfirmReset sets a new password with the code of a link that was mailed, and ends all the person's sessions. The
// second factor stays as it is, unless nobody had proved to own the address before. A code works once; a used or old one
// is a fault.Invalid "reset_invalid".
func (s *Service) ConfirmReset(ctx context.Context, code, password string) error {
	c, ok, err := s.findCode(ctx, code, PasswordReset)
	if err != nil {
		return err
	}
	if !ok || c.Member == "" {
		return resetInvalid()
	}
	m, err := s.store.GetMember(ctx, c.Member)
	if err != nil {
		return err
	}
	err = s.changePassword(ctx, m, password, func(ctx context.Context) error {
		if _, ok, err := s.findCode(ctx, code, PasswordReset); err != nil || !ok {
			return errors.Join(err, resetInvalid())
		}
		_, err := s.owned(ctx, m)
		return errors.Join(err, s.store.PutFailures(ctx, Failures{Subject: accountSubject(m.Email).name}))
	})
	if err != nil {
		return err
	}
	return s.access.EndSessions(ctx, m.ID, "")
}

func resetInvalid() error {
	return fault.New(fault.Invalid, "reset_invalid", "this link is used up or too old").WithHint("ask for a new one")
}

// findCode gives the record of a code that is still good.
func (s *Service) findCode(ctx context.Context, code string, k CodeKind) (Code, bool, error) {
	c, ok, err := s.store.FindCode(ctx, digest(code))
	return c, ok && c.Kind == k && s.now().Before(c.ExpiresAt), err
}
