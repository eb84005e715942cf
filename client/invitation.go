// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"iter"

	"github.com/blockchain4all/blockchain4all/api"
)

// InviteToLedger invites an organization. The code in the answer is nowhere else but in the mail.
func (c *Client) InviteToLedger(
	ctx context.Context, ledger string, in api.NewLedgerInvitation, opts ...CallOption,
) (api.IssuedLedgerInvitation, error) {
	return post[api.IssuedLedgerInvitation](ctx, c, at("ledgers", ledger, "invitations"), in, opts)
}

// LedgerInvitations lists invitations from and to the caller's organization, newest first.
func (c *Client) LedgerInvitations(ctx context.Context, opts ...CallOption) iter.Seq2[api.LedgerInvitation, error] {
	return pages[api.LedgerInvitation](ctx, c, at("ledger-invitations"), opts...)
}

// LookUpLedgerInvitation shows the invitation of a link. It needs no token.
func (c *Client) LookUpLedgerInvitation(ctx context.Context, code string, opts ...CallOption) (api.LedgerInvitation, error) {
	return post[api.LedgerInvitation](ctx, c, at("ledger-invitations", "lookup"), api.LedgerInvitationCode{Code: code}, opts)
}

// AcceptLedgerInvitation starts to add the organization to the ledger.
func (c *Client) AcceptLedgerInvitation(ctx context.Context, id string, in api.InvitationAnswer, opts ...CallOption) (api.Operation, error) {
	return c.accepted(ctx, at("ledger-invitations", id, "accept"), in, opts)
}

// DeclineLedgerInvitation declines an invitation.
func (c *Client) DeclineLedgerInvitation(
	ctx context.Context, id string, in api.InvitationAnswer, opts ...CallOption,
) (api.LedgerInvitation, error) {
	return post[api.LedgerInvitation](ctx, c, at("ledger-invitations", id, "decline"), in, opts)
}

// RevokeLedgerInvitation takes an invitation back.
func (c *Client) RevokeLedgerInvitation(ctx context.Context, id, inviter string, opts ...CallOption) error {
	opts = append(append([]CallOption(nil), opts...), query("inviter", inviter))
	return c.do(ctx, "DELETE", at("ledger-invitations", id), nil, nil, opts...)
}
