// SPDX-License-Identifier: Apache-2.0

package org

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// record puts an issued certificate into the inventory.
func (s *Service) record(ctx context.Context, orgID string, l Leaf, generation int, certPEM []byte) (Certificate, error) {
	c, err := s.entry(ctx, orgID, l, generation, certPEM)
	if err != nil {
		return Certificate{}, err
	}
	if err := s.store.CreateCertificate(ctx, c); err != nil {
		return Certificate{}, fmt.Errorf("record certificate: %w", err)
	}
	return c, nil
}

// entry gives a certificate as the inventory has it.
func (s *Service) entry(ctx context.Context, orgID string, l Leaf, generation int, certPEM []byte) (Certificate, error) {
	facts, err := pki.ParseCertificate(certPEM)
	if err != nil {
		return Certificate{}, fmt.Errorf("parse issued certificate: %w", err)
	}
	created := s.now()
	// The newest certificate of a holder is the one in use, also where the clock was set back.
	if last, err := s.store.LatestCertificate(ctx, orgID, l.Holder, l.Purpose); err == nil && !created.After(last.CreatedAt) {
		created = last.CreatedAt.Add(time.Microsecond)
	} else if err != nil && !errors.Is(err, fault.NotFound) {
		return Certificate{}, err
	}
	return Certificate{
		Serial: facts.Serial, Org: orgID, Holder: l.Holder, Purpose: l.Purpose, Role: l.Role,
		Member: l.For.Member, MemberOf: l.For.Org,
		Subject: facts.Subject, Issuer: facts.Issuer, NotBefore: facts.NotBefore, NotAfter: facts.NotAfter,
		Fingerprint: facts.Fingerprint, PEM: certPEM, Generation: generation, CreatedAt: created,
	}, nil
}

// Person is somebody for whom a certificate is issued.
type Person struct {
	Member string // ID; empty: nobody
	Org    string // by whose membership; empty: by a role on the platform
}

// Leaf asks for a certificate on a key that the platform keeps.
type Leaf struct {
	Holder     string
	Purpose    Purpose // Sign or TLS
	Role       string  // NodeOU of a Sign certificate
	Hosts      []string
	Attributes map[string]string
	For        Person
}

// EnsureLeaf gives the holder's current certificate, made if there is none. The key stays in the key store. An
// organization that issues for itself is a fault.Conflict "organization_issues_for_itself".
func (s *Service) EnsureLeaf(ctx context.Context, orgID string, l Leaf) (Certificate, error) {
	if err := s.MustIssue(ctx, orgID); err != nil {
		return Certificate{}, err
	}
	signer, err := s.keys.Generate(ctx, leafKeyID(orgID, l.Holder, l.Purpose))
	if err != nil {
		return Certificate{}, fmt.Errorf("key of %s: %w", l.Holder, err)
	}
	cert, err := s.store.LatestCertificate(ctx, orgID, l.Holder, l.Purpose)
	if err == nil || !errors.Is(err, fault.NotFound) {
		return cert, err
	}
	profile := pki.Profile{
		CommonName: l.Holder, Organization: orgID, OrganizationalUnit: l.Role, Usage: pki.Sign,
		Hosts: l.Hosts, Lifetime: s.leafLifetime, Attributes: l.Attributes,
	}
	switch l.Purpose {
	case Contract:
		profile.CommonName = "contract" // a process's name may be longer than a common name
		fallthrough
	case TLS:
		profile.Usage = pki.TLS
	}
	return s.issue(ctx, orgID, l, profile, signer.Public())
}

func (s *Service) issue(
	ctx context.Context, orgID string, l Leaf, profile pki.Profile, public any,
) (Certificate, error) {
	o, err := s.store.GetOrganization(ctx, orgID)
	if err != nil {
		return Certificate{}, err
	}
	authority, generation, err := s.issuerOf(ctx, o, l.Purpose, &profile)
	if err != nil {
		return Certificate{}, err
	}
	certPEM, err := authority.Issue(public, profile, s.now())
	if err != nil {
		return Certificate{}, fmt.Errorf("issue certificate of %s: %w", l.Holder, err)
	}
	return s.record(ctx, orgID, l, generation, certPEM)
}

