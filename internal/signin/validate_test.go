// SPDX-License-Identifier: Apache-2.0

package signin_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/signin"
	"github.com/blockchain4all/blockchain4all/internal/signin/signintest"
)

func TestValidate(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 5000)
	for what, c := range map[string]struct {
		change func(s *signin.Settings, p *signin.Provider)
		at     string // of the complaint; empty: none
	}{
		"as it is":                 {func(*signin.Settings, *signin.Provider) {}, ""},
		"loopback without TLS":     {func(_ *signin.Settings, p *signin.Provider) { p.TokenURL = "http://127.0.0.1:5556/token" }, ""},
		"no TLS":                   {func(_ *signin.Settings, p *signin.Provider) { p.TokenURL = "http://p.example/token" }, "tokenUrl"},
		"no address":               {func(_ *signin.Settings, p *signin.Provider) { p.AuthorizeURL = "javascript:alert(1)" }, "authorizeUrl"},
		"a user in the address":    {func(_ *signin.Settings, p *signin.Provider) { p.UserinfoURL = "https://a:b@p.example/" }, "userinfoUrl"},
		"a query in the address":   {func(_ *signin.Settings, p *signin.Provider) { p.AuthorizeURL += "?client_id=x" }, "authorizeUrl"},
		"loopback by another name": {func(_ *signin.Settings, p *signin.Provider) { p.TokenURL = "http://127.0.0.1.evil.example/" }, "tokenUrl"},
		"reserved ID":              {func(_ *signin.Settings, p *signin.Provider) { p.ID = "clientcert" }, "id"},
		"ID that climbs":           {func(_ *signin.Settings, p *signin.Provider) { p.ID = "../x" }, "id"},
		"the same ID twice":        {func(s *signin.Settings, p *signin.Provider) { s.Providers = append(s.Providers, *p) }, "id"},
		"no name":                  {func(_ *signin.Settings, p *signin.Provider) { p.Names = nil }, "names"},
		"a name in another tongue": {func(_ *signin.Settings, p *signin.Provider) { p.Names = map[string]string{"fr": "x"} }, "names"},
		"a name that breaks lines": {func(_ *signin.Settings, p *signin.Provider) { p.Names = map[string]string{"eu": "a\nb"} }, "names.eu"},
		"parameter of our own":     {func(_ *signin.Settings, p *signin.Provider) { p.Parameters = map[string]string{"redirect_uri": "x"} }, "parameters"},
		"acr_values": {func(_ *signin.Settings, p *signin.Provider) {
			p.Parameters = map[string]string{"acr_values": "urn:a|urn:b"}
		}, ""},
		"a scope with a space":      {func(_ *signin.Settings, p *signin.Provider) { p.Scopes = []string{"a b"} }, "scopes"},
		"a locale with a line end":  {func(_ *signin.Settings, p *signin.Provider) { p.Locales = map[string]string{"eu": "eu\r\nX: y"} }, "locales.eu"},
		"no subject":                {func(_ *signin.Settings, p *signin.Provider) { p.Fields.Subject = "" }, "fields.subject"},
		"a secret and a file":       {func(_ *signin.Settings, p *signin.Provider) { p.SecretFile = "x" }, "clientSecret"},
		"a file elsewhere":          {func(_ *signin.Settings, p *signin.Provider) { p.Secret, p.SecretFile = "", "../master.key" }, "clientSecretFile"},
		"a secret of a public one":  {func(_ *signin.Settings, p *signin.Provider) { p.ClientAuth = signin.None }, "clientSecret"},
		"no client authentication":  {func(_ *signin.Settings, p *signin.Provider) { p.ClientAuth = "" }, "clientAuth"},
		"of a kind nobody knows":    {func(_ *signin.Settings, p *signin.Provider) { p.Kind = "saml" }, "kind"},
		"of certificates":           {func(_ *signin.Settings, p *signin.Provider) { p.Kind = signin.Certificate }, "kind"},
		"discovery and addresses":   {func(_ *signin.Settings, p *signin.Provider) { p.Kind, p.Issuer = signin.OIDC, "https://p.example" }, "authorizeUrl"},
		"subject of OpenID Connect": {func(_ *signin.Settings, p *signin.Provider) { p.Kind, p.Fields.Subject = signin.OIDC, "email" }, "fields.subject"},
		"a long client ID":          {func(_ *signin.Settings, p *signin.Provider) { p.ClientID = long }, "clientId"},
		"certificates of nobody":    {func(s *signin.Settings, _ *signin.Provider) { s.Certificates.Enabled = true }, "authorities"},
		"no rule of subjects":       {func(s *signin.Settings, _ *signin.Provider) { s.Certificates.Subject = "" }, "subject"},
		"a host with a path":        {func(s *signin.Settings, _ *signin.Provider) { s.Certificates.Hosts = []string{"a.example/x"} }, "hosts"},
		"a host with a port": {func(s *signin.Settings, _ *signin.Provider) {
			s.Certificates.Hosts = []string{"a.example:8080", "[::1]:80"}
		}, ""},
		"a host with a wrong port": {func(s *signin.Settings, _ *signin.Provider) { s.Certificates.Hosts = []string{"a.example:0"} }, "hosts"},
		"a long list": {func(s *signin.Settings, _ *signin.Provider) {
			s.Certificates.CRLs = []string{strings.Repeat("x", 5<<20)}
		}, "crls[0]"},
	} {
		s := settings(true)
		s.Providers = []signin.Provider{provider()}
		c.change(&s, &s.Providers[0])
		err := s.Validate()
		if (err == nil) != (c.at == "") {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if err == nil {
			continue
		}
		coded(t, what, err, "signin_settings_invalid")
		found := false
		for _, d := range fault.Of(err).Details {
			found = found || strings.HasSuffix(d.Location, "."+c.at)
		}
		if !found {
			t.Errorf("%s: %+v, want one at %s", what, fault.Of(err).Details, c.at)
		}
		if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: the secret is in the complaint", what)
		}
	}
	h := signintest.New(t, nil)
	h.Change(t, func(o *signin.Options) { o.CertificateURL = "" })
	s := settings(true)
	s.Certificates.Enabled, s.Certificates.Authorities = true, []signin.Authority{{Name: "x", PEM: "x"}}
	_, err := h.Put(t.Context(), "who", 0, s)
	coded(t, "no address asks for certificates", err, "client_cert_not_served")
}

