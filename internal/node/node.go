// SPDX-License-Identifier: Apache-2.0

// Package node keeps peers and orderers: what is wanted of them, and, through a Driver, what is observed.
package node

import (
	"context"
	"time"
)

// Node is the desired state of a peer or an orderer. Its keys are in the key store, its certificates in the inventory.
type Node struct {
	ID        string
	Kind      Kind
	Org       string
	MSPID     string
	Endpoints Endpoints
	Running   bool // false: wanted stopped
	CreatedAt time.Time

	// Sign and TLS are the serials of the certificates that the node runs with; empty until it was first specified. A
	// newer one of the inventory is taken over by Adopt only.
	Sign, TLS string
}

// Store keeps nodes. An absent one is a fault.NotFound with the code "node_not_found"; a taken ID a fault.Conflict
// with the code "node_exists".
type Store interface {
	CreateNode(ctx context.Context, n Node) error
	UpdateNode(ctx context.Context, n Node) error
	GetNode(ctx context.Context, id string) (Node, error)
	// ListNodes gives them by ID; an empty org means all.
	ListNodes(ctx context.Context, org string) ([]Node, error)
	DeleteNode(ctx context.Context, id string) error
}
