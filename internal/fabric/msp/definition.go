// SPDX-License-Identifier: Apache-2.0

package msp

import (
	"fmt"

	msppb "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Definition is an MSP as channels carry it. Each element of a list is one PEM block.
type Definition struct {
	MSPID                string
	RootCerts            [][]byte
	IntermediateCerts    [][]byte
	TLSRootCerts         [][]byte
	TLSIntermediateCerts [][]byte
	Admins               [][]byte // identities that are administrators without the OU admin; usually none
	CRLs                 [][]byte
}

// fabricType is MSPConfig.type of an X.509 MSP (Idemix is 1).
const fabricType = 0

// Marshal gives the bytes of a Fabric MSPConfig with NodeOUs enabled. Equal definitions give equal bytes, which config
// updates rely on.
func (d Definition) Marshal() ([]byte, error) {
	deterministic := proto.MarshalOptions{Deterministic: true}
	inner, err := deterministic.Marshal(&msppb.FabricMSPConfig{
		Name:                 d.MSPID,
		RootCerts:            d.RootCerts,
		IntermediateCerts:    d.IntermediateCerts,
		Admins:               d.Admins,
		RevocationList:       d.CRLs,
		TlsRootCerts:         d.TLSRootCerts,
		TlsIntermediateCerts: d.TLSIntermediateCerts,
		CryptoConfig: &msppb.FabricCryptoConfig{
			SignatureHashFamily: "SHA2", IdentityIdentifierHashFunction: "SHA256",
		},
		// Without a certificate an OU is recognised below every root: identities of the old and the new CA alike
		// keep their roles while an organization changes its CA.
		FabricNodeOus: &msppb.FabricNodeOUs{
			Enable:              true,
			ClientOuIdentifier:  &msppb.FabricOUIdentifier{OrganizationalUnitIdentifier: RoleClient},
			PeerOuIdentifier:    &msppb.FabricOUIdentifier{OrganizationalUnitIdentifier: RolePeer},
			AdminOuIdentifier:   &msppb.FabricOUIdentifier{OrganizationalUnitIdentifier: RoleAdmin},
			OrdererOuIdentifier: &msppb.FabricOUIdentifier{OrganizationalUnitIdentifier: RoleOrderer},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("marshal MSP %s: %w", d.MSPID, err)
	}
	out, err := deterministic.Marshal(&msppb.MSPConfig{Type: fabricType, Config: inner})
	if err != nil {
		return nil, fmt.Errorf("marshal MSP %s: %w", d.MSPID, err)
	}
	return out, nil
}

// ParseDefinition reads the bytes of a Fabric MSPConfig. It checks their form only; see Validate.
func ParseDefinition(config []byte) (Definition, error) {
	var outer msppb.MSPConfig
	if err := proto.Unmarshal(config, &outer); err != nil {
		return Definition{}, malformed(err)
	}
	if outer.GetType() != fabricType {
		return Definition{}, fault.New(fault.Invalid, "msp_type_unsupported", "the MSP is not of X.509 type")
	}
	var inner msppb.FabricMSPConfig
	if err := proto.Unmarshal(outer.GetConfig(), &inner); err != nil {
		return Definition{}, malformed(err)
	}
	return Definition{
		MSPID:                inner.GetName(),
		RootCerts:            inner.GetRootCerts(),
		IntermediateCerts:    inner.GetIntermediateCerts(),
		TLSRootCerts:         inner.GetTlsRootCerts(),
		TLSIntermediateCerts: inner.GetTlsIntermediateCerts(),
		Admins:               inner.GetAdmins(),
		CRLs:                 inner.GetRevocationList(),
	}, nil
}

func malformed(err error) error {
	return fault.New(fault.Invalid, "msp_malformed", "the MSP definition cannot be read").WithCause(err)
}
