// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"

	"github.com/blockchain4all/blockchain4all/internal/chaincode"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

var _ chaincode.Store = (*DB)(nil)

// CreateDeployment implements chaincode.Store.
func (db *DB) CreateDeployment(ctx context.Context, d chaincode.Deployment) error {
	_, err := db.put(ctx, d, "INSERT INTO deployments (channel, name, data) VALUES (?, ?, ?)", d.Channel, d.Name)
	if taken(err) {
		return fault.New(fault.Conflict, "contract_exists", "ledger %s has a contract %q already", d.Channel, d.Name).
			WithHint("choose another name")
	}
	return err
}

// UpdateDeployment implements chaincode.Store.
func (db *DB) UpdateDeployment(ctx context.Context, d chaincode.Deployment) error {
	n, err := db.update(ctx, d, "UPDATE deployments SET data = ? WHERE channel = ? AND name = ?", d.Channel, d.Name)
	if err == nil && n == 0 {
		return noDeployment(d.Name)
	}
	return err
}

// GetDeployment implements chaincode.Store.
func (db *DB) GetDeployment(ctx context.Context, channel, name string) (chaincode.Deployment, error) {
	return one[chaincode.Deployment](ctx, db, noDeployment(name),
		"SELECT data FROM deployments WHERE channel = ? AND name = ?", channel, name)
}

// ListDeployments implements chaincode.Store.
func (db *DB) ListDeployments(ctx context.Context, channel string) ([]chaincode.Deployment, error) {
	return many[chaincode.Deployment](ctx, db,
		"SELECT data FROM deployments WHERE (? = '' OR channel = ?) ORDER BY channel, name", channel, channel)
}

func noDeployment(name string) error {
	return fault.New(fault.NotFound, "contract_not_found", "the ledger has no contract %q", name).
		WithHint("see which it has: b4a contract list")
}
