// SPDX-License-Identifier: Apache-2.0

package transaction

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fabric/gateway"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// A peer that restarts, as when its certificates are renewed, is back within seconds; the other peers see it some seconds
// later.
const (
	endorsePatience = 30 * time.Second       // how long endorsers may be away
	queryPatience   = 5 * time.Second        // how long a peer or a contract may be, for a query
	endorsePause    = 100 * time.Millisecond // between two tries; doubled each time
	endorseLongest  = time.Second
)

// patiently has something endorsed or evaluated, and tries again while who does it is away: neither changes anything, and
// no transaction is made before there are enough endorsements.
func patiently[T any](ctx context.Context, patience time.Duration, endorse func(ctx context.Context) (T, error)) (T, error) {
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for pause := endorsePause; ; pause = min(2*pause, endorseLongest) {
		endorsed, err := endorse(ctx)
		if err == nil || !errors.Is(err, fault.Unavailable) {
			return endorsed, err
		}
		timer := time.NewTimer(pause)
		select {
		case <-waiting.Done():
			timer.Stop()
			return endorsed, err
		case <-timer.C:
		}
	}
}

// endorse has a call endorsed, with patience.
func endorse(ctx context.Context, client *gateway.Client, c Call) (gateway.Envelope, error) {
	return patiently(ctx, endorsePatience, func(ctx context.Context) (gateway.Envelope, error) {
		return client.Endorse(ctx, request(c))
	})
}

// flights knows the submissions under way.
type flights struct {
	mu      sync.Mutex
	current *sync.WaitGroup
}

// begin counts a submission; the function that it gives ends it.
func (f *flights) begin() func() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.current == nil {
		f.current = &sync.WaitGroup{}
	}
	f.current.Add(1)
	return f.current.Done
}

// Drain waits until every submission that was under way when it was called has ended. Later ones are not waited for.
func (s *Service) Drain(ctx context.Context) error {
	s.flights.mu.Lock()
	earlier := s.flights.current
	s.flights.current = nil
	s.flights.mu.Unlock()
	if earlier == nil {
		return nil
	}
	ended := make(chan struct{})
	go func() {
		earlier.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for submissions: %w", ctx.Err())
	}
}
