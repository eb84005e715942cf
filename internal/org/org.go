// SPDX-License-Identifier: Apache-2.0

// Package org keeps organizations: their MSPs, certification authorities, certificates and applications.
//
//	Create          authority made, administrator enrolled, peer serving
//	 ────► creating ────────────────────────────────────────────────────► active
//	           │ permanent fault
//	           └────────────────► failed (retry the operation)
//
//	active ── Suspend ──► suspended ── Resume ──► active
//
// An organization that issues for itself (External) comes by Import instead: with its MSP, and in state creating until
// its authority has certified the keys of its peer.
package org

import (
	"context"
	"time"
)

// State is an organization's observed state.
type State string

// The states.
const (
	Creating  State = "creating"
	Active    State = "active"
	Failed    State = "failed"
	Suspended State = "suspended" // its people and programs have no access
)

// Organization is a member of the platform.
type Organization struct {
	ID        string // ^[a-z][a-z0-9-]*[a-z0-9]$, 2 to 31 characters
	Name      string
	Kind      string
	MSPID     string
	Operator  bool // runs the platform and its ordering service
	External  bool // brought its MSP and issues its certificates itself: no key of an authority of it is here
	State     State
	Reason    string // why it is not active
	Warning   string // what its people must look into; it works on
	CreatedAt time.Time

	Administration Administration
}

// Administration says who has the key of an organization's MSP administrator, and so who consents in its name.
type Administration string

// The kinds of administration.
const (
	ManagedAdministration Administration = "managed" // the platform, sealed: it consents by itself
	OwnAdministration     Administration = "own"     // the organization alone: what needs its consent waits for a signature
)

// Purpose of a certificate.
type Purpose string

// The purposes.
const (
	CA         Purpose = "ca"          // issues signing certificates
	TLSCA      Purpose = "tls-ca"      // issues TLS certificates
	ContractCA Purpose = "contract-ca" // issues the TLS certificates of contracts' processes
	Sign       Purpose = "sign"
	TLS        Purpose = "tls"
	Contract   Purpose = "contract" // TLS of a contract's process
)

// Certificate is one entry of the inventory: a certificate that an organization's authority issued.
type Certificate struct {
	Serial      string // lower-case hex
	Org         string
	Holder      string // "bizkaia-peer0", "application/matrikula", "administrator", "authority"
	Member      string // ID of the person for whom it was issued; empty: nobody's, or from before that was recorded
	MemberOf    string // organization by whose membership that person got it; empty: by a role on the platform
	Purpose     Purpose
	Role        string // NodeOU: client, peer, admin, orderer; empty for authorities
	Subject     string
	Issuer      string
	NotBefore   time.Time
	NotAfter    time.Time
	Fingerprint string // SHA-256 of the DER, lower-case hex
	PEM         []byte
	Generation  int       // of the issuer that issued it; of an authority's, its own
	RevokedAt   time.Time // zero: not revoked
	Reason      string    // why it is revoked, as RFC 5280, section 5.3.1 names it: "keyCompromise"
	HeldBy      []string  // for what it is on hold, each lifted apart; empty unless Held
	Effects     []Effect  // since when ledgers refuse it
	CreatedAt   time.Time
}

// Effect says since which block a ledger's configuration refuses a certificate.
type Effect struct {
	Ledger string
	Block  uint64
}

// Application is software of an organization with an identity of its own.
type Application struct {
	Org        string
	Name       string
	Custodial  bool // the platform keeps the key, in the key store as KeyID
	KeyID      string
	Attributes map[string]string
	Serial     string // of its certificate
	CreatedAt  time.Time
}

// CertificateFilter selects certificates of the inventory; zero fields select all.
type CertificateFilter struct {
	Org     string
	Holder  string
	Member  string // ID of the person for whom they were issued
	Persons bool   // only those that were issued for a person
	Purpose Purpose
	State   CertificateState
	// They end at Ends.From or later and before Ends.To.
	Ends  Span
	After string // "<org>/<serial>": only later ones in the list's order
	Limit int    // 0: no limit
}

