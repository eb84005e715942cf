// SPDX-License-Identifier: Apache-2.0

package httpapi_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/admission"
	"github.com/blockchain4all/blockchain4all/internal/chaincode"
	"github.com/blockchain4all/blockchain4all/internal/channel"
	"github.com/blockchain4all/blockchain4all/internal/consent"
	"github.com/blockchain4all/blockchain4all/internal/invitation"
	"github.com/blockchain4all/blockchain4all/internal/mail"
	"github.com/blockchain4all/blockchain4all/internal/member"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/node/nodetest"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/pki/keystoretest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// callers are the columns of the table: sessions of members of every role; the administrator of another tenant; an
// administrator who is suspended, or whose organization is; API tokens of an administrator, for everything and with a
// scope that no route but getSession needs; and nobody.
func callers() []string {
	return []string{
		"operator", "auditor", "admin", "developer", "reader", "other-tenant", "suspended", "suspended-org", "token",
		"scoped", "nobody",
	}
}

// world is a seeded store, to be copied for every write, and who calls.
type world struct {
	path, suspended string // the store, and the one in which the organization is suspended
	open            map[string]*installation
	keys            *pki.SealedStore
	driver          *nodetest.Fake
	secrets         map[string]string // by caller
	values          map[string]string // of path parameters
}

// TestAuthorisation calls every route of the API's description as every caller, with a request that is otherwise right,
// and compares with testdata/authorisation.txt. A route without a row fails: run with -update, and look at the new row.
func TestAuthorisation(t *testing.T) {
	t.Parallel()
	w := seed(t)
	d, raw := openAPI(t)
	schemas := decodeSchemas(t, raw)
	got := map[string]string{}
	for path, operations := range d.Paths {
		for method := range operations {
			row := make([]string, 0, len(callers()))
			for _, caller := range callers() {
				row = append(row, fmt.Sprintf("%-13s", w.outcome(t, schemas, path, strings.ToUpper(method), caller)))
			}
			got[fmt.Sprintf("%-7s%s", strings.ToUpper(method), path)] = strings.TrimSpace(strings.Join(row, " "))
		}
	}
	compareTable(t, got)
}

func compareTable(t *testing.T, got map[string]string) {
	t.Helper()
	var b strings.Builder
	head := make([]string, 0, len(callers()))
	for _, c := range callers() {
		head = append(head, fmt.Sprintf("%-13s", c))
	}
	fmt.Fprintf(&b, "%-76s%s\n", "", strings.TrimSpace(strings.Join(head, " ")))
	for _, route := range slices.SortedFunc(maps.Keys(got), func(a, b string) int { return strings.Compare(a[7:]+a[:7], b[7:]+b[:7]) }) {
		fmt.Fprintf(&b, "%-76s%s\n", route, got[route])
	}
	path := filepath.Join("testdata", "authorisation.txt")
	if *update {
		must(t, os.MkdirAll("testdata", 0o750))
		must(t, os.WriteFile(path, []byte(b.String()), 0o600))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("-update rewrites the table (-want +got):\n%s", diff)
	}
}

// outcome calls a route. What the platform says after it let the caller through, whatever it is, is "ok".
func (w *world) outcome(t *testing.T, schemas *schemas, path, method, caller string) string {
	t.Helper()
	file := w.path
	if caller == "suspended-org" {
		file = w.suspended
	}
	target := path
	for name, value := range w.values {
		target = strings.ReplaceAll(target, "{"+name+"}", value)
	}
	switch {
	case strings.HasPrefix(path, "/platform/members/"):
		target = strings.ReplaceAll(target, w.values["member"], w.values["platform-member"])
	case strings.HasSuffix(path, "/transactions/{transaction}/status"):
		target += "?organization=own"
	case method == http.MethodDelete && path == "/ledger-invitations/{invitation}":
		target += "?inviter=own"
	}
	if strings.Contains(target, "{") {
		t.Fatalf("%s %s: give the path parameter a value in seed", method, path)
	}
	r := w.installation(t, file).call(t, method, target, w.secrets[caller], schemas.body(t, path, method))
	if r.status < 300 && method != http.MethodGet {
		delete(w.open, file) // it has changed: the next caller gets another copy
	}
	switch {
	case r.code == "request_invalid" || r.code == "request_malformed" || r.code == "not_found" || r.code == "media_type_unsupported":
		t.Errorf("%s %s as %s: the test's request is wrong: %s", method, target, caller, r.body)
		return "?"
	case r.status == http.StatusUnauthorized:
		return "sign-in"
	case r.status == http.StatusForbidden:
		return "denied"
	case r.status == http.StatusNotFound:
		return "absent"
	default:
		return "ok"
	}
}

