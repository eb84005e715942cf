// SPDX-License-Identifier: Apache-2.0

package cli_test

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/httpapi"
)

const (
	operatorToken = "b4a_operator"
	readerToken   = "b4a_reader"
)

// epoch is when everything in the fake platform happened.
var epoch = time.Date(2026, 10, 5, 8, 0, 0, 0, time.UTC)

// fake is a platform in memory, as far as the command line can see.
type fake struct {
	url string
	mux *http.ServeMux

	mu        sync.Mutex
	orgs      []api.Organization
	ledgers   []api.Ledger
	contracts []api.Contract
	apps      []api.Application
	ops       map[string]api.Operation
	exams     *fakeExams
	revoked   string // serial and reason
}

func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{mux: http.NewServeMux(), ops: map[string]api.Operation{}, exams: newFakeExams()}
	f.platform()
	f.signIn()
	f.organizations()
	f.ledgerRoutes()
	f.contractRoutes()
	f.operations()
	f.auditRoutes()
	// The clinic needs nothing of a platform: it is the real one.
	f.mux.Handle("POST "+api.Base+"/clinic", httpapi.New(httpapi.Options{Log: slog.New(slog.DiscardHandler)}))
	f.people()
	s := httptest.NewServer(f.mux)
	t.Cleanup(s.Close)
	f.url = s.URL
	return f
}

// handle serves a route to who has a token; writes are for the operator.
func (f *fake) handle(route string, h func(r *http.Request) (int, any)) {
	method, path, _ := strings.Cut(route, " ")
	f.mux.HandleFunc(method+" "+api.Base+path, func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		switch {
		case token != operatorToken && token != readerToken:
			send(w, problem(401, "sign_in_needed", "this needs a sign-in"))
		case method != http.MethodGet && token == readerToken:
			send(w, problem(403, "role_needed", "this is for the operator"))
		default:
			status, body := h(r)
			if p, ok := body.(api.Problem); ok {
				send(w, p)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			if body != nil {
				_ = json.NewEncoder(w).Encode(body)
			}
		}
	})
}

func send(w http.ResponseWriter, p api.Problem) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

func problem(status int, code, detail string) api.Problem {
	return api.Problem{Status: status, Code: code, Detail: detail, Title: http.StatusText(status)}
}

func decode[T any](r *http.Request) T {
	var v T
	_ = json.NewDecoder(r.Body).Decode(&v)
	return v
}

// page answers a list two items at a time, so that walking pages is tested throughout.
func page[T any](r *http.Request, items []T) (int, any) {
	from, _ := strconv.Atoi(r.URL.Query().Get("cursor"))
	to := min(from+2, len(items))
	p := api.Page[T]{Items: append([]T{}, items[from:to]...)}
	if to < len(items) {
		p.Next = strconv.Itoa(to)
	}
	return 200, p
}

func (f *fake) platform() {
	f.handle("GET /session", func(r *http.Request) (int, any) {
		if strings.HasSuffix(r.Header.Get("Authorization"), readerToken) {
			return 200, api.Principal{Name: "ikuslea", Role: "reader", Organization: "bizkaia"}
		}
		return 200, api.Principal{Name: "operator", Role: "operator"}
	})
	f.handle("POST /signin-links", func(*http.Request) (int, any) {
		return 201, api.SignInLink{URL: "http://127.0.0.1:8080/signin#code=abc", ExpiresAt: epoch.Add(2 * time.Hour)}
	})
	f.handle("GET /tokens", func(r *http.Request) (int, any) {
		return page(r, []api.Token{{ID: "t1", Name: "first", Role: "operator", CreatedAt: epoch}})
	})
	f.handle("POST /tokens", func(r *http.Request) (int, any) {
		in := decode[api.NewToken](r)
		return 201, api.IssuedToken{Token: api.Token{ID: "t2", Name: in.Name, Role: in.Role}, Secret: "b4a_secret"}
	})
	f.handle("DELETE /tokens/{id}", func(*http.Request) (int, any) { return 204, nil })
	f.handle("GET /nodes", func(r *http.Request) (int, any) { return page(r, nodes()) })
	f.handle("GET /nodes/{id}", func(r *http.Request) (int, any) {
		for _, n := range nodes() {
			if n.ID == r.PathValue("id") {
				return 200, n
			}
		}
		return 404, problem(404, "node_not_found", "there is no node "+r.PathValue("id"))
	})
	f.handle("GET /nodes/{id}/logs", func(*http.Request) (int, any) {
		return 200, api.LogLines{Lines: []string{"started", "\x1b[31mred\x1b[0m"}}
	})
	f.handle("POST /nodes/{id}/restart", func(*http.Request) (int, any) { return 202, nodes()[0] })
	f.handle("GET /doctor", func(*http.Request) (int, any) {
		return 200, api.Report{State: "ok", Checks: []api.Check{
			{Name: "nodes", Title: "Nodes", State: "ok", Detail: "6 of 6 are running"},
		}}
	})
}

