// SPDX-License-Identifier: Apache-2.0

package api

import "time"

// LedgerInvitation asks an organization into a ledger.
type LedgerInvitation struct {
	ID           string    `json:"id"`
	Ledger       string    `json:"ledger"`
	Inviter      string    `json:"inviter" doc:"ID of the organization that invites."`
	By           string    `json:"by,omitempty" doc:"Who invites."`
	Organization string    `json:"organization,omitempty" doc:"ID of the invited organization."`
	Email        string    `json:"email,omitempty" doc:"Invited mail address; for the inviter and operators, while it is pending."`
	State        string    `json:"state" enum:"pending,accepted,declined,revoked,expired"`
	Operation    string    `json:"operation,omitempty" doc:"ID of the operation that adds the organization."`
	CreatedAt    time.Time `json:"createdAt"`
	ExpiresAt    time.Time `json:"expiresAt"`
}

// NewLedgerInvitation invites an organization, by its ID or by mail.
type NewLedgerInvitation struct {
	Inviter      string `json:"inviter" minLength:"1" maxLength:"64" doc:"ID of the organization that invites; it must be a member."`
	Organization string `json:"organization,omitempty" maxLength:"64" doc:"ID of the invited organization."`
	Email        string `json:"email,omitempty" maxLength:"254" doc:"Mail address, for an organization that is not known here."`
	Locale       string `json:"locale,omitempty" enum:"eu,es,en" doc:"Language of the mail."`
}

// IssuedLedgerInvitation is a new invitation with its link's code, which is shown only now.
type IssuedLedgerInvitation struct {
	Invitation LedgerInvitation `json:"invitation"`
	Code       string           `json:"code" doc:"Behind /ledger-invitation#code= in the link."`
}

// LedgerInvitationCode is the code of an invitation's link.
type LedgerInvitationCode struct {
	Code string `json:"code" minLength:"10" maxLength:"100"`
}

// InvitationAnswer accepts or declines an invitation for an organization.
type InvitationAnswer struct {
	Organization string `json:"organization" minLength:"1" maxLength:"64" doc:"ID of the organization that answers."`
	Code         string `json:"code,omitempty" maxLength:"100" doc:"Needed where the invitation is to a mail address."`
}
