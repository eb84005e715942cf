// SPDX-License-Identifier: Apache-2.0

package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"sync"

	"github.com/blockchain4all/blockchain4all/internal/chaincode"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/supervise"
)

// Program is what runs a contract: a chaincode server (chaincode as a service).
type Program struct {
	Path string            // absolute
	Args []string          // without the program's name
	Env  map[string]string // besides what every contract gets; no secrets
	TLS  *ContractTLS      // nil: the peer connects without TLS, which the loopback device allows
}

// ContractTLS is what a contract's server shows and trusts, PEM. The program gets the paths of files.
type ContractTLS struct {
	Key, Cert []byte
	ClientCA  []byte // roots of the peers' client certificates; empty: any client
}

// ContractOptions are those of NewContracts.
type ContractOptions struct {
	Root string // folder of the contracts; made if missing
	Host string // IP address that they listen on
	// Program finds the program of a service; an error that is a fault is shown as it is.
	Program func(ctx context.Context, spec chaincode.ServiceSpec) (Program, error)
	// Wrap changes the command line before each start, into one that runs it in a sandbox; nil: as it is.
	Wrap       func(supervise.Command) supervise.Command
	Policy     supervise.Policy
	Supervisor *supervise.Supervisor // nil: one of its own
	Log        *slog.Logger
}

// Contracts runs contracts as processes of this machine: it implements chaincode.Host. A contract is a folder with
// endpoints.json, tls/ and log/contract.log, and a supervised process with the environment CHAINCODE_ID,
// CHAINCODE_SERVER_ADDRESS and, with TLS, CHAINCODE_TLS_DISABLED=false and the paths CHAINCODE_TLS_KEY,
// CHAINCODE_TLS_CERT and CHAINCODE_CLIENT_CA_CERT.
type Contracts struct {
	o     ContractOptions
	own   bool
	ports *reservations

	mu       sync.Mutex // held for short; op holds the long things
	services map[string]*service
	closed   bool
}

type service struct {
	op      chan struct{}
	program Program
	spec    chaincode.ServiceSpec
	child   *supervise.Child
	log     *supervise.LogFile
}

// NewContracts opens the host. It starts nothing.
func NewContracts(o ContractOptions) (*Contracts, error) {
	if err := os.MkdirAll(o.Root, 0o700); err != nil {
		return nil, err
	}
	if err := sweep(o.Root); err != nil {
		return nil, err
	}
	ports, err := openReservations(o.Root, o.Host, contractPortsSpan(), checkServiceID)
	if err != nil {
		return nil, err
	}
	c := &Contracts{o: o, ports: ports, services: make(map[string]*service)}
	if c.o.Supervisor == nil {
		c.o.Supervisor, c.own = supervise.New(o.Log), true
	}
	return c, nil
}

const serviceIDPattern = `^[a-z0-9][a-z0-9-]{0,199}$`

func checkServiceID(id string) error {
	if ok, err := regexp.MatchString(serviceIDPattern, id); err != nil || !ok {
		return node.InvalidSpec("%q is no name of a contract's process", id)
	}
	return nil
}

const contractKind node.Kind = "contract"

// Reserve implements chaincode.Host.
func (c *Contracts) Reserve(_ context.Context, id string) (string, error) {
	if err := checkServiceID(id); err != nil {
		return "", err
	}
	e, err := c.ports.node(id, contractKind)
	return net.JoinHostPort(e.Host, strconv.Itoa(e.Port)), err
}

// Apply implements chaincode.Host.
func (c *Contracts) Apply(ctx context.Context, spec chaincode.ServiceSpec) error {
	endpoints, err := c.validate(spec)
	if err != nil {
		return err
	}
	program, err := c.o.Program(ctx, spec)
	if err != nil {
		return err
	}
	if err := c.ports.adopt(spec.ID, contractKind, endpoints); err != nil {
		return err
	}
	s, err := c.lock(ctx, spec.ID, true)
	if err != nil {
		return err
	}
	defer s.unlock()
	c.mu.Lock()
	old, oldProgram, child := s.spec, s.program, s.child
	c.mu.Unlock()
	if child != nil {
		if child.Status().Phase != supervise.Failed && old == spec && reflect.DeepEqual(oldProgram, program) {
			return nil
		}
		child.Stop(ctx)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return errClosed()
	}
	s.spec, s.program = spec, program
	s.child = c.o.Supervisor.Start(ctx, c.supervised(s, endpoints))
	return nil
}

