// SPDX-License-Identifier: Apache-2.0

package signintest

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Authority is a public certification authority that plain OpenSSL commands make: an RSA-4096 root, an issuing
// authority below it, people's RSA-2048 certificates as cards hold them, CRLs, and OCSP answers of `openssl ocsp`. Its
// server stands at a loopback address.
type Authority struct {
	t   *testing.T
	dir string

	Host string // host:port of its server
	// Down makes the server answer 503 to everything.
	Down atomic.Bool
	// CRLs and Asked count what was fetched.
	CRLs, Asked atomic.Int32

	mu        sync.Mutex
	responder string // name of the certificate that signs OCSP answers
	fail      string // path that answers with its own text
	text      []byte
}

const opensslConfig = `
[req]
distinguished_name = dn
prompt = no
[dn]
CN = unused
[ca]
default_ca = issuing
[root]
database = %[1]s/root.index
serial = %[1]s/root.serial
new_certs_dir = %[1]s
crlnumber = %[1]s/root.crlnumber
certificate = %[1]s/root.pem
private_key = %[1]s/root.key
default_md = sha256
policy = any
unique_subject = no
copy_extensions = none
default_days = 365
default_crl_days = 30
[issuing]
database = %[1]s/issuing.index
serial = %[1]s/issuing.serial
new_certs_dir = %[1]s
crlnumber = %[1]s/issuing.crlnumber
certificate = %[1]s/issuing.pem
private_key = %[1]s/issuing.key
default_md = sha256
policy = any
unique_subject = no
copy_extensions = none
default_days = 365
default_crl_days = 7
[any]
countryName = optional
organizationName = optional
serialNumber = optional
commonName = supplied
[root_ext]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[issuing_ext]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:http://%[2]s/root.crl
[person_ext]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth,emailProtection
authorityKeyIdentifier = keyid
subjectAltName = email:ane@bizkaia.example
crlDistributionPoints = URI:http://%[2]s/issuing.crl
authorityInfoAccess = OCSP;URI:http://%[2]s/ocsp
[ocsponly_ext]
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
authorityInfoAccess = OCSP;URI:http://%[2]s/ocsp
[crlonly_ext]
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
crlDistributionPoints = URI:http://%[2]s/issuing.crl
[elsewhere_ext]
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
crlDistributionPoints = URI:http://169.254.169.254/latest/meta-data
[nowhere_ext]
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
[signature_ext]
keyUsage = critical,nonRepudiation
extendedKeyUsage = clientAuth
crlDistributionPoints = URI:http://%[2]s/issuing.crl
[server_ext]
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
crlDistributionPoints = URI:http://%[2]s/issuing.crl
[web_ext]
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1
[noeku_ext]
keyUsage = critical,digitalSignature
crlDistributionPoints = URI:http://%[2]s/issuing.crl
[ocsp_ext]
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,OCSPSigning
authorityKeyIdentifier = keyid
[sub_ext]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
`

// keys are made once a test binary, for RSA-4096 takes seconds: of two authorities, of their responders, of all cards.
var keys = sync.OnceValues(func() (map[string][]byte, error) { //nolint:gochecknoglobals // see above
	out := map[string][]byte{}
	for name, bits := range map[string]string{"root": "4096", "issuing": "4096", "ocsp": "2048", "card": "2048"} {
		//nolint:forbidigo,gosec // it outlives the test that comes first; the arguments are constants
		key, err := exec.Command("openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:"+bits).Output()
		if err != nil {
			return nil, fmt.Errorf("openssl genpkey: %w", err)
		}
		out[name] = key
	}
	return out, nil
})

// NewAuthority makes an authority. The test is skipped without OpenSSL, and fails then under REQUIRE_INTEGRATION=1.
func NewAuthority(t *testing.T) *Authority {
	t.Helper()
	return newAuthority(t, "root", "issuing")
}

// NewImpostor makes an authority whose names are those of NewAuthority's, but not its keys.
func NewImpostor(t *testing.T) *Authority {
	t.Helper()
	return newAuthority(t, "issuing", "root")
}

