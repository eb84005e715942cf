// SPDX-License-Identifier: Apache-2.0

package sql_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/chaincode"
	"github.com/blockchain4all/blockchain4all/internal/channel"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/idempotency"
	"github.com/blockchain4all/blockchain4all/internal/mail"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/revocation"
	"github.com/blockchain4all/blockchain4all/internal/store/sql"
	"github.com/blockchain4all/blockchain4all/internal/store/sql/sqltest"
	"github.com/blockchain4all/blockchain4all/internal/transaction"
)

// TestMain lets the test binary be a writer that is killed.
func TestMain(m *testing.M) {
	if path := os.Getenv("B4A_TEST_WRITER"); path != "" {
		writeForEver(path)
	}
	os.Exit(m.Run())
}

// hostile are strings that a careless query would trip over.
func hostile() []string {
	return []string{"plain", "it's", `"quoted"`, "what? where?", "a?b", "%x_y", "ñandú 漢字 🦊", "'; DROP TABLE nodes; --", `back\slash`, "line\nbreak"}
}

func at(second int) time.Time {
	return time.Date(2026, time.June, 1, 12, 0, second, 123456000, time.UTC)
}

func check(t *testing.T, what string, err error, want, got any) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func coded(t *testing.T, what string, err error, code string) {
	t.Helper()
	if err == nil || fault.Of(err).Code != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

// TestFilesAreTheirOwners: also those of a database that was made with another mode.
func TestFilesAreTheirOwners(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "b4a.db")
	for range 2 {
		db, err := sql.Open(t.Context(), sql.Config{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(path + "*")
		if err != nil || len(files) < 2 {
			t.Fatalf("%v: %v", files, err)
		}
		for _, f := range files {
			if info, err := os.Stat(f); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v: %v", filepath.Base(f), info.Mode(), err)
			}
		}
		if err := errors.Join(db.Close(), os.Chmod(path, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOrganizations(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	for i, name := range hostile() {
		o := org.Organization{ID: fmt.Sprint("org", i), Name: name, Kind: "company", MSPID: "M", State: org.Creating, CreatedAt: at(i), Administration: org.ManagedAdministration}
		if err := db.CreateOrganization(ctx, o); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		o.State, o.Reason = org.Failed, name
		if err := db.UpdateOrganization(ctx, o); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		got, err := db.GetOrganization(ctx, o.ID)
		check(t, name, err, o, got)
	}
	coded(t, "taken", db.CreateOrganization(ctx, org.Organization{ID: "org0"}), "organization_exists")
	coded(t, "update of nothing", db.UpdateOrganization(ctx, org.Organization{ID: "none"}), "organization_not_found")
	_, err := db.GetOrganization(ctx, "none")
	coded(t, "nothing", err, "organization_not_found")
	page, err := db.ListOrganizations(ctx, "org3", 2)
	if err != nil || len(page) != 2 || page[0].ID != "org4" || page[1].ID != "org5" {
		t.Errorf("page: %+v: %v", page, err)
	}
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	for i, holder := range []string{"peer0", "peer0", "office"} {
		c := org.Certificate{Serial: fmt.Sprint("0", i), Org: "a", Holder: holder, Member: []string{"", "ANE", "JON"}[i], Purpose: org.Sign, PEM: []byte(holder), CreatedAt: at(i)}
		for range 2 { // the second time is no error
			if err := db.CreateCertificate(ctx, c); err != nil {
				t.Fatal(err)
			}
		}
	}
	latest, err := db.LatestCertificate(ctx, "a", "peer0", org.Sign)
	if err != nil || latest.Serial != "01" {
		t.Errorf("latest: %+v: %v", latest, err)
	}
	latest.RevokedAt = at(9)
	if err := db.UpdateCertificate(ctx, latest); err != nil {
		t.Fatal(err)
	}
	if latest, err = db.LatestCertificate(ctx, "a", "peer0", org.Sign); err != nil || latest.Serial != "00" {
		t.Errorf("latest that is not revoked: %+v: %v", latest, err)
	}
	_, err = db.LatestCertificate(ctx, "a", "peer0", org.TLS)
	coded(t, "none", err, "certificate_not_found")
	for name, c := range map[string]struct {
		filter org.CertificateFilter
		want   int
	}{
		"all":         {org.CertificateFilter{}, 3},
		"of one":      {org.CertificateFilter{Org: "a", Holder: "office"}, 1},
		"of nobody":   {org.CertificateFilter{Org: "b"}, 0},
		"of a member": {org.CertificateFilter{Member: "ANE"}, 1},
		"of members":  {org.CertificateFilter{Persons: true}, 2},
		"a page":      {org.CertificateFilter{After: "a/00", Limit: 1}, 1},
	} {
		if list, err := db.ListCertificates(ctx, c.filter); err != nil || len(list) != c.want {
			t.Errorf("%s: %d, want %d: %v", name, len(list), c.want, err)
		}
	}
}

// TestPagesOfCertificates: no page leaves out an organization whose ID begins with another one's.
func TestPagesOfCertificates(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	want := []string{"a/00", "a/01", "a-b/00", "a-b/01"}
	slices.Sort(want)
	for _, id := range []string{"a", "a-b"} {
		for _, serial := range []string{"00", "01"} {
			if err := db.CreateCertificate(ctx, org.Certificate{Serial: serial, Org: id, Holder: "h", Purpose: org.Sign}); err != nil {
				t.Fatal(err)
			}
		}
	}
	var got []string
	for after := ""; ; {
		page, err := db.ListCertificates(ctx, org.CertificateFilter{After: after, Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		after = page[0].Org + "/" + page[0].Serial
		got = append(got, after)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestUndeliveredMails(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	for i, text := range hostile() {
		e := mail.Entry{ID: fmt.Sprint("0", i), Message: mail.Message{To: text, Data: map[string]string{"link": text}}, State: mail.Queued, CreatedAt: at(i)}
		if err := db.CreateMail(ctx, e); err != nil {
			t.Fatal(err)
		}
		if i%2 == 1 {
			e.State, e.DoneAt = mail.Failed, at(i)
			if err := db.UpdateMail(ctx, e); err != nil {
				t.Fatal(err)
			}
		}
		got, err := db.GetMail(ctx, e.ID)
		check(t, text, err, e, got)
	}
	page, err := db.ListMails(ctx, mail.Failed, "03", 2)
	if err != nil || len(page) != 2 || page[0].ID != "05" || page[1].ID != "07" {
		t.Errorf("page: %+v: %v", page, err)
	}
	if err := db.DeleteMail(ctx, "05"); err != nil {
		t.Fatal(err)
	}
	coded(t, "deleted twice", db.DeleteMail(ctx, "05"), "mail_not_found")
	_, err = db.GetMail(ctx, "05")
	coded(t, "deleted", err, "mail_not_found")
}

func TestTheOtherNouns(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	a := org.Application{Org: "a", Name: "app", Attributes: map[string]string{"k": "v?"}, CreatedAt: at(0)}
	n := node.Node{ID: "a-peer0", Kind: node.Peer, Org: "a", Endpoints: node.Endpoints{Host: "h", Port: 1}, Running: true, CreatedAt: at(0)}
	d := chaincode.Deployment{
		Channel: "c", Name: "exams", Collections: []chaincode.Collection{{Name: "marks"}}, Approvals: []string{"a"}, CreatedAt: at(0),
	}
	for what, create := range map[string]func() error{
		"application_exists": func() error { return db.CreateApplication(ctx, a) },
		"node_exists":        func() error { return db.CreateNode(ctx, n) },
		"contract_exists":    func() error { return db.CreateDeployment(ctx, d) },
	} {
		if err := create(); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		coded(t, "again", create(), what)
	}
	gotA, err := db.GetApplication(ctx, "a", "app")
	check(t, "application", err, a, gotA)
	gotN, err := db.GetNode(ctx, "a-peer0")
	check(t, "node", err, n, gotN)
	gotD, err := db.GetDeployment(ctx, "c", "exams")
	check(t, "deployment", err, d, gotD)
	if err := errors.Join(db.DeleteApplication(ctx, "a", "app"), db.DeleteNode(ctx, "a-peer0")); err != nil {
		t.Error(err)
	}
	coded(t, "deleted application", db.DeleteApplication(ctx, "a", "app"), "application_not_found")
	coded(t, "deleted node", db.DeleteNode(ctx, "a-peer0"), "node_not_found")
	_, err = db.GetDeployment(ctx, "c", "none")
	coded(t, "deployment", err, "contract_not_found")
}

func TestChannels(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	c := channel.Channel{Name: "c", State: channel.Creating, Consenters: []string{"o0"}, CreatedAt: at(0)}
	members := []channel.Member{{Channel: "c", Org: "z"}, {Channel: "c", Org: "a"}}
	if err := db.CreateChannel(ctx, c, members); err != nil {
		t.Fatal(err)
	}
	coded(t, "taken", db.CreateChannel(ctx, c, nil), "ledger_exists")
	got, err := db.GetChannel(ctx, "c")
	check(t, "channel", err, c, got)
	block, err := db.Genesis(ctx, "c")
	check(t, "no genesis block yet", err, []byte(nil), block)
	if err := errors.Join(db.SetGenesis(ctx, "c", []byte{0, 1, 0xff}), db.UpdateChannel(ctx, c)); err != nil {
		t.Fatal(err)
	}
	block, err = db.Genesis(ctx, "c")
	check(t, "genesis block", err, []byte{0, 1, 0xff}, block)
	coded(t, "genesis block of nothing", db.SetGenesis(ctx, "none", nil), "ledger_not_found")
	if err := db.PutMember(ctx, channel.Member{Channel: "c", Org: "z", Joined: true}); err != nil {
		t.Fatal(err)
	}
	members[0].Joined = true
	list, err := db.ListMembers(ctx, "c")
	check(t, "members, as they were added", err, members, list)
	_, err = db.ListMembers(ctx, "none")
	coded(t, "members of nothing", err, "ledger_not_found")
	for orgID, want := range map[string]bool{"a": true, "z": true, "b": false, "": false} {
		member, err := db.IsMember(ctx, "c", orgID)
		check(t, "membership of "+orgID, err, want, member)
	}
	for _, name := range []string{"none", "no\x00thing"} {
		_, err = db.IsMember(ctx, name, "a")
		coded(t, "member of nothing", err, "ledger_not_found")
	}
	for orgID, want := range map[string]int{"": 1, "a": 1, "b": 0} {
		if found, err := db.ListChannels(ctx, orgID, "", 0); err != nil || len(found) != want {
			t.Errorf("channels of %q: %d, want %d: %v", orgID, len(found), want, err)
		}
	}
}

func TestOperations(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	build := func(id string, state operation.State, key string, orgs ...string) operation.Operation {
		return operation.Operation{
			ID: id, Kind: "k", Subject: "s", Actor: "ane", Key: key, Orgs: orgs, Input: []byte(`{"a":1}`), State: state,
			Steps: []operation.Step{{Name: "n", State: operation.Running, StartedAt: at(1)}}, CreatedAt: at(0), UpdatedAt: at(0),
		}
	}
	first := build("01", operation.Running, "k", "a", "a")
	for _, op := range []operation.Operation{first, build("02", operation.Succeeded, ""), build("03", operation.Pending, "", "b")} {
		if err := db.CreateOperation(ctx, op); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.CreateOperation(ctx, build("04", operation.Pending, "k")); !errors.Is(err, operation.ErrDuplicateKey) {
		t.Errorf("the same key: %v", err)
	}
	got, found, err := db.FindOperation(ctx, "ane", "k")
	if !found {
		t.Error("not found by its key")
	}
	check(t, "by key", err, first, got)
	if _, found, err := db.FindOperation(ctx, "ane", ""); found || err != nil {
		t.Errorf("an empty key finds something: %v", err)
	}
	ids := func(ops []operation.Operation, err error) string {
		if err != nil {
			t.Error(err)
		}
		var s []string
		for _, op := range ops {
			s = append(s, op.ID)
		}
		return strings.Join(s, " ")
	}
	for want, f := range map[string]operation.Filter{
		"03 02 01": {Subject: "s"}, "02": {State: operation.Succeeded}, "01": {Org: "a"}, "02 01": {Before: "03"}, "03": {Limit: 1},
	} {
		if got := ids(db.ListOperations(ctx, f)); got != want {
			t.Errorf("%+v: %s, want %s", f, got, want)
		}
	}
	if got := ids(db.UnfinishedOperations(ctx)); got != "01 03" {
		t.Errorf("unfinished: %s", got)
	}
	coded(t, "update of nothing", db.UpdateOperation(ctx, build("99", operation.Failed, "")), "operation_not_found")
}

func TestCredentialsEnvelopesAnswersSettings(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	c := access.Credential{ID: "1", Kind: access.Token, Role: access.Reader, Org: "a", Hash: []byte{1, 2}, CreatedAt: at(0), ExpiresAt: at(5)}
	if err := db.CreateCredential(ctx, c); err != nil {
		t.Fatal(err)
	}
	got, found, err := db.FindCredential(ctx, []byte{1, 2})
	check(t, "credential", err, c, got)
	if _, missing, err := db.FindCredential(ctx, []byte{3}); !found || missing || err != nil {
		t.Errorf("found %v, %v: %v", found, missing, err)
	}
	if err := db.DeleteExpiredCredentials(ctx, at(6)); err != nil {
		t.Fatal(err)
	}
	if taken, err := db.TakeCredential(ctx, "1"); taken || err != nil {
		t.Errorf("an expired credential is there: %v", err)
	}
	e := transaction.Envelope{Actor: "ane", Key: "k", TxID: "t", Bytes: []byte{0, 0xff}, CreatedAt: at(0)}
	kept, err := db.PutEnvelope(ctx, e)
	check(t, "envelope", err, e, kept)
	other := e
	other.TxID = "u"
	kept, err = db.PutEnvelope(ctx, other)
	check(t, "the first envelope stays", err, e, kept)
	answer := idempotency.Answer{Actor: "ane", Key: "k", Request: []byte{1}, Status: 201, Body: []byte("{}"), CreatedAt: at(0)}
	if err := db.PutAnswer(ctx, answer); err != nil {
		t.Fatal(err)
	}
	gotAnswer, _, err := db.FindAnswer(ctx, "ane", "k")
	check(t, "answer", err, answer, gotAnswer)
	if err := errors.Join(db.DeleteAnswers(ctx, at(1)), db.DeleteEnvelopes(ctx, at(1))); err != nil {
		t.Error(err)
	}
	if _, found, err := db.FindEnvelope(ctx, "ane", "k"); found || err != nil {
		t.Errorf("an old envelope is there: %v", err)
	}
	_, err = db.Setting(ctx, "s")
	coded(t, "setting", err, "setting_not_found")
	for _, v := range hostile() {
		if err := db.PutSetting(ctx, "s", v); err != nil {
			t.Fatal(err)
		}
		got, err := db.Setting(ctx, "s")
		check(t, "setting", err, v, got)
	}
}

func TestTransactions(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	refuse := errors.New("no")
	err := db.InTx(ctx, func(ctx context.Context) error {
		if err := db.PutSetting(ctx, "a", "1"); err != nil {
			return err
		}
		if v, err := db.Setting(ctx, "a"); err != nil || v != "1" {
			t.Errorf("a transaction does not see what it wrote: %q: %v", v, err)
		}
		return db.InTx(ctx, func(context.Context) error { return refuse })
	})
	if !errors.Is(err, refuse) {
		t.Errorf("in transaction: %v", err)
	}
	_, err = db.Setting(ctx, "a")
	coded(t, "rolled back", err, "setting_not_found")
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			if err := db.CreateNode(ctx, node.Node{ID: fmt.Sprint("n", i)}); err != nil {
				t.Errorf("node %d: %v", i, err)
			}
			if _, err := db.ListNodes(ctx, ""); err != nil {
				t.Errorf("list: %v", err)
			}
		})
	}
	wg.Wait()
	if nodes, err := db.ListNodes(ctx, ""); err != nil || len(nodes) != 50 {
		t.Errorf("%d nodes: %v", len(nodes), err)
	}
}

// writeForEver stores settings and says so after each, until it is killed.
func writeForEver(path string) {
	ctx := context.Background()
	db, err := sql.Open(ctx, sql.Config{Path: path})
	for i := 0; err == nil; i++ {
		err = db.PutSetting(ctx, fmt.Sprint("k", i), "v")
		fmt.Fprintln(os.Stdout, i)
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func TestKilledWriter(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "b4a.db")
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "B4A_TEST_WRITER="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acknowledged := -1
	for lines := bufio.NewScanner(out); lines.Scan() && acknowledged < 100; {
		acknowledged++
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	db := sqltest.Open(t, path)
	for i := range acknowledged + 1 {
		if _, err := db.Setting(t.Context(), fmt.Sprint("k", i)); err != nil {
			t.Errorf("write %d was acknowledged: %v", i, err)
		}
	}
}

func TestRevocations(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	l := revocation.List{Org: "a", Purpose: org.CA, Generation: 1, Number: 1, PEM: []byte("list"), ThisUpdate: at(0), NextUpdate: at(9)}
	_, err := db.GetList(ctx, "a", org.CA, 1)
	coded(t, "no list", err, "crl_not_found")
	for number := range uint64(3) {
		l.Number = number + 1
		if err := db.PutList(ctx, l); err != nil {
			t.Fatal(err)
		}
	}
	got, err := db.GetList(ctx, "a", org.CA, 1)
	check(t, "list", err, l, got)
	lists, err := db.ListLists(ctx)
	check(t, "lists", err, []revocation.List{l}, lists)

	for i, holder := range hostile() {
		w := revocation.Watched{ID: fmt.Sprint("w", i), Org: "a", Holder: holder, PEM: []byte("x"), State: revocation.Good, CreatedAt: at(i)}
		if err := db.PutWatched(ctx, w); err != nil {
			t.Fatal(err)
		}
		got, err := db.GetWatched(ctx, w.ID)
		check(t, holder, err, w, got)
	}
	for orgID, want := range map[string]int{"": len(hostile()), "a": len(hostile()), "b": 0} {
		if all, err := db.ListWatched(ctx, orgID); err != nil || len(all) != want {
			t.Errorf("watched of %q: %d: %v", orgID, len(all), err)
		}
	}
	if err := db.DeleteWatched(ctx, "w0"); err != nil {
		t.Error(err)
	}
	coded(t, "deleted", db.DeleteWatched(ctx, "w0"), "watched_certificate_not_found")
	_, err = db.GetWatched(ctx, "w0")
	coded(t, "get deleted", err, "watched_certificate_not_found")

	for _, days := range []int{30, 60, 30} {
		if err := db.PutNotice(ctx, "a", "01", days, at(0)); err != nil {
			t.Fatal(err)
		}
	}
	days, err := db.Noticed(ctx, "a", "01")
	check(t, "notices", err, []int{60, 30}, days)
	days, err = db.Noticed(ctx, "b", "01")
	if err != nil || len(days) != 0 {
		t.Errorf("another organization's notices: %v: %v", days, err)
	}
}

// TestIssuerCRL checks that an issuer and its list are written apart: whoever changes one does not undo the other.
func TestIssuerCRL(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	i := org.Issuer{Org: "a", Purpose: org.CA, State: org.Issuing, Chain: []byte("chain"), CreatedAt: at(0)}
	coded(t, "no issuer", db.SetIssuerCRL(ctx, "a", org.CA, 0, []byte("list")), "authority_not_found")
	if err := db.PutIssuer(ctx, i); err != nil {
		t.Fatal(err)
	}
	if err := db.SetIssuerCRL(ctx, "a", org.CA, 0, []byte("list")); err != nil {
		t.Fatal(err)
	}
	i.State, i.CRL = org.Retiring, []byte("an older list")
	if err := db.PutIssuer(ctx, i); err != nil {
		t.Fatal(err)
	}
	i.CRL = []byte("list")
	got, err := db.ListIssuers(ctx, "a", org.CA)
	check(t, "issuer", err, []org.Issuer{i}, got)
}

// TestCertificatesByPages has organizations of which one's ID begins with another's.
func TestCertificatesByPages(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	want := []string{"a/0", "a/1", "a-b/0", "a-b/1", "b/0"}
	for _, name := range want {
		orgID, serial, _ := strings.Cut(name, "/")
		if err := db.CreateCertificate(ctx, org.Certificate{Org: orgID, Serial: serial, Purpose: org.Sign}); err != nil {
			t.Fatal(err)
		}
	}
	for orgID, want := range map[string][]string{"": want, "a": want[:2], "a-b": want[2:4]} {
		var got []string
		f := org.CertificateFilter{Org: orgID, Limit: 1}
		for len(got) <= len(want) {
			page, err := db.ListCertificates(ctx, f)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			f.After = page[0].Org + "/" + page[0].Serial
			got = append(got, f.After)
		}
		check(t, "pages of "+orgID, nil, want, got)
	}
}

func TestCertificatesByStateAndEnd(t *testing.T) {
	t.Parallel()
	db, ctx := sqltest.New(t), t.Context()
	for i := range 6 {
		c := org.Certificate{Serial: strconv.Itoa(i), Org: "a", Holder: "h", Purpose: org.Sign, NotAfter: at(i), CreatedAt: at(0)}
		if err := db.CreateCertificate(ctx, c); err != nil {
			t.Fatal(err)
		}
		if i%2 == 1 {
			c.RevokedAt = at(0)
			if err := db.UpdateCertificate(ctx, c); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, c := range map[string]struct {
		filter org.CertificateFilter
		want   string
	}{
		"standing":             {org.CertificateFilter{State: org.Standing}, "024"},
		"revoked":              {org.CertificateFilter{State: org.Revoked}, "135"},
		"ending before":        {org.CertificateFilter{Ends: org.Span{To: at(2)}}, "01"},
		"ending from":          {org.CertificateFilter{Ends: org.Span{From: at(4)}}, "45"},
		"standing and between": {org.CertificateFilter{State: org.Standing, Ends: org.Span{From: at(1), To: at(5)}}, "24"},
	} {
		found, err := db.ListCertificates(ctx, c.filter)
		var got strings.Builder
		for _, f := range found {
			got.WriteString(f.Serial)
		}
		if err != nil || got.String() != c.want {
			t.Errorf("%s: %s, want %s: %v", name, got.String(), c.want, err)
		}
	}
}
