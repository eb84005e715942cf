// SPDX-License-Identifier: Apache-2.0

package msp

import (
	"fmt"
	"strings"
)

// Folder gives the files of a local MSP directory, as peer and orderer read it: path relative to the directory, with
// '/', to content. cert and keyPEM are the node's enrollment certificate and PKCS #8 key; without them (nil) the folder
// only verifies. Directories are to be 0700 and files 0600.
func (d Definition) Folder(cert, keyPEM []byte) map[string][]byte {
	files := map[string][]byte{"config.yaml": nodeOUsYAML()}
	put := func(dir, name string, certs [][]byte) {
		for i, c := range certs {
			files[fmt.Sprintf("%s/%s-%d.pem", dir, name, i)] = c
		}
	}
	put("cacerts", "ca", d.RootCerts)
	put("intermediatecerts", "ca", d.IntermediateCerts)
	put("tlscacerts", "tlsca", d.TLSRootCerts)
	put("tlsintermediatecerts", "tlsca", d.TLSIntermediateCerts)
	put("admincerts", "admin", d.Admins)
	put("crls", "crl", d.CRLs)
	if cert != nil {
		files["signcerts/cert.pem"] = cert
	}
	if keyPEM != nil {
		files["keystore/priv_sk"] = keyPEM
	}
	return files
}

func nodeOUsYAML() []byte {
	var b strings.Builder
	b.WriteString("NodeOUs:\n  Enable: true\n")
	for _, ou := range []struct{ key, role string }{
		{"ClientOUIdentifier", RoleClient},
		{"PeerOUIdentifier", RolePeer},
		{"AdminOUIdentifier", RoleAdmin},
		{"OrdererOUIdentifier", RoleOrderer},
	} {
		fmt.Fprintf(&b, "  %s:\n    OrganizationalUnitIdentifier: %s\n", ou.key, ou.role)
	}
	return []byte(b.String())
}
