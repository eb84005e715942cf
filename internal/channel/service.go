// SPDX-License-Identifier: Apache-2.0

package channel

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/consent"
	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// Kinds of operations on channels.
const (
	KindCreate = "ledger.create"
	KindAddOrg = "ledger.add-organization"
)

// Subject names a channel as the subject of operations.
func Subject(name string) string { return "ledger/" + name }

// starter starts operations; *operation.Engine does it.
type starter interface {
	Start(ctx context.Context, r operation.Request, prepare func(context.Context) error) (operation.Operation, error)
}

// Service keeps channels.
type Service struct {
	store     Store
	orgs      *org.Service
	nodes     *node.Service
	engine    starter
	ordererID string // organization that runs the ordering service
	ordering  configtx.OrderingType
	orderer   OrdererAdmin
	consents  *consent.Service
	log       *slog.Logger
	now       func() time.Time

	life       context.Context //nolint:containedctx // ends what Height starts in the background
	background sync.WaitGroup
	heights    heights
	mspLocks   sync.Map // organization -> chan struct{} of one: who changes its MSP definition holds it
}

// OrdererAdmin speaks the channel participation API of orderers. Fabric's package participation does it.
type OrdererAdmin interface {
	// Join makes the orderer at adminURL serve the channel of the genesis block; one that does already is no error.
	Join(ctx context.Context, adminURL, channel string, genesis []byte) error
	// Await waits until the orderer takes part in the channel and has at least height blocks of it.
	Await(ctx context.Context, adminURL, channel string, height uint64) error
}

// Options of New.
type Options struct {
	Store        Store
	Orgs         *org.Service
	Nodes        *node.Service
	Engine       starter
	Orderer      OrdererAdmin
	OrdererOrg   string // ID of the organization that runs the ordering service
	OrderingType configtx.OrderingType
	Consents     *consent.Service // asks organizations that administer themselves
	Log          *slog.Logger
	Now          func() time.Time // nil: time.Now
}

// New makes the service. What it does in the background ends with life.
func New(life context.Context, o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{
		store: o.Store, orgs: o.Orgs, nodes: o.Nodes, engine: o.Engine, orderer: o.Orderer,
		ordererID: o.OrdererOrg, ordering: o.OrderingType, consents: o.Consents, log: o.Log, now: o.Now,
		life: life, heights: heights{known: map[string]seenHeight{}},
	}
}

// NewChannel asks for a channel.
type NewChannel struct {
	Name string
	Orgs []string // IDs of the members
}

// AddOrg asks that an organization joins a channel.
type AddOrg struct {
	Channel string
	Org     string
}

// nameShape is Fabric's rule for channel IDs (configtx/validator), with a shorter limit.
var nameShape = regexp.MustCompile(`^[a-z][a-z0-9.-]{0,63}$`)

// Create asks for a channel and gives the operation that makes it. A taken name is a fault.Conflict "ledger_exists",
// an unknown member a fault.Invalid "organization_unknown".
func (s *Service) Create(ctx context.Context, n NewChannel, actor, key string) (operation.Operation, error) {
	if !nameShape.MatchString(n.Name) {
		return operation.Operation{}, fault.New(fault.Invalid, "ledger_name_invalid", "%q is not a ledger name", n.Name).
			WithHint("use 1 to 64 lower-case letters, digits, dots and hyphens, starting with a letter").
			WithDetail("body.name", "must match "+nameShape.String())
	}
	if err := s.checkMembers(ctx, n.Orgs); err != nil {
		return operation.Operation{}, err
	}
	return s.engine.Start(ctx, operation.Request{
		Kind: KindCreate, Subject: Subject(n.Name), Orgs: n.Orgs, Actor: actor, Key: key, Input: n,
	}, func(ctx context.Context) error {
		orderers, err := s.nodes.Orderers(ctx)
		if err != nil {
			return err
		}
		members := make([]Member, 0, len(n.Orgs))
		for _, o := range n.Orgs {
			members = append(members, Member{Channel: n.Name, Org: o})
		}
		return s.store.CreateChannel(ctx, Channel{
			Name: n.Name, State: Creating, Ordering: string(s.ordering), Consenters: node.IDs(orderers), CreatedAt: s.now(),
		}, members)
	})
}

