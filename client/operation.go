// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"reflect"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
)

// OperationFilter narrows a list of operations; empty fields don't.
type OperationFilter struct {
	Subject string
	State   string
}

// Operations lists operations, newest first.
func (c *Client) Operations(
	ctx context.Context, f OperationFilter, opts ...CallOption,
) iter.Seq2[api.Operation, error] {
	opts = append([]CallOption{query("subject", f.Subject), query("state", f.State)}, opts...)
	return pages[api.Operation](ctx, c, at("operations"), opts...)
}

// Operation gives one operation.
func (c *Client) Operation(ctx context.Context, id string) (api.Operation, error) {
	return get[api.Operation](ctx, c, at("operations", id))
}

// RetryOperation starts a failed operation again, from the step that failed.
func (c *Client) RetryOperation(ctx context.Context, id string, opts ...CallOption) (api.Operation, error) {
	return post[api.Operation](ctx, c, at("operations", id, "retry"), nil, opts)
}

func (c *Client) accepted(ctx context.Context, path string, in any, opts []CallOption) (api.Operation, error) {
	out, err := post[api.Accepted](ctx, c, path, in, opts)
	return out.Operation, err
}

// WaitOperation follows an operation to its end, calling onUpdate (which may be nil) with each change seen. It listens
// to the platform's events, asks again and again where these are not to be had, and goes on after the platform was
// restarted. An operation that failed is an *OperationError; the operation is returned with it.
func (c *Client) WaitOperation(
	ctx context.Context, id string, onUpdate func(api.Operation),
) (api.Operation, error) {
	w := &waiter{c: c, id: id, onUpdate: onUpdate, heard: time.Now()}
	b := c.backoff()
	for {
		streamed, err := w.listen(ctx)
		if w.last.Done() {
			return w.end()
		}
		if streamed {
			b.Reset()
		}
		if err := w.ask(ctx); err != nil && !w.bearable(ctx, err) {
			return w.last, err
		}
		if w.last.Done() {
			return w.end()
		}
		if streamed && err == nil {
			continue
		}
		if !pause(ctx, b.NextBackOff()) {
			return w.last, ctx.Err()
		}
	}
}

// waiter is one wait for an operation.
type waiter struct {
	c        *Client
	id       string
	onUpdate func(api.Operation)
	last     api.Operation
	heard    time.Time // when the platform last answered
	deaf     bool      // it has no events for us
}

func (w *waiter) end() (api.Operation, error) {
	if w.last.State == "failed" {
		return w.last, &OperationError{Operation: w.last}
	}
	return w.last, nil
}

func (w *waiter) see(op api.Operation) {
	w.heard = time.Now()
	changed := !reflect.DeepEqual(op, w.last)
	w.last = op
	if changed && w.onUpdate != nil {
		w.onUpdate(op)
	}
}

func (w *waiter) ask(ctx context.Context) error {
	op, err := w.c.Operation(ctx, w.id)
	if err == nil {
		w.see(op)
	}
	return err
}

// bearable tells whether to go on after an error: the platform is away, or starting, and not yet for too long.
func (w *waiter) bearable(ctx context.Context, err error) bool {
	if ctx.Err() != nil || time.Since(w.heard) > w.c.followFor {
		return false
	}
	if p, ok := errors.AsType[*api.Problem](err); ok {
		return p.Status >= http.StatusInternalServerError
	}
	_, away := errors.AsType[*UnreachableError](err)
	return away
}

// listen reads the operation's events until they end. It tells whether any came.
func (w *waiter) listen(ctx context.Context) (bool, error) {
	if w.deaf {
		return false, nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	idle := time.AfterFunc(eventsIdleTimeout, cancel)
	defer idle.Stop()
	r, err := w.c.request(http.MethodGet, at("operations", w.id, "events"), nil, nil)
	if err != nil {
		return false, err
	}
	r.accept = "text/event-stream"
	heard := false
	err = w.c.send(ctx, r, func(res *http.Response) error {
		if !isEventStream(res) {
			w.deaf = true
			return nil
		}
		return readEvents(res.Body, func() { idle.Reset(eventsIdleTimeout) }, func(name string, data []byte) error {
			if name != "operation" {
				return nil
			}
			op, err := decodeOperation(data)
			if err != nil {
				return err
			}
			heard = true
			w.see(op)
			if op.Done() {
				cancel() // nothing more is to come: don't wait for the end of the stream
				return io.EOF
			}
			return nil
		})
	})
	if p, ok := errors.AsType[*api.Problem](err); ok && p.Status < http.StatusInternalServerError {
		w.deaf = true
	}
	return heard, err
}
