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
