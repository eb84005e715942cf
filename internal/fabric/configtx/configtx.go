// SPDX-License-Identifier: Apache-2.0

// Package configtx composes genesis blocks of application channels and updates of their configuration, as Fabric's own
// configtxgen and configtxlator do (proved equal in tests), and reads configurations. There is no system channel.
package configtx

import (
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
)

// OrderingType is the consensus of a channel.
type OrderingType string

// The ordering types.
const (
	BFT  OrderingType = "bft"  // SmartBFT: tolerates f traitors among 3f+1 orderers
	Raft OrderingType = "raft" // etcdraft: tolerates crashes only
)

// Defaults of Ordering. The sizes are Fabric's (internal/configtxgen/genesisconfig).
const (
	defaultBatchTimeout      = 20 * time.Millisecond // a lone transaction waits this long for company
	defaultMaxMessageCount   = 500
	defaultAbsoluteMaxBytes  = 10 << 20
	defaultPreferredMaxBytes = 2 << 20
)

// Channel is the first configuration of a channel.
type Channel struct {
	ID              string
	Ordering        Ordering
	OrdererOrgs     []Org // with OrdererEndpoints
	ApplicationOrgs []Org
}

// Ordering is how a channel is ordered. Zero sizes and times are the defaults.
type Ordering struct {
	Type              OrderingType
	Consenters        []Consenter
	AllowSingle       bool          // allow BFT with one consenter, which tolerates nothing; else 4 are the least
	BatchTimeout      time.Duration // 20 ms; at most 1 s, under the time after which SmartBFT forwards a request
	MaxMessageCount   uint32        // 500 transactions in a block
	AbsoluteMaxBytes  uint32        // 10 MiB, the most that a block may have, and so a transaction
	PreferredMaxBytes uint32        // 2 MiB, at which a block is cut (Raft)
}

// Consenter is an orderer's part in a channel. Certificates are PEM.
type Consenter struct {
	ID        uint32 // from 1; BFT only
	Host      string
	Port      uint32
	MSPID     string // of an orderer organization; BFT only
	Identity  []byte // enrollment certificate; BFT only
	ServerTLS []byte
	ClientTLS []byte
}

// Org is an organization in a channel.
type Org struct {
	MSP              msp.Definition
	AnchorPeers      []Address // of an application organization
	OrdererEndpoints []string  // host:port, of an orderer organization
}

// Address is a peer's.
type Address struct {
	Host string
	Port uint32
}

func (o *Ordering) withDefaults() Ordering {
	d := *o
	if d.BatchTimeout == 0 {
		d.BatchTimeout = defaultBatchTimeout
	}
	if d.MaxMessageCount == 0 {
		d.MaxMessageCount = defaultMaxMessageCount
	}
	if d.AbsoluteMaxBytes == 0 {
		d.AbsoluteMaxBytes = defaultAbsoluteMaxBytes
	}
	if d.PreferredMaxBytes == 0 {
		d.PreferredMaxBytes = min(defaultPreferredMaxBytes, d.AbsoluteMaxBytes)
	}
	return d
}
