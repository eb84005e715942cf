// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// exportPage is how many entries an export reads at a time.
const exportPage = 500

// AuditFilter are the query parameters that narrow the trail. It is exported for huma, which fills exported embedded
// fields only.
type AuditFilter struct {
	From         time.Time `query:"from" doc:"Only entries made then or later."`
	To           time.Time `query:"to" doc:"Only entries made before."`
	Organization string    `query:"organization" maxLength:"64" doc:"Only those that concern this organization."`
	Actor        string    `query:"actor" maxLength:"64" doc:"Only those of this credential."`
	Action       string    `query:"action" maxLength:"64" doc:"Only those of this action." example:"createOrganization"`
}

type auditList struct {
	Paging
	AuditFilter
}

type auditExport struct {
	AuditFilter
	After uint64 `query:"after" doc:"Only entries after this sequence."`
}

type exportOutput struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	Body               func(ctx huma.Context)
}

func (s *Server) auditRoutes() {
	register(s, route{
		id: "listAudit", method: http.MethodGet, path: "/audit", tag: "audit",
		summary: "List entries of the audit trail, newest first", action: access.AuditRead,
	}, s.listAudit)
	register(s, route{
		id: "exportAudit", method: http.MethodGet, path: "/audit/export", tag: "audit",
		summary: "Export the audit trail as JSON lines, oldest first", action: access.AuditRead,
	}, s.exportAudit)
	register(s, route{
		id: "anchorAudit", method: http.MethodPost, path: "/audit/anchors", tag: "audit",
		summary: "Put the audit trail's head on the platform's ledger now", status: http.StatusCreated, action: access.AuditAnchor,
	}, func(ctx context.Context, _ *none) (*body[api.AuditAnchor], error) {
		a, err := s.Audit.Anchor(ctx)
		return answer(api.AuditAnchor{
			Ledger: audit.LedgerName, Sequence: a.Sequence, Hash: a.Hash, Transaction: a.Transaction, Block: a.Block,
		}, err)
	})
}

// filter gives what the caller may see of what the filter selects.
func (f AuditFilter) filter(p access.Principal) (audit.Filter, error) {
	if p.Org != "" {
		if f.Organization != "" && f.Organization != p.Org {
			return audit.Filter{}, access.Can(p, access.AuditRead, f.Organization)
		}
		f.Organization = p.Org
	}
	return audit.Filter{Org: f.Organization, Actor: f.Actor, Action: f.Action, From: f.From, To: f.To}, nil
}

func (s *Server) listAudit(ctx context.Context, in *auditList) (*body[api.Page[api.AuditEntry]], error) {
	p, err := principal(ctx)
	if err != nil {
		return nil, err
	}
	f, err := in.filter(p)
	if err != nil {
		return nil, err
	}
	before, err := in.after()
	if err != nil {
		return nil, err
	}
	if before != "" {
		if f.Before, err = strconv.ParseUint(before, 10, 63); err != nil {
			return nil, cursorInvalid(in.Cursor)
		}
	}
	f.Newest, f.Limit = true, in.Limit+1
	found, err := s.Audit.List(ctx, f)
	if err != nil {
		return nil, err
	}
	show := func(r audit.Record) (api.AuditEntry, error) { return showEntry(r, p) }
	return pageOf(found, in.Limit, show, func(r audit.Record) string { return strconv.FormatUint(r.Sequence, 10) })
}

func showEntry(r audit.Record, p access.Principal) (api.AuditEntry, error) {
	var e api.AuditEntry
	if err := json.Unmarshal(r.Line, &e); err != nil {
		return e, fault.New(fault.Internal, "audit_entry_broken", "entry %d of the audit trail can't be read", r.Sequence).
			WithHint("b4a audit verify says what is wrong").WithCause(err)
	}
	if p.Org != "" && e.Actor.Organization != p.Org {
		e.Actor.Credential, e.Source, e.UserAgent, e.RequestID, e.Redacted = "", "", "", "", true
	}
	return e, nil
}

// exportAudit streams the entries. A failure on the way breaks the connection: a client that got the end of the stream
// has it whole.
func (s *Server) exportAudit(ctx context.Context, in *auditExport) (*exportOutput, error) {
	p, err := principal(ctx)
	if err != nil {
		return nil, err
	}
	f, err := in.filter(p)
	if err != nil {
		return nil, err
	}
	f.After, f.Limit = in.After, exportPage
	first, err := s.Audit.List(ctx, f)
	if err != nil {
		return nil, err
	}
	return &exportOutput{
		ContentType: "application/jsonl", ContentDisposition: `attachment; filename="audit.jsonl"`,
		Body: func(out huma.Context) {
			for page := first; len(page) > 0; {
				for _, r := range page {
					line, err := exportLine(r, p)
					if err == nil {
						_, err = out.BodyWriter().Write(append(line, '\n'))
					}
					if err != nil {
						panic(http.ErrAbortHandler)
					}
				}
				f.After = page[len(page)-1].Sequence
				if page, err = s.Audit.List(ctx, f); err != nil {
					s.log.WarnContext(ctx, "export audit trail", "error", err)
					panic(http.ErrAbortHandler)
				}
			}
		},
	}, nil
}

// exportLine gives an entry as it is kept, unless the caller may not see all of it. What can't be decoded is shown as it
// is to who sees all: the verifier must get it.
func exportLine(r audit.Record, p access.Principal) ([]byte, error) {
	if p.Org == "" {
		return r.Line, nil
	}
	e, err := showEntry(r, p)
	if err != nil || !e.Redacted {
		return r.Line, err
	}
	return json.Marshal(e)
}
