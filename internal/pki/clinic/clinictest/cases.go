// SPDX-License-Identifier: Apache-2.0

package clinictest

import (
	"crypto/elliptic"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"
)

// Case is an MSP with an identity of it.
type Case struct {
	Roots, Intermediates [][]byte // PEM
	Lists                [][]byte
	Identity             []byte // PEM

	// Code is a finding that the clinic must make; empty: none of weight warning or error.
	Code string
	// Refused tells that Fabric refuses the identity or the MSP.
	Refused bool
	// Ours tells that the platform refuses what Fabric takes, for reasons of its own.
	Ours bool
}

// Cases gives the cases by name.
func Cases(tb testing.TB) map[string]Case {
	tb.Helper()
	m := NewMaker(tb)
	root := m.Authority("root", nil, m.EC(elliptic.P256()))
	rsaRoot := m.Authority("RSA root", nil, m.RSA(2048))
	sub := m.Authority("issuing", rsaRoot, m.EC(elliptic.P256()))
	p256 := m.EC(elliptic.P256())
	out := map[string]Case{}
	// leaf is a case of one identity directly below the root.
	leaf := func(name, code string, refused bool, id *Issued) {
		out[name] = Case{Roots: [][]byte{root.PEM}, Identity: id.PEM, Code: code, Refused: refused}
	}
	leaf("good", "", false, m.Leaf(root, p256))
	leaf("P-384", "", false, m.Leaf(root, m.EC(elliptic.P384())))
	leaf("P-521", "curve_unusual", false, m.Leaf(root, m.EC(elliptic.P521())))
	leaf("Ed25519", "ed25519", false, m.Leaf(root, m.Ed25519()))
	leaf("RSA", "rsa_leaf", true, m.Leaf(root, m.RSA(2048)))
	leaf("no key usage", "key_usage_missing", false, m.Leaf(root, p256, usage(0)))
	leaf("content commitment only", "key_usage_no_signature", false, m.Leaf(root, p256, usage(x509.KeyUsageContentCommitment)))
	leaf("signs certificates", "key_usage_cert_sign", false,
		m.Leaf(root, p256, usage(x509.KeyUsageDigitalSignature|x509.KeyUsageCertSign)))
	leaf("no unit", "unit_missing", true, m.Leaf(root, p256, units()))
	leaf("another unit", "unit_missing", true, m.Leaf(root, p256, units("Ogasuna")))
	leaf("unit beside a role", "", false, m.Leaf(root, p256, units("Ogasuna", "peer")))
	leaf("two roles", "unit_multiple", true, m.Leaf(root, p256, units("client", "admin")))
	leaf("role in capitals", "unit_case", true, m.Leaf(root, p256, units("Client")))
	leaf("is a CA", "leaf_is_ca", true, m.Leaf(root, p256, func(c *x509.Certificate) { c.IsCA = true }))
	leaf("not yet valid", "not_yet_valid", false, m.Leaf(root, p256, valid(Now().Add(time.Hour), Now().Add(year))))
	leaf("expires soon", "expires_soon", false, m.Leaf(root, p256, valid(Now().Add(-time.Hour), Now().Add(48*time.Hour))))
	leaf("starts before its issuer", "starts_outside_issuer", true,
		m.Leaf(root, p256, valid(Now().Add(-2*year), Now().Add(year))))
	leaf("outlives its issuer", "outlives_issuer", false, m.Leaf(root, p256, valid(Now(), Now().Add(11*year))))
	leaf("SHA-1", "hash_weak", true, m.Leaf(root, p256, hash(x509.ECDSAWithSHA1)))
	leaf("client authentication only", "ext_usage_no_server_auth", true, m.Leaf(root, p256, extUsage(x509.ExtKeyUsageClientAuth)))
	leaf("server and client authentication", "", false,
		m.Leaf(root, p256, extUsage(x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth)))
	leaf("any extended key usage", "", false, m.Leaf(root, p256, extUsage(x509.ExtKeyUsageAny)))
	leaf("unknown critical extension", "critical_unknown", true, m.Leaf(root, p256, func(c *x509.Certificate) {
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true, Value: []byte{5, 0}}}
	}))
	leaf("serial of 21 bytes", "serial_invalid", false, m.Leaf(root, p256, func(c *x509.Certificate) {
		c.SerialNumber = new(big.Int).Lsh(big.NewInt(1), 159)
	}))
	leaf("no revocation source", "no_revocation_source", false,
		m.Leaf(root, p256, func(c *x509.Certificate) { c.CRLDistributionPoints = nil }))

	expired := m.Leaf(root, p256, valid(Now().Add(-48*time.Hour), Now().Add(-24*time.Hour)))
	out["expired"] = Case{Roots: [][]byte{root.PEM}, Identity: expired.PEM, Code: "expired", Ours: true}

	high := m.Authority("high", nil, HighS(m.EC(elliptic.P256())))
	out["high S"] = Case{Roots: [][]byte{high.PEM}, Identity: m.Leaf(high, p256).PEM, Code: "signature_high_s"}
	out["foreign issuer"] = Case{
		Roots: [][]byte{root.PEM}, Identity: m.Leaf(high, p256).PEM, Code: "chain_gap", Refused: true,
	}
	namesake := m.Authority("root", nil, m.EC(elliptic.P256()))
	out["issuer's namesake"] = Case{
		Roots: [][]byte{root.PEM}, Identity: m.Leaf(namesake, p256).PEM, Code: "signature_invalid", Refused: true,
	}
	out["RSA root and issuing CA"] = Case{
		Roots: [][]byte{rsaRoot.PEM}, Intermediates: [][]byte{sub.PEM}, Identity: m.Leaf(sub, p256).PEM,
	}
	out["no root"] = Case{Roots: [][]byte{sub.PEM}, Identity: m.Leaf(sub, p256).PEM, Code: "root_missing"}
	out["issued above the intermediate"] = Case{
		Roots: [][]byte{rsaRoot.PEM}, Intermediates: [][]byte{sub.PEM}, Identity: m.Leaf(rsaRoot, p256).PEM,
		Code: "issuer_not_lowest", Refused: true,
	}
	id := m.Leaf(root, p256)
	out["revoked"] = Case{
		Roots: [][]byte{root.PEM}, Identity: id.PEM, Lists: [][]byte{m.List(root, id.SerialNumber)},
		Code: "revoked", Refused: true,
	}
	out["another's serial revoked"] = Case{
		Roots: [][]byte{root.PEM, rsaRoot.PEM}, Identity: id.PEM, Lists: [][]byte{m.List(rsaRoot, id.SerialNumber)},
	}
	out["list without key ID"] = Case{
		Roots: [][]byte{root.PEM}, Identity: id.PEM, Lists: [][]byte{m.ListWithoutKeyID(root)},
		Code: "list_no_key_id", Refused: true,
	}
	authorities(m, out)
	return out
}