// CertificateState tells whether a certificate is revoked.
type CertificateState string

// The states.
const (
	Standing CertificateState = "standing"
	Revoked  CertificateState = "revoked"
)

// Span is a stretch of time; a zero end is open.
type Span struct{ From, To time.Time }

// Store keeps organizations, certificates and applications. An absent one is a fault.NotFound with the code
// "organization_not_found", "certificate_not_found" or "application_not_found"; a taken name is a fault.Conflict with
// the code "organization_exists" or "application_exists".
type Store interface {
	OrganizationStore
	CertificateStore
	ApplicationStore
	IssuerStore
	MSPStore
}

// OrganizationStore keeps organizations.
type OrganizationStore interface {
	CreateOrganization(ctx context.Context, o Organization) error
	// UpdateOrganization updates all of it but its administration.
	UpdateOrganization(ctx context.Context, o Organization) error
	SetAdministration(ctx context.Context, id string, a Administration) error
	GetOrganization(ctx context.Context, id string) (Organization, error)
	// ListOrganizations gives them by ID, from after (exclusive); limit 0 is no limit.
	ListOrganizations(ctx context.Context, after string, limit int) ([]Organization, error)
	// PutOperationsRoot keeps the PEM certificate of an organization's operations authority, unless there is one.
	PutOperationsRoot(ctx context.Context, org string, certPEM []byte) error
	// OperationsRoot gives it; an absent one is a fault.NotFound "authority_not_found".
	OperationsRoot(ctx context.Context, org string) ([]byte, error)
}

// CertificateStore keeps the inventory of certificates.
type CertificateStore interface {
	// CreateCertificate adds to the inventory; one that is there already (same organization and serial) is no error.
	CreateCertificate(ctx context.Context, c Certificate) error
	UpdateCertificate(ctx context.Context, c Certificate) error
	GetCertificate(ctx context.Context, org, serial string) (Certificate, error)
	// ListCertificates gives them by organization and serial.
	ListCertificates(ctx context.Context, f CertificateFilter) ([]Certificate, error)
	// LatestCertificate gives the newest unrevoked certificate of a holder and purpose.
	LatestCertificate(ctx context.Context, org, holder string, p Purpose) (Certificate, error)
}

// ApplicationStore keeps applications.
type ApplicationStore interface {
	CreateApplication(ctx context.Context, a Application) error
	GetApplication(ctx context.Context, org, name string) (Application, error)
	ListApplications(ctx context.Context, org, after string, limit int) ([]Application, error)
	UpdateApplication(ctx context.Context, a Application) error
	DeleteApplication(ctx context.Context, org, name string) error
}

// IssuerStore keeps the generations of certification authorities.
type IssuerStore interface {
	// PutIssuer adds an issuer, or updates all of it but its CRL.
	PutIssuer(ctx context.Context, i Issuer) error
	// SetIssuerCRL updates the CRL alone; an absent issuer is a fault.NotFound "authority_not_found".
	SetIssuerCRL(ctx context.Context, org string, p Purpose, generation int, crl []byte) error
	// ListIssuers gives an organization's issuers of a purpose, or, for an empty one, of both, oldest first; of all
	// organizations for an empty org.
	ListIssuers(ctx context.Context, org string, p Purpose) ([]Issuer, error)
	// DeleteIssuer forgets one; an absent one is no error.
	DeleteIssuer(ctx context.Context, org string, p Purpose, generation int) error
}

// MSPStore keeps the MSPs that organizations brought. An absent one is a fault.NotFound "msp_not_found".
type MSPStore interface {
	// PutMSP adds an MSP, or replaces it.
	PutMSP(ctx context.Context, m ImportedMSP) error
	GetMSP(ctx context.Context, org string) (ImportedMSP, error)
}
