// SPDX-License-Identifier: Apache-2.0

// Package oidc speaks to OpenID providers: discovery, authorization code with PKCE, and an ID token whose signature,
// issuer, audience, time and nonce are checked (OpenID Connect Core 1.0 section 3.1.3.7).
package oidc

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/signin"
	"github.com/blockchain4all/blockchain4all/internal/signin/oauth"
)

// discoveryLifetime is how long what a provider says about itself is believed. Its keys are looked up anew whenever a
// token names one that is not known.
const discoveryLifetime = time.Hour

// Adapter implements signin.Adapter.
type Adapter struct {
	client *http.Client
	now    func() time.Time

	mu    sync.Mutex
	known map[string]known // by issuer
}

type known struct {
	provider *oidc.Provider
	read     time.Time
}

var _ signin.Adapter = (*Adapter)(nil)

// Options of New.
type Options struct {
	Client *http.Client     // nil: the one that oauth.NewClient makes
	Now    func() time.Time // nil: time.Now
}

// New makes the adapter.
func New(o Options) *Adapter {
	if o.Client == nil {
		o.Client = oauth.NewClient()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Adapter{client: o.Client, now: o.Now, known: map[string]known{}}
}

// provider gives what an issuer says about itself.
func (a *Adapter) provider(ctx context.Context, issuer string) (*oidc.Provider, error) {
	a.mu.Lock()
	k, ok := a.known[issuer]
	a.mu.Unlock()
	if ok && a.now().Sub(k.read) < discoveryLifetime {
		return k.provider, nil
	}
	p, err := oidc.NewProvider(oidc.ClientContext(ctx, a.client), issuer)
	if err != nil {
		return nil, oauth.Failed(fmt.Errorf("discover %s: %w", issuer, err))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.known) > 100 { // issuers come from the settings: only those of the past can be so many
		clear(a.known)
	}
	a.known[issuer] = known{provider: p, read: a.now()}
	return p, nil
}

// config adds openid to the scopes.
func config(p signin.Provider, secret string, c signin.Challenge, e oauth2.Endpoint) *oauth2.Config {
	if !slices.Contains(p.Scopes, oidc.ScopeOpenID) {
		p.Scopes = append([]string{oidc.ScopeOpenID}, p.Scopes...)
	}
	return oauth.Config(p, secret, c, e)
}

// Authorize implements signin.Adapter.
func (a *Adapter) Authorize(ctx context.Context, p signin.Provider, c signin.Challenge) (string, error) {
	about, err := a.provider(ctx, p.Issuer)
	if err != nil {
		return "", err
	}
	return oauth.AuthorizeURL(config(p, "", c, about.Endpoint()), p, c, oidc.Nonce(c.Nonce)), nil
}

// Identify implements signin.Adapter.
func (a *Adapter) Identify(
	ctx context.Context, p signin.Provider, secret string, c signin.Challenge, answer signin.Answer,
) (signin.Identity, error) {
	if answer.Issuer != "" && answer.Issuer != p.Issuer {
		return signin.Identity{}, refused(errors.New("the answer is another issuer's (RFC 9207)"))
	}
	about, err := a.provider(ctx, p.Issuer)
	if err != nil {
		return signin.Identity{}, err
	}
	token, err := oauth.Exchange(ctx, a.client, config(p, secret, c, about.Endpoint()), c, answer.Code)
	if err != nil {
		return signin.Identity{}, err
	}
	ctx = oidc.ClientContext(ctx, a.client)
	id, err := a.verify(ctx, about, p, c, token)
	if err != nil {
		return signin.Identity{}, refused(err)
	}
	return a.identity(ctx, about, p, id, token)
}

// refused is the fault of an ID token that must not be believed.
func refused(err error) error {
	return fault.New(fault.Unauthenticated, "signin_token_refused", "the provider's word on who you are can't be trusted").
		WithHint("sign in again; if it stays, the operator finds the cause in the platform's log").WithCause(err)
}

func (a *Adapter) verify(
	ctx context.Context, about *oidc.Provider, p signin.Provider, c signin.Challenge, token *oauth2.Token,
) (*oidc.IDToken, error) {
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return nil, errors.New("there is no ID token")
	}
	id, err := about.Verifier(&oidc.Config{ClientID: p.ClientID, Now: a.now}).Verify(ctx, raw)
	if err != nil {
		return nil, fmt.Errorf("verify ID token: %w", err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(c.Nonce)) != 1 {
		return nil, errors.New("the ID token is for another sign-in: its nonce differs")
	}
	var party struct {
		Authorized string `json:"azp"`
	}
	if err := id.Claims(&party); err != nil {
		return nil, fmt.Errorf("decode ID token: %w", err)
	}
	if party.Authorized != "" && party.Authorized != p.ClientID || party.Authorized == "" && len(id.Audience) > 1 {
		return nil, errors.New("the ID token is for another client: azp")
	}
	if id.AccessTokenHash != "" {
		if err := id.VerifyAccessToken(token.AccessToken); err != nil {
			return nil, fmt.Errorf("verify at_hash: %w", err)
		}
	}
	return id, nil
}

// identity reads the claims: of the ID token and, where that has no address and there is an endpoint, the userinfo.
func (a *Adapter) identity(
	ctx context.Context, about *oidc.Provider, p signin.Provider, id *oidc.IDToken, token *oauth2.Token,
) (signin.Identity, error) {
	fields := p.Fields
	fields.Subject = "sub"
	for _, f := range []struct {
		field *string
		usual string
	}{{&fields.Name, "name"}, {&fields.Email, "email"}, {&fields.EmailVerified, "email_verified"}} {
		if *f.field == "" {
			*f.field = f.usual
		}
	}
	var raw json.RawMessage
	if err := id.Claims(&raw); err != nil {
		return signin.Identity{}, refused(fmt.Errorf("decode ID token: %w", err))
	}
	claims, err := oauth.Decode(raw)
	if err != nil {
		return signin.Identity{}, refused(err)
	}
	out := oauth.Identity(claims, fields)
	if out.Email != "" || about.UserInfoEndpoint() == "" {
		return out, nil
	}
	info, err := about.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return signin.Identity{}, oauth.Failed(fmt.Errorf("userinfo: %w", err))
	}
	if info.Subject != id.Subject { // OpenID Connect Core 1.0 section 5.3.2
		return signin.Identity{}, refused(errors.New("the userinfo is of another person"))
	}
	if err := info.Claims(&raw); err != nil {
		return signin.Identity{}, oauth.Failed(fmt.Errorf("decode userinfo: %w", err))
	}
	if claims, err = oauth.Decode(raw); err != nil {
		return signin.Identity{}, oauth.Failed(err)
	}
	return oauth.Identity(claims, fields), nil
}
