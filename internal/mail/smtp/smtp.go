// SPDX-License-Identifier: Apache-2.0

// Package smtp hands letters to a mail server by SMTP (RFC 5321, RFC 6409).
package smtp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/mail"
)

// Ports of submission (RFC 6409, RFC 8314).
const (
	portStartTLS = 587
	portTLS      = 465
)

const timeout = 30 * time.Second

// Config names a mail server.
type Config struct {
	// URL is "smtp://user@host:587", where STARTTLS is demanded, or "smtps://user@host:465". The user may be left out.
	// "?ca=FILE" trusts the authorities of a PEM file instead of the system's; "?tls=none" speaks in the clear, to
	// loopback addresses only.
	URL          string
	PasswordFile string // holds the user's password
	From         string // "Blockchain4all <b4a@example.eus>"
}

// Transport is a mail.Transport. Each letter has a connection of its own.
type Transport struct {
	host    string
	from    netmail.Address
	options []gomail.Option
	user    string
	file    string
}

var _ mail.Transport = (*Transport)(nil)

// New checks the configuration. Nothing is dialled. What can't be is a fault.Invalid "smtp_invalid".
func New(c Config) (*Transport, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.Fragment != "" {
		return nil, invalid("--smtp is not a mail server's address")
	}
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		return nil, invalid("--mail-from is not a mail address")
	}
	t := &Transport{host: u.Hostname(), from: *from, user: u.User.Username(), file: c.PasswordFile}
	if _, inURL := u.User.Password(); inURL {
		return nil, invalid("the password does not belong into --smtp: others could read it")
	}
	if (t.user == "") != (t.file == "") {
		return nil, invalid("a user in --smtp needs --smtp-password-file, and the other way round")
	}
	security, err := security(u)
	if err != nil {
		return nil, err
	}
	t.options = append(security, gomail.WithTimeout(timeout), gomail.WithHELO(helo(from.Address)))
	if t.user != "" {
		if _, err := t.password(); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func invalid(what string) *fault.Error {
	return fault.New(fault.Invalid, "smtp_invalid", "%s", what).
		WithHint("--smtp smtp://user@host:587 --smtp-password-file FILE --mail-from b4a@example.eus")
}

// security gives the options of the port and of TLS.
func security(u *url.URL) ([]gomail.Option, error) {
	port, policy := portStartTLS, []gomail.Option{gomail.WithTLSPolicy(gomail.TLSMandatory)}
	switch u.Scheme {
	case "smtp":
	case "smtps":
		port, policy = portTLS, []gomail.Option{gomail.WithSSL()}
	default:
		return nil, invalid("--smtp begins with smtp:// or smtps://")
	}
	if p := u.Port(); p != "" {
		var err error
		if port, err = strconv.Atoi(p); err != nil {
			return nil, invalid("--smtp has no such port")
		}
	}
	config := &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}
	for name, values := range u.Query() {
		switch {
		case name == "tls" && values[0] == "none" && u.Scheme == "smtp":
			if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
				return nil, invalid("--smtp without TLS is for a server on this machine only")
			}
			policy = []gomail.Option{gomail.WithTLSPolicy(gomail.NoTLS)}
		case name == "ca":
			pem, err := os.ReadFile(values[0])
			if err != nil {
				return nil, invalid("the authorities of --smtp can't be read").WithCause(err)
			}
			config.RootCAs = x509.NewCertPool()
			if !config.RootCAs.AppendCertsFromPEM(pem) {
				return nil, invalid("the file of --smtp's authorities holds no certificate")
			}
		default:
			return nil, invalid("--smtp knows ?ca=FILE and ?tls=none")
		}
	}
	return append(policy, gomail.WithPort(port), gomail.WithTLSConfig(config)), nil
}

// helo gives the name by which the platform introduces itself: the domain that it sends from.
func helo(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

func (t *Transport) password() (string, error) {
	data, err := os.ReadFile(t.file)
	if err != nil {
		return "", invalid("the mail server's password can't be read").WithCause(err)
	}
	return strings.TrimRight(string(data), "\r\n"), nil
}

// Send implements mail.Transport.
func (t *Transport) Send(ctx context.Context, l mail.Letter) error {
	m, err := t.compose(l)
	if err != nil {
		return fault.New(fault.Rejected, "mail_address_refused", "the address is not one to send to").WithCause(err)
	}
	options := t.options
	if t.user != "" {
		password, err := t.password() // read each time: it may be changed without a restart
		if err != nil {
			return err
		}
		options = append(append([]gomail.Option(nil), options...),
			gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(t.user), gomail.WithPassword(password))
	}
	c, err := gomail.NewClient(t.host, options...)
	if err != nil {
		return fmt.Errorf("mail client: %w", err)
	}
	if err := c.DialAndSendWithContext(ctx, m); err != nil {
		return classify(err)
	}
	return nil
}

func (t *Transport) compose(l mail.Letter) (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := m.FromFormat(t.from.Name, t.from.Address); err != nil {
		return nil, fmt.Errorf("from: %w", err)
	}
	if err := m.To(l.To); err != nil {
		return nil, fmt.Errorf("to: %w", err)
	}
	m.Subject(l.Subject)
	m.SetMessageIDWithValue(l.ID + "@" + helo(t.from.Address))
	m.SetDateWithValue(l.Date)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's vacation answers it
	m.SetGenHeader("Content-Language", l.Locale)
	m.SetBodyString(gomail.TypeTextPlain, l.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, l.HTML)
	return m, nil
}

// classify tells a recipient or message that the server refuses for good (5yz, RFC 5321 section 4.2.1) from all that
// may pass: an unreachable server, wrong credentials, a sender not yet allowed.
func classify(err error) error {
	if s, ok := errors.AsType[*gomail.SendError](err); ok {
		final := s.Reason == gomail.ErrSMTPRcptTo || s.Reason == gomail.ErrSMTPData || s.Reason == gomail.ErrSMTPDataClose
		if final && !s.IsTemp() && s.ErrorCode() >= 500 {
			return fault.New(fault.Rejected, "mail_refused", "the mail server refused it (%d)", s.ErrorCode()).WithCause(err)
		}
	}
	return fault.New(fault.Unavailable, "mail_not_taken", "the mail server did not take it").WithCause(err)
}
