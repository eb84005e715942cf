// SPDX-License-Identifier: Apache-2.0

package clientcert_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/signin"
	"github.com/blockchain4all/blockchain4all/internal/signin/clientcert"
	"github.com/blockchain4all/blockchain4all/internal/signin/signintest"
)

const ane = "/C=ES/serialNumber=IDCES-12345678Z/CN=ANE ETXEBARRIA"

type world struct {
	*signintest.Authority
	clock    *signintest.Clock
	verifier *clientcert.Verifier
	settings signin.Certificates
	log      *bytes.Buffer
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Authority: signintest.NewAuthority(t), clock: &signintest.Clock{}, log: &bytes.Buffer{}}
	w.settings = signin.Certificates{
		Enabled: true, Authorities: []signin.Authority{{Name: "Stand-in", PEM: w.PEM("root", "issuing")}},
		Subject: signin.BySerialNumber, Hosts: []string{w.Host},
	}
	w.forget()
	return w
}

// forget makes a verifier that has seen nothing yet.
func (w *world) forget() {
	w.verifier = clientcert.New(clientcert.Options{Now: w.clock.Now, Log: slog.New(slog.NewTextHandler(w.log, nil))})
}

func chain(pairs ...tls.Certificate) []*x509.Certificate {
	var out []*x509.Certificate
	for _, p := range pairs {
		out = append(out, p.Leaf)
	}
	return out
}

func (w *world) verify(ctx context.Context, p tls.Certificate) (signin.Identity, error) {
	return w.verifier.Verify(ctx, w.settings, chain(p))
}

func (w *world) want(t *testing.T, what string, p tls.Certificate, code string) {
	t.Helper()
	_, err := w.verify(t.Context(), p)
	switch {
	case code == "" && err != nil:
		t.Errorf("%s: %v (%v)", what, err, fault.Of(err).Cause)
	case code != "" && (err == nil || fault.Of(err).Code != code):
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func TestIntegrationWhoHoldsACard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	card := w.Person("ane", ane, "person_ext")
	for rule, want := range map[signin.SubjectRule]string{
		signin.BySerialNumber: "ES:12345678Z",
		signin.ByEmail:        "email:ane@bizkaia.example",
	} {
		w.settings.Subject = rule
		id, err := w.verify(t.Context(), card)
		if err != nil || id.Subject != want || id.Identifier != "ES:12345678Z" || id.Name != "ANE ETXEBARRIA" {
			t.Errorf("%s: %+v: %v", rule, id, err)
		}
		if (id.Email != "" && id.EmailVerified) != (rule == signin.ByEmail) {
			t.Errorf("%s: an address that nobody asked to trust: %+v", rule, id)
		}
	}
	w.settings.Subject = signin.ByIssuerSerial
	again := w.Person("again", ane, "person_ext")
	first, err := w.verify(t.Context(), card)
	if err != nil {
		t.Fatal(err)
	}
	second, err := w.verify(t.Context(), again)
	if err != nil || first.Subject == second.Subject {
		t.Errorf("two certificates of one person: %q, %q: %v", first.Subject, second.Subject, err)
	}
	if w.Asked.Load() != 2 {
		t.Errorf("the responder was asked %d times about two certificates", w.Asked.Load())
	}

	w.settings.Subject = signin.BySerialNumber
	w.settings.Authorities[0].PEM = w.PEM("root") // the browser sends the issuing authority's
	w.forget()
	w.want(t, "without the intermediate", card, "certificate_untrusted")
	id, err := w.verifier.Verify(t.Context(), w.settings, []*x509.Certificate{card.Leaf, w.Certificate("issuing")})
	if err != nil || id.Subject != "ES:12345678Z" {
		t.Errorf("with the browser's intermediate: %+v: %v", id, err)
	}
}

func TestIntegrationCertificatesThatAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	now := w.clock.Now()
	for name, c := range map[string]struct {
		subject, extensions, code string
		more                      []string
	}{
		"signature only":  {ane, "signature_ext", "certificate_usage", nil},
		"for servers":     {ane, "server_ext", "certificate_usage", nil},
		"for anything":    {ane, "noeku_ext", "certificate_usage", nil},
		"an authority's":  {ane, "sub_ext", "certificate_usage", nil},
		"expired":         {ane, "person_ext", "certificate_expired", signintest.Dates(now.Add(-48*time.Hour), now.Add(-24*time.Hour))},
		"not yet valid":   {ane, "person_ext", "certificate_expired", signintest.Dates(now.Add(24*time.Hour), now.Add(48*time.Hour))},
		"no serialNumber": {"/C=ES/CN=ANE", "person_ext", "certificate_subject", nil},
		"wrong letter":    {"/C=ES/serialNumber=IDCES-12345678A/CN=ANE", "person_ext", "certificate_subject", nil},
	} {
		w.want(t, name, w.Person(strings.ReplaceAll(name, " ", "-"), c.subject, c.extensions, c.more...), c.code)
	}
	other := signintest.NewImpostor(t)
	w.want(t, "another authority's", other.Person("ane", ane, "person_ext"), "certificate_untrusted")
	if _, err := w.verifier.Verify(t.Context(), w.settings, nil); fault.Of(err).Code != "certificate_missing" {
		t.Errorf("none: %v", err)
	}
}

