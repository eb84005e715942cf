// SPDX-License-Identifier: Apache-2.0

package httpapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/admission"
	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/chaincode"
	"github.com/blockchain4all/blockchain4all/internal/channel"
	"github.com/blockchain4all/blockchain4all/internal/consent"
	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx"
	"github.com/blockchain4all/blockchain4all/internal/fabric/conn"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/httpapi"
	"github.com/blockchain4all/blockchain4all/internal/idempotency"
	"github.com/blockchain4all/blockchain4all/internal/invitation"
	"github.com/blockchain4all/blockchain4all/internal/mail"
	"github.com/blockchain4all/blockchain4all/internal/member"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/node/nodetest"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/pki/keystoretest"
	"github.com/blockchain4all/blockchain4all/internal/revocation"
	"github.com/blockchain4all/blockchain4all/internal/revocation/status"
	"github.com/blockchain4all/blockchain4all/internal/rotation"
	"github.com/blockchain4all/blockchain4all/internal/signin"
	"github.com/blockchain4all/blockchain4all/internal/signin/clientcert"
	"github.com/blockchain4all/blockchain4all/internal/store/sql"
	"github.com/blockchain4all/blockchain4all/internal/store/sql/sqltest"
	"github.com/blockchain4all/blockchain4all/internal/transaction"
)

// installation is a platform on a real store whose nodes run nothing.
type installation struct {
	*httpapi.Server
	db      *sql.DB
	access  *access.Service
	members *member.Service
	orgs    *org.Service
	driver  *nodetest.Fake
	mails   *mailbox

	revocation *revocation.Service // nobody runs it
	signIn     *signin.Service

	frozen *time.Time // the members' clock, when it stands still
}

func (in *installation) now() time.Time {
	if in.frozen != nil {
		return *in.frozen
	}
	return time.Now()
}

// mailbox keeps what would be sent.
type mailbox struct{ sent chan mail.Message }

func (m *mailbox) Queue(_ context.Context, message mail.Message) error {
	m.sent <- message
	return nil
}

// link takes the code of the link in the next mail.
func (m *mailbox) code(t *testing.T, template string) string {
	t.Helper()
	select {
	case got := <-m.sent:
		_, code, _ := strings.Cut(got.Data["link"], "#code=")
		if got.Template != template {
			t.Fatalf("mail %s to %s, want %s", got.Template, got.To, template)
		}
		return code
	default:
		t.Fatalf("no mail %s", template)
		return ""
	}
}

// idle is a host of contracts that runs none.
type idle struct{ chaincode.Host }

func (idle) Observe(context.Context, string) (node.Observation, error) {
	return node.Observation{Phase: node.Stopped}, nil
}

func (idle) Logs(context.Context, string, int) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader("")), nil
}

// bare describes an installation that does nothing.
type bare struct{}

func (bare) Describe(context.Context) (api.Platform, error) { return api.Platform{}, nil }
func (bare) Ready(context.Context) error                    { return nil }
func (bare) Diagnose(context.Context) (api.Report, error)   { return api.Report{}, nil }

// unreachable is the orderers' administration.
type unreachable struct{ channel.OrdererAdmin }

// sealedKeys makes a key store once for all installations of a test.
// install opens an installation on a store's file.
func install(t *testing.T, path string, keys *pki.SealedStore, driver *nodetest.Fake) *installation {
	t.Helper()
	db := sqltest.Open(t, path)
	log := slog.New(slog.DiscardHandler)
	pool := conn.NewPool()
	t.Cleanup(func() { _ = pool.Close() })
	in := &installation{db: db, driver: driver, mails: &mailbox{sent: make(chan mail.Message, 100)}}
	in.access = access.New(access.Options{Store: db})
	engine := operation.NewEngine(operation.Options{Store: db, Transactor: db, Log: log})
	in.orgs = org.New(org.Options{Store: db, Keys: keys, Engine: engine, Log: log})
	in.members = member.New(member.Options{
		Store: db, Transactor: db, Access: in.access, Organizations: in.orgs, Sealer: keys, Mail: in.mails, Now: in.now,
		Invitations: mail.NewInvitationLimit(in.now),
	})
	nodes := node.New(node.Options{Store: db, Orgs: in.orgs, Driver: driver, Pool: pool, Log: log})
	consents := consent.New(consent.Options{
		Store: db, Transactor: db, Orgs: in.orgs, Wake: engine.Wake, Approver: &consent.Approvals{Nodes: nodes}, Log: log,
	})
	channels := channel.New(t.Context(), channel.Options{
		Store: db, Orgs: in.orgs, Nodes: nodes, Engine: engine, Orderer: unreachable{}, OrdererOrg: "platform",
		OrderingType: configtx.BFT, Consents: consents, Log: log,
	})
	t.Cleanup(channels.Close)
	contracts := chaincode.New(chaincode.Options{
		Store: db, Orgs: in.orgs, Nodes: nodes, Channels: channels, Host: idle{}, Engine: engine, Consents: consents, Log: log,
		Catalogue: chaincode.Catalogue{{Name: "exams", Version: "1"}},
	})
	transactions := transaction.New(transaction.Options{
		Store: db, Orgs: in.orgs, Nodes: nodes, Channels: channels, Contracts: contracts.Names, Log: log, Timeout: time.Second,
	})
	rotations := rotation.New(rotation.Options{
		Orgs: in.orgs, Nodes: nodes, Channels: channels, Engine: engine, Drain: transactions.Drain, Log: log,
	})
	admissions := admission.New(admission.Options{
		Store: db, Transactor: db, Orgs: in.orgs, Engine: engine, Mails: in.mails, Administrators: in.members, Log: log,
	})
	invitations := invitation.New(invitation.Options{Store: db, Transactor: db, Ledgers: channels, Orgs: in.orgs, Mails: in.mails})
	in.revocation = revocation.New(revocation.Options{
		Store: db, Transactor: db, Orgs: in.orgs, Nodes: nodes, Channels: channels, Engine: engine, Log: log,
		Members: in.members, Source: status.New(status.Options{Private: true}), Poll: 20 * time.Millisecond,
		CardRevoked: func(ctx context.Context, w revocation.Watched) error {
			facts, err := pki.ParseCertificate(w.PEM)
			if err == nil {
				_, err = in.access.EndCertificateSessions(ctx, w.Member, facts.Fingerprint)
			}
			return err
		},
	})
	engine.Register(revocation.KindRevoke, in.revocation.PlanRevoke, nil)
	in.members.RevokeWith(in.revocation)
	in.signIn = signin.New(signin.Options{
		Store: db, Sealer: keys, CallbackURL: "https://b4a.example", CertificateURL: "https://b4a.example:1", Log: log,
		Members: persons{in.members}, Checker: clientcert.New(clientcert.Options{Log: log}), Cards: cards{in.revocation},
	})
	in.Server = httpapi.New(httpapi.Options{
		Platform: bare{}, Access: in.access, Members: in.members, Orgs: in.orgs, Nodes: nodes, Channels: channels,
		Contracts: contracts, Transactions: transactions, Operations: engine, Idempotency: idempotency.New(db, nil),
		Consents: consents, Rotation: rotations, Admission: admissions, Invitations: invitations,
		Revocation: in.revocation, SignIn: in.signIn, Mails: mail.New(mail.Options{Store: db, Log: log}),
		Audit:   audit.New(audit.Options{Store: db, Transactor: db, Log: log}),
		BaseURL: "https://b4a.example", Log: log,
	})
	return in
}

