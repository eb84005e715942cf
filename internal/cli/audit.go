// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
	"github.com/blockchain4all/blockchain4all/client/auditlog"
)

func (a *app) auditCommand() *cobra.Command {
	return group("audit", "The audit trail: who did what, and the proof that nothing is missing",
		a.auditListCommand(), a.auditVerifyCommand(), a.auditExportCommand(), a.auditAnchorCommand())
}

// auditFilter adds the flags that narrow the trail. The filter is complete once the returned function was called.
func (a *app) auditFilter(cmd *cobra.Command) (*client.AuditFilter, func() error) {
	f := new(client.AuditFilter)
	flags := cmd.Flags()
	org := a.orgFlag(cmd, "only what concerns this organization")
	flags.StringVar(&f.Actor, "actor", "", "only what this credential did, by its `ID`")
	flags.StringVar(&f.Action, "action", "", "only this action, such as createOrganization")
	from := flags.String("from", "", "only from this `TIME` on, such as 2026-10-05 or 2026-10-05T08:00:00Z")
	to := flags.String("to", "", "only before this `TIME`")
	return f, func() (err error) {
		f.Organization = *org
		if f.From, err = parseMoment("from", *from); err == nil {
			f.To, err = parseMoment("to", *to)
		}
		return err
	}
}

func parseMoment(flag, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usage("--"+flag+" 2026-10-05, or --"+flag+" 2026-10-05T08:00:00Z", "--%s %q is not a time", flag, s)
}

func (a *app) auditListCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List administrative acts, newest first", Args: positional()}
	filter, complete := a.auditFilter(cmd)
	limit := limitFlag(cmd)
	cmd.RunE = a.run(func(ctx context.Context, _ []string) error {
		if err := complete(); err != nil {
			return err
		}
		c, err := a.client()
		if err != nil {
			return err
		}
		items, err := collect(c.Audit(ctx, *filter, limit.page()), limit)
		if err != nil {
			return err
		}
		return printList(a, items, func(e api.AuditEntry) string { return strconv.FormatUint(e.Sequence, 10) }, "No entries.",
			column[api.AuditEntry]{title: "NO", cell: func(e api.AuditEntry) string {
				return strconv.FormatUint(e.Sequence, 10)
			}, right: true},
			column[api.AuditEntry]{title: "TIME", cell: func(e api.AuditEntry) string { return a.clock(e.Time) }},
			column[api.AuditEntry]{title: "ACTOR", cell: actorText},
			column[api.AuditEntry]{title: "ACTION", cell: func(e api.AuditEntry) string { return e.Action }},
			column[api.AuditEntry]{title: "OBJECT", cell: func(e api.AuditEntry) string { return e.Object }},
			column[api.AuditEntry]{title: "OUTCOME", cell: func(e api.AuditEntry) string {
				return stateAndReason(e.Outcome, e.Code)
			}},
			column[api.AuditEntry]{title: "FROM", cell: func(e api.AuditEntry) string { return e.Source }, spare: true},
		)
	})
	return cmd
}

func actorText(e api.AuditEntry) string {
	name := first(e.Actor.Name, e.Actor.Credential, "unknown")
	if e.Actor.Organization != "" {
		return name + " of " + e.Actor.Organization
	}
	return name
}

func (a *app) auditExportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "export", Short: "Write entries as JSON lines, oldest first", Args: positional(),
		Example: "  b4a audit export --out audit.jsonl\n  b4a audit export --org bizkaia --from 2026-10-01 | jq .action",
	}
	filter, complete := a.auditFilter(cmd)
	out := cmd.Flags().String("out", "", "`file` to write (default: standard output)")
	cmd.RunE = a.run(func(ctx context.Context, _ []string) (err error) {
		if err := complete(); err != nil {
			return err
		}
		c, err := a.client()
		if err != nil {
			return err
		}
		if *out == "" {
			return c.ExportAudit(ctx, *filter, a.env.Stdout)
		}
		return exportTo(*out, func(w io.Writer) error { return c.ExportAudit(ctx, *filter, w) })
	})
	return cmd
}

