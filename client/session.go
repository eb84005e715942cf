// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"errors"
	"net/http"

	"github.com/blockchain4all/blockchain4all/api"
)

// sessionCookie carries a session's secret, which works as a token too.
const sessionCookie = "b4a_session"

// SignIn signs a person in and gives the session's secret, to be used as a token for the hours that the session lives,
// with who it is. The problem "second_factor_needed" asks for the same again with a code.
func (c *Client) SignIn(ctx context.Context, in api.NewSession) (secret string, who api.Principal, err error) {
	return c.newSession(ctx, at("session"), in)
}

// AcceptInvitation makes the person of an invitation a member and signs in as SignIn does.
func (c *Client) AcceptInvitation(ctx context.Context, in api.InvitationAcceptance) (secret string, who api.Principal, err error) {
	return c.newSession(ctx, at("invitations", "accept"), in)
}

// Invitation shows what an invitation's code offers, and whether its person has an account.
func (c *Client) Invitation(ctx context.Context, code string) (api.Invitation, error) {
	return post[api.Invitation](ctx, c, at("invitations", "preview"), api.InvitationCode{Code: code}, nil)
}

func (c *Client) newSession(ctx context.Context, path string, in any) (secret string, who api.Principal, err error) {
	r, err := c.request(http.MethodPost, path, in, nil)
	if err != nil {
		return "", who, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	err = c.retry(ctx, func() error {
		return c.send(ctx, r, func(res *http.Response) error {
			for _, cookie := range res.Cookies() {
				if cookie.Name == sessionCookie {
					secret = cookie.Value
				}
			}
			return c.decode(res, &who)
		})
	})
	if err == nil && secret == "" {
		err = errors.New("sign in: the platform gave no session")
	}
	return secret, who, err
}

// SignOut ends the session, or, for an API token, does nothing.
func (c *Client) SignOut(ctx context.Context) error {
	return c.do(ctx, http.MethodDelete, at("session"), nil, nil)
}
