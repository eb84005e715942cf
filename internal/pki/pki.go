// SPDX-License-Identifier: Apache-2.0

// Package pki makes and keeps keys and issues certificates: key stores, certification authorities, certificate
// requests, revocation lists.
//
// Keys and certificates are ECDSA on P-256 (P-384 is taken from callers), the curves that Hyperledger Fabric accepts
// for identities, and all ECDSA signatures made here are low-S, as Fabric demands of identities and messages.
package pki

import "time"

// Subject is the distinguished name of a certificate: CN, O and OU. Empty parts are left out.
type Subject struct {
	CommonName         string
	Organization       string
	OrganizationalUnit string // Fabric's NodeOU for enrollment certificates
}

// Usage says what a leaf certificate is for.
type Usage string

// The usages.
const (
	Sign Usage = "sign" // enrollment certificate: signs Fabric messages
	TLS  Usage = "tls"  // server and client of TLS
)

// Profile is what a leaf certificate will say.
type Profile struct {
	CommonName         string
	Organization       string
	OrganizationalUnit string // role: client, peer, admin or orderer; may be empty
	Hosts              []string
	Usage              Usage
	// Lifetime is from now on; the certificate ends with its CA's if that is sooner.
	Lifetime time.Duration
	// Attributes are readable by chaincode through its client identity library (cid).
	Attributes map[string]string
	// Where its revocation is published: http or https URLs.
	CRLDistributionPoints []string
	OCSPServers           []string
}
