// SPDX-License-Identifier: Apache-2.0

package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/blockchain4all/blockchain4all/api"
)

// CallOption changes one request.
type CallOption func(*request)

// IdempotencyKey names a write: the platform does it once for each key and answers repetitions as the first time. 1 to
// 128 visible ASCII characters. Without it every call is a write of its own.
func IdempotencyKey(key string) CallOption { return func(r *request) { r.key = key } }

// PageSize sets how many items of a list are asked for at a time (1 to 200).
func PageSize(n int) CallOption { return query("limit", strconv.Itoa(n)) }

func query(name, value string) CallOption {
	return func(r *request) {
		if value != "" {
			r.query.Set(name, value)
		}
	}
}

// request is one call of the API, before it is sent.
type request struct {
	method string
	path   string // escaped, below the base address
	query  url.Values
	body   []byte
	key    string
	accept string
}

// at joins path segments under the API's base, each escaped: a name can't climb out of its place.
func at(segments ...string) string {
	var b strings.Builder
	b.WriteString(api.Base)
	for _, s := range segments {
		b.WriteByte('/')
		if s == "." || s == ".." {
			s = strings.ReplaceAll(s, ".", "%2E")
		} else {
			s = url.PathEscape(s)
		}
		b.WriteString(s)
	}
	return b.String()
}

func (c *Client) request(method, path string, in any, opts []CallOption) (*request, error) {
	r := &request{method: method, path: path, query: url.Values{}, accept: "application/json"}
	for _, o := range opts {
		o(r)
	}
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return nil, fmt.Errorf("encode request: %w", err)
		}
		if len(b) > MaxBody {
			return nil, &api.Problem{
				Title: http.StatusText(http.StatusRequestEntityTooLarge), Status: http.StatusRequestEntityTooLarge,
				Code: "body_too_large", Hint: "send less at a time",
				Detail: fmt.Sprintf("the request has %d bytes; %d are allowed", len(b), MaxBody),
			}
		}
		r.body = b
	}
	if method != http.MethodGet && r.key == "" {
		r.key = c.newKey()
	}
	return r, nil
}

// do sends a request and decodes its answer into out, unless out is nil.
func (c *Client) do(ctx context.Context, method, path string, in, out any, opts ...CallOption) error {
	r, err := c.request(method, path, in, opts)
	if err != nil {
		return err
	}
	return c.retry(ctx, func() error {
		ctx, cancel := context.WithTimeout(ctx, c.timeout)
		defer cancel()
		return c.send(ctx, r, func(res *http.Response) error { return c.decode(res, out) })
	})
}

// get asks for one thing.
func get[T any](ctx context.Context, c *Client, path string, opts ...CallOption) (T, error) {
	var out T
	err := c.do(ctx, http.MethodGet, path, nil, &out, opts...)
	return out, err
}

// post sends in and gives the answer.
func post[T any](ctx context.Context, c *Client, path string, in any, opts []CallOption) (T, error) {
	var out T
	err := c.do(ctx, http.MethodPost, path, in, &out, opts...)
	return out, err
}

func (c *Client) decode(res *http.Response, out any) error {
	if out == nil {
		return nil
	}
	b, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return &UnreachableError{URL: c.URL(), Err: fmt.Errorf("read answer: %w", err)}
	}
	if len(b) > maxAnswer {
		return fmt.Errorf("read answer: more than %d bytes", maxAnswer)
	}
	if err := json.Unmarshal(b, out); err != nil {
		return fmt.Errorf("decode answer: %w", err)
	}
	return nil
}

// send makes one attempt and hands a successful answer to use, which reads the body and leaves closing it to send.
func (c *Client) send(ctx context.Context, r *request, use func(*http.Response) error) error {
	req, err := c.encode(ctx, r)
	if err != nil {
		return err
	}
	res, err := c.http.Do(req)
	if err != nil {
		if ue, ok := errors.AsType[*url.Error](err); ok {
			err = ue.Err
		}
		return &UnreachableError{URL: c.URL(), Err: err}
	}
	defer func() {
		_, _ = io.CopyN(io.Discard, res.Body, maxDiscard) // only to use the connection again
		_ = res.Body.Close()                              // nothing was written through it
	}()
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return retryAfter(res, problemOf(res))
	}
	return use(res)
}

// encode makes the HTTP request.
func (c *Client) encode(ctx context.Context, r *request) (*http.Request, error) {
	u := *c.base
	escaped := u.EscapedPath() + r.path
	path, err := url.PathUnescape(escaped)
	if err != nil {
		return nil, fmt.Errorf("request path: %w", err)
	}
	u.Path, u.RawPath, u.RawQuery = path, escaped, r.query.Encode()
	req, err := http.NewRequestWithContext(ctx, r.method, u.String(), bytes.NewReader(r.body))
	if err != nil {
		return nil, fmt.Errorf("build request: %w", err)
	}
	req.Header.Set("Accept", r.accept+", application/problem+json")
	req.Header.Set("User-Agent", c.userAgent)
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.key != "" {
		req.Header.Set("Idempotency-Key", r.key)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	return req, nil
}

// maxDiscard is how much of an unread answer is read to use its connection again.
const maxDiscard = 64 << 10

// delayedError is a problem with the time after which the platform wants to be asked again.
type delayedError struct {
	*api.Problem
	after time.Duration
}

func (e *delayedError) Unwrap() error { return e.Problem }

func retryAfter(res *http.Response, p *api.Problem) error {
	s, err := strconv.Atoi(res.Header.Get("Retry-After"))
	if err != nil || s <= 0 {
		return p
	}
	return &delayedError{Problem: p, after: min(time.Duration(s)*time.Second, maxRetryWait)}
}

// retry calls attempt until it succeeds, fails for good, or the client's time for that sort of failure is over.
func (c *Client) retry(ctx context.Context, attempt func() error) error {
	b := c.backoff()
	start := time.Now()
	for {
		err := attempt()
		if err == nil {
			return nil
		}
		wait := b.NextBackOff()
		if late, ok := errors.AsType[*delayedError](err); ok {
			wait = max(wait, late.after)
			err = late.Problem
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%w (%w)", ctx.Err(), err)
		}
		if time.Since(start)+wait > c.retryTime(err) {
			return err
		}
		if !pause(ctx, wait) {
			return err
		}
	}
}

// retryTime tells for how long a failure of this sort is tried again; zero or less: not at all.
func (c *Client) retryTime(err error) time.Duration {
	if p, ok := errors.AsType[*api.Problem](err); ok {
		switch p.Status {
		case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return c.retryFor
		}
		return -1
	}
	if _, ok := errors.AsType[*UnreachableError](err); !ok {
		return -1
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		return c.dialFor
	}
	for _, broken := range []error{
		io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED,
	} {
		if errors.Is(err, broken) {
			return max(c.retryFor, c.dialFor)
		}
	}
	return -1
}

func (c *Client) backoff() *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval = c.retryWait
	b.MaxInterval = maxRetryWait
	return b
}

// pause waits, or returns false when ctx ends first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
