// SPDX-License-Identifier: Apache-2.0

package cli_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client/consent"
	"github.com/blockchain4all/blockchain4all/internal/cli"
)

// holder is an administrator with files of a certificate and its key.
type holder struct{ certFile, keyFile, cert string }

func newHolder(t *testing.T) holder {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "nekane"}, NotAfter: epoch.Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	h := holder{
		certFile: filepath.Join(dir, "cert.pem"), keyFile: filepath.Join(dir, "key.pem"),
		cert: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
	}
	for file, data := range map[string][]byte{
		h.certFile: []byte(h.cert), h.keyFile: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}),
	} {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// wire writes a field of a protocol buffer with the bytes of parts.
func wire(number int, parts ...[]byte) []byte {
	value := slices.Concat(parts...)
	out := binary.AppendUvarint(nil, uint64(number)<<3|2)
	return append(binary.AppendUvarint(out, uint64(len(value))), value...)
}

// headerOf is a Fabric SignatureHeader.
func headerOf(cert string) []byte {
	return slices.Concat(wire(1, wire(1, []byte("ArabaMSP")), wire(2, []byte(cert))), wire(2, make([]byte, 24)))
}

// update is a Fabric ConfigUpdate that changes one value of a ledger's configuration.
func update(value string) []byte {
	element := slices.Concat([]byte{1 << 3, 1}, wire(2, []byte(value)), wire(3, []byte("Admins")))
	group := wire(3, wire(1, []byte(value)), wire(2, element))
	return slices.Concat(wire(1, []byte("ondo")), wire(3, wire(2, wire(1, []byte("Application")), wire(2, group))))
}

// TestLyingPlatform has a platform describe one thing and give another to sign: nothing is signed, and what is shown is
// what the bytes say.
func TestLyingPlatform(t *testing.T) {
	t.Parallel()
	h, other := newHolder(t), newHolder(t)
	content := update("Note")
	for name, c := range map[string]struct {
		change  func(r *api.SignatureRequest)
		message []byte
		said    string // among what is told
		signed  bool
	}{
		"the truth": {message: slices.Concat(headerOf(h.cert), content), said: "changed Application/Note", signed: true},
		"a title that drives the terminal": {
			change:  func(r *api.SignatureRequest) { r.Title = "nothing\x1b[2J\x1b[8m" },
			message: slices.Concat(headerOf(h.cert), content), said: "nothing\uFFFD[2J", signed: true,
		},
		"a description of something else": {
			change: func(r *api.SignatureRequest) {
				r.Title, r.Changes = "nothing", []api.SignatureChange{{Path: "Application/Harmless", Action: "added"}}
			},
			message: slices.Concat(headerOf(h.cert), content), said: "changed Application/Note", signed: true,
		},
		"a digest of something else": {
			change:  func(r *api.SignatureRequest) { r.Digest = consent.Digest(nil) },
			message: slices.Concat(headerOf(h.cert), content), said: "has not the digest",
		},
		"another ledger": {
			change:  func(r *api.SignatureRequest) { r.Ledger = "harea" },
			message: slices.Concat(headerOf(h.cert), content), said: "is of ledger ondo",
		},
		"a change hidden by a second written side": {
			change: func(r *api.SignatureRequest) {
				r.Content = slices.Concat(update("ACLs"), content)
				r.Digest = consent.Digest(r.Content)
			},
			said: "read update",
		},
		"another update":                   {message: slices.Concat(headerOf(h.cert), update("ACLs")), said: "another update"},
		"an update before the one shown":   {message: slices.Concat(headerOf(h.cert), update("ACLs"), content), said: "another update"},
		"in the name of somebody else":     {message: slices.Concat(headerOf(other.cert), content), said: "in another name"},
		"an update only, without a header": {message: content, said: "another update"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := api.SignatureRequest{
				ID: "01J", Organization: "araba", Kind: "config-update", Ledger: "ondo", State: "open", Title: "change a note",
				Content: content, Digest: consent.Digest(content), CreatedAt: epoch,
			}
			if c.change != nil {
				c.change(&r)
			}
			told, signatures := signAt(t, r, api.ToSign{Step: "update", Bytes: c.message, Message: c.message}, h)
			if !strings.Contains(told, c.said) || strings.Contains(told, "\x1b") || strings.Contains(told, "Harmless") {
				t.Errorf("told:\n%s", told)
			}
			if (signatures == 1) != c.signed {
				t.Errorf("%d signatures", signatures)
			}
		})
	}
}

// signAt signs a request at a platform that answers so, and gives what the command line told and how often it signed.
func signAt(t *testing.T, r api.SignatureRequest, u api.ToSign, h holder) (told string, signatures int) {
	t.Helper()
	answer := func(v any) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if err := json.NewEncoder(w).Encode(v); err != nil {
				t.Error(err)
			}
		}
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+api.Base+"/signature-requests/01J", answer(r))
	mux.Handle("POST "+api.Base+"/signature-requests/01J/prepare", answer(u))
	mux.HandleFunc("POST "+api.Base+"/signature-requests/01J/sign", func(w http.ResponseWriter, q *http.Request) {
		signatures++
		answer(api.SignatureAnswer{Request: r})(w, q)
	})
	s := httptest.NewServer(mux)
	defer s.Close()
	var out bytes.Buffer
	cli.Main(t.Context(), cli.Env{
		Args:   []string{"signature", "sign", "01J", "--cert", h.certFile, "--key", h.keyFile, "--yes"},
		Stdout: &out, Stderr: &out, Stdin: strings.NewReader(""), Now: func() time.Time { return epoch },
		Getenv: func(name string) string {
			return map[string]string{"B4A_URL": s.URL, "B4A_TOKEN": operatorToken, "HOME": filepath.Dir(h.keyFile)}[name]
		},
	})
	return out.String(), signatures
}
