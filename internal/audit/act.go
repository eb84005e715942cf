// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

// Limits of what callers send, bytes.
const (
	maxText      = 256
	maxUserAgent = 200
)

// Act is what is known of an act before and while it is done.
type Act struct {
	Actor     Actor
	Orgs      []string
	Action    string
	Object    string
	Source    string
	UserAgent string
	RequestID string
	Before    json.RawMessage
	After     json.RawMessage
}

// Running is an act that is being done. Its Note, By, On and Concern are reached through the context.
type Running struct {
	service *Service
	id      string // of the intent

	mu    sync.Mutex
	act   Act
	ended bool
}

type runningKey struct{}

func running(ctx context.Context) *Running {
	r, _ := ctx.Value(runningKey{}).(*Running)
	return r
}

// note changes the act of ctx; without one it does nothing, so that what is noted may also be done outside of requests.
func note(ctx context.Context, change func(*Act)) {
	r := running(ctx)
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.act)
}

// Note tells what the object of the act of ctx was and is; nil: nothing. Values are encoded as JSON; members whose names
// are those of secrets are left out (see Public). Only what everybody who reads the trail may know belongs here.
func Note(ctx context.Context, before, after any) {
	note(ctx, func(a *Act) { a.Before, a.After = Public(before), Public(after) })
}

// On names the object of the act of ctx, where the request's path does not: "noun/id".
func On(ctx context.Context, object string) { note(ctx, func(a *Act) { a.Object = object }) }

// By tells who acts, where the request itself establishes it, as a sign-in does.
func By(ctx context.Context, who Actor) {
	note(ctx, func(a *Act) {
		a.Actor = who
		a.concern(who.Organization)
	})
}

// Concern adds organizations that the act of ctx concerns: their administrators may read of it.
func Concern(ctx context.Context, orgs ...string) { note(ctx, func(a *Act) { a.concern(orgs...) }) }

func (a *Act) concern(orgs ...string) {
	for _, o := range orgs {
		if o != "" && !slices.Contains(a.Orgs, o) {
			a.Orgs = append(slices.Clone(a.Orgs), o)
		}
	}
}

// IntentID gives the ID of the act of ctx, or empty. The store marks the intent in the transaction that changes
// something: after a crash it is known whether the change was made.
func IntentID(ctx context.Context) string {
	if r := running(ctx); r != nil {
		return r.id
	}
	return ""
}

// bounded cuts what callers chose.
func (a Act) bounded() Act {
	for _, s := range []*string{
		&a.Actor.Credential, &a.Actor.Member, &a.Actor.Name, &a.Actor.Role, &a.Actor.Organization,
		&a.Action, &a.Object, &a.Source, &a.RequestID,
	} {
		*s = clip(*s, maxText)
	}
	a.UserAgent = clip(a.UserAgent, maxUserAgent)
	a.Orgs = slices.Compact(slices.Sorted(slices.Values(a.Orgs)))
	for i := range a.Orgs {
		a.Orgs[i] = clip(a.Orgs[i], maxText)
	}
	return a
}

// clip makes s valid UTF-8 of at most limit bytes.
func clip(s string, limit int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "")
}
