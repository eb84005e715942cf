// SPDX-License-Identifier: Apache-2.0

package msp_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki/clinic"
	"github.com/blockchain4all/blockchain4all/internal/pki/clinic/clinictest"
)

// verdict is what Fabric answers through tools/fabric/mspverdict.
type verdict struct{ Setup, Identity string }

// TestIntegrationClinicAgreesWithFabric has Fabric's own MSP code judge the clinic's cases: what it refuses the clinic
// must refuse, and what the clinic refuses it must refuse too, except for the platform's own rules.
func TestIntegrationClinicAgreesWithFabric(t *testing.T) {
	t.Parallel()
	cases := clinictest.Cases(t)
	names := slices.Sorted(maps.Keys(cases))
	type question struct{ Config, Identity []byte }
	var questions []question
	for _, name := range names {
		c := cases[name]
		raw, err := definition(c).Marshal()
		if err != nil {
			t.Fatal(err)
		}
		questions = append(questions, question{Config: raw, Identity: c.Identity})
	}
	for i, v := range askFabric(t, questions) {
		c := cases[names[i]]
		if refused := v != (verdict{}); refused != c.Refused {
			t.Errorf("%s: Fabric says %+v", names[i], v)
		}
		checkValidate(t, names[i], c, v)
	}
}

// checkValidate compares with Validate, which judges the definition without the identity.
func checkValidate(t *testing.T, name string, c clinictest.Case, v verdict) {
	t.Helper()
	err := definition(c).Validate(clinictest.Now())
	if v.Setup != "" && err == nil {
		t.Errorf("%s: Fabric does not set up the MSP (%s), but Validate takes it", name, v.Setup)
	}
	// Rules of ours: roots are self-signed by a hash that is still verified, and not two of them on one key, for that
	// Fabric refuses each of their identities later; lists have their authority's key ID, for the same reason.
	ours := []string{"msp_root_not_self_signed", "msp_root_ambiguous", "msp_crl_foreign"}
	if v.Setup == "" && err != nil && !slices.Contains(ours, fault.Of(err).Code) {
		t.Errorf("%s: Fabric sets up the MSP, but Validate says %v", name, err)
	}
}

func definition(c clinictest.Case) msp.Definition {
	return msp.Definition{
		MSPID: "BizkaiaMSP", RootCerts: c.Roots, IntermediateCerts: c.Intermediates, CRLs: c.Lists,
	}
}

// askFabric builds the judge from the pinned Fabric module and asks it.
func askFabric(t *testing.T, questions any) []verdict {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		if os.Getenv("REQUIRE_INTEGRATION") == "1" {
			t.Fatal("there is no go command to build Fabric's judge")
		}
		t.Skip("there is no go command to build Fabric's judge")
	}
	program := filepath.Join(t.TempDir(), "mspverdict")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", program, "./mspverdict")
	build.Dir = filepath.Join("..", "..", "..", "tools", "fabric")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	input, err := json.Marshal(questions)
	if err != nil {
		t.Fatal(err)
	}
	ask := exec.CommandContext(t.Context(), program)
	ask.Stdin = bytes.NewReader(input)
	out, err := ask.Output()
	if err != nil {
		t.Fatal(err)
	}
	var answers []verdict
	if err := json.Unmarshal(out, &answers); err != nil {
		t.Fatal(err)
	}
	return answers
}

// TestExamineCases examines the cases as serialized MSPs: what Validate refuses the clinic refuses.
func TestExamineCases(t *testing.T) {
	t.Parallel()
	for name, c := range clinictest.Cases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := definition(c)
			raw, err := d.Marshal()
			if err != nil {
				t.Fatal(err)
			}
			r, err := msp.Examine(clinic.Question{
				Purpose: clinic.CA, Organization: "bizkaia", Files: []clinic.File{{Name: "msp", Data: raw}},
			}, clinictest.Now())
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Validate(clinictest.Now()); (err != nil) && r.Verdict != clinic.Error {
				t.Errorf("Validate says %v, the clinic %s: %v", err, r.Verdict, r.Findings)
			}
		})
	}
}
