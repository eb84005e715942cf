// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client/enrollment"
)

// application registers an application on a key of its own and unpacks its bundle, with the key beside it, as its
// owner would.
func (p *platform) application(org, name string, attributes map[string]string) (dir string, keyPEM []byte) {
	p.t.Helper()
	key, err := enrollment.NewKey()
	if err != nil {
		p.t.Fatal(err)
	}
	csr, err := enrollment.CSR(key, name)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.c.NewApplication(p.t.Context(), org, api.NewApplication{
		Name: name, CSR: string(csr), Attributes: attributes,
	}); err != nil {
		p.t.Fatal(err)
	}
	if keyPEM, err = enrollment.EncodeKey(key); err != nil {
		p.t.Fatal(err)
	}
	var bundle bytes.Buffer
	if err := p.c.Bundle(p.t.Context(), org, name, &bundle); err != nil {
		p.t.Fatal(err)
	}
	if bytes.Contains(bundle.Bytes(), []byte("PRIVATE KEY")) {
		p.t.Error("the bundle holds a private key")
	}
	dir = p.t.TempDir()
	archive, err := zip.NewReader(bytes.NewReader(bundle.Bytes()), int64(bundle.Len()))
	if err != nil {
		p.t.Fatal(err)
	}
	for _, f := range archive.File {
		unpack(p.t, dir, f)
	}
	if err := os.WriteFile(filepath.Join(dir, "key.pem"), keyPEM, 0o600); err != nil {
		p.t.Fatal(err)
	}
	return dir, keyPEM
}

func unpack(t *testing.T, dir string, f *zip.File) {
	t.Helper()
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	path := filepath.Join(dir, filepath.FromSlash(f.Name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	w, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if _, err := io.Copy(w, r); err != nil {
		t.Fatal(err)
	}
}

// program runs an example of a bundle and gives what it printed.
func program(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// TestIntegrationOfficialClients submits and evaluates with the official Fabric Gateway clients for Node and Go, with
// nothing but the bundle.
func TestIntegrationOfficialClients(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.org("bizkaia")
	p.org("unibertsitatea")
	p.ledger("azterketak", "bizkaia", "unibertsitatea")
	p.exams("azterketak")
	dir, _ := p.application("unibertsitatea", "matrikula", map[string]string{"b4a.role": "registrar,examiner"})
	t.Run("node", func(t *testing.T) {
		t.Parallel()
		here := filepath.Join(dir, "node")
		program(t, here, nil, "npm", "install", "--no-audit", "--no-fund", "--prefer-offline")
		program(t, here, []string{"SUBMIT=1"}, "node", "index.mjs", "azterketak", "exams", "CreateSession", "node-1", "Node", "2026-06-15")
		if got := program(t, here, nil, "node", "index.mjs", "azterketak", "exams", "GetSession", "node-1"); !strings.Contains(got, "node-1") {
			t.Errorf("session: %s", got)
		}
	})
	t.Run("go", func(t *testing.T) {
		t.Parallel()
		here := filepath.Join(dir, "go")
		env := []string{"GOFLAGS=-mod=mod"}
		program(t, here, env, "go", "build", "-o", "example", ".")
		program(t, here, []string{"SUBMIT=1"}, "./example", "azterketak", "exams", "CreateSession", "go-1", "Go", "2026-06-15")
		if got := program(t, here, nil, "./example", "azterketak", "exams", "GetSession", "go-1"); !strings.Contains(got, "go-1") {
			t.Errorf("session: %s", got)
		}
	})
}

// TestIntegrationOfflineSigning makes a transaction whose key the server never sees: every request's body is searched
// for it, and the data directory too.
func TestIntegrationOfflineSigning(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.ledger("sinadura", "platform")
	p.exams("sinadura")
	key, err := enrollment.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	csr, err := enrollment.CSR(key, "ane")
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	issued, err := p.c.NewCertificate(ctx, "platform", api.NewCertificate{
		CSR: string(csr), Name: "ane", Role: "client", Attributes: map[string]string{"b4a.role": "registrar"},
	})
	if err != nil {
		t.Fatal(err)
	}
	sign := func(digest []byte) []byte {
		signature, err := enrollment.Sign(key, digest)
		if err != nil {
			t.Fatal(err)
		}
		return signature
	}
	in := api.NewProposal{
		Certificate: issued.Certificate.PEM, Organization: "platform",
		Function: "CreateSession", Arguments: []string{"lineaz-kanpo", "Lineaz kanpo", "2026-06-15"},
	}
	proposal, err := p.c.NewProposal(ctx, "sinadura", "exams", in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.c.Endorse(ctx, "sinadura", "exams", api.SignedProposal{
		Organization: "platform", Proposal: proposal.Proposal, Signature: sign(make([]byte, 32)),
	}); code(err) != "signature_invalid" {
		t.Errorf("a signature over something else: %v", err)
	}
	endorsed, err := p.c.Endorse(ctx, "sinadura", "exams", api.SignedProposal{
		Organization: "platform", Proposal: proposal.Proposal, Signature: sign(proposal.Digest),
	})
	if err != nil {
		t.Fatal(err)
	}
	signed := api.SignedTransaction{
		Organization: "platform", Transaction: endorsed.Transaction, Signature: sign(endorsed.Digest),
	}
	commit, err := p.c.SubmitSigned(ctx, "sinadura", "exams", signed)
	if err != nil || commit.State != "committed" || commit.TransactionID != proposal.TransactionID {
		t.Fatalf("submit: %+v: %v", commit, err)
	}
	again, err := p.c.SubmitSigned(ctx, "sinadura", "exams", signed)
	if err != nil || again.Block != commit.Block {
		t.Errorf("submit again: %+v: %v; want block %d", again, err, commit.Block)
	}
	tx, err := p.c.Transaction(ctx, "sinadura", commit.TransactionID)
	if err != nil || tx.Creator != "ane" || !tx.Valid {
		t.Errorf("transaction: %+v: %v", tx, err)
	}
	scalar, err := key.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(p.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil //nolint:nilerr // ledgers' files come and go
		}
		if data, err := os.ReadFile(path); err == nil && bytes.Contains(data, scalar) {
			t.Errorf("the key is in %s", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
