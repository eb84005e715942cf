// SPDX-License-Identifier: Apache-2.0

package org

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// KindImport is the operation that admits an organization which issues for itself.
const KindImport = "organization.import"

// ImportedMSP is what an organization that issues for itself brought.
type ImportedMSP struct {
	Org string
	// Definition is what its ledgers and its nodes have.
	Definition msp.Definition
	// Next is on its way to the ledgers; nil: nothing is.
	Next      *msp.Definition
	UpdatedAt time.Time
}

// Imported asks for an organization that issues for itself.
type Imported struct {
	NewOrganization
	MSP msp.Definition
}

// importInput is that of KindImport. The MSP is kept apart; its digest tells requests with one key apart.
type importInput struct {
	NewOrganization
	MSP string // SHA-256, lower-case hex
}

// Import asks for an organization that brings its MSP, as msp.Import gave it, and gives the operation that admits it:
// that waits until the organization's authority has certified the keys of its peer. Faults are those of Create,
// "msp_id_foreign" and "msp_authority_taken".
func (s *Service) Import(ctx context.Context, n Imported, actor, key string) (operation.Operation, error) {
	if err := n.validate(); err != nil {
		return operation.Operation{}, err
	}
	if err := s.checkMSP(ctx, n.ID, n.MSP); err != nil {
		return operation.Operation{}, err
	}
	digest, err := n.MSP.Marshal()
	if err != nil {
		return operation.Operation{}, err
	}
	sum := sha256.Sum256(digest)
	return s.engine.Start(ctx, operation.Request{
		Kind: KindImport, Subject: Subject(n.ID), Orgs: []string{n.ID}, Actor: actor, Key: key,
		Input: importInput{NewOrganization: n.NewOrganization, MSP: hex.EncodeToString(sum[:])},
	}, func(ctx context.Context) error {
		if err := s.store.CreateOrganization(ctx, Organization{
			ID: n.ID, Name: n.Name, Kind: n.Kind, MSPID: n.MSP.MSPID, External: true, State: Creating, CreatedAt: s.now(),
			Administration: OwnAdministration,
		}); err != nil {
			return err
		}
		return s.store.PutMSP(ctx, ImportedMSP{Org: n.ID, Definition: n.MSP, UpdatedAt: s.now()})
	})
}

// ImportSteps are what PlanImport needs of the nodes; each is one idempotent step.
type ImportSteps struct {
	Keys         Provision // makes the keys of the organization's peer
	Certificates Provision // waits until the organization's authority has certified them
	Peer         Provision // makes the peer serve
}

// PlanImport gives the plan of KindImport.
func (s *Service) PlanImport(do ImportSteps) operation.Plan {
	return func(op operation.Operation) ([]operation.PlannedStep, error) {
		var in importInput
		if err := json.Unmarshal(op.Input, &in); err != nil {
			return nil, fmt.Errorf("decode input: %w", err)
		}
		of := func(p Provision) operation.StepFunc {
			return func(ctx context.Context, note func(string, ...any)) error { return p(ctx, in.ID, note) }
		}
		return []operation.PlannedStep{
			{Name: "keys", Title: "Make the keys of the peer", Do: of(do.Keys)},
			{Name: "certificates", Title: "Wait for the certificates of the organization's authority", Do: of(do.Certificates)},
			{Name: "peer", Title: "Start the peer", Do: of(do.Peer)},
			{Name: "activate", Title: "Activate the organization", Do: func(ctx context.Context, _ func(string, ...any)) error {
				return s.SetState(ctx, in.ID, Active, "")
			}},
		}, nil
	}
}

// CodeIssuesForItself is the fault of asking the platform to issue for an organization that does it itself.
const CodeIssuesForItself = "organization_issues_for_itself"

// issuesForItself is the fault of asking the platform to issue for an organization that does it itself.
func issuesForItself(orgID string) *fault.Error {
	return fault.New(fault.Conflict, CodeIssuesForItself, "organization %s issues its certificates itself", orgID).
		WithHint("have it issued by its own authority; the platform has no key of it")
}