// issuerOf opens the authority that issues for a purpose, with its generation, and says in the profile where it publishes
// what it revokes.
func (s *Service) issuerOf(ctx context.Context, o Organization, p Purpose, profile *pki.Profile) (*pki.Authority, int, error) {
	if p == Contract {
		authority, err := s.contractAuthority(ctx, o.ID)
		return authority, 0, err
	}
	issuer, err := s.ensureIssuer(ctx, o, issuedBy()[p])
	if err != nil {
		return nil, 0, err
	}
	if s.statusURLs != nil {
		profile.CRLDistributionPoints, profile.OCSPServers = s.statusURLs(issuer)
	}
	authority, err := s.Authority(ctx, issuer)
	return authority, issuer.Generation, err
}

// Stale tells whether a certificate must be issued again.
type Stale func(c Certificate) bool

// Due gives the Stale of the yearly round: less than Options.RenewBefore is left, and the authority lives on.
func (s *Service) Due(ctx context.Context, orgID string) (Stale, error) {
	ends := map[Purpose]time.Time{}
	for leaf, authority := range issuedBy() {
		i, err := s.Issuing(ctx, orgID, authority)
		if err != nil {
			return nil, err
		}
		chain, err := pki.ParseChain(i.Chain)
		if err != nil {
			return nil, err
		}
		ends[leaf] = chain[0].NotAfter
	}
	root, err := s.store.LatestCertificate(ctx, orgID, holderAuthority, ContractCA)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return nil, err
	}
	ends[Contract] = root.NotAfter
	return func(c Certificate) bool {
		return c.NotAfter.Sub(s.now()) < s.renewBefore && c.NotAfter.Before(ends[c.Purpose])
	}, nil
}

// Foreign gives the Stale of a change of authority: issued by another generation than the one that issues now.
func (s *Service) Foreign(ctx context.Context, orgID string) (Stale, error) {
	generation := map[Purpose]int{}
	for leaf, authority := range issuedBy() {
		i, err := s.Issuing(ctx, orgID, authority)
		if err != nil {
			return nil, err
		}
		generation[leaf] = i.Generation
	}
	return func(c Certificate) bool { return c.Generation != generation[c.Purpose] }, nil
}

// issuedBy tells by the authority of which purpose a leaf's certificates are issued, for authorities that have generations.
func issuedBy() map[Purpose]Purpose { return map[Purpose]Purpose{Sign: CA, TLS: TLSCA} }

// Current gives the newest certificate of each holder and purpose, unless revoked: what is in use. Those of the
// authorities themselves are left out.
func (s *Service) Current(ctx context.Context, orgID string) ([]Certificate, error) {
	all, err := s.store.ListCertificates(ctx, CertificateFilter{Org: orgID})
	if err != nil {
		return nil, err
	}
	type use struct {
		holder  string
		purpose Purpose
	}
	newest := map[use]int{}
	for n, c := range all {
		key := use{c.Holder, c.Purpose}
		if best, ok := newest[key]; !ok || c.CreatedAt.After(all[best].CreatedAt) {
			newest[key] = n
		}
	}
	var current []Certificate
	for n, c := range all {
		if newest[use{c.Holder, c.Purpose}] == n && c.RevokedAt.IsZero() && c.Holder != holderAuthority {
			current = append(current, c)
		}
	}
	return current, nil
}

// Renewed tells, for each of some certificates, the serial number of the newest one among them that its holder has on the
// same key; empty for that one itself.
func Renewed(all []Certificate) ([]string, error) {
	type use struct {
		org, holder, key string
		purpose          Purpose
	}
	uses := make([]use, len(all))
	newest := map[use]int{}
	for n, c := range all {
		cert, err := pki.ParseX509(c.PEM)
		if err != nil {
			return nil, err
		}
		uses[n] = use{c.Org, c.Holder, string(cert.RawSubjectPublicKeyInfo), c.Purpose}
		if best, known := newest[uses[n]]; !known || c.CreatedAt.After(all[best].CreatedAt) {
			newest[uses[n]] = n
		}
	}
	by := make([]string, len(all))
	for n := range all {
		if best := newest[uses[n]]; best != n {
			by[n] = all[best].Serial
		}
	}
	return by, nil
}

// Latest gives a holder's newest certificate, unless revoked.
func (s *Service) Latest(ctx context.Context, orgID, holder string, p Purpose) (Certificate, error) {
	return s.store.LatestCertificate(ctx, orgID, holder, p)
}

