// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/mail"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

const settingPolicy = "admission-policy"

const day = 24 * time.Hour

// Rule approves requests of a kind for the sandbox tier without an operator.
type Rule struct {
	Kind  string
	Quota int // sandboxes of this rule that may live at the same time
	Days  int // for which a sandbox lives
}

// Policy is what operators decide about the procedure.
type Policy struct {
	Terms         string // version that applicants must accept
	VerifyDays    int    // to confirm the address
	ReviewDays    int    // to decide
	AnswerDays    int    // for the applicant to answer
	ReminderDays  int    // before a deadline
	RetentionDays int    // from a request's end to the erasure of its personal data
	SecondPerson  bool   // another operator must agree to an approval
	NotifyEmail   string // of the operators; empty: nobody is told
	NotifyLocale  string
	Rules         []Rule
}

// DefaultPolicy has no rule, and one operator decides.
func DefaultPolicy() Policy {
	return Policy{Terms: "1", VerifyDays: 7, ReviewDays: 20, AnswerDays: 15, ReminderDays: 5, RetentionDays: 180, NotifyLocale: "eu"}
}

// Policy gives the policy in force.
func (s *Service) Policy(ctx context.Context) (Policy, error) {
	p := DefaultPolicy()
	text, err := s.store.Setting(ctx, settingPolicy)
	if errors.Is(err, fault.NotFound) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return p, fmt.Errorf("decode policy: %w", err)
	}
	return p, nil
}

// SetPolicy puts a policy in force. One that can't be is a fault.Invalid "admission_policy_invalid".
func (s *Service) SetPolicy(ctx context.Context, p Policy) error {
	if err := p.validate(); err != nil {
		return err
	}
	text, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("encode policy: %w", err)
	}
	return s.store.PutSetting(ctx, settingPolicy, string(text))
}

func (p Policy) validate() error {
	f := fault.New(fault.Invalid, "admission_policy_invalid", "this policy is not possible").
		WithHint("correct what the errors name; nothing was changed")
	bad := f
	if p.Terms == "" || len(p.Terms) > 40 {
		bad = bad.WithField("body.terms", "length", "1 to 40 bytes")
	}
	for name, days := range map[string]int{
		"verifyDays": p.VerifyDays, "reviewDays": p.ReviewDays, "answerDays": p.AnswerDays, "retentionDays": p.RetentionDays,
	} {
		if days < 1 || days > 3650 {
			bad = bad.WithField("body."+name, "range", "1 to 3650 days")
		}
	}
	if p.ReminderDays < 0 || p.ReminderDays >= min(p.ReviewDays, p.AnswerDays) {
		bad = bad.WithField("body.reminderDays", "range", "less than the days that it reminds of")
	}
	if p.NotifyEmail != "" {
		if _, err := mail.Address(p.NotifyEmail); err != nil {
			bad = bad.WithField("body.notifyEmail", "email_invalid", "not a mail address")
		}
	}
	seen := map[string]bool{}
	for i, r := range p.Rules {
		at := fmt.Sprintf("body.rules[%d]", i)
		if !slices.Contains(org.Kinds(), r.Kind) || seen[r.Kind] {
			bad = bad.WithField(at+".kind", "kind", "a kind of organization, each once")
		}
		seen[r.Kind] = true
		if r.Quota < 1 || r.Quota > 10000 || r.Days < 1 || r.Days > 3650 {
			bad = bad.WithField(at, "range", "a quota of 1 to 10000 and 1 to 3650 days")
		}
	}
	if bad != f {
		return bad
	}
	return nil
}

func (p Policy) rule(kind string) (Rule, bool) {
	for _, r := range p.Rules {
		if r.Kind == kind {
			return r, true
		}
	}
	return Rule{}, false
}
