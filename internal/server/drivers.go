// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/blockchain4all/blockchain4all/internal/chaincode"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node/local"
)

// openLocal makes the drivers that run nodes and contracts as processes of this machine.
func (p *platform) openLocal() error {
	driver, err := local.New(local.Options{
		Root: p.config.path("nodes"), Builder: p.config.path("builder"), Executable: p.executable, Programs: p.fabric,
		Host: p.nodeHost, Log: p.log,
	})
	if err != nil {
		return fmt.Errorf("open nodes: %w", err)
	}
	p.driver = driver
	host, err := local.NewContracts(local.ContractOptions{
		Root: p.config.path("contracts"), Host: p.nodeHost, Program: p.contractProgram, Log: p.log,
	})
	if err != nil {
		return fmt.Errorf("open contracts: %w", err)
	}
	p.host = host
	return nil
}

// contractProgram finds the program of a catalogue contract, and what it shows peers.
func (p *platform) contractProgram(ctx context.Context, spec chaincode.ServiceSpec) (local.Program, error) {
	path, err := filepath.Abs(filepath.Join(p.config.ContractsDir, spec.Catalogue))
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		return local.Program{}, fault.New(fault.Unavailable, "contract_program_missing", "the program of contract %s is missing", spec.Catalogue).
			WithHint("run make contracts, or give --contracts-dir").WithCause(err)
	}
	program := local.Program{Path: path}
	if !spec.TLS {
		return program, nil
	}
	host, _, err := net.SplitHostPort(spec.Address)
	if err != nil {
		return program, fmt.Errorf("address of %s: %w", spec.ID, err)
	}
	m, err := p.orgs.ContractMaterial(ctx, OperatorOrg, spec.ID, host)
	program.TLS = &local.ContractTLS{Key: m.Key, Cert: m.Cert}
	return program, err
}
