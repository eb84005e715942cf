// SPDX-License-Identifier: Apache-2.0

package exams_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"github.com/blockchain4all/blockchain4all/contracts/exams"
	"github.com/blockchain4all/blockchain4all/contracts/internal/describe"
	"github.com/blockchain4all/blockchain4all/contracts/internal/stubtest"
)

const (
	session = "ekaina-2026"
	subject = "matematika-ii"
	student = "s-1be4784236419734"
)

// Identities of the tests.
const (
	office      = "office"      // Bizkaia, registrar and examiner by attribute
	registrar   = "registrar"   // Bizkaia, by attribute
	examiner    = "examiner"    // Bizkaia, by attribute
	reader      = "reader"      // Bizkaia, by attribute
	admin       = "admin"       // Bizkaia, administrator without roles
	nobody      = "nobody"      // Bizkaia, without roles
	otherOffice = "otherOffice" // Unibertsitatea, registrar and examiner by attribute
	otherAdmin  = "otherAdmin"  // Unibertsitatea, administrator
	deputy      = "deputy"      // Bizkaia, administrator by attribute
	other       = "other"       // Unibertsitatea, without roles
	third       = "third"       // Enpresa, without roles
)

// bench is a ledger with the contract on it.
type bench struct {
	ledger *stubtest.Ledger
	cc     *describe.Chaincode
	who    map[string][]byte
	count  atomic.Int64
}

// creators makes every identity once for all tests: they are read only.
var creators = sync.OnceValue(func() func(t *testing.T) map[string][]byte {
	var once sync.Once
	made := make(map[string][]byte)
	return func(t *testing.T) map[string][]byte {
		t.Helper()
		once.Do(func() {
			role := func(roles string) map[string]string { return map[string]string{exams.RoleAttribute: roles} }
			for name, i := range map[string]stubtest.Identity{
				office:      {MSPID: "BizkaiaMSP", Unit: "client", Attributes: role("registrar,examiner")},
				registrar:   {MSPID: "BizkaiaMSP", Unit: "client", Attributes: role("registrar")},
				examiner:    {MSPID: "BizkaiaMSP", Unit: "client", Attributes: role(" examiner , gardener,examiner")},
				reader:      {MSPID: "BizkaiaMSP", Unit: "client", Attributes: role("reader")},
				admin:       {MSPID: "BizkaiaMSP", Unit: "admin"},
				deputy:      {MSPID: "BizkaiaMSP", Unit: "client", Attributes: role("administrator")},
				nobody:      {MSPID: "BizkaiaMSP", Unit: "client"},
				otherOffice: {MSPID: "UnibertsitateaMSP", Unit: "client", Attributes: role("registrar,examiner")},
				otherAdmin:  {MSPID: "UnibertsitateaMSP", Unit: "admin"},
				other:       {MSPID: "UnibertsitateaMSP", Unit: "client"},
				third:       {MSPID: "EnpresaMSP", Unit: "client"},
			} {
				i.Name = name
				made[name] = i.Creator(t)
			}
		})
		return made
	}
})

func newBench(t *testing.T) *bench {
	t.Helper()
	cc, err := exams.New()
	if err != nil {
		t.Fatal(err)
	}
	return &bench{ledger: stubtest.NewLedger(exams.Collection), cc: cc, who: creators()(t)}
}

// withSession makes a bench that has a session of Bizkaia.
func withSession(t *testing.T) *bench {
	t.Helper()
	b := newBench(t)
	b.must(t, call{who: registrar, fn: "CreateSession", args: []string{session, "Ekaineko azterketak", "2026-06-15"}})
	return b
}

// withResult makes a bench whose session has one result, of mark 7.25.
func withResult(t *testing.T) *bench {
	t.Helper()
	b := withSession(t)
	b.must(t, record(examiner, student, "7.25", salt(1)))
	return b
}

type call struct {
	who  string
	fn   string
	args []string
	in   string // transient "result", or "results" for RecordResults
}

func record(who, ref, mark, salt string) call {
	return call{who: who, fn: "RecordResult", args: []string{session, subject, ref}, in: secret(mark, salt)}
}

func correct(who, reason, mark, salt string) call {
	return call{
		who: who, fn: "CorrectResult", args: []string{session, subject, student, reason}, in: secret(mark, salt),
	}
}

func onResult(who, fn string) call {
	return call{who: who, fn: fn, args: []string{session, subject, student}}
}

func onSession(who, fn string) call { return call{who: who, fn: fn, args: []string{session}} }

func verify(mark, salt string) call {
	c := onResult(third, "VerifyResult")
	c.in = secret(mark, salt)
	return c
}

func secret(mark, salt string) string { return fmt.Sprintf(`{"mark":%q,"salt":%q}`, mark, salt) }

// salt gives a salt of 16 bytes.
func salt(n byte) string {
	return base64.StdEncoding.EncodeToString([]byte(strings.Repeat(string(rune('a'+n)), 16)))
}

// begin is the time of the first transaction; each later one comes a minute after.
var begin = time.Date(2026, 6, 15, 8, 0, 0, 999, time.FixedZone("CEST", 2*3600))

func (b *bench) simulate(c call) (*stubtest.Stub, string, error) {
	n := b.count.Add(1)
	proposal := stubtest.Call{
		TxID: fmt.Sprintf("tx%d", n), Time: begin.Add(time.Duration(n) * time.Minute), Creator: b.who[c.who],
		Function: c.fn, Arguments: c.args,
	}
	if c.in != "" {
		key := "result"
		if c.fn == "RecordResults" {
			key = "results"
		}
		proposal.Transient = map[string][]byte{key: []byte(c.in)}
	}
	stub := b.ledger.Begin(proposal)
	response := b.cc.Invoke(stub)
	if response.GetStatus() != shim.OK {
		return stub, "", errors.New(response.GetMessage())
	}
	return stub, string(response.GetPayload()), nil
}

// submit simulates and commits.
func (b *bench) submit(c call) (string, error) {
	stub, payload, err := b.simulate(c)
	if err != nil {
		return "", err
	}
	return payload, b.ledger.Commit(stub)
}

func (b *bench) must(t *testing.T, c call) string {
	t.Helper()
	payload, err := b.submit(c)
	if err != nil {
		t.Fatalf("%s by %s: %v", c.fn, c.who, err)
	}
	return payload
}

// refused fails unless the call is refused with the code and leaves the ledger as it was.
func (b *bench) refused(t *testing.T, c call, code string) string {
	t.Helper()
	before := b.ledger.Public() + strings.Join(b.ledger.Private(exams.Collection), "\n")
	payload, err := b.submit(c)
	if err == nil {
		t.Fatalf("%s by %s: got %s, want %s", c.fn, c.who, payload, code)
	}
	if !strings.HasPrefix(err.Error(), code+": ") {
		t.Fatalf("%s by %s: got %q, want %s", c.fn, c.who, err, code)
	}
	if after := b.ledger.Public() + strings.Join(b.ledger.Private(exams.Collection), "\n"); after != before {
		t.Errorf("%s by %s: refused, but the ledger changed", c.fn, c.who)
	}
	return err.Error()
}

// read decodes a call's answer.
func read[T any](t *testing.T, b *bench, c call) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(b.must(t, c)), &v); err != nil {
		t.Fatalf("%s: %v", c.fn, err)
	}
	return v
}
