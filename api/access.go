// SPDX-License-Identifier: Apache-2.0

package api

import "time"

// Principal is who is calling.
type Principal struct {
	Name         string     `json:"name" doc:"Of the token or the person."`
	Role         string     `json:"role" enum:"operator,auditor,admin,developer,reader"`
	Organization string     `json:"organization,omitempty" doc:"In which the caller acts; absent for the platform."`
	Expires      *time.Time `json:"expires,omitempty"`
	Kind         string     `json:"kind" enum:"token,session" doc:"How the caller shows who he is."`
	Method       string     `json:"method,omitempty" doc:"How the person of a session signed in." example:"password"`
	SecondFactor bool       `json:"secondFactor" doc:"A second factor was shown at sign-in."`
	Scopes       []string   `json:"scopes" doc:"Of a token: all that it may do of what its role may; empty: all."`
	Actions      []string   `json:"actions" doc:"What the caller may do in its organization."`
	Member       *Person    `json:"member,omitempty" doc:"Whose session or token it is; absent for those that belong to nobody."`

	Organizations []OwnOrganization `json:"organizations" doc:"Where the person belongs; a session switches between them with PUT /session."`
}

// OwnOrganization is an organization to which the caller belongs.
type OwnOrganization struct {
	Organization string `json:"organization" doc:"ID; empty for the platform."`
	Name         string `json:"name,omitempty"`
	Role         string `json:"role" enum:"operator,auditor,admin,developer,reader"`
	State        string `json:"state" enum:"invited,active,suspended" doc:"Of the membership."`
	Open         bool   `json:"open" doc:"A session may act there."`
}

// Token is an API token, without its secret.
type Token struct {
	ID           string     `json:"id"`
	Name         string     `json:"name"`
	Role         string     `json:"role" enum:"operator,auditor,admin,developer,reader"`
	Organization string     `json:"organization,omitempty"`
	Member       string     `json:"member,omitempty" doc:"ID of the person who made it; it ends with that membership."`
	Scopes       []string   `json:"scopes" doc:"All that it may do of what its role may; empty: all."`
	CreatedAt    time.Time  `json:"createdAt"`
	ExpiresAt    *time.Time `json:"expiresAt,omitempty"`
}

// NewToken asks for an API token with at most the caller's own rights.
type NewToken struct {
	Name         string   `json:"name" minLength:"1" maxLength:"80"`
	Role         string   `json:"role" enum:"operator,auditor,admin,developer,reader"`
	Organization string   `json:"organization,omitempty" doc:"Required for the roles admin, developer and reader."`
	Scopes       []string `json:"scopes,omitempty" maxItems:"40" doc:"Groups (read, transactions, certificates) or actions such as ledger.read; none: all that the role may." example:"read"`
	ExpiresIn    int64    `json:"expiresIn,omitempty" minimum:"0" maximum:"31536000" doc:"Seconds; 0: 90 days."`
}

// IssuedToken is a new token with its secret, which is shown only once.
type IssuedToken struct {
	Token  Token  `json:"token"`
	Secret string `json:"secret" doc:"Send it as Authorization: Bearer."`
}

// SignInLink is a link that opens the console signed in, once.
type SignInLink struct {
	URL       string    `json:"url"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// NewSession signs in: with a one-time code, or with e-mail address and password.
type NewSession struct {
	Code     string `json:"code,omitempty" maxLength:"200" doc:"Of a one-time link; without the other fields."`
	Email    string `json:"email,omitempty" maxLength:"254"`
	Password string `json:"password,omitempty" maxLength:"1024"`
	TOTP     string `json:"totp,omitempty" maxLength:"40" doc:"Code of the second factor, or a recovery code; asked for with the problem second_factor_needed."`
}

// SessionSwitch lets a session act in another of the person's organizations.
type SessionSwitch struct {
	Organization string `json:"organization" maxLength:"64" doc:"ID; empty: the platform."`
}

// OwnSession is one of the caller's sessions.
type OwnSession struct {
	ID           string    `json:"id"`
	Current      bool      `json:"current" doc:"The one that asks."`
	Method       string    `json:"method"`
	SecondFactor bool      `json:"secondFactor"`
	Organization string    `json:"organization,omitempty"`
	CreatedAt    time.Time `json:"createdAt"`
	ExpiresAt    time.Time `json:"expiresAt"`
}
