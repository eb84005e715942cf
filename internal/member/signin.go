// SPDX-License-Identifier: Apache-2.0

package member

import (
	"context"
	"errors"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// methodPassword is the method of sessions of people who gave a password.
const methodPassword = "password"

// Proof is what a person signs in with.
type Proof struct {
	Email    string
	Password string
	Code     string // of the second factor, or a recovery code; empty: not given
	Source   string // IP address that it came from; empty: unknown
}

// SignIn gives a session to who proves to be a member. A wrong or unknown address, password or code is one and the
// same fault.Unauthenticated "sign_in_refused", after the same work; only who knows the password learns that a code is
// needed ("second_factor_needed"), or that the account is suspended. Too many failures are a fault.Throttled.
func (s *Service) SignIn(ctx context.Context, p Proof) (string, access.Principal, error) {
	m, second, err := s.prove(ctx, p)
	if err != nil {
		return "", access.Principal{}, err
	}
	return s.open(ctx, m, access.Credential{Method: methodPassword, SecondFactor: second}, nil)
}

// prove gives the person whose password and second factor these are, and whether there was a second factor.
func (s *Service) prove(ctx context.Context, p Proof) (Member, bool, error) {
	email := foldEmail(p.Email)
	before, err := s.reserve(ctx, subjectsOf(email, p.Source))
	if err != nil {
		return Member{}, false, err
	}
	m, second, err := s.compare(ctx, email, p)
	switch {
	case err == nil:
		return m, second, s.restore(ctx, before, true)
	case fault.Of(err).Code == "second_factor_needed" || !errors.Is(err, fault.Unauthenticated):
		return Member{}, false, errors.Join(err, s.restore(ctx, before, false))
	case before[0].Count+1 == freeOfAccount && m.State == Active:
		return Member{}, false, errors.Join(err, s.tell(ctx, m, "account-locked", map[string]string{}))
	}
	return Member{}, false, err
}

// compare checks a proof against the stored secrets. With a refusal it gives the person whose account it is, if any.
func (s *Service) compare(ctx context.Context, email string, p Proof) (Member, bool, error) {
	m, _, err := s.store.FindMember(ctx, email)
	if err != nil {
		return Member{}, false, err
	}
	secrets, err := s.store.GetSecrets(ctx, m.ID)
	if err != nil {
		return Member{}, false, err
	}
	ok, stale, err := s.matches(ctx, p.Password, secrets.Password)
	if err != nil {
		return Member{}, false, err
	}
	if !ok {
		return m, false, refused()
	}
	if stale {
		if err := s.setPassword(ctx, m.ID, p.Password); err != nil {
			return Member{}, false, err
		}
	}
	if !secrets.Confirmed {
		return m, false, nil
	}
	if p.Code == "" {
		return m, false, fault.New(fault.Unauthenticated, "second_factor_needed", "a code of the second factor is needed").
			WithHint("give the code that your authenticator app shows, or a recovery code")
	}
	used, err := s.useCode(ctx, m.ID, p.Code)
	if err != nil {
		return Member{}, false, err
	}
	if !used {
		return m, false, refused()
	}
	return m, true, nil
}

func refused() error {
	return fault.New(fault.Unauthenticated, "sign_in_refused", "the e-mail address, the password or the code is wrong").
		WithHint("try again; a forgotten password can be reset by mail")
}

// setPassword hashes and stores a password.
func (s *Service) setPassword(ctx context.Context, memberID, password string) error {
	hashed, err := s.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.storeHash(ctx, memberID, hashed)
}

func (s *Service) storeHash(ctx context.Context, memberID, hashed string) error {
	return s.tx.InTx(ctx, func(ctx context.Context) error {
		secrets, err := s.store.GetSecrets(ctx, memberID)
		if err != nil {
			return err
		}
		secrets.Password = hashed
		return s.store.PutSecrets(ctx, secrets)
	})
}
