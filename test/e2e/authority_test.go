// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
)

// publicAuthority is a stand-in for a public certification authority, made by plain OpenSSL: an RSA-4096 root and an
// issuing authority below it.
type publicAuthority struct {
	t   *testing.T
	dir string
}

func newPublicAuthority(t *testing.T) *publicAuthority {
	t.Helper()
	a := &publicAuthority{t: t, dir: t.TempDir()}
	a.write("ca.ext", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
	a.openssl("req", "-x509", "-newkey", "rsa:4096", "-nodes", "-sha256", "-days", "3650", "-keyout", "root.key", "-out", "root.pem",
		"-subj", "/C=ES/O=Agintaritza Publikoa/CN=Root CA", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
	a.openssl("req", "-newkey", "rsa:4096", "-nodes", "-keyout", "issuing.key", "-out", "issuing.csr",
		"-subj", "/C=ES/O=Agintaritza Publikoa/CN=Issuing CA")
	a.openssl("x509", "-req", "-in", "issuing.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-sha256",
		"-days", "3000", "-extfile", "ca.ext", "-out", "issuing.pem")
	return a
}

func (a *publicAuthority) path(name string) string { return filepath.Join(a.dir, name) }

func (a *publicAuthority) write(name, content string) {
	a.t.Helper()
	if err := os.WriteFile(a.path(name), []byte(content), 0o600); err != nil {
		a.t.Fatal(err)
	}
}

func (a *publicAuthority) openssl(args ...string) {
	a.t.Helper()
	cmd := exec.CommandContext(a.t.Context(), "openssl", args...)
	cmd.Dir = a.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		a.t.Fatalf("openssl %v: %v\n%s", args, err, out)
	}
}

// certify makes subordinate authorities of the requests in a file and gives the file with their chains, shuffled.
func (a *publicAuthority) certify(requests string) string {
	a.t.Helper()
	chain := mustRead(a.t, a.path("root.pem"))
	rest := mustRead(a.t, requests)
	for n := 0; ; n++ {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		a.write("sub.csr", string(pem.EncodeToMemory(block)))
		a.write("sub.ext", "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n"+
			"subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
		a.openssl("x509", "-req", "-in", "sub.csr", "-CA", "issuing.pem", "-CAkey", "issuing.key", "-CAcreateserial", "-sha256",
			"-days", "1500", "-extfile", "sub.ext", "-out", "sub.pem")
		chain = append(chain, mustRead(a.t, a.path("sub.pem"))...)
	}
	chain = append(chain, mustRead(a.t, a.path("issuing.pem"))...)
	a.write("chain.pem", string(chain))
	return a.path("chain.pem")
}

// load submits results for an organization's session until it is stopped, and counts those that did not come through.
type load struct {
	sent, failed atomic.Int64
	stopped      atomic.Bool
	wg           sync.WaitGroup
}

func (p *platform) load(ledger, org string) *load {
	p.t.Helper()
	l := &load{}
	for w := range 4 {
		l.wg.Go(func() {
			for i := 0; !l.stopped.Load() && l.failed.Load() == 0; i++ {
				n := l.sent.Add(1)
				commit, err := p.c.Submit(p.t.Context(), ledger, "exams", api.Call{
					Organization: org, Function: "RecordResult", Transient: result("6.5"),
					Arguments: []string{"saioa", "kimika", fmt.Sprintf("ref-%d-%05d", w, i)},
				})
				if err == nil && commit.State == "pending" {
					commit, err = p.settled(ledger, org, commit)
				}
				if err != nil || commit.State != "committed" {
					l.failed.Add(1)
					p.t.Errorf("submission %d by %s: %+v: %v", n, org, commit, err)
				}
			}
		})
	}
	p.t.Cleanup(l.stop)
	return l
}

func (l *load) stop() {
	l.stopped.Store(true)
	l.wg.Wait()
}

// TestIntegrationOverhaul moves both organizations of a ledger, the operator's with its orderers among them, from
// self-signed authorities to one that a public authority certified, under load: no submission fails, roles are kept, and
// what the self-signed authority issued is refused afterwards.
func TestIntegrationOverhaul(t *testing.T) {
	t.Parallel()
	public := newPublicAuthority(t)
	p := newPlatform(t)
	p.org("unibertsitatea")
	p.ledger("overhaul", "platform", "unibertsitatea")
	p.exams("overhaul")
	p.submit("overhaul", "unibertsitatea", "CreateSession", nil, "saioa", "Saioa", "2026-06-15")
	key := filepath.Join(t.TempDir(), "key.pem")
	old := filepath.Join(t.TempDir(), "old.pem")
	p.must("cert", "request", "--org", "unibertsitatea", "--name", "ane", "--key", key, "--out", old, "--attribute", "b4a.role=examiner")
	p.must("tx", "submit", "overhaul", "exams", "RecordResult", "saioa", "musika", "ane-0001", "--org", "unibertsitatea",
		"--transient", "result="+result("7")["result"], "--cert", old, "--key", key)

	l := p.load("overhaul", "unibertsitatea")
	for _, org := range []string{"unibertsitatea", "platform"} {
		csr := filepath.Join(t.TempDir(), "ca.csr")
		p.must("authority", "request", org, "--out", csr, "--purpose", "ca", "--purpose", "tls-ca")
		p.must("authority", "install", org, "--file", public.certify(csr))
		if out := p.must("authority", "rehearse", org); !strings.Contains(out, "it would come through") {
			t.Fatalf("rehearsal: %s", out)
		}
		t.Logf("%s:\n%s", org, p.must("authority", "change", org))
	}
	l.stop()
	t.Logf("%d submissions, %d failed", l.sent.Load(), l.failed.Load())

	p.allChainTo("Agintaritza Publikoa")
	_, errs, code := p.cli("tx", "submit", "overhaul", "exams", "RecordResult", "saioa", "musika", "ane-0002", "--org", "unibertsitatea",
		"--transient", "result="+result("7")["result"], "--cert", old, "--key", key)
	if code == 0 {
		t.Errorf("a self-signed certificate is still accepted: %s", errs)
	}
	var reissued string
	for c, err := range p.c.Certificates(t.Context(), "unibertsitatea") {
		if err != nil {
			t.Fatal(err)
		}
		if c.Holder == "member/ane" && strings.Contains(c.PEM, "CERTIFICATE") && c.PEM != string(mustRead(t, old)) {
			reissued = filepath.Join(t.TempDir(), "new.pem")
			if err := os.WriteFile(reissued, []byte(c.PEM), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	p.must("tx", "submit", "overhaul", "exams", "RecordResult", "saioa", "musika", "ane-0003", "--org", "unibertsitatea",
		"--transient", "result="+result("7")["result"], "--cert", reissued, "--key", key)
}

// allChainTo checks that the nodes and identities in use were issued below a root of an organization name.
func (p *platform) allChainTo(root string) {
	p.t.Helper()
	for _, org := range []string{"unibertsitatea", "platform"} {
		found, err := p.c.Authorities(p.t.Context(), org)
		if err != nil {
			p.t.Fatal(err)
		}
		for _, a := range found.Items {
			want := "removed"
			if a.Generation == 1 {
				want = "issuing"
			}
			if a.State != want || a.Generation == 1 && !strings.Contains(a.Root, root) {
				p.t.Errorf("%s: %+v", org, a)
			}
		}
	}
}

// TestIntegrationRenewals has certificates renewed so soon that every node is renewed three times in the test: the
// ledger works throughout.
func TestIntegrationRenewals(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, "--certificate-lifetime", "4m", "--certificate-renew-before", "200s")
	p.org("bizkaia")
	p.ledger("berritze", "platform", "bizkaia")
	p.exams("berritze")
	p.submit("berritze", "bizkaia", "CreateSession", nil, "saioa", "Saioa", "2026-06-15")
	l := p.load("berritze", "bizkaia")
	holders := []string{
		"platform-orderer0", "platform-orderer1", "platform-orderer2", "platform-orderer3", "platform-peer0", "bizkaia-peer0",
		"contract/berritze--exams",
	}
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		generations := p.generations("platform", "bizkaia")
		behind := slices.DeleteFunc(slices.Clone(holders), func(h string) bool { return generations[h] >= 4 })
		if len(behind) == 0 {
			break
		}
		select {
		case <-ctx.Done():
			t.Fatalf("not renewed three times in time: %v of %v", behind, generations)
		case <-ticker.C:
		}
	}
	p.showsNewest("berritze", "exams")
	l.stop()
	t.Logf("%d submissions, %d failed", l.sent.Load(), l.failed.Load())
}

// showsNewest checks that a contract's process shows the newest certificate of the inventory, below the contracts' root.
func (p *platform) showsNewest(ledger, contract string) {
	p.t.Helper()
	process := ledger + "--" + contract
	var listens struct {
		Host string
		Port int
	}
	content, err := os.ReadFile(filepath.Join(p.dir, "contracts", process, "endpoints.json"))
	if err != nil {
		p.t.Fatal(err)
	}
	if err := json.Unmarshal(content, &listens); err != nil {
		p.t.Fatal(err)
	}
	p.eventually("the newest certificate of "+contract, func(ctx context.Context) error {
		roots, newest := x509.NewCertPool(), api.Certificate{}
		for issued, err := range p.c.Certificates(ctx, "platform") {
			switch {
			case err != nil:
				return err
			case issued.Purpose == "contract-ca":
				roots.AppendCertsFromPEM([]byte(issued.PEM))
			case issued.Holder == "contract/"+process && issued.IssuedAt.After(newest.IssuedAt):
				newest = issued
			}
		}
		conn, err := (&tls.Dialer{Config: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}).DialContext(ctx, "tcp",
			net.JoinHostPort(listens.Host, strconv.Itoa(listens.Port)))
		if err != nil {
			return err
		}
		defer func() { _ = conn.Close() }()
		shown := conn.(*tls.Conn).ConnectionState().PeerCertificates[0]
		if serial := fmt.Sprintf("%032x", shown.SerialNumber); serial != newest.Serial {
			return fmt.Errorf("it shows %s, not %s", serial, newest.Serial)
		}
		return nil
	})
}

// generations counts the certificates of each holder by which others know it.
func (p *platform) generations(orgs ...string) map[string]int {
	p.t.Helper()
	count := map[string]int{}
	for _, org := range orgs {
		for c, err := range p.c.Certificates(p.t.Context(), org) {
			if err != nil {
				p.t.Fatal(err)
			}
			if c.Purpose == "sign" || c.Purpose == "contract" {
				count[c.Holder]++
			}
		}
	}
	return count
}

// TestIntegrationAuthorityReverted goes back to the old authority while both are trusted.
func TestIntegrationAuthorityReverted(t *testing.T) {
	t.Parallel()
	public := newPublicAuthority(t)
	p := newPlatform(t)
	p.org("bizkaia")
	p.ledger("itzuli", "platform", "bizkaia")
	p.exams("itzuli")
	p.submit("itzuli", "bizkaia", "CreateSession", nil, "saioa", "Saioa", "2026-06-15")
	csr := filepath.Join(t.TempDir(), "ca.csr")
	p.must("authority", "request", "bizkaia", "--out", csr)
	p.must("authority", "install", "bizkaia", "--file", public.certify(csr))
	p.must("authority", "change", "bizkaia", "--keep-old")
	p.submit("itzuli", "bizkaia", "RecordResult", result("5"), "saioa", "fisika", "ref-0001")
	if got := p.issuerOf("bizkaia", "bizkaia-peer0"); !strings.Contains(got, "bizkaia CA") {
		t.Errorf("issuer: %s", got)
	}
	p.must("authority", "revert", "bizkaia")
	p.submit("itzuli", "bizkaia", "RecordResult", result("5"), "saioa", "fisika", "ref-0002")
	found, err := p.c.Authorities(t.Context(), "bizkaia")
	if err != nil {
		t.Fatal(err)
	}
	var states []string
	for _, a := range found.Items {
		states = append(states, fmt.Sprintf("%s/%d %s", a.Purpose, a.Generation, a.State))
	}
	if got := strings.Join(states, ", "); got != "ca/0 issuing, ca/1 removed, tls-ca/0 issuing" {
		t.Errorf("authorities: %s", got)
	}
	if _, _, code := p.cli("authority", "revert", "bizkaia"); code != 1 {
		t.Errorf("nothing to revert: exit %d, want 1", code)
	}
}

// issuerOf gives the issuer of a node's newest signing certificate.
func (p *platform) issuerOf(org, holder string) string {
	p.t.Helper()
	var newest *x509.Certificate
	for c, err := range p.c.Certificates(p.t.Context(), org) {
		if err != nil {
			p.t.Fatal(err)
		}
		if c.Holder != holder || c.Purpose != "sign" {
			continue
		}
		block, _ := pem.Decode([]byte(c.PEM))
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			p.t.Fatal(err)
		}
		if newest == nil || cert.NotAfter.After(newest.NotAfter) {
			newest = cert
		}
	}
	return newest.Issuer.String()
}

// TestIntegrationKilledInAuthorityChange kills b4a at every step of a change of authority: after the restart it
// completes, and the ledger works.
func TestIntegrationKilledInAuthorityChange(t *testing.T) {
	t.Parallel()
	public := newPublicAuthority(t)
	p := newPlatform(t)
	p.org("bizkaia")
	p.ledger("hiltzea", "platform", "bizkaia")
	p.exams("hiltzea")
	p.submit("hiltzea", "bizkaia", "CreateSession", nil, "saioa", "Saioa", "2026-06-15")
	steps := 7
	for i := range steps {
		csr := filepath.Join(t.TempDir(), "ca.csr")
		p.must("authority", "request", "bizkaia", "--out", csr)
		p.must("authority", "install", "bizkaia", "--file", public.certify(csr))
		op, err := p.c.ChangeAuthority(t.Context(), "bizkaia", api.AuthorityChange{})
		if err != nil {
			t.Fatal(err)
		}
		p.killAtStep(op.ID, i)
		ended := p.done(op, nil)
		if len(ended.Steps) != steps {
			t.Fatalf("%d steps, want %d", len(ended.Steps), steps)
		}
		for _, s := range ended.Steps {
			if s.State != "succeeded" {
				t.Errorf("killed at step %d: step %s is %s", i, s.Name, s.State)
			}
		}
		found, err := p.c.Authorities(t.Context(), "bizkaia")
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range found.Items {
			want := "removed"
			if a.Purpose == "tls-ca" || a.Generation == i+1 {
				want = "issuing"
			}
			if a.State != want {
				t.Errorf("killed at step %d: %s/%d is %s, want %s", i, a.Purpose, a.Generation, a.State, want)
			}
		}
		p.submit("hiltzea", "bizkaia", "RecordResult", result("5"), "saioa", "fisika", fmt.Sprintf("ref-%04d", i))
	}
}
