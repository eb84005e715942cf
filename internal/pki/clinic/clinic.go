// SPDX-License-Identifier: Apache-2.0

// Package clinic examines certificates, chains, certificate requests and revocation lists before anything is accepted,
// and says whether Hyperledger Fabric and the platform will take them for a purpose, why not, and how to put it right.
//
// It is pure: bytes in, findings out. Nothing of what it is given is kept, and a private key among it is never looked
// into. The rules are those of Fabric v3.1.1; each check names the source file of the rule. "Fabric" in the comments
// means github.com/hyperledger/fabric, "Go" the crypto/x509 that Fabric's verification is made of.
package clinic

import (
	"cmp"
	"crypto/x509"
	"slices"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// Limits of what is examined. They bound the work that one question makes: it may come from anybody.
const (
	MaxBytes      = 256 << 10 // of all files together
	MaxItems      = 50        // certificates, requests and lists together
	maxSignatures = 300       // verified
	maxRSABits    = pki.MaxRSABits
	maxValue      = 200 // characters of a finding's value
)

// Purpose is what the material is meant for.
type Purpose string

// The purposes.
const (
	Identity    Purpose = "identity"     // enrollment certificate of a member, application or node: a leaf of an MSP
	TLS         Purpose = "tls"          // TLS certificate of a node, server and client
	CA          Purpose = "ca"           // root or intermediate authorities of an MSP
	SignIn      Purpose = "sign-in"      // client certificate of a person who signs in
	IdentityCSR Purpose = "identity-csr" // request for an enrollment certificate
	CACSR       Purpose = "ca-csr"       // request for an issuing authority's certificate
)

// Purposes gives all purposes.
func Purposes() []Purpose { return []Purpose{Identity, TLS, CA, SignIn, IdentityCSR, CACSR} }

// Severity says how much a finding matters.
type Severity string

// The severities.
const (
	OK      Severity = "ok"
	Info    Severity = "info"    // worth knowing
	Warning Severity = "warning" // taken, but it will hurt
	Error   Severity = "error"   // Fabric or the platform refuses it
)

func (s Severity) rank() int {
	return slices.Index([]Severity{OK, Info, Warning, Error}, s)
}

// File is a part of the material: PEM with any number of blocks, DER, PKCS #7, or base64 of one of the last two.
type File struct {
	Name string // may be empty
	Data []byte
}

// Question is what is asked of the clinic.
type Question struct {
	Purpose      Purpose
	Organization string // ID of the organization, for the remedies; may be empty
	Role         string // NodeOU that an identity shall have; empty: any of the four
	Files        []File
}

// Report is the answer.
type Report struct {
	Verdict  Severity // of the gravest finding
	Items    []Item
	Findings []Finding // the gravest first
}

// Kind is what an item is.
type Kind string

// The kinds.
const (
	Certificate    Kind = "certificate"
	Request        Kind = "request"
	RevocationList Kind = "revocation-list"
)

// Item is the facts of one thing that was found in the material. What does not apply is empty.
type Item struct {
	Kind               Kind
	File               string // its file's name
	Subject            string // RFC 2253
	Issuer             string // RFC 2253
	Serial             string // lower-case hex
	KeyAlgorithm       string // "ECDSA P-256", "RSA 4096"
	SignatureAlgorithm string // "ECDSA-SHA256"
	Fingerprint        string // SHA-256 of the DER, lower-case hex
	NotBefore          time.Time
	NotAfter           time.Time // a list's next update
	Authority          bool      // may issue certificates
	SelfSigned         bool
	Names              []string // DNS names and IP addresses
	Units              []string // organizational units
	Revoked            int      // a list's number of entries
}

// NoItem is the Item of a finding about the material as a whole.
const NoItem = -1

// Finding is one thing that the clinic has to say.
type Finding struct {
	Code     string // stable, snake_case; see Codes
	Severity Severity
	Item     int               // index into Report.Items, or NoItem
	Values   map[string]string // for the text's placeholders
	// Commands are shell lines that put it right, safe to paste; may be empty.
	Commands string
}

// Examine looks at the material. Faults: "clinic_purpose_unknown", "clinic_role_unknown", "clinic_too_large",
// "clinic_too_many", "clinic_too_complex". Everything else that is wrong is a finding.
func Examine(q Question, now time.Time) (Report, error) {
	if err := q.check(); err != nil {
		return Report{}, err
	}
	m, err := decode(q.Files)
	if err != nil {
		return Report{}, err
	}
	x := &examination{Question: q, now: now, material: m}
	if m.secret != "" {
		// Nothing else is said: whoever reads the answer shall see this.
		x.find(NoItem, Finding{Code: m.secret, Severity: Error, Commands: x.freshKey()})
		return x.conclude(), nil
	}
	for _, broken := range m.broken {
		x.find(NoItem, Finding{Code: codeMalformed, Severity: Error, Values: map[string]string{
			"file": broken.file, "reason": broken.reason,
		}})
	}
	x.list()
	if err := x.link(); err != nil {
		return Report{}, err
	}
	x.examine()
	return x.conclude(), nil
}

func (q Question) check() error {
	if !slices.Contains(Purposes(), q.Purpose) {
		return fault.New(fault.Invalid, "clinic_purpose_unknown", "%.40q is not a purpose", string(q.Purpose)).
			WithHint("ask for identity, tls, ca, sign-in, identity-csr or ca-csr")
	}
	if q.Role != "" && !slices.Contains(roles(), q.Role) {
		return fault.New(fault.Invalid, "clinic_role_unknown", "%.40q is not a role", q.Role).
			WithHint("ask for client, peer, admin or orderer")
	}
	total := 0
	for _, f := range q.Files {
		total += len(f.Data)
	}
	if total > MaxBytes {
		return fault.New(fault.TooLarge, "clinic_too_large", "the material exceeds %d KiB", MaxBytes>>10).
			WithHint("send only the certificates in question")
	}
	return nil
}

// roles gives the OUs by which MSP definitions of the platform tell identities apart (internal/fabric/msp).
func roles() []string { return []string{"client", "peer", "admin", "orderer"} }

// examination is one question under work.
type examination struct {
	Question
	material

	now    time.Time
	report Report
}

// find adds a finding. Values are cut to a readable length.
func (x *examination) find(item int, f Finding) {
	f.Item = item
	for k, v := range f.Values {
		if r := []rune(v); len(r) > maxValue {
			f.Values[k] = string(r[:maxValue]) + "…"
		}
	}
	x.report.Findings = append(x.report.Findings, f)
}

// failed tells whether an error was found on one of the items.
func (x *examination) failed(items ...int) bool {
	return slices.ContainsFunc(x.report.Findings, func(f Finding) bool {
		return f.Severity == Error && slices.Contains(items, f.Item)
	})
}

// examine runs the checks that the purpose asks for.
func (x *examination) examine() {
	switch x.Purpose {
	case IdentityCSR, CACSR:
		if len(x.requests) == 0 {
			x.find(NoItem, Finding{Code: codeRequestMissing, Severity: Error, Commands: x.request(names{})})
		}
		for _, r := range x.requests {
			x.checkRequest(r)
		}
		for _, c := range x.certs {
			x.find(c.item, Finding{Code: codeUnneeded, Severity: Info})
		}
	case Identity, TLS, CA, SignIn:
		if len(x.certs) == 0 {
			x.find(NoItem, Finding{Code: codeCertificateMissing, Severity: Error, Commands: x.request(names{})})
		}
		for _, c := range x.certs {
			x.checkCertificate(c)
		}
		x.checkChain()
		for _, r := range x.requests {
			x.find(r.item, Finding{Code: codeUnneeded, Severity: Info})
		}
	}
	for _, l := range x.lists {
		x.checkList(l)
	}
}

// conclude sorts the findings and gives the verdict.
func (x *examination) conclude() Report {
	r := &x.report
	slices.SortStableFunc(r.Findings, func(a, b Finding) int { return cmp.Compare(b.Severity.rank(), a.Severity.rank()) })
	if len(r.Findings) == 0 || r.Findings[0].Severity != Error {
		r.Findings = append(r.Findings, Finding{Code: codeAccepted, Severity: OK, Item: NoItem})
	}
	r.Verdict = r.Findings[0].Severity
	if r.Verdict == Info {
		r.Verdict = OK
	}
	return *r
}

// Add puts a finding that was made elsewhere into a report.
func (r *Report) Add(f Finding) {
	x := examination{report: *r}
	x.report.Findings = slices.DeleteFunc(slices.Clone(r.Findings), func(f Finding) bool { return f.Code == codeAccepted })
	x.find(f.Item, f)
	*r = x.conclude()
}

// Append adds the items of another report that keep wants, with what was found on them.
func (r *Report) Append(other Report, keep func(Item) bool) {
	moved := map[int]int{}
	for i, item := range other.Items {
		if keep(item) {
			moved[i] = len(r.Items)
			r.Items = append(r.Items, item)
		}
	}
	for _, f := range other.Findings {
		if to, ok := moved[f.Item]; ok {
			f.Item = to
			r.Add(f)
		}
	}
}

// Secret tells whether the material was refused for a private key in it.
func (r *Report) Secret() bool {
	return len(r.Findings) > 0 && (r.Findings[0].Code == codePrivateKey || r.Findings[0].Code == codeKeyContainer)
}

// certificate is one of the material, with its place in the chain.
type certificate struct {
	*x509.Certificate

	item       int
	file       string
	parent     *certificate // who issued it, itself for a self-signed one; nil: not in the material
	impostor   *certificate // bears the issuer's name but did not sign it; only without parent
	authority  bool         // is one, or is used as one
	unverified bool         // its own key is too large to verify with
}

type request struct {
	*x509.CertificateRequest

	item int
	file string
}

type list struct {
	*x509.RevocationList

	item int
	file string
}
