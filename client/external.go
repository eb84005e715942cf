// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"

	"github.com/blockchain4all/blockchain4all/api"
)

// MSP gives an organization's MSP, as its ledgers have it.
func (c *Client) MSP(ctx context.Context, org string) (api.MSP, error) {
	return get[api.MSP](ctx, c, at("organizations", org, "msp"))
}

// UpdateMSP replaces the MSP that an organization brought, or its revocation lists: follow the operation with
// WaitOperation.
func (c *Client) UpdateMSP(ctx context.Context, org string, in api.MSPUpdate, opts ...CallOption) (api.Operation, error) {
	return c.accepted(ctx, at("organizations", org, "msp"), in, opts)
}

// NodeRequests gives what the authority of a node's organization is to certify.
func (c *Client) NodeRequests(ctx context.Context, node string) (api.NodeRequests, error) {
	return get[api.NodeRequests](ctx, c, at("nodes", node, "certificate-requests"))
}

// InstallNodeCertificates installs what the authority of a node's organization made of its requests.
func (c *Client) InstallNodeCertificates(
	ctx context.Context, node string, in api.NodeCertificates, opts ...CallOption,
) (api.InstalledCertificates, error) {
	return post[api.InstalledCertificates](ctx, c, at("nodes", node, "certificates"), in, opts)
}

// RecordCertificate records a certificate that an organization issued itself.
func (c *Client) RecordCertificate(
	ctx context.Context, org string, in api.RecordedCertificate, opts ...CallOption,
) (api.Certificate, error) {
	return post[api.Certificate](ctx, c, at("organizations", org, "recorded-certificates"), in, opts)
}
