// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

// TestIntegrationOrdererKilledUnderLoad kills one of four orderers, the leader among them, while transactions are
// submitted: every one must be committed exactly once.
func TestIntegrationOrdererKilledUnderLoad(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.org("bizkaia")
	p.ledger("karga", "platform", "bizkaia")
	p.exams("karga")
	p.submit("karga", "bizkaia", "CreateSession", nil, "saioa", "Saioa", "2026-06-15")

	const workers, each = 8, 25
	var submitted atomic.Int64
	killed := make(chan struct{})
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				if submitted.Add(1) == workers*each/4 {
					node, err := p.c.Node(t.Context(), "platform-orderer0")
					if err == nil {
						err = syscall.Kill(node.PID, syscall.SIGKILL)
					}
					if err != nil {
						t.Errorf("kill orderer: %v", err)
					}
					close(killed)
				}
				commit, err := p.c.Submit(t.Context(), "karga", "exams", api.Call{
					Organization: "bizkaia", Function: "RecordResult",
					Arguments: []string{"saioa", "matematika", fmt.Sprintf("ref-%d-%04d", w, i)}, Transient: result("7.25"),
				})
				if err == nil && commit.State == "pending" {
					commit, err = p.settled("karga", "bizkaia", commit)
				}
				if err != nil || commit.State != "committed" {
					t.Errorf("submission %d/%d: %+v: %v", w, i, commit, err)
				}
			}
		})
	}
	wg.Wait()
	<-killed
	committed := map[string]int{}
	for tx, err := range p.c.Transactions(t.Context(), "karga") {
		if err != nil {
			t.Fatal(err)
		}
		if tx.Function == "RecordResult" && tx.Valid {
			committed[strings.Join(tx.Arguments, "/")]++
		}
	}
	if len(committed) != workers*each {
		t.Errorf("%d results are on the ledger, want %d", len(committed), workers*each)
	}
	for key, n := range committed {
		if n != 1 {
			t.Errorf("%s was committed %d times", key, n)
		}
	}
	p.running("platform-orderer0", 1)
}

// settled waits until a pending transaction's fate is known.
func (p *platform) settled(ledger, org string, c api.Commit) (api.Commit, error) {
	var err error
	p.eventually("commit of "+c.TransactionID, func(ctx context.Context) error {
		c, err = p.c.CommitStatus(ctx, ledger, c.TransactionID, org)
		if err == nil && c.State == "pending" {
			return errors.New("pending")
		}
		return err
	})
	return c, err
}

// running waits until a node runs again after at least restarts restarts.
func (p *platform) running(id string, restarts int) api.Node {
	p.t.Helper()
	var n api.Node
	p.eventually(id+" running", func(ctx context.Context) (err error) {
		n, err = p.c.Node(ctx, id)
		if err == nil && (n.Phase != "running" || n.Restarts < restarts) {
			return fmt.Errorf("%s is %s (%s), %d restarts", id, n.Phase, n.Reason, n.Restarts)
		}
		return err
	})
	return n
}

