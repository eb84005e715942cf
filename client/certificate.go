// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"iter"
	"net/http"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
)

// Certificates lists what an organization's authorities issued.
func (c *Client) Certificates(ctx context.Context, org string, opts ...CallOption) iter.Seq2[api.Certificate, error] {
	return pages[api.Certificate](ctx, c, at("organizations", org, "certificates"), opts...)
}

// CertificateFilter selects certificates; empty fields select all.
type CertificateFilter struct {
	Organization  string
	Holder        string
	Member        string // ID
	Status        string // valid, expiring, expired or revoked
	ExpiresBefore time.Time
}

// AllCertificates lists the certificates of all organizations that the caller may see.
func (c *Client) AllCertificates(
	ctx context.Context, f CertificateFilter, opts ...CallOption,
) iter.Seq2[api.Certificate, error] {
	before := ""
	if !f.ExpiresBefore.IsZero() {
		before = f.ExpiresBefore.UTC().Format(time.RFC3339)
	}
	all := append([]CallOption{
		query("org", f.Organization), query("holder", f.Holder), query("member", f.Member), query("status", f.Status),
		query("expiresBefore", before),
	}, opts...)
	return pages[api.Certificate](ctx, c, at("certificates"), all...)
}

// OwnCertificates lists the certificates of the person whose session the client has, of every organization.
func (c *Client) OwnCertificates(ctx context.Context, opts ...CallOption) iter.Seq2[api.OwnCertificate, error] {
	return pages[api.OwnCertificate](ctx, c, at("account", "certificates"), opts...)
}

// NewCertificate asks an organization's authority for an enrollment certificate on the key of a CSR.
func (c *Client) NewCertificate(
	ctx context.Context, org string, in api.NewCertificate, opts ...CallOption,
) (api.IssuedCertificate, error) {
	return post[api.IssuedCertificate](ctx, c, at("organizations", org, "certificates"), in, opts)
}

// RevokeCertificate revokes a certificate: the platform refuses it from the answer on, each ledger when the operation
// tells so. Follow it with WaitOperation.
func (c *Client) RevokeCertificate(
	ctx context.Context, org, serial string, in api.CertificateRevocation, opts ...CallOption,
) (api.Operation, error) {
	return c.accepted(ctx, at("organizations", org, "certificates", serial, "revoke"), in, opts)
}

// BindCertificate says whose a certificate is.
func (c *Client) BindCertificate(ctx context.Context, org, serial string, in api.CertificateMember) (api.Certificate, error) {
	var out api.Certificate
	err := c.do(ctx, http.MethodPut, at("organizations", org, "certificates", serial, "member"), in, &out)
	return out, err
}

// ReleaseCertificate releases a certificate that is on hold.
func (c *Client) ReleaseCertificate(ctx context.Context, org, serial string, opts ...CallOption) (api.Operation, error) {
	return c.accepted(ctx, at("organizations", org, "certificates", serial, "release"), nil, opts)
}

// WatchedCertificates gives the certificates of other authorities that are watched for an organization.
func (c *Client) WatchedCertificates(ctx context.Context, org string) (api.WatchedCertificates, error) {
	return get[api.WatchedCertificates](ctx, c, at("organizations", org, "watched-certificates"))
}

// WatchCertificate watches a certificate of another authority: a holder's certificates are revoked with it.
func (c *Client) WatchCertificate(
	ctx context.Context, org string, in api.NewWatchedCertificate, opts ...CallOption,
) (api.WatchedCertificate, error) {
	return post[api.WatchedCertificate](ctx, c, at("organizations", org, "watched-certificates"), in, opts)
}

// UnwatchCertificate watches a certificate no longer.
func (c *Client) UnwatchCertificate(ctx context.Context, org, id string) error {
	return c.do(ctx, http.MethodDelete, at("organizations", org, "watched-certificates", id), nil, nil)
}