func nodes() []api.Node {
	return []api.Node{
		{
			ID: "platform-orderer0", Kind: "orderer", Organization: "platform", Phase: "running", Since: epoch,
			Address: "127.9.8.7:7050", RSS: 40 << 20, Disk: 3 << 20,
		},
		{
			ID: "platform-peer0", Kind: "peer", Organization: "platform", Phase: "backoff", Since: epoch,
			Reason: "exited: port in use", Address: "127.9.8.7:7051", Restarts: 3,
		},
		{
			ID: "bizkaia-peer0", Kind: "peer", Organization: "bizkaia", Phase: "running", Since: epoch,
			Address: "127.9.8.7:7052", RSS: 59 << 20, Disk: 5 << 30,
		},
	}
}

func (f *fake) organizations() {
	f.handle("GET /organizations", func(r *http.Request) (int, any) { return page(r, f.orgs) })
	f.handle("POST /organizations", func(r *http.Request) (int, any) {
		in := decode[api.NewOrganization](r)
		for _, o := range f.orgs {
			if o.ID == in.ID {
				p := problem(409, "org_exists", "there is an organization "+in.ID+" already")
				p.Hint = "choose another ID"
				return 0, p
			}
		}
		f.orgs = append(f.orgs, api.Organization{
			ID: in.ID, Name: in.Name, Kind: in.Kind, State: "active", CreatedAt: epoch, Administration: "managed",
			MSPID:   strings.ToUpper(in.ID[:1]) + in.ID[1:] + "MSP",
			Ledgers: []string{}, Nodes: []api.Node{{ID: in.ID + "-peer0", Phase: "running", Address: "127.9.8.7:7060"}},
		})
		return 202, f.accept("organization.create", "organization/"+in.ID, in.ID != "hondatua")
	})
	f.handle("GET /organizations/{org}", func(r *http.Request) (int, any) {
		for _, o := range f.orgs {
			if o.ID == r.PathValue("org") {
				return 200, o
			}
		}
		return 0, problem(404, "org_not_found", "there is no organization "+r.PathValue("org"))
	})
	f.handle("GET /organizations/{org}/certificates", func(r *http.Request) (int, any) {
		peer := certificate("bizkaia-peer0", "sign")
		if reason, ok := strings.CutPrefix(f.revoked, peer.Serial+" "); ok {
			peer.Status, peer.Reason, peer.RevokedAt = "revoked", reason, &epoch
			peer.Effects = []api.LedgerEffect{{Ledger: "azterketak", Block: 12}}
		}
		return page(r, []api.Certificate{certificate("bizkaia-ca", "ca"), peer})
	})
	f.handle("GET /certificates", func(r *http.Request) (int, any) {
		all := []api.Certificate{certificate("bizkaia-ca", "ca"), certificate("bizkaia-peer0", "sign")}
		for i := range all {
			all[i].Organization = "bizkaia"
		}
		if r.URL.Query().Get("expiresBefore") != "" {
			all[0].Status = "revoked"
		}
		if o := r.URL.Query().Get("org"); o != "" && o != "bizkaia" {
			return 0, problem(404, "org_not_found", "there is no organization "+o)
		}
		return page(r, all)
	})
	f.handle("GET /account/certificates", func(r *http.Request) (int, any) {
		held, old, now := certificate("member/ane", "sign"), certificate("member/ane", "sign"), certificate("member/ane", "sign")
		held.Status, held.Reason, held.HeldBy, held.Serial = "revoked", "certificateHold", []string{"membership", "certificate"}, "01"
		held.Organization = "bizkaia"
		held.Effects = []api.LedgerEffect{{Ledger: "azterketak", Block: 12}}
		old.Serial, now.Serial, now.Status = "02", "03", "expiring"
		return page(r, []api.OwnCertificate{{Certificate: held}, {Certificate: old, RenewedBy: "03"}, {Certificate: now}})
	})
	f.handle("PUT /organizations/{org}/certificates/{serial}/member", func(r *http.Request) (int, any) {
		bound := certificate("member/ane", "sign")
		if bound.Member = decode[api.CertificateMember](r).Member; bound.Member != "" {
			bound.MemberName = "Ane"
		}
		return 200, bound
	})
	f.handle("POST /organizations/{org}/recorded-certificates", func(r *http.Request) (int, any) {
		in := decode[api.RecordedCertificate](r)
		recorded := certificate(in.Holder+" of "+in.Member, "sign")
		return 201, recorded
	})
	f.handle("POST /organizations/{org}/certificates/{serial}/revoke", func(r *http.Request) (int, any) {
		in := decode[api.CertificateRevocation](r)
		f.revoked = r.PathValue("serial") + " " + in.Reason
		return 202, f.accept("certificate.revoke", "revocation/"+r.PathValue("org"), true)
	})
	f.handle("POST /organizations/{org}/certificates", func(r *http.Request) (int, any) {
		in := decode[api.NewCertificate](r)
		if !strings.Contains(in.CSR, "BEGIN CERTIFICATE REQUEST") {
			return 0, problem(422, "csr_malformed", "not a request")
		}
		return 201, api.IssuedCertificate{Certificate: certificate(in.Name, "sign"), MSPID: "BizkaiaMSP"}
	})
	f.handle("GET /organizations/{org}/applications", func(r *http.Request) (int, any) { return page(r, f.apps) })
	f.handle("GET /organizations/{org}/applications/{app}", func(r *http.Request) (int, any) {
		for _, a := range f.apps {
			if a.Name == r.PathValue("app") && a.Organization == r.PathValue("org") {
				return 200, a
			}
		}
		return 0, problem(404, "app_not_found", "there is no application "+r.PathValue("app"))
	})
	f.handle("POST /organizations/{org}/applications", func(r *http.Request) (int, any) {
		in := decode[api.NewApplication](r)
		a := api.Application{
			Name: in.Name, Organization: r.PathValue("org"), Custody: "holder", Attributes: in.Attributes,
			Certificate: certificate(in.Name, "sign"), CreatedAt: epoch,
		}
		if in.CSR == "" {
			a.Custody = "platform"
		}
		f.apps = append(f.apps, a)
		return 201, a
	})
	f.handle("DELETE /organizations/{org}/applications/{app}", func(*http.Request) (int, any) { return 204, nil })
	f.mux.HandleFunc("GET "+api.Base+"/organizations/{org}/applications/{app}/bundle",
		func(w http.ResponseWriter, _ *http.Request) {
			z := zip.NewWriter(w)
			file, _ := z.Create("cert.pem")
			_, _ = file.Write([]byte("certificate"))
			_ = z.Close()
		})
}

