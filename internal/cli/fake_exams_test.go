// SPDX-License-Identifier: Apache-2.0

package cli_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/blockchain4all/blockchain4all/api"
)

// fakeExams is the contract exams, as far as an import can see.
type fakeExams struct {
	seen     map[string]answered // by idempotency key
	sessions map[string]bool
	marks    map[string]string // private inputs by result
	roles    map[string]bool
	hiccups  int // how many submissions are still to be answered that the platform is unavailable
	sent     int
}

type answered struct {
	request string
	commit  api.Commit
}

func newFakeExams() *fakeExams {
	return &fakeExams{
		seen: map[string]answered{}, sessions: map[string]bool{}, marks: map[string]string{}, roles: map[string]bool{},
	}
}

// refusal is how the platform tells what a contract said.
func refusal(text string) (int, any) {
	p := problem(http.StatusUnprocessableEntity, "contract_error", "the contract refused: "+text)
	p.Errors = []api.ProblemDetail{{Location: "peer bizkaia-peer0", Message: text}}
	return 0, p
}

func (e *fakeExams) submit(key string, in api.Call) (int, any) {
	if e.hiccups > 0 {
		e.hiccups--
		return 0, problem(http.StatusServiceUnavailable, "no_leader", "the ordering service has no leader")
	}
	request, _ := json.Marshal(in)
	if a, ok := e.seen[key]; ok {
		if a.request != string(request) {
			return 0, problem(http.StatusUnprocessableEntity, "idempotency_key_reused", "another request had this key")
		}
		return http.StatusOK, a.commit
	}
	if code, refused := e.apply(in); refused != nil {
		return code, refused
	}
	e.sent++
	c := api.Commit{
		TransactionID: fmt.Sprintf("tx-%s-%d", in.Function, e.sent), State: "committed", Validation: "VALID", Block: 5,
		Result: strings.Join(in.Arguments, " "),
	}
	e.seen[key] = answered{string(request), c}
	return http.StatusOK, c
}

func (e *fakeExams) apply(in api.Call) (int, any) {
	switch in.Function {
	case "RegisterRole":
		e.roles[in.Arguments[0]] = true
	case "CreateSession":
		if e.sessions[in.Arguments[0]] {
			return refusal("session_exists: there is a session already")
		}
		e.sessions[in.Arguments[0]] = true
	case "RecordResult":
		name := strings.Join(in.Arguments, " ")
		switch {
		case in.Application == "" && !e.roles["examiner"]:
			return refusal("role_required: this needs the role examiner")
		case !e.sessions[in.Arguments[0]]:
			return refusal("session_not_found: there is no session " + in.Arguments[0])
		case e.marks[name] != "":
			return refusal("result_exists: there is a result already")
		}
		e.marks[name] = in.Transient["result"]
	}
	return 0, nil
}

func (e *fakeExams) evaluate(in api.Call) (int, any) {
	var out any = map[string]string{"function": in.Function}
	switch in.Function {
	case "GetSession":
		if len(in.Arguments) > 0 && !e.sessions[in.Arguments[0]] {
			return refusal("session_not_found: there is no session " + in.Arguments[0])
		}
	case "WhoAmI":
		out = map[string]any{"member": "BizkaiaMSP/00", "roles": []string{}}
	case "GetResult":
		var private struct{ Mark, Salt string }
		_ = json.Unmarshal([]byte(e.marks[strings.Join(in.Arguments, " ")]), &private)
		out = map[string]string{"commitment": commitment(in.Arguments, private.Mark, private.Salt)}
	case "ListResults":
		if !e.sessions[in.Arguments[0]] {
			return refusal("session_not_found: there is no session " + in.Arguments[0])
		}
		all := []map[string]string{}
		for name := range e.marks {
			all = append(all, map[string]string{"subject": name})
		}
		out = map[string]any{"results": all}
	}
	b, _ := json.Marshal(out)
	return http.StatusOK, api.CallResult{Result: string(b)}
}
