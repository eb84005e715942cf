// SPDX-License-Identifier: Apache-2.0

package anchors_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"github.com/blockchain4all/blockchain4all/contracts/anchors"
	"github.com/blockchain4all/blockchain4all/contracts/internal/describe"
	"github.com/blockchain4all/blockchain4all/contracts/internal/stubtest"
)

const platform = "platformMSP"

type bench struct {
	ledger *stubtest.Ledger
	cc     *describe.Chaincode
	as     []byte // the caller's serialized identity
	count  int
}

func newBench(t *testing.T) *bench {
	t.Helper()
	cc, err := anchors.New()
	if err != nil {
		t.Fatal(err)
	}
	return &bench{ledger: stubtest.NewLedger(), cc: cc, as: stubtest.Identity{MSPID: platform, Name: "office", Unit: "client"}.Creator(t)}
}

func (b *bench) submit(function string, args ...string) (string, error) {
	b.count++
	stub := b.ledger.Begin(stubtest.Call{
		TxID: fmt.Sprint("tx", b.count), Time: time.Date(2026, 6, 15, 8, b.count, 0, 0, time.UTC), Creator: b.as,
		Function: function, Arguments: args,
	})
	response := b.cc.Invoke(stub)
	if response.GetStatus() != shim.OK {
		return "", errors.New(response.GetMessage())
	}
	return string(response.GetPayload()), b.ledger.Commit(stub)
}

func call[T any](t *testing.T, b *bench, function string, args ...string) T {
	t.Helper()
	payload, err := b.submit(function, args...)
	if err != nil {
		t.Fatalf("%s %v: %v", function, args, err)
	}
	var v T
	if err := json.Unmarshal([]byte(payload), &v); err != nil {
		t.Fatalf("%s %v: %s: %v", function, args, payload, err)
	}
	return v
}

func hash(c string) string { return strings.Repeat(c, 64) }

func TestAnchors(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if last := call[anchors.Anchor](t, b, "Last"); last != (anchors.Anchor{}) {
		t.Errorf("before the first one: %+v", last)
	}
	first := call[anchors.Anchor](t, b, "Put", "7", hash("a"))
	if want := (anchors.Anchor{Sequence: 7, Hash: hash("a"), Time: "2026-06-15T08:02:00Z"}); first != want {
		t.Errorf("put: %+v, want %+v", first, want)
	}
	if again := call[anchors.Anchor](t, b, "Put", "7", hash("a")); again != first {
		t.Errorf("put again: %+v", again)
	}
	second := call[anchors.Anchor](t, b, "Put", "1000", hash("b"))
	third := call[anchors.Anchor](t, b, "Put", "1001", hash("c"))
	if got := call[anchors.Anchor](t, b, "Get", "7"); got != first {
		t.Errorf("get: %+v", got)
	}
	if got := call[anchors.Anchor](t, b, "Last"); got != third {
		t.Errorf("last: %+v", got)
	}
	page := call[anchors.Page](t, b, "List", "2", "")
	if diff := cmp.Diff(anchors.Page{Anchors: []anchors.Anchor{first, second}, Bookmark: "1001"}, page); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
	page = call[anchors.Page](t, b, "List", "2", page.Bookmark)
	if diff := cmp.Diff(anchors.Page{Anchors: []anchors.Anchor{third}}, page); diff != "" {
		t.Errorf("last page (-want +got):\n%s", diff)
	}
}

