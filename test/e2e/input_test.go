// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
	"github.com/blockchain4all/blockchain4all/client/enrollment"
)

// raw sends a request as it is and gives the status and the problem.
func (p *platform) raw(method, path, token, body string) (int, api.Problem) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, "http://"+p.address+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	var problem api.Problem
	if res.StatusCode >= 400 {
		if got := res.Header.Get("Content-Type"); got != "application/problem+json" {
			p.t.Errorf("%s %s: content type %q: %s", method, path, got, data)
		}
		if err := json.Unmarshal(data, &problem); err != nil {
			p.t.Errorf("%s %s: %v: %s", method, path, err, data)
		}
	}
	return res.StatusCode, problem
}

// snapshot is what must not change when bad input is refused.
func (p *platform) snapshot() map[string][]string {
	p.t.Helper()
	s := map[string][]string{}
	collect := func(what string, err error, name string) {
		if err != nil {
			p.t.Fatalf("list %s: %v", what, err)
		}
		s[what] = append(s[what], name)
	}
	ctx := p.t.Context()
	for v, err := range p.c.Organizations(ctx) {
		collect("organizations", err, v.ID)
	}
	for v, err := range p.c.Ledgers(ctx) {
		collect("ledgers", err, v.Name)
	}
	for v, err := range p.c.Operations(ctx, client.OperationFilter{}) {
		collect("operations", err, v.ID)
	}
	for v, err := range p.c.Nodes(ctx) {
		collect("nodes", err, v.ID)
	}
	for v, err := range p.c.Certificates(ctx, "platform") {
		collect("certificates", err, v.Serial)
	}
	for v, err := range p.c.Applications(ctx, "platform") {
		collect("applications", err, v.Name)
	}
	for v, err := range p.c.Tokens(ctx) {
		collect("tokens", err, v.ID)
	}
	return s
}

func csrOf(t *testing.T, template x509.CertificateRequest, rsaKey bool) string {
	t.Helper()
	var key any
	var err error
	if rsaKey {
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	} else {
		key, err = enrollment.NewKey()
	}
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &template, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}))
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestIntegrationBadInput sends what should be refused: a problem with a stable code comes back, and nothing changes.
func TestIntegrationBadInput(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.org("bizkaia")
	p.ledger("ondo", "bizkaia")
	issued, err := p.c.NewToken(t.Context(), api.NewToken{Name: "reader", Role: "reader", Organization: "bizkaia"})
	if err != nil {
		t.Fatal(err)
	}
	operator := p.operatorToken()
	certificate := func(csr string) string {
		return jsonOf(t, map[string]string{"csr": csr, "name": "ane", "role": "client"})
	}
	const (
		orgs   = "/api/v1/organizations"
		certs  = orgs + "/platform/certificates"
		submit = "/api/v1/ledgers/ondo/contracts/exams/submit"
	)
	big := `{"id":"handia","kind":"company","name":"` + strings.Repeat("x", 10<<20) + `"}`
	cases := map[string]struct {
		method, path, token, body string
		status                    int
		code                      string
	}{
		"no token":               {"GET", orgs, "", "", 401, "sign_in_needed"},
		"wrong token":            {"GET", orgs, "b4a_" + strings.Repeat("A", 43), "", 401, "token_invalid"},
		"reader creates":         {"POST", orgs, issued.Secret, `{"id":"lapurra","name":"L","kind":"company"}`, 403, ""},
		"reader looks elsewhere": {"GET", orgs + "/platform", issued.Secret, "", 404, "organization_not_found"},
		"reader, absent":         {"GET", orgs + "/absent", issued.Secret, "", 404, "organization_not_found"},
		"not JSON":               {"POST", orgs, operator, `{"id":`, 400, "request_malformed"},
		"garbage":                {"POST", orgs, operator, "\x00\xff\xfe", 400, "request_malformed"},
		"unknown field":          {"POST", orgs, operator, `{"id":"ona","name":"Ona","kind":"company","admin":true}`, 422, "request_invalid"},
		"wrong type":             {"POST", orgs, operator, `{"id":7,"name":"Ona","kind":"company"}`, 422, "request_invalid"},
		"missing field":          {"POST", orgs, operator, `{"id":"ona","kind":"company"}`, 422, "request_invalid"},
		"unknown kind":           {"POST", orgs, operator, `{"id":"ona","name":"Ona","kind":"empire"}`, 422, "request_invalid"},
		"path trick":             {"POST", orgs, operator, `{"id":"../etc","name":"Ona","kind":"company"}`, 422, "request_invalid"},
		"hyphen at the end":      {"POST", orgs, operator, `{"id":"ona-","name":"Ona","kind":"company"}`, 422, "request_invalid"},
		"long name":              {"POST", orgs, operator, `{"id":"ona","name":"` + strings.Repeat("ñ", 121) + `","kind":"company"}`, 422, "request_invalid"},
		"name taken":             {"POST", orgs, operator, `{"id":"bizkaia","name":"B","kind":"company"}`, 409, "organization_exists"},
		"path trick in URL":      {"GET", orgs + "/..%2f..%2fetc", operator, "", 404, "organization_not_found"},
		"10 MB":                  {"POST", orgs, operator, big, 413, "body_too_large"},
		"unknown route":          {"GET", "/api/v1/nothing", operator, "", 404, "not_found"},
		"wrong method":           {"PUT", orgs, operator, "{}", 404, "not_found"},
		"unknown query":          {"GET", orgs + "?limti=3", operator, "", 422, "request_invalid"},
		"limit too large":        {"GET", orgs + "?limit=100000", operator, "", 422, "request_invalid"},
		"bad cursor":             {"GET", orgs + "?cursor=%25%25", operator, "", 422, "cursor_invalid"},
		"ledger name":            {"POST", "/api/v1/ledgers", operator, `{"name":"Bad/../Name","organizations":["bizkaia"]}`, 422, "request_invalid"},
		"ledger taken":           {"POST", "/api/v1/ledgers", operator, `{"name":"ondo","organizations":["bizkaia"]}`, 409, "ledger_exists"},
		"ledger of nobody":       {"POST", "/api/v1/ledgers", operator, `{"name":"inor","organizations":[]}`, 422, "request_invalid"},
		"ledger of a stranger":   {"POST", "/api/v1/ledgers", operator, `{"name":"inor","organizations":["inor"]}`, 422, "organization_unknown"},
		"member twice":           {"POST", "/api/v1/ledgers", operator, `{"name":"bi","organizations":["bizkaia","bizkaia"]}`, 422, "request_invalid"},
		"member already":         {"POST", "/api/v1/ledgers/ondo/organizations", operator, `{"organization":"bizkaia"}`, 409, "ledger_member_exists"},
		"no such contract":       {"POST", "/api/v1/ledgers/ondo/contracts", operator, `{"catalogue":"casino"}`, 404, "catalogue_entry_not_found"},
		"contract name":          {"POST", "/api/v1/ledgers/ondo/contracts", operator, `{"catalogue":"exams","name":"../x"}`, 422, "request_invalid"},
		"submit to nothing":      {"POST", submit, operator, `{"organization":"bizkaia","function":"X"}`, 404, "contract_not_found"},
		"submit as a stranger":   {"POST", submit, issued.Secret, `{"organization":"platform","function":"X"}`, 404, ""},
		"RSA request":            {"POST", certs, operator, certificate(csrOf(t, x509.CertificateRequest{}, true)), 422, "csr_key_unsupported"},
		"foreign subject": {"POST", certs, operator, certificate(csrOf(t, x509.CertificateRequest{
			Subject: pkix.Name{CommonName: "administrator", Organization: []string{"bizkaia"}},
		}, false)), 422, "csr_subject_foreign"},
		"admin unit": {"POST", certs, operator, certificate(csrOf(t, x509.CertificateRequest{
			Subject: pkix.Name{CommonName: "ane", OrganizationalUnit: []string{"admin"}},
		}, false)), 422, "csr_subject_foreign"},
		"no request":   {"POST", certs, operator, certificate("hello"), 422, "csr_malformed"},
		"block number": {"GET", "/api/v1/ledgers/ondo/blocks/99999", operator, "", 404, "block_not_found"},
		"negative":     {"GET", "/api/v1/ledgers/ondo/blocks/-1", operator, "", 422, "request_invalid"},
		"transaction":  {"GET", "/api/v1/ledgers/ondo/transactions/" + strings.Repeat("0", 64), operator, "", 404, "transaction_not_found"},
		"token scope":  {"POST", "/api/v1/tokens", operator, `{"name":"x","role":"admin"}`, 422, "token_scope_invalid"},
		"token escalation": {
			"POST", "/api/v1/tokens", issued.Secret, `{"name":"x","role":"operator"}`, 403, "",
		},
	}
	before := p.snapshot()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			status, problem := p.raw(c.method, c.path, c.token, c.body)
			if status != c.status || c.code != "" && problem.Code != c.code {
				t.Errorf("%d %s (%s), want %d %s", status, problem.Code, problem.Detail, c.status, c.code)
			}
			if problem.Detail == "" || problem.Code == "" || problem.Status != status {
				t.Errorf("problem is not complete: %+v", problem)
			}
		})
	}
	if diff := cmp.Diff(before, p.snapshot()); diff != "" {
		t.Errorf("refused input changed something (-before +after):\n%s", diff)
	}
}

