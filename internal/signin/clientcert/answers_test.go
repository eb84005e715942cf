// SPDX-License-Identifier: Apache-2.0

package clientcert_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"os"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/signin"
	"github.com/blockchain4all/blockchain4all/internal/signin/clientcert"
)

// lab is an authority in memory that makes answers as no honest one does.
type lab struct {
	t      *testing.T
	key    *ecdsa.PrivateKey
	root   *x509.Certificate
	answer []byte // to every question
}

const (
	listURL      = "http://crl.example/people.crl"
	responderURL = "http://ocsp.example/"
)

func newLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{t: t, key: newKey(t)}
	l.root = l.sign(&x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "lab"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}, l.key)
	return l
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (l *lab) sign(template *x509.Certificate, key *ecdsa.PrivateKey) *x509.Certificate {
	l.t.Helper()
	if template.NotAfter.IsZero() {
		template.NotBefore, template.NotAfter = time.Now().Add(-48*time.Hour), time.Now().Add(48*time.Hour)
	}
	parent := l.root
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), l.key)
	if err != nil {
		l.t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		l.t.Fatal(err)
	}
	return c
}

func (l *lab) leaf(change func(c *x509.Certificate)) *x509.Certificate {
	l.t.Helper()
	c := &x509.Certificate{
		SerialNumber: big.NewInt(77), Subject: pkix.Name{SerialNumber: "IDCES-12345678Z"},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	change(c)
	return l.sign(c, newKey(l.t))
}

// RoundTrip implements http.RoundTripper.
func (l *lab) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Request: r, Body: io.NopCloser(bytes.NewReader(l.answer))}, nil
}

func (l *lab) verify(leaf *x509.Certificate) error {
	l.t.Helper()
	v := clientcert.New(clientcert.Options{Log: slog.New(slog.DiscardHandler), Transport: l})
	_, err := v.Verify(l.t.Context(), signin.Certificates{
		Authorities: []signin.Authority{{Name: "lab", PEM: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: l.root.Raw}))}},
		Subject:     signin.BySerialNumber, Hosts: []string{"crl.example", "ocsp.example"},
	}, []*x509.Certificate{leaf})
	return err
}

func (l *lab) want(what string, leaf *x509.Certificate, code string) {
	l.t.Helper()
	err := l.verify(leaf)
	if (err == nil) != (code == "") || err != nil && fault.Of(err).Code != code {
		l.t.Errorf("%s: %v (%v), want %q", what, err, fault.Of(err).Cause, code)
	}
}

// point is the extension issuingDistributionPoint with the name of a list, and one of its booleans.
func point(t *testing.T, name string, flag int) pkix.Extension {
	t.Helper()
	var s struct {
		Point struct {
			Full []asn1.RawValue `asn1:"optional,tag:0"`
		} `asn1:"optional,tag:0"`
		Users    bool `asn1:"optional,tag:1"`
		CAs      bool `asn1:"optional,tag:2"`
		Indirect bool `asn1:"optional,tag:4"`
		Attrs    bool `asn1:"optional,tag:5"`
	}
	if name != "" {
		s.Point.Full = []asn1.RawValue{{Class: asn1.ClassContextSpecific, Tag: 6, Bytes: []byte(name)}}
	}
	s.Users, s.CAs, s.Indirect, s.Attrs = flag == 1, flag == 2, flag == 4, flag == 5
	der, err := asn1.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 28}, Critical: true, Value: der}
}

func TestListsThatDoNotCount(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	leaf := l.leaf(func(c *x509.Certificate) { c.CRLDistributionPoints = []string{listURL} })
	delta := pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 27}, Critical: true, Value: []byte{2, 1, 1}}
	unknown := pkix.Extension{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true, Value: []byte{5, 0}}
	now := time.Now()
	for what, c := range map[string]struct {
		from, to time.Time
		with     []pkix.Extension
		revoked  int64
		code     string
	}{
		"a full list":               {now, now.Add(time.Hour), nil, 1, ""},
		"revoked":                   {now, now.Add(time.Hour), nil, 77, "certificate_revoked"},
		"out of date":               {now.Add(-2 * time.Hour), now.Add(-time.Hour), nil, 1, "revocation_unknown"},
		"of the future":             {now.Add(time.Hour), now.Add(2 * time.Hour), nil, 1, "revocation_unknown"},
		"of this point":             {now, now.Add(time.Hour), []pkix.Extension{point(t, listURL, 1)}, 1, ""},
		"of another point":          {now, now.Add(time.Hour), []pkix.Extension{point(t, "http://crl.example/others.crl", 1)}, 1, "revocation_unknown"},
		"of authorities only":       {now, now.Add(time.Hour), []pkix.Extension{point(t, "", 2)}, 1, "revocation_unknown"},
		"indirect":                  {now, now.Add(time.Hour), []pkix.Extension{point(t, "", 4)}, 1, "revocation_unknown"},
		"of attribute certificates": {now, now.Add(time.Hour), []pkix.Extension{point(t, "", 5)}, 1, "revocation_unknown"},
		"a delta":                   {now, now.Add(time.Hour), []pkix.Extension{delta}, 1, "revocation_unknown"},
		"of an unknown kind":        {now, now.Add(time.Hour), []pkix.Extension{unknown}, 1, "revocation_unknown"},
	} {
		var err error
		l.answer, err = x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
			Number: big.NewInt(1), ThisUpdate: c.from, NextUpdate: c.to, ExtraExtensions: c.with,
			RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: big.NewInt(c.revoked), RevocationTime: now}},
		}, l.root, l.key)
		if err != nil {
			t.Fatal(err)
		}
		l.want(what, leaf, c.code)
	}
}

