// SPDX-License-Identifier: Apache-2.0

package ccaas

import (
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	peerpb "github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// guard keeps a panic of one transaction from ending the process for all, and knows which transactions are in flight.
type guard struct {
	inner shim.Chaincode
	log   *slog.Logger

	mu       sync.Mutex
	inFlight int
	stopping bool
	idle     chan struct{} // closed when stopping and nothing is in flight
}

func newGuard(inner shim.Chaincode, log *slog.Logger) *guard {
	return &guard{inner: inner, log: log, idle: make(chan struct{})}
}

// Init runs the chaincode's own.
func (g *guard) Init(stub shim.ChaincodeStubInterface) *peerpb.Response {
	return g.run(stub, g.inner.Init)
}

// Invoke runs the chaincode's own.
func (g *guard) Invoke(stub shim.ChaincodeStubInterface) *peerpb.Response {
	return g.run(stub, g.inner.Invoke)
}

func (g *guard) run(
	stub shim.ChaincodeStubInterface, call func(shim.ChaincodeStubInterface) *peerpb.Response,
) (response *peerpb.Response) {
	if !g.enter() {
		return shim.Error("contract_stopping: the contract's process is stopping, try again")
	}
	defer g.leave()
	defer func() {
		if cause := recover(); cause != nil {
			g.log.Error("transaction panicked", "channel", stub.GetChannelID(), "tx_id", stub.GetTxID(),
				"cause", cause, "stack", string(debug.Stack()))
			response = shim.Error("contract_broken: the contract failed inside; its log says why")
		}
	}()
	return call(stub)
}

func (g *guard) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.stopping {
		return false
	}
	g.inFlight++
	return true
}

func (g *guard) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inFlight--
	if g.stopping && g.inFlight == 0 {
		close(g.idle)
	}
}

// drain refuses new transactions and waits for those in flight, at most limit. The shim sends an answer just after the
// chaincode gave it, hence the short wait at the end.
func (g *guard) drain(limit time.Duration) {
	g.mu.Lock()
	g.stopping = true
	wait := g.inFlight > 0
	g.mu.Unlock()
	if !wait {
		return
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-timer.C:
		return
	case <-g.idle:
	}
	timer.Reset(lingerTime)
	<-timer.C
}

var _ shim.Chaincode = (*guard)(nil)