func certificate(holder, purpose string) api.Certificate {
	return api.Certificate{
		Serial: fmt.Sprintf("%x", holder), Holder: holder, Purpose: purpose, Role: "client", Status: "valid",
		KeyKeptBy: "holder", Subject: "CN=" + holder, Issuer: "CN=bizkaia-ca", NotBefore: epoch, NotAfter: epoch.AddDate(1, 0, 0),
		Fingerprint: "f00d", PEM: "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n",
	}
}

func (f *fake) ledgerRoutes() {
	f.handle("GET /ledgers", func(r *http.Request) (int, any) { return page(r, f.ledgers) })
	f.handle("POST /ledgers", func(r *http.Request) (int, any) {
		in := decode[api.NewLedger](r)
		f.ledgers = append(f.ledgers, api.Ledger{
			Name: in.Name, Organizations: in.Organizations, State: "active", Height: 3, Ordering: "bft",
			Orderers: []string{"platform-orderer0"}, Contracts: []string{}, CreatedAt: epoch,
		})
		return 202, f.accept("ledger.create", "ledger/"+in.Name, true)
	})
	f.handle("GET /ledgers/{ledger}", func(r *http.Request) (int, any) {
		for _, l := range f.ledgers {
			if l.Name == r.PathValue("ledger") {
				return 200, l
			}
		}
		return 0, problem(404, "ledger_not_found", "there is no ledger "+r.PathValue("ledger"))
	})
	f.handle("POST /ledgers/{ledger}/organizations", func(r *http.Request) (int, any) {
		return 202, f.accept("ledger.add-organization", "ledger/"+r.PathValue("ledger"), true)
	})
	f.handle("GET /ledgers/{ledger}/blocks", func(r *http.Request) (int, any) {
		return page(r, []api.Block{block(2), block(1), block(0)})
	})
	f.handle("GET /ledgers/{ledger}/blocks/{number}", func(*http.Request) (int, any) {
		b := block(1)
		b.Transactions = []api.Transaction{transaction()}
		return 200, b
	})
	f.handle("GET /ledgers/{ledger}/transactions", func(r *http.Request) (int, any) {
		return page(r, []api.Transaction{transaction()})
	})
	f.handle("GET /ledgers/{ledger}/transactions/{id}", func(*http.Request) (int, any) { return 200, transaction() })
}

