// SPDX-License-Identifier: Apache-2.0

package participation

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	commonpb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	ordererpb "github.com/hyperledger/fabric-protos-go-apiv2/orderer"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fabric/conn"
	"github.com/blockchain4all/blockchain4all/internal/fabric/policy"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

const (
	broadcastTimeout = 30 * time.Second // how long one orderer may take to answer
	staleGrace       = time.Second      // how long the answer of one who took it may come after those of a late quorum
)

// Broadcast sends the envelope of a configuration update to all orderers of the channel at once and returns when a
// Byzantine quorum took it, as the peers' gateway does with transactions (Fabric, internal/pkg/gateway, submitBFT): one
// orderer alone might be the traitor that drops it, and followers keep it for a while before they tell their leader.
// The sending to the others goes on. With Raft it works as well.
//
// That it was taken does not say that it will be committed: see WaitConfig and WaitSequence. An orderer that is reached
// after the update was committed answers that the configuration has changed; where others took it, that counts as
// taken.
//
// Faults, with what each orderer said in Details: a fault.Conflict "config_update_refused" when orderers, too many for
// all to be traitors, call it wrong; a fault.Unavailable "config_update_stale" when another update came first: compose
// it again; a fault.Unavailable "ordering_unavailable" when too few orderers take it, of which those that did may still
// have it committed.
func Broadcast(ctx context.Context, orderers []grpc.ClientConnInterface, envelope []byte) error {
	var e commonpb.Envelope
	if err := proto.Unmarshal(envelope, &e); err != nil {
		return fault.New(fault.Invalid, "config_update_malformed", "this is not an envelope").WithCause(err)
	}
	if len(orderers) == 0 {
		return fault.New(fault.Unavailable, "ordering_unavailable", "the channel has no orderers")
	}
	sending, cancel := context.WithTimeout(context.WithoutCancel(ctx), broadcastTimeout)
	answers := make(chan answer, len(orderers))
	var senders sync.WaitGroup
	for i, o := range orderers {
		senders.Go(func() { answers <- send(sending, i, o, &e) })
	}
	go func() {
		senders.Wait()
		cancel()
	}()
	t := tally{nodes: len(orderers)}
	var grace <-chan time.Time
	for late := false; !late && !t.decided(); {
		select {
		case a := <-answers:
			t.add(a)
			if grace == nil && t.counts[stale] >= policy.QuorumSize(t.nodes) {
				grace = time.After(staleGrace)
			}
		case <-grace:
			late = true
		case <-ctx.Done():
			cancel()
			t.failures = append(t.failures, ctx.Err())
			return t.unavailable()
		}
	}
	err := t.verdict()
	if err != nil {
		cancel()
	}
	return err
}

// outcome is what an orderer made of an envelope.
type outcome int

const (
	failed  outcome = iota // it did not answer, or can't order now
	taken                  // it will see that it is ordered
	stale                  // the configuration is not, or no more, the one that the update changes
	refused                // it calls it wrong
)

type answer struct {
	orderer string
	outcome outcome
	err     error // nil: taken
}

// tally counts answers.
type tally struct {
	nodes    int
	counts   [refused + 1]int
	answers  []answer
	failures []error
}

func (t *tally) add(a answer) {
	t.counts[a.outcome]++
	t.answers = append(t.answers, a)
	if a.err != nil {
		t.failures = append(t.failures, fmt.Errorf("%s: %w", a.orderer, a.err))
	}
}

// decided tells whether more answers would change nothing.
func (t *tally) decided() bool {
	quorum := policy.QuorumSize(t.nodes)
	switch spare := t.nodes - quorum; {
	case len(t.answers) == t.nodes, t.counts[taken] >= quorum:
		return true
	case t.counts[taken] > 0 && t.counts[taken]+t.counts[stale] >= quorum:
		return true
	case t.counts[failed] > spare:
		return true
	default:
		return t.counts[refused]+t.counts[failed] > spare && t.honestlyRefused()
	}
}

// honestlyRefused tells whether one of those who refused must be honest.
func (t *tally) honestlyRefused() bool { return t.counts[refused] > policy.Traitors(t.nodes) }

func (t *tally) verdict() error {
	quorum := policy.QuorumSize(t.nodes)
	switch {
	case t.counts[taken] > 0 && t.counts[taken]+t.counts[stale] >= quorum:
		return nil
	case t.counts[stale] >= quorum:
		return t.detail(fault.New(fault.Unavailable, CodeStale,
			"the channel's configuration has changed meanwhile").WithHint("try again"))
	case t.honestlyRefused():
		said := ""
		for _, a := range t.answers {
			if a.outcome == refused {
				said = a.err.Error()
			}
		}
		return t.detail(fault.New(fault.Conflict, "config_update_refused",
			"the ordering service refused the configuration update: %s", said))
	default:
		return t.unavailable()
	}
}

func (t *tally) unavailable() error {
	return t.detail(fault.New(fault.Unavailable, "ordering_unavailable",
		"too few orderers took the configuration update").WithHint("see their state: b4a node list"))
}

// detail adds what the orderers said. Errors of the connection are for the log only.
func (t *tally) detail(f *fault.Error) error {
	for _, a := range t.answers {
		if a.outcome != taken {
			message := "does not answer"
			if s, ok := errors.AsType[*statusError](a.err); ok {
				message = s.Error()
			}
			f = f.WithDetail(a.orderer, message)
		}
	}
	return f.WithCause(errors.Join(t.failures...))
}

// statusError is an orderer's answer other than success.
type statusError struct {
	status commonpb.Status
	info   string
}

func (s *statusError) Error() string {
	if s.info == "" {
		return s.status.String()
	}
	return s.info
}

func send(ctx context.Context, index int, orderer grpc.ClientConnInterface, e *commonpb.Envelope) answer {
	a := answer{orderer: fmt.Sprintf("orderer %d", index)}
	if c, ok := orderer.(*grpc.ClientConn); ok {
		a.orderer = "orderer " + conn.Address(c)
	}
	if a.err = connect(ctx, orderer); a.err == nil {
		a.outcome, a.err = exchange(ctx, orderer, e)
	}
	return a
}

func exchange(ctx context.Context, orderer grpc.ClientConnInterface, e *commonpb.Envelope) (outcome, error) {
	stream, err := ordererpb.NewAtomicBroadcastClient(orderer).Broadcast(ctx)
	if err != nil {
		return failed, fmt.Errorf("open broadcast: %w", err)
	}
	// When the sending fails, the receiving tells why.
	if err := stream.Send(e); err == nil {
		err = stream.CloseSend()
		if err != nil {
			return failed, fmt.Errorf("close broadcast: %w", err)
		}
	}
	response, err := stream.Recv()
	if err != nil {
		return failed, fmt.Errorf("receive answer: %w", err)
	}
	s := &statusError{status: response.GetStatus(), info: response.GetInfo()}
	switch {
	case s.status == commonpb.Status_SUCCESS:
		return taken, nil
	case strings.Contains(s.info, "request already exists"), strings.Contains(s.info, "request already processed"):
		return taken, nil // SmartBFT's request pool has it
	case strings.Contains(s.info, "at version"):
		return stale, s // Fabric, common/configtx, validateReadSet and verifyDeltaSet
	case strings.Contains(s.info, "channel does not exist"):
		return failed, s // it serves the channel in a moment: it has joined just now, or was started again
	case s.status >= commonpb.Status_BAD_REQUEST && s.status < commonpb.Status_INTERNAL_SERVER_ERROR:
		return refused, s
	default:
		return failed, s
	}
}
