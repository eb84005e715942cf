// SPDX-License-Identifier: Apache-2.0

package api

import "time"

// MSP is an organization's MSP, as its ledgers have it.
type MSP struct {
	MSPID       string           `json:"mspId" example:"BizkaiaMSP"`
	External    bool             `json:"external" doc:"True: the organization brought it and issues its certificates itself."`
	Changing    bool             `json:"changing" doc:"True: another one is on its way to the ledgers."`
	Authorities []MSPAuthority   `json:"authorities" doc:"Roots first."`
	Lists       []RevocationList `json:"lists" doc:"Revocation lists that it has."`
}

// MSPAuthority is an authority that an MSP names.
type MSPAuthority struct {
	Purpose     string    `json:"purpose" enum:"ca,tls-ca" doc:"What it issues: signing certificates (ca) or TLS certificates (tls-ca)."`
	Root        bool      `json:"root" doc:"Self-signed; else an intermediate."`
	Subject     string    `json:"subject" doc:"RFC 2253 name."`
	Issuer      string    `json:"issuer"`
	NotAfter    time.Time `json:"notAfter"`
	Fingerprint string    `json:"fingerprint" doc:"SHA-256 of the DER, lower-case hex."`
	PEM         string    `json:"pem"`
}

// RevocationList is a revocation list of an MSP.
type RevocationList struct {
	Issuer     string    `json:"issuer" doc:"Subject of the authority that signed it."`
	ThisUpdate time.Time `json:"thisUpdate"`
	NextUpdate time.Time `json:"nextUpdate,omitzero"`
	Revoked    int       `json:"revoked" doc:"Number of its entries."`
}

// MSPUpdate asks that an MSP which its organization brought is replaced, or that its revocation lists are.
type MSPUpdate struct {
	MSP   []byte   `json:"msp,omitempty" doc:"The whole MSP: a zip or tar.gz of its folder, or a serialized MSPConfig, base64. Never with a private key."`
	Lists [][]byte `json:"lists,omitempty" maxItems:"20" doc:"Revocation lists, each PEM or DER, base64: one replaces that of the same authority. Instead of msp."`
}

// NodeRequests are what the authority of a node's organization is asked to certify.
type NodeRequests struct {
	Items []NodeRequest `json:"items"`
}

// NodeRequest is a certificate request on a key of a node.
type NodeRequest struct {
	Purpose  string   `json:"purpose" enum:"sign,tls"`
	File     string   `json:"file" doc:"Name to save it under." example:"bizkaia-peer0-sign.csr"`
	PEM      string   `json:"pem" doc:"PKCS #10."`
	Subject  string   `json:"subject" doc:"RFC 2253 name that it asks for."`
	Hosts    []string `json:"hosts" doc:"DNS names and IP addresses that a TLS certificate must have."`
	Commands string   `json:"commands" doc:"Shell lines by which an authority run by OpenSSL certifies it."`
}

// NodeCertificates are what the authority of a node's organization made of its requests.
type NodeCertificates struct {
	PEM string `json:"pem" minLength:"1" maxLength:"65536" doc:"The certificates, one or both, in any order; certificates of authorities may be among them."`
}

// InstalledCertificates is the answer to NodeCertificates.
type InstalledCertificates struct {
	Items     []Certificate `json:"items" doc:"What was installed."`
	Missing   []string      `json:"missing" doc:"Purposes for which the node has no certificate yet: sign, tls."`
	Operation string        `json:"operation,omitempty" doc:"ID of the operation by which the node takes them; absent while some are missing, or when it has them already."`
}

// RecordedCertificate is a certificate that an organization issued itself to a person or to an application.
type RecordedCertificate struct {
	Holder string `json:"holder" minLength:"3" maxLength:"80" pattern:"^(member|application)/." doc:"Who holds it. That of an application that is registered is its certificate from now on." example:"member/ane.etxebarria"`
	PEM    string `json:"pem" minLength:"1" maxLength:"65536" doc:"The certificate alone."`
	Member string `json:"member,omitempty" maxLength:"64" doc:"ID of the member of the organization whose it is: it stands and falls with that person's access to the platform. Nobody's, otherwise."`
}
