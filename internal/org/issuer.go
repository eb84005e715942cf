// SPDX-License-Identifier: Apache-2.0

package org

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// IssuerKind says who vouches for an issuer.
type IssuerKind string

// The kinds.
const (
	SelfSigned  IssuerKind = "self-signed" // its own root
	Subordinate IssuerKind = "subordinate" // certified by another authority, a public one for instance
	Brought     IssuerKind = "external"    // of an organization that issues for itself; the platform has no key of it
)

// IssuerState is where an issuer stands.
//
//	Request        Install        Trust           Switch
//	───────► requested ──► ready ──────► trusted ────────► issuing ◄─┐
//	             │           │             │                  │     │ Switch back
//	             └─ Discard ─┘             │ Untrust          ▼     │
//	                                       └──► removed ◄── retiring┘
//	                                                  Untrust
type IssuerState string

// The states. The MSP definition of the organization names the issuers that are trusted, issuing or retiring.
const (
	Requested IssuerState = "requested" // key made, request exported
	Ready     IssuerState = "ready"     // certified, not used yet
	Trusted   IssuerState = "trusted"   // in the MSP definition
	Issuing   IssuerState = "issuing"   // issues all new certificates; one a purpose
	Retiring  IssuerState = "retiring"  // still in the MSP definition, issues no more
	Removed   IssuerState = "removed"
)

// Issuer is one generation of an organization's certification authority for signing (CA) or TLS (TLSCA) certificates.
type Issuer struct {
	Org        string
	Purpose    Purpose // CA or TLSCA
	Generation int     // from 0, the self-signed one that the organization began with
	Kind       IssuerKind
	State      IssuerState
	Request    []byte // PKCS #10, PEM, of a subordinate
	Chain      []byte // PEM: the issuer's certificate, then its issuers' up to the root; empty while requested
	CRL        []byte // PEM, as channels carry it; empty: nothing is revoked
	Reverting  bool   // the change that brought it in is to be undone
	CreatedAt  time.Time
}

// Named tells whether the MSP definition names the issuer.
func (i Issuer) Named() bool { return i.State == Trusted || i.State == Issuing || i.State == Retiring }

func (i Issuer) keyID() string {
	id := AuthorityKey(i.Org, i.Purpose)
	if i.Generation > 0 {
		id += "." + strconv.Itoa(i.Generation)
	}
	return id
}

// Issuers gives the generations of an organization's authorities, oldest first.
func (s *Service) Issuers(ctx context.Context, orgID string) ([]Issuer, error) {
	if _, err := s.store.GetOrganization(ctx, orgID); err != nil {
		return nil, err
	}
	return s.store.ListIssuers(ctx, orgID, "")
}

// RequestIssuers makes keys for a new generation of the organization's authorities, of each purpose, and the requests
// by which another authority certifies them. A repeat gives the same requests. Faults: "authority_change_running" while
// an earlier generation is still between trusted and retiring.
func (s *Service) RequestIssuers(ctx context.Context, orgID string, purposes []Purpose) ([]Issuer, error) {
	o, err := s.Active(ctx, orgID)
	if err != nil {
		return nil, err
	}
	if o.External {
		return nil, issuesForItself(orgID).WithHint("change its MSP instead: b4a org msp update %s --msp FOLDER", orgID)
	}
	var requested []Issuer
	for _, p := range purposes {
		i, err := s.requestIssuer(ctx, o, p)
		if err != nil {
			return nil, err
		}
		requested = append(requested, i)
	}
	return requested, nil
}

func (s *Service) requestIssuer(ctx context.Context, o Organization, p Purpose) (Issuer, error) {
	if p != CA && p != TLSCA {
		return Issuer{}, fault.New(fault.Invalid, "authority_purpose_invalid", "%q is not an authority's purpose", p).
			WithDetail("body.purposes", "ca or tls-ca")
	}
	issuers, err := s.store.ListIssuers(ctx, o.ID, p)
	if err != nil {
		return Issuer{}, err
	}
	next := 0
	for _, i := range issuers {
		next = max(next, i.Generation+1)
		switch i.State {
		case Requested, Ready:
			return i, nil
		case Trusted, Retiring:
			return Issuer{}, fault.New(fault.Conflict, "authority_change_running",
				"organization %s is changing its authority already", o.ID).
				WithHint("finish the change, or revert it: b4a authority finish|revert %s", o.ID)
		case Issuing, Removed: // no change is under way
		}
	}
	i := Issuer{Org: o.ID, Purpose: p, Generation: next, Kind: Subordinate, State: Requested, CreatedAt: s.now()}
	signer, err := s.keys.Generate(ctx, i.keyID())
	if err != nil {
		return Issuer{}, fmt.Errorf("authority key: %w", err)
	}
	i.Request, err = pki.MakeAuthorityCSR(signer, authoritySubject(o.ID, p))
	if err != nil {
		return Issuer{}, err
	}
	return i, s.store.PutIssuer(ctx, i)
}