// TestIntegrationKilledInEveryOperation kills b4a at every step of every kind of operation: after the restart the
// operation completes, nothing is doubled, and no process was left behind.
func TestIntegrationKilledInEveryOperation(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.org("bat")
	p.org("bi")
	kinds := []struct {
		steps int
		start func(i int) (api.Operation, error)
		check func(i int)
	}{
		{3, func(i int) (api.Operation, error) {
			return p.c.NewOrganization(t.Context(), api.NewOrganization{ID: fmt.Sprintf("org%d", i), Name: "Org", Kind: "company"})
		}, func(i int) {
			o, err := p.c.Organization(t.Context(), fmt.Sprintf("org%d", i))
			if err != nil || o.State != "active" || len(o.Nodes) != 1 {
				t.Errorf("organization: %+v: %v", o, err)
			}
		}},
		{5, func(i int) (api.Operation, error) {
			return p.c.NewLedger(t.Context(), api.NewLedger{Name: fmt.Sprintf("ledger%d", i), Organizations: []string{"bat", "bi"}})
		}, func(i int) {
			p.eventually("ledger is there", func(ctx context.Context) error {
				l, err := p.c.Ledger(ctx, fmt.Sprintf("ledger%d", i))
				if err == nil && (l.State != "active" || l.Height != 1) {
					return fmt.Errorf("ledger: %+v", l)
				}
				return err
			})
		}},
		{5, func(i int) (api.Operation, error) {
			return p.c.NewContract(t.Context(), fmt.Sprintf("ledger%d", i%4), api.NewContract{
				Catalogue: "exams", Name: fmt.Sprintf("exams%d", i),
			})
		}, func(i int) {
			d, err := p.c.Contract(t.Context(), fmt.Sprintf("ledger%d", i%4), fmt.Sprintf("exams%d", i))
			if err != nil || d.State != "ready" || d.Sequence != 1 || len(d.Approvals) != 2 {
				t.Errorf("contract: %+v: %v", d, err)
			}
		}},
		{4, func(i int) (api.Operation, error) {
			return p.c.NewLedgerMember(t.Context(), fmt.Sprintf("ledger%d", i), api.NewLedgerMember{Organization: "org0"})
		}, func(i int) {
			l, err := p.c.Ledger(t.Context(), fmt.Sprintf("ledger%d", i))
			if err != nil || len(l.Organizations) != 3 {
				t.Errorf("ledger: %+v: %v", l, err)
			}
			blocks, err := client.Collect(p.c.Transactions(t.Context(), l.Name), 1000)
			updates := 0
			for _, tx := range blocks {
				if tx.Type == "config" && tx.Block > 0 {
					updates++
				}
			}
			if err != nil || updates != 1 {
				t.Errorf("%d config updates: %v", updates, err)
			}
		}},
	}
	for _, kind := range kinds {
		for i := range kind.steps {
			op, err := kind.start(i)
			if err != nil {
				t.Fatal(err)
			}
			p.killAtStep(op.ID, i)
			ended := p.done(op, nil)
			for _, s := range ended.Steps {
				if s.State != "succeeded" {
					t.Errorf("%s, killed at step %d: step %s is %s", ended.Kind, i, s.Name, s.State)
				}
			}
			kind.check(i)
		}
	}
}

// killAtStep kills b4a when the operation has come to a step (or beyond), checks that its processes die with it, and
// starts it again.
func (p *platform) killAtStep(id string, step int) {
	p.t.Helper()
	pids := p.pids()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	op, err := p.c.WaitOperation(ctx, id, func(op api.Operation) {
		if op.Done() || len(op.Steps) > step && op.Steps[step].State != "pending" {
			cancel()
		}
	})
	if err == nil && !op.Done() || err != nil && !errors.Is(err, context.Canceled) {
		p.t.Fatalf("operation: %+v: %v", op, err)
	}
	p.kill()
	for _, pid := range pids {
		p.eventually("no orphans", func(context.Context) error { return gone(pid) })
	}
	p.start()
}

// TestIntegrationPeerKilled kills a peer: it comes back and catches up with what was committed meanwhile.
func TestIntegrationPeerKilled(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.org("bizkaia")
	p.org("araba")
	p.ledger("lankidetza", "bizkaia", "araba", "platform")
	p.exams("lankidetza")
	p.submit("lankidetza", "bizkaia", "CreateSession", nil, "saioa", "Saioa", "2026-06-15")
	n := p.running("araba-peer0", 0)
	if err := syscall.Kill(n.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		ref := fmt.Sprintf("ikaslea-%04d", i)
		commit, err := p.c.Submit(t.Context(), "lankidetza", "exams", api.Call{
			Organization: "bizkaia", Function: "RecordResult", Arguments: []string{"saioa", "historia", ref},
			Transient: result("5"), Endorsers: []string{"bizkaia", "platform"},
		})
		if err != nil || commit.State != "committed" {
			t.Errorf("submission while a peer is down: %+v: %v", commit, err)
		}
	}
	p.running("araba-peer0", 1)
	p.eventually("the peer catches up", func(ctx context.Context) error {
		_, err := p.c.Evaluate(ctx, "lankidetza", "exams", api.Call{
			Organization: "araba", Function: "GetResult", Arguments: []string{"saioa", "historia", "ikaslea-0004"},
		})
		return err
	})
}

