// SPDX-License-Identifier: Apache-2.0

package member_test

import (
	"encoding/base64"

	"golang.org/x/crypto/argon2"
)

// weakKey derives a password with little memory.
func weakKey(password string) string {
	return base64.RawStdEncoding.EncodeToString(argon2.IDKey([]byte(password), []byte("somesaltsomesalt"), 1, 8, 1, 32))
}
