// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// Codes of faults.
const (
	CodeDeclined = "consent_declined"
	codeAnswered = "signature_request_closed"
)

// organizations is what the service needs to know of organizations; *org.Service does it.
type organizations interface {
	Get(ctx context.Context, id string) (org.Organization, error)
	Definition(ctx context.Context, orgID string) (msp.Definition, error)
	Certificates(ctx context.Context, f org.CertificateFilter) ([]org.Certificate, error)
}

// transactor runs a function in one store transaction.
type transactor interface {
	InTx(ctx context.Context, do func(ctx context.Context) error) error
}

// Approver makes transactions that approve contracts, of which each signature is the organization's. Approvals does it.
type Approver interface {
	// Prepare composes the proposal of a request's approval in the name of a certificate's holder.
	Prepare(ctx context.Context, r Request, mspID string, certPEM []byte) (Unsigned, error)
	// Endorse has a signed proposal endorsed and gives the transaction to be signed.
	Endorse(ctx context.Context, r Request, mspID string, proposal, signature []byte) (Unsigned, error)
	// Submit sends a signed transaction, waits for its commit and gives its ID.
	Submit(ctx context.Context, r Request, mspID string, transaction, signature []byte) (txID string, err error)
	// Creator gives the certificate in whose name bytes of a step are.
	Creator(r Request, mspID string, step Step, data []byte) ([]byte, error)
	// Approved tells whether an error says that the organization has approved just that already.
	Approved(err error) bool
}

// Service keeps signature requests.
type Service struct {
	store  Store
	tx     transactor
	orgs   organizations
	wake   func(operationID string)
	approv Approver
	notify func(ctx context.Context, r Request) error
	remind func(ctx context.Context, r Request, days int) error
	log    *slog.Logger
	now    func() time.Time
}

// Options of New.
type Options struct {
	Store      Store
	Transactor transactor
	Orgs       organizations
	Wake       func(operationID string) // of the operation that waits
	Approver   Approver
	Notify     func(ctx context.Context, r Request) error // in the store transaction that makes a request; nil: nobody is told
	// Remind tells, in the store transaction that records it, that a request has been open for days; nil: nobody is told.
	Remind func(ctx context.Context, r Request, days int) error
	Log    *slog.Logger
	Now    func() time.Time // nil: time.Now
}

// New makes the service.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{
		store: o.Store, tx: o.Transactor, orgs: o.Orgs, wake: o.Wake, approv: o.Approver, notify: o.Notify, remind: o.Remind,
		log: o.Log, now: o.Now,
	}
}

// Ask is what organizations are asked to consent to.
type Ask struct {
	Kind    Kind
	Ledger  string
	Act     Act
	Content []byte
}

func (a Ask) digest() string {
	sum := sha256.Sum256(a.Content)
	return hex.EncodeToString(sum[:])
}

// about tells whether a request is about the same thing, be it put the same way or not.
func (a Ask) about(r Request) bool {
	return r.Kind == a.Kind && r.Ledger == a.Ledger && r.Act.Code == a.Act.Code &&
		r.Act.Params["contract"] == a.Act.Params["contract"] && r.Act.Params["organization"] == a.Act.Params["organization"]
}

