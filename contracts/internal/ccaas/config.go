// SPDX-License-Identifier: Apache-2.0

package ccaas

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strconv"
	"strings"
)

// Config says where and as what a chaincode serves.
type Config struct {
	Address     string // host:port to listen on
	ID          string // package ID, label:hash, as the peer's lifecycle gave it
	TLSDisabled bool
	Key         []byte // PEM
	Cert        []byte // PEM

	clientCAs *x509.CertPool // nil: clients are not asked for a certificate
}

// ReadFile reads a file named by the environment; os.ReadFile does.
type ReadFile func(name string) ([]byte, error)

// FromEnvironment reads the configuration from:
//
//	CHAINCODE_SERVER_ADDRESS  host:port to listen on
//	CHAINCODE_ID              package ID
//	CHAINCODE_TLS_DISABLED    true or false; false when unset
//	CHAINCODE_TLS_KEY         file with the private key, PEM; needed with TLS
//	CHAINCODE_TLS_CERT        file with the certificate, PEM; needed with TLS
//	CHAINCODE_CLIENT_CA_CERT  file with the authorities of clients, PEM; without it clients need no certificate
//
// The error names every variable that is missing or wrong.
func FromEnvironment(getenv func(string) string, read ReadFile) (Config, error) {
	c := Config{Address: getenv("CHAINCODE_SERVER_ADDRESS"), ID: getenv("CHAINCODE_ID")}
	var problems []error
	if c.Address == "" {
		problems = append(problems, errors.New("CHAINCODE_SERVER_ADDRESS is not set: give the host:port to listen on"))
	} else if _, _, err := net.SplitHostPort(c.Address); err != nil {
		problems = append(problems, fmt.Errorf("CHAINCODE_SERVER_ADDRESS is not host:port: %w", err))
	}
	if c.ID == "" {
		problems = append(
			problems, errors.New("CHAINCODE_ID is not set: give the package ID that the peer's lifecycle answered"),
		)
	}
	if v := getenv("CHAINCODE_TLS_DISABLED"); v != "" {
		disabled, err := strconv.ParseBool(strings.TrimSpace(v))
		if err != nil {
			problems = append(problems, fmt.Errorf("CHAINCODE_TLS_DISABLED is %q: say true or false", v))
		}
		c.TLSDisabled = disabled
	}
	if !c.TLSDisabled {
		problems = append(problems, c.readTLS(getenv, read)...)
	}
	if err := errors.Join(problems...); err != nil {
		return Config{}, fmt.Errorf("chaincode environment: %w", err)
	}
	return c, nil
}

func (c *Config) readTLS(getenv func(string) string, read ReadFile) []error {
	var problems []error
	for _, f := range []struct {
		variable string
		into     *[]byte
	}{{"CHAINCODE_TLS_KEY", &c.Key}, {"CHAINCODE_TLS_CERT", &c.Cert}} {
		name := getenv(f.variable)
		if name == "" {
			problems = append(
				problems,
				fmt.Errorf("%s is not set: name a PEM file, or set CHAINCODE_TLS_DISABLED=true", f.variable),
			)
			continue
		}
		data, err := read(name)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", f.variable, err))
		}
		*f.into = data
	}
	name := getenv("CHAINCODE_CLIENT_CA_CERT")
	if name == "" {
		return problems
	}
	data, err := read(name)
	if err != nil {
		return append(problems, fmt.Errorf("CHAINCODE_CLIENT_CA_CERT: %w", err))
	}
	c.clientCAs = x509.NewCertPool()
	if !c.clientCAs.AppendCertsFromPEM(data) {
		problems = append(problems, fmt.Errorf("CHAINCODE_CLIENT_CA_CERT: no certificate in it: %w", fs.ErrInvalid))
	}
	return problems
}
