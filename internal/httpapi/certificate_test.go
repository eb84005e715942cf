// SPDX-License-Identifier: Apache-2.0

package httpapi_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/httpapi"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/pki/keystoretest"
	"github.com/blockchain4all/blockchain4all/internal/revocation"
	"github.com/blockchain4all/blockchain4all/internal/store/sql/sqltest"
)

// inventory is a server with two organizations and their certificates, and no network.
type inventory struct {
	t      *testing.T
	server *httpapi.Server
	orgs   *org.Service
	access *access.Service
}

func newInventory(t *testing.T) *inventory {
	t.Helper()
	db, keys := sqltest.New(t), keystoretest.Sealed(t)
	log := slog.New(slog.DiscardHandler)
	engine := operation.NewEngine(operation.Options{Store: db, Transactor: db, Log: log})
	i := &inventory{t: t, access: access.New(access.Options{Store: db})}
	i.orgs = org.New(org.Options{
		Store: db, Keys: keys, Engine: engine, Log: log, StatusURLs: httpapi.StatusURLs("http://b4a.example/"),
	})
	r := revocation.New(revocation.Options{Store: db, Transactor: db, Orgs: i.orgs, Engine: engine, Log: log})
	i.server = httpapi.New(httpapi.Options{Orgs: i.orgs, Access: i.access, Revocation: r, Log: log})
	for _, id := range []string{"araba", "bizkaia"} {
		if err := i.orgs.Found(t.Context(), org.NewOrganization{ID: id, Name: id, Kind: "company"}); err != nil {
			t.Fatal(err)
		}
	}
	return i
}

