// SPDX-License-Identifier: Apache-2.0

package httpapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client/auditlog"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/chaincode"
	"github.com/blockchain4all/blockchain4all/internal/channel"
	"github.com/blockchain4all/blockchain4all/internal/httpapi"
	"github.com/blockchain4all/blockchain4all/internal/idempotency"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/node/nodetest"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/store/sql"
	"github.com/blockchain4all/blockchain4all/internal/store/sql/sqltest"
)

// audited is the API over a real store with an organization, a ledger and a contract in it, and no Fabric under it:
// what needs some ends badly, which is recorded too.
type audited struct {
	t        *testing.T
	db       *sql.DB
	s        http.Handler
	access   *access.Service
	audit    *audit.Service
	operator string
}

func newAudited(t *testing.T) *audited {
	t.Helper()
	db := sqltest.New(t)
	log := slog.New(slog.DiscardHandler)
	a := &audited{t: t, db: db, access: access.New(access.Options{Store: db})}
	a.audit = audit.New(audit.Options{Store: db, Transactor: db, Log: log})
	engine := operation.NewEngine(operation.Options{Store: db, Transactor: db, Log: log})
	orgs := org.New(org.Options{Store: db, Engine: engine, Log: log})
	nodes := node.New(node.Options{Store: db, Orgs: orgs, Driver: nodetest.NewFake(&nodetest.Disk{}), Log: log})
	channels := channel.New(t.Context(), channel.Options{Store: db, Orgs: orgs, Nodes: nodes, Engine: engine, Log: log})
	contracts := chaincode.New(chaincode.Options{
		Store: db, Orgs: orgs, Nodes: nodes, Channels: channels, Engine: engine, Log: log,
		Catalogue: chaincode.Catalogue{{Name: "exams", Version: "1"}, {Name: "anchors", Version: "1", Internal: true}},
	})
	none := func(operation.Operation) ([]operation.PlannedStep, error) { return nil, nil }
	for _, kind := range []string{org.KindCreate, channel.KindCreate, channel.KindAddOrg, chaincode.KindDeploy} {
		engine.Register(kind, none, nil)
	}
	a.s = httpapi.New(httpapi.Options{
		Access: a.access, Audit: a.audit, Orgs: orgs, Nodes: nodes, Channels: channels, Contracts: contracts,
		Operations: engine, Idempotency: idempotency.New(db, nil), Log: log,
	})
	ctx := t.Context()
	for _, id := range []string{"bizkaia", "araba"} {
		if err := db.CreateOrganization(ctx, org.Organization{ID: id, State: org.Active}); err != nil {
			t.Fatal(err)
		}
	}
	c := channel.Channel{Name: "proba", State: channel.Active}
	if err := db.CreateChannel(ctx, c, []channel.Member{{Channel: "proba", Org: "bizkaia"}}); err != nil {
		t.Fatal(err)
	}
	if err := db.CreateDeployment(ctx, chaincode.Deployment{Channel: "proba", Name: "exams"}); err != nil {
		t.Fatal(err)
	}
	if err := db.CreateNode(ctx, node.Node{ID: "bizkaia-peer0", Org: "bizkaia"}); err != nil {
		t.Fatal(err)
	}
	a.operator = a.token(access.Operator, "")
	return a
}

func (a *audited) token(role access.Role, orgID string) string {
	a.t.Helper()
	maker := access.Principal{Role: access.Operator, Kind: access.Token}
	secret, _, err := a.access.NewToken(a.t.Context(), maker, access.NewToken{Name: string(role), Role: role, Org: orgID})
	if err != nil {
		a.t.Fatal(err)
	}
	return secret
}

func (a *audited) call(token, method, path, body string) (int, api.Problem) {
	a.t.Helper()
	r := httptest.NewRequestWithContext(a.t.Context(), method, api.Base+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "proba/1")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	a.s.ServeHTTP(w, r)
	var p api.Problem
	_ = json.Unmarshal(w.Body.Bytes(), &p)
	return w.Code, p
}

func (a *audited) entries() []audit.Entry {
	a.t.Helper()
	records, err := a.audit.List(a.t.Context(), audit.Filter{})
	if err != nil {
		a.t.Fatal(err)
	}
	list := make([]audit.Entry, 0, len(records))
	for _, r := range records {
		e, err := r.Entry()
		if err != nil {
			a.t.Fatal(err)
		}
		list = append(list, e)
	}
	return list
}

func csr() string { return `"csr":"-----BEGIN CERTIFICATE REQUEST-----"` }

