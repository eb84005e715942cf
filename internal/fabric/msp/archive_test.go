// SPDX-License-Identifier: Apache-2.0

package msp_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/elliptic"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki/clinic"
	"github.com/blockchain4all/blockchain4all/internal/pki/clinic/clinictest"
)

func TestExamineFolder(t *testing.T) {
	t.Parallel()
	m := clinictest.NewMaker(t)
	root := m.Authority("root", nil, m.EC(elliptic.P256()))
	other := m.Authority("other", nil, m.EC(elliptic.P256()))
	admin := m.Leaf(root, m.EC(elliptic.P256()))
	d := msp.Definition{MSPID: "BizkaiaMSP", RootCerts: [][]byte{root.PEM}, CRLs: [][]byte{m.List(root)}}
	good := d.Folder(admin.PEM, nil)
	with := func(more map[string]string) map[string][]byte {
		files := map[string][]byte{}
		for name, data := range good {
			files["org/msp/"+name] = data
		}
		for name, text := range more {
			files[name] = []byte(text)
		}
		return files
	}
	for name, c := range map[string]struct {
		files   map[string][]byte
		code    string
		verdict clinic.Severity
	}{
		"good":       {with(nil), "accepted", clinic.OK},
		"at the top": {good, "accepted", clinic.OK},
		"of a user of the same archive": {with(map[string]string{
			"org/users/ane/msp/cacerts/ca.pem": string(other.PEM),
		}), "accepted", clinic.OK},
		"climbing out": {with(map[string]string{"../../../etc/deep/down/cacerts/x": string(other.PEM)}), "accepted", clinic.OK},
		"key in it":    {with(map[string]string{"org/msp/keystore/x_sk": "-----BEGIN PRIVATE KEY-----"}), "private_key", clinic.Error},
		"key beside it": {with(map[string]string{
			"org/users/ane/msp/keystore/x_sk": "-----BEGIN PRIVATE KEY-----",
		}), "private_key", clinic.Error},
		"no NodeOUs":       {with(map[string]string{"org/msp/config.yaml": "NodeOUs: {Enable: false}"}), "msp_node_ous_off", clinic.Warning},
		"config damaged":   {with(map[string]string{"org/msp/config.yaml": "\t{"}), "msp_refused", clinic.Error},
		"foreign admin":    {with(map[string]string{"org/msp/admincerts/a.pem": string(m.Leaf(other, m.EC(elliptic.P256())).PEM)}), "chain_gap", clinic.Error},
		"root not a root":  {with(map[string]string{"org/msp/cacerts/b.pem": string(admin.PEM)}), "ca_constraint_missing", clinic.Error},
		"foreign list":     {with(map[string]string{"org/msp/crls/b.pem": string(m.List(other))}), "msp_refused", clinic.Error},
		"peer as an admin": {with(map[string]string{"org/msp/admincerts/a.pem": string(m.Leaf(root, m.EC(elliptic.P256()), peer).PEM)}), "msp_refused", clinic.Error},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for form, archive := range map[string][]byte{"zip": zipped(t, c.files), "tar.gz": tarred(t, c.files)} {
				r, err := msp.Examine(clinic.Question{
					Purpose: clinic.Identity, Organization: "bizkaia", Files: []clinic.File{{Name: "msp." + form, Data: archive}},
				}, clinictest.Now())
				if err != nil {
					t.Fatal(err)
				}
				has := slices.ContainsFunc(r.Findings, func(f clinic.Finding) bool { return f.Code == c.code })
				if r.Verdict != c.verdict || !has {
					t.Errorf("%s: %s %v", form, r.Verdict, r.Findings)
				}
			}
		})
	}
}

func TestExamineRefusesArchives(t *testing.T) {
	t.Parallel()
	many := map[string][]byte{}
	for i := range 300 {
		many[fmt.Sprintf("cacerts/%d", i)] = nil
	}
	bomb := map[string][]byte{"cacerts/a": bytes.Repeat([]byte{'a'}, 1<<20)}
	for name, c := range map[string]struct {
		archive []byte
		code    string
	}{
		"zip bomb":        {zipped(t, bomb), "archive_too_large"},
		"tar.gz bomb":     {tarred(t, bomb), "archive_too_large"},
		"zip of many":     {zipped(t, many), "archive_too_large"},
		"tar.gz of many":  {tarred(t, many), "archive_too_large"},
		"zip cut":         {zipped(t, bomb)[:50], "archive_malformed"},
		"tar.gz cut":      {tarred(t, bomb)[:50], "archive_malformed"},
		"too large":       {[]byte("PK\x03\x04" + strings.Repeat("a", 300<<10)), "clinic_too_large"},
		"gzip of nothing": {[]byte("\x1f\x8b"), "archive_malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := msp.Examine(clinic.Question{Purpose: clinic.CA, Files: []clinic.File{{Data: c.archive}}}, clinictest.Now())
			if fault.Of(err).Code != c.code {
				t.Errorf("got %v", err)
			}
		})
	}
}

func FuzzExamine(f *testing.F) {
	m := clinictest.NewMaker(f)
	root := m.Authority("root", nil, m.EC(elliptic.P256()))
	d := msp.Definition{MSPID: "BizkaiaMSP", RootCerts: [][]byte{root.PEM}}
	raw, err := d.Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add(zipped(f, d.Folder(nil, nil)))
	f.Add(tarred(f, d.Folder(nil, nil)))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := msp.Examine(clinic.Question{Purpose: clinic.CA, Files: []clinic.File{{Data: data}}}, clinictest.Now())
		if err == nil && len(r.Findings) == 0 {
			t.Error("nothing was found, not even that it is accepted")
		}
	})
}

func peer(c *x509.Certificate) { c.Subject.OrganizationalUnit = []string{msp.RolePeer} }

func zipped(tb testing.TB, files map[string][]byte) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, data := range files {
		f, err := w.Create(name)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := f.Write(data); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func tarred(tb testing.TB, files map[string][]byte) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for name, data := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(data))}); err != nil {
			tb.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}
