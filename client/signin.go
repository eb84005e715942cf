// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"net/http"

	"github.com/blockchain4all/blockchain4all/api"
)

// SignInMethods gives the ways to sign in that are offered to everybody. It needs no token.
func (c *Client) SignInMethods(ctx context.Context) (api.SignInMethods, error) {
	return get[api.SignInMethods](ctx, c, at("signin-methods"))
}

// SignInSettings gives the sign-in settings in force, without secrets.
func (c *Client) SignInSettings(ctx context.Context) (api.SignInState, error) {
	return get[api.SignInState](ctx, c, at("signin-settings"))
}

// PutSignInSettings puts sign-in settings in force. They revert by themselves unless they are confirmed.
func (c *Client) PutSignInSettings(ctx context.Context, in api.NewSignInSettings, opts ...CallOption) (api.SignInState, error) {
	var out api.SignInState
	err := c.do(ctx, http.MethodPut, at("signin-settings"), in, &out, opts...)
	return out, err
}

// ConfirmSignInSettings makes a revision of the sign-in settings stay.
func (c *Client) ConfirmSignInSettings(ctx context.Context, revision int, opts ...CallOption) (api.SignInState, error) {
	return post[api.SignInState](ctx, c, at("signin-settings", "confirm"), api.SignInRevision{Revision: revision}, opts)
}

// RevertSignInSettings takes back a revision that is not confirmed.
func (c *Client) RevertSignInSettings(ctx context.Context, revision int, opts ...CallOption) (api.SignInState, error) {
	return post[api.SignInState](ctx, c, at("signin-settings", "revert"), api.SignInRevision{Revision: revision}, opts)
}
