// SPDX-License-Identifier: Apache-2.0

package msp_test

import (
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki/clinic/clinictest"
)

// listAt makes a revocation list of a moment.
func listAt(t *testing.T, issuer *clinictest.Issued, at time.Time, serials ...int64) []byte {
	t.Helper()
	template := &x509.RevocationList{Number: big.NewInt(at.Unix()), ThisUpdate: at, NextUpdate: at.Add(time.Hour)}
	for _, s := range serials {
		template.RevokedCertificateEntries = append(template.RevokedCertificateEntries,
			x509.RevocationListEntry{SerialNumber: big.NewInt(s), RevocationTime: at})
	}
	der, err := x509.CreateRevocationList(rand.Reader, template, issuer.Certificate, issuer.Key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der})
}

func TestLists(t *testing.T) {
	t.Parallel()
	m := clinictest.NewMaker(t)
	one, two := m.Authority("one", nil, m.EC(elliptic.P256())), m.Authority("two", nil, m.EC(elliptic.P256()))
	now := clinictest.Now()
	bare := func(roots ...*clinictest.Issued) msp.Definition {
		d := msp.Definition{MSPID: "BizkaiaMSP"}
		for _, r := range roots {
			d.RootCerts = append(d.RootCerts, r.PEM)
		}
		return d
	}
	with := func(d msp.Definition, lists ...[]byte) msp.Definition {
		t.Helper()
		d, err := d.WithLists(lists...)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	present := with(bare(one, two), listAt(t, one, now, 7), listAt(t, two, now, 8))
	for name, c := range map[string]struct {
		next msp.Definition
		want []string // serials of each list, or the fault's code
	}{
		"kept":                      {bare(one, two), []string{"7", "8"}},
		"of an authority that left": {bare(two), []string{"8"}},
		"newer":                     {with(bare(one, two), listAt(t, one, now.Add(time.Minute), 7, 9)), []string{"7 9", "8"}},
		"newer and shorter":         {with(bare(one), listAt(t, one, now.Add(time.Minute))), []string{""}},
		"older":                     {with(bare(one, two), listAt(t, one, now.Add(-time.Minute))), []string{"msp_crl_older"}},
	} {
		got, err := c.next.KeepingLists(present)
		if err != nil {
			if fault.Of(err).Code != c.want[0] {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		lists, err := got.Lists()
		if err != nil {
			t.Fatal(err)
		}
		var serials []string
		for _, l := range lists {
			serials = append(serials, strings.Join(l.Serials(), " "))
		}
		if !slices.Equal(serials, c.want) {
			t.Errorf("%s: %q", name, serials)
		}
	}
	if err := present.CheckLists(now); err != nil {
		t.Error(err)
	}
	if err := present.CheckLists(now.Add(-time.Hour)); fault.Of(err).Code != "msp_crl_future" {
		t.Errorf("lists of the future: %v", err)
	}
	many := make([]int64, 40_000)
	for i := range many {
		many[i] = int64(i + 1)
	}
	if err := with(bare(one), listAt(t, one, now, many...)).CheckLists(now); fault.Of(err).Code != "msp_crl_too_large" {
		t.Errorf("a long list: %v", err)
	}
	other := m.Authority("other", nil, m.EC(elliptic.P256()))
	for name, c := range map[string]struct {
		list []byte
		code string
	}{
		"of nobody":  {listAt(t, other, now), "msp_crl_foreign"},
		"no list":    {[]byte("hello"), "msp_crl_malformed"},
		"an earlier": {listAt(t, one, now.Add(-time.Second), 7), "msp_crl_older"},
	} {
		if _, err := present.WithLists(c.list); fault.Of(err).Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}
