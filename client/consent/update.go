// SPDX-License-Identifier: Apache-2.0

// Package consent reads what an organization's administrator is asked to sign, so that nobody has to take the platform's
// word for it: updates of a channel's configuration, and approvals of chaincode definitions. It needs nothing but the
// bytes.
package consent

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Update is an update of a channel's configuration.
type Update struct {
	Channel string
	Changes []Change
}

// Change is one part of the configuration that an update adds or changes.
type Change struct {
	Path   string   // "Application/ArabaMSP/MSP"
	Action string   // "added" or "changed"
	Facts  []string // what it is after the update, as far as this package can read it
}

// ReadUpdate reads the bytes of a Fabric ConfigUpdate.
func ReadUpdate(update []byte) (Update, error) {
	all, err := fields(update)
	if err != nil {
		return Update{}, err
	}
	var (
		u     Update
		sides [2]group
	)
	for _, f := range all {
		switch f.number {
		case 1:
			u.Channel = string(f.bytes)
		case 2, 3:
			if sides[f.number-2], err = readGroup(f.bytes, 0); err != nil {
				return Update{}, err
			}
		}
	}
	if u.Channel == "" {
		return Update{}, errWire
	}
	u.Changes = compare(nil, "", sides[0], sides[1])
	return u, nil
}

// group is a Fabric ConfigGroup, and element a ConfigValue or ConfigPolicy.
type group struct {
	version  uint64
	groups   map[string]group
	values   map[string]element
	policies map[string]element
}

type element struct {
	version uint64
	value   []byte
}

func readGroup(message []byte, depth int) (group, error) {
	g := group{groups: map[string]group{}, values: map[string]element{}, policies: map[string]element{}}
	all, err := fields(message)
	if err != nil || depth > maxDepth {
		return g, errWire
	}
	for _, f := range all {
		if f.number == 1 {
			g.version = f.value
		}
		if f.number < 2 || f.number > 4 {
			continue
		}
		key, err := inner(f.bytes, 1)
		if err != nil {
			return g, err
		}
		value, err := inner(f.bytes, 2)
		if err != nil {
			return g, err
		}
		name := string(key)
		switch f.number {
		case 2:
			g.groups[name], err = readGroup(value, depth+1)
		case 3:
			g.values[name], err = readElement(value)
		case 4:
			g.policies[name], err = readElement(value)
		}
		if err != nil {
			return g, err
		}
	}
	return g, nil
}

func readElement(message []byte) (element, error) {
	all, err := fields(message)
	var e element
	for _, f := range all {
		switch f.number {
		case 1:
			e.version = f.value
		case 2:
			e.value = f.bytes
		}
	}
	return e, err
}

