// SPDX-License-Identifier: Apache-2.0

package api

import "time"

// Person is a person with an account.
type Person struct {
	ID            string    `json:"id"`
	Email         string    `json:"email"`
	Name          string    `json:"name"`
	Locale        string    `json:"locale" enum:"eu,es,en"`
	State         string    `json:"state" enum:"invited,active,suspended"`
	EmailVerified bool      `json:"emailVerified" doc:"A link that was mailed to the address has been used."`
	SecondFactor  bool      `json:"secondFactor" doc:"A code is asked for at sign-in."`
	CreatedAt     time.Time `json:"createdAt"`
}

// Member is a person in an organization, or, without one, on the platform.
type Member struct {
	Person       Person    `json:"person"`
	Organization string    `json:"organization,omitempty"`
	Role         string    `json:"role" enum:"operator,auditor,admin,developer,reader"`
	State        string    `json:"state" enum:"invited,active,suspended" doc:"Of the membership."`
	CreatedAt    time.Time `json:"createdAt"`
}

// NewMember invites a person.
type NewMember struct {
	Email  string `json:"email" minLength:"3" maxLength:"254" example:"ane@example.eus"`
	Name   string `json:"name" minLength:"1" maxLength:"120" example:"Ane Etxebarria"`
	Locale string `json:"locale,omitempty" enum:"eu,es,en" default:"en" doc:"Language of the mails."`
	Role   string `json:"role" enum:"operator,auditor,admin,developer,reader" doc:"Operator and auditor are of the platform, the others of an organization."`
}

// InvitedMember is a member who has to accept first.
type InvitedMember struct {
	Member Member `json:"member"`
	Link   string `json:"link" doc:"Accepts the invitation, once, within 7 days. Hand it to the person and to nobody else."`
	Mailed bool   `json:"mailed" doc:"The person gets a link of her own by mail."`
}

// MemberRole changes what a person is.
type MemberRole struct {
	Role string `json:"role" enum:"operator,auditor,admin,developer,reader"`
}

// InvitationCode names an invitation by its link's code.
type InvitationCode struct {
	Code string `json:"code" minLength:"20" maxLength:"200"`
}

// Invitation is what an invitation offers.
type Invitation struct {
	Email            string `json:"email"`
	Name             string `json:"name"`
	Organization     string `json:"organization,omitempty"`
	OrganizationName string `json:"organizationName"`
	Role             string `json:"role" enum:"operator,auditor,admin,developer,reader"`
	Inviter          string `json:"inviter,omitempty"`
	Account          bool   `json:"account" doc:"The person has an account: it is accepted with that account's password, or when signed in."`
}

// InvitationAcceptance accepts an invitation.
type InvitationAcceptance struct {
	Code     string `json:"code" minLength:"20" maxLength:"200"`
	Name     string `json:"name,omitempty" maxLength:"120" doc:"Of a new person; else as the inviter wrote it."`
	Password string `json:"password,omitempty" maxLength:"1024" doc:"A new person chooses one of 12 to 256 characters; who has an account gives its own, or is signed in."`
	TOTP     string `json:"totp,omitempty" maxLength:"40" doc:"Where the account has a second factor."`
}

// PasswordResetRequest asks for a link that sets a new password.
type PasswordResetRequest struct {
	Email string `json:"email" minLength:"3" maxLength:"254" example:"ane@example.eus"`
}

// PasswordReset sets a new password with a mailed link's code.
type PasswordReset struct {
	Code     string `json:"code" minLength:"20" maxLength:"200"`
	Password string `json:"password" minLength:"1" maxLength:"1024" doc:"12 to 256 characters."`
	// KeepTokens is for who forgot the password, and not for whom somebody else may have known it.
	KeepTokens bool `json:"keepTokens,omitempty" doc:"Let API tokens go on. Without it they end like the sessions."`
}

// PasswordResetDone tells what became of the person's API tokens.
type PasswordResetDone struct {
	EndedTokens []string `json:"endedTokens" doc:"Names."`
	KeptTokens  []string `json:"keptTokens" doc:"Names."`
}

