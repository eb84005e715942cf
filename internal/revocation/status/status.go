// SPDX-License-Identifier: Apache-2.0

// Package status asks certification authorities by HTTP what became of their certificates: by OCSP and by revocation
// lists, at the addresses that the certificates name.
//
// These addresses are somebody else's word. So only http and https are spoken, without proxies, cookies or credentials;
// what is resolved must be a public address, unless the configuration allows others; redirects stay on the same host;
// answers are bounded. Nothing that is answered is believed unless the authority signed it.
package status

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"syscall"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// Limits of what is asked.
const (
	timeout      = 15 * time.Second
	maxList      = 8 << 20  // public authorities have lists of some megabytes; reading one takes fifty times its size for a while
	maxKept      = 32 << 20 // of all lists that are kept
	maxOCSP      = 16 << 10 // a signature by the key of an answer of this size takes a fraction of a second
	maxRedirects = 3
	maxSources   = 4 // addresses of a kind that are tried for one certificate
)

// Options of New.
type Options struct {
	// Private lets authorities be at loopback, private and other addresses that are not public.
	Private bool
	// Fresh is for how long a list that was fetched serves other certificates of the same authority.
	Fresh time.Duration
	Kept  int              // bytes of such lists that are kept; 0: 32 MiB
	Now   func() time.Time // nil: time.Now
}

// Client asks authorities.
type Client struct {
	Options
	http *http.Client

	mu    sync.Mutex
	lists map[string]fetched // by address and issuer
}

type fetched struct {
	list *pki.List
	at   time.Time
}

// New makes a client.
func New(o Options) *Client {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Kept == 0 {
		o.Kept = maxKept
	}
	dialer := &net.Dialer{Timeout: timeout}
	if !o.Private {
		dialer.Control = publicOnly
	}
	return &Client{Options: o, lists: map[string]fetched{}, http: &http.Client{
		Timeout: timeout, CheckRedirect: sameHost,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, DisableKeepAlives: true, TLSHandshakeTimeout: timeout, ResponseHeaderTimeout: timeout,
			MaxResponseHeaderBytes: 16 << 10,
		},
	}}
}

// publicOnly refuses a connection, after the name was resolved, to an address that is not public.
func publicOnly(_, address string, _ syscall.RawConn) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("address %q: %w", address, err)
	}
	if !Public(a.Addr()) {
		return fmt.Errorf("%s is not a public address", a.Addr())
	}
	return nil
}

// Public tells whether an address is on the public Internet.
func Public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, reserved := range reserved() {
		if reserved.Contains(a) {
			return false
		}
	}
	return true
}

// reserved are global unicast addresses by form that lead elsewhere (IANA special-purpose address registries).
func reserved() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
		netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
		netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
		netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"),
		netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"),
	}
}

func sameHost(r *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return errors.New("too many redirects")
	}
	if first := via[0].URL; r.URL.Host != first.Host || first.Scheme == "https" && r.URL.Scheme != "https" {
		return fmt.Errorf("redirect to another host, %s", r.URL.Host)
	}
	return nil
}

// Status implements revocation.Source.
func (c *Client) Status(ctx context.Context, cert, issuer *x509.Certificate) (pki.Status, error) {
	responders, lists := some(cert.OCSPServer), some(cert.CRLDistributionPoints)
	if len(responders)+len(lists) == 0 {
		return pki.Status{}, fault.New(fault.Invalid, "status_source_missing",
			"%s names neither an OCSP responder nor a revocation list", cert.Subject)
	}
	var (
		errs    []error
		unknown pki.Status
	)
	for _, address := range responders {
		status, err := c.ask(ctx, address, cert, issuer)
		if err == nil && status.Known {
			return status, nil
		}
		errs, unknown = append(errs, err), status
	}
	for _, address := range lists {
		status, err := c.look(ctx, address, cert, issuer)
		if err == nil {
			return status, nil
		}
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return pki.Status{}, fault.New(fault.Unavailable, "status_unavailable", "the authority %s gave no usable answer", issuer.Subject).
			WithCause(err)
	}
	return unknown, nil // every responder answered that it does not know the certificate
}

func some(addresses []string) []string { return addresses[:min(len(addresses), maxSources)] }

func (c *Client) ask(ctx context.Context, address string, cert, issuer *x509.Certificate) (pki.Status, error) {
	request, err := pki.OCSPRequest(cert, issuer)
	if err != nil {
		return pki.Status{}, err
	}
	answer, err := c.fetch(ctx, http.MethodPost, address, request, maxOCSP)
	if err != nil {
		return pki.Status{}, err
	}
	return pki.ReadOCSP(answer, cert, issuer, c.Now())
}

// List fetches the revocation list of an issuer from an address. One that is younger than Options.Fresh may be an earlier
// answer. What can't be had, or is not to be trusted, is an error.
func (c *Client) List(ctx context.Context, address string, issuer *x509.Certificate) (*pki.List, error) {
	key := address + "\n" + string(issuer.Raw)
	c.mu.Lock()
	known, ok := c.lists[key]
	c.mu.Unlock()
	now := c.Now()
	if ok && now.Sub(known.at) < c.Fresh && now.Before(known.list.NextUpdate) {
		return known.list, nil
	}
	data, err := c.fetch(ctx, http.MethodGet, address, nil, maxList)
	if err != nil {
		return nil, err
	}
	list, err := pki.ReadList(data, issuer, now)
	if err != nil {
		return nil, err
	}
	c.keep(key, fetched{list: list, at: now})
	return list, nil
}

func (c *Client) look(ctx context.Context, address string, cert, issuer *x509.Certificate) (pki.Status, error) {
	list, err := c.List(ctx, address, issuer)
	if err != nil {
		return pki.Status{}, err
	}
	return list.Status(cert), nil
}

// keep remembers a list and forgets those that are out of use.
func (c *Client) keep(key string, f fetched) {
	c.mu.Lock()
	defer c.mu.Unlock()
	size := f.list.Size()
	for k, other := range c.lists {
		if f.at.Sub(other.at) >= c.Fresh {
			delete(c.lists, k)
		} else {
			size += other.list.Size()
		}
	}
	if size > c.Kept { // they are asked for again
		clear(c.lists)
	}
	if f.list.Size() <= c.Kept {
		c.lists[key] = f
	}
}

func (c *Client) fetch(ctx context.Context, method, address string, body []byte, limit int64) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return nil, fmt.Errorf("address %.200q is not one of http", address)
	}
	r, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", u.Host, err)
	}
	r.Header.Set("User-Agent", "b4a")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/ocsp-request")
	}
	res, err := c.http.Do(r)
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", u.Host, err)
	}
	defer func() { _ = res.Body.Close() }() // it was only read
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("ask %s: %s", u.Host, res.Status)
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", u.Host, err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("ask %s: more than %d bytes", u.Host, limit)
	}
	return data, nil
}
