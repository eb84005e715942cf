// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/mail"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// KindApprove is the operation that makes an approved applicant a member.
const KindApprove = "admission.approve"

// Approval is what an operator decides.
type Approval struct {
	OrgID  string // empty: derived from the legal name
	Tier   Tier   // empty: the wanted one
	Reason string
}

// input of KindApprove. It holds no more of the applicant than the organization does.
type input struct {
	org.NewOrganization
	Request string
}

// Approve approves a request: the operation that makes its organization is started, in the same store transaction.
// Where the policy wants a second person, the first call only proposes, which an empty operation tells; the second must
// be another's, else it is a fault.Conflict "second_person_needed", and agrees to what was proposed.
func (s *Service) Approve(ctx context.Context, id string, a Approval, by Actor, key string) (Request, operation.Operation, error) {
	policy, err := s.Policy(ctx)
	if err != nil {
		return Request{}, operation.Operation{}, err
	}
	r, err := s.store.GetRequest(ctx, id)
	if err != nil {
		return r, operation.Operation{}, err
	}
	d, err := s.decide(ctx, r, a, by)
	if err != nil {
		return r, operation.Operation{}, err
	}
	if policy.SecondPerson {
		if r.Proposed == nil {
			r, err := s.propose(ctx, id, d)
			return r, operation.Operation{}, err
		}
		if r.Proposed.By.same(by) {
			return r, operation.Operation{}, fault.New(fault.Conflict, "second_person_needed",
				"somebody else must agree to what you proposed").WithHint("ask another operator to approve it")
		}
		d.OrgID, d.Tier, d.Reason = r.Proposed.OrgID, r.Proposed.Tier, r.Proposed.Reason
	}
	op, err := s.start(ctx, r, d, key, func(*Request) {})
	if err != nil {
		return r, op, err
	}
	r, err = s.store.GetRequest(ctx, id)
	return r, op, err
}

func (s *Service) decide(ctx context.Context, r Request, a Approval, by Actor) (Decision, error) {
	if err := checkText("reason", a.Reason); err != nil {
		return Decision{}, err
	}
	if a.Tier == "" {
		a.Tier = r.Application.Tier
	}
	if !slices.Contains(Tiers(), a.Tier) {
		return Decision{}, fault.New(fault.Invalid, "tier_invalid", "%q is not a tier", a.Tier).
			WithField("body.tier", "tier", "sandbox, pilot or production")
	}
	if a.OrgID == "" && r.Decision != nil {
		a.OrgID = r.Decision.OrgID // repeated with its key: the same operation again
	}
	if a.OrgID == "" {
		var err error
		if a.OrgID, err = s.SuggestID(ctx, r); err != nil {
			return Decision{}, err
		}
	}
	return Decision{OrgID: a.OrgID, Tier: a.Tier, Reason: a.Reason, By: by, At: s.now()}, nil
}

func (s *Service) propose(ctx context.Context, id string, d Decision) (Request, error) {
	return s.change(ctx, id, func(_ context.Context, r *Request) error {
		if r.State != Verified && r.State != InReview || r.Proposed != nil {
			return wrongState(*r)
		}
		r.Proposed = &d
		return nil
	})
}

// start writes the decision, reserves the organization and starts the operation, all or nothing.
func (s *Service) start(ctx context.Context, r Request, d Decision, key string, more func(*Request)) (operation.Operation, error) {
	n := org.NewOrganization{ID: d.OrgID, Name: r.Application.LegalName, Kind: r.Application.Kind}
	return s.engine.Start(ctx, operation.Request{
		Kind: KindApprove, Subject: Subject(r.ID), Orgs: []string{n.ID}, Actor: cmp.Or(d.By.Credential, d.By.ID), Key: key,
		Input: input{NewOrganization: n, Request: r.ID},
	}, func(ctx context.Context) error {
		if err := s.orgs.Reserve(ctx, n); err != nil {
			return err
		}
		_, err := s.change(ctx, r.ID, func(ctx context.Context, r *Request) error {
			if r.State != Verified && r.State != InReview {
				return wrongState(*r)
			}
			r.State, r.Decision, r.Proposed, r.Deadline, r.NextAt = Approved, &d, nil, time.Time{}, time.Time{}
			more(r)
			return s.notify(ctx, *r, "access-approved", map[string]string{"text": d.Reason})
		})
		return err
	})
}

// PlanApprove gives the plan of KindApprove; provision makes the organization's peer serve.
func (s *Service) PlanApprove(provision org.Provision) operation.Plan {
	create := s.orgs.PlanCreate(provision)
	return func(op operation.Operation) ([]operation.PlannedStep, error) {
		var in input
		if err := json.Unmarshal(op.Input, &in); err != nil {
			return nil, fmt.Errorf("decode input: %w", err)
		}
		steps, err := create(op)
		if err != nil {
			return nil, err
		}
		return append(steps, operation.PlannedStep{
			Name: "administrator", Title: "Invite the first administrator",
			Do: func(ctx context.Context, note func(string, ...any)) error { return s.welcome(ctx, in, op.ID, note) },
		}), nil
	}
}

