// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/channel"
	"github.com/blockchain4all/blockchain4all/internal/fabric/ledger"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// maxShownValue is how much of a written value is shown, bytes.
const maxShownValue = 1000

// LedgerPath names a ledger. It is exported for huma, which fills exported embedded fields only.
type LedgerPath struct {
	Ledger string `path:"ledger" maxLength:"64" doc:"Ledger name." example:"azterketak"`
}

func (p *LedgerPath) ledger() string { return p.Ledger }

type newLedgerInput struct{ Body api.NewLedger }

// organization is the only member of a ledger that an organization makes for itself; a ledger of several is the
// operator's to make.
func (in *newLedgerInput) organization() string {
	if len(in.Body.Organizations) == 1 {
		return in.Body.Organizations[0]
	}
	return ""
}

type newMemberInput struct {
	LedgerPath
	Body api.NewLedgerMember
}

func (in *newMemberInput) organization() string { return "" }

// BlockPath names a block. It is exported for huma, which fills exported embedded fields only.
type BlockPath struct {
	LedgerPath
	Number uint64 `path:"number" doc:"Block number; 0 is the genesis block."`
}

// TransactionPath names a transaction. It is exported for huma, which fills exported embedded fields only.
type TransactionPath struct {
	LedgerPath
	ID string `path:"transaction" minLength:"64" maxLength:"64" pattern:"^[0-9a-f]*$" doc:"Transaction ID, 64 hex digits."`
}

type ledgerList struct {
	LedgerPath
	Paging
}

func (s *Server) ledgerRoutes() {
	register(s, route{
		id: "listLedgers", method: http.MethodGet, path: "/ledgers", tag: "ledgers",
		summary: "List ledgers by name", action: access.LedgerRead,
	}, s.listLedgers)
	register(s, route{
		id: "createLedger", method: http.MethodPost, path: "/ledgers", tag: "ledgers",
		summary: "Create a ledger among organizations", status: http.StatusAccepted, action: access.LedgerCreate,
	}, func(ctx context.Context, in *newLedgerInput) (*body[api.Accepted], error) {
		n := channel.NewChannel{Name: in.Body.Name, Orgs: in.Body.Organizations}
		audit.On(ctx, channel.Subject(n.Name))
		audit.Concern(ctx, n.Orgs...)
		if n.Name == audit.LedgerName {
			return nil, fault.New(fault.Invalid, "ledger_name_reserved", "the name %s is the platform's own", n.Name).
				WithHint("choose another name").WithDetail("body.name", n.Name)
		}
		op, err := s.Channels.Create(ctx, n, actor(ctx), key(ctx))
		noteOperation(ctx, op, err, map[string]any{"organizations": n.Orgs})
		return accepted(op, err)
	})
	register(s, route{
		id: "getLedger", method: http.MethodGet, path: "/ledgers/{ledger}", tag: "ledgers",
		summary: "Show a ledger", action: access.LedgerRead,
	}, func(ctx context.Context, in *LedgerPath) (*body[api.Ledger], error) {
		c, err := s.Channels.Get(ctx, in.Ledger)
		if err != nil {
			return nil, err
		}
		shown, err := s.showLedger(ctx, c)
		if err == nil && c.State == channel.Active {
			shown.Height = s.Channels.FreshHeight(ctx, c.Name)
		}
		return answer(shown, err)
	})
	register(s, route{
		id: "addLedgerMember", method: http.MethodPost, path: "/ledgers/{ledger}/organizations", tag: "ledgers",
		summary: "Add an organization to a running ledger", status: http.StatusAccepted, action: access.LedgerManage,
	}, func(ctx context.Context, in *newMemberInput) (*body[api.Accepted], error) {
		a := channel.AddOrg{Channel: in.Ledger, Org: in.Body.Organization}
		audit.Concern(ctx, a.Org)
		op, err := s.Channels.AddOrg(ctx, a, actor(ctx), key(ctx))
		noteOperation(ctx, op, err, map[string]any{"organization": a.Org})
		return accepted(op, err)
	})
	s.blockRoutes()
}

func (s *Server) blockRoutes() {
	register(s, route{
		id: "listBlocks", method: http.MethodGet, path: "/ledgers/{ledger}/blocks", tag: "blocks",
		summary: "List blocks, newest first", action: access.BlockRead,
	}, s.listBlocks)
	register(s, route{
		id: "getBlock", method: http.MethodGet, path: "/ledgers/{ledger}/blocks/{number}", tag: "blocks",
		summary: "Show a block with its transactions", action: access.BlockRead,
	}, func(ctx context.Context, in *BlockPath) (*body[api.Block], error) {
		b, err := s.Channels.Block(ctx, in.Ledger, in.Number)
		if err != nil {
			return nil, err
		}
		shown := showBlock(b)
		for _, tx := range b.Transactions {
			shown.Transactions = append(shown.Transactions, showTransaction(b.Number, tx))
		}
		return answer(shown, nil)
	})
	register(s, route{
		id: "listTransactions", method: http.MethodGet, path: "/ledgers/{ledger}/transactions", tag: "blocks",
		summary: "List transactions, newest first", action: access.BlockRead,
	}, s.listTransactions)
	register(s, route{
		id: "getTransaction", method: http.MethodGet, path: "/ledgers/{ledger}/transactions/{transaction}", tag: "blocks",
		summary: "Show a transaction", action: access.BlockRead,
	}, func(ctx context.Context, in *TransactionPath) (*body[api.Transaction], error) {
		b, err := s.Channels.BlockOf(ctx, in.Ledger, in.ID)
		if err != nil {
			return nil, err
		}
		for _, tx := range b.Transactions {
			if tx.ID == in.ID {
				return answer(showTransaction(b.Number, tx), nil)
			}
		}
		return nil, fault.New(fault.NotFound, "transaction_not_found", "ledger %s has no transaction %s", in.Ledger, in.ID)
	})
}

