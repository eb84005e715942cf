// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
	"github.com/blockchain4all/blockchain4all/internal/logtest"
)

// patience is how long tests wait for what should come soon. The machine may be busy with other tests.
const patience = 90 * time.Second

// binary gives the built program, or skips; with REQUIRE_INTEGRATION=1 it fails instead.
func binary(t *testing.T) string {
	t.Helper()
	path := os.Getenv("B4A_BIN")
	if path == "" {
		path = filepath.Join("..", "..", "bin", "b4a")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("REQUIRE_INTEGRATION") == "1" {
			t.Fatalf("bin/b4a is not built: run make build (%v)", err)
		}
		t.Skipf("bin/b4a is not built: run make build (%v)", err)
	}
	return path
}

// platform is a b4a under test.
type platform struct {
	t       *testing.T
	dir     string
	address string
	wrap    []string // command that runs b4a; nil: none
	flags   []string // further flags of b4a serve
	cmd     *exec.Cmd
	exited  chan struct{}
	log     *logtest.Buffer
	c       *client.Client
}

// newPlatform starts a b4a on an empty data directory, with further flags, and waits until it is ready.
func newPlatform(t *testing.T, flags ...string) *platform {
	t.Helper()
	p := idlePlatform(t)
	p.flags = flags
	p.start()
	t.Cleanup(p.stop)
	return p
}

// idlePlatform is a b4a that has not been started.
func idlePlatform(t *testing.T) *platform {
	t.Helper()
	return &platform{t: t, dir: filepath.Join(t.TempDir(), "data"), address: freeAddress(t), log: &logtest.Buffer{}}
}

// freeAddress gives an address on a random loopback address of the test's own, where no other test listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func (p *platform) start() {
	p.t.Helper()
	p.launch()
	p.awaitReady()
}

// launch starts the program without waiting for it.
func (p *platform) launch() {
	p.t.Helper()
	args := append(append([]string{}, p.wrap...), binary(p.t), "serve", "--data-dir", p.dir, "--listen", p.address)
	args = append(args, p.flags...)
	p.cmd = exec.Command(args[0], args[1:]...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	exited := make(chan struct{})
	p.exited = exited
	cmd := p.cmd
	go func() {
		_ = cmd.Wait()
		close(exited)
	}()
}

func (p *platform) awaitReady() {
	p.t.Helper()
	p.connect()
	p.eventually("ready", func(ctx context.Context) error {
		select {
		case <-p.exited:
			p.t.Fatalf("b4a ended at start:\n%s", p.log)
		default:
		}
		return p.c.Ready(ctx)
	})
}

// connect makes the API client with the operator's token.
func (p *platform) connect() {
	p.t.Helper()
	var token []byte
	p.eventually("operator token", func(context.Context) (err error) {
		token, err = os.ReadFile(filepath.Join(p.dir, "operator-token"))
		return err
	})
	var err error
	if p.c, err = client.New("http://"+p.address, strings.TrimSpace(string(token))); err != nil {
		p.t.Fatal(err)
	}
}

// eventually tries until it comes out well.
func (p *platform) eventually(what string, try func(ctx context.Context) error) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
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
			p.t.Fatalf("%s: not within %s: %v\n%s", what, patience, err, p.log)
		case <-ticker.C:
		}
	}
}

// kill ends the program as a power cut would.
func (p *platform) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	<-p.exited
}

// stop ends the program in order.
func (p *platform) stop() {
	select {
	case <-p.exited:
		return
	default:
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(patience):
		p.t.Errorf("b4a did not stop:\n%s", p.log)
		_ = p.cmd.Process.Kill()
	}
	if p.t.Failed() {
		p.t.Logf("log of b4a:\n%s", tail(p.log.String(), 20000))
		p.logNodes()
	}
}

// logNodes prints the ends of the nodes' logs.
func (p *platform) logNodes() {
	logs, err := filepath.Glob(filepath.Join(p.dir, "nodes", "*", "log", "*.log"))
	if err != nil {
		p.t.Error(err)
	}
	for _, path := range logs {
		content, err := os.ReadFile(path)
		if err != nil {
			p.t.Error(err)
		}
		p.t.Logf("%s:\n%s", path, tail(string(content), 4000))
	}
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }

func (p *platform) done(op api.Operation, err error) api.Operation {
	p.t.Helper()
	if err != nil {
		p.t.Fatalf("start operation: %v", err)
	}
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	op, err = p.c.WaitOperation(ctx, op.ID, nil)
	if err != nil {
		p.t.Fatalf("operation %s: %v: %+v", op.Kind, err, op)
	}
	return op
}

func (p *platform) org(id string) {
	p.t.Helper()
	p.done(p.c.NewOrganization(p.t.Context(), api.NewOrganization{ID: id, Name: id, Kind: "university"}))
}

func (p *platform) ledger(name string, orgs ...string) {
	p.t.Helper()
	p.done(p.c.NewLedger(p.t.Context(), api.NewLedger{Name: name, Organizations: orgs}))
}

func (p *platform) exams(ledger string) {
	p.t.Helper()
	p.done(p.c.NewContract(p.t.Context(), ledger, api.NewContract{Catalogue: "exams"}))
}

// submit makes a transaction in the name of an organization's office.
func (p *platform) submit(ledger, org, function string, transient map[string]string, args ...string) api.Commit {
	p.t.Helper()
	commit, err := p.c.Submit(p.t.Context(), ledger, "exams", api.Call{
		Organization: org, Function: function, Arguments: args, Transient: transient,
	})
	if err != nil {
		p.t.Fatalf("%s %v: %v", function, args, err)
	}
	return commit
}

func (p *platform) evaluate(ledger, org, function string, transient map[string]string, args ...string) string {
	p.t.Helper()
	result, err := p.c.Evaluate(p.t.Context(), ledger, "exams", api.Call{
		Organization: org, Function: function, Arguments: args, Transient: transient,
	})
	if err != nil {
		p.t.Fatalf("%s %v: %v", function, args, err)
	}
	return result.Result
}

// result is the transient data of an exam result.
func result(mark string) map[string]string {
	return map[string]string{"result": `{"mark":"` + mark + `","salt":"c2FsdHNhbHRzYWx0c2FsdA=="}`}
}

// pids gives the processes of nodes and contracts.
func (p *platform) pids() []int {
	p.t.Helper()
	var pids []int
	for n, err := range p.c.Nodes(p.t.Context()) {
		if err != nil {
			p.t.Fatal(err)
		}
		if n.PID != 0 {
			pids = append(pids, n.PID)
		}
	}
	return pids
}

// gone tells whether a process has ended; one that waits to be reaped has.
func gone(pid int) error {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, rest, ok := strings.Cut(string(stat), ") "); ok && (rest[0] == 'Z' || rest[0] == 'X') {
		return nil
	}
	return fmt.Errorf("process %d is alive", pid)
}

func code(err error) string {
	if problem, ok := errors.AsType[*api.Problem](err); ok {
		return problem.Code
	}
	return fmt.Sprint(err)
}
