// SPDX-License-Identifier: Apache-2.0

package org

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/operation"
)

// KindCreate is the operation that makes an organization.
const KindCreate = "organization.create"

// Subject names an organization as the subject of operations.
func Subject(id string) string { return "organization/" + id }

// OfficeRoles is the value of the certificate attribute b4a.role of an organization's office: the identity that signs
// calls which name no application. It lets people try the catalogue's contracts at once.
const OfficeRoles = "registrar,examiner"

// starter starts operations; *operation.Engine does it.
type starter interface {
	Start(ctx context.Context, r operation.Request, prepare func(context.Context) error) (operation.Operation, error)
}

// Provision makes an organization's nodes serve; the node service does it. It is one idempotent step.
type Provision func(ctx context.Context, orgID string, note func(format string, args ...any)) error

// Service keeps organizations.
type Service struct {
	store   Store
	keys    Keys
	log     *slog.Logger
	now     func() time.Time
	engine  starter
	revoker Revoker // nil: nobody is told

	leafLifetime, renewBefore time.Duration

	statusURLs StatusURLs

	identities sync.Map      // "org/holder" -> knownIdentity
	changes    atomic.Uint64 // how often ForgetIdentities was called
	tlsRoots   sync.Map      // org -> PEM
	rooting    sync.Mutex    // held while roots are read into tlsRoots, or forgotten
	operators  sync.Map      // org -> operations
}

// Options of New.
type Options struct {
	Store  Store
	Keys   Keys
	Engine starter
	Log    *slog.Logger
	Now    func() time.Time // nil: time.Now
	// LeafLifetime is that of certificates of nodes, applications and people; 0: a year.
	LeafLifetime time.Duration
	// RenewBefore is how long before their end these are renewed; 0: a third of their life.
	RenewBefore time.Duration
	// StatusURLs of what is issued; nil: certificates name none.
	StatusURLs StatusURLs
}

// StatusURLs gives where the revocation lists of an issuer are published and where its OCSP responder answers.
type StatusURLs func(i Issuer) (crls, ocsp []string)

// New makes the service.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.LeafLifetime == 0 {
		o.LeafLifetime = LeafLifetime
	}
	if o.RenewBefore == 0 {
		o.RenewBefore = o.LeafLifetime / 3
	}
	return &Service{
		store: o.Store, keys: o.Keys, engine: o.Engine, log: o.Log, now: o.Now, leafLifetime: o.LeafLifetime, renewBefore: o.RenewBefore,
		statusURLs: o.StatusURLs,
	}
}

// NewOrganization asks for an organization.
type NewOrganization struct {
	ID       string
	Name     string
	Kind     string
	Operator bool
	// Administration is empty for the managed one.
	Administration Administration
}

// Kinds are the kinds of organizations.
func Kinds() []string {
	return []string{"public-body", "municipality", "university", "company", "association", "citizen"}
}

var idShape = regexp.MustCompile(`^[a-z][a-z0-9-]{0,29}[a-z0-9]$`)

func (n NewOrganization) validate() error {
	if !idShape.MatchString(n.ID) {
		return fault.New(fault.Invalid, "organization_id_invalid", "%q is not an organization ID", n.ID).
			WithHint("use 2 to 31 lower-case letters, digits and hyphens, starting with a letter").
			WithDetail("body.id", "must match "+idShape.String())
	}
	if n.Name == "" || len(n.Name) > 120 || strings.ContainsFunc(n.Name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return fault.New(fault.Invalid, "organization_name_invalid",
			"the name is empty, over 120 bytes or has characters that can't be shown").
			WithDetail("body.name", "1 to 120 bytes, on one line")
	}
	if slices.Contains(Kinds(), n.Kind) {
		return nil
	}
	return fault.New(fault.Invalid, "organization_kind_invalid", "%q is not a kind of organization", n.Kind).
		WithDetail("body.kind", "one of public-body, municipality, university, company, association, citizen")
}

// Create asks for an organization and gives the operation that makes it. A taken ID is a fault.Conflict with the code
// "organization_exists".
func (s *Service) Create(ctx context.Context, n NewOrganization, actor, key string) (operation.Operation, error) {
	if err := n.validate(); err != nil {
		return operation.Operation{}, err
	}
	return s.engine.Start(ctx, operation.Request{
		Kind: KindCreate, Subject: Subject(n.ID), Orgs: []string{n.ID}, Actor: actor, Key: key, Input: n,
	}, func(ctx context.Context) error { return s.insert(ctx, n) })
}

func (s *Service) insert(ctx context.Context, n NewOrganization) error {
	return s.store.CreateOrganization(ctx, Organization{
		ID: n.ID, Name: n.Name, Kind: n.Kind, MSPID: msp.MSPID(n.ID), Operator: n.Operator,
		State: Creating, CreatedAt: s.now(), Administration: cmp.Or(n.Administration, ManagedAdministration),
	})
}

