// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/signin/clientcert"
)

// recheck is how often the files of the server's certificate are looked at.
const recheck = 10 * time.Second

// keyPair is the server's certificate. Its files are read again when they change, so that a renewal needs no restart.
type keyPair struct {
	cert, key string
	now       func() time.Time
	log       *slog.Logger

	mu      sync.Mutex
	loaded  *tls.Certificate
	changed [2]time.Time
	checked time.Time
}

func newKeyPair(cert, key string, now func() time.Time, log *slog.Logger) (*keyPair, error) {
	k := &keyPair{cert: cert, key: key, now: now, log: log}
	if err := k.load(); err != nil {
		return nil, fault.New(fault.Invalid, "tls_unusable", "the server's certificate or key can't be used").
			WithHint("give --tls-cert and --tls-key, PEM files that belong together").WithCause(err)
	}
	return k, nil
}

// load reads the files if they have changed since they were read.
func (k *keyPair) load() error {
	k.checked = k.now()
	var changed [2]time.Time
	for i, file := range []string{k.cert, k.key} {
		info, err := os.Stat(file)
		if err != nil {
			return fmt.Errorf("look at certificate: %w", err)
		}
		changed[i] = info.ModTime()
	}
	if k.loaded != nil && changed == k.changed {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(k.cert, k.key)
	if err != nil {
		return fmt.Errorf("load certificate: %w", err)
	}
	k.loaded, k.changed = &pair, changed
	return nil
}

// get gives the certificate of a handshake. Files that are being replaced leave the last good one in use.
func (k *keyPair) get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.now().Sub(k.checked) >= recheck {
		if err := k.load(); err != nil {
			k.log.WarnContext(hello.Context(), "server certificate not read again", "error", err)
		}
	}
	return k.loaded, nil
}

// front is where the platform is reached: its listeners and the addresses that people see.
type front struct {
	api          net.Listener
	certificates net.Listener // nil: browsers are not asked for certificates
	tls          *tls.Config  // nil: plain HTTP
	url          string       // of the console
	certURL      string       // that asks for certificates; empty: none
}

func (c Config) openFront(ctx context.Context) (f *front, err error) {
	f = &front{}
	if c.TLSCert != "" {
		pair, err := newKeyPair(c.TLSCert, c.TLSKey, time.Now, c.Log)
		if err != nil {
			return nil, err
		}
		f.tls = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: pair.get}
	}
	if f.api, err = listen(ctx, c.Listen); err != nil {
		return nil, err
	}
	f.url = c.PublicURL
	if f.url == "" {
		scheme := "http://"
		if f.tls != nil {
			scheme = "https://"
		}
		f.url = scheme + f.api.Addr().String()
	}
	if c.CertListen == "" {
		return f, nil
	}
	if f.certificates, err = listen(ctx, c.CertListen); err != nil {
		return nil, errors.Join(err, f.api.Close())
	}
	if f.certURL, err = beside(f.url, f.certificates.Addr()); err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

// beside gives the address that asks for certificates: the console's host with the port of its own.
func beside(console string, listener net.Addr) (string, error) {
	u, err := url.Parse(console)
	if err != nil {
		return "", fmt.Errorf("address of the console: %w", err)
	}
	_, port, err := net.SplitHostPort(listener.String())
	if err != nil {
		return "", fmt.Errorf("address that asks for certificates: %w", err)
	}
	return "https://" + net.JoinHostPort(u.Hostname(), port) + clientcert.Path, nil
}

func (f *front) close() {
	_ = f.api.Close() // the HTTP servers have closed both on the usual way out
	if f.certificates != nil {
		_ = f.certificates.Close()
	}
}

func newServer(h http.Handler, config *tls.Config) *http.Server {
	return &http.Server{Handler: h, TLSConfig: config, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
}

// answer serves a listener until the server is shut down.
func answer(s *http.Server, l net.Listener) error {
	serve := s.Serve
	if s.TLSConfig != nil {
		serve = func(l net.Listener) error { return s.ServeTLS(l, "", "") }
	}
	if err := serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// drain shuts a server down when ctx ends.
func drain(ctx context.Context, s *http.Server) error {
	<-ctx.Done()
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := s.Shutdown(limit); err != nil {
		return s.Close()
	}
	return nil
}
