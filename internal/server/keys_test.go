// SPDX-License-Identifier: Apache-2.0

//go:build cgo

package server

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/pki/pkcs11/softhsmtest"
	"github.com/blockchain4all/blockchain4all/internal/store/sql"
)

var hsm *softhsmtest.HSM

func TestMain(m *testing.M) {
	os.Exit(softhsmtest.Main(m, 4, func(h *softhsmtest.HSM) { hsm = h }))
}

// openKeysIn opens the stores of a data directory, and the organizations on them.
func openKeysIn(t *testing.T, dir, uri string) (*platform, error) {
	t.Helper()
	p := &platform{config: Config{DataDir: dir, CAKeyStore: uri}, log: slog.New(slog.DiscardHandler)}
	var err error
	if p.db, err = sql.Open(t.Context(), sql.Config{Path: p.config.path("b4a.db")}); err != nil {
		t.Fatal(err)
	}
	err = p.openKeys(t.Context())
	if err == nil {
		p.orgs = org.New(org.Options{Store: p.db, Keys: p.keys, Log: p.log})
	}
	return p, err
}

func closed(t *testing.T, p *platform) {
	t.Helper()
	if err := p.close(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
}

// TestIntegrationAuthoritiesInAToken makes an organization whose authorities' keys are in a SoftHSM token, starts again,
// and looks for the keys in every file.
func TestIntegrationAuthoritiesInAToken(t *testing.T) {
	t.Parallel()
	uri, dir := hsm.URI(t, hsm.Token(t)), t.TempDir()
	p, err := openKeysIn(t, dir, uri)
	if err != nil {
		t.Fatal(err)
	}
	found := org.NewOrganization{ID: OperatorOrg, Name: "Operator", Kind: "public-body", Operator: true}
	if err := p.orgs.Found(t.Context(), found); err != nil {
		t.Fatal(err)
	}
	peer := org.Leaf{Holder: "peer0", Purpose: org.TLS, Hosts: []string{"127.0.0.1"}}
	cert, err := p.orgs.EnsureLeaf(t.Context(), OperatorOrg, peer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.orgs.MaterialOf(t.Context(), cert); err != nil {
		t.Fatal(err)
	}
	wantNoAuthorityKey(t, dir)
	_, err = p.keys.Export(t.Context(), org.AuthorityKey(OperatorOrg, org.CA))
	if !errors.Is(err, &fault.Error{Code: "key_not_exportable"}) {
		t.Errorf("export gave %v", err)
	}
	closed(t, p)

	// Started again, the authority issues on.
	if p, err = openKeysIn(t, dir, uri); err != nil {
		t.Fatal(err)
	}
	cert, err = p.orgs.EnsureLeaf(t.Context(), OperatorOrg, org.Leaf{Holder: "ane", Purpose: org.Sign, Role: "client"})
	if err != nil {
		t.Fatal(err)
	}
	wantIssuedBy(t, p, cert)
	wantNoAuthorityKey(t, dir)
	closed(t, p)

	// Without the token it does not start: new keys would be made.
	p, err = openKeysIn(t, dir, "")
	if f := fault.Of(err); f.Code != "ca_key_store_missing" || f.Hint == "" {
		t.Errorf("without the token: %v", err)
	}
	closed(t, p)
}

func wantNoAuthorityKey(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
		if strings.HasSuffix(e.Name(), "~ca.key") || strings.HasSuffix(e.Name(), "~tls-ca.key") {
			t.Errorf("an authority's key is in a file: %s", e.Name())
		}
	}
	if !slices.Contains(names, "org~platform~administrator~sign.key") {
		t.Errorf("the administrator's key is not sealed: %v", names)
	}
}

func wantIssuedBy(t *testing.T, p *platform, cert org.Certificate) {
	t.Helper()
	d, err := p.orgs.Definition(t.Context(), OperatorOrg)
	if err != nil {
		t.Fatal(err)
	}
	root, err := pki.ParseX509(d.RootCerts[0])
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := pki.ParseX509(cert.PEM)
	if err != nil {
		t.Fatal(err)
	}
	if err := leaf.CheckSignatureFrom(root); err != nil {
		t.Error(err)
	}
	if leaf.KeyUsage != x509.KeyUsageDigitalSignature {
		t.Errorf("key usage %b", leaf.KeyUsage)
	}
}

func TestIntegrationKeysDoNotMove(t *testing.T) {
	t.Parallel()
	uri, dir := hsm.URI(t, hsm.Token(t)), t.TempDir()
	p, err := openKeysIn(t, dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.keys.Generate(t.Context(), org.AuthorityKey(OperatorOrg, org.CA)); err != nil {
		t.Fatal(err)
	}
	closed(t, p)
	p, err = openKeysIn(t, dir, uri)
	if f := fault.Of(err); f.Code != "ca_key_store_fixed" || f.Hint == "" {
		t.Errorf("got %v", err)
	}
	closed(t, p)

	// A token that can't be opened decides nothing: the next start may do without.
	dir = t.TempDir()
	p, err = openKeysIn(t, dir, strings.Replace(uri, "token=", "token=x", 1))
	if fault.Of(err).Code != "pkcs11_token_missing" {
		t.Errorf("got %v", err)
	}
	closed(t, p)
	if p, err = openKeysIn(t, dir, ""); err != nil {
		t.Error(err)
	}
	closed(t, p)
}
