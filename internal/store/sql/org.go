// SPDX-License-Identifier: Apache-2.0

package sql

import (
	"cmp"
	"context"
	stdsql "database/sql"
	"errors"
	"strings"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

var _ org.Store = (*DB)(nil)

// CreateOrganization implements org.Store.
func (db *DB) CreateOrganization(ctx context.Context, o org.Organization) error {
	administration := o.Administration
	o.Administration = "" // its own column, which SetAdministration writes
	_, err := db.put(ctx, o, "INSERT INTO organizations (id, administration, data) VALUES (?, ?, ?)",
		o.ID, string(cmp.Or(administration, org.ManagedAdministration)))
	if taken(err) {
		return fault.New(fault.Conflict, "organization_exists", "there is an organization %q already", o.ID).
			WithHint("choose another ID")
	}
	return err
}

// UpdateOrganization implements org.Store.
func (db *DB) UpdateOrganization(ctx context.Context, o org.Organization) error {
	o.Administration = ""
	n, err := db.update(ctx, o, "UPDATE organizations SET data = ? WHERE id = ?", o.ID)
	if err == nil && n == 0 {
		return noOrganization(o.ID)
	}
	return err
}

// SetAdministration implements org.Store.
func (db *DB) SetAdministration(ctx context.Context, id string, a org.Administration) error {
	n, err := db.exec(ctx, "UPDATE organizations SET administration = ? WHERE id = ?", string(a), id)
	if err == nil && n == 0 {
		return noOrganization(id)
	}
	return err
}

// GetOrganization implements org.Store.
func (db *DB) GetOrganization(ctx context.Context, id string) (org.Organization, error) {
	o, administration, err := oneWith[org.Organization](ctx, db, noOrganization(id),
		"SELECT data, administration FROM organizations WHERE id = ?", id)
	o.Administration = org.Administration(administration)
	return o, err
}

// ListOrganizations implements org.Store.
func (db *DB) ListOrganizations(ctx context.Context, after string, limit int) ([]org.Organization, error) {
	found, administrations, err := manyWith[org.Organization](ctx, db,
		"SELECT data, administration FROM organizations WHERE id > ? ORDER BY id LIMIT ?", after, limited(limit))
	for i, a := range administrations {
		found[i].Administration = org.Administration(a)
	}
	return found, err
}

// PutOperationsRoot implements org.Store.
func (db *DB) PutOperationsRoot(ctx context.Context, orgID string, certPEM []byte) error {
	_, err := db.exec(ctx, "INSERT INTO operations_authorities (org, certificate) VALUES (?, ?) ON CONFLICT DO NOTHING",
		orgID, string(certPEM))
	return err
}

// OperationsRoot implements org.Store.
func (db *DB) OperationsRoot(ctx context.Context, orgID string) ([]byte, error) {
	var certPEM string
	err := db.scan(ctx, "SELECT certificate FROM operations_authorities WHERE org = ?", []any{orgID}, &certPEM)
	if errors.Is(err, stdsql.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "authority_not_found", "organization %s has no operations authority yet", orgID)
	}
	return []byte(certPEM), classify(err)
}

func noOrganization(id string) error {
	return fault.New(fault.NotFound, "organization_not_found", "there is no organization %q", id).
		WithHint("see which there are: b4a org list")
}