// writes are a request for each write of the API that the platform had when the trail was made.
func writes() map[string][2]string {
	call := `{"organization":"bizkaia","function":"Put"}`
	return map[string][2]string{
		"createOrganization": {"/organizations", `{"id":"berria","name":"Berria","kind":"company"}`},
		"issueCertificate":   {"/organizations/bizkaia/certificates", `{"name":"ane","role":"client",` + csr() + `}`},
		"createApplication":  {"/organizations/bizkaia/applications", `{"name":"matrikula",` + csr() + `}`},
		"deleteApplication":  {"/organizations/bizkaia/applications/matrikula", ""},
		"createLedger":       {"/ledgers", `{"name":"berria","organizations":["bizkaia"]}`},
		"addLedgerMember":    {"/ledgers/proba/organizations", `{"organization":"araba"}`},
		"deployContract":     {"/ledgers/proba/contracts", `{"catalogue":"exams","name":"azterketak"}`},
		"restartNode":        {"/nodes/bizkaia-peer0/restart", ""},
		"createToken":        {"/tokens", `{"name":"ci","role":"reader","organization":"bizkaia"}`},
		"deleteToken":        {"/tokens/none", ""},
		"createSignInLink":   {"/signin-links", ""},
		"createSession":      {"/session", `{"code":"b4a_nonenonenonenone"}`},
		"deleteSession":      {"/session", ""},
		"retryOperation":     {"/operations/none/retry", ""},
		"anchorAudit":        {"/audit/anchors", ""},

		"submitTransaction":   {"/ledgers/proba/contracts/exams/submit", call},
		"evaluateTransaction": {"/ledgers/proba/contracts/exams/evaluate", call},
		"prepareProposal":     {"/ledgers/proba/contracts/exams/proposals", `{"organization":"bizkaia","function":"Put","certificate":"x"}`},
		"evaluateProposal":    {"/ledgers/proba/contracts/exams/evaluations", `{"organization":"bizkaia","proposal":"eA==","signature":"eA=="}`},
		"endorseProposal":     {"/ledgers/proba/contracts/exams/endorsements", `{"organization":"bizkaia","proposal":"eA==","signature":"eA=="}`},
		"submitSigned":        {"/ledgers/proba/contracts/exams/transactions", `{"organization":"bizkaia","transaction":"eA==","signature":"eA=="}`},
	}
}

// TestEveryWriteLeavesOneEntry makes every write of the API, and every read.
func TestEveryWriteLeavesOneEntry(t *testing.T) {
	t.Parallel()
	d, _ := openAPI(t)
	made := 0
	for path, operations := range d.Paths {
		for method, op := range operations {
			w, known := writes()[op.OperationID]
			if method != "get" && !known {
				continue // newer than this test: it goes through register like these
			}
			if method == "get" {
				w[0] = strings.NewReplacer("{org}", "bizkaia", "{ledger}", "proba", "{contract}", "exams", "{node}", "bizkaia-peer0",
					"{number}", "0", "{transaction}", strings.Repeat("0", 64), "{", "", "}", "").Replace(path)
				if op.OperationID == "getTransactionStatus" {
					w[0] += "?organization=bizkaia"
				}
			}
			made++
			t.Run(op.OperationID, func(t *testing.T) {
				t.Parallel()
				a := newAudited(t)
				status, p := a.call(a.operator, strings.ToUpper(method), w[0], w[1])
				if p.Code == "request_invalid" || p.Code == "request_malformed" {
					t.Fatalf("%d %+v", status, p)
				}
				want := 1
				if method == "get" || op.Tags[0] == "transactions" {
					want = 0
				}
				got := a.entries()
				if len(got) != want {
					t.Fatalf("%d %s: %d entries, want %d: %+v", status, p.Code, len(got), want, got)
				}
				if intents, err := a.db.ListAuditIntents(t.Context()); err != nil || len(intents) != 0 {
					t.Errorf("intents: %+v: %v", intents, err)
				}
				if want == 0 {
					return
				}
				e := got[0]
				outcome := audit.Done
				if status >= 500 {
					outcome = audit.Failed
				} else if status >= 400 {
					outcome = audit.Refused
				}
				if e.Action != op.OperationID || e.Outcome != outcome || e.Code != p.Code || e.Actor.Role != "operator" || e.Object == "" ||
					e.Source != "192.0.2.1" || e.UserAgent != "proba/1" || e.RequestID == "" || p.RequestID != "" && e.RequestID != p.RequestID {
					t.Errorf("%d: %+v", status, e)
				}
			})
		}
	}
	if made < len(writes()) {
		t.Errorf("only %d operations were called", made)
	}
}

// TestStrangersDontFillTheTrail: what anybody may repeat and changes nothing leaves no entries.
func TestStrangersDontFillTheTrail(t *testing.T) {
	t.Parallel()
	a := newAudited(t)
	for range 3 {
		if status, p := a.call("", http.MethodPost, "/clinic", `{"purpose":"ca","material":"x"}`); status != http.StatusOK {
			t.Fatalf("%d %s", status, p.Code)
		}
	}
	if got := a.entries(); len(got) > 0 {
		t.Errorf("%+v", got)
	}
}

