// SPDX-License-Identifier: Apache-2.0

package api

import "time"

// Organization is a member of the platform.
type Organization struct {
	ID        string    `json:"id" doc:"Identifier, also in URLs." example:"bizkaia"`
	Name      string    `json:"name" doc:"Name for people." example:"Bizkaiko Foru Aldundia"`
	Kind      string    `json:"kind" enum:"public-body,municipality,university,company,association,citizen"`
	MSPID     string    `json:"mspId" doc:"Fabric's name of the organization." example:"BizkaiaMSP"`
	State     string    `json:"state" enum:"creating,active,failed,suspended,left" doc:"What was observed, not what was asked for."`
	Reason    string    `json:"reason,omitempty" doc:"Why it is not active, in words."`
	Warning   string    `json:"warning,omitempty" doc:"What its administrators must look into, in words."`
	Operator  bool      `json:"operator" doc:"True for the organization that runs the platform and its ordering service."`
	External  bool      `json:"external" doc:"True for an organization that brought its MSP and issues its certificates itself."`
	Ledgers   []string  `json:"ledgers" doc:"Names of the ledgers it takes part in."`
	Nodes     []Node    `json:"nodes" doc:"Its nodes."`
	CreatedAt time.Time `json:"createdAt"`

	Administration string `json:"administration" enum:"managed,own" doc:"Who has its administrator's key: the platform, or the organization itself, whose signature is asked for then."`
}

// NewOrganization asks for an organization.
type NewOrganization struct {
	ID   string `json:"id" minLength:"2" maxLength:"31" pattern:"^[a-z][a-z0-9-]*[a-z0-9]$" doc:"Lower-case letters, digits and hyphens; can't be changed." example:"bizkaia"`
	Name string `json:"name" minLength:"1" maxLength:"120" doc:"Name for people." example:"Bizkaiko Foru Aldundia"`
	Kind string `json:"kind" enum:"public-body,municipality,university,company,association,citizen"`
	MSP  []byte `json:"msp,omitempty" doc:"The MSP of an organization that issues its certificates itself: a zip or tar.gz of its folder, or a serialized MSPConfig, base64. Never with a private key. Without it the platform makes authorities for the organization."`
}

// Certificate is one issued X.509 certificate of the inventory.
type Certificate struct {
	Serial       string    `json:"serial" doc:"Serial number, lower-case hex."`
	Organization string    `json:"organization" doc:"ID of the organization whose authority issued it."`
	Holder       string    `json:"holder" doc:"Who holds it: a node, an application, an administrator, the authority itself." example:"bizkaia-peer0"`
	Member       string    `json:"member,omitempty" doc:"ID of the person whose it is; it stands and falls with that person's access. Absent for nodes and authorities, and where that was not recorded yet."`
	MemberOf     string    `json:"memberOf,omitempty" doc:"ID of the organization by whose membership that person has it; absent: by a role on the platform."`
	MemberName   string    `json:"memberName,omitempty" doc:"Name of that person, for who may read the members among whom that person is, and for that person."`
	KeyKeptBy    string    `json:"keyKeptBy" enum:"holder,platform" doc:"Who has its key."`
	Purpose      string    `json:"purpose" enum:"ca,tls-ca,contract-ca,sign,tls,contract"`
	Role         string    `json:"role,omitempty" doc:"NodeOU: client, peer, admin or orderer."`
	Subject      string    `json:"subject" doc:"RFC 2253 name." example:"CN=bizkaia-peer0,OU=peer,O=bizkaia"`
	Issuer       string    `json:"issuer"`
	NotBefore    time.Time `json:"notBefore"`
	NotAfter     time.Time `json:"notAfter"`
	IssuedAt     time.Time `json:"issuedAt" doc:"When it was issued: of a holder's certificates on one key, the newest is the one to use."`
	Status       string    `json:"status" enum:"valid,expiring,expired,revoked" doc:"Expiring: less than 30 days left."`
	Fingerprint  string    `json:"fingerprint" doc:"SHA-256 of the DER, lower-case hex."`
	PEM          string    `json:"pem" doc:"The certificate itself."`

	RevokedAt *time.Time     `json:"revokedAt,omitempty" doc:"Since when the platform refuses it."`
	Reason    string         `json:"reason,omitempty" doc:"Why it is revoked, as RFC 5280 names it; certificateHold can be released."`
	HeldBy    []string       `json:"heldBy,omitempty" doc:"For what it is on hold, each lifted apart: certificate, holder, organization, membership (who got it is suspended in the organization), person (is suspended everywhere), left, role (is an administrator no longer), its authority, or a watched certificate."`
	Effects   []LedgerEffect `json:"effects,omitempty" doc:"Since when ledgers refuse it."`
}

// OwnCertificate is a certificate of the caller's own.
type OwnCertificate struct {
	Certificate      Certificate `json:"certificate"`
	OrganizationName string      `json:"organizationName" doc:"Name for people of the organization."`
	External         bool        `json:"external" doc:"True: the organization issues for itself; the platform neither issues it again nor revokes it."`
	RenewedBy        string      `json:"renewedBy,omitempty" doc:"Serial number of the newest certificate on the same key, in whose place this one need not be renewed."`
}

