// SPDX-License-Identifier: Apache-2.0

package revocation_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"testing"
	"time"
)

// certify makes a subordinate authority of a request, with a place to ask about it, and gives it with its root.
func certify(t *testing.T, request []byte) []byte {
	t.Helper()
	block, _ := pem.Decode(request)
	csr, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Public Root"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(20000 * time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, SubjectKeyId: []byte{1},
	}
	root, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	sub := template
	sub.SerialNumber, sub.Subject, sub.SubjectKeyId = big.NewInt(2), csr.Subject, []byte{2}
	sub.OCSPServer = []string{"http://public.example/ocsp"}
	below, err := x509.CreateCertificate(rand.Reader, &sub, &template, csr.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	var bundle []byte
	for _, der := range [][]byte{root, below} {
		bundle = append(bundle, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	return bundle
}
