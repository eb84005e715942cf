// SPDX-License-Identifier: Apache-2.0

package org

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// Hold is the reason of a revocation that can be lifted (RFC 5280, section 5.3.1).
const Hold = "certificateHold"

// knownIdentity is an identity as it was at an age of the certificates.
type knownIdentity struct {
	id  *msp.Identity
	age uint64
}

// Held tells whether the certificate is revoked for the time being. It stands again when every hold is lifted.
func (c Certificate) Held() bool { return !c.RevokedAt.IsZero() && c.Reason == Hold }

// EffectOn gives since which block a ledger refuses the certificate.
func (c Certificate) EffectOn(ledger string) (uint64, bool) {
	i := slices.IndexFunc(c.Effects, func(e Effect) bool { return e.Ledger == ledger })
	if i < 0 {
		return 0, false
	}
	return c.Effects[i].Block, true
}

// MarkRevoked records that a certificate is revoked; by names the hold, if it is one. ForgetIdentities makes it felt,
// once the record is there for good.
func (s *Service) MarkRevoked(ctx context.Context, c Certificate, reason, by string) error {
	if c.RevokedAt.IsZero() {
		c.RevokedAt = s.now()
	}
	c.Reason = reason
	if reason == Hold {
		c.HeldBy = append(slices.Clone(c.HeldBy), by)
	} else {
		c.HeldBy = nil
	}
	return s.store.UpdateCertificate(ctx, c)
}

// MarkReleased records that a hold of a certificate is lifted. Without another one the certificate stands again.
func (s *Service) MarkReleased(ctx context.Context, c Certificate, by string) error {
	c.HeldBy = slices.DeleteFunc(slices.Clone(c.HeldBy), func(other string) bool { return other == by })
	if len(c.HeldBy) == 0 {
		c.RevokedAt, c.Reason, c.Effects = time.Time{}, "", nil
	}
	return s.store.UpdateCertificate(ctx, c)
}

// MarkEffective records since when ledgers refuse a certificate; what is known of a ledger stays.
func (s *Service) MarkEffective(ctx context.Context, c Certificate, effects []Effect) error {
	before := len(c.Effects)
	c.Effects = slices.Clone(c.Effects)
	for _, e := range effects {
		if _, known := c.EffectOn(e.Ledger); !known {
			c.Effects = append(c.Effects, e)
		}
	}
	if len(c.Effects) == before {
		return nil
	}
	return s.store.UpdateCertificate(ctx, c)
}

// ForgetIdentities makes the next call of each identity look at its certificate again. It is called after a change: what
// was being read meanwhile is not believed either.
func (s *Service) ForgetIdentities() { s.changes.Add(1) }

// SetWarning records what an organization's people must look into; empty: nothing.
func (s *Service) SetWarning(ctx context.Context, orgID, warning string) error {
	o, err := s.store.GetOrganization(ctx, orgID)
	if err != nil || o.Warning == warning {
		return err
	}
	o.Warning = warning
	return s.store.UpdateOrganization(ctx, o)
}

// inUse gives a holder's newest signing certificate, and a fault when it is revoked: older ones are on the same key.
func (s *Service) inUse(ctx context.Context, orgID, holder string) (Certificate, error) {
	all, err := s.store.ListCertificates(ctx, CertificateFilter{Org: orgID, Holder: holder, Purpose: Sign})
	if err != nil {
		return Certificate{}, err
	}
	if len(all) == 0 {
		return s.store.LatestCertificate(ctx, orgID, holder, Sign)
	}
	newest := slices.MaxFunc(all, func(a, b Certificate) int { return a.CreatedAt.Compare(b.CreatedAt) })
	if newest.RevokedAt.IsZero() {
		return newest, nil
	}
	return Certificate{}, revoked(newest)
}

// CheckStanding refuses a certificate that the inventory has as revoked or on hold, with a fault.Forbidden
// "certificate_revoked". One that the inventory does not have is for the ledgers to judge.
func (s *Service) CheckStanding(ctx context.Context, orgID string, certPEM []byte) error {
	facts, err := pki.ParseCertificate(certPEM)
	if err != nil {
		return err
	}
	for _, serial := range serials(facts) {
		c, err := s.store.GetCertificate(ctx, orgID, serial)
		switch {
		case errors.Is(err, fault.NotFound) || err == nil && c.Fingerprint != facts.Fingerprint:
			continue
		case err != nil || c.RevokedAt.IsZero():
			return err
		}
		return fault.New(fault.Forbidden, "certificate_revoked", "the certificate of %s is revoked (%s)", c.Holder, c.Reason).
			WithHint("see why, and what lifts it: b4a cert show %s --org %s", c.Serial, c.Org)
	}
	return nil
}

// Bind records whose a certificate is; the zero Person: nobody's.
func (s *Service) Bind(ctx context.Context, c Certificate, who Person) (Certificate, error) {
	c.Member, c.MemberOf = who.Member, who.Org
	return c, s.store.UpdateCertificate(ctx, c)
}

func revoked(c Certificate) error {
	f := fault.New(fault.Forbidden, "certificate_revoked", "the certificate of %s is revoked (%s)", c.Holder, c.Reason)
	if c.Held() {
		return f.WithHint("an administrator can release it: b4a cert release %s --org %s", c.Serial, c.Org)
	}
	return f.WithHint("register it again under another name, or delete it first")
}

// Holding gives the certificates of a holder that are neither revoked nor ended.
func (s *Service) Holding(ctx context.Context, orgID, holder string) ([]Certificate, error) {
	return s.store.ListCertificates(ctx, CertificateFilter{
		Org: orgID, Holder: holder, State: Standing, Ends: Span{From: s.now()},
	})
}

// Managed tells whether a holder is the platform's own: a node is not, nor is an application.
func Managed(holder string) bool {
	return slices.Contains([]string{HolderAdministrator, HolderOffice, HolderOrdererAdmin}, holder)
}

// OfAuthority tells whether a holder is an organization's authority itself.
func OfAuthority(holder string) bool { return holder == holderAuthority }

// KeptByHolders is KeptByHolder for many: of each organization the applications are read at once.
func (s *Service) KeptByHolders(ctx context.Context, all []Certificate) ([]bool, error) {
	keeps := map[string]map[string]bool{} // by organization: applications that keep their keys themselves
	kept := make([]bool, len(all))
	for n, c := range all {
		name, application := strings.CutPrefix(c.Holder, ApplicationHolder(""))
		if !application {
			kept[n] = strings.HasPrefix(c.Holder, MemberHolder(""))
			continue
		}
		if keeps[c.Org] == nil {
			applications, err := s.store.ListApplications(ctx, c.Org, "", 0)
			if err != nil {
				return nil, err
			}
			keeps[c.Org] = make(map[string]bool, len(applications))
			for _, a := range applications {
				keeps[c.Org][a.Name] = !a.Custodial
			}
		}
		kept[n] = keeps[c.Org][name]
	}
	return kept, nil
}

// KeptByHolder tells whether a certificate's key is kept by its holder, not by the platform.
func (s *Service) KeptByHolder(ctx context.Context, c Certificate) (bool, error) {
	name, application := strings.CutPrefix(c.Holder, ApplicationHolder(""))
	if !application {
		return strings.HasPrefix(c.Holder, MemberHolder("")), nil
	}
	a, err := s.store.GetApplication(ctx, c.Org, name)
	if errors.Is(err, fault.NotFound) {
		return false, nil
	}
	return !a.Custodial, err
}
