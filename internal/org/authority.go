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

// Lifetimes of certificates. Roots outlive the ledgers that a pilot is likely to make; leaves are renewed yearly.
const (
	rootLifetime = 15 * 365 * 24 * time.Hour
	leafLifetime = 365 * 24 * time.Hour
)

// holderAuthority is the inventory's holder of an organization's own CA certificates.
const holderAuthority = "authority"

// Holders of the identities that every hosted organization has.
const (
	// HolderAdministrator is the organization's MSP administrator, kept sealed (managed administration).
	HolderAdministrator = "administrator"
	// HolderOffice signs transactions that name no application.
	HolderOffice = "office"
)

// Keys is what the service needs of a key store: keys made inside it and, for a node, which must read its key from a
// file, their export.
type Keys interface {
	pki.KeyStore
	// Export gives the private key as PKCS #8 PEM.
	Export(ctx context.Context, id string) ([]byte, error)
}

// AuthorityKey gives the ID of the key of an organization's authority, CA or TLSCA.
func AuthorityKey(org string, p Purpose) string { return "org/" + org + "/" + string(p) }

// IsAuthorityKey tells whether a key ID is that of an organization's authority.
func IsAuthorityKey(id string) bool {
	parts := strings.Split(id, "/")
	return len(parts) == 3 && parts[0] == "org" && (parts[2] == string(CA) || parts[2] == string(TLSCA))
}

func leafKeyID(org, holder string, p Purpose) string {
	return "org/" + org + "/" + holder + "/" + string(p)
}

// ensureAuthority makes the organization's CA for signing (CA) or TLS (TLSCA) certificates, or opens it.
func (s *Service) ensureAuthority(ctx context.Context, o Organization, p Purpose) (*pki.Authority, error) {
	signer, err := s.keys.Generate(ctx, AuthorityKey(o.ID, p))
	if err != nil {
		return nil, fmt.Errorf("authority key: %w", err)
	}
	cert, err := s.store.LatestCertificate(ctx, o.ID, holderAuthority, p)
	switch {
	case err == nil:
		return pki.OpenAuthority(cert.PEM, signer)
	case !errors.Is(err, fault.NotFound):
		return nil, err
	}
	name := o.ID + " CA"
	if p == TLSCA {
		name = o.ID + " TLS CA"
	}
	authority, err := pki.NewRoot(signer, pki.Subject{CommonName: name, Organization: o.ID}, rootLifetime, s.now())
	if err != nil {
		return nil, fmt.Errorf("make %s: %w", p, err)
	}
	if _, err := s.record(ctx, o.ID, holderAuthority, p, "", authority.CertificatePEM()); err != nil {
		return nil, err
	}
	return authority, nil
}

// record puts an issued certificate into the inventory.
func (s *Service) record(
	ctx context.Context, orgID, holder string, p Purpose, role string, certPEM []byte,
) (Certificate, error) {
	facts, err := pki.ParseCertificate(certPEM)
	if err != nil {
		return Certificate{}, fmt.Errorf("parse issued certificate: %w", err)
	}
	c := Certificate{
		Serial: facts.Serial, Org: orgID, Holder: holder, Purpose: p, Role: role,
		Subject: facts.Subject, Issuer: facts.Issuer, NotBefore: facts.NotBefore, NotAfter: facts.NotAfter,
		Fingerprint: facts.Fingerprint, PEM: certPEM, CreatedAt: s.now(),
	}
	if err := s.store.CreateCertificate(ctx, c); err != nil {
		return Certificate{}, fmt.Errorf("record certificate: %w", err)
	}
	return c, nil
}

// Leaf asks for a certificate on a key that the platform keeps.
type Leaf struct {
	Holder     string
	Purpose    Purpose // Sign or TLS
	Role       string  // NodeOU of a Sign certificate
	Hosts      []string
	Attributes map[string]string
}

