// SPDX-License-Identifier: Apache-2.0

package org

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"

	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// NewApplication registers an application. With a CSR the application holds its key, else the platform does. Of an
// organization that issues for itself it brings its certificate, and holds its key.
type NewApplication struct {
	Org         string
	Name        string
	CSR         []byte // PEM
	Certificate []byte // PEM
	Attributes  map[string]string
	For         Person // who registers it
}

var applicationShape = regexp.MustCompile(`^[a-z][a-z0-9-]{0,38}[a-z0-9]$`)

// ApplicationHolder is the inventory's holder of an application's certificate.
func ApplicationHolder(name string) string { return "application/" + name }

// MemberHolder is the inventory's holder of a person's certificate, or of another program's.
func MemberHolder(name string) string { return "member/" + name }

// CreateApplication registers an application and issues its certificate.
func (s *Service) CreateApplication(ctx context.Context, n NewApplication) (Application, Certificate, error) {
	if !applicationShape.MatchString(n.Name) {
		return Application{}, Certificate{}, fault.New(fault.Invalid, "application_name_invalid",
			"%q is not an application name", n.Name).
			WithHint("use 2 to 40 lower-case letters, digits and hyphens, starting with a letter").
			WithDetail("body.name", "must match "+applicationShape.String())
	}
	if err := checkAttributes(n.Attributes); err != nil {
		return Application{}, Certificate{}, err
	}
	o, err := s.Active(ctx, n.Org)
	if err != nil {
		return Application{}, Certificate{}, err
	}
	if _, err := s.store.GetApplication(ctx, n.Org, n.Name); err == nil {
		return Application{}, Certificate{}, fault.New(fault.Conflict, "application_exists",
			"organization %s has an application %s already", n.Org, n.Name).WithHint("choose another name, or delete it first")
	}
	holder := ApplicationHolder(n.Name)
	leaf := Leaf{Holder: holder, Purpose: Sign, Role: "client", Attributes: n.Attributes, For: n.For}
	var cert Certificate
	switch {
	case o.External:
		cert, n.Attributes, err = s.applicationByCertificate(ctx, n)
	case len(n.Certificate) > 0:
		err = fault.New(fault.Conflict, "organization_issues_here", "the authorities of organization %s are the platform's", n.Org).
			WithHint("send a certificate request instead, or nothing: the platform then keeps the key")
	case len(n.CSR) == 0:
		cert, err = s.issueOnOwnKey(ctx, n.Org, leaf, n.Name)
	default:
		cert, err = s.issueOnCSR(ctx, n.Org, leaf, n.Name, n.CSR)
	}
	if err != nil {
		return Application{}, Certificate{}, err
	}
	a := Application{
		Org: n.Org, Name: n.Name, Custodial: !o.External && len(n.CSR) == 0, Attributes: n.Attributes, Serial: cert.Serial, CreatedAt: s.now(),
	}
	if a.Custodial {
		a.KeyID = leafKeyID(n.Org, holder, Sign)
	}
	if err := s.store.CreateApplication(ctx, a); err != nil {
		return Application{}, Certificate{}, err
	}
	return a, cert, nil
}

// issueOnOwnKey issues on a key that the platform makes and keeps.
func (s *Service) issueOnOwnKey(ctx context.Context, orgID string, l Leaf, name string) (Certificate, error) {
	signer, err := s.keys.Generate(ctx, leafKeyID(orgID, l.Holder, Sign))
	if err != nil {
		return Certificate{}, fmt.Errorf("key of %s: %w", l.Holder, err)
	}
	return s.issue(ctx, orgID, l, s.clientProfile(orgID, l, name), signer.Public())
}

// issueOnCSR issues on the key of a certificate request, after checking that the request asks for no more.
func (s *Service) issueOnCSR(ctx context.Context, orgID string, l Leaf, name string, csr []byte) (Certificate, error) {
	request, err := pki.ParseCSR(csr)
	if err != nil {
		return Certificate{}, err
	}
	if err := request.CheckSubject(pki.Subject{CommonName: name, Organization: orgID, OrganizationalUnit: l.Role}); err != nil {
		return Certificate{}, err
	}
	return s.issue(ctx, orgID, l, s.clientProfile(orgID, l, name), request.PublicKey)
}

func (s *Service) clientProfile(orgID string, l Leaf, name string) pki.Profile {
	return pki.Profile{
		CommonName: name, Organization: orgID, OrganizationalUnit: l.Role, Usage: pki.Sign,
		Lifetime: s.leafLifetime, Attributes: l.Attributes,
	}
}

// NewCertificate asks for an enrollment certificate on the caller's own key.
type NewCertificate struct {
	Org        string
	Name       string // common name to issue
	Role       string // client or admin
	CSR        []byte // PEM
	Attributes map[string]string
	For        Person
}

