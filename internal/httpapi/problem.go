// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/operation"
)

// problemType is the prefix of the problems' type URIs; the code follows.
const problemType = "https://blockchain4all.eus/problems/"

// retryAfter is the Retry-After of unavailable answers, seconds.
const retryAfter = "1"

// statusOf maps kinds of faults to HTTP statuses. It is the only such mapping.
func statusOf(f *fault.Error) int {
	switch f.Kind {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.Rejected:
		if f.Code == "tx_invalid" {
			return http.StatusConflict
		}
		return http.StatusUnprocessableEntity
	case fault.Throttled:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.Internal:
	}
	return http.StatusInternalServerError
}

// problemError is a Problem as huma wants its errors.
type problemError struct{ api.Problem }

func (p *problemError) GetStatus() int            { return p.Status }
func (p *problemError) ContentType(string) string { return "application/problem+json" }
func (p *problemError) Error() string             { return p.Detail }

// newProblem turns an error into the answer that shows it: the public part of a fault, nothing of any other error.
func newProblem(err error, requestID string) api.Problem {
	f := fault.Of(err)
	return faultProblem(f, statusOf(f), requestID)
}

func faultProblem(f *fault.Error, status int, requestID string) api.Problem {
	p := api.Problem{
		Type: problemType + f.Code, Title: http.StatusText(status), Status: status, Code: f.Code,
		Detail: f.Message, Hint: f.Hint, RequestID: requestID,
	}
	for _, d := range f.Details {
		p.Errors = append(p.Errors, api.ProblemDetail{Location: d.Location, Message: d.Message, Code: d.Code})
	}
	return p
}

// operationProblem shows why an operation failed or what it waits for.
func operationProblem(f *operation.Fault) *api.Problem {
	if f == nil {
		return nil
	}
	e := &fault.Error{Kind: f.Kind, Code: f.Code, Message: f.Message, Hint: f.Hint, Details: f.Details}
	p := faultProblem(e, statusOf(e), "")
	return &p
}

// requestErrors makes huma's own errors (validation, unknown fields, bodies too large) problems with codes.
//
//nolint:gochecknoglobals // huma's own hook is a package variable: it is set once, to the same for everybody
var requestErrors = sync.OnceFunc(func() {
	// Go's decoder takes "Role" for role, too: beside a role that passed, it would be one that nobody looked at.
	huma.ValidateStrictCasing = true
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		if _, ok := errors.AsType[*http.MaxBytesError](errors.Join(errs...)); ok {
			status, message, errs = http.StatusRequestEntityTooLarge, bodyTooLarge().Error(), nil
		}
		p := api.Problem{Title: http.StatusText(status), Status: status, Detail: message}
		p.Code, p.Hint = requestCode(status)
		p.Type = problemType + p.Code
		for _, err := range errs[:min(len(errs), maxErrors)] {
			var d huma.ErrorDetailer
			if errors.As(err, &d) {
				detail := d.ErrorDetail()
				p.Errors = append(p.Errors, api.ProblemDetail{Location: detail.Location, Message: detail.Message})
			}
		}
		return &problemError{p}
	}
})

func requestCode(status int) (code, hint string) {
	switch status {
	case http.StatusBadRequest:
		return "request_malformed", "send JSON as the API's description says"
	case http.StatusUnprocessableEntity:
		return "request_invalid", "correct what the errors name; nothing was changed"
	case http.StatusRequestEntityTooLarge:
		return "body_too_large", "send less at a time: 8 MiB and 20000 values, 512 KiB to the certificate clinic, 32 KiB without an account"
	case http.StatusUnsupportedMediaType:
		return "media_type_unsupported", "send Content-Type: application/json"
	case http.StatusRequestTimeout:
		return "request_timeout", "send the body within 30 seconds"
	case http.StatusNotFound:
		return "not_found", "see /api/v1/openapi.json for what there is"
	case http.StatusMethodNotAllowed:
		return "method_not_allowed", "see /api/v1/openapi.json for what there is"
	case http.StatusNotAcceptable:
		return "not_acceptable", "accept application/json"
	default:
		return "internal", "try again; if it stays, give the operator the request ID"
	}
}

// writeProblem answers outside huma's handlers.
func (s *Server) writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := newProblem(err, requestID(r.Context()))
	if p.Status >= http.StatusInternalServerError {
		s.log.WarnContext(r.Context(), "request refused", "request_id", p.RequestID, "path", r.URL.Path, "error", err)
	}
	if after := waitOf(err, p.Status); after != "" {
		w.Header().Set("Retry-After", after)
	}
	writeProblemBody(w, p)
}

// waitOf gives the Retry-After of an error, seconds, or empty.
func waitOf(err error, status int) string {
	switch status {
	case http.StatusServiceUnavailable:
		return retryAfter
	case http.StatusTooManyRequests:
		return strconv.Itoa(int(math.Ceil(fault.Of(err).Wait.Seconds())))
	}
	return ""
}

func writeProblemBody(w http.ResponseWriter, p api.Problem) {
	body, err := json.Marshal(p)
	if err != nil {
		body = []byte(`{"code":"internal"}`)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // the client is gone; nobody is left to tell
}

// fail turns a handler's error into the problem that is answered, and logs the cause of what is our fault.
func (s *Server) fail(ctx context.Context, err error) error {
	if _, ok := errors.AsType[*problemError](err); ok {
		return err
	}
	p := newProblem(err, requestID(ctx))
	if p.Status >= http.StatusInternalServerError {
		s.log.WarnContext(ctx, "request failed", "request_id", p.RequestID, "code", p.Code, "error", err)
	}
	out := error(&problemError{p})
	if after := waitOf(err, p.Status); after != "" {
		out = huma.ErrorWithHeaders(out, http.Header{"Retry-After": {after}})
	}
	return out
}