// EnsureLeaf gives the holder's current certificate, made if there is none. The key stays in the key store.
func (s *Service) EnsureLeaf(ctx context.Context, orgID string, l Leaf) (Certificate, error) {
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
		Hosts: l.Hosts, Lifetime: leafLifetime, Attributes: l.Attributes,
	}
	if l.Purpose == TLS {
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
	ca := CA
	if l.Purpose == TLS {
		ca = TLSCA
	}
	authority, err := s.ensureAuthority(ctx, o, ca)
	if err != nil {
		return Certificate{}, err
	}
	certPEM, err := authority.Issue(public, profile, s.now())
	if err != nil {
		return Certificate{}, fmt.Errorf("issue certificate of %s: %w", l.Holder, err)
	}
	return s.record(ctx, orgID, l.Holder, l.Purpose, l.Role, certPEM)
}

// Material is a platform-kept key with its certificate, PEM.
type Material struct {
	Cert []byte
	Key  []byte // PKCS #8, secret
}

// NodeMaterial gives a node's key and certificate for handing to its process.
func (s *Service) NodeMaterial(ctx context.Context, orgID string, l Leaf) (Material, error) {
	cert, err := s.EnsureLeaf(ctx, orgID, l)
	if err != nil {
		return Material{}, err
	}
	key, err := s.keys.Export(ctx, leafKeyID(orgID, l.Holder, l.Purpose))
	if err != nil {
		return Material{}, fmt.Errorf("key of %s: %w", l.Holder, err)
	}
	return Material{Cert: cert.PEM, Key: key}, nil
}

// Identity gives the Fabric identity of a holder whose key the platform keeps.
func (s *Service) Identity(ctx context.Context, orgID, holder string) (*msp.Identity, error) {
	cacheKey := orgID + "/" + holder
	if id, ok := s.identities.Load(cacheKey); ok {
		if id, ok := id.(*msp.Identity); ok {
			return id, nil
		}
	}
	o, err := s.store.GetOrganization(ctx, orgID)
	if err != nil {
		return nil, err
	}
	cert, err := s.store.LatestCertificate(ctx, orgID, holder, Sign)
	if err != nil {
		return nil, err
	}
	signer, err := s.keys.Load(ctx, leafKeyID(orgID, holder, Sign))
	if err != nil {
		return nil, fmt.Errorf("key of %s: %w", holder, err)
	}
	id := &msp.Identity{MSPID: o.MSPID, Cert: cert.PEM, Key: signer}
	s.identities.Store(cacheKey, id)
	return id, nil
}

// Administrator gives the organization's MSP administrator.
func (s *Service) Administrator(ctx context.Context, orgID string) (*msp.Identity, error) {
	return s.Identity(ctx, orgID, HolderAdministrator)
}

// Definition gives the organization's MSP definition, as channels carry it.
func (s *Service) Definition(ctx context.Context, orgID string) (msp.Definition, error) {
	o, err := s.store.GetOrganization(ctx, orgID)
	if err != nil {
		return msp.Definition{}, err
	}
	root, err := s.store.LatestCertificate(ctx, orgID, holderAuthority, CA)
	if err != nil {
		return msp.Definition{}, err
	}
	tlsRoot, err := s.store.LatestCertificate(ctx, orgID, holderAuthority, TLSCA)
	if err != nil {
		return msp.Definition{}, err
	}
	return msp.Definition{
		MSPID: o.MSPID, RootCerts: [][]byte{root.PEM}, TLSRootCerts: [][]byte{tlsRoot.PEM},
	}, nil
}

// TLSRoots gives the PEM roots for which the organization's TLS certificates are trusted.
func (s *Service) TLSRoots(ctx context.Context, orgID string) ([]byte, error) {
	if roots, ok := s.tlsRoots.Load(orgID); ok {
		if roots, ok := roots.([]byte); ok {
			return roots, nil
		}
	}
	c, err := s.store.LatestCertificate(ctx, orgID, holderAuthority, TLSCA)
	if err != nil {
		return nil, err
	}
	s.tlsRoots.Store(orgID, c.PEM)
	return c.PEM, nil
}

// AllTLSRoots gives the TLS roots of all organizations, concatenated PEM.
func (s *Service) AllTLSRoots(ctx context.Context) ([]byte, error) {
	certs, err := s.store.ListCertificates(ctx, CertificateFilter{Holder: holderAuthority, Purpose: TLSCA})
	if err != nil {
		return nil, err
	}
	var roots []byte
	for _, c := range certs {
		roots = append(roots, c.PEM...)
	}
	return roots, nil
}
