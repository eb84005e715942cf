// SPDX-License-Identifier: Apache-2.0

package configtx_test

import (
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/client/consent"
	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx"
	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx/configtxtest"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// TestOfflineSignature signs an update as an administrator elsewhere does, and what it changes is read without Fabric's
// protocol buffers.
func TestOfflineSignature(t *testing.T) {
	t.Parallel()
	block := genesis(t, configtxtest.Channel(t, configtx.BFT, 4))
	third := configtxtest.NewOrg(t, "CMSP")
	update, err := configtx.AddOrg(block, configtx.Org{
		MSP: third.Definition(), AnchorPeers: []configtx.Address{{Host: "c.example", Port: 7051}},
	})
	if err != nil {
		t.Fatal(err)
	}
	read, err := consent.ReadUpdate(update)
	if err != nil || read.Channel != "azterketak" {
		t.Fatalf("%+v: %v", read, err)
	}
	var said strings.Builder
	for _, c := range read.Changes {
		said.WriteString(c.Action + " " + c.Path + ": " + strings.Join(c.Facts, "; ") + "\n")
	}
	root := pki.FactsOf(mustParse(t, third.Sign.CertificatePEM()))
	for _, want := range []string{
		"added Application/CMSP: ", "added Application/CMSP/AnchorPeers: anchor peer c.example:7051", "MSP ID CMSP", root.Fingerprint,
		"changed Application: only these are in it: ", "AMSP, BMSP, CMSP", "whom it takes to change it: Admins",
		"added Application/CMSP/policy Admins: 1 of (CMSP.admin)",
		"tells roles: client by OU=client, peer by OU=peer, admin by OU=admin, orderer by OU=orderer",
	} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("%q is not told:\n%s", want, said.String())
		}
	}
	if strings.Contains(said.String(), "Application/AMSP") {
		t.Errorf("what stays is told:\n%s", said.String())
	}

	admin := configtxtest.NewOrg(t, "AMSP").Enroll(t, "admin", msp.RoleAdmin)
	bytes, err := configtx.PrepareSignature(update, "AMSP", admin.Cert)
	if err != nil {
		t.Fatal(err)
	}
	if signer, of, err := consent.ReadSignedUpdate(bytes); err != nil || string(signer) != string(admin.Cert) || string(of) != string(update) {
		t.Errorf("read in the name of %s: %v", signer, err)
	}
	digest := sha256.Sum256(bytes)
	signature, err := admin.Key.Sign(rand.Reader, digest[:], crypto.SHA256) // low-S or not
	if err != nil {
		t.Fatal(err)
	}
	config, cert, err := configtx.FinishSignature(update, "AMSP", bytes, signature)
	if err != nil || string(cert) != string(admin.Cert) {
		t.Fatalf("certificate %s: %v", cert, err)
	}
	submitter := configtxtest.NewOrg(t, "OrdererMSP").Identity(t, "admin", msp.RoleAdmin)
	if _, err := configtx.UpdateEnvelope("azterketak", update, [][]byte{config}, submitter); err != nil {
		t.Errorf("envelope: %v", err)
	}
	other := append([]byte{}, update...)
	other[len(other)-1] ^= 1
	for name, c := range map[string]struct {
		update, signed, signature []byte
		mspID, code               string
	}{
		"another update":       {other, bytes, signature, "AMSP", "signed_bytes_foreign"},
		"another organization": {update, bytes, signature, "BMSP", "signed_bytes_foreign"},
		"no header":            {update, update, signature, "AMSP", "signed_bytes_foreign"},
		"another signature":    {update, bytes, append([]byte{}, signature[:len(signature)-1]...), "AMSP", "signature_invalid"},
		"nothing":              {update, nil, nil, "AMSP", "signed_bytes_foreign"},
	} {
		_, _, err := configtx.FinishSignature(c.update, c.mspID, c.signed, c.signature)
		if fault.Of(err).Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func mustParse(t *testing.T, certPEM []byte) *x509.Certificate {
	t.Helper()
	cert, err := pki.ParseX509(certPEM)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func TestCheckAdministrator(t *testing.T) {
	t.Parallel()
	org := configtxtest.NewOrg(t, "AMSP")
	d := org.Definition()
	admin, client := org.Enroll(t, "admin", msp.RoleAdmin), org.Enroll(t, "client", msp.RoleClient)
	if err := d.CheckAdministrator(admin.Cert, time.Now()); err != nil {
		t.Errorf("an administrator: %v", err)
	}
	named := d
	named.Admins = [][]byte{client.Cert}
	if err := named.CheckAdministrator(client.Cert, time.Now()); err != nil {
		t.Errorf("one that the definition names: %v", err)
	}
	revoked := d
	facts, err := pki.ParseCertificate(admin.Cert)
	if err != nil {
		t.Fatal(err)
	}
	list, err := org.Sign.RevocationList([]pki.Revocation{{Serial: facts.Serial, Time: time.Now()}}, 1, time.Now(), time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	revoked.CRLs = [][]byte{list}
	foreign := configtxtest.NewOrg(t, "AMSP")
	for name, c := range map[string]struct {
		d    msp.Definition
		cert []byte
		at   time.Time
		code string
	}{
		"a client":               {d, client.Cert, time.Now(), "administrator_role"},
		"of another authority":   {d, foreign.Enroll(t, "admin", msp.RoleAdmin).Cert, time.Now(), "administrator_foreign"},
		"of the operations root": {d, org.Operator(t).Cert, time.Now(), "administrator_foreign"},
		"the authority itself":   {d, org.Sign.CertificatePEM(), time.Now(), "administrator_foreign"},
		"after its end":          {d, admin.Cert, time.Now().Add(2 * time.Hour), "administrator_expired"},
		"before its beginning":   {d, admin.Cert, time.Now().Add(-time.Hour), "administrator_expired"},
		"a revoked one":          {revoked, admin.Cert, time.Now(), "administrator_revoked"},
		"no certificate":         {d, []byte("none"), time.Now(), "certificate_malformed"},
	} {
		if err := c.d.CheckAdministrator(c.cert, c.at); fault.Of(err).Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}
