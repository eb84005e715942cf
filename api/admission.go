// SPDX-License-Identifier: Apache-2.0

package api

import "time"

// AccessForm tells what an access request may say.
type AccessForm struct {
	Kinds   []string `json:"kinds"`
	Tiers   []string `json:"tiers"`
	Locales []string `json:"locales"`
	Terms   string   `json:"terms" doc:"Version of the terms that must be accepted."`
}

// NewAccessRequest is the public form. What is wrong with it is told at once, by JSON path and code; all checks are
// made by the handler, so the schema names no limits but sizes.
type NewAccessRequest struct {
	Kind        string `json:"kind" maxLength:"40" doc:"Kind of organization." example:"university"`
	LegalName   string `json:"legalName" maxLength:"400" example:"Euskal Unibertsitatea"`
	Identifier  string `json:"identifier" maxLength:"80" doc:"NIF, NIE, CIF, or an EU VAT number with its prefix." example:"B12345674"`
	ContactName string `json:"contactName" maxLength:"400"`
	Email       string `json:"email" maxLength:"400"`
	Phone       string `json:"phone,omitempty" maxLength:"80"`
	Purpose     string `json:"purpose" maxLength:"8000" doc:"What the platform is wanted for."`
	Tier        string `json:"tier" maxLength:"40" doc:"sandbox, pilot or production."`
	Terms       string `json:"terms" maxLength:"40" doc:"Version of the terms that is accepted."`
	Locale      string `json:"locale" maxLength:"10" doc:"eu, es or en: the language of mails."`
	Invitation  string `json:"invitation,omitempty" maxLength:"64" doc:"ID of the ledger invitation that led here."`
	Website     string `json:"website,omitempty" maxLength:"400" doc:"Leave it empty: it is a trap for programs."`
}

// AccessReceipt is what the applicant sees.
type AccessReceipt struct {
	Number       string        `json:"number" example:"2026-000001"`
	State        string        `json:"state" enum:"submitted,verified,in-review,information-asked,approved,active,rejected,withdrawn,expired"`
	Kind         string        `json:"kind"`
	LegalName    string        `json:"legalName,omitempty" doc:"Absent when personal data is erased."`
	Tier         string        `json:"tier"`
	Dialogue     []AccessEntry `json:"dialogue"`
	Reason       string        `json:"reason,omitempty" doc:"Of the decision, as it was written."`
	Organization string        `json:"organization,omitempty" doc:"ID of the organization, once it is a member."`
	Deadline     *time.Time    `json:"deadline,omitempty" doc:"Of the confirmation, the decision or the answer."`
	CreatedAt    time.Time     `json:"createdAt"`
	UpdatedAt    time.Time     `json:"updatedAt"`
}

// AccessEntry is one question or answer.
type AccessEntry struct {
	At   time.Time `json:"at"`
	From string    `json:"from" enum:"operator,applicant"`
	By   string    `json:"by,omitempty" doc:"Operator's name; for operators only."`
	Text string    `json:"text"`
}

// IssuedAccessReceipt answers a request with the secret of its private link, which is shown only now.
type IssuedAccessReceipt struct {
	Receipt AccessReceipt `json:"receipt"`
	Secret  string        `json:"secret" doc:"Keep it: it shows the request, answers and withdraws."`
}

// AccessSecret is the secret of a private link, or the code that was mailed. It is sent in the body, for addresses are
// logged.
type AccessSecret struct {
	Secret string `json:"secret" minLength:"10" maxLength:"100"`
}

// AccessAnswer is the applicant's answer.
type AccessAnswer struct {
	Secret string `json:"secret" minLength:"10" maxLength:"100"`
	Text   string `json:"text" maxLength:"8000"`
}

