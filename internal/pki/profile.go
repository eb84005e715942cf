// SPDX-License-Identifier: Apache-2.0

package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// maxName is the upper bound of CN, O and OU in characters (RFC 5280, appendix A.1: ub-common-name and others).
const maxName = 64

// attributesOID is the extension in which Fabric CA and chaincode's cid library keep attributes, as JSON.
func attributesOID() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 3, 4, 5, 6, 7, 8, 1} }

// attributes is the extension's content.
type attributes struct {
	Attrs map[string]string `json:"attrs"`
}

// template gives the certificate of the profile without its key's, time's and issuer's parts.
func (p Profile) template() (*x509.Certificate, error) {
	t := &x509.Certificate{
		Subject: Subject{
			CommonName: p.CommonName, Organization: p.Organization, OrganizationalUnit: p.OrganizationalUnit,
		}.name(),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
		CRLDistributionPoints: p.CRLDistributionPoints,
		OCSPServer:            p.OCSPServers,
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	if p.Usage == TLS {
		t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	}
	for _, host := range p.Hosts {
		if addr, err := netip.ParseAddr(host); err == nil {
			t.IPAddresses = append(t.IPAddresses, addr.Unmap().AsSlice())
			continue
		}
		t.DNSNames = append(t.DNSNames, host)
	}
	if len(p.Attributes) > 0 {
		value, err := json.Marshal(attributes{Attrs: p.Attributes})
		if err != nil {
			return nil, fmt.Errorf("encode attributes: %w", err)
		}
		t.ExtraExtensions = []pkix.Extension{{Id: attributesOID(), Value: value}}
	}
	return t, nil
}

func (p Profile) check() error {
	if p.CommonName == "" {
		return profileInvalid("there is no common name")
	}
	for _, name := range []string{p.CommonName, p.Organization, p.OrganizationalUnit} {
		if !utf8.ValidString(name) || utf8.RuneCountInString(name) > maxName ||
			strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return profileInvalid("%.80q is not a name of 1 to %d characters", name, maxName)
		}
	}
	if p.Usage != Sign && p.Usage != TLS {
		return profileInvalid("%q is not a usage", p.Usage)
	}
	if p.Lifetime <= 0 {
		return profileInvalid("there is no lifetime")
	}
	if i := slices.IndexFunc(p.Hosts, func(host string) bool { return !validHost(host) }); i >= 0 {
		return profileInvalid("%.80q is neither a DNS name nor an IP address", p.Hosts[i])
	}
	places := slices.Concat(p.CRLDistributionPoints, p.OCSPServers)
	if i := slices.IndexFunc(places, func(place string) bool { return !validPlace(place) }); i >= 0 {
		return profileInvalid("%.80q is not an http URL", places[i])
	}
	for name, value := range p.Attributes {
		if name == "" || !utf8.ValidString(name) || !utf8.ValidString(value) {
			return profileInvalid("attribute %.80q is not text", name)
		}
	}
	return nil
}

// validPlace takes URLs at which the status of certificates may be asked for.
func validPlace(place string) bool {
	u, err := url.Parse(place)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// validHost takes IP addresses without a zone and DNS names as RFC 1123 has them, a leading wildcard label included.
func validHost(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Zone() == ""
	}
	host = strings.TrimPrefix(host, "*.")
	if host == "" || len(host) > 253 {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range []byte(label) {
			if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' {
				return false
			}
		}
	}
	return true
}

func profileInvalid(format string, args ...any) error {
	return fault.New(fault.Invalid, "profile_invalid", "the certificate cannot be made: "+format, args...)
}

// fabricKey gives a public key in its type, refusing what Fabric does not accept for identities.
func fabricKey(public crypto.PublicKey) (*ecdsa.PublicKey, error) {
	key, ok := public.(*ecdsa.PublicKey)
	if ok && (key.Curve == elliptic.P256() || key.Curve == elliptic.P384()) {
		return key, nil
	}
	return nil, fault.New(fault.Invalid, "csr_key_unsupported",
		"the key is not ECDSA P-256 or P-384, which Hyperledger Fabric demands").
		WithHint("make a P-256 key, for instance: openssl ecparam -name prime256v1 -genkey -noout -out key.pem")
}
