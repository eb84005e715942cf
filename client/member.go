// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"iter"
	"net/http"

	"github.com/blockchain4all/blockchain4all/api"
)

// members is the path of an organization's members, or, for an empty one, of the platform's, and what is below it.
func members(org string, below ...string) string {
	if org == "" {
		return at(append([]string{"platform", "members"}, below...)...)
	}
	return at(append([]string{"organizations", org, "members"}, below...)...)
}

// Members lists an organization's members; an empty org means the platform's operators and auditors, here and below.
func (c *Client) Members(ctx context.Context, org string, opts ...CallOption) iter.Seq2[api.Member, error] {
	return pages[api.Member](ctx, c, members(org), opts...)
}

// InviteMember invites a person. The answer's link is to be handed to that person and to nobody else.
func (c *Client) InviteMember(
	ctx context.Context, org string, in api.NewMember, opts ...CallOption,
) (api.InvitedMember, error) {
	return post[api.InvitedMember](ctx, c, members(org), in, opts)
}

// SetMemberRole changes what a person is.
func (c *Client) SetMemberRole(ctx context.Context, org, id, role string, opts ...CallOption) (api.Member, error) {
	var out api.Member
	err := c.do(ctx, http.MethodPut, members(org, id), api.MemberRole{Role: role}, &out, opts...)
	return out, err
}

// SuspendMember takes a person's access to an organization away, at once.
func (c *Client) SuspendMember(ctx context.Context, org, id string, opts ...CallOption) (api.Member, error) {
	return post[api.Member](ctx, c, members(org, id, "suspend"), nil, opts)
}

// ResumeMember gives it back.
func (c *Client) ResumeMember(ctx context.Context, org, id string, opts ...CallOption) (api.Member, error) {
	return post[api.Member](ctx, c, members(org, id, "resume"), nil, opts)
}

// RemoveMember ends a person's membership.
func (c *Client) RemoveMember(ctx context.Context, org, id string, opts ...CallOption) error {
	return c.do(ctx, http.MethodDelete, members(org, id), nil, nil, opts...)
}

// People lists all people with an account. For operators.
func (c *Client) People(ctx context.Context, opts ...CallOption) iter.Seq2[api.Person, error] {
	return pages[api.Person](ctx, c, at("people"), opts...)
}

// SuspendPerson takes a person's access away everywhere, at once. For operators.
func (c *Client) SuspendPerson(ctx context.Context, id string, opts ...CallOption) (api.Person, error) {
	return post[api.Person](ctx, c, at("people", id, "suspend"), nil, opts)
}

// ResumePerson gives it back. For operators.
func (c *Client) ResumePerson(ctx context.Context, id string, opts ...CallOption) (api.Person, error) {
	return post[api.Person](ctx, c, at("people", id, "resume"), nil, opts)
}

// Identities gives the other systems with which a person signs in. For operators.
func (c *Client) Identities(ctx context.Context, id string, opts ...CallOption) ([]api.Identity, error) {
	var out api.Identities
	err := c.do(ctx, http.MethodGet, at("people", id, "identities"), nil, &out, opts...)
	return out.Items, err
}

// LinkIdentity lets a person sign in with another system. For operators.
func (c *Client) LinkIdentity(ctx context.Context, id string, in api.NewIdentity, opts ...CallOption) (api.Identity, error) {
	return post[api.Identity](ctx, c, at("people", id, "identities"), in, opts)
}

// UnlinkIdentity takes that back; what was begun with it ends. For operators.
func (c *Client) UnlinkIdentity(ctx context.Context, id, identity string, opts ...CallOption) error {
	return c.do(ctx, http.MethodDelete, at("people", id, "identities", identity), nil, nil, opts...)
}
