// SPDX-License-Identifier: Apache-2.0

package member

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// resetLifetime is that of a link that sets a new password.
const resetLifetime = time.Hour

// nobody is no person's ID: what is looked up for it takes as long as for anybody.
const nobody = "nobody"

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
	tokens, err := s.tokens(ctx, cmp.Or(m.ID, nobody))
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
		return s.tell(ctx, m, "password-reset", map[string]string{
			"link": "/password-reset#code=" + code, "tokens": strings.Join(tokens, ", "),
		})
	})
}

// ConfirmReset sets a new password with the code of a link that was mailed. It ends all the person's sessions and API tokens,
// for who knew the password may have made them; keep lets the tokens go on, unless nobody had proved to own the address
// before. So does the second factor, which stays as it is. A code works once; a used or old one is a fault.Invalid
// "reset_invalid".
func (s *Service) ConfirmReset(ctx context.Context, code, password string, keep bool) (Tokens, error) {
	c, ok, err := s.findCode(ctx, code, PasswordReset)
	if err != nil {
		return Tokens{}, err
	}
	if !ok || c.Member == "" {
		return Tokens{}, resetInvalid()
	}
	m, err := s.store.GetMember(ctx, c.Member)
	if err != nil {
		return Tokens{}, err
	}
	var tokens Tokens
	err = s.changePassword(ctx, m, password, func(ctx context.Context) (Tokens, error) {
		if _, ok, err := s.findCode(ctx, code, PasswordReset); err != nil || !ok {
			return Tokens{}, errors.Join(err, resetInvalid())
		}
		if tokens, err = s.reset(ctx, m, keep); err != nil {
			return Tokens{}, err
		}
		return tokens, s.store.PutFailures(ctx, Failures{Subject: accountSubject(m.Email).name})
	})
	if err != nil {
		return Tokens{}, err
	}
	return tokens, s.access.EndSessions(ctx, m.ID, "")
}

// reset ends what was got with the password before and gives what becomes of the tokens.
func (s *Service) reset(ctx context.Context, m Member, keep bool) (Tokens, error) {
	names, err := s.tokens(ctx, m.ID)
	if err != nil {
		return Tokens{}, err
	}
	keep = keep && m.EmailVerified
	if _, err := s.owned(ctx, m); err != nil {
		return Tokens{}, err
	}
	if keep {
		return Tokens{Kept: names}, nil
	}
	return Tokens{Ended: names}, s.access.EndTokens(ctx, m.ID)
}

func resetInvalid() error {
	return fault.New(fault.Invalid, "reset_invalid", "this link is used up or too old").WithHint("ask for a new one")
}

// findCode gives the record of a code that is still good.
func (s *Service) findCode(ctx context.Context, code string, k CodeKind) (Code, bool, error) {
	c, ok, err := s.store.FindCode(ctx, digest(code))
	return c, ok && c.Kind == k && s.now().Before(c.ExpiresAt), err
}
