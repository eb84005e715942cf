// SPDX-License-Identifier: Apache-2.0

package pki_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

const year = 365 * 24 * time.Hour

func testNow() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func TestNewRoot(t *testing.T) {
	t.Parallel()
	for name, curve := range map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := newRoot(t, highSigner{newKey(t, curve)})
			cert := parse(t, root.CertificatePEM())
			if !cert.IsCA || !cert.BasicConstraintsValid ||
				cert.KeyUsage != x509.KeyUsageCertSign|x509.KeyUsageCRLSign {
				t.Errorf("not a CA's: CA %v, key usage %b", cert.IsCA, cert.KeyUsage)
			}
			if len(cert.SubjectKeyId) != 20 {
				t.Errorf("the subject key identifier is %x", cert.SubjectKeyId)
			}
			if cert.SerialNumber.BitLen() != 127 {
				t.Errorf("the serial has %d bits", cert.SerialNumber.BitLen())
			}
			if want := testNow().Add(-5 * time.Minute); !cert.NotBefore.Equal(want) {
				t.Errorf("valid from %s", cert.NotBefore)
			}
			if want := testNow().Add(15 * year); !cert.NotAfter.Equal(want) {
				t.Errorf("valid until %s", cert.NotAfter)
			}
			if err := cert.CheckSignatureFrom(cert); err != nil {
				t.Error(err)
			}
			wantLowS(t, curve, cert)
		})
	}
}

func TestNewRootRefuses(t *testing.T) {
	t.Parallel()
	subject := pki.Subject{CommonName: "CA"}
	_, err := pki.NewRoot(newKey(t, elliptic.P521()), subject, year, testNow())
	if !hasCode(err, "csr_key_unsupported") {
		t.Errorf("a P-521 key gave %v", err)
	}
	if _, err := pki.NewRoot(newKey(t, elliptic.P256()), subject, 0, testNow()); err == nil {
		t.Error("a root without lifetime was made")
	}
}

func TestIssue(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		profile   pki.Profile
		extUsages []x509.ExtKeyUsage
	}{
		"enrollment": {profile: pki.Profile{
			CommonName: "bizkaia-peer0", Organization: "bizkaia", OrganizationalUnit: "peer", Usage: pki.Sign,
			Lifetime: year,
		}},
		"TLS": {
			profile: pki.Profile{
				CommonName: "bizkaia-peer0", Organization: "bizkaia", Usage: pki.TLS, Lifetime: year,
				Hosts: []string{"127.1.2.3", "localhost", "::1", "peer0.bizkaia.example"},
			},
			extUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := newRoot(t, highSigner{newKey(t, elliptic.P256())})
			leafKey := newKey(t, elliptic.P256())
			certPEM, err := root.Issue(leafKey.Public(), tt.profile, testNow())
			if err != nil {
				t.Fatal(err)
			}
			cert := parse(t, certPEM)
			wantLowS(t, elliptic.P256(), cert)
			if cert.IsCA || cert.KeyUsage != x509.KeyUsageDigitalSignature {
				t.Errorf("CA %v, key usage %b", cert.IsCA, cert.KeyUsage)
			}
			if diff := cmp.Diff(tt.extUsages, cert.ExtKeyUsage); diff != "" {
				t.Error(diff)
			}
			name := pkix.Name{CommonName: tt.profile.CommonName, Organization: []string{tt.profile.Organization}}
			if tt.profile.OrganizationalUnit != "" {
				name.OrganizationalUnit = []string{tt.profile.OrganizationalUnit}
			}
			if diff := cmp.Diff(name.String(), cert.Subject.String()); diff != "" {
				t.Error(diff)
			}
			verify(t, root, cert)
			for _, host := range tt.profile.Hosts {
				if err := cert.VerifyHostname(host); err != nil {
					t.Error(err)
				}
			}
			if !leafKey.PublicKey.Equal(cert.PublicKey) {
				t.Error("the certificate is for another key")
			}
		})
	}
}

