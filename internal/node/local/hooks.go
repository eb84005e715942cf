// SPDX-License-Identifier: Apache-2.0

package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/blockchain4all/blockchain4all/internal/durable"
	"github.com/blockchain4all/blockchain4all/internal/fabric/nodeconfig"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/supervise"
)

// hooks gives the steps before each start of a node's process, in order. A later one counts on the earlier ones.
func (d *Driver) hooks(spec node.Spec, dir string) []supervise.Hook {
	return []supervise.Hook{
		{Name: "make folders", Run: func(context.Context) error { return said(makeFolders(dir)) }},
		{Name: "write keys and certificates", Run: func(context.Context) error { return said(writeMaterial(spec, dir)) }},
		{Name: "write configuration", Run: func(context.Context) error { return said(writeConfig(spec, dir)) }},
		{Name: "check program", Run: func(context.Context) error { return d.checkProgram(spec.Kind) }},
		{Name: "check ports", Run: func(context.Context) error { return checkPorts(spec.Endpoints) }},
	}
}

// command is how a node's process is started.
func (d *Driver) command(spec node.Spec, dir string) supervise.Command {
	args := []string{"start"}
	if spec.Kind == node.Peer {
		args = []string{"node", "start"}
	}
	return supervise.Command{
		Path: d.o.Programs.Path(string(spec.Kind)),
		Args: args,
		Dir:  dir,
		Env: []string{
			"FABRIC_CFG_PATH=" + dir,
			"FABRIC_LOGGING_SPEC=" + d.o.LogSpec,
			"FABRIC_LOGGING_FORMAT=%{time:2006-01-02T15:04:05.000Z07:00} %{level:.4s} [%{module}] %{message}",
			"HOME=" + dir,
			"TMPDIR=" + filepath.Join(dir, "tmp"),
			"PATH=/usr/local/bin:/usr/bin:/bin",
		},
	}
}

// servedFile is there once a node has been well.
const servedFile = "served"

// recordServed remembers that a node has been well, so that its data is worth keeping.
func recordServed(dir string) error {
	path := filepath.Join(dir, servedFile)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	return durable.WriteFile(path, nil, 0o600)
}

// discardUnborn removes the data of a node that has never been well. Killed while it makes its databases for the first
// time, Fabric leaves them so that it can't open them again ("Error opening leveldb: file does not exist"); nothing can
// be in them yet.
func discardUnborn(dir string) error {
	_, err := os.Stat(filepath.Join(dir, servedFile))
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.RemoveAll(filepath.Join(dir, "data"))
}

func makeFolders(dir string) error {
	if err := discardUnborn(dir); err != nil {
		return err
	}
	// What a peer unpacked and did not clean up, because it was killed, is of no use to the next.
	if err := os.RemoveAll(filepath.Join(dir, "tmp")); err != nil {
		return err
	}
	for _, sub := range []string{"data", "log", "tmp", "msp", "tls"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return err
		}
	}
	return nil
}

// writeMaterial makes msp/ and tls/ hold exactly what the spec says. The files need no fsync: the caller has all of it
// and the next start compares.
func writeMaterial(spec node.Spec, dir string) error {
	if err := mirror(filepath.Join(dir, nodeconfig.MSPDir), spec.MSP); err != nil {
		return err
	}
	tls := map[string][]byte{
		filepath.Base(nodeconfig.TLSCertFile):  spec.TLS.Cert,
		filepath.Base(nodeconfig.TLSKeyFile):   spec.TLS.Key,
		filepath.Base(nodeconfig.TLSRootsFile): spec.TLSRoots,
	}
	if spec.Kind == node.Orderer {
		tls[filepath.Base(nodeconfig.AdminRootsFile)] = spec.AdminRoots
	}
	return mirror(filepath.Join(dir, "tls"), tls)
}

func writeConfig(spec node.Spec, dir string) error {
	name, content, err := render(spec, dir)
	if err != nil {
		return supervise.Permanent(err)
	}
	return update(filepath.Join(dir, name), content)
}

func render(spec node.Spec, dir string) (name string, content []byte, err error) {
	slashed := filepath.ToSlash(dir)
	listen := nodeconfig.Listen{
		Host: spec.Endpoints.Host, Port: spec.Endpoints.Port, Ops: spec.Endpoints.OperationsPort,
	}
	if spec.Kind == node.Orderer {
		content, err = nodeconfig.Orderer{
			ID: spec.ID, MSPID: spec.MSPID, Dir: slashed, Listen: listen, AdminPort: spec.Endpoints.AdminPort,
		}.Render()
		return nodeconfig.OrdererFile, content, err
	}
	content, err = nodeconfig.Peer{
		ID: spec.ID, MSPID: spec.MSPID, Dir: slashed, Listen: listen, ChaincodePort: spec.Endpoints.ChaincodePort,
		Bootstrap: spec.Bootstrap, Builder: filepath.ToSlash(spec.Builder),
	}.Render()
	return nodeconfig.PeerFile, content, err
}

// checkProgram refuses a program that is not the one that was built. A changed or missing one stays so until somebody
// builds it again, and then Apply starts the node.
func (d *Driver) checkProgram(kind node.Kind) error {
	err := d.digests.verify(d.o.Programs, string(kind))
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return supervise.Permanent(&told{text: sentence(f), cause: err})
	}
	return err
}

func sentence(f *fault.Error) string {
	if f.Hint == "" {
		return f.Message
	}
	return f.Message + " (" + f.Hint + ")"
}

// checkPorts names the port that another program has taken, which the node itself would say only in its log.
func checkPorts(e node.Endpoints) error {
	for _, port := range portsOf(e) {
		if err := probePort(e.Host, port); err != nil {
			return &told{text: portReason(e.Host, port, err), cause: err}
		}
	}
	return nil
}

func portReason(host string, port int, err error) string {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Sprintf("port %d of %s is taken by another program", port, host)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return "this machine has no address " + host
	case errors.Is(err, syscall.EACCES):
		return fmt.Sprintf("port %s of %s is not allowed to this user", strconv.Itoa(port), host)
	default:
		return fmt.Sprintf("can't listen on port %d of %s", port, host)
	}
}

// told is an error with a sentence for people.
type told struct {
	text  string
	cause error
}

func (t *told) Error() string { return t.text + ": " + t.cause.Error() }

// Reason implements supervise.Reasoner.
func (t *told) Reason() string { return t.text }

// Unwrap gives the cause.
func (t *told) Unwrap() error { return t.cause }

// said gives errors of the file system a sentence.
func said(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return &told{text: "the disk of the data directory is full", cause: err}
	case errors.Is(err, os.ErrPermission):
		return &told{text: "the data directory is not writable", cause: err}
	default:
		return err
	}
}

var _ supervise.Reasoner = (*told)(nil)