func block(n uint64) api.Block {
	return api.Block{Number: n, Hash: fmt.Sprintf("%064x", n), Time: epoch, Size: 7000, Count: 1}
}

func transaction() api.Transaction {
	return api.Transaction{
		ID: fmt.Sprintf("%064x", 0xabc), Block: 1, Type: "contract", Time: epoch, Validation: "VALID", Valid: true,
		CreatorMSP: "BizkaiaMSP", Creator: "matrikula", Contract: "exams", Function: "RecordResult",
		Arguments: []string{"2026-uztaila", "mat"}, EndorsedBy: []string{"BizkaiaMSP", "UnibertsitateaMSP"},
		Writes: []api.Write{{Contract: "exams", Key: "result"}}, Collections: []string{"marks"},
	}
}

func (f *fake) contractRoutes() {
	f.handle("GET /catalogue", func(r *http.Request) (int, any) {
		return page(r, []api.CatalogueEntry{{
			Name: "exams", Version: "1.0.0", Title: map[string]string{"en": "Exam results", "eu": "Azterketen emaitzak"},
		}})
	})
	f.handle("GET /ledgers/{ledger}/contracts", func(r *http.Request) (int, any) { return page(r, f.contracts) })
	f.handle("POST /ledgers/{ledger}/contracts", func(r *http.Request) (int, any) {
		in := decode[api.NewContract](r)
		if in.Name == "" {
			in.Name = in.Catalogue
		}
		f.contracts = append(f.contracts, api.Contract{
			Name: in.Name, Ledger: r.PathValue("ledger"), Catalogue: in.Catalogue, Version: "1.0.0", Sequence: 1,
			State: "ready", Endorsement: "MAJORITY Endorsement", Approvals: []string{"bizkaia", "unibertsitatea"},
			CreatedAt: epoch, Process: &api.ContractProcess{Phase: "running", RSS: 20 << 20},
		})
		return 202, f.accept("contract.deploy", "contract/"+in.Name, true)
	})
	f.handle("GET /ledgers/{ledger}/contracts/{contract}", func(r *http.Request) (int, any) {
		i := slices.IndexFunc(f.contracts, func(c api.Contract) bool { return c.Name == r.PathValue("contract") })
		if i < 0 {
			return 0, problem(404, "contract_not_found", "there is no contract "+r.PathValue("contract"))
		}
		return 200, f.contracts[i]
	})
	f.handle("GET /ledgers/{ledger}/contracts/{contract}/metadata", func(*http.Request) (int, any) {
		return 200, api.ContractMetadata{Raw: json.RawMessage(`{}`), Functions: []api.ContractFunction{
			{Name: "RecordResult", Submit: true, Title: "Record", Parameters: []api.ContractParameter{
				{Name: "session", Schema: json.RawMessage(`{"type":"string"}`)},
				{Name: "version", Schema: json.RawMessage(`{"type":"integer"}`)},
			}},
			{Name: "GetResult", Parameters: []api.ContractParameter{}},
		}}
	})
	f.handle("GET /ledgers/{ledger}/contracts/{contract}/logs", func(*http.Request) (int, any) {
		return 200, api.LogLines{Lines: []string{"contract started"}}
	})
	f.callRoutes()
}