// authorities adds the cases in which the authority is special.
func authorities(m *Maker, out map[string]Case) {
	m.tb.Helper()
	p256 := m.EC(elliptic.P256())
	with := func(name, code string, refused bool, changes ...Change) {
		root := m.Authority(name, nil, m.EC(elliptic.P256()), changes...)
		out["root: "+name] = Case{Roots: [][]byte{root.PEM}, Identity: m.Leaf(root, p256).PEM, Code: code, Refused: refused}
	}
	with("no key usage", "ca_key_usage_missing", false, usage(0))
	with("signs no certificates", "ca_no_cert_sign", true, usage(x509.KeyUsageCRLSign))
	with("signs no lists", "ca_no_crl_sign", false, usage(x509.KeyUsageCertSign))
	with("no CA", "ca_constraint_missing", true, func(c *x509.Certificate) { c.IsCA = false })
	with("name constraints", "name_constraints", false, constrained)
	with("client authentication only", "ext_usage_no_server_auth", true, extUsage(x509.ExtKeyUsageClientAuth))

	short := m.Authority("short", nil, m.RSA(1024))
	out["root: RSA 1024"] = Case{
		Roots: [][]byte{short.PEM}, Identity: m.Leaf(short, p256).PEM, Code: "rsa_short", Ours: true,
	}
	for name, key := range map[string]*Issued{
		"root: P-521":   m.Authority("P-521", nil, m.EC(elliptic.P521())),
		"root: Ed25519": m.Authority("Ed25519", nil, m.Ed25519()),
		"root: RSA":     m.Authority("RSA", nil, m.RSA(3072)),
	} {
		out[name] = Case{Roots: [][]byte{key.PEM}, Identity: m.Leaf(key, p256).PEM}
	}
	old := m.Authority("old", nil, m.RSA(2048), hash(x509.SHA1WithRSA))
	out["root: SHA-1"] = Case{
		Roots: [][]byte{old.PEM}, Identity: m.Leaf(old, p256, hash(x509.SHA256WithRSA)).PEM, Code: "hash_weak", Ours: true,
	}
	key := m.EC(elliptic.P256())
	first, second := m.Authority("twin", nil, key), m.Authority("twin", nil, key)
	out["root: renewed on its key"] = Case{
		Roots: [][]byte{first.PEM, second.PEM}, Identity: m.Leaf(first, p256).PEM, Code: "issuer_ambiguous", Refused: true,
	}
	named := m.Authority("named", nil, m.EC(elliptic.P256()), constrained)
	common := func(name string) Change { return func(c *x509.Certificate) { c.Subject.CommonName = name } }
	san := func(names ...string) Change { return func(c *x509.Certificate) { c.DNSNames = names } }
	out["host name below constraints"] = Case{
		Roots: [][]byte{named.PEM}, Identity: m.Leaf(named, p256, common("peer0")).PEM, Code: "name_violated", Refused: true,
	}
	out["permitted name"] = Case{
		Roots: [][]byte{named.PEM}, Identity: m.Leaf(named, p256, common("peer0"), san("peer0.bizkaia.example")).PEM,
		Code: "name_constraints",
	}
	out["forbidden name"] = Case{
		Roots: [][]byte{named.PEM}, Identity: m.Leaf(named, p256, san("peer0.araba.example")).PEM,
		Code: "name_violated", Refused: true,
	}
	chains(m, out)
}

