// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/blockchain4all/blockchain4all/console"
	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/admission"
	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/chaincode"
	"github.com/blockchain4all/blockchain4all/internal/channel"
	"github.com/blockchain4all/blockchain4all/internal/consent"
	"github.com/blockchain4all/blockchain4all/internal/external"
	"github.com/blockchain4all/blockchain4all/internal/fabric/configtx"
	"github.com/blockchain4all/blockchain4all/internal/fabric/conn"
	"github.com/blockchain4all/blockchain4all/internal/fabric/nodeconfig"
	"github.com/blockchain4all/blockchain4all/internal/fabric/release"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/httpapi"
	"github.com/blockchain4all/blockchain4all/internal/idempotency"
	"github.com/blockchain4all/blockchain4all/internal/invitation"
	"github.com/blockchain4all/blockchain4all/internal/mail"
	"github.com/blockchain4all/blockchain4all/internal/mail/smtp"
	"github.com/blockchain4all/blockchain4all/internal/member"
	"github.com/blockchain4all/blockchain4all/internal/node"
	"github.com/blockchain4all/blockchain4all/internal/node/local"
	"github.com/blockchain4all/blockchain4all/internal/operation"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/revocation"
	"github.com/blockchain4all/blockchain4all/internal/revocation/status"
	"github.com/blockchain4all/blockchain4all/internal/rotation"
	"github.com/blockchain4all/blockchain4all/internal/signin"
	"github.com/blockchain4all/blockchain4all/internal/signin/clientcert"
	"github.com/blockchain4all/blockchain4all/internal/store/sql"
	"github.com/blockchain4all/blockchain4all/internal/transaction"
)

// platform holds everything that runs.
type platform struct {
	config   Config
	log      *slog.Logger
	started  time.Time
	ordering configtx.OrderingType
	fabric   *release.Release

	executable string // b4a itself

	db       *sql.DB
	keys     org.Keys
	sealed   *pki.SealedStore
	token    io.Closer // that keeps the authorities' keys; nil: they are sealed like the others
	pool     *conn.Pool
	nodeHost string
	driver   node.Driver
	host     chaincode.Host
	endLife  context.CancelFunc // ends what services do in the background
	boot     bootState

	access          *access.Service
	members         *member.Service
	idempotency     *idempotency.Service
	engine          *operation.Engine
	orgs            *org.Service
	nodes           *node.Service
	channels        *channel.Service
	contracts       *chaincode.Service
	consents        *consent.Service
	transactions    *transaction.Service
	audit           *audit.Service
	rotation        *rotation.Service
	mails           *mail.Service
	invitationLimit *mail.InvitationLimit // nil: no mail is sent
	admission       *admission.Service
	invitations     *invitation.Service
	revocation      *revocation.Service
	external        *external.Service
	metrics         *metrics
	signIn          *signin.Service
	certificates    *clientcert.Verifier
}

// open builds the platform without starting anything.
func open(ctx context.Context, c Config) (*platform, error) {
	p := &platform{config: c, log: c.Log, started: time.Now()}
	if err := p.openStores(ctx); err != nil {
		return nil, errors.Join(err, p.close(context.WithoutCancel(ctx)))
	}
	if err := p.openDrivers(ctx); err != nil {
		return nil, errors.Join(err, p.close(context.WithoutCancel(ctx)))
	}
	if err := p.openServices(ctx); err != nil {
		return nil, errors.Join(err, p.close(context.WithoutCancel(ctx)))
	}
	return p, nil
}

func (p *platform) openStores(ctx context.Context) error {
	var err error
	fabricDir := p.config.FabricDir
	if fabricDir == "" {
		fabricDir = release.DefaultDir()
	}
	if p.fabric, err = release.Open(fabricDir); err != nil {
		return err
	}
	if p.db, err = sql.Open(ctx, sql.Config{Path: p.config.path("b4a.db")}); err != nil {
		return fmt.Errorf("open store: %w", err)
	}
	if err := p.openKeys(ctx); err != nil {
		return err
	}
	ordering, err := p.fixed(ctx, settingOrdering, p.config.Ordering, func() (string, error) { return string(configtx.BFT), nil })
	p.ordering = configtx.OrderingType(ordering)
	return err
}

// fixed gives a setting that is decided when the data directory is new and never changes: the stored value; for a new
// directory the wanted one, or, where none is wanted, a fresh one.
func (p *platform) fixed(
	ctx context.Context, name, wanted string, fresh func() (string, error),
) (string, error) {
	stored, err := p.db.Setting(ctx, name)
	switch {
	case err == nil && (wanted == "" || wanted == stored):
		return stored, nil
	case err == nil:
		return "", fault.New(fault.Conflict, "setting_fixed", "%s of this data directory is %s, not %s", name, stored, wanted).
			WithHint("leave the option out, or start with a new --data-dir")
	case !errors.Is(err, fault.NotFound):
		return "", err
	}
	if wanted == "" {
		if wanted, err = fresh(); err != nil {
			return "", err
		}
	}
	return wanted, p.db.PutSetting(ctx, name, wanted)
}

