// SPDX-License-Identifier: Apache-2.0

package msp_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	msppb "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki/clinic/clinictest"
)

func TestImport(t *testing.T) {
	t.Parallel()
	m := clinictest.NewMaker(t)
	root := m.Authority("root", nil, m.RSA(2048))
	issuing := m.Authority("issuing", root, m.EC(elliptic.P256()))
	tlsRoot := m.Authority("TLS root", nil, m.EC(elliptic.P256()))
	d := msp.Definition{
		MSPID: "OtherMSP", RootCerts: [][]byte{root.PEM}, IntermediateCerts: [][]byte{issuing.PEM},
		TLSRootCerts: [][]byte{tlsRoot.PEM}, CRLs: [][]byte{m.List(issuing)},
	}
	with := func(more map[string]string) []byte {
		files := map[string][]byte{}
		for name, data := range d.Folder(nil, nil) {
			files["msp/"+name] = data
		}
		for name, text := range more {
			if delete(files, "msp/"+name); text != "" {
				files["msp/"+name] = []byte(text)
			}
		}
		return zipped(t, files)
	}
	raw, err := d.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	expired := m.Authority("expired", nil, m.EC(elliptic.P256()), func(c *x509.Certificate) { c.NotAfter = clinictest.Now().Add(-time.Hour) })
	second := m.Authority("second", nil, m.EC(elliptic.P256()))
	bound := "NodeOUs:\n  Enable: true\n  AdminOUIdentifier: {Certificate: cacerts/ca-0.pem, OrganizationalUnitIdentifier: admin}\n"
	partial := func(oid asn1.ObjectIdentifier, value []byte) string { // a list with a critical extension: RFC 5280, section 5.2
		return string(listWith(t, issuing, clinictest.Now(), pkix.Extension{Id: oid, Critical: true, Value: value}))
	}
	for name, c := range map[string]struct {
		material []byte
		code     string // empty: taken
	}{
		"roles by one authority of one":  {with(map[string]string{"config.yaml": bound}), ""},
		"roles by one authority of two":  {with(map[string]string{"config.yaml": bound, "cacerts/ca-1.pem": string(second.PEM)}), "msp_units_bound"},
		"two authorities":                {with(map[string]string{"cacerts/ca-1.pem": string(second.PEM)}), ""},
		"a delta list":                   {with(map[string]string{"crls/crl-0.pem": partial(asn1.ObjectIdentifier{2, 5, 29, 27}, []byte{2, 1, 1})}), "crl_malformed"},
		"an indirect list":               {with(map[string]string{"crls/crl-0.pem": partial(asn1.ObjectIdentifier{2, 5, 29, 28}, []byte{0x30, 3, 0x84, 1, 0xff})}), "crl_malformed"},
		"a list of the future":           {with(map[string]string{"crls/crl-0.pem": string(listAt(t, issuing, clinictest.Now().Add(time.Hour)))}), "msp_crl_future"},
		"an endless RSA key":             {with(map[string]string{"cacerts/ca-1.pem": string(hugeRSA(t, 200_000))}), "msp_refused"},
		"an endless RSA key in a config": {marshalled(t, d, hugeRSA(t, 200_000)), "msp_refused"},
		"a link in the folder":           {linked(t, root.PEM), "msp_missing"},
		"folder":                         {with(nil), ""},
		"MSPConfig":                      {raw, ""},
		"text before":                    {with(map[string]string{"cacerts/ca-0.pem": "Certificate:\n    Data:\n" + string(root.PEM)}), ""},
		"DER":                            {with(map[string]string{"cacerts/ca-0.pem": string(root.Raw)}), ""},
		"two in a file":                  {with(map[string]string{"cacerts/ca-0.pem": string(root.PEM) + string(expired.PEM)}), "msp_refused"},
		"NodeOUs off":                    {with(map[string]string{"config.yaml": "NodeOUs: {Enable: false}"}), ""},
		"no TLS root":                    {with(map[string]string{"tlscacerts/tlsca-0.pem": ""}), "msp_tls_roots_missing"},
		"no MSP":                         {zipped(t, map[string][]byte{"root.pem": root.PEM}), "msp_missing"},
		"a certificate":                  {root.PEM, "msp_missing"},
		"key in it":                      {with(map[string]string{"keystore/priv_sk": "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"}), "msp_refused"},
		"expired":                        {with(map[string]string{"cacerts/ca-1.pem": string(expired.PEM)}), "msp_refused"},
		"damaged":                        {with(map[string]string{"cacerts/ca-0.pem": string(root.PEM[:300])}), "msp_refused"},
		"other units":                    {with(map[string]string{"config.yaml": "NodeOUs:\n  Enable: true\n  AdminOUIdentifier: {OrganizationalUnitIdentifier: boss}\n"}), "msp_units_foreign"},
		"some units":                     {with(map[string]string{"config.yaml": "OrganizationalUnitIdentifiers:\n- OrganizationalUnitIdentifier: sales\nNodeOUs: {Enable: false}\n"}), "msp_units_restricted"},
		"empty archive":                  {zipped(t, map[string][]byte{}), "msp_refused"},
		"nothing at all":                 {[]byte("PK\x03\x04"), "archive_malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, _, err := msp.Import(c.material, "bizkaia", clinictest.Now())
			if c.code != "" {
				if fault.Of(err).Code != c.code || len(got.RootCerts) > 0 && err == nil {
					t.Fatalf("got %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got.MSPID != "BizkaiaMSP" || !bytes.Equal(got.RootCerts[0], root.PEM) || len(got.CRLs) != 1 {
				t.Errorf("got %s with %d roots", got.MSPID, len(got.RootCerts))
			}
		})
	}
}

// listWith makes a revocation list with an extension.
func listWith(t *testing.T, issuer *clinictest.Issued, at time.Time, more ...pkix.Extension) []byte {
	t.Helper()
	der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(2), ThisUpdate: at, NextUpdate: at.Add(time.Hour), ExtraExtensions: more,
	}, issuer.Certificate, issuer.Key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der})
}

