// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"strings"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// purpose binds a sealed client secret to the provider it is for, so that nobody sends it elsewhere by changing an
// address and leaving the secret as it is.
func (p Provider) purpose() string {
	return strings.Join([]string{"signin-client", p.ID, string(p.Kind), p.ClientID, p.Issuer, p.TokenURL}, "\x00")
}

// HasSecret tells whether the provider has a client secret.
func (p Provider) HasSecret() bool { return p.Secret != "" || len(p.Sealed) > 0 || p.SecretFile != "" }

// seal seals the secrets that were just given and takes over those that were not.
func (s *Service) seal(now State, providers []Provider) ([]Provider, error) {
	out := make([]Provider, len(providers))
	for i, p := range providers {
		p.Sealed = nil
		switch {
		case p.ClientAuth == None:
		case p.SecretFile != "":
			if _, err := s.o.SecretFile(p.SecretFile); err != nil {
				return nil, err
			}
		case p.Secret != "":
			sealed, err := s.o.Sealer.Seal(p.purpose(), []byte(p.Secret))
			if err != nil {
				return nil, err
			}
			p.Sealed, p.Secret = sealed, ""
		default:
			if p.Sealed = keptSecret(now, p); p.Sealed == nil {
				return nil, fault.New(fault.Invalid, "client_secret_missing", "provider %s needs its client secret", p.ID).
					WithHint("give clientSecret; after a change of the client or of an address it must be given again")
			}
		}
		out[i] = p
	}
	return out, nil
}

// keptSecret finds the sealed secret of the same client of the same provider.
func keptSecret(now State, p Provider) []byte {
	revisions := []Revision{now.Current}
	if now.Previous != nil {
		revisions = append(revisions, *now.Previous)
	}
	for _, r := range revisions {
		for _, old := range r.Settings.Providers {
			if old.purpose() == p.purpose() && len(old.Sealed) > 0 {
				return old.Sealed
			}
		}
	}
	return nil
}

// secret gives a provider's client secret.
func (s *Service) secret(p Provider) (string, error) {
	switch {
	case p.ClientAuth == None || p.Kind == Certificate:
		return "", nil
	case p.SecretFile != "":
		return s.o.SecretFile(p.SecretFile)
	}
	plain, err := s.o.Sealer.Open(p.purpose(), p.Sealed)
	return string(plain), err
}
