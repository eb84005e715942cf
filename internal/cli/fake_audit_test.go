// SPDX-License-Identifier: Apache-2.0

package cli_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client/auditlog"
)

// auditTrail is a chain of three entries.
func auditTrail() []string {
	previous, lines := auditlog.Genesis, []string{}
	for i, e := range []string{
		`"actor":{"name":"operator","role":"operator"},"action":"createOrganization","object":"organization/bizkaia","outcome":"done"`,
		`"actor":{"name":"ane","organization":"bizkaia"},"action":"createOrganization","object":"organization/\u001b[31m","outcome":"refused","code":"forbidden"`,
		`"actor":{},"action":"createSession","object":"session","outcome":"refused","code":"link_invalid"`,
	} {
		line, hash, err := auditlog.Seal(fmt.Appendf(nil, `{"sequence":%d,"previous":%q,"time":"2026-10-05T08:00:0%dZ","source":"192.0.2.1",%s}`, i+1, previous, i, e))
		if err != nil {
			panic(err)
		}
		lines, previous = append(lines, string(line)), hash
	}
	return lines
}

func (f *fake) auditRoutes() {
	f.handle("GET /audit", func(r *http.Request) (int, any) {
		var entries []api.AuditEntry
		for _, line := range slices.Backward(auditTrail()) {
			var e api.AuditEntry
			if err := json.Unmarshal([]byte(line), &e); err != nil {
				panic(err)
			}
			if action := r.URL.Query().Get("action"); action == "" || action == e.Action {
				entries = append(entries, e)
			}
		}
		return page(r, entries)
	})
	f.mux.HandleFunc("GET "+api.Base+"/audit/export", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintln(w, strings.Join(auditTrail(), "\n"))
	})
	f.handle("POST /audit/anchors", func(*http.Request) (int, any) {
		return 201, api.AuditAnchor{Ledger: "platform-audit", Sequence: 3, Hash: "f00d", Transaction: "t1", Block: 7}
	})
	f.handle("GET /ledgers/platform-audit/transactions", func(r *http.Request) (int, any) {
		var e api.AuditEntry
		if err := json.Unmarshal([]byte(auditTrail()[1]), &e); err != nil {
			panic(err)
		}
		put := func(block uint64, valid bool, hash string) api.Transaction {
			return api.Transaction{ID: fmt.Sprint("t", block), Block: block, Valid: valid, Contract: "anchors", Function: "Put", Arguments: []string{"2", hash}}
		}
		return page(r, []api.Transaction{put(9, false, "0"), put(7, true, e.Hash), {ID: "t0", Type: "config", Valid: true}})
	})
}
