// SPDX-License-Identifier: Apache-2.0

// Package channel keeps Fabric channels, which people call ledgers: members, consenters, joins and config updates.
//
//	Create          genesis block, orderers joined, peers joined, anchors set
//	 ────► creating ──────────────────────────────────────────────────────────► active
//	           │ permanent fault
//	           └────────────────► failed (retry the operation)
package channel

import (
	"context"
	"time"
)

// State is a channel's observed state.
type State string

// The states.
const (
	Creating State = "creating"
	Active   State = "active"
	Failed   State = "failed"
)

// Channel is one ledger.
type Channel struct {
	Name       string
	State      State
	Reason     string   // why it is not active
	Ordering   string   // "bft" or "raft"
	Consenters []string // node IDs of its orderers, in consenter order
	CreatedAt  time.Time
}

// Member is an organization's part in a channel.
type Member struct {
	Channel string
	Org     string
	Joined  bool // in the channel's configuration, its peer joined and its anchor peer set
}

// MemberStore keeps who takes part in channels.
type MemberStore interface {
	// PutMember adds a member, or updates it.
	PutMember(ctx context.Context, m Member) error
	// ForgetMember forgets a member; an absent one is no error.
	ForgetMember(ctx context.Context, channel, org string) error
	// ListMembers gives a channel's members in the order they were added.
	ListMembers(ctx context.Context, channel string) ([]Member, error)
	// IsMember tells whether an organization is a member of a channel.
	IsMember(ctx context.Context, channel, org string) (bool, error)
}

// Store keeps channels. An absent one is a fault.NotFound with the code "ledger_not_found"; a taken name a
// fault.Conflict with the code "ledger_exists".
type Store interface {
	MemberStore
	// CreateChannel stores a channel with its first members.
	CreateChannel(ctx context.Context, c Channel, members []Member) error
	UpdateChannel(ctx context.Context, c Channel) error
	GetChannel(ctx context.Context, name string) (Channel, error)
	// SetGenesis keeps a channel's genesis block.
	SetGenesis(ctx context.Context, name string, block []byte) error
	// Genesis gives a channel's genesis block; empty until it is made.
	Genesis(ctx context.Context, name string) ([]byte, error)
	// ListChannels gives them by name, from after (exclusive); org, if not empty, must be a member; limit 0 is no limit.
	ListChannels(ctx context.Context, org, after string, limit int) ([]Channel, error)
}
