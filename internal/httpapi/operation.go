// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/danielgtaylor/huma/v2/sse"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/operation"
)

// OperationPath names an operation. It is exported for huma, which fills exported embedded fields only.
type OperationPath struct {
	ID string `path:"operation" maxLength:"64" doc:"Operation ID."`
}

type operationList struct {
	Paging
	Subject string `query:"subject" maxLength:"200" doc:"Only those on this subject." example:"ledger/azterketak"`
	State   string `query:"state" enum:"pending,running,waiting,succeeded,failed" doc:"Only those in this state."`
}

func (s *Server) operationRoutes() {
	register(s, route{
		id: "listOperations", method: http.MethodGet, path: "/operations", tag: "operations",
		summary: "List operations, newest first", action: access.OperationRead,
	}, s.listOperations)
	register(s, route{
		id: "getOperation", method: http.MethodGet, path: "/operations/{operation}", tag: "operations",
		summary: "Show an operation", action: access.OperationRead,
	}, func(ctx context.Context, in *OperationPath) (*body[api.Operation], error) {
		op, err := s.seeOperation(ctx, in.ID)
		return answer(showOperation(op), err)
	})
	register(s, route{
		id: "retryOperation", method: http.MethodPost, path: "/operations/{operation}/retry", tag: "operations",
		summary: "Try a failed operation again, from the step that failed", status: http.StatusAccepted,
		action: access.OperationManage,
	}, func(ctx context.Context, in *OperationPath) (*body[api.Operation], error) {
		if _, err := s.seeOperation(ctx, in.ID); err != nil {
			return nil, err
		}
		op, err := s.Operations.Retry(ctx, in.ID)
		audit.Concern(ctx, op.Orgs...)
		noteOperation(ctx, op, err, map[string]any{"kind": op.Kind, "subject": op.Subject})
		return answer(showOperation(op), err)
	})
	register(s, route{
		id: "cancelOperation", method: http.MethodPost, path: "/operations/{operation}/cancel", tag: "operations",
		summary: "End an operation that waits for people", action: access.OperationManage,
	}, s.cancelOperation)
	sse.Register(s.api, huma.Operation{
		OperationID: "followOperation", Method: http.MethodGet, Path: "/operations/{operation}/events",
		Tags: []string{"operations"}, Summary: "Follow an operation until it ends (server-sent events)",
		Middlewares: huma.Middlewares{s.followable},
	}, map[string]any{"operation": api.Operation{}}, s.followOperation)
}

func (s *Server) cancelOperation(ctx context.Context, in *OperationPath) (*body[api.Operation], error) {
	if _, err := s.seeOperation(ctx, in.ID); err != nil {
		return nil, err
	}
	op, err := s.Operations.Cancel(ctx, in.ID, fault.New(fault.Conflict, operation.CodeCancelled, "it was cancelled").
		WithHint("it can be tried again: b4a operation retry %s", in.ID))
	audit.Concern(ctx, op.Orgs...)
	noteOperation(ctx, op, err, map[string]any{"kind": op.Kind, "subject": op.Subject})
	return answer(showOperation(op), err)
}

// followable refuses a stream before it begins: once it has, no status can be sent.
func (s *Server) followable(ctx huma.Context, next func(huma.Context)) {
	err := s.mayFollow(ctx.Context(), ctx.Param("operation"))
	if err == nil {
		next(ctx)
		return
	}
	r, w := humachi.Unwrap(ctx)
	s.writeProblem(w, r, err)
}

func (s *Server) mayFollow(ctx context.Context, id string) error {
	if err := s.authorise(ctx, access.OperationRead, nil); err != nil {
		return err
	}
	_, err := s.seeOperation(ctx, id)
	return err
}

// standingEvery is how often it is looked up whether who follows a stream still may.
const standingEvery = time.Second

func (s *Server) followOperation(ctx context.Context, in *OperationPath, send sse.Sender) {
	standing := time.NewTicker(standingEvery)
	defer standing.Stop()
	updates, err := s.Operations.Watch(ctx, in.ID)
	if err != nil {
		s.log.WarnContext(ctx, "watch operation", "operation", in.ID, "error", err)
		return
	}
	for {
		select {
		case op, more := <-updates:
			if !more || send.Data(showOperation(op)) != nil {
				return
			}
		case <-standing.C:
			if s.mayFollow(anew(ctx), in.ID) != nil {
				return // who asks again is told why
			}
		}
	}
}

// seeOperation gives an operation that the caller may know of.
func (s *Server) seeOperation(ctx context.Context, id string) (operation.Operation, error) {
	p, err := principal(ctx)
	if err != nil {
		return operation.Operation{}, err
	}
	op, err := s.Operations.Get(ctx, id)
	if err == nil && p.Org != "" && !slices.Contains(op.Orgs, p.Org) {
		return operation.Operation{}, fault.New(fault.NotFound, "operation_not_found", "there is no operation %q", id).
			WithHint("see which there are: b4a operation list")
	}
	return op, err
}

func (s *Server) listOperations(ctx context.Context, in *operationList) (*body[api.Page[api.Operation]], error) {
	p, err := principal(ctx)
	if err != nil {
		return nil, err
	}
	before, err := in.after()
	if err != nil {
		return nil, err
	}
	found, err := s.Operations.List(ctx, operation.Filter{
		Subject: in.Subject, State: operation.State(in.State), Org: p.Org, Before: before, Limit: in.Limit + 1,
	})
	if err != nil {
		return nil, err
	}
	return pageOf(found, in.Limit, always(showOperation), func(o operation.Operation) string { return o.ID })
}

func showOperation(op operation.Operation) api.Operation {
	shown := api.Operation{
		ID: op.ID, Kind: op.Kind, Subject: op.Subject, State: string(op.State), Steps: []api.Step{},
		Problem: operationProblem(op.Fault), Attempts: op.Attempts, Actor: op.Actor,
		CreatedAt: op.CreatedAt.UTC(), UpdatedAt: op.UpdatedAt.UTC(), FinishedAt: moment(op.FinishedAt),
	}
	if w := op.Awaits; w != nil {
		shown.Waiting = &api.Waiting{
			Reason: w.Reason, Hint: w.Hint, Organizations: w.Orgs, SignatureRequests: w.What, Since: w.Since.UTC(),
		}
	}
	for _, step := range op.Steps {
		shown.Steps = append(shown.Steps, api.Step{
			Name: step.Name, Title: step.Title, State: string(step.State), Note: step.Note,
			StartedAt: moment(step.StartedAt), FinishedAt: moment(step.FinishedAt),
		})
	}
	return shown
}

// moment gives nil for the zero time.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// noteOperation notes, for the audit trail, which operation an act started, and what it wants.
func noteOperation(ctx context.Context, op operation.Operation, err error, wanted map[string]any) {
	if err != nil {
		return
	}
	wanted["operation"] = op.ID
	audit.Note(ctx, nil, wanted)
}

// accepted answers a request that started an operation.
func accepted(op operation.Operation, err error) (*body[api.Accepted], error) {
	return answer(api.Accepted{Operation: showOperation(op)}, err)
}
