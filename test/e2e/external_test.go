// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
)

// ownAuthority is the certification authority of an organization that issues for itself, made by plain OpenSSL: an
// RSA root, an issuing authority for identities below it, and a TLS root.
type ownAuthority struct {
	t   *testing.T
	dir string // holds msp, and a folder for each authority with ca.pem and ca-key.pem
}

func newOwnAuthority(t *testing.T) *ownAuthority {
	t.Helper()
	a := &ownAuthority{t: t, dir: t.TempDir()}
	for _, dir := range []string{"root", "issuing", "tls", "msp/cacerts", "msp/intermediatecerts", "msp/tlscacerts", "msp/crls"} {
		if err := os.MkdirAll(a.path(dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	a.write("ca.ext", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
	a.write("issuing/ca.cnf", "[ca]\ndefault_ca=this\n[this]\ndatabase=issuing/index.txt\ncrlnumber=issuing/crlnumber\ndefault_md=sha256\n"+
		"default_crl_days=30\ncrl_extensions=crl\n[crl]\nauthorityKeyIdentifier=keyid:always\n")
	a.write("issuing/index.txt", "")
	a.write("issuing/crlnumber", "01\n")
	root := func(name, algorithm, subject string) {
		a.openssl("req", "-x509", "-newkey", algorithm, "-pkeyopt", map[bool]string{
			true: "rsa_keygen_bits:3072", false: "ec_paramgen_curve:P-256",
		}[algorithm == "rsa"], "-nodes", "-sha256", "-days", "3650", "-keyout", name+"/ca-key.pem", "-out", name+"/ca.pem",
			"-subj", subject, "-addext", "keyUsage=critical,keyCertSign,cRLSign")
	}
	root("root", "rsa", "/C=ES/O=Araba/CN=Araba Root")
	root("tls", "ec", "/C=ES/O=Araba/CN=Araba TLS Root")
	a.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "issuing/ca-key.pem",
		"-out", "issuing/ca.csr", "-subj", "/C=ES/O=Araba/CN=Araba Issuing")
	a.openssl("x509", "-req", "-in", "issuing/ca.csr", "-CA", "root/ca.pem", "-CAkey", "root/ca-key.pem", "-CAcreateserial",
		"-sha256", "-days", "3000", "-extfile", "ca.ext", "-out", "issuing/ca.pem")
	a.copy("root/ca.pem", "msp/cacerts/root.pem")
	a.copy("issuing/ca.pem", "msp/intermediatecerts/issuing.pem")
	a.copy("tls/ca.pem", "msp/tlscacerts/tls.pem")
	a.write("msp/config.yaml", "NodeOUs:\n  Enable: true\n  ClientOUIdentifier: {OrganizationalUnitIdentifier: client}\n"+
		"  PeerOUIdentifier: {OrganizationalUnitIdentifier: peer}\n  AdminOUIdentifier: {OrganizationalUnitIdentifier: admin}\n"+
		"  OrdererOUIdentifier: {OrganizationalUnitIdentifier: orderer}\n")
	return a
}

func (a *ownAuthority) path(name string) string { return filepath.Join(a.dir, name) }

func (a *ownAuthority) write(name, content string) {
	a.t.Helper()
	if err := os.WriteFile(a.path(name), []byte(content), 0o600); err != nil {
		a.t.Fatal(err)
	}
}

func (a *ownAuthority) copy(from, to string) {
	a.t.Helper()
	a.write(to, string(mustRead(a.t, a.path(from))))
}

func (a *ownAuthority) openssl(args ...string) {
	a.t.Helper()
	cmd := exec.CommandContext(a.t.Context(), "openssl", args...)
	cmd.Dir = a.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		a.t.Fatalf("openssl %v: %v\n%s", args, err, out)
	}
}

// certify does with the requests of araba's peer what the platform says, and gives the file with both certificates.
func (a *ownAuthority) certify(p *platform) string {
	a.t.Helper()
	const node = "araba-peer0"
	p.must("node", "csr", node, "--out", a.path("requests"))
	found, err := p.c.NodeRequests(a.t.Context(), node)
	if err != nil {
		a.t.Fatal(err)
	}
	var bundle []byte
	for _, r := range found.Items {
		authority := "issuing"
		if r.Purpose == "tls" {
			authority = "tls"
		}
		a.copy("requests/"+r.File, authority+"/"+r.File)
		cmd := exec.CommandContext(a.t.Context(), "sh", "-ec", r.Commands)
		cmd.Dir = a.path(authority)
		if out, err := cmd.CombinedOutput(); err != nil {
			a.t.Fatalf("%s: %v\n%s", r.Commands, err, out)
		}
		bundle = append(bundle, mustRead(a.t, a.path(authority+"/"+strings.TrimSuffix(r.File, ".csr")+".pem"))...)
	}
	bundle = append(bundle, mustRead(a.t, a.path("issuing/ca.pem"))...)
	a.write(node+".pem", string(bundle))
	return a.path(node + ".pem")
}

// person makes a key and has it certified in a role, with further lines of extensions.
func (a *ownAuthority) person(name, role string, extensions ...string) person {
	a.t.Helper()
	dir := a.path(name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		a.t.Fatal(err)
	}
	a.write(name+"/ext", "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nsubjectKeyIdentifier=hash\n"+
		"authorityKeyIdentifier=keyid:always\n"+strings.Join(extensions, "\n")+"\n")
	a.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", name+"/key.pem",
		"-out", name+"/csr.pem", "-subj", "/O=Araba/OU="+role+"/CN="+name)
	a.openssl("x509", "-req", "-sha256", "-days", "200", "-in", name+"/csr.pem", "-CA", "issuing/ca.pem", "-CAkey", "issuing/ca-key.pem",
		"-CAcreateserial", "-extfile", name+"/ext", "-out", name+"/cert.pem")
	return person{org: "araba", name: name, key: filepath.Join(dir, "key.pem"), cert: filepath.Join(dir, "cert.pem")}
}

// hasRole is the attribute b4a.role, as Fabric CA writes attributes.
func hasRole(role string) string {
	return "1.2.3.4.5.6.7.8.1=DER:" + hex.EncodeToString([]byte(`{"attrs":{"b4a.role":"`+role+`"}}`))
}

// list revokes certificates and gives the file with the authority's list.
func (a *ownAuthority) list(revoked ...person) string {
	a.t.Helper()
	for _, who := range revoked {
		a.openssl("ca", "-config", "issuing/ca.cnf", "-cert", "issuing/ca.pem", "-keyfile", "issuing/ca-key.pem",
			"-revoke", who.cert, "-crl_reason", "keyCompromise")
	}
	a.openssl("ca", "-gencrl", "-config", "issuing/ca.cnf", "-cert", "issuing/ca.pem", "-keyfile", "issuing/ca-key.pem", "-out", "list.pem")
	return a.path("list.pem")
}

// imported admits the organization araba with its authority, up to its serving peer.
func (p *platform) imported(a *ownAuthority) {
	p.t.Helper()
	p.must("org", "import", "araba", "--name", "Arabako Foru Aldundia", "--kind", "public-body", "--msp", a.path("msp"))
	p.must("node", "certificate", "install", "araba-peer0", "--file", a.certify(p))
}

// TestIntegrationImport admits an organization that brings its MSP: the platform waits for the certificates of its peer, also
// over a restart, refuses wrong ones, and then has the peer serve on a ledger.
func TestIntegrationImport(t *testing.T) {
	t.Parallel()
	a := newOwnAuthority(t)
	p := newPlatform(t)
	p.org("bizkaia")
	p.refusedImports(a)
	p.must("org", "import", "araba", "--name", "Arabako Foru Aldundia", "--kind", "public-body", "--msp", a.path("msp"))
	o, err := p.c.Organization(t.Context(), "araba")
	if err != nil || o.State != "creating" || !o.External || o.MSPID != "ArabaMSP" {
		t.Fatalf("%+v: %v", o, err)
	}
	if out, _ := p.b4a("doctor"); strings.Contains(out, "araba-peer0") {
		t.Errorf("a node that waits is no fault:\n%s", out)
	}
	certs := a.certify(p)
	p.refusedCertificates(a)
	p.kill()
	p.start()
	p.must("node", "certificate", "install", "araba-peer0", "--file", certs)
	if o, err = p.c.Organization(t.Context(), "araba"); err != nil || o.State != "active" || o.Nodes[0].Phase != "running" {
		t.Fatalf("%+v: %v", o, err)
	}
	p.ledger("mugaz-gain", "bizkaia", "araba")
	p.issuesNothing()
	p.renewedFromOutside(a)
}

// refusedImports tries to import what can't be taken.
func (p *platform) refusedImports(a *ownAuthority) {
	p.t.Helper()
	in := api.NewOrganization{ID: "araba", Name: "Araba", Kind: "public-body"}
	for name, c := range map[string]struct {
		id, code string
		spoil    func(dir string)
	}{
		"another tenant's ID": {"bizkaia", "organization_exists", func(string) {}},
		"a leaf as a root": {"araba", "msp_refused", func(dir string) {
			a.person("leaf", "client")
			if err := os.WriteFile(filepath.Join(dir, "cacerts", "leaf.pem"), mustRead(p.t, a.path("leaf/cert.pem")), 0o600); err != nil {
				p.t.Fatal(err)
			}
		}},
		"a private key": {"araba", "msp_refused", func(dir string) {
			if err := os.WriteFile(filepath.Join(dir, "cacerts", "key.pem"), mustRead(p.t, a.path("issuing/ca-key.pem")), 0o600); err != nil {
				p.t.Fatal(err)
			}
		}},
		"no TLS root": {"araba", "msp_tls_roots_missing", func(dir string) {
			if err := os.Remove(filepath.Join(dir, "tlscacerts", "tls.pem")); err != nil {
				p.t.Fatal(err)
			}
		}},
	} {
		dir := filepath.Join(p.t.TempDir(), "msp")
		if err := os.CopyFS(dir, os.DirFS(a.path("msp"))); err != nil {
			p.t.Fatal(err)
		}
		c.spoil(dir)
		in.ID, in.MSP = c.id, tarGz(p.t, dir)
		if _, err := p.c.NewOrganization(p.t.Context(), in); code(err) != c.code {
			p.t.Errorf("%s: %v", name, err)
		}
	}
	if found, err := filepath.Glob(filepath.Join(p.dir, "keys", "*araba*")); err != nil || len(found) > 0 {
		p.t.Errorf("kept of what was refused: %v %v", found, err)
	}
}

// tarGz packs a folder with everything in it, as other tools do.
func tarGz(t *testing.T, dir string) []byte {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "tar", "-cz", "-C", dir, ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// refusedCertificates tries to install what can't be used.
func (p *platform) refusedCertificates(a *ownAuthority) {
	p.t.Helper()
	other := newOwnAuthority(p.t)
	p.must("node", "csr", "araba-peer0", "--out", other.path("requests"))
	other.copy("requests/araba-peer0-sign.csr", "issuing/r.csr")
	other.write("issuing/r.ext", "keyUsage=critical,digitalSignature\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n")
	sign := func(of *ownAuthority, authority, request, out string, more ...string) string {
		args := []string{"x509", "-req", "-sha256", "-in", request, "-CA", authority + "/ca.pem", "-CAkey", authority + "/ca-key.pem", "-CAcreateserial", "-out", out}
		of.openssl(append(args, more...)...)
		return string(mustRead(p.t, of.path(out)))
	}
	a.copy("requests/araba-peer0-tls.csr", "tls/r.csr")
	a.copy("requests/araba-peer0-sign.csr", "issuing/r.csr")
	a.write("r.ext", "keyUsage=critical,digitalSignature\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n")
	for name, c := range map[string]struct{ pem, code string }{
		"of another key":       {string(mustRead(p.t, a.person("beste", "peer").cert)), "certificate_key_mismatch"},
		"by another authority": {sign(other, "issuing", "issuing/r.csr", "r.pem", "-days", "9", "-extfile", "issuing/r.ext"), "msp_chain_broken"},
		"expired":              {sign(a, "issuing", "issuing/r.csr", "r1.pem", "-days", "-1", "-extfile", "r.ext"), "certificate_expired"},
		"TLS without names":    {sign(a, "tls", "tls/r.csr", "r2.pem", "-days", "9", "-extfile", "r.ext"), "certificate_hosts_missing"},
		"of a client": {sign(a, "issuing", "issuing/r.csr", "r3.pem", "-days", "9", "-extfile", "r.ext", "-subj",
			"/O=Araba/OU=client/CN=araba-peer0"), "certificate_role_wrong"},
		"no certificate": {"hello", "certificate_malformed"},
	} {
		_, err := p.c.InstallNodeCertificates(p.t.Context(), "araba-peer0", api.NodeCertificates{PEM: c.pem})
		if code(err) != c.code {
			p.t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := p.as("admin", "bizkaia").InstallNodeCertificates(p.t.Context(), "araba-peer0", api.NodeCertificates{PEM: "x"}); code(err) != "node_not_found" {
		p.t.Errorf("by another tenant: %v", err)
	}
	if _, err := p.c.InstallNodeCertificates(p.t.Context(), "bizkaia-peer0", api.NodeCertificates{PEM: "x"}); code(err) != "organization_issues_here" {
		p.t.Errorf("for an organization whose certificates the platform issues: %v", err)
	}
}

// issuesNothing checks that what would issue for the organization says that it does that itself.
func (p *platform) issuesNothing() {
	p.t.Helper()
	ctx := p.t.Context()
	_, custodial := p.c.NewApplication(ctx, "araba", api.NewApplication{Name: "matrikula"})
	_, request := p.c.RequestAuthorities(ctx, "araba", api.NewAuthority{})
	_, change := p.c.ChangeAuthority(ctx, "araba", api.AuthorityChange{})
	_, renew := p.c.RenewCertificates(ctx, "araba")
	_, rehearse := p.c.RehearseAuthorityChange(ctx, "araba")
	_, revoke := p.c.RevokeCertificate(ctx, "araba", p.newest("araba", "araba-peer0").Serial, api.CertificateRevocation{Reason: "superseded"})
	_, office := p.c.Evaluate(ctx, "mugaz-gain", "exams", api.Call{Organization: "araba", Function: "ListSessions"})
	for name, err := range map[string]error{
		"custodial application": custodial, "authority request": request, "authority change": change, "renewal": renew,
		"rehearsal": rehearse, "revocation": revoke,
	} {
		if code(err) != "organization_issues_for_itself" {
			p.t.Errorf("%s: %v", name, err)
		}
	}
	if office == nil {
		p.t.Error("the organization has no office")
	}
	if _, err := p.c.NewLedger(ctx, api.NewLedger{Name: "bakarrik", Organizations: []string{"araba"}}); code(err) != "ledger_office_missing" {
		p.t.Errorf("alone on a ledger: %v", err)
	}
}

// renewedFromOutside has the peer run with newer certificates of its own authority.
func (p *platform) renewedFromOutside(a *ownAuthority) {
	p.t.Helper()
	before := p.newest("araba", "araba-peer0")
	p.must("node", "certificate", "install", "araba-peer0", "--file", a.certify(p))
	after := p.newest("araba", "araba-peer0")
	if after.Serial == before.Serial {
		p.t.Errorf("the certificate is still %s", before.Serial)
	}
	if n := p.running("araba-peer0", 0); n.Phase != "running" {
		p.t.Errorf("%+v", n)
	}
}

// TestIntegrationExternal has an organization that issues for itself take part: it approves a contract by its
// administrator's signature, its client's transaction is committed, and what its authority revokes is refused since the
// block that is shown, be the list brought or published.
func TestIntegrationExternal(t *testing.T) {
	t.Parallel()
	a := newOwnAuthority(t)
	published := &publishedList{}
	site := httptest.NewServer(published)
	t.Cleanup(site.Close)
	p := newPlatform(t, "--authority-poll", "2s", "--private-authorities")
	p.org("bizkaia")
	p.imported(a)
	p.ledger("mugaz-gain", "bizkaia", "araba")
	admin := a.person("administratzailea", "admin")
	op, err := p.c.NewContract(t.Context(), "mugaz-gain", api.NewContract{Catalogue: "exams"})
	p.refusedSigner(op, a.person("bezeroa", "client"))
	p.signFor(op, admin)
	p.done(op, err)
	registrar := a.person("idazkaria", "client", hasRole("registrar"))
	p.must("tx", "submit", "mugaz-gain", "exams", "CreateSession", "saioa", "Saioa", "2026-06-15", "--org", "araba",
		"--cert", registrar.cert, "--key", registrar.key)

	ane := a.person("ane", "client", hasRole("examiner"))
	jon := a.person("jon", "client", hasRole("examiner"), "crlDistributionPoints=URI:"+site.URL+"/araba.crl")
	for n, who := range []*person{&ane, &jon} {
		p.must("cert", "record", "--org", "araba", "--holder", "member/"+who.name, "--file", who.cert)
		who.serial = p.newest("araba", "member/"+who.name).Serial
		if errs, code := p.record("mugaz-gain", *who, fmt.Sprintf("ref-before-%d", n)); code != 0 {
			t.Fatalf("%s: %s", who.name, errs)
		}
	}

	p.declined(a)
	lists := a.list(ane)
	op, err = p.c.UpdateMSP(t.Context(), "araba", api.MSPUpdate{Lists: [][]byte{mustRead(t, lists)}})
	p.signFor(op, admin)
	p.done(op, err)
	t.Logf("ane is refused since block %d", p.effectOn("mugaz-gain", "araba", ane.serial))
	p.refusedBy("mugaz-gain", ane, "bizkaia", "araba")

	published.put(mustRead(t, a.list(jon)))
	p.signFor(p.begun("organization.msp"), admin)
	p.eventually("jon's revocation", func(ctx context.Context) error {
		for c, err := range p.c.Certificates(ctx, "araba") {
			if err == nil && c.Serial == jon.serial && len(c.Effects) > 0 {
				return nil
			}
		}
		return errors.New("no ledger refuses it yet")
	})
	t.Logf("jon is refused since block %d", p.effectOn("mugaz-gain", "araba", jon.serial))
	p.refusedBy("mugaz-gain", jon, "bizkaia", "araba")
	p.newRoot(a, admin)
}

// publishedList is where an authority publishes its list.
type publishedList struct{ list atomic.Pointer[[]byte] }

func (s *publishedList) put(list []byte) { s.list.Store(&list) }

func (s *publishedList) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	if list := s.list.Load(); list != nil {
		_, _ = w.Write(*list)
		return
	}
	http.NotFound(w, nil)
}

// begun waits for an unfinished operation of a kind that began by itself.
func (p *platform) begun(kind string) api.Operation {
	p.t.Helper()
	var found api.Operation
	p.eventually(kind, func(ctx context.Context) error {
		for op, err := range p.c.Operations(ctx, client.OperationFilter{}) {
			if err != nil {
				return err
			}
			if op.Kind == kind && !op.Done() {
				found = op
				return nil
			}
		}
		return errors.New("not begun")
	})
	return found
}

// asked waits for the open signature request of an operation.
func (p *platform) asked(op api.Operation) api.SignatureRequest {
	p.t.Helper()
	var found api.SignatureRequest
	p.eventually("signature request of "+op.Kind, func(ctx context.Context) error {
		for r, err := range p.c.SignatureRequests(ctx, client.SignatureFilter{State: "open", Operation: op.ID}) {
			if err != nil {
				return err
			}
			found = r
			return nil
		}
		now, err := p.c.Operation(ctx, op.ID)
		return errors.Join(fmt.Errorf("nothing is asked: %+v", now), err)
	})
	return found
}

// asAdmin runs the command line as an administrator of araba.
func (p *platform) asAdmin(args ...string) (string, int) {
	p.t.Helper()
	token, err := p.c.NewToken(p.t.Context(), api.NewToken{Name: "admin", Role: "admin", Organization: "araba"})
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.CommandContext(p.t.Context(), binary(p.t), args...)
	cmd.Env = append(os.Environ(), "B4A_URL=http://"+p.address, "HOME="+p.t.TempDir(), "B4A_TOKEN="+token.Secret)
	out, err := cmd.CombinedOutput()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		p.t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// signFor signs what an operation asks the administrator of araba for.
func (p *platform) signFor(op api.Operation, admin person) {
	p.t.Helper()
	r := p.asked(op)
	if out, code := p.asAdmin("signature", "sign", r.ID, "--cert", admin.cert, "--key", admin.key, "--yes"); code != 0 {
		p.t.Fatalf("sign: %s", out)
	}
}

// refusedSigner tries to sign as somebody who is no administrator.
func (p *platform) refusedSigner(op api.Operation, who person) {
	p.t.Helper()
	r := p.asked(op)
	if out, code := p.asAdmin("signature", "sign", r.ID, "--cert", who.cert, "--key", who.key, "--yes"); code == 0 {
		p.t.Errorf("a client signs for the organization: %s", out)
	}
}

// declined declines a change of the MSP: nothing is changed.
func (p *platform) declined(a *ownAuthority) {
	p.t.Helper()
	other := newOwnAuthority(p.t)
	dir := filepath.Join(p.t.TempDir(), "msp")
	if err := os.CopyFS(dir, os.DirFS(a.path("msp"))); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "cacerts", "second.pem"), mustRead(p.t, other.path("root/ca.pem")), 0o600); err != nil {
		p.t.Fatal(err)
	}
	before, err := p.c.MSP(p.t.Context(), "araba")
	if err != nil {
		p.t.Fatal(err)
	}
	op, err := p.c.UpdateMSP(p.t.Context(), "araba", api.MSPUpdate{MSP: tarGz(p.t, dir)})
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.c.UpdateMSP(p.t.Context(), "araba", api.MSPUpdate{Lists: [][]byte{mustRead(p.t, a.list())}}); code(err) != "msp_change_running" {
		p.t.Errorf("two changes at a time: %v", err)
	}
	if out, exit := p.asAdmin("signature", "decline", p.asked(op).ID, "--reason", "not ours"); exit != 0 {
		p.t.Fatalf("decline: %s", out)
	}
	if op, err = p.c.WaitOperation(p.t.Context(), op.ID, nil); op.State != "failed" || op.Problem.Code != "consent_declined" {
		p.t.Errorf("declined: %+v %v", op, err)
	}
	after, err := p.c.MSP(p.t.Context(), "araba")
	if err != nil || after.Changing || len(after.Authorities) != len(before.Authorities) {
		p.t.Errorf("after the decline: %+v %v", after, err)
	}
	if _, err := p.c.UpdateMSP(p.t.Context(), "araba", api.MSPUpdate{MSP: tarGz(p.t, other.path("msp"))}); code(err) != "msp_leaves_node_out" {
		p.t.Errorf("an MSP without the peer's authority: %v", err)
	}
}

// newRoot moves the organization to another authority of its own: both trusted, the peer certified anew, the old one
// removed.
func (p *platform) newRoot(a *ownAuthority, admin person) {
	p.t.Helper()
	next := newOwnAuthority(p.t)
	both := filepath.Join(p.t.TempDir(), "msp")
	if err := os.CopyFS(both, os.DirFS(a.path("msp"))); err != nil {
		p.t.Fatal(err)
	}
	for _, name := range []string{"cacerts/root", "intermediatecerts/issuing", "tlscacerts/tls"} {
		if err := os.WriteFile(filepath.Join(both, name+"2.pem"), mustRead(p.t, next.path("msp/"+name+".pem")), 0o600); err != nil {
			p.t.Fatal(err)
		}
	}
	update := func(msp string, admin person) {
		p.t.Helper()
		op, err := p.c.UpdateMSP(p.t.Context(), "araba", api.MSPUpdate{MSP: tarGz(p.t, msp)})
		if err != nil {
			p.t.Fatal(err)
		}
		p.signFor(op, admin)
		p.done(op, nil)
	}
	update(both, admin)
	p.must("node", "certificate", "install", "araba-peer0", "--file", next.certify(p))
	boss := next.person("buruzagia", "admin")
	update(next.path("msp"), boss)
	edurne := next.person("edurne", "client", hasRole("examiner"))
	if errs, code := p.record("mugaz-gain", edurne, "ref-new-root"); code != 0 {
		p.t.Errorf("by the new authority: %s", errs)
	}
	p.refusedBy("mugaz-gain", a.person("zaharra", "client", hasRole("examiner")), "bizkaia", "araba")
}
