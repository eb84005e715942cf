// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// Step of signing.
type Step string

// The steps: a config update takes one, an approval two.
const (
	StepUpdate      Step = "update"
	StepProposal    Step = "proposal"
	StepTransaction Step = "transaction"
)

// Unsigned is something for an administrator to sign.
type Unsigned struct {
	Step    Step
	Bytes   []byte // to be sent back as they are
	Message []byte // what is signed: a part of Bytes, or all of it
	Digest  []byte // SHA-256 of Message
}

func unsigned(step Step, data, message []byte) Unsigned {
	sum := sha256.Sum256(message)
	return Unsigned{Step: step, Bytes: data, Message: message, Digest: sum[:]}
}

// Prepare gives what the holder of a certificate signs first. Faults: "signature_request_closed", those of
// msp.Definition.CheckAdministrator.
func (s *Service) Prepare(ctx context.Context, id string, certPEM []byte) (Unsigned, error) {
	r, mspID, err := s.open(ctx, id)
	if err != nil {
		return Unsigned{}, err
	}
	if err := s.check(ctx, r.Org, certPEM); err != nil {
		return Unsigned{}, err
	}
	if r.Kind == Approval {
		return s.approv.Prepare(ctx, r, mspID, certPEM)
	}
	data, err := configtx.PrepareSignature(r.Content, mspID, certPEM)
	return unsigned(StepUpdate, data, data), err
}

// Answer is what came back from an administrator.
type Answer struct {
	Step      Step
	Bytes     []byte
	Signature []byte
	By        string
}

// Sign takes a signature. Of an approval's proposal it gives the transaction that is to be signed next; else next is nil
// and the request is signed. Faults besides those of Prepare: "signature_invalid", "signed_bytes_foreign",
// "signature_step_wrong", and of an approval what the peers say.
func (s *Service) Sign(ctx context.Context, id string, a Answer) (r Request, next *Unsigned, err error) {
	r, mspID, err := s.open(ctx, id)
	if err != nil {
		return r, nil, err
	}
	if (r.Kind == ConfigUpdate) != (a.Step == StepUpdate) {
		return r, nil, fault.New(fault.Invalid, "signature_step_wrong", "a request of this kind has no step %q", a.Step).
			WithHint("send back the step that was given with the bytes").WithDetail("body.step", string(a.Step))
	}
	if r.Kind == ConfigUpdate {
		config, cert, err := configtx.FinishSignature(r.Content, mspID, a.Bytes, a.Signature)
		if err != nil {
			return r, nil, err
		}
		if err := s.check(ctx, r.Org, cert); err != nil {
			return r, nil, err
		}
		r, err = s.answer(ctx, r, func(r *Request) { r.State, r.Signature, r.Certificate, r.By = Signed, config, cert, a.By })
		return r, nil, err
	}
	return s.approve(ctx, r, mspID, a)
}

func (s *Service) approve(ctx context.Context, r Request, mspID string, a Answer) (Request, *Unsigned, error) {
	cert, err := s.approv.Creator(r, mspID, a.Step, a.Bytes)
	if err != nil {
		return r, nil, err
	}
	if err := s.check(ctx, r.Org, cert); err != nil {
		return r, nil, err
	}
	txID := ""
	if a.Step == StepProposal {
		next, err := s.approv.Endorse(ctx, r, mspID, a.Bytes, a.Signature)
		if err == nil {
			return r, &next, nil
		}
		if !s.approv.Approved(err) {
			return r, nil, err
		}
	} else if txID, err = s.approv.Submit(ctx, r, mspID, a.Bytes, a.Signature); err != nil {
		return r, nil, err
	}
	r, err = s.answer(ctx, r, func(r *Request) { r.State, r.TxID, r.Certificate, r.By = Signed, txID, cert, a.By })
	return r, nil, err
}

// maxReason is the limit of a reason in bytes.
const maxReason = 1000

// Decline refuses a request for a reason that the others read.
func (s *Service) Decline(ctx context.Context, id, reason, by string) (Request, error) {
	if reason == "" || len(reason) > maxReason {
		return Request{}, fault.New(fault.Invalid, "decline_reason_missing", "a reason is needed, of at most %d bytes", maxReason).
			WithHint("the others read it").WithDetail("body.reason", fmt.Sprintf("1 to %d bytes", maxReason))
	}
	r, _, err := s.open(ctx, id)
	if err != nil {
		return r, err
	}
	return s.answer(ctx, r, func(r *Request) { r.State, r.Reason, r.By = Declined, reason, by })
}

// answer records an answer, unless the request was closed meanwhile, and wakes the operation that waits for it.
func (s *Service) answer(ctx context.Context, r Request, change func(*Request)) (Request, error) {
	err := s.tx.InTx(ctx, func(ctx context.Context) error {
		now, err := s.store.GetSignatureRequest(ctx, r.ID)
		if err != nil {
			return err
		}
		if now.State != Open {
			return closed(now)
		}
		change(&now)
		now.AnsweredAt = s.now()
		r = now
		return s.store.UpdateSignatureRequest(ctx, now)
	})
	if err == nil {
		s.wake(r.Operation)
	}
	return r, err
}

func (s *Service) open(ctx context.Context, id string) (Request, string, error) {
	r, err := s.store.GetSignatureRequest(ctx, id)
	if err != nil {
		return r, "", err
	}
	if r.State != Open {
		return r, "", closed(r)
	}
	o, err := s.orgs.Get(ctx, r.Org)
	return r, o.MSPID, err
}

func closed(r Request) error {
	f := fault.New(fault.Conflict, codeAnswered, "the signature request is %s", r.State)
	if r.State == Superseded {
		return f.WithHint("another one has come in its place: b4a signature list")
	}
	return f.WithHint("see which are open: b4a signature list")
}

// checkInventory refuses a certificate that is revoked on the platform, though no ledger may know it yet.
func (s *Service) checkInventory(ctx context.Context, orgID string, certPEM []byte) error {
	cert, err := pki.ParseX509(certPEM)
	if err != nil {
		return err
	}
	revoked, err := s.orgs.Certificates(ctx, org.CertificateFilter{Org: orgID, Purpose: org.Sign, State: org.Revoked})
	if err != nil {
		return err
	}
	for _, c := range revoked {
		other, err := pki.ParseX509(c.PEM)
		if err != nil {
			return err
		}
		if bytes.Equal(other.Raw, cert.Raw) {
			return fault.New(fault.Invalid, "administrator_revoked", "the certificate %s is revoked", cert.Subject).
				WithHint("use another one")
		}
	}
	return nil
}
