// SPDX-License-Identifier: Apache-2.0

// Package revocation makes revocations of certificates felt: by the platform at once, by ledgers, and by everybody who
// asks.
//
//	Revoke, Hold            list, ledgers
//	─────────────► revoked ───────────────► refused by ledger L since block N
//	                  │ Release (of a hold)
//	                  └────────────────────► standing again
//
// Fabric knows revocation lists only, as part of an organization's MSP definition in a channel's configuration, and does
// not look at their dates: neither msp/mspimplsetup.go (setupCRLs) nor msp/mspimplvalidate.go (validateCertAgainstChain)
// reads thisUpdate or nextUpdate. So a list goes to the ledgers when what it revokes changes, and is refreshed for others
// without that. Fabric does not look at the end of a certificate either when it validates an identity
// (msp/mspimplvalidate.go, getValidityOptsForCert): what is revoked stays on the list after its end.
//
// The package also follows certificates of other authorities, by their lists and by OCSP, and tells holders before
// their certificates end.
package revocation

import (
	"context"
	"crypto/x509"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/channel"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// KindRevoke is the operation that carries an organization's revocations to the ledgers.
const KindRevoke = "certificate.revoke"

// Actor is who starts what nobody asked for.
const Actor = "platform"

// Subject names an organization's revocations as the subject of operations. It is not the organization itself: a
// revocation does not wait until a change of authority is done.
func Subject(orgID string) string { return "revocation/" + orgID }

// List is the published revocation list of one generation of an authority.
type List struct {
	Org        string
	Purpose    org.Purpose
	Generation int
	Number     uint64 // grows from list to list
	PEM        []byte
	ThisUpdate time.Time
	NextUpdate time.Time
}

// Store keeps revocation lists, watched certificates and which notices were given. An absent list is a fault.NotFound
// "crl_not_found", an absent watched certificate a fault.NotFound "watched_certificate_not_found".
type Store interface {
	// PutList adds a list, or replaces the one before.
	PutList(ctx context.Context, l List) error
	GetList(ctx context.Context, org string, p org.Purpose, generation int) (List, error)
	ListLists(ctx context.Context) ([]List, error)

	WatchedStore
	NoticeStore
}

// WatchedStore keeps watched certificates.
type WatchedStore interface {
	// PutWatched adds a watched certificate, or replaces it.
	PutWatched(ctx context.Context, w Watched) error
	GetWatched(ctx context.Context, id string) (Watched, error)
	DeleteWatched(ctx context.Context, id string) error
	// ListWatched gives those of an organization, or, for an empty one, all, by ID.
	ListWatched(ctx context.Context, org string) ([]Watched, error)
}

// NoticeStore keeps which notices were given.
type NoticeStore interface {
	// PutNotice records that a holder was told of the end of a certificate days before it.
	PutNotice(ctx context.Context, org, serial string, days int, at time.Time) error
	// Noticed gives the days for which there is a record.
	Noticed(ctx context.Context, org, serial string) ([]int, error)
}

// engine starts and lists operations; *operation.Engine does it.
type engine interface {
	Start(ctx context.Context, r operation.Request, prepare func(context.Context) error) (operation.Operation, error)
	List(ctx context.Context, f operation.Filter) ([]operation.Operation, error)
}

// transactor runs a function in one store transaction.
type transactor interface {
	InTx(ctx context.Context, do func(ctx context.Context) error) error
}

// channels carries MSP definitions to ledgers; *channel.Service does it.
type channels interface {
	EnsureMSP(ctx context.Context, orgID string, note func(string, ...any)) ([]channel.Effect, error)
	Concerned(ctx context.Context, orgID string) ([]string, error)
	AwaitPeer(ctx context.Context, orgID string) error
}

// nodes finds nodes and makes them run with the present MSP definition; *node.Service does it.
type nodes interface {
	Get(ctx context.Context, id string) (node.Node, error)
	List(ctx context.Context, orgID string) ([]node.Node, error)
	Reload(ctx context.Context, id string) error
}

// Source asks an authority for its word on one of its certificates. Package status does it by HTTP.
type Source interface {
	// Status tries the OCSP responders and then the revocation lists that the certificate names. One that names none is
	// a fault.Invalid "status_source_missing"; none that answers is a fault.Unavailable.
	Status(ctx context.Context, cert, issuer *x509.Certificate) (pki.Status, error)
}

// Notify tells a certificate's holder that it ends in days.
type Notify func(ctx context.Context, orgID, holder string, c org.Certificate, daysLeft int) error

// Options of New.
type Options struct {
	Store      Store
	Transactor transactor
	Orgs       *org.Service
	Nodes      nodes
	Channels   channels
	Engine     engine
	Members    members // nil: certificates are nobody's
	Source     Source
	Notify     Notify // nil: notices are logged
	// CardRevoked is told, perhaps again and again, of a card that is revoked or on hold; nil: nobody is.
	CardRevoked func(ctx context.Context, w Watched) error
	// Every is how often Run looks at lists, ledgers and notices; 0: a minute.
	Every time.Duration
	// Poll is how often other authorities are asked; 0: 10 minutes.
	Poll time.Duration
	// ListLife is from a list's making to its nextUpdate; 0: a week. It is made anew when half of that is over.
	ListLife time.Duration
	Log      *slog.Logger
	Now      func() time.Time // nil: time.Now
}

// Service revokes certificates.
type Service struct {
	Options
	publishing sync.Mutex    // numbers of lists grow
	signing    chan struct{} // OCSP answers that are signed side by side
}

// signers is how many OCSP answers are signed side by side.
const signers = 4

// New makes the service.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Every == 0 {
		o.Every = time.Minute
	}
	if o.Poll == 0 {
		o.Poll = 10 * time.Minute
	}
	if o.ListLife == 0 {
		o.ListLife = 7 * 24 * time.Hour
	}
	return &Service{Options: o, signing: make(chan struct{}, signers)}
}

// reasonCodes are those of RFC 5280, section 5.3.1, that a caller may give.
func reasonCodes() map[string]int {
	return map[string]int{
		"unspecified": 0, "keyCompromise": 1, "cACompromise": 2, "affiliationChanged": 3, "superseded": 4,
		"cessationOfOperation": 5, org.Hold: 6, "privilegeWithdrawn": 9, "aACompromise": 10,
	}
}

// Reasons gives the names of the reasons for which certificates are revoked here.
func Reasons() []string {
	return []string{
		"unspecified", "keyCompromise", "affiliationChanged", "superseded", "cessationOfOperation", org.Hold, "privilegeWithdrawn",
	}
}

func checkReason(reason string) error {
	if slices.Contains(Reasons(), reason) {
		return nil
	}
	return fault.New(fault.Invalid, "revocation_reason_invalid", "%q is not a reason", reason).
		WithHint("use a name of RFC 5280, such as keyCompromise or cessationOfOperation").
		WithDetail("body.reason", "see the API's description")
}

// reasonName gives the name of a code; one that has none is unspecified.
func reasonName(code int) string {
	for name, c := range reasonCodes() {
		if c == code {
			return name
		}
	}
	return "unspecified"
}
