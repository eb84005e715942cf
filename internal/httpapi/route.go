// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// route is one operation of the API and the right that it takes.
type route struct {
	id      string // operationId, in lowerCamelCase
	method  string
	path    string
	tag     string
	summary string
	status  int           // of success; 0: 200
	action  access.Action // empty: public
	quiet   bool          // it administers nothing, or is anybody's to repeat: only who is refused leaves an entry in the audit trail
	maxBody int64         // limit of the request's body, bytes; 0: maxPublicBody of a public route, else maxBody
	foreign bool          // others write its query: parameters that are not known are ignored
}

// scoped is an input that names the organization which it is about.
type scoped interface{ organization() string }

// onLedger is an input that names a ledger. The caller's organization must be a member, else the ledger is absent.
type onLedger interface{ ledger() string }

// onContract is an input that names a contract on a ledger; an absent one is refused before anything is asked of peers.
type onContract interface {
	onLedger
	contract() string
}

// register adds a route. What writes leaves an entry in the audit trail. The caller is authorised before the handler
// runs: for the organization that the input names, as a member of the ledger that it names, or, where it names neither,
// for the action alone; the handler then shows only what the caller may see.
func register[I, O any](s *Server, r route, handler func(ctx context.Context, in *I) (*O, error)) {
	op := huma.Operation{
		OperationID: r.id, Method: r.method, Path: r.path, Summary: r.summary, Tags: []string{r.tag},
		DefaultStatus: r.status, MaxBodyBytes: maxBody, BodyReadTimeout: timedByServer, SkipValidateParams: r.foreign,
		Errors: []int{http.StatusUnprocessableEntity, http.StatusServiceUnavailable, http.StatusInternalServerError},
	}
	if r.maxBody > 0 {
		op.MaxBodyBytes = r.maxBody
	}
	if r.action == "" {
		if r.maxBody == 0 {
			op.MaxBodyBytes = maxPublicBody
		}
		op.Security = []map[string][]string{}
	} else {
		op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound)
		op.Middlewares = huma.Middlewares{s.known(r)}
	}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		var out *O
		err := s.audited(ctx, r, in, func(ctx context.Context) (err error) {
			out, err = handler(ctx, in)
			return err
		})
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		return out, nil
	})
}

// known refuses who is nobody before the request is looked at any further.
func (s *Server) known(route route) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if _, err := principal(ctx.Context()); err != nil {
			r, w := humachi.Unwrap(ctx)
			if !safeMethod(route.method) {
				s.refused(ctx.Context(), route, err)
			}
			s.writeProblem(w, r, err)
			return
		}
		next(ctx)
	}
}

// authorise applies a route's rule to an input.
func (s *Server) authorise(ctx context.Context, action access.Action, in any) error {
	if action == "" {
		return nil
	}
	p, err := principal(ctx)
	if err != nil {
		return err
	}
	if l, ok := in.(onLedger); ok {
		if err := s.seeLedger(ctx, p, l.ledger()); err != nil {
			return err
		}
	}
	if c, ok := in.(onContract); ok {
		if _, err := s.Contracts.Get(ctx, c.ledger(), c.contract()); err != nil {
			return err
		}
	}
	if l, ok := in.(onLedger); ok && l.ledger() == audit.LedgerName && changesLedger(action) {
		return fault.New(fault.Forbidden, "ledger_of_the_platform", "only the platform writes on ledger %s", audit.LedgerName)
	}
	orgID := p.Org
	if o, ok := in.(scoped); ok {
		orgID = o.organization()
	}
	return access.Can(p, action, orgID)
}

// changesLedger tells whether an action writes on a ledger or lets others do so. On the platform's own nobody does: its
// contract can't tell the platform from other people of the operator's organization.
func changesLedger(action access.Action) bool {
	return slices.Contains([]access.Action{
		access.TransactionSubmit, access.LedgerManage, access.LedgerInvite, access.ContractDeploy,
	}, action)
}

// seeLedger tells whether the caller may know of a ledger.
func (s *Server) seeLedger(ctx context.Context, p access.Principal, name string) error {
	member, err := s.Channels.IsMember(ctx, name, p.Org)
	if err != nil || member || p.Org == "" {
		return err
	}
	return ledgerNotFound(name)
}
