// SPDX-License-Identifier: Apache-2.0

package revocation

import (
	"context"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// TakeAdministration makes an organization administer itself, from this moment: proof is a signature of
// consent.AdministrationStatement by the key of certPEM, one of its administrators' certificates. The operation carries the
// revocation of the platform's administrator to the ledgers, which takes the organization's first signature, and then
// destroys the platform's key. Faults: "administration_not_changeable", "administration_own_already", those of
// org.Service.CheckAdministrator.
func (s *Service) TakeAdministration(
	ctx context.Context, orgID string, certPEM, proof []byte, actor, key string,
) (operation.Operation, error) {
	o, err := s.changeable(ctx, orgID)
	if err != nil {
		return operation.Operation{}, err
	}
	if o.Administration == org.OwnAdministration {
		return operation.Operation{}, fault.New(fault.Conflict, "administration_own_already", "organization %s administers itself", orgID)
	}
	if err := s.Orgs.CheckAdministrator(ctx, orgID, certPEM, proof); err != nil {
		return operation.Operation{}, err
	}
	const reason = "cessationOfOperation"
	holding, err := s.Orgs.Holding(ctx, orgID, org.HolderAdministrator)
	if err != nil {
		return operation.Operation{}, err
	}
	in := Input{Org: orgID, Serials: serialsOf(holding), Reason: reason, Administrator: true}
	return s.start(ctx, in, actor, key, func(ctx context.Context) error {
		if err := s.Orgs.SetAdministration(ctx, orgID, org.OwnAdministration); err != nil {
			return err
		}
		return s.mark(ctx, holding, reason, byHolder)
	})
}

// GiveAdministration makes the platform administer an organization (again): it issues an administrator's certificate on
// a new key that it keeps. The organization's own administrators stay what they are. Faults:
// "administration_not_changeable".
func (s *Service) GiveAdministration(ctx context.Context, orgID string) error {
	if _, err := s.changeable(ctx, orgID); err != nil {
		return err
	}
	if err := s.Orgs.EnsureAdministrator(ctx, orgID); err != nil {
		return err
	}
	return s.Orgs.SetAdministration(ctx, orgID, org.ManagedAdministration)
}

func (s *Service) changeable(ctx context.Context, orgID string) (org.Organization, error) {
	o, err := s.Orgs.Active(ctx, orgID)
	if err == nil && o.Operator {
		err = fault.New(fault.Conflict, "administration_not_changeable", "organization %s runs the platform", orgID).
			WithHint("the ordering service needs its administrator at any time")
	}
	if err == nil && o.External {
		err = fault.New(fault.Conflict, "administration_not_changeable", "organization %s issues for itself: its administrators are its own", orgID).
			WithHint("the platform can't have an administrator's certificate of it")
	}
	return o, err
}
