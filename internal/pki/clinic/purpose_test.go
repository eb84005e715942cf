// SPDX-License-Identifier: Apache-2.0

package clinic_test

import (
	"crypto"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/pki/clinic"
	"github.com/blockchain4all/blockchain4all/internal/pki/clinic/clinictest"
)

// TestIzenpe takes the real root of the Basque certification authority from the system's bundle.
func TestIzenpe(t *testing.T) {
	t.Parallel()
	const file = "/usr/share/ca-certificates/mozilla/Izenpe.com.crt"
	root, err := os.ReadFile(file)
	if err != nil {
		root = fromBundle(t, "Izenpe.com")
	}
	r := examine(t, clinic.CA, root)
	if r.Verdict != clinic.OK || !found(r, "rsa_authority") || !found(r, "accepted") {
		t.Errorf("%s: %v", r.Verdict, r.Findings)
	}
	if i := r.Items[0]; i.KeyAlgorithm != "RSA 4096" || !i.Authority || !i.SelfSigned {
		t.Errorf("%+v", i)
	}
}

// fromBundle looks for a root in the system's bundle.
func fromBundle(t *testing.T, name string) []byte {
	t.Helper()
	rest, err := os.ReadFile("/etc/ssl/certs/ca-certificates.crt")
	for err == nil {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if c, err := x509.ParseCertificate(block.Bytes); err == nil && c.Subject.CommonName == name {
			return pem.EncodeToMemory(block)
		}
	}
	if os.Getenv("REQUIRE_INTEGRATION") == "1" {
		t.Fatalf("the system's CA bundle has no %s: install ca-certificates", name)
	}
	t.Skipf("the system's CA bundle has no %s: install ca-certificates", name)
	return nil
}

func TestPurposes(t *testing.T) {
	t.Parallel()
	m := clinictest.NewMaker(t)
	p256 := m.EC(elliptic.P256())
	root := m.Authority("root", nil, m.RSA(3072))
	sub := m.Authority("issuing", root, m.EC(elliptic.P256()))
	other := m.Authority("other", nil, m.EC(elliptic.P256()))
	both := []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	node := func(changes ...clinictest.Change) []byte {
		base := func(c *x509.Certificate) {
			c.ExtKeyUsage, c.DNSNames, c.IPAddresses = both, []string{"peer0.bizkaia.example"}, []net.IP{{127, 0, 0, 1}}
		}
		return m.Leaf(sub, p256, append([]clinictest.Change{base}, changes...)...).PEM
	}
	person := func(key crypto.Signer, u x509.KeyUsage, e ...x509.ExtKeyUsage) []byte {
		return m.Leaf(sub, key, func(c *x509.Certificate) {
			c.KeyUsage, c.ExtKeyUsage, c.Subject.OrganizationalUnit = u, e, nil
		}).PEM
	}
	sign := x509.KeyUsageDigitalSignature
	chain := clinictest.Join(sub.PEM, root.PEM)
	for name, c := range map[string]struct {
		purpose  clinic.Purpose
		material []byte
		code     string
		verdict  clinic.Severity
	}{
		"TLS":             {clinic.TLS, clinictest.Join(node(), chain), "accepted", clinic.OK},
		"TLS by RSA":      {clinic.TLS, m.Leaf(sub, m.RSA(2048), func(c *x509.Certificate) { c.DNSNames = []string{"a.example"} }).PEM, "issuer_not_given", clinic.OK},
		"TLS of RSA 1024": {clinic.TLS, m.Leaf(sub, m.RSA(1024), func(c *x509.Certificate) { c.DNSNames = []string{"a.example"} }).PEM, "rsa_short", clinic.Error},
		"TLS without names": {clinic.TLS, node(func(c *x509.Certificate) {
			c.DNSNames, c.IPAddresses = nil, nil
		}), "no_alternative_name", clinic.Error},
		"TLS server only": {clinic.TLS, node(func(c *x509.Certificate) { c.ExtKeyUsage = both[:1] }), "ext_usage_no_client_auth", clinic.Error},
		"TLS client only": {clinic.TLS, node(func(c *x509.Certificate) { c.ExtKeyUsage = both[1:] }), "ext_usage_no_server_auth", clinic.Error},
		"TLS expired": {clinic.TLS, node(func(c *x509.Certificate) {
			c.NotAfter = clinictest.Now().Add(-time.Second)
		}), "expired", clinic.Error},
		"TLS not yet valid": {clinic.TLS, node(func(c *x509.Certificate) {
			c.NotBefore = clinictest.Now().Add(time.Hour)
		}), "not_yet_valid", clinic.Error},
		"TLS is a CA": {clinic.TLS, node(func(c *x509.Certificate) { c.IsCA = true }), "leaf_is_ca", clinic.Warning},

		"person by RSA":           {clinic.SignIn, clinictest.Join(person(m.RSA(2048), sign, both[1]), chain), "accepted", clinic.OK},
		"person for content only": {clinic.SignIn, person(m.RSA(2048), x509.KeyUsageContentCommitment, both[1]), "key_usage_no_signature", clinic.Error},
		"person for mail":         {clinic.SignIn, person(m.RSA(2048), sign, x509.ExtKeyUsageEmailProtection), "ext_usage_no_client_auth", clinic.Error},
		"person without a source of revocation": {clinic.SignIn, m.Leaf(sub, p256, func(c *x509.Certificate) {
			c.CRLDistributionPoints, c.OCSPServer = nil, []string{"http://ocsp.example"}
		}).PEM, "ocsp_only", clinic.OK},

		"chain":             {clinic.CA, chain, "accepted", clinic.OK},
		"chain upside down": {clinic.CA, clinictest.Join(root.PEM, sub.PEM), "chain_order", clinic.Warning},
		"two roots":         {clinic.CA, clinictest.Join(chain, other.PEM), "several_roots", clinic.OK},
		"root missing":      {clinic.CA, sub.PEM, "root_missing", clinic.Error},
		"root twice":        {clinic.CA, clinictest.Join(root.PEM, root.PEM), "duplicate", clinic.Error},
		"leaf as CA":        {clinic.CA, m.Leaf(nil, p256).PEM, "ca_constraint_missing", clinic.Error},
		"leaf has no SKI":   {clinic.CA, m.Leaf(nil, p256).PEM, "ca_no_key_id", clinic.Error},
		"RSA key too large": {clinic.CA, huge(t, m), "rsa_huge", clinic.Error},
		"serial twice": {clinic.CA, clinictest.Join(chain, m.Authority("b", root, p256, func(c *x509.Certificate) {
			c.SerialNumber = sub.SerialNumber
		}).PEM), "serial_duplicate", clinic.Warning},
		"CA near its end": {clinic.CA, m.Authority("late", nil, p256, func(c *x509.Certificate) {
			c.NotAfter = clinictest.Now().Add(100 * 24 * time.Hour)
		}).PEM, "expires_soon", clinic.Warning},

		"list":            {clinic.CA, clinictest.Join(chain, m.List(sub)), "accepted", clinic.OK},
		"list by another": {clinic.CA, clinictest.Join(chain, m.List(other)), "list_foreign", clinic.Warning},
		"list by a namesake": {
			clinic.CA, clinictest.Join(chain, m.List(m.Authority("issuing", root, m.EC(elliptic.P256())))),
			"list_signature_invalid", clinic.Error,
		},
		"list alone": {clinic.CA, m.List(sub), "certificate_missing", clinic.Error},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := examine(t, c.purpose, c.material)
			if r.Verdict != c.verdict || !found(r, c.code) {
				t.Errorf("%s: %v", r.Verdict, r.Findings)
			}
		})
	}
}

