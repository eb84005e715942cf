// SPDX-License-Identifier: Apache-2.0

package msp_test

import (
	"bytes"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	msppb "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/rogpeppe/go-internal/txtar"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

func TestMarshalParsesBack(t *testing.T) {
	t.Parallel()
	tests := map[string]msp.Definition{
		"empty": {MSPID: "BizkaiaMSP"},
		"full": {
			MSPID: "BizkaiaMSP", RootCerts: texts("r1", "r2"), IntermediateCerts: texts("i"), TLSRootCerts: texts("t"),
			TLSIntermediateCerts: texts("ti"), Admins: texts("a"), CRLs: texts("c"),
		},
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, err := want.Marshal()
			if err != nil {
				t.Fatal(err)
			}
			again, err := want.Marshal()
			if err != nil || !bytes.Equal(raw, again) {
				t.Errorf("the bytes differ from call to call: %v", err)
			}
			got, err := msp.ParseDefinition(raw)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMarshalEnablesNodeOUs(t *testing.T) {
	t.Parallel()
	raw, err := msp.Definition{MSPID: "BizkaiaMSP", RootCerts: texts("r")}.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	var outer msppb.MSPConfig
	var inner msppb.FabricMSPConfig
	if err := proto.Unmarshal(raw, &outer); err != nil {
		t.Fatal(err)
	}
	if err := proto.Unmarshal(outer.GetConfig(), &inner); err != nil {
		t.Fatal(err)
	}
	ous := inner.GetFabricNodeOus()
	if !ous.GetEnable() || outer.GetType() != 0 {
		t.Errorf("enabled %v, type %d", ous.GetEnable(), outer.GetType())
	}
	for role, ou := range map[string]*msppb.FabricOUIdentifier{
		"client": ous.GetClientOuIdentifier(), "peer": ous.GetPeerOuIdentifier(),
		"admin": ous.GetAdminOuIdentifier(), "orderer": ous.GetOrdererOuIdentifier(),
	} {
		if ou.GetOrganizationalUnitIdentifier() != role || len(ou.GetCertificate()) > 0 {
			t.Errorf("the OU of %s is %v", role, ou)
		}
	}
	if c := inner.GetCryptoConfig(); c.GetSignatureHashFamily() != "SHA2" ||
		c.GetIdentityIdentifierHashFunction() != "SHA256" {
		t.Errorf("crypto config %v", c)
	}
}

func TestParseDefinitionRefuses(t *testing.T) {
	t.Parallel()
	idemix, err := proto.Marshal(&msppb.MSPConfig{Type: 1})
	if err != nil {
		t.Fatal(err)
	}
	broken, err := proto.Marshal(&msppb.MSPConfig{Config: []byte{0xff}})
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		raw  []byte
		code string
	}{
		"not protobuf":       {raw: []byte{0xff}, code: "msp_malformed"},
		"not protobuf below": {raw: broken, code: "msp_malformed"},
		"Idemix":             {raw: idemix, code: "msp_type_unsupported"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := msp.ParseDefinition(tt.raw); !hasCode(err, tt.code) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestFolder(t *testing.T) {
	t.Parallel()
	golden, err := txtar.ParseFile("testdata/folder.txtar")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, f := range golden.Files {
		want[f.Name] = string(f.Data)
	}
	full := msp.Definition{
		MSPID: "BizkaiaMSP", RootCerts: texts("r1", "r2"), IntermediateCerts: texts("i"), TLSRootCerts: texts("t"),
		TLSIntermediateCerts: texts("ti"), Admins: texts("a"), CRLs: texts("c"),
	}.Folder([]byte("cert"), []byte("key"))
	if diff := cmp.Diff(want["paths"], paths(full)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want["config.yaml"], string(full["config.yaml"])); diff != "" {
		t.Error(diff)
	}
	for path, content := range map[string]string{
		"signcerts/cert.pem": "cert", "keystore/priv_sk": "key", "cacerts/ca-1.pem": "r2",
		"tlscacerts/tlsca-0.pem": "t", "tlsintermediatecerts/tlsca-0.pem": "ti", "crls/crl-0.pem": "c",
	} {
		if string(full[path]) != content {
			t.Errorf("%s holds %q", path, full[path])
		}
	}
	verifying := msp.Definition{MSPID: "BizkaiaMSP", RootCerts: texts("r")}.Folder(nil, nil)
	if diff := cmp.Diff(want["verifying paths"], paths(verifying)); diff != "" {
		t.Error(diff)
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	rootKey, subKey, tlsKey := newKey(t, elliptic.P256()), newKey(t, elliptic.P384()), newKey(t, elliptic.P256())
	root, tlsRoot := newRoot(t, "CA", rootKey), newRoot(t, "TLS CA", tlsKey)
	next := newRoot(t, "CA", newKey(t, elliptic.P256())) // the same name, a new key
	publicKey := newKey(t, elliptic.P256())
	public := newRoot(t, "public CA", publicKey)
	rootPEM, publicPEM := root.CertificatePEM(), public.CertificatePEM()
	subPEM := certificate(t, publicPEM, publicKey, subKey.Public(), func(*x509.Certificate) {})
	sub, err := pki.OpenAuthority(subPEM, subKey)
	if err != nil {
		t.Fatal(err)
	}
	adminKey := newKey(t, elliptic.P256())
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	good := msp.Definition{
		MSPID:     "BizkaiaMSP",
		RootCerts: [][]byte{rootPEM, next.CertificatePEM(), publicPEM}, IntermediateCerts: [][]byte{subPEM},
		TLSRootCerts: [][]byte{tlsRoot.CertificatePEM()},
		Admins: [][]byte{
			issue(t, root, adminKey.Public(), msp.RoleAdmin), issue(t, sub, adminKey.Public(), msp.RoleClient),
		},
		CRLs: [][]byte{crl(t, public), crl(t, sub)},
	}
	byHand := func(change func(*x509.Certificate)) []byte {
		return certificate(t, nil, rootKey, rootKey.Public(), change)
	}
	dualRole := certificate(t, rootPEM, rootKey, adminKey.Public(), func(c *x509.Certificate) {
		c.IsCA, c.KeyUsage = false, x509.KeyUsageDigitalSignature
		c.Subject.OrganizationalUnit = []string{msp.RoleAdmin, msp.RolePeer}
	})
	der, _ := pem.Decode(crl(t, root))

	tests := map[string]struct {
		change   func(d *msp.Definition)
		code     string // "" is valid
		location string
	}{
		"good":          {change: func(*msp.Definition) {}},
		"without TLS":   {change: func(d *msp.Definition) { d.TLSRootCerts = nil }},
		"CRL in DER":    {change: func(d *msp.Definition) { d.CRLs = [][]byte{der.Bytes} }},
		"MSP ID a path": {change: func(d *msp.Definition) { d.MSPID = "../x" }, code: "msp_id_invalid"},
		"no roots":      {change: func(d *msp.Definition) { d.RootCerts = nil }, code: "msp_no_roots"},
		"root is text": {
			change: func(d *msp.Definition) { d.RootCerts[1] = []byte("x") },
			code:   "certificate_malformed", location: "root_certs[1]",
		},
		"two in one": {
			change: func(d *msp.Definition) { d.RootCerts[0] = bytes.Repeat(rootPEM, 2) },
			code:   "certificate_malformed", location: "root_certs[0]",
		},
		"root twice": {
			change: func(d *msp.Definition) { d.RootCerts = append(d.RootCerts, rootPEM) },
			code:   "msp_certificate_duplicate", location: "root_certs[3]",
		},
		"intermediate is a root too": {
			change: func(d *msp.Definition) { d.IntermediateCerts = append(d.IntermediateCerts, rootPEM) },
			code:   "msp_certificate_duplicate", location: "intermediate_certs[1]",
		},
		"root renewed on its key": {
			change: func(d *msp.Definition) { d.RootCerts[1] = newRoot(t, "CA", rootKey).CertificatePEM() },
			code:   "msp_root_ambiguous", location: "root_certs[1]",
		},
		"leaf as root": {
			change: func(d *msp.Definition) { d.RootCerts[1] = d.Admins[0] },
			code:   "msp_ca_unfit", location: "root_certs[1]",
		},
		"root without certificate signing": {
			change: func(d *msp.Definition) {
				d.RootCerts[1] = byHand(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCRLSign })
			},
			code: "msp_ca_unfit", location: "root_certs[1]",
		},
		"root expired": {
			change: func(d *msp.Definition) {
				d.RootCerts[1] = byHand(func(c *x509.Certificate) { c.NotAfter = testNow().Add(-time.Second) })
			},
			code: "msp_certificate_expired", location: "root_certs[1]",
		},
		"TLS root expired": {
			change: func(d *msp.Definition) {
				d.TLSRootCerts[0] = byHand(func(c *x509.Certificate) { c.NotAfter = testNow().Add(-time.Second) })
			},
			code: "msp_certificate_expired", location: "tls_root_certs[0]",
		},
		"intermediate as root": {
			change: func(d *msp.Definition) { d.RootCerts, d.IntermediateCerts = [][]byte{subPEM}, nil },
			code:   "msp_root_not_self_signed", location: "root_certs[0]",
		},
		"intermediate without its root": {
			change: func(d *msp.Definition) { d.RootCerts = d.RootCerts[:2] },
			code:   "msp_chain_broken", location: "intermediate_certs[0]",
		},
		"TLS intermediate of the other tree": {
			change: func(d *msp.Definition) { d.TLSIntermediateCerts = [][]byte{subPEM} },
			code:   "msp_chain_broken", location: "tls_intermediate_certs[0]",
		},
		"RSA administrator": {
			change: func(d *msp.Definition) {
				d.Admins[1] = certificate(t, rootPEM, rootKey, rsaKey.Public(), func(*x509.Certificate) {})
			},
			code: "msp_leaf_key_unsupported", location: "admins[1]",
		},
		"administrator issued above the intermediate": {
			change: func(d *msp.Definition) { d.Admins[0] = issue(t, public, adminKey.Public(), msp.RoleAdmin) },
			code:   "msp_issuer_not_leaf", location: "admins[0]",
		},
		"foreign administrator": {
			change: func(d *msp.Definition) { d.Admins[0] = issue(t, tlsRoot, adminKey.Public(), msp.RoleAdmin) },
			code:   "msp_chain_broken", location: "admins[0]",
		},
		"peer as administrator": {
			change: func(d *msp.Definition) { d.Admins[0] = issue(t, root, adminKey.Public(), msp.RolePeer) },
			code:   "msp_admin_role", location: "admins[0]",
		},
		"administrator of two roles": {
			change: func(d *msp.Definition) { d.Admins[0] = dualRole },
			code:   "msp_admin_role", location: "admins[0]",
		},
		"intermediate revoked": {
			change: func(d *msp.Definition) { d.CRLs[0] = crl(t, public, "2a") },
			code:   "msp_certificate_revoked", location: "crls[0]",
		},
		"administrator revoked": {
			change: func(d *msp.Definition) { d.CRLs[1] = crl(t, sub, parse(t, d.Admins[1]).SerialNumber.Text(16)) },
			code:   "msp_certificate_revoked", location: "crls[1]",
		},
		"serial revoked by another authority": {
			change: func(d *msp.Definition) { d.CRLs[1] = crl(t, sub, "2a") },
		},
		"foreign CRL": {
			change: func(d *msp.Definition) { d.CRLs[1] = crl(t, tlsRoot) },
			code:   "msp_crl_foreign", location: "crls[1]",
		},
		"CRL is a certificate": {
			change: func(d *msp.Definition) { d.CRLs[1] = rootPEM },
			code:   "msp_crl_malformed", location: "crls[1]",
		},
		"CRL is text": {
			change: func(d *msp.Definition) { d.CRLs[0] = []byte("x") },
			code:   "msp_crl_malformed", location: "crls[0]",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := good
			d.RootCerts, d.TLSRootCerts = slices.Clone(good.RootCerts), slices.Clone(good.TLSRootCerts)
			d.IntermediateCerts = slices.Clone(good.IntermediateCerts)
			d.Admins, d.CRLs = slices.Clone(good.Admins), slices.Clone(good.CRLs)
			tt.change(&d)
			wantFault(t, d.Validate(testNow()), tt.code, tt.location)
		})
	}
}

func FuzzParseDefinition(f *testing.F) {
	root := newRoot(f, "CA", newKey(f, elliptic.P256()))
	raw, err := msp.Definition{MSPID: "BizkaiaMSP", RootCerts: [][]byte{root.CertificatePEM()}}.Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := msp.ParseDefinition(raw)
		if err != nil {
			return
		}
		// Whatever it finds, it does not panic.
		_ = d.Validate(testNow())
		again, err := d.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		got, err := msp.ParseDefinition(again)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(d, got); diff != "" {
			t.Error(diff)
		}
	})
}

func texts(s ...string) [][]byte {
	out := make([][]byte, len(s))
	for i := range s {
		out[i] = []byte(s[i])
	}
	return out
}

func paths(files map[string][]byte) string {
	return strings.Join(slices.Sorted(maps.Keys(files)), "\n") + "\n"
}

// crl revokes a certificate that is not there, and those of the serials.
func crl(t *testing.T, ca *pki.Authority, serials ...string) []byte {
	t.Helper()
	entries := []pki.Revocation{{Serial: "2b", Time: testNow()}}
	for _, serial := range serials {
		entries = append(entries, pki.Revocation{Serial: serial, Time: testNow()})
	}
	out, err := ca.RevocationList(entries, 1, testNow(), testNow().Add(year))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func wantFault(t *testing.T, err error, code, location string) {
	t.Helper()
	if code == "" {
		if err != nil {
			t.Errorf("got %v", err)
		}
		return
	}
	if !hasCode(err, code) {
		t.Errorf("got %v, want %s", err, code)
		return
	}
	if location != "" && !strings.Contains(fmt.Sprint(details(err)), location+" ") {
		t.Errorf("the place is %q, want %s", details(err), location)
	}
}

func details(err error) []string {
	var out []string
	for _, d := range fault.Of(err).Details {
		out = append(out, d.Location+" "+d.Message)
	}
	return out
}