// installation opens a copy of a store, unless there is one that nothing has changed.
func (w *world) installation(t *testing.T, file string) *installation {
	t.Helper()
	if w.open[file] == nil {
		copied := filepath.Join(t.TempDir(), "b4a.db")
		copyFile(t, file, copied)
		w.open[file] = install(t, copied, w.keys, w.driver)
	}
	return w.open[file]
}

// seed makes one of everything that a route can name.
func seed(t *testing.T) *world {
	t.Helper()
	dir := t.TempDir()
	w := &world{
		path: filepath.Join(dir, "b4a.db"), suspended: filepath.Join(dir, "suspended.db"), keys: keystoretest.Sealed(t),
		driver: nodetest.NewFake(&nodetest.Disk{}), secrets: map[string]string{}, open: map[string]*installation{},
		values: map[string]string{
			"org": "own", "ledger": "ledger-own", "contract": "exams", "application": "app", "node": "own-peer0",
			"number": "0", "transaction": strings.Repeat("0", 64), "operation": "01OPERATION", "request": "01REQUEST",
			"invitation": "01INVITATION", "purpose": "ca", "generation": "0", "provider": "oidc", "serial": "01", "watched": "01WATCHED",
			"mail": "01MAIL", "signature": "01SIGNATURE",
		},
	}
	in := install(t, w.path, w.keys, w.driver)
	for _, id := range []string{"own", "other"} {
		in.organization(t, id)
	}
	w.seedObjects(t, in)
	w.seedPeople(t, in)
	must(t, in.db.Close())
	copyFile(t, w.path, w.suspended)
	in = install(t, w.suspended, w.keys, w.driver)
	_, err := in.orgs.Suspend(t.Context(), "own", "test")
	must(t, err)
	must(t, in.db.Close())
	return w
}

func (w *world) seedObjects(t *testing.T, in *installation) {
	t.Helper()
	ctx, now := t.Context(), time.Now()
	must(t, in.db.CreateChannel(ctx, channel.Channel{Name: "ledger-own", State: channel.Active, Ordering: "bft", CreatedAt: now},
		[]channel.Member{{Channel: "ledger-own", Org: "own", Joined: true}}))
	must(t, in.db.CreateDeployment(ctx, chaincode.Deployment{
		Channel: "ledger-own", Name: "exams", Catalogue: "exams", Sequence: 1, State: chaincode.Ready, CreatedAt: now,
	}))
	must(t, in.db.CreateCertificate(ctx, org.Certificate{Serial: "01", Org: "own", Holder: "application/app", Purpose: org.Sign, CreatedAt: now}))
	must(t, in.db.CreateApplication(ctx, org.Application{Org: "own", Name: "app", Serial: "01", CreatedAt: now}))
	_, err := in.orgs.EnsureLeaf(ctx, "own", org.Leaf{Holder: "own-peer0", Purpose: org.Sign, Role: "peer"})
	must(t, err)
	endpoints, err := w.driver.Reserve(ctx, "own-peer0", node.Peer)
	must(t, err)
	must(t, in.db.CreateNode(ctx, node.Node{ID: "own-peer0", Kind: node.Peer, Org: "own", Endpoints: endpoints, Running: true, CreatedAt: now}))
	must(t, w.driver.Apply(ctx, nodetest.NewAuthority(t, "ownMSP").Spec(t, "own-peer0", node.Peer, endpoints)))
	must(t, in.db.CreateMail(ctx, mail.Entry{
		ID: "01MAIL", Message: mail.Message{To: "ane@example.eus", Template: "x", Data: map[string]string{"a": "b"}}, State: mail.Failed, CreatedAt: now,
	}))
	must(t, in.db.CreateRequest(ctx, admission.Request{ID: "01REQUEST", Number: "2026-000001", State: admission.Submitted, CreatedAt: now}))
	must(t, in.db.CreateInvitation(ctx, invitation.Invitation{
		ID: "01INVITATION", Ledger: "ledger-own", Inviter: "own", Org: "own", State: invitation.Pending, CreatedAt: now, ExpiresAt: now.Add(time.Hour),
	}))
	must(t, in.db.CreateSignatureRequest(ctx, consent.Request{
		ID: "01SIGNATURE", Org: "own", Operation: "01OPERATION", Kind: consent.Approval, Ledger: "ledger-own", State: consent.Open,
		Act: consent.Act{Code: consent.ActApprove, Params: map[string]string{"contract": "exams"}}, CreatedAt: now,
	}))
	must(t, in.db.CreateOperation(ctx, operation.Operation{
		ID: "01OPERATION", Kind: "test", Subject: "organization/own", Orgs: []string{"own"}, State: operation.Succeeded, CreatedAt: now,
	}))
}

