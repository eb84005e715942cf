// SPDX-License-Identifier: Apache-2.0

package revocation

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/channel"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// failurePause is for how long an operation that failed for good is not started again by itself.
const failurePause = 10 * time.Minute

// gateTimeout is how long a peer may take until the others have it back.
const gateTimeout = 90 * time.Second

// PlanRevoke is the plan of KindRevoke. Every step looks at all revocations of the organization: those that are asked
// for while one is under way are carried together.
func (s *Service) PlanRevoke(op operation.Operation) ([]operation.PlannedStep, error) {
	in, err := decode(op)
	if err != nil {
		return nil, err
	}
	steps := []operation.PlannedStep{
		{Name: "record", Title: "Refuse it on the platform", Do: func(_ context.Context, note func(string, ...any)) error {
			s.Orgs.ForgetIdentities()
			note("%d certificates", len(in.Serials))
			return nil
		}},
		{Name: "list", Title: "Publish the revocation list", Do: func(ctx context.Context, note func(string, ...any)) error {
			return s.publishAll(ctx, in.Org, note)
		}},
		{Name: "ledgers", Title: "Refuse it on every ledger", Yields: true, Do: func(ctx context.Context, note func(string, ...any)) error {
			return s.carry(ctx, in.Org, note)
		}},
		{Name: "peers", Title: "Refuse it at the organization's own peer", Do: func(ctx context.Context, note func(string, ...any)) error {
			return s.reload(ctx, in, note)
		}},
	}
	if in.Administrator {
		steps = append(steps, operation.PlannedStep{
			Name: "key", Title: "Destroy the administrator's key", Do: func(ctx context.Context, _ func(string, ...any)) error {
				return s.Orgs.DestroyAdministrator(ctx, in.Org)
			},
		})
	}
	return steps, nil
}

