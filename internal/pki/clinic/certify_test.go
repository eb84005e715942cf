// SPDX-License-Identifier: Apache-2.0

package clinic_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/pki/clinic"
)

// TestCertifyLines does with requests of a node what the lines say: the clinic takes what comes of it.
func TestCertifyLines(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	shell := func(lines string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "sh", "-ec", lines)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", lines, err, out)
		}
	}
	shell("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca-key.pem -out ca.pem -days 30 -subj /CN=CA" +
		" -addext keyUsage=critical,keyCertSign,cRLSign")
	hosts := []string{"bizkaia-peer0", "127.0.0.9"}
	for purpose, usage := range map[clinic.Purpose]pki.Usage{clinic.Identity: pki.Sign, clinic.TLS: pki.TLS} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		q := clinic.Question{Purpose: purpose, Organization: "bizkaia"}
		subject := pki.Subject{CommonName: "bizkaia-peer0", Organization: "bizkaia"}
		var names []string
		if usage == pki.TLS {
			names = hosts
		} else {
			subject.OrganizationalUnit, q.Role = "peer", "peer"
		}
		csr, err := pki.MakeNodeCSR(key, subject, usage, names)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pki.ParseCSR(csr); err != nil {
			t.Errorf("%s: %v", purpose, err)
		}
		if err := os.WriteFile(filepath.Join(dir, "node's.csr"), csr, 0o600); err != nil {
			t.Fatal(err)
		}
		shell(clinic.CertifyLines(purpose, "node's.csr", "node's.pem", names))
		for _, name := range []string{"node's.pem", "ca.pem"} {
			data, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			q.Files = append(q.Files, clinic.File{Name: name, Data: data})
		}
		r, err := clinic.Examine(q, time.Now())
		if err != nil || r.Verdict == clinic.Error {
			t.Errorf("%s: %+v, %v", purpose, r.Findings, err)
		}
		for _, host := range names {
			cert, err := pki.ParseX509(q.Files[0].Data)
			if err != nil || cert.VerifyHostname(host) != nil {
				t.Errorf("%s is not among the names: %v", host, err)
			}
		}
	}
}
