// SPDX-License-Identifier: Apache-2.0

package org

import (
	"context"
	"fmt"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Revoker takes a suspended organization's rights away where its keys alone give them, on the ledgers, and gives them
// back. Both are idempotent.
type Revoker interface {
	Suspended(ctx context.Context, orgID string) error
	Resumed(ctx context.Context, orgID string) error
}

// RevokeWith sets who is told of suspensions. It is called before the service is used, by who wires it.
func (s *Service) RevokeWith(r Revoker) { s.revoker = r }

// Suspend takes an organization's access away, at once, for a reason that its people may read. It may be called again
// when the ledgers could not be told. The operator's organization can't be suspended.
func (s *Service) Suspend(ctx context.Context, id, reason string) (Organization, error) {
	o, err := s.store.GetOrganization(ctx, id)
	if err != nil {
		return o, err
	}
	if o.Operator || o.State != Active && o.State != Suspended {
		return o, fault.New(fault.Conflict, "organization_not_suspendable", "organization %s can't be suspended", id).
			WithHint("it runs the platform, or is not active")
	}
	o.State, o.Reason = Suspended, reason
	if err := s.store.UpdateOrganization(ctx, o); err != nil {
		return o, err
	}
	if s.revoker == nil {
		return o, nil
	}
	if err := s.revoker.Suspended(ctx, id); err != nil {
		return o, fmt.Errorf("take %s off the ledgers: %w", id, err)
	}
	return o, nil
}

// Resume gives a suspended organization its access back, on the ledgers too. Certificates that were revoked otherwise
// stay so.
func (s *Service) Resume(ctx context.Context, id string) (Organization, error) {
	o, err := s.store.GetOrganization(ctx, id)
	if err != nil || o.State == Active {
		return o, err
	}
	if o.State != Suspended {
		return o, fault.New(fault.Conflict, "organization_not_suspended", "organization %s is %s", id, o.State)
	}
	o.State, o.Reason = Active, ""
	if err := s.store.UpdateOrganization(ctx, o); err != nil || s.revoker == nil {
		return o, err
	}
	if err := s.revoker.Resumed(ctx, id); err != nil {
		return o, fmt.Errorf("take %s back onto the ledgers: %w", id, err)
	}
	return o, nil
}
