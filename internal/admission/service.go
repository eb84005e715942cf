// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/mail"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/throttle"
)

// Subject names a request as the subject of operations.
func Subject(id string) string { return "access-request/" + id }

// starter starts operations; *operation.Engine does it.
type starter interface {
	Start(ctx context.Context, r operation.Request, prepare func(context.Context) error) (operation.Operation, error)
}

// transactor runs a function in one store transaction.
type transactor interface {
	InTx(ctx context.Context, do func(ctx context.Context) error) error
}

// queue takes mails; *mail.Service does it.
type queue interface {
	Queue(ctx context.Context, m mail.Message) error
}

// Administrators makes an organization's first administrator. It is idempotent: the same person is not made twice.
type Administrators interface {
	// EnsureAdministrator gives the path of the one-time link by which the administrator signs in first
	// ("/invitation#code=…"); an empty link means that they have signed in already.
	EnsureAdministrator(ctx context.Context, orgID, email, name, locale string) (link string, err error)
}

// Suspender takes an organization's access away when its sandbox has ended. It is idempotent.
type Suspender interface {
	Suspend(ctx context.Context, orgID, reason string) (org.Organization, error)
}

// Service runs the procedure.
type Service struct {
	store  Store
	tx     transactor
	orgs   *org.Service
	engine starter
	mails  queue
	admins Administrators
	ender  Suspender
	log    *slog.Logger
	now    func() time.Time

	byAddress *throttle.Limiter
	byEmail   *throttle.Limiter
}

// Options of New.
type Options struct {
	Store          Store
	Transactor     transactor
	Orgs           *org.Service
	Engine         starter
	Mails          queue
	Administrators Administrators // nil: no administrator is made
	Suspender      Suspender      // nil: an ended sandbox is only marked
	Log            *slog.Logger
	Now            func() time.Time // nil: time.Now
}

// New makes the service.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{
		store: o.Store, tx: o.Transactor, orgs: o.Orgs, engine: o.Engine, mails: o.Mails, admins: o.Administrators,
		ender: o.Suspender, log: o.Log, now: o.Now,
		byAddress: throttle.New(20, time.Hour), byEmail: throttle.New(5, day),
	}
}

// Submit takes a request and gives the secret of its private link. from is the caller's network address. Programs that
// step into the trap get an answer like any other, and nothing is kept.
func (s *Service) Submit(ctx context.Context, f Form, from string) (Request, string, error) {
	policy, err := s.Policy(ctx)
	if err != nil {
		return Request{}, "", err
	}
	if err := s.allow(s.byAddress, from); err != nil {
		return Request{}, "", err
	}
	a, err := f.check(policy.Terms)
	if err != nil {
		return Request{}, "", err
	}
	if err := s.allow(s.byEmail, strings.ToLower(a.Email)); err != nil {
		return Request{}, "", err
	}
	secret, err := newSecret()
	if err != nil {
		return Request{}, "", err
	}
	now := s.now()
	r := Request{
		ID: ulid.MustNew(ulid.Timestamp(now), ulid.DefaultEntropy()).String(), State: Submitted, Application: a,
		Deadline: now.Add(time.Duration(policy.VerifyDays) * day), CreatedAt: now, UpdatedAt: now,
	}
	r.NextAt = r.Deadline
	if f.Website != "" {
		s.log.InfoContext(ctx, "access request of a program ignored")
		r.Number = fmt.Sprintf("%d-%06d", now.Year(), 1+now.Nanosecond()%999)
		return r, secret, nil
	}
	err = s.tx.InTx(ctx, func(ctx context.Context) error {
		n, err := s.store.NextNumber(ctx, now.Year())
		if err != nil {
			return err
		}
		r.Number = fmt.Sprintf("%d-%06d", now.Year(), n)
		if err := s.store.CreateRequest(ctx, r); err != nil {
			return err
		}
		if err := s.store.PutSecret(ctx, Secret{Hash: hash(secret), Request: r.ID, Purpose: Receipt}); err != nil {
			return err
		}
		code, err := s.link(ctx, r.ID, Confirm)
		if err != nil {
			return err
		}
		return s.mails.Queue(ctx, mail.Message{To: a.Email, Locale: a.Locale, Template: "access-verify", Data: map[string]string{
			"number": r.Number, "link": "/access/confirm#code=" + code,
		}})
	})
	return r, secret, err
}

func (s *Service) allow(l *throttle.Limiter, who string) error {
	if l.Allow(who, s.now()) {
		return nil
	}
	return fault.New(fault.Throttled, "too_many_requests", "there were too many requests from here").WithHint("try again later")
}

const secretBytes = 24

func newSecret() (string, error) {
	random := make([]byte, secretBytes)
	if _, err := rand.Read(random); err != nil {
		return "", fmt.Errorf("make secret: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(random), nil
}

func hash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// link makes one more secret of a request.
func (s *Service) link(ctx context.Context, id string, p Purpose) (string, error) {
	secret, err := newSecret()
	if err != nil {
		return "", err
	}
	return secret, s.store.PutSecret(ctx, Secret{Hash: hash(secret), Request: id, Purpose: p})
}

// notify tells the applicant, with a private link of its own.
func (s *Service) notify(ctx context.Context, r Request, template string, data map[string]string) error {
	secret, err := s.link(ctx, r.ID, Receipt)
	if err != nil {
		return err
	}
	if data == nil {
		data = map[string]string{}
	}
	data["number"], data["link"] = r.Number, "/access/receipt#secret="+secret
	return s.mails.Queue(ctx, mail.Message{To: r.Application.Email, Locale: r.Application.Locale, Template: template, Data: data})
}

// tellOperators tells the operators' mailbox, where there is one.
func (s *Service) tellOperators(ctx context.Context, p Policy, r Request, template string, data map[string]string) error {
	if p.NotifyEmail == "" {
		return nil
	}
	if data == nil {
		data = map[string]string{}
	}
	data["number"], data["link"] = r.Number, "/access-requests/"+r.ID
	return s.mails.Queue(ctx, mail.Message{To: p.NotifyEmail, Locale: p.NotifyLocale, Template: template, Data: data})
}

// change reads a request, lets do change it, and stores it, all in one transaction.
func (s *Service) change(ctx context.Context, id string, do func(ctx context.Context, r *Request) error) (Request, error) {
	var r Request
	err := s.tx.InTx(ctx, func(ctx context.Context) (err error) {
		if r, err = s.store.GetRequest(ctx, id); err != nil {
			return err
		}
		if err := do(ctx, &r); err != nil {
			return err
		}
		r.Revision++
		r.UpdatedAt = s.now()
		return s.store.UpdateRequest(ctx, r)
	})
	return r, err
}

// Get gives a request.
func (s *Service) Get(ctx context.Context, id string) (Request, error) {
	return s.store.GetRequest(ctx, id)
}

// List gives requests, newest first.
func (s *Service) List(ctx context.Context, f Filter) ([]Request, error) {
	return s.store.ListRequests(ctx, f)
}

// end closes a request without membership.
func (s *Service) end(r *Request, state State, p Policy) {
	now := s.now()
	r.State, r.EndedAt, r.Deadline, r.Proposed = state, now, time.Time{}, nil
	r.NextAt = now.Add(time.Duration(p.RetentionDays) * day)
}

// wrongState is the fault of what a request's state does not allow.
func wrongState(r Request) error {
	return fault.New(fault.Conflict, "access_request_state", "request %s is %s", r.Number, r.State).
		WithHint("its state does not allow this")
}
