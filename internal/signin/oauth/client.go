// SPDX-License-Identifier: Apache-2.0

package oauth

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/signin"
)

// Limits of what providers answer.
const (
	timeout   = 10 * time.Second
	maxAnswer = 1 << 20
)

// NewClient makes the HTTP client for providers: it gives up after ten seconds, reads at most 1 MiB of an answer, and
// follows no redirects, for a request may carry the client's secret or a person's token.
func NewClient() *http.Client {
	t := &http.Transport{
		Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, TLSHandshakeTimeout: timeout,
		ResponseHeaderTimeout: timeout, IdleConnTimeout: time.Minute, MaxIdleConnsPerHost: 4,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
	}
	return &http.Client{
		Transport: limited{t}, Timeout: timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// limited cuts answers that are too long.
type limited struct{ http.RoundTripper }

func (l limited) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := l.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err //nolint:wrapcheck // a round tripper passes errors on
	}
	res.Body = &cut{ReadCloser: res.Body, left: maxAnswer}
	return res, nil
}

type cut struct {
	io.ReadCloser
	left int
}

func (c *cut) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errors.New("answer over 1 MiB")
	}
	n, err := c.ReadCloser.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}

// Config gives the OAuth 2 client of a provider.
func Config(p signin.Provider, secret string, c signin.Challenge, e oauth2.Endpoint) *oauth2.Config {
	e.AuthStyle = oauth2.AuthStyleInHeader
	if p.ClientAuth != signin.Basic {
		e.AuthStyle = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: secret, Endpoint: e, RedirectURL: c.RedirectURL, Scopes: p.Scopes,
	}
}

// AuthorizeURL gives the authorization request, with PKCE, the provider's own parameters and the person's language.
func AuthorizeURL(cfg *oauth2.Config, p signin.Provider, c signin.Challenge, more ...oauth2.AuthCodeOption) string {
	options := append([]oauth2.AuthCodeOption{oauth2.S256ChallengeOption(c.Verifier)}, more...)
	for name, value := range p.Parameters {
		options = append(options, oauth2.SetAuthURLParam(name, value))
	}
	if _, set := p.Parameters["prompt"]; c.Anew && !set {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"))
	}
	if locale := p.Locales[c.Language]; locale != "" {
		options = append(options, oauth2.SetAuthURLParam("ui_locales", locale))
	}
	return cfg.AuthCodeURL(c.State, options...)
}

// Exchange exchanges a code. A provider that refuses it is a fault "signin_code_refused", one that does not answer
// "signin_provider_failed".
func Exchange(ctx context.Context, client *http.Client, cfg *oauth2.Config, c signin.Challenge, code string) (*oauth2.Token, error) {
	if code == "" {
		return nil, fault.New(fault.Unauthenticated, "signin_code_refused", "the provider gave no code").WithHint("sign in again")
	}
	token, err := cfg.Exchange(context.WithValue(ctx, oauth2.HTTPClient, client), code, oauth2.VerifierOption(c.Verifier))
	if err == nil {
		return token, nil
	}
	// The error's text holds the answer's body: only its code is taken from it.
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		err = fmt.Errorf("token endpoint: status %d, %.64q", refused.Response.StatusCode, refused.ErrorCode)
		if refused.ErrorCode == "invalid_grant" {
			return nil, fault.New(fault.Unauthenticated, "signin_code_refused", "the provider refused the code that it gave").
				WithHint("sign in again").WithCause(err)
		}
	}
	return nil, Failed(err)
}

// Failed is the fault of a provider that can't be reached or answers nonsense.
func Failed(err error) error {
	return fault.New(fault.Unavailable, "signin_provider_failed", "the provider does not answer as it should").
		WithHint("try again later, or sign in in another way; the operator finds the cause in the platform's log").WithCause(err)
}
