// SPDX-License-Identifier: Apache-2.0

package revocation

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// askers is how many authorities are asked side by side.
const askers = 4

// WatchState is what was last heard of a watched certificate.
type WatchState string

// The states.
const (
	Unchecked  WatchState = "unchecked" // not asked yet
	Good       WatchState = "good"
	OnHold     WatchState = "held"
	RevokedNow WatchState = "revoked" // for good: not asked any more
	Unknown    WatchState = "unknown" // the authority does not know it, or could not be asked; see Problem
)

// Watched is a certificate of another authority on which something here depends.
type Watched struct {
	ID     string // SHA-256 of what it is about, lower-case hex
	Org    string
	Holder string // whose certificates are revoked with it; empty: an authority's, which only raises the alarm, or a card
	// Member is the ID of the person who signs in with it, and Subject under which identity: a card, in no organization.
	Member  string
	Subject string
	PEM     []byte
	Issuer  []byte // PEM

	State     WatchState
	RevokedAt time.Time
	Reason    string
	Problem   string    // why its state is not known, in words
	CheckedAt time.Time // when the authority last gave its word
	CreatedAt time.Time
}

// authority tells whether it is an authority's own certificate.
func (w Watched) authority() bool { return w.Holder == "" && w.Member == "" }

// NewWatched asks that a certificate of another authority is watched.
type NewWatched struct {
	Org         string
	Holder      string // "member/ane": whose certificates it entitles to
	Certificate []byte // PEM
	Issuer      []byte // PEM: the certificate of who issued it; further ones may follow
}

// Watch follows a certificate from now on: when its authority revokes it, the certificates of the holder are revoked. A
// repeat is no error. Faults: "certificate_malformed", "certificate_issuer_mismatch", "status_source_missing" when the
// certificate names neither an OCSP responder nor a revocation list.
func (s *Service) Watch(ctx context.Context, n NewWatched) (Watched, error) {
	if _, err := s.Orgs.Get(ctx, n.Org); err != nil {
		return Watched{}, err
	}
	cert, err := pki.ParseX509(n.Certificate)
	if err != nil {
		return Watched{}, err
	}
	issuers, err := pki.ParseChain(n.Issuer)
	if err != nil {
		return Watched{}, err
	}
	issuer, err := issuerOf(cert, issuers)
	if err != nil {
		return Watched{}, err
	}
	return s.watch(ctx, n.Org, n.Holder, cert, issuer)
}

func issuerOf(cert *x509.Certificate, issuers []*x509.Certificate) (*x509.Certificate, error) {
	for _, issuer := range issuers {
		if cert.CheckSignatureFrom(issuer) == nil {
			return issuer, nil
		}
	}
	return nil, fault.New(fault.Invalid, "certificate_issuer_mismatch", "none of the issuers issued %s", cert.Subject).
		WithHint("add the certificate of %s", cert.Issuer).WithDetail("body.issuer", "did not sign the certificate")
}

func checkSource(cert *x509.Certificate) error {
	if len(cert.OCSPServer) == 0 && len(cert.CRLDistributionPoints) == 0 {
		return fault.New(fault.Invalid, "status_source_missing",
			"%s names neither an OCSP responder nor a revocation list", cert.Subject).
			WithHint("its revocation can't be noticed: ask its authority for a certificate that names one")
	}
	return nil
}

func (s *Service) watch(ctx context.Context, orgID, holder string, cert, issuer *x509.Certificate) (Watched, error) {
	if err := checkSource(cert); err != nil {
		return Watched{}, err
	}
	w := Watched{
		ID: watchID(orgID, holder, cert), Org: orgID, Holder: holder,
		PEM: pki.FactsOf(cert).PEM, Issuer: pki.FactsOf(issuer).PEM, State: Unchecked, CreatedAt: s.Now(),
	}
	known, err := s.Store.GetWatched(ctx, w.ID)
	if err == nil || !errors.Is(err, fault.NotFound) {
		return known, err
	}
	return w, s.Store.PutWatched(ctx, w)
}

func watchID(orgID, holder string, cert *x509.Certificate) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %x", orgID, holder, cert.Raw))
	return hex.EncodeToString(sum[:])
}

