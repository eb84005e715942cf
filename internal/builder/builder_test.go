// SPDX-License-Identifier: Apache-2.0

package builder_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/internal/builder"
)

const plain = `{"address":"127.64.0.1:27000","dial_timeout":"10s","tls_required":false}`

func TestMainHandled(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		argv    []string
		code    int
		handled bool
		stderr  string
	}{
		"no name":        {},
		"own name":       {argv: []string{"/usr/bin/b4a", "up"}},
		"run":            {argv: []string{"/x/bin/run", "a", "b"}},
		"too few":        {argv: []string{"/x/bin/detect", "a"}, code: 2, handled: true, stderr: "usage: detect SOURCE METADATA"},
		"too many":       {argv: []string{"release", "a", "b", "c"}, code: 2, handled: true, stderr: "usage: release OUTPUT RELEASE"},
		"missing folder": {argv: []string{"detect", "a", "/nowhere"}, code: 1, handled: true, stderr: "metadata.json: it is missing"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stderr bytes.Buffer
			code, handled := builder.Main(tc.argv, io.Discard, &stderr)
			if code != tc.code || handled != tc.handled {
				t.Errorf("got %d, %v", code, handled)
			}
			if !strings.Contains(stderr.String(), tc.stderr) {
				t.Errorf("stderr: %s", stderr.String())
			}
		})
	}
}

// TestPackage takes a package through all steps, as a peer does.
func TestPackage(t *testing.T) {
	t.Parallel()
	pair := newPair(t)
	tests := map[string]struct {
		files map[string]string // of the package; metadata.json apart
		kind  string
		step  string // that fails; empty: none
		why   string
	}{
		"plain":    {files: map[string]string{"connection.json": plain}},
		"with TLS": {files: map[string]string{"connection.json": tlsConnection(pair)}},
		"with indexes": {files: map[string]string{
			"connection.json": plain,
			"META-INF/statedb/couchdb/indexes/index.json": `{"index":{}}`,
		}},
		"other type":    {kind: "golang", step: "detect", why: `"golang"`, files: map[string]string{"main.go": ""}},
		"no connection": {step: "build", why: "connection.json: it is missing", files: map[string]string{}},
		"bad address":   {step: "build", why: "not host:port", files: map[string]string{"connection.json": `{"address":"x"}`}},
		"a long file": {step: "build", why: "longer than", files: map[string]string{
			"connection.json": plain, "META-INF/statedb/x": strings.Repeat("x", 256<<10+1),
		}},
		"a deep folder": {step: "build", why: "deeper", files: map[string]string{
			"connection.json": plain, "META-INF/" + strings.Repeat("a/", 9) + "x": "",
		}},
		"META-INF is a file": {step: "build", why: "no folder", files: map[string]string{
			"connection.json": plain, "META-INF": "",
		}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tc.kind == "" {
				tc.kind = builder.PackageType
			}
			source, metadata, output, release := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
			write(t, metadata, "metadata.json", `{"type":"`+tc.kind+`","label":"x_1"}`)
			for name, content := range tc.files {
				write(t, source, name, content)
			}
			for _, step := range [][]string{
				{"detect", source, metadata}, {"build", source, metadata, output}, {"release", output, release},
			} {
				var stderr bytes.Buffer
				code, _ := builder.Main(step, io.Discard, &stderr)
				if step[0] == tc.step {
					if code != 1 || !strings.Contains(stderr.String(), tc.why) {
						t.Errorf("%s: code %d, %s", step[0], code, stderr.String())
					}
					return
				}
				if code != 0 {
					t.Fatalf("%s: code %d, %s", step[0], code, stderr.String())
				}
			}
			checkRelease(t, release, tc.files)
		})
	}
}

