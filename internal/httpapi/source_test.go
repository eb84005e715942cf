// SPDX-License-Identifier: Apache-2.0

package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/blockchain4all/blockchain4all/internal/httpapi"
)

func TestSource(t *testing.T) {
	t.Parallel()
	networks := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24"), netip.MustParsePrefix("2001:db8::/64")}
	for name, c := range map[string]struct {
		networks      []netip.Prefix
		remote        string
		forwarded     []string
		limit, record string // by whose address is limited, and whose is recorded
	}{
		"nobody between":                  {networks, "192.0.2.1:5", nil, "192.0.2.1", "192.0.2.1"},
		"a stranger's word":               {networks, "192.0.2.1:5", []string{"198.51.100.1"}, "192.0.2.1", "192.0.2.1"},
		"a proxy":                         {networks, "10.0.0.9:5", []string{"198.51.100.1"}, "198.51.100.1", "198.51.100.1"},
		"a proxy that nobody trusts":      {nil, "10.0.0.9:5", []string{"198.51.100.1"}, "10.0.0.9", "10.0.0.9"},
		"what the caller wrote before":    {networks, "10.0.0.9:5", []string{"203.0.113.7, 198.51.100.1"}, "198.51.100.1", "198.51.100.1"},
		"in a header before":              {networks, "10.0.0.9:5", []string{"203.0.113.7", "198.51.100.1"}, "198.51.100.1", "198.51.100.1"},
		"two proxies":                     {networks, "10.0.0.9:5", []string{"203.0.113.7, 198.51.100.1, 10.0.0.8"}, "198.51.100.1", "198.51.100.1"},
		"a proxy's name written before":   {networks, "10.0.0.9:5", []string{"10.0.0.8, 198.51.100.1"}, "198.51.100.1", "198.51.100.1"},
		"a proxy that says nothing":       {networks, "10.0.0.9:5", nil, "10.0.0.9", "10.0.0.9"},
		"a proxy that says no address":    {networks, "10.0.0.9:5", []string{"198.51.100.1, unknown"}, "10.0.0.9", "10.0.0.9"},
		"nothing but proxies":             {networks, "10.0.0.9:5", []string{"10.0.0.7, 10.0.0.8"}, "10.0.0.7", "10.0.0.7"},
		"with a port":                     {networks, "10.0.0.9:5", []string{"198.51.100.1:4711"}, "198.51.100.1", "198.51.100.1"},
		"of IPv6":                         {networks, "[2001:db8::1]:5", []string{"[2001:db8:1::7]:4711"}, "2001:db8:1::7", "2001:db8:1::7"},
		"IPv4 written as IPv6":            {networks, "[::ffff:10.0.0.9]:5", []string{"::ffff:198.51.100.1"}, "198.51.100.1", "198.51.100.1"},
		"on this machine":                 {nil, "127.0.0.1:5", []string{"198.51.100.1"}, "198.51.100.1", "127.0.0.1"},
		"on this machine, behind another": {networks, "127.0.0.1:5", []string{"198.51.100.1, 10.0.0.9"}, "198.51.100.1", "127.0.0.1"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.RemoteAddr = c.remote
		for _, f := range c.forwarded {
			r.Header.Add("X-Forwarded-For", f)
		}
		limit, record := httpapi.Sources(c.networks, r)
		if limit != c.limit || record != c.record {
			t.Errorf("%s: limited by %s, recorded as %s", name, limit, record)
		}
	}
}
