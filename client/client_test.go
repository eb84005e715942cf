// SPDX-License-Identifier: Apache-2.0

package client_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

// serve starts a scripted platform and a client of it.
func serve(t *testing.T, h http.HandlerFunc) *client.Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	c, err := client.New(s.URL, "secret")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func answer(t *testing.T, w http.ResponseWriter, status int, body any) {
	t.Helper()
	kind := "application/json"
	if status >= 400 {
		kind = "application/problem+json"
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		t.Errorf("answer: %v", err)
	}
}

func TestNewRefusesAddresses(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "127.0.0.1:8080", "ftp://a", "http://", "http://user:pw@a", "http://a b", "::"} {
		if _, err := client.New(bad, ""); err == nil {
			t.Errorf("New(%q): no error", bad)
		}
	}
	c, err := client.New("https://b4a.example/prefix/?x=1#y", "")
	if err != nil || c.URL() != "https://b4a.example/prefix" {
		t.Errorf("URL: %v, %v", c.URL(), err)
	}
}

func TestRequestShape(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var body []byte
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		answer(t, w, http.StatusAccepted, api.Accepted{Operation: api.Operation{ID: "op1"}})
	})
	op, err := c.NewOrganization(t.Context(), api.NewOrganization{ID: "bizkaia", Name: "BFA", Kind: "public-body"})
	if err != nil || op.ID != "op1" {
		t.Fatalf("NewOrganization: %+v, %v", op, err)
	}
	if got.Method != http.MethodPost || got.URL.Path != "/api/v1/organizations" {
		t.Errorf("request line: %s %s", got.Method, got.URL.Path)
	}
	if h := got.Header.Get("Authorization"); h != "Bearer secret" {
		t.Errorf("authorization: %q", h)
	}
	if h := got.Header.Get("Idempotency-Key"); len(h) != 26 {
		t.Errorf("idempotency key: %q", h)
	}
	want := `{"id":"bizkaia","name":"BFA","kind":"public-body"}`
	if diff := cmp.Diff(want, string(body)); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}

func TestNamesStayInTheirPlace(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var got []string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, r.URL.EscapedPath())
		answer(t, w, http.StatusOK, api.Organization{})
	})
	for _, name := range []string{"..", ".", "a/b", "a?b", "a%2Fb", "é"} {
		if _, err := c.Organization(t.Context(), name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	want := []string{
		"/api/v1/organizations/%2E%2E", "/api/v1/organizations/%2E", "/api/v1/organizations/a%2Fb",
		"/api/v1/organizations/a%3Fb", "/api/v1/organizations/a%252Fb", "/api/v1/organizations/%C3%A9",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kind, body string
		status     int
		want       api.Problem
	}{
		"of the platform": {
			kind: "application/problem+json", status: 409,
			body: `{"status":409,"code":"org_exists","detail":"bizkaia exists","hint":"choose another"}`,
			want: api.Problem{Status: 409, Code: "org_exists", Detail: "bizkaia exists", Hint: "choose another"},
		},
		"of a proxy": {
			kind: "text/html", status: 403, body: "<h1>no</h1>",
			want: api.Problem{
				Title: "Forbidden", Status: 403, Code: "unexpected_answer",
				Detail: "the server answered 403 Forbidden, not as the platform does",
				Hint:   "check that the address is that of a b4a platform",
			},
		},
		"redirect": {
			status: 302, kind: "text/html",
			want: api.Problem{
				Title: "Found", Status: 302, Code: "unexpected_answer",
				Detail: "the server answered 302 Found, not as the platform does",
				Hint:   "check that the address is that of a b4a platform",
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", tc.kind)
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(tc.status)
				_, _ = io.WriteString(w, tc.body)
			})
			_, err := c.Platform(t.Context())
			p, ok := errors.AsType[*api.Problem](err)
			if !ok {
				t.Fatalf("error: %v", err)
			}
			if diff := cmp.Diff(tc.want, *p); diff != "" {
				t.Errorf("problem (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnavailableIsTriedAgainWithTheSameKey(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var keys []string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		keys = append(keys, r.Header.Get("Idempotency-Key"))
		if len(keys) < 3 {
			answer(t, w, http.StatusServiceUnavailable, api.Problem{Status: 503, Code: "no_leader", Detail: "wait"})
			return
		}
		answer(t, w, http.StatusOK, api.Commit{State: "committed"})
	})
	got, err := c.Submit(t.Context(), "l", "exams", api.Call{}, client.IdempotencyKey("import-1"))
	if err != nil || got.State != "committed" {
		t.Fatalf("Submit: %+v, %v", got, err)
	}
	if diff := cmp.Diff([]string{"import-1", "import-1", "import-1"}, keys); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
}

func TestBrokenConnectionIsTriedAgain(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if calls.Add(1) == 1 {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_ = conn.Close()
			return
		}
		answer(t, w, http.StatusCreated, api.IssuedToken{Secret: "s"})
	})
	if _, err := c.NewToken(t.Context(), api.NewToken{}); err != nil {
		t.Fatal(err)
	}
	if calls.Load() != 2 {
		t.Errorf("calls: %d", calls.Load())
	}
}