func checkRelease(t *testing.T, release string, files map[string]string) {
	t.Helper()
	var want, got builder.Connection
	if err := json.Unmarshal([]byte(files["connection.json"]), &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(read(t, release, "chaincode/server/connection.json"), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for name, content := range files {
		if rest, ok := strings.CutPrefix(name, "META-INF/"); ok && string(read(t, release, rest)) != content {
			t.Errorf("%s differs", rest)
		}
	}
}

func TestLinksAreRefused(t *testing.T) {
	t.Parallel()
	source, metadata := t.TempDir(), t.TempDir()
	write(t, metadata, "metadata.json", `{"type":"ccaas","label":"x_1"}`)
	write(t, metadata, "secret.json", plain)
	if err := os.Symlink(filepath.Join(metadata, "secret.json"), filepath.Join(source, "connection.json")); err != nil {
		t.Skip("no symbolic links here")
	}
	if err := builder.Build(source, metadata, t.TempDir()); err == nil || !strings.Contains(err.Error(), "no regular file") {
		t.Errorf("got %v", err)
	}
}

func TestDecodeConnection(t *testing.T) {
	t.Parallel()
	pair := newPair(t)
	other := newPair(t)
	tests := map[string]struct {
		text string
		why  string // empty: good
	}{
		"plain":          {text: plain},
		"IPv6":           {text: `{"address":"[::1]:1"}`},
		"name":           {text: `{"address":"contract.example:9999"}`},
		"TLS":            {text: tlsConnection(pair)},
		"empty":          {text: ``, why: "not the expected JSON"},
		"array":          {text: `[]`, why: "not the expected JSON"},
		"unknown field":  {text: `{"address":"a:1","addres":"b:1"}`, why: "unknown field"},
		"trailing":       {text: plain + `{}`, why: "after the JSON"},
		"no host":        {text: `{"address":":1"}`, why: "not host:port"},
		"port 0":         {text: `{"address":"a:0"}`, why: "no port"},
		"port 70000":     {text: `{"address":"a:70000"}`, why: "no port"},
		"URL":            {text: `{"address":"http://a:1"}`, why: "not host:port"},
		"space":          {text: `{"address":"a b:1"}`, why: "no host name"},
		"bad timeout":    {text: `{"address":"a:1","dial_timeout":"soon"}`, why: "no duration"},
		"long timeout":   {text: `{"address":"a:1","dial_timeout":"24h"}`, why: "no duration"},
		"TLS, no root":   {text: `{"address":"a:1","tls_required":true}`, why: "root_cert"},
		"root, no TLS":   {text: `{"address":"a:1","root_cert":"x"}`, why: "tls_required is false"},
		"foreign key":    {text: tlsConnection([2]string{pair[0], other[1]}), why: "no pair"},
		"template":       {text: `{"address":"{{.peername}}:9999"}`, why: "no host name"},
		"number address": {text: `{"address":1}`, why: "not the expected JSON"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := builder.DecodeConnection([]byte(tc.text))
			switch {
			case tc.why == "" && err != nil:
				t.Error(err)
			case tc.why != "" && (err == nil || !strings.Contains(err.Error(), tc.why)):
				t.Errorf("got %v, want %q", err, tc.why)
			}
		})
	}
}

func FuzzDecodeConnection(f *testing.F) {
	f.Add([]byte(plain))
	f.Add([]byte(`{"address":"a:1","tls_required":true,"root_cert":"-----BEGIN CERTIFICATE-----"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := builder.DecodeConnection(data)
		if err != nil {
			return
		}
		again, err := c.Encode()
		if err != nil {
			t.Fatal(err)
		}
		c2, err := builder.DecodeConnection(again)
		if err != nil {
			t.Fatalf("its own encoding is refused: %v", err)
		}
		if c2 != c {
			t.Errorf("%+v became %+v", c, c2)
		}
	})
}

func tlsConnection(pair [2]string) string {
	data, err := json.Marshal(builder.Connection{
		Address: "a:1", TLSRequired: true, ClientAuthRequired: true,
		RootCert: pair[0], ClientCert: pair[0], ClientKey: pair[1],
	})
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// newPair gives a self-signed certificate and its key, PEM.
func newPair(t *testing.T) [2]string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "x"}, NotAfter: time.Now().Add(time.Hour),
	}
	cert, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return [2]string{
		string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})),
	}
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