// MustIssue refuses an organization that issues for itself with a fault.Conflict "organization_issues_for_itself".
func (s *Service) MustIssue(ctx context.Context, orgID string) error {
	o, err := s.store.GetOrganization(ctx, orgID)
	if err == nil && o.External {
		return issuesForItself(orgID)
	}
	return err
}

// External tells whether an organization issues for itself.
func (s *Service) External(ctx context.Context, orgID string) (bool, error) {
	o, err := s.store.GetOrganization(ctx, orgID)
	return o.External, err
}

// MSPOf gives the MSP that an organization brought. One that brought none is a fault.Conflict "organization_issues_here".
func (s *Service) MSPOf(ctx context.Context, orgID string) (ImportedMSP, error) {
	o, err := s.store.GetOrganization(ctx, orgID)
	if err != nil {
		return ImportedMSP{}, err
	}
	if !o.External {
		return ImportedMSP{}, fault.New(fault.Conflict, "organization_issues_here",
			"the authorities of organization %s are the platform's", orgID).
			WithHint("change them instead: b4a authority request %s", orgID)
	}
	return s.store.GetMSP(ctx, orgID)
}

// ProposeMSP records the definition that is to follow an organization's present one. Faults: those of Import for its
// content, "organization_issues_here", "msp_unchanged".
func (s *Service) ProposeMSP(ctx context.Context, orgID string, next msp.Definition) error {
	m, err := s.MSPOf(ctx, orgID)
	if err != nil {
		return err
	}
	if err := s.checkMSP(ctx, orgID, next); err != nil {
		return err
	}
	same, err := equalDefinitions(m.Definition, next)
	if err != nil {
		return err
	}
	if same {
		return fault.New(fault.Conflict, "msp_unchanged", "this is the MSP of organization %s already", orgID)
	}
	m.Next = &next
	return s.store.PutMSP(ctx, m)
}

// AdoptMSP makes the proposed definition the present one. It may be called again.
func (s *Service) AdoptMSP(ctx context.Context, orgID string) error {
	m, err := s.MSPOf(ctx, orgID)
	if err != nil || m.Next == nil {
		return err
	}
	m.Definition, m.Next, m.UpdatedAt = *m.Next, nil, s.now()
	if err := s.store.PutMSP(ctx, m); err != nil {
		return err
	}
	s.forgetTLSRoots(orgID)
	return nil
}

// DropMSP forgets the proposed definition.
func (s *Service) DropMSP(ctx context.Context, orgID string) error {
	m, err := s.MSPOf(ctx, orgID)
	if err != nil || m.Next == nil {
		return err
	}
	m.Next = nil
	return s.store.PutMSP(ctx, m)
}

func equalDefinitions(a, b msp.Definition) (bool, error) {
	left, err := a.Marshal()
	if err != nil {
		return false, err
	}
	right, err := b.Marshal()
	return bytes.Equal(left, right), err
}

// Brought gives the authorities of the MSP that an organization brought, as issuers that the platform has no key of: of
// each purpose those that issue leaves, with the chains above them. It gives none for another organization.
func (s *Service) Brought(ctx context.Context, orgID string) ([]Issuer, error) {
	external, err := s.External(ctx, orgID)
	if err != nil || !external {
		return nil, err
	}
	m, err := s.store.GetMSP(ctx, orgID)
	if err != nil {
		return nil, err
	}
	d := m.Definition
	signing, err := broughtFor(m, CA, msp.Definition{MSPID: d.MSPID, RootCerts: d.RootCerts, IntermediateCerts: d.IntermediateCerts})
	if err != nil {
		return nil, err
	}
	tls, err := broughtFor(m, TLSCA, msp.Definition{MSPID: d.MSPID, RootCerts: d.TLSRootCerts, IntermediateCerts: d.TLSIntermediateCerts})
	return append(signing, tls...), err
}

