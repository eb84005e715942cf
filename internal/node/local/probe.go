// SPDX-License-Identifier: Apache-2.0

package local

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/supervise"
)

// version is what the current process of a node says of itself.
type version struct {
	mu   sync.Mutex
	text string
}

func (v *version) get() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.text
}

// probe asks a node's operations service for its health, whether its gRPC server, which begins last, answers, and,
// once it is well, for its version. The first time that a node is well is recorded.
func (d *Driver) probe(spec node.Spec, dir string, v *version) supervise.Probe {
	base := "http://" + net.JoinHostPort(spec.Endpoints.Host, strconv.Itoa(spec.Endpoints.OperationsPort))
	health := supervise.HTTPProbe(base + "/healthz")
	address := net.JoinHostPort(spec.Endpoints.Host, strconv.Itoa(spec.Endpoints.Port))
	return func(ctx context.Context) error {
		if err := health(ctx); err != nil {
			return err
		}
		if v.get() != "" {
			return nil
		}
		if err := answers(ctx, address); err != nil {
			return err
		}
		if err := recordServed(dir); err != nil {
			return err
		}
		v.ask(ctx, base+"/version")
		return nil
	}
}

// answers tells whether a server answers at an address. Fabric opens its listeners before its databases and serves only
// when all is there, so a connection alone says nothing: the TLS handshake must be answered. Whom it is with does not
// matter here.
func answers(ctx context.Context, address string) error {
	d := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}} //nolint:gosec // nothing is said over it
	c, err := d.DialContext(ctx, "tcp", address)
	var record tls.RecordHeaderError
	switch {
	case err == nil:
		return c.Close()
	case errors.As(err, &record):
		return nil // it answers, if not by TLS
	default:
		return fmt.Errorf("gRPC server: %w", err)
	}
}

// ask leaves the version empty when the node does not tell.
func (v *version) ask(ctx context.Context, url string) {
	text, err := fetchVersion(ctx, url)
	if err != nil {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.text = text
}

func fetchVersion(ctx context.Context, url string) (text string, err error) {
	client := http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return "", err
	}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("version: %s", resp.Status)
	}
	var answer struct{ Version string }
	if err := json.NewDecoder(io.LimitReader(resp.Body, 4<<10)).Decode(&answer); err != nil {
		return "", err
	}
	return answer.Version, nil
}