func (p *platform) openDrivers(ctx context.Context) error {
	var err error
	if p.nodeHost, err = p.fixed(ctx, settingNodeHost, p.config.NodeHost, local.PickLoopback); err != nil {
		return err
	}
	if p.executable = p.config.Executable; p.executable == "" {
		if p.executable, err = os.Executable(); err != nil {
			return fmt.Errorf("find own program: %w", err)
		}
	}
	return p.openLocal()
}

func (p *platform) openServices(ctx context.Context) error {
	if p.config.ContractsDir == "" {
		p.config.ContractsDir = filepath.Join(filepath.Dir(p.executable), "contracts")
	}
	catalogue, err := chaincode.LoadCatalogue(os.DirFS(p.config.ContractsDir))
	if err != nil {
		return fault.New(fault.Invalid, "catalogue_unusable", "the contracts' catalogue can't be read").
			WithHint("run make build, or give --contracts-dir").WithCause(err)
	}
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	p.endLife = cancel
	p.pool = conn.NewPool()
	p.access = access.New(access.Options{Store: p.db})
	p.idempotency = idempotency.New(p.db, nil)
	p.engine = operation.NewEngine(operation.Options{
		Store: p.db, Transactor: p.db, Log: p.log, Ended: p.operationEnded, Who: httpapi.Caller,
	})
	p.orgs = org.New(org.Options{
		Store: p.db, Keys: p.keys, Engine: p.engine, Log: p.log, LeafLifetime: p.config.LeafLifetime, RenewBefore: p.config.RenewBefore,
		StatusURLs: httpapi.StatusURLs(p.config.PublicURL),
	})
	if err := p.openMail(); err != nil {
		return err
	}
	p.members = member.New(member.Options{
		Store: p.db, Transactor: p.db, Access: p.access, Organizations: p.orgs, Sealer: p.sealed, Mail: p.mails,
		Invitations: p.invitationLimit,
	})
	p.nodes = node.New(node.Options{Store: p.db, Orgs: p.orgs, Driver: p.driver, Pool: p.pool, Log: p.log})
	p.consents = consent.New(consent.Options{
		Store: p.db, Transactor: p.db, Orgs: p.orgs, Wake: p.engine.Wake, Approver: &consent.Approvals{Nodes: p.nodes},
		Notify: p.tellSigners, Remind: p.remindSigners, Log: p.log,
	})
	p.channels = channel.New(life, channel.Options{
		Store: p.db, Orgs: p.orgs, Nodes: p.nodes, Engine: p.engine, Orderer: &ordererAdmin{orgs: p.orgs},
		OrdererOrg: OperatorOrg, OrderingType: p.ordering, Consents: p.consents, Log: p.log,
	})
	p.contracts = chaincode.New(chaincode.Options{
		Store: p.db, Orgs: p.orgs, Nodes: p.nodes, Channels: p.channels, Host: p.host, Catalogue: catalogue,
		Engine: p.engine, Consents: p.consents, Operator: OperatorOrg, Log: p.log,
	})
	p.transactions = transaction.New(transaction.Options{
		Store: p.db, Orgs: p.orgs, Nodes: p.nodes, Channels: p.channels, Contracts: p.contracts.Names, Log: p.log,
	})
	p.audit = audit.New(audit.Options{
		Store: p.db, Transactor: p.db, Log: p.log, Ledger: &auditLedger{
			engine: p.engine, channels: p.channels, contracts: p.contracts, transactions: p.transactions,
		},
	})
	if err := p.audit.Recover(ctx); err != nil {
		return err
	}
	p.rotation = rotation.New(rotation.Options{
		Orgs: p.orgs, Nodes: p.nodes, Channels: p.channels, Engine: p.engine, Drain: p.transactions.Drain,
		Every: p.config.renewalRound(), ForgetAfter: nodeconfig.ForgetAfter, Contracts: p.contracts, Log: p.log,
	})
	p.openAdmission()
	authorities := status.New(status.Options{Private: p.config.PrivateAuthorities, Fresh: p.config.listFresh()})
	p.revocation = revocation.New(revocation.Options{
		Store: p.db, Transactor: p.db, Orgs: p.orgs, Nodes: p.nodes, Channels: p.channels, Engine: p.engine, Source: authorities,
		Poll: p.config.AuthorityPoll, Notify: p.tellAdministrators, Log: p.log, Members: p.members, CardRevoked: p.cardRevoked,
	})
	p.members.RevokeWith(p.revocation)
	p.orgs.RevokeWith(holds{p.revocation})
	p.external = external.New(external.Options{
		Orgs: p.orgs, Nodes: p.nodes, Channels: p.channels, Engine: p.engine, Roller: p.rotation, Recorder: p.revocation,
		Source: authorities, Poll: p.config.AuthorityPoll, Log: p.log,
	})
	p.registerOperations(p.engine)
	p.metrics = newMetrics(p)
	return p.access.EnsureOperatorToken(ctx, p.config.DataDir)
}

