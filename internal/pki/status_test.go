// SPDX-License-Identifier: Apache-2.0

package pki_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// world is an authority, one of its leaves, and a stranger with the same name.
type world struct {
	t         testing.TB
	now       time.Time
	key       *ecdsa.PrivateKey
	authority *pki.Authority
	ca, leaf  *x509.Certificate
	stranger  *pki.Authority
}

func newWorld(tb testing.TB) *world {
	tb.Helper()
	w := &world{t: tb, now: time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)}
	w.key, w.authority = w.root()
	_, w.stranger = w.root()
	w.ca = w.parse(w.authority.CertificatePEM())
	w.leaf = w.issue()
	return w
}

func (w *world) root() (*ecdsa.PrivateKey, *pki.Authority) {
	w.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	a, err := pki.NewRoot(key, pki.Subject{CommonName: "a CA", Organization: "a"}, 1000*time.Hour, w.now)
	if err != nil {
		w.t.Fatal(err)
	}
	return key, a
}

func (w *world) issue() *x509.Certificate {
	w.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	leaf, err := w.authority.Issue(key.Public(), pki.Profile{
		CommonName: "leaf", OrganizationalUnit: "client", Usage: pki.Sign, Lifetime: time.Hour,
		CRLDistributionPoints: []string{"http://a.example/crl/a/ca-0.crl"}, OCSPServers: []string{"http://a.example/ocsp/a/ca-0"},
	}, w.now)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.parse(leaf)
}

func (w *world) parse(certPEM []byte) *x509.Certificate {
	w.t.Helper()
	cert, err := pki.ParseX509(certPEM)
	if err != nil {
		w.t.Fatal(err)
	}
	return cert
}

func (w *world) list(a *pki.Authority, thisUpdate, nextUpdate time.Time, revoked ...*x509.Certificate) []byte {
	w.t.Helper()
	var entries []pki.Revocation
	for _, c := range revoked {
		entries = append(entries, pki.Revocation{Serial: c.SerialNumber.Text(16), Time: thisUpdate, Reason: 1})
	}
	list, err := a.RevocationList(entries, 1, thisUpdate, nextUpdate)
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

func TestProfileNamesPlaces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if got := w.leaf.CRLDistributionPoints; !slices.Equal(got, []string{"http://a.example/crl/a/ca-0.crl"}) {
		t.Errorf("lists: %v", got)
	}
	if got := w.leaf.OCSPServer; !slices.Equal(got, []string{"http://a.example/ocsp/a/ca-0"}) {
		t.Errorf("responders: %v", got)
	}
	_, err := w.authority.Issue(w.key.Public(), pki.Profile{
		CommonName: "x", Usage: pki.Sign, Lifetime: time.Hour, OCSPServers: []string{"ldap://a.example"},
	}, w.now)
	if fault.Of(err).Code != "profile_invalid" {
		t.Errorf("a place that is not of http: %v", err)
	}
}

func TestReadList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.issue()
	day := 24 * time.Hour
	good := w.list(w.authority, w.now.Add(-time.Hour), w.now.Add(day), w.leaf)
	block, _ := pem.Decode(good)
	for name, data := range map[string][]byte{"PEM": good, "DER": block.Bytes} {
		list, err := pki.ReadList(data, w.ca, w.now)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if s := list.Status(w.leaf); !s.Revoked || s.Reason != 1 || !s.RevokedAt.Equal(w.now.Add(-time.Hour)) {
			t.Errorf("%s: %+v", name, s)
		}
		if s := list.Status(other); s.Revoked || !s.Known {
			t.Errorf("%s, another certificate: %+v", name, s)
		}
	}
	tampered := slices.Clone(block.Bytes)
	tampered[len(tampered)-20] ^= 1
	for name, c := range map[string]struct {
		data []byte
		at   time.Time
		code string
	}{
		"nothing":           {nil, w.now, "crl_malformed"},
		"a certificate":     {w.authority.CertificatePEM(), w.now, "crl_malformed"},
		"cut":               {block.Bytes[:len(block.Bytes)-1], w.now, "crl_malformed"},
		"a stranger's":      {w.list(w.stranger, w.now, w.now.Add(day)), w.now, "crl_foreign"},
		"tampered":          {tampered, w.now, "crl_foreign"},
		"out of date":       {good, w.now.Add(2 * day), "crl_stale"},
		"from the future":   {good, w.now.Add(-2 * time.Hour), "crl_stale"},
		"a delta list only": {w.delta(), w.now, "crl_malformed"},
	} {
		if _, err := pki.ReadList(c.data, w.ca, c.at); fault.Of(err).Code != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

// delta makes a delta list: it tells nothing about certificates that it does not name.
func (w *world) delta() []byte {
	w.t.Helper()
	der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(2), ThisUpdate: w.now, NextUpdate: w.now.Add(time.Hour),
		ExtraExtensions: []pkix.Extension{{Id: []int{2, 5, 29, 27}, Critical: true, Value: []byte{2, 1, 1}}},
	}, w.ca, w.key)
	if err != nil {
		w.t.Fatal(err)
	}
	return der
}