func (f *fake) callRoutes() {
	f.handle("POST /ledgers/{ledger}/contracts/{contract}/submit", func(r *http.Request) (int, any) {
		return f.exams.submit(r.Header.Get("Idempotency-Key"), decode[api.Call](r))
	})
	f.handle("POST /ledgers/{ledger}/contracts/{contract}/evaluate", func(r *http.Request) (int, any) {
		return f.exams.evaluate(decode[api.Call](r))
	})
	f.handle("POST /ledgers/{ledger}/contracts/{contract}/proposals", func(r *http.Request) (int, any) {
		in := decode[api.NewProposal](r)
		function := strings.TrimPrefix(in.Function, "Lie") // a platform that lies calls another function
		header, payload := calling(r.PathValue("ledger"), r.PathValue("contract"), function)
		message := slices.Concat(wire(1, header), wire(2, payload))
		return 200, api.Proposal{TransactionID: "tx", Proposal: []byte(in.Function), Message: message, Digest: make([]byte, 32)}
	})
	f.handle("POST /ledgers/{ledger}/contracts/{contract}/evaluations", func(r *http.Request) (int, any) {
		in := decode[api.SignedProposal](r)
		return 200, api.CallResult{Result: fmt.Sprintf("%s signed: %t", in.Proposal, len(in.Signature) > 60)}
	})
	f.handle("POST /ledgers/{ledger}/contracts/{contract}/endorsements", func(r *http.Request) (int, any) {
		in := decode[api.SignedProposal](r)
		function := strings.TrimSuffix(string(in.Proposal), "Later")
		header, payload := calling(r.PathValue("ledger"), r.PathValue("contract"), function)
		message := slices.Concat(wire(1, header), wire(2, wire(1, wire(2, wire(1, payload)))))
		return 200, api.Endorsement{TransactionID: "tx", Transaction: in.Proposal, Message: message, Digest: make([]byte, 32), Result: "r"}
	})
	f.handle("POST /ledgers/{ledger}/contracts/{contract}/transactions", func(r *http.Request) (int, any) {
		in := decode[api.SignedTransaction](r)
		if len(in.Signature) < 60 {
			return 0, problem(422, "signature_invalid", "not signed")
		}
		return 200, api.Commit{TransactionID: "tx", State: "committed", Validation: "VALID", Block: 7}
	})
}

// calling is the header and the payload of a Fabric proposal that calls a function without arguments.
func calling(ledger, contract, function string) (header, payload []byte) {
	id := wire(2, []byte(contract))
	header = wire(1, []byte{1 << 3, 3}, wire(4, []byte(ledger)), wire(5, []byte("tx")), wire(7, wire(2, id)))
	return header, wire(1, wire(1, wire(2, id), wire(3, wire(1, []byte(function)))))
}

// accept makes an operation that goes through its two steps at the next request of its events.
func (f *fake) accept(kind, subject string, succeeds bool) api.Accepted {
	id := fmt.Sprintf("01OPERATION%d", len(f.ops))
	later := epoch.Add(300 * time.Millisecond)
	op := api.Operation{
		ID: id, Kind: kind, Subject: subject, State: "succeeded", Actor: "operator", CreatedAt: epoch, UpdatedAt: later,
		FinishedAt: &later, Attempts: 1,
		Steps: []api.Step{
			{Name: "first", Title: "First step", State: "succeeded", StartedAt: &epoch, FinishedAt: &later},
			{Name: "second", Title: "Second step", State: "succeeded", Note: "two of two"},
		},
	}
	if !succeeds {
		op.State, op.Steps[1].State, op.Steps[1].Note = "failed", "failed", ""
		op.Problem = &api.Problem{Status: 500, Code: "disk_full", Detail: "the disk is full", Hint: "free some space"}
	}
	f.ops[id] = op
	pending := op
	pending.State, pending.FinishedAt, pending.Problem, pending.Steps = "pending", nil, nil, nil
	return api.Accepted{Operation: pending}
}

func (f *fake) operations() {
	f.handle("GET /operations", func(r *http.Request) (int, any) {
		var out []api.Operation
		for _, op := range f.ops {
			if s := r.URL.Query().Get("state"); s == "" || s == op.State {
				out = append(out, op)
			}
		}
		slices.SortFunc(out, func(a, b api.Operation) int { return strings.Compare(b.ID, a.ID) })
		return page(r, out)
	})
	find := func(r *http.Request) (int, any) {
		op, ok := f.ops[r.PathValue("id")]
		if !ok {
			return 0, problem(404, "operation_not_found", "there is no operation "+r.PathValue("id"))
		}
		return 200, op
	}
	f.handle("GET /operations/{id}", find)
	f.handle("POST /operations/{id}/retry", find)
	f.mux.HandleFunc("GET "+api.Base+"/operations/{id}/events", func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		op, ok := f.ops[r.PathValue("id")]
		if !ok {
			send(w, problem(404, "operation_not_found", "there is no such operation"))
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		running := op
		running.State, running.FinishedAt, running.Problem = "running", nil, nil
		running.Steps = []api.Step{op.Steps[0], {Name: "second", Title: "Second step", State: "running"}}
		for _, o := range []api.Operation{running, op} {
			b, _ := json.Marshal(o)
			_, _ = fmt.Fprintf(w, "event: operation\ndata: %s\n\n", b)
		}
	})
}