// registrar is told of every kind of operation; *operation.Engine does it.
type registrar interface {
	Register(kind string, plan operation.Plan, onFailed operation.OnFailed)
}

func (p *platform) registerOperations(r registrar) {
	r.Register(org.KindCreate, p.orgs.PlanCreate(p.nodes.EnsurePeer), p.orgs.OnFailed)
	r.Register(org.KindImport, p.orgs.PlanImport(p.external.ImportSteps()), p.orgs.OnFailed)
	r.Register(external.KindCertificates, p.external.PlanCertificates, nil)
	r.Register(external.KindMSP, p.external.PlanMSP, p.external.OnMSPFailed)
	r.Register(channel.KindCreate, p.channels.PlanCreate, p.channels.OnFailed)
	r.Register(channel.KindAddOrg, p.channels.PlanAddOrg(p.contracts.EnsureMembers), p.channels.OnFailed)
	r.Register(chaincode.KindDeploy, p.contracts.PlanDeploy, p.contracts.OnFailed)
	r.Register(rotation.KindRenew, p.rotation.PlanRenew(), nil)
	r.Register(rotation.KindChange, p.rotation.PlanChange(), nil)
	r.Register(rotation.KindFinish, p.rotation.PlanFinish(), nil)
	r.Register(rotation.KindRevert, p.rotation.PlanRevert(), nil)
	r.Register(revocation.KindRevoke, p.revocation.PlanRevoke, nil)
	r.Register(admission.KindApprove, p.admission.PlanApprove(p.nodes.EnsurePeer), p.admission.OnFailed)
}

// openMail makes the outbox.
func (p *platform) openMail() error {
	var transport mail.Transport
	if p.config.SMTP != "" {
		t, err := smtp.New(smtp.Config{URL: p.config.SMTP, PasswordFile: p.config.SMTPPassword, From: p.config.MailFrom})
		if err != nil {
			return err
		}
		transport = t
	}
	if transport != nil {
		p.invitationLimit = mail.NewInvitationLimit(nil)
	}
	p.mails = mail.New(mail.Options{Store: p.db, Transport: transport, PublicURL: p.config.PublicURL, Log: p.log})
	return nil
}

// openAdmission makes the procedures by which organizations come to the platform and into ledgers.
func (p *platform) openAdmission() {
	p.admission = admission.New(admission.Options{
		Store: p.db, Transactor: p.db, Orgs: p.orgs, Engine: p.engine, Mails: p.mails, Administrators: p.members,
		Suspender: p.orgs, Log: p.log,
	})
	p.invitations = invitation.New(invitation.Options{
		Store: p.db, Transactor: p.db, Ledgers: p.channels, Orgs: p.orgs, Mails: p.mails, Limit: p.invitationLimit,
	})
}

func (p *platform) newAPI(baseURL string) (*httpapi.Server, error) {
	files, err := console.FS()
	if err != nil {
		return nil, fmt.Errorf("open console: %w", err)
	}
	return httpapi.New(httpapi.Options{
		Platform: p, Access: p.access, Members: p.members, Admission: p.admission, Invitations: p.invitations,
		Orgs: p.orgs, Nodes: p.nodes, Channels: p.channels, Contracts: p.contracts, Transactions: p.transactions,
		Consents: p.consents, Rotation: p.rotation, Revocation: p.revocation, External: p.external,
		Operations: p.engine, Idempotency: p.idempotency, Audit: p.audit,
		SignIn: p.signIn, Mails: p.mails, Console: files, Metrics: p.metrics.handler(), BaseURL: baseURL,
		Secure: strings.HasPrefix(baseURL, "https://"), TrustedProxies: p.config.TrustedProxies, Log: p.log,
	}), nil
}

// close stops what open and serve started, in the reverse order. It is safe on a half-open platform.
func (p *platform) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	var errs []error
	if p.endLife != nil {
		p.endLife()
	}
	if p.channels != nil {
		p.channels.Close()
	}
	if p.pool != nil {
		errs = append(errs, p.pool.Close())
	}
	if p.host != nil {
		errs = append(errs, p.host.Close(ctx))
	}
	if p.driver != nil {
		errs = append(errs, p.driver.Close(ctx))
	}
	if p.token != nil {
		errs = append(errs, p.token.Close())
	}
	if p.db != nil {
		errs = append(errs, p.db.Close())
	}
	return errors.Join(errs...)
}
