// SPDX-License-Identifier: Apache-2.0

package msp

import (
	"bytes"
	"crypto/x509"
	"slices"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// Lists gives the revocation lists that the definition has, with who signed each.
func (d Definition) Lists() ([]*pki.List, error) {
	authorities, err := d.authorities()
	if err != nil {
		return nil, err
	}
	lists := make([]*pki.List, 0, len(d.CRLs))
	for _, crl := range d.CRLs {
		l, err := signedBy(crl, authorities)
		if err != nil {
			return nil, err
		}
		lists = append(lists, l)
	}
	return lists, nil
}

// WithLists gives the definition with further revocation lists, PEM or DER; one replaces that of the same authority, unless
// it is older. Faults: "msp_crl_malformed", "crl_malformed", "msp_crl_foreign", "msp_crl_older".
func (d Definition) WithLists(crls ...[]byte) (Definition, error) {
	authorities, err := d.authorities()
	if err != nil {
		return d, err
	}
	present, err := d.Lists()
	if err != nil {
		return d, err
	}
	for _, crl := range crls {
		l, err := signedBy(crl, authorities)
		if err != nil {
			return d, err
		}
		at := slices.IndexFunc(present, func(p *pki.List) bool { return p.Issuer.Equal(l.Issuer) })
		switch {
		case at < 0:
			present = append(present, l)
		case l.ThisUpdate.Before(present[at].ThisUpdate):
			return d, fault.New(fault.Conflict, "msp_crl_older", "the revocation list of %s is older than the present one, of %s",
				l.Issuer.Subject, present[at].ThisUpdate.UTC().Format(time.RFC3339)).WithHint("send the authority's newest list")
		default:
			present[at] = l
		}
	}
	d.CRLs = make([][]byte, 0, len(present))
	for _, l := range present {
		d.CRLs = append(d.CRLs, l.PEM())
	}
	return d, nil
}

// clockSkew is by how much clocks of authorities may be ahead of ours.
const clockSkew = 5 * time.Minute

// maxLists is the limit of all revocation lists of a definition, in bytes: every member's peer reads them with each
// configuration of a ledger.
const maxLists = 1 << 20

// CheckLists refuses revocation lists that would do harm in a definition. Faults: "msp_crl_too_large"; "msp_crl_future" of a
// list that is dated after now, since none that its authority issues until then could take its place; those of Lists.
func (d Definition) CheckLists(now time.Time) error {
	size := 0
	for _, crl := range d.CRLs {
		size += len(crl)
	}
	if size > maxLists {
		return fault.New(fault.TooLarge, "msp_crl_too_large", "the revocation lists exceed %d KiB", maxLists>>10).
			WithHint("take certificates that have expired out of the lists")
	}
	lists, err := d.Lists()
	if err != nil {
		return err
	}
	for _, l := range lists {
		if l.ThisUpdate.After(now.Add(clockSkew)) {
			return fault.New(fault.Invalid, "msp_crl_future", "the revocation list of %s is of %s, which is yet to come",
				l.Issuer.Subject, l.ThisUpdate.UTC().Format(time.RFC3339)).WithHint("put the authority's clock right and issue it again")
		}
	}
	return nil
}

// KeepingLists gives the definition with the revocation lists of a present one whose authorities go on and of which it
// has none: what was revoked must not come back with an MSP that was put together without them. A list that is older than the
// present one of its authority is a fault "msp_crl_older".
func (d Definition) KeepingLists(present Definition) (Definition, error) {
	authorities, err := d.authorities()
	if err != nil {
		return d, err
	}
	lists, err := present.Lists()
	if err != nil {
		return d, err
	}
	var kept [][]byte
	for _, l := range lists {
		if slices.ContainsFunc(authorities, func(ca *x509.Certificate) bool { return ca.Equal(l.Issuer) }) {
			kept = append(kept, l.PEM())
		}
	}
	own := d.CRLs
	d.CRLs = nil
	if d, err = d.WithLists(kept...); err != nil {
		return d, err
	}
	return d.WithLists(own...)
}

// authorities gives those of signing certificates.
func (d Definition) authorities() ([]*x509.Certificate, error) {
	t, err := newTree("root_certs", d.RootCerts, "intermediate_certs", d.IntermediateCerts, time.Time{})
	if err != nil {
		return nil, err
	}
	return t.cas, nil
}

func signedBy(crl []byte, authorities []*x509.Certificate) (*pki.List, error) {
	list, err := parseCRL(crl)
	if err != nil {
		return nil, err
	}
	for _, ca := range authorities {
		if bytes.Equal(list.AuthorityKeyId, ca.SubjectKeyId) && list.CheckSignatureFrom(ca) == nil {
			return pki.OpenList(crl, ca)
		}
	}
	return nil, fault.New(fault.Invalid, "msp_crl_foreign", "the revocation list of %s is not by an authority of the MSP", list.Issuer).
		WithHint("it must be signed by one of the MSP's authorities and have its key identifier")
}

// IssuerOf gives the authority of the MSP that signed a certificate, or nil.
func (d Definition) IssuerOf(cert *x509.Certificate) (*x509.Certificate, error) {
	authorities, err := d.authorities()
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(authorities, func(ca *x509.Certificate) bool { return cert.CheckSignatureFrom(ca) == nil })
	if at < 0 {
		return nil, nil //nolint:nilnil // nobody that the MSP knows is an answer
	}
	return authorities[at], nil
}