// Signatures gives what need of the organizations have signed of an ask: within the step of an operation only. Until so
// many have, it gives an operation.WaitError, having asked those that were not asked yet. When so many have declined that
// it can't come to that, it is a fault.Conflict "consent_declined".
func (s *Service) Signatures(ctx context.Context, a Ask, orgs []string, need int) ([]Request, error) {
	op, ok := operation.Of(ctx)
	if !ok {
		return nil, fault.New(fault.Conflict, org.CodeAdministratorElsewhere,
			"%s administer themselves: only their administrators can sign for them", strings.Join(orgs, ", "))
	}
	var (
		signed, open []Request
		declined     *Request
	)
	err := s.tx.InTx(ctx, func(ctx context.Context) error {
		signed, open, declined = nil, nil, nil
		asked, err := s.store.ListSignatureRequests(ctx, Filter{Operation: op.ID})
		if err != nil {
			return err
		}
		for _, orgID := range orgs {
			r, err := s.ensure(ctx, op, a, orgID, asked)
			if err != nil {
				return err
			}
			switch r.State {
			case Signed:
				signed = append(signed, r)
			case Declined:
				declined = &r
			case Open, Superseded, Withdrawn:
				open = append(open, r)
			}
		}
		if len(signed) >= need {
			return s.end(ctx, open, Withdrawn, "enough others have signed")
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case len(signed) >= need:
		return signed, nil
	case len(signed)+len(open) < need && declined != nil:
		return nil, fault.New(fault.Conflict, CodeDeclined, "organization %s declined: %s", declined.Org, declined.Reason).
			WithHint("agree with them, then try the operation again")
	default:
		return nil, waitFor(open)
	}
}

func waitFor(open []Request) error {
	w := operation.Awaits{Hint: "its administrators sign or decline it: b4a signature list"}
	for _, r := range open {
		w.Orgs = append(w.Orgs, r.Org)
		w.What = append(w.What, r.ID)
	}
	w.Reason = "the signature of " + strings.Join(w.Orgs, ", ")
	return &operation.WaitError{Awaits: w}
}

// ensure gives the request to an organization that stands for an ask now: the one that there is, or a new one.
func (s *Service) ensure(ctx context.Context, op operation.Current, a Ask, orgID string, asked []Request) (Request, error) {
	var last *Request
	for i := range asked { // newest first
		if r := &asked[i]; r.Org == orgID && r.Round == op.Round && a.about(*r) {
			last = r
			break
		}
	}
	next := Request{
		ID: ulid.MustNew(ulid.Timestamp(s.now()), ulid.DefaultEntropy()).String(), Org: orgID, Operation: op.ID, Round: op.Round,
		Kind: a.Kind, Ledger: a.Ledger, State: Open, Act: a.Act, Content: a.Content, Digest: a.digest(), Asker: op.Actor,
		CreatedAt: s.now(),
	}
	next.Since = next.CreatedAt
	if last != nil {
		why, err := s.outdated(ctx, *last, next.Digest)
		if err != nil {
			return Request{}, err
		}
		if why == "" {
			return *last, nil
		}
		next.Replaces = last.ID
		if last.State == Open {
			next.Since, next.RemindedAt = last.Waiting(), last.RemindedAt
		}
		if err := s.end(ctx, []Request{*last}, Superseded, why); err != nil {
			return Request{}, err
		}
	}
	if err := s.store.CreateSignatureRequest(ctx, next); err != nil {
		return Request{}, err
	}
	if s.notify != nil {
		if err := s.notify(ctx, next); err != nil {
			return Request{}, fmt.Errorf("tell the administrators of %s: %w", orgID, err)
		}
	}
	return next, nil
}

// outdated tells why a request does not stand for what is asked now; empty: it does.
func (s *Service) outdated(ctx context.Context, r Request, digest string) (string, error) {
	switch {
	case r.State == Declined:
		return "", nil
	case r.State == Superseded || r.State == Withdrawn:
		return "it is asked again", nil
	case r.Digest != digest:
		return "the ledger has changed meanwhile", nil
	case r.State == Signed && r.Kind == ConfigUpdate:
		err := s.check(ctx, r.Org, r.Certificate)
		if f, coded := errors.AsType[*fault.Error](err); coded && f.Kind == fault.Invalid {
			return "the certificate that signed it is not good any more", nil
		}
		return "", err
	}
	return "", nil
}

// end closes requests that are not answered for good.
func (s *Service) end(ctx context.Context, requests []Request, state State, why string) error {
	for _, r := range requests {
		if r.State != Open && r.State != Signed {
			continue
		}
		r.State, r.Reason = state, why
		if r.AnsweredAt.IsZero() {
			r.AnsweredAt = s.now()
		}
		if err := s.store.UpdateSignatureRequest(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// Approved tells whether an organization has approved a definition, by a request of any operation.
func (s *Service) Approved(ctx context.Context, orgID, ledger string, content []byte) (bool, error) {
	signed, err := s.store.ListSignatureRequests(ctx, Filter{Org: orgID, State: Signed})
	digest := Ask{Content: content}.digest()
	return slices.ContainsFunc(signed, func(r Request) bool {
		return r.Kind == Approval && r.Ledger == ledger && r.Digest == digest
	}), err
}

// Ended withdraws what is still asked for by an operation that has ended. It is an operation.Ended.
func (s *Service) Ended(ctx context.Context, op operation.Operation) error {
	asked, err := s.store.ListSignatureRequests(ctx, Filter{Operation: op.ID, State: Open})
	if err != nil {
		return err
	}
	return s.end(ctx, asked, Withdrawn, "the operation has ended")
}

// Moved has every operation that waits for a signature on a ledger look at it again: the ledger's configuration has
// changed, and with it perhaps what is to be signed.
func (s *Service) Moved(ctx context.Context, ledger string) {
	open, err := s.store.ListSignatureRequests(ctx, Filter{State: Open})
	if err != nil {
		s.log.WarnContext(ctx, "read signature requests", "error", err) // they are looked at now and then anyway
		return
	}
	for _, r := range open {
		if r.Ledger == ledger {
			s.wake(r.Operation)
		}
	}
}

// Get gives a request.
func (s *Service) Get(ctx context.Context, id string) (Request, error) {
	return s.store.GetSignatureRequest(ctx, id)
}

// List gives requests, newest first.
func (s *Service) List(ctx context.Context, f Filter) ([]Request, error) {
	return s.store.ListSignatureRequests(ctx, f)
}

// CheckAdministrator refuses a certificate that is not one of an organization's administrators now. Faults are those of
// msp.Definition.CheckAdministrator.
func (s *Service) CheckAdministrator(ctx context.Context, orgID string, certPEM []byte) error {
	return s.check(ctx, orgID, certPEM)
}

func (s *Service) check(ctx context.Context, orgID string, certPEM []byte) error {
	d, err := s.orgs.Definition(ctx, orgID)
	if err != nil {
		return err
	}
	if err := d.CheckAdministrator(certPEM, s.now()); err != nil {
		return err
	}
	return s.checkInventory(ctx, orgID, certPEM)
}
