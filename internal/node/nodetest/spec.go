// SPDX-License-Identifier: Apache-2.0

package nodetest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/node"
)

// Authority signs the certificates of test nodes of one organization.
type Authority struct {
	MSPID string
	PEM   []byte

	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// NewAuthority makes an organization's certification authority for one test.
func NewAuthority(t testing.TB, mspID string) *Authority {
	t.Helper()
	key := newKey(t)
	point, err := key.PublicKey.Bytes()
	if err != nil {
		t.Fatalf("encode public key: %v", err)
	}
	id := sha256.Sum256(point)
	cert := &x509.Certificate{
		SerialNumber: serial(t), Subject: pkix.Name{CommonName: "ca." + mspID, Organization: []string{mspID}},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		SubjectKeyId: id[:],
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, key.Public(), key)
	if err != nil {
		t.Fatalf("sign authority: %v", err)
	}
	return &Authority{MSPID: mspID, PEM: encode("CERTIFICATE", der), cert: cert, key: key}
}

// Issue gives a certificate, for signing and TLS, of the role (a NodeOU: "peer", "orderer", "client" or "admin").
func (a *Authority) Issue(t testing.TB, name, role string, hosts ...string) node.Identity {
	t.Helper()
	key := newKey(t)
	cert := &x509.Certificate{
		SerialNumber: serial(t),
		Subject:      pkix.Name{CommonName: name, Organization: []string{a.MSPID}, OrganizationalUnit: []string{role}},
		NotBefore:    time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		DNSNames:    []string{name},
	}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			cert.IPAddresses = append(cert.IPAddresses, ip)
		} else {
			cert.DNSNames = append(cert.DNSNames, h)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, a.cert, key.Public(), a.key)
	if err != nil {
		t.Fatalf("sign certificate: %v", err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatalf("encode key: %v", err)
	}
	return node.Identity{Cert: encode("CERTIFICATE", der), Key: encode("PRIVATE KEY", pkcs8)}
}

// Spec gives a spec that a real Fabric node runs with.
func (a *Authority) Spec(t testing.TB, id string, kind node.Kind, e node.Endpoints) node.Spec {
	t.Helper()
	sign := a.Issue(t, id, string(kind))
	return node.Spec{
		ID: id, Kind: kind, Org: "nodetest", MSPID: a.MSPID, Endpoints: e,
		MSP: map[string][]byte{
			"config.yaml":        []byte(nodeOUs),
			"cacerts/ca.pem":     a.PEM,
			"tlscacerts/ca.pem":  a.PEM,
			"signcerts/cert.pem": sign.Cert,
			"keystore/key.pem":   sign.Key,
		},
		TLS:      a.Issue(t, id, string(kind), e.Host),
		TLSRoots: a.PEM, AdminRoots: a.PEM, Running: true,
	}
}

const nodeOUs = `NodeOUs:
  Enable: true
  ClientOUIdentifier: {OrganizationalUnitIdentifier: client}
  PeerOUIdentifier: {OrganizationalUnitIdentifier: peer}
  AdminOUIdentifier: {OrganizationalUnitIdentifier: admin}
  OrdererOUIdentifier: {OrganizationalUnitIdentifier: orderer}
`

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatalf("make key: %v", err)
	}
	return key
}

func serial(t testing.TB) *big.Int {
	t.Helper()
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		t.Fatalf("make serial number: %v", err)
	}
	return n
}

func encode(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
