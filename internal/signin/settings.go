// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// RevertAfter is how long a change of the settings waits for its confirmation.
const RevertAfter = 2 * time.Minute

// Service keeps the settings and leads people through their sign-in. Make it with New.
type Service struct {
	o    Options
	wake chan struct{}
}

// Options of New.
type Options struct {
	Store    Store
	Members  Members
	Adapters map[Kind]Adapter
	Checker  Checker
	Sealer   Sealer
	Cards    Cards // nil: certificates are not watched
	// SecretFile reads a file of the platform's folder of secrets.
	SecretFile func(name string) (string, error)
	// CallbackURL is the address below which providers send browsers back: the provider's ID and "/callback" follow.
	CallbackURL string
	// CertificateURL is the address that asks browsers for a certificate; empty: there is none.
	CertificateURL string
	Now            func() time.Time // nil: time.Now
	Log            *slog.Logger
}

// New makes the service.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{o: o, wake: make(chan struct{}, 1)}
}

// State gives the settings in force. Those whose time is over are taken back first, so that nobody ever sees them.
func (s *Service) State(ctx context.Context) (State, error) {
	st, err := s.load(ctx)
	if err != nil || !s.overdue(st) {
		return st, err
	}
	err = s.o.Store.InTx(ctx, func(ctx context.Context) error {
		st, err = s.settled(ctx)
		return err
	})
	return st, err
}

func (s *Service) load(ctx context.Context) (State, error) {
	st, found, err := s.o.Store.SignInState(ctx)
	if err == nil && !found {
		st.Current.Settings = Settings{Local: true, Certificates: Certificates{Subject: BySerialNumber}}
	}
	return st, err
}

func (s *Service) overdue(st State) bool { return st.Pending() && !s.o.Now().Before(st.RevertAt) }

// settled loads the state and, within the caller's transaction, reverts it if its time is over.
func (s *Service) settled(ctx context.Context) (State, error) {
	st, err := s.load(ctx)
	if err != nil || !s.overdue(st) {
		return st, err
	}
	return s.takeBack(ctx, st, "")
}

func (s *Service) takeBack(ctx context.Context, st State, by string) (State, error) {
	now := s.o.Now()
	next := State{
		Current: Revision{
			Number: st.Current.Number + 1, Settings: st.Previous.Settings, ChangedBy: by, ChangedAt: now,
		},
		RevertedAt: now,
	}
	s.o.Log.InfoContext(ctx, "sign-in settings reverted", "revision", next.Current.Number, "by", by)
	return next, s.o.Store.PutSignInState(ctx, next)
}

