// SPDX-License-Identifier: Apache-2.0

package httpapi_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// TestFollowEnds ends the stream of an operation with the right to read it.
func TestFollowEnds(t *testing.T) {
	t.Parallel()
	in := fresh(t)
	in.organization(t, "own")
	in.person(t, "bat", "", access.Operator)
	id := in.person(t, "bi", "", access.Operator)
	secret, _ := in.session(t, id)
	in.Operations.Register(org.KindCreate, func(operation.Operation) ([]operation.PlannedStep, error) { return nil, nil }, nil)
	op, err := in.orgs.Create(t.Context(), org.NewOrganization{ID: "araba", Name: "Araba", Kind: "company"}, "test", "")
	must(t, err)
	s := httptest.NewServer(in)
	defer s.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+api.Base+"/operations/"+op.ID+"/events", nil)
	must(t, err)
	r.Header.Set("Authorization", "Bearer "+secret)
	answer, err := http.DefaultClient.Do(r)
	must(t, err)
	defer func() { _ = answer.Body.Close() }()
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "data:") {
		continue
	}
	if !strings.Contains(lines.Text(), op.ID) {
		t.Fatalf("%d: %s", answer.StatusCode, lines.Text())
	}
	_, err = in.members.Suspend(t.Context(), id, false)
	must(t, err)
	for lines.Scan() { // until it ends
		continue
	}
	if err := lines.Err(); err != nil {
		t.Error(err)
	}
}