// huge makes a root whose RSA key is too large to verify with, and an intermediate that it pretends to have signed.
func huge(t *testing.T, m *clinictest.Maker) []byte {
	t.Helper()
	ec := m.Authority("huge", nil, m.EC(elliptic.P256()))
	n := new(big.Int).Lsh(big.NewInt(1), 100_000)
	key, err := x509.MarshalPKIXPublicKey(&rsa.PublicKey{N: n.SetBit(n, 0, 1), E: 65537})
	if err != nil {
		t.Fatal(err)
	}
	der := replaceKey(t, ec.Raw, key)
	below := m.Authority("below", ec, m.EC(elliptic.P256()))
	return clinictest.Join(below.PEM, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// replaceKey puts another public key into a certificate; its signature is then false.
func replaceKey(t *testing.T, der, key []byte) []byte {
	t.Helper()
	var c struct {
		TBS       asn1.RawValue
		Algorithm asn1.RawValue
		Signature asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &c); err != nil {
		t.Fatal(err)
	}
	var parts []asn1.RawValue
	if _, err := asn1.Unmarshal(c.TBS.FullBytes, &parts); err != nil {
		t.Fatal(err)
	}
	parts[6] = asn1.RawValue{FullBytes: key} // version, serial, algorithm, issuer, validity, subject, key
	tbs, err := asn1.Marshal(parts)
	if err != nil {
		t.Fatal(err)
	}
	c.TBS = asn1.RawValue{FullBytes: tbs}
	out, err := asn1.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRequests(t *testing.T) {
	t.Parallel()
	m := clinictest.NewMaker(t)
	p256 := m.EC(elliptic.P256())
	request := func(key crypto.Signer, change func(*x509.CertificateRequest)) []byte {
		template := &x509.CertificateRequest{Subject: pkix.Name{CommonName: "ane", Organization: []string{"bizkaia"}}}
		change(template)
		der, err := x509.CreateCertificateRequest(rand.Reader, template, key)
		if err != nil {
			t.Fatal(err)
		}
		return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})
	}
	plain := func(*x509.CertificateRequest) {}
	ca := func(c *x509.CertificateRequest) {
		c.ExtraExtensions = []pkix.Extension{
			{Id: asn1.ObjectIdentifier{2, 5, 29, 19}, Critical: true, Value: []byte{0x30, 3, 1, 1, 0xff}},
			{Id: asn1.ObjectIdentifier{2, 5, 29, 15}, Critical: true, Value: []byte{3, 2, 1, 6}},
		}
	}
	tampered := request(p256, plain)
	block, _ := pem.Decode(tampered)
	block.Bytes[len(block.Bytes)-1] ^= 1
	for name, c := range map[string]struct {
		purpose  clinic.Purpose
		material []byte
		code     string
		verdict  clinic.Severity
	}{
		"identity": {clinic.IdentityCSR, request(p256, plain), "accepted", clinic.OK},
		"nameless": {clinic.IdentityCSR, request(p256, func(c *x509.CertificateRequest) { c.Subject = pkix.Name{} }), "accepted", clinic.OK},
		"RSA":      {clinic.IdentityCSR, request(m.RSA(2048), plain), "rsa_leaf", clinic.Error},
		"P-521":    {clinic.IdentityCSR, request(m.EC(elliptic.P521()), plain), "curve_unusual", clinic.Error},
		"Ed25519":  {clinic.IdentityCSR, request(m.Ed25519(), plain), "ed25519", clinic.Error},
		"asks CA":  {clinic.IdentityCSR, request(p256, ca), "request_asks_ca", clinic.Error},
		"tampered": {clinic.IdentityCSR, pem.EncodeToMemory(block), "request_signature_invalid", clinic.Error},
		"extensions": {clinic.IdentityCSR, request(p256, func(c *x509.CertificateRequest) {
			c.DNSNames = []string{"a.example"}
		}), "request_extensions_ignored", clinic.OK},
		"country": {clinic.IdentityCSR, request(p256, func(c *x509.CertificateRequest) {
			c.Subject.Country = []string{"ES"}
		}), "request_subject_foreign", clinic.Error},
		"no request": {clinic.IdentityCSR, m.Leaf(nil, p256).PEM, "request_missing", clinic.Error},

		"issuing CA":             {clinic.CACSR, request(p256, ca), "accepted", clinic.OK},
		"issuing CA on RSA":      {clinic.CACSR, request(m.RSA(2048), ca), "rsa_authority", clinic.OK},
		"issuing CA on RSA 1024": {clinic.CACSR, request(m.RSA(1024), ca), "rsa_short", clinic.Error},
		"issuing CA not asked":   {clinic.CACSR, request(p256, plain), "request_asks_no_ca", clinic.Warning},
		"issuing CA nameless": {clinic.CACSR, request(p256, func(c *x509.CertificateRequest) {
			ca(c)
			c.Subject = pkix.Name{}
		}), "request_subject_empty", clinic.Error},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := examine(t, c.purpose, c.material)
			if r.Verdict != c.verdict || !found(r, c.code) {
				t.Errorf("%s: %v", r.Verdict, r.Findings)
			}
			if c.purpose != clinic.IdentityCSR {
				return
			}
			// The platform takes what the clinic takes, up to the subject, which it compares with what it was asked for.
			if _, err := pki.ParseCSR(c.material); (err != nil) != (r.Verdict == clinic.Error) && c.code != "request_subject_foreign" {
				t.Errorf("the platform says %v", err)
			}
		})
	}
}

