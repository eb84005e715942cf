// SPDX-License-Identifier: Apache-2.0

package httpapi_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/httpapi"
)

func TestProblems(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err    error
		status int
		code   string
	}{
		"invalid":         {fault.New(fault.Invalid, "x", "x"), 422, "x"},
		"unauthenticated": {fault.New(fault.Unauthenticated, "x", "x"), 401, "x"},
		"forbidden":       {fault.New(fault.Forbidden, "x", "x"), 403, "x"},
		"not found":       {fmt.Errorf("get: %w", fault.New(fault.NotFound, "x", "x")), 404, "x"},
		"conflict":        {fault.New(fault.Conflict, "x", "x"), 409, "x"},
		"too large":       {fault.New(fault.TooLarge, "x", "x"), 413, "x"},
		"rejected":        {fault.New(fault.Rejected, "contract_error", "x"), 422, "contract_error"},
		"marked invalid":  {fault.New(fault.Rejected, "tx_invalid", "x"), 409, "tx_invalid"},
		"throttled":       {fault.New(fault.Throttled, "x", "x"), 429, "x"},
		"unavailable":     {fault.New(fault.Unavailable, "x", "x"), 503, "x"},
		"internal":        {fault.New(fault.Internal, "x", "x"), 500, "x"},
		"no fault":        {errors.New("password is 1234"), 500, "internal"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := httpapi.NewProblem(c.err, "request-1")
			if p.Status != c.status || p.Code != c.code || p.RequestID != "request-1" || p.Title == "" {
				t.Errorf("%+v", p)
			}
			if strings.Contains(fmt.Sprintf("%+v", p), "1234") {
				t.Error("the private cause is shown")
			}
		})
	}
}

// document is the part of an OpenAPI document that the tests look at.
type document struct {
	OpenAPI string
	Paths   map[string]map[string]struct {
		OperationID string
		Summary     string
		Tags        []string
		Security    *[]any
		Responses   map[string]any
	}
}

func openAPI(t *testing.T) (document, []byte) {
	t.Helper()
	data, err := httpapi.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var d document
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	return d, data
}

// publicOperations are those that nobody in particular may call.
func publicOperations() []string {
	return []string{
		"acceptInvitation", "answerAccessRequest", "checkCertificates", "confirmAccessRequest", "confirmPasswordReset",
		"createAccessRequest", "createSession", "finishSignIn", "getAccessForm", "getAccessReceipt", "getSignInMethods",
		"lookUpLedgerInvitation", "previewInvitation", "requestPasswordReset", "startSignIn", "withdrawAccessRequest",
	}
}

func TestOpenAPI(t *testing.T) {
	t.Parallel()
	d, _ := openAPI(t)
	if !strings.HasPrefix(d.OpenAPI, "3.1") {
		t.Errorf("OpenAPI %s", d.OpenAPI)
	}
	seen := map[string]bool{}
	var public []string
	for path, operations := range d.Paths {
		for method, op := range operations {
			if op.OperationID == "" || seen[op.OperationID] || op.Summary == "" || len(op.Tags) != 1 {
				t.Errorf("%s %s: %+v", method, path, op)
			}
			seen[op.OperationID] = true
			if op.Security != nil {
				public = append(public, op.OperationID)
			}
		}
	}
	slices.Sort(public)
	if diff := cmp.Diff(publicOperations(), public); diff != "" {
		t.Errorf("public operations (-want +got):\n%s", diff)
	}
}

// TestOpenAPIIsGenerated compares with the file from which the console's types are made.
func TestOpenAPIIsGenerated(t *testing.T) {
	t.Parallel()
	_, data := openAPI(t)
	stored, err := os.ReadFile(filepath.Join("..", "..", "console", "openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytes.TrimSpace(stored), bytes.TrimSpace(data)) {
		t.Error("console/openapi.json is not what the routes say: run make openapi")
	}
}

// TestEveryRouteAsksWhoIsCalling calls every route without a credential.
func TestEveryRouteAsksWhoIsCalling(t *testing.T) {
	t.Parallel()
	d, _ := openAPI(t)
	s := httpapi.Bare(t)
	for path, operations := range d.Paths {
		for method, op := range operations {
			if op.Security != nil { // public
				continue
			}
			target := api.Base + strings.NewReplacer("{", "", "}", "").Replace(path)
			target = strings.ReplaceAll(target, "/number", "/1")
			target = strings.ReplaceAll(target, "/transactions/transaction", "/transactions/"+strings.Repeat("0", 64))
			if op.OperationID == "revokeLedgerInvitation" {
				target += "?inviter=a"
			}
			if op.OperationID == "getTransactionStatus" {
				target += "?organization=a"
			}
			r := httptest.NewRequestWithContext(t.Context(), strings.ToUpper(method), target, http.NoBody)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			var p api.Problem
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
				t.Errorf("%s %s: %v: %s", method, path, err, w.Body)
			}
			if w.Code != http.StatusUnauthorized {
				t.Errorf("%s %s: %d %s", method, path, w.Code, p.Code)
			}
			if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("X-Request-Id") == "" {
				t.Errorf("%s %s: headers %v", method, path, w.Header())
			}
		}
	}
}

func TestCookieWritesNeedTheConsole(t *testing.T) {
	t.Parallel()
	s := httpapi.Bare(t)
	for name, c := range map[string]struct {
		header map[string]string
		code   string
	}{
		"no header":      {nil, "csrf_refused"},
		"another origin": {map[string]string{"X-B4A-CSRF": "1", "Origin": "https://evil.example"}, "csrf_refused"},
		"null origin":    {map[string]string{"X-B4A-CSRF": "1", "Origin": "null"}, "csrf_refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodDelete, api.Base+"/session", http.NoBody)
			r.AddCookie(&http.Cookie{Name: "b4a_session", Value: "b4a_" + strings.Repeat("A", 43)})
			for k, v := range c.header {
				r.Header.Set(k, v)
			}
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			var p api.Problem
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Code != c.code {
				t.Errorf("%d %s: %v", w.Code, p.Code, err)
			}
		})
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	raw := []byte(`{"contracts":{
		"exams":{"default":true,"transactions":[
			{"name":"Put","tag":["SUBMIT"],"description":"writes","parameters":[{"name":"id","description":"which","schema":{"type":"string"}}]},
			{"name":"Get","tag":["EVALUATE"]}]},
		"org.hyperledger.fabric":{"transactions":[{"name":"GetMetadata"}]}}}`)
	m, err := httpapi.DecodeMetadata(raw)
	if err != nil {
		t.Fatal(err)
	}
	want := []api.ContractFunction{
		{Name: "Get", Parameters: []api.ContractParameter{}},
		{Name: "Put", Description: "writes", Submit: true, Parameters: []api.ContractParameter{
			{Name: "id", Description: "which", Schema: json.RawMessage(`{"type":"string"}`)},
		}},
	}
	if diff := cmp.Diff(want, m.Functions); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := httpapi.DecodeMetadata([]byte("[")); fault.Of(err).Code != "metadata_invalid" {
		t.Errorf("garbage: %v", err)
	}
}

func FuzzCursor(f *testing.F) {
	f.Add("YWJj")
	f.Add("%")
	f.Fuzz(func(t *testing.T, cursor string) {
		name, err := httpapi.After(cursor)
		if err == nil && httpapi.EncodeCursor(name) != cursor && strings.Trim(cursor, "\r\n") == cursor {
			again, err := httpapi.After(httpapi.EncodeCursor(name))
			if err != nil || again != name {
				t.Errorf("%q: %q, %q: %v", cursor, name, again, err)
			}
		}
	})
}