// Reserve records an organization that is about to be made, within the caller's store transaction; the caller's own
// operation then runs the steps of PlanCreate, whose input must hold n's fields. Faults are those of Create.
func (s *Service) Reserve(ctx context.Context, n NewOrganization) error {
	if err := n.validate(); err != nil {
		return err
	}
	return s.insert(ctx, n)
}

// PlanCreate gives the plan of KindCreate; provision makes the new organization's peer serve.
func (s *Service) PlanCreate(provision Provision) operation.Plan {
	return func(op operation.Operation) ([]operation.PlannedStep, error) {
		var n NewOrganization
		if err := json.Unmarshal(op.Input, &n); err != nil {
			return nil, fmt.Errorf("decode input: %w", err)
		}
		return []operation.PlannedStep{
			{Name: "authority", Title: "Make the certification authorities", Do: s.enrollStep(n.ID)},
			{Name: "peer", Title: "Start the peer", Do: func(ctx context.Context, note func(string, ...any)) error {
				return provision(ctx, n.ID, note)
			}},
			{Name: "activate", Title: "Activate the organization", Do: func(ctx context.Context, _ func(string, ...any)) error {
				return s.SetState(ctx, n.ID, Active, "")
			}},
		}, nil
	}
}

// Found makes the operator's organization with its authorities and identities, synchronously; it may exist.
func (s *Service) Found(ctx context.Context, n NewOrganization) error {
	if _, err := s.store.GetOrganization(ctx, n.ID); fault.KindOf(err) == fault.NotFound && err != nil {
		if err := s.insert(ctx, n); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	return s.enrollStep(n.ID)(ctx, func(string, ...any) {})
}

func (s *Service) enrollStep(id string) operation.StepFunc {
	return func(ctx context.Context, note func(string, ...any)) error {
		o, err := s.store.GetOrganization(ctx, id)
		if err != nil {
			return err
		}
		note("signing and TLS authorities")
		if _, err := s.ensureIssuer(ctx, o, CA); err != nil {
			return err
		}
		if _, err := s.ensureIssuer(ctx, o, TLSCA); err != nil {
			return err
		}
		note("administrator and office")
		leaves := []Leaf{
			{Holder: HolderOffice, Purpose: Sign, Role: "client", Attributes: map[string]string{"b4a.role": OfficeRoles}},
		}
		if o.Administration != OwnAdministration {
			leaves = append(leaves, Leaf{Holder: HolderAdministrator, Purpose: Sign, Role: "admin"})
		}
		for _, l := range leaves {
			if _, err := s.EnsureLeaf(ctx, id, l); err != nil {
				return err
			}
		}
		return nil
	}
}

// SetState records an organization's observed state.
func (s *Service) SetState(ctx context.Context, id string, state State, reason string) error {
	o, err := s.store.GetOrganization(ctx, id)
	if err != nil {
		return err
	}
	o.State, o.Reason = state, reason
	return s.store.UpdateOrganization(ctx, o)
}

// Get gives an organization.
func (s *Service) Get(ctx context.Context, id string) (Organization, error) {
	return s.store.GetOrganization(ctx, id)
}

// List gives organizations by ID, from after (exclusive).
func (s *Service) List(ctx context.Context, after string, limit int) ([]Organization, error) {
	return s.store.ListOrganizations(ctx, after, limit)
}

// Active gives an organization that must be active, else a fault.Conflict "organization_not_active".
func (s *Service) Active(ctx context.Context, id string) (Organization, error) {
	o, err := s.store.GetOrganization(ctx, id)
	if err != nil {
		return o, err
	}
	if o.State != Active {
		return o, fault.New(fault.Conflict, "organization_not_active", "organization %s is %s", id, o.State).
			WithHint("wait until it is active, or see its operation")
	}
	return o, nil
}

// ByMSPID gives the organization with an MSP ID, or false.
func (s *Service) ByMSPID(ctx context.Context, mspID string) (Organization, bool, error) {
	all, err := s.store.ListOrganizations(ctx, "", 0)
	if err != nil {
		return Organization{}, false, err
	}
	for _, o := range all {
		if o.MSPID == mspID {
			return o, true, nil
		}
	}
	return Organization{}, false, nil
}

// OnFailed records why an organization could not be made.
func (s *Service) OnFailed(ctx context.Context, op operation.Operation, f *fault.Error) error {
	var n NewOrganization
	if err := json.Unmarshal(op.Input, &n); err != nil {
		return fmt.Errorf("decode input: %w", err)
	}
	return s.SetState(ctx, n.ID, Failed, f.Message)
}
