// SPDX-License-Identifier: Apache-2.0

package access_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestMatrix compares what every role may do, in its own organization, in another one and on the platform, with the
// table in testdata.
func TestMatrix(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	fmt.Fprintf(&b, "%-22s", "")
	for _, r := range access.Roles() {
		fmt.Fprintf(&b, "%-26s", r)
	}
	b.WriteString("\n")
	for _, a := range access.Actions() {
		fmt.Fprintf(&b, "%-22s", a)
		for _, r := range access.Roles() {
			p := access.Principal{ID: "x", Role: r}
			if r != access.Operator && r != access.Auditor {
				p.Org = "own"
			}
			var cell []string
			for _, org := range []string{"own", "other", ""} {
				answer := "yes"
				if err := access.Can(p, a, org); err != nil {
					answer = string(fault.KindOf(err))
				}
				cell = append(cell, strings.NewReplacer("forbidden", "no", "not_found", "absent").Replace(answer))
			}
			fmt.Fprintf(&b, "%-26s", strings.Join(cell, " "))
		}
		b.WriteString("\n")
	}
	path := filepath.Join("testdata", "matrix.txt")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("columns: own, other, platform; -update rewrites the table (-want +got):\n%s", diff)
	}
}

func TestWhoIsNobodyMayNothing(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]access.Principal{
		"nobody":                          {},
		"unknown role":                    {Role: "king"},
		"operator of an organization":     {Role: access.Operator, Org: "own"},
		"reader of no organization":       {Role: access.Reader},
		"unknown role of an organization": {Role: "king", Org: "own"},
	} {
		for _, a := range append(access.Actions(), "unknown.action") {
			if err := access.Can(p, a, p.Org); err == nil {
				t.Errorf("%s may %s", name, a)
			}
		}
	}
	if err := access.Can(access.Principal{Role: access.Operator}, "unknown.action", ""); err == nil {
		t.Error("an action that is not in the table is allowed")
	}
}

// memory is a store that counts its look-ups.
type memory struct {
	access.Store
	mu       sync.Mutex
	all      map[string]access.Credential
	finds    int
	standing access.Standing
}

func newMemory() *memory {
	return &memory{all: map[string]access.Credential{}, standing: access.Standing{OrgKnown: true}}
}

func (m *memory) Standing(context.Context, string, string) (access.Standing, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.standing, nil
}

func (m *memory) ListCredentials(_ context.Context, f access.Filter) ([]access.Credential, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []access.Credential
	for _, c := range m.all {
		if c.Kind == f.Kind && (f.Member == "" || c.Member == f.Member) {
			out = append(out, c)
		}
	}
	return out, nil
}

// operator may give everything away.
func operator() access.Principal {
	return access.Principal{ID: "x", Kind: access.Token, Role: access.Operator}
}

func (m *memory) CreateCredential(_ context.Context, c access.Credential) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all[c.ID] = c
	return nil
}

func (m *memory) FindCredential(_ context.Context, hash []byte) (access.Credential, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.finds++
	for _, c := range m.all {
		if bytes.Equal(c.Hash, hash) {
			return c, true, nil
		}
	}
	return access.Credential{}, false, nil
}

func (m *memory) GetCredential(_ context.Context, id string) (access.Credential, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.all[id]
	if !ok {
		return c, fault.New(fault.NotFound, "token_not_found", "no")
	}
	return c, nil
}

func (m *memory) TakeCredential(_ context.Context, id string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, ok := m.all[id]
	delete(m.all, id)
	return ok, nil
}

