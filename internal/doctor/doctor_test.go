// SPDX-License-Identifier: Apache-2.0

package doctor_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/doctor"
)

func TestChecks(t *testing.T) {
	t.Parallel()
	open := filepath.Join(t.TempDir(), "open")
	private := filepath.Join(t.TempDir(), "private")
	for dir, mode := range map[string]os.FileMode{open: 0o755, private: 0o700} {
		if err := os.Mkdir(dir, mode); err != nil {
			t.Fatal(err)
		}
	}
	certificates := func(in time.Duration) doctor.Check {
		return doctor.Certificates(func(context.Context) ([]doctor.Expiry, error) {
			return []doctor.Expiry{
				{Holder: "bizkaia-peer0", Purpose: "tls", At: time.Now().Add(in)},
				{Holder: "platform-peer0", Purpose: "tls", At: time.Now().Add(10 * 365 * 24 * time.Hour)},
			}, nil
		})
	}
	warnings := func(err error, found ...string) doctor.Check {
		return doctor.Warnings(func(context.Context) ([]string, error) { return found, err })
	}
	signatures := func(err error, since ...time.Duration) doctor.Check {
		return doctor.Signatures(3*24*time.Hour, func(context.Context) (all []doctor.Request, _ error) {
			for _, d := range since {
				all = append(all, doctor.Request{Org: "araba", ID: "01R", Operation: "01O", Since: time.Now().Add(-d)})
			}
			return all, err
		})
	}
	running := func(c doctor.Condition, err error) doctor.Check {
		return doctor.Running("nodes", "Nodes", func(context.Context) ([]doctor.Condition, error) {
			return []doctor.Condition{c}, err
		})
	}
	verify := func(err error) doctor.Check {
		return doctor.Programs("v3.1.1", []string{"peer"}, func(string) error { return err })
	}
	for name, c := range map[string]struct {
		check doctor.Check
		want  doctor.State
		hint  bool
	}{
		"directory open to others":   {doctor.Permissions(open), doctor.Warning, true},
		"directory private":          {doctor.Permissions(private), doctor.OK, false},
		"directory absent":           {doctor.Permissions(filepath.Join(private, "none")), doctor.Error, true},
		"disk of an absent folder":   {doctor.Disk(filepath.Join(private, "none")), doctor.Warning, true},
		"certificate expired":        {certificates(-time.Hour), doctor.Error, true},
		"certificate expiring":       {certificates(24 * time.Hour), doctor.Warning, true},
		"certificates good":          {certificates(90 * 24 * time.Hour), doctor.OK, false},
		"clock before the program":   {doctor.Clock(time.Now().Add(time.Hour)), doctor.Error, true},
		"node running":               {running(doctor.Condition{Name: "a", Running: true}, nil), doctor.OK, false},
		"node down":                  {running(doctor.Condition{Name: "a", Phase: "backoff", Reason: "port taken"}, nil), doctor.Error, true},
		"nodes not to be listed":     {running(doctor.Condition{}, errors.New("store")), doctor.Error, false},
		"program changed":            {verify(errors.New("digest differs")), doctor.Error, true},
		"program as built":           {verify(nil), doctor.OK, false},
		"authority revoked":          {warnings(nil, "bizkaia: revoked", "araba: revoked"), doctor.Warning, true},
		"nothing to look into":       {warnings(nil), doctor.OK, false},
		"warnings not to be listed":  {warnings(errors.New("store")), doctor.Error, false},
		"no signature asked for":     {signatures(nil), doctor.OK, false},
		"signature asked for lately": {signatures(nil, time.Hour), doctor.OK, false},
		"signature waited for long":  {signatures(nil, time.Hour, 80*time.Hour), doctor.Warning, true},
		"signatures not to be read":  {signatures(errors.New("store")), doctor.Error, false},
		"open files can be examined": {doctor.Files(), "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := c.check(t.Context())
			if c.want != "" && f.State != c.want {
				t.Errorf("state %s, want %s: %+v", f.State, c.want, f)
			}
			if f.Detail == "" || f.Title == "" || f.Name == "" {
				t.Errorf("finding is not complete: %+v", f)
			}
			if c.hint && f.Hint == "" {
				t.Errorf("no hint: %+v", f)
			}
		})
	}
}

func TestWorst(t *testing.T) {
	t.Parallel()
	findings := func(states ...doctor.State) (all []doctor.Finding) {
		for _, s := range states {
			all = append(all, doctor.Finding{State: s})
		}
		return all
	}
	for name, c := range map[string]struct {
		in   []doctor.Finding
		want doctor.State
	}{
		"nothing":            {nil, doctor.OK},
		"warning after ok":   {findings(doctor.OK, doctor.Warning, doctor.OK), doctor.Warning},
		"error over warning": {findings(doctor.Warning, doctor.Error, doctor.Warning), doctor.Error},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := doctor.Worst(c.in); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
