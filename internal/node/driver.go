// SPDX-License-Identifier: Apache-2.0

package node

import (
	"context"
	"io"
	"time"
)

// Kind says what a node is.
type Kind string

// The kinds of nodes.
const (
	Peer    Kind = "peer"
	Orderer Kind = "orderer"
)

// Endpoints are the addresses that a driver reserves for a node. They stay the same for the node's whole life.
type Endpoints struct {
	Host           string `json:"host"`                    // IP address or DNS name, reachable by the other nodes and by b4a
	Port           int    `json:"port"`                    // gRPC with TLS: peer, gateway and gossip; or broadcast and deliver
	OperationsPort int    `json:"operationsPort"`          // HTTP without TLS: /healthz and /metrics
	AdminPort      int    `json:"adminPort,omitempty"`     // orderer only: channel participation API, mutual TLS
	ChaincodePort  int    `json:"chaincodePort,omitempty"` // peer only: chaincode listener
}

// Identity is one key and its certificates, PEM. Key is PKCS #8 and secret.
type Identity struct {
	Cert []byte
	Key  []byte
}

// Spec is the desired state of a node: all that a driver needs to run it, with nothing about how.
type Spec struct {
	ID    string // DNS label, unique in the platform: "bizkaia-peer0"
	Kind  Kind
	Org   string // organization ID
	MSPID string

	Endpoints Endpoints // as given by Reserve

	// MSP is the node's local MSP folder: relative path ("signcerts/cert.pem") to content. It holds the signing key.
	MSP map[string][]byte
	// TLS serves the gRPC listener and, on an orderer, the admin listener; it is also the client certificate between orderers.
	TLS Identity
	// TLSRoots are the PEM roots for which the node trusts others' TLS certificates at start; channel
	// configurations add theirs.
	TLSRoots []byte
	// AdminRoots are the PEM roots of clients allowed at an orderer's channel participation API.
	AdminRoots []byte
	// Bootstrap is host:port of a gossip bootstrap peer of the same organization; empty for the node itself.
	Bootstrap string
	// Builder is the path of the external chaincode builder's folder as the node sees it; empty for the driver's own.
	Builder string
	// Running is false for a node that should be stopped and keep its data.
	Running bool
}

// Phase is a node's observed state.
//
//	          Apply(Running)                healthz ok
//	stopped ───────────────► starting ─────────────────► running
//	   ▲                        ▲   │ deadline passed       │ healthz fails
//	   │ Apply(!Running)        │   ▼                       ▼
//	   └──────── any        backoff ◄──── exited ───── unhealthy
//	                            │ gave up (Reason says why)
//	                            ▼
//	                          failed
type Phase string

// The phases.
const (
	Stopped   Phase = "stopped"
	Starting  Phase = "starting"
	Running   Phase = "running"
	Unhealthy Phase = "unhealthy"
	Backoff   Phase = "backoff"
	Failed    Phase = "failed"
)

// Usage is what a node uses at the moment.
type Usage struct {
	CPUSeconds float64 // user and system time since the process started
	RSSBytes   int64   // resident memory
	DiskBytes  int64   // the node's data on disk
}

// Observation is what a driver sees of a node.
type Observation struct {
	ID        string
	Phase     Phase
	Reason    string    // a sentence for people when the phase is not running: "port 7051 is taken", "binary digest mismatch"
	Since     time.Time // when the phase began
	HealthyAt time.Time // last good answer of the health endpoint; zero if never
	StartedAt time.Time // of the current process; zero if none
	Restarts  int       // since b4a started
	PID       int       // 0 where the driver has no such thing
	Version   string    // Fabric's version as the node reports it; empty if unknown
	Usage     Usage
}

// Driver runs nodes somewhere: as processes of this machine, as Kubernetes workloads.
//
// All methods are idempotent and safe for concurrent use, also on the same node; calls on one node are serialized by
// the driver. A driver keeps applied nodes alive by itself (restart with back-off) until told otherwise, but forgets
// them when it is closed: after a restart the caller applies every spec again. What a node stored survives everything
// except Remove.
type Driver interface {
	// Reserve gives the node its addresses. The same ID gets the same answer for ever, also after a restart; no two
	// nodes share a port of a host. Nothing is started.
	Reserve(ctx context.Context, id string, kind Kind) (Endpoints, error)
	// Apply makes the workload match spec and returns once that is under way; a changed spec restarts the node, an
	// equal one does nothing, except that it gives a failed node a new attempt. An invalid spec (Spec.Validate, or
	// addresses that are not the reserved ones) is a fault.Invalid and changes nothing. Health is seen by Observe.
	Apply(ctx context.Context, spec Spec) error
	// Observe tells what is there; it is cheap. A node that was only reserved is stopped. An unknown ID is a
	// fault.NotFound.
	Observe(ctx context.Context, id string) (Observation, error)
	// WaitReady blocks until the node is running, or ctx ends; the error then says what the node was doing. A node
	// that has failed ends the wait at once, and so does one that is not wanted to run (a fault.Conflict). An unknown ID
	// is a fault.NotFound.
	WaitReady(ctx context.Context, id string) error
	// Remove stops the node and destroys its data and reservation. An unknown ID is no error.
	Remove(ctx context.Context, id string) error
	// Close stops all nodes in order (peers first, then orderers) and returns when their processes are gone. After that
	// it starts nothing any more.
	Close(ctx context.Context) error
}

// LogReader is a Driver that keeps logs.
type LogReader interface {
	// Logs returns up to tail last lines, oldest first. An unknown ID is a fault.NotFound.
	Logs(ctx context.Context, id string, tail int) (io.ReadCloser, error)
}
