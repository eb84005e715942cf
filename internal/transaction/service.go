// SPDX-License-Identifier: Apache-2.0

package transaction

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/channel"
	"github.com/blockchain4all/blockchain4all/internal/fabric/gateway"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// envelopeAge is how long envelopes are kept for callers that ask again.
const envelopeAge = 24 * time.Hour

// Service submits and evaluates.
type Service struct {
	store    Store
	orgs     *org.Service
	nodes    *node.Service
	channels *channel.Service
	log      *slog.Logger
	now      func() time.Time
	timeout  time.Duration

	contracts Contracts
	readers   readers
	flights   flights
}

// Options of New.
type Options struct {
	Store     Store
	Orgs      *org.Service
	Nodes     *node.Service
	Channels  *channel.Service
	Contracts Contracts
	Log       *slog.Logger
	Timeout   time.Duration    // of one submission until its commit is seen; 0: 60 s
	Now       func() time.Time // nil: time.Now
}

// New makes the service.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	return &Service{
		store: o.Store, orgs: o.Orgs, nodes: o.Nodes, channels: o.Channels, log: o.Log, now: o.Now, timeout: o.Timeout,
		contracts: o.Contracts, readers: readers{known: map[[2]string]description{}},
	}
}

// Call is a transaction or a query with a key that the platform keeps.
type Call struct {
	Channel     string
	Chaincode   string
	Org         string
	Application string // empty: the organization's office
	Function    string
	Args        []string
	Transient   map[string]string
	Endorsers   []string // organization IDs; empty: Fabric chooses
}

// Outcome is the fate of a transaction.
type Outcome struct {
	TxID   string
	Status gateway.Status // the zero value while the transaction is pending
	Result []byte
}

// Evaluate runs a query on the organization's peer.
func (s *Service) Evaluate(ctx context.Context, c Call) ([]byte, error) {
	client, err := s.client(ctx, c)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	return patiently(ctx, queryPatience, func(ctx context.Context) ([]byte, error) { return client.Evaluate(ctx, request(c)) })
}

