// SPDX-License-Identifier: Apache-2.0

package node

import (
	"context"
	"fmt"

	"github.com/blockchain4all/blockchain4all/internal/org"
)

// Certificates are the two with which a node runs.
type Certificates struct {
	Sign org.Certificate // its enrollment certificate
	TLS  org.Certificate // server and client of TLS
}

// Certificates gives those that the node runs with, made when it has none yet.
func (s *Service) Certificates(ctx context.Context, n Node) (Certificates, error) {
	if n.Sign == "" || n.TLS == "" {
		return s.enroll(ctx, n)
	}
	sign, err := s.orgs.Certificate(ctx, n.Org, n.Sign)
	if err != nil {
		return Certificates{}, err
	}
	tls, err := s.orgs.Certificate(ctx, n.Org, n.TLS)
	return Certificates{Sign: sign, TLS: tls}, err
}

// enroll makes a node's first certificates, or finds them, and records that it runs with them. Those of an organization
// that issues for itself are waited for: until then it is a fault.Conflict "node_certificates_awaited".
func (s *Service) enroll(ctx context.Context, n Node) (Certificates, error) {
	external, err := s.orgs.External(ctx, n.Org)
	if err != nil {
		return Certificates{}, err
	}
	if external {
		c, _, err := s.Newest(ctx, n)
		if err != nil {
			return c, err
		}
		n.Sign, n.TLS = c.Sign.Serial, c.TLS.Serial
		return c, s.update(ctx, n)
	}
	sign, err := s.orgs.EnsureLeaf(ctx, n.Org, org.Leaf{Holder: n.ID, Purpose: org.Sign, Role: string(n.Kind)})
	if err != nil {
		return Certificates{}, err
	}
	tls, err := s.orgs.EnsureLeaf(ctx, n.Org, org.Leaf{Holder: n.ID, Purpose: org.TLS, Hosts: n.hosts()})
	if err != nil {
		return Certificates{}, err
	}
	n.Sign, n.TLS = sign.Serial, tls.Serial
	return Certificates{Sign: sign, TLS: tls}, s.update(ctx, n)
}

// NextCertificates gives the certificates that a node is to run with: the newest ones, issued again where stale says
// so. changed tells whether it runs with others. Adopt makes it run with them.
func (s *Service) NextCertificates(
	ctx context.Context, n Node, stale org.Stale,
) (next Certificates, changed bool, err error) {
	now, err := s.Certificates(ctx, n)
	if err != nil {
		return Certificates{}, false, err
	}
	if next.Sign, err = s.orgs.Renew(ctx, n.Org, n.ID, org.Sign, stale); err != nil {
		return Certificates{}, false, err
	}
	if next.TLS, err = s.orgs.Renew(ctx, n.Org, n.ID, org.TLS, stale); err != nil {
		return Certificates{}, false, err
	}
	return next, next.Sign.Serial != now.Sign.Serial || next.TLS.Serial != now.TLS.Serial, nil
}

// Adopt makes a node run with these certificates and the present MSP definition of its organization, and returns when
// it answers. A node that does so already is left alone.
func (s *Service) Adopt(ctx context.Context, id string, c Certificates) error {
	n, err := s.store.GetNode(ctx, id)
	if err != nil {
		return err
	}
	if n.Sign != c.Sign.Serial || n.TLS != c.TLS.Serial {
		n.Sign, n.TLS = c.Sign.Serial, c.TLS.Serial
		if err := s.update(ctx, n); err != nil {
			return err
		}
	}
	return s.Reload(ctx, id)
}

// Reload makes a node run with the present MSP definition of its organization and returns when it answers. Nothing is
// restarted that has it already.
func (s *Service) Reload(ctx context.Context, id string) error {
	n, err := s.store.GetNode(ctx, id)
	if err != nil || !n.Running {
		return err
	}
	if err := s.apply(ctx, id, nil); err != nil {
		return fmt.Errorf("apply %s: %w", id, err)
	}
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	return s.driver.WaitReady(ctx, id)
}

func (s *Service) update(ctx context.Context, n Node) error {
	err := s.store.UpdateNode(ctx, n)
	s.learning.Lock()
	defer s.learning.Unlock()
	s.known.Delete(n.ID)
	return err
}