// FuzzSettings: what is valid is stored and read as it is, and is safe to send people and secrets to.
func FuzzSettings(f *testing.F) {
	s := settings(true)
	s.Providers = []signin.Provider{provider()}
	seed, err := json.Marshal(s)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add([]byte(`{"Providers":[{"ID":"a-b","Kind":"oidc","Issuer":"https://x"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var s signin.Settings
		if json.Unmarshal(data, &s) != nil || s.Validate() != nil {
			return
		}
		again, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var read signin.Settings
		if err := json.Unmarshal(again, &read); err != nil || read.Validate() != nil {
			t.Errorf("%s: %v", again, err)
		}
		for _, p := range s.Providers {
			for _, a := range []string{p.Issuer, p.AuthorizeURL, p.TokenURL, p.UserinfoURL} {
				if a != "" && !strings.HasPrefix(strings.ToLower(a), "https://") && !strings.HasPrefix(strings.ToLower(a), "http://") {
					t.Errorf("address %q", a)
				}
			}
		}
	})
}

func TestLocalPath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"/": true, "/ledgers": true, "/ledgers/a?b=c#d": true, "/a%20b": true, "/x?to=//evil.example": true,
		"": false, "ledgers": false, "//evil.example": false, "///evil.example": false, `/\evil.example`: false, `/a\b`: false,
		"https://evil.example": false, "javascript:alert(1)": false, "/\t/evil.example": false, "/\n/evil.example": false,
		"/%5Cevil.example": false, "/%2F/evil.example": false, "/a/../..//evil.example": false, "/api/v1/signin/dex": false,
		"/api": false, "/apis": true, " /": false, "/\x00": false, "/é": false,
		"/" + strings.Repeat("a", 1000): false,
	} {
		if signin.LocalPath(path) != want {
			t.Errorf("%q: %v", path, !want)
		}
	}
}

// FuzzLocalPath: a browser on this console that is sent to such a path stays there.
func FuzzLocalPath(f *testing.F) {
	f.Add("/ledgers?x=//y")
	f.Add(`/\evil.example`)
	f.Fuzz(func(t *testing.T, path string) {
		if !signin.LocalPath(path) {
			return
		}
		if path[0] != '/' || len(path) > 1 && (path[1] == '/' || path[1] == '\\') || strings.ContainsAny(path, "\\\r\n\t") {
			t.Errorf("%q leads away", path)
		}
	})
}
