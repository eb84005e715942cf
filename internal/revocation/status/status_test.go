// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/revocation/status"
)

// authority publishes what it is told to, and counts who asks.
type authority struct {
	t      *testing.T
	server *httptest.Server
	ca     *pki.Authority
	cert   *x509.Certificate
	lists  atomic.Int64
	mux    *http.ServeMux
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, mux: http.NewServeMux()}
	a.server = httptest.NewServer(a.mux)
	t.Cleanup(a.server.Close)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if a.ca, err = pki.NewRoot(key, pki.Subject{CommonName: "CA"}, 1000*time.Hour, time.Now()); err != nil {
		t.Fatal(err)
	}
	a.cert = a.parse(a.ca.CertificatePEM())
	return a
}

func (a *authority) parse(certPEM []byte) *x509.Certificate {
	a.t.Helper()
	cert, err := pki.ParseX509(certPEM)
	if err != nil {
		a.t.Fatal(err)
	}
	return cert
}

func (a *authority) issue(lists, responders []string) *x509.Certificate {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	leaf, err := a.ca.Issue(key.Public(), pki.Profile{
		CommonName: "leaf", Usage: pki.Sign, Lifetime: time.Hour, CRLDistributionPoints: lists, OCSPServers: responders,
	}, time.Now())
	if err != nil {
		a.t.Fatal(err)
	}
	return a.parse(leaf)
}

// publish serves a list at /list.
func (a *authority) publish(revoked ...*x509.Certificate) {
	a.t.Helper()
	var entries []pki.Revocation
	for _, c := range revoked {
		entries = append(entries, pki.Revocation{Serial: c.SerialNumber.Text(16), Time: time.Now(), Reason: 4})
	}
	list, err := a.ca.RevocationList(entries, 1, time.Now(), time.Now().Add(time.Hour))
	if err != nil {
		a.t.Fatal(err)
	}
	a.mux.HandleFunc("/list", func(w http.ResponseWriter, _ *http.Request) {
		a.lists.Add(1)
		_, _ = w.Write(list)
	})
}

// respond answers by OCSP at /ocsp.
func (a *authority) respond(s pki.Status) {
	a.mux.HandleFunc("/ocsp", func(w http.ResponseWriter, r *http.Request) {
		request, _ := io.ReadAll(r.Body)
		q, err := pki.ReadQuestion(request)
		if err != nil || r.Header.Get("Content-Type") != "application/ocsp-request" {
			http.Error(w, "?", http.StatusBadRequest)
			return
		}
		s.ThisUpdate, s.NextUpdate = time.Now(), time.Now().Add(time.Hour)
		answer, _ := a.ca.Answer(q, s)
		_, _ = w.Write(answer)
	})
}

func TestStatus(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	list, ocsp, down := []string{a.server.URL + "/list"}, []string{a.server.URL + "/ocsp"}, []string{a.server.URL + "/absent"}
	byList, byOCSP := a.issue(list, nil), a.issue(nil, ocsp)
	fallsBack, standing := a.issue(list, down), a.issue(list, nil)
	a.publish(byList, fallsBack)
	a.respond(pki.Status{Known: true, Revoked: true, RevokedAt: time.Now(), Reason: 1})
	c := status.New(status.Options{Private: true, Fresh: time.Minute})
	for name, want := range map[string]struct {
		cert   *x509.Certificate
		reason int
	}{"by list": {byList, 4}, "by OCSP alone": {byOCSP, 1}, "by list when the responder is down": {fallsBack, 4}} {
		if s, err := c.Status(t.Context(), want.cert, a.cert); err != nil || !s.Revoked || s.Reason != want.reason {
			t.Errorf("%s: %+v: %v", name, s, err)
		}
	}
	if s, err := c.Status(t.Context(), standing, a.cert); err != nil || s.Revoked || !s.Known {
		t.Errorf("standing: %+v: %v", s, err)
	}
	if n := a.lists.Load(); n != 1 {
		t.Errorf("the list was fetched %d times for three certificates", n)
	}
	_, err := c.Status(t.Context(), a.issue(nil, nil), a.cert)
	if fault.Of(err).Code != "status_source_missing" {
		t.Errorf("no place to ask: %v", err)
	}
	stranger := newAuthority(t)
	if _, err := c.Status(t.Context(), byList, stranger.cert); fault.Of(err).Code != "status_unavailable" {
		t.Errorf("a list of somebody else: %v", err)
	}
}

