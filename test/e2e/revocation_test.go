// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client/enrollment"
	"github.com/blockchain4all/blockchain4all/internal/fabric/conn"
	"github.com/blockchain4all/blockchain4all/internal/fabric/gateway"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// person is a member with a key of their own.
type person struct {
	org, name, key, cert, serial string
}

func (p *platform) person(org, name string) person {
	p.t.Helper()
	dir := p.t.TempDir()
	who := person{org: org, name: name, key: filepath.Join(dir, "key.pem"), cert: filepath.Join(dir, "cert.pem")}
	p.must("cert", "request", "--org", org, "--name", name, "--key", who.key, "--out", who.cert, "--attribute", "b4a.role=examiner")
	who.serial = p.newest(org, "member/"+name).Serial
	return who
}

func (p *platform) newest(org, holder string) api.Certificate {
	p.t.Helper()
	var newest api.Certificate
	for c, err := range p.c.Certificates(p.t.Context(), org) {
		if err != nil {
			p.t.Fatal(err)
		}
		if c.Holder == holder && c.Purpose == "sign" && !c.NotBefore.Before(newest.NotBefore) {
			newest = c
		}
	}
	return newest
}

func (p *platform) certificate(org, serial string) api.Certificate {
	p.t.Helper()
	for c, err := range p.c.Certificates(p.t.Context(), org) {
		if err != nil {
			p.t.Fatal(err)
		}
		if c.Serial == serial {
			return c
		}
	}
	p.t.Fatalf("no certificate %s", serial)
	return api.Certificate{}
}

func (p *platform) record(ledger string, who person, ref string) (errs string, code int) {
	p.t.Helper()
	_, errs, code = p.cli("tx", "submit", ledger, "exams", "RecordResult", "saioa", "musika", ref, "--org", who.org,
		"--transient", "result="+result("7")["result"], "--cert", who.cert, "--key", who.key)
	return errs, code
}

// endorsedBy asks the peer of an organization to endorse as a person, with no part of the platform in between.
func (p *platform) endorsedBy(ctx context.Context, ledger, peerOrg string, who person, ref string) error {
	p.t.Helper()
	var roots []byte
	m, err := p.c.MSP(ctx, peerOrg)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, k := range m.Authorities {
		if k.Purpose == "tls-ca" {
			roots = append(roots, k.PEM...)
		}
	}
	n, err := p.c.Node(ctx, peerOrg+"-peer0")
	if err != nil {
		p.t.Fatal(err)
	}
	pool := conn.NewPool()
	defer pool.Close()
	c, err := pool.Get(conn.Target{Address: n.Address, TLSRoots: roots})
	if err != nil {
		p.t.Fatal(err)
	}
	key, err := enrollment.ParseKey(mustRead(p.t, who.key))
	if err != nil {
		p.t.Fatal(err)
	}
	id := &msp.Identity{MSPID: msp.MSPID(who.org), Cert: mustRead(p.t, who.cert), Key: key}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, err = gateway.NewClient(c, id).Endorse(ctx, gateway.Request{
		Channel: ledger, Chaincode: "exams", Function: "RecordResult", Args: []string{"saioa", "musika", ref},
		Transient:     map[string][]byte{"result": []byte(result("7")["result"])},
		EndorsingOrgs: []string{msp.MSPID(peerOrg)},
	})
	return err
}

// refusedBy checks that every peer refuses a person and that each took them for what they are: revoked.
func (p *platform) refusedBy(ledger string, who person, peerOrgs ...string) {
	p.t.Helper()
	for _, o := range peerOrgs {
		p.eventually("refusal by the peer of "+o, func(ctx context.Context) error {
			err := p.endorsedBy(ctx, ledger, o, who, "ref-after-"+o)
			if err == nil {
				p.t.Fatalf("the peer of %s endorses for a revoked certificate", o)
			}
			if errors.Is(err, &fault.Error{Code: "creator_refused"}) {
				return nil
			}
			return err // it restarts
		})
	}
	if errs, code := p.record(ledger, who, "ref-after"); code == 0 {
		p.t.Errorf("a revoked member's transaction is accepted: %s", errs)
	} else {
		p.t.Logf("platform: %s", errs)
	}
}

