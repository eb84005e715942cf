// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"iter"
	"net/http"

	"github.com/blockchain4all/blockchain4all/api"
)

// pages walks a list of the API over all its pages. The walk ends with the first error, which comes with a zero item.
func pages[T any](ctx context.Context, c *Client, path string, opts ...CallOption) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		cursor := ""
		for {
			var page api.Page[T]
			all := append(append([]CallOption(nil), opts...), query("cursor", cursor))
			if err := c.do(ctx, http.MethodGet, path, nil, &page, all...); err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
			if page.Next == "" || page.Next == cursor {
				return
			}
			cursor = page.Next
		}
	}
}

// Collect gathers at most limit items of a list; zero or less: all of them. The slice is never nil without an error.
func Collect[T any](list iter.Seq2[T, error], limit int) ([]T, error) {
	items := []T{}
	for item, err := range list {
		if err != nil {
			return nil, err
		}
		items = append(items, item)
		if len(items) == limit {
			break
		}
	}
	return items, nil
}