func TestTokens(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC)
	m := newMemory()
	s := access.New(access.Options{Store: m, Now: func() time.Time { return now }})
	ctx := t.Context()
	secret, c, err := s.NewToken(ctx, operator(), access.NewToken{
		Name: "ane", Role: access.Developer, Org: "bizkaia", Lifetime: time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, stored := range m.all {
		if strings.Contains(fmt.Sprintf("%+v", stored), secret) {
			t.Error("the secret is stored")
		}
	}
	for range 3 {
		p, err := s.Authenticate(ctx, secret)
		if err != nil || p.ID != c.ID || p.Role != access.Developer || p.Org != "bizkaia" {
			t.Fatalf("%+v: %v", p, err)
		}
	}
	if m.finds != 1 {
		t.Errorf("%d look-ups for three calls", m.finds)
	}
	for name, wrong := range map[string]string{
		"nothing": "", "no prefix": secret[4:], "cut": secret[:len(secret)-1], "long": secret + strings.Repeat("x", 1000),
	} {
		if _, err := s.Authenticate(ctx, wrong); fault.Of(err).Code != "token_invalid" {
			t.Errorf("%s: %v", name, err)
		}
	}
	now = now.Add(2 * time.Hour)
	if _, err := s.Authenticate(ctx, secret); fault.Of(err).Code != "token_expired" {
		t.Errorf("after its end: %v", err)
	}
	secret, c, err = s.NewToken(ctx, operator(), access.NewToken{
		Name: "ane", Role: access.Developer, Org: "bizkaia", Lifetime: time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Authenticate(ctx, secret); err != nil {
		t.Fatal(err)
	}
	if err := s.Revoke(ctx, access.Filter{Org: "araba"}, c.ID); !errors.Is(err, fault.NotFound) {
		t.Errorf("another organization revokes it: %v", err)
	}
	if err := s.Revoke(ctx, access.Filter{Org: "bizkaia"}, c.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Authenticate(ctx, secret); fault.Of(err).Code != "token_invalid" {
		t.Errorf("after it was revoked: %v", err)
	}
}

// TestClockAhead puts the clock right after it was two years ahead: a session of then does not live until then.
func TestClockAhead(t *testing.T) {
	t.Parallel()
	now := time.Date(2028, time.June, 1, 0, 0, 0, 0, time.UTC)
	s := access.New(access.Options{Store: newMemory(), Now: func() time.Time { return now }})
	session, _, err := s.NewSession(t.Context(), access.Credential{Role: access.Operator})
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := s.NewToken(t.Context(), operator(), access.NewToken{Name: "t", Role: access.Operator})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		back    time.Duration
		session string // code
	}{{0, ""}, {30 * time.Minute, ""}, {2 * 365 * 24 * time.Hour, "token_expired"}} {
		now = now.Add(-c.back)
		if _, err := s.Authenticate(t.Context(), session); err != nil && fault.Of(err).Code != c.session || (err == nil) != (c.session == "") {
			t.Errorf("session, %s back: %v", c.back, err)
		}
		if _, err := s.Authenticate(t.Context(), token); err != nil {
			t.Errorf("token, %s back: %v", c.back, err)
		}
	}
}

func TestLinksWorkOnce(t *testing.T) {
	t.Parallel()
	s := access.New(access.Options{Store: newMemory()})
	ctx := t.Context()
	code, _, err := s.NewLink(ctx, access.Principal{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Authenticate(ctx, code); err == nil {
		t.Error("the code of a link signs requests")
	}
	var wins sync.Map
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if secret, p, err := s.Exchange(ctx, code); err == nil && p.Role == access.Operator {
				wins.Store(secret, p)
			}
		})
	}
	wg.Wait()
	count := 0
	wins.Range(func(secret, p any) bool {
		count++
		if _, err := s.Authenticate(ctx, secret.(string)); err != nil {
			t.Errorf("session: %v", err)
		}
		if err := s.SignOut(ctx, p.(access.Principal).ID); err != nil {
			t.Errorf("sign out: %v", err)
		}
		if _, err := s.Authenticate(ctx, secret.(string)); err == nil {
			t.Error("the session goes on after signing out")
		}
		return true
	})
	if count != 1 {
		t.Errorf("a link worked %d times", count)
	}
	token, _, err := s.NewToken(ctx, operator(), access.NewToken{Name: "t", Role: access.Operator})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Exchange(ctx, token); fault.Of(err).Code != "link_invalid" {
		t.Errorf("a token taken for a link: %v", err)
	}
}

// TestFreshSecretKeepsTheBeginning: a session that gets a fresh secret began when its person signed in.
func TestFreshSecretKeepsTheBeginning(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)
	s := access.New(access.Options{Store: newMemory(), Now: func() time.Time { return now }})
	_, p, err := s.NewSession(t.Context(), access.Credential{Role: access.Operator, Method: "password"})
	if err != nil {
		t.Fatal(err)
	}
	began := now
	now = now.Add(time.Hour)
	_, renewed, err := s.Renew(t.Context(), p.ID, func(*access.Credential) {})
	if err != nil || !renewed.Began.Equal(began) || renewed.ID == p.ID {
		t.Errorf("%+v: %v", renewed, err)
	}
}

func TestOperatorToken(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	m := newMemory()
	read := func() string {
		t.Helper()
		path := filepath.Join(dir, "operator-token")
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("mode %v: %v", info.Mode(), err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(data))
	}
	ensure := func() string {
		t.Helper()
		if err := access.New(access.Options{Store: m}).EnsureOperatorToken(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
		return read()
	}
	first := ensure()
	if again := ensure(); again != first {
		t.Error("a valid token was replaced")
	}
	clear(m.all)
	if next := ensure(); next == first {
		t.Error("a token that is not valid any more stayed")
	}
}
