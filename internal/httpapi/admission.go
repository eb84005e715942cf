// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"cmp"
	"context"
	"net/http"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/admission"
	"github.com/blockchain4all/blockchain4all/internal/mail"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// maxPublicBody is the largest body that somebody without an account may send.
const maxPublicBody = 32 << 10

const accessBase = "/access-requests"

// AccessRequestPath names an access request. It is exported for huma, which fills exported embedded fields only.
type AccessRequestPath struct {
	ID string `path:"request" maxLength:"64" doc:"ID of the access request, or its number: 2026-000001."`
}

type accessRequestList struct {
	Paging
	State    string `query:"state" maxLength:"40" doc:"Only those in this state."`
	Kind     string `query:"kind" maxLength:"40" doc:"Only those of this kind of organization."`
	Assignee string `query:"assignee" maxLength:"120" doc:"Only those that this operator reviews."`
}

type assignInput struct {
	AccessRequestPath
	Body api.AccessAssignment
}

type askInput struct {
	AccessRequestPath
	Body api.AccessQuestion
}

type approveInput struct {
	AccessRequestPath
	Body api.AccessApproval
}

type rejectInput struct {
	AccessRequestPath
	Body api.AccessRejection
}

// admissionRoutes are those of applicants, without an account, and of operators.
func (s *Server) admissionRoutes() {
	register(s, route{
		id: "getAccessForm", method: http.MethodGet, path: "/access-form", tag: "access requests",
		summary: "Tell what an access request may say", maxBody: maxPublicBody,
	}, func(ctx context.Context, _ *none) (*body[api.AccessForm], error) {
		p, err := s.Admission.Policy(ctx)
		form := api.AccessForm{Kinds: org.Kinds(), Locales: mail.Locales(), Terms: p.Terms}
		for _, t := range admission.Tiers() {
			form.Tiers = append(form.Tiers, string(t))
		}
		return answer(form, err)
	})
	register(s, route{
		id: "createAccessRequest", method: http.MethodPost, path: accessBase, tag: "access requests",
		summary: "Ask for access to the platform", status: http.StatusCreated, maxBody: maxPublicBody,
	}, func(ctx context.Context, in *body[api.NewAccessRequest]) (*body[api.IssuedAccessReceipt], error) {
		r, secret, err := s.Admission.Submit(ctx, form(in.Body), source(ctx))
		return answer(api.IssuedAccessReceipt{Receipt: showReceipt(r), Secret: secret}, err)
	})
	s.receiptRoute("confirmAccessRequest", "/confirm", "Confirm the mail address by the code that was sent to it", s.confirm)
	s.receiptRoute("getAccessReceipt", "/receipt", "Show a request to its applicant",
		func(ctx context.Context, secret string) (admission.Request, error) {
			return s.Admission.ByReceipt(ctx, secret)
		})
	s.receiptRoute("withdrawAccessRequest", "/receipt/withdraw", "Withdraw a request",
		func(ctx context.Context, secret string) (admission.Request, error) {
			return s.Admission.Withdraw(ctx, secret)
		})
	register(s, route{
		id: "answerAccessRequest", method: http.MethodPost, path: accessBase + "/receipt/answer", tag: "access requests",
		summary: "Answer what the operators asked", maxBody: maxPublicBody,
	}, func(ctx context.Context, in *body[api.AccessAnswer]) (*body[api.AccessReceipt], error) {
		r, err := s.Admission.Answer(ctx, in.Body.Secret, in.Body.Text)
		return answer(showReceipt(r), err)
	})
	s.accessQueueRoutes()
	s.accessDecisionRoutes()
	s.accessPolicyRoutes()
}

func (s *Server) confirm(ctx context.Context, secret string) (admission.Request, error) {
	return s.Admission.Verify(ctx, secret)
}

// receiptRoute is one that a secret opens.
func (s *Server) receiptRoute(id, path, summary string, do func(ctx context.Context, secret string) (admission.Request, error)) {
	register(s, route{
		id: id, method: http.MethodPost, path: accessBase + path, tag: "access requests", summary: summary, maxBody: maxPublicBody,
		quiet: id == "getAccessReceipt",
	}, func(ctx context.Context, in *body[api.AccessSecret]) (*body[api.AccessReceipt], error) {
		r, err := do(ctx, in.Body.Secret)
		return answer(showReceipt(r), err)
	})
}