func broughtFor(m ImportedMSP, p Purpose, d msp.Definition) ([]Issuer, error) {
	issuing, err := d.Issuing()
	if err != nil {
		return nil, err
	}
	bundle := bytes.Join(append(slices.Clone(d.IntermediateCerts), d.RootCerts...), nil)
	var out []Issuer
	for n, cert := range issuing {
		chain, err := pki.Arrange(bundle, cert.PublicKey)
		if err != nil {
			return nil, err
		}
		out = append(out, Issuer{
			Org: m.Org, Purpose: p, Generation: n, Kind: Brought, State: Trusted, Chain: chain, CreatedAt: m.UpdatedAt,
		})
	}
	return out, nil
}

// checkMSP refuses a definition that is not the organization's own: with another MSP ID, or with an authority that issues
// the identities of another organization, whose people would then be this one's too.
func (s *Service) checkMSP(ctx context.Context, orgID string, d msp.Definition) error {
	if d.MSPID != msp.MSPID(orgID) {
		return fault.New(fault.Invalid, "msp_id_foreign", "%s is not the MSP ID of organization %s", d.MSPID, orgID)
	}
	if err := d.Validate(s.now()); err != nil {
		return err
	}
	issuing, err := d.Issuing()
	if err != nil {
		return err
	}
	all, err := s.store.ListOrganizations(ctx, "", 0)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.ID == orgID {
			continue
		}
		other, err := s.Definition(ctx, o.ID)
		if err != nil {
			return err
		}
		theirs, err := other.Issuing()
		if err != nil {
			return err
		}
		for _, cert := range issuing {
			if slices.ContainsFunc(theirs, func(t *x509.Certificate) bool {
				return bytes.Equal(t.RawSubjectPublicKeyInfo, cert.RawSubjectPublicKeyInfo)
			}) {
				return fault.New(fault.Conflict, "msp_authority_taken", "%s issues the identities of another organization", cert.Subject).
					WithHint("use an issuing authority of the organization's own: every certificate of it makes a member")
			}
		}
	}
	return nil
}

// NodeCertificate is a certificate that an organization's own authority made for one of its nodes.
type NodeCertificate struct {
	Leaf Leaf
	PEM  []byte
}

// RecordNode takes certificates that the authority of an organization which issues for itself made for a node, after
// checking that Fabric and the node can use each: key, chain, role, names, life. A repeat is no error. Faults are those of
// msp.Definition.CheckIdentity and CheckTLS, and "certificate_key_mismatch"; with one of them nothing is recorded.
func (s *Service) RecordNode(ctx context.Context, orgID string, certs []NodeCertificate) ([]Certificate, error) {
	m, err := s.MSPOf(ctx, orgID)
	if err != nil {
		return nil, err
	}
	parsed := make([]*x509.Certificate, len(certs))
	for i, n := range certs {
		if parsed[i], err = s.checkNode(ctx, m, n); err != nil {
			f := fault.Of(err)
			return nil, f.WithDetail("body.pem", fmt.Sprintf("certificate of %s for %s: %s", n.Leaf.Holder, n.Leaf.Purpose, f.Message))
		}
	}
	recorded := make([]Certificate, 0, len(certs))
	for i, n := range certs {
		c, err := s.recordForeign(ctx, orgID, n.Leaf, parsed[i])
		if err != nil {
			return recorded, err
		}
		recorded = append(recorded, c)
	}
	return recorded, nil
}

func (s *Service) checkNode(ctx context.Context, m ImportedMSP, n NodeCertificate) (*x509.Certificate, error) {
	key, err := s.NodeKey(ctx, m.Org, n.Leaf.Holder, n.Leaf.Purpose)
	if err != nil {
		return nil, err
	}
	cert, err := pki.ParseX509(n.PEM)
	if err != nil {
		return nil, err
	}
	if !sameKey(key.Public(), cert) {
		return nil, fault.New(fault.Invalid, "certificate_key_mismatch", "the certificate of %s is for another key", cert.Subject).
			WithHint("have the request of %s certified: b4a node csr %s --out DIR", n.Leaf.Holder, n.Leaf.Holder)
	}
	if n.Leaf.Purpose == TLS {
		return m.Definition.CheckTLS(n.PEM, n.Leaf.Hosts, s.now())
	}
	cert, _, err = m.Definition.CheckIdentity(n.PEM, n.Leaf.Role, s.now())
	return cert, err
}

