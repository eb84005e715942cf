// SPDX-License-Identifier: Apache-2.0

package org_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/client/consent"
	"github.com/blockchain4all/blockchain4all/client/enrollment"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// TestOwnAdministration: the proof of an administrator's key, and what the platform has of a key before, meanwhile and
// after.
func TestOwnAdministration(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx := t.Context()
	if err := h.SetState(ctx, "bizkaia", org.Active, ""); err != nil {
		t.Fatal(err)
	}
	before, err := h.Administrator(ctx, "bizkaia")
	if err != nil {
		t.Fatal(err)
	}
	certify := func(role string) (*ecdsa.PrivateKey, []byte) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		csr, err := enrollment.CSR(key, "nekane-"+role)
		if err != nil {
			t.Fatal(err)
		}
		c, err := h.IssueCertificate(ctx, org.NewCertificate{Org: "bizkaia", Name: "nekane-" + role, Role: role, CSR: csr})
		if err != nil {
			t.Fatal(err)
		}
		return key, c.PEM
	}
	prove := func(key *ecdsa.PrivateKey, orgID string, cert []byte) []byte {
		statement, err := consent.AdministrationStatement(orgID, cert)
		if err != nil {
			t.Fatal(err)
		}
		digest := sha256.Sum256([]byte(statement))
		proof, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		return proof
	}
	key, cert := certify("admin")
	clientKey, clientCert := certify("client")
	for name, c := range map[string]struct {
		cert, proof []byte
		code        string
	}{
		"no proof":               {cert, nil, "administration_proof_missing"},
		"of another key":         {cert, prove(clientKey, "bizkaia", cert), "signature_invalid"},
		"for another":            {cert, prove(key, "araba", cert), "signature_invalid"},
		"a client's certificate": {clientCert, prove(clientKey, "bizkaia", clientCert), "administrator_role"},
	} {
		if err := h.CheckAdministrator(ctx, "bizkaia", c.cert, c.proof); fault.Of(err).Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := h.CheckAdministrator(ctx, "bizkaia", cert, prove(key, "bizkaia", cert)); err != nil {
		t.Errorf("the right one: %v", err)
	}

	if err := h.DestroyAdministrator(ctx, "bizkaia"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Administrator(ctx, "bizkaia"); err != nil {
		t.Errorf("the key of a managed organization was destroyed: %v", err)
	}
	if err := h.SetAdministration(ctx, "bizkaia", org.OwnAdministration); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Administrator(ctx, "bizkaia"); fault.Of(err).Code != org.CodeAdministratorElsewhere {
		t.Errorf("its administrator: %v", err)
	}
	if err := h.SetState(ctx, "bizkaia", org.Active, ""); err != nil { // which writes the whole record
		t.Fatal(err)
	}
	if o, err := h.Get(ctx, "bizkaia"); err != nil || o.Administration != org.OwnAdministration {
		t.Errorf("after another change it is %s: %v", o.Administration, err)
	}
	c, err := h.Latest(ctx, "bizkaia", org.HolderAdministrator, org.Sign)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.MarkRevoked(ctx, c, "cessationOfOperation", ""); err != nil {
		t.Fatal(err)
	}
	if err := h.DestroyAdministrator(ctx, "bizkaia"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.MaterialOf(ctx, c); !errors.Is(err, pki.ErrKeyNotFound) {
		t.Errorf("the key is there still: %v", err)
	}

	h.now = h.now.Add(time.Minute)
	if err := h.EnsureAdministrator(ctx, "bizkaia"); err != nil {
		t.Fatal(err)
	}
	if err := h.SetAdministration(ctx, "bizkaia", org.ManagedAdministration); err != nil {
		t.Fatal(err)
	}
	after, err := h.Administrator(ctx, "bizkaia")
	if err != nil || after.Key.Public().(*ecdsa.PublicKey).Equal(before.Key.Public()) {
		t.Errorf("it is on the old key, or: %v", err)
	}
}

// TestOperations: an identity that local MSPs with the root take for an administrator, and the organization's definition
// does not know.
func TestOperations(t *testing.T) {
	t.Parallel()
	h := open(t)
	root, err := h.OperationsRoot(t.Context(), "bizkaia")
	if err != nil {
		t.Fatal(err)
	}
	id, err := h.Operations(t.Context(), "bizkaia")
	if err != nil || id.MSPID != "BizkaiaMSP" {
		t.Fatalf("%+v: %v", id, err)
	}
	if again, err := h.Operations(t.Context(), "bizkaia"); err != nil || again != id {
		t.Errorf("another one: %v", err)
	}
	d, err := h.Definition(t.Context(), "bizkaia")
	if err != nil {
		t.Fatal(err)
	}
	if err := d.CheckAdministrator(id.Cert, h.now); fault.Of(err).Code != "administrator_foreign" {
		t.Errorf("to channels it is: %v", err)
	}
	d.RootCerts = append(d.RootCerts, root)
	if err := d.CheckAdministrator(id.Cert, h.now); err != nil {
		t.Errorf("to the peer it is: %v", err)
	}
	if same, err := h.OperationsRoot(t.Context(), "bizkaia"); err != nil || string(same) != string(root) {
		t.Errorf("the root has changed: %v", err)
	}
}
