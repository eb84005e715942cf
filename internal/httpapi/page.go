// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"encoding/base64"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Paging are the query parameters of every list. It is exported for huma, which fills exported embedded fields only.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Items of a page."`
	Cursor string `query:"cursor" maxLength:"400" doc:"The page's cursor, as the page before gave it."`
}

// after gives the name or ID that the cursor stands for: the last one of the page before.
func (p Paging) after() (string, error) {
	raw, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if err != nil {
		return "", cursorInvalid(p.Cursor)
	}
	return string(raw), nil
}

func encodeCursor(name string) string { return base64.RawURLEncoding.EncodeToString([]byte(name)) }

func cursorInvalid(cursor string) error {
	return fault.New(fault.Invalid, "cursor_invalid", "the cursor is not one that this list gave").
		WithHint("start again without a cursor").WithDetail("query.cursor", cursor)
}

// pageOf shows a page of what was found, of which one more than the limit was asked for; name gives the cursor of one.
func pageOf[T, S any](found []T, limit int, show func(T) (S, error), name func(T) string) (*body[api.Page[S]], error) {
	page := api.Page[S]{}
	if len(found) > limit {
		found = found[:limit]
		page.Next = encodeCursor(name(found[limit-1]))
	}
	page.Items = make([]S, 0, len(found))
	for _, f := range found {
		shown, err := show(f)
		if err != nil {
			return nil, err
		}
		page.Items = append(page.Items, shown)
	}
	return answer(page, nil)
}

// always is a way to show that cannot fail.
func always[T, S any](show func(T) S) func(T) (S, error) {
	return func(t T) (S, error) { return show(t), nil }
}

// itself shows what can be shown as it is.
func itself[T any](t T) (T, error) { return t, nil }

// window gives limit+1 items of all after the named one; all are in order of their names.
func window[T any](all []T, after string, limit int, name func(T) string) []T {
	start := 0
	for start < len(all) && name(all[start]) <= after {
		start++
	}
	return all[start:min(len(all), start+limit+1)]
}

// body is an output with a JSON body.
type body[T any] struct{ Body T }

func answer[T any](v T, err error) (*body[T], error) {
	if err != nil {
		return nil, err
	}
	return &body[T]{Body: v}, nil
}

type none struct{}
