// SPDX-License-Identifier: Apache-2.0

package org

import (
	"context"
	"errors"
	"fmt"

	"github.com/blockchain4all/blockchain4all/client/consent"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// CheckAdministrator refuses what does not prove that somebody has the key of a certificate that is an administrator's of
// the organization now. Faults: "administration_proof_missing", those of msp.Definition.CheckAdministrator and
// msp.VerifySignature.
func (s *Service) CheckAdministrator(ctx context.Context, orgID string, certPEM, proof []byte) error {
	d, err := s.Definition(ctx, orgID)
	if err != nil {
		return err
	}
	if err := d.CheckAdministrator(certPEM, s.now()); err != nil {
		return err
	}
	statement, err := consent.AdministrationStatement(orgID, certPEM)
	if err != nil {
		return err
	}
	if len(proof) == 0 {
		return fault.New(fault.Invalid, "administration_proof_missing", "the certificate's key must sign that it takes over").
			WithHint("sign the statement, its last line end included, with the certificate's key").
			WithDetail("body.proof", statement)
	}
	_, err = msp.VerifySignature(certPEM, []byte(statement), proof)
	return err
}

// SetAdministration records who has the organization's administrator.
func (s *Service) SetAdministration(ctx context.Context, orgID string, a Administration) error {
	return s.store.SetAdministration(ctx, orgID, a)
}

// EnsureAdministrator makes an administrator whose key the platform keeps, unless there is one: on a new key.
func (s *Service) EnsureAdministrator(ctx context.Context, orgID string) error {
	_, err := s.store.LatestCertificate(ctx, orgID, HolderAdministrator, Sign)
	if err == nil || !errors.Is(err, fault.NotFound) {
		return err
	}
	if err := s.destroyAdministrator(ctx, orgID); err != nil {
		return err
	}
	_, err = s.EnsureLeaf(ctx, orgID, Leaf{Holder: HolderAdministrator, Purpose: Sign, Role: msp.RoleAdmin})
	s.ForgetIdentities()
	return err
}

// DestroyAdministrator destroys the administrator's key that the platform has kept. Of an organization that it
// administers (again) the key stays.
func (s *Service) DestroyAdministrator(ctx context.Context, orgID string) error {
	o, err := s.store.GetOrganization(ctx, orgID)
	if err != nil || o.Administration != OwnAdministration {
		return err
	}
	return s.destroyAdministrator(ctx, orgID)
}

func (s *Service) destroyAdministrator(ctx context.Context, orgID string) error {
	s.ForgetIdentities()
	if err := s.keys.Delete(ctx, leafKeyID(orgID, HolderAdministrator, Sign)); err != nil {
		return fmt.Errorf("destroy the administrator's key: %w", err)
	}
	return nil
}
