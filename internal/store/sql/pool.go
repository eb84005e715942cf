// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"
	stdsql "database/sql"
	"sync"
)

// runner runs statements: a pool, or a transaction.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (stdsql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*stdsql.Rows, error)
}

// pool is connections that prepare a statement once; queries are the texts of this package, so there are so many. What a
// transaction runs is not prepared: on the one connection of a writer it would wait for itself.
type pool struct {
	db *stdsql.DB

	mu         sync.Mutex
	statements map[string]*stdsql.Stmt
}

func newPool(db *stdsql.DB) *pool { return &pool{db: db, statements: map[string]*stdsql.Stmt{}} }

// Close closes the connections, and with them their statements.
func (p *pool) Close() error { return p.db.Close() }

// ExecContext implements runner.
func (p *pool) ExecContext(ctx context.Context, query string, args ...any) (stdsql.Result, error) {
	s, err := p.prepared(ctx, query) //nolint:sqlclosecheck // it is the pool's
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

// QueryContext implements runner.
func (p *pool) QueryContext(ctx context.Context, query string, args ...any) (*stdsql.Rows, error) {
	s, err := p.prepared(ctx, query) //nolint:sqlclosecheck // it is the pool's
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// prepared gives the statement of a query, which stays open until the pool is closed.
func (p *pool) prepared(ctx context.Context, query string) (*stdsql.Stmt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s, ok := p.statements[query]; ok {
		return s, nil
	}
	s, err := p.db.PrepareContext(ctx, query) //nolint:sqlclosecheck // closed with the pool
	if err == nil {
		p.statements[query] = s
	}
	return s, err
}

var (
	_ runner = (*pool)(nil)
	_ runner = (*stdsql.Tx)(nil)
)
