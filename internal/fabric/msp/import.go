// SPDX-License-Identifier: Apache-2.0

package msp

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/pki/clinic"
)

// Import takes the MSP that an organization brings: a zip or tar.gz archive of its folder, or a serialized MSPConfig.
// The definition has the MSP ID of orgID, whatever the material says, and tells roles by the OUs of the platform. The
// report is that of Examine; where it holds an error the fault is "msp_refused". Other faults are those of Examine,
// "msp_missing" when the material is no MSP, "msp_tls_roots_missing", "msp_units_foreign" when it tells roles by other
// OUs, "msp_units_restricted" when it takes only members of some OUs, "msp_units_bound" when only one of its authorities
// gives a role, those of CheckLists. Private keys are refused and not looked into.
func Import(material []byte, orgID string, now time.Time) (Definition, clinic.Report, error) {
	report, err := Examine(clinic.Question{
		Purpose: clinic.CA, Organization: orgID, Files: []clinic.File{{Name: "msp", Data: material}},
	}, now)
	if err != nil {
		return Definition{}, report, err
	}
	if report.Verdict == clinic.Error {
		return Definition{}, report, fault.New(fault.Invalid, "msp_refused", "the MSP can't be taken").
			WithHint("see what is wrong with it, and how to put it right: b4a cert check --purpose ca FILE")
	}
	m, _, err := open(clinic.File{Name: "msp", Data: material})
	if err != nil {
		return Definition{}, report, err
	}
	if m == nil {
		return Definition{}, report, fault.New(fault.Invalid, "msp_missing", "there is no MSP in it").
			WithHint("send the MSP's folder, with cacerts and tlscacerts in it, as a zip or tar.gz archive")
	}
	if err := m.checkUnits(); err != nil {
		return Definition{}, report, err
	}
	d := m.definition
	d.MSPID = MSPID(orgID)
	if len(d.TLSRootCerts) == 0 {
		return Definition{}, report, fault.New(fault.Invalid, "msp_tls_roots_missing", "the MSP names no TLS authority").
			WithHint("put the root of the authority that issues TLS certificates into tlscacerts")
	}
	if err := d.Validate(now); err != nil {
		return d, report, err
	}
	return d, report, d.CheckLists(now)
}

// checkUnits refuses an MSP that tells its members or their roles apart otherwise than the platform's ledgers do: the
// definition would give rights to others than the organization means.
func (m folder) checkUnits() error {
	if m.ous == nil {
		return nil
	}
	if m.ous.restricted {
		return fault.New(fault.Invalid, "msp_units_restricted", "the MSP takes only members of some organizational units").
			WithHint("take OrganizationalUnitIdentifiers out of config.yaml: every certificate of the authority counts here")
	}
	var foreign []string
	for _, role := range roles() {
		if unit := m.ous.units[role]; m.ous.enabled && unit != "" && unit != role {
			foreign = append(foreign, fmt.Sprintf("%s=%q", role, unit))
		}
	}
	if len(foreign) > 0 {
		return fault.New(fault.Invalid, "msp_units_foreign", "the MSP tells roles by other organizational units: %s",
			strings.Join(foreign, ", ")).
			WithHint("ledgers of the platform tell roles by the OUs client, peer, admin and orderer")
	}
	if issuing, err := m.definition.Issuing(); err == nil && len(issuing) > 1 && m.ous.enabled && m.ous.bound {
		return fault.New(fault.Invalid, "msp_units_bound", "the MSP lets only some of its authorities give a role").
			WithHint("ledgers of the platform let each authority give every role: bring one authority, or take Certificate out of config.yaml")
	}
	return nil
}

const (
	pemCertificate = "CERTIFICATE"
	pemCRL         = "X509 CRL"
)

// roles gives the OUs by which ledgers tell identities apart.
func roles() []string { return []string{RoleClient, RolePeer, RoleAdmin, RoleOrderer} }

