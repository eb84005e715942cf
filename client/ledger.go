// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"iter"
	"strconv"

	"github.com/blockchain4all/blockchain4all/api"
)

// Ledgers lists the ledgers that the caller may see.
func (c *Client) Ledgers(ctx context.Context, opts ...CallOption) iter.Seq2[api.Ledger, error] {
	return pages[api.Ledger](ctx, c, at("ledgers"), opts...)
}

// Ledger gives one ledger.
func (c *Client) Ledger(ctx context.Context, name string) (api.Ledger, error) {
	return get[api.Ledger](ctx, c, at("ledgers", name))
}

// NewLedger starts to create a ledger.
func (c *Client) NewLedger(ctx context.Context, in api.NewLedger, opts ...CallOption) (api.Operation, error) {
	return c.accepted(ctx, at("ledgers"), in, opts)
}

// NewLedgerMember starts to add an organization to a running ledger.
func (c *Client) NewLedgerMember(
	ctx context.Context, ledger string, in api.NewLedgerMember, opts ...CallOption,
) (api.Operation, error) {
	return c.accepted(ctx, at("ledgers", ledger, "organizations"), in, opts)
}

// Blocks lists a ledger's blocks, newest first, without their transactions.
func (c *Client) Blocks(ctx context.Context, ledger string, opts ...CallOption) iter.Seq2[api.Block, error] {
	return pages[api.Block](ctx, c, at("ledgers", ledger, "blocks"), opts...)
}

// Block gives one block with its transactions.
func (c *Client) Block(ctx context.Context, ledger string, number uint64) (api.Block, error) {
	return get[api.Block](ctx, c, at("ledgers", ledger, "blocks", strconv.FormatUint(number, 10)))
}

// Transactions lists a ledger's transactions, newest first.
func (c *Client) Transactions(
	ctx context.Context, ledger string, opts ...CallOption,
) iter.Seq2[api.Transaction, error] {
	return pages[api.Transaction](ctx, c, at("ledgers", ledger, "transactions"), opts...)
}

// Transaction gives one transaction.
func (c *Client) Transaction(ctx context.Context, ledger, id string) (api.Transaction, error) {
	return get[api.Transaction](ctx, c, at("ledgers", ledger, "transactions", id))
}

// CommitStatus tells what became of a transaction, as seen by an organization's peer.
func (c *Client) CommitStatus(ctx context.Context, ledger, id, organization string) (api.Commit, error) {
	path := at("ledgers", ledger, "transactions", id, "status")
	return get[api.Commit](ctx, c, path, query("organization", organization))
}
