// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"iter"
	"net/http"

	"github.com/blockchain4all/blockchain4all/api"
)

// AccessForm tells what an access request may say. It needs no token, like all that applicants do.
func (c *Client) AccessForm(ctx context.Context) (api.AccessForm, error) {
	return get[api.AccessForm](ctx, c, at("access-form"))
}

// NewAccessRequest asks for access. The secret in the answer is nowhere else.
func (c *Client) NewAccessRequest(ctx context.Context, in api.NewAccessRequest, opts ...CallOption) (api.IssuedAccessReceipt, error) {
	return post[api.IssuedAccessReceipt](ctx, c, at("access-requests"), in, opts)
}

// ConfirmAccessRequest confirms the applicant's mail address by the code that was sent to it.
func (c *Client) ConfirmAccessRequest(ctx context.Context, code string, opts ...CallOption) (api.AccessReceipt, error) {
	return post[api.AccessReceipt](ctx, c, at("access-requests", "confirm"), api.AccessSecret{Secret: code}, opts)
}

// AccessReceipt shows a request to its applicant.
func (c *Client) AccessReceipt(ctx context.Context, secret string, opts ...CallOption) (api.AccessReceipt, error) {
	return post[api.AccessReceipt](ctx, c, at("access-requests", "receipt"), api.AccessSecret{Secret: secret}, opts)
}

// AnswerAccessRequest answers what the operators asked.
func (c *Client) AnswerAccessRequest(ctx context.Context, in api.AccessAnswer, opts ...CallOption) (api.AccessReceipt, error) {
	return post[api.AccessReceipt](ctx, c, at("access-requests", "receipt", "answer"), in, opts)
}

// WithdrawAccessRequest ends the applicant's request.
func (c *Client) WithdrawAccessRequest(ctx context.Context, secret string, opts ...CallOption) (api.AccessReceipt, error) {
	return post[api.AccessReceipt](ctx, c, at("access-requests", "receipt", "withdraw"), api.AccessSecret{Secret: secret}, opts)
}

// AccessFilter selects access requests; zero fields select all.
type AccessFilter struct{ State, Kind, Assignee string }

// AccessRequests lists access requests, newest first.
func (c *Client) AccessRequests(ctx context.Context, f AccessFilter, opts ...CallOption) iter.Seq2[api.AccessRequest, error] {
	opts = append(append([]CallOption(nil), opts...), query("state", f.State), query("kind", f.Kind), query("assignee", f.Assignee))
	return pages[api.AccessRequest](ctx, c, at("access-requests"), opts...)
}

// AccessRequest gives one access request.
func (c *Client) AccessRequest(ctx context.Context, id string) (api.AccessRequest, error) {
	return get[api.AccessRequest](ctx, c, at("access-requests", id))
}

// AssignAccessRequest gives a request to an operator, the caller for an empty name.
func (c *Client) AssignAccessRequest(ctx context.Context, id, assignee string, opts ...CallOption) (api.AccessRequest, error) {
	return post[api.AccessRequest](ctx, c, at("access-requests", id, "assign"), api.AccessAssignment{Assignee: assignee}, opts)
}

// AskAccessRequest asks the applicant for information.
func (c *Client) AskAccessRequest(ctx context.Context, id, text string, opts ...CallOption) (api.AccessRequest, error) {
	return post[api.AccessRequest](ctx, c, at("access-requests", id, "ask"), api.AccessQuestion{Text: text}, opts)
}

// ApproveAccessRequest approves a request, or proposes to where a second person must agree.
func (c *Client) ApproveAccessRequest(ctx context.Context, id string, in api.AccessApproval, opts ...CallOption) (api.AccessApproved, error) {
	return post[api.AccessApproved](ctx, c, at("access-requests", id, "approve"), in, opts)
}

// RejectAccessRequest rejects a request, with a written reason.
func (c *Client) RejectAccessRequest(ctx context.Context, id, reason string, opts ...CallOption) (api.AccessRequest, error) {
	return post[api.AccessRequest](ctx, c, at("access-requests", id, "reject"), api.AccessRejection{Reason: reason}, opts)
}

// AccessPolicy gives the policy of the procedure.
func (c *Client) AccessPolicy(ctx context.Context) (api.AccessPolicy, error) {
	return get[api.AccessPolicy](ctx, c, at("access-policy"))
}

// PutAccessPolicy changes the policy of the procedure.
func (c *Client) PutAccessPolicy(ctx context.Context, in api.AccessPolicy, opts ...CallOption) (api.AccessPolicy, error) {
	var out api.AccessPolicy
	err := c.do(ctx, http.MethodPut, at("access-policy"), in, &out, opts...)
	return out, err
}
