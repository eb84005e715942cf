// SPDX-License-Identifier: Apache-2.0

package msp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/pem"
	"errors"
	"fmt"

	msppb "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// Identity signs Fabric messages for a member of an MSP. It is what fabric-admin-sdk calls a SigningIdentity; for
// fabric-gateway it is the identity, and SignDigest its sign function. The key's signatures may be high-S; the
// identity's are low-S.
type Identity struct {
	MSPID string
	Cert  []byte        // enrollment certificate, PEM
	Key   crypto.Signer // ECDSA P-256 or P-384
}

// NewIdentity gives an identity after checking that the key is of a kind that Fabric accepts and is the certificate's.
func NewIdentity(mspID string, certPEM []byte, key crypto.Signer) (*Identity, error) {
	if err := CheckMSPID(mspID); err != nil {
		return nil, err
	}
	cert, err := pki.ParseX509(certPEM)
	if err != nil {
		return nil, err
	}
	public, ok := key.Public().(*ecdsa.PublicKey)
	if !ok || public.Curve != elliptic.P256() && public.Curve != elliptic.P384() {
		return nil, fault.New(fault.Invalid, "identity_key_unsupported",
			"the key is not ECDSA P-256 or P-384, which Fabric demands of identities")
	}
	if !public.Equal(cert.PublicKey) {
		return nil, fault.New(fault.Invalid, "identity_key_mismatch", "the key is not the certificate's")
	}
	return &Identity{MSPID: mspID, Cert: certPEM, Key: key}, nil
}

// MspID gives the MSP ID under the name that the Fabric SDKs ask for.
func (i *Identity) MspID() string { return i.MSPID }

// Credentials gives the bare certificate as one PEM block, or nil if Cert has none: Fabric refuses identities with
// bytes behind it (msp/mspimpl.go, IsWellFormed). Of a chain it is the first.
func (i *Identity) Credentials() []byte {
	block, _ := pem.Decode(i.Cert)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil
	}
	return pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: block.Bytes})
}

// Creator gives the serialized identity as Fabric messages carry it.
func (i *Identity) Creator() ([]byte, error) {
	bare := i.Credentials()
	if bare == nil {
		return nil, errors.New("serialize identity: no PEM certificate")
	}
	out, err := proto.MarshalOptions{Deterministic: true}.Marshal(
		&msppb.SerializedIdentity{Mspid: i.MSPID, IdBytes: bare})
	if err != nil {
		return nil, fmt.Errorf("serialize identity: %w", err)
	}
	return out, nil
}

// Sign signs the SHA-256 digest of message, giving a low-S ASN.1 DER signature.
//
// The digest is SHA-256 for P-384 keys too: an MSP hashes messages by its crypto config's family (SHA2), which Fabric
// takes for SHA-256 whatever the key (msp/identities.go, getHashOpt).
func (i *Identity) Sign(message []byte) ([]byte, error) {
	digest := sha256.Sum256(message)
	return i.SignDigest(digest[:])
}

// SignDigest signs a SHA-256 digest, giving a low-S ASN.1 DER signature.
func (i *Identity) SignDigest(digest []byte) ([]byte, error) {
	if len(digest) != sha256.Size {
		return nil, fmt.Errorf("sign digest: %d bytes instead of %d", len(digest), sha256.Size)
	}
	signature, err := pki.LowS(i.Key).Sign(rand.Reader, digest, crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("sign digest: %w", err)
	}
	return signature, nil
}

// IsLowS tells whether an ASN.1 DER ECDSA signature by a key on curve is in the form that Fabric accepts.
func IsLowS(curve elliptic.Curve, signature []byte) (bool, error) {
	return pki.IsLowS(curve, signature)
}

// NormalizeS gives the low-S form of an ASN.1 DER ECDSA signature by a key on curve.
func NormalizeS(curve elliptic.Curve, signature []byte) ([]byte, error) {
	return pki.NormalizeS(curve, signature)
}
