// SPDX-License-Identifier: Apache-2.0

package transaction

import (
	"archive/zip"
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"text/template"
	"time"
)

//go:embed bundle
var bundleFiles embed.FS

// connectionInfo is connection.json of a bundle: all that an official Fabric Gateway client needs to know.
type connectionInfo struct {
	MSPID         string       `json:"mspId"`
	Organization  string       `json:"organization"`
	Application   string       `json:"application"`
	PeerEndpoint  string       `json:"peerEndpoint"`  // host:port
	PeerHostAlias string       `json:"peerHostAlias"` // name that the peer's TLS certificate is checked for
	Ledgers       []ledgerInfo `json:"ledgers"`
}

type ledgerInfo struct {
	Channel    string   `json:"channel"`
	Chaincodes []string `json:"chaincodes"`
}

// Contracts tells which chaincodes are deployed on a channel. The chaincode service, a layer above, does it.
type Contracts func(ctx context.Context, channel string) ([]string, error)

// Bundle gives the zip with which an application connects by an official Fabric Gateway client: its certificate, the
// authorities' chain, the peer's TLS roots, the connection's facts, and an example in Node and one in Go. No key is in
// it: the application puts its own beside it as key.pem.
func (s *Service) Bundle(ctx context.Context, orgID, application string) ([]byte, error) {
	info, files, err := s.bundleFacts(ctx, orgID, application)
	if err != nil {
		return nil, err
	}
	if err := renderBundle(files, info); err != nil {
		return nil, err
	}
	return zipFiles(files, s.now())
}

func (s *Service) bundleFacts(
	ctx context.Context, orgID, application string,
) (connectionInfo, map[string][]byte, error) {
	_, cert, err := s.orgs.GetApplication(ctx, orgID, application)
	if err != nil {
		return connectionInfo{}, nil, err
	}
	o, err := s.orgs.Get(ctx, orgID)
	if err != nil {
		return connectionInfo{}, nil, err
	}
	chain, err := s.orgs.Chain(ctx, orgID)
	if err != nil {
		return connectionInfo{}, nil, err
	}
	roots, err := s.orgs.TLSRoots(ctx, orgID)
	if err != nil {
		return connectionInfo{}, nil, err
	}
	peer, _, err := s.nodes.PeerOf(ctx, orgID)
	if err != nil {
		return connectionInfo{}, nil, err
	}
	info := connectionInfo{
		MSPID: o.MSPID, Organization: orgID, Application: application,
		PeerEndpoint: peer.Address(), PeerHostAlias: peer.ID, Ledgers: []ledgerInfo{},
	}
	channels, err := s.channels.List(ctx, orgID, "", 0)
	if err != nil {
		return connectionInfo{}, nil, err
	}
	for _, c := range channels {
		names, err := s.contracts(ctx, c.Name)
		if err != nil {
			return connectionInfo{}, nil, err
		}
		info.Ledgers = append(info.Ledgers, ledgerInfo{Channel: c.Name, Chaincodes: names})
	}
	return info, map[string][]byte{"certificate.pem": cert.PEM, "ca-chain.pem": chain, "tls-roots.pem": roots}, nil
}

// renderBundle adds the rendered templates and connection.json to files.
func renderBundle(files map[string][]byte, info connectionInfo) error {
	connection, err := json.MarshalIndent(info, "", "  ")
	if err != nil {
		return fmt.Errorf("encode connection.json: %w", err)
	}
	files["connection.json"] = append(connection, '\n')
	return fs.WalkDir(bundleFiles, "bundle", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		t, err := template.ParseFS(bundleFiles, path)
		if err != nil {
			return fmt.Errorf("parse %s: %w", path, err)
		}
		var out bytes.Buffer
		if err := t.Execute(&out, info); err != nil {
			return fmt.Errorf("render %s: %w", path, err)
		}
		files[strings.TrimSuffix(strings.TrimPrefix(path, "bundle/"), ".tmpl")] = out.Bytes()
		return nil
	})
}

// zipFiles packs files in the order of their names.
func zipFiles(files map[string][]byte, at time.Time) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range sortedNames(files) {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at})
		if err != nil {
			return nil, fmt.Errorf("zip %s: %w", name, err)
		}
		if _, err := f.Write(files[name]); err != nil {
			return nil, fmt.Errorf("zip %s: %w", name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("close zip: %w", err)
	}
	return out.Bytes(), nil
}

func sortedNames(files map[string][]byte) []string {
	return slices.Sorted(maps.Keys(files))
}
