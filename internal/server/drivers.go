// SPDX-License-Identifier: Apache-2.0

package server

import (
	"fmt"
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

// contractProgram finds the program of a catalogue contract.
func (p *platform) contractProgram(spec chaincode.ServiceSpec) (local.Program, error) {
	path, err := filepath.Abs(filepath.Join(p.config.ContractsDir, spec.Catalogue))
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		return local.Program{}, fault.New(fault.Unavailable, "contract_program_missing", "the program of contract %s is missing", spec.Catalogue).
			WithHint("run make contracts, or give --contracts-dir").WithCause(err)
	}
	return local.Program{Path: path}, nil
}
