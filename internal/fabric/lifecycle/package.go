// SPDX-License-Identifier: Apache-2.0

// Package lifecycle packages, installs, approves and commits chaincode. Every change is made so, not done once: calling
// it again after a crash ends in the same state.
package lifecycle

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/hyperledger/fabric-admin-sdk/pkg/chaincode"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Connection tells peers how to reach a chaincode service; it is connection.json of the package (Fabric, chaincode as
// an external service).
type Connection struct {
	Address            string // host:port
	TLSRequired        bool
	RootCert           string // PEM; with TLS
	ClientAuthRequired bool
	ClientKey          string // PEM; with client authentication
	ClientCert         string // PEM
}

type connectionJSON struct {
	Address            string `json:"address"`
	DialTimeout        string `json:"dial_timeout"`
	TLSRequired        bool   `json:"tls_required"`
	ClientAuthRequired bool   `json:"client_auth_required,omitempty"`
	ClientKey          string `json:"client_key,omitempty"`
	ClientCert         string `json:"client_cert,omitempty"`
	RootCert           string `json:"root_cert,omitempty"`
}

// labelShape is Fabric's rule of package labels (core/chaincode/persistence, LabelRegexp).
var labelShape = regexp.MustCompile(`^[[:alnum:]][[:alnum:]_.+-]*$`)

// Package makes a chaincode package of type ccaas and its package ID "label:sha256". The same input gives the same
// bytes.
func Package(label string, c Connection) (data []byte, packageID string, err error) {
	if !labelShape.MatchString(label) {
		return nil, "", fault.New(fault.Invalid, "package_label_invalid", "%.64q is not a package label", label)
	}
	connection, err := json.Marshal(connectionJSON{ //nolint:gosec // the format has the key in it
		Address: c.Address, DialTimeout: "10s", TLSRequired: c.TLSRequired, ClientAuthRequired: c.ClientAuthRequired,
		ClientKey: c.ClientKey, ClientCert: c.ClientCert, RootCert: c.RootCert,
	})
	if err != nil {
		return nil, "", fmt.Errorf("encode connection.json: %w", err)
	}
	code, err := archive(file{"connection.json", connection})
	if err != nil {
		return nil, "", fmt.Errorf("code.tar.gz: %w", err)
	}
	metadata, err := json.Marshal(map[string]string{"type": "ccaas", "label": label})
	if err != nil {
		return nil, "", fmt.Errorf("encode metadata.json: %w", err)
	}
	data, err = archive(file{"metadata.json", metadata}, file{"code.tar.gz", code})
	if err != nil {
		return nil, "", fmt.Errorf("package: %w", err)
	}
	return data, chaincode.GetPackageID(label, data), nil
}

type file struct {
	name string
	data []byte
}

// archive packs files with nothing that depends on when, where or by whom.
func archive(files ...file) ([]byte, error) {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	w := tar.NewWriter(zip)
	for _, f := range files {
		header := &tar.Header{Typeflag: tar.TypeReg, Name: f.name, Size: int64(len(f.data)), Mode: 0o100644}
		if err := w.WriteHeader(header); err != nil {
			return nil, fmt.Errorf("write %s: %w", f.name, err)
		}
		if _, err := w.Write(f.data); err != nil {
			return nil, fmt.Errorf("write %s: %w", f.name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("close tar: %w", err)
	}
	if err := zip.Close(); err != nil {
		return nil, fmt.Errorf("close gzip: %w", err)
	}
	return out.Bytes(), nil
}