// Unwatch follows a certificate no longer. One of another organization is absent.
func (s *Service) Unwatch(ctx context.Context, orgID, id string) error {
	w, err := s.Store.GetWatched(ctx, id)
	if err == nil && w.Org != orgID {
		err = fault.New(fault.NotFound, "watched_certificate_not_found", "there is no watched certificate %q", id).
			WithHint("see which there are: b4a cert watched")
	}
	if err != nil {
		return err
	}
	return s.Store.DeleteWatched(ctx, id)
}

// WatchedBy gives the watched certificates of an organization.
func (s *Service) WatchedBy(ctx context.Context, orgID string) ([]Watched, error) {
	if _, err := s.Orgs.Get(ctx, orgID); err != nil {
		return nil, err
	}
	return s.Store.ListWatched(ctx, orgID)
}

// watchAuthorities watches the certificates of every organization's authorities that another one issued, and those
// above them.
func (s *Service) watchAuthorities(ctx context.Context) error {
	watched := map[string]bool{}
	issuers, err := s.Orgs.AllIssuers(ctx)
	if err != nil {
		return err
	}
	brought, err := s.brought(ctx)
	if err != nil {
		return err
	}
	for _, i := range append(issuers, brought...) {
		if !i.Named() || len(i.Chain) == 0 {
			continue
		}
		chain, err := pki.ParseChain(i.Chain)
		if err != nil {
			return err
		}
		for n := range len(chain) - 1 {
			w, err := s.watch(ctx, i.Org, "", chain[n], chain[n+1])
			if err != nil && !errors.Is(err, &fault.Error{Code: "status_source_missing"}) {
				return err
			}
			watched[w.ID] = true
		}
	}
	return s.unwatchAuthorities(ctx, watched)
}

// brought gives the authorities of the organizations that issue for themselves.
func (s *Service) brought(ctx context.Context) ([]org.Issuer, error) {
	orgs, err := s.Orgs.List(ctx, "", 0)
	if err != nil {
		return nil, err
	}
	var all []org.Issuer
	for _, o := range orgs {
		of, err := s.Orgs.Brought(ctx, o.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, of...)
	}
	return all, nil
}

// unwatchAuthorities forgets the authorities that no MSP definition names any more.
func (s *Service) unwatchAuthorities(ctx context.Context, watched map[string]bool) error {
	all, err := s.Store.ListWatched(ctx, "")
	if err != nil {
		return err
	}
	for _, w := range all {
		if !w.authority() || watched[w.ID] {
			continue
		}
		if err := s.Store.DeleteWatched(ctx, w.ID); err != nil {
			return err
		}
	}
	return nil
}

// settle takes back the warnings of organizations whose authorities are well again, or were left.
func (s *Service) settle(ctx context.Context) error {
	all, err := s.Store.ListWatched(ctx, "")
	if err != nil {
		return err
	}
	alarming := map[string]bool{}
	for _, w := range all {
		if w.authority() && (w.State == RevokedNow || w.State == OnHold) {
			alarming[w.Org] = true
		}
	}
	orgs, err := s.Orgs.List(ctx, "", 0)
	if err != nil {
		return err
	}
	for _, o := range orgs {
		if o.Warning == "" || alarming[o.ID] {
			continue
		}
		if err := s.warn(ctx, o.ID, ""); err != nil {
			return err
		}
	}
	return nil
}

