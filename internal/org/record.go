// SPDX-License-Identifier: Apache-2.0

package org

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

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