// effectOn gives the block since which a ledger refuses a certificate and checks that it is a configuration.
func (p *platform) effectOn(ledger, org, serial string) uint64 {
	p.t.Helper()
	c := p.certificate(org, serial)
	if c.Status != "revoked" || c.RevokedAt == nil || len(c.Effects) == 0 {
		p.t.Fatalf("certificate: %+v", c)
	}
	for _, e := range c.Effects {
		if e.Ledger != ledger {
			continue
		}
		for tx, err := range p.c.Transactions(p.t.Context(), ledger) {
			if err != nil {
				p.t.Fatal(err)
			}
			if tx.Block == e.Block && tx.Type == "config" {
				return e.Block
			}
		}
		p.t.Errorf("block %d of %s is no configuration", e.Block, ledger)
		return e.Block
	}
	p.t.Fatalf("no effect on %s: %+v", ledger, c.Effects)
	return 0
}

// TestIntegrationRevocation revokes a member: the block is shown, every peer refuses the next transaction, others go on,
// and whoever asks by list or OCSP hears of it.
func TestIntegrationRevocation(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.org("unibertsitatea")
	p.org("bizkaia")
	orgs := []string{"platform", "unibertsitatea", "bizkaia"}
	p.ledger("ezeztatu", orgs...)
	p.exams("ezeztatu")
	p.submit("ezeztatu", "unibertsitatea", "CreateSession", nil, "saioa", "Saioa", "2026-06-15")
	ane, jon := p.person("unibertsitatea", "ane"), p.person("unibertsitatea", "jon")
	for i, who := range []person{ane, jon} {
		if errs, code := p.record("ezeztatu", who, fmt.Sprintf("ref-before-%d", i)); code != 0 {
			t.Fatalf("before: %s", errs)
		}
	}
	for _, o := range orgs {
		if err := p.endorsedBy(t.Context(), "ezeztatu", o, ane, "ref-endorse-"+o); err != nil {
			t.Fatalf("before, peer of %s: %v", o, err)
		}
	}
	public := newAsker(p, ane)
	public.ocsp("good")
	p.must("cert", "list", "--expiring", "400d", "--holder", "member/ane")

	begun := time.Now()
	out := p.must("cert", "revoke", ane.serial, "--org", "unibertsitatea", "--reason", "keyCompromise")
	t.Logf("revoked in %s:\n%s", time.Since(begun).Round(time.Millisecond), out)
	block := p.effectOn("ezeztatu", "unibertsitatea", ane.serial)
	if !strings.Contains(out, fmt.Sprintf("since block %d of ledger ezeztatu", block)) || block == 0 {
		t.Errorf("block %d is not shown: %s", block, out)
	}
	p.refusedBy("ezeztatu", ane, orgs...)
	if errs, code := p.record("ezeztatu", jon, "ref-others"); code != 0 {
		t.Errorf("another member: %s", errs)
	}
	p.submit("ezeztatu", "unibertsitatea", "RecordResult", result("5"), "saioa", "fisika", "ref-office")
	p.evaluate("ezeztatu", "bizkaia", "GetSession", nil, "saioa")
	public.ocsp("revoked")
	public.list()

	// A ledger that is made later refuses from its first block on, and the record learns of it.
	p.ledger("gero", "unibertsitatea", "bizkaia")
	p.eventually("the later ledger in the record", func(context.Context) error {
		for _, e := range p.certificate("unibertsitatea", ane.serial).Effects { //nolint:contextcheck // the test has its own
			if e.Ledger == "gero" {
				return nil
			}
		}
		return errors.New("not yet")
	})
	if got := p.effectOn("gero", "unibertsitatea", ane.serial); got != 0 {
		t.Errorf("effective since block %d of a later ledger, want 0", got)
	}
	p.custodialAndBlind()
}

