// SPDX-License-Identifier: Apache-2.0

package clientcert

import (
	"context"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

type cachedCRL struct {
	list  *x509.RevocationList
	until time.Time
}

// Extensions of CRLs, RFC 5280 section 5.2.
var (
	oidDelta = asn1.ObjectIdentifier{2, 5, 29, 27} //nolint:gochecknoglobals // a constant of the RFC
	oidScope = asn1.ObjectIdentifier{2, 5, 29, 28} //nolint:gochecknoglobals // a constant of the RFC
)

// parseCRL reads a CRL, DER or PEM.
func parseCRL(data []byte) (*x509.RevocationList, error) {
	if block, _ := pem.Decode(data); block != nil {
		if block.Type != "X509 CRL" {
			return nil, errors.New("the PEM block is no X509 CRL")
		}
		data = block.Bytes
	}
	list, err := x509.ParseRevocationList(data)
	if err != nil {
		return nil, fmt.Errorf("parse CRL: %w", err)
	}
	return list, nil
}

// askCRL asks the CRLs at a certificate's distribution points.
func (v *Verifier) askCRL(ctx context.Context, t *trust, c, issuer *x509.Certificate) error {
	if len(c.CRLDistributionPoints) == 0 {
		return errors.New("the certificate names no CRL")
	}
	var unknown []error
	for _, address := range c.CRLDistributionPoints[:min(len(c.CRLDistributionPoints), maxAddresses)] {
		list, err := v.crl(ctx, t, address, issuer)
		if err == nil {
			if err = v.judge(list, c, issuer); err == nil || errors.Is(err, errRevoked) {
				return err
			}
		}
		unknown = append(unknown, err)
	}
	return errors.Join(unknown...)
}

// crl gives the list at an address, from the cache while it is fresh. Only one that its issuer signed is kept.
func (v *Verifier) crl(ctx context.Context, t *trust, address string, issuer *x509.Certificate) (*x509.RevocationList, error) {
	key := address + "\x00" + string(issuer.RawSubjectPublicKeyInfo)
	v.mu.Lock()
	hit, ok := v.crls[key]
	v.mu.Unlock()
	now := v.now()
	if ok && now.Before(hit.until) {
		return hit.list, nil
	}
	data, err := v.fetch.do(ctx, t.hosts, http.MethodGet, address, "", nil, maxCRL)
	if err != nil {
		return nil, err
	}
	list, err := parseCRL(data)
	if err != nil {
		return nil, err
	}
	if err := fresh(list, now); err != nil {
		return nil, err
	}
	if err := list.CheckSignatureFrom(issuer); err != nil {
		return nil, fmt.Errorf("CRL's signature: %w", err)
	}
	if ok && list.Number != nil && hit.list.Number != nil && list.Number.Cmp(hit.list.Number) < 0 {
		return nil, errors.New("the CRL is older than one that was seen")
	}
	until := now.Add(keepCRL)
	if list.NextUpdate.Before(until) {
		until = list.NextUpdate
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.crls) >= maxCached {
		clear(v.crls)
	}
	v.crls[key] = cachedCRL{list: list, until: until}
	return list, nil
}

func fresh(list *x509.RevocationList, now time.Time) error {
	switch {
	case list.ThisUpdate.After(now.Add(skew)):
		return errors.New("the CRL is of the future")
	case list.NextUpdate.IsZero() || now.After(list.NextUpdate):
		return errors.New("the CRL is out of date")
	}
	return nil
}

// judge tells what a list says about a certificate: nil is that it is not revoked.
func (v *Verifier) judge(list *x509.RevocationList, c, issuer *x509.Certificate) error {
	if string(list.RawIssuer) != string(issuer.RawSubject) {
		return errors.New("the CRL is another authority's")
	}
	if err := list.CheckSignatureFrom(issuer); err != nil {
		return fmt.Errorf("CRL's signature: %w", err)
	}
	if err := covers(list, c); err != nil {
		return err
	}
	for _, e := range list.RevokedCertificateEntries {
		if e.SerialNumber.Cmp(c.SerialNumber) == 0 {
			return errRevoked
		}
	}
	return fresh(list, v.now())
}

// scope is the extension issuingDistributionPoint, RFC 5280 section 5.2.5.
type scope struct {
	Point       pointName      `asn1:"optional,tag:0"`
	OnlyUsers   bool           `asn1:"optional,tag:1"`
	OnlyCAs     bool           `asn1:"optional,tag:2"`
	OnlyReasons asn1.BitString `asn1:"optional,tag:3"`
	Indirect    bool           `asn1:"optional,tag:4"`
	OnlyAttrs   bool           `asn1:"optional,tag:5"`
}

type pointName struct {
	Full     []asn1.RawValue `asn1:"optional,tag:0"`
	Relative asn1.RawValue   `asn1:"optional,tag:1"`
}

// covers tells whether a certificate that is not on a list is therefore not revoked: RFC 5280 section 6.3.3 (b). Lists
// of one authority may be split; that of others says nothing.
func covers(list *x509.RevocationList, c *x509.Certificate) error {
	for _, e := range list.Extensions {
		switch {
		case e.Id.Equal(oidDelta):
			return errors.New("the CRL is a delta")
		case e.Id.Equal(oidScope):
			if err := inScope(e.Value, c); err != nil {
				return err
			}
		case e.Critical:
			return fmt.Errorf("the CRL has an unknown critical extension %s", e.Id)
		}
	}
	return nil
}

func inScope(der []byte, c *x509.Certificate) error {
	var s scope
	if rest, err := asn1.Unmarshal(der, &s); err != nil || len(rest) > 0 {
		return errors.New("the CRL's scope can't be read")
	}
	switch {
	case s.Indirect, s.OnlyAttrs, s.OnlyReasons.BitLength > 0, len(s.Point.Relative.FullBytes) > 0:
		return errors.New("the CRL's scope is not supported: indirect, attributes, some reasons or a relative name")
	case s.OnlyUsers && c.IsCA, s.OnlyCAs && !c.IsCA:
		return errors.New("the CRL does not cover this sort of certificate")
	case len(s.Point.Full) == 0:
		return nil
	}
	for _, name := range s.Point.Full {
		const uri = 6 // GeneralName, RFC 5280 section 4.2.1.6
		if name.Class == asn1.ClassContextSpecific && name.Tag == uri && slices.Contains(c.CRLDistributionPoints, string(name.Bytes)) {
			return nil
		}
	}
	return errors.New("the CRL is of another distribution point")
}
