// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"iter"

	"github.com/blockchain4all/blockchain4all/api"
)

// SignatureFilter selects signature requests; empty fields select all.
type SignatureFilter struct {
	State        string
	Operation    string
	Organization string
}

// SignatureRequests lists the signatures that organizations are asked for, newest first.
func (c *Client) SignatureRequests(ctx context.Context, f SignatureFilter, opts ...CallOption) iter.Seq2[api.SignatureRequest, error] {
	opts = append([]CallOption{
		query("state", f.State), query("operation", f.Operation), query("organization", f.Organization),
	}, opts...)
	return pages[api.SignatureRequest](ctx, c, at("signature-requests"), opts...)
}

// SignatureRequest gives one signature request, with the content that is signed.
func (c *Client) SignatureRequest(ctx context.Context, id string) (api.SignatureRequest, error) {
	return get[api.SignatureRequest](ctx, c, at("signature-requests", id))
}

// PrepareSignature gives what the holder of an administrator's certificate, PEM, signs.
func (c *Client) PrepareSignature(ctx context.Context, id, certificate string, opts ...CallOption) (api.ToSign, error) {
	return post[api.ToSign](ctx, c, at("signature-requests", id, "prepare"), api.SignatureCertificate{Certificate: certificate}, opts)
}

// Sign sends a signature. A contract's approval takes a second one: of what the answer gives next.
func (c *Client) Sign(ctx context.Context, id string, in api.Signature, opts ...CallOption) (api.SignatureAnswer, error) {
	return post[api.SignatureAnswer](ctx, c, at("signature-requests", id, "sign"), in, opts)
}

// DeclineSignature refuses a signature request.
func (c *Client) DeclineSignature(ctx context.Context, id, reason string, opts ...CallOption) (api.SignatureRequest, error) {
	return post[api.SignatureRequest](ctx, c, at("signature-requests", id, "decline"), api.Declination{Reason: reason}, opts)
}

// SetAdministration says who has an organization's administrator.
func (c *Client) SetAdministration(
	ctx context.Context, orgID string, in api.NewAdministration, opts ...CallOption,
) (api.Organization, error) {
	return post[api.Organization](ctx, c, at("organizations", orgID, "administration"), in, opts)
}

// CancelOperation ends an operation that waits for people.
func (c *Client) CancelOperation(ctx context.Context, id string, opts ...CallOption) (api.Operation, error) {
	return post[api.Operation](ctx, c, at("operations", id, "cancel"), nil, opts)
}
