// SPDX-License-Identifier: Apache-2.0

package member

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Fresh is for how long after a sign-in a session may change how its person signs in.
const Fresh = 10 * time.Minute

// Offered tells which ways to sign in there are now.
type Offered struct {
	Password  bool
	Providers []string // IDs
}

// CheckFresh refuses a session whose person has not just signed in, with a fault.Forbidden "sign_in_stale": what somebody
// finds open, or has stolen, must not become an account.
func (s *Service) CheckFresh(p access.Principal) error {
	if err := ownSession(p); err != nil {
		return err
	}
	if s.now().Sub(p.Began) > Fresh {
		return fault.New(fault.Forbidden, "sign_in_stale", "this takes a session that began within the last %s", Fresh).
			WithHint("sign out, sign in again, and repeat it")
	}
	return nil
}

// LinkOwn links a provider's subject to the person of a session that goes on, who is told by mail. A session that has ended
// is a fault.Unauthenticated "signin_lost"; an identity of another account a fault.Conflict "identity_taken".
func (s *Service) LinkOwn(ctx context.Context, memberID, sessionID, provider, subject string) error {
	return s.tx.InTx(ctx, func(ctx context.Context) error {
		m, err := s.store.GetMember(ctx, memberID)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		sessions, e := s.access.Sessions(ctx, memberID)
		if e != nil {
			return e
		}
		if err != nil || m.State != Active || !slices.ContainsFunc(sessions, func(c access.Credential) bool {
			return c.ID == sessionID && s.now().Before(c.ExpiresAt)
		}) {
			return fault.New(fault.Unauthenticated, "signin_lost", "the session that began this has ended").WithHint("sign in, and repeat it")
		}
		_, known, err := s.store.FindIdentity(ctx, provider, subject)
		if err != nil {
			return err
		}
		if err := s.Link(ctx, memberID, provider, subject); err != nil || known {
			return err
		}
		return s.tell(ctx, m, "sign-in-linked", map[string]string{"provider": provider})
	})
}

// UnlinkOwn takes an identity away from the person of a session that has just begun, who is told by mail, and ends what was
// signed in with its provider. The last way to sign in that is offered stays: a fault.Conflict "last_sign_in".
func (s *Service) UnlinkOwn(ctx context.Context, p access.Principal, id string, offered Offered) (Identity, error) {
	if err := s.CheckFresh(p); err != nil {
		return Identity{}, err
	}
	return s.unlink(ctx, p.Member, id, func(ctx context.Context, i Identity) error {
		left, err := s.WaysWithout(ctx, p.Member, i, offered)
		if err != nil {
			return err
		}
		if left == 0 {
			return fault.New(fault.Conflict, "last_sign_in", "this is the only way to sign in to the account").
				WithHint("link another one first, or set a password: ask for a reset by mail")
		}
		m, err := s.store.GetMember(ctx, p.Member)
		if err != nil {
			return err
		}
		return s.tell(ctx, m, "sign-in-unlinked", map[string]string{"provider": i.Provider})
	})
}

// WaysWithout counts the ways that are offered by which a person can sign in without an identity.
func (s *Service) WaysWithout(ctx context.Context, memberID string, without Identity, offered Offered) (int, error) {
	all, err := s.store.Identities(ctx, memberID)
	if err != nil {
		return 0, err
	}
	secrets, err := s.store.GetSecrets(ctx, memberID)
	if err != nil {
		return 0, err
	}
	ways := 0
	if offered.Password && secrets.Password != "" {
		ways++
	}
	for _, i := range all {
		if i.ID() != without.ID() && slices.Contains(offered.Providers, i.Provider) {
			ways++
		}
	}
	return ways, nil
}
