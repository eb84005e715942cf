// SPDX-License-Identifier: Apache-2.0

package org

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// A peer lets administrators of its local MSP join it to channels and install chaincode; a channel knows nothing of that
// MSP, only of the definition in its own configuration. So the platform has, for each organization whose peer it hosts,
// a small authority that is a root of that peer's local MSP and of nothing else. An identity of it runs the peer and is
// nobody on every channel.

// operationsLifetime is that of an operations identity; a new one is made when half of it is over.
const operationsLifetime = 24 * time.Hour

// operations is the identity in use. It lives in memory only.
type operations struct {
	id    *msp.Identity
	until time.Time
}

func operationsKeyID(orgID string) string { return "org/" + orgID + "/operations/" + string(CA) }

// OperationsRoot gives the PEM root certificate of the organization's operations authority, made if there is none.
func (s *Service) OperationsRoot(ctx context.Context, orgID string) ([]byte, error) {
	root, err := s.store.OperationsRoot(ctx, orgID)
	if err == nil || !errors.Is(err, fault.NotFound) {
		return root, err
	}
	signer, err := s.keys.Generate(ctx, operationsKeyID(orgID))
	if err != nil {
		return nil, fmt.Errorf("operations key: %w", err)
	}
	authority, err := pki.NewRoot(signer, pki.Subject{
		CommonName: orgID + " operations CA", Organization: orgID,
	}, rootLifetime, s.now())
	if err != nil {
		return nil, fmt.Errorf("make operations authority: %w", err)
	}
	if err := s.store.PutOperationsRoot(ctx, orgID, authority.CertificatePEM()); err != nil {
		return nil, err
	}
	return s.store.OperationsRoot(ctx, orgID) // of two at a time the first one's
}

// Operations gives the identity by which the platform runs the organization's peer: joins channels, installs chaincode.
func (s *Service) Operations(ctx context.Context, orgID string) (*msp.Identity, error) {
	if known, ok := s.operators.Load(orgID); ok {
		if known, ok := known.(operations); ok && s.now().Before(known.until) {
			return known.id, nil
		}
	}
	o, err := s.store.GetOrganization(ctx, orgID)
	if err != nil {
		return nil, err
	}
	root, err := s.OperationsRoot(ctx, orgID)
	if err != nil {
		return nil, err
	}
	signer, err := s.keys.Load(ctx, operationsKeyID(orgID))
	if err != nil {
		return nil, fmt.Errorf("operations key: %w", err)
	}
	authority, err := pki.OpenAuthority(root, signer)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	now := s.now()
	cert, err := authority.Issue(key.Public(), pki.Profile{
		CommonName: "operations", Organization: orgID, OrganizationalUnit: msp.RoleAdmin, Usage: pki.Sign,
		Lifetime: operationsLifetime,
	}, now)
	if err != nil {
		return nil, fmt.Errorf("issue operations certificate: %w", err)
	}
	id, err := msp.NewIdentity(o.MSPID, cert, key)
	if err != nil {
		return nil, err
	}
	s.operators.Store(orgID, operations{id: id, until: now.Add(operationsLifetime / 2)})
	return id, nil
}
