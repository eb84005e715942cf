// SPDX-License-Identifier: Apache-2.0

package org

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
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
	if err := s.checkMSP(ctx, n.ID, n.MSP, msp.Definition{}); err != nil {
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
	if err := s.checkMSP(ctx, orgID, next, m.Definition); err != nil {
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
// the identities of another organization, or will when a change under way has come through, whose people would then be
// this one's too. present is what it takes the place of; zero: nothing.
func (s *Service) checkMSP(ctx context.Context, orgID string, d, present msp.Definition) error {
	if d.MSPID != msp.MSPID(orgID) {
		return fault.New(fault.Invalid, "msp_id_foreign", "%s is not the MSP ID of organization %s", d.MSPID, orgID)
	}
	if err := d.ValidateChange(present, s.now()); err != nil {
		return err
	}
	if err := d.CheckLists(s.now()); err != nil {
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
		theirs, err := s.issuing(ctx, o)
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

// issuing gives the authorities that issue an organization's identities, or are about to.
func (s *Service) issuing(ctx context.Context, o Organization) ([]*x509.Certificate, error) {
	var definitions []msp.Definition
	if o.External {
		m, err := s.store.GetMSP(ctx, o.ID)
		if err != nil {
			return nil, err
		}
		definitions = append(definitions, m.Definition)
		if m.Next != nil {
			definitions = append(definitions, *m.Next)
		}
	} else {
		for _, of := range []func(context.Context, string) (msp.Definition, error){s.Definition, s.Proposed} {
			d, err := of(ctx, o.ID)
			if err != nil {
				return nil, err
			}
			definitions = append(definitions, d)
		}
	}
	var all []*x509.Certificate
	for _, d := range definitions {
		issuing, err := d.Issuing()
		if err != nil {
			return nil, err
		}
		all = append(all, issuing...)
	}
	return all, nil
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
