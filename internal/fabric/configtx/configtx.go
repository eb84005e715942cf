// SPDX-License-Identifier: Apache-2.0

// Package configtx composes genesis blocks of application channels and updates of their configuration, as Fabric's own
// configtxgen and configtxlator do (proved equal in tests). There is no system channel.
package configtx

import (
	"regexp"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// OrderingType is the consensus of a channel.
type OrderingType string

// The ordering types.
const (
	BFT  OrderingType = "bft"  // SmartBFT: tolerates f traitors among 3f+1 orderers
	Raft OrderingType = "raft" // etcdraft: tolerates crashes only
)

// Defaults of Ordering.
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
	BatchTimeout      time.Duration
	MaxMessageCount   uint32
	AbsoluteMaxBytes  uint32
	PreferredMaxBytes uint32
}

// Consenter is an orderer's part in a channel. Certificates are PEM.
type Consenter struct {
	ID        uint32 // from 1; BFT only
	Host      string
	Port      uint32
	MSPID     string
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

// channelID is Fabric's rule (common/configtx/validator, channelAllowedChars).
var channelID = regexp.MustCompile(`^[a-z][a-z0-9.-]{0,248}$`)

func (c *Channel) validate() error {
	if !channelID.MatchString(c.ID) {
		return fault.New(fault.Invalid, "channel_id_invalid", "%.64q is not a channel ID", c.ID)
	}
	if len(c.OrdererOrgs) == 0 || len(c.ApplicationOrgs) == 0 {
		return fault.New(fault.Invalid, "channel_orgs_missing", "a channel needs an orderer and an application organization")
	}
	for _, orgs := range [][]Org{c.OrdererOrgs, c.ApplicationOrgs} {
		seen := map[string]bool{}
		for _, o := range orgs {
			if err := msp.CheckMSPID(o.MSP.MSPID); err != nil {
				return err
			}
			if seen[o.MSP.MSPID] {
				return fault.New(fault.Invalid, "channel_org_twice", "MSP ID %s is there twice", o.MSP.MSPID)
			}
			seen[o.MSP.MSPID] = true
		}
	}
	for _, o := range c.OrdererOrgs {
		if len(o.OrdererEndpoints) == 0 {
			return fault.New(fault.Invalid, "orderer_endpoints_missing", "%s has no orderer endpoint", o.MSP.MSPID)
		}
	}
	return c.Ordering.validate()
}

func (o *Ordering) validate() error {
	switch {
	case o.Type != BFT && o.Type != Raft:
		return fault.New(fault.Invalid, "ordering_invalid", "%q is not an ordering type", o.Type)
	case o.Type == BFT && len(o.Consenters) < 4:
		return fault.New(fault.Invalid, "consenters_too_few", "%d consenters tolerate no traitor: use 4 or more", len(o.Consenters))
	case len(o.Consenters) == 0:
		return fault.New(fault.Invalid, "consenters_too_few", "a channel needs a consenter")
	}
	seen := map[uint32]bool{}
	for _, c := range o.Consenters {
		if o.Type == BFT && (c.ID == 0 || seen[c.ID]) {
			return fault.New(fault.Invalid, "consenter_id_invalid", "consenter ID %d is zero or there twice", c.ID)
		}
		seen[c.ID] = true
	}
	return nil
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
		d.PreferredMaxBytes = defaultPreferredMaxBytes
	}
	return d
}
