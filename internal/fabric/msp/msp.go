// SPDX-License-Identifier: Apache-2.0

// Package msp knows Hyperledger Fabric's membership service providers: their definitions in channels and in the local
// folders of nodes, and the identities that sign for them.
//
// Identities are classified by NodeOUs: the organizational unit of an enrollment certificate is its role.
package msp

import (
	"strings"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// The roles, as the OU of enrollment certificates. An identity has exactly one of them.
const (
	RoleClient  = "client"
	RolePeer    = "peer"
	RoleAdmin   = "admin"
	RoleOrderer = "orderer"
)

// maxMSPID is our limit of an MSP ID in bytes.
const maxMSPID = 64

// MSPID gives the MSP ID of the organization orgID: "bizkaia" -> "BizkaiaMSP". The name is ASCII.
//
//nolint:revive // Fabric's term is MSP ID
func MSPID(orgID string) string {
	if orgID == "" {
		return "MSP"
	}
	return strings.ToUpper(orgID[:1]) + orgID[1:] + "MSP"
}

// CheckMSPID refuses what is no MSP ID: letters, digits, '.' and '-', 1 to 64 bytes, not starting with '.'. Fabric
// itself takes anything, and uses it in paths and policies.
func CheckMSPID(id string) error {
	ok := id != "" && len(id) <= maxMSPID && id[0] != '.'
	for _, c := range []byte(id) {
		ok = ok && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-')
	}
	if !ok {
		return fault.New(fault.Invalid, "msp_id_invalid", "%.80q is not an MSP ID", id).
			WithHint("use letters, digits, '.' and '-', 1 to %d of them, not starting with '.'", maxMSPID)
	}
	return nil
}