// hugeRSA makes a self-signed authority with an RSA key of so many bits, PEM, whose signature takes seconds to verify.
func hugeRSA(t *testing.T, bits int) []byte {
	t.Helper()
	n := new(big.Int).Lsh(big.NewInt(1), uint(bits))
	n.Add(n, big.NewInt(1))
	m := clinictest.NewMaker(t)
	signer := m.RSA(2048)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "huge"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: clinictest.Now().Add(-time.Hour), NotAfter: clinictest.Now().Add(time.Hour), SubjectKeyId: []byte{1},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &rsa.PublicKey{N: n, E: 1<<31 - 1}, signer)
	if err != nil {
		t.Fatal(err)
	}
	var parts struct {
		TBS, Algorithm asn1.RawValue
		Signature      asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &parts); err != nil {
		t.Fatal(err)
	}
	signature := make([]byte, bits/8+1) // as long as the key's own
	signature[len(signature)-1] = 2
	parts.Signature = asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}
	if der, err = asn1.Marshal(parts); err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// marshalled gives a definition with another root, as an MSPConfig.
func marshalled(t *testing.T, d msp.Definition, root []byte) []byte {
	t.Helper()
	d.RootCerts = append(slices.Clone(d.RootCerts), root)
	raw, err := d.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// linked is a tape whose cacerts holds links and a device instead of files.
func linked(t *testing.T, root []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, h := range []*tar.Header{
		{Name: "msp/cacerts/a.pem", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"},
		{Name: "msp/cacerts/b.pem", Typeflag: tar.TypeLink, Linkname: "../../../etc/shadow"},
		{Name: "msp/cacerts/c.pem", Typeflag: tar.TypeChar, Devmajor: 1, Devminor: 5},
		{Name: "root.pem", Typeflag: tar.TypeReg, Size: int64(len(root)), Mode: 0o600},
	} {
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Write(root); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestValidateChange has an authority of two expire: what changes below the other goes on.
func TestValidateChange(t *testing.T) {
	t.Parallel()
	m := clinictest.NewMaker(t)
	lives := m.Authority("lives", nil, m.EC(elliptic.P256()))
	ends := m.Authority("ends", nil, m.EC(elliptic.P256()), func(c *x509.Certificate) { c.NotAfter = clinictest.Now().Add(-time.Hour) })
	present := msp.Definition{MSPID: "BizkaiaMSP", RootCerts: [][]byte{lives.PEM, ends.PEM}}
	revoking := present
	revoking.CRLs = [][]byte{m.List(lives)}
	without := present
	without.RootCerts = [][]byte{lives.PEM}
	more := present
	more.RootCerts = append(slices.Clone(present.RootCerts), m.Authority("more", nil, m.EC(elliptic.P256())).PEM)
	for name, c := range map[string]struct {
		next msp.Definition
		code string
	}{
		"a list": {revoking, ""}, "the expired one goes": {without, ""}, "another one comes": {more, "msp_certificate_expired"},
		"nothing is left": {msp.Definition{MSPID: "BizkaiaMSP"}, "msp_no_roots"},
	} {
		if err := c.next.ValidateChange(present, clinictest.Now()); (err != nil || c.code != "") && fault.Of(err).Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := present.ValidateChange(msp.Definition{}, clinictest.Now()); fault.Of(err).Code != "msp_certificate_expired" {
		t.Errorf("a first definition: %v", err)
	}
	admin := m.Leaf(lives, m.EC(elliptic.P256()), func(c *x509.Certificate) { c.Subject.OrganizationalUnit = []string{"admin"} })
	if err := present.CheckAdministrator(admin.PEM, clinictest.Now()); err != nil {
		t.Errorf("an administrator beside an expired authority: %v", err)
	}
}

func TestImportRefusesKeyInConfig(t *testing.T) {
	t.Parallel()
	m := clinictest.NewMaker(t)
	root := m.Authority("root", nil, m.EC(elliptic.P256()))
	inner, err := proto.Marshal(&msppb.FabricMSPConfig{
		Name: "BizkaiaMSP", RootCerts: [][]byte{root.PEM}, TlsRootCerts: [][]byte{root.PEM},
		SigningIdentity: &msppb.SigningIdentityInfo{
			PublicSigner:  m.Leaf(root, m.EC(elliptic.P256())).PEM,
			PrivateSigner: &msppb.KeyInfo{KeyMaterial: []byte("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n")},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := proto.Marshal(&msppb.MSPConfig{Config: inner})
	if err != nil {
		t.Fatal(err)
	}
	_, report, err := msp.Import(raw, "bizkaia", clinictest.Now())
	if fault.Of(err).Code != "msp_refused" || !report.Secret() {
		t.Errorf("got %v, %v", err, report.Findings)
	}
}

func TestCheckIdentity(t *testing.T) {
	t.Parallel()
	m := clinictest.NewMaker(t)
	root := m.Authority("root", nil, m.EC(elliptic.P256()))
	issuing := m.Authority("issuing", root, m.EC(elliptic.P256()))
	other := m.Authority("other", nil, m.EC(elliptic.P256()))
	unit := func(units ...string) clinictest.Change {
		return func(c *x509.Certificate) { c.Subject.OrganizationalUnit = units }
	}
	listed := m.Leaf(issuing, m.EC(elliptic.P256()), func(c *x509.Certificate) { c.SerialNumber = big.NewInt(77) })
	d := msp.Definition{
		MSPID: "BizkaiaMSP", RootCerts: [][]byte{root.PEM}, IntermediateCerts: [][]byte{issuing.PEM},
		CRLs: [][]byte{m.List(root, big.NewInt(78)), m.List(issuing, big.NewInt(77))},
	}
	for name, c := range map[string]struct {
		cert *clinictest.Issued
		role string
		want string // role that was found, or code of the fault
	}{
		"peer":             {m.Leaf(issuing, m.EC(elliptic.P256()), unit("peer")), "peer", "peer"},
		"P-384":            {m.Leaf(issuing, m.EC(elliptic.P384()), unit("peer", "Bilbo")), "peer", "peer"},
		"client":           {m.Leaf(issuing, m.EC(elliptic.P256())), "", "client"},
		"admin":            {m.Leaf(issuing, m.EC(elliptic.P256()), unit("admin")), "", "admin"},
		"peer as a person": {m.Leaf(issuing, m.EC(elliptic.P256()), unit("peer")), "", "certificate_role_wrong"},
		"two roles":        {m.Leaf(issuing, m.EC(elliptic.P256()), unit("peer", "admin")), "peer", "certificate_role_wrong"},
		"no role":          {m.Leaf(issuing, m.EC(elliptic.P256()), unit()), "peer", "certificate_role_wrong"},
		"P-521":            {m.Leaf(issuing, m.EC(elliptic.P521()), unit("peer")), "peer", "msp_leaf_key_unsupported"},
		"RSA":              {m.Leaf(issuing, m.RSA(2048), unit("peer")), "peer", "msp_leaf_key_unsupported"},
		"by the root":      {m.Leaf(root, m.EC(elliptic.P256()), unit("peer")), "peer", "msp_issuer_not_leaf"},
		"by another":       {m.Leaf(other, m.EC(elliptic.P256()), unit("peer")), "peer", "msp_chain_broken"},
		"self-signed":      {m.Leaf(nil, m.EC(elliptic.P256()), unit("peer")), "peer", "msp_chain_broken"},
		"authority":        {issuing, "peer", "certificate_is_authority"},
		"for mail only": {m.Leaf(issuing, m.EC(elliptic.P256()), unit("peer"), func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}
		}), "peer", "msp_chain_broken"},
		"for keys only": {m.Leaf(issuing, m.EC(elliptic.P256()), unit("peer"), func(c *x509.Certificate) {
			c.KeyUsage = x509.KeyUsageKeyAgreement
		}), "peer", "certificate_usage_wrong"},
		"expired": {m.Leaf(issuing, m.EC(elliptic.P256()), unit("peer"), func(c *x509.Certificate) {
			c.NotAfter = clinictest.Now().Add(-time.Minute)
		}), "peer", "certificate_expired"},
		"early": {m.Leaf(issuing, m.EC(elliptic.P256()), unit("peer"), func(c *x509.Certificate) {
			c.NotBefore = clinictest.Now().Add(time.Hour)
		}), "peer", "certificate_not_yet_valid"},
		"revoked": {listed, "", "certificate_revoked"},
		"listed by another": {m.Leaf(issuing, m.EC(elliptic.P256()), func(c *x509.Certificate) {
			c.SerialNumber = big.NewInt(78)
		}), "", "client"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, role, err := d.CheckIdentity(c.cert.PEM, c.role, clinictest.Now())
			if err != nil {
				role = fault.Of(err).Code
			}
			if role != c.want {
				t.Errorf("got %q: %v", role, err)
			}
		})
	}
	if _, _, err := d.CheckIdentity([]byte("x"), "", clinictest.Now()); fault.Of(err).Code != "certificate_malformed" {
		t.Errorf("got %v", err)
	}
}

func TestCheckTLS(t *testing.T) {
	t.Parallel()
	m := clinictest.NewMaker(t)
	root := m.Authority("root", nil, m.RSA(2048))
	d := msp.Definition{MSPID: "BizkaiaMSP", RootCerts: [][]byte{root.PEM}, TLSRootCerts: [][]byte{root.PEM}}
	names := func(c *x509.Certificate) {
		c.DNSNames, c.IPAddresses = []string{"bizkaia-peer0"}, []net.IP{net.IPv4(127, 8, 8, 8)}
	}
	usages := func(u ...x509.ExtKeyUsage) clinictest.Change { return func(c *x509.Certificate) { c.ExtKeyUsage = u } }
	for name, c := range map[string]struct {
		cert *clinictest.Issued
		code string
	}{
		"any usage":  {m.Leaf(root, m.EC(elliptic.P256()), names), ""},
		"both":       {m.Leaf(root, m.EC(elliptic.P256()), names, usages(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth)), ""},
		"server":     {m.Leaf(root, m.EC(elliptic.P256()), names, usages(x509.ExtKeyUsageServerAuth)), "certificate_ext_usage_wrong"},
		"client":     {m.Leaf(root, m.EC(elliptic.P256()), names, usages(x509.ExtKeyUsageClientAuth)), "msp_chain_broken"},
		"no names":   {m.Leaf(root, m.EC(elliptic.P256())), "certificate_hosts_missing"},
		"no address": {m.Leaf(root, m.EC(elliptic.P256()), names, func(c *x509.Certificate) { c.IPAddresses = nil }), "certificate_hosts_missing"},
		"expired": {m.Leaf(root, m.EC(elliptic.P256()), names, func(c *x509.Certificate) {
			c.NotAfter = clinictest.Now().Add(-time.Minute)
		}), "certificate_expired"},
		"by itself": {m.Leaf(nil, m.EC(elliptic.P256()), names), "msp_chain_broken"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := d.CheckTLS(c.cert.PEM, []string{"127.8.8.8", "bizkaia-peer0"}, clinictest.Now())
			if err == nil && c.code != "" || err != nil && fault.Of(err).Code != c.code {
				t.Errorf("got %v", err)
			}
		})
	}
}

func FuzzImport(f *testing.F) {
	m := clinictest.NewMaker(f)
	root := m.Authority("root", nil, m.EC(elliptic.P256()))
	d := msp.Definition{MSPID: "BizkaiaMSP", RootCerts: [][]byte{root.PEM}, TLSRootCerts: [][]byte{root.PEM}, CRLs: [][]byte{m.List(root)}}
	raw, err := d.Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add(zipped(f, d.Folder(nil, nil)))
	f.Add(tarred(f, d.Folder(nil, nil)))
	f.Add(zipped(f, map[string][]byte{"cacerts/a": root.Raw, "tlscacerts/a": []byte(strings.Repeat("-----BEGIN ", 9))}))
	f.Fuzz(func(t *testing.T, material []byte) {
		got, _, err := msp.Import(material, "bizkaia", clinictest.Now())
		if err != nil {
			return
		}
		// What was taken holds nothing but certificates and lists, and Fabric's own form of it says the same.
		for _, part := range slices.Concat(got.RootCerts, got.IntermediateCerts, got.TLSRootCerts, got.TLSIntermediateCerts, got.Admins, got.CRLs) {
			block, rest := pem.Decode(part)
			if block == nil || len(bytes.TrimSpace(rest)) > 0 || block.Type != "CERTIFICATE" && block.Type != "X509 CRL" {
				t.Fatalf("taken: %q", part)
			}
		}
		if err := got.Validate(clinictest.Now()); err != nil || got.MSPID != "BizkaiaMSP" {
			t.Fatalf("%s: %v", got.MSPID, err)
		}
	})
}