func sameKey(public crypto.PublicKey, cert *x509.Certificate) bool {
	key, ok := public.(interface{ Equal(x crypto.PublicKey) bool })
	return ok && key.Equal(cert.PublicKey)
}

// NodeKey gives the key of a node for a purpose, made if there is none. It stays in the key store.
func (s *Service) NodeKey(ctx context.Context, orgID, nodeID string, p Purpose) (crypto.Signer, error) {
	signer, err := s.keys.Generate(ctx, leafKeyID(orgID, nodeID, p))
	if err != nil {
		return nil, fmt.Errorf("key of %s: %w", nodeID, err)
	}
	return signer, nil
}

// NewRecord asks that a certificate of a person or an application is recorded, whose organization issued it itself.
type NewRecord struct {
	Org    string
	Holder string // MemberHolder or ApplicationHolder of a name
	PEM    []byte
	For    Person // whose it is; what is recorded already is as it was bound
}

// RoleOf gives the role (NodeOU) of a certificate that is to be recorded. Faults are those of Record for the certificate.
func (s *Service) RoleOf(ctx context.Context, n NewRecord) (string, error) {
	_, role, _, err := s.checkRecord(ctx, n)
	return role, err
}

// checkRecord gives the certificate that is to be recorded, its role, and the name of the application whose it is; empty:
// a member's.
func (s *Service) checkRecord(ctx context.Context, n NewRecord) (cert *x509.Certificate, role, application string, err error) {
	if _, err := s.Active(ctx, n.Org); err != nil {
		return nil, "", "", err
	}
	m, err := s.MSPOf(ctx, n.Org)
	if err != nil {
		return nil, "", "", err
	}
	application, ofApplication := strings.CutPrefix(n.Holder, ApplicationHolder(""))
	member, ofMember := strings.CutPrefix(n.Holder, MemberHolder(""))
	if (!ofApplication || application == "") && (!ofMember || member == "") {
		return nil, "", "", fault.New(fault.Invalid, "certificate_holder_invalid", "%.80q is no holder", n.Holder).
			WithDetail("body.holder", "member/NAME or application/NAME")
	}
	if !ofApplication {
		cert, role, err = m.Definition.CheckIdentity(n.PEM, "", s.now())
		return cert, role, "", err
	}
	cert, role, err = m.Definition.CheckIdentity(n.PEM, msp.RoleClient, s.now())
	return cert, role, application, err
}

// Record puts a certificate that an organization issued itself into the inventory, where it is watched and told of before
// it ends. That of an application that is registered is the application's from now on. Faults are those of
// msp.Definition.CheckIdentity, "organization_issues_here", "certificate_holder_invalid", "application_not_found".
func (s *Service) Record(ctx context.Context, n NewRecord) (Certificate, error) {
	cert, role, application, err := s.checkRecord(ctx, n)
	if err != nil {
		return Certificate{}, err
	}
	l := Leaf{Holder: n.Holder, Purpose: Sign, Role: role, For: n.For}
	if application == "" {
		return s.recordForeign(ctx, n.Org, l, cert)
	}
	a, err := s.store.GetApplication(ctx, n.Org, application)
	if err != nil {
		return Certificate{}, err
	}
	profile, err := pki.ProfileOf(cert)
	if err != nil {
		return Certificate{}, err
	}
	c, err := s.recordForeign(ctx, n.Org, l, cert)
	if err != nil {
		return c, err
	}
	a.Serial, a.Attributes = c.Serial, profile.Attributes
	return c, s.store.UpdateApplication(ctx, a)
}

