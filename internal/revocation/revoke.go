// SPDX-License-Identifier: Apache-2.0

package revocation

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// For what a certificate is on hold. Each is laid on and lifted apart.
const (
	byCertificate  = "certificate"
	byHolder       = "holder"
	byOrganization = "organization"
)

// byWatched is a hold for a certificate of another authority that is on hold there.
func byWatched(w Watched) string { return "watched certificate " + w.ID }

// Input is that of KindRevoke: what was revoked or released. An operation without serials brings ledgers up to date
// that were not there, or not reachable, when something was revoked.
type Input struct {
	Org     string
	Serials []string
	Reason  string
	Release bool
	// Administrator says that they are the platform's administrator, whose key is destroyed at the end.
	Administrator bool
}

// Revoke revokes a certificate, and every other one on the same key, unless it is superseded: the key goes on then. It
// is recorded at once; the operation carries it to the ledgers. Faults: "revocation_reason_invalid",
// "certificate_not_found", "certificate_revoked_already", "authority_not_revocable", "certificate_in_use" (of a node or
// of an identity of the platform's own: it is to be renewed first), "certificate_key_in_use".
func (s *Service) Revoke(ctx context.Context, orgID, serial, reason, actor, key string) (operation.Operation, error) {
	if err := checkReason(reason); err != nil {
		return operation.Operation{}, err
	}
	c, err := s.here(ctx, orgID, serial)
	if err != nil {
		return operation.Operation{}, err
	}
	return s.start(ctx, Input{Org: orgID, Serials: []string{serial}, Reason: reason}, actor, key,
		func(ctx context.Context) error {
			together, err := s.together(ctx, c, reason)
			if err != nil {
				return err
			}
			return s.mark(ctx, together, reason, byCertificate)
		})
}

// here gives a certificate that the platform can revoke. One of an organization that issues for itself is a fault.Conflict
// "organization_issues_for_itself".
func (s *Service) here(ctx context.Context, orgID, serial string) (org.Certificate, error) {
	c, err := s.Orgs.Certificate(ctx, orgID, serial)
	if err != nil {
		return c, err
	}
	if err := s.Orgs.MustIssue(ctx, orgID); err != nil {
		return c, fault.Of(err).WithHint(
			"revoke it at its own authority; the list goes to the ledgers by itself, or by: b4a org msp update %s --crl FILE", orgID)
	}
	return c, nil
}

// RevokeHolder revokes every certificate of a holder, at once for the platform and by the operation on the ledgers. With
// nothing to revoke the operation is the zero one.
func (s *Service) RevokeHolder(ctx context.Context, orgID, holder, reason, actor string) (operation.Operation, error) {
	return s.revokeAll(ctx, scope{org: orgID, holder: holder, by: byHolder}, reason, actor)
}

// Hold revokes every certificate of a holder until Release: a suspension. With nothing to hold the operation is the zero
// one.
func (s *Service) Hold(ctx context.Context, orgID, holder, actor string) (operation.Operation, error) {
	return s.revokeAll(ctx, scope{org: orgID, holder: holder, by: byHolder}, org.Hold, actor)
}

// HoldOrganization holds the certificates of an organization's members and applications. Its nodes, its administrator
// and its office go on: the platform keeps their keys, and the ledgers need them to take the suspension back.
func (s *Service) HoldOrganization(ctx context.Context, orgID, actor string) (operation.Operation, error) {
	return s.revokeAll(ctx, scope{org: orgID, by: byOrganization}, org.Hold, actor)
}

// Release lifts the hold that Hold laid on a holder's certificates.
func (s *Service) Release(ctx context.Context, orgID, holder, actor string) (operation.Operation, error) {
	return s.releaseAll(ctx, scope{org: orgID, holder: holder, by: byHolder}, actor)
}

// ReleaseOrganization lifts the hold that HoldOrganization laid on; one that was laid on a holder stays.
func (s *Service) ReleaseOrganization(ctx context.Context, orgID, actor string) (operation.Operation, error) {
	return s.releaseAll(ctx, scope{org: orgID, by: byOrganization}, actor)
}

// ReleaseCertificate lifts the hold that Revoke laid on a certificate and on the others on its key. One that is not held
// is a fault.Conflict "certificate_not_held"; one that is on hold with its holder, its organization or a certificate that
// it follows, a fault.Conflict "certificate_held_otherwise".
func (s *Service) ReleaseCertificate(ctx context.Context, orgID, serial, actor, key string) (operation.Operation, error) {
	c, err := s.here(ctx, orgID, serial)
	if err != nil {
		return operation.Operation{}, err
	}
	return s.start(ctx, Input{Org: orgID, Serials: []string{serial}, Release: true}, actor, key, func(ctx context.Context) error {
		if c, err = s.Orgs.Certificate(ctx, orgID, serial); err != nil {
			return err
		}
		switch {
		case !c.Held():
			return fault.New(fault.Conflict, "certificate_not_held", "the certificate %s is not on hold", serial).
				WithHint("only a revocation with the reason %s can be taken back", org.Hold)
		case !slices.Contains(c.HeldBy, byCertificate):
			return fault.New(fault.Conflict, "certificate_held_otherwise", "the certificate %s is on hold with its %s", serial, c.HeldBy[0]).
				WithHint("it is released when that is")
		}
		same, err := s.sameKey(ctx, c)
		if err != nil {
			return err
		}
		return s.release(ctx, same, byCertificate)
	})
}