// bare gives the PEM blocks of a type that a file holds, each without what surrounds it, or the one DER value as such a
// block. A file that is anything else is given as it is.
func bare(data []byte, blockType string) [][]byte {
	var blocks [][]byte
	for rest := data; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != blockType {
			return [][]byte{data}
		}
		blocks = append(blocks, pem.EncodeToMemory(&pem.Block{Type: blockType, Bytes: block.Bytes}))
	}
	switch begun := bytes.Count(data, []byte("-----BEGIN ")); {
	case len(blocks) > 0 && len(blocks) == begun:
		return blocks
	case begun == 0 && len(data) > 0 && data[0] == 0x30: // an ASN.1 SEQUENCE
		return [][]byte{pem.EncodeToMemory(&pem.Block{Type: blockType, Bytes: data})}
	default:
		return [][]byte{data}
	}
}

// CheckIdentity refuses an enrollment certificate, PEM, that Fabric would not take from a member of the MSP in a role,
// or, for an empty one, as a client or an administrator, now. It gives the certificate and its role. Faults:
// "certificate_malformed", "certificate_is_authority", "msp_leaf_key_unsupported", "msp_chain_broken",
// "msp_issuer_not_leaf", "certificate_role_wrong", "certificate_usage_wrong", "certificate_expired",
// "certificate_not_yet_valid", "certificate_revoked".
func (d Definition) CheckIdentity(certPEM []byte, role string, now time.Time) (*x509.Certificate, string, error) {
	t, err := newTree("root_certs", d.RootCerts, "intermediate_certs", d.IntermediateCerts, time.Time{})
	if err != nil {
		return nil, "", err
	}
	cert, chain, err := t.leaf(certPEM, now)
	if err != nil {
		return nil, "", err
	}
	if !fitsIdentity(cert) {
		return nil, "", fault.New(fault.Invalid, "msp_leaf_key_unsupported",
			"the key of %s is not ECDSA P-256 or P-384, which Fabric demands of identities", cert.Subject)
	}
	if t.inner[string(chain[1].Raw)] {
		return nil, "", issuerNotLeaf(cert)
	}
	found, err := roleOf(cert, role)
	if err != nil {
		return nil, "", err
	}
	if err := checkUsage(cert); err != nil {
		return nil, "", err
	}
	return cert, found, d.checkListed(cert, chain[1])
}

// roleOf gives the one role that a certificate's OUs name (Fabric, msp/mspimplvalidate.go, validateIdentityOUsV142).
func roleOf(cert *x509.Certificate, wanted string) (string, error) {
	var found []string
	for _, unit := range cert.Subject.OrganizationalUnit {
		if slices.Contains(roles(), unit) {
			found = append(found, unit)
		}
	}
	if len(found) == 1 && (found[0] == wanted || wanted == "" && (found[0] == RoleClient || found[0] == RoleAdmin)) {
		return found[0], nil
	}
	need := "OU=" + wanted
	if wanted == "" {
		need = "OU=client or OU=admin"
	}
	return "", fault.New(fault.Invalid, "certificate_role_wrong", "the certificate of %s does not say %s", cert.Subject, need).
		WithHint("have it issued with exactly one of the OUs client, peer, admin and orderer: %s", need)
}

// CheckTLS refuses a TLS certificate, PEM, with which a node could not serve under hosts (DNS names and IP addresses) and
// be a client, now. Faults: "certificate_malformed", "certificate_is_authority", "msp_chain_broken",
// "certificate_ext_usage_wrong", "certificate_hosts_missing", "certificate_usage_wrong", "certificate_expired",
// "certificate_not_yet_valid".
func (d Definition) CheckTLS(certPEM []byte, hosts []string, now time.Time) (*x509.Certificate, error) {
	t, err := newTree("tls_root_certs", d.TLSRootCerts, "tls_intermediate_certs", d.TLSIntermediateCerts, time.Time{})
	if err != nil {
		return nil, err
	}
	cert, _, err := t.leaf(certPEM, now)
	if err != nil {
		return nil, err
	}
	for _, usage := range []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth} {
		if _, err := cert.Verify(x509.VerifyOptions{
			Roots: t.roots, Intermediates: t.intermediates, CurrentTime: cert.NotBefore.Add(time.Second),
			KeyUsages: []x509.ExtKeyUsage{usage},
		}); err != nil {
			return nil, fault.New(fault.Invalid, "certificate_ext_usage_wrong",
				"the certificate of %s is not for servers and clients both", cert.Subject).
				WithHint("have it issued with the extended key usages serverAuth and clientAuth").WithCause(err)
		}
	}
	var missing []string
	for _, host := range hosts {
		if cert.VerifyHostname(host) != nil {
			missing = append(missing, host)
		}
	}
	if len(missing) > 0 {
		return nil, fault.New(fault.Invalid, "certificate_hosts_missing", "the certificate of %s does not name %s",
			cert.Subject, strings.Join(missing, " and ")).
			WithHint("have it issued with the subject alternative names of the request; openssl x509 needs -copy_extensions copy")
	}
	return cert, checkUsage(cert)
}

