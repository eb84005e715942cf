// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/blockchain4all/blockchain4all/api"
)

// Platform describes the installation.
func (c *Client) Platform(ctx context.Context) (api.Platform, error) {
	return get[api.Platform](ctx, c, at("platform"))
}

// Principal tells who the token belongs to.
func (c *Client) Principal(ctx context.Context) (api.Principal, error) {
	return get[api.Principal](ctx, c, at("session"))
}

// NewSignInLink makes a link that opens the console signed in, once. For operators.
func (c *Client) NewSignInLink(ctx context.Context, opts ...CallOption) (api.SignInLink, error) {
	return post[api.SignInLink](ctx, c, at("signin-links"), nil, opts)
}

// Doctor asks the platform to examine itself.
func (c *Client) Doctor(ctx context.Context) (api.Report, error) {
	return get[api.Report](ctx, c, at("doctor"))
}

// OpenAPI gives the platform's description of its API, JSON.
func (c *Client) OpenAPI(ctx context.Context) ([]byte, error) {
	return get[json.RawMessage](ctx, c, at("openapi.json"))
}

// Ready tells whether the ordering service and the operator's peer run: nil, or why not.
func (c *Client) Ready(ctx context.Context) error {
	once := *c
	once.retryFor, once.dialFor = 0, 0
	return once.do(ctx, http.MethodGet, "/readyz", nil, nil)
}
