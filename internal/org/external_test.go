// SPDX-License-Identifier: Apache-2.0

package org_test

import (
	"crypto/elliptic"
	"crypto/x509"
	"errors"
	"math/big"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/pki/clinic/clinictest"
)

// brought is an organization that issues for itself, with its authorities.
type brought struct {
	*house
	m         *clinictest.Maker
	root, tls *clinictest.Issued
	msp       msp.Definition
}

func importAraba(t *testing.T) *brought {
	t.Helper()
	b := &brought{house: open(t), m: clinictest.NewMaker(t)}
	b.now = clinictest.Now()
	b.root, b.tls = b.m.Authority("araba", nil, b.m.EC(elliptic.P256())), b.m.Authority("araba TLS", nil, b.m.EC(elliptic.P256()))
	b.msp = msp.Definition{MSPID: "ArabaMSP", RootCerts: [][]byte{b.root.PEM}, TLSRootCerts: [][]byte{b.tls.PEM}}
	in := org.Imported{NewOrganization: org.NewOrganization{ID: "araba", Name: "Araba", Kind: "public-body"}, MSP: b.msp}
	if op, err := b.Import(t.Context(), in, "operator", ""); err != nil || op.Kind != org.KindImport {
		t.Fatalf("%+v: %v", op, err)
	}
	if err := b.SetState(t.Context(), "araba", org.Active, ""); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestImportRefuses(t *testing.T) {
	t.Parallel()
	b := importAraba(t)
	bizkaia, err := b.Definition(t.Context(), "bizkaia")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		id   string
		msp  msp.Definition
		code string
	}{
		"another tenant's ID":    {"bizkaia", msp.Definition{MSPID: "BizkaiaMSP", RootCerts: b.msp.RootCerts}, "msp_authority_taken"},
		"its own ID again":       {"araba", b.msp, "organization_exists"},
		"another's MSP ID":       {"gipuzkoa", msp.Definition{MSPID: "BizkaiaMSP", RootCerts: b.msp.RootCerts}, "msp_id_foreign"},
		"another's authority":    {"gipuzkoa", msp.Definition{MSPID: "GipuzkoaMSP", RootCerts: bizkaia.RootCerts}, "msp_authority_taken"},
		"an imported authority":  {"gipuzkoa", msp.Definition{MSPID: "GipuzkoaMSP", RootCerts: b.msp.RootCerts}, "msp_authority_taken"},
		"nothing":                {"gipuzkoa", msp.Definition{MSPID: "GipuzkoaMSP"}, "msp_no_roots"},
		"an ID that is none":     {"Gipuzkoa", b.msp, "organization_id_invalid"},
		"another root, same IDs": {"araba", msp.Definition{MSPID: "ArabaMSP", RootCerts: [][]byte{b.tls.PEM}}, "organization_exists"},
	} {
		in := org.Imported{NewOrganization: org.NewOrganization{ID: c.id, Name: "x", Kind: "company"}, MSP: c.msp}
		if _, err := b.Import(t.Context(), in, "operator", ""); code(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestImportRefusesProposed refuses an authority that another organization is about to have.
func TestImportRefusesProposed(t *testing.T) {
	t.Parallel()
	b := importAraba(t)
	coming := b.m.Authority("coming", nil, b.m.EC(elliptic.P256()))
	next := b.msp
	next.RootCerts = append(slices.Clone(next.RootCerts), coming.PEM)
	if err := b.ProposeMSP(t.Context(), "araba", next); err != nil {
		t.Fatal(err)
	}
	in := org.Imported{
		NewOrganization: org.NewOrganization{ID: "gipuzkoa", Name: "Gipuzkoa", Kind: "public-body"},
		MSP:             msp.Definition{MSPID: "GipuzkoaMSP", RootCerts: [][]byte{coming.PEM}, TLSRootCerts: [][]byte{b.tls.PEM}},
	}
	if _, err := b.Import(t.Context(), in, "operator", ""); code(err) != "msp_authority_taken" {
		t.Errorf("got %v", err)
	}
}

// TestListsOutliveAuthority proposes a list when another authority of the organization has expired.
func TestListsOutliveAuthority(t *testing.T) {
	t.Parallel()
	b := importAraba(t)
	short := b.m.Authority("short", nil, b.m.EC(elliptic.P256()), func(c *x509.Certificate) { c.NotAfter = b.now.Add(time.Hour) })
	next := b.msp
	next.RootCerts = append(slices.Clone(next.RootCerts), short.PEM)
	if err := errors.Join(b.ProposeMSP(t.Context(), "araba", next), b.AdoptMSP(t.Context(), "araba")); err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(2 * time.Hour)
	revoking, err := next.WithLists(b.m.List(b.root, big.NewInt(7)))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.ProposeMSP(t.Context(), "araba", revoking); err != nil {
		t.Errorf("the list is refused: %v", err)
	}
}

func TestIssuesForItself(t *testing.T) {
	t.Parallel()
	b := importAraba(t)
	ctx := t.Context()
	_, ensure := b.EnsureLeaf(ctx, "araba", org.Leaf{Holder: "araba-peer0", Purpose: org.Sign, Role: "peer"})
	_, request := b.RequestIssuers(ctx, "araba", []org.Purpose{org.CA})
	_, install := b.InstallChain(ctx, "araba", b.root.PEM)
	_, enrol := b.IssueCertificate(ctx, org.NewCertificate{Org: "araba", Name: "ane", Role: "client"})
	_, _, custodial := b.CreateApplication(ctx, org.NewApplication{Org: "araba", Name: "matrikula"})
	_, office := b.Signer(ctx, "araba", "")
	_, due := b.Due(ctx, "araba")
	for name, err := range map[string]error{
		"node": ensure, "request": request, "chain": install, "enrol": enrol, "custodial": custodial, "office": office, "due": due,
	} {
		if code(err) != org.CodeIssuesForItself {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := b.Administrator(ctx, "araba"); code(err) != org.CodeAdministratorElsewhere {
		t.Errorf("administrator: %v", err)
	}
	if _, err := b.MSPOf(ctx, "bizkaia"); code(err) != "organization_issues_here" {
		t.Errorf("MSP of one whose certificates are issued here: %v", err)
	}
	if _, _, err := b.CreateApplication(ctx, org.NewApplication{Org: "bizkaia", Name: "app", Certificate: b.root.PEM}); code(err) != "organization_issues_here" {
		t.Errorf("a certificate of its own, issued here: %v", err)
	}
	chain, err := b.Chain(ctx, "araba")
	if err != nil || string(chain) != string(b.root.PEM) {
		t.Errorf("chain: %v", err)
	}
	found, err := b.Brought(ctx, "araba")
	if err != nil || len(found) != 2 || found[0].Kind != org.Brought || found[1].Purpose != org.TLSCA {
		t.Errorf("authorities: %+v, %v", found, err)
	}
}

func TestRecordedNode(t *testing.T) {
	t.Parallel()
	b := importAraba(t)
	ctx := t.Context()
	sign, err := b.NodeKey(ctx, "araba", "araba-peer0", org.Sign)
	if err != nil {
		t.Fatal(err)
	}
	tls, err := b.NodeKey(ctx, "araba", "araba-peer0", org.TLS)
	if err != nil {
		t.Fatal(err)
	}
	first := func(c *x509.Certificate) { c.SerialNumber = big.NewInt(1) }
	names := func(c *x509.Certificate) {
		c.DNSNames, c.IPAddresses = []string{"araba-peer0"}, []net.IP{net.IPv4(127, 0, 0, 7)}
	}
	peer := func(c *x509.Certificate) { c.Subject.OrganizationalUnit = []string{"peer"} }
	identity := org.Leaf{Holder: "araba-peer0", Purpose: org.Sign, Role: "peer"}
	server := org.Leaf{Holder: "araba-peer0", Purpose: org.TLS, Hosts: []string{"araba-peer0", "127.0.0.7"}}
	good := []org.NodeCertificate{
		{Leaf: identity, PEM: b.m.Leaf(b.root, sign, peer, first).PEM}, {Leaf: server, PEM: b.m.Leaf(b.tls, tls, names, first).PEM},
	}
	for name, c := range map[string]struct {
		cert org.NodeCertificate
		code string
	}{
		"another key":       {org.NodeCertificate{Leaf: identity, PEM: b.m.Leaf(b.root, tls, peer).PEM}, "certificate_key_mismatch"},
		"another authority": {org.NodeCertificate{Leaf: identity, PEM: b.m.Leaf(b.tls, sign, peer).PEM}, "msp_chain_broken"},
		"another role":      {org.NodeCertificate{Leaf: identity, PEM: b.m.Leaf(b.root, sign).PEM}, "certificate_role_wrong"},
		"no names":          {org.NodeCertificate{Leaf: server, PEM: b.m.Leaf(b.tls, tls).PEM}, "certificate_hosts_missing"},
	} {
		if _, err := b.RecordNode(ctx, "araba", append(good[:1:1], c.cert)); code(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := b.Latest(ctx, "araba", "araba-peer0", org.Sign); code(err) != "certificate_not_found" {
			t.Errorf("%s: half of it was recorded: %v", name, err)
		}
	}
	recorded, err := b.RecordNode(ctx, "araba", good)
	if err != nil {
		t.Fatal(err)
	}
	// Two authorities give the same number.
	if recorded[0].Serial != "1" || !strings.HasPrefix(recorded[1].Serial, "1.") {
		t.Errorf("serials %s, %s", recorded[0].Serial, recorded[1].Serial)
	}
	if again, err := b.RecordNode(ctx, "araba", good); err != nil || again[1].Serial != recorded[1].Serial {
		t.Errorf("again: %v", err)
	}
	if due, err := b.DueNodes(ctx, "araba"); err != nil || len(due) != 0 {
		t.Errorf("due at once: %v %v", due, err)
	}
	b.now = recorded[0].NotAfter.Add(-time.Hour)
	if due, err := b.DueNodes(ctx, "araba"); err != nil || len(due) != 2 {
		t.Errorf("due before the end: %v %v", due, err)
	}
}

func TestRecord(t *testing.T) {
	t.Parallel()
	b := importAraba(t)
	ctx := t.Context()
	ane := b.m.Leaf(b.root, b.m.EC(elliptic.P256()))
	boss := b.m.Leaf(b.root, b.m.EC(elliptic.P256()), func(c *x509.Certificate) { c.Subject.OrganizationalUnit = []string{"admin"} })
	app := b.m.Leaf(b.root, b.m.EC(elliptic.P256()))
	for _, c := range []struct {
		name        string
		org, holder string
		pem         []byte
		want        string // role, or code
	}{
		{"client", "araba", "member/ane", ane.PEM, "client"},
		{"administrator", "araba", "member/boss", boss.PEM, "admin"},
		{"of another already", "araba", "member/jon", ane.PEM, "certificate_recorded"},
		{"a node's holder", "araba", "araba-peer0", ane.PEM, "certificate_holder_invalid"},
		{"nobody", "araba", "member/", ane.PEM, "certificate_holder_invalid"},
		{"an absent application", "araba", "application/matrikula", app.PEM, "application_not_found"},
		{"an admin application", "araba", "application/matrikula", boss.PEM, "certificate_role_wrong"},
		{"issued here", "bizkaia", "member/ane", ane.PEM, "organization_issues_here"},
	} {
		got, err := b.Record(ctx, org.NewRecord{Org: c.org, Holder: c.holder, PEM: c.pem})
		if err == nil && got.Role != c.want || err != nil && code(err) != c.want {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
	a, cert, err := b.CreateApplication(ctx, org.NewApplication{Org: "araba", Name: "matrikula", Certificate: app.PEM})
	if err != nil || a.Custodial || cert.Holder != "application/matrikula" {
		t.Fatalf("%+v: %v", a, err)
	}
	next := b.m.Leaf(b.root, app.Key)
	if _, err := b.Record(ctx, org.NewRecord{Org: "araba", Holder: "application/matrikula", PEM: next.PEM}); err != nil {
		t.Fatal(err)
	}
	if a, _, err = b.GetApplication(ctx, "araba", "matrikula"); err != nil || a.Serial != pki.FactsOf(next.Certificate).Serial {
		t.Errorf("the application still has %s: %v", a.Serial, err)
	}
}

func TestProposedMSP(t *testing.T) {
	t.Parallel()
	b := importAraba(t)
	ctx := t.Context()
	if err := b.ProposeMSP(ctx, "araba", b.msp); code(err) != "msp_unchanged" {
		t.Errorf("the same: %v", err)
	}
	next := b.msp
	next.TLSRootCerts = [][]byte{b.tls.PEM, b.m.Authority("more", nil, b.m.EC(elliptic.P256())).PEM}
	roots := func() int {
		t.Helper()
		pem, err := b.TLSRoots(ctx, "araba")
		if err != nil {
			t.Fatal(err)
		}
		return strings.Count(string(pem), "BEGIN")
	}
	for _, end := range []struct {
		do   func() error
		want int
	}{
		{func() error { return b.DropMSP(ctx, "araba") }, 1},
		{func() error { return b.AdoptMSP(ctx, "araba") }, 2},
		{func() error { return b.AdoptMSP(ctx, "araba") }, 2},
	} {
		if m, err := b.MSPOf(ctx, "araba"); err == nil && roots() == 1 && m.Next == nil {
			if err := b.ProposeMSP(ctx, "araba", next); err != nil {
				t.Fatal(err)
			}
		}
		if err := end.do(); err != nil || roots() != end.want {
			t.Errorf("%d roots, want %d: %v", roots(), end.want, err)
		}
	}
}
