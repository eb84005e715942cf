// SPDX-License-Identifier: Apache-2.0

// Package server wires the platform together: configuration to store, drivers, services and listeners. Nothing else
// knows all of them.
package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/httpapi"
)

// Times of the way down.
const (
	drainTimeout = 3 * time.Second  // requests under way
	stopTimeout  = 20 * time.Second // nodes' and contracts' processes
)

// housekeeping is how often what has expired is deleted.
const housekeeping = time.Hour

// OpenAPI gives the description of the REST API, JSON.
func OpenAPI() ([]byte, error) { return httpapi.OpenAPI() }

// Run runs the platform until ctx ends, then stops it in order: requests are finished, operations interrupted where
// they resume later, processes stopped. It returns nil after an orderly end.
func Run(ctx context.Context, c Config) (err error) {
	if err := c.validate(); err != nil {
		return err
	}
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return fault.New(fault.Invalid, "data_dir_unusable", "the data directory can't be made").
			WithHint("give a --data-dir that you may write").WithCause(err)
	}
	held, err := lock(c.path("lock"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, held.Close()) }()
	c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	f, err := c.openFront(ctx)
	if err != nil {
		return err
	}
	defer f.close()
	c.PublicURL = f.url

	p, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close(context.WithoutCancel(ctx))) }()
	return p.serve(ctx, f)
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fault.New(fault.Conflict, "listen_failed", "can't listen on %s", address).
			WithHint("another program may use it: give another --listen 127.0.0.1:PORT").WithCause(err)
	}
	return l, nil
}

// serve answers requests and does the platform's work until ctx ends or one of the two fails.
func (p *platform) serve(ctx context.Context, f *front) error {
	p.openSignIn(f)
	api, err := p.newAPI(f.url) //nolint:contextcheck // it makes handlers: each has its request's context
	if err != nil {
		return err
	}
	p.recordLife(ctx, audit.ActionStart, nil)
	err = p.answerAndWork(ctx, f, api)
	p.recordLife(context.WithoutCancel(ctx), audit.ActionStop, err)
	return err
}

func (p *platform) answerAndWork(ctx context.Context, f *front, api *httpapi.Server) error {
	g, ctx := errgroup.WithContext(ctx)
	run := func(s *http.Server, l net.Listener) {
		g.Go(func() error { return answer(s, l) })
		g.Go(func() error { return drain(ctx, s) })
	}
	run(newServer(api, f.tls), f.api)
	if f.certificates != nil {
		run(p.certificateServer(f.tls), f.certificates) //nolint:contextcheck // as before: a handshake has its connection's
	}
	g.Go(func() error { return orderly(p.work(ctx, api)) })
	return g.Wait()
}

// work brings the platform up and then runs its operations.
func (p *platform) work(ctx context.Context, api *httpapi.Server) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		if err := p.bootstrap(ctx); err != nil {
			return err
		}
		g.Go(func() error { return p.audit.Run(ctx) })
		if p.config.Ready != nil {
			link, err := api.SignInLink(ctx, access.Principal{})
			if err != nil {
				return fmt.Errorf("make sign-in link: %w", err)
			}
			p.config.Ready(ReadyInfo{URL: api.BaseURL, SignInURL: link.URL})
		}
		return nil
	})
	g.Go(func() error { return p.engine.Run(ctx) })
	g.Go(func() error { return p.tidy(ctx) })
	g.Go(func() error { return p.rotation.Run(ctx) })
	g.Go(func() error { return p.mails.Run(ctx) })
	g.Go(func() error { return p.admission.Run(ctx) })
	g.Go(func() error { return p.signIn.Run(ctx) })
	g.Go(func() error { return p.revocation.Run(ctx) })
	g.Go(func() error { return p.external.Run(ctx) })
	g.Go(func() error { return p.consents.Run(ctx) })
	return g.Wait()
}

// tidy deletes what has expired, now and then.
func (p *platform) tidy(ctx context.Context) error {
	ticker := time.NewTicker(housekeeping)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		err := errors.Join(p.transactions.Forget(ctx), p.access.Tidy(ctx), p.members.Tidy(ctx), p.idempotency.Tidy(ctx),
			p.mails.Tidy(ctx), p.signIn.Tidy(ctx))
		if err != nil {
			p.log.WarnContext(ctx, "delete what has expired", "error", err)
		}
	}
}

// orderly makes the end of a context no error.
func orderly(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