// custodialAndBlind revokes by deleting an application, and what must not be revoked.
func (p *platform) custodialAndBlind() {
	p.t.Helper()
	app, err := p.c.NewApplication(p.t.Context(), "bizkaia", api.NewApplication{
		Name: "galdetu", Attributes: map[string]string{"b4a.role": "examiner"},
	})
	if err != nil {
		p.t.Fatal(err)
	}
	call := api.Call{Organization: "bizkaia", Application: "galdetu", Function: "GetSession", Arguments: []string{"saioa"}}
	if _, err := p.c.Evaluate(p.t.Context(), "ezeztatu", "exams", call); err != nil {
		p.t.Errorf("custodial application: %v", err)
	}
	op, err := p.c.RevokeCertificate(p.t.Context(), "bizkaia", app.Certificate.Serial, api.CertificateRevocation{Reason: "certificateHold"})
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.c.Evaluate(p.t.Context(), "ezeztatu", "exams", call); code(err) != "certificate_revoked" {
		p.t.Errorf("custodial application on hold, at once: %v", err)
	}
	p.done(op, nil)
	p.done(p.c.ReleaseCertificate(p.t.Context(), "bizkaia", app.Certificate.Serial))
	if _, err := p.c.Evaluate(p.t.Context(), "ezeztatu", "exams", call); err != nil {
		p.t.Errorf("custodial application, released: %v", err)
	}
	p.must("app", "delete", "galdetu", "--org", "bizkaia")
	p.eventually("deleted application on the ledger", func(context.Context) error {
		if c := p.certificate("bizkaia", app.Certificate.Serial); len(c.Effects) < 2 { //nolint:contextcheck // the test has its own
			return fmt.Errorf("effects: %+v", c.Effects)
		}
		return nil
	})
	for holder, want := range map[string]string{"bizkaia-peer0": "certificate_in_use", "administrator": "certificate_in_use"} {
		_, err := p.c.RevokeCertificate(p.t.Context(), "bizkaia", p.newest("bizkaia", holder).Serial, api.CertificateRevocation{})
		if code(err) != want {
			p.t.Errorf("%s: %v, want %s", holder, err, want)
		}
	}
	held := p.person("unibertsitatea", "miren")
	p.must("cert", "revoke", held.serial, "--org", "unibertsitatea", "--reason", "certificateHold")
	p.refusedBy("ezeztatu", held, "bizkaia", "platform")
	p.must("cert", "release", held.serial, "--org", "unibertsitatea")
	if errs, code := p.record("ezeztatu", held, "ref-released"); code != 0 {
		p.t.Errorf("released: %s", errs)
	}
}

// asker asks about a certificate as programs of others do, by OpenSSL.
type asker struct {
	p            *platform
	who          person
	dir          string
	crl, address string
}

func newAsker(p *platform, who person) *asker {
	p.t.Helper()
	a := &asker{p: p, who: who, dir: p.t.TempDir()}
	var issuer string
	for c, err := range p.c.Certificates(p.t.Context(), who.org) {
		if err != nil {
			p.t.Fatal(err)
		}
		if c.Purpose == "ca" {
			issuer = c.PEM
		}
	}
	if err := os.WriteFile(filepath.Join(a.dir, "ca.pem"), []byte(issuer), 0o600); err != nil {
		p.t.Fatal(err)
	}
	text := a.openssl("x509", "-in", who.cert, "-noout", "-text")
	for line := range strings.Lines(text) {
		if _, address, ok := strings.Cut(strings.TrimSpace(line), "OCSP - URI:"); ok {
			a.address = address
		} else if _, address, ok := strings.Cut(strings.TrimSpace(line), "URI:"); ok {
			a.crl = address
		}
	}
	if a.crl == "" || a.address == "" {
		p.t.Fatalf("the certificate names no place to ask:\n%s", text)
	}
	return a
}

func (a *asker) openssl(args ...string) string {
	a.p.t.Helper()
	cmd := exec.CommandContext(a.p.t.Context(), "openssl", args...)
	cmd.Dir = a.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		a.p.t.Fatalf("openssl %v: %v\n%s", args, err, out)
	}
	return string(out)
}

func (a *asker) get(address string) *http.Request {
	a.p.t.Helper()
	r, err := http.NewRequestWithContext(a.p.t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		a.p.t.Fatal(err)
	}
	return r
}