func TestOtherErrorsAreNotTriedAgain(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 403, 404, 409, 413, 422, 500} {
		var calls atomic.Int32
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			calls.Add(1)
			answer(t, w, status, api.Problem{Status: status, Code: "x", Detail: "y"})
		})
		if _, err := c.Ledger(t.Context(), "l"); err == nil || calls.Load() != 1 {
			t.Errorf("%d: %d calls, %v", status, calls.Load(), err)
		}
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	c, err := client.New("http://"+l.Addr().String(), "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Platform(t.Context())
	if _, ok := errors.AsType[*client.UnreachableError](err); !ok {
		t.Errorf("error: %v", err)
	}
}

func TestLargeBodyIsNotSent(t *testing.T) {
	t.Parallel()
	c := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("was sent") })
	_, err := c.Submit(t.Context(), "l", "c", api.Call{Arguments: []string{strings.Repeat("x", client.MaxBody)}})
	if p, ok := errors.AsType[*api.Problem](err); !ok || p.Code != "body_too_large" {
		t.Errorf("error: %v", err)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var page api.Page[api.Ledger]
		switch cursor := r.URL.Query().Get("cursor"); cursor {
		case "":
			page = api.Page[api.Ledger]{Items: []api.Ledger{{Name: "a"}, {Name: "b"}}, Next: "2"}
		case "2":
			page = api.Page[api.Ledger]{Items: []api.Ledger{{Name: "c"}}, Next: "3"}
		default:
			answer(t, w, http.StatusUnprocessableEntity, api.Problem{Status: 422, Code: "cursor_invalid"})
			return
		}
		answer(t, w, http.StatusOK, page)
	})
	var got []string
	for l, err := range c.Ledgers(t.Context(), client.PageSize(2)) {
		if err != nil {
			got = append(got, "error")
			continue
		}
		got = append(got, l.Name)
	}
	if diff := cmp.Diff([]string{"a", "b", "c", "error"}, got); diff != "" {
		t.Errorf("walk (-want +got):\n%s", diff)
	}
	first, err := client.Collect(c.Ledgers(t.Context()), 3)
	if err != nil || len(first) != 3 {
		t.Errorf("Collect: %v, %v", first, err)
	}
}

func TestBundle(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.Header.Get("Accept"), "application/zip") {
			t.Errorf("accept: %s", r.Header.Get("Accept"))
		}
		_, _ = io.WriteString(w, "PK")
	})
	var b strings.Builder
	if err := c.Bundle(t.Context(), "bizkaia", "matrikula", &b); err != nil || b.String() != "PK" {
		t.Errorf("Bundle: %q, %v", b.String(), err)
	}
}

func event(w io.Writer, op api.Operation) {
	b, _ := json.Marshal(op)
	_, _ = fmt.Fprintf(w, ": comment\nevent: operation\ndata: %s\n\n", b)
}

