// SPDX-License-Identifier: Apache-2.0

package configtx

import (
	"fmt"
	"math"
	"net"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki"
)

// Bounds of what is taken.
const (
	leastConsenters = 4           // of BFT: one may be a traitor
	maxBatchTimeout = time.Second // well under smartBFT's RequestForwardTimeout
	maxPort         = math.MaxUint16
)

// channelID is Fabric's rule (common/configtx/validator, channelAllowedChars).
var channelID = regexp.MustCompile(`^[a-z][a-z0-9.-]{0,248}$`)

// Validate refuses what Fabric would refuse, or would take and then not work with. All are a fault.Invalid, most with
// the place in Details: "channel_id_invalid", "channel_orgs_missing", "channel_org_twice", "orderer_endpoint_invalid",
// "anchor_peer_invalid", "ordering_invalid", "consenters_too_few", "consenter_invalid", "batch_invalid", and those of
// msp.Definition.Validate.
func (c *Channel) Validate() error {
	if !channelID.MatchString(c.ID) {
		return fault.New(fault.Invalid, "channel_id_invalid", "%.64q is not a channel ID", c.ID).
			WithHint("use 1 to 249 lower-case letters, digits, dots and hyphens, starting with a letter")
	}
	if len(c.OrdererOrgs) == 0 || len(c.ApplicationOrgs) == 0 {
		return fault.New(fault.Invalid, "channel_orgs_missing",
			"a channel needs an orderer and an application organization")
	}
	if err := validateOrgs("orderer_orgs", c.OrdererOrgs); err != nil {
		return err
	}
	if err := validateOrgs("application_orgs", c.ApplicationOrgs); err != nil {
		return err
	}
	for i, o := range c.OrdererOrgs {
		if len(o.OrdererEndpoints) == 0 {
			return fault.New(fault.Invalid, "orderer_endpoint_invalid", "%s has no orderer endpoint", o.MSP.MSPID).
				WithDetail(fmt.Sprintf("orderer_orgs[%d]", i), "has no orderer endpoints")
		}
	}
	return c.Ordering.validate(c.OrdererOrgs)
}

func validateOrgs(field string, orgs []Org) error {
	seen := map[string]bool{}
	for i, o := range orgs {
		where := fmt.Sprintf("%s[%d]", field, i)
		if seen[o.MSP.MSPID] {
			return fault.New(fault.Invalid, "channel_org_twice", "MSP ID %.64s is there twice", o.MSP.MSPID).
				WithDetail(where, "has the MSP ID of another")
		}
		seen[o.MSP.MSPID] = true
		if err := o.validate(where); err != nil {
			return err
		}
	}
	return nil
}

// validate checks an organization; where is its place in the input, or empty.
func (o *Org) validate(where string) error {
	if err := o.MSP.Validate(time.Now()); err != nil {
		if f := fault.Of(err); where != "" && f.Kind != fault.Internal {
			return f.WithDetail(where, "has an MSP definition that can't be used")
		}
		return err
	}
	if err := checkAnchors(o.AnchorPeers); err != nil {
		return err
	}
	for _, e := range o.OrdererEndpoints {
		host, port, err := net.SplitHostPort(e)
		number, atoiErr := strconv.Atoi(port)
		if err != nil || host == "" || atoiErr != nil || number < 1 || number > maxPort {
			return fault.New(fault.Invalid, "orderer_endpoint_invalid", "%.80q is not host:port", e)
		}
	}
	return nil
}

func checkAnchors(peers []Address) error {
	for i, a := range peers {
		switch {
		case !validHost(a.Host) || a.Port < 1 || a.Port > maxPort:
			return fault.New(fault.Invalid, "anchor_peer_invalid", "%.80q and port %d are not a peer's address",
				a.Host, a.Port)
		case slices.Contains(peers[:i], a):
			return fault.New(fault.Invalid, "anchor_peer_invalid", "%s is there twice", a.Host)
		}
	}
	return nil
}

// validHost takes what can be an address; whether it is one shows when it is dialled.
func validHost(host string) bool {
	strange := func(c byte) bool { return c <= ' ' || c > '~' }
	return host != "" && len(host) <= 253 && !slices.ContainsFunc([]byte(host), strange)
}

func (o *Ordering) validate(orgs []Org) error {
	n := len(o.Consenters)
	switch {
	case o.Type != BFT && o.Type != Raft:
		return fault.New(fault.Invalid, "ordering_invalid", "%.32q is not an ordering type", o.Type).
			WithHint("use bft or raft")
	case o.Type == BFT && n < leastConsenters && (n != 1 || !o.AllowSingle):
		return fault.New(fault.Invalid, "consenters_too_few", "%d consenters tolerate no traitor", n).
			WithHint("use 4 or more, or raft")
	case n == 0:
		return fault.New(fault.Invalid, "consenters_too_few", "a channel needs a consenter")
	}
	if err := o.validateBatch(); err != nil {
		return err
	}
	for i, c := range o.Consenters {
		why := c.wrong(o.Type)
		switch {
		case why != "":
		case o.Type == BFT && !slices.ContainsFunc(orgs, func(org Org) bool { return org.MSP.MSPID == c.MSPID }):
			why = "belongs to no orderer organization of the channel"
		case slices.ContainsFunc(o.Consenters[:i], func(other Consenter) bool {
			return o.Type == BFT && other.ID == c.ID || other.Host == c.Host && other.Port == c.Port
		}):
			why = "has the ID or address of another"
		default:
			continue
		}
		return consenterInvalid(why, fmt.Sprintf("consenters[%d]", i))
	}
	return nil
}

func (o *Ordering) validateBatch() error {
	d := o.withDefaults()
	switch {
	case d.BatchTimeout < time.Millisecond || d.BatchTimeout > maxBatchTimeout:
		return fault.New(fault.Invalid, "batch_invalid", "a batch timeout of %s is not from 1 ms to %s",
			d.BatchTimeout, maxBatchTimeout)
	case d.PreferredMaxBytes > d.AbsoluteMaxBytes:
		return fault.New(fault.Invalid, "batch_invalid", "the preferred size of blocks is over the absolute one")
	}
	return nil
}

// wrong tells what is wrong with a consenter by itself; empty for nothing.
func (c *Consenter) wrong(kind OrderingType) string {
	if !validHost(c.Host) || c.Port < 1 || c.Port > maxPort {
		return "has no address"
	}
	if kind == BFT {
		if c.ID == 0 {
			return "has the ID 0"
		}
		if _, err := pki.ParseX509(c.Identity); err != nil {
			return "has no readable enrollment certificate"
		}
	}
	for _, cert := range [][]byte{c.ServerTLS, c.ClientTLS} {
		if _, err := pki.ParseChain(cert); err != nil {
			return "has no readable TLS certificate"
		}
	}
	return ""
}

func consenterInvalid(why, where string) error {
	f := fault.New(fault.Invalid, "consenter_invalid", "a consenter %s", why)
	if where == "" {
		return f
	}
	return f.WithDetail(where, why)
}
