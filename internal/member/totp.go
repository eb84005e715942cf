// SPDX-License-Identifier: Apache-2.0

package member

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"image/png"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Of time-based codes (RFC 6238): six digits, a step of 30 seconds, HMAC-SHA-1, which is what all apps know.
const (
	step          = 30  // seconds
	skew          = 1   // steps that a phone's clock may be off
	astray        = 10  // steps by which the last code's may be ahead; beyond them our own clock was wrong then
	qrSize        = 240 // pixels
	recoveryCodes = 10
	recoveryBytes = 10 // 80 bits: their SHA-256 can't be searched
	issuer        = "Blockchain4all"
)

// Enrolment is a second factor that is about to be set up.
type Enrolment struct {
	Secret string // base32, to be typed
	URL    string // otpauth://
	QR     []byte // the URL as a PNG
}

func totpPurpose(memberID string) string { return "member/" + memberID + "/totp" }

// Enrol begins to set up a second factor; it counts when a first code was given to Confirm. It takes the password, so
// that a stolen session can't lock its owner out.
func (s *Service) Enrol(ctx context.Context, p access.Principal, password, source string) (Enrolment, error) {
	m, err := s.reprove(ctx, p, password, source)
	if err != nil {
		return Enrolment{}, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: m.Email, Period: step})
	if err != nil {
		return Enrolment{}, fmt.Errorf("make second factor: %w", err)
	}
	picture, err := key.Image(qrSize, qrSize)
	if err != nil {
		return Enrolment{}, fmt.Errorf("draw second factor: %w", err)
	}
	var qr bytes.Buffer
	if err := png.Encode(&qr, picture); err != nil {
		return Enrolment{}, fmt.Errorf("draw second factor: %w", err)
	}
	sealed, err := s.sealer.Seal(totpPurpose(m.ID), []byte(key.Secret()))
	if err != nil {
		return Enrolment{}, err
	}
	err = s.changeSecrets(ctx, m.ID, func(_ context.Context, secrets *Secrets) error {
		if secrets.Confirmed {
			return fault.New(fault.Conflict, "second_factor_exists", "there is a second factor already").
				WithHint("disable it first")
		}
		secrets.TOTP, secrets.Step = sealed, 0
		return nil
	})
	return Enrolment{Secret: key.Secret(), URL: key.URL(), QR: qr.Bytes()}, err
}

// Confirm sets the second factor up with a first code, and gives the recovery codes, which nobody can get again.
func (s *Service) Confirm(ctx context.Context, p access.Principal, code, source string) ([]string, error) {
	if err := ownSession(p); err != nil {
		return nil, err
	}
	m, err := s.store.GetMember(ctx, p.Member)
	if err != nil {
		return nil, err
	}
	codes, hashes, err := newRecoveryCodes()
	if err != nil {
		return nil, err
	}
	err = s.guarded(ctx, m, source, true, func() error {
		return s.changeSecrets(ctx, m.ID, func(ctx context.Context, secrets *Secrets) error {
			if secrets.Confirmed || len(secrets.TOTP) == 0 {
				return fault.New(fault.Conflict, "second_factor_not_pending", "no second factor waits for its first code").
					WithHint("begin by asking for one")
			}
			ok, err := s.takeStep(secrets, code)
			if err != nil {
				return err
			}
			if !ok {
				return codeWrong()
			}
			secrets.Confirmed, secrets.Recovery = true, hashes
			return s.markSecondFactor(ctx, m.ID, true)
		})
	})
	if err != nil {
		return nil, err
	}
	return codes, s.access.EndSessions(ctx, m.ID, p.ID)
}

// Disable takes the second factor away; it takes a code of it, or a recovery code.
func (s *Service) Disable(ctx context.Context, p access.Principal, code, source string) error {
	return s.withCode(ctx, p, code, source, func(ctx context.Context, secrets *Secrets) error {
		secrets.Confirmed, secrets.TOTP, secrets.Recovery, secrets.Step = false, nil, nil, 0
		return s.markSecondFactor(ctx, p.Member, false)
	})
}

// NewRecoveryCodes replaces the recovery codes; it takes a code.
func (s *Service) NewRecoveryCodes(ctx context.Context, p access.Principal, code, source string) ([]string, error) {
	codes, hashes, err := newRecoveryCodes()
	if err != nil {
		return nil, err
	}
	return codes, s.withCode(ctx, p, code, source, func(_ context.Context, secrets *Secrets) error {
		secrets.Recovery = hashes
		return nil
	})
}

