// SPDX-License-Identifier: Apache-2.0

// Package nodeconfig renders the configuration files of Hyperledger Fabric v3.1's peer and orderer: core.yaml and
// orderer.yaml.
//
// The files hold what the node needs and what differs from what its program assumes; the names and meanings of the
// keys are those of Fabric's sampleconfig folder. The peer has hardly any defaults of its own, so its file is the
// longer one.
package nodeconfig

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"path"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"
)

// The files of a node, relative to its folder and with slashes.
const (
	PeerFile       = "core.yaml"
	OrdererFile    = "orderer.yaml"
	MSPDir         = "msp"
	TLSCertFile    = "tls/cert.pem"
	TLSKeyFile     = "tls/key.pem"
	TLSRootsFile   = "tls/roots.pem"
	AdminRootsFile = "tls/admin-roots.pem"
	DataDir        = "data"
)

// maxMessage is the longest gRPC message of all nodes and clients, bytes.
const maxMessage = 100 << 20

// Listen says where a node listens, and by what name the others find it.
type Listen struct {
	Bind string // IP address to bind; empty: Host
	Host string // IP address or DNS name, as the others see it
	Port int
	Ops  int // port of the operations listener: HTTP without TLS
}

func (l Listen) bind() string {
	if l.Bind == "" {
		return l.Host
	}
	return l.Bind
}

func (l Listen) listen(port int) string { return hostPort(l.bind(), port) }

func (l Listen) check() error {
	if l.Host == "" {
		return errors.New("host is empty")
	}
	if err := checkPort("port", l.Port); err != nil {
		return err
	}
	return checkPort("operations port", l.Ops)
}

func checkPort(name string, port int) error {
	if port < 1 || port > 65535 {
		return fmt.Errorf("%s %d is not between 1 and 65535", name, port)
	}
	return nil
}

func hostPort(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }

// within joins a file's name to the node's folder.
func within(dir, name string) string { return path.Join(dir, name) }

// duration is written as Fabric reads it: "30s", "1m0s".
type duration time.Duration

// MarshalYAML implements yaml.Marshaler.
func (d duration) MarshalYAML() (any, error) { return time.Duration(d).String(), nil }

func render(comment string, document any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("# " + comment + "\n")
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(document); err != nil {
		return nil, fmt.Errorf("encode yaml: %w", err)
	}
	if err := e.Close(); err != nil {
		return nil, fmt.Errorf("encode yaml: %w", err)
	}
	return b.Bytes(), nil
}

// The parts that both files have, in the spelling of each.

type file struct {
	File string `yaml:"file"`
}

type metrics struct {
	Provider string `yaml:"provider"`
}

type keyStore struct {
	KeyStore string `yaml:"KeyStore"`
}

type softwareCrypto struct {
	Hash         string   `yaml:"Hash"`
	Security     int      `yaml:"Security"`
	FileKeyStore keyStore `yaml:"FileKeyStore"`
}

type crypto struct {
	Default string         `yaml:"Default"`
	SW      softwareCrypto `yaml:"SW"`
}

func softwareKeys() crypto {
	return crypto{Default: "SW", SW: softwareCrypto{Hash: "SHA2", Security: 256}}
}
