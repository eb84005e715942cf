// SPDX-License-Identifier: Apache-2.0

package stubtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"testing"
	"time"

	msppb "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// Identity says what certificate a creator has.
type Identity struct {
	MSPID         string
	Name          string
	Unit          string            // NodeOU: client, admin …
	Attributes    map[string]string // for contracts
	RawAttributes []byte            // the attribute extension as it is, if set
}

// Creator makes the serialized identity, with a certificate signed by itself.
func (i Identity) Creator(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	extension := i.RawAttributes
	if extension == nil && i.Attributes != nil {
		if extension, err = json.Marshal(map[string]any{"attrs": i.Attributes}); err != nil {
			t.Fatal(err)
		}
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0),
		Subject: pkix.Name{CommonName: i.Name, Organization: []string{i.MSPID}, OrganizationalUnit: []string{i.Unit}},
	}
	if extension != nil {
		template.ExtraExtensions = []pkix.Extension{{
			Id: asn1.ObjectIdentifier{1, 2, 3, 4, 5, 6, 7, 8, 1}, Value: extension,
		}}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(fmt.Errorf("certificate of %s: %w", i.Name, err))
	}
	creator, err := proto.Marshal(&msppb.SerializedIdentity{
		Mspid: i.MSPID, IdBytes: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return creator
}