// IssueCertificate enrolls a person or a program of the organization.
func (s *Service) IssueCertificate(ctx context.Context, n NewCertificate) (Certificate, error) {
	if n.Role != "client" && n.Role != "admin" {
		return Certificate{}, fault.New(fault.Invalid, "certificate_role_invalid", "%q is not a role of certificates", n.Role).
			WithDetail("body.role", "client or admin")
	}
	if err := checkAttributes(n.Attributes); err != nil {
		return Certificate{}, err
	}
	o, err := s.Active(ctx, n.Org)
	if err != nil {
		return Certificate{}, err
	}
	if o.External {
		return Certificate{}, issuesForItself(n.Org).
			WithHint("have it issued by its own authority, then record it: b4a cert record --org %s --holder %s --file CERT",
				n.Org, MemberHolder(n.Name))
	}
	l := Leaf{Holder: MemberHolder(n.Name), Purpose: Sign, Role: n.Role, Attributes: n.Attributes, For: n.For}
	return s.issueOnCSR(ctx, n.Org, l, n.Name, n.CSR)
}

func checkAttributes(attributes map[string]string) error {
	if len(attributes) > 20 {
		return fault.New(fault.Invalid, "attributes_too_many", "at most 20 attributes fit a certificate")
	}
	for k, v := range attributes {
		if k == "" || len(k) > 64 || len(v) > 256 || len(k) > 3 && k[:3] == "hf." {
			return fault.New(fault.Invalid, "attribute_invalid", "attribute %q is not possible", k).
				WithHint("names have 1 to 64 bytes and don't start with hf.; values have at most 256 bytes")
		}
	}
	return nil
}

// GetApplication gives an application and its certificate.
func (s *Service) GetApplication(ctx context.Context, orgID, name string) (Application, Certificate, error) {
	a, err := s.store.GetApplication(ctx, orgID, name)
	if err != nil {
		return Application{}, Certificate{}, err
	}
	c, err := s.store.GetCertificate(ctx, orgID, a.Serial)
	return a, c, err
}

// ListApplications gives an organization's applications by name, from after (exclusive).
func (s *Service) ListApplications(ctx context.Context, orgID, after string, limit int) ([]Application, error) {
	return s.store.ListApplications(ctx, orgID, after, limit)
}

// ForgetApplication forgets an application and destroys a custodial key. Its certificates are the revocation service's,
// which calls it.
func (s *Service) ForgetApplication(ctx context.Context, orgID, name string) error {
	a, err := s.store.GetApplication(ctx, orgID, name)
	if err != nil {
		return err
	}
	if err := s.store.DeleteApplication(ctx, orgID, name); err != nil || !a.Custodial {
		return err
	}
	if err := s.keys.Delete(ctx, a.KeyID); err != nil {
		return fmt.Errorf("destroy key: %w", err)
	}
	return nil
}

// Signer gives the identity that signs a call: the application's, when the platform keeps its key, or, for an empty
// name, the organization's office.
func (s *Service) Signer(ctx context.Context, orgID, application string) (*msp.Identity, error) {
	if application == "" {
		if err := s.MustIssue(ctx, orgID); err != nil {
			return nil, fault.Of(err).
				WithHint("sign offline: proposals, endorsements, transactions; or use the Fabric Gateway client with its bundle")
		}
		return s.Identity(ctx, orgID, HolderOffice)
	}
	a, err := s.store.GetApplication(ctx, orgID, application)
	if err != nil {
		return nil, err
	}
	if !a.Custodial {
		return nil, fault.New(fault.Conflict, "application_holds_key",
			"application %s holds its own key", application).
			WithHint("sign offline: proposals, endorsements, transactions; or use the Fabric Gateway client with its bundle")
	}
	return s.Identity(ctx, orgID, ApplicationHolder(application))
}

// Certificates gives the inventory of an organization.
func (s *Service) Certificates(ctx context.Context, f CertificateFilter) ([]Certificate, error) {
	return s.store.ListCertificates(ctx, f)
}

// Chain gives the PEM chain of the organization's signing authority; of one that issues for itself all its authorities.
func (s *Service) Chain(ctx context.Context, orgID string) ([]byte, error) {
	o, err := s.store.GetOrganization(ctx, orgID)
	if err != nil {
		return nil, err
	}
	if o.External {
		m, err := s.store.GetMSP(ctx, orgID)
		return bytes.Join(append(slices.Clone(m.Definition.IntermediateCerts), m.Definition.RootCerts...), nil), err
	}
	i, err := s.Issuing(ctx, orgID, CA)
	return i.Chain, err
}
