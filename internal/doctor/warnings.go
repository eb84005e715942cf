// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"fmt"
)

// Warnings checks that no organization has something to look into; list gives what there is, in words.
func Warnings(list func(context.Context) ([]string, error)) Check {
	return func(ctx context.Context) Finding {
		f := Finding{Name: "organizations", Title: "Organizations", State: OK, Detail: "nothing to look into"}
		found, err := list(ctx)
		switch {
		case err != nil:
			f.State, f.Detail = Error, "the organizations can't be read"
		case len(found) > 0:
			f.State, f.Detail = Warning, found[0]
			if len(found) > 1 {
				f.Detail += fmt.Sprintf(" (and %d more)", len(found)-1)
			}
			f.Hint = "see each: b4a org show ID"
		}
		return f
	}
}
