// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/consent"
	"github.com/blockchain4all/blockchain4all/internal/mail"
	"github.com/blockchain4all/blockchain4all/internal/member"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/revocation"
)

// holds takes a suspended organization's rights off the ledgers, and gives them back.
type holds struct{ revocation *revocation.Service }

func (h holds) Suspended(ctx context.Context, orgID string) error {
	_, err := h.revocation.HoldOrganization(ctx, orgID, platformActor)
	return err
}

func (h holds) Resumed(ctx context.Context, orgID string) error {
	_, err := h.revocation.ReleaseOrganization(ctx, orgID, platformActor)
	return err
}

// platformActor is who does what follows from another act.
const platformActor = "platform"

// tellAdministrators tells an organization's administrators by mail that a certificate ends.
func (p *platform) tellAdministrators(ctx context.Context, orgID, holder string, c org.Certificate, daysLeft int) error {
	return p.mailAdministrators(ctx, orgID, "certificate-expiring", map[string]string{
		"organization": orgID, "holder": holder, "days": strconv.Itoa(daysLeft),
		"expires": c.NotAfter.UTC().Format(time.DateOnly), "link": "/organizations/" + orgID + "/certificates",
	})
}

// tellSigners tells an organization's administrators by mail that their signature is asked for.
func (p *platform) tellSigners(ctx context.Context, r consent.Request) error {
	return p.mailAdministrators(ctx, r.Org, "signature-request", map[string]string{
		"organization": r.Org, "ledger": r.Ledger, "link": "/signature-requests/" + r.ID,
	})
}

// remindSigners tells an organization's administrators by mail that something has waited for their signature for days.
func (p *platform) remindSigners(ctx context.Context, r consent.Request, days int) error {
	return p.mailAdministrators(ctx, r.Org, "signature-reminder", map[string]string{
		"organization": r.Org, "ledger": r.Ledger, "days": strconv.Itoa(days), "link": "/signature-requests/" + r.ID,
	})
}

func (p *platform) mailAdministrators(ctx context.Context, orgID, template string, data map[string]string) error {
	people, err := p.members.Members(ctx, orgID, "", 0)
	if err != nil {
		return err
	}
	var errs []error
	for _, b := range people {
		if b.Role != access.Admin || b.Person.State != member.Active {
			continue
		}
		errs = append(errs, p.mails.Queue(ctx, mail.Message{
			To: b.Person.Email, Locale: b.Person.Locale, Template: template, Data: data,
		}))
	}
	return errors.Join(errs...)
}
