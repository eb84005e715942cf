// SPDX-License-Identifier: Apache-2.0

package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// writePair writes a certificate with a serial number and its key.
func writePair(t *testing.T, dir string, serial int64) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{"cert": {Type: "CERTIFICATE", Bytes: cert}, "key": {Type: "PRIVATE KEY", Bytes: der}} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, time.Time{}, time.Unix(serial*1000, 0)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCertificateIsReadAgain(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), time.Now()
	writePair(t, dir, 1)
	k, err := newKeyPair(filepath.Join(dir, "cert"), filepath.Join(dir, "key"), func() time.Time { return now }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	serves := func(what string, want int64) {
		t.Helper()
		pair, err := k.get(&tls.ClientHelloInfo{})
		if err != nil || pair.Leaf.SerialNumber.Int64() != want {
			t.Errorf("%s: %v: %v", what, pair.Leaf.SerialNumber, err)
		}
	}
	serves("at first", 1)
	writePair(t, dir, 2)
	serves("looked at a moment ago", 1)
	now = now.Add(time.Minute)
	serves("renewed", 2)
	if err := os.WriteFile(filepath.Join(dir, "key"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Minute)
	serves("half replaced", 2)
	writePair(t, dir, 3)
	now = now.Add(time.Minute)
	serves("whole again", 3)
	if _, err := newKeyPair("none", "none", time.Now, slog.New(slog.DiscardHandler)); fault.Of(err).Code != "tls_unusable" {
		t.Errorf("none: %v", err)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config Config
		code   string
	}{
		"plain":                       {Config{}, ""},
		"TLS":                         {Config{TLSCert: "a", TLSKey: "b", CertListen: "127.0.0.1:0", PublicURL: "https://b4a.example"}, ""},
		"certificates without TLS":    {Config{CertListen: "127.0.0.1:0"}, "config_incomplete"},
		"a certificate without a key": {Config{TLSCert: "a"}, "config_incomplete"},
		"a path":                      {Config{PublicURL: "https://b4a.example/x"}, "public_url_invalid"},
		"no address":                  {Config{PublicURL: "b4a.example"}, "public_url_invalid"},
		"a script":                    {Config{PublicURL: "javascript:x"}, "public_url_invalid"},
	} {
		c.config.DataDir, c.config.Listen = "x", "127.0.0.1:0"
		err := c.config.validate()
		if (err == nil) != (c.code == "") || err != nil && fault.Of(err).Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	got, err := beside("https://b4a.example:444", &net.TCPAddr{IP: net.IPv4zero, Port: 8443})
	if err != nil || got != "https://b4a.example:8443/signin" {
		t.Errorf("%q: %v", got, err)
	}
}

func TestSecretFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := &platform{config: Config{DataDir: dir}}
	secrets := filepath.Join(dir, "secrets")
	if _, err := p.secretFile("x"); fault.Of(err).Code != "client_secret_file_unusable" {
		t.Errorf("no folder: %v", err)
	}
	if err := os.Mkdir(secrets, 0o700); err != nil {
		t.Fatal(err)
	}
	write := func(path, text string, mode os.FileMode) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(secrets, "giltza"), "s3cret\n", 0o600)
	write(filepath.Join(secrets, "open"), "s3cret", 0o644)
	write(filepath.Join(secrets, "empty"), "\n", 0o600)
	write(filepath.Join(dir, "master.key"), "the master key", 0o600)
	if err := os.Symlink(filepath.Join(dir, "master.key"), filepath.Join(secrets, "link")); err != nil {
		t.Fatal(err)
	}
	if got, err := p.secretFile("giltza"); err != nil || got != "s3cret" {
		t.Errorf("%q: %v", got, err)
	}
	for _, name := range []string{"open", "empty", "link", "../master.key", "none", ".", "/etc/passwd"} {
		if got, err := p.secretFile(name); fault.Of(err).Code != "client_secret_file_unusable" {
			t.Errorf("%s: %q: %v", name, got, err)
		}
	}
}
