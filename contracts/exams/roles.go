// SPDX-License-Identifier: Apache-2.0

package exams

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"

	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/cid"
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/blockchain4all/blockchain4all/contracts/internal/refusal"
)

// Roles. A role is held in the sessions of one organization: by the certificate attribute RoleAttribute, in the
// sessions of the organization that issued the certificate, or by an organization's entry in the registry, in its own.
const (
	Registrar = "registrar" // makes, opens, closes and publishes sessions, purges marks, corrects what is published
	Examiner  = "examiner"  // records results, corrects them until they are published, reads marks
	Reader    = "reader"    // reads marks
)

// RoleAttribute is the certificate attribute with the holder's roles, separated by commas.
const RoleAttribute = "b4a.role"

const (
	adminUnit         = "admin"         // NodeOU of administrators
	administrator     = "administrator" // value of RoleAttribute for those who manage the registry without that NodeOU
	wholeOrganization = "*"
	shapeMSPID        = `^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$`
	shapeMember       = `^[A-Za-z0-9][A-Za-z0-9.-]{0,63}(/[0-9a-f]{64})?$`
)

var (
	mspIDShape  = regexp.MustCompile(shapeMSPID)
	memberShape = regexp.MustCompile(shapeMember)
)

func knownRole(role string) bool { return role == Registrar || role == Examiner || role == Reader }

// callerOf reads who submitted the transaction from its certificate. The context's own client identity is not used: it
// is nil for a certificate whose attributes can't be read.
func callerOf(stub shim.ChaincodeStubInterface) (Caller, error) {
	identity, err := cid.New(stub)
	if err != nil {
		return Caller{}, refusal.New("identity_invalid", "the caller's certificate can't be read")
	}
	mspID, err := identity.GetMSPID()
	if err != nil {
		return Caller{}, refusal.New("identity_invalid", "the caller's organization can't be read")
	}
	encoded, err := identity.GetID()
	if err != nil {
		return Caller{}, refusal.New("identity_invalid", "the caller is not identified by an X.509 certificate")
	}
	id, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return Caller{}, refusal.New("identity_invalid", "the caller's ID can't be read")
	}
	digest := sha256.Sum256(id)
	c := Caller{MSPID: mspID, Reference: hex.EncodeToString(digest[:]), Roles: []string{}}
	c.Member = c.MSPID + "/" + c.Reference
	if c.Admin, err = identity.HasOUValue(adminUnit); err != nil {
		return Caller{}, refusal.New("identity_invalid", "the caller's certificate can't be read")
	}
	value, _, err := identity.GetAttributeValue(RoleAttribute)
	if err != nil {
		return Caller{}, refusal.New("identity_invalid", "the caller's certificate attributes can't be read")
	}
	for role := range strings.SplitSeq(value, ",") {
		role = strings.TrimSpace(role)
		if role == administrator {
			c.Admin = true
		}
		if knownRole(role) && !slices.Contains(c.Roles, role) {
			c.Roles = append(c.Roles, role)
		}
	}
	slices.Sort(c.Roles)
	return c, nil
}

// requireRole gives the caller if it has one of the roles in the sessions of an organization, else role_required.
func requireRole(stub shim.ChaincodeStubInterface, organization string, roles ...string) (Caller, error) {
	c, err := callerOf(stub)
	if err != nil {
		return c, err
	}
	held := func(role string) bool { return slices.Contains(c.Roles, role) }
	if c.MSPID == organization && slices.ContainsFunc(roles, held) {
		return c, nil
	}
	for _, role := range roles {
		for _, member := range []string{wholeOrganization, c.Reference} {
			g, err := load[Grant](stub, keyRole, organization, role, c.MSPID, member)
			if err != nil {
				return c, err
			}
			if g != nil {
				return c, nil
			}
		}
	}
	return c, refusal.New("role_required", "this needs the role %s in the sessions of %s, and the caller of %s has it "+
		"neither by the certificate attribute %s nor by the registry",
		strings.Join(roles, " or "), organization, c.MSPID, RoleAttribute)
}

