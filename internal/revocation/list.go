// SPDX-License-Identifier: Apache-2.0

package revocation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// answerLife is from the making of an OCSP answer to its nextUpdate: as long as somebody may go by an old one.
const answerLife = time.Hour

// issuedUnder gives the purpose of what an authority of a purpose issues.
func issuedUnder(p org.Purpose) org.Purpose {
	if p == org.TLSCA {
		return org.TLS
	}
	return org.Sign
}

// publishAll makes and publishes the lists of an organization whose content has changed, and gives those of signing
// authorities to the MSP definition.
func (s *Service) publishAll(ctx context.Context, orgID string, note func(string, ...any)) error {
	issuers, err := s.Orgs.Issuers(ctx, orgID)
	if err != nil {
		return err
	}
	for _, i := range issuers {
		if len(i.Chain) == 0 {
			continue
		}
		l, err := s.publish(ctx, i)
		if err != nil {
			return fmt.Errorf("revocation list of %s: %w", i.Org, err)
		}
		note("list %d of %s", l.Number, i.Purpose)
	}
	return nil
}

// publish gives the list of an issuer as it should be: the stored one, unless it revokes something else, or less than
// half of its life is left.
func (s *Service) publish(ctx context.Context, i org.Issuer) (List, error) {
	s.publishing.Lock()
	defer s.publishing.Unlock()
	entries, serials, err := s.entries(ctx, i)
	if err != nil {
		return List{}, err
	}
	l, err := s.Store.GetList(ctx, i.Org, i.Purpose, i.Generation)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return List{}, err
	}
	now := s.Now()
	listed, err := pki.ListedSerials(l.PEM)
	if err != nil {
		return List{}, err
	}
	// One that was made while the clock was ahead is not valid yet.
	if l.Number == 0 || !slices.Equal(listed, serials) || l.NextUpdate.Sub(now) < s.ListLife/2 || l.ThisUpdate.After(now) {
		l = List{
			Org: i.Org, Purpose: i.Purpose, Generation: i.Generation, Number: l.Number + 1,
			ThisUpdate: now, NextUpdate: now.Add(s.ListLife),
		}
		if l.PEM, err = s.sign(ctx, i, l, entries); err != nil {
			return List{}, err
		}
		if err := s.Store.PutList(ctx, l); err != nil {
			return List{}, err
		}
	}
	return l, s.hand(ctx, i, l, serials)
}

func (s *Service) sign(ctx context.Context, i org.Issuer, l List, entries []pki.Revocation) ([]byte, error) {
	authority, err := s.Orgs.Authority(ctx, i)
	if err != nil {
		return nil, err
	}
	return authority.RevocationList(entries, l.Number, l.ThisUpdate, l.NextUpdate)
}

// hand gives a list to the MSP definition, unless that has one which revokes the same: each change of it is a new
// configuration of every ledger.
func (s *Service) hand(ctx context.Context, i org.Issuer, l List, serials []string) error {
	if i.Purpose != org.CA {
		return nil // Fabric does not apply revocation to TLS certificates
	}
	i, err := s.Orgs.Issuer(ctx, i.Org, i.Purpose, i.Generation)
	if err != nil {
		return err
	}
	carried, err := pki.ListedSerials(i.CRL)
	if err != nil || slices.Equal(carried, serials) {
		return err
	}
	crl := l.PEM
	if len(serials) == 0 {
		crl = nil
	}
	return s.Orgs.SetCRL(ctx, i.Org, i.Purpose, i.Generation, crl)
}

