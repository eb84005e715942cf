// SPDX-License-Identifier: Apache-2.0

package throttle_test

import (
	"net/netip"
	"strconv"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/throttle"
)

func TestLimiter(t *testing.T) {
	t.Parallel()
	l := throttle.New(2, time.Minute)
	now := time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)
	for i, want := range []bool{true, true, false, false} {
		if got := l.Allow("a", now); got != want {
			t.Errorf("event %d: %t", i, got)
		}
	}
	if wait := l.Take("a", now.Add(20*time.Second)); wait != 40*time.Second {
		t.Errorf("wait %s", wait)
	}
	if !l.Allow("b", now) {
		t.Error("another key is limited with it")
	}
	if !l.Allow("a", now.Add(time.Minute)) {
		t.Error("a new window does not begin")
	}
	for i := range 60000 { // more than are remembered
		l.Allow(strconv.Itoa(i), now)
	}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8:1:2:3::4": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64",
	} {
		if got := throttle.Network(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}
