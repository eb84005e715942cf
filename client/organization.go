// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"iter"

	"github.com/blockchain4all/blockchain4all/api"
)

// Organizations lists the organizations that the caller may see.
func (c *Client) Organizations(ctx context.Context, opts ...CallOption) iter.Seq2[api.Organization, error] {
	return pages[api.Organization](ctx, c, at("organizations"), opts...)
}

// Organization gives one organization.
func (c *Client) Organization(ctx context.Context, id string) (api.Organization, error) {
	return get[api.Organization](ctx, c, at("organizations", id))
}

// NewOrganization starts to admit an organization: follow the operation with WaitOperation.
func (c *Client) NewOrganization(
	ctx context.Context, in api.NewOrganization, opts ...CallOption,
) (api.Operation, error) {
	return c.accepted(ctx, at("organizations"), in, opts)
}

// SuspendOrganization takes an organization's access away, at once. For operators.
func (c *Client) SuspendOrganization(ctx context.Context, id, reason string, opts ...CallOption) (api.Organization, error) {
	return post[api.Organization](ctx, c, at("organizations", id, "suspend"), api.Suspension{Reason: reason}, opts)
}

// ResumeOrganization gives a suspended organization its access back. For operators.
func (c *Client) ResumeOrganization(ctx context.Context, id string, opts ...CallOption) (api.Organization, error) {
	return post[api.Organization](ctx, c, at("organizations", id, "resume"), nil, opts)
}
