// SPDX-License-Identifier: Apache-2.0

package clinic_test

import (
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"slices"
	"strconv"
	"testing"

	"github.com/blockchain4all/blockchain4all/internal/pki/clinic"
	"github.com/blockchain4all/blockchain4all/internal/pki/clinic/clinictest"
)

// hugeRequest is a request on an RSA key of a million bits, by which verifying any signature takes ten seconds, with a
// signature of a usual length.
func hugeRequest(t *testing.T) []byte {
	t.Helper()
	m := clinictest.NewMaker(t)
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "x"}}, m.RSA(2048))
	if err != nil {
		t.Fatal(err)
	}
	var outer struct {
		Info      asn1.RawValue
		Algorithm asn1.RawValue
		Signature asn1.BitString
	}
	var info struct {
		Version    int
		Subject    asn1.RawValue
		Key        struct{ Algorithm, Bits asn1.RawValue }
		Attributes asn1.RawValue `asn1:"tag:0"`
	}
	if _, err := asn1.Unmarshal(der, &outer); err != nil {
		t.Fatal(err)
	}
	if _, err := asn1.Unmarshal(outer.Info.FullBytes, &info); err != nil {
		t.Fatal(err)
	}
	n := new(big.Int).Lsh(big.NewInt(1), 1_000_000)
	key := marshalled(t, struct {
		N *big.Int
		E int
	}{n.Add(n, big.NewInt(1)), 1<<31 - 1})
	bits := marshalled(t, asn1.BitString{Bytes: key, BitLength: 8 * len(key)})
	spki := marshalled(t, []asn1.RawValue{info.Key.Algorithm, {FullBytes: bits}})
	version := marshalled(t, info.Version)
	outer.Info = asn1.RawValue{FullBytes: marshalled(t, []asn1.RawValue{
		{FullBytes: version}, info.Subject, {FullBytes: spki}, {FullBytes: []byte{0xa0, 0}},
	})}
	return marshalled(t, outer)
}

func marshalled(t *testing.T, v any) []byte {
	t.Helper()
	der, err := asn1.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// TestHugeRequest does not verify by a key without end: it would find the signature false, after ten seconds.
func TestHugeRequest(t *testing.T) {
	t.Parallel()
	for _, purpose := range []clinic.Purpose{clinic.CACSR, clinic.IdentityCSR} {
		r, err := clinic.Examine(clinic.Question{Purpose: purpose, Files: []clinic.File{{Data: hugeRequest(t)}}}, clinictest.Now())
		if err != nil || r.Verdict != clinic.Error || len(r.Items) != 1 || r.Items[0].KeyAlgorithm != "RSA 1000001" {
			t.Fatalf("%s: %+v: %v", purpose, r, err)
		}
		if slices.ContainsFunc(r.Findings, func(f clinic.Finding) bool { return f.Code == "request_signature_invalid" }) {
			t.Errorf("%s: the signature was verified", purpose)
		}
	}
}

// TestLongNames refuses names of thousands of parts, which take seconds to write.
func TestLongNames(t *testing.T) {
	t.Parallel()
	m := clinictest.NewMaker(t)
	parts := func(n int) clinictest.Change {
		return func(c *x509.Certificate) {
			for i := range n {
				c.Subject.OrganizationalUnit = append(c.Subject.OrganizationalUnit, strconv.Itoa(i))
			}
		}
	}
	for n, items := range map[int]int{50: 1, 5000: 0} {
		cert := m.Authority("root", nil, m.EC(elliptic.P256()), parts(n))
		r, err := clinic.Examine(clinic.Question{Purpose: clinic.CA, Files: []clinic.File{{Data: cert.Raw}}}, clinictest.Now())
		if err != nil || len(r.Items) != items || (r.Verdict == clinic.Error) != (items == 0) {
			t.Errorf("%d parts: %d items, %s: %v", n, len(r.Items), r.Verdict, err)
		}
	}
}
