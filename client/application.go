// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"

	"github.com/blockchain4all/blockchain4all/api"
)

// Applications lists an organization's applications.
func (c *Client) Applications(ctx context.Context, org string, opts ...CallOption) iter.Seq2[api.Application, error] {
	return pages[api.Application](ctx, c, at("organizations", org, "applications"), opts...)
}

// Application gives one application.
func (c *Client) Application(ctx context.Context, org, name string) (api.Application, error) {
	return get[api.Application](ctx, c, at("organizations", org, "applications", name))
}

// NewApplication registers an application: with a CSR on its own key, or without one with a custodial key.
func (c *Client) NewApplication(
	ctx context.Context, org string, in api.NewApplication, opts ...CallOption,
) (api.Application, error) {
	return post[api.Application](ctx, c, at("organizations", org, "applications"), in, opts)
}

// DeleteApplication removes an application.
func (c *Client) DeleteApplication(ctx context.Context, org, name string, opts ...CallOption) error {
	return c.do(ctx, http.MethodDelete, at("organizations", org, "applications", name), nil, nil, opts...)
}

// Bundle writes an application's connection bundle, a zip archive, to w. Once bytes have been written a broken
// connection is an error; nothing is written twice.
func (c *Client) Bundle(ctx context.Context, org, name string, w io.Writer) error {
	r, err := c.request(http.MethodGet, at("organizations", org, "applications", name, "bundle"), nil, nil)
	if err != nil {
		return err
	}
	r.accept = "application/zip"
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	return c.retry(ctx, func() error {
		return c.send(ctx, r, func(res *http.Response) error { return receive(w, res.Body) })
	})
}

// receive copies a file. Its errors are final: what was written can't be taken back.
func receive(w io.Writer, body io.Reader) error {
	n, err := io.Copy(w, io.LimitReader(body, maxAnswer))
	if err != nil {
		return fmt.Errorf("receive bundle: %w", err)
	}
	if n == maxAnswer {
		return fmt.Errorf("receive bundle: more than %d bytes", maxAnswer-1)
	}
	return nil
}
