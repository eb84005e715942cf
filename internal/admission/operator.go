// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"context"
	"strconv"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// review puts a request (back) into review, with a new deadline.
func (s *Service) review(r *Request, p Policy) {
	r.State, r.Deadline, r.Reminded = InReview, s.now().Add(time.Duration(p.ReviewDays)*day), false
	r.NextAt = s.reminderAt(r.Deadline, p)
}

func (s *Service) reminderAt(deadline time.Time, p Policy) time.Time {
	return deadline.Add(-time.Duration(p.ReminderDays) * day)
}

// Assign gives a request to an operator, who reviews it from now on.
func (s *Service) Assign(ctx context.Context, id, assignee string) (Request, error) {
	if !printable(assignee, maxName) {
		return Request{}, fault.New(fault.Invalid, "assignee_invalid", "the assignee's name is empty or too long").
			WithField("body.assignee", "text", "1 to 120 bytes")
	}
	return s.change(ctx, id, func(ctx context.Context, r *Request) error {
		if !r.State.open() {
			return wrongState(*r)
		}
		r.Assignee = assignee
		if r.State != Verified {
			return nil
		}
		r.State = InReview // the deadline runs from the confirmation
		return s.notify(ctx, *r, "access-in-review", nil)
	})
}

// Ask asks the applicant for information.
func (s *Service) Ask(ctx context.Context, id, text string, by Actor) (Request, error) {
	if err := checkText("text", text); err != nil {
		return Request{}, err
	}
	policy, err := s.Policy(ctx)
	if err != nil {
		return Request{}, err
	}
	return s.change(ctx, id, func(ctx context.Context, r *Request) error {
		if r.State != InReview {
			return wrongState(*r)
		}
		now := s.now()
		r.State, r.Reminded, r.Proposed = InformationAsked, false, nil
		r.Deadline = now.Add(time.Duration(policy.AnswerDays) * day)
		r.NextAt = s.reminderAt(r.Deadline, policy)
		r.Dialogue = append(r.Dialogue, Entry{At: now, By: by.Name, Text: text})
		return s.notify(ctx, *r, "access-information", map[string]string{
			"text": text, "days": strconv.Itoa(policy.AnswerDays),
		})
	})
}

// Reject ends a request, with a written reason.
func (s *Service) Reject(ctx context.Context, id, reason string, by Actor) (Request, error) {
	if err := checkText("reason", reason); err != nil {
		return Request{}, err
	}
	policy, err := s.Policy(ctx)
	if err != nil {
		return Request{}, err
	}
	return s.change(ctx, id, func(ctx context.Context, r *Request) error {
		if !r.State.open() {
			return wrongState(*r)
		}
		s.end(r, Rejected, policy)
		r.Decision = &Decision{Reason: reason, By: by, At: s.now()}
		return s.notify(ctx, *r, "access-rejected", map[string]string{"text": reason})
	})
}
