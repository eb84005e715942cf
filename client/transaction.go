// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"

	"github.com/blockchain4all/blockchain4all/api"
)

// Submit makes a transaction with a custodial key and waits until it is committed. A transaction that the contract
// refused is an *api.Problem with the code "contract_error", one that the ledger marked invalid "tx_invalid".
func (c *Client) Submit(
	ctx context.Context, ledger, contract string, in api.Call, opts ...CallOption,
) (api.Commit, error) {
	return call[api.Commit](ctx, c, ledger, contract, "submit", in, opts)
}

// Evaluate asks a contract with a custodial key, without leaving a trace on the ledger.
func (c *Client) Evaluate(
	ctx context.Context, ledger, contract string, in api.Call, opts ...CallOption,
) (api.CallResult, error) {
	return call[api.CallResult](ctx, c, ledger, contract, "evaluate", in, opts)
}

// NewProposal is the first step of a transaction whose key stays with the caller: sign the answer's digest.
func (c *Client) NewProposal(
	ctx context.Context, ledger, contract string, in api.NewProposal, opts ...CallOption,
) (api.Proposal, error) {
	return call[api.Proposal](ctx, c, ledger, contract, "proposals", in, opts)
}

// EvaluateSigned answers a query with a proposal that the caller signed.
func (c *Client) EvaluateSigned(
	ctx context.Context, ledger, contract string, in api.SignedProposal, opts ...CallOption,
) (api.CallResult, error) {
	return call[api.CallResult](ctx, c, ledger, contract, "evaluations", in, opts)
}

// Endorse has a proposal that the caller signed endorsed: sign the answer's digest.
func (c *Client) Endorse(
	ctx context.Context, ledger, contract string, in api.SignedProposal, opts ...CallOption,
) (api.Endorsement, error) {
	return call[api.Endorsement](ctx, c, ledger, contract, "endorsements", in, opts)
}

// SubmitSigned sends an endorsed transaction that the caller signed and waits until it is committed.
func (c *Client) SubmitSigned(
	ctx context.Context, ledger, contract string, in api.SignedTransaction, opts ...CallOption,
) (api.Commit, error) {
	return call[api.Commit](ctx, c, ledger, contract, "transactions", in, opts)
}

func call[T any](
	ctx context.Context, c *Client, ledger, contract, verb string, in any, opts []CallOption,
) (T, error) {
	return post[T](ctx, c, at("ledgers", ledger, "contracts", contract, verb), in, opts)
}
