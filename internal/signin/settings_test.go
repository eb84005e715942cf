// SPDX-License-Identifier: Apache-2.0

package signin_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/signin"
	"github.com/blockchain4all/blockchain4all/internal/signin/signintest"
)

func coded(t *testing.T, what string, err error, code string) {
	t.Helper()
	if err == nil || fault.Of(err).Code != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

// settings are some that are valid; local tells one from another.
func settings(local bool) signin.Settings {
	return signin.Settings{Local: local, Certificates: signin.Certificates{Subject: signin.BySerialNumber}}
}

func provider() signin.Provider {
	return signin.Provider{
		ID: "giltza", Kind: signin.OAuth, Names: map[string]string{"eu": "Giltza"}, ClientID: "b4a", ClientAuth: signin.Basic,
		Secret: "s3cret", AuthorizeURL: "https://p.example/authorize", TokenURL: "https://p.example/token",
		UserinfoURL: "https://p.example/me", Fields: signin.Fields{Subject: "sub"},
	}
}

func state(t *testing.T, h *signintest.Harness) signin.State {
	t.Helper()
	st, err := h.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func put(t *testing.T, h *signintest.Harness, s signin.Settings) signin.State {
	t.Helper()
	st, err := h.Put(t.Context(), "who", state(t, h).Current.Number, s)
	if err != nil {
		t.Fatalf("%v: %+v", err, fault.Of(err).Details)
	}
	return st
}

func TestUnconfirmedSettingsRevert(t *testing.T) {
	t.Parallel()
	h := signintest.New(t, nil)
	if st := state(t, h); !st.Current.Settings.Local || st.Pending() || st.Current.Number != 0 {
		t.Fatalf("new: %+v", st)
	}
	st := put(t, h, settings(false))
	if !st.Pending() || st.Current.Settings.Local || st.RevertAt.Sub(st.Current.ChangedAt) != 2*time.Minute {
		t.Fatalf("%+v", st)
	}
	h.Clock.Move(115 * time.Second)
	if state(t, h).Current.Settings.Local {
		t.Error("not in force any more after 115 seconds")
	}
	h.Restart(t)
	h.Clock.Move(10 * time.Second)
	_, err := h.Confirm(t.Context(), signin.Confirmer{Operator: true}, st.Current.Number)
	coded(t, "confirmed too late", err, "signin_settings_changed")
	h.Restart(t)
	after := state(t, h)
	if !after.Current.Settings.Local || after.Pending() || after.RevertedAt.IsZero() || after.Current.Number <= st.Current.Number {
		t.Errorf("%+v", after)
	}
	h.Clock.Move(time.Hour)
	if again := state(t, h); again.Current.Number != after.Current.Number {
		t.Errorf("reverted twice: %+v", again)
	}
}

func TestConfirm(t *testing.T) {
	t.Parallel()
	h := signintest.New(t, nil)
	next := settings(false)
	next.Providers = []signin.Provider{provider()}
	st := put(t, h, next)
	n, changed := st.Current.Number, st.Current.ChangedAt
	const way = "oauth2:giltza"
	later := changed.Add(time.Second)
	for what, c := range map[string]struct {
		by   signin.Confirmer
		code string
	}{
		"a session of before":        {signin.Confirmer{Method: way, SignedInAt: changed.Add(-time.Second)}, "signin_session_too_old"},
		"at the same moment":         {signin.Confirmer{Method: way, SignedInAt: changed}, "signin_session_too_old"},
		"nobody":                     {signin.Confirmer{}, "signin_proof_needed"},
		"a person's token":           {signin.Confirmer{ID: "token"}, "signin_proof_needed"},
		"a one-time link":            {signin.Confirmer{Method: "link", SignedInAt: later}, "signin_proof_needed"},
		"a password, which is off":   {signin.Confirmer{Method: "password", SignedInAt: later}, "signin_proof_needed"},
		"a certificate, also off":    {signin.Confirmer{Method: "certificate:clientcert", SignedInAt: later}, "signin_proof_needed"},
		"a provider of other ways":   {signin.Confirmer{Method: "oidc:giltza", SignedInAt: later}, "signin_proof_needed"},
		"a provider that is no more": {signin.Confirmer{Method: "oauth2:dex", SignedInAt: later}, "signin_proof_needed"},
	} {
		_, err := h.Confirm(t.Context(), c.by, n)
		coded(t, what, err, c.code)
	}
	_, err := h.Confirm(t.Context(), signin.Confirmer{Operator: true}, n-1)
	coded(t, "another revision", err, "signin_settings_changed")
	for range 2 { // the second time is no error
		if st, err := h.Confirm(t.Context(), signin.Confirmer{Method: way, SignedInAt: later}, n); err != nil || st.Pending() {
			t.Fatalf("%+v: %v", st, err)
		}
	}
	h.Clock.Move(time.Hour)
	h.Restart(t)
	if st := state(t, h); st.Current.Settings.Local || st.Current.Number != n {
		t.Errorf("%+v", st)
	}
	_, err = h.Revert(t.Context(), "who", n)
	coded(t, "taken back after it was confirmed", err, "signin_settings_confirmed")
}

// TestChangesOfUnconfirmedSettings: what comes back is what was confirmed last, however many changes came after it.
func TestChangesOfUnconfirmedSettings(t *testing.T) {
	t.Parallel()
	h := signintest.New(t, nil)
	one := settings(true)
	one.Certificates.Hosts = []string{"one.example"}
	two := settings(false)
	two.Certificates.Hosts = []string{"two.example"}
	put(t, h, one)
	h.Clock.Move(time.Minute)
	st := put(t, h, two)
	h.Clock.Move(90 * time.Second)
	if got := state(t, h); len(got.Current.Settings.Certificates.Hosts) != 1 {
		t.Errorf("the second change has its own two minutes: %+v", got)
	}
	_, err := h.Put(t.Context(), "who", st.Current.Number-1, one)
	coded(t, "a change that saw the first", err, "signin_settings_changed")
	if st, err = h.Revert(t.Context(), "who", st.Current.Number); err != nil {
		t.Fatal(err)
	}
	if !st.Current.Settings.Local || len(st.Current.Settings.Certificates.Hosts) != 0 || st.Pending() {
		t.Errorf("%+v", st)
	}
}

func TestChangesAtTheSameTime(t *testing.T) {
	t.Parallel()
	h := signintest.New(t, nil)
	var won atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, err := h.Put(t.Context(), "who", 0, settings(false))
			switch {
			case err == nil:
				won.Add(1)
			case fault.Of(err).Code != "signin_settings_changed":
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d changes from the same revision", won.Load())
	}
}

// memory is a store that tells of what is written.
type memory struct {
	signin.Store
	mu    sync.Mutex
	state signin.State
	ever  bool
	put   chan signin.State
}

func (m *memory) InTx(ctx context.Context, do func(ctx context.Context) error) error { return do(ctx) }

func (m *memory) SignInState(context.Context) (signin.State, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state, m.ever, nil
}

func (m *memory) PutSignInState(_ context.Context, s signin.State) error {
	m.mu.Lock()
	m.state, m.ever = s, true
	m.mu.Unlock()
	m.put <- s
	return nil
}

func TestRunRevertsByItself(t *testing.T) {
	t.Parallel()
	h := signintest.New(t, nil)
	h.Change(t, func(o *signin.Options) { o.Now = nil })
	synctest.Test(t, func(t *testing.T) {
		m := &memory{put: make(chan signin.State, 10)}
		s := h.Over(m)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.Run(ctx) }()
		synctest.Wait()
		start := time.Now()
		if _, err := s.Put(ctx, "who", 0, settings(false)); err != nil {
			t.Fatal(err)
		}
		<-m.put
		reverted := <-m.put
		if took := time.Since(start); took < 2*time.Minute || took > 2*time.Minute+time.Second {
			t.Errorf("reverted after %s", took)
		}
		if !reverted.Current.Settings.Local || reverted.Pending() {
			t.Errorf("%+v", reverted)
		}
		cancel()
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	h := signintest.New(t, nil)
	s := settings(true)
	p := provider()
	p.Secret = ""
	s.Providers = []signin.Provider{p}
	_, err := h.Put(t.Context(), "who", 0, s)
	coded(t, "none", err, "client_secret_missing")
	s.Providers[0].Secret = "s3cret"
	st := put(t, h, s)
	kept := st.Current.Settings.Providers[0]
	if kept.Secret != "" || strings.Contains(string(kept.Sealed), "s3cret") || !kept.HasSecret() {
		t.Errorf("%+v", kept)
	}
	s.Providers[0].Secret = ""
	s.Providers[0].Names = map[string]string{"en": "Another name"}
	if st = put(t, h, s); string(st.Current.Settings.Providers[0].Sealed) != string(kept.Sealed) {
		t.Error("the secret was not kept")
	}
	for what, change := range map[string]func(p *signin.Provider){
		"to another server": func(p *signin.Provider) { p.TokenURL = "https://evil.example/token" },
		"of another client": func(p *signin.Provider) { p.ClientID = "other" },
		"with another ID":   func(p *signin.Provider) { p.ID = "other" },
	} {
		moved := s
		moved.Providers = []signin.Provider{s.Providers[0]}
		change(&moved.Providers[0])
		_, err := h.Put(t.Context(), "who", state(t, h).Current.Number, moved)
		coded(t, "the secret is sent "+what, err, "client_secret_missing")
	}
	s.Providers[0].SecretFile = "absent"
	_, err = h.Put(t.Context(), "who", state(t, h).Current.Number, s)
	coded(t, "no such file", err, "client_secret_file_unusable")
}
