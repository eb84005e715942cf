// SPDX-License-Identifier: Apache-2.0

package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"strings"
	"time"
	"unicode"

	"github.com/oklog/ulid/v2"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Times of the sender.
const (
	pollEvery   = time.Second
	firstPause  = 15 * time.Second // between two tries of a message; doubled each time
	longestWait = time.Hour        // at most
	lifetime    = 5 * 24 * time.Hour
	keepDone    = 30 * 24 * time.Hour
	sendTimeout = time.Minute
	batch       = 20
)

// Sizes of values, bytes.
const (
	maxValue   = 400
	maxText    = 8000
	maxAddress = 254 // RFC 5321 section 4.5.3.1.3
)

// Service queues and sends mails.
type Service struct {
	store     Store
	transport Transport
	publicURL string
	log       *slog.Logger
	now       func() time.Time
}

// Options of New.
type Options struct {
	Store     Store
	Transport Transport // nil: mail is off
	PublicURL string    // base of the links in mails: "https://b4a.example.eus"
	Log       *slog.Logger
	Now       func() time.Time // nil: time.Now
}

// New makes the service.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{
		store: o.Store, transport: o.Transport, publicURL: strings.TrimSuffix(o.PublicURL, "/"), log: o.Log, now: o.Now,
	}
}

// Queue puts a message into the outbox, within the caller's store transaction where there is one. A bad address is a
// fault.Invalid "email_invalid"; an unknown template or a value that the template needs and Data lacks is an error of
// the program.
func (s *Service) Queue(ctx context.Context, m Message) error {
	address, err := Address(m.To)
	if err != nil {
		return err
	}
	m.To, m.Locale = address, Locale(m.Locale)
	if _, err := render(m, s.publicURL); err != nil {
		return err
	}
	now := s.now()
	return s.store.CreateMail(ctx, Entry{
		ID: ulid.MustNew(ulid.Timestamp(now), ulid.DefaultEntropy()).String(), Message: m, State: Queued,
		NextTry: now, CreatedAt: now,
	})
}

// Address gives a mail address in its plain form. What is none, or names a person beside it, is a fault.Invalid
// "email_invalid".
func Address(text string) (string, error) {
	text = strings.TrimSpace(text)
	a, err := netmail.ParseAddress(text)
	bad := err != nil || a.Address != text || len(text) > maxAddress || strings.ContainsAny(text, "\"\r\n") ||
		strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) })
	if bad {
		return "", fault.New(fault.Invalid, "email_invalid", "this is not a mail address").
			WithHint("write it as name@example.eus").WithField("", "email_invalid", "not a mail address")
	}
	return text, nil
}

// Locale gives a language in which there are templates: Basque, where the wanted one has none.
func Locale(wanted string) string {
	switch wanted {
	case "es", "en":
		return wanted
	}
	return "eu"
}

// On tells whether messages are sent.
func (s *Service) On() bool { return s.transport != nil }

// Counts gives how many messages of the outbox are in each state.
func (s *Service) Counts(ctx context.Context) (map[State]int, error) { return s.store.CountMails(ctx) }

// Tidy forgets messages that were done long ago, and what those said that were refused and are too old.
func (s *Service) Tidy(ctx context.Context) error {
	failed, err := s.store.ListMails(ctx, Failed, "", 0)
	if err != nil {
		return err
	}
	for _, e := range failed {
		if e.Message.Data == nil || !s.old(e) {
			continue
		}
		e.Message.Data = nil
		if err := s.store.UpdateMail(ctx, e); err != nil {
			return err
		}
	}
	return s.store.DeleteMails(ctx, s.now().Add(-keepDone))
}

func (s *Service) old(e Entry) bool { return s.now().Sub(e.CreatedAt) > lifetime }

// List gives the messages in a state, oldest first, from the one with the ID after (exclusive).
func (s *Service) List(ctx context.Context, state State, after string, limit int) ([]Entry, error) {
	return s.store.ListMails(ctx, state, after, limit)
}

