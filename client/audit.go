// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strconv"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client/auditlog"
)

// AuditLedger is the ledger that holds the anchors of the audit trail, and AuditContract the contract on it.
const (
	AuditLedger   = "platform-audit"
	AuditContract = "anchors"
)

// AuditFilter narrows the audit trail; empty fields don't.
type AuditFilter struct {
	From         time.Time
	To           time.Time
	Organization string
	Actor        string
	Action       string
}

func (f AuditFilter) options() []CallOption {
	return []CallOption{
		query("from", stamp(f.From)), query("to", stamp(f.To)), query("organization", f.Organization),
		query("actor", f.Actor), query("action", f.Action),
	}
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// Audit lists entries of the audit trail, newest first.
func (c *Client) Audit(ctx context.Context, f AuditFilter, opts ...CallOption) iter.Seq2[api.AuditEntry, error] {
	return pages[api.AuditEntry](ctx, c, at("audit"), append(f.options(), opts...)...)
}

// ExportAudit writes entries to w as JSON lines, oldest first, each as it was hashed. There is no limit of size or time.
// A stream that broke is an error: without one w has all.
func (c *Client) ExportAudit(ctx context.Context, f AuditFilter, w io.Writer) error {
	r, err := c.request(http.MethodGet, at("audit", "export"), nil, f.options())
	if err != nil {
		return err
	}
	r.accept = "application/jsonl"
	return c.send(ctx, r, func(res *http.Response) error {
		if _, err := io.Copy(w, res.Body); err != nil {
			return fmt.Errorf("receive audit trail: %w", err)
		}
		return nil
	})
}

// AnchorAudit puts the audit trail's head on the platform's ledger now. The first time it makes that ledger.
func (c *Client) AnchorAudit(ctx context.Context, opts ...CallOption) (api.AuditAnchor, error) {
	return post[api.AuditAnchor](ctx, c, at("audit", "anchors"), nil, opts)
}

// AuditAnchors gives the anchors that stand in the blocks of the platform's ledger, none when there is no such ledger.
func (c *Client) AuditAnchors(ctx context.Context) ([]auditlog.Anchor, error) {
	var anchors []auditlog.Anchor
	for tx, err := range c.Transactions(ctx, AuditLedger, PageSize(maxAnchorPage)) {
		if p, ok := errors.AsType[*api.Problem](err); ok && p.Code == "ledger_not_found" {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if !tx.Valid || tx.Contract != AuditContract || tx.Function != "Put" || len(tx.Arguments) != 2 {
			continue
		}
		sequence, err := strconv.ParseUint(tx.Arguments[0], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("anchor of transaction %s: %w", tx.ID, err)
		}
		anchors = append(anchors, auditlog.Anchor{
			Sequence: sequence, Hash: tx.Arguments[1], Transaction: tx.ID, Block: tx.Block,
		})
	}
	return anchors, nil
}

const maxAnchorPage = 200

// VerifyAudit reads the whole audit trail and its anchors, and tells whether it is whole. It trusts the platform for
// nothing but the blocks of the ledger, which can be had from any of its peers. The caller must be allowed to read all.
func (c *Client) VerifyAudit(ctx context.Context) (auditlog.Report, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return auditlog.Verify(
		func(w io.Writer) error { return c.ExportAudit(ctx, AuditFilter{}, w) },
		func() ([]auditlog.Anchor, error) { return c.AuditAnchors(ctx) },
	)
}