// responder gives a certificate on a key of its own, signed by an authority's key.
func (w *world) responder(usage []x509.ExtKeyUsage, end time.Time) (*x509.Certificate, *ecdsa.PrivateKey) {
	w.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(77), Subject: pkix.Name{CommonName: "responder"}, NotBefore: w.now.Add(-time.Hour), NotAfter: end,
		ExtKeyUsage: usage, KeyUsage: x509.KeyUsageDigitalSignature,
	}, w.ca, key.Public(), w.key)
	if err != nil {
		w.t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		w.t.Fatal(err)
	}
	return cert, key
}

func (w *world) answer(signer *x509.Certificate, key *ecdsa.PrivateKey, r ocsp.Response) []byte {
	w.t.Helper()
	if r.SerialNumber == nil {
		r.SerialNumber = w.leaf.SerialNumber
	}
	if !signer.Equal(w.ca) {
		r.Certificate = signer
	}
	der, err := ocsp.CreateResponse(w.ca, signer, r, key)
	if err != nil {
		w.t.Fatal(err)
	}
	return der
}

func TestReadOCSP(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fresh := ocsp.Response{Status: ocsp.Good, ThisUpdate: w.now.Add(-time.Minute), NextUpdate: w.now.Add(time.Hour)}
	revoked := ocsp.Response{
		Status: ocsp.Revoked, RevokedAt: w.now.Add(-time.Hour), RevocationReason: ocsp.KeyCompromise,
		ThisUpdate: fresh.ThisUpdate, NextUpdate: fresh.NextUpdate,
	}
	undated, old, early := fresh, fresh, fresh
	undated.NextUpdate = time.Time{}
	old.NextUpdate = w.now.Add(-time.Hour)
	early.ThisUpdate, early.NextUpdate = w.now.Add(time.Hour), w.now.Add(2*time.Hour)
	other := fresh
	other.SerialNumber = big.NewInt(5)
	unknown := fresh
	unknown.Status = ocsp.Unknown
	signing := []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}
	delegate, delegateKey := w.responder(signing, w.now.Add(time.Hour))
	leafAsResponder, leafKey := w.responder([]x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, w.now.Add(time.Hour))
	ended, endedKey := w.responder(signing, w.now.Add(-time.Minute))
	strangerKey, stranger := w.root()
	strange := w.parse(stranger.CertificatePEM())
	for name, c := range map[string]struct {
		answer []byte
		code   string
		want   pki.Status
	}{
		"good, by the authority":    {w.answer(w.ca, w.key, fresh), "", pki.Status{Known: true}},
		"good, by its delegate":     {w.answer(delegate, delegateKey, fresh), "", pki.Status{Known: true}},
		"revoked":                   {w.answer(w.ca, w.key, revoked), "", pki.Status{Known: true, Revoked: true, Reason: 1}},
		"unknown":                   {w.answer(w.ca, w.key, unknown), "", pki.Status{}},
		"without nextUpdate":        {w.answer(w.ca, w.key, undated), "", pki.Status{Known: true}},
		"out of date":               {w.answer(w.ca, w.key, old), "ocsp_stale", pki.Status{}},
		"from the future":           {w.answer(w.ca, w.key, early), "ocsp_stale", pki.Status{}},
		"of another certificate":    {w.answer(w.ca, w.key, other), "ocsp_malformed", pki.Status{}},
		"by a client certificate":   {w.answer(leafAsResponder, leafKey, fresh), "ocsp_foreign", pki.Status{}},
		"by an ended delegate":      {w.answer(ended, endedKey, fresh), "ocsp_foreign", pki.Status{}},
		"by a stranger":             {w.answer(strange, strangerKey, fresh), "ocsp_foreign", pki.Status{}},
		"by a stranger, namelessly": {w.answer(w.ca, strangerKey, fresh), "ocsp_foreign", pki.Status{}},
		"a refusal":                 {ocsp.TryLaterErrorResponse, "ocsp_refused", pki.Status{}},
		"nothing":                   {nil, "ocsp_malformed", pki.Status{}},
	} {
		got, err := pki.ReadOCSP(c.answer, w.leaf, w.ca, w.now)
		if c.code != "" {
			if err == nil || fault.Of(err).Code != c.code {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
			continue
		}
		if err != nil || got.Known != c.want.Known || got.Revoked != c.want.Revoked || got.Reason != c.want.Reason {
			t.Errorf("%s: %+v: %v", name, got, err)
		}
	}
	if _, err := pki.ReadOCSP(w.answer(w.ca, w.key, undated), w.leaf, w.ca, w.now.Add(25*time.Hour)); fault.Of(err).Code != "ocsp_stale" {
		t.Errorf("an undated answer is believed for ever: %v", err)
	}
}