// AccessRequest is what operators see.
type AccessRequest struct {
	ID             string          `json:"id"`
	Number         string          `json:"number" example:"2026-000001"`
	State          string          `json:"state" enum:"submitted,verified,in-review,information-asked,approved,active,rejected,withdrawn,expired"`
	Kind           string          `json:"kind"`
	LegalName      string          `json:"legalName,omitempty"`
	Identifier     string          `json:"identifier,omitempty"`
	IdentifierKind string          `json:"identifierKind,omitempty" doc:"nif, nie, cif or vat."`
	Country        string          `json:"country,omitempty"`
	ContactName    string          `json:"contactName,omitempty"`
	Email          string          `json:"email,omitempty"`
	Phone          string          `json:"phone,omitempty"`
	Purpose        string          `json:"purpose,omitempty"`
	Tier           string          `json:"tier"`
	Terms          string          `json:"terms"`
	Locale         string          `json:"locale"`
	Invitation     string          `json:"invitation,omitempty"`
	Duplicates     []string        `json:"duplicates" doc:"Numbers of open requests with the same identifier and another address."`
	Assignee       string          `json:"assignee,omitempty"`
	Dialogue       []AccessEntry   `json:"dialogue"`
	Proposed       *AccessDecision `json:"proposed,omitempty" doc:"An approval that waits for a second person."`
	Decision       *AccessDecision `json:"decision,omitempty"`
	Automatic      bool            `json:"automatic" doc:"Approved by a rule."`
	Problem        string          `json:"problem,omitempty" doc:"Why the organization could not be made."`
	SuggestedID    string          `json:"suggestedId,omitempty" doc:"A free organization ID derived from the name; only when one request is asked for."`
	Deadline       *time.Time      `json:"deadline,omitempty"`
	GrantEndsAt    *time.Time      `json:"grantEndsAt,omitempty" doc:"End of a sandbox."`
	VerifiedAt     *time.Time      `json:"verifiedAt,omitempty"`
	ErasedAt       *time.Time      `json:"erasedAt,omitempty"`
	CreatedAt      time.Time       `json:"createdAt"`
	UpdatedAt      time.Time       `json:"updatedAt"`
}

// AccessDecision is an approval or a rejection.
type AccessDecision struct {
	Organization string    `json:"organization,omitempty" doc:"ID of the organization, of an approval."`
	Tier         string    `json:"tier,omitempty"`
	Reason       string    `json:"reason,omitempty"`
	By           string    `json:"by"`
	At           time.Time `json:"at"`
}

// AccessAssignment gives a request to an operator.
type AccessAssignment struct {
	Assignee string `json:"assignee,omitempty" maxLength:"120" doc:"Name; the caller when it is empty."`
}

// AccessQuestion asks the applicant.
type AccessQuestion struct {
	Text string `json:"text" maxLength:"8000"`
}

// AccessApproval approves a request.
type AccessApproval struct {
	Organization string `json:"organization,omitempty" maxLength:"31" doc:"ID of the organization; derived from the legal name when it is empty."`
	Tier         string `json:"tier,omitempty" maxLength:"40" doc:"The wanted one when it is empty."`
	Reason       string `json:"reason" maxLength:"8000" doc:"Written, and mailed to the applicant."`
}

// AccessRejection rejects a request.
type AccessRejection struct {
	Reason string `json:"reason" maxLength:"8000" doc:"Written, and mailed to the applicant."`
}

// AccessApproved answers an approval. Without an operation it is a proposal that waits for a second person.
type AccessApproved struct {
	Request   AccessRequest `json:"request"`
	Operation *Operation    `json:"operation,omitempty"`
}

// AccessPolicy is what operators decide about the procedure.
type AccessPolicy struct {
	Terms         string       `json:"terms" maxLength:"40" doc:"Version of the terms that applicants must accept."`
	VerifyDays    int          `json:"verifyDays" doc:"To confirm the address."`
	ReviewDays    int          `json:"reviewDays" doc:"To decide."`
	AnswerDays    int          `json:"answerDays" doc:"For the applicant to answer."`
	ReminderDays  int          `json:"reminderDays" doc:"Before a deadline."`
	RetentionDays int          `json:"retentionDays" doc:"From a request's end to the erasure of its personal data."`
	SecondPerson  bool         `json:"secondPerson" doc:"Another operator must agree to an approval."`
	NotifyEmail   string       `json:"notifyEmail,omitempty" maxLength:"400" doc:"Mailbox of the operators."`
	NotifyLocale  string       `json:"notifyLocale" enum:"eu,es,en"`
	Rules         []AccessRule `json:"rules" maxItems:"6" doc:"Kinds whose sandboxes are approved without an operator."`
}

// AccessRule approves requests of a kind for the sandbox tier.
type AccessRule struct {
	Kind  string `json:"kind"`
	Quota int    `json:"quota" doc:"Sandboxes of this rule that may live at the same time."`
	Days  int    `json:"days" doc:"For which a sandbox lives."`
}