func TestAnswersThatDoNotCount(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	leaf := l.leaf(func(c *x509.Certificate) { c.OCSPServer = []string{responderURL} })
	now := time.Now()
	delegate := func(change func(c *x509.Certificate)) (*x509.Certificate, *ecdsa.PrivateKey) {
		key := newKey(t)
		c := &x509.Certificate{
			SerialNumber: big.NewInt(5), Subject: pkix.Name{CommonName: "responder"},
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning},
		}
		change(c)
		return l.sign(c, key), key
	}
	good, goodKey := delegate(func(*x509.Certificate) {})
	usual, usualKey := delegate(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })
	past, pastKey := delegate(func(c *x509.Certificate) { c.NotBefore, c.NotAfter = now.Add(-2*time.Hour), now.Add(-time.Hour) })
	stranger := newLab(t)
	for what, c := range map[string]struct {
		status   int
		serial   int64
		from, to time.Time
		by       *x509.Certificate
		key      *ecdsa.PrivateKey
		code     string
	}{
		"good, of the issuer":          {ocsp.Good, 77, now, now.Add(time.Hour), l.root, l.key, ""},
		"good, of its delegate":        {ocsp.Good, 77, now, now.Add(time.Hour), good, goodKey, ""},
		"revoked":                      {ocsp.Revoked, 77, now, now.Add(time.Hour), good, goodKey, "certificate_revoked"},
		"unknown":                      {ocsp.Unknown, 77, now, now.Add(time.Hour), good, goodKey, "revocation_unknown"},
		"about another":                {ocsp.Good, 78, now, now.Add(time.Hour), good, goodKey, "revocation_unknown"},
		"out of date":                  {ocsp.Good, 77, now.Add(-2 * time.Hour), now.Add(-time.Hour), good, goodKey, "revocation_unknown"},
		"without end, fresh":           {ocsp.Good, 77, now.Add(-time.Hour), time.Time{}, good, goodKey, ""},
		"without end, of two days ago": {ocsp.Good, 77, now.Add(-48 * time.Hour), time.Time{}, good, goodKey, "revocation_unknown"},
		"of the future":                {ocsp.Good, 77, now.Add(time.Hour), now.Add(2 * time.Hour), good, goodKey, "revocation_unknown"},
		"of no delegate":               {ocsp.Good, 77, now, now.Add(time.Hour), usual, usualKey, "revocation_unknown"},
		"of a delegate of the past":    {ocsp.Good, 77, now, now.Add(time.Hour), past, pastKey, "revocation_unknown"},
		"of a stranger":                {ocsp.Good, 77, now, now.Add(time.Hour), stranger.root, stranger.key, "revocation_unknown"},
	} {
		template := ocsp.Response{Status: c.status, SerialNumber: big.NewInt(c.serial), ThisUpdate: c.from, NextUpdate: c.to, RevokedAt: c.from}
		if !c.by.Equal(l.root) {
			template.Certificate = c.by
		}
		var err error
		if l.answer, err = ocsp.CreateResponse(l.root, c.by, template, c.key); err != nil {
			t.Fatal(err)
		}
		l.want(what, leaf, c.code)
	}
}

// TestIntegrationIzenpe: the root of the public authority, as the system trusts it, is accepted.
func TestIntegrationIzenpe(t *testing.T) {
	t.Parallel()
	const file = "/usr/share/ca-certificates/mozilla/Izenpe.com.crt"
	root, err := os.ReadFile(file)
	if err != nil {
		if os.Getenv("REQUIRE_INTEGRATION") == "1" {
			t.Fatal(err)
		}
		t.Skip("the system's certificates are not installed: ca-certificates")
	}
	v := clientcert.New(clientcert.Options{Log: slog.New(slog.DiscardHandler)})
	if err := v.Check(signin.Certificates{Authorities: []signin.Authority{{Name: "Izenpe", PEM: string(root)}}}); err != nil {
		t.Errorf("%v: %+v", err, fault.Of(err).Details)
	}
}
