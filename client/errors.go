// SPDX-License-Identifier: Apache-2.0

package client

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/blockchain4all/blockchain4all/api"
)

// UnreachableError says that no answer came from the platform: nothing listens there, or the connection broke.
type UnreachableError struct {
	URL string // the platform's address
	Err error  // what the network said
}

// Error names the address and the network's complaint.
func (e *UnreachableError) Error() string {
	return fmt.Sprintf("no answer from the platform at %s: %v", e.URL, e.Err)
}

// Unwrap gives the network's error.
func (e *UnreachableError) Unwrap() error { return e.Err }

// OperationError says that a long operation ended in failure.
type OperationError struct {
	Operation api.Operation
}

// Error tells what the operation was and why it failed.
func (e *OperationError) Error() string {
	o := e.Operation
	if o.Problem == nil {
		return fmt.Sprintf("operation %s (%s %s) failed", o.ID, o.Kind, o.Subject)
	}
	return fmt.Sprintf("operation %s (%s %s) failed: %s", o.ID, o.Kind, o.Subject, o.Problem.Detail)
}

// Unwrap gives the operation's problem, if it has one.
func (e *OperationError) Unwrap() error {
	if e.Operation.Problem == nil {
		return nil
	}
	return e.Operation.Problem
}

const maxProblem = 1 << 20

// problemOf reads an unsuccessful answer. Answers that are not the platform's own (of a proxy, say) become a problem
// with the code "unexpected_answer".
func problemOf(res *http.Response) *api.Problem {
	body, _ := io.ReadAll(io.LimitReader(res.Body, maxProblem)) // a broken body leaves the status, which says enough
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	p := &api.Problem{}
	if strings.HasSuffix(kind, "json") && json.Unmarshal(body, p) == nil && (p.Code != "" || p.Detail != "") {
		if p.Status == 0 {
			p.Status = res.StatusCode
		}
		return p
	}
	return &api.Problem{
		Title: http.StatusText(res.StatusCode), Status: res.StatusCode, Code: "unexpected_answer",
		Detail:    fmt.Sprintf("the server answered %s, not as the platform does", res.Status),
		Hint:      "check that the address is that of a b4a platform",
		RequestID: res.Header.Get("X-Request-Id"),
	}
}
