// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"iter"
	"net/http"

	"github.com/blockchain4all/blockchain4all/api"
)

// Mails lists the mails that were not delivered, oldest first: those in the state "failed", or "queued". For operators
// and auditors.
func (c *Client) Mails(ctx context.Context, state string, opts ...CallOption) iter.Seq2[api.Mail, error] {
	return pages[api.Mail](ctx, c, at("mails"), append([]CallOption{query("state", state)}, opts...)...)
}

// RetryMail tries to deliver a mail now.
func (c *Client) RetryMail(ctx context.Context, id string, opts ...CallOption) (api.Mail, error) {
	return post[api.Mail](ctx, c, at("mails", id, "retry"), nil, opts)
}

// DiscardMail forgets a mail that was not delivered.
func (c *Client) DiscardMail(ctx context.Context, id string, opts ...CallOption) error {
	return c.do(ctx, http.MethodDelete, at("mails", id), nil, nil, opts...)
}
