// SPDX-License-Identifier: Apache-2.0

package builder

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// Connection is a connection.json: where a contract runs and how a peer connects (Fabric's documentation, Chaincode as
// an external service). The fields and their names are Fabric's.
type Connection struct {
	Address            string `json:"address"`                // host:port
	Domain             string `json:"domain,omitempty"`       // name in the server's certificate, if not the host
	DialTimeout        string `json:"dial_timeout,omitempty"` // "10s"; empty: the peer's own, 3 s
	TLSRequired        bool   `json:"tls_required"`
	ClientAuthRequired bool   `json:"client_auth_required,omitempty"`
	ClientKey          string `json:"client_key,omitempty"`  // PEM
	ClientCert         string `json:"client_cert,omitempty"` // PEM
	RootCert           string `json:"root_cert,omitempty"`   // PEM
}

// dialTimeoutMax bounds how long a peer may be kept waiting.
const dialTimeoutMax = 2 * time.Minute

// DecodeConnection reads and checks a connection.json.
func DecodeConnection(data []byte) (Connection, error) {
	var c Connection
	if err := decode(data, &c); err != nil {
		return Connection{}, err
	}
	if err := c.validate(); err != nil {
		return Connection{}, err
	}
	return c, nil
}

// Encode gives the JSON.
func (c Connection) Encode() ([]byte, error) {
	data, err := json.MarshalIndent(c, "", "  ") //nolint:gosec // the format has the key in it
	if err != nil {
		return nil, fmt.Errorf("encode connection.json: %w", err)
	}
	return append(data, '\n'), nil
}

func (c Connection) validate() error {
	host, port, err := net.SplitHostPort(c.Address)
	if err != nil || host == "" {
		return fmt.Errorf("address %q is not host:port", clip(c.Address))
	}
	if strings.ContainsFunc(host, func(r rune) bool { return r <= ' ' || strings.ContainsRune("/{}\x7f", r) }) {
		return fmt.Errorf("address %q has no host name or IP address", clip(c.Address))
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return fmt.Errorf("address %q has no port between 1 and 65535", clip(c.Address))
	}
	if c.DialTimeout != "" {
		d, err := time.ParseDuration(c.DialTimeout)
		if err != nil || d <= 0 || d > dialTimeoutMax {
			return fmt.Errorf("dial_timeout %q is no duration up to %s", clip(c.DialTimeout), dialTimeoutMax)
		}
	}
	return c.validateTLS()
}

func (c Connection) validateTLS() error {
	switch {
	case !c.TLSRequired && (c.ClientAuthRequired || c.RootCert != "" || c.ClientCert != "" || c.ClientKey != ""):
		return errors.New("there are TLS settings, but tls_required is false")
	case !c.TLSRequired:
		return nil
	case !x509.NewCertPool().AppendCertsFromPEM([]byte(c.RootCert)):
		return errors.New("tls_required is true, but root_cert holds no certificate in PEM")
	case !c.ClientAuthRequired:
		return nil
	}
	if _, err := tls.X509KeyPair([]byte(c.ClientCert), []byte(c.ClientKey)); err != nil {
		// The error of the pair names no secret, but it is not needed to see what is wrong.
		return errors.New("client_auth_required is true, but client_cert and client_key are no pair in PEM")
	}
	return nil
}

// Metadata is a package's metadata.json.
type Metadata struct {
	Type  string `json:"type"`
	Label string `json:"label"`
	Path  string `json:"path,omitempty"`
}

// DecodeMetadata reads a metadata.json.
func DecodeMetadata(data []byte) (Metadata, error) {
	var m Metadata
	return m, decode(data, &m)
}

// decode reads exactly one JSON value and no unknown fields.
func decode(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("not the expected JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is something after the JSON")
	}
	return nil
}

// clip keeps a quoted value short.
func clip(s string) string {
	const most = 100
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}