func newAuthority(t *testing.T, rootKey, issuingKey string) *Authority {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		if os.Getenv("REQUIRE_INTEGRATION") == "1" {
			t.Fatal("openssl is not installed")
		}
		t.Skip("openssl is not installed")
	}
	a := &Authority{t: t, dir: t.TempDir(), responder: "ocsp"}
	server := httptest.NewServer(http.HandlerFunc(a.serve))
	t.Cleanup(server.Close)
	a.Host = strings.TrimPrefix(server.URL, "http://")
	a.write("openssl.cnf", fmt.Appendf(nil, opensslConfig, a.dir, a.Host))
	for _, ca := range []string{"root", "issuing"} {
		a.write(ca+".index", nil)
		a.write(ca+".index.attr", []byte("unique_subject = no\n"))
		a.write(ca+".serial", []byte("1000\n"))
		a.write(ca+".crlnumber", []byte("01\n"))
	}
	a.key("root", rootKey)
	a.openssl("req", "-x509", "-key", a.path("root.key"), "-out", a.path("root.pem"), "-days", "3650", "-sha256",
		"-subj", "/C=ES/O=Stand-in/CN=Stand-in Root", "-config", a.path("openssl.cnf"), "-extensions", "root_ext")
	a.issue("root", "issuing", "/C=ES/O=Stand-in/CN=Stand-in Citizens", "issuing_ext", issuingKey)
	a.issue("issuing", "ocsp", "/C=ES/O=Stand-in/CN=Stand-in OCSP", "ocsp_ext", "ocsp")
	a.PublishCRLs()
	return a
}

func (a *Authority) path(name string) string { return filepath.Join(a.dir, name) }

func (a *Authority) write(name string, data []byte) {
	a.t.Helper()
	if err := os.WriteFile(a.path(name), data, 0o600); err != nil {
		a.t.Fatal(err)
	}
}

func (a *Authority) read(name string) []byte {
	a.t.Helper()
	data, err := os.ReadFile(a.path(name))
	if err != nil {
		a.t.Fatal(err)
	}
	return data
}

