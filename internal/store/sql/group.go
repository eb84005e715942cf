// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"context"
	stdsql "database/sql"
	"sync"

	"github.com/blockchain4all/blockchain4all/internal/audit"
)

// group gathers writes into transactions. A commit waits for the disk, and one is made at a time: what comes meanwhile
// is committed together, next, so that nobody waits for more than two commits.
type group struct {
	mu      sync.Mutex
	next    *batch     // takes writes until its turn comes
	writing sync.Mutex // held by the batch whose turn it is
}

type write func(ctx context.Context) error

type batch struct {
	writes []write
	done   chan struct{}
	kept   bool
}

// join adds a write to the next batch and waits for its end. It tells whether the batch was committed; else nothing of it
// is kept. Who began the batch commits it for all, whatever becomes of its own caller.
func (g *group) join(ctx context.Context, w write, commit func(context.Context, []write) error) bool {
	g.mu.Lock()
	b, begun := g.next, g.next != nil
	if !begun {
		b = &batch{done: make(chan struct{})}
		g.next = b
	}
	b.writes = append(b.writes, w)
	g.mu.Unlock()
	if begun {
		<-b.done
		return b.kept
	}
	g.writing.Lock()
	defer g.writing.Unlock()
	g.mu.Lock()
	g.next = nil
	g.mu.Unlock()
	defer close(b.done)
	b.kept = commit(context.WithoutCancel(ctx), b.writes) == nil
	return b.kept
}

// together runs a write in one transaction with those of others that come at the same time. One that is part of a
// transaction or of an administrative act stays there. Where a batch fails each of its writes is run by itself: only
// who is at fault has the error.
func (db *DB) together(ctx context.Context, w write) error {
	if _, ok := ctx.Value(txKey{}).(*stdsql.Tx); ok || audit.IntentID(ctx) != "" {
		return w(ctx)
	}
	if db.group.join(ctx, w, db.commit) {
		return nil
	}
	return w(ctx)
}

func (db *DB) commit(ctx context.Context, writes []write) error {
	if len(writes) == 1 {
		return writes[0](ctx)
	}
	return db.InTx(ctx, func(ctx context.Context) error {
		for _, w := range writes {
			if err := w(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}
