// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
)

var _ node.Store = (*DB)(nil)

// CreateNode implements node.Store.
func (db *DB) CreateNode(ctx context.Context, n node.Node) error {
	_, err := db.put(ctx, n, "INSERT INTO nodes (id, org, data) VALUES (?, ?, ?)", n.ID, n.Org)
	if taken(err) {
		return fault.New(fault.Conflict, "node_exists", "there is a node %q already", n.ID)
	}
	return err
}

// UpdateNode implements node.Store.
func (db *DB) UpdateNode(ctx context.Context, n node.Node) error {
	changed, err := db.update(ctx, n, "UPDATE nodes SET data = ?, org = ? WHERE id = ?", n.Org, n.ID)
	if err == nil && changed == 0 {
		return noNode(n.ID)
	}
	return err
}

// GetNode implements node.Store.
func (db *DB) GetNode(ctx context.Context, id string) (node.Node, error) {
	return one[node.Node](ctx, db, noNode(id), "SELECT data FROM nodes WHERE id = ?", id)
}

// ListNodes implements node.Store.
func (db *DB) ListNodes(ctx context.Context, orgID string) ([]node.Node, error) {
	return many[node.Node](ctx, db, "SELECT data FROM nodes WHERE (? = '' OR org = ?) ORDER BY id", orgID, orgID)
}

// DeleteNode implements node.Store.
func (db *DB) DeleteNode(ctx context.Context, id string) error {
	n, err := db.exec(ctx, "DELETE FROM nodes WHERE id = ?", id)
	if err == nil && n == 0 {
		return noNode(id)
	}
	return err
}

func noNode(id string) error {
	return fault.New(fault.NotFound, "node_not_found", "there is no node %q", id).
		WithHint("see which there are: b4a node list")
}
