// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// source gives the IP address that a request came from.
func source(ctx context.Context) string {
	address, _ := ctx.Value(sourceKey).(string)
	return address
}

// sourceOf gives the address that a request came from, for limits: as forwarded says by the proxies of the settings and by
// those on this machine.
func (s *Server) sourceOf(r *http.Request) string {
	return forwarded(r, func(a netip.Addr) bool { return a.IsLoopback() || s.proxy(a) })
}

// proxy tells whether an address is that of a proxy of the settings.
func (s *Server) proxy(a netip.Addr) bool {
	return slices.ContainsFunc(s.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// forwarded gives the address of a request's connection or, while that is a trusted proxy's, the one that it added last to
// X-Forwarded-For: the right-most that is not trusted. What stands left of it is anybody's word. It is empty when the
// connection has no address.
func forwarded(r *http.Request, trusted func(netip.Addr) bool) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	at, err := netip.ParseAddr(host)
	if err != nil {
		return ""
	}
	at = at.Unmap()
	for _, hop := range slices.Backward(strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")) {
		next, ok := parseHop(strings.TrimSpace(hop))
		if !ok || !trusted(at) {
			break
		}
		at = next
	}
	return at.String()
}

// parseHop reads an address of X-Forwarded-For, which some proxies write with the port.
func parseHop(hop string) (netip.Addr, bool) {
	if a, err := netip.ParseAddr(hop); err == nil {
		return a.Unmap(), true
	}
	a, err := netip.ParseAddrPort(hop)
	return a.Addr().Unmap(), err == nil
}