// DeleteApplication forgets an application and revokes its certificates.
func (s *Service) DeleteApplication(ctx context.Context, orgID, name, actor string) error {
	const reason = "cessationOfOperation"
	holding, err := s.Orgs.Holding(ctx, orgID, org.ApplicationHolder(name))
	if err != nil {
		return err
	}
	in := Input{Org: orgID, Serials: serialsOf(holding), Reason: reason}
	_, err = s.start(ctx, in, actor, "", func(ctx context.Context) error {
		if err := s.mark(ctx, holding, reason, byHolder); err != nil {
			return err
		}
		return s.Orgs.ForgetApplication(ctx, orgID, name)
	})
	return err
}

// scope says whose certificates are meant.
type scope struct {
	org    string
	holder string    // empty: everybody's but the platform's own
	by     string    // who lays a hold on, or lifts it
	until  time.Time // only what was issued until then; zero: all
}

func (s *Service) revokeAll(ctx context.Context, of scope, reason, actor string) (operation.Operation, error) {
	if err := checkReason(reason); err != nil {
		return operation.Operation{}, err
	}
	all, err := s.Orgs.Holding(ctx, of.org, of.holder)
	if err != nil {
		return operation.Operation{}, err
	}
	held, err := s.held(ctx, of, reason)
	if err != nil {
		return operation.Operation{}, err
	}
	concerned, err := s.others(ctx, append(all, held...))
	concerned = slices.DeleteFunc(concerned, func(c org.Certificate) bool { return !of.until.IsZero() && c.CreatedAt.After(of.until) })
	if err != nil || len(concerned) == 0 {
		return operation.Operation{}, err
	}
	return s.start(ctx, Input{Org: of.org, Serials: serialsOf(concerned), Reason: reason}, actor, "",
		func(ctx context.Context) error { return s.mark(ctx, concerned, reason, of.by) })
}

// held gives what is on hold and is to be revoked for good, or to be on hold for one thing more.
func (s *Service) held(ctx context.Context, of scope, reason string) ([]org.Certificate, error) {
	return s.revoked(ctx, org.CertificateFilter{Org: of.org, Holder: of.holder}, func(c org.Certificate) bool {
		return c.Held() && (reason != org.Hold || !slices.Contains(c.HeldBy, of.by))
	})
}

func (s *Service) releaseAll(ctx context.Context, of scope, actor string) (operation.Operation, error) {
	held, err := s.revoked(ctx, org.CertificateFilter{Org: of.org, Holder: of.holder}, func(c org.Certificate) bool {
		return c.Held() && slices.Contains(c.HeldBy, of.by)
	})
	if err != nil || len(held) == 0 {
		return operation.Operation{}, err
	}
	return s.start(ctx, Input{Org: of.org, Serials: serialsOf(held), Release: true}, actor, "",
		func(ctx context.Context) error { return s.release(ctx, held, of.by) })
}

// revoked gives the revoked certificates of a filter which pick wants.
func (s *Service) revoked(
	ctx context.Context, f org.CertificateFilter, pick func(org.Certificate) bool,
) ([]org.Certificate, error) {
	f.State = org.Revoked
	all, err := s.Orgs.Certificates(ctx, f)
	if err != nil {
		return nil, err
	}
	var picked []org.Certificate
	for _, c := range all {
		if pick(c) {
			picked = append(picked, c)
		}
	}
	return picked, nil
}

func serialsOf(certs []org.Certificate) []string {
	serials := make([]string, 0, len(certs))
	for _, c := range certs {
		serials = append(serials, c.Serial)
	}
	return serials
}

func (s *Service) start(
	ctx context.Context, in Input, actor, key string, prepare func(context.Context) error,
) (operation.Operation, error) {
	if _, err := s.Orgs.Get(ctx, in.Org); err != nil {
		return operation.Operation{}, err
	}
	op, err := s.Engine.Start(ctx, operation.Request{
		Kind: KindRevoke, Subject: Subject(in.Org), Orgs: []string{in.Org}, Actor: actor, Key: key, Input: in,
	}, prepare)
	s.Orgs.ForgetIdentities()
	return op, err
}

// done tells whether a certificate is revoked for good, or on hold for what it is to be on hold.
func done(c org.Certificate, reason, by string) bool {
	return !c.RevokedAt.IsZero() && (!c.Held() || reason == org.Hold && slices.Contains(c.HeldBy, by))
}