// exportTo writes a new file, or one in the place of an old one; what could not be written whole is removed.
func exportTo(name string, write func(io.Writer) error) error {
	part := name + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) //nolint:gosec // where the user wants it
	if err != nil {
		return fmt.Errorf("write export: %w", err)
	}
	err = write(f)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(part, name)
	}
	if err != nil {
		_ = os.Remove(part) // the first error is the one to tell
	}
	return err
}

func (a *app) auditAnchorCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "anchor", Short: "Put the trail's head on the platform's ledger now",
		Long: "Put the trail's head on the platform's ledger now. The platform does it by itself now and then; the first " +
			"time it makes the ledger, which takes some seconds.",
		Args: positional(),
	}
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, _ []string) error {
		p, err := c.AnchorAudit(ctx)
		if err != nil {
			return err
		}
		return a.printOne(p, p.Transaction, []field{
			{"Ledger", p.Ledger},
			{"Entry", strconv.FormatUint(p.Sequence, 10)},
			{"Hash", p.Hash},
			{"Transaction", p.Transaction},
			{"Block", strconv.FormatUint(p.Block, 10)},
		})
	})
	return cmd
}

func (a *app) auditVerifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "verify", Short: "Prove that the audit trail is complete and was not changed",
		Long: "Read the whole audit trail, compute its hashes anew, here, and compare them with the anchors in the blocks " +
			"of the platform's ledger. The exit code is 1 when an entry was changed, removed or put in.\n\n" +
			"With --file an export is read instead of the platform's trail; the anchors are still the ledger's, unless " +
			"--offline leaves them out.",
		Args: positional(),
	}
	file := cmd.Flags().String("file", "", "an export of the whole trail, JSON lines")
	offline := cmd.Flags().Bool("offline", false, "don't ask the ledger: a trail that was cut at its end is not noticed")
	cmd.RunE = a.run(func(ctx context.Context, _ []string) error {
		if *offline && *file == "" {
			return usage("b4a audit verify --file audit.jsonl --offline", "--offline needs --file")
		}
		r, err := a.verifyAudit(ctx, *file, *offline)
		if err != nil {
			return err
		}
		if err := a.printVerdict(r); err != nil {
			return err
		}
		if r.Problem != nil {
			return silentError(exitFailed)
		}
		return nil
	})
	return cmd
}

func (a *app) verifyAudit(ctx context.Context, file string, offline bool) (auditlog.Report, error) {
	trail := func(w io.Writer) error { return copyFile(w, file) }
	if offline {
		return auditlog.Check(trail)
	}
	c, err := a.client()
	if err != nil {
		return auditlog.Report{}, err
	}
	if file == "" {
		return c.VerifyAudit(ctx)
	}
	return auditlog.Verify(trail, func() ([]auditlog.Anchor, error) { return c.AuditAnchors(ctx) })
}

func copyFile(w io.Writer, name string) error {
	f, err := os.Open(name) //nolint:gosec // the user's own file
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was only read
	_, err = io.Copy(w, f)
	return err
}

func (a *app) printVerdict(r auditlog.Report) error {
	verdict, proof := "complete and unchanged", "none: nothing outside of the store vouches for the trail's end"
	if r.Problem != nil {
		verdict = "NOT TRUE: " + r.Problem.Error()
	}
	if r.Last != nil {
		proof = fmt.Sprintf("%d match, the newest of entry %d in block %d", r.Anchors, r.Last.Sequence, r.Last.Block)
	}
	unproved := ""
	if r.Unproved > 0 && r.Problem == nil {
		unproved = fmt.Sprintf("%d newer than any anchor: b4a audit anchor", r.Unproved)
	}
	return a.printOne(r, verdict, []field{
		{"Trail", verdict},
		{"Entries", strconv.FormatUint(r.Entries, 10)},
		{"Head", r.Head},
		{"Anchors", proof},
		{"Not anchored", unproved},
	})
}