func authoritySubject(orgID string, p Purpose) pki.Subject {
	name := orgID + " CA"
	switch p {
	case TLSCA:
		name = orgID + " TLS CA"
	case ContractCA:
		name = orgID + " contract CA"
	}
	return pki.Subject{CommonName: name, Organization: orgID}
}

// InstallChain takes the certificates that another authority made of the requests: a bundle, in any order, of the
// issued certificates and their issuers up to the self-signed root. It gives the issuers that are ready now. What Fabric
// would not take is refused with the faults of pki.Arrange, pki.OpenAuthority and msp.Definition.Validate, and a fault
// "authority_not_requested" when nothing was requested.
func (s *Service) InstallChain(ctx context.Context, orgID string, bundle []byte) ([]Issuer, error) {
	o, err := s.store.GetOrganization(ctx, orgID)
	if err != nil {
		return nil, err
	}
	if o.External {
		return nil, issuesForItself(orgID).WithHint("change its MSP instead: b4a org msp update %s --msp FOLDER", orgID)
	}
	issuers, err := s.store.ListIssuers(ctx, orgID, "")
	if err != nil {
		return nil, err
	}
	ready, err := s.madeReady(ctx, orgID, issuers, bundle)
	if err != nil {
		return nil, err
	}
	if err := s.checkTogether(o, issuers, ready); err != nil {
		return nil, err
	}
	for _, i := range ready {
		own, err := pki.ParseChain(i.Chain)
		if err != nil {
			return nil, err
		}
		if _, err := s.record(ctx, orgID, Leaf{Holder: holderAuthority, Purpose: i.Purpose}, i.Generation, pki.FactsOf(own[0]).PEM); err != nil {
			return nil, err
		}
		if err := s.store.PutIssuer(ctx, i); err != nil {
			return nil, err
		}
	}
	return ready, nil
}

// madeReady gives those issuers whose requests a bundle certifies, with their chains: one at least.
func (s *Service) madeReady(ctx context.Context, orgID string, issuers []Issuer, bundle []byte) ([]Issuer, error) {
	var (
		ready    []Issuer
		mismatch error
	)
	for _, i := range issuers {
		if i.State != Requested && i.State != Ready {
			continue
		}
		chain, err := s.certified(ctx, i, bundle)
		if errors.Is(err, &fault.Error{Code: "ca_key_mismatch"}) {
			mismatch = err
			continue
		}
		if err != nil {
			return nil, err
		}
		i.Chain, i.State = chain, Ready
		ready = append(ready, i)
	}
	switch {
	case len(ready) > 0:
		return ready, nil
	case mismatch != nil:
		return nil, mismatch
	default:
		return nil, fault.New(fault.Conflict, "authority_not_requested", "organization %s has no request to certify", orgID).
			WithHint("make one first: b4a authority request %s", orgID)
	}
}

// certified gives the arranged chain of an issuer out of a bundle, found fit for issuing.
func (s *Service) certified(ctx context.Context, i Issuer, bundle []byte) ([]byte, error) {
	signer, err := s.keys.Load(ctx, i.keyID())
	if err != nil {
		return nil, fmt.Errorf("authority key: %w", err)
	}
	chain, err := pki.Arrange(bundle, signer.Public())
	if err != nil {
		return nil, err
	}
	_, err = pki.OpenAuthority(chain, signer)
	return chain, err
}

// checkTogether refuses issuers with which the organization's MSP definition would be refused by Fabric.
func (s *Service) checkTogether(o Organization, present, ready []Issuer) error {
	all := slices.Clone(ready)
	for _, i := range present {
		if i.Named() {
			all = append(all, i)
		}
	}
	for n := range all {
		all[n].State = Trusted
	}
	d, err := definition(o.MSPID, all)
	if err != nil {
		return err
	}
	return d.Validate(s.now())
}

// DiscardIssuer forgets a request that is not in use, and its key. Faults: "authority_not_found", "authority_in_use".
func (s *Service) DiscardIssuer(ctx context.Context, orgID string, p Purpose, generation int) error {
	issuers, err := s.store.ListIssuers(ctx, orgID, p)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(issuers, func(i Issuer) bool { return i.Generation == generation })
	if at < 0 {
		return fault.New(fault.NotFound, "authority_not_found", "organization %s has no such authority", orgID).
			WithHint("see which there are: b4a authority list %s", orgID)
	}
	i := issuers[at]
	if i.State != Requested && i.State != Ready {
		return fault.New(fault.Conflict, "authority_in_use", "this authority is %s", i.State).
			WithHint("only a request that is not in use can be discarded")
	}
	if err := s.store.DeleteIssuer(ctx, orgID, p, generation); err != nil {
		return err
	}
	return s.keys.Delete(ctx, i.keyID())
}

