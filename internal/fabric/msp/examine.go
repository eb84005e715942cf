// SPDX-License-Identifier: Apache-2.0

package msp

import (
	"fmt"
	"time"

	msppb "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki/clinic"
)

// maxExamined is how much the clinic is given of archives and MSPs, in bytes.
const maxExamined = clinic.MaxBytes

// Examine takes the material to the certificate clinic. A file may also be an MSP: a zip or tar.gz archive of its
// folder, or a serialized MSPConfig. Its authorities are then examined as authorities, its administrators and signing
// certificates as identities, and the definition as a whole by Validate. The faults are clinic.Examine's,
// "archive_malformed" and "archive_too_large".
func Examine(q clinic.Question, now time.Time) (clinic.Report, error) {
	var loose []clinic.File
	var msps []folder
	total := 0
	for _, f := range q.Files {
		if total += len(f.Data); total > maxExamined {
			break // the clinic says so
		}
		m, files, err := open(f)
		if err != nil {
			return clinic.Report{}, err
		}
		loose = append(loose, files...)
		if m != nil {
			msps = append(msps, *m)
		}
	}
	if len(msps) == 0 {
		if loose == nil || total > maxExamined {
			loose = q.Files
		}
		q.Files = loose
		return clinic.Examine(q, now)
	}
	return examineMSP(q, loose, msps[0], now)
}

// open gives the MSP that a file is, if it is one, and the files for the clinic.
func open(f clinic.File) (*folder, []clinic.File, error) {
	if isArchive(f.Data) {
		unpacked, err := unpack(f.Data)
		if err != nil {
			return nil, nil, err
		}
		files := make([]clinic.File, 0, len(unpacked))
		for _, u := range unpacked {
			files = append(files, clinic.File{Name: u.path, Data: u.data})
		}
		if m, ok := readFolder(unpacked); ok {
			return &m, secretsOf(files), nil
		}
		return nil, files, nil
	}
	if m, ok := serialized(f.Data); ok {
		return m, nil, nil
	}
	return nil, []clinic.File{f}, nil
}

// secretsOf keeps of an MSP folder's files those that hold what must not be sent; the others are examined by their role.
func secretsOf(files []clinic.File) []clinic.File {
	var out []clinic.File
	for _, f := range files {
		r, err := clinic.Examine(clinic.Question{Purpose: clinic.CA, Files: []clinic.File{f}}, time.Time{})
		if err == nil && r.Secret() {
			out = append(out, f)
		}
	}
	return out
}

// serialized reads a protobuf MSPConfig. Its first byte tells it from PEM, DER and base64.
func serialized(data []byte) (*folder, bool) {
	if len(data) == 0 || data[0] != 0x12 && data[0] != 0x08 {
		return nil, false
	}
	d, err := ParseDefinition(data)
	if err != nil || len(d.RootCerts) == 0 {
		return nil, false
	}
	var outer msppb.MSPConfig
	var inner msppb.FabricMSPConfig
	if proto.Unmarshal(data, &outer) != nil || proto.Unmarshal(outer.GetConfig(), &inner) != nil {
		return nil, false
	}
	m := &folder{definition: d}
	if signer := inner.GetSigningIdentity(); signer != nil {
		m.signCerts = append(m.signCerts, signer.GetPublicSigner(), signer.GetPrivateSigner().GetKeyMaterial())
	}
	n := inner.GetFabricNodeOus()
	m.ous = &nodeOUs{
		enabled: n.GetEnable(),
		units: map[string]string{
			RoleClient:  n.GetClientOuIdentifier().GetOrganizationalUnitIdentifier(),
			RolePeer:    n.GetPeerOuIdentifier().GetOrganizationalUnitIdentifier(),
			RoleAdmin:   n.GetAdminOuIdentifier().GetOrganizationalUnitIdentifier(),
			RoleOrderer: n.GetOrdererOuIdentifier().GetOrganizationalUnitIdentifier(),
		},
		bound: len(n.GetClientOuIdentifier().GetCertificate())+len(n.GetPeerOuIdentifier().GetCertificate())+
			len(n.GetAdminOuIdentifier().GetCertificate())+len(n.GetOrdererOuIdentifier().GetCertificate()) > 0,
		restricted: len(inner.GetOrganizationalUnitIdentifiers()) > 0,
	}
	return m, true
}

func examineMSP(q clinic.Question, loose []clinic.File, m folder, now time.Time) (clinic.Report, error) {
	d := m.definition
	authorities := named(nil, "cacerts", d.RootCerts)
	authorities = named(authorities, "intermediatecerts", d.IntermediateCerts)
	tls := named(nil, "tlscacerts", d.TLSRootCerts)
	tls = named(tls, "tlsintermediatecerts", d.TLSIntermediateCerts)
	q.Purpose = clinic.CA
	q.Files = named(append(append(append([]clinic.File(nil), loose...), authorities...), tls...), "crls", d.CRLs)
	report, err := clinic.Examine(q, now)
	if err != nil || report.Secret() {
		return report, err
	}
	leaves := named(named(nil, "admincerts", d.Admins), "signcerts", m.signCerts)
	if len(leaves) > 0 {
		q.Purpose, q.Files = clinic.Identity, append(leaves, authorities...)
		identities, err := clinic.Examine(q, now)
		if err != nil {
			return report, err
		}
		if identities.Secret() {
			return identities, nil
		}
		report.Append(identities, func(i clinic.Item) bool { return i.Kind == clinic.Certificate && !i.Authority })
	}
	m.judge(&report, q.Organization, now)
	return report, nil
}

// judge adds what is to be said of the MSP as a whole.
func (m folder) judge(r *clinic.Report, orgID string, now time.Time) {
	whole := func(code string, s clinic.Severity, values map[string]string) {
		r.Add(clinic.Finding{Code: code, Severity: s, Item: clinic.NoItem, Values: values})
	}
	switch {
	case m.malformed != nil:
		whole(clinic.CodeMSPRefused, clinic.Error, map[string]string{"code": "msp_malformed", "reason": m.malformed.Error()})
	case m.ous == nil || !m.ous.enabled:
		whole(clinic.CodeNodeOUsOff, clinic.Warning, nil)
	case m.ous.foreign() != "":
		whole(clinic.CodeNodeOUsForeign, clinic.Warning, map[string]string{"units": m.ous.foreign()})
	}
	d := m.definition
	if d.MSPID == "" { // a folder does not say its name
		d.MSPID = MSPID(orgID)
	}
	if r.Verdict == clinic.Error {
		return // there is nothing to add, and signatures that the clinic did not verify may take long
	}
	if err := d.Validate(now); err != nil {
		f := fault.Of(err)
		whole(clinic.CodeMSPRefused, clinic.Error, map[string]string{"code": f.Code, "reason": f.Message})
	}
}

func named(files []clinic.File, dir string, parts [][]byte) []clinic.File {
	for i, p := range parts {
		if len(p) > 0 {
			files = append(files, clinic.File{Name: fmt.Sprintf("%s/%d", dir, i), Data: p})
		}
	}
	return files
}
