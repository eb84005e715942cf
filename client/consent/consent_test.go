// SPDX-License-Identifier: Apache-2.0

package consent_test

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/blockchain4all/blockchain4all/client/consent"
)

// field writes a protocol buffer's field: bytes, or, for nil, a number.
func field(number int, value []byte, n uint64) []byte {
	if value == nil {
		return binary.AppendUvarint(binary.AppendUvarint(nil, uint64(number)<<3), n)
	}
	out := binary.AppendUvarint(nil, uint64(number)<<3|2)
	return append(binary.AppendUvarint(out, uint64(len(value))), value...)
}

func join(parts ...[]byte) []byte {
	var all []byte
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func call(chaincode, function string, args []byte) []byte {
	input := join(field(1, []byte(function), 0), field(1, args, 0))
	spec := join(field(1, nil, 1), field(2, field(2, []byte(chaincode), 0), 0), field(3, input, 0))
	return field(1, field(1, spec, 0), 0) // ChaincodeProposalPayload of ChaincodeInvocationSpec
}

func header() []byte { return headerOf(3, "_lifecycle") }

func headerOf(kind uint64, chaincode string) []byte {
	extension := field(2, field(2, []byte(chaincode), 0), 0)
	return field(1, join(field(1, nil, kind), field(4, []byte("ondo"), 0), field(5, []byte("tx"), 0), field(7, extension, 0)), 0)
}

var arguments = join(field(1, nil, 2), field(2, []byte("exams"), 0), field(3, []byte("1.0.0"), 0),
	field(9, field(2, field(1, []byte("exams_1.0.0:abc"), 0), 0), 0))

func TestApproval(t *testing.T) {
	t.Parallel()
	payload := call("_lifecycle", "ApproveChaincodeDefinitionForMyOrg", arguments)
	proposal := join(field(1, header(), 0), field(2, payload, 0))
	transaction := join(field(1, header(), 0), field(2, field(1, field(2, field(1, payload, 0), 0), 0), 0))
	for name, read := range map[string]func() (consent.Approval, error){
		"proposal":    func() (consent.Approval, error) { return consent.ReadProposal(proposal) },
		"transaction": func() (consent.Approval, error) { return consent.ReadTransaction(transaction) },
	} {
		a, err := read()
		if err != nil || a.Channel != "ondo" || a.TxID != "tx" || a.Name != "exams" || a.Version != "1.0.0" || a.Sequence != 2 ||
			a.PackageID != "exams_1.0.0:abc" || string(a.Arguments) != string(arguments) || len(a.Digest()) != 64 {
			t.Errorf("%s: %+v: %v", name, a, err)
		}
	}
	for name, other := range map[string][]byte{
		"a configuration": headerOf(2, "_lifecycle"), "another chaincode in the header": headerOf(3, "exams"),
	} {
		if a, err := consent.ReadProposal(join(field(1, other, 0), field(2, payload, 0))); err == nil {
			t.Errorf("%s is read as an approval: %+v", name, a)
		}
	}
	for name, other := range map[string][]byte{
		"another function":  call("_lifecycle", "CommitChaincodeDefinition", arguments),
		"another chaincode": call("exams", "ApproveChaincodeDefinitionForMyOrg", arguments),
		"no call":           field(1, nil, 7),
		"cut":               payload[:len(payload)-3],
	} {
		if a, err := consent.ReadProposal(join(field(1, header(), 0), field(2, other, 0))); err == nil {
			t.Errorf("%s is read as an approval: %+v", name, a)
		}
	}
	if _, err := consent.ReadTransaction(proposal); err == nil {
		t.Error("a proposal is read as a transaction")
	}
	two := field(1, field(2, field(1, payload, 0), 0), 0)
	if _, err := consent.ReadTransaction(join(field(1, header(), 0), field(2, join(two, two), 0))); err == nil {
		t.Error("two actions are read as one")
	}
}

func group(parts ...[]byte) []byte { return join(parts...) }

func entry(number int, name string, value []byte) []byte {
	return field(number, join(field(1, []byte(name), 0), field(2, value, 0)), 0)
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	version := func(n uint64) []byte { return field(1, nil, n) }
	read := group(entry(2, "Application", group(version(1), entry(2, "AMSP", version(0)), entry(2, "BMSP", version(0)))))
	write := group(entry(2, "Application", group(version(2), field(5, []byte("Admins"), 0), entry(2, "AMSP", version(0)),
		entry(2, "CMSP", group(entry(3, "AnchorPeers", join(version(0), field(2, field(1,
			join(field(1, []byte("127.0.0.1\x1b[2J"), 0), field(2, nil, 7051)), 0), 0))))))))
	u, err := consent.ReadUpdate(join(field(1, []byte("ondo"), 0), field(2, read, 0), field(3, write, 0)))
	if err != nil || u.Channel != "ondo" {
		t.Fatalf("%+v: %v", u, err)
	}
	var said []string
	for _, c := range u.Changes {
		said = append(said, c.Action+" "+c.Path+" "+strings.Join(c.Facts, ","))
	}
	want := "changed Application only these are in it: AMSP, CMSP,whom it takes to change it: Admins|" +
		"added Application/CMSP only these are in it: AnchorPeers,whom it takes to change it: |" +
		"added Application/CMSP/AnchorPeers anchor peer 127.0.0.1?[2J:7051,whom it takes to change it: |removed Application/BMSP "
	if got := strings.Join(said, "|"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for name, wrong := range map[string][]byte{"nothing": nil, "text": []byte("this is no update"), "no channel": field(3, write, 0)} {
		if u, err := consent.ReadUpdate(wrong); err == nil {
			t.Errorf("%s is read as an update: %+v", name, u)
		}
	}
}

func said(u consent.Update) string {
	var b strings.Builder
	for _, c := range u.Changes {
		b.WriteString(c.Action + " " + c.Path + ": " + strings.Join(c.Facts, "; ") + "\n")
	}
	return b.String()
}

// TestHidden hides changes in an update from its reader, as a platform that lies could: each is told, or the update is
// refused.
func TestHidden(t *testing.T) {
	t.Parallel()
	version := func(n uint64) []byte { return field(1, nil, n) }
	value := func(n uint64, v string) []byte {
		return join(version(n), field(2, []byte(v), 0), field(3, []byte("Admins"), 0))
	}
	app := func(parts ...[]byte) []byte { return entry(2, "Application", group(parts...)) }
	channel := field(1, []byte("ondo"), 0)
	cMSP := entry(2, "CMSP", version(0))
	harmless := join(channel, field(2, app(version(1)), 0), field(3, app(version(1), entry(3, "Note", value(0, "x"))), 0))
	nodeOUs := join(field(1, nil, 1), field(2, field(2, []byte("client"), 0), 0), field(4, field(2, []byte("client"), 0), 0))
	mspValue := field(2, join(field(1, []byte("AMSP"), 0), field(11, nodeOUs, 0)), 0)
	anyReader := join(field(1, nil, 3), field(2, field(1, []byte("Readers"), 0), 0))
	for name, c := range map[string]struct {
		update []byte
		told   string // empty: it is refused
	}{
		"a value that is read in another version": {join(channel,
			field(2, app(version(1), entry(3, "MSP", version(3))), 0),
			field(3, app(version(1), entry(3, "MSP", value(4, string(mspValue)))), 0)), "changed Application/MSP: MSP ID AMSP"},
		"administrators by the unit of clients": {join(channel,
			field(3, app(entry(3, "MSP", value(4, string(mspValue)))), 0)), "tells roles: client by OU=client, admin by OU=client"},
		"who may change a group, beside a new member": {join(channel, field(2, app(version(1)), 0),
			field(3, app(version(2), field(5, []byte("Readers"), 0), cMSP), 0)), "changed Application: only these are in it: CMSP; whom it takes to change it: Readers"},
		"members that go without being named": {join(channel, field(2, app(version(1)), 0),
			field(3, app(version(2), cMSP), 0)), "only these are in it: CMSP;"},
		"the whole channel": {
			join(channel, field(2, version(1), 0), field(3, join(version(2), app(version(1))), 0)),
			"changed Channel: only these are in it: Application",
		},
		"a policy": {
			join(channel, field(3, app(entry(4, "Admins", join(version(1), field(2, anyReader, 0)))), 0)),
			"changed Application/policy Admins: any of Readers",
		},
		"a second written side":       {join(field(3, app(entry(3, "ACLs", value(7, "evil"))), 0), harmless), ""},
		"a second read side":          {join(field(2, app(version(9)), 0), harmless), ""},
		"a written side of no length": {join(harmless, field(3, nil, 1)), ""},
		"a key that is there twice": {join(channel, field(3, join(app(entry(3, "ACLs", value(1, "evil"))),
			app(version(0))), 0)), ""},
		"a field of the future":        {join(harmless, field(6, []byte("x"), 0)), ""},
		"isolated data":                {join(harmless, entry(5, "x", []byte("y"))), ""},
		"groups in groups without end": {join(channel, field(3, nested(100), 0)), ""},
	} {
		u, err := consent.ReadUpdate(c.update)
		if (err == nil) != (c.told != "") {
			t.Errorf("%s: %v\n%s", name, err, said(u))
		} else if !strings.Contains(said(u), c.told) {
			t.Errorf("%s is not told:\n%s", name, said(u))
		}
	}
}

func nested(depth int) []byte {
	var g []byte
	for range depth {
		g = entry(2, "g", g)
	}
	return g
}

func TestSignedUpdate(t *testing.T) {
	t.Parallel()
	update := join(field(1, []byte("ondo"), 0), field(3, entry(2, "Application", field(1, nil, 1)), 0))
	creator := field(1, join(field(1, []byte("AMSP"), 0), field(2, []byte("certificate"), 0)), 0)
	nonce := field(2, make([]byte, 24), 0)
	cert, read, err := consent.ReadSignedUpdate(join(creator, nonce, update))
	if err != nil || string(cert) != "certificate" || string(read) != string(update) {
		t.Fatalf("%s, %x: %v", cert, read, err)
	}
	evil := field(3, entry(2, "Application", field(1, nil, 9)), 0)
	for name, signed := range map[string][]byte{
		"no header":                          update,
		"a read side in the nonce's place":   join(creator, field(2, entry(2, "Application", field(1, nil, 1)), 0), update),
		"the nonce first":                    join(nonce, creator, update),
		"an update only":                     join(field(1, []byte("ondo"), 0), evil),
		"a creator that is no identity":      join(field(1, join(field(3, []byte("x"), 0)), 0), nonce, update),
		"a header that is cut":               creator,
		"an update before the nonce":         join(creator, evil, nonce, update),
		"the certificate of two at one time": join(field(1, join(field(2, []byte("a"), 0), field(2, []byte("b"), 0)), 0), nonce, update),
	} {
		if cert, read, err := consent.ReadSignedUpdate(signed); err == nil {
			t.Errorf("%s: %s, %x", name, cert, read)
		}
	}
	if _, read, err := consent.ReadSignedUpdate(join(creator, nonce, evil, update)); err != nil || string(read) == string(update) {
		t.Errorf("what stands before the update is no part of it: %x: %v", read, err)
	}
}

// TestDefinition tells all of a definition that is approved, and refuses what it can't tell.
func TestDefinition(t *testing.T) {
	t.Parallel()
	role := func(msp string, r uint64) []byte {
		return field(3, field(2, join(field(1, []byte(msp), 0), field(2, nil, r)), 0), 0)
	}
	one := func(n uint64) []byte { return field(2, field(1, nil, n), 0) }
	rule := field(2, field(2, join(field(1, nil, 1), one(0), one(1)), 0), 0)
	envelope := join(rule, role("AMSP", 0), role("BMSP", 3))
	collection := field(1, field(1, join(field(1, []byte("notes"), 0), field(2, field(1, envelope, 0), 0), field(6, nil, 1)), 0), 0)
	full := join(arguments, field(5, []byte("free"), 0), field(6, field(1, envelope, 0), 0), field(7, collection, 0), field(8, nil, 1))
	a, err := consent.ReadArguments(full)
	if err != nil {
		t.Fatal(err)
	}
	want := "endorsed by 1 of (AMSP.member, BMSP.peer)|the peers' validation plugin free|must be initialized|" +
		"private data notes of 1 of (AMSP.member, BMSP.peer), endorsed by who endorses the contract, sent to 0 to 0 peers, " +
		"kept for 0 blocks (0: for ever), only members read: true, write: false"
	if got := strings.Join(a.Facts, "|"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for name, c := range map[string][]byte{
		"a second source":            join(arguments, field(9, nil, 0)),
		"an empty source behind it":  join(arguments, field(9, []byte{}, 0)),
		"a policy that is not read":  join(arguments, field(6, []byte("?"), 0)),
		"an identity out of range":   join(arguments, field(6, field(1, field(2, field(1, nil, 3), 0), 0), 0)),
		"a field of the future":      join(arguments, field(10, nil, 1)),
		"collections that are not":   join(arguments, field(7, []byte("?"), 0)),
		"a sequence that is a text":  join(field(1, []byte("2"), 0), field(2, []byte("exams"), 0)),
		"two policies in one policy": join(arguments, field(6, join(field(1, envelope, 0), field(2, []byte("x"), 0)), 0)),
	} {
		if a, err := consent.ReadArguments(c); err == nil {
			t.Errorf("%s: %+v", name, a)
		}
	}
	byName, err := consent.ReadArguments(join(arguments, field(6, field(2, []byte("/Channel/Application/Endorsement"), 0), 0)))
	if err != nil || byName.Facts[0] != "endorsed by the ledger's policy /Channel/Application/Endorsement" {
		t.Errorf("%+v: %v", byName, err)
	}
}

func TestCall(t *testing.T) {
	t.Parallel()
	pair := func(key, value string) []byte {
		return field(2, join(field(1, []byte(key), 0), field(2, []byte(value), 0)), 0)
	}
	payload := join(call("exams", "Submit", []byte("ane")), pair("salt", "s"))
	c, err := consent.ReadCall(join(field(1, headerOf(3, "exams"), 0), field(2, payload, 0)))
	if err != nil || c.Channel != "ondo" || c.TxID != "tx" || c.Chaincode != "exams" || strings.Join(c.Arguments, " ") != "Submit ane" ||
		len(c.Transient) != 1 || c.Transient["salt"] != "s" {
		t.Errorf("%+v: %v", c, err)
	}
	for name, other := range map[string][]byte{
		"another chaincode in the header": join(field(1, headerOf(3, "taxes"), 0), field(2, payload, 0)),
		"a configuration":                 join(field(1, headerOf(2, "exams"), 0), field(2, payload, 0)),
		"two private inputs of a name":    join(field(1, headerOf(3, "exams"), 0), field(2, join(payload, pair("salt", "t")), 0)),
		"two payloads":                    join(field(1, headerOf(3, "exams"), 0), field(2, payload, 0), field(2, payload, 0)),
		"an update of a configuration":    join(field(1, []byte("ondo"), 0), field(3, entry(2, "Application", field(1, nil, 1)), 0)),
	} {
		if c, err := consent.ReadCall(other); err == nil {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(join(field(1, []byte("ondo"), 0), field(3, entry(2, "Application", field(1, nil, 1)), 0)))
	f.Add(join(field(1, header(), 0), field(2, call("_lifecycle", "ApproveChaincodeDefinitionForMyOrg", arguments), 0)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if u, err := consent.ReadUpdate(data); err == nil && u.Channel == "" {
			t.Error("an update of no channel")
		}
		_, _ = consent.ReadCall(data)
		_, _ = consent.ReadEndorsedCall(data)
		_, _, _ = consent.ReadSignedUpdate(data)
		_, _ = consent.ReadProposal(data)
		_, _ = consent.ReadTransaction(data)
		_, _ = consent.ReadArguments(data)
		_, _ = consent.AdministrationStatement("araba", data)
	})
}