func (c *Contracts) validate(spec chaincode.ServiceSpec) (node.Endpoints, error) {
	if err := checkServiceID(spec.ID); err != nil {
		return node.Endpoints{}, err
	}
	if spec.PackageID == "" {
		return node.Endpoints{}, node.InvalidSpec("contract process %s has no package ID", spec.ID)
	}
	host, text, err := net.SplitHostPort(spec.Address)
	port, portErr := strconv.Atoi(text)
	if err != nil || portErr != nil {
		return node.Endpoints{}, node.InvalidSpec("%q is no address of contract process %s", spec.Address, spec.ID)
	}
	return node.Endpoints{Host: host, Port: port}, nil
}

func (c *Contracts) supervised(s *service, endpoints node.Endpoints) supervise.Spec {
	dir := filepath.Join(c.o.Root, s.spec.ID)
	command := contractCommand(s.spec, s.program, dir)
	if c.o.Wrap != nil {
		command = c.o.Wrap(command)
	}
	program := s.program
	return supervise.Spec{
		Name:    s.spec.ID,
		Command: command,
		Hooks: []supervise.Hook{
			{Name: "make folders", Run: func(context.Context) error { return said(makeContractFolders(dir)) }},
			{Name: "write certificates", Run: func(context.Context) error { return said(writeContractTLS(program.TLS, dir)) }},
			{Name: "check program", Run: func(context.Context) error { return checkContractProgram(program.Path) }},
			{Name: "check ports", Run: func(context.Context) error { return checkPorts(endpoints) }},
		},
		Probe:   supervise.TCPProbe(s.spec.Address),
		Output:  s.log,
		Explain: explain,
		Policy:  c.o.Policy,
	}
}

func contractCommand(spec chaincode.ServiceSpec, p Program, dir string) supervise.Command {
	env := map[string]string{
		"HOME":                     dir,
		"TMPDIR":                   filepath.Join(dir, "tmp"),
		"PATH":                     "/usr/local/bin:/usr/bin:/bin",
		"CHAINCODE_ID":             spec.PackageID,
		"CHAINCODE_SERVER_ADDRESS": spec.Address,
	}
	maps.Copy(env, p.Env)
	if p.TLS != nil {
		env["CHAINCODE_TLS_DISABLED"] = "false"
		env["CHAINCODE_TLS_KEY"] = filepath.Join(dir, "tls", "key.pem")
		env["CHAINCODE_TLS_CERT"] = filepath.Join(dir, "tls", "cert.pem")
		if len(p.TLS.ClientCA) > 0 {
			env["CHAINCODE_CLIENT_CA_CERT"] = filepath.Join(dir, "tls", "client-ca.pem")
		}
	} else {
		env["CHAINCODE_TLS_DISABLED"] = "true"
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(env)) {
		list = append(list, name+"="+env[name])
	}
	return supervise.Command{Path: p.Path, Args: p.Args, Dir: dir, Env: list}
}

func makeContractFolders(dir string) error {
	if err := os.RemoveAll(filepath.Join(dir, "tmp")); err != nil {
		return err
	}
	for _, sub := range []string{"log", "tmp", "tls"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return err
		}
	}
	return nil
}

func writeContractTLS(t *ContractTLS, dir string) error {
	files := map[string][]byte{}
	if t != nil {
		files["key.pem"], files["cert.pem"] = t.Key, t.Cert
		if len(t.ClientCA) > 0 {
			files["client-ca.pem"] = t.ClientCA
		}
	}
	return mirror(filepath.Join(dir, "tls"), files)
}

func checkContractProgram(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return supervise.Permanent(&told{text: "the contract's program is missing", cause: err})
	case !info.Mode().IsRegular() || info.Mode()&0o111 == 0:
		return supervise.Permanent(&told{
			text: "the contract's program can't be executed", cause: fmt.Errorf("%s has mode %s", path, info.Mode()),
		})
	}
	return nil
}

