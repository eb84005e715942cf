// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// source gives the IP address that a request came from.
func source(ctx context.Context) string {
	address, _ := ctx.Value(sourceKey).(string)
	return address
}

// sourceOf finds it: the connection's, or, where a proxy on this machine terminates TLS, what the proxy added last to
// X-Forwarded-For. From elsewhere the header is anybody's word, and is ignored.
func sourceOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return ""
	}
	if !address.IsLoopback() {
		return address.String()
	}
	forwarded := r.Header.Values("X-Forwarded-For")
	if len(forwarded) == 0 {
		return address.String()
	}
	last := forwarded[len(forwarded)-1]
	last = strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])
	if origin, err := netip.ParseAddr(last); err == nil {
		return origin.String()
	}
	return address.String()
}
