// SPDX-License-Identifier: Apache-2.0

package participation_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx"
	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx/configtxtest"
	"github.com/blockchain4all/blockchain4all/internal/fabric/conn"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fabric/nodeconfig"
	"github.com/blockchain4all/blockchain4all/internal/logtest"
)

// network is a set of real Fabric processes on a loopback address of its own.
type network struct {
	host string
	port int
	pool *conn.Pool
}

// process is a Fabric process.
type process struct {
	id, dir, command string
	org              *configtxtest.Org
	sign, tls        configtxtest.Leaf
	listen           nodeconfig.Listen
	adminPort        int
	cmd              *exec.Cmd
	output           *logtest.Buffer
}

func newNetwork(t *testing.T) *network {
	t.Helper()
	n := &network{
		host: fmt.Sprintf("127.%d.%d.%d", 1+rand.N(254), rand.N(256), 1+rand.N(254)), port: 20000, pool: conn.NewPool(),
	}
	t.Cleanup(func() {
		if err := n.pool.Close(); err != nil {
			t.Errorf("close pool: %v", err)
		}
	})
	return n
}

func (n *network) nextPort() int {
	n.port++
	return n.port
}

// newProcess lays out a node's folder and starts it.
func (n *network) newProcess(t *testing.T, org *configtxtest.Org, id, role string) *process {
	t.Helper()
	p := &process{
		id: id, dir: filepath.Join(t.TempDir(), id), org: org, command: role,
		sign: org.Enroll(t, id, role), tls: org.EnrollTLS(t, id, n.host),
		listen: nodeconfig.Listen{Host: n.host, Port: n.nextPort(), Ops: n.nextPort()}, adminPort: n.nextPort(),
	}
	var (
		file   string
		config []byte
		err    error
	)
	if role == msp.RoleOrderer {
		file = nodeconfig.OrdererFile
		config, err = nodeconfig.Orderer{
			ID: id, MSPID: org.MSPID, Dir: p.dir, Listen: p.listen, AdminPort: p.adminPort,
		}.Render()
	} else {
		file = nodeconfig.PeerFile
		config, err = nodeconfig.Peer{
			ID: id, MSPID: org.MSPID, Dir: p.dir, Listen: p.listen, ChaincodePort: p.adminPort, Builder: p.dir,
		}.Render()
	}
	if err != nil {
		t.Fatal(err)
	}
	p.write(t, map[string][]byte{file: config})
	p.writeIdentity(t)
	p.start(t)
	return p
}

func (p *process) writeIdentity(t *testing.T) {
	t.Helper()
	roots := p.org.TLS.CertificatePEM()
	files := map[string][]byte{
		nodeconfig.TLSCertFile: p.tls.Cert, nodeconfig.TLSKeyFile: p.tls.KeyPEM(t),
		nodeconfig.TLSRootsFile: roots, nodeconfig.AdminRootsFile: roots,
	}
	local := p.org.Definition()
	if p.command == msp.RolePeer {
		local.RootCerts = append(local.RootCerts, p.org.Operations.CertificatePEM())
	}
	for name, content := range local.Folder(p.sign.Cert, p.sign.KeyPEM(t)) {
		files[nodeconfig.MSPDir+"/"+name] = content
	}
	p.write(t, files)
}

func (p *process) write(t *testing.T, files map[string][]byte) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(p.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func (p *process) start(t *testing.T) {
	t.Helper()
	var args []string
	if p.command == msp.RolePeer {
		args = []string{"node", "start"}
	}
	// The context of the test ends before its clean-up, and kills what the test left running.
	p.cmd = exec.CommandContext(t.Context(), configtxtest.Command(t, p.command), args...)
	p.cmd.Env = []string{"FABRIC_CFG_PATH=" + p.dir, "PATH=" + os.Getenv("PATH"), "FABRIC_LOGGING_SPEC=WARN"}
	p.cmd.Dir, p.cmd.SysProcAttr = p.dir, &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	p.output = &logtest.Buffer{}
	p.cmd.Stdout, p.cmd.Stderr = p.output, p.output
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	cmd, said := p.cmd, p.output
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_, _ = cmd.Process.Wait()
		if t.Failed() {
			last := said.String()
			t.Logf("%s said at the end:\n%s", p.id, last[max(0, len(last)-4000):])
		}
	})
}

func (p *process) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.cmd.Wait() // "signal: killed"
}

func (p *process) ready(t *testing.T) {
	t.Helper()
	client := &http.Client{Timeout: time.Second}
	url := "http://" + net.JoinHostPort(p.listen.Host, strconv.Itoa(p.listen.Ops)) + "/healthz"
	eventually(t, 30*time.Second, p.id+" is healthy", func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		res, err := client.Do(req)
		if err != nil {
			return err
		}
		defer func() { _ = res.Body.Close() }()
		if res.StatusCode != http.StatusOK {
			return fmt.Errorf("status %d", res.StatusCode)
		}
		return nil
	})
}

// eventually tries until a thing is so.
func eventually(t *testing.T, limit time.Duration, what string, try func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		err := try(ctx)
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s: not within %s: %v", what, limit, err)
		case <-ticker.C:
		}
	}
}

func (p *process) address() configtx.Address {
	return configtx.Address{Host: p.listen.Host, Port: uint32(p.listen.Port)}
}

func (p *process) adminURL() string {
	return "https://" + net.JoinHostPort(p.listen.Host, strconv.Itoa(p.adminPort))
}

func (n *network) conn(t *testing.T, p *process) *grpc.ClientConn {
	t.Helper()
	c, err := n.pool.Get(conn.Target{
		Address: configtxtest.Endpoint(p.listen.Host, uint32(p.listen.Port)), TLSRoots: p.org.TLS.CertificatePEM(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (n *network) conns(t *testing.T, processes []*process) []grpc.ClientConnInterface {
	t.Helper()
	conns := make([]grpc.ClientConnInterface, 0, len(processes))
	for _, p := range processes {
		conns = append(conns, n.conn(t, p))
	}
	return conns
}

// adminTLS is the client side of the orderers' administration.
func adminTLS(t *testing.T, org *configtxtest.Org) *tls.Config {
	t.Helper()
	leaf := org.EnrollTLS(t, "admin")
	pair, err := tls.X509KeyPair(leaf.Cert, leaf.KeyPEM(t))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(org.TLS.CertificatePEM())
	return &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: roots, MinVersion: tls.VersionTLS12}
}

// consenter gives an orderer's part in a channel.
func (p *process) consenter(ordering configtx.OrderingType, id uint32) configtx.Consenter {
	c := configtx.Consenter{
		Host: p.listen.Host, Port: uint32(p.listen.Port), ServerTLS: p.tls.Cert, ClientTLS: p.tls.Cert,
	}
	if ordering == configtx.BFT {
		c.ID, c.MSPID, c.Identity = id, p.org.MSPID, p.sign.Cert
	}
	return c
}
