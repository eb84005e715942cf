// SPDX-License-Identifier: Apache-2.0

package external

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// declinedPause is for how long a list that was not consented to is not proposed again by itself.
const declinedPause = 24 * time.Hour

// maxPlaces is how many addresses of lists are asked for an authority.
const maxPlaces = 4

// Source fetches revocation lists. Package revocation/status does it by HTTP.
type Source interface {
	List(ctx context.Context, address string, issuer *x509.Certificate) (*pki.List, error)
}

// Run follows the lists that authorities publish, until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	ticker := time.NewTicker(s.Poll)
	defer ticker.Stop()
	for {
		if err := s.round(ctx); err != nil && ctx.Err() == nil {
			s.Log.WarnContext(ctx, "follow lists of organizations that issue for themselves", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

func (s *Service) round(ctx context.Context) error {
	orgs, err := s.Orgs.List(ctx, "", 0)
	if err != nil {
		return err
	}
	var errs []error
	for _, o := range orgs {
		if !o.External || o.State != org.Active {
			continue
		}
		if err := s.follow(ctx, o.ID); err != nil {
			errs = append(errs, fmt.Errorf("lists of %s: %w", o.ID, err))
		}
	}
	return errors.Join(errs...)
}

// follow proposes an MSP with the newest lists of an organization's authorities, where these revoke something else than the
// present ones.
func (s *Service) follow(ctx context.Context, orgID string) error {
	m, err := s.Orgs.MSPOf(ctx, orgID)
	if err != nil || m.Next != nil {
		return err
	}
	fresh, err := s.fresh(ctx, orgID, m.Definition)
	if err != nil || len(fresh) == 0 {
		return err
	}
	next, err := m.Definition.WithLists(fresh...)
	if err != nil {
		return err
	}
	if busy, err := s.busy(ctx, orgID, next); err != nil || busy {
		return err
	}
	_, err = s.Update(ctx, orgID, next, Actor, "")
	return err
}

// fresh gives the published lists that revoke something else than those of a definition, PEM. A place that does not
// answer is logged; the next round asks again.
func (s *Service) fresh(ctx context.Context, orgID string, d msp.Definition) ([][]byte, error) {
	present, err := d.Lists()
	if err != nil {
		return nil, err
	}
	places, err := s.places(ctx, orgID, d)
	if err != nil {
		return nil, err
	}
	var fresh [][]byte
	for _, p := range places {
		list, err := s.fetch(ctx, p)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			s.Log.WarnContext(ctx, "fetch revocation list", "org", orgID, "authority", p.issuer.Subject.String(), "error", err)
			continue
		}
		at := slices.IndexFunc(present, func(l *pki.List) bool { return l.Issuer.Equal(p.issuer) })
		switch {
		case at < 0 && len(list.Serials()) == 0:
		case at >= 0 && (list.ThisUpdate.Before(present[at].ThisUpdate) || slices.Equal(list.Serials(), present[at].Serials())):
		default:
			fresh = append(fresh, list.PEM())
		}
	}
	return fresh, nil
}

// place is where an authority publishes its list.
type place struct {
	issuer    *x509.Certificate
	addresses []string
}

// places gives where the authorities of a definition publish their lists, as the organization's certificates say.
func (s *Service) places(ctx context.Context, orgID string, d msp.Definition) ([]place, error) {
	all, err := s.Orgs.Certificates(ctx, org.CertificateFilter{Org: orgID, Purpose: org.Sign, Ends: org.Span{From: s.Now()}})
	if err != nil {
		return nil, err
	}
	var places []place
	for _, c := range all {
		cert, err := pki.ParseX509(c.PEM)
		if err != nil {
			return nil, err
		}
		issuer, err := d.IssuerOf(cert)
		if err != nil {
			return nil, err
		}
		if issuer == nil || len(cert.CRLDistributionPoints) == 0 {
			continue
		}
		at := slices.IndexFunc(places, func(p place) bool { return p.issuer.Equal(issuer) })
		if at < 0 {
			at = len(places)
			places = append(places, place{issuer: issuer})
		}
		for _, address := range cert.CRLDistributionPoints {
			if !slices.Contains(places[at].addresses, address) && len(places[at].addresses) < maxPlaces {
				places[at].addresses = append(places[at].addresses, address)
			}
		}
	}
	return places, nil
}

// fetch gives the list of the first place that answers well.
func (s *Service) fetch(ctx context.Context, p place) (*pki.List, error) {
	var errs []error
	for _, address := range p.addresses {
		list, err := s.Source.List(ctx, address, p.issuer)
		if err == nil {
			return list, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

// busy tells whether a change of an organization's MSP is under way, or this very one failed lately.
func (s *Service) busy(ctx context.Context, orgID string, next msp.Definition) (bool, error) {
	recent, err := s.Engine.List(ctx, operation.Filter{Subject: Subject(orgID), Limit: 50})
	if err != nil {
		return false, err
	}
	sum, err := digest(next)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(recent, func(op operation.Operation) bool {
		same := op.State == operation.Failed && s.Now().Sub(op.FinishedAt) < declinedPause && asked(op, sum)
		return !op.State.Done() || same
	}), nil
}

// digest tells definitions apart by what they mean: two lists that revoke the same are the same.
func digest(d msp.Definition) (string, error) {
	lists, err := d.Lists()
	if err != nil {
		return "", err
	}
	d.CRLs = nil
	raw, err := d.Marshal()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	h.Write(raw)
	for _, l := range lists {
		_, _ = fmt.Fprintf(h, "\n%x %v", sha256.Sum256(l.Issuer.Raw), l.Serials()) // a hash does not fail
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// asked tells whether an operation was to bring the definition of a digest.
func asked(op operation.Operation, digest string) bool {
	var in mspInput
	return json.Unmarshal(op.Input, &in) == nil && in.MSP == digest
}