// Reissue issues a certificate again: the same content and key, by the authority that issues now, with a new life.
func (s *Service) Reissue(ctx context.Context, c Certificate) (Certificate, error) {
	cert, err := pki.ParseX509(c.PEM)
	if err != nil {
		return Certificate{}, err
	}
	profile, err := pki.ProfileOf(cert)
	if err != nil {
		return Certificate{}, err
	}
	profile.Lifetime = s.leafLifetime
	l := Leaf{Holder: c.Holder, Purpose: c.Purpose, Role: c.Role, For: Person{Member: c.Member, Org: c.MemberOf}}
	next, err := s.issue(ctx, c.Org, l, profile, cert.PublicKey)
	if err != nil {
		return Certificate{}, err
	}
	s.ForgetIdentities()
	return next, nil
}

// Renew gives the certificate that a holder is to use: its newest, issued again if stale says so.
func (s *Service) Renew(ctx context.Context, orgID, holder string, p Purpose, stale Stale) (Certificate, error) {
	c, err := s.store.LatestCertificate(ctx, orgID, holder, p)
	if err != nil || !stale(c) {
		return c, err
	}
	return s.Reissue(ctx, c)
}

// RenewHolder renews the signing certificate of a holder that is no node. An application gets to know the new one.
func (s *Service) RenewHolder(ctx context.Context, orgID, holder string, stale Stale) (Certificate, error) {
	c, err := s.Renew(ctx, orgID, holder, Sign, stale)
	if err != nil {
		return c, err
	}
	name, ok := strings.CutPrefix(holder, ApplicationHolder(""))
	if !ok {
		return c, nil
	}
	a, err := s.store.GetApplication(ctx, orgID, name)
	if errors.Is(err, fault.NotFound) {
		return c, nil
	}
	if err != nil || a.Serial == c.Serial {
		return c, err
	}
	a.Serial = c.Serial
	return c, s.store.UpdateApplication(ctx, a)
}

// Material is a platform-kept key with its certificate, PEM.
type Material struct {
	Cert []byte
	Key  []byte // PKCS #8, secret
}

// MaterialOf gives a certificate of the inventory and the key that the platform keeps for it.
func (s *Service) MaterialOf(ctx context.Context, c Certificate) (Material, error) {
	key, err := s.keys.Export(ctx, leafKeyID(c.Org, c.Holder, c.Purpose))
	if err != nil {
		return Material{}, fmt.Errorf("key of %s: %w", c.Holder, err)
	}
	return Material{Cert: c.PEM, Key: key}, nil
}

// Certificate gives one certificate of the inventory.
func (s *Service) Certificate(ctx context.Context, orgID, serial string) (Certificate, error) {
	return s.store.GetCertificate(ctx, orgID, serial)
}

// Identity gives the Fabric identity of a holder whose key the platform keeps. One whose newest certificate is revoked
// is a fault.Forbidden "certificate_revoked", whatever older ones there are.
func (s *Service) Identity(ctx context.Context, orgID, holder string) (*msp.Identity, error) {
	cacheKey := orgID + "/" + holder
	age := s.changes.Load()
	if known, ok := s.identities.Load(cacheKey); ok {
		if known, ok := known.(knownIdentity); ok && known.age == age {
			return known.id, nil
		}
	}
	o, err := s.store.GetOrganization(ctx, orgID)
	if err != nil {
		return nil, err
	}
	cert, err := s.inUse(ctx, orgID, holder)
	if err != nil {
		return nil, err
	}
	signer, err := s.keys.Load(ctx, leafKeyID(orgID, holder, Sign))
	if err != nil {
		return nil, fmt.Errorf("key of %s: %w", holder, err)
	}
	id := &msp.Identity{MSPID: o.MSPID, Cert: cert.PEM, Key: signer}
	s.identities.Store(cacheKey, knownIdentity{id: id, age: age})
	return id, nil
}

// CodeAdministratorElsewhere is the fault of asking for the administrator's key of an organization that has it itself.
const CodeAdministratorElsewhere = "administrator_not_here"

// Administrator gives the organization's MSP administrator, whose signature is the organization's consent. One that
// administers itself gives a fault.Conflict "administrator_not_here".
func (s *Service) Administrator(ctx context.Context, orgID string) (*msp.Identity, error) {
	o, err := s.store.GetOrganization(ctx, orgID)
	if err != nil {
		return nil, err
	}
	if o.Administration == OwnAdministration {
		return nil, fault.New(fault.Conflict, CodeAdministratorElsewhere,
			"organization %s administers itself: only its administrator can sign for it", orgID).
			WithHint("its administrators see what waits for their signature: b4a signature list")
	}
	return s.Identity(ctx, orgID, HolderAdministrator)
}
