// SPDX-License-Identifier: Apache-2.0

// Package identifier knows the identifiers by which administrations know persons and entities: Spain's NIF, NIE and
// CIF, and the VAT numbers of the European Union, with their check digits.
//
// A number that passes is well formed; whether it was ever given to anybody, only its register knows.
package identifier

import (
	"strings"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// Kind of an identifier.
type Kind string

// The kinds. A Spanish number is never of the kind VAT, even when it is written with the prefix ES.
const (
	NIF Kind = "nif" // a natural person's, Spain: DNI with its letter, or K, L, M
	NIE Kind = "nie" // a foreigner's, Spain
	CIF Kind = "cif" // an entity's, Spain
	VAT Kind = "vat" // another member state's, or Northern Ireland's (XI)
)

// Identifier is a number in its only form: upper case, without separators; VAT numbers with their prefix.
type Identifier struct {
	Kind      Kind
	Canonical string // "12345678Z", "B12345674", "FR83404833048"
	Country   string // ISO 3166-1 alpha-2 ("GR" for the prefix EL), or XI
}

// Person tells whether the number is a natural person's by its kind.
func (i Identifier) Person() bool { return i.Kind == NIF || i.Kind == NIE }

// Codes of what is wrong, for programs that say it in their user's language.
const (
	Empty        = "identifier_empty"
	BadCharacter = "identifier_character"
	BadLength    = "identifier_length"
	BadFormat    = "identifier_format"
	BadCheck     = "identifier_check"
	BadCountry   = "identifier_country"
)

// maxLength is longer than any identifier with separators, bytes.
const maxLength = 40

// Parse reads an identifier as people write it: with or without spaces, dots, hyphens and the prefix of its country. A
// number without a prefix is Spanish. What is none is a fault.Invalid "identifier_invalid" whose detail carries one of
// the codes above.
func Parse(text string) (Identifier, error) {
	s, err := clean(text)
	if err != nil {
		return Identifier{}, err
	}
	if rest, ok := strings.CutPrefix(s, "ES"); ok {
		return parseSpanish(rest)
	}
	if len(s) > 2 && letter(s[0]) && letter(s[1]) {
		return parseVAT(s[:2], s[2:])
	}
	return parseSpanish(s)
}

// clean gives the characters that count.
func clean(text string) (string, error) {
	if len(text) > maxLength {
		return "", wrong(BadLength, "it is too long")
	}
	var b strings.Builder
	for _, c := range []byte(strings.ToUpper(text)) {
		switch {
		case digit(c), letter(c), c == '+', c == '*': // the last two are Ireland's
			b.WriteByte(c)
		case c == ' ' || c == '-' || c == '.' || c == '/':
		default:
			return "", wrong(BadCharacter, "it has a character that no identifier has")
		}
	}
	if b.Len() == 0 {
		return "", wrong(Empty, "it is empty")
	}
	return b.String(), nil
}

func wrong(code, what string) error {
	return fault.New(fault.Invalid, "identifier_invalid", "this is not a valid identifier: %s", what).
		WithHint("a NIF, NIE or CIF, or an EU VAT number with the prefix of its country").
		WithField("", code, what)
}

func digit(c byte) bool  { return '0' <= c && c <= '9' }
func letter(c byte) bool { return 'A' <= c && c <= 'Z' }

func digits(s string) bool {
	for i := range len(s) {
		if !digit(s[i]) {
			return false
		}
	}
	return true
}

// number gives the value of up to 18 digits.
func number(s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// weigh gives the sum of digits times weights; there are as many digits as weights, or more.
func weigh(s string, weights ...int) int {
	sum := 0
	for i, w := range weights {
		sum += w * int(s[i]-'0')
	}
	return sum
}

// luhn tells whether the last digit is right by ISO/IEC 7812-1 annex B.
func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return sum%10 == 0
}

// hybrid tells whether the last digit is right by ISO/IEC 7064, MOD 11,10.
func hybrid(s string) bool {
	p := 10
	for i := range len(s) - 1 {
		p = (p + int(s[i]-'0')) % 10
		if p == 0 {
			p = 10
		}
		p = p * 2 % 11
	}
	return (p+int(s[len(s)-1]-'0'))%10 == 1
}