// Submit endorses, signs and submits a transaction and waits for its commit. With an idempotency key the signed
// envelope is kept before it is sent: the same actor and key get the fate of the same transaction, whatever happened in
// between; another request under the key is a fault.Invalid "idempotency_key_reused".
//
// A transaction whose commit is not seen in time is pending: an Outcome without a status, and no error.
func (s *Service) Submit(ctx context.Context, c Call, actor, key string) (Outcome, error) {
	defer s.flights.begin()()
	client, err := s.client(ctx, c)
	if err != nil {
		return Outcome{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	if err := s.refuseReader(ctx, c); err != nil {
		return Outcome{}, err
	}
	if key == "" {
		envelope, err := endorse(ctx, client, c)
		if err != nil {
			return Outcome{}, err
		}
		return s.send(ctx, client, envelope)
	}
	envelope, err := s.keptEnvelope(ctx, client, c, actor, key)
	if err != nil {
		return Outcome{}, err
	}
	return s.send(ctx, client, envelope)
}

// keptEnvelope gives the envelope of an actor's key: the earlier one, or a new one, kept.
func (s *Service) keptEnvelope(
	ctx context.Context, client *gateway.Client, c Call, actor, key string,
) (gateway.Envelope, error) {
	encoded, err := json.Marshal(c)
	if err != nil {
		return gateway.Envelope{}, fmt.Errorf("encode request: %w", err)
	}
	digest := sha256.Sum256(encoded)
	kept, found, err := s.store.FindEnvelope(ctx, actor, key)
	if err != nil {
		return gateway.Envelope{}, err
	}
	if !found {
		fresh, err := endorse(ctx, client, c)
		if err != nil {
			return gateway.Envelope{}, err
		}
		kept, err = s.store.PutEnvelope(ctx, Envelope{
			Actor: actor, Key: key, Request: digest[:], Channel: c.Channel, Org: c.Org,
			TxID: fresh.TxID, Bytes: fresh.Bytes, Result: fresh.Result, CreatedAt: s.now(),
		})
		if err != nil {
			return gateway.Envelope{}, err
		}
	}
	if !bytes.Equal(kept.Request, digest[:]) {
		return gateway.Envelope{}, fault.New(fault.Invalid, "idempotency_key_reused",
			"this idempotency key was used for another request").WithHint("use a new key for a new request")
	}
	return gateway.Envelope{Channel: kept.Channel, TxID: kept.TxID, Bytes: kept.Bytes, Result: kept.Result}, nil
}

func (s *Service) send(ctx context.Context, client *gateway.Client, e gateway.Envelope) (Outcome, error) {
	status, err := client.Submit(ctx, e)
	return outcome(e.TxID, status, e.Result, err)
}

// outcome tells a transaction that is pending from one that failed.
func outcome(txID string, status gateway.Status, result []byte, err error) (Outcome, error) {
	if err != nil && fault.Of(err).Code != gateway.CodePending {
		return Outcome{}, err
	}
	return Outcome{TxID: txID, Status: status, Result: result}, nil
}

// client gives a gateway client at the organization's peer that signs for the call's application.
func (s *Service) client(ctx context.Context, c Call) (*gateway.Client, error) {
	if err := s.member(ctx, c.Channel, c.Org); err != nil {
		return nil, err
	}
	signer, err := s.orgs.Signer(ctx, c.Org, c.Application)
	if err != nil {
		return nil, err
	}
	_, conn, err := s.nodes.PeerOf(ctx, c.Org)
	if err != nil {
		return nil, err
	}
	return gateway.NewClient(conn, signer), nil
}

// reader gives a gateway client at the organization's peer that looks up in the peer's own name what became of
// transactions: not every organization has an office here.
func (s *Service) reader(ctx context.Context, channelName, orgID string) (*gateway.Client, error) {
	if err := s.member(ctx, channelName, orgID); err != nil {
		return nil, err
	}
	id, err := s.nodes.Reader(ctx, orgID)
	if err != nil {
		return nil, err
	}
	_, conn, err := s.nodes.PeerOf(ctx, orgID)
	if err != nil {
		return nil, err
	}
	return gateway.NewClient(conn, id), nil
}

func (s *Service) member(ctx context.Context, channelName, orgID string) error {
	member, err := s.channels.IsMember(ctx, channelName, orgID)
	if err != nil {
		return err
	}
	if !member {
		return fault.New(fault.Conflict, "not_a_member", "organization %s is not a member of ledger %s", orgID, channelName).
			WithHint("name an organization of the ledger, or add this one to it")
	}
	return nil
}

func request(c Call) gateway.Request {
	r := gateway.Request{Channel: c.Channel, Chaincode: c.Chaincode, Function: c.Function, Args: c.Args}
	if len(c.Transient) > 0 {
		r.Transient = make(map[string][]byte, len(c.Transient))
		for k, v := range c.Transient {
			r.Transient[k] = []byte(v)
		}
	}
	for _, id := range c.Endorsers {
		r.EndorsingOrgs = append(r.EndorsingOrgs, msp.MSPID(id))
	}
	return r
}

// Metadata gives a contract's description of itself, JSON, from a member's peer.
func (s *Service) Metadata(ctx context.Context, channelName, chaincode string) ([]byte, error) {
	members, err := s.channels.Members(ctx, channelName)
	if err != nil {
		return nil, err
	}
	member, _, err := s.channels.Writer(ctx, members)
	if err != nil {
		return nil, err
	}
	client, err := s.client(ctx, Call{Channel: channelName, Org: member})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	return client.Metadata(ctx, channelName, chaincode)
}

// Status tells the fate of a transaction as the organization's peer knows it, without waiting.
func (s *Service) Status(ctx context.Context, channelName, orgID, txID string) (Outcome, error) {
	client, err := s.reader(ctx, channelName, orgID)
	if err != nil {
		return Outcome{}, err
	}
	status, found, err := client.LookUp(ctx, channelName, txID)
	if err != nil || !found {
		return Outcome{TxID: txID}, err
	}
	return Outcome{TxID: txID, Status: status}, nil
}

// Forget deletes envelopes that are too old for anybody to ask again.
func (s *Service) Forget(ctx context.Context) error {
	return s.store.DeleteEnvelopes(ctx, s.now().Add(-envelopeAge))
}
