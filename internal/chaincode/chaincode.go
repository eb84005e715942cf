// SPDX-License-Identifier: Apache-2.0

// Package chaincode deploys contracts on channels: packages, approvals, commits, and the processes that run them.
//
//	Deploy           installed, approved by each, committed, answering
//	 ────► deploying ───────────────────────────────────────────────► ready
//	           │ permanent fault
//	           └────────────────► failed (retry the operation)
package chaincode

import (
	"context"
	"io"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/node"
)

// State is a deployment's observed state.
type State string

// The states.
const (
	Deploying State = "deploying"
	Ready     State = "ready"
	Failed    State = "failed"
)

// Deployment is a chaincode definition on a channel and the process behind it.
type Deployment struct {
	Channel     string
	Name        string
	Catalogue   string // entry it was made from
	Version     string
	Sequence    int64 // 0 until committed
	PackageID   string
	Address     string // host:port of its process
	TLS         bool   // peers know the process by its certificate
	Endorsement string // policy; empty: the channel's own
	Collections []Collection
	Approvals   []string // organization IDs
	State       State
	Reason      string
	CreatedAt   time.Time
}

// Collection is a private data collection of all the channel's members.
type Collection struct {
	Name            string
	RequiredPeers   int32
	MaxPeers        int32
	BlockToLive     uint64
	MemberOnlyRead  bool
	MemberOnlyWrite bool
}

// Store keeps deployments. An absent one is a fault.NotFound with the code "contract_not_found"; a taken name a
// fault.Conflict with the code "contract_exists".
type Store interface {
	CreateDeployment(ctx context.Context, d Deployment) error
	UpdateDeployment(ctx context.Context, d Deployment) error
	GetDeployment(ctx context.Context, channel, name string) (Deployment, error)
	// ListDeployments gives them by channel and name; an empty channel means all.
	ListDeployments(ctx context.Context, channel string) ([]Deployment, error)
}

// ServiceSpec is the desired state of a contract's process (chaincode as a service).
type ServiceSpec struct {
	ID        string // DNS label: "azterketak-exams-1"
	Catalogue string // which program
	PackageID string
	Address   string // host:port, as given by Reserve
	TLS       bool   // it shows peers its certificate
}

// Host runs contracts' processes. Its methods keep the promises of the same ones of node.Driver.
type Host interface {
	// Reserve gives a service its address host:port: the same for ever.
	Reserve(ctx context.Context, id string) (string, error)
	// Apply makes the process match spec, with its newest certificate, and returns once that is under way.
	Apply(ctx context.Context, spec ServiceSpec) error
	// Observe tells what is there. An unknown ID is a fault.NotFound.
	Observe(ctx context.Context, id string) (node.Observation, error)
	// WaitReady blocks until the process listens, or ctx ends.
	WaitReady(ctx context.Context, id string) error
	// Logs returns up to tail last lines, oldest first.
	Logs(ctx context.Context, id string, tail int) (io.ReadCloser, error)
	// Remove stops the process and frees its address. An unknown ID is no error.
	Remove(ctx context.Context, id string) error
	// Close stops all processes.
	Close(ctx context.Context) error
}
