// SPDX-License-Identifier: Apache-2.0

package pki

import "github.com/blockchain4all/blockchain4all/internal/fault"

// secretAAD precedes the purpose of a sealed secret; no key ID and no check file can be mistaken for one.
const secretAAD = "b4a secret v1\x00" //nolint:gosec // a label, in the clear in each binary

// Seal encrypts a small secret under the master key. It opens only for the same purpose, which is not secret: "totp",
// say, and whose it is.
func (s *SealedStore) Seal(purpose string, plain []byte) ([]byte, error) {
	return s.seal(plain, secretAAD+purpose)
}

// Open decrypts what Seal gave. What was changed, or sealed for another purpose or under another master key, is a fault
// "secret_damaged".
func (s *SealedStore) Open(purpose string, sealed []byte) ([]byte, error) {
	plain, err := s.open(sealed, secretAAD+purpose)
	if err != nil {
		return nil, fault.New(fault.Internal, "secret_damaged", "a sealed secret does not open").
			WithHint("enter the secret again").WithCause(err)
	}
	return plain, nil
}