// carry puts the lists into every channel's configuration and records since when.
func (s *Service) carry(ctx context.Context, orgID string, note func(string, ...any)) error {
	external, err := s.Orgs.External(ctx, orgID)
	if err != nil {
		return err
	}
	if external {
		note("not by the platform: the list of the organization's own authority tells ledgers")
		return nil
	}
	carried, err := s.carried(ctx, orgID)
	if err != nil {
		return err
	}
	found, err := s.Channels.EnsureMSP(ctx, orgID, note)
	_, waits := errors.AsType[*operation.WaitError](err)
	if err != nil && !waits {
		return err
	}
	wait := err
	effects := make([]org.Effect, 0, len(found))
	for _, e := range found {
		effects = append(effects, org.Effect{Ledger: e.Channel, Block: e.Block})
		note("effective since block %d of %s", e.Block, e.Channel)
	}
	err = s.Transactor.InTx(ctx, func(ctx context.Context) error {
		for _, c := range carried {
			now, err := s.Orgs.Certificate(ctx, c.Org, c.Serial)
			if err != nil {
				return err
			}
			if now.RevokedAt.IsZero() { // released meanwhile
				continue
			}
			if err := s.Orgs.MarkEffective(ctx, now, effects); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return wait
}

// byAuthority is a hold that an organization's own authority laid on, by its list or by OCSP.
const byAuthority = "its authority"

// Listed records what the lists of an organization that issues for itself revoke, as its ledgers have them since effects:
// certificates of the inventory are revoked, or on hold, or released from one. It may be called again.
func (s *Service) Listed(ctx context.Context, orgID string, lists []*pki.List, effects []channel.Effect) error {
	since := make([]org.Effect, 0, len(effects))
	for _, e := range effects {
		since = append(since, org.Effect{Ledger: e.Channel, Block: e.Block})
	}
	err := s.Transactor.InTx(ctx, func(ctx context.Context) error {
		all, err := s.Orgs.Certificates(ctx, org.CertificateFilter{Org: orgID, Purpose: org.Sign})
		if err != nil {
			return err
		}
		for _, c := range all {
			cert, err := pki.ParseX509(c.PEM)
			if err != nil {
				return err
			}
			if err := s.told(ctx, c, statusOn(lists, cert), since); err != nil {
				return err
			}
		}
		return nil
	})
	s.Orgs.ForgetIdentities()
	return err
}

// statusOn gives what the lists of a certificate's issuer say; Known is false when none is there.
func statusOn(lists []*pki.List, cert *x509.Certificate) pki.Status {
	for _, l := range lists {
		if cert.CheckSignatureFrom(l.Issuer) == nil {
			return l.Status(cert)
		}
	}
	return pki.Status{}
}

// told records its own authority's word on a certificate.
func (s *Service) told(ctx context.Context, c org.Certificate, status pki.Status, since []org.Effect) error {
	reason := reasonName(status.Reason)
	switch {
	case status.Revoked && !done(c, reason, byAuthority):
		if err := s.Orgs.MarkRevoked(ctx, c, reason, byAuthority); err != nil {
			return err
		}
	case status.Known && !status.Revoked && c.Held() && slices.Contains(c.HeldBy, byAuthority):
		return s.Orgs.MarkReleased(ctx, c, byAuthority)
	}
	if !status.Revoked {
		return nil
	}
	now, err := s.Orgs.Certificate(ctx, c.Org, c.Serial)
	if err != nil {
		return err
	}
	return s.Orgs.MarkEffective(ctx, now, since)
}

// carried gives the certificates that the lists which the MSP definition carries revoke.
func (s *Service) carried(ctx context.Context, orgID string) ([]org.Certificate, error) {
	listed, err := s.listed(ctx, orgID)
	if err != nil {
		return nil, err
	}
	return s.revoked(ctx, org.CertificateFilter{Org: orgID, Purpose: org.Sign}, func(c org.Certificate) bool {
		return slices.Contains(listed[c.Generation], c.Serial)
	})
}

// reload makes the organization's peers run with the list where an administrator's certificate is concerned: without a
// channel a peer goes by the MSP of its own files, and takes an administrator's installations.
func (s *Service) reload(ctx context.Context, in Input, note func(string, ...any)) error {
	concerned := false
	for _, serial := range in.Serials {
		c, err := s.Orgs.Certificate(ctx, in.Org, serial)
		if err != nil {
			return err
		}
		concerned = concerned || c.Role == msp.RoleAdmin
	}
	external, err := s.Orgs.External(ctx, in.Org)
	switch {
	case err != nil:
		return err
	case !concerned:
		note("not needed: no administrator's certificate")
		return nil
	case external:
		note("not by the platform: the peer goes by the list of the organization's own authority")
		return nil
	}
	all, err := s.Nodes.List(ctx, in.Org)
	if err != nil {
		return err
	}
	for _, n := range all {
		if n.Kind != node.Peer {
			continue
		}
		note("restarting %s", n.ID)
		if err := s.Nodes.Reload(ctx, n.ID); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, gateTimeout)
	defer cancel()
	return s.Channels.AwaitPeer(ctx, in.Org)
}

// behind gives the organizations of which a ledger may not have a revocation yet: one that was made meanwhile, or that
// could not be reached.
func (s *Service) behind(ctx context.Context) ([]string, error) {
	revoked, err := s.revoked(ctx, org.CertificateFilter{Purpose: org.Sign}, func(org.Certificate) bool { return true })
	if err != nil {
		return nil, err
	}
	ledgers := map[string][]string{}
	listed := map[string]map[int][]string{}
	var behind []string
	for _, c := range revoked {
		if slices.Contains(behind, c.Org) {
			continue
		}
		if _, known := ledgers[c.Org]; !known {
			if ledgers[c.Org], err = s.Channels.Concerned(ctx, c.Org); err != nil {
				return nil, err
			}
			if listed[c.Org], err = s.listed(ctx, c.Org); err != nil {
				return nil, err
			}
		}
		if _, named := listed[c.Org][c.Generation]; !named {
			continue // its authority is in no MSP definition any more
		}
		if !slices.Contains(listed[c.Org][c.Generation], c.Serial) || slices.ContainsFunc(ledgers[c.Org], func(l string) bool {
			_, effective := c.EffectOn(l)
			return !effective
		}) {
			behind = append(behind, c.Org)
		}
	}
	return behind, nil
}

// catchUp starts an operation for what is behind, unless one is under way.
func (s *Service) catchUp(ctx context.Context) error {
	behind, err := s.behind(ctx)
	if err != nil {
		return err
	}
	for _, orgID := range behind {
		busy, err := s.busy(ctx, orgID)
		if err != nil {
			return err
		}
		if busy {
			continue
		}
		if _, err := s.start(ctx, Input{Org: orgID}, Actor, "", func(context.Context) error { return nil }); err != nil {
			return fmt.Errorf("carry revocations of %s: %w", orgID, err)
		}
	}
	return nil
}

// busy tells whether an operation is under way, or failed so recently that another one would do no better.
func (s *Service) busy(ctx context.Context, orgID string) (bool, error) {
	recent, err := s.Engine.List(ctx, operation.Filter{Subject: Subject(orgID), Limit: 50})
	if err != nil {
		return false, err
	}
	if len(recent) > 0 && recent[0].State == operation.Failed && s.Now().Sub(recent[0].FinishedAt) < failurePause {
		return true, nil
	}
	return slices.ContainsFunc(recent, func(op operation.Operation) bool { return !op.State.Done() }), nil
}