func (s *Server) listLedgers(ctx context.Context, in *Paging) (*body[api.Page[api.Ledger]], error) {
	p, err := principal(ctx)
	if err != nil {
		return nil, err
	}
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	found, err := s.Channels.List(ctx, p.Org, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	show := func(c channel.Channel) (api.Ledger, error) { return s.showLedger(ctx, c) }
	return pageOf(found, in.Limit, show, func(c channel.Channel) string { return c.Name })
}

func (s *Server) showLedger(ctx context.Context, c channel.Channel) (api.Ledger, error) {
	shown := api.Ledger{
		Name: c.Name, State: string(c.State), Reason: c.Reason, Ordering: c.Ordering, Orderers: c.Consenters,
		Height: s.Channels.Height(c.Name), Contracts: []string{}, CreatedAt: c.CreatedAt.UTC(),
	}
	var err error
	if shown.Organizations, err = s.Channels.Members(ctx, c.Name); err != nil {
		return shown, err
	}
	deployments, err := s.Contracts.List(ctx, c.Name)
	for _, d := range deployments {
		shown.Contracts = append(shown.Contracts, d.Name)
	}
	return shown, err
}

func (s *Server) listBlocks(ctx context.Context, in *ledgerList) (*body[api.Page[api.Block]], error) {
	before, err := in.blockCursor()
	if err != nil {
		return nil, err
	}
	blocks, err := s.Channels.Blocks(ctx, in.Ledger, before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(blocks, in.Limit, always(showBlock), func(b *ledger.Block) string { return strconv.FormatUint(b.Number, 10) })
}

// mostBlocks is how many blocks are read at once for a page of transactions.
const mostBlocks = 32

// listTransactions pages by whole blocks: a page holds at least limit transactions where there are as many, and ends
// with the last one of a block.
func (s *Server) listTransactions(ctx context.Context, in *ledgerList) (*body[api.Page[api.Transaction]], error) {
	before, err := in.blockCursor()
	if err != nil {
		return nil, err
	}
	page := api.Page[api.Transaction]{Items: []api.Transaction{}}
	for count := 1; ; count = min(2*count, mostBlocks) { // blocks may hold one transaction or hundreds
		blocks, err := s.Channels.Blocks(ctx, in.Ledger, before, count)
		if err != nil {
			return nil, err
		}
		for _, b := range blocks {
			for _, v := range slices.Backward(b.Transactions) {
				page.Items = append(page.Items, showTransaction(b.Number, v))
			}
			if b.Number > 0 && len(page.Items) >= in.Limit {
				page.Next = encodeCursor(strconv.FormatUint(b.Number, 10))
				return answer(page, nil)
			}
			before = &b.Number
		}
		if len(blocks) == 0 || *before == 0 {
			return answer(page, nil)
		}
	}
}

// blockCursor gives the number below which the page begins, or nil for the newest block.
func (in *ledgerList) blockCursor() (*uint64, error) {
	after, err := in.after()
	if err != nil || after == "" {
		return nil, err
	}
	n, err := strconv.ParseUint(after, 10, 64)
	if err != nil {
		return nil, cursorInvalid(in.Cursor)
	}
	return &n, nil
}

func showBlock(b *ledger.Block) api.Block {
	return api.Block{
		Number: b.Number, Hash: b.Hash, PreviousHash: b.PreviousHash, DataHash: b.DataHash,
		Time: b.Time.UTC(), Size: b.Size, Count: len(b.Transactions),
	}
}

func showTransaction(number uint64, tx ledger.Transaction) api.Transaction {
	shown := api.Transaction{
		ID: tx.ID, Block: number, Type: tx.Type, Time: tx.Time.UTC(), Validation: tx.Validation, Valid: tx.Valid,
		CreatorMSP: tx.CreatorMSPID, Creator: tx.CreatorName, Contract: tx.Chaincode, Function: tx.Function,
		Arguments: tx.Args, EndorsedBy: tx.Endorsers,
	}
	if shown.EndorsedBy == nil {
		shown.EndorsedBy = []string{}
	}
	for _, w := range tx.Writes {
		shown.Writes = append(shown.Writes, api.Write{
			Contract: w.Namespace, Key: w.Key, Value: textOf(w.Value), Deleted: w.Deleted,
		})
	}
	for _, c := range tx.Collections {
		shown.Collections = append(shown.Collections, c.Name)
	}
	return shown
}

// textOf gives the beginning of a value that is text, else nothing.
func textOf(value []byte) string {
	if !utf8.Valid(value) {
		return ""
	}
	if len(value) <= maxShownValue {
		return string(value)
	}
	cut := maxShownValue
	for !utf8.RuneStart(value[cut]) {
		cut--
	}
	return string(value[:cut])
}

func ledgerNotFound(name string) error {
	return fault.New(fault.NotFound, "ledger_not_found", "there is no ledger %q", name).
		WithHint("see which there are: b4a ledger list")
}
