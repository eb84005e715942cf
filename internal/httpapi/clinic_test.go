// SPDX-License-Identifier: Apache-2.0

package httpapi_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/httpapi"
	"github.com/blockchain4all/blockchain4all/internal/pki/clinic/clinictest"
)

// ask sends a body to the clinic as nobody and gives the answer.
func ask(t *testing.T, s http.Handler, body any, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	text, ok := body.(string)
	if !ok {
		data, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		text = string(data)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, api.Base+"/clinic", strings.NewReader(text))
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func report(t *testing.T, w *httptest.ResponseRecorder) api.CertificateReport {
	t.Helper()
	var r api.CertificateReport
	if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	return r
}

func says(r api.CertificateReport, code string) bool {
	return slices.ContainsFunc(r.Findings, func(f api.CheckFinding) bool { return f.Code == code })
}

func TestClinicSpeaksThreeLanguages(t *testing.T) {
	t.Parallel()
	m := clinictest.NewMaker(t)
	leaf := string(m.Leaf(nil, m.RSA(2048)).PEM)
	s := httpapi.Bare(t)
	for name, c := range map[string]struct {
		field, header, want, text string
	}{
		"nothing asked": {"", "", "en", "Fabric takes RSA for authorities"},
		"field":         {"eu", "es", "eu", "Fabricek RSA onartzen du agintaritzetan"},
		"header":        {"", "fr, es-MX;q=0.8, en;q=0.5", "es", "Fabric acepta RSA en las autoridades"},
		"unknown":       {"", "fr", "en", "Fabric takes RSA"},
		"nonsense":      {"", ";;;q=x", "en", "Fabric takes RSA"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := api.CertificateCheck{Purpose: "identity", Material: leaf, Organization: "bizkaia", Language: c.field}
			r := report(t, ask(t, s, in, "Accept-Language", c.header))
			if r.Language != c.want || r.Verdict != "error" || !says(r, "rsa_leaf") {
				t.Fatalf("%+v", r)
			}
			f := r.Findings[slices.IndexFunc(r.Findings, func(f api.CheckFinding) bool { return f.Code == "rsa_leaf" })]
			if !strings.Contains(f.Text, c.text) || f.Item == nil || *f.Item != 0 || !strings.Contains(f.Commands, "/O=bizkaia/OU=client/") {
				t.Errorf("%+v", f)
			}
		})
	}
}

// TestClinicTakesMSPs sends an MSP folder in both sorts of archive.
func TestClinicTakesMSPs(t *testing.T) {
	t.Parallel()
	m := clinictest.NewMaker(t)
	root := m.Authority("root", nil, m.EC(elliptic.P256()))
	files := map[string][]byte{
		"msp/config.yaml":        []byte("NodeOUs:\n  Enable: true\n  ClientOUIdentifier: {OrganizationalUnitIdentifier: client}\n"),
		"msp/cacerts/root.pem":   root.PEM,
		"msp/signcerts/cert.pem": m.Leaf(root, m.EC(elliptic.P256())).PEM,
	}
	key := map[string][]byte{"msp/keystore/key_sk": []byte("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n")}
	s := httpapi.Bare(t)
	send := func(archive []byte) *httptest.ResponseRecorder {
		return ask(t, s, api.CertificateCheck{Purpose: "ca", Files: []api.CheckFile{{Name: "msp.archive", Data: archive}}})
	}
	for name, pack := range map[string]func(*testing.T, ...map[string][]byte) []byte{"zip": packZip, "tar.gz": packTar} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := report(t, send(pack(t, files)))
			// The certificates were issued for the tests' time, which may be over by now.
			if len(r.Items) != 2 || !says(r, "msp_node_ous_foreign") || says(r, "malformed") || says(r, "chain_gap") {
				t.Errorf("%+v", r)
			}
			if r := report(t, send(pack(t, files, key))); r.Verdict != "error" || !says(r, "private_key") || len(r.Items) != 0 {
				t.Errorf("with a key: %+v", r)
			}
			bomb := map[string][]byte{"msp/cacerts/root.pem": bytes.Repeat([]byte{'\n'}, 50<<20)}
			if w := send(pack(t, bomb)); w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), "archive_too_large") {
				t.Errorf("bomb: %d %s", w.Code, w.Body)
			}
			if w := send(pack(t, files)[:60]); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "archive_malformed") {
				t.Errorf("cut: %d %s", w.Code, w.Body)
			}
		})
	}
}

func packZip(t *testing.T, parts ...map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, files := range parts {
		for name, data := range files {
			f, err := w.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.Write(data); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func packTar(t *testing.T, parts ...map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, files := range parts {
		for name, data := range files {
			if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(data))}); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(data); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestClinicRefuses(t *testing.T) {
	t.Parallel()
	s := httpapi.Bare(t)
	for name, c := range map[string]struct {
		body   any
		status int
		code   string
	}{
		"nothing":         {api.CertificateCheck{Purpose: "ca"}, 422, "clinic_empty"},
		"unknown purpose": {api.CertificateCheck{Purpose: "party", Material: "x"}, 422, "request_invalid"},
		"too much":        {api.CertificateCheck{Purpose: "ca", Files: []api.CheckFile{{Data: make([]byte, 257<<10)}}}, 413, "clinic_too_large"},
		"far too much":    {`{"purpose":"ca","material":"` + strings.Repeat("a", 600<<10) + `"}`, 413, "body_too_large"},
		"no JSON":         {"-----BEGIN PRIVATE KEY-----", 400, "request_malformed"},
		"too many": {api.CertificateCheck{
			Purpose: "ca", Material: strings.Repeat("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", 60),
		}, 413, "clinic_too_many"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := ask(t, s, c.body)
			var p api.Problem
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != c.status || p.Code != c.code {
				t.Errorf("%d %s: %v", w.Code, w.Body, err)
			}
		})
	}
}

// TestClinicKeepsSecrets sends a private key and looks for it in the answer and in the log.
func TestClinicKeepsSecrets(t *testing.T) {
	t.Parallel()
	const secret = "c2VjcmV0IHNlY3JldCBzZWNyZXQ"
	keyPEM := "-----BEGIN EC PRIVATE KEY-----\n" + secret + "\n-----END EC PRIVATE KEY-----\n"
	var log bytes.Buffer
	s := httpapi.New(httpapi.Options{Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	for name, body := range map[string]any{
		"text":           api.CertificateCheck{Purpose: "identity", Material: keyPEM},
		"file":           api.CertificateCheck{Purpose: "identity", Files: []api.CheckFile{{Name: "k", Data: []byte(keyPEM)}}},
		"wrong field":    map[string]any{"purpose": "identity", "key": keyPEM},
		"wrong place":    map[string]any{"purpose": keyPEM, "material": "x"},
		"wrong language": map[string]any{"purpose": "identity", "material": keyPEM, "language": "xx"},
	} {
		w := ask(t, s, body)
		if shown := w.Body.String() + log.String(); strings.Contains(shown, secret) ||
			strings.Contains(shown, base64.StdEncoding.EncodeToString([]byte(secret))[:20]) {
			t.Errorf("%s: the key is shown: %s", name, shown)
		}
	}
}
