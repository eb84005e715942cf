// SPDX-License-Identifier: Apache-2.0

package exams

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"github.com/blockchain4all/blockchain4all/contracts/internal/refusal"
)

// Keys of the transient map.
const (
	transientResult  = "result"
	transientResults = "results"
)

// Limits of private inputs, in bytes.
const (
	MinSalt      = 16
	MaxSalt      = 64
	maxTransient = 1024     // of one result
	maxBatchSize = 64 << 10 // of a batch
)

// secret is the private part of a result as the private collection keeps it.
type secret struct {
	Mark string `json:"mark"` // canonical
	Salt string `json:"salt"` // base64, standard, padded

	salt []byte
}

// secretInput is {"mark":"7.25","salt":"…"}.
type secretInput struct {
	Mark *string `json:"mark"`
	Salt *string `json:"salt"`
}

// transientSecret reads the transient input "result".
func transientSecret(stub shim.ChaincodeStubInterface) (secret, error) {
	data, err := transient(stub, transientResult, maxTransient)
	if err != nil {
		return secret{}, err
	}
	return parseSecret(data)
}

func transient(stub shim.ChaincodeStubInterface, key string, limit int) ([]byte, error) {
	inputs, err := stub.GetTransient()
	if err != nil {
		return nil, refusal.Internal("read transient map", err)
	}
	data := inputs[key]
	if len(data) == 0 {
		return nil, refusal.New(
			"transient_missing", "give the private input %q in the transient map, never as an argument", key,
		)
	}
	if len(data) > limit {
		return nil, refusal.New(
			"transient_invalid", "the private input %q has %d bytes, at most %d are read", key, len(data), limit,
		)
	}
	return data, nil
}

// parseSecret reads the JSON object {"mark":"7.25","salt":"<base64>"}. Refusals are transient_invalid, mark_invalid,
// salt_invalid and salt_too_short; they do not repeat what was given.
func parseSecret(data []byte) (secret, error) {
	var in secretInput
	if err := decodeStrict(data, &in); err != nil {
		return secret{}, refusal.New("transient_invalid",
			`the private input "result" must be the JSON object {"mark":"7.25","salt":"<base64>"}, both of them text`)
	}
	return in.secret()
}

func (in secretInput) secret() (secret, error) {
	if in.Mark == nil {
		return secret{}, refusal.New("mark_invalid", "the mark is missing")
	}
	mark, err := CanonicalMark(*in.Mark)
	if err != nil {
		return secret{}, err
	}
	if in.Salt == nil {
		return secret{}, refusal.New(
			"salt_too_short", "the salt is missing; give at least %d random bytes in base64", MinSalt,
		)
	}
	salt, err := decodeSalt(*in.Salt)
	if err != nil {
		return secret{}, err
	}
	return secret{Mark: mark, Salt: base64.StdEncoding.EncodeToString(salt), salt: salt}, nil
}

// decodeSalt reads base64, standard or URL, padded or not.
func decodeSalt(text string) ([]byte, error) {
	plain := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(text, "="))
	salt, err := base64.RawStdEncoding.Strict().DecodeString(plain)
	if err != nil || strings.ContainsAny(text, "\r\n") {
		return nil, refusal.New("salt_invalid", "the salt is not base64")
	}
	if len(salt) < MinSalt {
		return nil, refusal.New(
			"salt_too_short", "the salt has %d bytes; give at least %d random ones", len(salt), MinSalt,
		)
	}
	if len(salt) > MaxSalt {
		return nil, refusal.New("salt_invalid", "the salt has %d bytes; at most %d are taken", len(salt), MaxSalt)
	}
	return salt, nil
}

// CanonicalMark gives the one way to write a mark: 0 to 10, without zeros at the end of its decimals (at most three),
// so that 7.5 and 7.50 have one commitment. The refusal is mark_invalid.
func CanonicalMark(mark string) (string, error) {
	if !markShape.MatchString(mark) {
		return "", refusal.New(
			"mark_invalid", "a mark is a number from 0 to 10 with at most three decimals after a point",
		)
	}
	if strings.Contains(mark, ".") {
		mark = strings.TrimRight(strings.TrimRight(mark, "0"), ".")
	}
	return mark, nil
}

// decodeStrict decodes exactly one JSON value without unknown fields.
func decodeStrict(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}

func (s secret) commitment(k resultKey) string {
	return Commitment(k.session, k.subject, k.studentRef, s.Mark, s.salt)
}