func (a *Authority) openssl(args ...string) {
	a.t.Helper()
	out, err := exec.CommandContext(a.t.Context(), "openssl", args...).CombinedOutput() //nolint:gosec // a test's arguments
	if err != nil {
		a.t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func (a *Authority) key(name, key string) {
	a.t.Helper()
	made, err := keys()
	if err != nil {
		a.t.Fatal(err)
	}
	a.write(name+".key", made[key])
}

// issue has a certificate issued on one of the keys.
func (a *Authority) issue(ca, name, subject, extensions, key string, more ...string) {
	a.t.Helper()
	a.key(name, key)
	a.openssl("req", "-new", "-key", a.path(name+".key"), "-out", a.path(name+".csr"), "-subj", subject,
		"-config", a.path("openssl.cnf"))
	a.openssl(append([]string{
		"ca", "-batch", "-notext", "-config", a.path("openssl.cnf"), "-name", ca, "-extensions", extensions,
		"-in", a.path(name + ".csr"), "-out", a.path(name + ".pem"),
	}, more...)...)
}

// Person issues a card's certificate: an RSA-2048 key, a subject such as "/C=ES/serialNumber=IDCES-12345678Z/CN=ANE", and
// one of the configuration's sections of extensions, "person_ext" as a rule.
func (a *Authority) Person(name, subject, extensions string, more ...string) tls.Certificate {
	a.t.Helper()
	a.issue("issuing", name, subject, extensions, "card", more...)
	pair, err := tls.X509KeyPair(a.read(name+".pem"), a.read(name+".key"))
	if err != nil {
		a.t.Fatal(err)
	}
	return pair
}

// Server issues the certificate of a web server at the address 127.0.0.1, with its chain.
func (a *Authority) Server() tls.Certificate {
	a.t.Helper()
	pair := a.Person("web", "/C=ES/CN=web", "web_ext")
	pair.Certificate = append(pair.Certificate, a.Certificate("issuing").Raw)
	return pair
}

// Revoke revokes a person's certificate, for OCSP at once, for CRLs when they are published.
func (a *Authority) Revoke(name string) {
	a.t.Helper()
	a.openssl("ca", "-batch", "-config", a.path("openssl.cnf"), "-name", "issuing", "-revoke", a.path(name+".pem"),
		"-crl_reason", "keyCompromise")
}

// RevokeIssuing revokes the issuing authority itself.
func (a *Authority) RevokeIssuing() {
	a.t.Helper()
	a.openssl("ca", "-batch", "-config", a.path("openssl.cnf"), "-name", "root", "-revoke", a.path("issuing.pem"))
}

// PublishCRLs makes new CRLs of both authorities.
func (a *Authority) PublishCRLs(more ...string) {
	a.t.Helper()
	for _, ca := range []string{"root", "issuing"} {
		a.openssl(append([]string{
			"ca", "-gencrl", "-config", a.path("openssl.cnf"), "-name", ca, "-out", a.path(ca + ".crl.pem"),
		}, more...)...)
		a.openssl("crl", "-in", a.path(ca+".crl.pem"), "-outform", "DER", "-out", a.path(ca+".crl.next"))
		if err := os.Rename(a.path(ca+".crl.next"), a.path(ca+".crl")); err != nil {
			a.t.Fatal(err)
		}
	}
}

// CRL gives the published CRL of "root" or "issuing", PEM.
func (a *Authority) CRL(ca string) string { return string(a.read(ca + ".crl.pem")) }

// PEM gives the certificates of the named, one after the other.
func (a *Authority) PEM(names ...string) string {
	var all strings.Builder
	for _, n := range names {
		all.Write(a.read(n + ".pem"))
	}
	return all.String()
}

// Certificate gives one of its certificates.
func (a *Authority) Certificate(name string) *x509.Certificate {
	a.t.Helper()
	pair, err := tls.X509KeyPair(a.read(name+".pem"), a.read(name+".key"))
	if err != nil {
		a.t.Fatal(err)
	}
	return pair.Leaf
}

// Responder makes another certificate sign the OCSP answers.
func (a *Authority) Responder(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.responder = name
}

// Answer makes a path of the server answer with a text of its own; an empty path ends that.
func (a *Authority) Answer(path string, text []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fail, a.text = path, text
}

func (a *Authority) serve(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.Down.Load():
		http.Error(w, "down", http.StatusServiceUnavailable)
	case r.URL.Path == a.fail:
		_, _ = w.Write(a.text)
	case r.URL.Path == "/ocsp":
		a.Asked.Add(1)
		a.ocsp(w, r)
	default:
		a.CRLs.Add(1)
		http.ServeFile(w, r, a.path(filepath.Base(r.URL.Path)))
	}
}

// ocsp hands a question to OpenSSL's responder.
func (a *Authority) ocsp(w http.ResponseWriter, r *http.Request) {
	question, err := io.ReadAll(r.Body)
	name := a.path("question." + strconv.Itoa(int(a.Asked.Load())))
	if err == nil {
		err = os.WriteFile(name, question, 0o600)
	}
	if err == nil {
		//nolint:gosec // names of ours
		err = exec.CommandContext(r.Context(), "openssl", "ocsp", "-index", a.path("issuing.index"), "-CA", a.path("issuing.pem"),
			"-rsigner", a.path(a.responder+".pem"), "-rkey", a.path(a.responder+".key"), "-rmd", "sha256", "-nmin", "10",
			"-reqin", name, "-respout", name+".answer").Run()
	}
	answer, readErr := os.ReadFile(name + ".answer") //nolint:gosec // a name of ours
	if err != nil || readErr != nil {
		http.Error(w, "openssl failed", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/ocsp-response")
	_, _ = w.Write(answer)
}

// Dates are options of Person that set the validity.
func Dates(from, to time.Time) []string {
	const form = "20060102150405Z"
	return []string{"-startdate", from.UTC().Format(form), "-enddate", to.UTC().Format(form)}
}
