// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

// What became of a row of a file.
const (
	rowCommitted = "committed" // by this run, or by an earlier one that was cut off
	rowPresent   = "present"   // the ledger had the same already
	rowRefused   = "refused"
	rowUnsent    = "unsent" // the run was interrupted before
)

// importRow is a row of a file as a transaction.
type importRow struct {
	line int
	name string // what the row is about, for people
	key  string // idempotency key: the same for the same row of the same file
	call api.Call
}

// importOutcome is what became of a row.
type importOutcome struct {
	Line          int    `json:"line"`
	Name          string `json:"name,omitempty"`
	State         string `json:"state"`
	Code          string `json:"code,omitempty"`
	Reason        string `json:"reason,omitempty"`
	TransactionID string `json:"transactionId,omitempty"`
	Block         uint64 `json:"block,omitempty"`
}

// importReport is the end of an import.
type importReport struct {
	File      string          `json:"file"`
	Rows      int             `json:"rows"`
	Committed int             `json:"committed"`
	Present   int             `json:"present"`
	Refused   int             `json:"refused"`
	Unsent    int             `json:"unsent"`
	Seconds   float64         `json:"seconds"`
	PerSecond float64         `json:"perSecond"`
	Refusals  []importOutcome `json:"refusals"`

	outcomes []importOutcome // of all rows, by line
}

// importer submits rows in parallel.
type importer struct {
	c        *client.Client
	ledger   string
	contract string
	parallel int
	now      func() time.Time
	// settled looks at a refusal and tells whether the ledger already has what the row says.
	settled func(ctx context.Context, row importRow, p *api.Problem) (bool, error)
	done    func(importOutcome) // called once a row, from one goroutine at a time
}

// run submits the rows and tells what became of each. It stops early when ctx ends or when the platform refuses every
// row alike (no permission, no such ledger) or can't be reached: that error is returned with the report so far.
func (im *importer) run(ctx context.Context, file string, rows []importRow) (importReport, error) {
	start := im.now()
	outcomes := make([]importOutcome, len(rows))
	for i, r := range rows {
		outcomes[i] = importOutcome{Line: r.line, Name: r.name, State: rowUnsent}
	}
	var mu sync.Mutex
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, im.parallel))
	for i, r := range rows {
		if gctx.Err() != nil {
			break
		}
		g.Go(func() error {
			o, err := im.submit(gctx, r)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			outcomes[i] = o
			im.done(o)
			return nil
		})
	}
	err := g.Wait()
	if err == nil {
		err = ctx.Err()
	}
	return summary(file, outcomes, im.now().Sub(start)), err
}

// submit sends one row. An error is one that every other row would meet, too.
func (im *importer) submit(ctx context.Context, r importRow) (importOutcome, error) {
	o := importOutcome{Line: r.line, Name: r.name}
	commit, err := im.send(ctx, r)
	if err == nil {
		o.State, o.TransactionID, o.Block = rowCommitted, commit.TransactionID, commit.Block
		if commit.State != "committed" {
			o.State, o.Code, o.Reason = rowRefused, commit.State, "the transaction is "+commit.State
		}
		return o, nil
	}
	p, ok := errors.AsType[*api.Problem](err)
	if !ok || !rowProblem(p) {
		return o, err
	}
	present, lookup := im.settled(ctx, r, p)
	if lookup != nil {
		return o, lookup
	}
	if present {
		o.State = rowPresent
		return o, nil
	}
	o.State, o.Code, o.Reason = rowRefused, contractCode(p), problemWords(p)
	return o, nil
}

// send submits a row. A transaction that the ledger marked invalid for another's sake (a read that changed meanwhile) is
// made anew, under a key of its own: the run after a crash goes the same way.
func (im *importer) send(ctx context.Context, r importRow) (api.Commit, error) {
	key := r.key
	for attempt := 2; ; attempt++ {
		commit, err := im.c.Submit(ctx, im.ledger, im.contract, r.call, client.IdempotencyKey(key))
		p, ok := errors.AsType[*api.Problem](err)
		if !ok || p.Code != "tx_invalid" || attempt > maxAttempts {
			return commit, err
		}
		key = r.key + "-" + strconv.Itoa(attempt)
	}
}

// rowProblem tells whether a problem is of one row, rather than of all.
func rowProblem(p *api.Problem) bool {
	switch p.Status {
	case 400, 409, 413, 422:
		return true
	}
	return false
}

func problemWords(p *api.Problem) string {
	words := []string{p.Detail}
	for _, d := range p.Errors {
		if !strings.Contains(p.Detail, d.Message) && !slices.Contains(words, d.Message) {
			words = append(words, d.Message)
		}
	}
	return strings.Join(words, "; ")
}

func summary(file string, outcomes []importOutcome, took time.Duration) importReport {
	r := importReport{File: file, Rows: len(outcomes), Seconds: took.Seconds(), Refusals: []importOutcome{}}
	slices.SortStableFunc(outcomes, func(a, b importOutcome) int { return a.Line - b.Line })
	for _, o := range outcomes {
		switch o.State {
		case rowCommitted:
			r.Committed++
		case rowPresent:
			r.Present++
		case rowRefused:
			r.Refused++
			r.Refusals = append(r.Refusals, o)
		default:
			r.Unsent++
		}
	}
	if took > 0 {
		r.PerSecond = float64(r.Committed) / took.Seconds()
	}
	r.outcomes = outcomes
	return r
}
