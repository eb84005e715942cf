// SPDX-License-Identifier: Apache-2.0

package clientcert

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// Limits of what is fetched.
const (
	fetchTimeout = 10 * time.Second
	maxCRL       = 32 << 20
	maxOCSP      = 64 << 10
	maxAddresses = 3 // of a certificate, that are tried
)

// hosts are those that may be asked, "host" or "host:port", and whether the operator named them.
type hosts map[string]bool

func newHosts(named []string) hosts {
	h := hosts{}
	for _, n := range named {
		h[n] = true
	}
	return h
}

// learn adds the hosts that an authority's own certificate names. Those that only people's certificates name are not
// asked: an authority that lets people choose what stands there would let them send us anywhere.
func (h hosts) learn(c *x509.Certificate) {
	for _, address := range append(append([]string{}, c.CRLDistributionPoints...), c.OCSPServer...) {
		u, err := url.Parse(address)
		if err == nil && u.Host != "" && !h[strings.ToLower(u.Host)] {
			h[strings.ToLower(u.Host)] = false
		}
	}
}

// fetcher asks for CRLs and by OCSP.
type fetcher struct{ client *http.Client }

type namedKey struct{}

func newFetcher(transport http.RoundTripper) *fetcher {
	if transport == nil {
		d := &net.Dialer{Timeout: fetchTimeout, ControlContext: refusePrivate}
		transport = &http.Transport{
			DialContext: d.DialContext, TLSHandshakeTimeout: fetchTimeout, ResponseHeaderTimeout: fetchTimeout,
			DisableKeepAlives: true, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
		}
	}
	return &fetcher{client: &http.Client{
		Transport: transport, Timeout: fetchTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("redirects are not followed") },
	}}
}

// refusePrivate keeps names that the operator did not choose from leading into the platform's own network, whatever the
// name service says.
func refusePrivate(ctx context.Context, _, address string, _ syscall.RawConn) error {
	if named, _ := ctx.Value(namedKey{}).(bool); named {
		return nil
	}
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("parse address: %w", err)
	}
	ip := ap.Addr().Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || sharedSpace().Contains(ip) {
		return fmt.Errorf("%s is not a public address", ip)
	}
	return nil
}

// sharedSpace is RFC 6598's, which is not public either.
func sharedSpace() netip.Prefix { return netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64, 0, 0}), 10) }

// do sends a request to an address that a certificate names.
func (f *fetcher) do(
	ctx context.Context, allowed hosts, method, address, contentType string, body []byte, limit int64,
) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return nil, fmt.Errorf("%.200q is no http address", address)
	}
	named, known := allowed[strings.ToLower(u.Host)]
	if !known {
		return nil, fmt.Errorf("the host %q is not among those that may be asked: add it to the settings' hosts", u.Host)
	}
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, namedKey{}, named), fetchTimeout)
	defer cancel()
	//nolint:gosec // a certificate names the address: its host is a known one, and refusePrivate sees where that leads
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	res, err := f.client.Do(req) //nolint:gosec // as before
	if err != nil {
		return nil, fmt.Errorf("fetch: %w", err)
	}
	defer res.Body.Close() //nolint:errcheck // read only
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch %s: status %d", address, res.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	if err != nil {
		return nil, fmt.Errorf("fetch %s: %w", address, err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("fetch %s: over %d bytes", address, limit)
	}
	return data, nil
}
