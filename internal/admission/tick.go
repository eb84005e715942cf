// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"context"
	"strconv"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/identifier"
	"github.com/blockchain4all/blockchain4all/internal/mail"
)

// tickEvery is how often deadlines are looked at; they are counted in days.
const tickEvery = time.Minute

const tickBatch = 100

// Run looks at deadlines until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	for {
		if err := s.Tick(ctx); err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "access requests' deadlines", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// Tick does what is due now: reminders, ends, erasures. It may be called at any time and any number of times.
func (s *Service) Tick(ctx context.Context) error {
	policy, err := s.Policy(ctx)
	if err != nil {
		return err
	}
	due, err := s.store.DueRequests(ctx, s.now(), tickBatch)
	if err != nil {
		return err
	}
	for _, r := range due {
		if r.State == Active && !s.now().Before(r.GrantEnds) && s.ender != nil {
			if _, err := s.ender.Suspend(ctx, r.Decision.OrgID, "the sandbox's time has ended"); err != nil {
				return err
			}
		}
		_, err := s.change(ctx, r.ID, func(ctx context.Context, r *Request) error { return s.due(ctx, policy, r) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) due(ctx context.Context, p Policy, r *Request) error {
	now := s.now()
	if r.NextAt.IsZero() || r.NextAt.After(now) {
		return nil // somebody was faster
	}
	late := !now.Before(r.Deadline)
	days := strconv.Itoa(int((r.Deadline.Sub(now) + day - 1) / day))
	switch r.State {
	case Submitted:
		s.end(r, Expired, p)
		return s.erase(ctx, r) // nobody confirmed it: there is no reason to keep it
	case Verified, InReview:
		template := map[string]string{"deadline": r.Deadline.UTC().Format(time.DateOnly)}
		if late {
			r.NextAt = time.Time{} // it stays in the queue
		} else {
			r.NextAt = r.Deadline
		}
		return s.tellOperators(ctx, p, *r, "access-due", template)
	case InformationAsked:
		if late {
			s.end(r, Expired, p)
			return s.notify(ctx, *r, "access-expired", nil)
		}
		r.Reminded, r.NextAt = true, r.Deadline
		return s.notify(ctx, *r, "access-reminder", map[string]string{"days": days})
	case Active:
		data := map[string]string{"organization": r.Application.LegalName}
		if late {
			s.end(r, Expired, p)
			return s.tell(ctx, r, "sandbox-ended", data)
		}
		r.Reminded, r.NextAt = true, r.GrantEnds
		data["days"], data["link"] = days, "/access"
		return s.tell(ctx, r, "sandbox-ending", data)
	case Rejected, Withdrawn, Expired:
		return s.erase(ctx, r)
	case Approved:
	}
	r.NextAt = time.Time{}
	return nil
}

func (s *Service) tell(ctx context.Context, r *Request, template string, data map[string]string) error {
	return s.mails.Queue(ctx, mail.Message{To: r.Application.Email, Locale: r.Application.Locale, Template: template, Data: data})
}

// erase forgets the applicant: what stays is that there was a request of a kind, and what came of it.
func (s *Service) erase(ctx context.Context, r *Request) error {
	r.Application = Application{
		Kind: r.Application.Kind, Tier: r.Application.Tier, Terms: r.Application.Terms, Locale: r.Application.Locale,
		Identifier: identifier.Identifier{},
	}
	r.Dialogue, r.Duplicates, r.Reason, r.Proposed = nil, nil, "", nil
	if r.Decision != nil {
		d := *r.Decision
		d.Reason = ""
		r.Decision = &d
	}
	r.ErasedAt, r.NextAt = s.now(), time.Time{}
	return s.store.DeleteSecrets(ctx, r.ID, "")
}
