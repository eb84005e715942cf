// SPDX-License-Identifier: Apache-2.0

package member

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	netmail "net/mail"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/oklog/ulid/v2"
	"golang.org/x/text/unicode/norm"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/mail"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// Limits of texts.
const (
	maxEmail = 254 // bytes (RFC 5321, 4.5.3.1.3 less the brackets)
	maxName  = 120 // bytes
)

// transactor runs what must happen together; the store does it.
type transactor interface {
	InTx(ctx context.Context, do func(ctx context.Context) error) error
}

// credentials are what the service needs of access.Service.
type credentials interface {
	// Sessions gives a member's sessions.
	Sessions(ctx context.Context, memberID string) ([]access.Credential, error)
	NewSession(ctx context.Context, c access.Credential) (string, access.Principal, error)
	Renew(ctx context.Context, id string, change func(*access.Credential)) (string, access.Principal, error)
	EndSessions(ctx context.Context, memberID, except string) error
	EndProviderSessions(ctx context.Context, memberID, provider string) error
	EndMembership(ctx context.Context, memberID, orgID string) error
	MemberTokens(ctx context.Context, memberID string) ([]access.Credential, error)
	EndTokens(ctx context.Context, memberID string) error
}

// organizations are what the service needs of org.Service.
type organizations interface {
	Get(ctx context.Context, id string) (org.Organization, error)
}

// Sealer keeps small secrets unreadable at rest. The label says what is sealed; nothing opens under another one.
type Sealer interface {
	Seal(purpose string, plain []byte) ([]byte, error)
	Open(purpose string, sealed []byte) ([]byte, error)
}

// mailer sends mails later, and again when that fails; a mail that is queued in a transaction is sent if it commits.
type mailer interface {
	Queue(ctx context.Context, m mail.Message) error
}

// certificates make the certificates that were issued for a person stand or fall with that person's access;
// *revocation.Service does it.
type certificates interface {
	FollowMember(ctx context.Context, memberID string) error
	// UnwatchCards watches the certificates no longer with which a person signed in under a subject.
	UnwatchCards(ctx context.Context, memberID, subject string) error
}

// Service keeps people.
type Service struct {
	store   Store
	tx      transactor
	access  credentials
	orgs    organizations
	sealer  Sealer
	mail    mailer
	limit   *mail.InvitationLimit
	now     func() time.Time
	certs   certificates  // nil: there are none
	hashing chan struct{} // as many as may hash a password at the same time
}

// Options of New.
type Options struct {
	Store         Store
	Transactor    transactor
	Access        credentials
	Organizations organizations
	Sealer        Sealer
	Mail          mailer                // nil: no mail is sent
	Invitations   *mail.InvitationLimit // of the mails that invite; nil: none
	Now           func() time.Time      // nil: time.Now
}

// New makes the service.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{
		store: o.Store, tx: o.Transactor, access: o.Access, orgs: o.Organizations, sealer: o.Sealer, mail: o.Mail, limit: o.Invitations,
		now: o.Now, hashing: make(chan struct{}, maxHashing),
	}
}

// RevokeWith sets who is told when a person's access changes. It is called before the service is used, by who wires it.
func (s *Service) RevokeWith(c certificates) { s.certs = c }

// follow tells of a change of a person's access that is stored. It may be done again.
func (s *Service) follow(ctx context.Context, memberID string) error {
	if s.certs == nil {
		return nil
	}
	return s.certs.FollowMember(ctx, memberID)
}

// Get gives a person.
func (s *Service) Get(ctx context.Context, id string) (Member, error) {
	return s.store.GetMember(ctx, id)
}

// List gives all people by ID, from after (exclusive).
func (s *Service) List(ctx context.Context, after string, limit int) ([]Member, error) {
	return s.store.ListPeople(ctx, after, limit)
}

// Claim gives the active person with an e-mail address, in whatever case it is written, to who has just proved to own the
// address, or false. An invitation that waits is a fault.Forbidden "member_invited": it is accepted by its own link.
func (s *Service) Claim(ctx context.Context, email string) (m Member, found bool, err error) {
	err = s.tx.InTx(ctx, func(ctx context.Context) error {
		if m, found, err = s.store.FindMember(ctx, foldEmail(email)); err != nil || !found {
			return err
		}
		if m.State == Invited {
			return notActive(m.State)
		}
		m, err = s.owned(ctx, m)
		return err
	})
	return m, found && err == nil, err
}