// Observe implements chaincode.Host.
func (c *Contracts) Observe(_ context.Context, id string) (node.Observation, error) {
	c.mu.Lock()
	s, ok := c.services[id]
	var child *supervise.Child
	if ok {
		child = s.child
	}
	c.mu.Unlock()
	switch {
	case child != nil:
		return observation(id, child.Status()), nil
	case ok || c.ports.has(id):
		return node.Observation{ID: id, Phase: node.Stopped, Reason: "it was not started yet"}, nil
	default:
		return node.Observation{}, unknownService(id)
	}
}

// WaitReady implements chaincode.Host. The error is the fault node_not_ready, node_failed or node_stopped.
func (c *Contracts) WaitReady(ctx context.Context, id string) error {
	for {
		s, err := c.lock(ctx, id, false) // an Apply under way ends first
		if err != nil {
			return err
		}
		c.mu.Lock()
		child := s.child
		c.mu.Unlock()
		s.unlock()
		if child == nil {
			return node.NotRunning(id)
		}
		err = child.WaitRunning(ctx)
		var state *supervise.StateError
		if errors.As(err, &state) && state.Status.Phase == supervise.Stopped && ctx.Err() == nil {
			continue // replaced, removed or closed: lock tells
		}
		return notReady(id, err)
	}
}

// Logs implements chaincode.Host.
func (c *Contracts) Logs(_ context.Context, id string, tail int) (io.ReadCloser, error) {
	c.mu.Lock()
	s, ok := c.services[id]
	c.mu.Unlock()
	if ok {
		return readTail(s.log, tail)
	}
	if !c.ports.has(id) {
		return nil, unknownService(id)
	}
	return readTail(logFile(filepath.Join(c.o.Root, id), contractLog), tail)
}

// Remove implements chaincode.Host.
func (c *Contracts) Remove(ctx context.Context, id string) error {
	if checkServiceID(id) != nil {
		return nil // there can be none
	}
	s, err := c.lock(ctx, id, true)
	if err != nil {
		return err
	}
	defer s.unlock()
	c.mu.Lock()
	child := s.child
	c.mu.Unlock()
	if child != nil {
		child.Stop(ctx)
	}
	if err := s.log.Close(); err != nil {
		return err
	}
	c.mu.Lock()
	delete(c.services, id)
	c.mu.Unlock()
	return c.ports.remove(id, filepath.Join(c.o.Root, id))
}

// Close implements chaincode.Host.
func (c *Contracts) Close(ctx context.Context) error {
	c.mu.Lock()
	c.closed = true
	services := slices.Collect(maps.Values(c.services))
	c.mu.Unlock()
	errs := make([]error, len(services))
	var wg sync.WaitGroup
	for i, s := range services {
		c.mu.Lock()
		child := s.child
		c.mu.Unlock()
		wg.Go(func() {
			if child != nil {
				child.Stop(ctx)
			}
			errs[i] = s.log.Close()
		})
	}
	wg.Wait()
	if c.own {
		c.o.Supervisor.Close()
	}
	return errors.Join(errs...)
}

const contractLog = "contract.log"

func (c *Contracts) lock(ctx context.Context, id string, create bool) (*service, error) {
	for {
		c.mu.Lock()
		if c.closed {
			c.mu.Unlock()
			return nil, errClosed()
		}
		s, ok := c.services[id]
		if !ok && create {
			s = &service{op: make(chan struct{}, 1), log: logFile(filepath.Join(c.o.Root, id), contractLog)}
			c.services[id] = s
		}
		c.mu.Unlock()
		switch {
		case s == nil && c.ports.has(id):
			return nil, node.NotRunning(id)
		case s == nil:
			return nil, unknownService(id)
		}
		select {
		case s.op <- struct{}{}:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		c.mu.Lock()
		same := c.services[id] == s
		c.mu.Unlock()
		if same {
			return s, nil
		}
		s.unlock() // removed meanwhile
	}
}

func (s *service) unlock() { <-s.op }

func unknownService(id string) error {
	return fault.New(fault.NotFound, "contract_process_not_found", "there is no contract process %s", id)
}

// Guard.
var _ chaincode.Host = (*Contracts)(nil)