func TestIntegrationRevocation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	both, byCRL, byOCSP := w.Person("both", ane, "person_ext"), w.Person("crl", ane, "crlonly_ext"), w.Person("ocsp-only", ane, "ocsponly_ext")
	nowhere, elsewhere := w.Person("nowhere", ane, "nowhere_ext"), w.Person("elsewhere", ane, "elsewhere_ext")
	for what, p := range map[string]tls.Certificate{"both": both, "by CRL": byCRL, "by OCSP": byOCSP} {
		w.want(t, what, p, "")
	}
	w.want(t, "an authority without revocation", nowhere, "revocation_unknown")
	w.want(t, "a list at the metadata address of a cloud", elsewhere, "revocation_unknown")
	if _, err := w.verify(t.Context(), elsewhere); !strings.Contains(fault.Of(err).Cause.Error(), "is not among those that may be asked") {
		t.Errorf("%v", fault.Of(err).Cause)
	}

	for _, name := range []string{"both", "crl", "ocsp-only"} {
		w.Revoke(name)
	}
	w.want(t, "what was heard is believed for a while", byOCSP, "")
	w.clock.Move(6 * time.Minute)
	w.want(t, "by OCSP, revoked", byOCSP, "certificate_revoked")
	w.want(t, "both, revoked", both, "certificate_revoked")
	w.want(t, "by CRL, before it is published", byCRL, "")
	w.PublishCRLs()
	w.clock.Move(time.Hour)
	w.forget() // OCSP answers of OpenSSL are of the real time
	w.want(t, "by CRL, revoked", byCRL, "certificate_revoked")
}

func TestIntegrationRevocationThatCanNotBeTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	card := w.Person("ane", ane, "person_ext")
	w.want(t, "all is well", card, "")
	w.Down.Store(true)
	w.want(t, "from the cache", card, "")
	w.forget()
	w.want(t, "nobody answers", card, "revocation_unknown")
	w.settings.AcceptUnknown = true
	w.want(t, "nobody answers, and that is accepted", card, "")
	if !strings.Contains(w.log.String(), "accepted without knowing") {
		t.Error("it is not in the log")
	}
	w.settings.AcceptUnknown = false
	w.settings.CRLs = []string{w.CRL("root"), w.CRL("issuing")}
	w.want(t, "by lists that were uploaded", card, "")
	w.clock.Move(8 * 24 * time.Hour)
	w.want(t, "by lists that are out of date", card, "revocation_unknown")
	w.Down.Store(false)
	w.settings.CRLs = nil
	w.want(t, "answers that are out of date", card, "revocation_unknown")
	w.clock.Move(-8 * 24 * time.Hour)
	w.forget()
	w.want(t, "back in time", card, "")

	w.Revoke("ane")
	w.PublishCRLs()
	w.settings.CRLs = []string{w.CRL("issuing")}
	w.Down.Store(true)
	w.settings.AcceptUnknown = true
	w.forget()
	w.want(t, "revoked by a list that was uploaded", card, "certificate_revoked")
	w.settings.CRLs = nil
	w.Down.Store(false)
	w.RevokeIssuing()
	w.PublishCRLs()
	fresh := w.Person("fresh", ane, "person_ext")
	w.forget()
	w.want(t, "the issuing authority is revoked", fresh, "certificate_revoked")
}