// SetIssuers gives every issuer of the organization the state that choose wants of it, all being given, oldest first of
// each purpose, and forgets what was cached of them.
func (s *Service) SetIssuers(
	ctx context.Context, orgID string, choose func(i Issuer, all []Issuer) IssuerState,
) error {
	issuers, err := s.store.ListIssuers(ctx, orgID, "")
	if err != nil {
		return err
	}
	for _, i := range issuers {
		want := choose(i, issuers)
		if want == i.State {
			continue
		}
		i.State = want
		i.Reverting = i.Reverting && i.Named()
		if err := s.store.PutIssuer(ctx, i); err != nil {
			return err
		}
	}
	s.forgetTLSRoots(orgID)
	return nil
}

// MarkReverting makes it known that the newest generations are to go again.
func (s *Service) MarkReverting(ctx context.Context, orgID string) error {
	issuers, err := s.store.ListIssuers(ctx, orgID, "")
	if err != nil {
		return err
	}
	for n, i := range issuers {
		last := n+1 == len(issuers) || issuers[n+1].Purpose != i.Purpose
		if !last || !i.Named() || i.Generation == 0 {
			continue
		}
		i.Reverting = true
		if err := s.store.PutIssuer(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// SetCRL records the revocation list of an issuer, PEM, that the MSP definition carries from now on.
func (s *Service) SetCRL(ctx context.Context, orgID string, p Purpose, generation int, crl []byte) error {
	return s.store.SetIssuerCRL(ctx, orgID, p, generation, crl)
}

// Issuer gives one generation of an organization's authority. An absent one is a fault.NotFound "authority_not_found".
func (s *Service) Issuer(ctx context.Context, orgID string, p Purpose, generation int) (Issuer, error) {
	issuers, err := s.store.ListIssuers(ctx, orgID, p)
	if err != nil {
		return Issuer{}, err
	}
	for _, i := range issuers {
		if i.Purpose == p && i.Generation == generation {
			return i, nil
		}
	}
	return Issuer{}, fault.New(fault.NotFound, "authority_not_found", "organization %s has no such authority", orgID)
}

// AllIssuers gives the generations of every organization's authorities.
func (s *Service) AllIssuers(ctx context.Context) ([]Issuer, error) {
	return s.store.ListIssuers(ctx, "", "")
}

// Authority opens a generation of the organization's authority, for issuing or for signing its revocation list. An
// issuer without a certificate is a fault "authority_not_ready".
func (s *Service) Authority(ctx context.Context, i Issuer) (*pki.Authority, error) {
	if len(i.Chain) == 0 {
		return nil, fault.New(fault.Conflict, "authority_not_ready", "the authority of %s is not certified yet", i.Org)
	}
	signer, err := s.keys.Load(ctx, i.keyID())
	if err != nil {
		return nil, fmt.Errorf("authority key: %w", err)
	}
	return pki.OpenAuthority(i.Chain, signer)
}

// Issuing gives the issuer of a purpose that issues now. An organization that issues for itself has none: a
// fault.Conflict "organization_issues_for_itself".
func (s *Service) Issuing(ctx context.Context, orgID string, p Purpose) (Issuer, error) {
	if err := s.MustIssue(ctx, orgID); err != nil {
		return Issuer{}, err
	}
	issuers, err := s.store.ListIssuers(ctx, orgID, p)
	if err != nil {
		return Issuer{}, err
	}
	for _, i := range issuers {
		if i.State == Issuing {
			return i, nil
		}
	}
	return Issuer{}, fault.New(fault.NotFound, "authority_not_found", "organization %s has no authority yet", orgID)
}

// ensureIssuer makes the organization's first, self-signed issuer of a purpose, or gives the issuing one.
func (s *Service) ensureIssuer(ctx context.Context, o Organization, p Purpose) (Issuer, error) {
	i, err := s.Issuing(ctx, o.ID, p)
	if err == nil || !errors.Is(err, fault.NotFound) {
		return i, err
	}
	i = Issuer{Org: o.ID, Purpose: p, Kind: SelfSigned, State: Issuing, CreatedAt: s.now()}
	signer, err := s.keys.Generate(ctx, i.keyID())
	if err != nil {
		return Issuer{}, fmt.Errorf("authority key: %w", err)
	}
	if i.Chain, err = s.firstRoot(ctx, o.ID, p, signer); err != nil {
		return Issuer{}, err
	}
	return i, s.store.PutIssuer(ctx, i)
}

// firstRoot gives the root certificate of the inventory, or makes it.
func (s *Service) firstRoot(ctx context.Context, orgID string, p Purpose, signer crypto.Signer) ([]byte, error) {
	cert, err := s.store.LatestCertificate(ctx, orgID, holderAuthority, p)
	if err == nil || !errors.Is(err, fault.NotFound) {
		return cert.PEM, err
	}
	authority, err := pki.NewRoot(signer, authoritySubject(orgID, p), rootLifetime, s.now())
	if err != nil {
		return nil, fmt.Errorf("make %s: %w", p, err)
	}
	_, err = s.record(ctx, orgID, Leaf{Holder: holderAuthority, Purpose: p}, 0, authority.CertificatePEM())
	return authority.CertificatePEM(), err
}
