// SPDX-License-Identifier: Apache-2.0

// Package client is the Go client of the platform's REST API.
//
// Errors: an answer of the platform that is not a success is an *api.Problem in the error's chain (errors.As). A
// platform that can't be reached is an *UnreachableError. A long operation that ended badly is an *OperationError.
//
// Every write carries an Idempotency-Key (a fresh ULID unless IdempotencyKey is given), so that requests are tried
// again, as they are, when the platform answers 502, 503 or 504 or the connection breaks half-way: doing it twice is
// the same as doing it once.
//
// A Client is safe for concurrent use.
package client

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"
)

// MaxBody is the size of the largest request body that the platform takes, in bytes.
const MaxBody = 8 << 20

const (
	defaultRetryFor   = 15 * time.Second
	defaultFollowFor  = 2 * time.Minute
	defaultTimeout    = 2 * time.Minute
	defaultRetryWait  = 50 * time.Millisecond
	maxRetryWait      = 2 * time.Second
	maxIdleConns      = 256
	maxAnswer         = 64 << 20
	eventsIdleTimeout = 30 * time.Second
)

// Client speaks to one platform with one token.
type Client struct {
	base      *url.URL
	token     string
	http      *http.Client
	userAgent string
	newKey    func() string
	timeout   time.Duration
	retryFor  time.Duration
	dialFor   time.Duration
	followFor time.Duration
	retryWait time.Duration
}

// Option changes how a Client works.
type Option func(*Client)

// WithHTTPClient sets what sends the requests. It should have no overall timeout: operations are followed on one
// long answer.
func WithHTTPClient(h *http.Client) Option { return func(c *Client) { c.http = h } }

// WithUserAgent sets the User-Agent header.
func WithUserAgent(s string) Option { return func(c *Client) { c.userAgent = s } }

// WithTimeout limits each single attempt of a request (following an operation excepted). The default is two minutes.
func WithTimeout(d time.Duration) Option { return func(c *Client) { c.timeout = d } }

// WithRetry sets for how long a request is tried again while the platform answers that it is unavailable or drops the
// connection. Zero: one attempt. The default is 15 seconds.
func WithRetry(d time.Duration) Option { return func(c *Client) { c.retryFor = d } }

// WithReconnect sets for how long a request is tried again while nothing listens at the platform's address, as during a
// restart. The default is zero: the caller is told at once.
func WithReconnect(d time.Duration) Option { return func(c *Client) { c.dialFor = d } }

// WithPatience sets for how long WaitOperation bears a platform that can't be reached. The default is two minutes.
func WithPatience(d time.Duration) Option { return func(c *Client) { c.followFor = d } }

// New returns a client of the platform at baseURL ("http://127.0.0.1:8080"; a path is kept as a prefix). An empty token
// sends no credentials.
func New(baseURL, token string, opts ...Option) (*Client, error) {
	u, err := url.Parse(strings.TrimSpace(baseURL))
	if err != nil {
		return nil, fmt.Errorf("platform address: %w", err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		return nil, fmt.Errorf("platform address %q: want http://host:port or https://host", u.Redacted())
	}
	u.RawQuery, u.Fragment = "", ""
	u.Path = strings.TrimSuffix(u.Path, "/")
	c := &Client{
		base: u, token: strings.TrimSpace(token), userAgent: "b4a-client",
		newKey:  func() string { return ulid.Make().String() },
		timeout: defaultTimeout, retryFor: defaultRetryFor, followFor: defaultFollowFor, retryWait: defaultRetryWait,
	}
	for _, o := range opts {
		o(c)
	}
	if c.http == nil {
		c.http = &http.Client{Transport: transport(), CheckRedirect: refuseRedirect}
	}
	return c, nil
}

// URL is the platform's address, without a trailing slash.
func (c *Client) URL() string { return c.base.String() }

// Close lets go of idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// transport keeps enough idle connections for parallel submissions.
func transport() *http.Transport {
	d := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 15 * time.Second}
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: d.DialContext, ForceAttemptHTTP2: true,
		MaxIdleConns: maxIdleConns, MaxIdleConnsPerHost: maxIdleConns, IdleConnTimeout: 90 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second, ExpectContinueTimeout: time.Second,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
	}
}

// refuseRedirect shows a redirect as it is: following one could hand the token to another host.
func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
