// SPDX-License-Identifier: Apache-2.0

package server

import (
	"log/slog"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// Config of Run.
type Config struct {
	DataDir   string // created with mode 0700 if absent
	Listen    string // host:port of the console and the API
	Ordering  string // "bft", "raft", or empty: as the data directory has it, bft for a new one
	NodeHost  string // IP address of the nodes; empty: a loopback address of the data directory's own
	FabricDir string // folder of Fabric's programs; empty: the user's cache
	// CAKeyStore is the RFC 7512 URI of the PKCS #11 token that keeps the keys of certification authorities; empty: they
	// are sealed in files, like all other keys.
	CAKeyStore   string
	ContractsDir string // folder of the catalogue's programs and descriptors; empty: contracts beside the program
	// PublicURL is where people and programs reach the platform, "https://b4a.example"; empty: where it listens. Links in
	// mails begin with it, and certificates name it as the place of their revocation lists.
	PublicURL  string
	TLSCert    string // file of the server's certificate and its chain, PEM; empty: plain HTTP
	TLSKey     string // file of its key, PEM
	CertListen string // host:port that asks browsers for a certificate; empty: none
	Executable string // path of b4a itself, for the external chaincode builder; empty: the running program
	// LeafLifetime is that of certificates of nodes, applications and people; 0: a year. They are renewed RenewBefore
	// their end; 0: when a third of their life is left.
	LeafLifetime time.Duration
	RenewBefore  time.Duration
	SMTP         string // mail server, "smtp://user@host:587"; empty: mail is off
	SMTPPassword string // file that holds the mail server's password
	MailFrom     string // sender of mails
	// AuthorityPoll is how often other authorities are asked about their certificates; 0: 10 minutes.
	AuthorityPoll time.Duration
	// PrivateAuthorities lets these authorities be at addresses that are not public.
	PrivateAuthorities bool
	// TrustedProxies are where proxies are that say by X-Forwarded-For who asks, besides this machine.
	TrustedProxies []netip.Prefix
	Version        string
	Log            *slog.Logger
	// Ready is called once, when the ordering service and the operator's peer answer. May be nil.
	Ready func(ReadyInfo)
	// Progress is called with what is being done until then, in words. May be nil.
	Progress func(string)
}

// ReadyInfo says where the platform answers.
type ReadyInfo struct {
	URL       string // of the console
	SignInURL string // opens the console signed in, once
}

// OperatorOrg is the ID of the organization that runs the platform and its ordering service.
const OperatorOrg = "platform"

// Numbers of orderers: four tolerate one that lies or is silent (3f+1).
const (
	bftOrderers  = 4
	raftOrderers = 1
)

// minLeafLifetime leaves time to renew every node one after another.
const minLeafLifetime = 30 * time.Second

// Names of platform settings.
const (
	settingOrdering = "ordering"
	settingNodeHost = "node-host"
)

func (c Config) validate() error {
	switch configtx.OrderingType(c.Ordering) {
	case "", configtx.BFT, configtx.Raft:
	default:
		return fault.New(fault.Invalid, "ordering_invalid", "%q is not an ordering service", c.Ordering).
			WithHint("use bft or raft")
	}
	if c.LeafLifetime != 0 && c.LeafLifetime < minLeafLifetime {
		return fault.New(fault.Invalid, "lifetime_invalid", "certificates can't live for less than %s", minLeafLifetime).
			WithHint("a year is usual: leave --certificate-lifetime out")
	}
	if c.RenewBefore < 0 || c.RenewBefore > 0 && c.RenewBefore >= c.leafLifetime() {
		return fault.New(fault.Invalid, "lifetime_invalid", "certificates can't be renewed %s before their end", c.RenewBefore).
			WithHint("that must be less than their life; leave --certificate-renew-before out for a third of it")
	}
	if c.AuthorityPoll < 0 {
		return fault.New(fault.Invalid, "poll_invalid", "%s is not a time between two questions", c.AuthorityPoll).
			WithHint("ten minutes are usual: leave --authority-poll out")
	}
	if c.DataDir == "" || c.Listen == "" {
		return fault.New(fault.Invalid, "config_incomplete", "the data directory or the listen address is missing").
			WithHint("give --data-dir and --listen")
	}
	if (c.TLSCert == "") != (c.TLSKey == "") || c.CertListen != "" && c.TLSCert == "" {
		return fault.New(fault.Invalid, "config_incomplete", "the server's certificate or its key is missing").
			WithHint("give --tls-cert and --tls-key; --client-cert-listen needs both")
	}
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" ||
		u.Host == "" || u.User != nil || strings.TrimSuffix(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "") {
		return fault.New(fault.Invalid, "public_url_invalid", "%q is no address of a console", c.PublicURL).
			WithHint("give --public-url https://b4a.example.eus, without a path")
	}
	return nil
}

// renewalRound is how often the platform looks for certificates to renew: often enough that a third of a lifetime holds
// many rounds.
func (c Config) renewalRound() time.Duration {
	return min(max(c.leafLifetime()/60, time.Second), time.Hour)
}

func (c Config) leafLifetime() time.Duration {
	if c.LeafLifetime == 0 {
		return org.LeafLifetime
	}
	return c.LeafLifetime
}

// listFresh is for how long another authority's list, once fetched, serves its other certificates: within one round.
func (c Config) listFresh() time.Duration {
	if c.AuthorityPoll == 0 {
		return time.Minute
	}
	return min(c.AuthorityPoll/2, time.Minute)
}

func (c Config) path(name string) string { return filepath.Join(c.DataDir, name) }

func (c Config) progress(text string) {
	if c.Progress != nil {
		c.Progress(text)
	}
}