// TestPanicLeavesAnEntry restarts a node without the service that does it, which breaks the handler.
func TestPanicLeavesAnEntry(t *testing.T) {
	t.Parallel()
	a := newAudited(t)
	a.s = httpapi.New(httpapi.Options{Access: a.access, Audit: a.audit, Log: slog.New(slog.DiscardHandler)})
	status, p := a.call(a.operator, http.MethodPost, "/nodes/bizkaia-peer0/restart", "")
	if got := a.entries(); status != 500 || p.Code != "internal" || len(got) != 1 || got[0].Outcome != audit.Failed || got[0].Code != "internal" {
		t.Errorf("%d %+v: %+v", status, p, got)
	}
}

func TestRefusedWrites(t *testing.T) {
	t.Parallel()
	a := newAudited(t)
	admin := a.token(access.Admin, "bizkaia")
	newOrg := `{"id":"berria","name":"Berria","kind":"company"}`
	for _, c := range []struct {
		token, path, body string
		status            int
		code, orgs        string
	}{
		{"", "/organizations", newOrg, 401, "sign_in_needed", ""},
		{"b4a_wrong", "/organizations", newOrg, 401, "token_invalid", ""},
		{admin, "/organizations", newOrg, 403, "forbidden", "bizkaia"},
		{admin, "/organizations/araba/applications", `{"name":"matrikula"}`, 404, "organization_not_found", "bizkaia"},
		{admin, "/nodes/araba-peer0/restart", "", 403, "forbidden", "bizkaia"},
		{admin, "/ledgers/none/contracts", `{"catalogue":"exams"}`, 404, "ledger_not_found", "bizkaia"},
		{a.token(access.Reader, "bizkaia"), "/ledgers/proba/contracts/exams/submit", `{"organization":"bizkaia","function":"Put"}`, 403, "forbidden", "bizkaia"},
		{"", "/session", `{"code":"b4a_wrongwrongwrongwrong"}`, 401, "link_invalid", ""},
	} {
		before := len(a.entries())
		status, p := a.call(c.token, http.MethodPost, c.path, c.body)
		got := a.entries()[before:]
		if status != c.status || p.Code != c.code || len(got) != 1 {
			t.Errorf("%s: %d %s, entries %+v", c.path, status, p.Code, got)
			continue
		}
		if e := got[0]; e.Outcome != audit.Refused || e.Code != c.code || strings.Join(e.Organizations, " ") != c.orgs || (e.Actor.Credential == "") != (status == 401) {
			t.Errorf("%s: %+v", c.path, e)
		}
	}
	if status, p := a.call(admin, http.MethodPost, "/organizations", `{`); status != 400 {
		t.Errorf("%d %+v", status, p)
	}
	if n := len(a.entries()); n != 8 {
		t.Errorf("a malformed request left an entry: %d", n)
	}
}

func TestSignInIsRecorded(t *testing.T) {
	t.Parallel()
	a := newAudited(t)
	code, _, err := a.access.NewLink(t.Context(), access.Principal{})
	if err != nil {
		t.Fatal(err)
	}
	if status, p := a.call("", http.MethodPost, "/session", fmt.Sprintf(`{"code":%q}`, code)); status != 200 {
		t.Fatalf("%d %+v", status, p)
	}
	got := a.entries()
	if len(got) != 1 || got[0].Action != "createSession" || got[0].Outcome != audit.Done || got[0].Actor.Role != "operator" || got[0].Actor.Credential == "" {
		t.Errorf("%+v", got)
	}
	records, err := a.audit.List(t.Context(), audit.Filter{})
	if err != nil || strings.Contains(string(records[0].Line), code) {
		t.Errorf("the code is in the trail: %s: %v", records[0].Line, err)
	}
}