// compare lists what the written side of an update has that the read side has not. An element of the read side is
// there only because the written side repeats it unchanged; what is changed carries a version above zero.
func compare(changes []Change, path string, read, write group) []Change {
	at := func(name string) string { return strings.TrimPrefix(path+"/"+name, "/") }
	for _, name := range slices.Sorted(maps.Keys(write.values)) {
		if _, same := read.values[name]; !same {
			changes = append(changes, change(at(name), write.values[name], facts(name, write.values[name].value)))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(write.policies)) {
		if _, same := read.policies[name]; !same {
			changes = append(changes, change(at("policy "+name), write.policies[name], nil))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(write.groups)) {
		before, known := read.groups[name]
		if !known {
			changes = append(changes, Change{Path: at(name), Action: "added"})
		}
		changes = compare(changes, at(name), before, write.groups[name])
	}
	// The members that a group loses are not named in an update: they are those that the written side does not repeat.
	if write.version > read.version && path != "" {
		for _, name := range slices.Sorted(maps.Keys(read.groups)) {
			if _, kept := write.groups[name]; !kept {
				changes = append(changes, Change{Path: at(name), Action: "removed"})
			}
		}
		if !adds(read, write) {
			changes = append(changes, Change{Path: path, Action: "changed", Facts: []string{"only these stay: " + members(write)}})
		}
	}
	return changes
}

func change(path string, e element, what []string) Change {
	if e.version == 0 {
		return Change{Path: path, Action: "added", Facts: what}
	}
	return Change{Path: path, Action: "changed", Facts: what}
}

// adds tells whether a group gets a member that it had not.
func adds(read, write group) bool {
	for name := range write.groups {
		if _, known := read.groups[name]; !known {
			return true
		}
	}
	for _, sides := range [][2]map[string]element{{read.values, write.values}, {read.policies, write.policies}} {
		for name, e := range sides[1] {
			if _, known := sides[0][name]; !known && e.version == 0 {
				return true
			}
		}
	}
	return false
}

func members(g group) string {
	names := slices.Concat(slices.Collect(maps.Keys(g.groups)), slices.Collect(maps.Keys(g.values)), slices.Collect(maps.Keys(g.policies)))
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// facts tells in words what a value of the configuration holds.
func facts(name string, value []byte) []string {
	switch name {
	case "MSP":
		return mspFacts(value)
	case "AnchorPeers":
		return anchorFacts(value)
	default:
		digest := sha256.Sum256(value)
		return []string{fmt.Sprintf("%d bytes, SHA-256 %s", len(value), hex.EncodeToString(digest[:]))}
	}
}

func anchorFacts(value []byte) []string {
	all, err := fields(value)
	if err != nil {
		return []string{err.Error()}
	}
	var list []string
	for _, f := range all {
		host, err := inner(f.bytes, 1)
		if err != nil {
			return []string{err.Error()}
		}
		parts, err := fields(f.bytes)
		if err != nil {
			return []string{err.Error()}
		}
		port := uint64(0)
		for _, p := range parts {
			if p.number == 2 {
				port = p.value
			}
		}
		list = append(list, fmt.Sprintf("anchor peer %s:%d", printable(string(host)), port))
	}
	return list
}

func mspFacts(value []byte) []string {
	config, err := inner(value, 2)
	if err != nil {
		return []string{err.Error()}
	}
	all, err := fields(config)
	if err != nil {
		return []string{err.Error()}
	}
	names := map[int]string{
		2: "root authority", 3: "intermediate authority", 4: "administrator", 9: "TLS root authority",
		10: "TLS intermediate authority",
	}
	var list []string
	for _, f := range all {
		switch {
		case f.number == 1:
			list = append(list, "MSP ID "+printable(string(f.bytes)))
		case f.number == 5:
			list = append(list, listFact(f.bytes))
		case names[f.number] != "":
			list = append(list, names[f.number]+" "+certificateFact(f.bytes))
		}
	}
	return list
}

func certificateFact(certPEM []byte) string {
	der := decodePEM(certPEM)
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return "that can't be read"
	}
	digest := sha256.Sum256(der)
	return printable(cert.Subject.String()) + ", SHA-256 " + hex.EncodeToString(digest[:])
}

// maxSerials is how many serial numbers of a revocation list are told one by one.
const maxSerials = 20

func listFact(crl []byte) string {
	list, err := x509.ParseRevocationList(decodePEM(crl))
	if err != nil {
		return "revocation list that can't be read"
	}
	serials := make([]string, 0, len(list.RevokedCertificateEntries))
	for _, e := range list.RevokedCertificateEntries {
		serials = append(serials, e.SerialNumber.Text(16))
	}
	more := ""
	if len(serials) > maxSerials {
		more = fmt.Sprintf(" and %d more", len(serials)-maxSerials)
		serials = serials[:maxSerials]
	}
	if len(serials) == 0 {
		serials = []string{"none"}
	}
	return fmt.Sprintf("revocation list of %s: %s%s", printable(list.Issuer.String()), strings.Join(serials, ", "), more)
}

func decodePEM(data []byte) []byte {
	if block, _ := pem.Decode(data); block != nil {
		return block.Bytes
	}
	return data
}

// printable keeps a stranger's text on one line of a terminal.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r <= 0x9f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '?'
		}
		return r
	}, s)
	return s[:min(len(s), 300)]
}