func TestWaitOperation(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	op := func(n int, state string) api.Operation {
		return api.Operation{ID: "op", State: state, UpdatedAt: at.Add(time.Duration(n) * time.Second)}
	}
	tests := map[string]struct {
		events func(call int32, w http.ResponseWriter)
		ask    func(call int32, w http.ResponseWriter)
		want   []string
		fails  bool
	}{
		"one stream": {
			events: func(_ int32, w http.ResponseWriter) {
				w.Header().Set("Content-Type", "text/event-stream")
				event(w, op(1, "pending"))
				event(w, op(2, "running"))
				event(w, op(3, "succeeded"))
			},
			want: []string{"pending", "running", "succeeded"},
		},
		"failure": {
			events: func(_ int32, w http.ResponseWriter) {
				w.Header().Set("Content-Type", "text/event-stream")
				event(w, op(3, "failed"))
			},
			want: []string{"failed"}, fails: true,
		},
		"stream cut, resumed after a restart": {
			events: func(call int32, w http.ResponseWriter) {
				switch call {
				case 1:
					w.Header().Set("Content-Type", "text/event-stream")
					event(w, op(1, "running"))
				case 2:
					w.WriteHeader(http.StatusServiceUnavailable)
				default:
					w.Header().Set("Content-Type", "text/event-stream")
					event(w, op(3, "succeeded"))
				}
			},
			ask: func(call int32, w http.ResponseWriter) {
				if call == 1 {
					answer(t, w, http.StatusInternalServerError, api.Problem{Status: 500, Code: "starting"})
					return
				}
				answer(t, w, http.StatusOK, op(2, "running"))
			},
			want: []string{"running", "running", "succeeded"},
		},
		"no events, polling": {
			events: func(_ int32, w http.ResponseWriter) { w.WriteHeader(http.StatusNotFound) },
			ask: func(call int32, w http.ResponseWriter) {
				answer(t, w, http.StatusOK, op(int(call), []string{"pending", "running", "running", "succeeded"}[call]))
			},
			want: []string{"running", "running", "succeeded"},
		},
		"not an event stream": {
			events: func(_ int32, w http.ResponseWriter) { answer(t, w, http.StatusOK, op(1, "running")) },
			ask:    func(_ int32, w http.ResponseWriter) { answer(t, w, http.StatusOK, op(2, "succeeded")) },
			want:   []string{"succeeded"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var events, asks atomic.Int32
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.Path {
				case "/api/v1/operations/op/events":
					tc.events(events.Add(1), w)
				case "/api/v1/operations/op":
					tc.ask(asks.Add(1), w)
				default:
					t.Errorf("path: %s", r.URL.Path)
				}
			})
			var got []string
			last, err := c.WaitOperation(t.Context(), "op", func(o api.Operation) { got = append(got, o.State) })
			if _, failed := errors.AsType[*client.OperationError](err); failed != tc.fails {
				t.Fatalf("error: %v", err)
			}
			if !last.Done() || !slices.Equal(got, tc.want) {
				t.Errorf("updates: %v, want %v", got, tc.want)
			}
		})
	}
}

func TestWaitOperationOfNobody(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(t, w, http.StatusNotFound, api.Problem{Status: 404, Code: "operation_not_found", Detail: "no such"})
	})
	_, err := c.WaitOperation(t.Context(), "op", nil)
	if p, ok := errors.AsType[*api.Problem](err); !ok || p.Status != 404 {
		t.Errorf("error: %v", err)
	}
}

func FuzzEvents(f *testing.F) {
	f.Add([]byte("event: operation\ndata: {\"id\":\"x\",\"state\":\"succeeded\"}\n\n"))
	f.Add([]byte("data\n\ndata:\n\n:\n\n\x00"))
	f.Fuzz(func(_ *testing.T, b []byte) {
		_ = client.ReadEvents(strings.NewReader(string(b)), func() {}, func(_ string, data []byte) error {
			_, _ = client.DecodeOperation(data)
			return nil
		})
	})
}
