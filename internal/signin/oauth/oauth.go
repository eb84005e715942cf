// SPDX-License-Identifier: Apache-2.0

// Package oauth speaks to OAuth 2 servers that have a userinfo endpoint but no discovery and no ID tokens, such as
// Giltza: authorization code (RFC 6749 section 4.1) with PKCE (RFC 7636), then the person's data by the access token.
package oauth

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"golang.org/x/oauth2"

	"github.com/blockchain4all/blockchain4all/internal/signin"
)

// Adapter implements signin.Adapter.
type Adapter struct{ client *http.Client }

var _ signin.Adapter = (*Adapter)(nil)

// New makes the adapter; nil is the client that NewClient makes.
func New(client *http.Client) *Adapter {
	if client == nil {
		client = NewClient()
	}
	return &Adapter{client: client}
}

func endpoint(p signin.Provider) oauth2.Endpoint {
	return oauth2.Endpoint{AuthURL: p.AuthorizeURL, TokenURL: p.TokenURL}
}

// Authorize implements signin.Adapter.
func (a *Adapter) Authorize(_ context.Context, p signin.Provider, c signin.Challenge) (string, error) {
	return AuthorizeURL(Config(p, "", c, endpoint(p)), p, c), nil
}

// Identify implements signin.Adapter.
func (a *Adapter) Identify(
	ctx context.Context, p signin.Provider, secret string, c signin.Challenge, answer signin.Answer,
) (signin.Identity, error) {
	token, err := Exchange(ctx, a.client, Config(p, secret, c, endpoint(p)), c, answer.Code)
	if err != nil {
		return signin.Identity{}, err
	}
	claims, err := a.userinfo(ctx, p.UserinfoURL, token)
	if err != nil {
		return signin.Identity{}, Failed(err)
	}
	return Identity(claims, p.Fields), nil
}

func (a *Adapter) userinfo(ctx context.Context, address string, token *oauth2.Token) (map[string]any, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("userinfo request: %w", err)
	}
	req.Header.Set("Accept", "application/json")
	token.SetAuthHeader(req)
	res, err := a.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("userinfo: %w", err)
	}
	defer res.Body.Close() //nolint:errcheck // read only
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("userinfo: status %d", res.StatusCode)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, fmt.Errorf("read userinfo: %w", err)
	}
	return Decode(body)
}

// Decode reads claims. Numbers are kept as they are written: some providers' subjects are numbers.
func Decode(body []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var claims map[string]any
	if err := d.Decode(&claims); err != nil {
		return nil, fmt.Errorf("decode claims: %w", err)
	}
	return claims, nil
}
