// SPDX-License-Identifier: Apache-2.0

package results

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// Limits of the contract, in bytes.
const (
	minSalt = 16
	maxSalt = 64
)

const (
	lower   = "abcdefghijklmnopqrstuvwxyz"
	letters = lower + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
)

func fault(code, reason string, args ...any) *Fault {
	return &Fault{Code: code, Reason: fmt.Sprintf(reason, args...)}
}

// made tells whether text consists of these characters only.
func made(text, of string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !strings.ContainsRune(of, r) })
}

func checkSession(s string) *Fault {
	if len(s) < 3 || len(s) > 64 || !made(s, lower+digits+"-") || s[0] == '-' {
		return fault("session_id_invalid", "a session ID has 3 to 64 lower-case letters, digits and hyphens, not a hyphen first")
	}
	return nil
}

func checkSubject(s string) *Fault {
	if len(s) < 2 || len(s) > 64 || !made(s, letters+digits+"._-") || !made(s[:1], letters+digits) {
		return fault("subject_invalid", "a subject has 2 to 64 letters without accents, digits, dots, underscores and hyphens")
	}
	return nil
}

// checkStudentRef refuses what has not the shape of a reference, and what is plainly an identity number. The contract
// looks harder; here it is about not sending the worst.
func checkStudentRef(s string) *Fault {
	if len(s) < 6 || len(s) > 64 || !made(s, letters+digits+"_-") {
		return fault("student_ref_invalid", "a student reference has 6 to 64 letters without accents, digits, underscores and hyphens")
	}
	if identityNumber(strings.NewReplacer("-", "", "_", "").Replace(strings.ToUpper(s))) {
		return fault("student_ref_invalid", "it looks like an identity or telephone number; references are public, use random ones")
	}
	return nil
}

// identityNumber tells a Spanish DNI (8 digits, a letter), an NIE (X, Y or Z, 7 digits, a letter), or 8 or 9 digits.
func identityNumber(s string) bool {
	if made(s, digits) {
		return len(s) == 8 || len(s) == 9
	}
	if len(s) != 9 || made(s[8:], digits) {
		return false
	}
	return made(s[:8], digits) || strings.ContainsAny(s[:1], "XYZ") && made(s[1:8], digits)
}

// canonicalMark gives the one way to write a mark from 0 to 10: at most three decimals, none of them a zero at the end.
func canonicalMark(mark string) (string, *Fault) {
	wrong := fault("mark_invalid", "a mark is a number from 0 to 10 with at most three decimals after a point, such as 7.25")
	whole, decimals, point := strings.Cut(mark, ".")
	if !made(whole+decimals, digits) || point && (decimals == "" || len(decimals) > 3) {
		return "", wrong
	}
	if len(whole) != 1 && whole != "10" {
		return "", wrong
	}
	decimals = strings.TrimRight(decimals, "0")
	switch {
	case decimals == "":
		return whole, nil
	case whole == "10":
		return "", wrong
	}
	return whole + "." + decimals, nil
}

// decodeSalt reads base64, standard or URL, padded or not.
func decodeSalt(text string) ([]byte, *Fault) {
	plain := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(text, "="))
	salt, err := base64.RawStdEncoding.Strict().DecodeString(plain)
	if err != nil || strings.ContainsAny(text, "\r\n") {
		return nil, fault("salt_invalid", "the salt is not base64")
	}
	if len(salt) < minSalt {
		return nil, fault("salt_too_short", "a salt has at least %d random bytes; this has %d", minSalt, len(salt))
	}
	if len(salt) > maxSalt {
		return nil, fault("salt_invalid", "a salt has at most %d bytes; this has %d", maxSalt, len(salt))
	}
	return salt, nil
}