// withCode changes the secrets of who gives a code that has not been used.
func (s *Service) withCode(
	ctx context.Context, p access.Principal, code, source string, change func(context.Context, *Secrets) error,
) error {
	if err := ownSession(p); err != nil {
		return err
	}
	m, err := s.store.GetMember(ctx, p.Member)
	if err != nil {
		return err
	}
	return s.guarded(ctx, m, source, true, func() error {
		return s.changeSecrets(ctx, m.ID, func(ctx context.Context, secrets *Secrets) error {
			if !secrets.Confirmed {
				return fault.New(fault.Conflict, "second_factor_absent", "there is no second factor")
			}
			ok, err := s.take(secrets, code)
			if err != nil {
				return err
			}
			if !ok {
				return codeWrong()
			}
			return change(ctx, secrets)
		})
	})
}

func codeWrong() error {
	return fault.New(fault.Invalid, "code_wrong", "the code is wrong or was used already").
		WithHint("give the code that your authenticator app shows now").WithDetail("body.code", "not the present code")
}

// guarded counts a failure of the account around try, and takes it back unless the code or the password was wrong.
// Success forgets earlier failures where it is whole: the password alone must not make room for guesses of the code.
func (s *Service) guarded(ctx context.Context, m Member, source string, whole bool, try func() error) error {
	before, err := s.reserve(ctx, subjectsOf(m.Email, source))
	if err != nil {
		return err
	}
	err = try()
	if code := fault.Of(err).Code; err != nil && (code == "code_wrong" || code == "password_wrong") {
		return err
	}
	if restored := s.restore(ctx, before, whole && err == nil); err == nil {
		err = restored
	}
	return err
}

// changeSecrets reads, changes and stores a person's secrets in one transaction.
func (s *Service) changeSecrets(ctx context.Context, memberID string, change func(context.Context, *Secrets) error) error {
	return s.tx.InTx(ctx, func(ctx context.Context) error {
		secrets, err := s.store.GetSecrets(ctx, memberID)
		if err != nil {
			return err
		}
		if err := change(ctx, &secrets); err != nil {
			return err
		}
		return s.store.PutSecrets(ctx, secrets)
	})
}

func (s *Service) markSecondFactor(ctx context.Context, memberID string, on bool) error {
	m, err := s.store.GetMember(ctx, memberID)
	if err != nil {
		return err
	}
	m.SecondFactor = on
	return s.store.UpdateMember(ctx, m)
}

// useCode uses up a code of the app or a recovery code, or returns false.
func (s *Service) useCode(ctx context.Context, memberID, code string) (used bool, err error) {
	err = s.changeSecrets(ctx, memberID, func(_ context.Context, secrets *Secrets) error {
		used, err = s.take(secrets, code)
		return err
	})
	return used, err
}

// take uses up a code in the secrets, which the caller stores.
func (s *Service) take(secrets *Secrets, code string) (bool, error) {
	code = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, code)
	if len(code) == int(otp.DigitsSix) {
		return s.takeStep(secrets, code)
	}
	hash := digest(strings.ToUpper(code))
	i := slices.IndexFunc(secrets.Recovery, func(h []byte) bool { return subtle.ConstantTimeCompare(h, hash) == 1 })
	if i < 0 {
		return false, nil
	}
	secrets.Recovery = slices.Delete(secrets.Recovery, i, i+1)
	return true, nil
}

// takeStep uses up the time step that a code belongs to, and all before it (RFC 6238, 5.2: a code is taken once).
func (s *Service) takeStep(secrets *Secrets, code string) (bool, error) {
	secret, err := s.sealer.Open(totpPurpose(secrets.Member), secrets.TOTP)
	if err != nil {
		return false, err
	}
	now := stepAt(s.now())
	if secrets.Step > now+astray {
		secrets.Step = 0
	}
	for at := now - skew; at <= now+skew; at++ {
		ok, err := hotp.ValidateCustom(code, at, string(secret), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return false, nil //nolint:nilerr // not six digits: a wrong code
		}
		if ok && at > secrets.Step {
			secrets.Step = at
			return true, nil
		}
	}
	return false, nil
}

func stepAt(t time.Time) uint64 { return uint64(max(t.Unix(), skew*step)) / step }

// newRecoveryCodes gives codes such as ABCD-EFGH-IJKL-MNOP and their hashes.
func newRecoveryCodes() (codes []string, hashes [][]byte, err error) {
	for range recoveryCodes {
		random := make([]byte, recoveryBytes)
		if _, err := rand.Read(random); err != nil {
			return nil, nil, fmt.Errorf("make recovery codes: %w", err)
		}
		code := base32.StdEncoding.EncodeToString(random)
		hashes = append(hashes, digest(code))
		codes = append(codes, code[:4]+"-"+code[4:8]+"-"+code[8:12]+"-"+code[12:])
	}
	return codes, hashes, nil
}