func (s *Service) checkMembers(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return fault.New(fault.Invalid, "ledger_members_missing", "a ledger needs at least one organization").
			WithDetail("body.organizations", "1 to 50 organization IDs")
	}
	seen := map[string]bool{}
	for _, id := range ids {
		if seen[id] {
			return fault.New(fault.Invalid, "ledger_member_twice", "organization %s is named twice", id).
				WithDetail("body.organizations", "each organization once")
		}
		seen[id] = true
		if err := s.checkMember(ctx, id); err != nil {
			return err
		}
	}
	_, _, err := s.Writer(ctx, ids)
	if errors.Is(err, &fault.Error{Code: org.CodeIssuesForItself}) {
		return fault.New(fault.Invalid, "ledger_office_missing", "none of the members has an office on the platform").
			WithHint("add a member whose certificates the platform issues: its office asks the ledger who takes part and commits contracts").
			WithDetail("body.organizations", "one member at least must not issue for itself")
	}
	return err
}

func (s *Service) checkMember(ctx context.Context, id string) error {
	_, err := s.orgs.Active(ctx, id)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return fault.New(fault.Invalid, "organization_unknown", "there is no organization %q", id).
			WithHint("create it first, or correct the ID").WithDetail("body.organizations", id)
	}
	return err
}

// AddOrg asks that an organization joins a running channel and gives the operation that does it.
func (s *Service) AddOrg(ctx context.Context, a AddOrg, actor, key string) (operation.Operation, error) {
	c, err := s.store.GetChannel(ctx, a.Channel)
	if err != nil {
		return operation.Operation{}, err
	}
	if c.State != Active {
		return operation.Operation{}, fault.New(fault.Conflict, "ledger_not_active", "ledger %s is %s", c.Name, c.State).
			WithHint("wait until it is active, or see its operation")
	}
	if err := s.checkMember(ctx, a.Org); err != nil {
		return operation.Operation{}, err
	}
	members, err := s.Members(ctx, a.Channel)
	if err != nil {
		return operation.Operation{}, err
	}
	return s.engine.Start(ctx, operation.Request{
		Kind: KindAddOrg, Subject: Subject(a.Channel), Orgs: append(slices.Clone(members), a.Org),
		Actor: actor, Key: key, Input: a,
	}, func(ctx context.Context) error {
		if slices.Contains(members, a.Org) {
			return fault.New(fault.Conflict, "ledger_member_exists", "organization %s is a member of %s already", a.Org, a.Channel)
		}
		return s.store.PutMember(ctx, Member{Channel: a.Channel, Org: a.Org})
	})
}

// Get gives a channel.
func (s *Service) Get(ctx context.Context, name string) (Channel, error) {
	return s.store.GetChannel(ctx, name)
}

// List gives channels by name, from after (exclusive); org, if not empty, must be a member.
func (s *Service) List(ctx context.Context, orgID, after string, limit int) ([]Channel, error) {
	return s.store.ListChannels(ctx, orgID, after, limit)
}

// Members gives the IDs of a channel's members, in the order they were added.
func (s *Service) Members(ctx context.Context, name string) ([]string, error) {
	members, err := s.store.ListMembers(ctx, name)
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(members))
	for _, m := range members {
		ids = append(ids, m.Org)
	}
	return ids, nil
}

// IsMember tells whether an organization is a member of a channel. An absent channel is an error.
func (s *Service) IsMember(ctx context.Context, name, orgID string) (bool, error) {
	return s.store.IsMember(ctx, name, orgID)
}

// SetState records a channel's observed state.
func (s *Service) SetState(ctx context.Context, name string, state State, reason string) error {
	c, err := s.store.GetChannel(ctx, name)
	if err != nil {
		return err
	}
	c.State, c.Reason = state, reason
	return s.store.UpdateChannel(ctx, c)
}
