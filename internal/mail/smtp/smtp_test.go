// SPDX-License-Identifier: Apache-2.0

package smtp_test

import (
	"mime"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/mail"
	"github.com/blockchain4all/blockchain4all/internal/mail/smtp"
	"github.com/blockchain4all/blockchain4all/internal/mail/smtptest"
)

const from = "Blockchain4all <b4a@example.eus>"

func letter(to string) mail.Letter {
	return mail.Letter{
		ID: "01J0", To: to, Subject: "Zure eskaera ñ", Locale: "eu", Text: "Kaixo\n", HTML: "<p>Kaixo</p>",
		Date: time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC),
	}
}

func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSend(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options smtptest.Options
		url     func(s *smtptest.Server) string
	}{
		"STARTTLS and password": {smtptest.Options{User: "b4a", Password: "sekretua"}, func(s *smtptest.Server) string {
			return "smtp://b4a@" + s.Addr + "?ca=" + file(t, s.CA)
		}},
		"TLS from the start": {smtptest.Options{Implicit: true, User: "b4a", Password: "sekretua"}, func(s *smtptest.Server) string {
			return "smtps://b4a@" + s.Addr + "?ca=" + file(t, s.CA)
		}},
		"in the clear on loopback": {smtptest.Options{Plain: true}, func(s *smtptest.Server) string {
			return "smtp://" + s.Addr + "?tls=none"
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := smtptest.New(t, c.options)
			config := smtp.Config{URL: c.url(server), From: from}
			if c.options.User != "" {
				config.PasswordFile = file(t, "sekretua\n")
			}
			transport, err := smtp.New(config)
			if err != nil {
				t.Fatal(err)
			}
			if err := transport.Send(t.Context(), letter("ane@example.org")); err != nil {
				t.Fatal(err)
			}
			got := server.Received()
			if len(got) != 1 || got[0].From != "b4a@example.eus" || got[0].To[0] != "ane@example.org" {
				t.Fatalf("%+v", got)
			}
			m, err := netmail.ReadMessage(strings.NewReader(got[0].Data))
			if err != nil {
				t.Fatal(err)
			}
			subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
			if err != nil || subject != "Zure eskaera ñ" {
				t.Errorf("subject %q: %v", subject, err)
			}
			if m.Header.Get("Message-Id") != "<01J0@example.eus>" || m.Header.Get("Auto-Submitted") != "auto-generated" {
				t.Errorf("headers: %v", m.Header)
			}
			if !strings.HasPrefix(m.Header.Get("Content-Type"), "multipart/alternative") {
				t.Errorf("content type %s", m.Header.Get("Content-Type"))
			}
		})
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	server := smtptest.New(t, smtptest.Options{
		User: "b4a", Password: "sekretua", Refuse: map[string]int{"inor@example.org": 550, "geroago@example.org": 450},
	})
	ca, right := file(t, server.CA), file(t, "sekretua")
	for name, c := range map[string]struct {
		url, password, to string
		kind              fault.Kind
	}{
		"no such recipient":      {"smtp://b4a@" + server.Addr + "?ca=" + ca, right, "inor@example.org", fault.Rejected},
		"not now":                {"smtp://b4a@" + server.Addr + "?ca=" + ca, right, "geroago@example.org", fault.Unavailable},
		"wrong password":         {"smtp://b4a@" + server.Addr + "?ca=" + ca, file(t, "okerra"), "ane@example.org", fault.Unavailable},
		"a certificate of no CA": {"smtp://b4a@" + server.Addr, right, "ane@example.org", fault.Unavailable},
		"nobody listens":         {"smtp://b4a@127.0.0.1:1?ca=" + ca, right, "ane@example.org", fault.Unavailable},
		"an address with a header": {
			"smtp://b4a@" + server.Addr + "?ca=" + ca, right, "ane@example.org\r\nBcc: x@example.org", fault.Rejected,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport, err := smtp.New(smtp.Config{URL: c.url, PasswordFile: c.password, From: from})
			if err != nil {
				t.Fatal(err)
			}
			err = transport.Send(t.Context(), letter(c.to))
			if err == nil || fault.KindOf(err) != c.kind {
				t.Errorf("%v, want %s", err, c.kind)
			}
			if err != nil && strings.Contains(err.Error(), "okerra") {
				t.Error("the password is in the error")
			}
		})
	}
	t.Cleanup(func() {
		if n := len(server.Received()); n != 0 {
			t.Errorf("%d mails were taken", n)
		}
	})
}

// TestNoFallback: a server that offers no TLS gets nothing, and no password.
func TestNoFallback(t *testing.T) {
	t.Parallel()
	server := smtptest.New(t, smtptest.Options{Plain: true, User: "b4a", Password: "sekretua"})
	transport, err := smtp.New(smtp.Config{URL: "smtp://b4a@" + server.Addr, PasswordFile: file(t, "sekretua"), From: from})
	if err != nil {
		t.Fatal(err)
	}
	if err := transport.Send(t.Context(), letter("ane@example.org")); err == nil || len(server.Received()) != 0 {
		t.Errorf("sent in the clear: %v", err)
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	password := file(t, "x")
	for name, c := range map[string]smtp.Config{
		"no address":             {URL: "smtp://", From: from},
		"another scheme":         {URL: "http://host", From: from},
		"a password in it":       {URL: "smtp://b4a:x@host", PasswordFile: password, From: from},
		"a user without a file":  {URL: "smtp://b4a@host", From: from},
		"a file without a user":  {URL: "smtp://host", PasswordFile: password, From: from},
		"no such password file":  {URL: "smtp://b4a@host", PasswordFile: password + "x", From: from},
		"in the clear elsewhere": {URL: "smtp://example.org?tls=none", From: from},
		"unknown option":         {URL: "smtp://host?verify=no", From: from},
		"no such CA":             {URL: "smtp://host?ca=/nowhere", From: from},
		"a CA of nothing":        {URL: "smtp://host?ca=" + password, From: from},
		"no sender":              {URL: "smtp://host"},
		"a path":                 {URL: "smtp://host/x", From: from},
	} {
		if _, err := smtp.New(c); fault.Of(err).Code != "smtp_invalid" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
