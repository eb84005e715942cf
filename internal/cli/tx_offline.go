// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"crypto/ecdsa"
	"fmt"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

// submitSigned makes a transaction with a key that stays here: prepare, sign, endorse, sign, submit.
func (f *callFlags) submitSigned(
	ctx context.Context, c *client.Client, ledger, contract string, call api.Call,
) (api.Commit, error) {
	key, signed, err := f.propose(ctx, c, ledger, contract, call)
	if err != nil {
		return api.Commit{}, err
	}
	e, err := c.Endorse(ctx, ledger, contract, signed)
	if err != nil {
		return api.Commit{}, err
	}
	signature, err := signDigest(key, e.Digest)
	if err != nil {
		return api.Commit{}, fmt.Errorf("sign transaction: %w", err)
	}
	commit, err := c.SubmitSigned(ctx, ledger, contract, api.SignedTransaction{
		Organization: call.Organization, Transaction: e.Transaction, Signature: signature,
	})
	if commit.Result == "" {
		commit.Result = e.Result
	}
	return commit, err
}

// evaluateSigned asks a contract with a key that stays here.
func (f *callFlags) evaluateSigned(
	ctx context.Context, c *client.Client, ledger, contract string, call api.Call,
) (api.CallResult, error) {
	_, signed, err := f.propose(ctx, c, ledger, contract, call)
	if err != nil {
		return api.CallResult{}, err
	}
	return c.EvaluateSigned(ctx, ledger, contract, signed)
}

// propose has a proposal prepared and signs it.
func (f *callFlags) propose(
	ctx context.Context, c *client.Client, ledger, contract string, call api.Call,
) (*ecdsa.PrivateKey, api.SignedProposal, error) {
	none := api.SignedProposal{}
	key, err := readKey(f.key)
	if err != nil {
		return nil, none, err
	}
	cert, err := readCert(f.cert)
	if err != nil {
		return nil, none, err
	}
	p, err := c.NewProposal(ctx, ledger, contract, api.NewProposal{
		Certificate: cert, Organization: call.Organization, Function: call.Function, Arguments: call.Arguments,
		Transient: call.Transient, Endorsers: call.Endorsers,
	})
	if err != nil {
		return nil, none, err
	}
	signature, err := signDigest(key, p.Digest)
	if err != nil {
		return nil, none, fmt.Errorf("sign proposal: %w", err)
	}
	return key, api.SignedProposal{
		Organization: call.Organization, Proposal: p.Proposal, Signature: signature,
	}, nil
}
