// SPDX-License-Identifier: Apache-2.0

package org

import (
	"context"
	"fmt"
	"strings"

	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// Peers know a contract's process by its TLS certificate. What they trust for it stands in the contract's package, which
// never changes, so it can't be an authority that changes: the operator has one for contracts alone. It is named by no MSP,
// and makes nobody a member of anything.

const contractHolder = "contract/"

// ContractHolder is the inventory's holder of the certificate of a contract's process.
func ContractHolder(process string) string { return contractHolder + process }

// ProcessOf gives the contract's process that a holder is, if it is one.
func ProcessOf(holder string) (process string, ok bool) {
	return strings.CutPrefix(holder, contractHolder)
}

// contractAuthority opens the authority for contracts of an organization, made if there is none.
func (s *Service) contractAuthority(ctx context.Context, orgID string) (*pki.Authority, error) {
	signer, err := s.keys.Generate(ctx, AuthorityKey(orgID, ContractCA))
	if err != nil {
		return nil, fmt.Errorf("authority key: %w", err)
	}
	s.rooting.Lock()
	defer s.rooting.Unlock()
	root, err := s.firstRoot(ctx, orgID, ContractCA, signer)
	if err != nil {
		return nil, err
	}
	return pki.OpenAuthority(root, signer)
}

// ContractRoot gives the PEM root certificate by which peers know contracts' processes: the same for ever.
func (s *Service) ContractRoot(ctx context.Context, orgID string) ([]byte, error) {
	authority, err := s.contractAuthority(ctx, orgID)
	if err != nil {
		return nil, err
	}
	return authority.CertificatePEM(), nil
}

// ContractMaterial gives the key and the newest certificate of a contract's process that listens on a host, made if there
// is none.
func (s *Service) ContractMaterial(ctx context.Context, orgID, process, host string) (Material, error) {
	c, err := s.EnsureLeaf(ctx, orgID, Leaf{Holder: ContractHolder(process), Purpose: Contract, Hosts: []string{host}})
	if err != nil {
		return Material{}, err
	}
	return s.MaterialOf(ctx, c)
}
