// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Request is what an organization's administrator is asked to sign.
type Request struct {
	Org       string
	ID        string
	Operation string // that waits for it
	Since     time.Time
}

// Signatures checks that no operation waits for a signature for longer than long; oldest gives the request of each
// organization that has waited longest.
func Signatures(long time.Duration, oldest func(context.Context) ([]Request, error)) Check {
	return func(ctx context.Context) Finding {
		f := Finding{Name: "signatures", Title: "Signature requests", State: OK, Detail: "none is open"}
		all, err := oldest(ctx)
		if err != nil {
			f.State, f.Detail = Error, "the requests can't be read"
			return f
		}
		if len(all) == 0 {
			return f
		}
		first := slices.MinFunc(all, func(a, b Request) int { return a.Since.Compare(b.Since) })
		age := time.Since(first.Since)
		f.Detail = fmt.Sprintf("%d organizations are asked, %s for %.0f days", len(all), first.Org, age.Hours()/24)
		if age >= long {
			f.State = Warning
			f.Hint = fmt.Sprintf("have an administrator of %s sign or decline: b4a signature show %s; or end what waits: b4a operation cancel %s",
				first.Org, first.ID, first.Operation)
		}
		return f
	}
}
