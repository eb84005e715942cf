// SPDX-License-Identifier: Apache-2.0

package clinic_test

import (
	"slices"
	"testing"

	"github.com/blockchain4all/blockchain4all/internal/pki/clinic"
	"github.com/blockchain4all/blockchain4all/internal/pki/clinic/clinictest"
)

func TestIdentities(t *testing.T) {
	t.Parallel()
	for name, c := range clinictest.Cases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			material := clinictest.Join(c.Identity, clinictest.Join(c.Intermediates...), clinictest.Join(c.Roots...),
				clinictest.Join(c.Lists...))
			r := examine(t, clinic.Identity, material)
			wantVerdict(t, r, c)
		})
	}
}

// wantVerdict compares a report with what is expected of a case.
func wantVerdict(t *testing.T, r clinic.Report, c clinictest.Case) {
	t.Helper()
	if refused := r.Verdict == clinic.Error; refused != (c.Refused || c.Ours) {
		t.Errorf("the verdict is %s: %v", r.Verdict, r.Findings)
	}
	if c.Code != "" && !found(r, c.Code) {
		t.Errorf("no finding %s: %v", c.Code, r.Findings)
	}
	if c.Code == "" && r.Verdict != clinic.OK {
		t.Errorf("the verdict is %s: %v", r.Verdict, r.Findings)
	}
	if c.Code == "" && !found(r, "accepted") {
		t.Errorf("not accepted: %v", r.Findings)
	}
}

func examine(tb testing.TB, p clinic.Purpose, material ...[]byte) clinic.Report {
	tb.Helper()
	q := clinic.Question{Purpose: p, Organization: "bizkaia"}
	for _, m := range material {
		q.Files = append(q.Files, clinic.File{Name: "test.pem", Data: m})
	}
	r, err := clinic.Examine(q, clinictest.Now())
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func found(r clinic.Report, code string) bool {
	return slices.ContainsFunc(r.Findings, func(f clinic.Finding) bool { return f.Code == code })
}