// ocsp asks by POST, and by GET with what OpenSSL made for that.
func (a *asker) ocsp(want string) {
	t := a.p.t
	t.Helper()
	posted := a.openssl("ocsp", "-issuer", "ca.pem", "-cert", a.who.cert, "-url", a.address, "-CAfile", "ca.pem", "-no_nonce",
		"-reqout", "request.der")
	if !strings.Contains(posted, "Response verify OK") || !strings.Contains(posted, ": "+want) {
		t.Errorf("OCSP by POST: %s", posted)
	}
	request := base64.StdEncoding.EncodeToString(mustRead(t, filepath.Join(a.dir, "request.der")))
	res, err := http.DefaultClient.Do(a.get(a.address + "/" + url.PathEscape(request)))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil || res.Header.Get("Content-Type") != "application/ocsp-response" {
		t.Fatalf("OCSP by GET: %v: %v", res.Header, err)
	}
	if err := os.WriteFile(filepath.Join(a.dir, "answer.der"), answer, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := a.openssl("ocsp", "-issuer", "ca.pem", "-cert", a.who.cert, "-respin", "answer.der", "-CAfile", "ca.pem", "-no_nonce"); !strings.Contains(got, ": "+want) {
		t.Errorf("OCSP by GET: %s", got)
	}
}

// list has OpenSSL check the published list and go by it.
func (a *asker) list() {
	t := a.p.t
	t.Helper()
	res, err := http.DefaultClient.Do(a.get(a.crl))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	der, err := io.ReadAll(res.Body)
	if err != nil || res.Header.Get("Content-Type") != "application/pkix-crl" || !strings.Contains(res.Header.Get("Cache-Control"), "public") {
		t.Fatalf("list: %v: %v", res.Header, err)
	}
	if err := os.WriteFile(filepath.Join(a.dir, "list.der"), der, 0o600); err != nil {
		t.Fatal(err)
	}
	text := a.openssl("crl", "-inform", "DER", "-in", "list.der", "-CAfile", "ca.pem", "-text", "-out", "list.pem")
	text += a.openssl("crl", "-in", "list.pem", "-noout", "-text")
	if !strings.Contains(text, "verify OK") || !strings.Contains(strings.ToLower(text), a.who.serial) || !strings.Contains(text, "Key Compromise") {
		t.Errorf("list: %s", text)
	}
	cmd := exec.CommandContext(t.Context(), "openssl", "verify", "-crl_check", "-CAfile", "ca.pem", "-CRLfile", "list.pem", a.who.cert)
	cmd.Dir = a.dir
	if out, err := cmd.CombinedOutput(); err == nil || !bytes.Contains(out, []byte("certificate revoked")) {
		t.Errorf("openssl verify: %v\n%s", err, out)
	}
}

// TestIntegrationRevocationKilled kills b4a at every step of a revocation: after the restart it reaches the ledger.
func TestIntegrationRevocationKilled(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.org("bizkaia")
	p.ledger("hilda", "platform", "bizkaia")
	p.exams("hilda")
	p.submit("hilda", "bizkaia", "CreateSession", nil, "saioa", "Saioa", "2026-06-15")
	for step := range 4 {
		who := p.person("bizkaia", fmt.Sprintf("kidea%d", step))
		op, err := p.c.RevokeCertificate(t.Context(), "bizkaia", who.serial, api.CertificateRevocation{Reason: "cessationOfOperation"})
		if err != nil {
			t.Fatal(err)
		}
		p.killAtStep(op.ID, step)
		for _, s := range p.done(op, nil).Steps {
			if s.State != "succeeded" {
				t.Errorf("killed at step %d: step %s is %s", step, s.Name, s.State)
			}
		}
		p.effectOn("hilda", "bizkaia", who.serial)
		p.refusedBy("hilda", who, "platform", "bizkaia")
	}
}

// openSSLResponder is an authority's OCSP responder, OpenSSL's own, with a certificate for that purpose, behind an
// address. Its word is OpenSSL's index file.
type openSSLResponder struct {
	*publicAuthority
	url string

	mu    sync.Mutex
	asked int
}

func newOpenSSLResponder(t *testing.T) *openSSLResponder {
	t.Helper()
	r := &openSSLResponder{publicAuthority: newPublicAuthority(t)}
	r.write("responder.ext", "extendedKeyUsage=OCSPSigning\nkeyUsage=critical,digitalSignature\n")
	r.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "responder.key", "-out", "responder.csr", "-subj", "/CN=OCSP responder")
	r.openssl("x509", "-req", "-in", "responder.csr", "-CA", "issuing.pem", "-CAkey", "issuing.key", "-CAcreateserial",
		"-days", "30", "-extfile", "responder.ext", "-out", "responder.pem")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.asked++
		body, err := io.ReadAll(req.Body)
		if err == nil {
			err = os.WriteFile(r.path("req.der"), body, 0o600)
		}
		if err == nil {
			cmd := exec.Command("openssl", "ocsp", "-index", "index.txt", "-CA", "issuing.pem", "-rsigner", "responder.pem",
				"-rkey", "responder.key", "-reqin", "req.der", "-respout", "resp.der", "-nmin", "5")
			cmd.Dir = r.dir
			err = cmd.Run()
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		answer, err := os.ReadFile(r.path("resp.der"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/ocsp-response")
		_, _ = w.Write(answer)
	}))
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

// card issues a person's certificate of the public authority that names only the OCSP responder.
func (r *openSSLResponder) card(name string) string {
	r.t.Helper()
	r.write("card.ext", "authorityInfoAccess=OCSP;URI:"+r.url+"\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n")
	r.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "card.key", "-out", "card.csr", "-subj", "/CN="+name)
	r.openssl("x509", "-req", "-in", "card.csr", "-CA", "issuing.pem", "-CAkey", "issuing.key", "-set_serial", "0x4b1d",
		"-days", "30", "-extfile", "card.ext", "-out", "card.pem")
	r.say("V\t301231235959Z\t\t4B1D\tunknown\t/CN=" + name)
	return r.path("card.pem")
}

