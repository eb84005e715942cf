// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/admission"
)

func form(n api.NewAccessRequest) admission.Form {
	return admission.Form{
		Kind: n.Kind, LegalName: n.LegalName, Identifier: n.Identifier, Contact: n.ContactName, Email: n.Email,
		Phone: n.Phone, Purpose: n.Purpose, Tier: admission.Tier(n.Tier), Terms: n.Terms, Locale: n.Locale,
		Invitation: n.Invitation, Website: n.Website,
	}
}

// showReceipt shows a request to its applicant: operators have no names there.
func showReceipt(r admission.Request) api.AccessReceipt {
	shown := api.AccessReceipt{
		Number: r.Number, State: string(r.State), Kind: r.Application.Kind, LegalName: r.Application.LegalName,
		Tier: string(r.Application.Tier), Dialogue: dialogue(r, false), Deadline: moment(r.Deadline),
		CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(),
	}
	if r.Decision != nil {
		shown.Reason = r.Decision.Reason
		if r.State == admission.Active {
			shown.Organization, shown.Tier = r.Decision.OrgID, string(r.Decision.Tier)
		}
	}
	return shown
}

func dialogue(r admission.Request, names bool) []api.AccessEntry {
	out := make([]api.AccessEntry, 0, len(r.Dialogue))
	for _, e := range r.Dialogue {
		shown := api.AccessEntry{At: e.At.UTC(), From: "operator", Text: e.Text}
		if e.Applicant {
			shown.From = "applicant"
		} else if names {
			shown.By = e.By
		}
		out = append(out, shown)
	}
	return out
}

func showAccessRequest(r admission.Request) api.AccessRequest {
	a := r.Application
	duplicates := r.Duplicates
	if duplicates == nil {
		duplicates = []string{}
	}
	return api.AccessRequest{
		ID: r.ID, Number: r.Number, State: string(r.State), Kind: a.Kind, LegalName: a.LegalName,
		Identifier: a.Identifier.Canonical, IdentifierKind: string(a.Identifier.Kind), Country: a.Identifier.Country,
		ContactName: a.Contact, Email: a.Email, Phone: a.Phone, Purpose: a.Purpose, Tier: string(a.Tier), Terms: a.Terms,
		Locale: a.Locale, Invitation: a.Invitation, Duplicates: duplicates, Assignee: r.Assignee,
		Dialogue: dialogue(r, true), Proposed: showDecision(r.Proposed), Decision: showDecision(r.Decision),
		Automatic: r.Automatic, Problem: r.Reason, Deadline: moment(r.Deadline), GrantEndsAt: moment(r.GrantEnds),
		VerifiedAt: moment(r.VerifiedAt), ErasedAt: moment(r.ErasedAt), CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(),
	}
}

func showDecision(d *admission.Decision) *api.AccessDecision {
	if d == nil {
		return nil
	}
	return &api.AccessDecision{Organization: d.OrgID, Tier: string(d.Tier), Reason: d.Reason, By: d.By.Name, At: d.At.UTC()}
}

func showPolicy(p admission.Policy) api.AccessPolicy {
	shown := api.AccessPolicy{
		Terms: p.Terms, VerifyDays: p.VerifyDays, ReviewDays: p.ReviewDays, AnswerDays: p.AnswerDays,
		ReminderDays: p.ReminderDays, RetentionDays: p.RetentionDays, SecondPerson: p.SecondPerson,
		NotifyEmail: p.NotifyEmail, NotifyLocale: p.NotifyLocale, Rules: []api.AccessRule{},
	}
	for _, r := range p.Rules {
		shown.Rules = append(shown.Rules, api.AccessRule{Kind: r.Kind, Quota: r.Quota, Days: r.Days})
	}
	return shown
}

func readPolicy(p api.AccessPolicy) admission.Policy {
	read := admission.Policy{
		Terms: p.Terms, VerifyDays: p.VerifyDays, ReviewDays: p.ReviewDays, AnswerDays: p.AnswerDays,
		ReminderDays: p.ReminderDays, RetentionDays: p.RetentionDays, SecondPerson: p.SecondPerson,
		NotifyEmail: p.NotifyEmail, NotifyLocale: p.NotifyLocale,
	}
	for _, r := range p.Rules {
		read.Rules = append(read.Rules, admission.Rule{Kind: r.Kind, Quota: r.Quota, Days: r.Days})
	}
	return read
}
