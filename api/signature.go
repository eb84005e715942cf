// SPDX-License-Identifier: Apache-2.0

package api

import "time"

// SignatureRequest asks an organization that administers itself for its administrator's signature.
type SignatureRequest struct {
	ID            string            `json:"id" doc:"ULID, sorts by time."`
	Organization  string            `json:"organization" doc:"Whose administrator is asked."`
	Kind          string            `json:"kind" enum:"config-update,contract-approval" doc:"What is signed: an update of the ledger's configuration, or a transaction that approves a contract."`
	Ledger        string            `json:"ledger"`
	State         string            `json:"state" enum:"open,signed,declined,superseded,withdrawn"`
	Act           SignatureAct      `json:"act"`
	Title         string            `json:"title" doc:"The act in English." example:"add organization araba to ledger lankidetza"`
	Changes       []SignatureChange `json:"changes" doc:"What a config-update changes, read from the content."`
	Digest        string            `json:"digest" doc:"SHA-256 of the content, lower-case hex."`
	Content       []byte            `json:"content,omitempty" doc:"What is consented to: a Fabric ConfigUpdate, or ApproveChaincodeDefinitionForMyOrgArgs. Only when one request is asked for."`
	Operation     string            `json:"operation" doc:"The operation that waits for it."`
	AskedBy       string            `json:"askedBy" doc:"Who started the operation."`
	CreatedAt     time.Time         `json:"createdAt"`
	AnsweredAt    *time.Time        `json:"answeredAt,omitempty"`
	AnsweredBy    string            `json:"answeredBy,omitempty"`
	Certificate   string            `json:"certificate,omitempty" doc:"PEM, with whose key it was signed."`
	TransactionID string            `json:"transactionId,omitempty" doc:"Of an approval: its transaction on the ledger."`
	Reason        string            `json:"reason,omitempty" doc:"Why it was declined, superseded or withdrawn."`
	Replaces      string            `json:"replaces,omitempty" doc:"The request in whose place this one came."`
}

// SignatureAct is what is consented to, for a client to put into words.
type SignatureAct struct {
	Code       string            `json:"code" enum:"ledger.add-organization,ledger.set-msp,ledger.set-consenter,contract.approve"`
	Parameters map[string]string `json:"parameters" doc:"Such as organization, contract, version, sequence, packageId, endorsement, node."`
}

// SignatureChange is one part of a ledger's configuration that an update adds, changes or removes.
type SignatureChange struct {
	Path   string   `json:"path" example:"Application/ArabaMSP/MSP"`
	Action string   `json:"action" enum:"added,changed,removed"`
	Facts  []string `json:"facts" doc:"What it is after the update."`
}

// SignatureCertificate says with whose key a request will be signed.
type SignatureCertificate struct {
	Certificate string `json:"certificate" minLength:"1" maxLength:"20000" doc:"PEM; one of the organization's administrators."`
}

// ToSign is something to be signed by the caller.
type ToSign struct {
	Step    string `json:"step" enum:"update,proposal,transaction" doc:"To be sent back as it is. A contract's approval takes two signatures: proposal, then transaction."`
	Bytes   []byte `json:"bytes" doc:"To be sent back as they are."`
	Message []byte `json:"message" doc:"What is signed; part of the bytes, or all of them."`
	Digest  []byte `json:"digest" doc:"SHA-256 of the message."`
}

// Signature answers a ToSign.
type Signature struct {
	Step      string `json:"step" enum:"update,proposal,transaction"`
	Bytes     []byte `json:"bytes" doc:"As they were given."`
	Signature []byte `json:"signature" doc:"ECDSA over the message's SHA-256 digest, ASN.1 DER."`
}

// SignatureAnswer is what became of a signature.
type SignatureAnswer struct {
	Request SignatureRequest `json:"request"`
	Next    *ToSign          `json:"next,omitempty" doc:"What is to be signed next."`
}

// Declination refuses a signature request.
type Declination struct {
	Reason string `json:"reason" minLength:"1" maxLength:"1000" doc:"The others read it."`
}

// NewAdministration says who is to have an organization's administrator.
type NewAdministration struct {
	Administration string `json:"administration" enum:"managed,own"`
	Certificate    string `json:"certificate,omitempty" maxLength:"20000" doc:"For own: PEM of one of the organization's administrators."`
	Proof          []byte `json:"proof,omitempty" doc:"For own: the signature of the statement by the certificate's key, ECDSA over SHA-256 in ASN.1 DER. Left out, the problem tells the statement."`
}
