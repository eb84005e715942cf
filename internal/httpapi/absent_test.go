// SPDX-License-Identifier: Apache-2.0

package httpapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/channel"
	"github.com/blockchain4all/blockchain4all/internal/httpapi"
)

// TestOthersAreAsAbsent calls every route that names something as the administrator of another tenant, once with what is
// there and once with what is not: but for the names the answers must be the same.
func TestOthersAreAsAbsent(t *testing.T) {
	t.Parallel()
	w := seed(t)
	d, raw := openAPI(t)
	schemas := decodeSchemas(t, raw)
	absent := map[string]string{}
	for name, value := range w.values {
		absent[name] = "0" + strings.Repeat("9", len(value)-1)
	}
	absent["purpose"], absent["generation"], absent["number"] = "ca", "0", "0"
	absent["transaction"] = strings.Repeat("9", 64)
	for path, operations := range d.Paths {
		for method := range operations {
			if !strings.Contains(path, "{") || path == "/signin/{provider}" || path == "/signin/{provider}/callback" {
				continue
			}
			for _, org := range []string{"own", "other"} {
				method := strings.ToUpper(method)
				theirs := w.asked(t, schemas, path, method, org, w.values)
				none := w.asked(t, schemas, path, method, org, absent)
				if theirs != none {
					t.Errorf("%s %s:\n%s\n%s", method, path, theirs, none)
				}
			}
		}
	}
}

// TestMetricsAreNotForEverybody: they name every organization and node.
func TestMetricsAreNotForEverybody(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	in.organization(t, "own")
	in.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	handler := httpapi.New(in.Options)
	secrets := map[string]int{"": http.StatusUnauthorized}
	for role, want := range map[access.Role]int{
		access.Operator: http.StatusOK, access.Auditor: http.StatusOK, access.Admin: http.StatusForbidden, access.Reader: http.StatusForbidden,
	} {
		org := "own"
		if role.Platform() {
			org = ""
		}
		secret, _ := in.session(t, in.person(t, string(role), org, role))
		secrets[secret] = want
	}
	for secret, want := range secrets {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody)
		if secret != "" {
			r.Header.Set("Authorization", "Bearer "+secret)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%d, want %d: %s", w.Code, want, w.Body)
		}
	}
}

// TestNamesThatCantBe: a name with a NUL is as any other absent one, in paths, cursors and filters.
func TestNamesThatCantBe(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	secret, _ := in.session(t, in.person(t, "ane", "", access.Operator))
	for path, want := range map[string]int{
		"/organizations/a%00b": 404, "/ledgers/%00": 404, "/ledgers/%00/contracts/%00": 404, "/nodes/%00": 404,
		"/operations/%00": 404, "/organizations/%00/authorities": 404, "/access-requests/%00": 404,
		"/organizations?cursor=AA": 422, "/tokens?cursor=AA": 422, "/operations?cursor=AA": 422, "/audit?actor=%00": 422,
		"/certificates?holder=%00": 422, "/nodes?cursor=AA": 200,
	} {
		if r := in.call(t, "GET", path, secret, nil); r.status != want {
			t.Errorf("%s: %d %s, want %d", path, r.status, r.code, want)
		}
	}
	for _, email := range []string{"a\x00@example.eus", "\x00"} {
		if r := in.call(t, "POST", "/session", "", api.NewSession{Email: email, Password: "x"}); r.status >= 500 {
			t.Errorf("%q: %d %s", email, r.status, r.code)
		}
	}
}

// TestLedgerOfThePlatform: operators let nobody in there, and change nothing.
func TestLedgerOfThePlatform(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	in.organization(t, "own")
	in.organization(t, "platform")
	must(t, in.db.CreateChannel(t.Context(), channel.Channel{Name: audit.LedgerName, State: channel.Active, CreatedAt: time.Now()},
		[]channel.Member{{Channel: audit.LedgerName, Org: "platform", Joined: true}}))
	secret, _ := in.session(t, in.person(t, "ane", "", access.Operator))
	for path, body := range map[string]any{
		"/organizations": api.NewLedgerMember{Organization: "own"},
		"/invitations":   api.NewLedgerInvitation{Inviter: "platform", Organization: "own"},
		"/contracts":     api.NewContract{Catalogue: "exams"},
	} {
		if r := in.call(t, "POST", "/ledgers/"+audit.LedgerName+path, secret, body); r.code != "ledger_of_the_platform" {
			t.Errorf("%s: %d %s", path, r.status, r.code)
		}
	}
	if r := in.call(t, "GET", "/ledgers/"+audit.LedgerName+"/contracts", secret, nil); r.status != http.StatusOK {
		t.Errorf("operators read it: %d %s", r.status, r.code)
	}
}