// chains adds the cases with intermediates.
func chains(m *Maker, out map[string]Case) {
	m.tb.Helper()
	p256 := m.EC(elliptic.P256())
	zero := func(c *x509.Certificate) { c.MaxPathLen, c.MaxPathLenZero = 0, true }
	root := m.Authority("strict root", nil, m.EC(elliptic.P256()), zero)
	sub := m.Authority("too deep", root, m.EC(elliptic.P256()))
	out["path length"] = Case{
		Roots: [][]byte{root.PEM}, Intermediates: [][]byte{sub.PEM}, Identity: m.Leaf(sub, p256).PEM,
		Code: "path_length", Refused: true,
	}
	free := m.Authority("root above", nil, m.RSA(2048))
	last := m.Authority("last", free, m.EC(elliptic.P256()), zero)
	out["path length 0 of the issuing CA"] = Case{
		Roots: [][]byte{free.PEM}, Intermediates: [][]byte{last.PEM}, Identity: m.Leaf(last, p256).PEM,
	}
	mail := m.Authority("mail", free, m.EC(elliptic.P256()), extUsage(x509.ExtKeyUsageEmailProtection))
	out["intermediate for mail"] = Case{
		Roots: [][]byte{free.PEM}, Intermediates: [][]byte{mail.PEM}, Identity: m.Leaf(mail, p256).PEM,
		Code: "ext_usage_no_server_auth", Refused: true,
	}
	weak := m.Authority("weak", free, m.EC(elliptic.P256()), hash(x509.SHA1WithRSA))
	out["intermediate signed by SHA-1"] = Case{
		Roots: [][]byte{free.PEM}, Intermediates: [][]byte{weak.PEM}, Identity: m.Leaf(weak, p256).PEM,
		Code: "hash_weak", Refused: true,
	}
	late := m.Authority("late", free, m.EC(elliptic.P256()), valid(Now().Add(-2*year), Now().Add(year)))
	out["intermediate older than its root"] = Case{
		Roots: [][]byte{free.PEM}, Intermediates: [][]byte{late.PEM}, Identity: m.Leaf(late, p256).PEM,
		Code: "starts_outside_issuer", Refused: true,
	}
}

func usage(u x509.KeyUsage) Change { return func(c *x509.Certificate) { c.KeyUsage = u } }

func extUsage(u ...x509.ExtKeyUsage) Change { return func(c *x509.Certificate) { c.ExtKeyUsage = u } }

func units(u ...string) Change {
	return func(c *x509.Certificate) { c.Subject.OrganizationalUnit = u }
}

func valid(from, until time.Time) Change {
	return func(c *x509.Certificate) { c.NotBefore, c.NotAfter = from, until }
}

func hash(a x509.SignatureAlgorithm) Change {
	return func(c *x509.Certificate) { c.SignatureAlgorithm = a }
}

func constrained(c *x509.Certificate) {
	c.PermittedDNSDomains, c.PermittedDNSDomainsCritical = []string{"bizkaia.example"}, true
}
