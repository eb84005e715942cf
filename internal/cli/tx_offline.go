// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
	"github.com/blockchain4all/blockchain4all/client/consent"
)

// submitSigned makes a transaction with a key that stays here: prepare, sign, endorse, sign, submit.
func (f *callFlags) submitSigned(
	ctx context.Context, c *client.Client, ledger, contract string, call api.Call,
) (api.Commit, error) {
	asked := wantedCall{ledger: ledger, contract: contract, Call: call}
	key, signed, err := f.propose(ctx, c, &asked)
	if err != nil {
		return api.Commit{}, err
	}
	e, err := c.Endorse(ctx, ledger, contract, signed)
	if err != nil {
		return api.Commit{}, err
	}
	asked.Transient = nil // the peers have it; it is not written down
	if err := asked.check(consent.ReadEndorsedCall(e.Message)); err != nil {
		return api.Commit{}, err
	}
	signature, err := signMessage(key, e.Message)
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
	_, signed, err := f.propose(ctx, c, &wantedCall{ledger: ledger, contract: contract, Call: call})
	if err != nil {
		return api.CallResult{}, err
	}
	return c.EvaluateSigned(ctx, ledger, contract, signed)
}

// wantedCall is what somebody asks to be called, and the ID that it gets.
type wantedCall struct {
	api.Call

	ledger, contract, txID string
}

// check refuses to sign what is another call than the wanted one, whatever the platform says of it.
func (w *wantedCall) check(c consent.Call, err error) error {
	if err != nil {
		return fmt.Errorf("what the platform gives to sign can't be read: %w", err)
	}
	if c.Channel != w.ledger || c.Chaincode != w.contract || !slices.Equal(c.Arguments, append([]string{w.Function}, w.Arguments...)) ||
		!maps.Equal(c.Transient, w.Transient) || w.txID != "" && w.txID != c.TxID {
		return errors.New("what the platform gives to sign is another call")
	}
	w.txID = c.TxID
	return nil
}

// propose has a proposal prepared and signs it.
func (f *callFlags) propose(ctx context.Context, c *client.Client, call *wantedCall) (*ecdsa.PrivateKey, api.SignedProposal, error) {
	none := api.SignedProposal{}
	key, err := readKey(f.key)
	if err != nil {
		return nil, none, err
	}
	cert, err := readCert(f.cert)
	if err != nil {
		return nil, none, err
	}
	p, err := c.NewProposal(ctx, call.ledger, call.contract, api.NewProposal{
		Certificate: cert, Organization: call.Organization, Function: call.Function, Arguments: call.Arguments,
		Transient: call.Transient, Endorsers: call.Endorsers,
	})
	if err != nil {
		return nil, none, err
	}
	if err := call.check(consent.ReadCall(p.Message)); err != nil {
		return nil, none, err
	}
	signature, err := signMessage(key, p.Message)
	if err != nil {
		return nil, none, fmt.Errorf("sign proposal: %w", err)
	}
	return key, api.SignedProposal{
		Organization: call.Organization, Proposal: p.Proposal, Signature: signature,
	}, nil
}
