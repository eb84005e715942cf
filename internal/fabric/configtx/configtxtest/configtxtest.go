// SPDX-License-Identifier: Apache-2.0

// Package configtxtest gives tests organizations with authorities, channels of them, and Fabric's own commands to
// compare with.
package configtxtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"net"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fabric/release"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// Org is an organization with its two authorities.
type Org struct {
	MSPID string
	Sign  *pki.Authority
	TLS   *pki.Authority
	// Operations is a root of its peers' local MSP that no channel knows.
	Operations *pki.Authority
}

// Leaf is a certificate with its key. It is both a client's and a server's where it is for TLS.
type Leaf struct {
	Cert []byte // PEM
	Key  *ecdsa.PrivateKey
}

// NewOrg makes an organization.
func NewOrg(t *testing.T, mspID string) *Org {
	t.Helper()
	return &Org{
		MSPID: mspID, Sign: authority(t, mspID+" signing CA", mspID), TLS: authority(t, mspID+" TLS CA", mspID),
		Operations: authority(t, mspID+" operations CA", mspID),
	}
}

func authority(t *testing.T, name, mspID string) *pki.Authority {
	t.Helper()
	a, err := pki.NewRoot(newKey(t), pki.Subject{CommonName: name, Organization: mspID}, 24*time.Hour, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// Definition gives the organization's MSP.
func (o *Org) Definition() msp.Definition {
	return msp.Definition{
		MSPID: o.MSPID, RootCerts: [][]byte{o.Sign.CertificatePEM()}, TLSRootCerts: [][]byte{o.TLS.CertificatePEM()},
	}
}

// Enroll issues an enrollment certificate of a role.
func (o *Org) Enroll(t *testing.T, name, role string) Leaf {
	t.Helper()
	return o.enroll(t, o.Sign, name, role)
}

func (o *Org) enroll(t *testing.T, a *pki.Authority, name, role string) Leaf {
	t.Helper()
	return issue(t, a, pki.Profile{
		CommonName: name, Organization: o.MSPID, OrganizationalUnit: role, Usage: pki.Sign, Lifetime: time.Hour,
	})
}

// EnrollTLS issues a TLS certificate for hosts.
func (o *Org) EnrollTLS(t *testing.T, name string, hosts ...string) Leaf {
	t.Helper()
	return issue(t, o.TLS, pki.Profile{
		CommonName: name, Organization: o.MSPID, Usage: pki.TLS, Lifetime: time.Hour, Hosts: hosts,
	})
}

func issue(t *testing.T, a *pki.Authority, p pki.Profile) Leaf {
	t.Helper()
	key := newKey(t)
	cert, err := a.Issue(key.Public(), p, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return Leaf{Cert: cert, Key: key}
}

// KeyPEM gives the key as PKCS #8.
func (l Leaf) KeyPEM(t *testing.T) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(l.Key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// Identity issues an identity of a role.
func (o *Org) Identity(t *testing.T, name, role string) *msp.Identity {
	t.Helper()
	return o.identity(t, o.Enroll(t, name, role))
}

// Operator issues an identity of the role admin by the operations authority.
func (o *Org) Operator(t *testing.T) *msp.Identity {
	t.Helper()
	return o.identity(t, o.enroll(t, o.Operations, "operations", msp.RoleAdmin))
}

func (o *Org) identity(t *testing.T, leaf Leaf) *msp.Identity {
	t.Helper()
	id, err := msp.NewIdentity(o.MSPID, leaf.Cert, leaf.Key)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// Channel gives a channel of two application organizations, AMSP and BMSP, the first with an anchor peer, and an
// orderer organization OrdererMSP with so many consenters.
func Channel(t *testing.T, ordering configtx.OrderingType, consenters int) configtx.Channel {
	t.Helper()
	orderers := NewOrg(t, "OrdererMSP")
	c := configtx.Channel{ID: "azterketak", Ordering: configtx.Ordering{Type: ordering}}
	org := configtx.Org{MSP: orderers.Definition()}
	for i := range consenters {
		n := uint32(i)
		consenter := orderers.Consenter(t, ordering, n+1, "127.0.0.1", 7050+n)
		c.Ordering.Consenters = append(c.Ordering.Consenters, consenter)
		org.OrdererEndpoints = append(org.OrdererEndpoints, Endpoint(consenter.Host, consenter.Port))
	}
	c.OrdererOrgs = []configtx.Org{org}
	c.ApplicationOrgs = []configtx.Org{
		{MSP: NewOrg(t, "AMSP").Definition(), AnchorPeers: []configtx.Address{{Host: "a.example", Port: 7051}}},
		{MSP: NewOrg(t, "BMSP").Definition()},
	}
	return c
}

// Consenter gives a consenter with new certificates; of Raft without what only BFT has.
func (o *Org) Consenter(
	t *testing.T, ordering configtx.OrderingType, id uint32, host string, port uint32,
) configtx.Consenter {
	t.Helper()
	tls := o.EnrollTLS(t, "orderer"+strconv.Itoa(int(id)), host).Cert
	c := configtx.Consenter{Host: host, Port: port, ServerTLS: tls, ClientTLS: tls}
	if ordering == configtx.BFT {
		c.ID, c.MSPID = id, o.MSPID
		c.Identity = o.Enroll(t, "orderer"+strconv.Itoa(int(id)), msp.RoleOrderer).Cert
	}
	return c
}

// Endpoint joins a host and a port.
func Endpoint(host string, port uint32) string {
	return net.JoinHostPort(host, strconv.Itoa(int(port)))
}

// Command gives the file of one of Fabric's commands. Where they are not built, the test is skipped, or fails under
// REQUIRE_INTEGRATION=1.
func Command(t *testing.T, name string) string {
	t.Helper()
	r, err := release.Open(release.DefaultDir())
	if err == nil {
		err = r.Verify(name)
	}
	if err != nil {
		if os.Getenv("REQUIRE_INTEGRATION") == "1" {
			t.Fatalf("Fabric's %s is needed: %v", name, err)
		}
		t.Skipf("Fabric's %s is not there: %v (run make fabric)", name, err)
	}
	return r.Path(name)
}