// TestKeptLists keeps lists up to a size together, so that who publishes long ones at many addresses fills no memory.
func TestKeptLists(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	a.publish()
	one, other := a.issue([]string{a.server.URL + "/list"}, nil), a.issue([]string{a.server.URL + "/list?other"}, nil)
	probe, err := status.New(status.Options{Private: true}).List(t.Context(), a.server.URL+"/list", a.cert)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		kept  int
		fetch int64
	}{"both": {2 * probe.Size(), 2}, "one of them": {2*probe.Size() - 1, 4}, "none": {probe.Size() - 1, 4}} {
		before := a.lists.Load()
		client := status.New(status.Options{Private: true, Fresh: time.Minute, Kept: c.kept})
		for _, cert := range []*x509.Certificate{one, other, one, other} {
			if _, err := client.Status(t.Context(), cert, a.cert); err != nil {
				t.Fatal(err)
			}
		}
		if n := a.lists.Load() - before; n != c.fetch {
			t.Errorf("%s: fetched %d times", name, n)
		}
	}
}

func TestUnknown(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	a.respond(pki.Status{})
	c := status.New(status.Options{Private: true})
	if s, err := c.Status(t.Context(), a.issue(nil, []string{a.server.URL + "/ocsp"}), a.cert); err != nil || s.Known {
		t.Errorf("%+v: %v", s, err)
	}
}

// TestHostileAddresses has certificates name addresses by which the platform would be made to ask for what is not theirs.
func TestHostileAddresses(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	var inner atomic.Int64
	secret := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inner.Add(1) }))
	t.Cleanup(secret.Close)
	a.mux.HandleFunc("/redirect", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, secret.URL, http.StatusFound)
	})
	a.mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	a.mux.HandleFunc("/endless", func(w http.ResponseWriter, r *http.Request) {
		chunk := make([]byte, 1<<20)
		for r.Context().Err() == nil {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	_, port, _ := strings.Cut(strings.TrimPrefix(secret.URL, "http://"), ":")
	private, public := status.New(status.Options{Private: true}), status.New(status.Options{})
	for name, c := range map[string]struct {
		client  *status.Client
		address string
	}{
		"redirect to another host":    {private, a.server.URL + "/redirect"},
		"redirect without end":        {private, a.server.URL + "/loop"},
		"answer without end":          {private, a.server.URL + "/endless"},
		"credentials":                 {private, strings.Replace(secret.URL, "http://", "http://a:b@", 1)},
		"loopback":                    {public, secret.URL},
		"loopback by name":            {public, "http://localhost:" + port},
		"loopback as an IPv6 address": {public, "http://[::ffff:127.0.0.1]:" + port},
		"this host":                   {public, "http://0.0.0.0:" + port},
	} {
		if s, err := c.client.Status(t.Context(), a.issue([]string{c.address}, nil), a.cert); fault.Of(err).Code != "status_unavailable" {
			t.Errorf("%s: %+v: %v", name, s, err)
		}
	}
	if n := inner.Load(); n != 0 {
		t.Errorf("%d requests came through", n)
	}
}

func TestPublic(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"8.8.8.8": true, "2a00:1450:4003:80f::200e": true,
		"127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false,
		"100.64.0.1": false, "0.0.0.0": false, "224.0.0.1": false, "255.255.255.255": false, "::1": false, "::": false,
		"fe80::1": false, "fd00::1": false, "::ffff:10.0.0.1": false, "64:ff9b::a00:1": false, "2002:7f00:1::": false,
	} {
		if got := status.Public(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	if status.Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}
