// SPDX-License-Identifier: Apache-2.0

package mail_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/mail"
	"github.com/blockchain4all/blockchain4all/internal/store/sql/sqltest"
)

// outbox is a store in memory.
type outbox struct {
	mu      sync.Mutex
	entries map[string]mail.Entry
	broken  error // of updates
}

func newOutbox() *outbox { return &outbox{entries: map[string]mail.Entry{}} }

func (o *outbox) CreateMail(_ context.Context, e mail.Entry) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.entries[e.ID] = e
	return nil
}

func (o *outbox) UpdateMail(_ context.Context, e mail.Entry) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.broken != nil {
		return o.broken
	}
	o.entries[e.ID] = e
	return nil
}

func (o *outbox) DueMails(_ context.Context, now time.Time, limit int) ([]mail.Entry, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var due []mail.Entry
	for _, id := range slices.Sorted(maps.Keys(o.entries)) {
		if e := o.entries[id]; e.State == mail.Queued && !e.NextTry.After(now) && len(due) < limit {
			due = append(due, e)
		}
	}
	return due, nil
}

func (o *outbox) GetMail(_ context.Context, id string) (mail.Entry, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	e, ok := o.entries[id]
	if !ok {
		return e, fault.New(fault.NotFound, "mail_not_found", "there is no mail %q", id)
	}
	return e, nil
}

func (o *outbox) ListMails(_ context.Context, state mail.State, after string, _ int) ([]mail.Entry, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var found []mail.Entry
	for _, id := range slices.Sorted(maps.Keys(o.entries)) {
		if o.entries[id].State == state && id > after {
			found = append(found, o.entries[id])
		}
	}
	return found, nil
}

func (o *outbox) DeleteMail(_ context.Context, id string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.entries, id)
	return nil
}

func (o *outbox) CountMails(context.Context) (map[mail.State]int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := map[mail.State]int{}
	for _, e := range o.entries {
		n[e.State]++
	}
	return n, nil
}

func (o *outbox) DeleteMails(context.Context, time.Time) error { return nil }

// server is a transport that answers as it is told.
type server struct {
	mu     sync.Mutex
	taken  []mail.Letter
	answer func(l mail.Letter) error
}

func (s *server) Send(_ context.Context, l mail.Letter) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answer != nil {
		if err := s.answer(l); err != nil {
			return err
		}
	}
	s.taken = append(s.taken, l)
	return nil
}

func service(store mail.Store, transport mail.Transport) *mail.Service {
	return mail.New(mail.Options{
		Store: store, Transport: transport, PublicURL: "https://b4a.example.eus/", Log: slog.New(slog.DiscardHandler),
	})
}

func reset(to string) mail.Message {
	return mail.Message{To: to, Locale: "es", Template: "password-reset", Data: map[string]string{"link": "/reset#code=abc"}}
}

// run runs the sender for so long, in the bubble's time.
func run(t *testing.T, s *mail.Service, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if err := s.Run(ctx); err != nil {
		t.Error(err)
	}
}

func TestSentOnceAndForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store, transport := newOutbox(), &server{}
		s := service(store, transport)
		if err := s.Queue(t.Context(), reset("ane@example.org")); err != nil {
			t.Fatal(err)
		}
		run(t, s, time.Hour)
		if len(transport.taken) != 1 || !strings.Contains(transport.taken[0].Text, "https://b4a.example.eus/reset#code=abc") {
			t.Fatalf("%+v", transport.taken)
		}
		for _, e := range store.entries {
			if e.State != mail.Sent || e.Message.Data != nil || e.ID != transport.taken[0].ID {
				t.Errorf("%+v", e)
			}
		}
	})
}

func TestTriedAgainUntilTooOld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := newOutbox()
		tries := 0
		transport := &server{answer: func(mail.Letter) error {
			tries++
			return errors.New("down")
		}}
		s := service(store, transport)
		if err := s.Queue(t.Context(), reset("ane@example.org")); err != nil {
			t.Fatal(err)
		}
		run(t, s, 10*time.Minute)
		if tries < 4 || tries > 8 {
			t.Errorf("%d tries in ten minutes", tries)
		}
		for id, e := range store.entries {
			e.CreatedAt = e.CreatedAt.Add(-5 * 24 * time.Hour)
			store.entries[id] = e
		}
		run(t, s, 10*time.Minute)
		if n, _ := s.Counts(t.Context()); n[mail.Failed] != 1 || tries > 9 {
			t.Errorf("%v after %d tries", n, tries)
		}
	})
}

func TestRefusedIsNotTriedAgainAndStopsNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := newOutbox()
		transport := &server{answer: func(l mail.Letter) error {
			if l.To == "inor@example.org" {
				return fault.New(fault.Rejected, "mail_refused", "no such person")
			}
			return nil
		}}
		s := service(store, transport)
		for _, to := range []string{"inor@example.org", "ane@example.org"} {
			if err := s.Queue(t.Context(), reset(to)); err != nil {
				t.Fatal(err)
			}
		}
		run(t, s, time.Hour)
		n, _ := s.Counts(t.Context())
		if n[mail.Sent] != 1 || n[mail.Failed] != 1 || len(transport.taken) != 1 {
			t.Errorf("%v, taken %d", n, len(transport.taken))
		}
	})
}

