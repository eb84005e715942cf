// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/transaction"
)

type callInput struct {
	ContractPath
	Body api.Call
}

func (in *callInput) organization() string { return in.Body.Organization }

func (in *callInput) call() transaction.Call {
	return transaction.Call{
		Channel: in.Ledger, Chaincode: in.Contract, Org: in.Body.Organization, Application: in.Body.Application,
		Function: in.Body.Function, Args: in.Body.Arguments, Transient: in.Body.Transient, Endorsers: in.Body.Endorsers,
	}
}

type proposalInput struct {
	ContractPath
	Body api.NewProposal
}

func (in *proposalInput) organization() string { return in.Body.Organization }

type signedProposalInput struct {
	ContractPath
	Body api.SignedProposal
}

func (in *signedProposalInput) organization() string { return in.Body.Organization }

func (in *signedProposalInput) signed() transaction.Signed {
	return transaction.Signed{
		Channel: in.Ledger, Chaincode: in.Contract, Org: in.Body.Organization,
		Bytes: in.Body.Proposal, Signature: in.Body.Signature,
	}
}

type signedTransactionInput struct {
	ContractPath
	Body api.SignedTransaction
}

func (in *signedTransactionInput) organization() string { return in.Body.Organization }

type statusInput struct {
	TransactionPath
	Organization string `query:"organization" required:"true" minLength:"1" maxLength:"64" doc:"Whose peer is asked."`
}

func (in *statusInput) organization() string { return in.Organization }

const contractBase = "/ledgers/{ledger}/contracts/{contract}"

// The routes of transactions are quiet: a transaction is its own record, on the ledger, with the identity that signed it.
func (s *Server) transactionRoutes() {
	register(s, route{
		id: "submitTransaction", method: http.MethodPost, path: contractBase + "/submit", tag: "transactions",
		summary: "Submit a transaction with a custodial key and wait for its commit", action: access.TransactionSubmit, quiet: true,
	}, func(ctx context.Context, in *callInput) (*body[api.Commit], error) {
		return committed(s.Transactions.Submit(ctx, in.call(), actor(ctx), key(ctx)))
	})
	register(s, route{
		id: "evaluateTransaction", method: http.MethodPost, path: contractBase + "/evaluate", tag: "transactions",
		summary: "Evaluate a query with a custodial key", action: access.TransactionEvaluate, quiet: true,
	}, func(ctx context.Context, in *callInput) (*body[api.CallResult], error) {
		result, err := s.Transactions.Evaluate(ctx, in.call())
		return answer(api.CallResult{Result: string(result)}, err)
	})
	register(s, route{
		id: "prepareProposal", method: http.MethodPost, path: contractBase + "/proposals", tag: "transactions",
		summary: "Compose a proposal to be signed by the caller", action: access.TransactionSubmit, quiet: true,
	}, func(ctx context.Context, in *proposalInput) (*body[api.Proposal], error) {
		c := transaction.Call{
			Channel: in.Ledger, Chaincode: in.Contract, Org: in.Body.Organization, Function: in.Body.Function,
			Args: in.Body.Arguments, Transient: in.Body.Transient, Endorsers: in.Body.Endorsers,
		}
		u, err := s.Transactions.Prepare(ctx, c, []byte(in.Body.Certificate))
		return answer(api.Proposal{TransactionID: u.TxID, Proposal: u.Bytes, Message: u.Message, Digest: u.Digest}, err)
	})
	register(s, route{
		id: "evaluateProposal", method: http.MethodPost, path: contractBase + "/evaluations", tag: "transactions",
		summary: "Evaluate a proposal signed by the caller", action: access.TransactionSubmit, quiet: true,
	}, func(ctx context.Context, in *signedProposalInput) (*body[api.CallResult], error) {
		result, err := s.Transactions.EvaluateSigned(ctx, in.signed())
		return answer(api.CallResult{Result: string(result)}, err)
	})
	register(s, route{
		id: "endorseProposal", method: http.MethodPost, path: contractBase + "/endorsements", tag: "transactions",
		summary: "Have a signed proposal endorsed, and get the transaction to sign", action: access.TransactionSubmit, quiet: true,
	}, func(ctx context.Context, in *signedProposalInput) (*body[api.Endorsement], error) {
		u, err := s.Transactions.EndorseSigned(ctx, in.signed())
		return answer(api.Endorsement{
			TransactionID: u.TxID, Transaction: u.Bytes, Message: u.Message, Digest: u.Digest,
			Result: string(u.Result),
		}, err)
	})
	register(s, route{
		id: "submitSigned", method: http.MethodPost, path: contractBase + "/transactions", tag: "transactions",
		summary: "Submit a transaction signed by the caller and wait for its commit", action: access.TransactionSubmit, quiet: true,
	}, func(ctx context.Context, in *signedTransactionInput) (*body[api.Commit], error) {
		return committed(s.Transactions.SubmitSigned(ctx, transaction.Signed{
			Channel: in.Ledger, Chaincode: in.Contract, Org: in.Body.Organization,
			Bytes: in.Body.Transaction, Signature: in.Body.Signature,
		}))
	})
	register(s, route{
		id: "getTransactionStatus", method: http.MethodGet, path: "/ledgers/{ledger}/transactions/{transaction}/status",
		tag: "transactions", summary: "Look up the fate of a transaction", action: access.TransactionEvaluate,
	}, func(ctx context.Context, in *statusInput) (*body[api.Commit], error) {
		o, err := s.Transactions.Status(ctx, in.Ledger, in.Organization, in.ID)
		if err != nil {
			return nil, err
		}
		return answer(showCommit(o), nil)
	})
}

func committed(o transaction.Outcome, err error) (*body[api.Commit], error) {
	return answer(showCommit(o), err)
}

func showCommit(o transaction.Outcome) api.Commit {
	c := api.Commit{TransactionID: o.TxID, State: "pending", Result: string(o.Result)}
	if o.Status.Code == "" {
		return c
	}
	c.State, c.Validation, c.Block = "rejected", o.Status.Code, o.Status.BlockNumber
	if o.Status.Successful {
		c.State = "committed"
	}
	return c
}
