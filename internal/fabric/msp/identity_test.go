// SPDX-License-Identifier: Apache-2.0

package msp_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"testing"

	"github.com/google/go-cmp/cmp"
	adminidentity "github.com/hyperledger/fabric-admin-sdk/pkg/identity"
	gatewayidentity "github.com/hyperledger/fabric-gateway/pkg/identity"
	msppb "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
)

var (
	_ adminidentity.SigningIdentity = (*msp.Identity)(nil)
	_ gatewayidentity.Identity      = (*msp.Identity)(nil)
	_ gatewayidentity.Sign          = (*msp.Identity)(nil).SignDigest
)

func TestIdentitySigns(t *testing.T) {
	t.Parallel()
	root := newRoot(t, "CA", newKey(t, elliptic.P256()))
	for name, curve := range map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key := newKey(t, curve)
			id, err := msp.NewIdentity("BizkaiaMSP", issue(t, root, key.Public(), msp.RoleClient), key)
			if err != nil {
				t.Fatal(err)
			}
			rapid.Check(t, func(t *rapid.T) {
				message := rapid.SliceOf(rapid.Byte()).Draw(t, "message")
				signature, err := id.Sign(message)
				if err != nil {
					t.Fatal(err)
				}
				// Fabric's MSP digests by SHA-256 for both curves.
				digest := sha256.Sum256(message)
				if !ecdsa.VerifyASN1(&key.PublicKey, digest[:], signature) {
					t.Fatal("the signature is not valid")
				}
				if low, err := msp.IsLowS(curve, signature); err != nil || !low {
					t.Fatalf("low-S: %v, %v", low, err)
				}
				same, err := msp.NormalizeS(curve, signature)
				if err != nil || string(same) != string(signature) {
					t.Fatalf("normalising changed the signature: %v", err)
				}
			})
			if _, err := id.SignDigest([]byte("a message")); err == nil {
				t.Error("a message was signed in place of a digest")
			}
		})
	}
}

func TestCreatorIsTheBareCertificate(t *testing.T) {
	t.Parallel()
	key := newKey(t, elliptic.P256())
	certPEM := issue(t, newRoot(t, "CA", newKey(t, elliptic.P256())), key.Public(), msp.RoleClient)
	for name, text := range map[string][]byte{
		"bare":            certPEM,
		"trailing space":  append(append([]byte(nil), certPEM...), "\n\n"...),
		"text before":     append([]byte("subject=CN\n"), certPEM...),
		"more in a chain": append(append([]byte(nil), certPEM...), certPEM...),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id := &msp.Identity{MSPID: "BizkaiaMSP", Cert: text, Key: key}
			raw, err := id.Creator()
			if err != nil {
				t.Fatal(err)
			}
			var got msppb.SerializedIdentity
			if err := proto.Unmarshal(raw, &got); err != nil {
				t.Fatal(err)
			}
			if got.GetMspid() != "BizkaiaMSP" || id.MspID() != "BizkaiaMSP" {
				t.Errorf("the MSP ID is %q", got.GetMspid())
			}
			if diff := cmp.Diff(string(certPEM), string(got.GetIdBytes())); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(string(certPEM), string(id.Credentials())); diff != "" {
				t.Error(diff)
			}
		})
	}
	if _, err := (&msp.Identity{MSPID: "BizkaiaMSP", Key: key}).Creator(); err == nil {
		t.Error("an identity without certificate was serialized")
	}
}

func TestNewIdentityRefuses(t *testing.T) {
	t.Parallel()
	key := newKey(t, elliptic.P256())
	certPEM := issue(t, newRoot(t, "CA", newKey(t, elliptic.P256())), key.Public(), msp.RoleClient)
	if _, err := msp.NewIdentity("../MSP", certPEM, key); !hasCode(err, "msp_id_invalid") {
		t.Errorf("a bad MSP ID gave %v", err)
	}
	if _, err := msp.NewIdentity("MSP", []byte("x"), key); !hasCode(err, "certificate_malformed") {
		t.Errorf("a bad certificate gave %v", err)
	}
	if _, err := msp.NewIdentity("MSP", certPEM, newKey(t, elliptic.P256())); !hasCode(err, "identity_key_mismatch") {
		t.Errorf("another key gave %v", err)
	}
	_, err := msp.NewIdentity("MSP", certPEM, newKey(t, elliptic.P521()))
	if !hasCode(err, "identity_key_unsupported") {
		t.Errorf("a P-521 key gave %v", err)
	}
}