// Retry has a message sent now: one that waits for its next try, or one that was refused. What was sent already is a
// fault.Conflict "mail_sent"; one whose words are forgotten, for it is too old, a fault.Conflict "mail_forgotten".
func (s *Service) Retry(ctx context.Context, id string) (Entry, error) {
	e, err := s.store.GetMail(ctx, id)
	switch {
	case err != nil:
		return e, err
	case e.State == Sent:
		return e, fault.New(fault.Conflict, "mail_sent", "the mail was sent already")
	case !s.Retriable(e):
		return e, fault.New(fault.Conflict, "mail_forgotten", "what the mail said is forgotten").
			WithHint("do again what sent it, such as the invitation, and discard this one")
	}
	e.State, e.NextTry, e.DoneAt = Queued, s.now(), time.Time{}
	return e, s.store.UpdateMail(ctx, e)
}

// Retriable tells whether Retry can send a message: what it says is still known and not too old.
func (s *Service) Retriable(e Entry) bool {
	return e.State != Sent && e.Message.Data != nil && !s.old(e)
}

// Discard forgets a message that was not sent. One that was is a fault.Conflict "mail_sent".
func (s *Service) Discard(ctx context.Context, id string) (Entry, error) {
	e, err := s.store.GetMail(ctx, id)
	if err != nil {
		return e, err
	}
	if e.State == Sent {
		return e, fault.New(fault.Conflict, "mail_sent", "the mail was sent already")
	}
	return e, s.store.DeleteMail(ctx, id)
}

// Run sends what is due until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	every := pollEvery
	if s.transport == nil {
		every = longestWait
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if err := s.round(ctx); err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "send mails", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// round tries every due message once. After one that the server did not take for now the others wait for the next
// round: what stands in the way is likely the same.
func (s *Service) round(ctx context.Context) error {
	for {
		due, err := s.store.DueMails(ctx, s.now(), batch)
		if err != nil || len(due) == 0 {
			return err
		}
		for _, e := range due {
			if again, err := s.attempt(ctx, e); err != nil || !again {
				return err
			}
		}
	}
}

// attempt sends one message and records what came of it; false asks to leave the others for now.
func (s *Service) attempt(ctx context.Context, e Entry) (bool, error) {
	if s.old(e) {
		if e.Fault == "" {
			e.Fault = "mail was off"
		}
		return true, s.done(ctx, e, Failed)
	}
	if s.transport == nil {
		return false, nil // and so are the younger ones after it
	}
	err := s.send(ctx, e)
	switch {
	case err == nil:
		e.Fault = ""
		return true, s.done(ctx, e, Sent)
	case ctx.Err() != nil:
		return false, nil //nolint:nilerr // the platform stops, and sends it when it is back
	}
	e.Attempts++
	e.Fault = fault.Of(err).Message
	s.log.WarnContext(ctx, "mail not sent", "mail", e.ID, "template", e.Message.Template, "attempt", e.Attempts, "error", err)
	if errors.Is(err, fault.Rejected) {
		return true, s.done(ctx, e, Failed)
	}
	e.NextTry = s.now().Add(pause(e.Attempts))
	return false, s.store.UpdateMail(ctx, e)
}

func (s *Service) send(ctx context.Context, e Entry) error {
	letter, err := render(e.Message, s.publicURL)
	if err != nil {
		return fault.New(fault.Rejected, "mail_unrenderable", "the message can't be rendered").WithCause(err)
	}
	letter.ID, letter.Date = e.ID, e.CreatedAt
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	if err := s.transport.Send(ctx, letter); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	return nil
}

// done records the end of a message and forgets what it said, which may hold a one-time link, unless it may be tried
// again by hand.
func (s *Service) done(ctx context.Context, e Entry, state State) error {
	e.State, e.DoneAt = state, s.now()
	if state == Sent || s.old(e) {
		e.Message.Data = nil
	}
	return s.store.UpdateMail(context.WithoutCancel(ctx), e)
}

// pause gives the wait after so many attempts.
func pause(attempts int) time.Duration {
	wait := firstPause
	for range attempts - 1 {
		if wait *= 2; wait >= longestWait {
			return longestWait
		}
	}
	return wait
}