func TestNotesOfWrites(t *testing.T) {
	t.Parallel()
	a := newAudited(t)
	if status, p := a.call(a.operator, http.MethodPost, "/tokens", `{"name":"ci","role":"reader","organization":"bizkaia"}`); status != 201 {
		t.Fatalf("%d %+v", status, p)
	}
	tokens, err := a.access.Tokens(t.Context(), access.Filter{Org: "bizkaia"})
	if err != nil || len(tokens) != 1 {
		t.Fatal(tokens, err)
	}
	a.call(a.operator, http.MethodDelete, "/tokens/"+tokens[0].ID, "")
	a.call(a.operator, http.MethodPost, "/ledgers/proba/contracts", `{"catalogue":"exams","name":"azterketak"}`)
	got := a.entries()
	if len(got) != 3 {
		t.Fatalf("%+v", got)
	}
	created, deleted, deployed := got[0], got[1], got[2]
	if created.Object != "token/"+tokens[0].ID || deleted.Object != created.Object || string(created.After) != string(deleted.Before) ||
		string(created.Before) != "null" || !strings.Contains(string(created.After), `"name":"ci"`) || created.Organizations[0] != "bizkaia" || deleted.Organizations[0] != "bizkaia" {
		t.Errorf("%+v\n%+v", created, deleted)
	}
	if deployed.Object != "ledger/proba" || !strings.Contains(string(deployed.After), `"catalogue":"exams"`) || !strings.Contains(string(deployed.After), `"operation":"`) {
		t.Errorf("%+v", deployed)
	}
	if _, p := a.call(a.operator, http.MethodPost, "/ledgers/proba/contracts", `{"catalogue":"anchors"}`); p.Code != "catalogue_entry_not_found" {
		t.Errorf("an internal contract: %+v", p)
	}
}

// TestExport streams more entries than a page, and breaks the stream when the store fails.
func TestExport(t *testing.T) {
	t.Parallel()
	a := newAudited(t)
	for i := range 1203 {
		orgs := []string{"araba"}
		if i%3 == 0 {
			orgs = []string{"bizkaia", "araba"}
		}
		act := audit.Act{Actor: audit.Actor{Credential: "c", Organization: orgs[0]}, Orgs: orgs, Action: "x", Object: "=cmd()", Source: "192.0.2.9"}
		if err := a.audit.Record(t.Context(), act, audit.Done, ""); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewServer(a.s)
	t.Cleanup(server.Close)
	type export struct {
		status            int
		contentType, body string
	}
	get := func(token, query string) (export, error) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+api.Base+"/audit/export"+query, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		return export{res.StatusCode, res.Header.Get("Content-Type"), string(body)}, err
	}
	got, err := get(a.operator, "")
	if err != nil || got.contentType != "application/jsonl" {
		t.Fatalf("%s: %v", got.contentType, err)
	}
	report, err := auditlog.Check(func(w io.Writer) error { _, err := io.WriteString(w, got.body); return err })
	if err != nil || report.Problem != nil || report.Entries != 1203 {
		t.Errorf("%+v: %v", report, err)
	}
	if got, err = get(a.operator, "?after=1200"); err != nil || strings.Count(got.body, "\n") != 3 {
		t.Errorf("after 1200: %s: %v", got.body, err)
	}
	if got, err = get(a.operator, "?from=2000-01-01T00:00:00Z&to=2001-01-01T00:00:00Z"); err != nil || got.body != "" {
		t.Errorf("of another year: %s: %v", got.body, err)
	}
	admin := a.token(access.Admin, "bizkaia")
	if got, err = get(admin, "?actor=c&action=x"); err != nil || strings.Count(got.body, "\n") != 401 || strings.Contains(got.body, `"redacted"`) {
		t.Errorf("an administrator's own: %d lines: %v", strings.Count(got.body, "\n"), err)
	}
	if got, _ = get(admin, "?organization=araba"); got.status != 404 {
		t.Errorf("another organization: %d %s", got.status, got.body)
	}
	got, err = get(a.token(access.Admin, "araba"), "")
	lines, redacted := strings.Count(got.body, "\n"), strings.Count(got.body, `"redacted":true`)
	if err != nil || lines != 1203 || redacted != 401 || strings.Count(got.body, "192.0.2.9") != 802 {
		t.Errorf("entries of others: %d lines, %d redacted: %v", lines, redacted, err)
	}
}

// TestOperationEnds checks that the end of an operation is recorded with it.
func TestOperationEnds(t *testing.T) {
	t.Parallel()
	a := newAudited(t)
	ended := make(chan struct{})
	engine := operation.NewEngine(operation.Options{Store: a.db, Transactor: a.db, Log: slog.New(slog.DiscardHandler), Ended: func(ctx context.Context, op operation.Operation) error {
		defer close(ended)
		return a.audit.Record(ctx, audit.Act{Actor: audit.Actor{Credential: op.Actor}, Action: "operation.end", Object: op.ID}, audit.Done, "")
	}})
	engine.Register("k", func(operation.Operation) ([]operation.PlannedStep, error) { return nil, nil }, nil)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- engine.Run(ctx) }()
	op, err := engine.Start(ctx, operation.Request{Kind: "k", Subject: "s", Actor: "c"}, func(context.Context) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	<-ended
	if _, err := engine.Wait(ctx, op.ID); err != nil {
		t.Error(err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if got := a.entries(); len(got) != 1 || got[0].Object != op.ID {
		t.Errorf("%+v", got)
	}
}
