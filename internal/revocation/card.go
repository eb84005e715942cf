// SPDX-License-Identifier: Apache-2.0

package revocation

import (
	"context"
	"errors"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// NewCard is a certificate of another authority with which a person signs in.
type NewCard struct {
	Member      string
	Subject     string // of the identity that it stands for
	Certificate []byte // PEM
	Issuers     []byte // PEM, the certificate of who issued it among them
}

// AdmitCard watches a card from now on, unless it names no place to ask. One that is revoked or on hold is a
// fault.Unauthenticated "certificate_revoked"; the other faults are those of Watch.
func (s *Service) AdmitCard(ctx context.Context, n NewCard) error {
	cert, err := pki.ParseX509(n.Certificate)
	if err != nil {
		return err
	}
	if errors.Is(checkSource(cert), &fault.Error{Code: "status_source_missing"}) {
		return nil // only lists that are given by hand can tell, and they are looked at when somebody signs in
	}
	issuers, err := pki.ParseChain(n.Issuers)
	if err != nil {
		return err
	}
	issuer, err := issuerOf(cert, issuers)
	if err != nil {
		return err
	}
	w := Watched{
		ID: watchID("", "card of "+n.Member, cert), Member: n.Member, Subject: n.Subject,
		PEM: pki.FactsOf(cert).PEM, Issuer: pki.FactsOf(issuer).PEM, State: Unchecked, CreatedAt: s.Now(),
	}
	return s.Transactor.InTx(ctx, func(ctx context.Context) error {
		known, err := s.Store.GetWatched(ctx, w.ID)
		switch {
		case errors.Is(err, fault.NotFound):
			return s.Store.PutWatched(ctx, w)
		case err != nil:
			return err
		case known.State == RevokedNow || known.State == OnHold:
			return fault.New(fault.Unauthenticated, "certificate_revoked", "this certificate is revoked (%s)", known.Reason).
				WithHint("use another certificate, or have a new one issued")
		case known.Subject != n.Subject: // the settings take it for another identity now
			known.Subject = n.Subject
			return s.Store.PutWatched(ctx, known)
		}
		return nil
	})
}

// CardsOf gives the cards of a person that are watched, by ID.
func (s *Service) CardsOf(ctx context.Context, memberID string) ([]Watched, error) {
	all, err := s.Store.ListWatched(ctx, "")
	if err != nil {
		return nil, err
	}
	var cards []Watched
	for _, w := range all {
		if w.Member == memberID && memberID != "" {
			cards = append(cards, w)
		}
	}
	return cards, nil
}

// UnwatchCards watches the cards of a person's identity no longer.
func (s *Service) UnwatchCards(ctx context.Context, memberID, subject string) error {
	cards, err := s.CardsOf(ctx, memberID)
	if err != nil {
		return err
	}
	for _, w := range cards {
		if w.Subject != subject {
			continue
		}
		if err := s.Store.DeleteWatched(ctx, w.ID); err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
	}
	return nil
}

// cardGone forgets a card that has ended or whose person has left the platform, and tells so.
func (s *Service) cardGone(ctx context.Context, w Watched) (bool, error) {
	if w.Member == "" {
		return false, nil
	}
	cert, err := pki.ParseX509(w.PEM)
	if err != nil {
		return false, err
	}
	gone := s.Now().After(cert.NotAfter)
	if !gone && s.Members != nil {
		at, err := s.Members.PlaceOf(ctx, w.Member, "")
		if err != nil {
			return false, err
		}
		gone = at.Person == ""
	}
	if !gone {
		return false, nil
	}
	err = s.Store.DeleteWatched(ctx, w.ID)
	if errors.Is(err, fault.NotFound) {
		err = nil
	}
	return true, err
}

// followCard has the sessions ended that were begun with a card which is revoked or on hold.
func (s *Service) followCard(ctx context.Context, w Watched) error {
	if s.CardRevoked == nil || w.State != RevokedNow && w.State != OnHold {
		return nil
	}
	return s.CardRevoked(ctx, w)
}