// TestRetryByHand: what was refused is sent once the cause is mended, unless it is too old: then nobody knows what it said.
func TestRetryByHand(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := newOutbox()
		refuse := true
		transport := &server{answer: func(mail.Letter) error {
			if refuse {
				return fault.New(fault.Rejected, "mail_refused", "554 relay access denied")
			}
			return nil
		}}
		s := service(store, transport)
		for _, to := range []string{"ane@example.org", "jon@example.org", "miren@example.org"} {
			if err := s.Queue(t.Context(), reset(to)); err != nil {
				t.Fatal(err)
			}
		}
		run(t, s, time.Minute)
		failed, err := s.List(t.Context(), mail.Failed, "", 0)
		if err != nil || len(failed) != 3 || failed[0].Fault != "554 relay access denied" || !s.Retriable(failed[0]) {
			t.Fatalf("failed: %+v: %v", failed, err)
		}
		refuse = false
		if e, err := s.Retry(t.Context(), failed[0].ID); err != nil || e.State != mail.Queued {
			t.Fatalf("%+v: %v", e, err)
		}
		if _, err := s.Discard(t.Context(), failed[1].ID); err != nil {
			t.Fatal(err)
		}
		run(t, s, time.Minute)
		if len(transport.taken) != 1 || transport.taken[0].To != "ane@example.org" || transport.taken[0].ID != failed[0].ID {
			t.Errorf("taken: %+v", transport.taken)
		}
		for what, err := range map[string]error{
			"mail_sent":      second(s.Retry(t.Context(), failed[0].ID)),
			"mail_not_found": second(s.Retry(t.Context(), failed[1].ID)),
		} {
			if fault.Of(err).Code != what {
				t.Errorf("%v, want %s", err, what)
			}
		}
		if _, err := s.Discard(t.Context(), failed[0].ID); fault.Of(err).Code != "mail_sent" {
			t.Errorf("discard what was sent: %v", err)
		}
		run(t, s, 6*24*time.Hour)
		if err := s.Tidy(t.Context()); err != nil {
			t.Fatal(err)
		}
		if e := store.entries[failed[2].ID]; e.Message.Data != nil {
			t.Errorf("what a mail said is kept for ever: %+v", e)
		}
		if _, err := s.Retry(t.Context(), failed[2].ID); fault.Of(err).Code != "mail_forgotten" {
			t.Errorf("an old one: %v", err)
		}
	})
}

func second(_ mail.Entry, err error) error { return err }

// TestCrashAfterAcceptance: what the server took but nobody recorded is sent again under the same ID.
func TestCrashAfterAcceptance(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store, transport := newOutbox(), &server{}
		if err := service(store, transport).Queue(t.Context(), reset("ane@example.org")); err != nil {
			t.Fatal(err)
		}
		store.broken = errors.New("killed")
		run(t, service(store, transport), time.Millisecond)
		store.broken = nil
		run(t, service(store, transport), time.Minute)
		if len(transport.taken) != 2 || transport.taken[0].ID != transport.taken[1].ID || !transport.taken[0].Date.Equal(transport.taken[1].Date) {
			t.Errorf("%+v", transport.taken)
		}
	})
}

func TestOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := newOutbox()
		s := service(store, nil)
		if err := s.Queue(t.Context(), reset("ane@example.org")); err != nil {
			t.Fatal(err)
		}
		run(t, s, time.Hour)
		if n, _ := s.Counts(t.Context()); s.On() || n[mail.Queued] != 1 {
			t.Errorf("%v", n)
		}
		run(t, s, 6*24*time.Hour)
		if n, _ := s.Counts(t.Context()); n[mail.Failed] != 1 {
			t.Errorf("an old message waits for ever: %v", n)
		}
	})
}