// mark records revocations. A certificate that is on hold may be revoked for good.
func (s *Service) mark(ctx context.Context, certs []org.Certificate, reason, by string) error {
	for _, c := range certs {
		c, err := s.Orgs.Certificate(ctx, c.Org, c.Serial) // as the transaction sees it
		if err != nil {
			return err
		}
		if done(c, reason, by) {
			continue
		}
		if err := s.Orgs.MarkRevoked(ctx, c, reason, by); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) release(ctx context.Context, certs []org.Certificate, by string) error {
	for _, c := range certs {
		c, err := s.Orgs.Certificate(ctx, c.Org, c.Serial)
		if err != nil {
			return err
		}
		if !c.Held() || !slices.Contains(c.HeldBy, by) {
			continue
		}
		if err := s.Orgs.MarkReleased(ctx, c, by); err != nil {
			return err
		}
	}
	return nil
}

// together gives a certificate and what must be revoked with it, or the fault for which it can't be.
func (s *Service) together(ctx context.Context, c org.Certificate, reason string) ([]org.Certificate, error) {
	c, err := s.Orgs.Certificate(ctx, c.Org, c.Serial)
	if err != nil {
		return nil, err
	}
	switch {
	case org.OfAuthority(c.Holder):
		return nil, fault.New(fault.Conflict, "authority_not_revocable", "%s is an authority of %s itself", c.Subject, c.Org).
			WithHint("move the organization to another one: b4a authority request %s", c.Org)
	case c.Purpose == org.Contract:
		return nil, fault.New(fault.Conflict, "contract_certificate_not_revocable",
			"peers do not ask whether the certificate of a contract is revoked").
			WithHint("have it renewed, and the process restarted: b4a cert renew %s", c.Org)
	case done(c, reason, byCertificate):
		return nil, fault.New(fault.Conflict, "certificate_revoked_already", "the certificate %s is revoked already (%s)", c.Serial, c.Reason).
			WithHint("see it: b4a cert show %s --org %s", c.Serial, c.Org)
	}
	kept, err := s.platformKept(ctx, c)
	if err != nil {
		return nil, err
	}
	if !kept && reason == "superseded" {
		return []org.Certificate{c}, nil
	}
	same, err := s.sameKey(ctx, c)
	if err != nil || !kept {
		return same, err
	}
	return []org.Certificate{c}, s.checkReplaced(ctx, c, reason, same)
}

// platformKept tells whether the certificate is a node's or one of the platform's own identities of the organization.
func (s *Service) platformKept(ctx context.Context, c org.Certificate) (bool, error) {
	if org.Managed(c.Holder) {
		return true, nil
	}
	_, err := s.Nodes.Get(ctx, c.Holder)
	if errors.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// checkReplaced refuses to revoke what a node or the platform itself works with.
func (s *Service) checkReplaced(ctx context.Context, c org.Certificate, reason string, same []org.Certificate) error {
	inUse := func() error {
		return fault.New(fault.Conflict, "certificate_in_use", "%s works with this certificate", c.Holder).
			WithHint("replace it first: b4a cert renew %s, or b4a authority change %s", c.Org, c.Org)
	}
	newest, err := s.Orgs.Latest(ctx, c.Org, c.Holder, c.Purpose)
	if err != nil {
		return err
	}
	if newest.Serial == c.Serial {
		return inUse()
	}
	n, err := s.Nodes.Get(ctx, c.Holder)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	if err == nil && (n.Sign == c.Serial || n.TLS == c.Serial) {
		return inUse()
	}
	if reason == "keyCompromise" && len(same) > 1 {
		return fault.New(fault.Conflict, "certificate_key_in_use", "%s goes on with this key under a newer certificate", c.Holder).
			WithHint("revoking this certificate alone does not take the key from whoever has it")
	}
	return nil
}

// sameKey gives the certificates of an organization on the key of one, itself first; only those that have not ended.
func (s *Service) sameKey(ctx context.Context, c org.Certificate) ([]org.Certificate, error) {
	cert, err := pki.ParseX509(c.PEM)
	if err != nil {
		return nil, err
	}
	all, err := s.Orgs.Certificates(ctx, org.CertificateFilter{Org: c.Org, Holder: c.Holder, Ends: org.Span{From: s.Now()}})
	if err != nil {
		return nil, err
	}
	same := []org.Certificate{c}
	for _, other := range all {
		o, err := pki.ParseX509(other.PEM)
		if err != nil {
			return nil, err
		}
		if other.Serial != c.Serial && bytes.Equal(o.RawSubjectPublicKeyInfo, cert.RawSubjectPublicKeyInfo) {
			same = append(same, other)
		}
	}
	return same, nil
}

// others leaves out what is the platform's own: nodes, authorities, administrator, office.
func (s *Service) others(ctx context.Context, certs []org.Certificate) ([]org.Certificate, error) {
	var others []org.Certificate
	for _, c := range certs {
		if org.OfAuthority(c.Holder) {
			continue
		}
		kept, err := s.platformKept(ctx, c)
		if err != nil {
			return nil, err
		}
		if !kept {
			others = append(others, c)
		}
	}
	return others, nil
}

func decode(op operation.Operation) (Input, error) {
	var in Input
	if err := json.Unmarshal(op.Input, &in); err != nil {
		return in, fmt.Errorf("decode input: %w", err)
	}
	return in, nil
}
