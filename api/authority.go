// SPDX-License-Identifier: Apache-2.0

package api

import "time"

// Authority is one generation of an organization's certification authority.
type Authority struct {
	Purpose    string     `json:"purpose" enum:"ca,tls-ca" doc:"What it issues: signing certificates (ca) or TLS certificates (tls-ca)."`
	Generation int        `json:"generation" minimum:"0" doc:"0 is the self-signed one that the organization began with."`
	Kind       string     `json:"kind" enum:"self-signed,subordinate,external" doc:"External: brought by an organization that issues for itself."`
	State      string     `json:"state" enum:"requested,ready,trusted,issuing,retiring,removed" doc:"Ledgers know those that are trusted, issuing or retiring."`
	Request    string     `json:"request,omitempty" doc:"PKCS #10 request, PEM, for the authority that is to certify it."`
	Chain      string     `json:"chain,omitempty" doc:"Its certificate and those above it up to the root, PEM."`
	Subject    string     `json:"subject,omitempty"`
	Root       string     `json:"root,omitempty" doc:"Subject of the root that it chains to."`
	NotAfter   *time.Time `json:"notAfter,omitempty"`
	CreatedAt  time.Time  `json:"createdAt"`
}

// Authorities are those of an organization.
type Authorities struct {
	Items []Authority `json:"items" doc:"By purpose, oldest first."`
}

// NewAuthority asks for the requests by which another authority certifies the organization's.
type NewAuthority struct {
	Purposes []string `json:"purposes,omitempty" maxItems:"2" uniqueItems:"true" doc:"ca, tls-ca, or both; ca by default."`
}

// AuthorityChain is what another authority made of the requests.
type AuthorityChain struct {
	PEM string `json:"pem" minLength:"1" maxLength:"65536" doc:"The issued certificates and those above them up to the self-signed root, in any order."`
}

// AuthorityChange asks that an organization moves to its certified authority.
type AuthorityChange struct {
	KeepOld bool `json:"keepOld,omitempty" doc:"End with both trusted: the old one is removed by finishing the change."`
}

// AuthorityRehearsal tells what a change would do now.
type AuthorityRehearsal struct {
	Authorities []Authority `json:"authorities" doc:"The ones to move to."`
	Ledgers     []string    `json:"ledgers" doc:"Their configuration is updated, to add the new authority and to remove the old one."`
	Restarts    []string    `json:"restarts" doc:"Nodes that restart, one at a time, in this order."`
	Reissued    int         `json:"reissued" doc:"Certificates that are issued again."`
	Holders     []string    `json:"holders" doc:"Holders of their own keys, who must fetch their new certificates."`
	Problems    []string    `json:"problems" doc:"Why it would not come through now; empty: it would."`
}
