// SPDX-License-Identifier: Apache-2.0

package api

import "time"

// CertificateCheck asks the certificate clinic whether Fabric and the platform will take something. Nothing of it is
// kept.
type CertificateCheck struct {
	Purpose      string      `json:"purpose" enum:"identity,tls,ca,sign-in,identity-csr,ca-csr" doc:"What it is for: an identity of an MSP, a node's TLS, authorities of an MSP, signing in, or a request for one of them. Of an MSP its parts are examined, whatever is asked."`
	Material     string      `json:"material,omitempty" maxLength:"262144" doc:"Certificates, chains, requests and revocation lists as text: PEM in any order, or base64 of DER. Never a private key."`
	Files        []CheckFile `json:"files,omitempty" maxItems:"50" doc:"The same as files, and MSPs: a zip or tar.gz of the folder, or a serialized MSPConfig. 256 KiB with the material."`
	Organization string      `json:"organization,omitempty" maxLength:"64" doc:"ID of the organization, for the remedies." example:"bizkaia"`
	Role         string      `json:"role,omitempty" enum:"client,peer,admin,orderer" doc:"Role that an identity shall have; any of them otherwise."`
	Language     string      `json:"language,omitempty" enum:"eu,es,en" doc:"Of the texts; else what Accept-Language prefers."`
}

// CheckFile is a file for the clinic.
type CheckFile struct {
	Name string `json:"name,omitempty" maxLength:"255"`
	Data []byte `json:"data" doc:"Content, base64."`
}

// CertificateReport is what the clinic found.
type CertificateReport struct {
	Verdict  string         `json:"verdict" enum:"ok,warning,error" doc:"Error: Fabric or the platform refuses it. Warning: it is taken, but will hurt."`
	Language string         `json:"language" enum:"eu,es,en"`
	Items    []CheckedItem  `json:"items" doc:"What was found in the material."`
	Findings []CheckFinding `json:"findings" doc:"What there is to say of it, the gravest first."`
}

// CheckedItem is the facts of a certificate, request or revocation list. What does not apply is left out.
type CheckedItem struct {
	Kind               string    `json:"kind" enum:"certificate,request,revocation-list"`
	File               string    `json:"file,omitempty"`
	Subject            string    `json:"subject,omitempty" doc:"RFC 2253 name."`
	Issuer             string    `json:"issuer,omitempty"`
	Serial             string    `json:"serial,omitempty" doc:"Lower-case hex."`
	KeyAlgorithm       string    `json:"keyAlgorithm,omitempty" example:"ECDSA P-256"`
	SignatureAlgorithm string    `json:"signatureAlgorithm,omitempty" example:"ECDSA-SHA256"`
	Fingerprint        string    `json:"fingerprint" doc:"SHA-256 of the DER, lower-case hex."`
	NotBefore          time.Time `json:"notBefore,omitzero"`
	NotAfter           time.Time `json:"notAfter,omitzero" doc:"Of a revocation list: when the next one comes."`
	Authority          bool      `json:"authority,omitempty" doc:"May issue certificates."`
	SelfSigned         bool      `json:"selfSigned,omitempty"`
	Names              []string  `json:"names,omitempty" doc:"DNS names and IP addresses."`
	Units              []string  `json:"units,omitempty" doc:"Organizational units; Fabric's roles are among them."`
	Revoked            int       `json:"revoked,omitempty" doc:"Entries of a revocation list."`
}

// CheckFinding is one thing that the clinic has to say.
type CheckFinding struct {
	Code     string `json:"code" doc:"Stable, for programs." example:"rsa_leaf"`
	Severity string `json:"severity" enum:"ok,info,warning,error"`
	Item     *int   `json:"item,omitempty" doc:"Index into items; absent: the material as a whole."`
	Text     string `json:"text" doc:"What is so, and what it means."`
	Remedy   string `json:"remedy,omitempty" doc:"What to do."`
	Commands string `json:"commands,omitempty" doc:"Shell lines for OpenSSL that put it right; safe to paste."`
}
