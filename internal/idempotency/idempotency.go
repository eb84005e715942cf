// SPDX-License-Identifier: Apache-2.0

// Package idempotency answers a repeated write as it was answered the first time. It is for writes that are neither
// operations, which know their keys themselves, nor transactions, whose envelopes are kept.
package idempotency

import (
	"bytes"
	"context"
	"sync"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// answerAge is how long answers are kept.
const answerAge = 24 * time.Hour

// Answer is how a write was answered.
type Answer struct {
	Actor       string
	Key         string // the caller's Idempotency-Key; unique with Actor
	Request     []byte // digest of the request, to tell another one under the same key
	Status      int
	ContentType string
	Body        []byte
	CreatedAt   time.Time
}

// Store keeps answers.
type Store interface {
	// PutAnswer stores an answer, in place of an earlier one.
	PutAnswer(ctx context.Context, a Answer) error
	// FindAnswer returns the answer of an actor's key, or false.
	FindAnswer(ctx context.Context, actor, key string) (Answer, bool, error)
	// DeleteAnswers removes those created before t.
	DeleteAnswers(ctx context.Context, t time.Time) error
}

// Service remembers answers.
type Service struct {
	store Store
	now   func() time.Time

	mu      sync.Mutex
	running map[[2]string]struct{} // writes that are being done
}

// New makes the service; a nil now is time.Now.
func New(store Store, now func() time.Time) *Service {
	if now == nil {
		now = time.Now
	}
	return &Service{store: store, now: now, running: map[[2]string]struct{}{}}
}

// Begin tells what to do with a write: to repeat the Answer that it gives with true, or to do it and then call Finish.
// A write of the same key that is being done is a fault.Conflict "idempotency_key_busy"; another request under the key
// a fault.Invalid "idempotency_key_reused".
func (s *Service) Begin(ctx context.Context, actor, key string, request []byte) (Answer, bool, error) {
	id := [2]string{actor, key}
	s.mu.Lock()
	_, busy := s.running[id]
	if !busy {
		s.running[id] = struct{}{}
	}
	s.mu.Unlock()
	if busy {
		return Answer{}, false, fault.New(fault.Conflict, "idempotency_key_busy", "the first request of this key is being done").
			WithHint("wait for its answer, then ask again")
	}
	earlier, found, err := s.store.FindAnswer(ctx, actor, key)
	if err == nil && found && !bytes.Equal(earlier.Request, request) {
		err = fault.New(fault.Invalid, "idempotency_key_reused", "this idempotency key was used for another request").
			WithHint("use a new key for a new request")
	}
	if err != nil || found {
		s.forget(id)
	}
	return earlier, found, err
}

// Finish keeps the answer of a write that Begin let through. Only answers that settle the matter are kept: one with a
// status of 500 or more may be tried again.
func (s *Service) Finish(ctx context.Context, a Answer) error {
	defer s.forget([2]string{a.Actor, a.Key})
	if a.Status == 0 || a.Status >= 500 {
		return nil
	}
	a.CreatedAt = s.now()
	return s.store.PutAnswer(ctx, a)
}

func (s *Service) forget(id [2]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.running, id)
}

// Tidy deletes answers that are too old for anybody to ask again.
func (s *Service) Tidy(ctx context.Context) error {
	return s.store.DeleteAnswers(ctx, s.now().Add(-answerAge))
}