func (w *world) seedPeople(t *testing.T, in *installation) {
	t.Helper()
	ctx := t.Context()
	ids := map[string]string{}
	for caller, at := range map[string]struct {
		org  string
		role access.Role
	}{
		"operator": {"", access.Operator}, "auditor": {"", access.Auditor}, "admin": {"own", access.Admin},
		"developer": {"own", access.Developer}, "reader": {"own", access.Reader}, "other-tenant": {"other", access.Admin},
		"suspended": {"own", access.Admin},
	} {
		ids[caller] = in.person(t, caller, at.org, at.role)
		w.secrets[caller], _ = in.session(t, ids[caller])
	}
	_, err := in.members.Suspend(ctx, ids["suspended"], false)
	must(t, err)
	// Suspending ends sessions; one that were left must not open anything either.
	w.secrets["suspended"], _, err = in.access.NewSession(ctx, access.Credential{Role: access.Admin, Org: "own", Member: ids["suspended"]})
	must(t, err)
	w.secrets["suspended-org"] = w.secrets["admin"]
	maker := access.Principal{Kind: access.Session, Role: access.Admin, Org: "own", Member: ids["admin"]}
	for caller, scopes := range map[string][]string{"token": nil, "scoped": {"session.read"}} {
		var c access.Credential
		w.secrets[caller], c, err = in.access.NewToken(ctx, maker, access.NewToken{Role: access.Admin, Org: "own", Scopes: scopes})
		must(t, err)
		w.values["token"] = c.ID
	}
	linked := member.Identity{Provider: "oidc", Subject: "reader"}
	must(t, in.members.Link(ctx, ids["reader"], linked.Provider, linked.Subject))
	w.values["identity"] = linked.ID()
	_, second := in.session(t, ids["admin"])
	w.values["session"], w.values["member"], w.values["platform-member"] = second.ID, ids["reader"], ids["auditor"]
}

// schemas are those of the API's description, of which requests are made.
type schemas struct {
	Paths map[string]map[string]struct {
		RequestBody struct {
			Content map[string]struct{ Schema schema }
		}
	}
	Components struct{ Schemas map[string]schema }
}

type schema struct {
	Ref        string `json:"$ref"`
	Type       any
	Encoding   string `json:"contentEncoding"`
	Required   []string
	Properties map[string]schema
	Items      *schema
	Enum       []any
	Examples   []any
	Default    any
	MinLength  int
	MinItems   int
	ReadOnly   bool
}

func decodeSchemas(t *testing.T, raw []byte) *schemas {
	t.Helper()
	var s schemas
	must(t, json.Unmarshal(raw, &s))
	return &s
}

// wanted are the values of properties that a schema can't tell: they name what seed has made.
func wanted(path, name string) (any, bool) {
	switch {
	case name == "organization" && path != "/clinic", name == "inviter":
		return "own", true
	case name == "member":
		return "", true
	case name == "material":
		return "no certificate", true
	case name == "organizations":
		return []string{"own"}, true
	case name == "catalogue":
		return "exams", true
	case name == "id" || name == "name" && path == "/ledgers":
		return "fresh", true
	case name == "role" && strings.HasPrefix(path, "/platform"):
		return "auditor", true
	case name == "role" && path != "/organizations/{org}/certificates" && path != "/clinic":
		return "reader", true
	}
	return nil, false
}

// body makes a request's body with what its schema requires; nil for a route without one.
func (s *schemas) body(t *testing.T, path, method string) any {
	t.Helper()
	for _, content := range s.Paths[path][strings.ToLower(method)].RequestBody.Content {
		return s.value(t, path, "", content.Schema)
	}
	return nil
}

func (s *schemas) value(t *testing.T, path, name string, of schema) any {
	t.Helper()
	if v, ok := wanted(path, name); ok {
		return v
	}
	if of.Ref != "" {
		return s.value(t, path, name, s.Components.Schemas[of.Ref[strings.LastIndexByte(of.Ref, '/')+1:]])
	}
	switch {
	case len(of.Examples) > 0:
		return of.Examples[0]
	case of.Default != nil:
		return of.Default
	case len(of.Enum) > 0:
		return of.Enum[0]
	}
	kind := fmt.Sprint(of.Type)
	switch {
	case strings.Contains(kind, "object"):
		object := map[string]any{}
		for property, p := range of.Properties {
			_, known := wanted(path, property)
			if !p.ReadOnly && (slices.Contains(of.Required, property) || known) {
				object[property] = s.value(t, path, property, p)
			}
		}
		return object
	case strings.Contains(kind, "array"):
		items := []any{}
		for range of.MinItems {
			items = append(items, s.value(t, path, "", *of.Items))
		}
		return items
	case of.Encoding == "base64":
		return []byte("bytes")
	case strings.Contains(kind, "string"):
		return strings.Repeat("x", max(1, of.MinLength))
	case strings.Contains(kind, "boolean"):
		return false
	default:
		return 1
	}
}
