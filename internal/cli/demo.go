// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
	"github.com/blockchain4all/blockchain4all/internal/cli/results"
)

// What the demo makes.
const (
	demoLedger   = "azterketak"
	demoContract = "exams"
	demoOrg      = "unibertsitatea"
	demoApp      = "matrikula"
	demoSession  = "ekaina-2026"
	demoResults  = 100
	demoParallel = 16
)

// demo makes two organizations, a ledger, a contract, an application, a session and a hundred synthetic results,
// through the API like anybody else. What is there already stays as it is, so it may be called again at each start.
func (a *app) demo(ctx context.Context, c *client.Client) error {
	start := a.env.Now()
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i, o := range []api.NewOrganization{
		{ID: "bizkaia", Name: "Bizkaiko Foru Aldundia (demo)", Kind: "public-body"},
		{ID: demoOrg, Name: "Unibertsitatea (demo)", Kind: "university"},
	} {
		wg.Go(func() { errs[i] = a.demoOrg(ctx, c, o) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for _, step := range []func(context.Context, *client.Client) error{a.demoLedger, a.demoContract, a.demoApp} {
		if err := step(ctx, c); err != nil {
			return err
		}
	}
	if err := a.demoResults(ctx, c); err != nil {
		return err
	}
	a.note("✓ The demo is there (%.1f s).", a.env.Now().Sub(start).Seconds())
	return nil
}

// ensure makes a thing that is not there, and waits for one that is being made. state asks for its state.
func (a *app) ensure(
	ctx context.Context, c *client.Client, what string, state func() (string, error), create func() (api.Operation, error),
) error {
	wait := time.NewTicker(100 * time.Millisecond)
	defer wait.Stop()
	for {
		now, err := state()
		switch {
		case isNotFound(err):
			op, err := create()
			if err == nil {
				_, err = c.WaitOperation(ctx, op.ID, nil)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", what, err)
			}
			a.note("✓ %s", what)
			return nil
		case err != nil:
			return fmt.Errorf("%s: %w", what, err)
		case now == "active" || now == "ready":
			return nil
		case now == "failed":
			return fmt.Errorf("%s is there, but failed", what)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wait.C:
		}
	}
}

func isNotFound(err error) bool {
	p, ok := errors.AsType[*api.Problem](err)
	return ok && p.Status == http.StatusNotFound
}

func (a *app) demoOrg(ctx context.Context, c *client.Client, in api.NewOrganization) error {
	return a.ensure(ctx, c, "organization "+in.ID, func() (string, error) {
		o, err := c.Organization(ctx, in.ID)
		return o.State, err
	}, func() (api.Operation, error) { return c.NewOrganization(ctx, in) })
}

func (a *app) demoLedger(ctx context.Context, c *client.Client) error {
	return a.ensure(ctx, c, "ledger "+demoLedger, func() (string, error) {
		l, err := c.Ledger(ctx, demoLedger)
		return l.State, err
	}, func() (api.Operation, error) {
		return c.NewLedger(ctx, api.NewLedger{Name: demoLedger, Organizations: []string{"bizkaia", demoOrg}})
	})
}

func (a *app) demoContract(ctx context.Context, c *client.Client) error {
	return a.ensure(ctx, c, "contract "+demoContract, func() (string, error) {
		k, err := c.Contract(ctx, demoLedger, demoContract)
		return k.State, err
	}, func() (api.Operation, error) {
		return c.NewContract(ctx, demoLedger, api.NewContract{Catalogue: demoContract})
	})
}

func (a *app) demoApp(ctx context.Context, c *client.Client) error {
	_, err := c.Application(ctx, demoOrg, demoApp)
	if !isNotFound(err) {
		return err
	}
	_, err = c.NewApplication(ctx, demoOrg, api.NewApplication{
		Name: demoApp, Attributes: map[string]string{"b4a.role": "registrar,examiner"},
	})
	if err != nil {
		return fmt.Errorf("application %s: %w", demoApp, err)
	}
	a.note("✓ application %s", demoApp)
	return nil
}

func (a *app) demoResults(ctx context.Context, c *client.Client) error {
	job := &examImport{
		c: c, ledger: demoLedger, contract: demoContract, org: demoOrg, application: demoApp, parallel: demoParallel,
		// The results are invented, so their salts need not be secret.
		secret: []byte(demoSession), now: a.env.Now, note: a.note,
	}
	var page struct{ Results []struct{ Subject string } }
	err := job.evaluate(ctx, &page, "ListResults", demoSession, strconv.Itoa(2*demoResults), "")
	if err == nil && len(page.Results) >= demoResults {
		return nil
	}
	if err := job.createSession(ctx, demoSession, "2026ko ekaineko deialdia", "2026-06-15"); err != nil {
		return fmt.Errorf("session %s: %w", demoSession, err)
	}
	file, err := results.Parse(strings.NewReader(demoFile()))
	if err != nil {
		return fmt.Errorf("results: %w", err)
	}
	bar := a.countBar(ctx, "results", len(file.Rows))
	report, err := job.run(ctx, "demo", file, bar.done)
	bar.close()
	if err != nil {
		return fmt.Errorf("results: %w", err)
	}
	if report.Refused > 0 {
		return fmt.Errorf("results: %d were refused: %s", report.Refused, report.Refusals[0].Reason)
	}
	a.note("✓ %d results (%.0f/s)", report.Rows, report.PerSecond)
	return nil
}

// demoFile invents results, always the same.
func demoFile() string {
	r := rand.New(rand.NewPCG(2018, 2026)) //nolint:gosec // invented marks need no secrecy
	subjects := []string{"matematika", "euskara", "historia", "fisika"}
	var b strings.Builder
	b.WriteString("session,subject,student_ref,mark\n")
	for i := range demoResults {
		mark := min(10, max(0, 6.5+1.8*r.NormFloat64()))
		_, _ = fmt.Fprintf(&b, "%s,%s,demo-%04d,%.2f\n", demoSession, subjects[i%len(subjects)], i/len(subjects)+1, mark)
	}
	return b.String()
}
