// SPDX-License-Identifier: Apache-2.0

// Package consent reads what an organization's administrator is asked to sign, so that nobody has to take the platform's
// word for it: updates of a channel's configuration, and approvals of chaincode definitions. It needs nothing but the
// bytes.
package consent

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// Update is an update of a channel's configuration.
type Update struct {
	Channel string
	Changes []Change
}

// Change is one part of the configuration that an update adds, changes or removes.
type Change struct {
	Path   string   // "Application/ArabaMSP/MSP"; "Channel" for the whole of it
	Action string   // "added", "changed" or "removed"
	Facts  []string // what it is after the update, as far as this package can read it
}

// ReadUpdate reads the bytes of a Fabric ConfigUpdate. What it can't read wholly is an error.
func ReadUpdate(update []byte) (Update, error) {
	m, err := read(update, shape{1: single, 2: single, 3: single})
	if err != nil {
		return Update{}, err
	}
	u := Update{Channel: m.text(1)}
	before, err := readGroup(m.bytes(2), 0)
	if err != nil {
		return Update{}, err
	}
	after, err := readGroup(m.bytes(3), 0)
	if err != nil {
		return Update{}, err
	}
	if u.Channel == "" {
		return Update{}, errWire
	}
	u.Changes = compare(nil, "", before, after)
	return u, nil
}

// nonceSize is how long the nonce of a signature header is (Fabric, protoutil/commonutils.go, CreateNonce).
const nonceSize = 24

// ReadSignedUpdate reads what an administrator signs of an update: a Fabric SignatureHeader, then the ConfigUpdate. It
// gives the certificate of the header, PEM, and the update. Fabric reads the two from where the platform later says that
// the one ends, so nothing may stand between them.
func ReadSignedUpdate(signed []byte) (certPEM, update []byte, err error) {
	rest := signed
	header := message{}
	for _, want := range []int{1, 2} {
		id, f, after, err := next(rest, shape{1: single, 2: single})
		if err != nil || id != want {
			return nil, nil, errWire
		}
		header[id], rest = []field{f}, after
	}
	identity, err := read(header.bytes(1), shape{1: single, 2: single})
	if err != nil || len(header.bytes(2)) != nonceSize {
		return nil, nil, errWire
	}
	return identity.bytes(2), rest, nil
}

// group is a Fabric ConfigGroup, and element what all of its parts have: a version, and who may change them.
type group struct {
	element
	groups   map[string]group
	values   map[string]element
	policies map[string]element
}

type element struct {
	version   uint64
	value     []byte
	modPolicy string
}

func readGroup(data []byte, depth int) (group, error) {
	g := group{groups: map[string]group{}, values: map[string]element{}, policies: map[string]element{}}
	m, err := read(data, shape{1: number, 2: repeated, 3: repeated, 4: repeated, 5: single})
	if err != nil || depth > maxDepth {
		return g, errWire
	}
	g.version, g.modPolicy = m.number(1), m.text(5)
	if err := entries(m[2], g.groups, func(v []byte) (group, error) { return readGroup(v, depth+1) }); err != nil {
		return g, err
	}
	if err := entries(m[3], g.values, readElement); err != nil {
		return g, err
	}
	return g, entries(m[4], g.policies, readElement)
}

// entries reads the entries of a map, of which no key may be there twice.
func entries[V any](fields []field, into map[string]V, value func([]byte) (V, error)) error {
	for _, f := range fields {
		m, err := read(f.bytes, shape{1: single, 2: single})
		if err != nil {
			return err
		}
		if _, twice := into[m.text(1)]; twice {
			return errWire
		}
		if into[m.text(1)], err = value(m.bytes(2)); err != nil {
			return err
		}
	}
	return nil
}

// readElement reads a ConfigValue, or a ConfigPolicy, which is alike.
func readElement(data []byte) (element, error) {
	m, err := read(data, shape{1: number, 2: single, 3: single})
	return element{version: m.number(1), value: m.bytes(2), modPolicy: m.text(3)}, err
}