// persons and cards are what sign-ins need of members and of revocation.
type persons struct{ *member.Service }

func (p persons) MemberOf(ctx context.Context, provider, subject string) (string, bool, error) {
	m, found, err := p.Service.MemberOf(ctx, provider, subject)
	return m.ID, found, err
}

func (p persons) ByEmail(ctx context.Context, email string) (string, bool, error) {
	m, found, err := p.Claim(ctx, email)
	return m.ID, found, err
}

type cards struct{ *revocation.Service }

func (c cards) AdmitCard(ctx context.Context, card signin.Card) error {
	return c.Service.AdmitCard(ctx, revocation.NewCard(card))
}

// fresh is an empty installation.
func fresh(t *testing.T) *installation {
	t.Helper()
	return install(t, filepath.Join(t.TempDir(), "b4a.db"), keystoretest.Sealed(t), nodetest.NewFake(&nodetest.Disk{}))
}

// organization makes an active organization, without nodes.
func (in *installation) organization(t *testing.T, id string) {
	t.Helper()
	must(t, in.orgs.Found(t.Context(), org.NewOrganization{ID: id, Name: id, Kind: "company"}))
	must(t, in.orgs.SetState(t.Context(), id, org.Active, ""))
}

const goodPassword = "zuhaitz berde handia"

// person makes an active member with a password, and gives its ID.
func (in *installation) person(t *testing.T, name, orgID string, role access.Role) string {
	t.Helper()
	b, link, _, err := in.members.Invite(t.Context(), member.NewInvitation{
		Org: orgID, Email: name + "@example.eus", Name: name, Locale: "eu", Role: role, Inviter: "test",
	})
	must(t, err)
	<-in.mails.sent
	_, code, _ := strings.Cut(link, "#code=")
	_, _, err = in.members.Accept(t.Context(), member.Acceptance{Code: code, Password: goodPassword})
	must(t, err)
	return b.Person.ID
}

// session signs a member in and gives the session's secret.
func (in *installation) session(t *testing.T, id string) (string, access.Principal) {
	t.Helper()
	secret, p, err := in.members.Session(t.Context(), id, "test", "")
	must(t, err)
	return secret, p
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v (%v)", err, errors.Unwrap(fault.Of(err)))
	}
}

// reply is what the API answered.
type reply struct {
	status int
	code   string // of a problem
	header http.Header
	body   []byte
	cookie string // the session's, if it was set
}

// call sends a request; secret is a token's or a session's, or empty.
func (in *installation) call(t *testing.T, method, path, secret string, body any, headers ...string) reply {
	t.Helper()
	var data []byte
	if body != nil {
		var err error
		data, err = json.Marshal(body)
		must(t, err)
	}
	r := httptest.NewRequestWithContext(t.Context(), method, api.Base+path, strings.NewReader(string(data)))
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if secret != "" {
		r.Header.Set("Authorization", "Bearer "+secret)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	in.ServeHTTP(w, r)
	out := reply{status: w.Code, header: w.Header(), body: w.Body.Bytes()}
	for _, c := range w.Result().Cookies() {
		if c.Name == "b4a_session" {
			out.cookie = c.Value
		}
	}
	if w.Code >= 400 {
		var p api.Problem
		must(t, json.Unmarshal(out.body, &p))
		out.code = p.Code
	}
	return out
}

// into decodes an answer.
func into[T any](t *testing.T, r reply) T {
	t.Helper()
	var v T
	if r.status >= 300 {
		t.Fatalf("%d %s: %s", r.status, r.code, r.body)
	}
	must(t, json.Unmarshal(r.body, &v))
	return v
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	must(t, err)
	must(t, os.WriteFile(to, data, 0o600))
}