// TestNamesCanBeShown: no escapes, line breaks or controls of direction, by which one name looks like another.
func TestNamesCanBeShown(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	secret, _ := in.session(t, in.person(t, "ane", "", access.Operator))
	for _, name := range []string{"a\nb", "a\x1b[31m", "a\u202eb", "a\u2028b"} {
		for path, c := range map[string]struct {
			body any
			code string
		}{
			"/organizations":    {api.NewOrganization{ID: "berria", Name: name, Kind: "company"}, "organization_name_invalid"},
			"/tokens":           {api.NewToken{Name: name, Role: "auditor"}, "token_name_invalid"},
			"/platform/members": {api.NewMember{Email: "jon@example.eus", Name: name, Role: "auditor", Locale: "eu"}, "member_name_invalid"},
		} {
			if r := in.call(t, "POST", path, secret, c.body); r.code != c.code {
				t.Errorf("%s %q: %d %s", path, name, r.status, r.code)
			}
		}
	}
}

// TestPropertiesAreOnes: a second property whose name differs by case only would get past what its schema says.
func TestPropertiesAreOnes(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	secret, _ := in.session(t, in.person(t, "ane", "", access.Operator))
	for _, body := range []string{
		`{"name":"x","Name":"` + strings.Repeat("y", 1000) + `","role":"operator"}`, `{"name":"x","role":"auditor","ROLE":"none"}`,
	} {
		if r := in.call(t, "POST", "/tokens", secret, json.RawMessage(body)); r.code != "request_invalid" {
			t.Errorf("%.60s: %d %s", body, r.status, r.code)
		}
	}
}

// TestBombs: bodies that cost much more than they weigh are cut.
func TestBombs(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	secret, _ := in.session(t, in.person(t, "ane", "", access.Operator))
	values := func(n int) json.RawMessage {
		return json.RawMessage(`{"name":"a","organizations":["a"` + strings.Repeat(`,"a"`, n) + `]}`)
	}
	if r := in.call(t, "POST", "/ledgers", secret, values(30000)); r.code != "body_too_large" {
		t.Errorf("30000 values: %d %s", r.status, r.code)
	}
	r := in.call(t, "POST", "/ledgers", secret, values(10000))
	var p api.Problem
	must(t, json.Unmarshal(r.body, &p))
	if r.code != "request_invalid" || len(p.Errors) > 50 {
		t.Errorf("10000 bad values: %d %s with %d errors", r.status, r.code, len(p.Errors))
	}
	quoted := api.Call{Organization: "own", Function: "f", Arguments: []string{strings.Repeat(`",\`, 50000)}}
	if r := in.call(t, "POST", "/ledgers/none/contracts/c/submit", secret, quoted); r.code != "ledger_not_found" {
		t.Errorf("commas in a value: %d %s", r.status, r.code)
	}
	if r := in.call(t, "POST", "/session", "", api.NewSession{Email: strings.Repeat("a", 40<<10), Password: "x"}); r.code != "body_too_large" {
		t.Errorf("40 KiB from a stranger: %d %s", r.status, r.code)
	}
}

// asked gives the answer to the administrator of another tenant, who names an organization beside the thing itself,
// without the names in it.
func (w *world) asked(t *testing.T, schemas *schemas, path, method, org string, values map[string]string) string {
	t.Helper()
	target := path
	for name, value := range values {
		if name == "org" && org == "other" {
			value = "other"
		}
		target = strings.ReplaceAll(target, "{"+name+"}", value)
	}
	switch {
	case strings.HasSuffix(path, "/transactions/{transaction}/status"):
		target += "?organization=" + org
	case method == http.MethodDelete && path == "/ledger-invitations/{invitation}":
		target += "?inviter=" + org
	}
	body, err := json.Marshal(schemas.body(t, path, method))
	must(t, err)
	var sent any
	if !bytes.Equal(body, []byte("null")) {
		sent = json.RawMessage(bytes.ReplaceAll(body, []byte(`"own"`), []byte(`"`+org+`"`)))
	}
	r := w.installation(t, w.path).call(t, method, target, w.secrets["other-tenant"], sent)
	if r.status < 300 {
		if method != http.MethodGet {
			delete(w.open, w.path)
		}
		return "its own"
	}
	var p api.Problem
	must(t, json.Unmarshal(r.body, &p))
	p.RequestID, p.Detail = "", quoted.ReplaceAllString(p.Detail, "…")
	return fmt.Sprintf("%+v", p)
}

// quoted are the names in a problem's sentence.
var quoted = regexp.MustCompile(`"[^"]*"|[09]{64}`)