// TestIntegrationIdempotency repeats writes under one key: they happen once.
func TestIntegrationIdempotency(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	in := api.NewOrganization{ID: "behin", Name: "Behin", Kind: "association"}
	key := client.IdempotencyKey("same")
	first := p.done(p.c.NewOrganization(t.Context(), in, key))
	again, err := p.c.NewOrganization(t.Context(), in, key)
	if err != nil || again.ID != first.ID {
		t.Errorf("second request: %+v: %v; want the operation %s", again, err, first.ID)
	}
	in.Name = "Bestea"
	if _, err := p.c.NewOrganization(t.Context(), in, key); code(err) != "idempotency_key_reused" {
		t.Errorf("another request under the key: %v", err)
	}
	p.ledger("behin", "behin")
	p.exams("behin")
	call := api.Call{Organization: "behin", Function: "CreateSession", Arguments: []string{"saioa", "Saioa", "2026-06-15"}}
	if _, err := p.c.Submit(t.Context(), "behin", "exams", api.Call{Organization: "behin", Function: "GetMark"}); code(err) != "function_reads_only" {
		t.Errorf("submit a function that reads: %v", err)
	}
	one, err := p.c.Submit(t.Context(), "behin", "exams", call, client.IdempotencyKey("tx"))
	if err != nil {
		t.Fatal(err)
	}
	p.kill()
	p.start()
	two, err := p.c.Submit(t.Context(), "behin", "exams", call, client.IdempotencyKey("tx"))
	if err != nil || two.TransactionID != one.TransactionID || two.Block != one.Block {
		t.Errorf("repeated transaction: %+v: %v; want %+v", two, err, one)
	}
}

func (p *platform) operatorToken() string {
	p.t.Helper()
	data, err := os.ReadFile(p.dir + "/operator-token")
	if err != nil {
		p.t.Fatal(err)
	}
	return string(bytes.TrimSpace(data))
}