func TestQueueJoinsTheCallersTransaction(t *testing.T) {
	t.Parallel()
	db := sqltest.New(t)
	s, no := service(db, nil), errors.New("no")
	err := db.InTx(t.Context(), func(ctx context.Context) error { return errors.Join(s.Queue(ctx, reset("a@example.org")), no) })
	if n, _ := s.Counts(t.Context()); !errors.Is(err, no) || n[mail.Queued] != 0 {
		t.Errorf("rolled back: %v, %v", n, err)
	}
	if err := db.InTx(t.Context(), func(ctx context.Context) error { return s.Queue(ctx, reset("a@example.org")) }); err != nil {
		t.Fatal(err)
	}
	if n, _ := s.Counts(t.Context()); n[mail.Queued] != 1 {
		t.Errorf("committed: %v", n)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for text, good := range map[string]bool{
		"ane@example.org": true, " ane+b4a@example.eus ": true, "ane@[127.0.0.1]": true, "añe@example.org": true,
		"": false, "ane": false, "Ane <ane@example.org>": false, "ane@example.org, b@example.org": false,
		"ane@example.org\r\nBcc: b@example.org": false, "ane@example.org\nX: y": false, "\"a b\"@example.org": false,
		strings.Repeat("a", 250) + "@example.org": false,
	} {
		if _, err := mail.Address(text); (err == nil) != good || err != nil && fault.Of(err).Code != "email_invalid" {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// values are for every field that a template may name.
func values() map[string]string {
	v := map[string]string{"link": "/x#code=1", "text": "line one\nline two"}
	for _, k := range []string{
		"organization", "inviter", "holder", "days", "expires", "ledger", "number", "kind", "deadline", "provider",
	} {
		v[k] = "«" + k + "»"
	}
	return v
}

// TestTemplatesAreComplete renders every template in every language: the same ones, with the same values, none left out.
func TestTemplatesAreComplete(t *testing.T) {
	t.Parallel()
	names := mail.Templates(t, "en")
	if len(names) < 20 {
		t.Fatalf("%d templates", len(names))
	}
	field := regexp.MustCompile(`«(\w+)»|https://b4a\.example\.eus/x#code=1|> line two`)
	for _, locale := range mail.Locales() {
		if got := mail.Templates(t, locale); !slices.Equal(got, names) {
			t.Errorf("%s has %v, en has %v", locale, got, names)
		}
	}
	for _, name := range names {
		var first []string
		for _, locale := range mail.Locales() {
			l, err := mail.Render(mail.Message{To: "a@example.org", Locale: locale, Template: name, Data: values()}, "https://b4a.example.eus")
			if err != nil {
				t.Fatalf("%s in %s: %v", name, locale, err)
			}
			if l.Subject == "" || strings.ContainsAny(l.Subject, "\r\n") || strings.Contains(l.Text+l.HTML, "<no value>") {
				t.Errorf("%s in %s: %+v", name, locale, l)
			}
			used := field.FindAllString(l.Text, -1)
			slices.Sort(used)
			used = slices.Compact(used)
			if first == nil {
				first = used
			}
			if !slices.Equal(used, first) {
				t.Errorf("%s in %s uses %v, in %s %v", name, locale, used, mail.Locales()[0], first)
			}
			if strings.Contains(l.Text, "/x#") && !strings.Contains(l.HTML, `<a href="https://b4a.example.eus/x#code=1"`) {
				t.Errorf("%s in %s: the link is none: %s", name, locale, l.HTML)
			}
		}
	}
}

// TestKindsAreTranslated wants the kinds of organizations in the language of the mail.
func TestKindsAreTranslated(t *testing.T) {
	t.Parallel()
	for locale, word := range map[string]string{"eu": "unibertsitatea", "es": "universidad", "en": "university"} {
		data := values()
		data["kind"] = "university"
		l, err := mail.Render(mail.Message{To: "a@example.org", Locale: locale, Template: "access-new", Data: data}, "https://b4a.example.eus")
		if err != nil || !strings.Contains(l.Text, "("+word+")") {
			t.Errorf("%s: %v: %s", locale, err, l.Text)
		}
	}
}

func TestMissingValuesAreRefused(t *testing.T) {
	t.Parallel()
	s := service(newOutbox(), nil)
	for name, m := range map[string]mail.Message{
		"no value":         {To: "a@example.org", Template: "password-reset"},
		"no template":      {To: "a@example.org", Template: "nothing"},
		"foreign link":     {To: "a@example.org", Template: "password-reset", Data: map[string]string{"link": "https://evil.example/"}},
		"link of any host": {To: "a@example.org", Template: "password-reset", Data: map[string]string{"link": "//evil.example/"}},
	} {
		if err := s.Queue(t.Context(), m); err == nil {
			t.Errorf("%s: queued", name)
		}
	}
}

// FuzzRender: whatever others wrote, there is one header line, no markup of theirs and no paragraph or link of theirs.
func FuzzRender(f *testing.F) {
	for _, s := range []string{
		"x\r\nBcc: a@b.c", "<script>alert(1)</script>", "\n\nhttps://evil.example/\n\n", "{{.link}}", "\u202e", "\xff\xfe", "a\u2028b",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := mail.Message{To: "a@example.org", Locale: "en", Template: "certificate-expiring", Data: map[string]string{
			"organization": s, "holder": s, "days": s, "expires": s, "link": "/x",
		}}
		l, err := mail.Render(m, "https://b4a.example.eus")
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(l.Subject, "\r\n") || strings.Count(l.HTML, "<a ") != 1 || strings.Count(l.HTML, "<p") != 4 ||
			strings.Contains(l.HTML, "<script") || strings.Count(l.Text, "\n\n") != 2 {
			t.Errorf("%q: %s", s, fmt.Sprint(l))
		}
	})
}