// say writes the index file: what the responder answers from now on.
func (r *openSSLResponder) say(line string) {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.write("index.txt", line+"\n")
}

// TestIntegrationOCSPOnlyAuthority follows a person's certificate of an authority that publishes no list: when it is
// revoked there, the person's Fabric certificate is refused by every peer.
func TestIntegrationOCSPOnlyAuthority(t *testing.T) {
	t.Parallel()
	public := newOpenSSLResponder(t)
	card := public.card("Ane Etxebarria")
	p := newPlatform(t, "--private-authorities", "--authority-poll", "1s")
	p.org("bizkaia")
	p.ledger("txartela", "platform", "bizkaia")
	p.exams("txartela")
	p.submit("txartela", "bizkaia", "CreateSession", nil, "saioa", "Saioa", "2026-06-15")
	ane := p.person("bizkaia", "ane")
	p.must("cert", "watch", "--org", "bizkaia", "--holder", "member/ane", "--cert", card, "--issuers", public.path("issuing.pem"))
	state := func(want string) {
		t.Helper()
		p.eventually("card is "+want, func(ctx context.Context) error {
			found, err := p.c.WatchedCertificates(ctx, "bizkaia")
			if err == nil && (len(found.Items) != 1 || found.Items[0].State != want) {
				return fmt.Errorf("watched: %+v", found.Items)
			}
			return err
		})
	}
	state("good")
	if errs, code := p.record("txartela", ane, "ref-before"); code != 0 {
		t.Fatalf("before: %s", errs)
	}
	public.say("R\t301231235959Z\t261128120000Z,keyCompromise\t4B1D\tunknown\t/CN=Ane Etxebarria")
	begun := time.Now()
	state("revoked")
	p.eventually("the ledger refuses", func(context.Context) error {
		if c := p.certificate("bizkaia", ane.serial); len(c.Effects) == 0 { //nolint:contextcheck // the test has its own
			return fmt.Errorf("certificate: %+v", c)
		}
		return nil
	})
	t.Logf("revoked by the public authority, refused since block %d, after %s",
		p.effectOn("txartela", "bizkaia", ane.serial), time.Since(begun).Round(time.Millisecond))
	p.refusedBy("txartela", ane, "platform", "bizkaia")
	t.Log(p.must("cert", "watched", "--org", "bizkaia"))
}