// Put puts settings in force until they are confirmed or their time is over. revision is the number of those that the
// caller has seen: if others are in force by now it is a fault.Conflict "signin_settings_changed". A provider without a
// secret keeps the one that it has.
func (s *Service) Put(ctx context.Context, by string, revision int, next Settings) (State, error) {
	if err := s.check(next); err != nil {
		return State{}, err
	}
	var st State
	err := s.o.Store.InTx(ctx, func(ctx context.Context) error {
		now, err := s.settled(ctx)
		if err != nil {
			return err
		}
		if now.Current.Number != revision {
			return changed(now)
		}
		if next.Providers, err = s.seal(now, next.Providers); err != nil {
			return err
		}
		before := now.Current
		if now.Pending() {
			before = *now.Previous
		}
		at := s.o.Now()
		st = State{
			Current:  Revision{Number: revision + 1, Settings: next, ChangedBy: by, ChangedAt: at},
			Previous: &before, RevertAt: at.Add(RevertAfter), RevertedAt: now.RevertedAt,
		}
		return s.o.Store.PutSignInState(ctx, st)
	})
	if err != nil {
		return State{}, err
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
	return st, nil
}

func (s *Service) check(next Settings) error {
	if err := next.Validate(); err != nil {
		return err
	}
	if next.Certificates.Enabled && s.o.CertificateURL == "" {
		return fault.New(fault.Conflict, "client_cert_not_served", "no address asks browsers for a certificate").
			WithHint("start the platform with --tls-cert, --tls-key and --client-cert-listen")
	}
	return s.o.Checker.Check(next.Certificates)
}

func changed(now State) error {
	return fault.New(fault.Conflict, "signin_settings_changed",
		"revision %d of the sign-in settings is in force by now", now.Current.Number).
		WithHint("look at them and try again: b4a signin show")
}

// Confirmer is who confirms settings, and by what.
type Confirmer struct {
	ID       string
	Operator bool // has the operator's own token, which no sign-in settings can lock out
	// Method and SignedInAt are how and when the caller's session began; empty: by no sign-in of these settings.
	Method     string
	SignedInAt time.Time
}

// methodPassword is the method of sessions that began with a password of ours.
const methodPassword = "password"

// method is that of sessions that began with a provider.
func (p Provider) method() string { return string(p.Kind) + ":" + p.ID }

// offers tells whether one may sign in by a method.
func (s Settings) offers(method string) bool {
	switch {
	case method == methodPassword:
		return s.Local
	case method == certificateProvider().method():
		return s.Certificates.Enabled
	default:
		return slices.ContainsFunc(s.Providers, func(p Provider) bool { return p.method() == method })
	}
}

// Confirm makes a revision of the settings stay. It takes a session that began under it, in a way that it offers: whoever
// confirms so proves that one who may change the settings can still sign in. The operator's own token needs no proof.
// Confirming twice is no error; a revision that is not in force any more is a fault.Conflict "signin_settings_changed", a
// session that is too old a fault.Forbidden "signin_session_too_old", and a token or a session that began in another way,
// a one-time link for instance, a fault.Forbidden "signin_proof_needed".
func (s *Service) Confirm(ctx context.Context, by Confirmer, revision int) (State, error) {
	var st State
	var refused error // after the settings' time is over: that they were taken back must be stored all the same
	err := s.o.Store.InTx(ctx, func(ctx context.Context) error {
		var err error
		if st, err = s.settled(ctx); err != nil {
			return err
		}
		if st.Current.Number != revision {
			refused = changed(st)
			return nil
		}
		if !st.Pending() {
			return nil
		}
		if err := by.proves(st.Current); err != nil {
			return err
		}
		st.Previous, st.RevertAt = nil, time.Time{}
		s.o.Log.InfoContext(ctx, "sign-in settings confirmed", "revision", revision, "by", by.ID)
		return s.o.Store.PutSignInState(ctx, st)
	})
	if err = errors.Join(err, refused); err != nil {
		return State{}, err
	}
	return st, nil
}

// proves refuses who has not shown that one can sign in under a revision.
func (by Confirmer) proves(r Revision) error {
	switch {
	case by.Operator:
		return nil
	case by.Method == "" || !r.Settings.offers(by.Method):
		return fault.New(fault.Forbidden, "signin_proof_needed", "this does not prove that one can sign in with the new settings").
			WithHint("sign in in one of the new ways, in another browser window, and confirm there; or use the operator's own token")
	case !by.SignedInAt.After(r.ChangedAt):
		return fault.New(fault.Forbidden, "signin_session_too_old", "this session began before the settings that it would confirm").
			WithHint("sign in again, in another browser window, and confirm there")
	}
	return nil
}

// Revert takes back a revision of the settings that waits for its confirmation. One that is not in force any more, or
// is confirmed, is a fault.Conflict.
func (s *Service) Revert(ctx context.Context, by string, revision int) (State, error) {
	var st State
	err := s.o.Store.InTx(ctx, func(ctx context.Context) error {
		now, err := s.settled(ctx)
		if err != nil {
			return err
		}
		if now.Current.Number != revision {
			return changed(now)
		}
		if !now.Pending() {
			return fault.New(fault.Conflict, "signin_settings_confirmed", "these sign-in settings are confirmed").
				WithHint("change them: b4a signin set")
		}
		st, err = s.takeBack(ctx, now, by)
		return err
	})
	return st, err
}

// Run takes back unconfirmed settings when their time is over, until ctx ends. What came due while nothing ran is taken
// back at once.
func (s *Service) Run(ctx context.Context) error {
	for {
		wait := time.Duration(-1)
		st, err := s.State(ctx)
		switch {
		case err != nil && ctx.Err() != nil:
			return nil //nolint:nilerr // an orderly end
		case err != nil:
			s.o.Log.WarnContext(ctx, "look after sign-in settings", "error", err)
			wait = time.Second
		case st.Pending():
			wait = max(st.RevertAt.Sub(s.o.Now()), time.Millisecond)
		}
		if !s.pause(ctx, wait) {
			return nil
		}
	}
}

// pause waits for a time (negative: for ever) or a change of the settings. It returns false when ctx ends.
func (s *Service) pause(ctx context.Context, wait time.Duration) bool {
	var over <-chan time.Time
	if wait >= 0 {
		t := time.NewTimer(wait)
		defer t.Stop()
		over = t.C
	}
	select {
	case <-ctx.Done():
		return false
	case <-over:
	case <-s.wake:
	}
	return true
}

// Tidy forgets the sign-ins that are too old to be tried again.
func (s *Service) Tidy(ctx context.Context) error { return s.o.Store.ForgetSignIns(ctx, s.o.Now()) }
