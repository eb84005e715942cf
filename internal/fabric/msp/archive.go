// SPDX-License-Identifier: Apache-2.0

package msp

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Limits of archives of MSP folders.
const (
	maxArchiveBytes = 256 << 10 // unpacked
	maxArchiveFiles = 200
)

// archiveFile is one file of an archive, by its path with '/'.
type archiveFile struct {
	path string
	data []byte
}

// isArchive tells zip and gzip by their first bytes.
func isArchive(data []byte) bool {
	return bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("\x1f\x8b"))
}

// unpack reads the files of a zip or tar.gz archive into memory; nothing is written anywhere. Faults:
// "archive_malformed", "archive_too_large".
func unpack(data []byte) ([]archiveFile, error) {
	if bytes.HasPrefix(data, []byte("PK")) {
		return unpackZip(data)
	}
	return unpackTar(data)
}

func unpackZip(data []byte) ([]archiveFile, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, archiveMalformed(err)
	}
	var files []archiveFile
	left := int64(maxArchiveBytes)
	for _, f := range r.File {
		if f.FileInfo().IsDir() {
			continue
		}
		content, err := f.Open()
		if err != nil {
			return nil, archiveMalformed(err)
		}
		file, err := readFile(f.Name, content, &left)
		if err := errors.Join(err, content.Close()); err != nil {
			return nil, err
		}
		if files = append(files, file); len(files) > maxArchiveFiles {
			return nil, archiveTooLarge()
		}
	}
	return files, nil
}

func unpackTar(data []byte) ([]archiveFile, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, archiveMalformed(err)
	}
	// Headers count too: a tape of a million empty files is small when compressed.
	r := tar.NewReader(io.LimitReader(z, 4*maxArchiveBytes))
	var files []archiveFile
	left := int64(maxArchiveBytes)
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, archiveMalformed(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		file, err := readFile(h.Name, r, &left)
		if err != nil {
			return nil, err
		}
		if files = append(files, file); len(files) > maxArchiveFiles {
			return nil, archiveTooLarge()
		}
	}
}

// readFile reads one file and takes its size from what is left of the limit.
func readFile(name string, content io.Reader, left *int64) (archiveFile, error) {
	data, err := io.ReadAll(io.LimitReader(content, *left+1))
	if err != nil {
		return archiveFile{}, archiveMalformed(err)
	}
	if *left -= int64(len(data)); *left < 0 {
		return archiveFile{}, archiveTooLarge()
	}
	return archiveFile{path: path.Clean("/" + strings.ReplaceAll(name, `\`, "/"))[1:], data: data}, nil
}

func archiveMalformed(err error) error {
	return fault.New(fault.Invalid, "archive_malformed", "the archive cannot be read").
		WithHint("send a zip or tar.gz archive of the MSP folder").WithCause(err)
}

func archiveTooLarge() error {
	return fault.New(fault.TooLarge, "archive_too_large", "the archive holds more than %d KiB or %d files",
		maxArchiveBytes>>10, maxArchiveFiles).WithHint("send the MSP folder only")
}

// folder is an MSP folder as it came from outside.
type folder struct {
	definition Definition
	signCerts  [][]byte
	ous        *nodeOUs // nil: there is no config.yaml
	malformed  error    // of config.yaml
}

// nodeOUs is the part of an MSP that tells roles apart.
type nodeOUs struct {
	enabled bool
	units   map[string]string // role to OU
	bound   bool              // some role is bound to one authority

	restricted bool // only members of some OUs are taken
}

// foreign gives the units that are not named as their roles are, or empty.
func (n *nodeOUs) foreign() string {
	var out []string
	for _, role := range []string{RoleClient, RolePeer, RoleAdmin, RoleOrderer} {
		if unit := n.units[role]; unit != role {
			out = append(out, fmt.Sprintf("%s=%q", role, unit))
		}
	}
	if n.bound && len(out) == 0 {
		out = append(out, "Certificate")
	}
	return strings.Join(out, ", ")
}

// readFolder finds the MSP folder among an archive's files: the one whose cacerts lies nearest the top. It returns false
// if there is none.
func readFolder(files []archiveFile) (folder, bool) {
	root, found := "", false
	for _, f := range files {
		dir := path.Dir(f.path)
		if path.Base(dir) != "cacerts" {
			continue
		}
		if top := path.Dir(dir); !found || strings.Count(top, "/") < strings.Count(root, "/") {
			root, found = top, true
		}
	}
	if !found {
		return folder{}, false
	}
	var out folder
	lists := map[string]*[][]byte{
		"cacerts": &out.definition.RootCerts, "intermediatecerts": &out.definition.IntermediateCerts,
		"tlscacerts": &out.definition.TLSRootCerts, "tlsintermediatecerts": &out.definition.TLSIntermediateCerts,
		"admincerts": &out.definition.Admins, "crls": &out.definition.CRLs, "signcerts": &out.signCerts,
	}
	slices.SortFunc(files, func(a, b archiveFile) int { return strings.Compare(a.path, b.path) })
	for _, f := range files {
		dir := path.Dir(f.path)
		if l, ok := lists[path.Base(dir)]; ok && path.Dir(dir) == root {
			blockType := pemCertificate
			if l == &out.definition.CRLs {
				blockType = pemCRL
			}
			*l = append(*l, bare(f.data, blockType)...)
		}
		if dir == root && path.Base(f.path) == "config.yaml" {
			out.ous, out.malformed = parseNodeOUs(f.data)
		}
	}
	return out, true
}

func parseNodeOUs(data []byte) (*nodeOUs, error) {
	type identifier struct {
		Certificate string `yaml:"Certificate"`
		Unit        string `yaml:"OrganizationalUnitIdentifier"`
	}
	var config struct {
		Restricted []identifier `yaml:"OrganizationalUnitIdentifiers"`
		NodeOUs    struct {
			Enable  bool       `yaml:"Enable"`
			Client  identifier `yaml:"ClientOUIdentifier"`
			Peer    identifier `yaml:"PeerOUIdentifier"`
			Admin   identifier `yaml:"AdminOUIdentifier"`
			Orderer identifier `yaml:"OrdererOUIdentifier"`
		} `yaml:"NodeOUs"`
	}
	if err := yaml.Unmarshal(data, &config); err != nil {
		return nil, fmt.Errorf("config.yaml: %w", err)
	}
	n := config.NodeOUs
	return &nodeOUs{
		enabled: n.Enable,
		units: map[string]string{
			RoleClient: n.Client.Unit, RolePeer: n.Peer.Unit, RoleAdmin: n.Admin.Unit, RoleOrderer: n.Orderer.Unit,
		},
		bound:      n.Client.Certificate+n.Peer.Certificate+n.Admin.Certificate+n.Orderer.Certificate != "",
		restricted: len(config.Restricted) > 0,
	}, nil
}