// grantKey checks a role and a member, and gives the parts of the registry's key for them.
func grantKey(organization, role, member string) ([]string, error) {
	if !knownRole(role) {
		return nil, refusal.New("role_invalid", "%q is not a role: %s, %s or %s", role, Registrar, Examiner, Reader)
	}
	if !memberShape.MatchString(member) {
		return nil, refusal.New("member_invalid",
			"a member is an MSP ID, or MSP ID/reference for one identity: its holder reads it from WhoAmI")
	}
	mspID, reference, single := strings.Cut(member, "/")
	if !single {
		reference = wholeOrganization
	}
	return []string{organization, role, mspID, reference}, nil
}

// requireAdmin gives the caller if it may manage its organization's registry, else admin_required.
func requireAdmin(stub shim.ChaincodeStubInterface) (Caller, error) {
	c, err := callerOf(stub)
	if err == nil && !c.Admin {
		err = refusal.New("admin_required", "only an administrator of %s manages its roles: a certificate with the "+
			"organizational unit %s, or with %s in the attribute %s", c.MSPID, adminUnit, administrator, RoleAttribute)
	}
	return c, err
}

// RegisterRole gives a role in the sessions of the caller's organization to a member of any organization. Giving it
// twice is no error and keeps the first time.
func (*Contract) RegisterRole(
	ctx contractapi.TransactionContextInterface, role, member string,
) (*Grant, error) {
	stub := ctx.GetStub()
	c, err := requireAdmin(stub)
	if err != nil {
		return nil, err
	}
	key, err := grantKey(c.MSPID, role, member)
	if err != nil {
		return nil, err
	}
	g, err := load[Grant](stub, keyRole, key...)
	if err != nil || g != nil {
		return g, err
	}
	now, err := timestamp(stub)
	if err != nil {
		return nil, err
	}
	g = &Grant{Organization: c.MSPID, Role: role, Member: member, Time: now}
	if err := store(stub, g, keyRole, key...); err != nil {
		return nil, err
	}
	return g, emit(stub, "RoleRegistered", g)
}

// RevokeRole takes a registered role away. An absent one is role_not_found.
func (*Contract) RevokeRole(ctx contractapi.TransactionContextInterface, role, member string) (*Grant, error) {
	stub := ctx.GetStub()
	c, err := requireAdmin(stub)
	if err != nil {
		return nil, err
	}
	parts, err := grantKey(c.MSPID, role, member)
	if err != nil {
		return nil, err
	}
	g, err := load[Grant](stub, keyRole, parts...)
	if err != nil {
		return nil, err
	}
	if g == nil {
		return nil, refusal.New("role_not_found", "%s has not given the role %s to %s", c.MSPID, role, member)
	}
	key, err := compositeKey(keyRole, parts...)
	if err != nil {
		return nil, err
	}
	if err := stub.DelState(key); err != nil {
		return nil, refusal.Internal("delete role", err)
	}
	return g, emit(stub, "RoleRevoked", g)
}

// ListRoles lists what an organization registered; without one, the caller's.
func (*Contract) ListRoles(
	ctx contractapi.TransactionContextInterface, organization string, pageSize int32, bookmark string,
) (*GrantPage, error) {
	stub := ctx.GetStub()
	if organization == "" {
		c, err := callerOf(stub)
		if err != nil {
			return nil, err
		}
		organization = c.MSPID
	}
	if !mspIDShape.MatchString(organization) {
		return nil, refusal.New("organization_invalid", "%q is not an MSP ID", organization)
	}
	grants, next, err := list[Grant](stub, pageSize, bookmark, keyRole, organization)
	if err != nil {
		return nil, err
	}
	return &GrantPage{Roles: grants, Bookmark: next}, nil
}

// WhoAmI tells the caller how the contract sees it.
func (*Contract) WhoAmI(ctx contractapi.TransactionContextInterface) (*Caller, error) {
	c, err := callerOf(ctx.GetStub())
	if err != nil {
		return nil, err
	}
	return &c, nil
}
