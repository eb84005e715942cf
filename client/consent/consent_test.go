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

func header() []byte {
	return field(1, join(field(4, []byte("ondo"), 0), field(5, []byte("tx"), 0)), 0)
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
	write := group(entry(2, "Application", group(version(2), entry(2, "AMSP", version(0)),
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
	want := "added Application/CMSP |added Application/CMSP/AnchorPeers anchor peer 127.0.0.1?[2J:7051|removed Application/BMSP "
	if got := strings.Join(said, "|"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for name, wrong := range map[string][]byte{"nothing": nil, "text": []byte("this is no update"), "no channel": field(3, write, 0)} {
		if u, err := consent.ReadUpdate(wrong); err == nil {
			t.Errorf("%s is read as an update: %+v", name, u)
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
		_, _ = consent.ReadProposal(data)
		_, _ = consent.ReadTransaction(data)
		_, _ = consent.ReadArguments(data)
		_, _ = consent.AdministrationStatement("araba", data)
	})
}
