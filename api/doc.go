// SPDX-License-Identifier: Apache-2.0

// Package api holds the wire types of the REST API under /api/v1. They are the single source of openapi.json, from
// which the console's TypeScript types are generated.
//
// Times are RFC 3339 in UTC, sizes are bytes, byte strings are standard base64. Names of absent objects and of other
// tenants' objects give the same 404.
package api

// Base is the path under which every operation of this version of the API lives.
const Base = "/api/v1"

// Page is one page of a list, in the order that the list documents.
type Page[T any] struct {
	Items []T    `json:"items" doc:"The items of this page."`
	Next  string `json:"next,omitempty" doc:"Cursor of the next page; absent on the last one."`
}

// Problem is the body of every error (RFC 9457, application/problem+json).
type Problem struct {
	Type      string          `json:"type" doc:"URI of the kind of problem." example:"https://blockchain4all.eus/problems/org_exists"`
	Title     string          `json:"title" doc:"The HTTP status in words."`
	Status    int             `json:"status" doc:"The HTTP status."`
	Code      string          `json:"code" doc:"Stable code for programs." example:"org_exists"`
	Detail    string          `json:"detail" doc:"What was wrong, in a sentence."`
	Hint      string          `json:"hint,omitempty" doc:"What to do, in a sentence."`
	RequestID string          `json:"requestId,omitempty" doc:"To find this request in the platform's log."`
	Errors    []ProblemDetail `json:"errors,omitempty" doc:"Each complaint, where there are several."`
}

// ProblemDetail is one complaint of a Problem.
type ProblemDetail struct {
	Location string `json:"location,omitempty" doc:"Where: a path in the request, or the node that said it."`
	Message  string `json:"message" doc:"What is wrong there."`
	Code     string `json:"code,omitempty" doc:"Stable code of this complaint, where it has one."`
}

// Error gives the problem as a sentence.
func (p *Problem) Error() string {
	if p.Hint != "" {
		return p.Detail + " (" + p.Hint + ")"
	}
	return p.Detail
}

// Accepted answers a request that started long work.
type Accepted struct {
	Operation Operation `json:"operation" doc:"The work: follow it at /operations/{id} or /operations/{id}/events."`
}
