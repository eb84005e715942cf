// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"iter"

	"github.com/blockchain4all/blockchain4all/api"
)

// Catalogue lists the contracts that the platform offers.
func (c *Client) Catalogue(ctx context.Context, opts ...CallOption) iter.Seq2[api.CatalogueEntry, error] {
	return pages[api.CatalogueEntry](ctx, c, at("catalogue"), opts...)
}

// Contracts lists a ledger's contracts.
func (c *Client) Contracts(ctx context.Context, ledger string, opts ...CallOption) iter.Seq2[api.Contract, error] {
	return pages[api.Contract](ctx, c, at("ledgers", ledger, "contracts"), opts...)
}

// Contract gives one contract of a ledger.
func (c *Client) Contract(ctx context.Context, ledger, name string) (api.Contract, error) {
	return get[api.Contract](ctx, c, at("ledgers", ledger, "contracts", name))
}

// NewContract starts to deploy a catalogue contract on a ledger.
func (c *Client) NewContract(
	ctx context.Context, ledger string, in api.NewContract, opts ...CallOption,
) (api.Operation, error) {
	return c.accepted(ctx, at("ledgers", ledger, "contracts"), in, opts)
}

// ContractMetadata gives a contract's description of its functions.
func (c *Client) ContractMetadata(ctx context.Context, ledger, name string) (api.ContractMetadata, error) {
	return get[api.ContractMetadata](ctx, c, at("ledgers", ledger, "contracts", name, "metadata"))
}

// ContractLogs gives the last lines of a contract's log; tail of zero leaves their number to the platform.
func (c *Client) ContractLogs(ctx context.Context, ledger, name string, tail int) (api.LogLines, error) {
	return get[api.LogLines](ctx, c, at("ledgers", ledger, "contracts", name, "logs"), tailOption(tail))
}