func (i *inventory) do(method, target string, body []byte, token string) *httptest.ResponseRecorder {
	i.t.Helper()
	r := httptest.NewRequestWithContext(i.t.Context(), method, target, bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	i.server.ServeHTTP(w, r)
	return w
}

func (i *inventory) token(role access.Role, orgID string) string {
	i.t.Helper()
	maker := access.Principal{Role: access.Operator, Kind: access.Token}
	secret, _, err := i.access.NewToken(i.t.Context(), maker, access.NewToken{Name: "t", Role: role, Org: orgID})
	if err != nil {
		i.t.Fatal(err)
	}
	return secret
}

func (i *inventory) office(ctx context.Context, orgID string) org.Certificate {
	i.t.Helper()
	c, err := i.orgs.Latest(ctx, orgID, org.HolderOffice, org.Sign)
	if err != nil {
		i.t.Fatal(err)
	}
	return c
}

// TestPlacesThatCertificatesName asks, as anybody may, at the addresses that a certificate names.
func TestPlacesThatCertificatesName(t *testing.T) {
	t.Parallel()
	i := newInventory(t)
	cert, err := pki.ParseX509(i.office(t.Context(), "bizkaia").PEM)
	if err != nil {
		t.Fatal(err)
	}
	issuing, err := i.orgs.Issuing(t.Context(), "bizkaia", org.CA)
	if err != nil {
		t.Fatal(err)
	}
	chain, err := pki.ParseChain(issuing.Chain)
	if err != nil {
		t.Fatal(err)
	}
	list := i.do(http.MethodGet, cert.CRLDistributionPoints[0], nil, "")
	if _, err := pki.ReadList(list.Body.Bytes(), chain[0], time.Now()); err != nil || list.Code != http.StatusOK ||
		list.Header().Get("Content-Type") != "application/pkix-crl" || list.Header().Get("Cache-Control") != "public, max-age=600" {
		t.Errorf("list: %d %v: %v", list.Code, list.Header(), err)
	}
	request, err := pki.OCSPRequest(cert, chain[0])
	if err != nil {
		t.Fatal(err)
	}
	encoded := base64.StdEncoding.EncodeToString(request)
	for name, w := range map[string]*httptest.ResponseRecorder{
		"POST":         i.do(http.MethodPost, cert.OCSPServer[0], request, ""),
		"GET":          i.do(http.MethodGet, cert.OCSPServer[0]+"/"+encoded, nil, ""),
		"GET, escaped": i.do(http.MethodGet, cert.OCSPServer[0]+"/"+url.QueryEscape(encoded), nil, ""),
	} {
		s, err := pki.ReadOCSP(w.Body.Bytes(), cert, chain[0], time.Now())
		if err != nil || !s.Known || s.Revoked || w.Header().Get("Content-Type") != "application/ocsp-response" {
			t.Errorf("OCSP by %s: %+v, %d %v: %v", name, s, w.Code, w.Header(), err)
		}
	}
}

func TestPlacesRefuse(t *testing.T) {
	t.Parallel()
	i := newInventory(t)
	for _, path := range []string{
		"/crl/nowhere/ca-0.crl", "/crl/bizkaia/ca-1.crl", "/crl/bizkaia/ca-0", "/crl/bizkaia/ca--1.crl", "/crl/bizkaia/sign-0.crl",
		"/crl/bizkaia/-0.crl", "/crl/bizkaia/ca-99999999999999999999.crl", "/crl/bizkaia/..%2Fca-0.crl", "/crl/%00/ca-0.crl",
		"/ocsp/nowhere/ca-0/MA==", "/ocsp/bizkaia/x/MA==",
	} {
		if w := i.do(http.MethodGet, path, nil, ""); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	malformed := string(pki.OCSPMalformed())
	for name, w := range map[string]*httptest.ResponseRecorder{
		"long POST":  i.do(http.MethodPost, "/ocsp/bizkaia/ca-0", make([]byte, 1<<20), ""),
		"empty POST": i.do(http.MethodPost, "/ocsp/bizkaia/ca-0", nil, ""),
		"GET of x":   i.do(http.MethodGet, "/ocsp/bizkaia/ca-0/x", nil, ""),
		"long GET":   i.do(http.MethodGet, "/ocsp/bizkaia/ca-0/"+strings.Repeat("A", 1<<16), nil, ""),
	} {
		if w.Code != http.StatusOK || w.Body.String() != malformed || strings.Contains(w.Header().Get("Cache-Control"), "public") {
			t.Errorf("%s: %d %x %v", name, w.Code, w.Body, w.Header())
		}
	}
}

// TestInventoryIsOnesOwn lists the platform's certificates as those do who may see all, and as those who may not.
func TestInventoryIsOnesOwn(t *testing.T) {
	t.Parallel()
	i := newInventory(t)
	orgsIn := func(query, token string) string {
		t.Helper()
		w := i.do(http.MethodGet, api.Base+"/certificates?limit=200"+query, nil, token)
		if w.Code != http.StatusOK {
			var p api.Problem
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
				t.Fatalf("%v: %s", err, w.Body)
			}
			return p.Code
		}
		var page api.Page[api.Certificate]
		if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil {
			t.Fatal(err)
		}
		count := map[string]int{}
		for _, c := range page.Items {
			count[c.Organization]++
		}
		return fmt.Sprint(count)
	}
	operator, auditor, tenant := i.token(access.Operator, ""), i.token(access.Auditor, ""), i.token(access.Reader, "araba")
	for name, c := range map[string]struct{ query, token, want string }{
		"operator":                 {"", operator, "map[araba:4 bizkaia:4]"},
		"auditor":                  {"", auditor, "map[araba:4 bizkaia:4]"},
		"operator, one":            {"&org=bizkaia", operator, "map[bizkaia:4]"},
		"tenant":                   {"", tenant, "map[araba:4]"},
		"tenant, own":              {"&org=araba&holder=office", tenant, "map[araba:1]"},
		"tenant, another":          {"&org=bizkaia", tenant, "organization_not_found"},
		"tenant, absent":           {"&org=nowhere", tenant, "organization_not_found"},
		"operator, absent":         {"&org=nowhere", operator, "organization_not_found"},
		"valid":                    {"&status=valid", tenant, "map[araba:4]"},
		"revoked":                  {"&status=revoked", tenant, "map[]"},
		"within the year":          {"&expiresBefore=" + time.Now().AddDate(1, 1, 0).UTC().Format(time.RFC3339), tenant, "map[araba:2]"},
		"valid, and ended already": {"&status=valid&expiresBefore=2020-01-01T00:00:00Z", tenant, "map[]"},
	} {
		if got := orgsIn(c.query, c.token); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	serial := i.office(t.Context(), "bizkaia").Serial
	for name, token := range map[string]string{"another tenant's administrator": i.token(access.Admin, "araba"), "a developer": i.token(access.Developer, "bizkaia"), "an auditor": auditor} {
		w := i.do(http.MethodPost, api.Base+"/organizations/bizkaia/certificates/"+serial+"/revoke", []byte(`{"reason":"unspecified"}`), token)
		if w.Code != http.StatusForbidden && w.Code != http.StatusNotFound {
			t.Errorf("%s revokes: %d %s", name, w.Code, w.Body)
		}
	}
}