func TestLeafNeverOutlivesItsAuthority(t *testing.T) {
	t.Parallel()
	rootKey := newKey(t, elliptic.P256())
	leafKey := newKey(t, elliptic.P256())
	rapid.Check(t, func(t *rapid.T) {
		days := func(label string, low, high int) time.Duration {
			return time.Duration(rapid.IntRange(low, high).Draw(t, label)) * 24 * time.Hour
		}
		root, err := pki.NewRoot(rootKey, pki.Subject{CommonName: "CA"}, days("root", 1, 1000), testNow())
		if err != nil {
			t.Fatal(err)
		}
		now := testNow().Add(days("later", -10, 1010))
		certPEM, err := root.Issue(leafKey.Public(),
			pki.Profile{CommonName: "leaf", Usage: pki.Sign, Lifetime: days("leaf", 1, 1000)}, now)
		ca := root.Certificate()
		if !now.Before(ca.NotAfter) || now.Before(ca.NotBefore) {
			if err == nil {
				t.Fatal("an authority issued outside its validity")
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		cert, err := pki.ParseCertificate(certPEM)
		if err != nil {
			t.Fatal(err)
		}
		if cert.NotAfter.After(ca.NotAfter) || cert.NotBefore.Before(ca.NotBefore) ||
			!cert.NotBefore.Before(cert.NotAfter) {
			t.Fatalf("valid %s to %s, the authority %s to %s", cert.NotBefore, cert.NotAfter, ca.NotBefore, ca.NotAfter)
		}
	})
}

func TestHostsBecomeAlternativeNames(t *testing.T) {
	t.Parallel()
	root := newRoot(t, newKey(t, elliptic.P256()))
	public := newKey(t, elliptic.P256()).Public()
	const label = `[a-z]([a-z0-9-]{0,10}[a-z0-9])?`
	dns := rapid.StringMatching(`(\*\.)?` + label + `(\.` + label + `){0,3}\.[a-z]{2,5}`)
	ip := rapid.Custom(func(t *rapid.T) string {
		n := rapid.SampledFrom([]int{net.IPv4len, net.IPv6len}).Draw(t, "length")
		return net.IP(rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, "address")).String()
	})
	rapid.Check(t, func(t *rapid.T) {
		hosts := rapid.SliceOfN(rapid.OneOf(dns, ip), 0, 6).Draw(t, "hosts")
		certPEM, err := root.Issue(public,
			pki.Profile{CommonName: "node", Usage: pki.TLS, Lifetime: year, Hosts: hosts}, testNow())
		if err != nil {
			t.Fatal(err)
		}
		cert, err := pki.ParseX509(certPEM)
		if err != nil {
			t.Fatal(err)
		}
		got := slices.Clone(cert.DNSNames)
		for _, address := range cert.IPAddresses {
			got = append(got, address.String())
		}
		slices.Sort(got)
		slices.Sort(hosts)
		if diff := cmp.Diff(strings.Join(hosts, "\n"), strings.Join(got, "\n")); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestIssueRefuses(t *testing.T) {
	t.Parallel()
	root := newRoot(t, newKey(t, elliptic.P256()))
	good := pki.Profile{CommonName: "leaf", Usage: pki.Sign, Lifetime: year}
	change := func(f func(*pki.Profile)) pki.Profile {
		p := good
		f(&p)
		return p
	}
	tests := map[string]pki.Profile{
		"no name":         change(func(p *pki.Profile) { p.CommonName = "" }),
		"long name":       change(func(p *pki.Profile) { p.CommonName = strings.Repeat("ñ", 65) }),
		"control in name": change(func(p *pki.Profile) { p.Organization = "a\nb" }),
		"not UTF-8":       change(func(p *pki.Profile) { p.OrganizationalUnit = "\xff" }),
		"no usage":        change(func(p *pki.Profile) { p.Usage = "" }),
		"no lifetime":     change(func(p *pki.Profile) { p.Lifetime = 0 }),
		"host with port":  change(func(p *pki.Profile) { p.Hosts = []string{"localhost:7051"} }),
		"empty host":      change(func(p *pki.Profile) { p.Hosts = []string{""} }),
		"wildcard inside": change(func(p *pki.Profile) { p.Hosts = []string{"a.*.b"} }),
		"zone":            change(func(p *pki.Profile) { p.Hosts = []string{"fe80::1%eth0"} }),
		"nameless attribute": change(func(p *pki.Profile) {
			p.Attributes = map[string]string{"": "x"}
		}),
	}
	for name, profile := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := root.Issue(newKey(t, elliptic.P256()).Public(), profile, testNow())
			if !hasCode(err, "profile_invalid") {
				t.Errorf("got %v", err)
			}
		})
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := root.Issue(rsaKey.Public(), good, testNow()); !hasCode(err, "csr_key_unsupported") {
		t.Errorf("an RSA key gave %v", err)
	}
	public := newKey(t, elliptic.P256()).Public()
	if _, err := root.Issue(public, good, testNow().Add(15*year)); !hasCode(err, "ca_expired") {
		t.Errorf("an expired authority gave %v", err)
	}
	if _, err := root.Issue(public, good, testNow().Add(-time.Hour)); !hasCode(err, "ca_not_yet_valid") {
		t.Errorf("an authority of the future gave %v", err)
	}
}

func TestAttributesAreWhatChaincodeReads(t *testing.T) {
	t.Parallel()
	root := newRoot(t, newKey(t, elliptic.P256()))
	want := map[string]string{"exams.role": "registrar", "zentro": "Leioa <&>"}
	certPEM, err := root.Issue(newKey(t, elliptic.P256()).Public(),
		pki.Profile{CommonName: "app", Usage: pki.Sign, Lifetime: year, Attributes: want}, testNow())
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Attrs map[string]string `json:"attrs"`
	}
	found := false
	for _, ext := range parse(t, certPEM).Extensions {
		if ext.Id.String() == "1.2.3.4.5.6.7.8.1" {
			found = true
			if ext.Critical {
				t.Error("the extension is critical")
			}
			if err := json.Unmarshal(ext.Value, &got); err != nil {
				t.Fatal(err)
			}
		}
	}
	if diff := cmp.Diff(want, got.Attrs); diff != "" || !found {
		t.Errorf("found %v: %s", found, diff)
	}
}

func TestOpenAuthority(t *testing.T) {
	t.Parallel()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	rootKey, subKey := newKey(t, elliptic.P256()), newKey(t, elliptic.P384())
	root := newRoot(t, rootKey)
	leaf := pki.Profile{CommonName: "leaf", Usage: pki.Sign, Lifetime: year}
	leafPEM, err := root.Issue(subKey.Public(), leaf, testNow())
	if err != nil {
		t.Fatal(err)
	}
	public := caCert(t, rsaKey, nil, &rsaKey.PublicKey, nil, func(*x509.Certificate) {})
	sub := caCert(t, rsaKey, parse(t, public), &subKey.PublicKey, []byte{1, 2, 3}, func(*x509.Certificate) {})
	mute := caCert(t, rsaKey, parse(t, public), &subKey.PublicKey, []byte{1, 2, 3}, func(c *x509.Certificate) {
		c.KeyUsage = x509.KeyUsageCRLSign
	})
	chain := append(slices.Clone(sub), public...)
	foreign := append(slices.Clone(sub), root.CertificatePEM()...)

	tests := map[string]struct {
		pem  []byte
		key  *ecdsa.PrivateKey
		code string // "" opens
	}{
		"root":              {pem: root.CertificatePEM(), key: rootKey},
		"subordinate, RSA":  {pem: chain, key: subKey},
		"subordinate alone": {pem: sub, key: subKey},
		"another's key":     {pem: root.CertificatePEM(), key: subKey, code: "ca_key_mismatch"},
		"leaf":              {pem: leafPEM, key: subKey, code: "ca_certificate_unfit"},
		"may not issue":     {pem: mute, key: subKey, code: "ca_certificate_unfit"},
		"foreign chain":     {pem: foreign, key: subKey, code: "ca_chain_broken"},
		"nothing":           {key: subKey, code: "certificate_malformed"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			authority, err := pki.OpenAuthority(tt.pem, tt.key)
			if tt.code != "" {
				if !hasCode(err, tt.code) {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(tt.pem), string(authority.ChainPEM())); diff != "" {
				t.Error(diff)
			}
			certPEM, err := authority.Issue(newKey(t, elliptic.P256()).Public(), leaf, testNow())
			if err != nil {
				t.Fatal(err)
			}
			verify(t, authority, parse(t, certPEM))
		})
	}
}

func TestRevocationList(t *testing.T) {
	t.Parallel()
	root := newRoot(t, highSigner{newKey(t, elliptic.P256())})
	ca := parse(t, root.CertificatePEM())
	serial := strings.Repeat("4f", 16)
	crlPEM, err := root.RevocationList([]pki.Revocation{
		{Serial: serial, Time: testNow(), Reason: 1},
		{Serial: "1", Time: testNow().Add(-time.Hour)},
	}, 7, testNow(), testNow().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	block, rest := pem.Decode(crlPEM)
	if block == nil || block.Type != "X509 CRL" || len(rest) > 0 {
		t.Fatalf("not one PEM block: %s", crlPEM)
	}
	crl, err := x509.ParseRevocationList(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if err := crl.CheckSignatureFrom(ca); err != nil {
		t.Error(err)
	}
	if low, err := pki.IsLowS(elliptic.P256(), crl.Signature); err != nil || !low {
		t.Errorf("low-S: %v, %v", low, err)
	}
	if string(crl.AuthorityKeyId) != string(ca.SubjectKeyId) || crl.Number.Int64() != 7 {
		t.Errorf("issuer %x, number %v", crl.AuthorityKeyId, crl.Number)
	}
	first := crl.RevokedCertificateEntries[0]
	if len(crl.RevokedCertificateEntries) != 2 || first.SerialNumber.Text(16) != serial || first.ReasonCode != 1 {
		t.Errorf("entries: %v", crl.RevokedCertificateEntries)
	}
	for _, bad := range []string{"", "xyz", "-1", "0"} {
		if _, err := root.RevocationList([]pki.Revocation{{Serial: bad}}, 8, testNow(), testNow().Add(1)); err == nil {
			t.Errorf("serial %q was revoked", bad)
		}
	}
}

func newRoot(t *testing.T, key crypto.Signer) *pki.Authority {
	t.Helper()
	root, err := pki.NewRoot(key, pki.Subject{CommonName: "bizkaia CA", Organization: "bizkaia"}, 15*year, testNow())
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// caCert makes a CA certificate by hand, self-signed without a parent.
func caCert(
	t *testing.T, signer crypto.Signer, parent *x509.Certificate, public any, ski []byte,
	change func(*x509.Certificate),
) []byte {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(42), Subject: pkix.Name{CommonName: "public root"},
		NotBefore: testNow().Add(-time.Hour), NotAfter: testNow().Add(30 * year),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, SubjectKeyId: ski,
	}
	if parent == nil {
		parent = template
	} else {
		template.Subject.CommonName = "subordinate"
	}
	change(template)
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func verify(t *testing.T, authority *pki.Authority, cert *x509.Certificate) {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority.CertificatePEM())
	_, err := cert.Verify(x509.VerifyOptions{
		Roots: roots, CurrentTime: testNow(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		t.Error(err)
	}
}

func parse(t *testing.T, certPEM []byte) *x509.Certificate {
	t.Helper()
	cert, err := pki.ParseX509(certPEM)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func wantLowS(t *testing.T, curve elliptic.Curve, cert *x509.Certificate) {
	t.Helper()
	if low, err := pki.IsLowS(curve, cert.Signature); err != nil || !low {
		t.Errorf("the signature is low-S: %v, %v", low, err)
	}
}

func hasCode(err error, code string) bool { return errors.Is(err, &fault.Error{Code: code}) }

func oid(parts ...int) asn1.ObjectIdentifier { return parts }
