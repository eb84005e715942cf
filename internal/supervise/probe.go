// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

const probeBodyMax = 64 << 10 // bytes

// HTTPProbe asks url with GET; 200 is well. Its connection is its own and is used again. The body of another answer is
// read as that of Fabric's health service (healthz in the operations guide), so that the reason names what is ill.
func HTTPProbe(url string) Probe {
	client := &http.Client{Transport: &http.Transport{MaxIdleConns: 1, MaxIdleConnsPerHost: 1}}
	return func(ctx context.Context) (err error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
		if err != nil {
			return fmt.Errorf("ask for health: %w", err)
		}
		resp, err := client.Do(req)
		if err != nil {
			client.CloseIdleConnections()
			return &unwell{"its health check does not answer", err}
		}
		defer func() { err = errors.Join(err, resp.Body.Close()) }()
		body, err := io.ReadAll(io.LimitReader(resp.Body, probeBodyMax))
		if err != nil {
			return &unwell{"its health check breaks off", err}
		}
		if resp.StatusCode == http.StatusOK {
			return nil
		}
		return &unwell{"its health check says " + healthReason(resp.Status, body), nil}
	}
}

func healthReason(status string, body []byte) string {
	var health struct {
		FailedChecks []struct {
			Component string `json:"component"`
			Reason    string `json:"reason"`
		} `json:"failed_checks"`
	}
	if json.Unmarshal(body, &health) != nil || len(health.FailedChecks) == 0 {
		return status
	}
	var parts []string
	for _, f := range health.FailedChecks {
		parts = append(parts, f.Component+": "+f.Reason)
	}
	return strings.Join(parts, "; ")
}

// TCPProbe connects to address; a connection is well.
func TCPProbe(address string) Probe {
	return func(ctx context.Context) error {
		var d net.Dialer
		conn, err := d.DialContext(ctx, "tcp", address)
		if err != nil {
			return &unwell{"nothing listens on " + address, err}
		}
		if err := conn.Close(); err != nil {
			return fmt.Errorf("close probe: %w", err)
		}
		return nil
	}
}

// unwell is a probe's complaint.
type unwell struct {
	reason string
	cause  error
}

func (u *unwell) Error() string {
	if u.cause == nil {
		return u.reason
	}
	return u.reason + ": " + u.cause.Error()
}

// Reason implements Reasoner.
func (u *unwell) Reason() string { return u.reason }

// Unwrap gives the cause.
func (u *unwell) Unwrap() error { return u.cause }

var _ Reasoner = (*unwell)(nil)