func (s *Server) accessQueueRoutes() {
	register(s, route{
		id: "listAccessRequests", method: http.MethodGet, path: accessBase, tag: "access requests",
		summary: "List access requests, newest first", action: access.AccessRequestRead,
	}, s.listAccessRequests)
	register(s, route{
		id: "getAccessRequest", method: http.MethodGet, path: accessBase + "/{request}", tag: "access requests",
		summary: "Show an access request", action: access.AccessRequestRead,
	}, func(ctx context.Context, in *AccessRequestPath) (*body[api.AccessRequest], error) {
		r, err := s.Admission.Get(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		shown := showAccessRequest(r)
		if r.Decision == nil && r.ErasedAt.IsZero() {
			if shown.SuggestedID, err = s.Admission.SuggestID(ctx, r); err != nil {
				return nil, err
			}
		}
		return answer(shown, nil)
	})
	register(s, route{
		id: "assignAccessRequest", method: http.MethodPost, path: accessBase + "/{request}/assign", tag: "access requests",
		summary: "Give an access request to an operator", action: access.AccessRequestManage,
	}, func(ctx context.Context, in *assignInput) (*body[api.AccessRequest], error) {
		by, err := operatorOf(ctx)
		if err != nil {
			return nil, err
		}
		if in.Body.Assignee == "" {
			in.Body.Assignee = by.Name
		}
		r, err := s.Admission.Assign(ctx, in.ID, in.Body.Assignee)
		return answer(showAccessRequest(r), err)
	})
	register(s, route{
		id: "askAccessRequest", method: http.MethodPost, path: accessBase + "/{request}/ask", tag: "access requests",
		summary: "Ask the applicant for information", action: access.AccessRequestManage,
	}, func(ctx context.Context, in *askInput) (*body[api.AccessRequest], error) {
		by, err := operatorOf(ctx)
		if err != nil {
			return nil, err
		}
		r, err := s.Admission.Ask(ctx, in.ID, in.Body.Text, by)
		return answer(showAccessRequest(r), err)
	})
}

func (s *Server) accessDecisionRoutes() {
	register(s, route{
		id: "approveAccessRequest", method: http.MethodPost, path: accessBase + "/{request}/approve", tag: "access requests",
		summary: "Approve an access request: make its organization and administrator", status: http.StatusAccepted,
		action: access.AccessRequestManage,
	}, func(ctx context.Context, in *approveInput) (*body[api.AccessApproved], error) {
		by, err := operatorOf(ctx)
		if err != nil {
			return nil, err
		}
		r, op, err := s.Admission.Approve(ctx, in.ID, admission.Approval{
			OrgID: in.Body.Organization, Tier: admission.Tier(in.Body.Tier), Reason: in.Body.Reason,
		}, by, key(ctx))
		out := api.AccessApproved{Request: showAccessRequest(r)}
		if op.ID != "" {
			shown := showOperation(op)
			out.Operation = &shown
		}
		return answer(out, err)
	})
	register(s, route{
		id: "rejectAccessRequest", method: http.MethodPost, path: accessBase + "/{request}/reject", tag: "access requests",
		summary: "Reject an access request, with a written reason", action: access.AccessRequestManage,
	}, func(ctx context.Context, in *rejectInput) (*body[api.AccessRequest], error) {
		by, err := operatorOf(ctx)
		if err != nil {
			return nil, err
		}
		r, err := s.Admission.Reject(ctx, in.ID, in.Body.Reason, by)
		return answer(showAccessRequest(r), err)
	})
}

func (s *Server) accessPolicyRoutes() {
	register(s, route{
		id: "getAccessPolicy", method: http.MethodGet, path: "/access-policy", tag: "access requests",
		summary: "Show deadlines, second person, retention and rules", action: access.AccessRequestRead,
	}, func(ctx context.Context, _ *none) (*body[api.AccessPolicy], error) {
		p, err := s.Admission.Policy(ctx)
		return answer(showPolicy(p), err)
	})
	register(s, route{
		id: "putAccessPolicy", method: http.MethodPut, path: "/access-policy", tag: "access requests",
		summary: "Change deadlines, second person, retention and rules", action: access.AccessRequestManage,
	}, func(ctx context.Context, in *body[api.AccessPolicy]) (*body[api.AccessPolicy], error) {
		p := readPolicy(in.Body)
		return answer(showPolicy(p), s.Admission.SetPolicy(ctx, p))
	})
}

// installation stands for the person behind credentials that are nobody's, the operator's first token and what it made:
// whoever has the machine. It is one person, however many tokens there are.
const installation = "installation"

func operatorOf(ctx context.Context) (admission.Actor, error) {
	p, err := principal(ctx)
	return admission.Actor{ID: cmp.Or(p.Member, installation), Name: p.Name, Credential: p.ID}, err
}

func (s *Server) listAccessRequests(ctx context.Context, in *accessRequestList) (*body[api.Page[api.AccessRequest]], error) {
	before, err := in.after()
	if err != nil {
		return nil, err
	}
	found, err := s.Admission.List(ctx, admission.Filter{
		State: admission.State(in.State), Kind: in.Kind, Assignee: in.Assignee, Before: before, Limit: in.Limit + 1,
	})
	if err != nil {
		return nil, err
	}
	return pageOf(found, in.Limit, always(showAccessRequest), func(r admission.Request) string { return r.ID })
}
