// SPDX-License-Identifier: Apache-2.0

package transaction

import (
	"context"

	"github.com/blockchain4all/blockchain4all/internal/fabric/gateway"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
)

// The steps of signing offline: Prepare → the caller signs → Endorse (or Evaluate) → the caller signs → SubmitSigned.
// The caller's key is never here.

// Unsigned is something to be signed by the caller.
type Unsigned struct {
	TxID    string
	Bytes   []byte // to be sent back as they are
	Message []byte // a part of Bytes, of which Digest is
	Digest  []byte // to be signed: ECDSA, ASN.1 DER, low-S
	Result  []byte // of an endorsed transaction: what the contract returned
}

// Prepare composes a proposal in the name of the certificate's holder.
func (s *Service) Prepare(ctx context.Context, c Call, certPEM []byte) (Unsigned, error) {
	client, err := s.offline(ctx, c.Channel, c.Org)
	if err != nil {
		return Unsigned{}, err
	}
	p, err := client.Prepare(certPEM, request(c))
	if err != nil {
		return Unsigned{}, err
	}
	return Unsigned{TxID: p.TxID, Bytes: p.Bytes, Message: p.Message, Digest: p.Digest}, s.orgs.CheckStanding(ctx, c.Org, certPEM)
}

// Signed is what came back from the caller.
type Signed struct {
	Channel   string
	Chaincode string
	Org       string
	Bytes     []byte
	Signature []byte
}

// EndorseSigned has a signed proposal endorsed, with the patience of Submit, and gives the transaction to be signed.
func (s *Service) EndorseSigned(ctx context.Context, p Signed) (Unsigned, error) {
	client, err := s.offline(ctx, p.Channel, p.Org)
	if err != nil {
		return Unsigned{}, err
	}
	if err := s.standing(ctx, client, p); err != nil {
		return Unsigned{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	t, err := patiently(ctx, endorsePatience, func(ctx context.Context) (gateway.Unsigned, error) {
		return client.Endorse(ctx, p.Channel, p.Chaincode, p.Bytes, p.Signature)
	})
	return Unsigned{TxID: t.TxID, Bytes: t.Bytes, Message: t.Message, Digest: t.Digest, Result: t.Result}, err
}

// EvaluateSigned runs the query of a signed proposal.
func (s *Service) EvaluateSigned(ctx context.Context, p Signed) ([]byte, error) {
	client, err := s.offline(ctx, p.Channel, p.Org)
	if err != nil {
		return nil, err
	}
	if err := s.standing(ctx, client, p); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	return patiently(ctx, queryPatience, func(ctx context.Context) ([]byte, error) {
		return client.Evaluate(ctx, p.Channel, p.Chaincode, p.Bytes, p.Signature)
	})
}

// SubmitSigned submits a signed transaction and waits for its commit, which the organization's peer itself looks up.
func (s *Service) SubmitSigned(ctx context.Context, t Signed) (Outcome, error) {
	client, err := s.offline(ctx, t.Channel, t.Org)
	if err != nil {
		return Outcome{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	e, err := client.Envelope(t.Channel, t.Chaincode, t.Bytes, t.Signature)
	if err != nil {
		return Outcome{}, err
	}
	reader, err := s.reader(ctx, t.Channel, t.Org)
	if err != nil {
		return Outcome{}, err
	}
	status, err := reader.Submit(ctx, e)
	return outcome(e.TxID, status, e.Result, err)
}

// standing refuses a proposal by a certificate that is revoked on the platform, though no ledger may know it yet.
func (s *Service) standing(ctx context.Context, client *gateway.Offline, of Signed) error {
	certPEM, err := client.ProposalCreator(of.Channel, of.Chaincode, of.Bytes)
	if err != nil {
		return err
	}
	return s.orgs.CheckStanding(ctx, of.Org, certPEM)
}

func (s *Service) offline(ctx context.Context, channelName, orgID string) (*gateway.Offline, error) {
	if err := s.member(ctx, channelName, orgID); err != nil {
		return nil, err
	}
	_, conn, err := s.nodes.PeerOf(ctx, orgID)
	if err != nil {
		return nil, err
	}
	return gateway.NewOffline(conn, msp.MSPID(orgID)), nil
}
