// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"iter"
	"net/http"

	"github.com/blockchain4all/blockchain4all/api"
)

// Tokens lists the API tokens that the caller may see.
func (c *Client) Tokens(ctx context.Context, opts ...CallOption) iter.Seq2[api.Token, error] {
	return pages[api.Token](ctx, c, at("tokens"), opts...)
}

// NewToken issues an API token. Its secret is in the answer and nowhere else.
func (c *Client) NewToken(ctx context.Context, in api.NewToken, opts ...CallOption) (api.IssuedToken, error) {
	return post[api.IssuedToken](ctx, c, at("tokens"), in, opts)
}

// RevokeToken makes a token useless, at once.
func (c *Client) RevokeToken(ctx context.Context, id string, opts ...CallOption) error {
	return c.do(ctx, http.MethodDelete, at("tokens", id), nil, nil, opts...)
}
