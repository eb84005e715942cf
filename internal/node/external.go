// SPDX-License-Identifier: Apache-2.0

package node

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"strings"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// ErrAwaited is matched by the fault of a node that can't run until its organization's authority has certified its keys.
var ErrAwaited = fault.New(fault.Conflict, "node_certificates_awaited", "the node waits for certificates of its organization's authority")

func awaited(n Node, missing []org.Purpose) error {
	words := make([]string, 0, len(missing))
	for _, p := range missing {
		words = append(words, string(p))
	}
	return fault.New(fault.Conflict, ErrAwaited.Code, "%s waits for certificates of its organization's authority: %s", n.ID,
		strings.Join(words, ", ")).
		WithHint("b4a node csr %s --out DIR, have the requests certified, then b4a node certificate install %s --file CERTS", n.ID, n.ID)
}

// Request is what an organization that issues for itself is asked to certify for a node.
type Request struct {
	Purpose org.Purpose // Sign or TLS
	PEM     []byte      // PKCS #10
	Hosts   []string    // names and addresses that a TLS certificate must have
}

// hosts gives the names under which a node serves.
func (n Node) hosts() []string { return []string{n.Endpoints.Host, n.ID} }

// leaf gives what is asked of a node's certificate for a purpose.
func (n Node) leaf(p org.Purpose) org.Leaf {
	l := org.Leaf{Holder: n.ID, Purpose: p}
	if p == org.TLS {
		l.Hosts = n.hosts()
	} else {
		l.Role = string(n.Kind)
	}
	return l
}

// PrepareExternal makes the record and the keys of the peer of an organization that issues for itself. It is org.Provision.
func (s *Service) PrepareExternal(ctx context.Context, orgID string, note func(string, ...any)) error {
	id := PeerID(orgID)
	if _, err := s.store.GetNode(ctx, id); errors.Is(err, fault.NotFound) {
		if err := s.create(ctx, id, Peer, orgID); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	for _, p := range []org.Purpose{org.Sign, org.TLS} {
		note("key of %s for %s", id, p)
		if _, err := s.orgs.NodeKey(ctx, orgID, id, p); err != nil {
			return err
		}
	}
	return nil
}

// Certified returns nil when the peer of an organization that issues for itself has its certificates, else ErrAwaited.
func (s *Service) Certified(ctx context.Context, orgID string) error {
	n, err := s.store.GetNode(ctx, PeerID(orgID))
	if err != nil {
		return err
	}
	_, err = s.Certificates(ctx, n)
	return err
}

// Missing tells for which purposes a node of an organization that issues for itself has no certificate yet.
func (s *Service) Missing(ctx context.Context, n Node) ([]org.Purpose, error) {
	_, missing, err := s.recorded(ctx, n)
	return missing, err
}

// recorded gives the newest certificates of a node, and the purposes for which there is none.
func (s *Service) recorded(ctx context.Context, n Node) (c Certificates, missing []org.Purpose, err error) {
	for _, p := range []org.Purpose{org.Sign, org.TLS} {
		into := &c.Sign
		if p == org.TLS {
			into = &c.TLS
		}
		*into, err = s.orgs.Latest(ctx, n.Org, n.ID, p)
		if errors.Is(err, fault.NotFound) {
			missing = append(missing, p)
			continue
		}
		if err != nil {
			return c, nil, err
		}
	}
	return c, missing, nil
}

// Requests gives what the authority of a node's organization is to certify, each time on the same keys. A node whose
// certificates the platform issues is a fault.Conflict "organization_issues_here".
func (s *Service) Requests(ctx context.Context, id string) ([]Request, error) {
	n, err := s.store.GetNode(ctx, id)
	if err != nil {
		return nil, err
	}
	if _, err := s.orgs.MSPOf(ctx, n.Org); err != nil {
		return nil, err
	}
	var out []Request
	for _, p := range []org.Purpose{org.Sign, org.TLS} {
		signer, err := s.orgs.NodeKey(ctx, n.Org, id, p)
		if err != nil {
			return nil, err
		}
		l, usage := n.leaf(p), pki.Sign
		if p == org.TLS {
			usage = pki.TLS
		}
		csr, err := pki.MakeNodeCSR(signer, pki.Subject{CommonName: id, Organization: n.Org, OrganizationalUnit: l.Role}, usage, l.Hosts)
		if err != nil {
			return nil, err
		}
		out = append(out, Request{Purpose: p, PEM: csr, Hosts: l.Hosts})
	}
	return out, nil
}

// Record takes the certificates that the authority of a node's organization made of its requests: PEM, in any order, and
// certificates of authorities among them, which are not looked at. It gives the purposes that it found certified. The
// faults are those of org.Service.RecordNode, and "certificate_key_mismatch" when none is for a key of the node.
func (s *Service) Record(ctx context.Context, id string, bundle []byte) ([]org.Certificate, error) {
	n, err := s.store.GetNode(ctx, id)
	if err != nil {
		return nil, err
	}
	if _, err := s.orgs.MSPOf(ctx, n.Org); err != nil {
		return nil, err
	}
	certs, err := pki.ParseChain(bundle)
	if err != nil {
		return nil, err
	}
	var found []org.NodeCertificate
	for _, p := range []org.Purpose{org.Sign, org.TLS} {
		signer, err := s.orgs.NodeKey(ctx, n.Org, id, p)
		if err != nil {
			return nil, err
		}
		for _, cert := range ofKey(certs, signer.Public()) {
			found = append(found, org.NodeCertificate{Leaf: n.leaf(p), PEM: pki.FactsOf(cert).PEM})
		}
	}
	if len(found) == 0 {
		return nil, fault.New(fault.Invalid, "certificate_key_mismatch", "none of the certificates is for a key of %s", id).
			WithHint("have the present requests certified: b4a node csr %s --out DIR", id)
	}
	return s.orgs.RecordNode(ctx, n.Org, found)
}

func ofKey(certs []*x509.Certificate, public any) []*x509.Certificate {
	var of []*x509.Certificate
	for _, c := range certs {
		if key, ok := c.PublicKey.(interface{ Equal(x crypto.PublicKey) bool }); ok && key.Equal(public) {
			of = append(of, c)
		}
	}
	return of
}

// Newest gives the newest certificates of a node of an organization that issues for itself, and whether it runs with
// others. Adopt makes it run with them.
func (s *Service) Newest(ctx context.Context, n Node) (next Certificates, changed bool, err error) {
	next, missing, err := s.recorded(ctx, n)
	if err == nil && len(missing) > 0 {
		err = awaited(n, missing)
	}
	if err != nil {
		return next, false, err
	}
	return next, next.Sign.Serial != n.Sign || next.TLS.Serial != n.TLS, nil
}
