// SPDX-License-Identifier: Apache-2.0

package org

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// Lifetimes of certificates. Roots outlive the ledgers that a pilot is likely to make.
const (
	rootLifetime = 15 * 365 * 24 * time.Hour
	// LeafLifetime is that of certificates of nodes, applications and people, unless Options say otherwise.
	LeafLifetime = 365 * 24 * time.Hour
)

// holderAuthority is the inventory's holder of an organization's own CA certificates.
const holderAuthority = "authority"

// Holders of the identities that every hosted organization has.
const (
	// HolderAdministrator is the organization's MSP administrator, kept sealed (managed administration).
	HolderAdministrator = "administrator"
	// HolderOffice signs transactions that name no application.
	HolderOffice = "office"
	// HolderOrdererAdmin is the operator's TLS client at the orderers' administration.
	HolderOrdererAdmin = "orderer-admin"
)

// Keys is what the service needs of a key store: keys made inside it and, for a node, which must read its key from a
// file, their export.
type Keys interface {
	pki.KeyStore
	// Export gives the private key as PKCS #8 PEM.
	Export(ctx context.Context, id string) ([]byte, error)
}

// AuthorityKey gives the ID of the key of an organization's authority: CA, TLSCA or ContractCA.
func AuthorityKey(org string, p Purpose) string { return "org/" + org + "/" + string(p) }

// IsAuthorityKey tells whether a key ID is that of an organization's authority.
func IsAuthorityKey(id string) bool {
	parts := strings.Split(id, "/")
	if len(parts) != 3 || parts[0] != "org" {
		return false
	}
	purpose, _, _ := strings.Cut(parts[2], ".") // a later generation's: "ca.1"
	return slices.Contains([]Purpose{CA, TLSCA, ContractCA}, Purpose(purpose))
}

func leafKeyID(org, holder string, p Purpose) string {
	return "org/" + org + "/" + holder + "/" + string(p)
}
