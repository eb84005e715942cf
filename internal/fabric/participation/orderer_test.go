// SPDX-License-Identifier: Apache-2.0

package participation_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/internal/fabric/participation"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// answers is an orderer's channel participation API in short: method and path to status and body.
type answers map[string]struct {
	status int
	body   string
}

func (a answers) serve(t *testing.T) (url string, config *tls.Config) {
	t.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, ok := a[r.Method+" "+r.URL.Path]
		if !ok {
			answer.status = http.StatusNotFound
		}
		w.WriteHeader(answer.status)
		_, _ = w.Write([]byte(answer.body))
	}))
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return server.URL, &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
}

func TestJoinAnswers(t *testing.T) {
	t.Parallel()
	const post, get = "POST /participation/v1/channels", "GET /participation/v1/channels/azterketak"
	tests := map[string]struct {
		answers answers
		kind    fault.Kind // empty: joined
		code    string
	}{
		"created": {answers{post: {201, `{}`}}, "", ""},
		"exists": {
			answers{
				post: {405, `{"error":"cannot join: channel already exists"}`}, get: {200, `{"name":"azterketak"}`},
			}, "", "",
		},
		"exists and answers otherwise": {answers{post: {409, `{}`}, get: {200, `{"name":"azterketak"}`}}, "", ""},
		"not allowed": {
			answers{post: {405, `{"error":"invalid request method"}`}}, fault.Conflict, "orderer_refused",
		},
		"being removed": {
			answers{post: {409, `{"error":"cannot join: channel pending removal"}`}}, fault.Unavailable, "orderer_busy",
		},
		"bad block":  {answers{post: {400, `{"error":"invalid join block"}`}}, fault.Conflict, "orderer_refused"},
		"no JSON":    {answers{post: {400, `<html>`}}, fault.Conflict, "orderer_refused"},
		"its fault":  {answers{post: {500, ``}}, fault.Unavailable, "orderer_busy"},
		"turned off": {answers{post: {503, ``}}, fault.Unavailable, "orderer_busy"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, config := tc.answers.serve(t)
			err := participation.Join(t.Context(), url, config, "azterketak", []byte("block"))
			if tc.code == "" {
				if err != nil {
					t.Errorf("got %v", err)
				}
				return
			}
			wantFault(t, err, tc.kind, tc.code)
		})
	}
}

func TestListAndRemoveAnswers(t *testing.T) {
	t.Parallel()
	url, config := answers{
		"GET /participation/v1/channels":               {200, `{"channels":[{"name":"b"},{"name":"a"}]}`},
		"DELETE /participation/v1/channels/azterketak": {204, ``},
		"DELETE /participation/v1/channels/removed":    {409, `{"error":"cannot remove: channel pending removal"}`},
	}.serve(t)
	names, err := participation.List(t.Context(), url, config)
	if diff := cmp.Diff([]string{"a", "b"}, names); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if err := participation.Remove(t.Context(), url, config, "azterketak"); err != nil {
		t.Error(err)
	}
	if err := participation.Remove(t.Context(), url, config, "absent"); err != nil {
		t.Error(err)
	}
	wantFault(t, participation.Remove(t.Context(), url, config, "removed"), fault.Unavailable, "orderer_busy")
	// A server whose certificate is not known is not spoken to.
	_, err = participation.List(t.Context(), url, &tls.Config{MinVersion: tls.VersionTLS12})
	wantFault(t, err, fault.Unavailable, "orderer_unreachable")
}