// TestOneWriter: whoever of an organization puts the first anchor, the organization alone puts more, under any
// certificate.
func TestOneWriter(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	own, other := b.as, stubtest.Identity{MSPID: "arabaMSP", Name: "office", Unit: "admin"}.Creator(t)
	call[anchors.Anchor](t, b, "Put", "7", hash("a"))
	before := b.ledger.Public()
	b.as = other
	for what, args := range map[string][]string{"newer": {"8", hash("b")}, "the last one again": {"7", hash("a")}, "older": {"1", hash("a")}} {
		if _, err := b.submit("Put", args...); err == nil || err.Error() != "anchors_of_another: only "+platform+" puts anchors here" {
			t.Errorf("%s by another: %v", what, err)
		}
	}
	if got := call[anchors.Anchor](t, b, "Last"); got.Sequence != 7 {
		t.Errorf("read by another: %+v", got)
	}
	for what, creator := range map[string][]byte{"nobody": nil, "unreadable": []byte("x")} {
		b.as = creator
		if _, err := b.submit("Put", "8", hash("b")); err == nil || !strings.HasPrefix(err.Error(), "identity_invalid: ") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if after := b.ledger.Public(); after != before {
		t.Errorf("refused, but the ledger changed:\n%s\n%s", before, after)
	}
	b.as = stubtest.Identity{MSPID: platform, Name: "new", Unit: "client"}.Creator(t)
	call[anchors.Anchor](t, b, "Put", "8", hash("b"))
	b.as = own
	call[anchors.Anchor](t, b, "Put", "9", hash("c"))
}

// TestOneWriterOfOldLedger: where anchors are from before there was a writer, the next to put is the writer.
func TestOneWriterOfOldLedger(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	old := `{"sequence":7,"hash":"` + hash("a") + `","time":"2026-06-15T08:02:00Z"}`
	b.ledger.Put("last", old)
	if again := call[anchors.Anchor](t, b, "Put", "7", hash("a")); again.Time != "2026-06-15T08:02:00Z" {
		t.Errorf("put again: %+v", again)
	}
	b.as = stubtest.Identity{MSPID: "arabaMSP", Name: "office", Unit: "admin"}.Creator(t)
	if _, err := b.submit("Put", "8", hash("b")); err == nil || !strings.HasPrefix(err.Error(), "anchors_of_another: ") {
		t.Errorf("by another: %v", err)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	call[anchors.Anchor](t, b, "Put", "7", hash("a"))
	before := b.ledger.Public()
	for name, c := range map[string]struct {
		function string
		args     []string
		code     string
	}{
		"the same entry, another hash": {"Put", []string{"7", hash("b")}, "anchor_not_newer"},
		"an earlier entry":             {"Put", []string{"6", hash("b")}, "anchor_not_newer"},
		"no entry":                     {"Put", []string{"0", hash("b")}, "sequence_invalid"},
		"beyond every entry":           {"Put", []string{"9007199254740992", hash("b")}, "sequence_invalid"},
		"a negative entry":             {"Put", []string{"-8", hash("b")}, "sequence_invalid"},
		"a short hash":                 {"Put", []string{"8", "abc"}, "hash_invalid"},
		"a hash in capitals":           {"Put", []string{"8", hash("B")}, "hash_invalid"},
		"a hash with a line feed":      {"Put", []string{"8", hash("b") + "\n"}, "hash_invalid"},
		"an argument too few":          {"Put", []string{"8"}, "arguments_invalid"},
		"absent":                       {"Get", []string{"8"}, "anchor_not_found"},
		"page too large":               {"List", []string{"201", ""}, "page_size_invalid"},
		"no such bookmark":             {"List", []string{"2", "x"}, "bookmark_invalid"},
		"no such function":             {"Delete", []string{"7"}, "function_not_found"},
	} {
		if payload, err := b.submit(c.function, c.args...); err == nil || !strings.HasPrefix(err.Error(), c.code+": ") {
			t.Errorf("%s: %s, %v, want %s", name, payload, err, c.code)
		}
	}
	if after := b.ledger.Public(); after != before {
		t.Errorf("refused, but the ledger changed:\n%s\n%s", before, after)
	}
}

func TestLedgerFails(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"GetState", "PutState", "GetTxTimestamp", "GetStateByPartialCompositeKeyWithPagination", "Next", "Close"} {
		b := newBench(t)
		call[anchors.Anchor](t, b, "Put", "7", hash("a"))
		b.ledger.Fail(method, errors.New("broken"))
		function, args := "Put", []string{"8", hash("b")}
		if method == "GetStateByPartialCompositeKeyWithPagination" || method == "Next" || method == "Close" {
			function, args = "List", []string{"10", ""}
		}
		if _, err := b.submit(function, args...); err == nil || !strings.HasPrefix(err.Error(), "ledger_unavailable: ") {
			t.Errorf("%s: %v", method, err)
		}
	}
}

func TestCatalogueDescriptor(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("catalogue.json")
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Name     string
		Version  string
		Internal bool
	}
	if err := json.Unmarshal(data, &d); err != nil || d.Name != anchors.Name || d.Version != "1.1.0" || !d.Internal {
		t.Errorf("%+v: %v", d, err)
	}
}