// leaf parses a certificate that is valid now and gives its chain. Besides certificate_malformed and msp_chain_broken it
// refuses what may issue certificates itself.
func (t *tree) leaf(certPEM []byte, now time.Time) (*x509.Certificate, []*x509.Certificate, error) {
	cert, err := pki.ParseX509(certPEM)
	if err != nil {
		return nil, nil, err
	}
	if err := checkLife(cert, now); err != nil {
		return nil, nil, err
	}
	if cert.IsCA {
		return nil, nil, fault.New(fault.Invalid, "certificate_is_authority", "%s is an authority's certificate", cert.Subject).
			WithHint("have it issued with basicConstraints=CA:FALSE")
	}
	chain, err := t.verify(cert)
	if err != nil {
		return nil, nil, err
	}
	if len(chain) < 2 {
		return nil, nil, fault.New(fault.Invalid, "msp_chain_broken", "%s was issued by nobody but itself", cert.Subject)
	}
	return cert, chain, nil
}

func checkLife(cert *x509.Certificate, now time.Time) error {
	switch {
	case now.After(cert.NotAfter):
		return fault.New(fault.Invalid, "certificate_expired", "the certificate of %s ended on %s", cert.Subject,
			cert.NotAfter.UTC().Format(time.DateOnly)).WithHint("have a new one issued")
	case now.Before(cert.NotBefore):
		return fault.New(fault.Invalid, "certificate_not_yet_valid", "the certificate of %s is valid from %s only", cert.Subject,
			cert.NotBefore.UTC().Format(time.RFC3339)).WithHint("wait until then, or check the clocks")
	}
	return nil
}

// checkUsage looks at the key usage, where there is one.
func checkUsage(cert *x509.Certificate) error {
	if cert.KeyUsage != 0 && cert.KeyUsage&x509.KeyUsageDigitalSignature == 0 {
		return fault.New(fault.Invalid, "certificate_usage_wrong", "the certificate of %s is not for signatures", cert.Subject).
			WithHint("have it issued with keyUsage=critical,digitalSignature")
	}
	return nil
}

// checkListed refuses a certificate that a list of its issuer in the definition revokes.
func (d Definition) checkListed(cert, issuer *x509.Certificate) error {
	for _, crl := range d.CRLs {
		list, err := parseCRL(crl)
		if err != nil || list.CheckSignatureFrom(issuer) != nil {
			continue
		}
		for _, entry := range list.RevokedCertificateEntries {
			if entry.SerialNumber.Cmp(cert.SerialNumber) == 0 {
				return fault.New(fault.Invalid, "certificate_revoked", "the certificate of %s is on its authority's revocation list",
					cert.Subject).WithHint("have a new one issued")
			}
		}
	}
	return nil
}

// Issuing gives the authorities that issue the identities of the MSP: those that have no intermediate below them. Every
// certificate that one of them issues with a role makes a member.
func (d Definition) Issuing() ([]*x509.Certificate, error) {
	t, err := newTree("root_certs", d.RootCerts, "intermediate_certs", d.IntermediateCerts, time.Time{})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(t.cas, func(c *x509.Certificate) bool { return t.inner[string(c.Raw)] }), nil
}
