// SPDX-License-Identifier: Apache-2.0

package httpapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/blockchain4all/blockchain4all/api"
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
	must(t, json.Unmarshal([]byte(r.body), &p))
	p.RequestID, p.Detail = "", quoted.ReplaceAllString(p.Detail, "…")
	return fmt.Sprintf("%+v", p)
}

// quoted are the names in a problem's sentence.
var quoted = regexp.MustCompile(`"[^"]*"|[09]{64}`)