// owned marks an account's address as proved. Until then the account may be somebody else's, who was handed the link of
// an invitation to this address: all by which that person could come back is taken away.
func (s *Service) owned(ctx context.Context, m Member) (Member, error) {
	if m.EmailVerified {
		return m, nil
	}
	all, err := s.store.Memberships(ctx, m.ID)
	if err != nil {
		return m, err
	}
	for _, at := range all {
		if err := s.access.EndMembership(ctx, m.ID, at.Org); err != nil {
			return m, err
		}
	}
	m.EmailVerified, m.SecondFactor = true, false
	return m, errors.Join(
		s.store.PutSecrets(ctx, Secrets{Member: m.ID}), s.store.DeleteIdentities(ctx, m.ID), s.store.UpdateMember(ctx, m),
	)
}

// MemberOf gives the person that another system knows under a subject, or false.
func (s *Service) MemberOf(ctx context.Context, provider, subject string) (Member, bool, error) {
	i, ok, err := s.store.FindIdentity(ctx, provider, subject)
	if err != nil || !ok {
		return Member{}, false, err
	}
	m, err := s.store.GetMember(ctx, i.Member)
	return m, err == nil, err
}

// Link records that another system knows a person under a subject. Another person's is a fault.Conflict
// "identity_taken".
func (s *Service) Link(ctx context.Context, memberID, provider, subject string) error {
	if provider == "" || subject == "" {
		return fault.New(fault.Invalid, "identity_invalid", "the identity has no provider or no subject")
	}
	if _, err := s.store.GetMember(ctx, memberID); err != nil {
		return err
	}
	return s.store.PutIdentity(ctx, Identity{Provider: provider, Subject: subject, Member: memberID, CreatedAt: s.now()})
}

// Identities gives how other systems know a person.
func (s *Service) Identities(ctx context.Context, memberID string) ([]Identity, error) {
	if _, err := s.store.GetMember(ctx, memberID); err != nil {
		return nil, err
	}
	return s.store.Identities(ctx, memberID)
}

// Unlink takes an identity away from a person, and ends what was signed in with its provider, at once. An absent one is a
// fault.NotFound "identity_not_found".
func (s *Service) Unlink(ctx context.Context, memberID, id string) (Identity, error) {
	return s.unlink(ctx, memberID, id, func(context.Context, Identity) error { return nil })
}

func (s *Service) unlink(ctx context.Context, memberID, id string, allow func(context.Context, Identity) error) (Identity, error) {
	var i Identity
	err := s.tx.InTx(ctx, func(ctx context.Context) error {
		all, err := s.Identities(ctx, memberID)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(i Identity) bool { return i.ID() == id })
		if at < 0 {
			return fault.New(fault.NotFound, "identity_not_found", "the account has no such identity").
				WithHint("see which it has: b4a member identities EMAIL")
		}
		i = all[at]
		if err := allow(ctx, i); err != nil {
			return err
		}
		if err := s.store.DeleteIdentity(ctx, i); err != nil {
			return err
		}
		return s.access.EndProviderSessions(ctx, memberID, i.Provider)
	})
	if err != nil || s.certs == nil {
		return i, err
	}
	return i, s.certs.UnwatchCards(ctx, memberID, i.Subject)
}

// Session signs a person in that has been recognised, by the method and, where there was one, the certificate with this
// fingerprint. It acts on the platform where the person has a role there, else in the first active organization;
// SwitchSession changes that.
func (s *Service) Session(
	ctx context.Context, memberID, method, certificate string,
) (secret string, p access.Principal, err error) {
	m, err := s.store.GetMember(ctx, memberID)
	if err != nil {
		return "", access.Principal{}, err
	}
	return s.open(ctx, m, access.Credential{Method: method, Certificate: certificate}, nil)
}

// open makes a session in the wanted organization, or in the first that is possible when wanted is nil. how tells the
// method and what it took.
func (s *Service) open(
	ctx context.Context, m Member, how access.Credential, wanted *string,
) (string, access.Principal, error) {
	if m.State != Active {
		return "", access.Principal{}, notActive(m.State)
	}
	at, err := s.openable(ctx, m.ID, wanted)
	if err != nil {
		return "", access.Principal{}, err
	}
	how.Name, how.Role, how.Org, how.Member = m.Name, at.Role, at.Org, m.ID
	return s.access.NewSession(ctx, how)
}

func notActive(state State) error {
	return fault.New(fault.Forbidden, "member_"+string(state), "the account is %s", state).
		WithHint("an invited person accepts by the invitation's link; who is suspended asks an administrator")
}