func TestRefusesQuestions(t *testing.T) {
	t.Parallel()
	m := clinictest.NewMaker(t)
	root := m.Authority("root", nil, m.EC(elliptic.P256()))
	var namesakes [][]byte
	for range 40 {
		namesakes = append(namesakes, m.Authority("root", nil, m.EC(elliptic.P256())).PEM)
	}
	many := make([][]byte, clinic.MaxItems+1)
	for i := range many {
		many[i] = root.PEM
	}
	for name, c := range map[string]struct {
		q    clinic.Question
		code string
	}{
		"purpose":     {clinic.Question{Purpose: "party"}, "clinic_purpose_unknown"},
		"role":        {clinic.Question{Purpose: clinic.Identity, Role: "king"}, "clinic_role_unknown"},
		"too large":   {clinic.Question{Purpose: clinic.CA, Files: []clinic.File{{Data: make([]byte, clinic.MaxBytes+1)}}}, "clinic_too_large"},
		"too many":    {clinic.Question{Purpose: clinic.CA, Files: []clinic.File{{Data: clinictest.Join(many...)}}}, "clinic_too_many"},
		"too complex": {clinic.Question{Purpose: clinic.CA, Files: []clinic.File{{Data: clinictest.Join(namesakes...)}}}, "clinic_too_complex"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := clinic.Examine(c.q, clinictest.Now()); fault.Of(err).Code != c.code {
				t.Errorf("got %v", err)
			}
		})
	}
}
