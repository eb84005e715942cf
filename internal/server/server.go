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
	"time"

	"golang.org/x/sync/errgroup"

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
	listener, err := listen(ctx, c.Listen)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }() // the HTTP server has closed it on the usual way out

	if c.PublicURL == "" {
		c.PublicURL = "http://" + listener.Addr().String()
	}
	p, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close(context.WithoutCancel(ctx))) }()
	return p.serve(ctx, listener)
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
func (p *platform) serve(ctx context.Context, listener net.Listener) error {
	api, err := p.newAPI("http://" + listener.Addr().String())
	if err != nil {
		return err
	}
	server := &http.Server{Handler: api, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	})
	g.Go(func() error {
		<-ctx.Done()
		drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
		defer cancel()
		if err := server.Shutdown(drain); err != nil {
			return server.Close()
		}
		return nil
	})
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
		if p.config.Ready != nil {
			link, err := api.SignInLink(ctx)
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
	g.Go(func() error { return p.revocation.Run(ctx) })
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
		err := errors.Join(p.transactions.Forget(ctx), p.access.Tidy(ctx), p.idempotency.Tidy(ctx))
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