// CreateCertificate implements org.Store.
func (db *DB) CreateCertificate(ctx context.Context, c org.Certificate) error {
	record := c
	record.PEM = nil
	_, err := db.put(ctx, record, `INSERT INTO certificates (org, serial, holder, member, purpose, revoked, issued_at, ends_at, pem, data)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, c.Org, c.Serial, c.Holder, c.Member, string(c.Purpose),
		!c.RevokedAt.IsZero(), c.CreatedAt.UnixMicro(), c.NotAfter.Unix(), c.PEM)
	return err
}

// UpdateCertificate implements org.Store.
func (db *DB) UpdateCertificate(ctx context.Context, c org.Certificate) error {
	record := c
	record.PEM = nil
	n, err := db.update(ctx, record, "UPDATE certificates SET data = ?, pem = ?, member = ?, revoked = ? WHERE org = ? AND serial = ?",
		c.PEM, c.Member, !c.RevokedAt.IsZero(), c.Org, c.Serial)
	if err == nil && n == 0 {
		return noCertificate(c.Serial)
	}
	return err
}

// GetCertificate implements org.Store.
func (db *DB) GetCertificate(ctx context.Context, orgID, serial string) (org.Certificate, error) {
	c, pem, err := oneWith[org.Certificate](ctx, db, noCertificate(serial),
		"SELECT data, pem FROM certificates WHERE org = ? AND serial = ?", orgID, serial)
	c.PEM = pem
	return c, err
}

// ListCertificates implements org.Store.
func (db *DB) ListCertificates(ctx context.Context, f org.CertificateFilter) ([]org.Certificate, error) {
	afterOrg, afterSerial, _ := strings.Cut(f.After, "/")
	var where filter
	where.and(f.Org != "", "org = ?", f.Org)
	where.and(f.After != "", "(org, serial) > (?, ?)", afterOrg, afterSerial)
	where.and(f.Holder != "", "holder = ?", f.Holder)
	where.and(f.Purpose != "", "purpose = ?", string(f.Purpose))
	where.and(f.State != "", "revoked = ?", f.State == org.Revoked)
	where.and(f.Persons || f.Member != "", "member <> ''")
	where.and(f.Member != "", "member = ?", f.Member)
	where.and(!f.Ends.From.IsZero(), "ends_at >= ?", f.Ends.From.Unix())
	where.and(!f.Ends.To.IsZero(), "ends_at < ?", f.Ends.To.Unix())
	records, pems, err := manyWith[org.Certificate](ctx, db,
		"SELECT data, pem FROM certificates"+where.where+" ORDER BY org, serial LIMIT ?", append(where.args, limited(f.Limit))...)
	for i, pem := range pems {
		records[i].PEM = pem
	}
	return records, err
}

// LatestCertificate implements org.Store.
func (db *DB) LatestCertificate(ctx context.Context, orgID, holder string, p org.Purpose) (org.Certificate, error) {
	c, pem, err := oneWith[org.Certificate](ctx, db, noCertificate(holder), `SELECT data, pem FROM certificates
		WHERE org = ? AND holder = ? AND purpose = ? AND NOT revoked ORDER BY issued_at DESC, serial LIMIT 1`,
		orgID, holder, string(p))
	c.PEM = pem
	return c, err
}

func noCertificate(name string) error {
	return fault.New(fault.NotFound, "certificate_not_found", "there is no certificate %q", name).
		WithHint("see which there are: b4a cert list")
}

// CreateApplication implements org.Store.
func (db *DB) CreateApplication(ctx context.Context, a org.Application) error {
	_, err := db.put(ctx, a, "INSERT INTO applications (org, name, data) VALUES (?, ?, ?)", a.Org, a.Name)
	if taken(err) {
		return fault.New(fault.Conflict, "application_exists", "organization %s has an application %q already", a.Org, a.Name).
			WithHint("choose another name, or delete it first")
	}
	return err
}

// GetApplication implements org.Store.
func (db *DB) GetApplication(ctx context.Context, orgID, name string) (org.Application, error) {
	return one[org.Application](ctx, db, noApplication(name),
		"SELECT data FROM applications WHERE org = ? AND name = ?", orgID, name)
}

// ListApplications implements org.Store.
func (db *DB) ListApplications(ctx context.Context, orgID, after string, limit int) ([]org.Application, error) {
	return many[org.Application](ctx, db,
		"SELECT data FROM applications WHERE org = ? AND name > ? ORDER BY name LIMIT ?", orgID, after, limited(limit))
}

// DeleteApplication implements org.Store.
func (db *DB) DeleteApplication(ctx context.Context, orgID, name string) error {
	n, err := db.exec(ctx, "DELETE FROM applications WHERE org = ? AND name = ?", orgID, name)
	if err == nil && n == 0 {
		return noApplication(name)
	}
	return err
}

// UpdateApplication implements org.Store.
func (db *DB) UpdateApplication(ctx context.Context, a org.Application) error {
	n, err := db.update(ctx, a, "UPDATE applications SET data = ? WHERE org = ? AND name = ?", a.Org, a.Name)
	if err == nil && n == 0 {
		return noApplication(a.Name)
	}
	return err
}

// PutIssuer implements org.Store.
func (db *DB) PutIssuer(ctx context.Context, i org.Issuer) error {
	i.CRL = nil // its own column, which SetIssuerCRL writes
	_, err := db.put(ctx, i, `INSERT INTO issuers (org, purpose, generation, data) VALUES (?, ?, ?, ?)
		ON CONFLICT (org, purpose, generation) DO UPDATE SET data = excluded.data`, i.Org, string(i.Purpose), i.Generation)
	return err
}

// ListIssuers implements org.Store.
func (db *DB) ListIssuers(ctx context.Context, orgID string, p org.Purpose) ([]org.Issuer, error) {
	issuers, crls, err := manyWith[org.Issuer](ctx, db, `SELECT data, crl FROM issuers
		WHERE (? = '' OR org = ?) AND (? = '' OR purpose = ?) ORDER BY org, purpose, generation`, orgID, orgID, string(p), string(p))
	for i, crl := range crls {
		issuers[i].CRL = crl
	}
	return issuers, err
}

// SetIssuerCRL implements org.Store.
func (db *DB) SetIssuerCRL(ctx context.Context, orgID string, p org.Purpose, generation int, crl []byte) error {
	n, err := db.exec(ctx, "UPDATE issuers SET crl = ? WHERE org = ? AND purpose = ? AND generation = ?",
		string(crl), orgID, string(p), generation)
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "authority_not_found", "organization %s has no such authority", orgID)
	}
	return err
}

// DeleteIssuer implements org.Store.
func (db *DB) DeleteIssuer(ctx context.Context, orgID string, p org.Purpose, generation int) error {
	_, err := db.exec(ctx, "DELETE FROM issuers WHERE org = ? AND purpose = ? AND generation = ?",
		orgID, string(p), generation)
	return err
}

// PutMSP implements org.Store.
func (db *DB) PutMSP(ctx context.Context, m org.ImportedMSP) error {
	_, err := db.put(ctx, m, `INSERT INTO imported_msps (org, data) VALUES (?, ?)
		ON CONFLICT (org) DO UPDATE SET data = excluded.data`, m.Org)
	return err
}

// GetMSP implements org.Store.
func (db *DB) GetMSP(ctx context.Context, orgID string) (org.ImportedMSP, error) {
	return one[org.ImportedMSP](ctx, db,
		fault.New(fault.NotFound, "msp_not_found", "organization %s brought no MSP", orgID),
		"SELECT data FROM imported_msps WHERE org = ?", orgID)
}

func noApplication(name string) error {
	return fault.New(fault.NotFound, "application_not_found", "there is no application %q", name).
		WithHint("see which there are: b4a app list")
}
