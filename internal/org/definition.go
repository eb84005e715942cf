// SPDX-License-Identifier: Apache-2.0

package org

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"slices"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// Definition gives the organization's MSP definition, as channels carry it.
func (s *Service) Definition(ctx context.Context, orgID string) (msp.Definition, error) {
	o, err := s.store.GetOrganization(ctx, orgID)
	if err != nil {
		return msp.Definition{}, err
	}
	if o.External {
		m, err := s.store.GetMSP(ctx, orgID)
		return m.Definition, err
	}
	issuers, err := s.store.ListIssuers(ctx, orgID, "")
	if err != nil {
		return msp.Definition{}, err
	}
	return definition(o.MSPID, issuers)
}

// Proposed gives the MSP definition as it will be while an organization moves to its ready issuers.
func (s *Service) Proposed(ctx context.Context, orgID string) (msp.Definition, error) {
	o, err := s.store.GetOrganization(ctx, orgID)
	if err != nil {
		return msp.Definition{}, err
	}
	issuers, err := s.store.ListIssuers(ctx, orgID, "")
	if err != nil {
		return msp.Definition{}, err
	}
	for n, i := range issuers {
		if i.State == Ready {
			issuers[n].State = Trusted
		}
	}
	return definition(o.MSPID, issuers)
}

// TryIssue has an issuer issue a certificate that nobody gets, and checks it as its users would.
func (s *Service) TryIssue(ctx context.Context, i Issuer) error {
	authority, err := s.Authority(ctx, i)
	if err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	usage := pki.Sign
	if i.Purpose == TLSCA {
		usage = pki.TLS
	}
	cert, err := authority.Issue(key.Public(), pki.Profile{
		CommonName: "rehearsal", Organization: i.Org, OrganizationalUnit: msp.RoleClient, Usage: usage, Lifetime: s.leafLifetime,
	}, s.now())
	if err != nil {
		return err
	}
	return pki.VerifyChain(append(cert, i.Chain...), s.now())
}

// definition composes the MSP definition of the issuers that it names, in the order of their generations: equal
// issuers give an equal definition.
func definition(mspID string, issuers []Issuer) (msp.Definition, error) {
	d := msp.Definition{MSPID: mspID}
	add := func(list *[][]byte, certs ...[]byte) {
		for _, c := range certs {
			if !slices.ContainsFunc(*list, func(have []byte) bool { return bytes.Equal(have, c) }) {
				*list = append(*list, c)
			}
		}
	}
	for _, i := range issuers {
		if !i.Named() {
			continue
		}
		root, below, err := pki.Split(i.Chain)
		if err != nil {
			return d, err
		}
		if i.Purpose == TLSCA {
			add(&d.TLSRootCerts, root)
			add(&d.TLSIntermediateCerts, below...)
			continue
		}
		add(&d.RootCerts, root)
		add(&d.IntermediateCerts, below...)
		if len(i.CRL) > 0 {
			d.CRLs = append(d.CRLs, i.CRL)
		}
	}
	return d, nil
}

// TLSRoots gives the PEM certificates by which the organization's TLS certificates are trusted: roots and the
// authorities below them, since its nodes present their own certificate only.
func (s *Service) TLSRoots(ctx context.Context, orgID string) ([]byte, error) {
	if roots, ok := s.tlsRoots.Load(orgID); ok {
		if roots, ok := roots.([]byte); ok {
			return roots, nil
		}
	}
	s.rooting.Lock()
	defer s.rooting.Unlock()
	d, err := s.Definition(ctx, orgID)
	if err != nil {
		return nil, err
	}
	roots := bytes.Join(append(slices.Clone(d.TLSRootCerts), d.TLSIntermediateCerts...), nil)
	if len(roots) == 0 {
		return nil, fault.New(fault.NotFound, "authority_not_found", "organization %s has no authority yet", orgID)
	}
	s.tlsRoots.Store(orgID, roots)
	return roots, nil
}

// forgetTLSRoots is called after a change of authorities.
func (s *Service) forgetTLSRoots(orgID string) {
	s.rooting.Lock()
	defer s.rooting.Unlock()
	s.tlsRoots.Delete(orgID)
}