// poll asks the authorities of all watched certificates.
func (s *Service) poll(ctx context.Context) error {
	if err := s.watchAuthorities(ctx); err != nil {
		return err
	}
	all, err := s.Store.ListWatched(ctx, "")
	if err != nil {
		return err
	}
	var g errgroup.Group
	g.SetLimit(askers)
	for _, w := range all {
		g.Go(func() error {
			if err := s.ask(ctx, w); err != nil && ctx.Err() == nil {
				s.Log.ErrorContext(ctx, "follow certificate of another authority", "org", w.Org, "holder", w.Holder, "error", err)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return s.settle(ctx)
}

// ask gets an authority's word on a certificate and does what follows from it.
func (s *Service) ask(ctx context.Context, w Watched) error {
	if gone, err := s.cardGone(ctx, w); err != nil || gone {
		return err
	}
	if w.State == RevokedNow { // an authority does not take that back; what follows is done again if it was interrupted
		return s.follow(ctx, w)
	}
	cert, err := pki.ParseX509(w.PEM)
	if err != nil {
		return err
	}
	issuer, err := pki.ParseX509(w.Issuer)
	if err != nil {
		return err
	}
	status, err := s.Source.Status(ctx, cert, issuer)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	before := w.State
	w = s.judge(w, status, err)
	err = s.Transactor.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.Store.GetWatched(ctx, w.ID); err != nil { // unwatched meanwhile
			return err
		}
		return s.Store.PutWatched(ctx, w)
	})
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if before != w.State {
		s.Log.InfoContext(ctx, "certificate of another authority", "org", w.Org, "holder", w.Holder,
			"subject", cert.Subject.String(), "state", string(w.State), "problem", w.Problem)
	}
	return s.follow(ctx, w)
}

// judge takes an authority's word, or its absence, which leaves a hold in force.
func (s *Service) judge(w Watched, status pki.Status, err error) Watched {
	w.Problem = ""
	switch {
	case err != nil:
		w.Problem = fault.Of(err).Message
	case !status.Known:
		w.Problem = "the authority does not know the certificate"
	default:
		w.CheckedAt = s.Now()
	}
	switch {
	case w.Problem != "" && w.State == OnHold:
	case w.Problem != "":
		w.State = Unknown
	case !status.Revoked:
		w.State, w.Reason, w.RevokedAt = Good, "", time.Time{}
	default:
		w.State, w.Reason, w.RevokedAt = RevokedNow, reasonName(status.Reason), status.RevokedAt
		if w.Reason == org.Hold {
			w.State = OnHold
		}
	}
	return w
}

// follow does what a state asks for: it revokes, holds or releases the certificates of the holder, or raises the alarm.
// It may be done again.
func (s *Service) follow(ctx context.Context, w Watched) error {
	if w.authority() {
		return s.alarm(ctx, w)
	}
	if w.Member != "" {
		return s.followCard(ctx, w)
	}
	var err error
	switch w.State {
	case RevokedNow: // what was issued after it was known is by somebody's leave
		_, err = s.revokeAll(ctx, scope{w.Org, w.Holder, byWatched(w), w.CheckedAt}, followed(w.Reason), Actor)
	case OnHold:
		_, err = s.revokeAll(ctx, scope{w.Org, w.Holder, byWatched(w), w.CheckedAt}, org.Hold, Actor)
	case Good:
		_, err = s.releaseAll(ctx, scope{org: w.Org, holder: w.Holder, by: byWatched(w)}, Actor)
	case Unchecked, Unknown:
	}
	return err
}

// followed gives the reason for which what depends on a revoked certificate is revoked: its own key is not known to
// anybody.
func followed(reason string) string {
	if reason == "keyCompromise" || reason == "cACompromise" || reason == "aACompromise" || checkReason(reason) != nil {
		return "privilegeWithdrawn"
	}
	return reason
}

// alarm flags an organization whose own authority was revoked by the one above. Nothing is removed: that would stop its
// nodes, and it is for people to decide.
func (s *Service) alarm(ctx context.Context, w Watched) error {
	if w.State != RevokedNow && w.State != OnHold {
		return nil
	}
	cert, err := pki.ParseX509(w.PEM)
	if err != nil {
		return err
	}
	s.Log.ErrorContext(ctx, "authority revoked", "org", w.Org, "subject", cert.Subject.String(), "reason", w.Reason)
	return s.warn(ctx, w.Org, fmt.Sprintf(
		"the authority %s was revoked by %s on %s (%s): move to another one", cert.Subject, cert.Issuer,
		w.RevokedAt.UTC().Format(time.DateOnly), w.Reason))
}

// warn records an organization's warning in a transaction, so that it undoes nothing else that is recorded of it.
func (s *Service) warn(ctx context.Context, orgID, warning string) error {
	return s.Transactor.InTx(ctx, func(ctx context.Context) error { return s.Orgs.SetWarning(ctx, orgID, warning) })
}