// compare lists what the written side of an update changes. As to Fabric (common/configtx/deltaset.go, computeDeltaSet)
// that is each element which is not on the read side in the very same version, whatever it holds.
func compare(changes []Change, path string, before, after group) []Change {
	at := func(name string) string { return strings.TrimPrefix(path+"/"+name, "/") }
	for _, name := range slices.Sorted(maps.Keys(after.values)) {
		e := after.values[name]
		if was, known := before.values[name]; !known || was.version != e.version {
			changes = append(changes, change(at(name), known, e, facts(name, e.value)...))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(after.policies)) {
		e := after.policies[name]
		if was, known := before.policies[name]; !known || was.version != e.version {
			said, err := policyFact(e.value)
			if err != nil {
				said = digestFact(e.value)
			}
			changes = append(changes, change(at("policy "+name), known, e, said))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(after.groups)) {
		g := after.groups[name]
		was, known := before.groups[name]
		if !known || was.version != g.version {
			changes = append(changes, change(at(name), known, g.element, g.members()))
		}
		changes = compare(changes, at(name), was, g)
	}
	if path == "" && before.version != after.version {
		changes = append(changes, change("Channel", true, after.element, after.members()))
	}
	return append(changes, removed(at, before, after)...)
}

// removed lists the members that a group loses: those of the read side, when the group gets another version, which the
// written side does not repeat. An update need not name them: members tells all that stay.
func removed(at func(string) string, before, after group) []Change {
	if before.version == after.version {
		return nil
	}
	var changes []Change
	lost := func(name, as string, kept bool) {
		if !kept {
			changes = append(changes, Change{Path: at(as + name), Action: "removed"})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before.groups)) {
		_, kept := after.groups[name]
		lost(name, "", kept)
	}
	for _, name := range slices.Sorted(maps.Keys(before.values)) {
		_, kept := after.values[name]
		lost(name, "", kept)
	}
	for _, name := range slices.Sorted(maps.Keys(before.policies)) {
		_, kept := after.policies[name]
		lost(name, "policy ", kept)
	}
	return changes
}

func change(path string, known bool, e element, what ...string) Change {
	c := Change{Path: path, Action: "changed", Facts: append(what, "whom it takes to change it: "+printable(e.modPolicy))}
	if !known && e.version == 0 {
		c.Action = "added"
	}
	return c
}

// members tells what a group has after an update that gives it another version: nothing else stays in it.
func (g group) members() string {
	names := slices.Concat(slices.Sorted(maps.Keys(g.groups)), slices.Sorted(maps.Keys(g.values)))
	for _, name := range slices.Sorted(maps.Keys(g.policies)) {
		names = append(names, "policy "+name)
	}
	if len(names) == 0 {
		return "it is empty"
	}
	return "only these are in it: " + clean(strings.Join(names, ", "))
}

// facts tells in words what a value of the configuration holds.
func facts(name string, value []byte) []string {
	var (
		said []string
		err  error
	)
	switch name {
	case "MSP":
		said, err = mspFacts(value)
	case "AnchorPeers":
		said, err = anchorFacts(value)
	default:
		return []string{digestFact(value)}
	}
	if err != nil {
		return []string{digestFact(value) + ", that can't be read"}
	}
	return said
}

func digestFact(value []byte) string {
	return fmt.Sprintf("%d bytes, SHA-256 %s", len(value), Digest(value))
}

func anchorFacts(value []byte) ([]string, error) {
	all, err := read(value, shape{1: repeated})
	if err != nil {
		return nil, err
	}
	var list []string
	for _, f := range all[1] {
		p, err := read(f.bytes, shape{1: single, 2: number})
		if err != nil {
			return nil, err
		}
		list = append(list, fmt.Sprintf("anchor peer %s:%d", printable(p.text(1)), p.number(2)))
	}
	return list, nil
}

// mspFacts tells of a Fabric MSPConfig of X.509 type all that it holds. One with a signing identity can't be read: a
// channel's has none.
func mspFacts(value []byte) ([]string, error) {
	outer, err := read(value, shape{1: number, 2: single})
	if err != nil || outer.number(1) != 0 {
		return nil, errWire
	}
	config, err := read(outer.bytes(2), shape{
		1: single, 2: repeated, 3: repeated, 4: repeated, 5: repeated, 7: repeated, 8: single, 9: repeated, 10: repeated, 11: single,
	})
	if err != nil {
		return nil, err
	}
	list := []string{"MSP ID " + printable(config.text(1))}
	for _, of := range []struct {
		field int
		fact  func([]byte) (string, error)
	}{
		{2, certificateFact("root authority ")},
		{3, certificateFact("intermediate authority ")},
		{4, certificateFact("administrator ")},
		{5, listFact},
		{7, restrictionFact},
		{8, cryptoFact},
		{9, certificateFact("TLS root authority ")},
		{10, certificateFact("TLS intermediate authority ")},
		{11, rolesFact},
	} {
		for _, f := range config[of.field] {
			said, err := of.fact(f.bytes)
			if err != nil {
				return nil, err
			}
			list = append(list, said)
		}
	}
	return list, nil
}

// unit is a Fabric FabricOUIdentifier: an organizational unit, of one authority where there is a certificate.
func unit(data []byte) (string, error) {
	m, err := read(data, shape{1: single, 2: single})
	if err != nil {
		return "", err
	}
	said := "OU=" + printable(m.text(2))
	if cert := m.bytes(1); len(cert) > 0 {
		said += " of the authority with the SHA-256 " + Digest(decodePEM(cert))
	}
	return said, nil
}

func restrictionFact(data []byte) (string, error) {
	said, err := unit(data)
	return "takes members with " + said, err
}

func cryptoFact(data []byte) (string, error) {
	m, err := read(data, shape{1: single, 2: single})
	return "hashes by " + printable(m.text(1)+", "+m.text(2)), err
}

// rolesFact tells a Fabric FabricNodeOUs: by which organizational units roles are told.
func rolesFact(data []byte) (string, error) {
	m, err := read(data, shape{1: number, 2: single, 3: single, 4: single, 5: single})
	if err != nil {
		return "", err
	}
	if m.number(1) == 0 {
		return "does not tell roles by organizational units", nil
	}
	var roles []string
	for i, role := range []string{"client", "peer", "admin", "orderer"} {
		if len(m[i+2]) == 0 {
			continue
		}
		said, err := unit(m.bytes(i + 2))
		if err != nil {
			return "", err
		}
		roles = append(roles, role+" by "+said)
	}
	return "tells roles: " + strings.Join(roles, ", "), nil
}

func certificateFact(role string) func(certPEM []byte) (string, error) {
	return func(certPEM []byte) (string, error) {
		der := decodePEM(certPEM)
		subject := "that can't be read"
		if cert, err := x509.ParseCertificate(der); err == nil {
			subject = printable(cert.Subject.String())
		}
		return role + subject + ", SHA-256 " + Digest(der), nil
	}
}

// maxSerials is how many serial numbers of a revocation list are told one by one.
const maxSerials = 20

func listFact(crl []byte) (string, error) {
	list, err := x509.ParseRevocationList(decodePEM(crl))
	if err != nil {
		return "", fmt.Errorf("revocation list: %w", err)
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
	return fmt.Sprintf("revocation list of %s: %s%s", printable(list.Issuer.String()), strings.Join(serials, ", "), more), nil
}

func decodePEM(data []byte) []byte {
	if block, _ := pem.Decode(data); block != nil {
		return block.Bytes
	}
	return data
}

// maxText is how much of a stranger's text is told, in bytes.
const maxText = 1000

// printable keeps a stranger's text on one line of a terminal, and short.
func printable(s string) string {
	if s = clean(s); len(s) > maxText {
		return strings.ToValidUTF8(s[:maxText], "") + "…"
	}
	return s
}

func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return '?'
		}
		return r
	}, s)
}
