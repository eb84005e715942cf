// SPDX-License-Identifier: Apache-2.0

package idempotency_test

import (
	"context"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/idempotency"
)

type memory map[[2]string]idempotency.Answer

func (m memory) PutAnswer(_ context.Context, a idempotency.Answer) error {
	m[[2]string{a.Actor, a.Key}] = a
	return nil
}

func (m memory) FindAnswer(_ context.Context, actor, key string) (idempotency.Answer, bool, error) {
	a, ok := m[[2]string{actor, key}]
	return a, ok, nil
}

func (m memory) DeleteAnswers(_ context.Context, t time.Time) error {
	for k, a := range m {
		if a.CreatedAt.Before(t) {
			delete(m, k)
		}
	}
	return nil
}

func TestAWriteIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC)
	m := memory{}
	s := idempotency.New(m, func() time.Time { return now })
	ctx := t.Context()
	begin := func(actor, request string) (string, bool, string) {
		t.Helper()
		a, found, err := s.Begin(ctx, actor, "k", []byte(request))
		if err != nil {
			return "", found, fault.Of(err).Code
		}
		return string(a.Body), found, ""
	}
	finish := func(actor, request string, status int, body string) {
		t.Helper()
		if err := s.Finish(ctx, idempotency.Answer{
			Actor: actor, Key: "k", Request: []byte(request), Status: status, Body: []byte(body),
		}); err != nil {
			t.Fatal(err)
		}
	}
	if _, found, code := begin("ane", "r"); found || code != "" {
		t.Fatalf("first: %v %s", found, code)
	}
	if _, _, code := begin("ane", "r"); code != "idempotency_key_busy" {
		t.Errorf("while it is being done: %s", code)
	}
	if _, found, code := begin("mikel", "r"); found || code != "" {
		t.Errorf("another actor: %v %s", found, code)
	}
	finish("mikel", "r", 503, "")
	finish("ane", "r", 201, "made")
	if body, found, code := begin("ane", "r"); body != "made" || !found || code != "" {
		t.Errorf("repeated: %q %v %s", body, found, code)
	}
	if _, _, code := begin("ane", "other"); code != "idempotency_key_reused" {
		t.Errorf("another request: %s", code)
	}
	if _, found, code := begin("mikel", "r"); found || code != "" {
		t.Errorf("after an answer that settled nothing: %v %s", found, code)
	}
	now = now.Add(25 * time.Hour)
	if err := s.Tidy(ctx); err != nil || len(m) != 0 {
		t.Errorf("%d old answers: %v", len(m), err)
	}
}
