// SPDX-License-Identifier: Apache-2.0

// Package builder is the external chaincode builder of the platform's peers, for packages of the type "ccaas"
// (chaincode as a service): such a package holds no program, only the address where the contract already runs.
//
// A peer calls three programs in its builder's folder, which all are b4a under another name (Fabric's documentation,
// External Builders and Launchers):
//
//	bin/detect  SOURCE METADATA          ends with 0 for a package that it can build
//	bin/build   SOURCE METADATA OUTPUT   puts connection.json, checked, and META-INF into OUTPUT
//	bin/release OUTPUT RELEASE           puts chaincode/server/connection.json and statedb/ into RELEASE
//
// What a package says was written by whoever installed it: sizes, depths and kinds of files are limited.
package builder

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// PackageType is the type in metadata.json of the packages that are built.
const PackageType = "ccaas"

const (
	metadataMax   = 64 << 10 // bytes
	connectionMax = 1 << 20  // bytes; certificates are inside
)

const connectionFile = "connection.json"

// Main runs the step that the program's name argv[0] says. It is not handled when the name is none of a step's; else
// code is the exit code: 0 done, 1 failed (stderr says why), 2 wrong usage.
func Main(argv []string, _, stderr io.Writer) (code int, handled bool) {
	if len(argv) == 0 {
		return 0, false
	}
	step, args := filepath.Base(argv[0]), argv[1:]
	run, usage := steps(step)
	if run == nil {
		return 0, false
	}
	if len(args) != len(usage) {
		_, _ = fmt.Fprintln(stderr, "usage:", step, strings.Join(usage, " "))
		return 2, true
	}
	if err := run(args); err != nil {
		_, _ = fmt.Fprintf(stderr, "b4a %s: %v\n", step, err)
		return 1, true
	}
	return 0, true
}

func steps(name string) (run func(args []string) error, usage []string) {
	switch name {
	case "detect":
		return func(a []string) error { return Detect(a[1]) }, []string{"SOURCE", "METADATA"}
	case "build":
		return func(a []string) error { return Build(a[0], a[1], a[2]) }, []string{"SOURCE", "METADATA", "OUTPUT"}
	case "release":
		return func(a []string) error { return Release(a[0], a[1]) }, []string{"OUTPUT", "RELEASE"}
	default:
		return nil, nil
	}
}

// Detect tells, by a nil error, that the package whose metadata.json is in the folder metadata can be built.
func Detect(metadata string) error {
	data, err := readFile(filepath.Join(metadata, "metadata.json"), metadataMax)
	if err != nil {
		return fmt.Errorf("read metadata.json: %w", err)
	}
	m, err := DecodeMetadata(data)
	if err != nil {
		return fmt.Errorf("decode metadata.json: %w", err)
	}
	if m.Type != PackageType {
		return fmt.Errorf("the package is of type %q, not %q", m.Type, PackageType)
	}
	return nil
}

// Build checks a package's connection.json and copies it, with META-INF if there is one, into output.
func Build(source, metadata, output string) error {
	if err := Detect(metadata); err != nil {
		return err
	}
	data, err := readFile(filepath.Join(source, connectionFile), connectionMax)
	if err != nil {
		return fmt.Errorf("read connection.json: %w", err)
	}
	c, err := DecodeConnection(data)
	if err != nil {
		return fmt.Errorf("decode connection.json: %w", err)
	}
	if err := writeConnection(filepath.Join(output, connectionFile), c); err != nil {
		return err
	}
	if err := copyTree(source, output, "META-INF"); err != nil {
		return fmt.Errorf("copy META-INF: %w", err)
	}
	return nil
}

// Release puts what the peer reads into release: where the contract runs, and the indexes of its state database.
func Release(output, release string) error {
	data, err := readFile(filepath.Join(output, connectionFile), connectionMax)
	if err != nil {
		return fmt.Errorf("read connection.json: %w", err)
	}
	c, err := DecodeConnection(data)
	if err != nil {
		return fmt.Errorf("decode connection.json: %w", err)
	}
	server := filepath.Join(release, "chaincode", "server")
	if err := os.MkdirAll(server, 0o700); err != nil {
		return fmt.Errorf("make release folder: %w", err)
	}
	if err := writeConnection(filepath.Join(server, connectionFile), c); err != nil {
		return err
	}
	if err := copyTree(filepath.Join(output, "META-INF"), release, "statedb"); err != nil {
		return fmt.Errorf("copy state database indexes: %w", err)
	}
	return nil
}

func writeConnection(path string, c Connection) error {
	data, err := c.Encode()
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return fmt.Errorf("write connection.json: %w", err)
	}
	return nil
}
