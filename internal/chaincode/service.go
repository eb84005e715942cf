// SPDX-License-Identifier: Apache-2.0

package chaincode

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/channel"
	"github.com/blockchain4all/blockchain4all/internal/consent"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// KindDeploy is the operation that deploys a contract.
const KindDeploy = "contract.deploy"

// starter starts operations; *operation.Engine does it.
type starter interface {
	Start(ctx context.Context, r operation.Request, prepare func(context.Context) error) (operation.Operation, error)
}

// Service keeps contracts.
type Service struct {
	store     Store
	orgs      *org.Service
	nodes     *node.Service
	channels  *channel.Service
	host      Host
	catalogue Catalogue
	engine    starter
	consents  *consent.Service
	operator  string
	log       *slog.Logger
	now       func() time.Time
}

// Options of New.
type Options struct {
	Store     Store
	Orgs      *org.Service
	Nodes     *node.Service
	Channels  *channel.Service
	Host      Host
	Catalogue Catalogue
	Engine    starter
	Consents  *consent.Service // asks organizations that administer themselves
	Operator  string           // ID of the organization by whose authority peers know contracts' processes
	Log       *slog.Logger
	Now       func() time.Time // nil: time.Now
}

// New makes the service.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{
		store: o.Store, orgs: o.Orgs, nodes: o.Nodes, channels: o.Channels, host: o.Host,
		catalogue: o.Catalogue, engine: o.Engine, consents: o.Consents, operator: o.Operator, log: o.Log, now: o.Now,
	}
}

// NewDeployment asks that a catalogue contract is deployed.
type NewDeployment struct {
	Channel   string
	Catalogue string
	Name      string // on the channel; empty: the entry's own
}

// nameShape is narrower than Fabric's rule for chaincode names, so that a name is a path element and a DNS label too.
var nameShape = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,62}[a-z0-9]$`)

// Deploy asks for a contract and gives the operation that deploys it.
func (s *Service) Deploy(ctx context.Context, n NewDeployment, actor, key string) (operation.Operation, error) {
	entry, err := s.catalogue.Get(n.Catalogue)
	if err != nil {
		return operation.Operation{}, err
	}
	if n.Name == "" {
		n.Name = entry.Name
	}
	if !nameShape.MatchString(n.Name) {
		return operation.Operation{}, fault.New(fault.Invalid, "contract_name_invalid", "%q is not a contract name", n.Name).
			WithHint("use 2 to 64 lower-case letters, digits, hyphens and underscores, starting with a letter").
			WithDetail("body.name", "must match "+nameShape.String())
	}
	c, err := s.channels.Get(ctx, n.Channel)
	if err != nil {
		return operation.Operation{}, err
	}
	if c.State != channel.Active {
		return operation.Operation{}, fault.New(fault.Conflict, "ledger_not_active", "ledger %s is %s", c.Name, c.State).
			WithHint("wait until it is active, or see its operation")
	}
	members, err := s.channels.Members(ctx, n.Channel)
	if err != nil {
		return operation.Operation{}, err
	}
	return s.engine.Start(ctx, operation.Request{
		Kind: KindDeploy, Subject: channel.Subject(n.Channel), Orgs: members, Actor: actor, Key: key, Input: n,
	}, func(ctx context.Context) error {
		return s.store.CreateDeployment(ctx, Deployment{
			Channel: n.Channel, Name: n.Name, Catalogue: entry.Name, Version: entry.Version,
			Endorsement: entry.Endorsement, Collections: collections(entry), State: Deploying, CreatedAt: s.now(),
		})
	})
}

func collections(e Entry) []Collection {
	list := make([]Collection, 0, len(e.Collections))
	for _, c := range e.Collections {
		list = append(list, Collection(c))
	}
	return list
}

// Catalogue gives what the platform offers.
func (s *Service) Catalogue() Catalogue { return s.catalogue.Offered() }

// Get gives a deployment.
func (s *Service) Get(ctx context.Context, channelName, name string) (Deployment, error) {
	return s.store.GetDeployment(ctx, channelName, name)
}

// List gives a channel's deployments by name, or, for an empty channel, all.
func (s *Service) List(ctx context.Context, channelName string) ([]Deployment, error) {
	return s.store.ListDeployments(ctx, channelName)
}

// Observe tells how a contract's process is. One that the host does not know is stopped.
func (s *Service) Observe(ctx context.Context, d Deployment) node.Observation {
	o, err := s.host.Observe(ctx, serviceID(d))
	if err != nil {
		return node.Observation{ID: serviceID(d), Phase: node.Stopped, Reason: "not started yet"}
	}
	return o
}

// Logs gives the last lines of a contract's log, oldest first.
func (s *Service) Logs(ctx context.Context, channelName, name string, tail int) ([]string, error) {
	d, err := s.store.GetDeployment(ctx, channelName, name)
	if err != nil {
		return nil, err
	}
	r, err := s.host.Logs(ctx, serviceID(d), tail)
	if err != nil {
		return nil, err
	}
	return node.ReadLines(r)
}

// Resume starts the processes of all deployed contracts, as after a restart of the platform. One that can't be started
// is logged and shown by Observe.
func (s *Service) Resume(ctx context.Context) error {
	all, err := s.store.ListDeployments(ctx, "")
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.PackageID == "" {
			continue
		}
		if err := s.host.Apply(ctx, d.spec()); err != nil {
			s.log.ErrorContext(ctx, "start contract", "channel", d.Channel, "chaincode", d.Name, "error", err)
		}
	}
	return nil
}

// AdoptCertificate has a contract's process show the newest certificate, and waits until it listens again. A process that
// no contract has any more is no error.
func (s *Service) AdoptCertificate(ctx context.Context, process string) error {
	all, err := s.store.ListDeployments(ctx, "")
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(d Deployment) bool { return serviceID(d) == process && d.PackageID != "" })
	if at < 0 {
		return nil
	}
	if err := s.host.Apply(ctx, all[at].spec()); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, stepTimeout)
	defer cancel()
	return s.host.WaitReady(ctx, process)
}

// OnFailed records why a deployment failed.
func (s *Service) OnFailed(ctx context.Context, op operation.Operation, f *fault.Error) error {
	var n NewDeployment
	if err := json.Unmarshal(op.Input, &n); err != nil {
		return fmt.Errorf("decode input: %w", err)
	}
	d, err := s.store.GetDeployment(ctx, n.Channel, n.Name)
	if err != nil {
		return err
	}
	d.State, d.Reason = Failed, f.Message
	return s.store.UpdateDeployment(ctx, d)
}

// serviceID names a deployment's process: a DNS label, unique as neither channel nor contract names hold two hyphens
// in the place of one here.
func serviceID(d Deployment) string {
	return strings.NewReplacer(".", "-d-", "_", "-u-").Replace(d.Channel) + "--" +
		strings.NewReplacer("_", "-u-").Replace(d.Name)
}

func (d Deployment) spec() ServiceSpec {
	return ServiceSpec{ID: serviceID(d), Catalogue: d.Catalogue, PackageID: d.PackageID, Address: d.Address, TLS: d.TLS}
}

// Names gives the names of a channel's ready contracts.
func (s *Service) Names(ctx context.Context, channelName string) ([]string, error) {
	all, err := s.store.ListDeployments(ctx, channelName)
	if err != nil {
		return nil, err
	}
	names := []string{}
	for _, d := range all {
		if d.State == Ready {
			names = append(names, d.Name)
		}
	}
	return names, nil
}