// Account is the caller's own account.
type Account struct {
	Person        Person     `json:"person"`
	HasPassword   bool       `json:"hasPassword"`
	RecoveryCodes int        `json:"recoveryCodes" doc:"How many are left."`
	Identities    []Identity `json:"identities" doc:"Other systems with which the person signs in."`
}

// Identity is how another system knows a person.
type Identity struct {
	ID        string    `json:"id"`
	Provider  string    `json:"provider"`
	Subject   string    `json:"subject"`
	CreatedAt time.Time `json:"createdAt"`

	Last         bool                `json:"last,omitempty" doc:"It is the only way to sign in that is offered now: it can't be unlinked by the person. Told of one's own account only."`
	Certificates []SignInCertificate `json:"certificates,omitempty" doc:"Those with which the person signed in as this subject; they are watched."`
}

// NewOwnIdentity asks to link an account elsewhere to one's own.
type NewOwnIdentity struct {
	Provider string `json:"provider" minLength:"1" maxLength:"64" doc:"ID of a provider that is offered, or clientcert."`
	Language string `json:"language,omitempty" maxLength:"10" doc:"Of the person: eu, es or en."`
}

// SignInRedirect is where a browser is to go on.
type SignInRedirect struct {
	URL string `json:"url" doc:"Of the provider. From there the browser comes back to the console's account page."`
}

// SignInCertificate is a certificate of another authority with which a person signs in.
type SignInCertificate struct {
	Subject     string     `json:"subject" doc:"RFC 2253 name."`
	Issuer      string     `json:"issuer"`
	Serial      string     `json:"serial" doc:"Lower-case hex."`
	Fingerprint string     `json:"fingerprint" doc:"SHA-256 of the DER, lower-case hex."`
	NotAfter    time.Time  `json:"notAfter"`
	State       string     `json:"state" enum:"unchecked,good,held,revoked,unknown" doc:"What its authority said last. Nobody signs in with one that is held or revoked, and what was begun with it is ended."`
	RevokedAt   *time.Time `json:"revokedAt,omitempty"`
	Reason      string     `json:"reason,omitempty" doc:"Why it is revoked, as RFC 5280 names it."`
	Problem     string     `json:"problem,omitempty" doc:"Why its state is not known."`
	CheckedAt   *time.Time `json:"checkedAt,omitempty" doc:"When the authority last gave its word."`
}

// NewIdentity lets a person sign in with another system: an account of a provider, or a certificate.
type NewIdentity struct {
	Provider    string `json:"provider,omitempty" maxLength:"64" doc:"ID of the provider; with subject."`
	Subject     string `json:"subject,omitempty" maxLength:"500" doc:"How the provider knows the person."`
	Certificate string `json:"certificate,omitempty" maxLength:"65536" doc:"PEM of a certificate of an authority of the sign-in settings, its issuers after it; without provider and subject. It is checked and watched."`
}

// Identities are those of a person.
type Identities struct {
	Items []Identity `json:"items"`
}

// PasswordChange changes the caller's own password.
type PasswordChange struct {
	Present string `json:"present" minLength:"1" maxLength:"1024"`
	New     string `json:"new" minLength:"1" maxLength:"1024" doc:"12 to 256 characters."`
}

// Password proves once more who is calling.
type Password struct {
	Password string `json:"password" minLength:"1" maxLength:"1024"`
}

// SecondFactor is one that is about to be set up.
type SecondFactor struct {
	Secret string `json:"secret" doc:"Base32, to be typed into an authenticator app."`
	URL    string `json:"url" doc:"otpauth:// address."`
	QR     []byte `json:"qr" doc:"The address as a PNG, base64."`
}

// OneTimeCode is a code of the second factor, or, where it exists already, a recovery code.
type OneTimeCode struct {
	Code string `json:"code" minLength:"6" maxLength:"40"`
}

// RecoveryCodes stand in for a lost second factor, each once. They are shown only now.
type RecoveryCodes struct {
	Codes []string `json:"codes"`
}

// Suspension takes an organization's access away.
type Suspension struct {
	Reason string `json:"reason" minLength:"1" maxLength:"300" doc:"Shown with the organization."`
}
