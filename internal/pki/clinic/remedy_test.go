// SPDX-License-Identifier: Apache-2.0

package clinic_test

import (
	"crypto/elliptic"
	"crypto/x509"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/pki/clinic"
	"github.com/blockchain4all/blockchain4all/internal/pki/clinic/clinictest"
)

// TestIntegrationRemediesWork pastes remedies into a shell with OpenSSL and takes the result back to the clinic.
func TestIntegrationRemediesWork(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("openssl"); err != nil {
		if os.Getenv("REQUIRE_INTEGRATION") == "1" {
			t.Fatal("there is no openssl")
		}
		t.Skip("there is no openssl")
	}
	m := clinictest.NewMaker(t)
	p256 := m.EC(elliptic.P256())
	root := m.Authority("root", nil, m.EC(elliptic.P256()))
	sub := m.Authority("issuing", root, m.EC(elliptic.P256()))
	evil := func(c *x509.Certificate) {
		c.Subject.CommonName = "a/OU=admin+x\\'; touch pwned; echo $(touch pwned) `touch pwned`\n\"ñandú"
		c.Subject.OrganizationalUnit = nil
		c.DNSNames = []string{"a.example,DNS:evil.example", "b'.example", "good.example"}
	}
	isCA := func(c *x509.Certificate) { c.IsCA = true }
	for name, c := range map[string]struct {
		purpose, then clinic.Purpose
		material      []byte
		code          string
		result        string // file that the remedy writes
	}{
		"key leaked":          {clinic.Identity, clinic.IdentityCSR, []byte("-----BEGIN PRIVATE KEY-----"), "private_key", "request.pem"},
		"RSA request":         {clinic.Identity, clinic.IdentityCSR, m.Leaf(root, m.RSA(2048)).PEM, "rsa_leaf", "request.pem"},
		"RSA signed":          {clinic.Identity, clinic.Identity, m.Leaf(root, m.RSA(2048)).PEM, "rsa_leaf", "certificate.pem"},
		"evil names":          {clinic.Identity, clinic.Identity, m.Leaf(root, p256, evil).PEM, "unit_missing", "certificate.pem"},
		"evil node":           {clinic.TLS, clinic.TLS, m.Leaf(root, m.RSA(1024), evil).PEM, "rsa_short", "certificate.pem"},
		"node without names":  {clinic.TLS, clinic.TLS, m.Leaf(root, p256).PEM, "no_alternative_name", "certificate.pem"},
		"person":              {clinic.SignIn, clinic.SignIn, m.Leaf(root, p256, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageContentCommitment }).PEM, "key_usage_no_signature", "certificate.pem"},
		"identity of a CA":    {clinic.Identity, clinic.Identity, m.Leaf(root, p256, isCA).PEM, "leaf_is_ca", "certificate.pem"},
		"identity, own root":  {clinic.Identity, clinic.Identity, m.Leaf(nil, p256, isCA).PEM, "leaf_is_ca", "certificate.pem"},
		"node of a CA":        {clinic.TLS, clinic.TLS, m.Leaf(root, p256, isCA).PEM, "leaf_is_ca", "certificate.pem"},
		"person of a CA":      {clinic.SignIn, clinic.SignIn, m.Leaf(root, p256, isCA).PEM, "leaf_is_ca", "certificate.pem"},
		"no request":          {clinic.CACSR, clinic.CACSR, []byte(" "), "request_missing", "request.pem"},
		"intermediate, no CA": {clinic.CA, clinic.CA, m.Leaf(root, p256).PEM, "ca_constraint_missing", "certificate.pem"},
		"root, no CA":         {clinic.CA, clinic.CA, m.Leaf(nil, p256).PEM, "ca_constraint_missing", "certificate.pem"},
		"order":               {clinic.CA, clinic.CA, clinictest.Join(root.PEM, sub.PEM), "chain_order", "chain.pem"},
		"list":                {clinic.CA, clinic.CA, clinictest.Join(root.PEM, m.ListWithoutKeyID(root)), "list_no_key_id", "ca.crl.pem"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			authority(t, dir)
			shell(t, dir, commands(t, examine(t, c.purpose, c.material), c.code))
			if _, err := os.Stat(filepath.Join(dir, "pwned")); err == nil {
				t.Fatal("pasting the remedy ran what the certificate says")
			}
			result, err := os.ReadFile(filepath.Join(dir, c.result))
			if err != nil {
				t.Fatal(err)
			}
			ca, err := os.ReadFile(filepath.Join(dir, "ca.pem"))
			if err != nil {
				t.Fatal(err)
			}
			if c.result == "certificate.pem" && c.code != "ca_constraint_missing" || c.result == "ca.crl.pem" {
				result = clinictest.Join(result, ca)
			}
			q := clinic.Question{Purpose: c.then, Files: []clinic.File{{Data: result}}}
			r, err := clinic.Examine(q, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			if r.Verdict == clinic.Error && (!found(r, "root_missing") || name != "intermediate, no CA") {
				t.Errorf("the remedy's result: %v", r.Findings)
			}
			if found(r, c.code) {
				t.Errorf("%s is still found", c.code)
			}
		})
	}
}

// authority makes the ca.pem and ca-key.pem that the remedies speak of.
func authority(t *testing.T, dir string) {
	t.Helper()
	shell(t, dir, `openssl ecparam -name prime256v1 -genkey -noout -out ca-key.pem
openssl req -x509 -new -key ca-key.pem -subj /CN=CA -days 3000 -addext keyUsage=critical,keyCertSign,cRLSign -out ca.pem`)
}

func commands(t *testing.T, r clinic.Report, code string) string {
	t.Helper()
	for _, f := range r.Findings {
		if f.Code == code && f.Commands != "" {
			return f.Commands
		}
	}
	t.Fatalf("no commands for %s: %v", code, r.Findings)
	return ""
}

func shell(t *testing.T, dir, lines string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-eu")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(lines)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s\n%s", err, out, lines)
	}
}
