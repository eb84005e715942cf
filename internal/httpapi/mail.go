// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/mail"
)

// MailPath names a message of the outbox. It is exported for huma, which fills exported embedded fields only.
type MailPath struct {
	ID string `path:"mail" maxLength:"64" doc:"ID of the mail."`
}

type (
	mailInput struct {
		ofPlatform
		MailPath
	}
	mailList struct {
		ofPlatform
		Paging
		State string `query:"state" enum:"queued,failed" default:"failed" doc:"Those that are tried again by themselves, or those that are not."`
	}
)

func (s *Server) mailRoutes() {
	const path = "/mails"
	register(s, route{
		id: "listMails", method: http.MethodGet, path: path, tag: "platform",
		summary: "List the mails that were not delivered, oldest first, with what the mail server said", action: access.MailRead,
	}, s.listMails)
	register(s, route{
		id: "retryMail", method: http.MethodPost, path: path + "/{mail}/retry", tag: "platform",
		summary: "Try to deliver a mail now", action: access.MailManage,
	}, func(ctx context.Context, in *mailInput) (*body[api.Mail], error) {
		e, err := s.Mails.Retry(ctx, in.ID)
		noteMail(ctx, e, err)
		return answer(s.showMail(e), err)
	})
	register(s, route{
		id: "discardMail", method: http.MethodDelete, path: path + "/{mail}", tag: "platform",
		summary: "Discard a mail that was not delivered", status: http.StatusNoContent, action: access.MailManage,
	}, func(ctx context.Context, in *mailInput) (*none, error) {
		e, err := s.Mails.Discard(ctx, in.ID)
		noteMail(ctx, e, err)
		return &none{}, err
	})
}

// noteMail tells the audit trail what a mail was about, but not whom it was for.
func noteMail(ctx context.Context, e mail.Entry, err error) {
	if err == nil {
		audit.Note(ctx, map[string]any{"template": e.Message.Template, "attempts": e.Attempts}, nil)
	}
}

func (s *Server) listMails(ctx context.Context, in *mailList) (*body[api.Page[api.Mail]], error) {
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	found, err := s.Mails.List(ctx, mail.State(in.State), after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(found, in.Limit, always(s.showMail), func(e mail.Entry) string { return e.ID })
}

func (s *Server) showMail(e mail.Entry) api.Mail {
	shown := api.Mail{
		ID: e.ID, To: e.Message.To, Template: e.Message.Template, Locale: e.Message.Locale, State: string(e.State),
		Attempts: e.Attempts, LastError: e.Fault, Retriable: s.Mails.Retriable(e), CreatedAt: e.CreatedAt.UTC(), FailedAt: moment(e.DoneAt),
	}
	if e.State == mail.Queued {
		shown.NextTry = moment(e.NextTry)
	}
	return shown
}
