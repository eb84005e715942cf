// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"fmt"
	"net/http"

	"github.com/blockchain4all/blockchain4all/api"
	signing "github.com/blockchain4all/blockchain4all/client/consent"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/consent"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// SignaturePath names a signature request. It is exported for huma, which fills exported embedded fields only.
type SignaturePath struct {
	ID string `path:"signature" maxLength:"64" doc:"ID of the signature request."`
}

type signatureList struct {
	Paging
	State        string `query:"state" enum:"open,signed,declined,superseded,withdrawn" doc:"Only those in this state."`
	Operation    string `query:"operation" maxLength:"64" doc:"Only those of this operation."`
	Organization string `query:"organization" maxLength:"64" doc:"Only those to this organization."`
}

type certificateOfSignature struct {
	SignaturePath
	Body api.SignatureCertificate
}

type signatureInput struct {
	SignaturePath
	Body api.Signature
}

type declineInput struct {
	SignaturePath
	Body api.Declination
}

type administrationInput struct {
	OrgPath
	Body api.NewAdministration
}

func (s *Server) signatureRoutes() {
	const tag = "signature-requests"
	register(s, route{
		id: "listSignatureRequests", method: http.MethodGet, path: "/signature-requests", tag: tag,
		summary: "List the signatures that organizations are asked for, newest first", action: access.SignatureRead,
	}, s.listSignatureRequests)
	register(s, route{
		id: "getSignatureRequest", method: http.MethodGet, path: "/signature-requests/{signature}", tag: tag,
		summary: "Show what a signature is asked for", action: access.SignatureRead,
	}, func(ctx context.Context, in *SignaturePath) (*body[api.SignatureRequest], error) {
		r, err := s.seeSignatureRequest(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		shown, err := showSignatureRequest(r)
		shown.Content = r.Content
		return answer(shown, err)
	})
	register(s, route{
		id: "prepareSignature", method: http.MethodPost, path: "/signature-requests/{signature}/prepare", tag: tag,
		summary: "Get what an administrator signs", action: access.SignatureAnswer, quiet: true,
	}, func(ctx context.Context, in *certificateOfSignature) (*body[api.ToSign], error) {
		if _, err := s.seeSignatureRequest(ctx, in.ID); err != nil {
			return nil, err
		}
		u, err := s.Consents.Prepare(ctx, in.ID, []byte(in.Body.Certificate))
		return answer(toSign(u), err)
	})
	register(s, route{
		id: "sign", method: http.MethodPost, path: "/signature-requests/{signature}/sign", tag: tag,
		summary: "Consent by an administrator's signature", action: access.SignatureAnswer,
	}, s.sign)
	register(s, route{
		id: "declineSignature", method: http.MethodPost, path: "/signature-requests/{signature}/decline", tag: tag,
		summary: "Decline to sign", action: access.SignatureAnswer,
	}, func(ctx context.Context, in *declineInput) (*body[api.SignatureRequest], error) {
		r, err := s.seeSignatureRequest(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		noteSignature(ctx, r, map[string]any{"reason": in.Body.Reason})
		r, err = s.Consents.Decline(ctx, in.ID, in.Body.Reason, actor(ctx))
		if err != nil {
			return nil, err
		}
		return answer(showSignatureRequest(r))
	})
	register(s, route{
		id: "setAdministration", method: http.MethodPost, path: "/organizations/{org}/administration", tag: "organizations",
		summary: "Say who has the organization's administrator: the platform, or the organization alone",
		action:  access.AdministrationManage,
	}, s.setAdministration)
}

func (s *Server) listSignatureRequests(ctx context.Context, in *signatureList) (*body[api.Page[api.SignatureRequest]], error) {
	p, err := principal(ctx)
	if err != nil {
		return nil, err
	}
	before, err := in.after()
	if err != nil {
		return nil, err
	}
	id := func(r consent.Request) string { return r.ID }
	if p.Org != "" {
		if in.Organization != "" && in.Organization != p.Org {
			return pageOf(nil, in.Limit, showSignatureRequest, id)
		}
		in.Organization = p.Org
	}
	found, err := s.Consents.List(ctx, consent.Filter{
		Org: in.Organization, State: consent.State(in.State), Operation: in.Operation, Before: before, Limit: in.Limit + 1,
	})
	if err != nil {
		return nil, err
	}
	return pageOf(found, in.Limit, showSignatureRequest, id)
}

// seeSignatureRequest gives a request that the caller may know of.
func (s *Server) seeSignatureRequest(ctx context.Context, id string) (consent.Request, error) {
	p, err := principal(ctx)
	if err != nil {
		return consent.Request{}, err
	}
	r, err := s.Consents.Get(ctx, id)
	if err == nil && p.Org != "" && r.Org != p.Org {
		return consent.Request{}, fault.New(fault.NotFound, "signature_request_not_found", "there is no signature request %q", id).
			WithHint("see which there are: b4a signature list")
	}
	return r, err
}

func (s *Server) sign(ctx context.Context, in *signatureInput) (*body[api.SignatureAnswer], error) {
	r, err := s.seeSignatureRequest(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	noteSignature(ctx, r, map[string]any{"step": in.Body.Step})
	r, next, err := s.Consents.Sign(ctx, in.ID, consent.Answer{
		Step: consent.Step(in.Body.Step), Bytes: in.Body.Bytes, Signature: in.Body.Signature, By: actor(ctx),
	})
	if err != nil {
		return nil, err
	}
	shown, err := showSignatureRequest(r)
	a := api.SignatureAnswer{Request: shown}
	if next != nil {
		u := toSign(*next)
		a.Next = &u
	}
	return answer(a, err)
}

// noteSignature notes, for the audit trail, what was answered.
func noteSignature(ctx context.Context, r consent.Request, what map[string]any) {
	what["organization"], what["ledger"], what["act"], what["digest"] = r.Org, r.Ledger, r.Act, r.Digest
	what["operation"] = r.Operation
	audit.Concern(ctx, r.Org)
	audit.Note(ctx, nil, what)
}

func (s *Server) setAdministration(ctx context.Context, in *administrationInput) (*body[api.Organization], error) {
	before, err := s.Orgs.Get(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	wanted := org.Administration(in.Body.Administration)
	audit.Note(ctx, map[string]any{"administration": before.Administration}, map[string]any{"administration": wanted})
	if wanted == org.OwnAdministration {
		_, err = s.Revocation.TakeAdministration(ctx, in.Org, []byte(in.Body.Certificate), in.Body.Proof, actor(ctx), key(ctx))
	} else {
		err = s.Revocation.GiveAdministration(ctx, in.Org)
	}
	if err != nil {
		return nil, err
	}
	o, err := s.Orgs.Get(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	return answer(s.showOrganization(ctx, o))
}

func toSign(u consent.Unsigned) api.ToSign {
	return api.ToSign{Step: string(u.Step), Bytes: u.Bytes, Message: u.Message, Digest: u.Digest}
}

func showSignatureRequest(r consent.Request) (api.SignatureRequest, error) {
	shown := api.SignatureRequest{
		ID: r.ID, Organization: r.Org, Kind: string(r.Kind), Ledger: r.Ledger, State: string(r.State),
		Act: api.SignatureAct{Code: r.Act.Code, Parameters: r.Act.Params}, Title: titleOf(r), Changes: []api.SignatureChange{},
		Digest: r.Digest, Operation: r.Operation, AskedBy: r.Asker, CreatedAt: r.CreatedAt.UTC(), AnsweredAt: moment(r.AnsweredAt),
		AnsweredBy: r.By, Certificate: string(r.Certificate), TransactionID: r.TxID, Reason: r.Reason, Replaces: r.Replaces,
	}
	if r.Kind != consent.ConfigUpdate {
		return shown, nil
	}
	update, err := signing.ReadUpdate(r.Content)
	if err != nil {
		return shown, fmt.Errorf("read update of %s: %w", r.ID, err)
	}
	for _, c := range update.Changes {
		facts := c.Facts
		if facts == nil {
			facts = []string{}
		}
		shown.Changes = append(shown.Changes, api.SignatureChange{Path: c.Path, Action: c.Action, Facts: facts})
	}
	return shown, nil
}

func titleOf(r consent.Request) string {
	p := r.Act.Params
	switch r.Act.Code {
	case consent.ActAddOrganization:
		return fmt.Sprintf("add organization %s to ledger %s", p["organization"], r.Ledger)
	case consent.ActSetMSP:
		return fmt.Sprintf("put the present certificates and revocations of %s into ledger %s", p["organization"], r.Ledger)
	case consent.ActSetConsenter:
		return fmt.Sprintf("renew the certificates of %s on ledger %s", p["node"], r.Ledger)
	case consent.ActApprove:
		return fmt.Sprintf("approve contract %s %s, sequence %s, on ledger %s", p["contract"], p["version"], p["sequence"], r.Ledger)
	}
	return r.Act.Code
}