// TestIntegrationContractKilled kills a contract's process: the next call works.
func TestIntegrationContractKilled(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.ledger("bakarra", "platform")
	p.exams("bakarra")
	p.submit("bakarra", "platform", "CreateSession", nil, "saioa", "Saioa", "2026-06-15")
	for range 3 {
		d, err := p.c.Contract(t.Context(), "bakarra", "exams")
		if err != nil || d.Process == nil || d.Process.PID == 0 {
			t.Fatalf("contract: %+v: %v", d, err)
		}
		if err := syscall.Kill(d.Process.PID, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		if got := p.evaluate("bakarra", "platform", "GetSession", nil, "saioa"); !strings.Contains(got, "saioa") {
			t.Errorf("session: %s", got)
		}
	}
}

// TestIntegrationFullDisk fills the file system of the data directory: writes are refused with a clear error, what was
// committed is still there, and everything heals when there is room again.
func TestIntegrationFullDisk(t *testing.T) {
	t.Parallel()
	mountPoint := t.TempDir()
	script := `mount -t tmpfs -o size=200m tmpfs "$0" && exec "$@"`
	p := idlePlatform(t)
	p.dir = filepath.Join(mountPoint, "data")
	p.wrap = []string{"unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, mountPoint}
	if os.Geteuid() == 0 {
		p.wrap = []string{"unshare", "--mount", "sh", "-c", script, mountPoint}
	}
	if out, err := exec.Command("unshare", p.wrap[1:len(p.wrap)-4]...).CombinedOutput(); err != nil && os.Getenv("REQUIRE_INTEGRATION") != "1" {
		t.Skipf("no mount namespaces here: %v: %s", err, out)
	}
	p.launch()
	t.Cleanup(p.stop)
	p.dir = fmt.Sprintf("/proc/%d/root%s", p.cmd.Process.Pid, p.dir)
	p.awaitReady()
	p.ledger("beteta", "platform")
	p.exams("beteta")
	p.submit("beteta", "platform", "CreateSession", nil, "saioa", "Saioa", "2026-06-15")
	p.submit("beteta", "platform", "RecordResult", result("8"), "saioa", "fisika", "aurretik-01")

	filler := filepath.Join(filepath.Dir(p.dir), "filler")
	fill(t, filler)
	_, err := p.c.NewOrganization(t.Context(), api.NewOrganization{ID: "betea", Name: "Betea", Kind: "company"}, client.IdempotencyKey("full-1"))
	if got := code(err); got != "disk_full" {
		t.Errorf("create an organization on a full disk: %s, want disk_full", got)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	p.eventually("the platform heals", func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
		defer cancel()
		_, err := p.c.Submit(ctx, "beteta", "exams", api.Call{
			Organization: "platform", Function: "RecordResult", Arguments: []string{"saioa", "fisika", "ondoren-02"},
			Transient: result("9"),
		}, client.IdempotencyKey("heal"))
		return err
	})
	for _, ref := range []string{"aurretik-01", "ondoren-02"} {
		if got := p.evaluate("beteta", "platform", "GetResult", nil, "saioa", "fisika", ref); !strings.Contains(got, ref) {
			t.Errorf("result %s: %s", ref, got)
		}
	}
	p.org("osatua")
}

// fill writes a file until the file system has no room.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{1 << 20, 4096, 1} {
		block := make([]byte, size)
		for {
			if _, err = f.Write(block); err != nil {
				break
			}
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("fill the disk: %v", err)
		}
	}
}