// entries gives what the list of an issuer revokes, and its serials in order.
func (s *Service) entries(ctx context.Context, i org.Issuer) ([]pki.Revocation, []string, error) {
	revoked, err := s.revoked(ctx, org.CertificateFilter{Org: i.Org, Purpose: issuedUnder(i.Purpose)},
		func(c org.Certificate) bool { return c.Generation == i.Generation })
	if err != nil {
		return nil, nil, err
	}
	entries := make([]pki.Revocation, 0, len(revoked))
	for _, c := range revoked {
		entries = append(entries, pki.Revocation{Serial: c.Serial, Time: c.RevokedAt, Reason: reasonCodes()[c.Reason]})
	}
	serials := serialsOf(revoked)
	slices.Sort(serials)
	return entries, serials, nil
}

// listed gives by generation what the lists of an organization's MSP definition revoke.
func (s *Service) listed(ctx context.Context, orgID string) (map[int][]string, error) {
	issuers, err := s.Orgs.Issuers(ctx, orgID)
	if err != nil {
		return nil, err
	}
	listed := map[int][]string{}
	for _, i := range issuers {
		if i.Purpose != org.CA || !i.Named() {
			continue
		}
		if listed[i.Generation], err = pki.ListedSerials(i.CRL); err != nil {
			return nil, err
		}
	}
	return listed, nil
}

// refresh renews the published lists of all authorities well before they end.
func (s *Service) refresh(ctx context.Context) error {
	issuers, err := s.Orgs.AllIssuers(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, i := range issuers {
		if len(i.Chain) == 0 {
			continue
		}
		if _, err := s.publish(ctx, i); err != nil {
			errs = append(errs, fmt.Errorf("revocation list of %s: %w", i.Org, err))
		}
	}
	return errors.Join(errs...)
}

// Published gives the list of an issuer as everybody may have it, DER. An unknown issuer is a fault.NotFound
// "authority_not_found".
func (s *Service) Published(ctx context.Context, orgID string, p org.Purpose, generation int) (der []byte, l List, err error) {
	i, err := s.Orgs.Issuer(ctx, orgID, p, generation)
	if err != nil {
		return nil, l, err
	}
	l, err = s.Store.GetList(ctx, orgID, p, generation)
	if errors.Is(err, fault.NotFound) {
		l, err = s.publish(ctx, i)
	}
	if err != nil {
		return nil, l, err
	}
	der, err = pki.ListDER(l.PEM)
	return der, l, err
}

// Lists gives all published lists.
func (s *Service) Lists(ctx context.Context) ([]List, error) { return s.Store.ListLists(ctx) }

// Answer answers an OCSP request, DER, for the certificates of an issuer, and tells when the answer ends. An unknown
// issuer is a fault.NotFound "authority_not_found". Errors of the requester's are answered as RFC 6960 has it.
func (s *Service) Answer(
	ctx context.Context, orgID string, p org.Purpose, generation int, request []byte,
) (answer []byte, until time.Time, err error) {
	now := s.Now()
	i, err := s.Orgs.Issuer(ctx, orgID, p, generation)
	if err != nil {
		return nil, now, err
	}
	question, err := pki.ReadQuestion(request)
	if err != nil {
		return pki.OCSPMalformed(), now, nil // the protocol's own way to say so
	}
	select {
	case s.signing <- struct{}{}:
		defer func() { <-s.signing }()
	case <-ctx.Done():
		return nil, now, ctx.Err()
	}
	authority, err := s.Orgs.Authority(ctx, i)
	if err != nil {
		return nil, now, err
	}
	if !authority.Answers(question) {
		return pki.OCSPUnauthorized(), now, nil
	}
	status := pki.Status{ThisUpdate: now, NextUpdate: now.Add(answerLife)}
	c, err := s.Orgs.Certificate(ctx, orgID, question.Serial)
	switch {
	case errors.Is(err, fault.NotFound):
	case err != nil:
		return nil, now, err
	case c.Purpose == issuedUnder(p) && c.Generation == generation:
		status.Known, status.Revoked, status.RevokedAt = true, !c.RevokedAt.IsZero(), c.RevokedAt
		status.Reason = reasonCodes()[c.Reason]
	}
	answer, err = authority.Answer(question, status)
	return answer, status.NextUpdate, err
}