func TestResponder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	request, err := pki.OCSPRequest(w.leaf, w.ca)
	if err != nil {
		t.Fatal(err)
	}
	q, err := pki.ReadQuestion(request)
	if err != nil || q.Serial != w.leaf.SerialNumber.Text(16) {
		t.Fatalf("question: %+v: %v", q, err)
	}
	if !w.authority.Answers(q) || w.stranger.Answers(q) {
		t.Error("who answers is mistaken")
	}
	for name, want := range map[string]pki.Status{
		"good":    {Known: true},
		"revoked": {Known: true, Revoked: true, RevokedAt: w.now.Add(-time.Hour), Reason: 6},
		"unknown": {},
	} {
		want.ThisUpdate, want.NextUpdate = w.now, w.now.Add(time.Hour)
		der, err := w.authority.Answer(q, want)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := pki.ReadOCSP(der, w.leaf, w.ca, w.now); err != nil || got != want {
			t.Errorf("%s: %+v: %v, want %+v", name, got, err, want)
		}
	}
	for name, bad := range map[string][]byte{
		"nothing": nil, "cut": request[:len(request)-1], "long": []byte(strings.Repeat("x", pki.MaxOCSPRequest+1)), "text": []byte("hello"),
	} {
		if _, err := pki.ReadQuestion(bad); fault.Of(err).Code != "ocsp_malformed" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReadQuestion(f *testing.F) {
	w := newWorld(f)
	request, err := pki.OCSPRequest(w.leaf, w.ca)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(request)
	f.Fuzz(func(t *testing.T, data []byte) {
		q, err := pki.ReadQuestion(data)
		if err != nil {
			return
		}
		if w.authority.Answers(q) {
			if _, err := w.authority.Answer(q, pki.Status{ThisUpdate: w.now}); err != nil {
				t.Errorf("a question that was read can't be answered: %v", err)
			}
		}
	})
}

func FuzzReadOCSP(f *testing.F) {
	w := newWorld(f)
	f.Add(w.answer(w.ca, w.key, ocsp.Response{Status: ocsp.Good, ThisUpdate: w.now, NextUpdate: w.now.Add(time.Hour)}))
	delegate, key := w.responder([]x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}, w.now.Add(time.Hour))
	f.Add(w.answer(delegate, key, ocsp.Response{Status: ocsp.Revoked, RevokedAt: w.now, ThisUpdate: w.now, NextUpdate: w.now.Add(time.Hour)}))
	f.Add(ocsp.TryLaterErrorResponse)
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := pki.ReadOCSP(data, w.leaf, w.ca, w.now)
		if err == nil && s.ThisUpdate.After(w.now.Add(time.Hour)) {
			t.Errorf("an answer from the future: %+v", s)
		}
	})
}

func FuzzReadList(f *testing.F) {
	w := newWorld(f)
	f.Add(w.list(w.authority, w.now, w.now.Add(time.Hour), w.leaf))
	f.Add(w.delta())
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := pki.ReadList(data, w.ca, w.now)
		if err == nil && list.NextUpdate.IsZero() {
			t.Error("a list without an end")
		}
	})
}