// openable gives the membership in which a session may act.
func (s *Service) openable(ctx context.Context, memberID string, wanted *string) (Membership, error) {
	all, err := s.Standings(ctx, memberID)
	if err != nil {
		return Membership{}, err
	}
	for _, at := range all {
		if at.Open && (wanted == nil || at.Org == *wanted) {
			return at.Membership, nil
		}
	}
	if wanted != nil {
		return Membership{}, fault.New(fault.NotFound, "organization_not_found", "there is no organization %q", *wanted).
			WithHint("see which are yours: GET /session")
	}
	return Membership{}, fault.New(fault.Forbidden, "no_organization", "the account has no active organization").
		WithHint("ask an administrator of your organization, or the platform's operator")
}

// Standing is a membership with what is known of its organization.
type Standing struct {
	Membership
	OrgName string // empty for the platform
	Open    bool   // a session may act there
}

// Standings gives a person's memberships by organization, the platform's first.
func (s *Service) Standings(ctx context.Context, memberID string) ([]Standing, error) {
	all, err := s.store.Memberships(ctx, memberID)
	if err != nil {
		return nil, err
	}
	standings := make([]Standing, 0, len(all))
	for _, m := range all {
		at := Standing{Membership: m, Open: m.State == Active}
		if m.Org != "" {
			o, err := s.orgs.Get(ctx, m.Org)
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return nil, err
			}
			at.OrgName = o.Name
			at.Open = at.Open && err == nil && o.State != org.Suspended
		}
		standings = append(standings, at)
	}
	return standings, nil
}

// SwitchSession lets a session act in another of the member's organizations (empty: the platform), under a fresh
// secret.
func (s *Service) SwitchSession(ctx context.Context, p access.Principal, orgID string) (string, access.Principal, error) {
	if !p.OwnSession() {
		return "", access.Principal{}, notASession()
	}
	at, err := s.openable(ctx, p.Member, &orgID)
	if err != nil {
		return "", access.Principal{}, err
	}
	return s.access.Renew(ctx, p.ID, func(c *access.Credential) { c.Org, c.Role = at.Org, at.Role })
}

func notASession() error {
	return fault.New(fault.Forbidden, "member_session_needed", "this takes a person's session").
		WithHint("sign in with your e-mail address; API tokens and one-time links have no account")
}

// Tidy deletes what has expired.
func (s *Service) Tidy(ctx context.Context) error {
	now := s.now()
	if err := s.store.DeleteExpiredCodes(ctx, now); err != nil {
		return err
	}
	return s.store.DeleteFailures(ctx, now.Add(-failureAge))
}

func foldEmail(email string) string {
	return strings.ToLower(norm.NFC.String(strings.TrimSpace(email)))
}

// checkEmail gives an address as it is kept. One that could be more than one address or header is refused.
func checkEmail(email string) (string, error) {
	folded := foldEmail(email)
	parsed, err := netmail.ParseAddress(folded)
	if err != nil || parsed.Address != folded || len(folded) > maxEmail {
		return "", fault.New(fault.Invalid, "email_invalid", "this is not an e-mail address").
			WithDetail("body.email", "an address such as ane@example.eus, at most 254 bytes")
	}
	return folded, nil
}

func checkName(name string) (string, error) {
	name = strings.TrimSpace(norm.NFC.String(name))
	if name == "" || len(name) > maxName || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "", fault.New(fault.Invalid, "member_name_invalid", "the name is empty, over %d bytes or has characters that can't be shown", maxName).
			WithDetail("body.name", "1 to 120 bytes")
	}
	return name, nil
}

func checkLocale(locale string) error {
	if slices.Contains([]string{"eu", "es", "en"}, locale) {
		return nil
	}
	return fault.New(fault.Invalid, "locale_invalid", "%q is not a language of the platform", locale).
		WithDetail("body.locale", "eu, es or en")
}

// newPerson makes the record of a person that is invited.
func (s *Service) newPerson(email, name, locale string) (Member, error) {
	email, err := checkEmail(email)
	if err != nil {
		return Member{}, err
	}
	if name, err = checkName(name); err != nil {
		return Member{}, err
	}
	if err := checkLocale(locale); err != nil {
		return Member{}, err
	}
	return Member{ID: ulid.Make().String(), Email: email, Name: name, Locale: locale, State: Invited, CreatedAt: s.now()}, nil
}

// newSecret gives 256 random bits and the digest under which they are found.
func newSecret() (secret string, hash []byte, err error) {
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		return "", nil, fmt.Errorf("make secret: %w", err)
	}
	secret = base64.RawURLEncoding.EncodeToString(random)
	return secret, digest(secret), nil
}

func digest(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// tell queues a mail to a person, where there is mail.
func (s *Service) tell(ctx context.Context, m Member, template string, data map[string]string) error {
	if s.mail == nil {
		return nil
	}
	return s.mail.Queue(ctx, mail.Message{To: m.Email, Locale: m.Locale, Template: template, Data: data})
}
