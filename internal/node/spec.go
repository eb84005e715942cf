// SPDX-License-Identifier: Apache-2.0

package node

import (
	"crypto/tls"
	"crypto/x509"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// A DNS label, RFC 1123, that begins with a letter.
const idPattern = `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`

// CheckID tells whether id can name a node: a DNS label. If not, the fault is node_spec_invalid.
func CheckID(id string) error {
	if ok, err := regexp.MatchString(idPattern, id); err != nil || !ok {
		return InvalidSpec("%q is no name of a node: small letters, digits and hyphens, at most 63", id)
	}
	return nil
}

// InvalidSpec is the fault of a spec that no driver can run.
func InvalidSpec(format string, args ...any) *fault.Error {
	return fault.New(fault.Invalid, "node_spec_invalid", format, args...)
}

// Unknown is the fault of a node that a driver does not know.
func Unknown(id string) error {
	return fault.New(fault.NotFound, "node_not_found", "there is no node %s", id)
}

// NotRunning is the fault of waiting for a node that is not wanted to run.
func NotRunning(id string) error {
	return fault.New(fault.Conflict, "node_stopped", "%s is stopped", id).WithHint("start it")
}

// Validate looks at all of a spec that can be judged without touching anything; every driver calls it first. The
// fault is node_spec_invalid.
func (s Spec) Validate() error {
	if err := CheckID(s.ID); err != nil {
		return err
	}
	switch s.Kind {
	case Peer, Orderer:
	default:
		return InvalidSpec("%q is no kind of node", s.Kind)
	}
	if s.MSPID == "" {
		return InvalidSpec("node %s has no MSP ID", s.ID)
	}
	if _, err := tls.X509KeyPair(s.TLS.Cert, s.TLS.Key); err != nil {
		return InvalidSpec("the TLS certificate of node %s does not go with its key", s.ID).WithCause(err)
	}
	if !x509.NewCertPool().AppendCertsFromPEM(s.TLSRoots) {
		return InvalidSpec("node %s has no TLS roots", s.ID)
	}
	if s.Kind == Orderer && !x509.NewCertPool().AppendCertsFromPEM(s.AdminRoots) {
		return InvalidSpec("orderer %s has no roots for its administrators", s.ID)
	}
	return s.validateMSP()
}

func (s Spec) validateMSP() error {
	found := make(map[string]bool)
	for name := range s.MSP {
		if !filepath.IsLocal(filepath.FromSlash(name)) || path.Clean(name) != name || strings.Contains(name, `\`) {
			return InvalidSpec("%q is no path within the MSP folder of node %s", name, s.ID)
		}
		found[path.Dir(name)] = true
	}
	for _, dir := range []string{"cacerts", "signcerts", "keystore"} {
		if !found[dir] {
			return InvalidSpec("the MSP folder of node %s has nothing in %s", s.ID, dir)
		}
	}
	return nil
}
