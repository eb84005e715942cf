// SPDX-License-Identifier: Apache-2.0

package member

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Limits of passwords, characters.
const (
	minPassword = 12
	maxPassword = 256
)

// maxHashing is how many passwords are hashed at the same time, at most: each takes 19 MiB.
const maxHashing = 4

const (
	saltBytes = 16
	keyBytes  = 32
)

// parameters of argon2id (RFC 9106).
type parameters struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// current are the parameters of new hashes: the second choice of OWASP's password storage cheat sheet, whose memory
// fits a small machine. A password that was hashed with others is hashed anew at the next sign-in.
func current() parameters { return parameters{Memory: 19 * 1024, Passes: 2, Threads: 1} }

// Limits of stored parameters, so that a damaged record can't take the machine.
const (
	maxMemory = 256 * 1024 // KiB
	maxPasses = 16
)

// checkPassword refuses what is too short, or what everybody would try first.
func checkPassword(password string, m Member) error {
	n := utf8.RuneCountInString(password)
	if n < minPassword || n > maxPassword || !utf8.ValidString(password) {
		return fault.New(fault.Invalid, "password_length", "the password must have %d to %d characters", minPassword, maxPassword).
			WithHint("several words make a good password").WithDetail("body.password", "12 to 256 characters")
	}
	plain := strings.ToLower(norm.NFC.String(password))
	local, _, _ := strings.Cut(m.Email, "@")
	name := strings.ToLower(m.Name)
	if slices.Contains([]string{m.Email, local, name, strings.ReplaceAll(name, " ", "")}, plain) {
		return fault.New(fault.Invalid, "password_guessable", "the password is the account's name or address").
			WithDetail("body.password", "not your name or address")
	}
	return nil
}

// hash gives a password's hash in PHC string format: $argon2id$v=19$m=…,t=…,p=…$salt$key.
func (s *Service) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("make salt: %w", err)
	}
	p := current()
	key, err := s.derive(ctx, password, salt, p)
	if err != nil {
		return "", err
	}
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.Memory, p.Passes, p.Threads, encode(salt), encode(key)), nil
}

// derive runs argon2id, of which only so many run side by side.
func (s *Service) derive(ctx context.Context, password string, salt []byte, p parameters) ([]byte, error) {
	select {
	case s.hashing <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-s.hashing }()
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, p.Passes, p.Memory, p.Threads, keyBytes), nil
}

// matches tells whether a password is the hashed one, and whether it should be hashed anew. Without a hash it does the
// same work, for nobody.
func (s *Service) matches(ctx context.Context, password, hashed string) (ok, stale bool, err error) {
	p, salt, key, err := parseHash(hashed)
	if err != nil {
		return false, false, err
	}
	if utf8.RuneCountInString(password) > maxPassword {
		password = ""
	}
	got, err := s.derive(ctx, password, salt, p)
	if err != nil {
		return false, false, err
	}
	same := subtle.ConstantTimeCompare(got, key) == 1
	return same && hashed != "", p != current(), nil
}

// parseHash reads a hash; an empty one stands for a password that nobody has.
func parseHash(hashed string) (parameters, []byte, []byte, error) {
	if hashed == "" {
		return current(), make([]byte, saltBytes), make([]byte, keyBytes), nil
	}
	var (
		p       parameters
		version int
	)
	parts := strings.Split(hashed, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return p, nil, nil, unreadable(nil)
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return p, nil, nil, unreadable(err)
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.Memory, &p.Passes, &p.Threads); err != nil {
		return p, nil, nil, unreadable(err)
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return p, nil, nil, unreadable(err)
	}
	key, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return p, nil, nil, unreadable(err)
	}
	if p.Memory == 0 || p.Memory > maxMemory || p.Passes == 0 || p.Passes > maxPasses || p.Threads == 0 ||
		len(salt) < 8 || len(key) != keyBytes {
		return p, nil, nil, unreadable(nil)
	}
	return p, salt, key, nil
}

func unreadable(cause error) error {
	return fault.New(fault.Internal, "password_hash_unreadable", "the stored password can't be read").
		WithHint("reset the password").WithCause(cause)
}
