// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net"
	"net/http"
	"strings"
)

type remoteKey struct{}

// remote notes where a request comes from: the connection's other end, or, when that is a proxy on this machine, the
// last address that the proxy has added to X-Forwarded-For. What callers wrote there themselves stands before it.
func (s *Server) remote(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), remoteKey{}, remoteAddress(r))))
	})
}

func remoteAddress(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return host
	}
	forwarded := r.Header.Values("X-Forwarded-For")
	if len(forwarded) == 0 {
		return host
	}
	last := forwarded[len(forwarded)-1]
	last = strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])
	if net.ParseIP(last) == nil {
		return host
	}
	return last
}

// from gives the caller's network address.
func from(ctx context.Context) string {
	a, _ := ctx.Value(remoteKey{}).(string)
	return a
}
