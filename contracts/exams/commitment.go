// SPDX-License-Identifier: Apache-2.0

package exams

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// CommitmentDomain is the first field of what a commitment hashes, so that it can't be taken for another hash.
const CommitmentDomain = "blockchain4all/exams/result/v1"

// Commitment is the lower-case hex of SHA-256 over the fields CommitmentDomain, session, subject, student reference,
// mark and salt, each preceded by its length in bytes, 32 bits, big-endian. Text is UTF-8, the mark is canonical (see
// CanonicalMark), the salt is raw bytes.
func Commitment(session, subject, studentRef, mark string, salt []byte) string {
	h := sha256.New()
	for _, field := range [][]byte{
		[]byte(CommitmentDomain), []byte(session), []byte(subject), []byte(studentRef), []byte(mark), salt,
	} {
		var length [4]byte
		binary.BigEndian.PutUint32(length[:], uint32(len(field))) //nolint:gosec // fields are far below 4 GiB
		h.Write(length[:])
		h.Write(field)
	}
	return hex.EncodeToString(h.Sum(nil))
}