// TestIntegrationForgedAnswers has somebody on the way answer in the authority's place: OCSP and CRLs come over plain
// HTTP.
func TestIntegrationForgedAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	byOCSP, byCRL := w.Person("by-ocsp", ane, "ocsponly_ext"), w.Person("by-crl", ane, "crlonly_ext")
	w.Revoke("by-ocsp")
	w.Person("mallory", "/C=ES/serialNumber=IDCES-00000000T/CN=MALLORY", "person_ext")
	w.Responder("mallory") // a person's certificate of the same authority signs the answer
	w.want(t, "an answer that a person signed", byOCSP, "revocation_unknown")
	w.Responder("ocsp")
	for name, text := range map[string][]byte{"garbage": []byte("<html>"), "nothing": nil, "endless": make([]byte, 1<<20)} {
		w.Answer("/ocsp", text)
		w.want(t, "OCSP: "+name, byOCSP, "revocation_unknown")
		w.Answer("/issuing.crl", text)
		w.want(t, "CRL: "+name, byCRL, "revocation_unknown")
	}
	other := signintest.NewImpostor(t)
	w.Answer("/issuing.crl", []byte(other.CRL("issuing")))
	w.want(t, "another authority's list of the same name", byCRL, "revocation_unknown")
	w.Answer("/issuing.crl", []byte(w.CRL("root")))
	w.want(t, "the list of the root", byCRL, "revocation_unknown")
	w.Answer("", nil)
	w.want(t, "the right list", byCRL, "")
	w.want(t, "the right answer", byOCSP, "certificate_revoked")
}

// TestIntegrationPrivateHosts: hosts that only certificates name must be public ones.
func TestIntegrationPrivateHosts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	card := w.Person("ane", ane, "person_ext")
	w.settings.Hosts = nil // the issuing authority's certificate names the same loopback address
	_, err := w.verify(t.Context(), card)
	if fault.Of(err).Code != "revocation_unknown" || !strings.Contains(fault.Of(err).Cause.Error(), "127.0.0.1 is not a public address") {
		t.Errorf("%v: %v", err, fault.Of(err).Cause)
	}
	if w.Asked.Load()+w.CRLs.Load() != 0 {
		t.Error("it was asked all the same")
	}
}

func TestIntegrationAuthorities(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Person("ane", ane, "person_ext")
	good := w.PEM("root", "issuing")
	key := "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
	for name, c := range map[string]struct{ pem, code string }{
		"root and issuing": {good, ""},
		"issuing first":    {w.PEM("issuing", "root"), ""},
		"no root":          {w.PEM("issuing"), "authority_invalid"},
		"a person's":       {good + w.PEM("ane"), "authority_invalid"},
		"a key":            {good + key, "authority_invalid"},
		"text":             {"Izenpe\n" + good, ""},
		"only text":        {"Izenpe", "authority_invalid"},
		"too many":         {strings.Repeat(good, 30), "authority_invalid"},
		"cut":              {good[:len(good)-40], "authority_invalid"},
	} {
		k := signin.Certificates{Authorities: []signin.Authority{{Name: "x", PEM: c.pem}}}
		err := w.verifier.Check(k)
		if (err == nil) != (c.code == "") || err != nil && fault.Of(err).Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.clock.Move(20 * 365 * 24 * time.Hour)
	if err := w.verifier.Check(w.settings); fault.Of(err).Code != "authority_invalid" {
		t.Errorf("expired: %v", err)
	}
	w.clock.Move(-20 * 365 * 24 * time.Hour)
	if err := w.verifier.Check(signin.Certificates{CRLs: []string{"x"}}); fault.Of(err).Code != "crl_invalid" {
		t.Errorf("CRL: %v", err)
	}
}
