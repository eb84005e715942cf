// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"net/http"
	"strconv"

	"github.com/blockchain4all/blockchain4all/api"
)

// Authorities gives the generations of an organization's certification authorities.
func (c *Client) Authorities(ctx context.Context, org string) (api.Authorities, error) {
	return get[api.Authorities](ctx, c, at("organizations", org, "authorities"))
}

// RequestAuthorities makes the requests by which another authority certifies the organization's.
func (c *Client) RequestAuthorities(
	ctx context.Context, org string, in api.NewAuthority, opts ...CallOption,
) (api.Authorities, error) {
	return post[api.Authorities](ctx, c, at("organizations", org, "authorities"), in, opts)
}

// InstallAuthorities installs what another authority made of the requests.
func (c *Client) InstallAuthorities(ctx context.Context, org string, in api.AuthorityChain) (api.Authorities, error) {
	var out api.Authorities
	err := c.do(ctx, http.MethodPut, at("organizations", org, "authorities", "chain"), in, &out)
	return out, err
}

// DiscardAuthority forgets a request that is not in use.
func (c *Client) DiscardAuthority(ctx context.Context, org, purpose string, generation int) error {
	path := at("organizations", org, "authorities", purpose, strconv.Itoa(generation))
	return c.do(ctx, http.MethodDelete, path, nil, nil)
}

// RehearseAuthorityChange tells what ChangeAuthority would do now.
func (c *Client) RehearseAuthorityChange(ctx context.Context, org string) (api.AuthorityRehearsal, error) {
	return get[api.AuthorityRehearsal](ctx, c, at("organizations", org, "authority-change"))
}

// ChangeAuthority moves an organization to its certified authority: follow the operation with WaitOperation.
func (c *Client) ChangeAuthority(
	ctx context.Context, org string, in api.AuthorityChange, opts ...CallOption,
) (api.Operation, error) {
	return c.accepted(ctx, at("organizations", org, "authority-change"), in, opts)
}

// FinishAuthorityChange removes the old authority.
func (c *Client) FinishAuthorityChange(ctx context.Context, org string, opts ...CallOption) (api.Operation, error) {
	return c.accepted(ctx, at("organizations", org, "authority-change", "finish"), nil, opts)
}

// RevertAuthorityChange moves back to the old authority.
func (c *Client) RevertAuthorityChange(ctx context.Context, org string, opts ...CallOption) (api.Operation, error) {
	return c.accepted(ctx, at("organizations", org, "authority-change", "revert"), nil, opts)
}

// RenewCertificates renews what is due of an organization's certificates.
func (c *Client) RenewCertificates(ctx context.Context, org string, opts ...CallOption) (api.Operation, error) {
	return c.accepted(ctx, at("organizations", org, "renewals"), nil, opts)
}
