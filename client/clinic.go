// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"

	"github.com/blockchain4all/blockchain4all/api"
)

// CheckCertificates asks the certificate clinic whether Fabric and the platform will take something. It needs no token.
// Never send a private key.
func (c *Client) CheckCertificates(
	ctx context.Context, in api.CertificateCheck, opts ...CallOption,
) (api.CertificateReport, error) {
	return post[api.CertificateReport](ctx, c, at("clinic"), in, opts)
}