// LedgerEffect says since which block a ledger refuses a certificate.
type LedgerEffect struct {
	Ledger string `json:"ledger"`
	Block  uint64 `json:"block" doc:"Number of the block whose configuration has the revocation; 0: the ledger began with it."`
}

// CertificateRevocation asks that a certificate is revoked.
type CertificateRevocation struct {
	Reason string `json:"reason,omitempty" enum:"unspecified,keyCompromise,affiliationChanged,superseded,cessationOfOperation,certificateHold,privilegeWithdrawn" default:"unspecified" doc:"A name of RFC 5280, section 5.3.1. With superseded only this certificate is revoked, else every one on the same key."`
}

// CertificateMember says whose a certificate is.
type CertificateMember struct {
	Member string `json:"member" maxLength:"64" doc:"ID of a member of the organization; empty: nobody's."`
}

// WatchedCertificate is a certificate of another authority on which certificates here depend.
type WatchedCertificate struct {
	ID        string     `json:"id"`
	Holder    string     `json:"holder,omitempty" doc:"Whose certificates are revoked with it; absent: an authority's, which only raises a warning." example:"member/ane.etxebarria"`
	Subject   string     `json:"subject"`
	Issuer    string     `json:"issuer"`
	Serial    string     `json:"serial"`
	State     string     `json:"state" enum:"unchecked,good,held,revoked,unknown"`
	RevokedAt *time.Time `json:"revokedAt,omitempty"`
	Reason    string     `json:"reason,omitempty" doc:"Why its authority revoked it, as RFC 5280 names it."`
	Problem   string     `json:"problem,omitempty" doc:"Why its state is not known, in words."`
	CheckedAt *time.Time `json:"checkedAt,omitempty" doc:"When its authority last gave its word."`
}

// WatchedCertificates are those of an organization.
type WatchedCertificates struct {
	Items []WatchedCertificate `json:"items"`
}

// NewWatchedCertificate asks that a certificate of another authority is watched, by the OCSP responders and revocation
// lists that it names.
type NewWatchedCertificate struct {
	Holder      string `json:"holder" minLength:"3" maxLength:"80" pattern:"^(member|application)/." doc:"Whose certificates are revoked with it." example:"member/ane.etxebarria"`
	Certificate string `json:"certificate" minLength:"1" maxLength:"65536" doc:"PEM."`
	Issuers     string `json:"issuers" minLength:"1" maxLength:"65536" doc:"PEM: the certificate of who issued it; further ones may be there."`
}

// NewCertificate asks an organization's authority for an enrollment certificate on the caller's own key.
type NewCertificate struct {
	CSR  string `json:"csr" minLength:"1" maxLength:"65536" doc:"PKCS #10 request, PEM, ECDSA P-256 or P-384. Its subject is empty or names exactly what will be issued."`
	Name string `json:"name" minLength:"1" maxLength:"64" pattern:"^[A-Za-z0-9][A-Za-z0-9 ._@-]*$" doc:"Common name to be issued." example:"ane.etxebarria"`
	Role string `json:"role" enum:"client,admin" default:"client"`

	Member string `json:"member,omitempty" maxLength:"64" doc:"ID of the member of the organization for whom it is; the caller otherwise. The certificate stands and falls with that person's access."`

	Attributes map[string]string `json:"attributes,omitempty" doc:"Attributes that contracts may read, such as b4a.role."`
}

// IssuedCertificate is the answer to NewCertificate.
type IssuedCertificate struct {
	Certificate Certificate `json:"certificate"`
	Chain       string      `json:"chain" doc:"Issuing authority's certificates, PEM."`
	MSPID       string      `json:"mspId"`
}

// Application is software of an organization with an identity of its own.
type Application struct {
	Name         string            `json:"name" doc:"Unique in the organization." example:"matrikula"`
	Organization string            `json:"organization"`
	Custody      string            `json:"custody" enum:"holder,platform" doc:"Who holds the key: the application itself, or the platform (custodial)."`
	Attributes   map[string]string `json:"attributes,omitempty"`
	Certificate  Certificate       `json:"certificate"`
	CreatedAt    time.Time         `json:"createdAt"`
}

// NewApplication registers an application.
type NewApplication struct {
	Name string `json:"name" minLength:"2" maxLength:"40" pattern:"^[a-z][a-z0-9-]*[a-z0-9]$" example:"matrikula"`
	CSR  string `json:"csr,omitempty" maxLength:"65536" doc:"PKCS #10 request on the application's own key. Without it the platform makes and keeps a key (custodial)."`

	Certificate string            `json:"certificate,omitempty" maxLength:"65536" doc:"The application's certificate, PEM, by the authority of an organization that issues for itself. Its attributes are in it."`
	Attributes  map[string]string `json:"attributes,omitempty" doc:"Attributes that contracts may read, such as b4a.role."`
}
