// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"context"
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

func linkInvalid() error {
	return fault.New(fault.NotFound, "access_link_invalid", "this link is used up, too old or not complete").
		WithHint("use the link of the newest mail")
}

// find gives the ID of a secret's request.
func (s *Service) find(ctx context.Context, secret string, p Purpose) (string, error) {
	id, found, err := s.store.FindSecret(ctx, hash(secret), p)
	if err == nil && !found {
		err = linkInvalid()
	}
	return id, err
}

// ByReceipt gives the request of a private link.
func (s *Service) ByReceipt(ctx context.Context, secret string) (Request, error) {
	id, err := s.find(ctx, secret, Receipt)
	if err != nil {
		return Request{}, err
	}
	return s.store.GetRequest(ctx, id)
}

// Verify confirms the applicant's address by the code that was mailed there. A second request for the same identifier
// by the same address is closed in favour of the first, a fault.Conflict "access_request_open"; one by another address
// is only shown to operators, for nobody else may learn of the first.
func (s *Service) Verify(ctx context.Context, code string) (Request, error) {
	id, err := s.find(ctx, code, Confirm)
	if err != nil {
		return Request{}, err
	}
	policy, err := s.Policy(ctx)
	if err != nil {
		return Request{}, err
	}
	var first *Request
	r, err := s.change(ctx, id, func(ctx context.Context, r *Request) error {
		if r.State != Submitted {
			return linkInvalid()
		}
		if err := s.store.DeleteSecrets(ctx, r.ID, Confirm); err != nil {
			return err
		}
		now := s.now()
		r.State, r.VerifiedAt = Verified, now
		r.Deadline, r.Reminded = now.Add(time.Duration(policy.ReviewDays)*day), false
		r.NextAt = s.reminderAt(r.Deadline, policy)
		first, err = s.compare(ctx, r)
		if err != nil {
			return err
		}
		if first != nil {
			s.end(r, Withdrawn, policy)
			return s.notify(ctx, *first, "access-duplicate", nil)
		}
		if err := s.notify(ctx, *r, "access-received", nil); err != nil {
			return err
		}
		return s.tellOperators(ctx, policy, *r, "access-new", map[string]string{"kind": r.Application.Kind})
	})
	if err != nil {
		return r, err
	}
	if first != nil {
		return r, fault.New(fault.Conflict, "access_request_open", "your request %s for this identifier is still open", first.Number).
			WithHint("it goes on; we have mailed its private link")
	}
	s.autoApprove(ctx, policy, r)
	return s.store.GetRequest(ctx, id)
}

// compare finds open requests with the same identifier: the applicant's own, or, noted on r, others'.
func (s *Service) compare(ctx context.Context, r *Request) (*Request, error) {
	others, err := s.store.RequestsOf(ctx, r.Application.Identifier.Canonical)
	if err != nil {
		return nil, err
	}
	for _, o := range others {
		switch {
		case o.ID == r.ID || !o.State.open() && o.State != Approved:
		case strings.EqualFold(o.Application.Email, r.Application.Email):
			return &o, nil
		default:
			r.Duplicates = append(r.Duplicates, o.Number)
		}
	}
	return nil, nil //nolint:nilnil // none is an answer
}

// Answer is the applicant's reply to what was asked.
func (s *Service) Answer(ctx context.Context, secret, text string) (Request, error) {
	if err := checkText("text", text); err != nil {
		return Request{}, err
	}
	id, err := s.find(ctx, secret, Receipt)
	if err != nil {
		return Request{}, err
	}
	policy, err := s.Policy(ctx)
	if err != nil {
		return Request{}, err
	}
	return s.change(ctx, id, func(ctx context.Context, r *Request) error {
		if r.State != InformationAsked {
			return wrongState(*r)
		}
		r.Dialogue = append(r.Dialogue, Entry{At: s.now(), Applicant: true, Text: text})
		s.review(r, policy)
		return s.tellOperators(ctx, policy, *r, "access-answered", nil)
	})
}

// Withdraw ends the applicant's request.
func (s *Service) Withdraw(ctx context.Context, secret string) (Request, error) {
	id, err := s.find(ctx, secret, Receipt)
	if err != nil {
		return Request{}, err
	}
	policy, err := s.Policy(ctx)
	if err != nil {
		return Request{}, err
	}
	return s.change(ctx, id, func(ctx context.Context, r *Request) error {
		confirmed := r.State.open()
		if !confirmed && r.State != Submitted {
			return wrongState(*r)
		}
		s.end(r, Withdrawn, policy)
		if !confirmed { // nobody has confirmed that the address is the applicant's
			return nil
		}
		return s.notify(ctx, *r, "access-withdrawn", nil)
	})
}
