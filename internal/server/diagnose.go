// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/consent"
	"github.com/blockchain4all/blockchain4all/internal/doctor"
	"github.com/blockchain4all/blockchain4all/internal/mail"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// firstRelease is a moment that no right clock can be before.
func firstRelease() time.Time { return time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC) }

// Diagnose runs the doctor.
func (p *platform) Diagnose(ctx context.Context) (api.Report, error) {
	findings := doctor.Run(ctx, []doctor.Check{
		doctor.Programs(p.fabric.Version(), []string{"peer", "orderer"}, p.fabric.Verify),
		doctor.Running("nodes", "Nodes", p.nodeConditions),
		doctor.Running("contracts", "Contracts", p.contractConditions),
		doctor.Certificates(p.expiries),
		doctor.Warnings(p.warnings),
		doctor.Signatures(consent.Long, p.openSignatures),
		p.mailCheck,
		doctor.Disk(p.config.DataDir),
		doctor.Permissions(p.config.DataDir),
		doctor.Files(),
		doctor.Clock(firstRelease()),
	})
	report := api.Report{State: string(doctor.Worst(findings)), Checks: make([]api.Check, 0, len(findings))}
	for _, f := range findings {
		report.Checks = append(report.Checks, api.Check{
			Name: f.Name, Title: f.Title, State: string(f.State), Detail: f.Detail, Hint: f.Hint,
		})
	}
	return report, nil
}

// openSignatures gives, of each organization, the request for its signature that has waited longest.
func (p *platform) openSignatures(ctx context.Context) ([]doctor.Request, error) {
	oldest, err := p.consents.Oldest(ctx)
	open := make([]doctor.Request, 0, len(oldest))
	for _, r := range oldest {
		open = append(open, doctor.Request{Org: r.Org, ID: r.ID, Operation: r.Operation, Since: r.Waiting()})
	}
	return open, err
}

// mailCheck tells whether mails go out.
func (p *platform) mailCheck(ctx context.Context) doctor.Finding {
	f := doctor.Finding{Name: "mail", Title: "Mail", State: doctor.OK}
	n, err := p.mails.Counts(ctx)
	if err != nil {
		f.State, f.Detail = doctor.Error, "the outbox can't be read"
		return f
	}
	f.Detail = fmt.Sprintf("%d waiting, %d sent, %d failed", n[mail.Queued], n[mail.Sent], n[mail.Failed])
	switch {
	case !p.mails.On() && n[mail.Queued] > 0:
		f.State, f.Detail = doctor.Warning, fmt.Sprintf("off, %d not sent", n[mail.Queued])
		f.Hint = "name a mail server: --smtp smtp://user@host:587 --smtp-password-file FILE --mail-from ADDRESS"
	case !p.mails.On():
		f.Detail = "off"
	case n[mail.Failed] > 0:
		f.State, f.Hint = doctor.Warning, "see what the mail server said: b4a mail list"
	}
	return f
}

func (p *platform) nodeConditions(ctx context.Context) ([]doctor.Condition, error) {
	nodes, err := p.nodes.List(ctx, "")
	if err != nil {
		return nil, err
	}
	conditions := make([]doctor.Condition, 0, len(nodes))
	for _, n := range nodes {
		o, err := p.nodes.Observe(ctx, n.ID)
		if err != nil {
			return nil, err
		}
		if o.Phase == node.Stopped && n.Running && (n.Sign == "" || n.TLS == "") {
			continue // nothing is wrong with it: its organization is still coming
		}
		conditions = append(conditions, condition(n.ID, o))
	}
	return conditions, nil
}

func (p *platform) contractConditions(ctx context.Context) ([]doctor.Condition, error) {
	contracts, err := p.contracts.List(ctx, "")
	if err != nil {
		return nil, err
	}
	conditions := make([]doctor.Condition, 0, len(contracts))
	for _, d := range contracts {
		conditions = append(conditions, condition(d.Name+" on "+d.Channel, p.contracts.Observe(ctx, d)))
	}
	return conditions, nil
}

func condition(name string, o node.Observation) doctor.Condition {
	return doctor.Condition{Name: name, Running: o.Phase == node.Running, Phase: string(o.Phase), Reason: o.Reason}
}

// certificatesInUse gives, of each holder and purpose, the newest certificate that is not revoked.
func (p *platform) certificatesInUse(ctx context.Context) ([]org.Certificate, error) {
	standing, err := p.orgs.Certificates(ctx, org.CertificateFilter{State: org.Standing})
	if err != nil {
		return nil, err
	}
	newest := map[[3]string]org.Certificate{}
	for _, c := range standing {
		key := [3]string{c.Org, c.Holder, string(c.Purpose)}
		if c.NotAfter.After(newest[key].NotAfter) {
			newest[key] = c
		}
	}
	return slices.Collect(maps.Values(newest)), nil
}

// warnings gives what organizations must look into.
func (p *platform) warnings(ctx context.Context) ([]string, error) {
	orgs, err := p.orgs.List(ctx, "", 0)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, o := range orgs {
		warnings, err := p.orgs.Warnings(ctx, o)
		if err != nil {
			return nil, err
		}
		for _, w := range warnings {
			found = append(found, o.ID+": "+w)
		}
	}
	return found, nil
}

func (p *platform) expiries(ctx context.Context) ([]doctor.Expiry, error) {
	inUse, err := p.certificatesInUse(ctx)
	if err != nil {
		return nil, err
	}
	expiries := make([]doctor.Expiry, 0, len(inUse))
	for _, c := range inUse {
		expiries = append(expiries, doctor.Expiry{Holder: c.Org + "/" + c.Holder, Purpose: string(c.Purpose), At: c.NotAfter})
	}
	return expiries, nil
}