// welcome makes the administrator and the request active; the mail that tells it is queued with that, once.
func (s *Service) welcome(ctx context.Context, in input, opID string, note func(string, ...any)) error {
	r, err := s.store.GetRequest(ctx, in.Request)
	if err != nil || r.State != Approved {
		return err
	}
	link := ""
	if s.admins != nil {
		a := r.Application
		if link, err = s.admins.EnsureAdministrator(ctx, in.ID, a.Email, a.Contact, a.Locale); err != nil {
			return err
		}
	} else {
		note("this platform has no members: the administrator gets a token from the operator")
	}
	policy, err := s.Policy(ctx)
	if err != nil {
		return err
	}
	_, err = s.change(ctx, in.Request, func(ctx context.Context, r *Request) error {
		if r.State != Approved {
			return nil
		}
		now := s.now()
		r.State, r.InvitedAt, r.Operation, r.Reason = Active, now, opID, ""
		if r.Decision.Tier == Sandbox {
			if rule, ok := policy.rule(r.Application.Kind); ok && r.Automatic {
				r.GrantEnds = now.Add(time.Duration(rule.Days) * day)
				r.Deadline, r.NextAt = r.GrantEnds, s.reminderAt(r.GrantEnds, policy)
			}
		}
		if link == "" {
			return s.notify(ctx, *r, "access-active", map[string]string{"organization": in.Name})
		}
		return s.mails.Queue(ctx, mail.Message{
			To: r.Application.Email, Locale: r.Application.Locale, Template: "invitation",
			Data: map[string]string{"organization": in.Name, "inviter": "Blockchain4all", "link": link},
		})
	})
	return err
}

// OnFailed records on the request and the organization why it could not be made.
func (s *Service) OnFailed(ctx context.Context, op operation.Operation, f *fault.Error) error {
	var in input
	if err := json.Unmarshal(op.Input, &in); err != nil {
		return fmt.Errorf("decode input: %w", err)
	}
	_, err := s.change(ctx, in.Request, func(_ context.Context, r *Request) error {
		r.Operation, r.Reason = op.ID, f.Message
		return nil
	})
	return errors.Join(err, s.orgs.OnFailed(ctx, op, f))
}

// autoApprove applies a rule of the policy. What stands in the way leaves the request to the operators.
func (s *Service) autoApprove(ctx context.Context, p Policy, r Request) {
	rule, ok := p.rule(r.Application.Kind)
	if !ok || r.Application.Tier != Sandbox || len(r.Duplicates) > 0 {
		return
	}
	alive, err := s.automatic(ctx, rule.Kind)
	if err == nil && alive < rule.Quota {
		var id string
		if id, err = s.SuggestID(ctx, r); err == nil {
			d := Decision{
				OrgID: id, Tier: Sandbox, Reason: automaticReason(r.Application.Locale, rule.Days),
				By: Actor{ID: "rule", Name: "rule"}, At: s.now(),
			}
			_, err = s.start(ctx, r, d, "rule/"+r.ID, func(r *Request) { r.Automatic = true })
		}
	}
	if err != nil {
		s.log.WarnContext(ctx, "approve by rule", "request", r.Number, "error", err)
	}
}

func automaticReason(locale string, days int) string {
	switch locale {
	case "es":
		return fmt.Sprintf("Aprobada por regla para el entorno de pruebas, por %d días.", days)
	case "en":
		return fmt.Sprintf("Approved by rule for the sandbox, for %d days.", days)
	}
	return fmt.Sprintf("Arau bidez onartua proba-ingurunerako, %d egunerako.", days)
}

// automatic counts the sandboxes of a kind that a rule approved and that have not ended.
func (s *Service) automatic(ctx context.Context, kind string) (int, error) {
	n := 0
	for _, state := range []State{Approved, Active} {
		all, err := s.store.ListRequests(ctx, Filter{State: state, Kind: kind})
		if err != nil {
			return 0, err
		}
		for _, r := range all {
			if r.Automatic {
				n++
			}
		}
	}
	return n, nil
}

// SuggestID derives a free organization ID from the legal name.
func (s *Service) SuggestID(ctx context.Context, r Request) (string, error) {
	base := slug(r.Application.LegalName)
	if len(base) < 2 {
		base = "org-" + strings.ReplaceAll(r.Number, "-", "")
	}
	for i := 1; i < 100; i++ {
		id := base
		if i > 1 {
			id = fmt.Sprintf("%s-%d", base[:min(len(base), 27)], i)
		}
		if _, err := s.orgs.Get(ctx, id); errors.Is(err, fault.NotFound) {
			return id, nil
		} else if err != nil {
			return "", err
		}
	}
	return "org-" + strings.ReplaceAll(r.Number, "-", ""), nil
}

// slug makes an ID of a name: "Euskal Herriko Unibertsitatea, S.A." gives "euskal-herriko-unibertsitatea".
func slug(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(name)) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9' && b.Len() > 0:
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r), r == '.', r == '\'':
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	words := strings.Split(b.String(), "-")
	for len(words) > 1 && slices.Contains([]string{"sa", "sl", "slu", "sau", "scoop", "sccl", ""}, words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	s := strings.Join(words, "-")
	return strings.Trim(s[:min(len(s), 31)], "-")
}
