// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

// tick is how often the bench looks whether something is ready.
const tick = 2 * time.Millisecond

// platform is a running b4a.
type platform struct {
	dir    string
	url    string
	token  string
	cmd    *exec.Cmd
	c      *client.Client
	ready  time.Duration // from exec to readiness
	orgs   []string
	ledger string
}

func launch(ctx context.Context, o options, dir string) (*platform, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	p := &platform{dir: dir, url: "http://" + address}
	p.cmd = exec.CommandContext(ctx, o.binary, "serve", "--data-dir", dir, "--listen", address)
	begin := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("exec: %w", err)
	}
	err = until(ctx, func() error {
		if p.c == nil {
			token, err := os.ReadFile(filepath.Join(dir, "operator-token"))
			if err != nil {
				return err
			}
			p.token = strings.TrimSpace(string(token))
			if p.c, err = client.New(p.url, p.token, client.WithReconnect(0)); err != nil {
				return err
			}
		}
		return p.c.Ready(ctx)
	})
	p.ready = time.Since(begin)
	return p, err
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a port: %w", err)
	}
	defer l.Close()
	return l.Addr().String(), nil
}

func (p *platform) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	_ = p.cmd.Wait()
}

// until tries until it comes out well, for a minute.
func until(ctx context.Context, try func() error) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-ticker.C:
		}
	}
}

// timed measures from a request until its operation has ended.
func (p *platform) timed(ctx context.Context, start func() (api.Operation, error)) (time.Duration, error) {
	begin := time.Now()
	op, err := start()
	if err == nil {
		_, err = p.c.WaitOperation(ctx, op.ID, nil)
	}
	return time.Since(begin), err
}

func measureNouns(ctx context.Context, o options, p *platform) ([]row, error) {
	var orgs, ledgers, contracts []time.Duration
	for i := range o.rounds {
		id := fmt.Sprintf("erakundea%d", i)
		d, err := p.timed(ctx, func() (api.Operation, error) {
			return p.c.NewOrganization(ctx, api.NewOrganization{ID: id, Name: id, Kind: "company"})
		})
		if err != nil {
			return nil, fmt.Errorf("organization: %w", err)
		}
		orgs = append(orgs, d)
		p.orgs = append(p.orgs, id)
	}
	for i := range o.rounds {
		name := fmt.Sprintf("erregistroa%d", i)
		d, err := p.timed(ctx, func() (api.Operation, error) {
			return p.c.NewLedger(ctx, api.NewLedger{Name: name, Organizations: p.orgs[:2]})
		})
		if err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		ledgers = append(ledgers, d)
		d, err = p.timed(ctx, func() (api.Operation, error) {
			return p.c.NewContract(ctx, name, api.NewContract{Catalogue: "exams"})
		})
		if err != nil {
			return nil, fmt.Errorf("contract: %w", err)
		}
		contracts = append(contracts, d)
		p.ledger = name
	}
	return []row{
		{"admit an organization, p50", "≤ 1 s", seconds(median(orgs)), "", ""},
		{"create a ledger of 2, p50", "≤ 1 s", seconds(median(ledgers)), "", ""},
		{"deploy exams on it, p50", "≤ 2 s", seconds(median(contracts)), "", ""},
	}, nil
}

func measureLists(ctx context.Context, _ options, p *platform) ([]row, error) {
	const items, rounds = 100, 200
	for i := range items {
		if _, err := p.c.NewApplication(ctx, p.orgs[0], api.NewApplication{Name: fmt.Sprintf("aplikazioa-%d", i)}); err != nil {
			return nil, fmt.Errorf("application: %w", err)
		}
	}
	var took []time.Duration
	for range rounds {
		begin := time.Now()
		if err := p.get(ctx, fmt.Sprintf("/api/v1/organizations/%s/certificates?limit=%d", p.orgs[0], items)); err != nil {
			return nil, fmt.Errorf("list of certificates: %w", err)
		}
		took = append(took, time.Since(begin))
	}
	return []row{{"list of 100 items, p50", "≤ 2 ms", ms(median(took)), "", ""}}, nil
}

// get reads an answer of the API to its last byte.
func (p *platform) get(ctx context.Context, path string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+path, nil)
	if err != nil {
		return fmt.Errorf("compose request: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+p.token)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("send request: %w", err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("answer is %s", answer.Status)
	}
	return nil
}

func measureMemory(ctx context.Context, _ options, p *platform) ([]row, error) {
	own, err := resident(p.cmd.Process.Pid)
	if err != nil {
		return nil, err
	}
	var peers []int64
	for n, err := range p.c.Nodes(ctx) {
		if err != nil {
			return nil, err
		}
		if n.Kind == "peer" && n.Organization == p.orgs[len(p.orgs)-1] {
			peers = append(peers, n.RSS)
		}
	}
	if len(peers) == 0 {
		return nil, errors.New("no peer to weigh")
	}
	return []row{
		{"b4a resident", "≤ 100 MB", fmt.Sprintf("%d MB", own>>20), "", ""},
		{"growth an organization (its peer)", "≤ 80 MB", fmt.Sprintf("%d MB", peers[0]>>20), "", ""},
	}, nil
}

// resident gives a process's resident memory in bytes (proc(5), statm).
func resident(pid int) (int64, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, fmt.Errorf("read statm: %w", err)
	}
	var size, pages int64
	if _, err := fmt.Sscan(string(data), &size, &pages); err != nil {
		return 0, fmt.Errorf("read statm: %w", err)
	}
	return pages * int64(os.Getpagesize()), nil
}
