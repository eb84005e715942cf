// SPDX-License-Identifier: Apache-2.0

package api

import "time"

// SignInMethods are the ways to sign in that are offered to everybody.
type SignInMethods struct {
	Local             bool           `json:"local" doc:"Accounts with a password of this platform."`
	Providers         []SignInMethod `json:"providers" doc:"In the order in which to offer them."`
	ClientCertificate string         `json:"clientCertificate,omitempty" doc:"Where a browser goes to sign in with a certificate; absent: that is not offered." example:"/api/v1/signin/clientcert"`
}

// SignInMethod is a provider that people may sign in with.
type SignInMethod struct {
	ID    string            `json:"id" example:"giltza"`
	Names map[string]string `json:"names" doc:"For people, by language: eu, es, en; not every language has one."`
	URL   string            `json:"url" doc:"Where a browser goes; add ?return= with a path of the console, and &lang= with eu, es or en." example:"/api/v1/signin/giltza"`
}

// SignInSettings are the ways to sign in as the operator configures them.
type SignInSettings struct {
	Local              bool                      `json:"local" doc:"Offer accounts with a password of this platform."`
	Providers          []SignInProvider          `json:"providers" maxItems:"20" doc:"In the order in which to offer them."`
	ClientCertificates SignInCertificateSettings `json:"clientCertificates"`
}

// SignInProvider is somebody whose word is taken for who a person is.
type SignInProvider struct {
	ID    string            `json:"id" minLength:"2" maxLength:"31" pattern:"^[a-z][a-z0-9-]*[a-z0-9]$" doc:"Part of the redirect URI, /api/v1/signin/ID/callback, that is registered at the provider." example:"giltza"`
	Kind  string            `json:"kind" enum:"oidc,oauth2" doc:"oidc: OpenID Connect with discovery. oauth2: OAuth 2 with a userinfo endpoint."`
	Names map[string]string `json:"names" doc:"For people, by language: eu, es, en."`

	ClientID         string `json:"clientId" minLength:"1" maxLength:"200"`
	ClientAuth       string `json:"clientAuth" enum:"basic,post,none" doc:"How the client proves itself at the token endpoint; none: a public client."`
	ClientSecret     string `json:"clientSecret,omitempty" maxLength:"1000" doc:"Only ever sent, never shown. Left out, the provider keeps the one it has, unless its client or its addresses changed."`
	ClientSecretFile string `json:"clientSecretFile,omitempty" maxLength:"64" doc:"Name of a file in the platform's DATA/secrets that holds the secret, instead of clientSecret."`
	ClientSecretSet  bool   `json:"clientSecretSet,omitempty" doc:"Shown: there is a secret. Ignored when sent."`

	Issuer       string `json:"issuer,omitempty" maxLength:"500" doc:"oidc: the issuer, below which the discovery document is." example:"https://accounts.example.eus"`
	AuthorizeURL string `json:"authorizeUrl,omitempty" maxLength:"500" doc:"oauth2."`
	TokenURL     string `json:"tokenUrl,omitempty" maxLength:"500" doc:"oauth2."`
	UserinfoURL  string `json:"userinfoUrl,omitempty" maxLength:"500" doc:"oauth2."`

	Scopes     []string          `json:"scopes,omitempty" maxItems:"30" doc:"oidc: openid is always asked for."`
	Parameters map[string]string `json:"parameters,omitempty" doc:"Further parameters of the authorization request, such as acr_values."`
	Locales    map[string]string `json:"locales,omitempty" doc:"ui_locales by our language: eu, es, en."`
	Fields     SignInFields      `json:"fields,omitzero"`
	TrustEmail bool              `json:"trustEmail,omitempty" doc:"Link an unknown account to the member who has its verified e-mail address. Whoever controls such a provider can become any member."`
}

// SignInFields say where a value stands: a field's name, or a JSON pointer that starts with a slash.
type SignInFields struct {
	Subject       string `json:"subject,omitempty" maxLength:"200" doc:"What never changes and is never given to another person. oidc: always sub." example:"sub"`
	Name          string `json:"name,omitempty" maxLength:"200"`
	Email         string `json:"email,omitempty" maxLength:"200"`
	EmailVerified string `json:"emailVerified,omitempty" maxLength:"200"`
	Identifier    string `json:"identifier,omitempty" maxLength:"200" doc:"Of the person, such as a NIF."`
}

// SignInCertificateSettings are those of the client certificates.
type SignInCertificateSettings struct {
	Enabled       bool              `json:"enabled"`
	Authorities   []SignInAuthority `json:"authorities,omitempty" maxItems:"20"`
	Subject       string            `json:"subject" enum:"serial-number,issuer-serial,email" default:"serial-number" doc:"What of a certificate names the person."`
	AcceptUnknown bool              `json:"acceptUnknown,omitempty" doc:"Let a certificate in when it can't be found out whether it is revoked."`
	Hosts         []string          `json:"hosts,omitempty" maxItems:"50" doc:"Hosts that may be asked for CRLs and by OCSP, besides those that the authorities' own certificates name." example:"[\"ocsp.izenpe.com\"]"`
	CRLs          []string          `json:"crls,omitempty" maxItems:"20" doc:"Revocation lists, PEM, of authorities whose lists can't be fetched."`
}

// SignInAuthority may vouch for people.
type SignInAuthority struct {
	Name string `json:"name" minLength:"1" maxLength:"80" example:"Izenpe"`
	PEM  string `json:"pem" minLength:"1" maxLength:"262144" doc:"Its root certificate and those of its issuing authorities, PEM."`
}

// SignInState is which sign-in settings are in force.
type SignInState struct {
	Revision   int            `json:"revision" doc:"Grows with each change; a change names the revision that it saw."`
	Settings   SignInSettings `json:"settings"`
	ChangedAt  *time.Time     `json:"changedAt,omitempty"`
	ChangedBy  string         `json:"changedBy,omitempty" doc:"ID of the token or session; absent: the platform itself."`
	RevertsAt  *time.Time     `json:"revertsAt,omitempty" doc:"When the settings before come back, unless these are confirmed; absent: they are confirmed."`
	RevertedAt *time.Time     `json:"revertedAt,omitempty" doc:"When unconfirmed settings were last taken back."`
}

// NewSignInSettings changes the sign-in settings.
type NewSignInSettings struct {
	Revision int            `json:"revision" minimum:"0" doc:"The revision that the change was made from."`
	Settings SignInSettings `json:"settings"`
}

// SignInRevision names a revision of the sign-in settings.
type SignInRevision struct {
	Revision int `json:"revision" minimum:"0"`
}
