// SPDX-License-Identifier: Apache-2.0

package signintest

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Browser follows redirects, keeps cookies and fills in forms.
type Browser struct {
	t      *testing.T
	Client *http.Client
}

// NewBrowser makes a browser that stops before it follows a redirect to an address that begins with stop.
func NewBrowser(t *testing.T, stop string) *Browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Browser{t: t, Client: &http.Client{
		Jar: jar, Timeout: time.Minute,
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > 20 || strings.HasPrefix(r.URL.String(), stop) {
				return http.ErrUseLastResponse
			}
			return nil
		},
	}}
}

// Page is what a browser is shown, or a redirect at which it stopped.
type Page struct {
	StatusCode int
	Header     http.Header
	URL        *url.URL
	Text       string
}

// Cookies gives the cookies that came with the page.
func (p Page) Cookies() []*http.Cookie { return (&http.Response{Header: p.Header}).Cookies() }

// Get opens an address as a browser does.
func (b *Browser) Get(address string) Page {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(req)
}

func (b *Browser) do(req *http.Request) Page {
	b.t.Helper()
	req.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	res, err := b.Client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // read only
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return Page{StatusCode: res.StatusCode, Header: res.Header, URL: res.Request.URL, Text: string(body)}
}

var action = regexp.MustCompile(`<form[^>]* action="([^"]*)"`)

// SubmitPassword fills in the form of a page of dex and gives what comes then.
func (b *Browser) SubmitPassword(page Page, login, password string) Page {
	b.t.Helper()
	m := action.FindStringSubmatch(page.Text)
	if m == nil {
		b.t.Fatalf("no form at %s:\n%s", page.URL, page.Text)
	}
	to, err := page.URL.Parse(html.UnescapeString(m[1]))
	if err != nil {
		b.t.Fatal(err)
	}
	form := url.Values{"login": {login}, "password": {password}}
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, to.String(), strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(req)
}