// recordForeign puts a certificate that was found good into the inventory. Where another authority of the organization
// gave its number to another certificate, it is told from that by the beginning of its fingerprint.
func (s *Service) recordForeign(ctx context.Context, orgID string, l Leaf, cert *x509.Certificate) (Certificate, error) {
	facts := pki.FactsOf(cert)
	for _, serial := range serials(facts) {
		known, err := s.store.GetCertificate(ctx, orgID, serial)
		if err == nil && known.Fingerprint != facts.Fingerprint {
			continue
		}
		if err == nil {
			if known.Holder != l.Holder || known.Purpose != l.Purpose {
				return Certificate{}, fault.New(fault.Conflict, "certificate_recorded", "this certificate is recorded as that of %s",
					known.Holder).WithHint("give each holder a key and a certificate of its own")
			}
			return known, nil
		}
		if !errors.Is(err, fault.NotFound) {
			return Certificate{}, err
		}
		c, err := s.entry(ctx, orgID, l, 0, facts.PEM)
		if err != nil {
			return Certificate{}, err
		}
		c.Serial = serial
		err = s.store.CreateCertificate(ctx, c)
		s.ForgetIdentities()
		return c, err
	}
	return Certificate{}, fault.New(fault.Conflict, "certificate_serial_taken", "another certificate has this serial number").
		WithHint("have one issued with a serial number of its own")
}

// serials gives the serial numbers under which the inventory may have a certificate.
func serials(facts pki.Certificate) []string {
	return []string{facts.Serial, facts.Serial + "." + facts.Fingerprint[:8]}
}

// applicationByCertificate gives the certificate of an application of an organization that issues for itself.
func (s *Service) applicationByCertificate(ctx context.Context, n NewApplication) (Certificate, map[string]string, error) {
	m, err := s.MSPOf(ctx, n.Org)
	if err != nil {
		return Certificate{}, nil, err
	}
	if len(n.Certificate) == 0 || len(n.CSR) > 0 || len(n.Attributes) > 0 {
		return Certificate{}, nil, issuesForItself(n.Org).
			WithHint("send the application's certificate, issued by its own authority, with its attributes in it")
	}
	cert, role, err := m.Definition.CheckIdentity(n.Certificate, msp.RoleClient, s.now())
	if err != nil {
		return Certificate{}, nil, err
	}
	profile, err := pki.ProfileOf(cert)
	if err != nil {
		return Certificate{}, nil, err
	}
	c, err := s.recordForeign(ctx, n.Org, Leaf{Holder: ApplicationHolder(n.Name), Purpose: Sign, Role: role}, cert)
	return c, profile.Attributes, err
}

// DueNodes gives the certificates of nodes that must be issued again soon by an organization that issues for itself:
// less than Options.RenewBefore is left, or, of one with a shorter life than that, a third of it.
func (s *Service) DueNodes(ctx context.Context, orgID string) ([]Certificate, error) {
	external, err := s.External(ctx, orgID)
	if err != nil || !external {
		return nil, err
	}
	current, err := s.Current(ctx, orgID)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(current, func(c Certificate) bool {
		if strings.HasPrefix(c.Holder, MemberHolder("")) || strings.HasPrefix(c.Holder, ApplicationHolder("")) {
			return true
		}
		return c.NotAfter.Sub(s.now()) >= min(s.renewBefore, c.NotAfter.Sub(c.NotBefore)/3)
	}), nil
}

// Warnings gives what an organization's people must look into, in words.
func (s *Service) Warnings(ctx context.Context, o Organization) ([]string, error) {
	var found []string
	if o.Warning != "" {
		found = append(found, o.Warning)
	}
	due, err := s.DueNodes(ctx, o.ID)
	if err != nil {
		return found, err
	}
	for _, c := range due {
		found = append(found, fmt.Sprintf("the %s certificate of %s ends on %s: have it issued again (b4a node csr %s)",
			c.Purpose, c.Holder, c.NotAfter.UTC().Format(time.DateOnly), c.Holder))
	}
	if o.External && o.State == Suspended {
		found = append(found, "ledgers still take certificates of its own authority, which only its own revocation list ends")
	}
	return found, nil
}
