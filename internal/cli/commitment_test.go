// SPDX-License-Identifier: Apache-2.0

package cli_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
)

// commitment is computed here on its own, as the contract's documentation says.
func commitment(key []string, mark, salt string) string {
	raw, _ := base64.StdEncoding.DecodeString(salt)
	var b bytes.Buffer
	for _, field := range []string{"blockchain4all/exams/result/v1", key[0], key[1], key[2], mark, string(raw)} {
		_ = binary.Write(&b, binary.BigEndian, uint32(len(field)))
		b.WriteString(field)
	}
	sum := sha256.Sum256(b.Bytes())
	return hex.EncodeToString(sum[:])
}
